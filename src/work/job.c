/* job.c - jobs in and out of their table. Doing them: worker.c. */
#include "work/job.h"
#include "base/clock.h"
#include "job.sql.h"

void
job_free(Job *job)
{
	if (job == NULL)
		return;
	g_free(job->kind);
	json_decref(job->payload);
	g_free(job);
}

gboolean
job_add(Db *db, const char *kind, const json_t *payload, gint64 due_at, gint64 now_ms, GError **error)
{
	g_autofree char *text = payload != NULL ? json_write(payload, NULL) : NULL;

	g_return_val_if_fail(db_in_tx(db), FALSE);
	if (!db_exec(db, &SQL_JOB_ADD, DB_ARGS(DB_TEXT(kind), DB_TEXT(text != NULL ? text : "{}"), DB_INT(due_at), DB_INT(now_ms)), NULL, error))
		return FALSE;
	db_note_due(db, due_at);
	return TRUE;
}

gboolean
job_end(Db *db, const Job *job, GError **error)
{
	return db_exec(db, &SQL_JOB_END, DB_ARGS(DB_INT(job->id), DB_INT(job->made_at), DB_TEXT(job->kind)), NULL, error);
}

gboolean
job_counts(Db *db, gint64 now_ms, JobCounts *ret_counts, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_JOB_COUNTS, DB_ARGS(DB_INT(now_ms - MS_PER_MINUTE)), error);

	if (rows == NULL || !db_rows_next(rows, error))
		return FALSE;
	*ret_counts = (JobCounts){ .queued = db_rows_int(rows, "queued"), .late = db_rows_int(rows, "late"), .failed = db_rows_int(rows, "failed") };
	return TRUE;
}

gboolean
job_retry_failed(Db *db, gint64 now_ms, gint64 *ret_retried, GError **error)
{
	if (!db_exec(db, &SQL_JOB_RETRY_FAILED, DB_ARGS(DB_INT(now_ms)), ret_retried, error))
		return FALSE;
	db_note_due(db, now_ms);
	return TRUE;
}
