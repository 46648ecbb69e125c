/* worker.c - doing jobs. The thread sleeps until exactly the next due time, and is woken by commits that left something
 * earlier (store_watch_due). */
#include "work/worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/wait.h"
#include "job.sql.h"
#include <pthread.h>
#include <string.h>

#define BACKOFF_FIRST_MS (30 * MS_PER_S)
#define BACKOFF_MAX_MS (6 * MS_PER_HOUR)
/* Other servers over the same PostgreSQL may leave jobs behind, and a lost wake-up must not be for ever. */
#define LOOK_AGAIN_MS (5 * MS_PER_MINUTE)
#define ERROR_MAX 500 /* characters kept of why a job failed */

typedef struct {
	char *kind;
	gint64 every_ms;
	JobHandler fn;
	gpointer data;
} Handler;

struct _Worker {
	Store *store;
	WorkerClock clock;
	gpointer clock_data;
	GPtrArray *handlers; /* not changed once started */
	GArray *threads;     /* of pthread_t */
	pthread_mutex_t lock; /* of the rest */
	pthread_cond_t wake;
	guint64 woken; /* counts wake-ups, so that none is lost between looking and sleeping */
	guint n_awake;      /* threads not asleep */
	gint64 known_due;   /* what those asleep wait for; nothing earlier came since */
	gboolean stopping;
};

static gint64
now_ms(Worker *self)
{
	return self->clock != NULL ? self->clock(self->clock_data) : clock_now_ms();
}

static void
handler_free(gpointer data)
{
	Handler *handler = data;

	g_free(handler->kind);
	g_free(handler);
}

void
worker_wake(Worker *self)
{
	pthread_mutex_lock(&self->lock);
	self->woken++;
	pthread_cond_broadcast(&self->wake);
	pthread_mutex_unlock(&self->lock);
}

static void
something_due(gint64 due_at, gpointer data)
{
	Worker *self = data;
	gboolean known;

	/* Most commits leave something for tomorrow; that is no reason to get up. */
	pthread_mutex_lock(&self->lock);
	known = self->n_awake == 0 && due_at >= self->known_due;
	pthread_mutex_unlock(&self->lock);
	if (!known)
		worker_wake(self);
}

Worker *
worker_new(Store *store, WorkerClock clock, gpointer clock_data)
{
	Worker *self = g_new0(Worker, 1);

	self->store = store;
	self->clock = clock;
	self->clock_data = clock_data;
	self->handlers = g_ptr_array_new_with_free_func(handler_free);
	self->threads = g_array_new(FALSE, FALSE, sizeof(pthread_t));
	pthread_mutex_init(&self->lock, NULL);
	wait_init(&self->wake);
	store_watch_due(store, something_due, self);
	return self;
}

void
worker_handle(Worker *self, const char *kind, gint64 every_ms, JobHandler fn, gpointer data)
{
	Handler *handler = g_new(Handler, 1);

	*handler = (Handler){ g_strdup(kind), every_ms, fn, data };
	g_ptr_array_add(self->handlers, handler);
}

static const Handler *
handler_of(Worker *self, const char *kind)
{
	for (guint i = 0; i < self->handlers->len; i++) {
		const Handler *handler = self->handlers->pdata[i];

		if (strcmp(handler->kind, kind) == 0)
			return handler;
	}
	return NULL;
}

/* One step between a worker and its table; run by the writer. */
typedef struct {
	Worker *self;
	gint64 now_ms;
	gboolean alone;    /* no other server is at work here */
	Job *job;          /* leased, or being ended */
	const char *state; /* what becomes of it; NULL: it is done */
	gint64 due_at;
	int attempts;
	const char *failure;
} Step;

static gboolean
lease(Db *db, gpointer data, GError **error)
{
	Step *step = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	g_autoptr(Job) job = NULL;

	g_clear_pointer(&step->job, job_free); /* on PostgreSQL this may run again */
	if (tx == NULL || !db_exec(db, &SQL_JOB_TAKE_BACK, DB_ARGS(DB_INT(step->now_ms)), NULL, error) ||
	    (rows = db_query(db, &SQL_JOB_LEASE, DB_ARGS(DB_INT(step->now_ms), DB_INT(step->now_ms + JOB_LEASE_MS)), error)) == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		const char *payload = db_rows_text(rows, "payload");

		job = g_new0(Job, 1);
		job->id = db_rows_int(rows, "id");
		job->kind = g_strdup(db_rows_text(rows, "kind"));
		job->due_at = db_rows_int(rows, "due_at");
		job->made_at = db_rows_int(rows, "made_at");
		job->attempts = (int)db_rows_int(rows, "attempts");
		job->payload = json_read(payload, strlen(payload), error);
		if (job->payload == NULL)
			return FALSE;
	} else if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	g_clear_pointer(&rows, db_rows_free);
	if (!db_tx_commit(tx, error))
		return FALSE;
	step->job = g_steal_pointer(&job);
	return TRUE;
}

