/* writer.h - where units of work run: one thread with group commit over SQLite, a pool of threads over PostgreSQL.
 * Private to store/; callers see store_submit() and store_write(). */
#pragma once
#include "store/store.h"
G_BEGIN_DECLS

typedef struct _Writer Writer;
typedef void (*WriterCommitted)(gint64 last_event_id, gint64 due_at, gpointer data); /* due_at 0: nothing */

typedef enum {
	WRITER_FIRST,  /* a server's, or a tool's that has the folder */
	WRITER_BESIDE, /* a tool's beside a server: SQLite's lock has no queue, so that it steps back after each commit */
	WRITER_ALONE,  /* of a file that is being made: db_alone(), and nothing folds */
} WriterPlace;

/* Opens its connections and starts. @committed is called after each durable commit, on the committing thread. */
/* @sync_later: StoreOptions. */
Writer *writer_start(const char *url, guint n_pg, WriterPlace place, gboolean sync_later, WriterCommitted committed, gpointer data, GError **error);
gboolean writer_submit(Writer *self, StoreWork work, StoreDone done, gpointer data, GError **error);
/* store_follow(). */
void writer_follow(Writer *self, EventFollow fn);
/* store_try(). */
gboolean writer_try(Writer *self, StoreWork work, StoreAfter after, gpointer data, GError **ret_error);
/* TRUE on a thread of any writer. */
gboolean writer_is_me(void);
/* store_ending(). */
void writer_ending(Writer *self);
void writer_stats(Writer *self, StoreStats *ret_stats);
/* Finishes what is queued, ends the threads, closes. */
void writer_stop(Writer *self);

G_END_DECLS
