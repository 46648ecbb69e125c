/* takeback.c - see takeback.h. */
#include "remedy/takeback.h"
#include "base/money.h"
#include "cases/notice.h"
#include "remedy/rows.h"
#include "store/events.h"
#include "takeback.sql.h"
#include <string.h>

void
takeback_free(Takeback *takeback)
{
	if (takeback == NULL)
		return;
	g_free(takeback->state);
	g_free(takeback->reason);
	g_free(takeback->fault);
	g_free(takeback->answer);
	g_free(takeback->reference);
	g_free(takeback);
}

Takeback *
takeback_of(Db *db, gint64 remedy_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_TAKEBACK_ONE, DB_ARGS(DB_INT(remedy_id)), error);
	g_autoptr(GError) local = NULL;
	Takeback *it;

	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows, &local)) {
		(void)db_ended(&local, error);
		return NULL;
	}
	it = g_new0(Takeback, 1);
	it->remedy_id = db_rows_int(rows, "remedy_id");
	it->state = g_strdup(db_rows_text(rows, "state"));
	it->reason = g_strdup(db_rows_text(rows, "reason"));
	it->asked_by = db_rows_int(rows, "asked_by");
	it->asked_at = db_rows_int(rows, "asked_at");
	it->attempts = db_rows_int(rows, "attempts");
	it->tried_at = db_rows_int(rows, "tried_at");
	it->accepted_at = db_rows_int(rows, "accepted_at");
	it->fault = g_strdup(db_rows_text(rows, "fault"));
	it->answer = g_strdup(db_rows_text(rows, "answer"));
	it->reference = g_strdup(db_rows_text(rows, "reference"));
	return it;
}

gboolean
takeback_is_open(const Takeback *takeback)
{
	return takeback != NULL && strcmp(takeback->state, "asked") == 0;
}

/* The remedy shows something else now: its version says so. */
static gboolean
turn(Db *db, Remedy *remedy, gint64 now_ms, GError **error)
{
	gint64 changed = 0;

	if (!db_exec(db, &SQL_TAKEBACK_REMEDY_TURNS, DB_ARGS(DB_INT(remedy->id), DB_INT(remedy->version), DB_INT(now_ms)), &changed, error))
		return FALSE;
	if (changed == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "Somebody was quicker: look at it again.");
		return FALSE;
	}
	remedy->version++;
	remedy->changed_at = now_ms;
	return TRUE;
}

static gboolean
put_event(Db *db, const char *kind, const Case *it, const Remedy *remedy, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = remedy_facts(remedy, it);

	return event_add(db, &(Event){ .kind = kind, .case_id = it->id, .subject_id = remedy->id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

gboolean
takeback_ask_on(Db *db, const Case *it, Remedy *remedy, const char *reason, const Actor *actor, gint64 now_ms, GError **error)
{
	if (!remedy_may_become(remedy->state, "reversed"))
		return remedy_is_past(remedy, error);
	return turn(db, remedy, now_ms, error) &&
	       db_exec(db, &SQL_TAKEBACK_ASK, DB_ARGS(DB_INT(remedy->id), DB_TEXT(reason), DB_INT_OR_NULL(actor->user_id), DB_INT(now_ms)), NULL, error) &&
	       put_event(db, "takeback.asked", it, remedy, actor, now_ms, error);
}

gboolean
takeback_fail_on(Db *db, const Case *it, Remedy *remedy, const Takeback *takeback, const char *fault, const char *answer, gint64 now_ms, GError **error)
{
	const gint64 whom = it->owner_id != 0 ? it->owner_id : takeback->asked_by;
	json_t *facts;

	if (!turn(db, remedy, now_ms, error) || !db_exec(db, &SQL_TAKEBACK_FAIL, DB_ARGS(DB_INT(remedy->id), DB_TEXT(fault), DB_TEXT(answer)), NULL, error) ||
	    !put_event(db, "takeback.failed", it, remedy, actor_system(), now_ms, error))
		return FALSE;
	if (whom == 0)
		return TRUE;
	facts = remedy_facts(remedy, it);
	json_put(facts, "value", remedy->currency[0] != '\0' ? money_to_json(remedy->amount_minor, remedy->currency) : json_null());
	json_put_text(facts, "name", remedy->type_name);
	json_put_text(facts, "word", "kept"); /* it has it still */
	return notice_add(db, whom, "remedy_failed", it->id, 0, 0, facts, now_ms, error);
}

gboolean
takeback_close_on(Db *db, gint64 remedy_id, const char *reference, const char *answer, GError **error)
{
	return db_exec(db, &SQL_TAKEBACK_CLOSE, DB_ARGS(DB_INT(remedy_id), DB_TEXT(reference), DB_TEXT(answer)), NULL, error);
}

json_t *
takeback_json(DbRows *rows)
{
	json_t *out;

	if (db_rows_is_null(rows, "back_state"))
		return json_null();
	out = json_object();
	json_put_text(out, "state", db_rows_text(rows, "back_state"));
	json_put_text(out, "reason", db_rows_text(rows, "back_reason"));
	json_put(out, "asked_by", json_pair(db_rows_text(rows, "back_by_ref"), "name", db_rows_text(rows, "back_by_name")));
	json_put_time(out, "asked_at", db_rows_int(rows, "back_asked_at"));
	json_put_int(out, "attempts", db_rows_int(rows, "back_attempts"));
	json_put_time(out, "tried_at", db_rows_int(rows, "back_tried_at"));
	json_put_time(out, "accepted_at", db_rows_int(rows, "back_accepted_at"));
	json_put_text(out, "fault", db_rows_text(rows, "back_fault"));
	json_put_text(out, "reference", db_rows_text(rows, "back_reference"));
	return out;
}
