/* SQLite's log, written by few calls: what is committed lies in the files by then, whatever the transaction did before, and a disk that takes no
 * more fails the commit. */
#include "store/sqlite_log.h"
#include "kit/kit.h"
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ROWS = 400, STEPS = 120 };

static gint n_writes;
static gboolean disk_full;

/* Before the system's own, also for SQLite. With 64 bits of offset the symbol is pwrite64. */
ssize_t
pwrite(int fd, const void *bytes, size_t size, off_t at)
{
	g_atomic_int_inc(&n_writes);
	if (!disk_full)
		return (ssize_t)syscall(SYS_pwrite64, fd, bytes, size, at);
	errno = ENOSPC;
	return -1;
}

static gboolean
run(sqlite3 *db, const char *text)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
}

static void
step(sqlite3 *db, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = g_strdup_vprintf(format, ap);
	va_end(ap);
	if (!run(db, text))
		g_error("%s: %s", text, sqlite3_errmsg(db));
}

/* As who writes commits. */
static gboolean
commit(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

	g_assert_cmpint(sqlite3_prepare_v2(db, "COMMIT", -1, &stmt, NULL), ==, SQLITE_OK);
	rc = sqlite_log_commit(db, stmt);
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE;
}

/* As who writes opens it, with @settings and a row on nearly every page. */
static sqlite3 *
open_log(Kit *kit, const char *settings, char **ret_path)
{
	sqlite3 *db;

	*ret_path = g_build_filename(kit->dir, "log.db", NULL);
	g_assert_cmpint(sqlite3_open_v2(*ret_path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "redress"), ==, SQLITE_OK);
	step(db, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 300; %s;", settings);
	step(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, filler BLOB NOT NULL)");
	for (int i = 0; i < ROWS; i++)
		step(db, "INSERT INTO t VALUES (%d, 0, zeroblob(2500))", i);
	return db;
}

static void
copy(const char *from, const char *to, const char *end)
{
	g_autofree char *source = g_strconcat(from, end, NULL), *target = g_strconcat(to, end, NULL), *bytes = NULL;
	gsize size;

	g_assert_true(g_file_get_contents(source, &bytes, &size, NULL));
	g_assert_true(g_file_set_contents(target, bytes, (gssize)size, NULL));
}

/* What would be there if the process were killed now: the sum of all n. */
static gint64
kept(const char *path)
{
	g_autofree char *other = g_strconcat(path, ".copy", NULL), *shm = g_strconcat(other, "-shm", NULL);
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db;
	gint64 sum;

	unlink(shm);
	copy(path, other, "");
	copy(path, other, "-wal");
	g_assert_cmpint(sqlite3_open_v2(other, &db, SQLITE_OPEN_READWRITE, "unix"), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_prepare_v2(db, "SELECT sum(n), (SELECT group_concat(integrity_check) FROM pragma_integrity_check) FROM t", -1, &stmt, NULL), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_step(stmt), ==, SQLITE_ROW);
	sum = sqlite3_column_int64(stmt, 0);
	g_assert_cmpstr((const char *)sqlite3_column_text(stmt, 1), ==, "ok");
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return sum;
}

static void
test_a_commit_is_few_writes(Kit *kit)
{
	g_autofree char *path = NULL;
	sqlite3 *db;
	int before;

	if (kit->engine != DB_SQLITE)
		return;
	db = open_log(kit, "PRAGMA synchronous = FULL", &path);
	step(db, "PRAGMA wal_autocheckpoint = 0; UPDATE t SET n = 1 WHERE id = 0");
	step(db, "BEGIN; UPDATE t SET n = n + 1 WHERE id < 100");
	before = g_atomic_int_get(&n_writes); /* behind those of the statement's own journal */
	g_assert_true(commit(db));
	g_assert_cmpint(g_atomic_int_get(&n_writes) - before, >, 0);
	g_assert_cmpint(g_atomic_int_get(&n_writes) - before, <=, 6); /* 100 pages of 4 kB, 31 at once */
	g_assert_cmpint(kept(path), ==, 101);
	sqlite3_close(db);
}

/* A cache too small for a transaction's pages: they go to the log before the commit, are read back from there, and changed where they lie. */
static void
test_pages_come_and_go_within(Kit *kit, const char *settings)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);
	g_autofree char *path = NULL;
	sqlite3 *db = open_log(kit, settings, &path);
	gint64 sum = 0;

	for (int i = 0; i < STEPS; i++) {
		const int n = g_rand_int_range(rand, 1, 60);
		const gboolean keep = g_rand_int_range(rand, 0, 4) != 0;

		step(db, "BEGIN");
		for (int k = 0; k < n; k++)
			step(db, "UPDATE t SET n = n + 1 WHERE id = %d", g_rand_int_range(rand, 0, ROWS));
		if (keep)
			g_assert_true(commit(db));
		else
			step(db, "ROLLBACK");
		sum += keep ? n : 0;
		g_assert_cmpint(kept(path), ==, sum);
	}
	sqlite3_close(db);
}