static gboolean
end(Db *db, gpointer data, GError **error)
{
	const Step *step = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	gboolean ok;

	if (tx == NULL)
		return FALSE;
	if (step->state == NULL)
		ok = job_end(db, step->job, error);
	else
		ok = db_exec(db, &SQL_JOB_AGAIN,
		             DB_ARGS(DB_INT(step->job->id), DB_TEXT(step->state), DB_INT(step->due_at), DB_INT(step->attempts), DB_TEXT(step->failure),
		                     DB_INT(step->job->made_at), DB_TEXT(step->job->kind)), NULL, error);
	if (step->state != NULL && strcmp(step->state, "queued") == 0)
		db_note_due(db, step->due_at);
	return ok && db_tx_commit(tx, error);
}

/* 30 s, 1 min, 2, 4 ... */
static gint64
backoff_ms(int attempts)
{
	return attempts > 20 ? BACKOFF_MAX_MS : MIN(BACKOFF_FIRST_MS << (attempts - 1), BACKOFF_MAX_MS);
}

static gboolean
run_job(Worker *self, Job *job, gint64 at_ms, GError **error)
{
	const Handler *handler = handler_of(self, job->kind);
	Step step = { .self = self, .now_ms = at_ms, .job = job };
	g_autoptr(GError) local = NULL;
	g_autofree char *why = NULL;
	gboolean ok = FALSE;

	if (handler == NULL)
		g_set_error(&local, ERR, ERR_INTERNAL, "this program does not know jobs of this kind");
	else
		ok = handler->fn(job, self->store, at_ms, handler->data, &local);
	if (ok && handler->every_ms == 0)
		return store_write(self->store, end, &step, error);
	step.state = "queued";
	if (ok) {
		step.due_at = at_ms + handler->every_ms;
		return store_write(self->store, end, &step, error);
	}
	why = g_utf8_substring(local != NULL ? local->message : "it does not say why", 0, MIN(g_utf8_strlen(local != NULL ? local->message : "it does not say why", -1), ERROR_MAX));
	step.failure = why;
	step.attempts = job->attempts;
	step.due_at = at_ms + backoff_ms(job->attempts);
	if (job->attempts >= JOB_ATTEMPTS && (handler == NULL || handler->every_ms == 0)) {
		step.state = "failed";
		log_error("work", "job %" G_GINT64_FORMAT " (%s) is given up after %d attempts: %s", job->id, job->kind, job->attempts, why);
	} else {
		log_warn("work", "job %" G_GINT64_FORMAT " (%s), attempt %d: %s; again in %d s", job->id, job->kind, job->attempts, why,
		         (int)((step.due_at - at_ms) / MS_PER_S));
	}
	return store_write(self->store, end, &step, error);
}

static gboolean
next_due(Worker *self, gint64 *ret_next_due, GError **error)
{
	Db *db = store_reader(self->store, error);

	return db != NULL && db_query_int(db, &SQL_JOB_NEXT_DUE, DB_NO_ARGS, ret_next_due, NULL, error);
}

static gboolean
is_stopping(Worker *self)
{
	gboolean stopping;

	pthread_mutex_lock(&self->lock);
	stopping = self->stopping;
	pthread_mutex_unlock(&self->lock);
	return stopping;
}

gboolean
worker_run_due(Worker *self, gint64 at_ms, guint *ret_n, gint64 *ret_next_due, GError **error)
{
	gint64 due = 0;
	guint n = 0;

	for (;;) {
		Step step = { .self = self, .now_ms = at_ms };
		g_autoptr(Job) job = NULL;

		/* Looking costs a reader's glance; leasing costs a commit. */
		if (!next_due(self, &due, error))
			return FALSE;
		if (due == 0 || due > at_ms || is_stopping(self))
			break;
		if (!store_write(self->store, lease, &step, error))
			return FALSE;
		job = step.job;
		if (job == NULL)
			continue; /* another thread was faster */
		if (!run_job(self, job, at_ms, error))
			return FALSE;
		n++;
	}
	if (ret_n != NULL)
		*ret_n = n;
	if (ret_next_due != NULL)
		*ret_next_due = due;
	return TRUE;
}

