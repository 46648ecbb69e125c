/* test_due.c - what is due next, by a table. */
#include "cases/due.h"
#include "cases/promised.h"
#include "cases/stage.h"
#include "promise/promise.h"
#include "world.h"
#include <string.h>

#define H MS_PER_HOUR
#define D MS_PER_DAY

/* With the policies as they are shipped: the numbers that held before there were any. */
static void
test_table(Kit *kit)
{
	static const struct {
		const char *stage;
		gint64 severity, received, inbound, message;
		gboolean open, waiting;
		const char *kind;
		gint64 due;
	} rows[] = {
		{ "received", 1, 1000, 1000, 1000, TRUE, FALSE, "acknowledge", 1000 + 24 * H },
		{ "received", 0, 1000, 1000, 1000, TRUE, FALSE, "acknowledge", 1000 + 24 * H },
		{ "received", 2, 1000, 1000, 1000, TRUE, FALSE, "acknowledge", 1000 + 8 * H },
		{ "received", 3, 1000, 1000, 1000, TRUE, FALSE, "acknowledge", 1000 + 2 * H },
		{ "acknowledged", 1, 1000, 1000, 1000, TRUE, FALSE, "answer", 1000 + 48 * H },
		{ "acknowledged", 2, 1000, 5000, 5000, TRUE, FALSE, "answer", 5000 + 24 * H },
		{ "investigating", 3, 1000, 5000, 5000, TRUE, FALSE, "answer", 5000 + 4 * H },
		{ "investigating", 1, 1000, 5000, 6000, TRUE, FALSE, "resolve", 1000 + 28 * D },
		{ "offered", 2, 1000, 5000, 6000, TRUE, FALSE, "resolve", 1000 + 14 * D },
		{ "offered", 3, 1000, 5000, 6000, TRUE, FALSE, "resolve", 1000 + 3 * D },
		{ "acknowledged", 1, 1000, 0, 0, TRUE, FALSE, "resolve", 1000 + 28 * D },
		{ "acknowledged", 1, 1000, 1000, 2000, TRUE, TRUE, NULL, 0 },
		{ "received", 1, 1000, 1000, 1000, TRUE, TRUE, NULL, 0 },
		{ "resolved", 1, 1000, 1000, 1000, FALSE, FALSE, NULL, 0 },
		{ "received", 99, 1000, 1000, 1000, TRUE, FALSE, "acknowledge", 1000 + 2 * H },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		Case it = {
			.kind = (char *)"complaint", .channel = (char *)"form", .stage = (char *)rows[i].stage, .severity = rows[i].severity, .received_at = rows[i].received,
			.last_inbound_at = rows[i].inbound, .last_message_at = rows[i].message, .is_open = rows[i].open, .waiting = rows[i].waiting, .lived = TRUE,
			.acknowledged_at = strcmp(rows[i].stage, "received") == 0 ? 0 : rows[i].received,
		};
		g_autoptr(GError) error = NULL;

		g_assert_true(due_reckon(kit->db, &it, RECKON_LIFE, rows[i].received, &error));
		g_assert_cmpstr(it.due_kind, ==, rows[i].kind);
		g_assert_cmpint(it.due_at, ==, rows[i].due);
		clock_row_free(it.clocks);
		g_free(it.due_kind);
	}
}

/* Soon is the 75 % of the clock that is due next, whichever that is; of a promise, when somebody is told of it. */
static void
test_soon_is_the_clocks_own(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	Actor agent = world_actor(world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent"), "agent");
	const gint64 began = kit->now_ms;
	g_autoptr(Case) first = world_look(kit, id), answered = NULL, promised = NULL, again = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = NULL;
	char ref[16];

	g_assert_cmpstr(first->due_kind, ==, "acknowledge");
	g_assert_cmpint(first->soon_at, ==, began + 18 * H);
	g_assert_true(case_move(kit->db, id, &(StageMove){ .stage = "acknowledged" }, &agent, kit->now_ms, &error));
	answered = world_look(kit, id);
	g_assert_cmpstr(answered->due_kind, ==, "answer");
	g_assert_cmpint(answered->soon_at, ==, began + 36 * H);
	tx = db_begin(kit->db, &error);
	g_assert_true(promise_make_in(kit->db, id, &(NewPromise){ .what = "call back", .due_at = began + 8 * H, .untimed = TRUE }, &agent, kit->now_ms, NULL, ref, &error));
	g_assert_true(case_promised_in(kit->db, id, PROMISED_BY_PEOPLE, kit->now_ms, &error));
	g_assert_true(db_tx_commit(tx, &error));
	promised = world_look(kit, id);
	g_assert_cmpstr(promised->due_kind, ==, "promise");
	g_assert_cmpint(promised->soon_at, ==, began + 6 * H);
	world_say(kit, id, "inbound", "And now?", kit->actor); /* another change of the case keeps it */
	again = world_look(kit, id);
	g_assert_cmpstr(again->due_kind, ==, "promise");
	g_assert_cmpint(again->soon_at, ==, began + 6 * H);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/due/table", test_table);
	kit_add("/due/soon-is-the-clocks-own", test_soon_is_the_clocks_own);
	return kit_run();
}
