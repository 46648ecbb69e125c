/* One unit of work without a running store, as a command that keeps one mail does. */
#include "kit/kit.h"
#include <sys/stat.h>

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

static goffset
log_size(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "redress.db-wal", NULL);
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : 0;
}

/* A command that keeps one mail is there for a moment only: the next one goes on in its log, until that is long. All of it lasts either way. */
static void
test_a_short_log_stays(Kit *kit)
{
	enum { N = 200 };
	g_autofree char *dir = g_build_filename(kit->dir, "short", NULL);
	const StoreOptions options = { .data_dir = dir, .url = kit->engine == DB_SQLITE ? NULL : kit->url, .beside = TRUE, .migrate = TRUE };
	g_autoptr(GError) error = NULL;
	goffset longest = 0;
	gboolean folded = FALSE;
	gint64 n = 0;
	Store *store;

	g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
	for (int i = 0; i < N; i++) {
		g_autofree char *name = g_strdup_printf("number %d", i);
		One one = { name, FALSE };

		g_assert_true(store_write_once(&options, write_setting, &one, &error));
		folded = folded || (longest > 0 && log_size(dir) == 0);
		longest = MAX(longest, log_size(dir));
	}
	store = store_open(&options, &error);
	g_assert_no_error(error);
	g_assert_true(db_query_int(store_reader(store, NULL), &COUNT, DB_NO_ARGS, &n, NULL, NULL));
	g_assert_cmpint(n, ==, N);
	store_close(store);
	if (kit->engine != DB_SQLITE)
		return;
	g_assert_cmpint(longest, >, 0);
	g_assert_cmpint(longest, <, 1024 * 1024);
	g_assert_true(folded);
	g_assert_cmpint(log_size(dir), ==, 0); /* a store that closes leaves one file */
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/store/at_once", test_one_unit_at_once);
	kit_add("/store/a_short_log_stays", test_a_short_log_stays);
	return kit_run();
}
