/* promised.c - the next open promise, and what is due by it, on its case. */
#include "cases/promised.h"
#include "cases/due.h"
#include "promise/promise.h"
#include "case.sql.h"

gboolean
case_promised_on(Db *db, Case *it, gint64 now_ms, GError **error)
{
	gint64 n_broken = 0;

	if (!promise_sum(db, it->id, &it->n_promises, &n_broken, &it->promise_due_at, error))
		return FALSE;
	/* Who has promised something does not wait for the customer. */
	if (it->promise_due_at != 0)
		it->waiting = FALSE;
	if (!due_reckon(db, it, RECKON_LIFE, now_ms, error) || !due_keep(db, it, error))
		return FALSE;
	return db_exec(db, &SQL_CASE_PROMISED,
		DB_ARGS(DB_INT(it->id), DB_INT_OR_NULL(it->promise_due_at), DB_INT(it->n_promises), DB_INT_OR_NULL(it->due_at),
			DB_TEXT(it->due_kind), DB_BOOL(it->waiting), DB_INT(n_broken), DB_INT(it->version), DB_INT_OR_NULL(it->soon_at)),
		NULL, error);
}

gboolean
case_promised_in(Db *db, gint64 case_id, PromisedBy by, gint64 now_ms, GError **error)
{
	g_autoptr(Case) it = case_lock(db, case_id, error);

	if (it == NULL)
		return FALSE;
	if (by == PROMISED_BY_PEOPLE)
		it->version++;
	/* what was promised on a merged case is due on the one it went into */
	return case_promised_on(db, it, now_ms, error) &&
	       (it->merged_into == 0 || case_promised_in(db, it->merged_into, by, now_ms, error));
}
