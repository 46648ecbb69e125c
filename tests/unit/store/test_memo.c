/* What is read twice is kept while nothing is written: every reader sees its own commit and everybody else's at once. */
#include "kit/kit.h"
#include "store/memo.h"
#include <string.h>

static const DbSql COUNT = { "memo_test_count", "SELECT count(*) AS value FROM settings WHERE name LIKE 'memo %'", 0, FALSE };
static const DbSql ADD = { "memo_test_add", "INSERT INTO settings (name, value) VALUES ($1, $2)", 2, TRUE };
static const DbSql ONE = { "memo_test_one", "SELECT id AS value FROM users WHERE id = $1", 1, FALSE };

static gboolean
add(Db *db, gpointer data, GError **error)
{
	g_autofree char *name = g_strdup_printf("memo %d", GPOINTER_TO_INT(data));
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && db_exec(db, &ADD, DB_ARGS(DB_TEXT(name), DB_TEXT("v")), NULL, error) && db_tx_commit(tx, error);
}

static gint64
count(Store *store)
{
	g_autoptr(GError) error = NULL;
	gint64 n = -1, any;
	gboolean found;
	Db *db = NULL;

	g_assert_true(store_snapshot_begin(store, &db, &error));
	g_assert_true(db_query_int(db, &ONE, DB_ARGS(DB_INT(0)), &any, &found, &error)); /* the snapshot has begun */
	g_assert_true(memo_query_int(db, &COUNT, DB_NO_ARGS, &n, NULL, &error));
	store_snapshot_end(store, db);
	g_assert_no_error(error);
	return n;
}

static gint64
steps(Store *store)
{
	Db *db = store_reader(store, NULL);
	const gint64 before = db_work(db).steps;

	count(store);
	return db_work(db).steps - before;
}

static gpointer
count_in_thread(gpointer store)
{
	return GINT_TO_POINTER((int)count(store));
}

static gint64
count_elsewhere(Store *store)
{
	return GPOINTER_TO_INT(g_thread_join(g_thread_new("reader", count_in_thread, store)));
}

/* After each commit, of whomever, the next look sees it; and looking again costs fewer steps of the engine. */
static void
test_sees_commits(Kit *kit)
{
	Store *store = kit_store(kit);
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) other = NULL;

	g_assert_cmpint(count(store), ==, 0);
	for (int i = 1; i <= 20; i++) {
		g_assert_true(store_write(store, add, GINT_TO_POINTER(i), &error));
		g_assert_no_error(error);
		for (int again = 0; again < 3; again++) {
			g_assert_cmpint(count(store), ==, i);
			g_assert_cmpint(count_elsewhere(store), ==, i);
		}
	}
	/* Somebody else's connection, as another process has it. */
	other = db_open(kit->url, FALSE, &error);
	g_assert_no_error(error);
	g_assert_true(add(other, GINT_TO_POINTER(21), &error));
	g_assert_cmpint(count(store), ==, 21);
	g_assert_cmpint(count(store), ==, 21);
	g_assert_true(add(other, GINT_TO_POINTER(22), &error));
	g_assert_cmpint(count(store), ==, 22);
	if (db_kind(other) == DB_SQLITE) {
		gint64 first, second, third;

		g_assert_true(add(other, GINT_TO_POINTER(23), &error));
		first = steps(store), second = steps(store), third = steps(store);
		g_assert_cmpint(second, ==, first); /* asked for once: not yet kept */
		g_assert_cmpint(third, <, second);
	}
}

/* A unit that is rolled back is no commit; and within one snapshot nothing changes. */
static void
test_one_snapshot(Kit *kit)
{
	Store *store = kit_store(kit);
	g_autoptr(GError) error = NULL;
	gint64 n = -1, any;
	gboolean found;
	Db *db = NULL;

	count(store), count(store), count(store);
	g_assert_true(store_snapshot_begin(store, &db, &error));
	g_assert_true(db_query_int(db, &ONE, DB_ARGS(DB_INT(0)), &any, &found, &error));
	g_assert_true(store_write(store, add, GINT_TO_POINTER(1), &error));
	if (db_kind(db) == DB_SQLITE) {
		g_assert_true(memo_query_int(db, &COUNT, DB_NO_ARGS, &n, NULL, &error));
		g_assert_cmpint(n, ==, 0);
	}
	store_snapshot_end(store, db);
	g_assert_cmpint(count(store), ==, 1);
}

