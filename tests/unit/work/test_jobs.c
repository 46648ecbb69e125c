#include "base/json.h"
#include "kit/kit.h"
#include "work/job.h"
#include "work/worker.h"
#include <pthread.h>
#include <string.h>

typedef struct {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	gint64 now_ms;     /* the moved clock */
	guint n_runs;
	gint64 last_n;     /* of the payload */
	gboolean fails, ends_itself;
} Stage;

static gint64
stage_now(gpointer data)
{
	Stage *stage = data;
	gint64 now_ms;

	pthread_mutex_lock(&stage->lock);
	now_ms = stage->now_ms;
	pthread_mutex_unlock(&stage->lock);
	return now_ms;
}

static gboolean
end_itself(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && job_end(db, data, error) && db_tx_commit(tx, error);
}

static gboolean
run(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	Stage *stage = data;
	gboolean fails;

	pthread_mutex_lock(&stage->lock);
	stage->n_runs++;
	stage->last_n = json_int(job->payload, "n", -1);
	fails = stage->fails;
	pthread_cond_broadcast(&stage->cond);
	pthread_mutex_unlock(&stage->lock);
	if (fails)
		g_set_error_literal(error, ERR, ERR_UPSTREAM, "as the test wants");
	else if (stage->ends_itself)
		return store_write(store, end_itself, (gpointer)job, error);
	return !fails;
}

static Worker *
stage_open(Kit *kit, Stage *stage, gint64 every_ms)
{
	Worker *worker = worker_new(kit_store(kit), stage_now, stage);

	*stage = (Stage){ .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER, .now_ms = kit->now_ms };
	worker_handle(worker, "test.run", every_ms, run, stage);
	return worker;
}

typedef struct {
	gint64 due_at, now_ms, n;
	gboolean fails;
} Add;

static gboolean
add(Db *db, gpointer data, GError **error)
{
	const Add *add = data;
	g_autoptr(json_t) payload = json_object();
	g_autoptr(DbTx) tx = db_begin(db, error);

	json_put_int(payload, "n", add->n);
	if (tx == NULL || !job_add(db, "test.run", payload, add->due_at, add->now_ms, error))
		return FALSE;
	if (add->fails) {
		g_set_error_literal(error, ERR, ERR_INVALID, "as the test wants");
		return FALSE;
	}
	return db_tx_commit(tx, error);
}

static guint
run_due(Worker *worker, gint64 now_ms, gint64 *ret_next)
{
	g_autoptr(GError) error = NULL;
	gint64 next;
	guint n = 0;

	worker_run_due(worker, now_ms, &n, ret_next != NULL ? ret_next : &next, &error);
	g_assert_no_error(error);
	return n;
}

