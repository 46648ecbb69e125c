/* store.h - the opened database of a running server: a reader for every thread, and one writer with group commit.
 *
 * SQLite: one writer thread runs what is queued (up to 256 units of work), commits once, and only then tells each
 * caller (a lone caller may take the writer's place: store_try); a unit that fails takes nothing of the others along; a failed group commit
 * fails every caller in it with ERR_BUSY. If the engine itself rolls the whole group back in the middle (full disk), every unit of the group fails and none is
 * half done. PostgreSQL: a pool of threads, one connection each; serialization failures and deadlocks are run again.
 *
 * On both a work function may run more than once, also after it has succeeded (store/group.h): what it did in the database is taken back
 * before, and what it does in memory it must do afresh. */
#pragma once
#include "store/events.h"
G_BEGIN_DECLS

typedef struct _Store Store;

typedef struct {
	const char *data_dir; /* must exist; holds redress.db, blobs/, rejects/ */
	const char *url;      /* NULL: sqlite:DATA_DIR/redress.db */
	guint n_pg_writers;   /* 0: 8 */
	gboolean beside;      /* a tool: where a server holds the folder, write beside it (and migrate nothing) */
	gboolean making;      /* a new SQLite database written in one go (store_keep); where there is one already, or a url, as without it */
	gboolean sync_later;  /* SQLite: a commit does not wait for the disk; store_sync() does, before somebody is told that it lasts */
	gboolean migrate;     /* apply pending migrations (copying an SQLite file first); otherwise pending ones are an error */
} StoreOptions;

/* Opens, takes the lock of the data folder (a second server is refused with a clear message), migrates, starts the
 * writer. ERR_BUSY locked, ERR_INVALID foreign or newer database, ERR_INTERNAL for the file system. */
Store *store_open(const StoreOptions *options, GError **error);
/* One unit of work for a program that has no other: the same folder, lock and steps as store_open(), on one connection and without
 * threads. Durable when it returns TRUE. */
gboolean store_write_once(const StoreOptions *options, gboolean (*work)(Db *db, gpointer data, GError **error), gpointer data, GError **error);
/* Finishes what is queued, then closes. */
void store_close(Store *store);
/* Closes, and says so when what was made could not be kept. With making the file stands under another name until here:
 * nothing of it is synced or journalled on the way, and neither a failure nor a kill leaves half a database behind. */
gboolean store_keep(Store *store, GError **error);
const char *store_data_dir(const Store *store);

/* This thread's own read-only connection, opened at first use, kept until the thread ends. Borrowed. */
Db *store_reader(Store *store, GError **error);
/* The same inside one snapshot: begin before a request's statements, end after. Cheaper than a snapshot a statement. */
gboolean store_snapshot_begin(Store *store, Db **ret_db, GError **error);
void store_snapshot_end(Store *store, Db *db);

/* A unit of work: begins, writes, commits on @db. FALSE with @error fails this unit alone. */
typedef gboolean (*StoreWork)(Db *db, gpointer data, GError **error);
/* Called once the unit is durable (@error NULL) or has failed; on the writer's thread: hand over and return. */
typedef void (*StoreDone)(gpointer data, const GError *error);

/* Queues a unit and returns at once. ERR_LIMIT when more than 10,000 wait. */
gboolean store_submit(Store *store, StoreWork work, StoreDone done, gpointer data, GError **error);
/* Queues a unit and returns when it is durable. Never from the writer's own thread. */
gboolean store_write(Store *store, StoreWork work, gpointer data, GError **error);

/* With sync_later: what was committed is on disk when it returns TRUE, any thread. Without it that is so already. */
gboolean store_sync(Store *store, GError **error);
/* Not much more will be written: on SQLite the log is folded back beside the rest of it, so that closing has little left to do. */
void store_ending(Store *store);

/* store_write() on the caller's own thread, when nobody else writes or waits to and the disk has been quick: a lone caller is
 * spared two changes of thread. FALSE: not run, and nothing happened; TRUE: it was, and @ret_error tells how it went. Those
 * who come meanwhile join its group or wait for the writer. @after (NULL: nothing) reads, once it is durable, over the connection that
 * wrote: every other one lets go of its pages at each commit, and would read from the file what was just written. */
typedef void (*StoreAfter)(Db *db, gpointer data);
gboolean store_try(Store *store, StoreWork work, StoreAfter after, gpointer data, GError **ret_error);

/* events_follow() for all that is written here; before anything is served. */
void store_follow(Store *store, EventFollow fn);

/* Called on the committing thread after each durable commit, with the highest event id in it (0: no events). For live
 * updates and counters. One watcher per call; up to 8. */
typedef void (*StoreCommitted)(gint64 last_event_id, gpointer data);
void store_watch(Store *store, StoreCommitted fn, gpointer data);
/* Not called any more when this returns. Not from a watcher. */
void store_unwatch(Store *store, StoreCommitted fn, gpointer data);
/* The same, only after commits that left something to be done later (db_note_due), with the earliest time of it. */
typedef void (*StoreDue)(gint64 due_at, gpointer data);
void store_watch_due(Store *store, StoreDue fn, gpointer data);
void store_unwatch_due(Store *store, StoreDue fn, gpointer data);

typedef struct {
	guint64 units, groups, failed_groups; /* since start */
	guint queued;                         /* now */
	double busy_s;                        /* writer's working time */
} StoreStats;
void store_stats(Store *store, StoreStats *ret_stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)
G_END_DECLS
