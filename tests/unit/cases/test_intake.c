/* test_intake.c - how a case comes into being: whole, once, or not at all. */
#include "base/ids.h"
#include "cases/record.h"
#include "store/search.h"
#include "world.h"
#include <string.h>

static GPtrArray *
tags_of(const char *const *words)
{
	GPtrArray *tags = g_ptr_array_new();

	for (int i = 0; words[i] != NULL; i++)
		g_ptr_array_add(tags, (gpointer)words[i]);
	return tags;
}

static void
test_everything_given_is_kept(Kit *kit)
{
	static const char *const words[] = { "Refund", "angry", "refund", " vip ", NULL };
	g_autoptr(GPtrArray) tags = tags_of(words);
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	g_autoptr(Case) it = NULL, same = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) json = NULL, messages = NULL;
	NewAttachment file = { .name = "kettle.jpg", .media_type = "image/jpeg", .hash = "00", .size = 12 };
	char ref[16];
	gint64 id;

	g_array_append_val(files, file);
	world_word(kit, TREE_PRODUCT, "Kettles > K2");
	world_word(kit, TREE_CATEGORY, "Appliances > Leaks");
	case_intake(kit->db,
	            &(NewCase){ .kind = "complaint", .subject = "It  leaks\nagain", .body = "Since  Monday.\n\nStill.", .channel = "phone",
	                        .customer = { .name = "Ada Lovelace", .email = "ada@example.org" }, .product = "Kettles > K2", .category = "appliances>leaks",
	                        .severity = 2, .desired_remedy = "A new one", .external_id = "X-1", .received_at = kit->now_ms - MS_PER_DAY, .tags = tags, .attachments = files },
	            kit->actor, kit->now_ms, &id, ref, &error);
	g_assert_no_error(error);
	it = world_look(kit, id);
	g_assert_cmpstr(it->ref, ==, ref);
	g_assert_cmpstr(it->subject, ==, "It leaks again");
	g_assert_cmpstr(it->snippet, ==, "Since Monday. Still.");
	g_assert_cmpstr(it->customer_name, ==, "Ada Lovelace");
	g_assert_cmpstr(it->product, ==, "Kettles \xe2\x80\xba K2");
	g_assert_cmpstr(it->category, ==, "Appliances \xe2\x80\xba Leaks");
	g_assert_cmpstr(it->tags, ==, "angry,refund,vip");
	g_assert_cmpstr(it->stage, ==, "received");
	g_assert_cmpstr(it->due_kind, ==, "acknowledge");
	g_assert_cmpint(it->due_at, ==, kit->now_ms - MS_PER_DAY + 8 * MS_PER_HOUR);
	g_assert_cmpint(it->n_messages, ==, 1);
	g_assert_cmpint(it->version, ==, 1);
	g_assert_true(it->is_open);
	same = case_by_ref(kit->db, ref, &error);
	g_assert_no_error(error);
	json = case_to_json(same);
	g_assert_cmpstr(json_text(json, "severity", ""), ==, "high");
	g_assert_cmpuint(json_array_size(json_object_get(json, "tags")), ==, 3);
	g_assert_cmpstr(json_text(json_object_get(json, "customer"), "name", ""), ==, "Ada Lovelace");
	messages = message_list(kit->db, id, TRUE, 0, &error);
	g_assert_cmpuint(json_array_size(messages), ==, 1);
	g_assert_cmpstr(json_text(json_array_get(messages, 0), "body", ""), ==, "Since  Monday.\n\nStill.");
	g_assert_cmpstr(json_text(json_array_get(json_object_get(json_array_get(messages, 0), "attachments"), 0), "name", ""), ==, "kettle.jpg");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'case.received'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM case_tags"), ==, 3);
}

