/* The running store: who is told what, and when. Faults of the file system: test_faults.c. */
#include "kit/kit.h"
#include "store/events.h"
#include <pthread.h>
#include <string.h>

#define N_UNITS 300

static const DbSql COUNT_UNITS = { "count_units", "SELECT count(*) AS value FROM settings WHERE name LIKE 'unit %'", 0, FALSE };
static const DbSql ADD = { "add", "INSERT INTO settings (name, value) VALUES ($1, $2)", 2, TRUE };

/* Holds the writer until the test has queued all it wants in one group. */
typedef struct {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	gboolean open;
	guint n_done, n_failed, n_later;
	char *errors[N_UNITS];
	Store *store;
} Gate;

typedef struct {
	Gate *gate;
	int i;
	const char *bad; /* SQL run in the middle of the unit */
	gboolean fails, plain; /* plain: without a transaction of its own */
} One;

static gboolean
hold(Db *db, gpointer data, GError **error)
{
	Gate *gate = data;

	pthread_mutex_lock(&gate->lock);
	while (!gate->open)
		pthread_cond_wait(&gate->cond, &gate->lock);
	pthread_mutex_unlock(&gate->lock);
	return TRUE;
}

static gboolean
write_one(Db *db, gpointer data, GError **error)
{
	const One *one = data;
	g_autofree char *name = g_strdup_printf("unit %d", one->i);
	g_autoptr(DbTx) tx = NULL;

	if (one->plain)
		return db_exec(db, &ADD, DB_ARGS(DB_TEXT(name), DB_TEXT("v")), NULL, error);
	tx = db_begin(db, error);
	if (tx == NULL || !db_exec(db, &ADD, DB_ARGS(DB_TEXT(name), DB_TEXT("v")), NULL, error))
		return FALSE;
	if (one->bad != NULL && !db_script(db, one->bad, error))
		return FALSE;
	if (one->fails) {
		g_set_error_literal(error, ERR, ERR_INVALID, "as the test wants");
		return FALSE;
	}
	return db_tx_commit(tx, error);
}

static void
told(Gate *gate, int i, const GError *error)
{
	pthread_mutex_lock(&gate->lock);
	gate->n_done++;
	gate->n_failed += error != NULL;
	if (i >= 0)
		gate->errors[i] = error != NULL ? g_strdup(error->message) : NULL;
	pthread_cond_broadcast(&gate->cond);
	pthread_mutex_unlock(&gate->lock);
}

static void
hold_done(gpointer data, const GError *error)
{
	told(data, -1, error);
}

static void
one_done(gpointer data, const GError *error)
{
	One *one = data;

	told(one->gate, one->i, error);
}

static void
open_and_wait(Gate *gate, guint n)
{
	pthread_mutex_lock(&gate->lock);
	gate->open = TRUE;
	pthread_cond_broadcast(&gate->cond);
	while (gate->n_done < n)
		pthread_cond_wait(&gate->cond, &gate->lock);
	pthread_mutex_unlock(&gate->lock);
}

/* Queues the holder and then the units, so that on SQLite they are one group; waits until all are told. */
static void
run_together(Kit *kit, Gate *gate, One *units, guint n)
{
	*gate = (Gate){ .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
	gate->store = kit_store(kit);
	g_assert_true(store_submit(gate->store, hold, hold_done, gate, NULL));
	for (guint i = 0; i < n; i++) {
		units[i].gate = gate;
		units[i].i = (int)i;
		g_assert_true(store_submit(gate->store, write_one, one_done, &units[i], NULL));
	}
	open_and_wait(gate, n + 1);
}

static void
gate_clear(Gate *gate)
{
	for (guint i = 0; i < N_UNITS; i++)
		g_free(gate->errors[i]);
}

static void
test_one_failure_touches_no_other(Kit *kit)
{
	One units[20] = { 0 };
	Gate gate;

	units[7].fails = TRUE;
	units[11].bad = "INSERT INTO nowhere VALUES (1)";
	run_together(kit, &gate, units, 20);
	g_assert_cmpuint(gate.n_failed, ==, 2);
	g_assert_cmpstr(gate.errors[7], ==, "as the test wants");
	g_assert_nonnull(strstr(gate.errors[11], "nowhere"));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 18);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings WHERE name IN ('unit 7', 'unit 11')"), ==, 0);
	gate_clear(&gate);
}

