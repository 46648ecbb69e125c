/* test_stage.c - the moves between stages: all 49 pairs, who may, what each needs, and what reopening keeps. */
#include "world.h"
#include <string.h>

/* Rows: from; columns: to, in the order of the stages. w needs case.write, c needs case.close. */
static const char *const table[] = {
	/*                   r a i o R f c */
	/* received      */ "-wwww-c",
	/* acknowledged  */ "--www-c",
	/* investigating */ "---ww-c",
	/* offered       */ "--w-w-c",
	/* resolved      */ "--w--wc",
	/* followed_up   */ "--w---c",
	/* closed        */ "--c----",
};

static void
test_all_pairs(void)
{
	for (int from = 0; case_stages[from] != NULL; from++)
		for (int to = 0; case_stages[to] != NULL; to++) {
			const char *needs = stage_move_needs(case_stages[from], case_stages[to]), *want = NULL;

			if (table[from][to] != '-')
				want = table[from][to] == 'w' ? "case.write" : "case.close";
			if (g_strcmp0(needs, want) != 0)
				g_error("%s -> %s needs %s, the table says %s", case_stages[from], case_stages[to], needs != NULL ? needs : "(none)", want != NULL ? want : "(none)");
		}
}

static void
test_what_one_may_choose(void)
{
	Actor agent = { .kind = ACTOR_STAFF, .may = permission_bit("case.write") }, reader = { .kind = ACTOR_STAFF, .may = permission_bit("case.read") };
	g_autoptr(GPtrArray) some = stage_moves("investigating", &agent), all = stage_moves("investigating", actor_system()), none = stage_moves("received", &reader);

	g_assert_cmpuint(some->len, ==, 3); /* offered, resolved and the end */
	g_assert_cmpuint(all->len, ==, 4);
	g_assert_cmpuint(none->len, ==, 1);
}

static gboolean
move(Kit *kit, gint64 id, StageMove how, GError **error)
{
	return case_move(kit->db, id, &how, kit->actor, kit->now_ms, error);
}

