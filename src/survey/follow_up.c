/* follow_up.c - see follow_up.h. */
#include "survey/follow_up.h"
#include "base/ids.h"
#include "store/events.h"
#include "store/refs.h"
#include "work/job.h"
#include "follow_up.sql.h"
#include <string.h>

const char *const follow_up_states[] = { "waiting", "asked", "right", "not_right", "silent", "not_asked", NULL };
const char *const follow_up_thens[] = { "close", "follow_up", "stay", NULL };

void
follow_up_free(FollowUp *it)
{
	if (it == NULL)
		return;
	g_free(it->ref);
	g_free(it->state);
	g_free(it->reason);
	g_free(it);
}

/* @must: none is ERR_NOT_FOUND. */
static FollowUp *
read_one(DbRows *taken, gboolean must, GError **error)
{
	g_autoptr(DbRows) rows = taken;
	g_autoptr(GError) local = NULL;
	FollowUp *it;

	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else if (must)
			g_set_error_literal(error, ERR, ERR_NOT_FOUND, "nobody was asked this");
		return NULL;
	}
	it = g_new0(FollowUp, 1);
	it->id = db_rows_int(rows, "id");
	it->ref = g_strdup(db_rows_text(rows, "ref"));
	it->case_id = db_rows_int(rows, "case_id");
	it->customer_id = db_rows_int(rows, "customer_id");
	it->owner_id = db_rows_int(rows, "owner_id");
	it->team_id = db_rows_int(rows, "team_id");
	it->state = g_strdup(db_rows_text(rows, "state"));
	it->reason = g_strdup(db_rows_text(rows, "reason"));
	it->made_at = db_rows_int(rows, "made_at");
	it->due_at = db_rows_int(rows, "due_at");
	it->asked_at = db_rows_int(rows, "asked_at");
	it->ends_at = db_rows_int(rows, "ends_at");
	it->answered_at = db_rows_int(rows, "answered_at");
	it->message_id = db_rows_int(rows, "message_id");
	return it;
}

FollowUp *
follow_up_get(Db *db, gint64 id, GError **error)
{
	return read_one(db_query(db, &SQL_FOLLOW_UP_BY_ID, DB_ARGS(DB_INT(id)), error), TRUE, error);
}

FollowUp *
follow_up_by_ref(Db *db, const char *ref, GError **error)
{
	char written[REF_SIZE] = "";

	ref_read(ref, written);
	return read_one(db_query(db, &SQL_FOLLOW_UP_BY_REF, DB_ARGS(DB_TEXT(written)), error), TRUE, error);
}

FollowUp *
follow_up_find_asked(Db *db, gint64 case_id, GError **error)
{
	return read_one(db_query(db, &SQL_FOLLOW_UP_ASKED_OF, DB_ARGS(DB_INT(case_id)), error), FALSE, error);
}

static gboolean
add_job(Db *db, const char *kind, gint64 id, gint64 due_at, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) payload = json_object();

	json_put_int(payload, "follow_up", id);
	return job_add(db, kind, payload, due_at, now_ms, error);
}

