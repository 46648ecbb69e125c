/* idempotency.c - see the header. Who asks: http/gate.c. */
#include "store/idempotency.h"
#include "idempotency.sql.h"

void
idempotency_answer_free(IdempotencyAnswer *answer)
{
	if (answer == NULL)
		return;
	g_free(answer->location);
	g_free(answer->etag);
	g_free(answer->body);
	g_free(answer->request_hash);
	g_free(answer);
}

gboolean
idempotency_find(Db *db, const char *key, const char *who, IdempotencyAnswer **ret_answer, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(IdempotencyAnswer) answer = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_IDEMPOTENCY_FIND, DB_ARGS(DB_TEXT(key), DB_TEXT(who)), error);

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		answer = g_new0(IdempotencyAnswer, 1);
		answer->request_hash = g_strdup(db_rows_text(rows, "request_hash"));
		answer->status = (int)db_rows_int(rows, "status");
		answer->location = g_strdup(db_rows_text(rows, "location"));
		answer->etag = g_strdup(db_rows_text(rows, "etag"));
		answer->body = g_strdup(db_rows_text(rows, "body"));
	} else if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	*ret_answer = g_steal_pointer(&answer);
	return TRUE;
}

gboolean
idempotency_put(Db *db, const char *key, const char *who, const IdempotencyAnswer *answer, gint64 now_ms, GError **error)
{
	g_return_val_if_fail(db_in_tx(db), FALSE);
	return db_exec(db, &SQL_IDEMPOTENCY_PUT,
	               DB_ARGS(DB_TEXT(key), DB_TEXT(who), DB_TEXT(answer->request_hash), DB_INT(answer->status), DB_TEXT(answer->location),
	                       DB_TEXT(answer->etag), DB_TEXT(answer->body), DB_INT(now_ms)),
	               NULL, error);
}

gboolean
idempotency_finish(Db *db, const char *key, const char *who, const IdempotencyAnswer *answer, GError **error)
{
	g_return_val_if_fail(db_in_tx(db), FALSE);
	return db_exec(db, &SQL_IDEMPOTENCY_FINISH,
	               DB_ARGS(DB_TEXT(key), DB_TEXT(who), DB_INT(answer->status), DB_TEXT(answer->location), DB_TEXT(answer->etag), DB_TEXT(answer->body)),
	               NULL, error);
}

gboolean
idempotency_prune(Db *db, gint64 now_ms, guint limit, gint64 *ret_pruned, GError **error)
{
	return db_exec(db, &SQL_IDEMPOTENCY_PRUNE, DB_ARGS(DB_INT(now_ms - IDEMPOTENCY_AGE_MS), DB_INT(limit)), ret_pruned, error);
}
