/* When the disk is waited for: at each commit, or where the store's owner says so, once for many. */
#include "kit/kit.h"
#include "store/store.h"
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

static const DbSql ADD = { "add", "INSERT INTO settings (name, value) VALUES ($1, 'v')", 1, TRUE };
static gint n_syncs;
static gboolean disk_fails;

/* Before the system's own, also for SQLite. */
int
fdatasync(int fd)
{
	g_atomic_int_inc(&n_syncs);
	if (!disk_fails)
		return (int)syscall(SYS_fdatasync, fd);
	errno = EIO;
	return -1;
}

static gboolean
add_one(Db *db, gpointer data, GError **error)
{
	g_autofree char *name = g_strdup_printf("unit %d", *(int *)data);
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && db_exec(db, &ADD, DB_ARGS(DB_TEXT(name)), NULL, error) && db_tx_commit(tx, error);
}

static int
syncs_of(Store *store, int from, int n)
{
	int before = g_atomic_int_get(&n_syncs);

	for (int i = from; i < from + n; i++)
		g_assert_true(store_write(store, add_one, &i, NULL));
	return g_atomic_int_get(&n_syncs) - before;
}

static Store *
open_store(Kit *kit, gboolean later)
{
	g_autoptr(GError) error = NULL;
	Store *store = store_open(&(StoreOptions){ .data_dir = kit->dir, .url = kit->url, .sync_later = later }, &error);

	g_assert_no_error(error);
	return store;
}

static void
test_each_commit_waits(Kit *kit)
{
	g_autoptr(Store) store = open_store(kit, FALSE);
	int n;

	if (kit->engine != DB_SQLITE)
		return;
	syncs_of(store, 0, 1);
	g_assert_cmpint(syncs_of(store, 1, 20), >=, 20);
	n = g_atomic_int_get(&n_syncs);
	g_assert_true(store_sync(store, NULL));
	g_assert_cmpint(g_atomic_int_get(&n_syncs), ==, n); /* nothing was left to do */
}

static void
test_once_for_many(Kit *kit)
{
	g_autoptr(Store) store = open_store(kit, TRUE);
	g_autoptr(GError) error = NULL;
	int n;

	if (kit->engine != DB_SQLITE) { /* where it is as ever */
		syncs_of(store, 0, 3);
		g_assert_true(store_sync(store, NULL));
		return;
	}
	syncs_of(store, 0, 1); /* the log is begun */
	g_assert_cmpint(syncs_of(store, 1, 20), ==, 0);
	n = g_atomic_int_get(&n_syncs);
	g_assert_true(store_sync(store, &error));
	g_assert_cmpint(g_atomic_int_get(&n_syncs), ==, n + 1);
	disk_fails = TRUE;
	g_assert_false(store_sync(store, &error));
	disk_fails = FALSE;
	g_assert_error(error, ERR, ERR_BUSY);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/sync/each-commit-waits", test_each_commit_waits);
	kit_add("/sync/once-for-many", test_once_for_many);
	return kit_run();
}