static gboolean
say(Db *db, const char *kind, const FollowUp *it, json_t *taken, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = taken;

	return event_add(db, &(Event){ .kind = kind, .case_id = it->case_id, .subject_id = it->id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

gboolean
follow_up_plan_in(Db *db, gint64 case_id, gint64 customer_id, gint64 due_at, gint64 now_ms, GError **error)
{
	char ref[REF_SIZE];
	gboolean planned = FALSE;
	gint64 id = 0;

	if (!ref_insert(db, &SQL_FOLLOW_UP_INSERT, ref, DB_ARGS(DB_TEXT(ref), DB_INT(case_id), DB_INT_OR_NULL(customer_id), DB_INT(now_ms), DB_INT(due_at)), &id, &planned, error))
		return FALSE;
	return !planned || add_job(db, "followup.ask", id, due_at, now_ms, error);
}

gboolean
follow_up_move_in(Db *db, gint64 case_id, gint64 due_at, gint64 now_ms, GError **error)
{
	gboolean moved = FALSE;
	gint64 id = 0;

	if (!db_query_int(db, &SQL_FOLLOW_UP_MOVE, DB_ARGS(DB_INT(case_id), DB_INT(due_at)), &id, &moved, error))
		return FALSE;
	return !moved || add_job(db, "followup.ask", id, due_at, now_ms, error);
}

gboolean
follow_up_asked_in(Db *db, const FollowUp *it, gint64 message_id, gint64 owner_id, gint64 team_id, gint64 ends_at, gint64 now_ms, GError **error)
{
	return db_exec(db, &SQL_FOLLOW_UP_ASKED,
	               DB_ARGS(DB_INT(it->id), DB_INT_OR_NULL(message_id), DB_INT_OR_NULL(owner_id), DB_INT_OR_NULL(team_id), DB_INT(now_ms), DB_INT(ends_at)), NULL, error) &&
	       say(db, "followup.asked", it, NULL, actor_system(), now_ms, error) && add_job(db, "followup.silent", it->id, ends_at, now_ms, error);
}

gboolean
follow_up_not_asked_in(Db *db, gint64 id, const char *reason, GError **error)
{
	return db_exec(db, &SQL_FOLLOW_UP_NOT_ASKED, DB_ARGS(DB_INT(id), DB_TEXT(reason)), NULL, error);
}

gboolean
follow_up_taken_back_in(Db *db, gint64 case_id, gint64 resolved_at, GError **error)
{
	return db_exec(db, &SQL_FOLLOW_UP_TAKEN_BACK, DB_ARGS(DB_INT(case_id), DB_INT(resolved_at)), NULL, error);
}

gboolean
follow_up_answered_in(Db *db, const FollowUp *it, gboolean right, const char *words, const Actor *actor, gint64 now_ms, GError **error)
{
	gint64 changed = 0;
	json_t *facts;

	if (words != NULL && (!g_utf8_validate(words, -1, NULL) || strlen(words) > FOLLOW_UP_WORDS_MAX)) {
		err_add_field(error, "/words", "At most %d characters.", FOLLOW_UP_WORDS_MAX);
		return FALSE;
	}
	if (!db_exec(db, &SQL_FOLLOW_UP_ANSWERED, DB_ARGS(DB_INT(it->id), DB_TEXT(right ? "right" : "not_right"), DB_TEXT(words), DB_INT(now_ms)), &changed, error))
		return FALSE;
	if (changed == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "this was answered already, or asked too long ago");
		return FALSE;
	}
	facts = json_object();
	json_put_bool(facts, "right", right);
	return say(db, "followup.answered", it, facts, actor, now_ms, error);
}

gboolean
follow_up_silent_in(Db *db, const FollowUp *it, gint64 now_ms, gboolean *ret_was, GError **error)
{
	gint64 changed = 0;

	if (!db_exec(db, &SQL_FOLLOW_UP_SILENT, DB_ARGS(DB_INT(it->id)), &changed, error))
		return FALSE;
	*ret_was = changed > 0;
	return changed == 0 || say(db, "followup.silent", it, NULL, actor_system(), now_ms, error);
}

/* ---- lists */

static json_t *
to_json(DbRows *rows)
{
	json_t *one = json_object();

	json_put_text(one, "ref", db_rows_text(rows, "ref"));
	json_put_text(one, "state", db_rows_text(rows, "state"));
	json_put(one, "case", json_pair(db_rows_text(rows, "case_ref"), "subject", db_rows_text(rows, "subject")));
	json_put(one, "customer", json_pair(db_rows_text(rows, "customer_ref"), "name", db_rows_text(rows, "customer_name")));
	json_put(one, "owner", json_pair(db_rows_text(rows, "owner_ref"), "name", db_rows_text(rows, "owner_name")));
	json_put_time(one, "asked_at", db_rows_int(rows, "asked_at"));
	json_put_time(one, "answered_at", db_rows_int(rows, "answered_at"));
	json_put_text(one, "words", db_rows_text(rows, "words"));
	return one;
}

json_t *
follow_up_list(Db *db, const FollowUpAsk *ask, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) value = json_object();
	g_autoptr(DbRows) rows = db_query(db, &SQL_FOLLOW_UP_LIST,
		DB_ARGS(DB_INT(ask->from_ms), DB_INT(ask->to_ms != 0 ? ask->to_ms : G_MAXINT64), DB_TEXT(ask->state), DB_INT(ask->team_id), DB_INT(ask->after_at != 0 ? ask->after_at : G_MAXINT64),
	                DB_INT(ask->after_id != 0 ? ask->after_id : G_MAXINT64), DB_INT(ask->limit + 1)), error);
	json_t *list = json_array(), *next;
	gint64 at = 0, id = 0;

	json_put(value, "follow_ups", list);
	json_put(value, "next", json_null());
	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		if (json_array_size(list) == ask->limit) {
			next = json_object();
			json_put_int(next, "at", at);
			json_put_int(next, "id", id);
			json_put(value, "next", next);
			break;
		}
		at = db_rows_int(rows, "asked_at");
		id = db_rows_int(rows, "id");
		json_array_append_new(list, to_json(rows));
	}
	if (local == NULL)
		return g_steal_pointer(&value);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}
