/* test_change.c - changing a case by hand; saved views; macros and their variables. */
#include "cases/list.h"
#include "cases/macro.h"
#include "cases/view.h"
#include "world.h"
#include <string.h>

static void
test_changes_are_told_in_the_event(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autoptr(GPtrArray) tags = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = NULL;

	world_word(kit, TREE_CATEGORY, "Appliances > Leaks");
	g_ptr_array_add(tags, (gpointer)"vip");
	g_assert_true(case_change(kit->db, id, 1,
	                          &(CaseChange){ .given = CASE_SUBJECT | CASE_SEVERITY | CASE_CATEGORY | CASE_TAGS | CASE_KIND, .subject = "Ada's kettle", .severity = 3,
	                                         .category = "appliances > leaks", .tags = tags, .kind = "complaint" },
	                          kit->actor, kit->now_ms, &error));
	g_assert_no_error(error);
	it = world_look(kit, id);
	g_assert_cmpstr(it->subject, ==, "Ada's kettle");
	g_assert_cmpint(it->severity, ==, 3);
	g_assert_cmpint(it->due_at, ==, it->received_at + 2 * MS_PER_HOUR);
	g_assert_cmpstr(it->tags, ==, "vip");
	g_assert_cmpint(it->version, ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'case.changed' AND CAST(facts AS TEXT) LIKE '%critical%'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE CAST(facts AS TEXT) LIKE '%Ada%'"), ==, 0); /* no personal data */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'case.changed' AND CAST(facts AS TEXT) LIKE '%\"kind\"%'"), ==, 0); /* it was that before */
}