static void
test_the_least_there_can_be(Kit *kit)
{
	gint64 id = world_case_of(kit, (NewCase){ .body = "  My card was charged twice and nobody answers.\nSecond line", .severity = -1 });
	g_autoptr(Case) it = world_look(kit, id);

	g_assert_cmpstr(it->kind, ==, "complaint");
	g_assert_cmpstr(it->subject, ==, "My card was charged twice and nobody answers. Second line");
	g_assert_cmpint(it->severity, ==, 1);
	g_assert_cmpint(it->customer_id, ==, 0);
	g_assert_cmpint(it->received_at, ==, kit->now_ms);
}

static void
test_every_fault_is_named_at_once(Kit *kit)
{
	static const char *const fields[] = { "/kind", "/channel", "/severity", "/body", "/received_at", "/tags", "/stage", "/outcome", NULL };
	static const char *const words[] = { "a,b", NULL };
	g_autoptr(GPtrArray) tags = tags_of(words);
	g_autoptr(GError) error = NULL;

	g_assert_false(case_intake(kit->db,
	                           &(NewCase){ .kind = "rant", .channel = "pigeon", .severity = 9, .received_at = kit->now_ms + 2 * MS_PER_DAY, .tags = tags, .stage = "lost", .outcome = "won" },
	                           kit->actor, kit->now_ms, NULL, NULL, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	for (int i = 0; fields[i] != NULL; i++)
		if (!world_at_fault(&error, fields[i]))
			g_error("%s is not at fault", fields[i]);
	g_clear_error(&error);
	g_assert_false(case_intake(kit->db,
	                           &(NewCase){ .body = "x", .channel = "api", .severity = -1, .product = "Nowhere", .category = "Neither", .customer = { .email = "no address" } },
	                           kit->actor, kit->now_ms, NULL, NULL, &error));
	g_assert_true(world_at_fault(&error, "/product"));
	g_assert_true(world_at_fault(&error, "/category"));
	g_assert_true(world_at_fault(&error, "/customer/email"));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM customers"), ==, 0);
}

static void
test_too_much_is_refused(Kit *kit)
{
	g_autofree char *huge = g_strnfill(MAX_BODY + 1, 'x'), *long_subject = g_strnfill(301, 'x');
	g_autoptr(GError) error = NULL;

	g_assert_false(case_intake_check(&(NewCase){ .body = huge, .channel = "api", .subject = long_subject, .severity = -1 }, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/body"));
	g_clear_error(&error);
	g_assert_false(case_intake_check(&(NewCase){ .body = "x", .channel = "api", .subject = long_subject, .severity = -1 }, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/subject"));
	g_clear_error(&error);
	g_assert_false(case_intake_check(&(NewCase){ .body = "\xff", .channel = "api", .severity = -1 }, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/body"));
}

static void
test_an_external_id_is_taken_once(Kit *kit)
{
	g_autoptr(GError) error = NULL;

	world_case_of(kit, (NewCase){ .external_id = "E1", .severity = -1 });
	g_assert_false(case_intake(kit->db, &(NewCase){ .body = "x", .channel = "api", .severity = -1, .external_id = "E1" }, kit->actor, kit->now_ms, NULL, NULL, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	world_case_of(kit, (NewCase){ .external_id = "", .severity = -1 });
	world_case_of(kit, (NewCase){ .external_id = "", .severity = -1 });
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases"), ==, 3);
}

static void
test_a_taken_ref_is_thrown_again(Kit *kit)
{
	ref_seed(7);
	world_case(kit, "first");
	ref_seed(7); /* the same refs come again */
	world_case(kit, "second");
	g_assert_cmpint(kit_count(kit, "SELECT count(DISTINCT ref) FROM cases"), ==, 2);
}

static void
test_a_life_lived_elsewhere(Kit *kit)
{
	const gint64 day = MS_PER_DAY, then = kit->now_ms - 100 * day;
	gint64 id = world_case_of(kit, (NewCase){ .severity = 1, .stage = "closed", .outcome = "upheld", .root_cause = "Staff", .make_words = TRUE, .received_at = then,
	                                          .acknowledged_at = then + day, .first_response_at = then + 2 * day, .resolved_at = then + 3 * day, .closed_at = then + 4 * day,
	                                          .facts = "{\"timely\": true}", .external_hash = -5 });
	g_autoptr(Case) it = world_look(kit, id);
	g_autoptr(json_t) json = case_to_json(it);

	g_assert_false(it->is_open);
	g_assert_cmpint(it->due_at, ==, 0);
	g_assert_cmpint(it->stage_at, ==, then + 4 * day);
	g_assert_cmpint(it->changed_at, ==, then + 4 * day);
	g_assert_cmpint(it->logged_at, ==, kit->now_ms);
	g_assert_cmpint(it->external_hash, ==, -5);
	g_assert_cmpstr(it->root_cause, ==, "Staff");
	g_assert_true(json_flag(json_object_get(json, "facts"), "timely", FALSE));
}

static gboolean
intake(Kit *kit, gpointer data, GError **error)
{
	static const char *const words[] = { "a", "b", NULL };
	g_autoptr(GPtrArray) tags = tags_of(words);
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	NewAttachment file = { .name = "a", .media_type = "text/plain", .hash = "00", .size = 1 };

	g_array_append_val(files, file);
	return case_intake(kit->db,
	                   &(NewCase){ .body = "x", .channel = "api", .severity = -1, .external_id = "E", .tags = tags, .attachments = files, .make_words = TRUE, .product = "P > Q",
	                               .category = "C", .customer = { .name = "Ada", .email = "ada@example.org", .phone = "+441234567890" } },
	                   kit->actor, kit->now_ms, NULL, NULL, error);
}

static void
nothing_there(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT (SELECT count(*) FROM cases) + (SELECT count(*) FROM messages) + (SELECT count(*) FROM customers) + "
	                               "(SELECT count(*) FROM events) + (SELECT count(*) FROM products) + (SELECT count(*) FROM case_tags)"), ==, 0);
}

/* What POST /cases costs the writer: a figure that grows is a decision, not an accident (docs/decisions/0009). */
static void
test_what_a_creation_asks(Kit *kit)
{
	/* Looks for the address; customer, address, event; case; clocks; message; event. The search's document goes with the commit: on
	 * SQLite two more, on PostgreSQL one. There, too, one says before the first event that there will be some. */
	const gint64 most = kit->engine == DB_SQLITE ? 10 : 10;

	for (int i = 0; i < 3; i++) { /* the first also reads policies and calendars, which stay */
		g_autofree char *email = g_strdup_printf("ada%d@example.org", i);
		const NewCase make = { .kind = "complaint", .subject = "It leaks", .body = "Since Monday.", .channel = "api", .severity = 1, .desired_remedy = "A firm date", .customer = { .name = "Ada Lovelace", .email = email } };
		const DbWork before = db_work(kit->db);
		g_autoptr(GError) error = NULL;
		DbWork after;

		g_assert_true(case_intake(kit->db, &make, kit->actor, kit->now_ms, NULL, NULL, &error));
		after = db_work(kit->db);
		g_assert_cmpint(after.commits - before.commits, ==, 1);
		if (i > 0)
			g_assert_cmpint(after.statements - before.statements, ==, most);
	}
}

static void
test_torture(Kit *kit)
{
	kit_torture(kit, intake, nothing_there, NULL, 15);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases"), ==, 1);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/intake/everything-given-is-kept", test_everything_given_is_kept);
	kit_add("/intake/the-least-there-can-be", test_the_least_there_can_be);
	kit_add("/intake/every-fault-is-named-at-once", test_every_fault_is_named_at_once);
	kit_add("/intake/too-much-is-refused", test_too_much_is_refused);
	kit_add("/intake/an-external-id-is-taken-once", test_an_external_id_is_taken_once);
	kit_add("/intake/a-taken-ref-is-thrown-again", test_a_taken_ref_is_thrown_again);
	kit_add("/intake/a-life-lived-elsewhere", test_a_life_lived_elsewhere);
	kit_add("/intake/what-a-creation-asks", test_what_a_creation_asks);
	kit_add("/intake/torture", test_torture);
	return kit_run();
}