/* The first unit of a group has no savepoint of its own: what it does is undone with the whole transaction, which must
 * hold nothing of anybody else. */
static void
test_first_units_fail_alone(Kit *kit)
{
	One units[20] = { 0 }, more[3] = { 0 };
	Gate gate;

	units[0].fails = units[1].fails = TRUE;
	units[2].bad = "INSERT INTO nowhere VALUES (1)";
	units[9].fails = TRUE;
	run_together(kit, &gate, units, 20);
	g_assert_cmpuint(gate.n_failed, ==, 4);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 16);
	gate_clear(&gate);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings WHERE name IN ('unit 0', 'unit 1', 'unit 2', 'unit 9')"), ==, 0);
	more[0].plain = TRUE;
	more[1].fails = TRUE;
	run_together(kit, &gate, more, 2);
	g_assert_cmpuint(gate.n_failed, ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings WHERE name = 'unit 0'"), ==, 1);
	gate_clear(&gate);
}

static gboolean
nothing(Db *db, gpointer data, GError **error)
{
	return TRUE;
}

static gpointer
try_in_thread(gpointer data)
{
	One *one = data;
	g_autoptr(GError) error = NULL;

	if (!store_try(one->gate->store, write_one, NULL, one, &error))
		(void)store_write(one->gate->store, write_one, one, &error);
	told(one->gate, one->i, error);
	return NULL;
}

/* A unit that holds the turn on a caller's thread while others come: they join its group, or the writer takes them. */
static gpointer
hold_in_thread(gpointer data)
{
	Gate *gate = data;
	g_autoptr(GError) error = NULL;

	if (!store_try(gate->store, hold, NULL, gate, &error)) /* one of the others was first, or the disk slow: then in the queue */
		(void)store_write(gate->store, hold, gate, &error);
	told(gate, -1, error);
	return NULL;
}

static void
test_trying_on_ones_own_thread(Kit *kit)
{
	One good = { .i = 200 }, bad = { .i = 201, .fails = TRUE }, many[16] = { 0 };
	Gate gate = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
	g_autoptr(GError) error = NULL;
	GThread *threads[16], *holder;

	gate.store = kit_store(kit);
	if (kit->engine != DB_SQLITE) { /* has a pool: never */
		g_assert_false(store_try(gate.store, write_one, NULL, &good, &error));
		return;
	}
	while (!store_try(gate.store, write_one, NULL, &good, &error)) /* after a slow commit comes one of the writer's */
		g_assert_true(store_write(gate.store, nothing, NULL, NULL));
	g_assert_no_error(error);
	while (!store_try(gate.store, write_one, NULL, &bad, &error))
		g_assert_true(store_write(gate.store, nothing, NULL, NULL));
	g_assert_error(error, ERR, ERR_INVALID);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 1);
	holder = g_thread_new(NULL, hold_in_thread, &gate);
	for (int i = 0; i < 16; i++) {
		many[i] = (One){ .gate = &gate, .i = i, .fails = i == 3 };
		threads[i] = g_thread_new(NULL, try_in_thread, &many[i]);
	}
	open_and_wait(&gate, 17);
	for (int i = 0; i < 16; i++)
		g_thread_join(threads[i]);
	g_thread_join(holder);
	g_assert_cmpuint(gate.n_failed, ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 1 + 15);
	gate_clear(&gate);
}

