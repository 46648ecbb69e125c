/* test_promised_case.c - what promises do to the version of their case, and where those of a merged case are due. Their life: test_promising.c. */
#include "../cases/world.h"
#include "cases/merge.h"
#include "flow/promise/promising.h"
#include <string.h>

static gint64
promise_it(Kit *kit, gint64 case_id, const char *what, gint64 in_ms, const Actor *actor)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	const NewPromise make = { .what = what, .due_at = kit->now_ms + in_ms };
	gint64 id = 0;

	promising_make_in(kit->db, case_id, &make, actor, kit->now_ms, &id, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	return id;
}

static gboolean
keep(Kit *kit, gint64 id, gint64 kept_at, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);

	return promising_keep_in(kit->db, id, 0, kept_at, kit->actor, kit->now_ms, error) && db_tx_commit(tx, error);
}

static gboolean
move_and_withdraw(Kit *kit, gint64 id, GError **error)
{
	const PromiseChange change = { .given = PROMISE_DUE, .due_at = kit->now_ms + 4 * MS_PER_HOUR };
	g_autoptr(DbTx) tx = db_begin(kit->db, error);

	return promising_change_in(kit->db, id, 0, &change, kit->actor, kit->now_ms, error) &&
	       promising_withdraw_in(kit->db, id, 0, "no longer needed", kit->actor, kit->now_ms, error) && db_tx_commit(tx, error);
}

/* People who promise, move, keep and take back move the case to its next version each time; the time that passes does not. */
static void
test_the_version_tells(Kit *kit)
{
	gint64 id = world_case(kit, "kettle"), first, other;
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) made = NULL, kept = NULL, moved = NULL;

	first = promise_it(kit, id, "call back", 2 * MS_PER_HOUR, kit->actor);
	other = promise_it(kit, id, "send the label", 3 * MS_PER_HOUR, kit->actor);
	made = world_look(kit, id);
	g_assert_cmpint(made->version, ==, 3);
	g_assert_true(keep(kit, first, 0, &error));
	kept = world_look(kit, id);
	g_assert_cmpint(kept->version, ==, 4);
	g_assert_true(move_and_withdraw(kit, other, &error));
	g_assert_no_error(error);
	moved = world_look(kit, id);
	g_assert_cmpint(moved->version, ==, 6);
	g_assert_cmpint(moved->promise_due_at, ==, 0);
}

/* What was promised on a case that goes into another is due there, until it is kept or the merge is taken back. */
static void
test_merged_cases(Kit *kit)
{
	gint64 target = world_case(kit, "kettle"), source = world_case(kit, "kettle again"), id;
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) merged = NULL, kept = NULL, apart = NULL, back = NULL;

	id = promise_it(kit, source, "call back", 2 * MS_PER_HOUR, kit->actor);
	promise_it(kit, source, "send the label", 3 * MS_PER_HOUR, kit->actor);
	g_assert_true(case_merge(kit->db, source, target, kit->actor, kit->now_ms, &error));
	g_assert_no_error(error);
	merged = world_look(kit, target);
	g_assert_cmpint(merged->promise_due_at, ==, kit->now_ms + 2 * MS_PER_HOUR);
	g_assert_cmpint(merged->due_at, ==, kit->now_ms + 2 * MS_PER_HOUR);
	g_assert_cmpstr(merged->due_kind, ==, "promise");
	g_assert_cmpint(merged->n_promises, ==, 0); /* made on it: none */
	g_assert_true(keep(kit, id, 0, &error));
	kept = world_look(kit, target);
	g_assert_cmpint(kept->due_at, ==, kit->now_ms + 3 * MS_PER_HOUR);
	g_assert_cmpint(kept->version, ==, merged->version + 1);
	g_assert_true(case_merge_undo(kit->db, source, kit->actor, kit->now_ms, &error));
	g_assert_no_error(error);
	apart = world_look(kit, target);
	g_assert_cmpint(apart->promise_due_at, ==, 0);
	g_assert_cmpstr(apart->due_kind, !=, "promise");
	back = world_look(kit, source);
	g_assert_cmpint(back->promise_due_at, ==, kit->now_ms + 3 * MS_PER_HOUR);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/promised-case/version", test_the_version_tells);
	kit_add("/promised-case/merged", test_merged_cases);
	return kit_run();
}