static void
test_when_due_and_once(Kit *kit)
{
	Stage stage;
	g_autoptr(Worker) worker = stage_open(kit, &stage, 0);
	gint64 next = 0;

	g_assert_true(store_write(kit_store(kit), add, &(Add){ kit->now_ms + 5000, kit->now_ms, 7, FALSE }, NULL));
	g_assert_false(store_write(kit_store(kit), add, &(Add){ kit->now_ms, kit->now_ms, 8, TRUE }, NULL));
	g_assert_cmpuint(run_due(worker, kit->now_ms + 4999, &next), ==, 0);
	g_assert_cmpint(next, ==, kit->now_ms + 5000);
	g_assert_cmpuint(run_due(worker, kit->now_ms + 5000, &next), ==, 1);
	g_assert_cmpint(stage.last_n, ==, 7);
	g_assert_cmpint(next, ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs"), ==, 0);
	g_assert_cmpuint(run_due(worker, kit->now_ms + 9999, NULL), ==, 0);
}

static void
test_failures_come_again_and_end(Kit *kit)
{
	Stage stage;
	g_autoptr(Worker) worker = stage_open(kit, &stage, 0);
	gint64 now_ms = kit->now_ms, next = 0, retried;
	JobCounts counts;

	g_assert_true(store_write(kit_store(kit), add, &(Add){ now_ms, now_ms, 1, FALSE }, NULL));
	stage.fails = TRUE;
	for (int i = 1; i <= JOB_ATTEMPTS; i++) {
		kit_expect_log(i < JOB_ATTEMPTS ? "as the test wants; again in" : "given up after 20 attempts: as the test wants");
		g_assert_cmpuint(run_due(worker, now_ms, &next), ==, 1);
		if (i == 1)
			g_assert_cmpint(next - now_ms, ==, 30 * MS_PER_S);
		if (i == 3)
			g_assert_cmpint(next - now_ms, ==, 2 * MS_PER_MINUTE);
		if (i == JOB_ATTEMPTS - 1)
			g_assert_cmpint(next - now_ms, ==, 6 * MS_PER_HOUR);
		now_ms = next;
	}
	g_assert_cmpint(next, ==, 0);
	g_assert_true(job_counts(kit->db, kit->now_ms, &counts, NULL));
	g_assert_cmpint(counts.failed, ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE error = 'as the test wants'"), ==, 1);

	stage.fails = FALSE;
	g_assert_true(job_retry_failed(kit->db, kit->now_ms, &retried, NULL));
	g_assert_cmpint(retried, ==, 1);
	g_assert_cmpuint(run_due(worker, kit->now_ms, NULL), ==, 1);
	g_assert_true(job_counts(kit->db, kit->now_ms, &counts, NULL));
	g_assert_cmpint(counts.queued + counts.failed, ==, 0);
}

static gboolean
end_and_add(Db *db, gpointer data, GError **error)
{
	const Job *job = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && job_end(db, job, error) && job_add(db, "follows", NULL, job->due_at + 5000, job->due_at, error) && db_tx_commit(tx, error);
}

static gboolean
run_and_follow(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	return store_write(store, end_and_add, (gpointer)job, error);
}

/* On SQLite the new one gets the id of the one that was just ended: the worker, which ends what was done, must leave it. */
static void
test_what_follows_stays(Kit *kit)
{
	g_autoptr(Worker) worker = worker_new(kit_store(kit), NULL, NULL);
	gint64 next = 0;

	worker_handle(worker, "test.run", 0, run_and_follow, NULL);
	g_assert_true(store_write(kit_store(kit), add, &(Add){ kit->now_ms, kit->now_ms, 1, FALSE }, NULL));
	g_assert_cmpuint(run_due(worker, kit->now_ms, &next), ==, 1);
	g_assert_cmpint(next, ==, kit->now_ms + 5000);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'follows' AND state = 'queued'"), ==, 1);
}

static void
test_unknown_kinds_wait(Kit *kit)
{
	g_autoptr(Worker) worker = worker_new(kit_store(kit), NULL, NULL);

	g_assert_true(store_write(kit_store(kit), add, &(Add){ kit->now_ms, kit->now_ms, 1, FALSE }, NULL));
	kit_expect_log("does not know jobs of this kind");
	g_assert_cmpuint(run_due(worker, kit->now_ms, NULL), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE state = 'queued'"), ==, 1);
}

static void
test_regular_jobs(Kit *kit)
{
	Stage stage;
	g_autoptr(Worker) worker = stage_open(kit, &stage, MS_PER_HOUR);
	gint64 next;

	g_assert_true(worker_start(worker, 0, NULL));
	g_assert_true(worker_start(worker, 0, NULL)); /* as at the next start: not a second one */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs"), ==, 1);
	for (int i = 0; i < 3; i++)
		g_assert_cmpuint(run_due(worker, kit->now_ms + i * MS_PER_HOUR, &next), ==, 1);
	g_assert_cmpint(next, ==, kit->now_ms + 3 * MS_PER_HOUR);
	g_assert_cmpint(kit_count(kit, "SELECT attempts FROM jobs"), ==, 0);
}

/* One job that a server had leased when it was killed. */
static Worker *
after_a_kill(Kit *kit, Stage *stage)
{
	g_autoptr(Worker) worker = stage_open(kit, stage, 0);
	g_autofree char *text = g_strdup_printf("UPDATE jobs SET state = 'leased', attempts = 1, leased_until = %" G_GINT64_FORMAT, kit->now_ms + JOB_LEASE_MS);
	gint64 next;

	g_assert_true(store_write(kit_store(kit), add, &(Add){ kit->now_ms, kit->now_ms, 1, FALSE }, NULL));
	g_assert_true(db_script(kit->db, text, NULL));
	g_assert_cmpuint(run_due(worker, kit->now_ms, &next), ==, 0);
	g_assert_cmpint(next, ==, kit->now_ms + JOB_LEASE_MS);
	return g_steal_pointer(&worker);
}

static void
test_jobs_of_a_killed_server(Kit *kit)
{
	Stage stage;
	g_autoptr(Worker) worker = after_a_kill(kit, &stage);

	g_assert_true(worker_start(worker, 0, NULL));
	g_assert_cmpuint(run_due(worker, kit->now_ms, NULL), ==, 1);
}

static void
test_jobs_of_another_server(Kit *kit)
{
	Stage stage;
	g_autoptr(Worker) worker = after_a_kill(kit, &stage);
	gboolean shared = kit->engine == DB_POSTGRES; /* in a data folder of SQLite one server works alone */

	g_assert_true(!shared || db_script(kit->db, "SELECT pg_advisory_lock_shared(23206451212134)", NULL)); /* it lives */
	g_assert_true(worker_start(worker, 0, NULL));
	g_assert_cmpuint(run_due(worker, kit->now_ms, NULL), ==, shared ? 0 : 1);
	g_assert_cmpuint(run_due(worker, kit->now_ms + JOB_LEASE_MS, NULL), ==, shared ? 1 : 0);
}

static void
test_ended_in_its_own_transaction(Kit *kit)
{
	Stage stage;
	g_autoptr(Worker) worker = stage_open(kit, &stage, 0);

	stage.ends_itself = TRUE;
	g_assert_true(store_write(kit_store(kit), add, &(Add){ kit->now_ms, kit->now_ms, 1, FALSE }, NULL));
	g_assert_cmpuint(run_due(worker, kit->now_ms, NULL), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs"), ==, 0);
}

static void
wait_runs(Stage *stage, guint n)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 20;
	pthread_mutex_lock(&stage->lock);
	while (stage->n_runs < n && rc == 0)
		rc = pthread_cond_timedwait(&stage->cond, &stage->lock, &until);
	g_assert_cmpuint(stage->n_runs, ==, n);
	pthread_mutex_unlock(&stage->lock);
}

static void
test_woken_by_commits_and_the_clock(Kit *kit)
{
	Stage stage;
	g_autoptr(Worker) worker = stage_open(kit, &stage, 0);

	g_assert_true(worker_start(worker, 2, NULL));
	g_assert_true(store_write(kit_store(kit), add, &(Add){ kit->now_ms, kit->now_ms, 1, FALSE }, NULL));
	wait_runs(&stage, 1);
	g_assert_true(store_write(kit_store(kit), add, &(Add){ kit->now_ms + 80, kit->now_ms, 2, FALSE }, NULL));
	g_assert_true(store_write(kit_store(kit), add, &(Add){ kit->now_ms + MS_PER_DAY, kit->now_ms, 3, FALSE }, NULL));
	pthread_mutex_lock(&stage.lock);
	stage.now_ms += 2 * MS_PER_DAY;
	pthread_mutex_unlock(&stage.lock);
	worker_wake(worker);
	wait_runs(&stage, 3);
}

static gboolean
add_tortured(Kit *kit, gpointer data, GError **error)
{
	return add(kit->db, data, error);
}

static void
no_jobs(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	kit_torture(kit, add_tortured, no_jobs, &(Add){ kit->now_ms, kit->now_ms, 1, FALSE }, 3);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs"), ==, 1);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/jobs/due", test_when_due_and_once);
	kit_add("/jobs/failures", test_failures_come_again_and_end);
	kit_add("/jobs/what-follows-stays", test_what_follows_stays);
	kit_add("/jobs/unknown_kinds", test_unknown_kinds_wait);
	kit_add("/jobs/regular", test_regular_jobs);
	kit_add("/jobs/killed", test_jobs_of_a_killed_server);
	kit_add("/jobs/another-server", test_jobs_of_another_server);
	kit_add("/jobs/ends_itself", test_ended_in_its_own_transaction);
	kit_add("/jobs/woken", test_woken_by_commits_and_the_clock);
	kit_add("/jobs/torture", test_torture);
	return kit_run();
}