static gboolean
is_there(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static Store *
open_making(const char *dir)
{
	g_autoptr(GError) error = NULL;
	Store *store = store_open(&(StoreOptions){ .data_dir = dir, .making = TRUE, .migrate = TRUE }, &error);

	g_assert_no_error(error);
	return store;
}

static void
test_made_in_one_go(Kit *kit)
{
	g_autofree char *dir = g_build_filename(kit->dir, "making", NULL), *rest = g_build_filename(dir, "redress.db.making", NULL), *log = g_build_filename(dir, "redress.db-wal", NULL);
	g_autofree char *url = g_strdup_printf("sqlite:%s/redress.db", dir);
	g_autoptr(GError) error = NULL;
	g_autoptr(Db) db = NULL;
	gint64 value = 0;
	One one = { .i = 1 }, two = { .i = 2 };
	Store *store;

	if (kit->engine != DB_SQLITE)
		return;
	g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
	g_assert_true(g_file_set_contents(rest, "what a killed run left", -1, NULL) && g_file_set_contents(log, "of a database that was taken away", -1, NULL));
	store = open_making(dir);
	g_assert_true(store_write(store, write_one, &one, NULL));
	g_assert_false(is_there(dir, "redress.db"));
	store_close(store); /* not kept: nothing is left of it */
	g_assert_false(is_there(dir, "redress.db") || is_there(dir, "redress.db.making"));
	store = open_making(dir);
	g_assert_true(store_write(store, write_one, &one, NULL));
	g_assert_true(store_keep(store, &error));
	g_assert_false(is_there(dir, "redress.db-wal"));
	g_assert_true(is_there(dir, "redress.db") && !is_there(dir, "redress.db.making"));
	store = open_making(dir); /* there is one: written to as ever, and closing takes nothing away */
	g_assert_true(store_write(store, write_one, &two, NULL));
	store_close(store);
	db = db_open(url, TRUE, &error);
	g_assert_no_error(error);
	g_assert_true(db_query_int(db, &COUNT_UNITS, DB_NO_ARGS, &value, NULL, NULL));
	g_assert_cmpint(value, ==, 2);
}

static void
test_many_units_in_groups(Kit *kit)
{
	g_autofree One *units = g_new0(One, N_UNITS);
	StoreStats stats;
	Gate gate;

	run_together(kit, &gate, units, N_UNITS);
	g_assert_cmpuint(gate.n_failed, ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, N_UNITS);
	store_stats(gate.store, &stats);
	g_assert_cmpuint(stats.units, ==, N_UNITS + 1);
	if (kit->engine == DB_SQLITE)
		g_assert_cmpuint(stats.groups, ==, 2); /* 256 and the rest */
	g_assert_cmpuint(stats.queued, ==, 0);
	gate_clear(&gate);
}

/* SQLite only: a foreign key that is looked at only when the group commits, and is broken. */
static void
test_failed_group_commit_fails_all(Kit *kit)
{
	One units[10] = { 0 };
	StoreStats stats;
	Gate gate;

	if (kit->engine != DB_SQLITE)
		return;
	units[4].bad = "PRAGMA defer_foreign_keys = ON; INSERT INTO case_tags (case_id, tag) VALUES (12345, 'x')";
	units[6].fails = TRUE;
	run_together(kit, &gate, units, 10);
	g_assert_cmpuint(gate.n_failed, ==, 11); /* the holder too */
	g_assert_nonnull(strstr(gate.errors[0], "nothing of this was kept"));
	g_assert_cmpstr(gate.errors[6], ==, "as the test wants");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 0);
	store_stats(gate.store, &stats);
	g_assert_cmpuint(stats.failed_groups, ==, 1);
	gate_clear(&gate);

	units[4].bad = NULL; /* and the store goes on */
	units[6].fails = FALSE;
	run_together(kit, &gate, units, 10);
	g_assert_cmpuint(gate.n_failed, ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 10);
	gate_clear(&gate);
}