static void
test_resolving_a_complaint_needs_both(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = NULL;

	world_word(kit, TREE_ROOT_CAUSE, "Product > Design");
	g_assert_false(move(kit, id, (StageMove){ .stage = "resolved" }, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_assert_true(world_at_fault(&error, "/outcome") && world_at_fault(&error, "/root_cause"));
	g_clear_error(&error);
	g_assert_false(move(kit, id, (StageMove){ .stage = "resolved", .outcome = "upheld", .root_cause = "Nowhere" }, &error));
	g_assert_true(world_at_fault(&error, "/root_cause"));
	g_clear_error(&error);
	kit->now_ms += MS_PER_HOUR;
	g_assert_true(move(kit, id, (StageMove){ .stage = "resolved", .outcome = "upheld", .root_cause = "product>design", .reason = "Seal replaced." }, &error));
	it = world_look(kit, id);
	g_assert_cmpstr(it->stage, ==, "resolved");
	g_assert_cmpstr(it->outcome, ==, "upheld");
	g_assert_cmpint(it->resolved_at, ==, kit->now_ms);
	g_assert_cmpint(it->acknowledged_at, ==, kit->now_ms);
	g_assert_false(it->is_open);
	g_assert_cmpint(it->due_at, ==, 0);
	g_assert_cmpint(it->n_messages, ==, 2); /* the reason is a note */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind IN ('case.stage_changed', 'case.resolved')"), ==, 2);
}

static void
test_other_kinds_and_closing_aside(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 question = world_case_of(kit, (NewCase){ .kind = "question", .severity = -1 }), stray = world_case(kit, "wrong address");

	g_assert_true(move(kit, question, (StageMove){ .stage = "resolved" }, &error));
	g_assert_no_error(error);
	g_assert_false(move(kit, stray, (StageMove){ .stage = "closed", .outcome = "upheld" }, &error));
	g_assert_true(world_at_fault(&error, "/root_cause"));
	g_clear_error(&error);
	g_assert_true(move(kit, stray, (StageMove){ .stage = "closed", .outcome = "withdrawn" }, &error));
	g_assert_no_error(error);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases WHERE resolved_at IS NOT NULL"), ==, 2);
}

static void
test_reopening_keeps_history(Kit *kit)
{
	gint64 ruth = world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent"), id = world_case(kit, "kettle");
	Actor agent = world_actor(ruth, "agent");
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = NULL, again = NULL;

	world_word(kit, TREE_ROOT_CAUSE, "Staff");
	g_assert_true(case_assign(kit->db, id, 0, ruth, 0, kit->actor, kit->now_ms, &error));
	g_assert_true(move(kit, id, (StageMove){ .stage = "closed", .outcome = "not_upheld", .root_cause = "Staff" }, &error));
	g_assert_no_error(error);
	g_assert_false(case_move(kit->db, id, &(StageMove){ .stage = "investigating" }, &agent, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_DENIED);
	g_clear_error(&error);
	g_assert_true(move(kit, id, (StageMove){ .stage = "investigating" }, &error));
	it = world_look(kit, id);
	g_assert_cmpint(it->n_reopened, ==, 1);
	g_assert_null(it->outcome);
	g_assert_cmpint(it->resolved_at, ==, 0);
	g_assert_cmpint(it->closed_at, ==, 0);
	g_assert_cmpstr(it->root_cause, ==, "Staff");
	g_assert_true(it->is_open);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'case.reopened'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices WHERE kind = 'reopened'"), ==, 1);
	g_assert_true(move(kit, id, (StageMove){ .stage = "resolved", .outcome = "upheld" }, &error)); /* the cause is known still */
	again = world_look(kit, id);
	g_assert_cmpstr(again->outcome, ==, "upheld");
}

static void
test_refused_moves(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autoptr(GError) error = NULL;

	g_assert_false(move(kit, id, (StageMove){ .stage = "followed_up" }, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_false(move(kit, id, (StageMove){ .stage = "lost" }, &error));
	g_assert_true(world_at_fault(&error, "/stage"));
	g_clear_error(&error);
	g_assert_false(move(kit, id, (StageMove){ .stage = "investigating", .version = 9 }, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_false(move(kit, 999, (StageMove){ .stage = "investigating" }, &error));
	g_assert_error(error, ERR, ERR_NOT_FOUND);
}

typedef struct {
	gint64 id;
} Given;

static gboolean
resolve(Kit *kit, gpointer data, GError **error)
{
	return move(kit, ((Given *)data)->id, (StageMove){ .stage = "resolved", .outcome = "upheld", .root_cause = "Staff", .reason = "so" }, error);
}

static void
unmoved(Kit *kit, gpointer data)
{
	g_autoptr(Case) it = world_look(kit, ((Given *)data)->id);

	g_assert_cmpstr(it->stage, ==, "received");
	g_assert_cmpint(it->version, ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM messages"), ==, 1);
}

static void
test_torture(Kit *kit)
{
	Given given = { world_case(kit, "kettle") };

	world_word(kit, TREE_ROOT_CAUSE, "Staff");
	kit_torture(kit, resolve, unmoved, &given, 8);
}

/* A day of a case, step by step: each in its own transaction, or all with the case held. */
static void
live(Kit *kit, gint64 id, gboolean hold, gint64 owner_id)
{
	static const NewMessage say[] = { { .direction = "outbound", .body = "We look into it.", .still_ours = TRUE }, { .direction = "inbound", .body = "And?" }, { .direction = "note", .body = "Rang the shop." } };
	static const StageMove moves[] = { { .stage = "investigating" }, { .stage = "offered" }, { .stage = "resolved", .outcome = "upheld", .root_cause = "Staff" } };
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = hold ? db_begin(kit->db, &error) : NULL;
	g_autoptr(Case) it = hold ? case_lock(kit->db, id, &error) : NULL;
	gint64 at = kit->now_ms;

	g_assert_no_error(error);
	if (hold) {
		it->held = TRUE;
		g_assert_true(case_assign_on(kit->db, it, owner_id, 0, kit->actor, at, &error));
	} else {
		g_assert_true(case_assign(kit->db, id, 0, owner_id, 0, kit->actor, at, &error));
	}
	for (guint i = 0; i < 3; i++) {
		at += MS_PER_HOUR;
		g_assert_true(hold ? message_add_on(kit->db, it, &say[i], kit->actor, at, NULL, &error) : message_add(kit->db, id, &say[i], kit->actor, at, NULL, &error));
		at += MS_PER_HOUR;
		g_assert_true(hold ? case_move_on(kit->db, it, &moves[i], kit->actor, at, &error) : case_move(kit->db, id, &moves[i], kit->actor, at, &error));
	}
	g_assert_true(!hold || (case_write(kit->db, it, &error) && db_tx_commit(tx, &error)));
	g_assert_no_error(error);
}

static void
test_held_ends_as_step_by_step(Kit *kit)
{
	gint64 a = world_case(kit, "kettle"), b = world_case(kit, "kettle"), owner = world_user(kit, "Priya Nair", "priya@example.org", "agent");
	g_autoptr(Case) one = NULL, other = NULL;
	g_autoptr(json_t) left = NULL, right = NULL;

	world_word(kit, TREE_ROOT_CAUSE, "Staff");
	live(kit, a, FALSE, owner);
	live(kit, b, TRUE, owner);
	one = world_look(kit, a);
	other = world_look(kit, b);
	g_assert_cmpint(one->version, ==, 8);
	left = case_to_json(one);
	right = case_to_json(other);
	json_object_del(left, "ref");
	json_object_del(right, "ref");
	g_assert_true(json_equal(left, right));
	/* And so do the rows beside it: messages, and events with their versions. */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events"), >, 14);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM (SELECT kind FROM events WHERE case_id IS NOT NULL GROUP BY kind, at, CAST(facts AS TEXT) HAVING count(*) <> 2) AS odd"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM (SELECT body FROM messages GROUP BY body, said_at, direction HAVING count(*) <> 2) AS odd"), ==, 0);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/stage/all-pairs", test_all_pairs);
	kit_add_plain("/stage/what-one-may-choose", test_what_one_may_choose);
	kit_add("/stage/resolving-a-complaint-needs-both", test_resolving_a_complaint_needs_both);
	kit_add("/stage/other-kinds-and-closing-aside", test_other_kinds_and_closing_aside);
	kit_add("/stage/reopening-keeps-history", test_reopening_keeps_history);
	kit_add("/stage/refused-moves", test_refused_moves);
	kit_add("/stage/torture", test_torture);
	kit_add("/stage/held-ends-as-step-by-step", test_held_ends_as_step_by_step);
	return kit_run();
}
