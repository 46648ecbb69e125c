/* test_due.c - what is due next, by a table. */
#include "cases/due.h"
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

static void
test_soon_is_the_last_quarter(void)
{
	g_assert_cmpint(due_soon_from(0, 400), ==, 300);
	g_assert_cmpint(due_soon_from(1000, 1000 + 24 * H), ==, 1000 + 18 * H);
	g_assert_cmpint(due_soon_from(500, 400), ==, 500);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/due/table", test_table);
	kit_add_plain("/due/soon-is-the-last-quarter", test_soon_is_the_last_quarter);
	return kit_run();
}
