/* Every statement of every .sql file is understood by both engines, with the parameters and the kind the generator found;
 * those of the page that is read most make no trees of their own. */
#include "all_sql.h"
#include "kit/kit.h"
#include <string.h>

static void
test_all_prepared(Kit *kit)
{
	const char *engine = kit->engine == DB_SQLITE ? "sqlite" : "postgresql";
	guint n = 0;

	for (const AllSql *one = all_sql; one->file != NULL; one++) {
		g_autoptr(GError) error = NULL;

		if (one->engine[0] != '\0' && strcmp(one->engine, engine) != 0)
			continue;
		if (!db_check(kit->db, &one->sql, &error)) {
			g_test_message("%s: %s", one->file, error->message);
			g_test_fail();
		}
		n++;
	}
	g_assert_cmpuint(n, >, 5);
}

/* What GET /cases/{ref} asks. */
static const char *const of_case_page[] = { "case_by_ref", "message_rows", "message_attachments", "link_rows", "timeline_rows", "merged_into_case",
	"customer_by_ref", "contact_list", "list_heads_of_customer", "message_drafts", "events_last", "notice_count", "unread_seen", NULL };

static void
look_at_program(Kit *kit, const DbSql *sql)
{
	g_autofree char *text = g_strconcat("EXPLAIN ", sql->text, NULL);
	const DbArg args[4] = { DB_INT(1), DB_INT(1), DB_INT(1), DB_INT(1) };
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = NULL;

	g_assert_cmpuint(sql->n_args, <=, G_N_ELEMENTS(args));
	rows = db_query(kit->db, db_sql_compose(kit->db, "program", text, sql->n_args), args, sql->n_args, &error);
	g_assert_no_error(error);
	while (db_rows_next(rows, &error))
		if (strcmp(db_rows_text(rows, "opcode"), "OpenEphemeral") == 0)
			g_error("%s makes a tree, which costs more than all else it does: a limited order without an index, or IN (..)", sql->name);
	g_assert_no_error(error);
}

static void
test_case_page_makes_no_trees(Kit *kit)
{
	guint n = 0;

	if (kit->engine != DB_SQLITE)
		return;
	for (const AllSql *one = all_sql; one->file != NULL; one++)
		if (g_strv_contains(of_case_page, one->sql.name)) {
			look_at_program(kit, &one->sql);
			n++;
		}
	g_assert_cmpuint(n, ==, g_strv_length((char **)of_case_page));
}

/* What has a row a case, or more; the names as they stand behind FROM, JOIN or UPDATE. */
static const char *const growing[] = { "cases", "events", "remedies", "offers", "ledger", "clock_results", "case_clocks", "promises", "approvals", "messages", "customers", "notices", "jobs",
	"case_given", "remedy_callbacks", NULL };
/* Walked whole by what is few of it: approvals that wait. */
static const char *const few[] = { "approvals_waiting", NULL };

/* "SCAN r USING ...": whether r is one of the tables that grow, in this statement. */
static gboolean
grows(const char *text, const char *alias)
{
	for (guint i = 0; growing[i] != NULL; i++) {
		g_autofree char *named = g_strdup_printf("\\b%s( AS)? %s\\b", growing[i], alias);

		if (strcmp(growing[i], alias) == 0 || g_regex_match_simple(named, text, 0, 0))
			return TRUE;
	}
	return FALSE;
}

static gboolean
walks_all(const char *text, const char *detail)
{
	g_auto(GStrv) words = g_strsplit(detail, " ", -1);

	/* Into a table that others point to: children are looked at only where a fault of theirs is open. */
	if (strcmp(words[0], "SCAN") != 0 || words[1] == NULL || g_str_has_prefix(text, "INSERT") || !grows(text, words[1]))
		return FALSE;
	for (guint i = 0; words[i] != NULL; i++)
		if (g_strv_contains(few, words[i]))
			return FALSE;
	return TRUE;
}

static void
look_at_plan(Kit *kit, const AllSql *one)
{
	g_autofree char *text = g_strconcat("EXPLAIN QUERY PLAN ", one->sql.text, NULL);
	g_autofree DbArg *args = g_new(DbArg, one->sql.n_args + 1);
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = NULL;

	for (guint i = 0; i < one->sql.n_args; i++)
		args[i] = DB_INT(1);
	rows = db_query(kit->db, db_sql_compose(kit->db, "plan", text, one->sql.n_args), args, one->sql.n_args, &error);
	g_assert_no_error(error);
	while (db_rows_next(rows, &error))
		if (walks_all(one->sql.text, db_rows_text(rows, "detail"))) {
			g_test_message("%s %s: %s", one->file, one->sql.name, db_rows_text(rows, "detail"));
			g_test_fail();
		}
	g_assert_no_error(error);
}

/* Clocks, promises and remedies: no statement goes through a table that grows with the cases. */
static void
test_none_walks_all(Kit *kit)
{
	guint n = 0;

	if (kit->engine != DB_SQLITE)
		return;
	for (const AllSql *one = all_sql; one->file != NULL; one++)
		if (strstr(one->file, "promise/") != NULL || strstr(one->file, "remedy") != NULL || strstr(one->file, "clock_") != NULL) {
			look_at_plan(kit, one);
			n++;
		}
	g_assert_cmpuint(n, >, 100);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/statements/all", test_all_prepared);
	kit_add("/statements/case_page_makes_no_trees", test_case_page_makes_no_trees);
	kit_add("/statements/none_walks_all", test_none_walks_all);
	return kit_run();
}
