/* job.h - what is to be done later: written in the transaction of what causes it, so that it is neither lost nor done for
 * something that never happened. Who does it: work/worker.h. */
#pragma once
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

typedef struct {
	gint64 id, due_at, made_at;
	char *kind;      /* "idempotency.prune": noun.verb */
	json_t *payload; /* an object */
	int attempts;    /* this one included */
} Job;
void job_free(Job *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Job, job_free)

/* In the caller's transaction. @payload: borrowed; NULL for an empty object. @due_at: now_ms for at once. */
gboolean job_add(Db *db, const char *kind, const json_t *payload, gint64 due_at, gint64 now_ms, GError **error);
/* Ends the job in the transaction of its effects, so that both happen or neither. A handler that does not call it may see
 * its job again after a crash. */
gboolean job_end(Db *db, const Job *job, GError **error);

typedef struct {
	gint64 queued, late, failed; /* late: due more than a minute ago */
} JobCounts;
/* For health and /metrics. */
gboolean job_counts(Db *db, gint64 now_ms, JobCounts *ret_counts, GError **error);
/* Jobs that were given up, back in the queue, due now. */
gboolean job_retry_failed(Db *db, gint64 now_ms, gint64 *ret_retried, GError **error);

G_END_DECLS
