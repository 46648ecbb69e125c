/* test_losers.c - units that lose against others on PostgreSQL run again, and in the end alone. Units besides: test_store.c. */
#include "kit/kit.h"

/* A unit that reads what another one changes meanwhile: on PostgreSQL one of them runs again. @data counts how often it ran. */
static gboolean
count_up(Db *db, gpointer data, GError **error)
{
	static const DbSql GET = { "get", "SELECT CAST(value AS BIGINT) AS value FROM settings WHERE name = 'n'", 0, FALSE };
	static const DbSql SET = { "set", "UPDATE settings SET value = CAST($1 AS TEXT) WHERE name = 'n'", 1, TRUE };
	g_autofree char *text = NULL;
	g_autoptr(DbTx) tx = db_begin(db, error);
	gint64 n;

	++*(int *)data;
	if (tx == NULL || !db_query_int(db, &GET, DB_NO_ARGS, &n, NULL, error))
		return FALSE;
	text = g_strdup_printf("%d", (int)n + 1);
	return db_exec(db, &SET, DB_ARGS(DB_TEXT(text)), NULL, error) && db_tx_commit(tx, error);
}

static gpointer
count_in_thread(gpointer data)
{
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < 20; i++) {
		int n_runs = 0;

		store_write(data, count_up, &n_runs, &error);
		g_assert_no_error(error);
		g_assert_cmpint(n_runs, <=, 5); /* the fifth time nobody else was there to lose against */
	}
	return NULL;
}

static void
test_losers_run_again(Kit *kit)
{
	Store *store = kit_store(kit);
	GThread *threads[6];

	g_assert_true(db_script(kit->db, "INSERT INTO settings (name, value) VALUES ('n', '0')", NULL));
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new(NULL, count_in_thread, store);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
	g_assert_cmpint(kit_count(kit, "SELECT CAST(value AS BIGINT) FROM settings WHERE name = 'n'"), ==, 120);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/store/losers_run_again", test_losers_run_again);
	return kit_run();
}