/* Asking the memo first begins the snapshot: what it answers and what is read behind it are of one state. */
static void
test_begins_the_snapshot(Kit *kit)
{
	Store *store = kit_store(kit);
	g_autoptr(GError) error = NULL;
	gint64 n = -1;
	Db *db = NULL;

	for (int round = 0; round < 3; round++) {
		g_autoptr(json_t) value = json_integer(round), known = NULL;

		g_assert_true(store_snapshot_begin(store, &db, &error));
		known = memo_find(db, "first", 1, 0);
		g_assert_true(known == NULL); /* each round is a new state */
		if (db_kind(db) == DB_SQLITE) {
			g_assert_true(store_write(store, add, GINT_TO_POINTER(100 + round), &error));
			g_assert_true(db_query_int(db, &COUNT, DB_NO_ARGS, &n, NULL, &error));
			g_assert_cmpint(n, ==, round); /* not what was written after the look */
		}
		memo_offer(db, "first", 1, 0, value);
		memo_offer(db, "first", 1, 0, value);
		store_snapshot_end(store, db);
	}
}

static void
test_values(Kit *kit)
{
	Store *store = kit_store(kit);
	g_autoptr(GError) error = NULL;
	gint64 any;
	gboolean found;
	Db *db = NULL;

	g_assert_null(memo_find(store_reader(store, NULL), "thing", 1, 0)); /* no snapshot */
	g_assert_true(store_snapshot_begin(store, &db, &error));
	g_assert_null(memo_find(db, "thing", 1, 0)); /* nobody offered it yet */
	g_assert_true(db_query_int(db, &ONE, DB_ARGS(DB_INT(0)), &any, &found, &error));
	json_arena_begin();
	for (int i = 0; i < 4; i++) {
		g_autoptr(json_t) value = json_pack("{s:s, s:[i]}", "a", "b", "c", i), known = memo_find(db, "thing", 1, 0);

		if (db_kind(db) == DB_SQLITE && i >= 2) /* the last one that was offered */
			g_assert_cmpint(json_integer_value(json_array_get(json_object_get(known, "c"), 0)), ==, i - 1);
		else
			g_assert_null(known);
		memo_offer(db, "thing", 1, 0, value);
	}
	g_assert_null(memo_find(db, "thing", 1, 7));
	g_assert_null(memo_find(db, "thing", 2, 0));
	g_assert_null(memo_find(db, "other", 1, 0));
	json_arena_end();
	for (int i = 0; i < 120000; i++) { /* bounded: it keeps what it has, and after a while takes up what is asked for now */
		g_autoptr(json_t) value = json_sprintf("a text of some length, to fill what there is: %d", i);

		memo_offer(db, "many", i, 0, value);
		memo_offer(db, "many", i, 0, value);
	}
	if (db_kind(db) == DB_SQLITE) {
		guint first = 0, last = 0;

		for (int i = 0; i < 1000; i++) {
			g_autoptr(json_t) early = memo_find(db, "many", i, 0), late = memo_find(db, "many", 119999 - i, 0);

			first += early != NULL;
			last += late != NULL;
		}
		g_assert_cmpuint(first, ==, 0);
		g_assert_cmpuint(last, <=, 1000);
		for (int i = 200000; i < 300000 && last == 0; i++) { /* what is asked for now finds room in the end */
			g_autoptr(json_t) value = json_integer(i), now = NULL;

			memo_offer(db, "now", i % 50, 0, value);
			last += (now = memo_find(db, "now", i % 50, 0)) != NULL;
		}
		g_assert_cmpuint(last, >, 0);
	}
	store_snapshot_end(store, db);
}

/* What is not there is kept, too, until it is. */
static void
test_absent(Kit *kit)
{
	Store *store = kit_store(kit);
	g_autoptr(GError) error = NULL;
	Db *db = NULL;

	for (int i = 0; i < 4; i++) {
		gboolean found = TRUE;
		gint64 n = 5, any;

		g_assert_true(store_snapshot_begin(store, &db, &error));
		g_assert_true(db_query_int(db, &COUNT, DB_NO_ARGS, &any, NULL, &error));
		g_assert_true(memo_query_int(db, &ONE, DB_ARGS(DB_INT(4711)), &n, &found, &error));
		g_assert_false(found);
		g_assert_cmpint(n, ==, 5);
		store_snapshot_end(store, db);
	}
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/memo/sees-commits", test_sees_commits);
	kit_add("/memo/one-snapshot", test_one_snapshot);
	kit_add("/memo/begins-the-snapshot", test_begins_the_snapshot);
	kit_add("/memo/values", test_values);
	kit_add("/memo/absent", test_absent);
	return kit_run();
}
