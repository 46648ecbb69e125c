/* worker.h - does durable jobs when they are due: leases one, runs its handler outside of the writer, ends it; at least once.
 * A failed one comes again after 30 s, 1, 2, 4 minutes ... at most 6 hours; after 20 attempts it is given up, visibly.
 * Adding jobs: work/job.h. */
#pragma once
#include "store/store.h"
#include "work/job.h"
G_BEGIN_DECLS

#define JOB_ATTEMPTS 20
#define JOB_LEASE_MS (10 * 60 * (gint64)1000)

typedef struct _Worker Worker;

/* On a thread of the worker; reads by store_reader(), writes by store_write(). FALSE with @error: again later. */
typedef gboolean (*JobHandler)(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error);
typedef gint64 (*WorkerClock)(gpointer data);

/* @clock NULL: the system's. */
Worker *worker_new(Store *store, WorkerClock clock, gpointer clock_data);
/* Before worker_start(). @every_ms not 0: the job is put in if it is missing, and comes again that long after it succeeded. */
void worker_handle(Worker *worker, const char *kind, gint64 every_ms, JobHandler fn, gpointer data);
/* Takes back what a killed server had leased (all of it, but where another server works over the same PostgreSQL only what is expired),
 * then works on @n_threads. */
gboolean worker_start(Worker *worker, guint n_threads, GError **error);
/* Looks at the clock and the queue again. */
void worker_wake(Worker *worker);
/* Waits for the jobs being done, then ends. */
void worker_free(Worker *worker);

/* Does everything that is due at @now_ms on the caller's thread; how many, and when the next one is due (0: none). For
 * commands and tests. */
gboolean worker_run_due(Worker *worker, gint64 now_ms, guint *ret_n, gint64 *ret_next_due, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Worker, worker_free)
G_END_DECLS