/* SQLite only: the engine throws the whole transaction away in the middle, as it does on a full disk. */
static void
test_engine_rollback_fails_all(Kit *kit)
{
	One units[10] = { 0 };
	Gate gate;

	if (kit->engine != DB_SQLITE)
		return;
	units[5].bad = "INSERT OR ROLLBACK INTO settings (name, value) VALUES ('unit 5', 'again')";
	run_together(kit, &gate, units, 10);
	g_assert_cmpuint(gate.n_failed, ==, gate.n_done);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 0);
	gate_clear(&gate);
	units[5].bad = NULL;
	run_together(kit, &gate, units, 10);
	g_assert_cmpuint(gate.n_failed, ==, 0);
	gate_clear(&gate);
}

static gboolean
ignores_failure(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	(void)db_exec(db, &ADD, DB_ARGS(DB_TEXT("a"), DB_TEXT("v")), NULL, NULL);
	(void)db_script(db, "INSERT OR ROLLBACK INTO settings (name, value) VALUES ('a', 'again')", NULL);
	(void)db_exec(db, &ADD, DB_ARGS(DB_TEXT("b"), DB_TEXT("v")), NULL, NULL); /* would be a transaction of its own */
	return db_tx_commit(tx, error);
}

static void
test_nothing_slips_out_of_a_lost_group(Kit *kit)
{
	if (kit->engine != DB_SQLITE)
		return;
	g_assert_false(store_write(kit_store(kit), ignores_failure, NULL, NULL));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 0);
}

static gboolean
add_event(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && event_add(db, &(Event){ .kind = "test.happened", .at_ms = 1, .actor = actor_system() }, data, error) && db_tx_commit(tx, error);
}

static gboolean
add_event_in_vain(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx G_GNUC_UNUSED = db_begin(db, error);

	(void)event_add(db, &(Event){ .kind = "test.happened", .at_ms = 1, .actor = actor_system() }, NULL, NULL);
	g_set_error_literal(error, ERR, ERR_INVALID, "as the test wants");
	return FALSE;
}

static gboolean
no_event(Db *db, gpointer data, GError **error)
{
	return TRUE;
}

typedef struct {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	gint64 seen[8];
	guint n;
} Watch;

static void
watched(gint64 last_event_id, gpointer data)
{
	Watch *watch = data;

	pthread_mutex_lock(&watch->lock);
	watch->seen[watch->n++] = last_event_id;
	pthread_cond_signal(&watch->cond);
	pthread_mutex_unlock(&watch->lock);
}

static void
test_watchers_learn_the_last_event(Kit *kit)
{
	Watch watch = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
	Store *store = kit_store(kit);
	gint64 id = 0, last = 0;
	guint expected = kit->engine == DB_SQLITE ? 3 : 2;

	store_watch(store, watched, &watch);
	g_assert_true(store_write(store, add_event, &id, NULL));
	g_assert_false(store_write(store, add_event_in_vain, NULL, NULL));
	g_assert_true(store_write(store, no_event, NULL, NULL));
	pthread_mutex_lock(&watch.lock);
	while (watch.n < expected)
		pthread_cond_wait(&watch.cond, &watch.lock);
	pthread_mutex_unlock(&watch.lock);
	g_assert_cmpint(watch.seen[0], ==, id);
	g_assert_cmpint(watch.seen[1], ==, 0);
	g_assert_true(events_last_id(kit->db, &last, NULL));
	g_assert_cmpint(last, ==, id);
}

static void
test_snapshots_stand_still(Kit *kit)
{
	static const DbSql COUNT = { "count", "SELECT count(*) AS value FROM settings", 0, FALSE };
	Store *store = kit_store(kit);
	One one = { 0 };
	gint64 n;
	Db *db;

	g_assert_true(store_snapshot_begin(store, &db, NULL));
	g_assert_true(db_query_int(db, &COUNT, DB_NO_ARGS, &n, NULL, NULL));
	g_assert_true(store_write(store, write_one, &one, NULL));
	g_assert_true(db_query_int(db, &COUNT, DB_NO_ARGS, &n, NULL, NULL));
	g_assert_cmpint(n, ==, 0);
	store_snapshot_end(store, db);
	g_assert_true(store_reader(store, NULL) == db);
	g_assert_true(db_query_int(db, &COUNT, DB_NO_ARGS, &n, NULL, NULL));
	g_assert_cmpint(n, ==, 1);
}