/* Until @for_ms have passed, or there was a wake-up after @seen. */
static void
sleep_for(Worker *self, gint64 for_ms, gint64 known_due, guint64 seen)
{
	const struct timespec until = wait_deadline(for_ms);

	pthread_mutex_lock(&self->lock);
	self->n_awake--;
	if (self->woken == seen)
		self->known_due = known_due;
	while (!self->stopping && self->woken == seen && pthread_cond_timedwait(&self->wake, &self->lock, &until) == 0)
		;
	self->n_awake++;
	pthread_mutex_unlock(&self->lock);
}

static void *
worker_main(void *data)
{
	Worker *self = data;

	while (!is_stopping(self)) {
		g_autoptr(GError) error = NULL;
		gint64 due = 0, wait_ms = LOOK_AGAIN_MS, known_due = G_MAXINT64;
		guint64 seen;

		pthread_mutex_lock(&self->lock);
		seen = self->woken;
		pthread_mutex_unlock(&self->lock);
		if (!worker_run_due(self, now_ms(self), NULL, &due, &error)) {
			log_warn("work", "jobs wait: %s", error->message);
			wait_ms = MS_PER_S;
		} else if (due != 0) {
			wait_ms = CLAMP(due - now_ms(self), 1, LOOK_AGAIN_MS);
			known_due = now_ms(self) + wait_ms;
		} else {
			known_due = now_ms(self) + wait_ms;
		}
		sleep_for(self, wait_ms, known_due, seen);
	}
	return NULL;
}

/* Whether no other server is at work here; on SQLite the data folder's lock says so. @here: our own session, which says until its
 * end that we are. */
static gboolean
find_alone(Db *here, gboolean *ret_alone, GError **error)
{
	gint64 alone = 1;

	if (db_kind(here) == DB_POSTGRES &&
	    (!db_query_int(here, &SQL_WORKER_ALONE, DB_NO_ARGS, &alone, NULL, error) || !db_exec(here, &SQL_WORKER_HERE, DB_NO_ARGS, NULL, error)))
		return FALSE;
	*ret_alone = alone != 0;
	return TRUE;
}

/* Takes back leases, and puts in what comes again and again. */
static gboolean
prepare(Db *db, gpointer data, GError **error)
{
	const Step *step = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	if (tx == NULL || !db_exec(db, &SQL_JOB_TAKE_BACK, DB_ARGS(DB_INT(step->alone ? G_MAXINT64 : step->now_ms)), NULL, error))
		return FALSE;
	for (guint i = 0; i < step->self->handlers->len; i++) {
		const Handler *handler = step->self->handlers->pdata[i];
		gint64 n = 0;

		if (handler->every_ms == 0)
			continue;
		if (!db_query_int(db, &SQL_JOB_EXISTS, DB_ARGS(DB_TEXT(handler->kind)), &n, NULL, error))
			return FALSE;
		if (n == 0 && !job_add(db, handler->kind, NULL, step->now_ms, step->now_ms, error))
			return FALSE;
	}
	return db_tx_commit(tx, error);
}

gboolean
worker_start(Worker *self, guint n_threads, GError **error)
{
	Step step = { .self = self, .now_ms = now_ms(self) };

	Db *here = store_reader(self->store, error);

	if (here == NULL || !find_alone(here, &step.alone, error) || !store_write(self->store, prepare, &step, error) ||
	    (step.alone && db_kind(here) == DB_POSTGRES && !db_exec(here, &SQL_WORKER_ALONE_END, DB_NO_ARGS, NULL, error)))
		return FALSE;
	self->n_awake = n_threads; /* nobody runs yet */
	for (guint i = 0; i < n_threads; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, worker_main, self) != 0) {
			g_set_error_literal(error, ERR, ERR_INTERNAL, "the system gives no thread for jobs");
			return FALSE;
		}
		g_array_append_val(self->threads, thread);
	}
	return TRUE;
}

void
worker_free(Worker *self)
{
	if (self == NULL)
		return;
	store_unwatch_due(self->store, something_due, self);
	pthread_mutex_lock(&self->lock);
	self->stopping = TRUE;
	pthread_cond_broadcast(&self->wake);
	pthread_mutex_unlock(&self->lock);
	for (guint i = 0; i < self->threads->len; i++)
		pthread_join(g_array_index(self->threads, pthread_t, i), NULL);
	pthread_cond_destroy(&self->wake);
	pthread_mutex_destroy(&self->lock);
	g_array_unref(self->threads);
	g_ptr_array_unref(self->handlers);
	g_free(self);
}
