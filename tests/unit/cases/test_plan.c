/* test_plan.c - no view and no order of the queue sorts or goes through the whole table: each statement's plan, asked of
 * SQLite for every view with every order, on the first page and on a later one. */
#include "cases/walk.h"
#include "world.h"
#include <string.h>

static const char *const queries[] = { "", "channel:form", "is:open category:x", "received:2026-03", "resolved:2026-03", "owner:none is:open", "is:closed", "clock:soon", "clock:late clock:answer -clock:soon", "missed:resolve", "-missed:any", "remedy:refund remedy:done", "csat:1-2", "-followup:right", "promise:open", "promise:soon is:open", "promise:open is:closed owner:none",
	NULL };

static gboolean
is_good(const char *detail)
{
	/* "SCAN c" goes through the table; with an index it walks that in its order, and a limit stops it. */
	if (strstr(detail, "TEMP B-TREE") != NULL)
		return FALSE;
	if (g_str_has_prefix(detail, "SCAN s")) /* another table, looked at for each case */
		return FALSE;
	return !(g_str_has_prefix(detail, "SCAN c") && strstr(detail, "INDEX") == NULL);
}

static void
look_at_plan(Kit *kit, const Where *where, const char *what)
{
	g_autofree char *text = g_strconcat("EXPLAIN QUERY PLAN ", where->text->str, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(kit->db, db_sql_compose(kit->db, "plan", text, where->args->len), (const DbArg *)where->args->data, where->args->len, &error);

	g_assert_no_error(error);
	while (db_rows_next(rows, &error))
		if (!is_good(db_rows_text(rows, "detail")))
			g_error("%s: %s\n%s", what, db_rows_text(rows, "detail"), where->text->str);
	g_assert_no_error(error);
}

static void
look_at(Kit *kit, const char *view, const char *text, Sort sort)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(CaseQuery) query = case_query_parse(text, kit->now_ms, "UTC");
	g_auto(Filter) filter = { 0 };
	Stretch stretches[MAX_STRETCHES];
	guint n;

	g_assert_true(filter_init(&filter, kit->db, view, query, kit->actor, kit->now_ms, &error));
	n = order_stretches(&filter, sort, stretches);
	for (guint i = 0; i < n; i++)
		for (int later = 0; later <= 1 && walk_can_hold(&filter, sort, i); later++) {
			g_autofree char *what = g_strdup_printf("view %s, sort %s, \"%s\", stretch %u, %s", view, case_sorts[sort], text, i, later ? "later" : "first");
			const Place after = { i, kit->now_ms, 7 };
			g_auto(Where) where = { 0 };

			walk_statement(&filter, &stretches[i], later ? &after : NULL, NULL, 50, &where);
			look_at_plan(kit, &where, what);
		}
}

static void
test_every_view_and_order(Kit *kit)
{
	if (kit->engine != DB_SQLITE)
		return;
	for (guint v = 0; case_views[v] != NULL; v++)
		for (int sort = SORT_DUE; sort < SORT_RANK; sort++)
			for (guint q = 0; queries[q] != NULL; q++)
				look_at(kit, case_views[v], queries[q], (Sort)sort);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/plan/every-view-and-order", test_every_view_and_order);
	return kit_run();
}
