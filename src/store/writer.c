/* writer.c - units of work, run in groups (SQLite) or side by side (PostgreSQL). What a unit may do: store.h. The
 * transaction's scopes: db.c. Folding the write-ahead log back: checkpoint.c. */
#include "store/writer.h"
#include "store/checkpoint.h"
#include "store/db_engine.h"
#include "store/group.h"
#include <pthread.h>

#define QUEUE_MAX 10000
#define QUICK_US 2000 /* a commit slower than that is not waited for on a thread that has others to serve */
#define BESIDE_US 3000 /* for the server to find the lock free: it looks once a millisecond */
#define LOSES_BESIDE 4 /* so often a unit may lose against another one on PostgreSQL; then it runs while no other of ours does */
#define TRIES_MAX 12   /* others there may be still: commands beside the server, a second server */

struct _Writer {
	char *url;
	WriterCommitted committed;
	EventFollow follow; /* for a connection that is opened again */
	gpointer committed_data;
	pthread_mutex_t lock; /* of everything down to stats; pthreads, because thread sanitizers see them */
	pthread_cond_t more;
	pthread_rwlock_t beside;   /* PostgreSQL: shared by units that run side by side, held whole by one that lost too often */
	Unit *first, *last;
	guint n_queued;
	WriterPlace place;
	gboolean groups, working; /* SQLite: one at a time has its connection, the writer's thread or whoever tries */
	gint64 last_us;           /* how long the last group took */
	gboolean stopping;
	StoreStats stats;
	Group group;            /* SQLite only, and so is the next; who has the turn has them */
	Checkpoint *checkpoint;
	GArray *threads;        /* of pthread_t */
	GPtrArray *dbs;         /* one a thread; opened before it starts */
};

static __thread gboolean on_writer;

gboolean
writer_is_me(void)
{
	return on_writer;
}

/* Up to @n units from the queue, as a list; with @wait only NULL when the writer stops, and on SQLite the turn with them. */
static Unit *
take(Writer *self, guint n, gboolean wait)
{
	Unit *first, *last;

	pthread_mutex_lock(&self->lock);
	while (wait && (self->working || (self->first == NULL && !self->stopping)))
		pthread_cond_wait(&self->more, &self->lock);
	first = last = self->first;
	for (guint i = 1; last != NULL; i++, last = last->next) {
		self->n_queued--;
		if (i == n || last->next == NULL)
			break;
	}
	if (last != NULL) {
		self->first = g_steal_pointer(&last->next);
		if (self->first == NULL)
			self->last = NULL;
	}
	if (wait)
		self->working = self->groups && first != NULL;
	pthread_mutex_unlock(&self->lock);
	return first;
}

/* Gives the turn back. */
static void
rest(Writer *self)
{
	pthread_mutex_lock(&self->lock);
	self->working = FALSE;
	if (self->first != NULL || self->stopping)
		pthread_cond_signal(&self->more);
	pthread_mutex_unlock(&self->lock);
}

static void
count(Writer *self, guint units, gboolean failed, gint64 began_us)
{
	gint64 took_us = g_get_monotonic_time() - began_us;

	pthread_mutex_lock(&self->lock);
	self->last_us = took_us;
	self->stats.units += units;
	self->stats.groups++;
	self->stats.failed_groups += failed;
	self->stats.busy_s += (double)took_us / 1e6;
	pthread_mutex_unlock(&self->lock);
}

static Unit *
take_more(gpointer data, guint n)
{
	return take(data, n, FALSE);
}

static void
run_group(Writer *self, Db *db, Unit *units)
{
	gint64 began_us = g_get_monotonic_time();
	guint n;
	gboolean ok = group_run(&self->group, db, units, take_more, self, &n);

	count(self, n, !ok, began_us);
	units_tell(units);
	if (ok)
		self->committed(db->last_event_id, db->due_at, self->committed_data);
	checkpoint_look(self->checkpoint, db);
}

