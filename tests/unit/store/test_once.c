/* One unit of work without a running store, as a command that keeps one mail does. */
#include "kit/kit.h"

static const DbSql COUNT = { "count_once", "SELECT count(*) AS value FROM settings WHERE value = 'once'", 0, FALSE };
static const DbSql ADD = { "add_once", "INSERT INTO settings (name, value) VALUES ($1, 'once')", 1, TRUE };

typedef struct {
	const char *name;
	gboolean fails;
} One;

static gboolean
write_setting(Db *db, gpointer data, GError **error)
{
	const One *one = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	if (tx == NULL || !db_exec(db, &ADD, DB_ARGS(DB_TEXT(one->name)), NULL, error))
		return FALSE;
	if (!one->fails)
		return db_tx_commit(tx, error);
	g_set_error_literal(error, ERR, ERR_INVALID, "as the test wants");
	return FALSE;
}

/* One unit without a store: in a folder of its own, beside a store that has the folder, and a failure leaves nothing. */
static void
test_one_unit_at_once(Kit *kit)
{
	g_autofree char *dir = g_build_filename(kit->dir, "once", NULL);
	const StoreOptions options = { .data_dir = dir, .url = kit->url, .beside = TRUE, .migrate = TRUE };
	One good = { "one", FALSE }, bad = { "two", TRUE }, beside = { "three", FALSE };
	g_autoptr(GError) error = NULL;
	gint64 n = 0;
	Store *store;

	g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
	g_assert_true(store_write_once(&options, write_setting, &good, &error));
	g_assert_no_error(error);
	g_assert_false(store_write_once(&options, write_setting, &bad, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_clear_error(&error);
	store = store_open(&options, &error);
	g_assert_no_error(error);
	g_assert_true(store_write_once(&options, write_setting, &beside, &error));
	g_assert_true(db_query_int(store_reader(store, NULL), &COUNT, DB_NO_ARGS, &n, NULL, NULL));
	g_assert_cmpint(n, ==, 2);
	store_close(store);
	store = store_open(&(StoreOptions){ .data_dir = dir, .url = kit->url, .migrate = TRUE }, &error); /* the folder is free again */
	g_assert_no_error(error);
	store_close(store);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/store/at_once", test_one_unit_at_once);
	return kit_run();
}
