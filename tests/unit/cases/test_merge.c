/* test_merge.c - two cases that are one and back again, one that is two, and links. */
#include "cases/list.h"
#include "cases/timeline.h"
#include "world.h"
#include <string.h>

static gsize
n_messages(Kit *kit, gint64 id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = message_list(kit->db, id, TRUE, 0, &error);

	g_assert_no_error(error);
	return json_array_size(list);
}

static gint64
found(Kit *kit, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(CaseQuery) query = case_query_parse(words, kit->now_ms, "UTC");
	g_autoptr(json_t) value = case_list(kit->db, &(CaseListAsk){ .query = query, .limit = 10 }, kit->actor, kit->now_ms, &error);
	g_autoptr(Case) it = NULL;

	g_assert_no_error(error);
	if (json_array_size(json_object_get(value, "cases")) != 1)
		return 0;
	it = case_by_ref(kit->db, json_text(json_array_get(json_object_get(value, "cases"), 0), "ref", ""), &error);
	return it->id;
}

static void
test_merged_and_taken_back(Kit *kit)
{
	const NewCustomer ana = { .name = "Ana Lima", .email = "ana@example.org" };
	gint64 a = world_case_of(kit, (NewCase){ .subject = "first", .body = "The walrus sings.", .severity = -1, .customer = ana });
	gint64 b = world_case_of(kit, (NewCase){ .subject = "second", .severity = -1, .customer = ana });
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) source = NULL, target = NULL, back = NULL, kept = NULL;

	kit->now_ms += MS_PER_HOUR;
	world_say(kit, a, "inbound", "And the carpenter too.", kit->actor);
	g_assert_true(case_merge(kit->db, a, b, kit->actor, kit->now_ms, &error));
	g_assert_no_error(error);
	source = world_look(kit, a);
	target = world_look(kit, b);
	g_assert_cmpint(source->merged_into, ==, b);
	g_assert_false(source->is_open);
	g_assert_cmpint(source->due_at, ==, 0);
	g_assert_cmpint(target->n_messages, ==, 3);
	g_assert_cmpint(target->last_inbound_at, ==, kit->now_ms);
	g_assert_cmpstr(target->snippet, ==, "And the carpenter too.");
	g_assert_cmpuint(n_messages(kit, b), ==, 3);
	g_assert_cmpint(found(kit, "walrus"), ==, b);
	g_assert_cmpint(found(kit, "carpenter"), ==, b);

	world_say(kit, a, "inbound", "A follow-up for the oyster.", kit->actor); /* goes where the case went */
	g_assert_cmpuint(n_messages(kit, b), ==, 4);
	kit->now_ms += 6 * MS_PER_DAY;
	g_assert_true(case_merge_undo(kit->db, a, kit->actor, kit->now_ms, &error));
	g_assert_no_error(error);
	back = world_look(kit, a);
	kept = world_look(kit, b);
	g_assert_cmpint(back->merged_into, ==, 0);
	g_assert_true(back->is_open);
	g_assert_cmpint(back->due_at, !=, 0);
	g_assert_cmpint(back->n_messages, ==, 2);
	g_assert_cmpuint(n_messages(kit, a), ==, 2);
	g_assert_cmpint(kept->n_messages, ==, 2); /* its own and what came since */
	g_assert_cmpint(found(kit, "walrus"), ==, a);
	g_assert_cmpint(found(kit, "oyster"), ==, b);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM case_links"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind IN ('case.merged', 'case.unmerged')"), ==, 4);
}