static gpointer
read_in_thread(gpointer data)
{
	return store_reader(data, NULL);
}

static void
test_each_thread_its_own_reader(Kit *kit)
{
	Store *store = kit_store(kit);
	GThread *threads[8];

	g_assert_nonnull(store_reader(store, NULL));
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new(NULL, read_in_thread, store);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		g_assert_true(g_thread_join(threads[i]) != store_reader(store, NULL));
}

static gpointer
write_in_thread(gpointer data)
{
	One *one = data;

	for (int i = 0; i < 25; i++) {
		One mine = { .i = one->i * 1000 + i, .fails = i % 5 == 4 };
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(store_write(one->gate->store, write_one, &mine, &error), ==, !mine.fails);
	}
	return NULL;
}

static void
test_writes_from_many_threads(Kit *kit)
{
	Gate gate = { .store = kit_store(kit) };
	GThread *threads[16];
	One units[16];

	for (int i = 0; i < 16; i++) {
		units[i] = (One){ .gate = &gate, .i = i };
		threads[i] = g_thread_new(NULL, write_in_thread, &units[i]);
	}
	for (int i = 0; i < 16; i++)
		g_thread_join(threads[i]);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 16 * 20);
}

static void
test_closing_finishes_what_is_queued(Kit *kit)
{
	g_autofree char *dir = g_build_filename(kit->dir, "second", NULL);
	g_autoptr(GError) error = NULL;
	g_autofree One *units = g_new0(One, 100);
	Gate gate = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };

	g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
	gate.store = store_open(&(StoreOptions){ .data_dir = dir, .url = kit->url, .n_pg_writers = 2 }, &error);
	g_assert_no_error(error);
	for (int i = 0; i < 100; i++) {
		units[i] = (One){ .gate = &gate, .i = i };
		g_assert_true(store_submit(gate.store, write_one, one_done, &units[i], NULL));
	}
	store_close(gate.store);
	g_assert_cmpuint(gate.n_done, ==, 100);
	g_assert_cmpuint(gate.n_failed, ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 100);
}

static void
test_queue_is_bounded(Kit *kit)
{
	Gate gate = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
	g_autoptr(GError) error = NULL;
	guint n = 0;

	gate.store = kit_store(kit);
	while (store_submit(gate.store, hold, hold_done, &gate, &error))
		n++;
	g_assert_error(error, ERR, ERR_LIMIT);
	g_assert_cmpuint(n, >=, 10000);
	g_assert_cmpuint(n, <, 10000 + 300);
	open_and_wait(&gate, n);
	g_assert_cmpuint(gate.n_failed, ==, 0);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/store/one_failure", test_one_failure_touches_no_other);
	kit_add("/store/first_units", test_first_units_fail_alone);
	kit_add("/store/trying", test_trying_on_ones_own_thread);
	kit_add("/store/made_in_one_go", test_made_in_one_go);
	kit_add("/store/groups", test_many_units_in_groups);
	kit_add("/store/failed_commit", test_failed_group_commit_fails_all);
	kit_add("/store/engine_rollback", test_engine_rollback_fails_all);
	kit_add("/store/nothing_slips_out", test_nothing_slips_out_of_a_lost_group);
	kit_add("/store/watchers", test_watchers_learn_the_last_event);
	kit_add("/store/snapshots", test_snapshots_stand_still);
	kit_add("/store/readers", test_each_thread_its_own_reader);
	kit_add("/store/many_threads", test_writes_from_many_threads);
	kit_add("/store/closing", test_closing_finishes_what_is_queued);
	kit_add("/store/bounded", test_queue_is_bounded);
	return kit_run();
}
