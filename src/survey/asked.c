/* asked.c - see asked.h. As it stands on a case: survey/asked_show.c. */
#include "survey/asked.h"
#include "base/clock.h"
#include "base/ids.h"
#include "store/events.h"
#include "store/refs.h"
#include "work/job.h"
#include "asked.sql.h"

const char *const asked_reasons[] = { "reopened", "merged", "switched_off", "no_customer", "unsubscribed", "no_address", "asked_lately", "too_late", "no_base_url", "taken_back", NULL };

void
asked_free(Asked *asked)
{
	if (asked == NULL)
		return;
	g_free(asked->ref);
	g_free(asked->state);
	g_free(asked->reason);
	g_free(asked->lang);
	g_free(asked);
}

static Asked *
read_one(DbRows *taken, GError **error)
{
	g_autoptr(DbRows) rows = taken;
	g_autoptr(GError) local = NULL;
	Asked *asked;

	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			g_set_error_literal(error, ERR, ERR_NOT_FOUND, "nobody was asked this");
		return NULL;
	}
	asked = g_new0(Asked, 1);
	asked->id = db_rows_int(rows, "id");
	asked->ref = g_strdup(db_rows_text(rows, "ref"));
	asked->survey_id = db_rows_int(rows, "survey_id");
	asked->case_id = db_rows_int(rows, "case_id");
	asked->customer_id = db_rows_int(rows, "customer_id");
	asked->owner_id = db_rows_int(rows, "owner_id");
	asked->team_id = db_rows_int(rows, "team_id");
	asked->state = g_strdup(db_rows_text(rows, "state"));
	asked->reason = g_strdup(db_rows_text(rows, "reason"));
	asked->lang = g_strdup(db_rows_text(rows, "lang"));
	asked->made_at = db_rows_int(rows, "made_at");
	asked->due_at = db_rows_int(rows, "due_at");
	asked->sent_at = db_rows_int(rows, "sent_at");
	asked->ends_at = db_rows_int(rows, "ends_at");
	asked->answered_at = db_rows_int(rows, "answered_at");
	asked->message_id = db_rows_int(rows, "message_id");
	return asked;
}

Asked *
asked_get(Db *db, gint64 id, GError **error)
{
	return read_one(db_query(db, &SQL_ASKED_BY_ID, DB_ARGS(DB_INT(id)), error), error);
}

Asked *
asked_by_ref(Db *db, const char *ref, GError **error)
{
	char written[REF_SIZE] = "";

	ref_read(ref, written);
	return read_one(db_query(db, &SQL_ASKED_BY_REF, DB_ARGS(DB_TEXT(written)), error), error);
}

/* FNV-1a of 64 bits, and its upper half folded in: its low bits alone follow the last characters too closely. */
gboolean
asked_is_sampled(const char *survey_ref, const char *case_ref, gint64 pct)
{
	const char *const parts[] = { survey_ref, ":", case_ref };
	guint64 hash = 0xcbf29ce484222325ull;

	for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
		for (const char *p = parts[i]; *p != '\0'; p++)
			hash = (hash ^ (guint8)*p) * 0x100000001b3ull;
	hash ^= hash >> 32;
	return (gint64)(hash % 100) < pct;
}

/* ---- becoming due */

typedef struct {
	gint64 survey_id, customer_id, due_at;
} Due;

