#include "main/housekeeping.h"
#include "base/clock.h"
#include "base/log.h"
#include "cases/unread.h"
#include "org/session.h"
#include "store/events.h"
#include "store/idempotency.h"
#include <pthread.h>
#include <string.h>
#include <time.h>

enum { RECOUNT_MS = 1000, CLOCK_MS = 15 * 1000, FLUSH_MS = 60 * 1000, PRUNE_MS = 3600 * 1000, EVENTS_AT_ONCE = 1000, PRUNE_ROWS = 10000 };

struct _Housekeeping {
	DeskApp *app;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	gint64 seen_event, last_event; /* looked at; committed. Under the lock */
	gboolean waiting; /* for a commit: otherwise it looks by itself soon, and nobody needs to wake it */
	gboolean stopping;
};

/* On the writer's thread, after each commit: only notes it. */
static void
committed(gint64 last_event_id, gpointer data)
{
	Housekeeping *self = data;

	pthread_mutex_lock(&self->lock);
	self->last_event = MAX(self->last_event, last_event_id);
	if (self->waiting) {
		self->waiting = FALSE;
		pthread_cond_signal(&self->wake);
	}
	pthread_mutex_unlock(&self->lock);
}

static gboolean
is_about_people_or_words(const char *kind)
{
	static const char *const nouns[] = { "user.", "team.", "token.", "category.", "product.", "root_cause.", "setting" };

	for (guint i = 0; i < G_N_ELEMENTS(nouns); i++)
		if (g_str_has_prefix(kind, nouns[i]))
			return TRUE;
	return FALSE;
}

/* A busy minute makes thousands of case events; people and words change a few times a day. After a flood the lists are
 * simply emptied: reading them again is cheaper than reading the flood. */
static gboolean
follow_events(Housekeeping *self, Db *db, gint64 upto, GError **error)
{
	g_autoptr(GPtrArray) events = NULL;
	gboolean changed;

	if (upto <= self->seen_event)
		return TRUE;
	if ((events = events_after(db, self->seen_event, 0, EVENTS_AT_ONCE, error)) == NULL)
		return FALSE;
	changed = events->len == EVENTS_AT_ONCE;
	for (guint i = 0; i < events->len && !changed; i++)
		changed = is_about_people_or_words(((const EventRow *)events->pdata[i])->kind);
	if (changed) {
		desk_lists_changed(self->app->lists);
		actor_cache_clear(self->app->actors);
	}
	self->seen_event = upto;
	return TRUE;
}

static gboolean
flush_actors(Db *db, gpointer data, GError **error)
{
	return actor_cache_flush(data, db, clock_now_ms(), error);
}

static gboolean
prune(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && idempotency_prune(db, clock_now_ms(), PRUNE_ROWS, NULL, error) && db_tx_commit(tx, error);
}

static gboolean
sweep(Db *db, gpointer data, GError **error)
{
	return session_sweep(db, clock_now_ms(), NULL, error);
}

static gboolean
forget_reads(Db *db, gpointer data, GError **error)
{
	return case_unread_prune(db, clock_now_ms(), PRUNE_ROWS, error);
}

static void
report(const char *what, GError *error)
{
	if (error != NULL)
		log_warn("housekeeping", "%s: %s", what, error->message);
	g_clear_error(&error);
}

static void
recount(Housekeeping *self, gint64 upto)
{
	GError *error = NULL;
	Db *db = NULL;

	if (!store_snapshot_begin(self->app->store, &db, &error)) {
		report("opening a snapshot", error);
		return;
	}
	if (!case_counters_refresh(self->app->counters, db, clock_now_ms(), &error))
		report("counting the views", g_steal_pointer(&error));
	store_snapshot_end(self->app->store, db);
	/* Outside the snapshot: how far the log may be followed is asked before it is read (store/events.h). */
	if ((db = store_reader(self->app->store, &error)) == NULL || !follow_events(self, db, upto, &error))
		report("following the log", g_steal_pointer(&error));
}

static void
write_down(Housekeeping *self, StoreWork work, gpointer data, const char *what)
{
	GError *error = NULL;

	if (!store_write(self->app->store, work, data, &error))
		report(what, error);
}

/* Waits for a commit, but not longer than until the clock may have made cases late. FALSE: stop. */
static gboolean
wait_for_work(Housekeeping *self, gint64 counted_event, gint64 *ret_upto)
{
	struct timespec until;
	gboolean go_on;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += CLOCK_MS / 1000;
	pthread_mutex_lock(&self->lock);
	while (!self->stopping && self->last_event == counted_event) {
		self->waiting = TRUE;
		if (pthread_cond_timedwait(&self->wake, &self->lock, &until) != 0)
			break;
	}
	self->waiting = FALSE;
	*ret_upto = self->last_event;
	go_on = !self->stopping;
	pthread_mutex_unlock(&self->lock);
	return go_on;
}

/* Not more often than once in RECOUNT_MS; FALSE: stop. */
static gboolean
pause_between(Housekeeping *self)
{
	struct timespec until;
	gboolean go_on;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += RECOUNT_MS / 1000;
	pthread_mutex_lock(&self->lock);
	while (!self->stopping)
		if (pthread_cond_timedwait(&self->wake, &self->lock, &until) != 0)
			break;
	go_on = !self->stopping;
	pthread_mutex_unlock(&self->lock);
	return go_on;
}

static gpointer
run(gpointer data)
{
	Housekeeping *self = data;
	gint64 flushed = clock_now_ms(), pruned = flushed, upto = 0, now;

	while (wait_for_work(self, self->seen_event, &upto)) {
		recount(self, upto);
		now = clock_now_ms();
		if (now - flushed >= FLUSH_MS) {
			write_down(self, flush_actors, self->app->actors, "writing down sessions");
			flushed = now;
		}
		if (now - pruned >= PRUNE_MS) {
			write_down(self, prune, NULL, "throwing away old answers");
			write_down(self, sweep, NULL, "throwing away old sessions");
			write_down(self, forget_reads, NULL, "throwing away old reading marks");
			pruned = now;
		}
		if (!pause_between(self))
			break;
	}
	return NULL;
}

Housekeeping *
housekeeping_start(DeskApp *app, GError **error)
{
	Housekeeping *self;
	Db *db = NULL;
	gboolean ok;
	gint64 last = 0;

	if ((db = store_reader(app->store, error)) == NULL || !events_last_id(db, &last, error))
		return NULL;
	if (!store_snapshot_begin(app->store, &db, error))
		return NULL;
	ok = case_counters_refresh(app->counters, db, clock_now_ms(), error);
	store_snapshot_end(app->store, db);
	if (!ok)
		return NULL;
	self = g_new0(Housekeeping, 1);
	self->app = app;
	self->seen_event = self->last_event = last;
	pthread_mutex_init(&self->lock, NULL);
	pthread_cond_init(&self->wake, NULL);
	pthread_create(&self->thread, NULL, run, self);
	store_watch(app->store, committed, self);
	return self;
}

void
housekeeping_stop(Housekeeping *self)
{
	if (self == NULL)
		return;
	pthread_mutex_lock(&self->lock);
	self->stopping = TRUE;
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
	pthread_join(self->thread, NULL);
	store_unwatch(self->app->store, committed, self);
	pthread_cond_destroy(&self->wake);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}
