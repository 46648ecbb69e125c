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

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/statements/all", test_all_prepared);
	kit_add("/statements/case_page_makes_no_trees", test_case_page_makes_no_trees);
	return kit_run();
}