/* Who wants it whole goes before those who come later to share it. */
static void
lock_beside_init(pthread_rwlock_t *lock)
{
	pthread_rwlockattr_t first;

	pthread_rwlockattr_init(&first);
	pthread_rwlockattr_setkind_np(&first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(lock, &first);
	pthread_rwlockattr_destroy(&first);
}

/* One unit on PostgreSQL; again when it lost against another one. */
static void
run_alone(Writer *self, Db **db, Unit *unit)
{
	gint64 began_us = g_get_monotonic_time();

	for (int tries = 1;; tries++) {
		if (*db == NULL || (*db)->broken) {
			g_clear_pointer(db, db_close);
			*db = db_open(self->url, FALSE, &unit->error);
			if (*db == NULL)
				break;
			events_follow(*db, self->follow);
		}
		(*db)->last_event_id = (*db)->due_at = 0;
		(*db)->retry = FALSE;
		(void)(tries <= LOSES_BESIDE ? pthread_rwlock_rdlock(&self->beside) : pthread_rwlock_wrlock(&self->beside));
		unit_run(*db, unit);
		pthread_rwlock_unlock(&self->beside);
		if (unit->error == NULL || !(*db)->retry || tries == TRIES_MAX)
			break;
		g_clear_error(&unit->error);
		g_usleep((gulong)g_random_int_range(200, 1000 << MIN(tries, 6)));
	}
	count(self, 1, unit->error != NULL && unit->error->code == ERR_BUSY, began_us);
	if (unit->error == NULL)
		self->committed((*db)->last_event_id, (*db)->due_at, self->committed_data);
	units_tell(unit);
}

typedef struct {
	Writer *self;
	guint i;
} Start;

static void *
writer_main(void *data)
{
	g_autofree Start *start = data;
	Writer *self = start->self;
	Db **db = (Db **)&self->dbs->pdata[start->i];
	Unit *units;

	on_writer = TRUE;
	while ((units = take(self, self->groups ? GROUP_MAX : 1, TRUE)) != NULL) {
		if (self->groups) {
			run_group(self, *db, units);
			rest(self);
			if (self->place == WRITER_BESIDE)
				g_usleep(BESIDE_US);
		} else {
			run_alone(self, db, units);
		}
	}
	return NULL;
}

static gboolean
start_threads(Writer *self, GError **error)
{
	for (guint i = 0; i < self->dbs->len; i++) {
		Start *start = g_new(Start, 1);
		pthread_t thread;

		*start = (Start){ self, i };
		if (pthread_create(&thread, NULL, writer_main, start) != 0) {
			g_free(start);
			g_set_error_literal(error, ERR, ERR_INTERNAL, "the system gives no thread for the writer");
			return FALSE;
		}
		g_array_append_val(self->threads, thread);
	}
	return TRUE;
}

Writer *
writer_start(const char *url, guint n_pg, WriterPlace place, gboolean sync_later, WriterCommitted committed, gpointer data, GError **error)
{
	Writer *self = g_new0(Writer, 1);
	guint n = g_str_has_prefix(url, "sqlite:") ? 1 : n_pg;

	self->url = g_strdup(url);
	self->groups = g_str_has_prefix(url, "sqlite:");
	self->place = place;
	self->committed = committed;
	self->committed_data = data;
	self->threads = g_array_new(FALSE, FALSE, sizeof(pthread_t));
	self->dbs = g_ptr_array_new_with_free_func((GDestroyNotify)db_close);
	pthread_mutex_init(&self->lock, NULL);
	lock_beside_init(&self->beside);
	pthread_cond_init(&self->more, NULL);
	for (guint i = 0; i < n; i++) {
		Db *db = db_open(url, FALSE, error);

		if (db == NULL)
			goto failed;
		db->own_folding = TRUE;
		g_ptr_array_add(self->dbs, db);
		if (place == WRITER_ALONE ? !db_alone(db, error) : sync_later && !db_sync_later(db, error))
			goto failed;
	}
	if (self->groups && place != WRITER_ALONE && (self->checkpoint = checkpoint_start(url, error)) == NULL)
		goto failed;
	if (start_threads(self, error))
		return self;
failed:
	writer_stop(self);
	return NULL;
}

void
writer_follow(Writer *self, EventFollow fn)
{
	pthread_mutex_lock(&self->lock); /* whoever takes a unit later sees it: units are taken under this lock */
	self->follow = fn;
	for (guint i = 0; i < self->dbs->len; i++)
		if (self->dbs->pdata[i] != NULL)
			events_follow(self->dbs->pdata[i], fn);
	pthread_mutex_unlock(&self->lock);
}

gboolean
writer_submit(Writer *self, StoreWork work, StoreDone done, gpointer data, GError **error)
{
	Unit *unit = NULL;
	gboolean stopping;

	pthread_mutex_lock(&self->lock);
	stopping = self->stopping;
	if (!stopping && self->n_queued < QUEUE_MAX) {
		unit = g_new(Unit, 1);
		*unit = (Unit){ .work = work, .done = done, .data = data };
		if (self->last != NULL)
			self->last->next = unit;
		else
			self->first = unit;
		self->last = unit;
		self->n_queued++;
		pthread_cond_signal(&self->more);
	}
	pthread_mutex_unlock(&self->lock);
	if (unit == NULL)
		g_set_error_literal(error, ERR, stopping ? ERR_BUSY : ERR_LIMIT, stopping ? "the server is stopping" : "too many changes are waiting to be written: try again in a moment");
	return unit != NULL;
}

typedef struct {
	StoreWork work;
	gpointer data;
	GError *error;
} Try;

static gboolean
try_work(Db *db, gpointer data, GError **error)
{
	Try *it = data;

	return it->work(db, it->data, error);
}

static void
try_done(gpointer data, const GError *error)
{
	((Try *)data)->error = error != NULL ? g_error_copy(error) : NULL;
}

static gboolean
take_turn(Writer *self)
{
	gboolean mine;

	pthread_mutex_lock(&self->lock);
	mine = self->groups && !self->working && self->first == NULL && !self->stopping && self->last_us < QUICK_US;
	if (mine)
		self->working = TRUE;
	pthread_mutex_unlock(&self->lock);
	return mine;
}

/* Not a snapshot as readers' are: what is kept in memory with one counts the commits of others, and this one was our own (store/memo.h). */
static void
read_after(Db *db, StoreAfter after, gpointer data)
{
	if (!db_step(db, TX_SNAPSHOT, NULL))
		return;
	after(db, data);
	if (!db_step(db, TX_COMMIT, NULL))
		(void)db_step(db, TX_ROLLBACK, NULL);
}

gboolean
writer_try(Writer *self, StoreWork work, StoreAfter after, gpointer data, GError **ret_error)
{
	Try it = { .work = work, .data = data };
	Unit *unit;

	if (!take_turn(self))
		return FALSE;
	unit = g_new(Unit, 1);
	*unit = (Unit){ .work = try_work, .done = try_done, .data = &it };
	on_writer = TRUE;
	run_group(self, self->dbs->pdata[0], unit);
	if (after != NULL && it.error == NULL)
		read_after(self->dbs->pdata[0], after, data);
	on_writer = FALSE;
	rest(self);
	if (it.error != NULL)
		g_propagate_error(ret_error, it.error);
	return TRUE;
}

void
writer_ending(Writer *self)
{
	checkpoint_wake(self->checkpoint);
}

void
writer_stats(Writer *self, StoreStats *ret_stats)
{
	pthread_mutex_lock(&self->lock);
	*ret_stats = self->stats;
	ret_stats->queued = self->n_queued;
	pthread_mutex_unlock(&self->lock);
}

void
writer_stop(Writer *self)
{
	if (self == NULL)
		return;
	pthread_mutex_lock(&self->lock);
	self->stopping = TRUE;
	pthread_cond_broadcast(&self->more);
	pthread_mutex_unlock(&self->lock);
	for (guint i = 0; i < self->threads->len; i++)
		pthread_join(g_array_index(self->threads, pthread_t, i), NULL);
	checkpoint_stop(self->checkpoint);
	g_array_unref(self->threads);
	g_ptr_array_unref(self->dbs);
	pthread_cond_destroy(&self->more);
	pthread_mutex_destroy(&self->lock);
	pthread_rwlock_destroy(&self->beside);
	g_free(self->url);
	g_free(self);
}