static void
test_nothing_new_is_nothing(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = NULL;

	g_assert_true(case_change(kit->db, id, 1, &(CaseChange){ .given = CASE_SUBJECT | CASE_PRODUCT | CASE_TAGS, .subject = " kettle " }, kit->actor, kit->now_ms, &error));
	it = world_look(kit, id);
	g_assert_cmpint(it->version, ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'case.changed'"), ==, 0);
}

static void
test_cleared_with_nothing(Kit *kit)
{
	gint64 id = world_case_of(kit, (NewCase){ .severity = -1, .desired_remedy = "new one", .external_id = "E", .customer = { .name = "Ada", .email = "ada@example.org" } });
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = NULL;

	g_assert_true(case_change(kit->db, id, 0, &(CaseChange){ .given = CASE_DESIRED_REMEDY | CASE_EXTERNAL_ID | CASE_CUSTOMER | CASE_WAITING, .waiting = TRUE }, kit->actor, kit->now_ms, &error));
	it = world_look(kit, id);
	g_assert_null(it->desired_remedy);
	g_assert_null(it->external_id);
	g_assert_cmpint(it->customer_id, ==, 0);
	g_assert_true(it->waiting);
	g_assert_cmpint(it->due_at, ==, 0);
}

static void
test_faults_and_stale(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autoptr(GError) error = NULL;

	world_case_of(kit, (NewCase){ .severity = -1, .external_id = "taken" });
	g_assert_false(case_change(kit->db, id, 0, &(CaseChange){ .given = CASE_KIND | CASE_SUBJECT | CASE_SEVERITY, .subject = "  ", .severity = 7 }, kit->actor, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/kind") && world_at_fault(&error, "/subject") && world_at_fault(&error, "/severity"));
	g_clear_error(&error);
	g_assert_false(case_change(kit->db, id, 0, &(CaseChange){ .given = CASE_CATEGORY, .category = "Nowhere" }, kit->actor, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/category"));
	g_clear_error(&error);
	g_assert_false(case_change(kit->db, id, 0, &(CaseChange){ .given = CASE_CUSTOMER, .customer_ref = "2222-2222" }, kit->actor, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/customer"));
	g_clear_error(&error);
	g_assert_false(case_change(kit->db, id, 0, &(CaseChange){ .given = CASE_EXTERNAL_ID, .external_id = "taken" }, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_false(case_change(kit->db, id, 5, &(CaseChange){ .given = CASE_SUBJECT, .subject = "x" }, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

static void
test_a_new_subject_is_found(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autoptr(GError) error = NULL;
	g_autoptr(CaseQuery) query = case_query_parse("teapot leaks", kit->now_ms, "UTC"), old = case_query_parse("\"kettle the\"", kit->now_ms, "UTC");
	g_autoptr(json_t) found = NULL, gone = NULL;

	g_assert_true(case_change(kit->db, id, 0, &(CaseChange){ .given = CASE_SUBJECT, .subject = "teapot" }, kit->actor, kit->now_ms, &error));
	found = case_list(kit->db, &(CaseListAsk){ .query = query, .limit = 5 }, kit->actor, kit->now_ms, &error);
	gone = case_list(kit->db, &(CaseListAsk){ .query = old, .limit = 5 }, kit->actor, kit->now_ms, &error);
	g_assert_cmpuint(json_array_size(json_object_get(found, "cases")), ==, 1);
	g_assert_cmpuint(json_array_size(json_object_get(gone, "cases")), ==, 0);
}

static void
test_saved_views(Kit *kit)
{
	Actor ruth = world_actor(world_user(kit, "Ruth", "ruth@example.org", "agent"), "agent"), boss = world_actor(world_user(kit, "Ellen", "ellen@example.org", "supervisor"), "supervisor");
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) hers = NULL, theirs = NULL;
	char own[16], shared[16];

	g_assert_true(saved_view_add(kit->db, "My refunds", "owner:me refund", NULL, FALSE, &ruth, kit->now_ms, own, &error));
	g_assert_false(saved_view_add(kit->db, "All refunds", "refund", "newest", TRUE, &ruth, kit->now_ms, shared, &error));
	g_assert_error(error, ERR, ERR_DENIED);
	g_clear_error(&error);
	g_assert_true(saved_view_add(kit->db, "All refunds", "refund", "newest", TRUE, &boss, kit->now_ms, shared, &error));
	hers = saved_view_list(kit->db, ruth.user_id, &error);
	theirs = saved_view_list(kit->db, boss.user_id, &error);
	g_assert_cmpuint(json_array_size(hers), ==, 2);
	g_assert_cmpuint(json_array_size(theirs), ==, 1);
	g_assert_null(saved_view_get(kit->db, own, boss.user_id, &error));
	g_assert_error(error, ERR, ERR_NOT_FOUND);
	g_clear_error(&error);
	g_assert_false(saved_view_change(kit->db, shared, "Mine now", NULL, NULL, -1, &ruth, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_NOT_FOUND);
	g_clear_error(&error);
	g_assert_true(saved_view_change(kit->db, own, "Refunds", NULL, "oldest", -1, &ruth, kit->now_ms, &error));
	g_assert_false(saved_view_change(kit->db, own, " ", NULL, "sideways", -1, &ruth, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/name") && world_at_fault(&error, "/sort"));
	g_clear_error(&error);
	g_assert_false(saved_view_remove(kit->db, shared, &ruth, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_DENIED);
	g_clear_error(&error);
	g_assert_true(saved_view_remove(kit->db, own, &ruth, kit->now_ms, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM saved_views WHERE removed_at IS NULL"), ==, 1);
}

static void
test_macros_are_kept(Kit *kit)
{
	Actor ruth = world_actor(world_user(kit, "Ruth", "ruth@example.org", "agent"), "agent");
	Actor boss = world_actor(world_user(kit, "Sam", "sam@example.org", "supervisor"), "supervisor");
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = NULL, one = NULL;
	char own[16], shared[16];

	g_assert_true(macro_add(kit->db, "Sorry", "We are sorry.", "complaint", TRUE, kit->actor, kit->now_ms, shared, &error));
	g_assert_true(macro_add(kit->db, "Mine", "Hi", NULL, FALSE, &ruth, kit->now_ms, own, &error));
	list = macro_list(kit->db, ruth.user_id, &error);
	g_assert_cmpuint(json_array_size(list), ==, 2);
	g_assert_null(macro_get(kit->db, own, 999, &error));
	g_clear_error(&error);
	g_assert_false(macro_change(kit->db, shared, 0, "x", NULL, NULL, -1, &ruth, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_DENIED);
	g_clear_error(&error);
	g_assert_true(macro_change(kit->db, shared, 1, NULL, "We are very sorry.", "", -1, kit->actor, kit->now_ms, &error));
	g_assert_false(macro_change(kit->db, shared, 1, NULL, "x", NULL, -1, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	one = macro_get(kit->db, shared, ruth.user_id, &error);
	g_assert_true(json_is_null(json_object_get(one, "kind")));
	/* Hers becomes everybody's by who may, and nobody else takes it back for themselves. */
	g_assert_false(macro_change(kit->db, own, 0, NULL, NULL, NULL, TRUE, &ruth, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_DENIED);
	g_clear_error(&error);
	g_assert_true(macro_change(kit->db, own, 0, NULL, NULL, NULL, TRUE, &boss, kit->now_ms, &error) == FALSE); /* not the boss's to see */
	g_clear_error(&error);
	g_assert_true(macro_change(kit->db, shared, 0, NULL, NULL, NULL, FALSE, &boss, kit->now_ms, &error));
	g_assert_no_error(error);
	g_assert_null(macro_get(kit->db, shared, ruth.user_id, NULL));
	g_assert_true(macro_change(kit->db, shared, 0, NULL, NULL, NULL, TRUE, &boss, kit->now_ms, &error));
	g_assert_no_error(error);
	json_decref(one);
	one = macro_get(kit->db, shared, ruth.user_id, &error);
	g_assert_true(json_flag(one, "shared", FALSE));
	g_assert_true(macro_remove(kit->db, own, &ruth, kit->now_ms, &error));
	g_assert_false(macro_add(kit->db, "", "", "rant", FALSE, &ruth, kit->now_ms, own, &error));
	g_assert_true(world_at_fault(&error, "/name") && world_at_fault(&error, "/body") && world_at_fault(&error, "/kind"));
}

static void
test_variables(void)
{
	static const struct {
		const char *body, *text;
		guint faults;
	} rows[] = {
		{ "Dear {{customer.first_name}},", "Dear Ada,", 0 },
		{ "{{customer.name}} {{ case.ref }}", "Ada Lovelace 7KQM-4TXB", 0 },
		{ "{{case.subject}} <b>", "It & its lid <b>", 0 },
		{ "{{agent.first_name}}, {{today}}", "Ruth, 19 November 2026", 0 },
		{ "{{customer.fist_name}}", "{{customer.fist_name}}", 1 },
		{ "{{team.name}}", "{{team.name}}", 1 },
		{ "{{team.name|our team}}", "our team", 0 },
		{ "{{nothing|else}}", "{{nothing|else}}", 1 },
		{ "{{", "{{", 0 },
		{ "}} {{ }}", "}} {{ }}", 1 },
		{ "plain", "plain", 0 },
		{ "", "", 0 },
		{ "{{{{case.ref}}}}", "{{{{case.ref}}}}", 1 },
	};
	const Case it = { .ref = (char *)"7KQM-4TXB", .subject = (char *)"It & its lid", .customer_name = (char *)"Ada Lovelace" };
	Actor agent = world_actor(1, "agent");

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(json_t) value = macro_render(rows[i].body, &it, &agent, 1795087320000);

		g_assert_cmpstr(json_text(value, "text", ""), ==, rows[i].text);
		g_assert_cmpuint(json_array_size(json_object_get(value, "faults")), ==, rows[i].faults);
	}
	g_strlcpy(agent.lang, "de", sizeof agent.lang);
	{
		g_autoptr(json_t) value = macro_render("{{today}}", &it, &agent, 1772600000000);

		g_assert_cmpstr(json_text(value, "text", ""), ==, "4. M\xc3\xa4rz 2026");
	}
}

static gboolean
change(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(GPtrArray) tags = g_ptr_array_new();

	g_ptr_array_add(tags, (gpointer)"vip");
	return case_change(kit->db, *(gint64 *)data, 0,
	                   &(CaseChange){ .given = CASE_SUBJECT | CASE_CATEGORY | CASE_TAGS | CASE_EXTERNAL_ID, .subject = "new", .category = "C", .tags = tags, .external_id = "E" }, kit->actor,
	                   kit->now_ms, error);
}

static void
unchanged(Kit *kit, gpointer data)
{
	g_autoptr(Case) it = world_look(kit, *(gint64 *)data);

	g_assert_cmpstr(it->subject, ==, "kettle");
	g_assert_cmpint(it->version, ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM case_tags"), ==, 0);
}

static gboolean
add_view(Kit *kit, gpointer data, GError **error)
{
	Actor ruth = world_actor(*(gint64 *)data, "agent");
	char ref[16];

	return saved_view_add(kit->db, "v", "", NULL, FALSE, &ruth, kit->now_ms, ref, error) && saved_view_remove(kit->db, ref, &ruth, kit->now_ms, error);
}

static gboolean
add_macro(Kit *kit, gpointer data, GError **error)
{
	char ref[16];

	return macro_add(kit->db, "m", "b", NULL, TRUE, kit->actor, kit->now_ms, ref, error) && macro_change(kit->db, ref, 0, "n", NULL, NULL, -1, kit->actor, kit->now_ms, error) &&
	       macro_remove(kit->db, ref, kit->actor, kit->now_ms, error);
}

static void
test_torture(Kit *kit)
{
	gint64 id = world_case(kit, "kettle"), ruth = world_user(kit, "Ruth", "ruth@example.org", "agent");

	world_word(kit, TREE_CATEGORY, "C");
	kit_torture(kit, change, unchanged, &id, 15);
	kit_torture(kit, add_view, NULL, &ruth, 8);
	kit_torture(kit, add_macro, NULL, NULL, 10);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/change/told-in-the-event", test_changes_are_told_in_the_event);
	kit_add("/change/nothing-new-is-nothing", test_nothing_new_is_nothing);
	kit_add("/change/cleared-with-nothing", test_cleared_with_nothing);
	kit_add("/change/faults-and-stale", test_faults_and_stale);
	kit_add("/change/a-new-subject-is-found", test_a_new_subject_is_found);
	kit_add("/view/saved", test_saved_views);
	kit_add("/macro/kept", test_macros_are_kept);
	kit_add_plain("/macro/variables", test_variables);
	kit_add("/change/torture", test_torture);
	return kit_run();
}
