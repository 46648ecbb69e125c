/* test_decision.c - what a decision needs, what it keeps when it is made anew, and that an ended case keeps its own. */
#include "world.h"
#include "cases/decision.h"

static json_t *
points(const char *first, const char *second)
{
	json_t *list = json_array();

	json_array_append_new(list, json_pack("{s:s,s:s}", "text", "The engineer did not come", "outcome", first));
	if (second != NULL)
		json_array_append_new(list, json_pack("{s:s,s:s}", "text", "The floor", "outcome", second));
	return list;
}

static gboolean
decide(Kit *kit, gint64 id, const char *outcome, const char *reasons, const json_t *list, GError **error)
{
	return decision_make(kit->db, id, 0, &(NewDecision){ .outcome = outcome, .reasons = reasons, .points = list }, kit->actor, kit->now_ms, error);
}

static void
test_points_agree_with_the_outcome(void)
{
	static const struct { const char *outcome, *first, *second; gboolean fine; } table[] = {
		{ "upheld", "upheld", "not_upheld", TRUE }, { "upheld", "not_upheld", "not_upheld", FALSE }, { "not_upheld", "not_upheld", NULL, TRUE },
		{ "not_upheld", "partly_upheld", NULL, FALSE }, { "partly_upheld", "not_upheld", "upheld", TRUE }, { "referred", "upheld", NULL, TRUE },
		{ "upheld", "perhaps", NULL, FALSE }, { "upheld", NULL, NULL, FALSE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autoptr(json_t) list = points(table[i].first != NULL ? table[i].first : "", table[i].second);
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(decision_check(&(NewDecision){ .outcome = table[i].outcome, .points = list }, &error), ==, table[i].fine);
		g_assert_true(table[i].fine == (error == NULL));
		if (!table[i].fine)
			g_assert_true(world_at_fault(&error, "/points"));
	}
}

static void
test_bad_points(void)
{
	static const char *const bad[] = { "{}", "\"x\"", "[1]", "[{\"outcome\":\"upheld\"}]", "[{\"text\":\"  \",\"outcome\":\"upheld\"}]" };
	g_autofree char *vast = g_strnfill(DECISION_MAX_POINT + 1, 'x'), *long_reasons = g_strnfill(DECISION_MAX_REASONS + 1, 'x');
	g_autoptr(json_t) wide = json_pack("[{s:s,s:s}]", "text", vast, "outcome", "upheld"), many = json_array();
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(json_t) list = json_loads(bad[i], JSON_DECODE_ANY, NULL);
		g_autoptr(GError) why = NULL;

		g_assert_false(decision_check(&(NewDecision){ .outcome = "upheld", .points = list }, &why));
		g_assert_true(world_at_fault(&why, "/points"));
	}
	for (int i = 0; i <= DECISION_MAX_POINTS; i++)
		json_array_append_new(many, json_pack("{s:s,s:s}", "text", "x", "outcome", "upheld"));
	g_assert_false(decision_check(&(NewDecision){ .outcome = "upheld", .points = many }, NULL));
	g_assert_false(decision_check(&(NewDecision){ .outcome = "upheld", .points = wide }, NULL));
	g_assert_false(decision_check(&(NewDecision){ .outcome = "fair", .reasons = long_reasons }, &error));
	g_assert_true(world_at_fault(&error, "/outcome") && world_at_fault(&error, "/reasons"));
}