static void
test_refusals(Kit *kit)
{
	gint64 a = world_case(kit, "a"), b = world_case(kit, "b"), c = world_case(kit, "c");
	g_autoptr(GError) error = NULL;

	g_assert_false(case_merge(kit->db, a, a, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_true(case_merge(kit->db, a, b, kit->actor, kit->now_ms, &error));
	g_assert_false(case_merge(kit->db, a, c, kit->actor, kit->now_ms, &error)); /* already merged */
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_false(case_merge(kit->db, b, a, kit->actor, kit->now_ms, &error)); /* a circle */
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_false(case_move(kit->db, a, &(StageMove){ .stage = "investigating" }, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_true(case_merge(kit->db, b, c, kit->actor, kit->now_ms, &error));
	g_assert_false(case_merge_undo(kit->db, a, kit->actor, kit->now_ms, &error)); /* the later one first */
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_true(case_merge_undo(kit->db, b, kit->actor, kit->now_ms, &error));
	g_assert_false(case_merge_undo(kit->db, a, kit->actor, kit->now_ms + MERGE_UNDO_MS + 1, &error)); /* too late */
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_true(case_merge_undo(kit->db, a, kit->actor, kit->now_ms, &error));
	g_assert_false(case_merge_undo(kit->db, a, kit->actor, kit->now_ms, &error)); /* nothing left to take back */
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_assert_cmpuint(n_messages(kit, a), ==, 1);
	g_assert_cmpuint(n_messages(kit, c), ==, 1);
}

static void
test_a_word_becomes_a_case(Kit *kit)
{
	gint64 id = world_case_of(kit, (NewCase){ .severity = 2, .customer = { .name = "Ada Lovelace", .email = "ada@example.org" } });
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	NewAttachment file = { .name = "lamp.jpg", .media_type = "image/jpeg", .hash = "00", .size = 1 };
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) messages = NULL, links = NULL;
	g_autoptr(Case) made = NULL;
	g_autofree char *note = NULL, *words = NULL;
	char ref[16];

	g_array_append_val(files, file);
	message_add(kit->db, id, &(NewMessage){ .direction = "inbound", .body = "Also my lamp flickers.", .attachments = files }, kit->actor, kit->now_ms, NULL, &error);
	world_say(kit, id, "note", "hm", kit->actor);
	messages = message_list(kit->db, id, TRUE, 0, &error);
	words = g_strdup(json_text(json_array_get(messages, 1), "ref", ""));
	note = g_strdup(json_text(json_array_get(messages, 2), "ref", ""));
	g_assert_true(case_split(kit->db, id, words, "Lamp", kit->actor, kit->now_ms, ref, &error));
	g_assert_no_error(error);
	made = case_by_ref(kit->db, ref, &error);
	g_assert_cmpstr(made->subject, ==, "Lamp");
	g_assert_cmpstr(made->customer_name, ==, "Ada Lovelace");
	g_assert_cmpint(made->severity, ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM attachments"), ==, 2);
	g_assert_cmpuint(n_messages(kit, id), ==, 3); /* the original stays */
	links = case_links(kit->db, id, &error);
	g_assert_cmpstr(json_text(json_array_get(links, 0), "kind", ""), ==, "split");
	g_assert_cmpstr(json_text(json_array_get(links, 0), "ref", ""), ==, ref);
	g_assert_false(case_split(kit->db, id, note, NULL, kit->actor, kit->now_ms, ref, &error));
	g_assert_true(world_at_fault(&error, "/message"));
	g_clear_error(&error);
	g_assert_false(case_split(kit->db, id, "nonsense", NULL, kit->actor, kit->now_ms, ref, &error));
	g_assert_true(world_at_fault(&error, "/message"));
}

static void
test_links(Kit *kit)
{
	gint64 a = world_case(kit, "a"), b = world_case(kit, "b");
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) of_a = NULL, of_b = NULL, none = NULL;

	g_assert_true(case_link(kit->db, b, a, kit->actor, kit->now_ms, &error));
	g_assert_true(case_link(kit->db, a, b, kit->actor, kit->now_ms, &error));
	of_a = case_links(kit->db, a, &error);
	of_b = case_links(kit->db, b, &error);
	g_assert_cmpuint(json_array_size(of_a), ==, 1);
	g_assert_cmpuint(json_array_size(of_b), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'case.linked'"), ==, 2);
	g_assert_true(case_unlink(kit->db, b, a, kit->actor, kit->now_ms, &error));
	none = case_links(kit->db, a, &error);
	g_assert_cmpuint(json_array_size(none), ==, 0);
	g_assert_false(case_link(kit->db, a, a, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

static void
test_the_timeline_tells_it_all(Kit *kit)
{
	gint64 ruth = world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent"), id = world_case(kit, "a");
	Actor agent = world_actor(ruth, "agent");
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) all = NULL, page = NULL, rest = NULL;
	json_t *events;

	g_assert_true(case_assign(kit->db, id, 0, ruth, 0, kit->actor, kit->now_ms, &error));
	world_say(kit, id, "outbound", "Hello", &agent);
	all = case_timeline(kit->db, id, 0, 100, &error);
	events = json_object_get(all, "events");
	g_assert_cmpuint(json_array_size(events), ==, 4); /* stage, message, assigned, received */
	g_assert_cmpstr(json_text(json_array_get(events, 0), "kind", ""), ==, "case.stage_changed");
	g_assert_cmpstr(json_text(json_object_get(json_array_get(events, 1), "actor"), "name", ""), ==, "Ruth Adeyemi");
	g_assert_nonnull(json_text(json_array_get(events, 1), "message", NULL));
	g_assert_cmpstr(json_text(json_object_get(json_array_get(events, 2), "facts"), "to_name", ""), ==, "Ruth Adeyemi");
	page = case_timeline(kit->db, id, 0, 3, &error);
	rest = case_timeline(kit->db, id, json_int(page, "next", 0), 3, &error);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(rest, "events"), 0), "kind", ""), ==, "case.received");
	g_assert_true(json_is_null(json_object_get(rest, "next")));
}

typedef struct {
	gint64 a, b;
} Pair;

static gboolean
merge(Kit *kit, gpointer data, GError **error)
{
	Pair *pair = data;

	return case_merge(kit->db, pair->a, pair->b, kit->actor, kit->now_ms, error);
}

static gboolean
undo(Kit *kit, gpointer data, GError **error)
{
	return case_merge_undo(kit->db, ((Pair *)data)->a, kit->actor, kit->now_ms, error);
}

static void
apart(Kit *kit, gpointer data)
{
	Pair *pair = data;

	g_assert_cmpuint(n_messages(kit, pair->a), ==, 2);
	g_assert_cmpuint(n_messages(kit, pair->b), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM merges"), ==, 0);
}

static void
together(Kit *kit, gpointer data)
{
	g_assert_cmpuint(n_messages(kit, ((Pair *)data)->b), ==, 3);
}

static gboolean
split(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(json_t) messages = message_list(kit->db, ((Pair *)data)->a, TRUE, 0, error);
	char ref[16];

	return messages != NULL && case_split(kit->db, ((Pair *)data)->a, json_text(json_array_get(messages, 1), "ref", ""), "x", kit->actor, kit->now_ms, ref, error);
}

static void
test_torture(Kit *kit)
{
	Pair pair = { world_case(kit, "a"), world_case(kit, "b") };

	world_say(kit, pair.a, "inbound", "more", kit->actor);
	kit_torture(kit, merge, apart, &pair, 15);
	kit_torture(kit, undo, together, &pair, 12);
	kit_torture(kit, split, NULL, &pair, 12);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases"), ==, 3);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/merge/merged-and-taken-back", test_merged_and_taken_back);
	kit_add("/merge/refusals", test_refusals);
	kit_add("/merge/a-word-becomes-a-case", test_a_word_becomes_a_case);
	kit_add("/merge/links", test_links);
	kit_add("/merge/the-timeline-tells-it-all", test_the_timeline_tells_it_all);
	kit_add("/merge/torture", test_torture);
	return kit_run();
}
