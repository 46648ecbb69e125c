/* store.c - the opened database of a running server. Who writes: writer.c. Who reads: reader.c. One connection without
 * all this, for a command: db_open(). */
#include "store/store.h"
#include "base/clock.h"
#include "store/db_engine.h"
#include "store/making.h"
#include "store/migrate.h"
#include "store/reader.h"
#include "store/writer.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define WATCHERS_MAX 8
#define ONCE_TRIES 12

typedef struct {
	StoreCommitted fn;
	StoreDue due; /* one of the two */
	gpointer data;
} Watcher;

struct _Store {
	char *data_dir;
	int lock_fd;
	gboolean making;
	char *unsynced; /* the file whose commits wait for store_sync(); NULL: they wait for nobody */
	Writer *writer;
	Readers *readers;
	pthread_rwlock_t watch_lock; /* of the next two */
	Watcher watchers[WATCHERS_MAX];
	guint n_watchers;
};

static gboolean
fail_path(const char *path, const char *advice, GError **error)
{
	g_set_error(error, ERR, ERR_INTERNAL, "%s: %s: %s", path, g_strerror(errno), advice);
	return FALSE;
}

static gboolean
lock_folder(Store *self, gboolean beside, gboolean *ret_shared, GError **error)
{
	g_autofree char *path = g_build_filename(self->data_dir, "redress.lock", NULL);
	char pid[24] = "";
	ssize_t n;

	if (!g_file_test(self->data_dir, G_FILE_TEST_IS_DIR)) {
		g_set_error(error, ERR, ERR_INTERNAL, "%s is no folder: create it, and make it belong to the user who runs redress", self->data_dir);
		return FALSE;
	}
	self->lock_fd = g_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (self->lock_fd < 0)
		return fail_path(path, "make the data folder writable for the user who runs redress", error);
	if (flock(self->lock_fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK)
			return fail_path(path, "the file system of the data folder has no locks: use a local disk", error);
		if (beside) {
			close(self->lock_fd);
			self->lock_fd = -1;
			*ret_shared = TRUE;
			return TRUE;
		}
		n = pread(self->lock_fd, pid, sizeof pid - 1, 0);
		g_set_error(error, ERR, ERR_BUSY, "the data folder %s is in use by another redress (process %s): stop it first, or name another folder with --data",
		            self->data_dir, n > 0 ? g_strstrip(pid) : "unknown");
		return FALSE;
	}
	g_snprintf(pid, sizeof pid, "%d\n", (int)getpid());
	if (ftruncate(self->lock_fd, 0) != 0 || pwrite(self->lock_fd, pid, strlen(pid), 0) < 0)
		return fail_path(path, "the disk may be full: free some space", error);
	return TRUE;
}

static gboolean
make_folders(const char *data_dir, GError **error)
{
	static const char *const names[] = { "blobs", "rejects" };

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(data_dir, names[i], NULL);

		if (g_mkdir_with_parents(path, 0700) != 0)
			return fail_path(path, "make the data folder writable for the user who runs redress", error);
	}
	return TRUE;
}