static void
test_made_anew_after_reopening(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = points("not_upheld", NULL), now = NULL, none = NULL, again = NULL, all = NULL;
	g_autoptr(Case) it = NULL, open = NULL, anew = NULL;
	StageMove resolve = { .stage = "resolved", .outcome = "not_upheld", .root_cause = "Product", .reasons = "It was used without water.", .points = list };

	world_word(kit, TREE_ROOT_CAUSE, "Product");
	g_assert_true(case_move(kit->db, id, &resolve, kit->actor, kit->now_ms, &error));
	it = world_look(kit, id);
	now = decision_get(kit->db, it, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(json_text(now, "outcome", ""), ==, "not_upheld");
	g_assert_cmpstr(json_text(now, "reasons", ""), ==, "It was used without water.");
	g_assert_cmpuint(json_array_size(json_object_get(now, "points")), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'case.decided' AND CAST(facts AS TEXT) NOT LIKE '%water%' AND CAST(facts AS TEXT) NOT LIKE '%engineer%'"), ==, 1);
	/* Ended: it stays as it is. */
	g_assert_false(decide(kit, id, "upheld", "We were wrong.", NULL, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_false(decide(kit, id, "not_upheld", "Other reasons.", NULL, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	/* The customer writes: open again, without an outcome; what was decided is kept. */
	world_say(kit, id, "inbound", "There was water in it.", kit->actor);
	open = world_look(kit, id);
	none = decision_get(kit->db, open, &error);
	g_assert_true(json_is_null(none));
	g_assert_true(decide(kit, id, "upheld", "The sensor is at fault.", NULL, &error));
	/* Resolving with it says nothing new: no further decision. */
	g_assert_true(case_move(kit->db, id, &(StageMove){ .stage = "resolved" }, kit->actor, kit->now_ms, &error));
	anew = world_look(kit, id);
	again = decision_get(kit->db, anew, &error);
	g_assert_cmpstr(json_text(again, "reasons", ""), ==, "The sensor is at fault.");
	all = decision_list(kit->db, id, &error);
	g_assert_cmpuint(json_array_size(all), ==, 2);
	g_assert_cmpstr(json_text(json_array_get(all, 1), "outcome", ""), ==, "not_upheld");
}

static void
test_reasons_may_be_added_to_an_import(Kit *kit)
{
	gint64 id = world_case_of(kit, (NewCase){ .subject = "old", .severity = -1, .stage = "closed", .outcome = "upheld" });
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = world_look(kit, id);
	g_autoptr(json_t) bare = decision_get(kit->db, it, &error), whole = NULL;

	g_assert_cmpstr(json_text(bare, "outcome", ""), ==, "upheld");
	g_assert_true(json_is_null(json_object_get(bare, "reasons")));
	g_assert_false(decide(kit, id, "upheld", NULL, NULL, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_true(decide(kit, id, "upheld", "It leaked.", NULL, &error));
	whole = decision_get(kit->db, it, &error);
	g_assert_cmpstr(json_text(whole, "reasons", ""), ==, "It leaked.");
}

static void
test_refusals(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	Actor reader = world_actor(world_user(kit, "Ann", "ann@example.org", "auditor"), "auditor");
	g_autoptr(GError) error = NULL;
	const NewDecision make = { .outcome = "upheld" };

	g_assert_false(decision_make(kit->db, id, 0, &make, &reader, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_DENIED);
	g_clear_error(&error);
	g_assert_false(decision_make(kit->db, id, 99, &make, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_false(decide(kit, id, NULL, "Because.", NULL, &error));
	g_assert_true(world_at_fault(&error, "/outcome"));
	g_clear_error(&error);
	/* Reasons without an outcome are not lost in silence. */
	g_assert_false(case_move(kit->db, id, &(StageMove){ .stage = "investigating", .reasons = "Because." }, kit->actor, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/outcome"));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM decisions"), ==, 0);
}

static gboolean
torture_decide(Kit *kit, gpointer data, GError **error)
{
	return decide(kit, *(gint64 *)data, "partly_upheld", "Half of it.", NULL, error);
}

static void
torture_unchanged(Kit *kit, G_GNUC_UNUSED gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM decisions"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases WHERE outcome IS NOT NULL"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'case.decided'"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");

	kit_torture(kit, torture_decide, torture_unchanged, &id, 5);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/decision/points_agree_with_the_outcome", test_points_agree_with_the_outcome);
	kit_add_plain("/decision/bad_points", test_bad_points);
	kit_add("/decision/made_anew_after_reopening", test_made_anew_after_reopening);
	kit_add("/decision/reasons_may_be_added_to_an_import", test_reasons_may_be_added_to_an_import);
	kit_add("/decision/refusals", test_refusals);
	kit_add("/decision/torture", test_torture);
	return kit_run();
}
