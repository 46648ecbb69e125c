/* Units that share a transaction: who runs twice and who does not, and what a lone caller reads afterwards. That a failure touches no
 * other's work: test_store.c. */
#include "kit/kit.h"
#include <pthread.h>
#include <string.h>

#define N_UNITS 12

static const DbSql ADD = { "group_test_add", "INSERT INTO settings (name, value) VALUES ($1, 'v')", 1, TRUE };
static const DbSql COUNT = { "group_test_count", "SELECT count(*) AS value FROM settings WHERE name LIKE 'unit %'", 0, FALSE };

typedef enum { WELL, FAILS_BEFORE, FAILS_AFTER } How;

typedef struct {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	gboolean open;
	guint n_done;
} Gate;

typedef struct {
	Gate *gate;
	int i;
	How how;
	guint n_ran;
	gboolean failed;
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

static void
gate_told(Gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	gate->n_done++;
	pthread_cond_signal(&gate->cond);
	pthread_mutex_unlock(&gate->lock);
}

static void
hold_done(gpointer data, const GError *error)
{
	gate_told(data);
}

static gboolean
work(Db *db, gpointer data, GError **error)
{
	One *one = data;
	g_autofree char *name = g_strdup_printf("unit %d", one->i);
	g_autoptr(DbTx) tx = db_begin(db, error);

	one->n_ran++;
	if (tx == NULL)
		return FALSE;
	if (one->how == WELL)
		return db_exec(db, &ADD, DB_ARGS(DB_TEXT(name)), NULL, error) && db_tx_commit(tx, error);
	if (one->how == FAILS_AFTER && !db_exec(db, &ADD, DB_ARGS(DB_TEXT(name)), NULL, error))
		return FALSE;
	g_set_error_literal(error, ERR, ERR_INVALID, "as the test wants");
	return FALSE;
}

static void
done(gpointer data, const GError *error)
{
	One *one = data;

	one->failed = error != NULL;
	gate_told(one->gate);
}

/* Units with these ends, in one group on SQLite. */
static void
run_together(Kit *kit, One units[N_UNITS], int from, int bad, How how)
{
	Gate gate = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
	Store *store = kit_store(kit);

	g_assert_true(store_submit(store, hold, hold_done, &gate, NULL));
	for (int i = 0; i < N_UNITS; i++) {
		units[i] = (One){ .gate = &gate, .i = from + i, .how = i == bad ? how : WELL };
		g_assert_true(store_submit(store, work, done, &units[i], NULL));
	}
	pthread_mutex_lock(&gate.lock);
	gate.open = TRUE;
	pthread_cond_broadcast(&gate.cond);
	while (gate.n_done < N_UNITS + 1)
		pthread_cond_wait(&gate.cond, &gate.lock);
	pthread_mutex_unlock(&gate.lock);
	for (int i = 0; i < N_UNITS; i++)
		g_assert_cmpint(units[i].failed, ==, i == bad);
}

static void
test_a_group_runs_again_with_savepoints(Kit *kit)
{
	One units[N_UNITS];

	run_together(kit, units, 0, 5, FAILS_AFTER);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings WHERE name LIKE 'unit %'"), ==, N_UNITS - 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings WHERE name = 'unit 5'"), ==, 0);
	if (kit->engine != DB_SQLITE)
		return;
	for (int i = 0; i < N_UNITS; i++)
		g_assert_cmpuint(units[i].n_ran, ==, i <= 5 ? 2 : 1);
	/* Who failed once is expected to fail again: the next groups have savepoints from the beginning. */
	run_together(kit, units, 100, 7, FAILS_AFTER);
	for (int i = 0; i < N_UNITS; i++)
		g_assert_cmpuint(units[i].n_ran, ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings WHERE name LIKE 'unit 1__'"), ==, N_UNITS - 1);
	/* But not for ever. */
	for (int i = 0; i < 70; i++) {
		One one = { .i = 1000 + i };

		g_assert_true(store_write(kit_store(kit), work, &one, NULL));
	}
	run_together(kit, units, 200, 3, FAILS_AFTER);
	for (int i = 0; i < N_UNITS; i++)
		g_assert_cmpuint(units[i].n_ran, ==, i <= 3 ? 2 : 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings WHERE name LIKE 'unit 2__'"), ==, N_UNITS - 1);
}

/* The first of a group spoils nothing, and neither does one that has written nothing: most that fail have only looked. */
static void
test_most_failures_cost_nobody(Kit *kit)
{
	One units[N_UNITS];

	run_together(kit, units, 0, 6, FAILS_BEFORE);
	for (int i = 0; i < N_UNITS; i++)
		g_assert_cmpuint(units[i].n_ran, ==, 1);
	run_together(kit, units, 100, 0, FAILS_AFTER);
	for (int i = 0; i < N_UNITS; i++)
		g_assert_cmpuint(units[i].n_ran, ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings WHERE name LIKE 'unit %'"), ==, 2 * (N_UNITS - 1));
}

typedef struct {
	One one;
	gint64 seen;
	guint n_after;
} Lone;

static gboolean
lone_work(Db *db, gpointer data, GError **error)
{
	return work(db, &((Lone *)data)->one, error);
}

static void
look(Db *db, gpointer data)
{
	Lone *lone = data;

	lone->n_after++;
	g_assert_true(db_query_int(db, &COUNT, DB_NO_ARGS, &lone->seen, NULL, NULL));
}

static gboolean
nothing(Db *db, gpointer data, GError **error)
{
	return TRUE;
}

static void
try_till_it_runs(Store *store, Lone *lone, GError **error)
{
	while (!store_try(store, lone_work, look, lone, error)) /* after a slow commit the writer takes one */
		g_assert_true(store_write(store, nothing, NULL, NULL));
}

static void
test_a_lone_caller_reads_what_it_wrote(Kit *kit)
{
	Lone good = { .one = { .i = 1 } }, other = { .one = { .i = 2 } }, bad = { .one = { .i = 3, .how = FAILS_AFTER } };
	g_autoptr(GError) error = NULL;

	if (kit->engine != DB_SQLITE) /* has a pool: never */
		return;
	try_till_it_runs(kit_store(kit), &good, &error);
	g_assert_no_error(error);
	g_assert_cmpint(good.seen, ==, 1);
	try_till_it_runs(kit_store(kit), &other, &error);
	g_assert_cmpint(other.seen, ==, 2);
	try_till_it_runs(kit_store(kit), &bad, &error);
	g_assert_error(error, ERR, ERR_INVALID);
	g_assert_cmpuint(bad.n_after, ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings WHERE name LIKE 'unit %'"), ==, 2);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/group/runs_again_with_savepoints", test_a_group_runs_again_with_savepoints);
	kit_add("/group/most_failures_cost_nobody", test_most_failures_cost_nobody);
	kit_add("/group/a_lone_caller_reads_what_it_wrote", test_a_lone_caller_reads_what_it_wrote);
	return kit_run();
}