/* The database holds what people said in confidence: its owner's eyes only. SQLite gives its other files the same rights. */
static void
make_private(const char *url)
{
	int fd = g_open(url + strlen("sqlite:"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0) /* otherwise opening it says why */
		close(fd);
}

/* The database, at this program's schema. */
static Db *
bring_up(const char *url, gboolean migrate, GError **error)
{
	g_autoptr(Db) db = NULL;
	gboolean pending = FALSE;

	if (g_str_has_prefix(url, "sqlite:"))
		make_private(url);
	db = db_open(url, FALSE, error);
	if (db == NULL || (migrate && !migrate_run(db, clock_now_ms(), error)) || (!migrate && !migrate_check(db, &pending, error)))
		return NULL;
	if (!pending)
		return g_steal_pointer(&db);
	g_set_error_literal(error, ERR, ERR_INVALID, "this database was made by an older redress: start the server once to upgrade it");
	return NULL;
}

static void
committed(gint64 last_event_id, gint64 due_at, gpointer data)
{
	Store *self = data;

	pthread_rwlock_rdlock(&self->watch_lock);
	for (guint i = 0; i < self->n_watchers; i++) {
		const Watcher *one = &self->watchers[i];

		if (one->fn != NULL)
			one->fn(last_event_id, one->data);
		else if (due_at != 0)
			one->due(due_at, one->data);
	}
	pthread_rwlock_unlock(&self->watch_lock);
}

static char *
url_of(const Store *self, const StoreOptions *options)
{
	g_autofree char *file = g_build_filename(self->data_dir, self->making ? MAKING_NAME : "redress.db", NULL);

	return options->url != NULL ? g_strdup(options->url) : g_strconcat("sqlite:", file, NULL);
}

static Store *
store_new(const StoreOptions *options, gboolean *ret_shared, GError **error)
{
	g_autoptr(Store) self = g_new0(Store, 1);

	self->data_dir = g_strdup(options->data_dir);
	self->lock_fd = -1;
	pthread_rwlock_init(&self->watch_lock, NULL);
	if (!lock_folder(self, options->beside, ret_shared, error) || !make_folders(self->data_dir, error))
		return NULL;
	return g_steal_pointer(&self);
}

Store *
store_open(const StoreOptions *options, GError **error)
{
	gboolean shared = FALSE;
	g_autoptr(Store) self = store_new(options, &shared, error);
	g_autoptr(Db) first = NULL;
	g_autofree char *url = NULL;

	if (self == NULL)
		return NULL;
	self->making = options->making && !shared && options->url == NULL && making_begin(self->data_dir);
	url = url_of(self, options);
	if ((first = bring_up(url, options->migrate && !shared, error)) == NULL)
		return NULL;
	self->unsynced = options->sync_later ? g_strdup(first->path) : NULL;
	g_clear_pointer(&first, db_close);
	self->readers = readers_new(url);
	self->writer = writer_start(url, options->n_pg_writers != 0 ? options->n_pg_writers : 8, self->making ? WRITER_ALONE : shared ? WRITER_BESIDE : WRITER_FIRST,
	                            options->sync_later, committed, self, error);
	if (self->writer == NULL)
		return NULL;
	return g_steal_pointer(&self);
}

gboolean
store_write_once(const StoreOptions *options, StoreWork work, gpointer data, GError **error)
{
	gboolean shared = FALSE;
	g_autoptr(Store) self = store_new(options, &shared, error);
	g_autofree char *url = self != NULL ? url_of(self, options) : NULL;
	g_autoptr(Db) db = self != NULL ? bring_up(url, options->migrate && !shared, error) : NULL;
	g_autoptr(GError) local = NULL;
	gboolean ok = FALSE;

	for (gulong tries = 0; db != NULL && !(ok = work(db, data, &local)) && db->retry && tries < ONCE_TRIES; tries++) {
		g_clear_error(&local); /* it lost against somebody else's, on PostgreSQL */
		db->retry = FALSE;
		g_usleep(tries * 1000);
	}
	if (db != NULL && !ok)
		g_propagate_error(error, g_steal_pointer(&local));
	g_clear_pointer(&db, db_close); /* before the folder's lock goes */
	return ok;
}

static gboolean
end(Store *self, gboolean keep, GError **error)
{
	gboolean kept = TRUE;

	readers_free(g_steal_pointer(&self->readers)); /* first: the last connection to go folds the log, and that is the writer's */
	writer_stop(self->writer);
	if (self->making)
		kept = making_end(self->data_dir, keep, error); /* while the folder is locked */
	if (self->lock_fd >= 0)
		close(self->lock_fd);
	pthread_rwlock_destroy(&self->watch_lock);
	g_free(self->data_dir);
	g_free(self->unsynced);
	g_free(self);
	return kept;
}

void
store_close(Store *self)
{
	if (self != NULL)
		(void)end(self, FALSE, NULL);
}

gboolean
store_keep(Store *self, GError **error)
{
	return end(self, TRUE, error);
}

const char *
store_data_dir(const Store *self)
{
	return self->data_dir;
}

Db *
store_reader(Store *self, GError **error)
{
	return readers_mine(self->readers, error);
}

gboolean
store_snapshot_begin(Store *self, Db **ret_db, GError **error)
{
	Db *db = store_reader(self, error);

	if (db == NULL)
		return FALSE;
	g_return_val_if_fail(!db->in_snapshot, FALSE);
	if (!db_step(db, TX_SNAPSHOT, error))
		return FALSE;
	db->in_snapshot = TRUE;
	db->snapshot_state = 0;
	*ret_db = db;
	return TRUE;
}

void
store_snapshot_end(Store *self, Db *db)
{
	g_return_if_fail(db->in_snapshot);
	db->in_snapshot = FALSE;
	if (!db_step(db, TX_COMMIT, NULL))
		(void)db_step(db, TX_ROLLBACK, NULL);
}

void
store_follow(Store *self, EventFollow fn)
{
	writer_follow(self->writer, fn);
}

gboolean
store_submit(Store *self, StoreWork work, StoreDone done, gpointer data, GError **error)
{
	return writer_submit(self->writer, work, done, data, error);
}

gboolean
store_try(Store *self, StoreWork work, StoreAfter after, gpointer data, GError **ret_error)
{
	return writer_try(self->writer, work, after, data, ret_error);
}

typedef struct {
	StoreWork work;
	gpointer data;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	gboolean done;
	GError *error;
} Wait;

static gboolean
wait_work(Db *db, gpointer data, GError **error)
{
	Wait *wait = data;

	return wait->work(db, wait->data, error);
}

static void
wait_done(gpointer data, const GError *error)
{
	Wait *wait = data;

	pthread_mutex_lock(&wait->lock);
	wait->error = error != NULL ? g_error_copy(error) : NULL;
	wait->done = TRUE;
	pthread_cond_signal(&wait->cond);
	pthread_mutex_unlock(&wait->lock);
}

gboolean
store_write(Store *self, StoreWork work, gpointer data, GError **error)
{
	Wait wait = { .work = work, .data = data, .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };

	g_return_val_if_fail(!writer_is_me(), FALSE);
	if (!store_submit(self, wait_work, wait_done, &wait, error))
		return FALSE;
	pthread_mutex_lock(&wait.lock);
	while (!wait.done)
		pthread_cond_wait(&wait.cond, &wait.lock);
	pthread_mutex_unlock(&wait.lock);
	pthread_cond_destroy(&wait.cond);
	pthread_mutex_destroy(&wait.lock);
	if (wait.error == NULL)
		return TRUE;
	g_propagate_error(error, wait.error);
	return FALSE;
}

static void
watch(Store *self, Watcher watcher)
{
	pthread_rwlock_wrlock(&self->watch_lock);
	g_assert(self->n_watchers < WATCHERS_MAX);
	self->watchers[self->n_watchers++] = watcher;
	pthread_rwlock_unlock(&self->watch_lock);
}

void
store_watch(Store *self, StoreCommitted fn, gpointer data)
{
	watch(self, (Watcher){ .fn = fn, .data = data });
}

void
store_watch_due(Store *self, StoreDue fn, gpointer data)
{
	watch(self, (Watcher){ .due = fn, .data = data });
}

static void
unwatch(Store *self, Watcher watcher)
{
	pthread_rwlock_wrlock(&self->watch_lock);
	for (guint i = 0; i < self->n_watchers; i++) {
		const Watcher *one = &self->watchers[i];

		if (one->fn == watcher.fn && one->due == watcher.due && one->data == watcher.data) {
			self->watchers[i] = self->watchers[--self->n_watchers];
			break;
		}
	}
	pthread_rwlock_unlock(&self->watch_lock);
}

void
store_unwatch(Store *self, StoreCommitted fn, gpointer data)
{
	unwatch(self, (Watcher){ .fn = fn, .data = data });
}

void
store_unwatch_due(Store *self, StoreDue fn, gpointer data)
{
	unwatch(self, (Watcher){ .due = fn, .data = data });
}

gboolean
store_sync(Store *store, GError **error)
{
	return store->unsynced == NULL || db_sync(store->unsynced, error);
}

void
store_ending(Store *store)
{
	writer_ending(store->writer);
}

void
store_stats(Store *self, StoreStats *ret_stats)
{
	writer_stats(self->writer, ret_stats);
}