static void
test_synced(Kit *kit)
{
	if (kit->engine == DB_SQLITE)
		test_pages_come_and_go_within(kit, "PRAGMA synchronous = FULL; PRAGMA cache_size = 12");
}

static void
test_synced_later(Kit *kit)
{
	if (kit->engine == DB_SQLITE)
		test_pages_come_and_go_within(kit, "PRAGMA synchronous = NORMAL; PRAGMA cache_size = 12");
}

static void
test_a_full_disk_fails_the_commit(Kit *kit)
{
	g_autofree char *path = NULL;
	sqlite3 *db;

	if (kit->engine != DB_SQLITE)
		return;
	db = open_log(kit, "PRAGMA synchronous = NORMAL", &path);
	step(db, "UPDATE t SET n = 1 WHERE id = 1; BEGIN; UPDATE t SET n = 5 WHERE id < 20");
	disk_full = TRUE;
	g_assert_false(commit(db));
	g_assert_cmpint(sqlite3_errcode(db) & 0xff, ==, SQLITE_FULL);
	disk_full = FALSE;
	if (sqlite3_get_autocommit(db) == 0)
		step(db, "ROLLBACK");
	g_assert_cmpint(kept(path), ==, 1);
	step(db, "UPDATE t SET n = 5 WHERE id < 20");
	g_assert_cmpint(kept(path), ==, 100);
	sqlite3_close(db);
}

#define MANY "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 200) INSERT INTO t SELECT i + 10000, 7, zeroblob(1500) FROM c"

/* A transaction larger than its cache, after one that had nothing to write or not: what it wrote comes to nothing, and not over what somebody else commits next. */
static void
test_rolled_back(Kit *kit, gboolean after_an_empty_one)
{
	g_autofree char *path = NULL;
	sqlite3 *db, *other;

	if (kit->engine != DB_SQLITE)
		return;
	db = open_log(kit, "PRAGMA synchronous = FULL; PRAGMA cache_size = 20; PRAGMA wal_autocheckpoint = 0", &path);
	step(db, "PRAGMA wal_checkpoint(TRUNCATE); BEGIN IMMEDIATE");
	if (after_an_empty_one) {
		g_assert_true(commit(db));
		step(db, "BEGIN IMMEDIATE");
	}
	step(db, MANY "; ROLLBACK");
	g_assert_cmpint(sqlite3_open_v2(path, &other, SQLITE_OPEN_READWRITE, "unix"), ==, SQLITE_OK);
	step(other, "PRAGMA wal_autocheckpoint = 0; UPDATE t SET n = 3");
	step(db, "SELECT count(*) FROM t");
	g_assert_cmpint(kept(path), ==, 3 * ROWS);
	sqlite3_close(other);
	sqlite3_close(db);
}

static void
test_what_was_rolled_back_is_gone(Kit *kit)
{
	test_rolled_back(kit, FALSE);
}

static void
test_after_an_empty_commit_nothing_waits(Kit *kit)
{
	test_rolled_back(kit, TRUE);
}

/* A later statement meets a full disk, and is taken back alone: what was before it is whole when the rest is committed. */
static void
test_a_full_disk_within_costs_nothing_before(Kit *kit)
{
	g_autofree char *path = NULL;
	sqlite3 *db;

	if (kit->engine != DB_SQLITE)
		return;
	db = open_log(kit, "PRAGMA synchronous = FULL; PRAGMA cache_size = 60; PRAGMA wal_autocheckpoint = 0", &path);
	step(db, "CREATE TABLE u (k INTEGER PRIMARY KEY, v INTEGER NOT NULL UNIQUE CHECK (v < 1000000)); WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000) INSERT INTO u SELECT i, i FROM c");
	step(db, "BEGIN IMMEDIATE; SAVEPOINT unit; " MANY "; RELEASE unit");
	disk_full = TRUE;
	(void)(run(db, "SAVEPOINT unit") && run(db, "UPDATE u SET v = v + 50000 WHERE k BETWEEN 100 AND 110"));
	disk_full = FALSE;
	if (sqlite3_get_autocommit(db) == 0) {
		step(db, "ROLLBACK TO unit; RELEASE unit");
		g_assert_true(commit(db));
		g_assert_cmpint(kept(path), ==, 7 * 200);
	} else { /* SQLite took all of it back */
		g_assert_cmpint(kept(path), ==, 0);
	}
	sqlite3_close(db);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/sqlite_log/a-commit-is-few-writes", test_a_commit_is_few_writes);
	kit_add("/sqlite_log/pages-come-and-go-within-a-transaction", test_synced);
	kit_add("/sqlite_log/pages-come-and-go-within-a-transaction-synced-later", test_synced_later);
	kit_add("/sqlite_log/a-full-disk-fails-the-commit", test_a_full_disk_fails_the_commit);
	kit_add("/sqlite_log/what-was-rolled-back-is-gone", test_what_was_rolled_back_is_gone);
	kit_add("/sqlite_log/a-full-disk-within-costs-nothing-before", test_a_full_disk_within_costs_nothing_before);
	kit_add("/sqlite_log/after-an-empty-commit-nothing-waits", test_after_an_empty_commit_nothing_waits);
	return kit_run();
}
