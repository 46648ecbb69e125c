/* due.c - what is due next on a case: its facts handed to its clocks. */
#include "cases/due.h"
#include "promise/promise.h"
#include "case.sql.h"

static ClockFacts
facts_of(const Case *it)
{
	return (ClockFacts){
		.case_id = it->id, .customer_id = it->customer_id, .product_id = it->product_id, .owner_id = it->owner_id, .team_id = it->team_id,
		.severity = CLAMP(it->severity, 0, 3), .version = it->version + 1, .received_at = it->received_at, .stage_at = it->stage_at,
		.acknowledged_at = it->acknowledged_at, .first_response_at = it->first_response_at, .resolved_at = it->resolved_at,
		.last_inbound_at = it->last_inbound_at, .last_message_at = it->last_message_at, .kind = it->kind, .channel = it->channel, .stage = it->stage,
		.is_open = it->is_open, .waiting = it->waiting, .merged = it->merged_into != 0, .lived = it->lived,
	};
}

gboolean
due_reckon(Db *db, Case *it, ReckonWhy why, gint64 now_ms, GError **error)
{
	const ClockFacts facts = facts_of(it);
	const char *kind = NULL;
	gint64 was, soon = 0;

	if (!clocks_update_in(db, &facts, why, now_ms, &it->clocks, error))
		return FALSE;
	if (it->clocks != NULL && it->clocks->promise_due != it->promise_due_at) {
		it->clocks->promise_due = it->promise_due_at;
		it->clocks->changed = TRUE;
	}
	was = it->due_at;
	clocks_next_due(clock_book(db, NULL), it->clocks, it->is_open, &it->due_at, &soon, &kind);
	/* While the customer has the word nothing stands in the queue (its indexes count on it); clocks that go on all the same warn by themselves. */
	if (!it->is_open || it->waiting) {
		it->due_at = soon = 0;
		kind = NULL;
	}
	/* Of a promise the case knows no more than its time; that is looked up where it has come to be what is due. */
	if (g_strcmp0(kind, "promise") != 0)
		it->soon_at = soon;
	else if ((was != it->due_at || g_strcmp0(it->due_kind, kind) != 0 || it->soon_at == 0) && !promise_soon_on(db, it->id, &it->soon_at, error))
		return FALSE;
	g_free(it->due_kind);
	it->due_kind = g_strdup(kind);
	return TRUE;
}

gboolean
due_keep(Db *db, const Case *it, GError **error)
{
	if (it->clocks == NULL)
		return TRUE;
	it->clocks->case_id = it->id;
	return clock_row_keep(db, it->clocks, error);
}

gboolean
due_again_in(Db *db, gint64 case_id, ReckonWhy why, gint64 now_ms, GError **error)
{
	g_autoptr(Case) it = case_lock(db, case_id, error);
	g_autofree char *kind = NULL;
	gint64 at, soon;

	if (it == NULL)
		return FALSE;
	at = it->due_at;
	soon = it->soon_at;
	kind = g_strdup(it->due_kind);
	if (!due_reckon(db, it, why, now_ms, error) || !due_keep(db, it, error))
		return FALSE;
	if (at == it->due_at && soon == it->soon_at && g_strcmp0(kind, it->due_kind) == 0)
		return TRUE;
	return db_exec(db, &SQL_CASE_SAVE_DUE, DB_ARGS(DB_INT(it->id), DB_INT_OR_NULL(it->due_at), DB_TEXT(it->due_kind), DB_INT_OR_NULL(it->soon_at)), NULL, error);
}