static gboolean
find_due(Db *db, const char *event, gint64 case_id, gint64 now_ms, GArray *due, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_ASKED_TRIGGERED, DB_ARGS(DB_TEXT(event), DB_INT(case_id)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		const Due one = { db_rows_int(rows, "id"), db_rows_int(rows, "customer_id"), now_ms + db_rows_int(rows, "delay_minutes") * MS_PER_MINUTE };

		if (asked_is_sampled(db_rows_text(rows, "ref"), db_rows_text(rows, "case_ref"), db_rows_int(rows, "sample_pct")))
			g_array_append_val(due, one);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
add_job(Db *db, const char *kind, gint64 id, gint64 due_at, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) payload = json_object();

	json_put_int(payload, "asked", id);
	return job_add(db, kind, payload, due_at, now_ms, error);
}

gboolean
asked_plan_in(Db *db, const char *event, gint64 case_id, gint64 now_ms, GError **error)
{
	g_autoptr(GArray) due = g_array_new(FALSE, FALSE, sizeof(Due));

	if (!find_due(db, event, case_id, now_ms, due, error))
		return FALSE;
	for (guint i = 0; i < due->len; i++) {
		const Due *one = &g_array_index(due, Due, i);
		char ref[REF_SIZE];
		gint64 id = 0;

		if (!ref_insert(db, &SQL_ASKED_INSERT, ref,
		                  DB_ARGS(DB_TEXT(ref), DB_INT(one->survey_id), DB_INT(case_id), DB_INT_OR_NULL(one->customer_id), DB_INT(now_ms), DB_INT(one->due_at)), &id, NULL, error) ||
		    !add_job(db, "survey.ask", id, one->due_at, now_ms, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
asked_answer_taken_back_in(Db *db, gint64 case_id, gint64 answered_at, gint64 stands_at, GError **error)
{
	return db_exec(db, &SQL_ASKED_ANSWER_TAKEN_BACK, DB_ARGS(DB_INT(case_id), DB_INT(answered_at), DB_INT(stands_at)), NULL, error);
}

gboolean
asked_end_taken_back_in(Db *db, gint64 case_id, gint64 ended_at, GError **error)
{
	return db_exec(db, &SQL_ASKED_END_TAKEN_BACK, DB_ARGS(DB_INT(case_id), DB_INT(ended_at)), NULL, error);
}

gboolean
asked_since(Db *db, gint64 case_id, gint64 written_at, gint64 left_at, gboolean *ret_was, GError **error)
{
	gint64 n = 0;

	if (!db_query_int(db, &SQL_ASKED_SINCE, DB_ARGS(DB_INT(case_id), DB_INT(written_at), DB_INT(left_at)), &n, NULL, error))
		return FALSE;
	*ret_was = n > 0;
	return TRUE;
}

/* ---- whose turn it is */

gboolean
asked_take_turn_in(Db *db, gint64 customer_id, gint64 now_ms, gboolean *ret_mine, GError **error)
{
	gint64 taken = 0;

	return db_query_int(db, &SQL_ASKED_TAKE_TURN, DB_ARGS(DB_INT(customer_id), DB_INT(now_ms), DB_INT(now_ms - SURVEY_PAUSE_DAYS * MS_PER_DAY)), &taken, ret_mine, error);
}

gboolean
asked_join_in(Db *db, gint64 source_id, gint64 target_id, GError **error)
{
	return db_exec(db, &SQL_ASKED_JOIN_TURNS, DB_ARGS(DB_INT(source_id), DB_INT(target_id)), NULL, error) &&
	       db_exec(db, &SQL_ASKED_JOIN_STOPS, DB_ARGS(DB_INT(source_id), DB_INT(target_id)), NULL, error);
}

gboolean
asked_has_stopped(Db *db, gint64 customer_id, gboolean *ret_has, GError **error)
{
	gint64 n = 0;

	if (!db_query_int(db, &SQL_ASKED_STOPPED, DB_ARGS(DB_INT(customer_id)), &n, NULL, error))
		return FALSE;
	*ret_has = n > 0;
	return TRUE;
}

gboolean
asked_stop_in(Db *db, gint64 customer_id, gboolean stop, const Actor *actor, gint64 now_ms, GError **error)
{
	gint64 changed = 0;

	gboolean done = stop ? db_exec(db, &SQL_ASKED_STOP, DB_ARGS(DB_INT(customer_id), DB_INT(now_ms)), &changed, error)
	                     : db_exec(db, &SQL_ASKED_ALLOW, DB_ARGS(DB_INT(customer_id)), &changed, error);

	if (!done)
		return FALSE;
	return changed == 0 || event_add(db, &(Event){ .kind = stop ? "survey.stopped" : "survey.allowed", .subject_id = customer_id, .at_ms = now_ms, .actor = actor }, NULL, error);
}

/* ---- what became of it */

static gboolean
say(Db *db, const char *kind, const Asked *asked, const Survey *survey, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_object();

	if (survey != NULL)
		json_put_text(facts, "survey", survey->name);
	return event_add(db, &(Event){ .kind = kind, .case_id = asked->case_id, .subject_id = asked->id, .at_ms = now_ms, .actor = actor_system(), .facts = facts }, NULL, error);
}

gboolean
asked_sent_in(Db *db, const Asked *asked, const Survey *survey, const char *lang, gint64 message_id, gint64 owner_id, gint64 team_id, gint64 ends_at, gint64 now_ms, GError **error)
{
	return db_exec(db, &SQL_ASKED_SENT,
	               DB_ARGS(DB_INT(asked->id), DB_TEXT(lang), DB_INT_OR_NULL(message_id), DB_INT_OR_NULL(owner_id), DB_INT_OR_NULL(team_id), DB_INT(now_ms), DB_INT(ends_at)), NULL, error) &&
	       say(db, "survey.sent", asked, survey, now_ms, error) && add_job(db, "survey.expire", asked->id, ends_at, now_ms, error);
}

gboolean
asked_not_sent_in(Db *db, gint64 id, const char *reason, GError **error)
{
	return db_exec(db, &SQL_ASKED_NOT_SENT, DB_ARGS(DB_INT(id), DB_TEXT(reason)), NULL, error);
}

gboolean
asked_expire_in(Db *db, const Asked *asked, gint64 now_ms, GError **error)
{
	gint64 changed = 0;

	if (!db_exec(db, &SQL_ASKED_EXPIRE, DB_ARGS(DB_INT(asked->id)), &changed, error))
		return FALSE;
	return changed == 0 || say(db, "survey.expired", asked, NULL, now_ms, error);
}
