/* recovery.c - see recovery.h. Lists of them: survey/recovery_list.c. */
#include "survey/recovery.h"
#include "base/ids.h"
#include "cases/notice.h"
#include "org/team.h"
#include "store/events.h"
#include "store/refs.h"
#include "work/job.h"
#include "recovery.sql.h"
#include <string.h>

void
recovery_free(Recovery *recovery)
{
	if (recovery == NULL)
		return;
	g_free(recovery->ref);
	g_free(recovery->kind);
	g_free(recovery->state);
	g_free(recovery);
}

static gboolean
read_one(DbRows *taken, Recovery **ret_recovery, GError **error)
{
	g_autoptr(DbRows) rows = taken;
	g_autoptr(GError) local = NULL;
	Recovery *it;

	*ret_recovery = NULL;
	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows, &local)) {
		if (local == NULL)
			return TRUE;
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	it = *ret_recovery = g_new0(Recovery, 1);
	it->id = db_rows_int(rows, "id");
	it->ref = g_strdup(db_rows_text(rows, "ref"));
	it->asked_id = db_rows_int(rows, "asked_id");
	it->case_id = db_rows_int(rows, "case_id");
	it->customer_id = db_rows_int(rows, "customer_id");
	it->assignee_id = db_rows_int(rows, "assignee_id");
	it->kind = g_strdup(db_rows_text(rows, "kind"));
	it->score = db_rows_int(rows, "score");
	it->state = g_strdup(db_rows_text(rows, "state"));
	it->opened_at = db_rows_int(rows, "opened_at");
	it->due_at = db_rows_int(rows, "due_at");
	it->late_at = db_rows_int(rows, "late_at");
	it->done_at = db_rows_int(rows, "done_at");
	it->corrected = db_rows_int(rows, "corrected") != 0;
	it->version = db_rows_int(rows, "version");
	return TRUE;
}

static Recovery *
must_be(Recovery *it, gboolean read, GError **error)
{
	if (it == NULL && read)
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no such recovery");
	return it;
}

Recovery *
recovery_get(Db *db, gint64 id, GError **error)
{
	Recovery *it = NULL;
	gboolean read = read_one(db_query(db, &SQL_RECOVERY_BY_ID, DB_ARGS(DB_INT(id)), error), &it, error);

	return must_be(it, read, error);
}

Recovery *
recovery_by_ref(Db *db, const char *ref, GError **error)
{
	char written[REF_SIZE] = "";
	Recovery *it = NULL;
	gboolean read;

	ref_read(ref, written);
	read = read_one(db_query(db, &SQL_RECOVERY_BY_REF, DB_ARGS(DB_TEXT(written)), error), &it, error);
	return must_be(it, read, error);
}

Recovery *
recovery_find_asked(Db *db, gint64 asked_id, GError **error)
{
	Recovery *it = NULL;

	(void)read_one(db_query(db, &SQL_RECOVERY_BY_ASKED, DB_ARGS(DB_INT(asked_id)), error), &it, error);
	return it;
}

gboolean
recovery_assignee(Db *db, gint64 owner_id, gint64 team_id, gint64 *ret_user_id, GError **error)
{
	gint64 user_id = 0;
	gboolean found = FALSE;

	if (!team_lead_over(db, owner_id, team_id, &user_id, error))
		return FALSE;
	if (user_id == 0 || user_id == owner_id) { /* nobody looks into what went wrong with themselves */
		user_id = 0;
		if (!db_query_int(db, &SQL_RECOVERY_SOMEBODY, DB_ARGS(DB_INT(owner_id), DB_INT(team_id)), &user_id, &found, error))
			return FALSE;
	}
	*ret_user_id = user_id;
	return TRUE;
}

static gboolean
say(Db *db, const char *event, gint64 case_id, gint64 id, json_t *taken, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = taken;

	return event_add(db, &(Event){ .kind = event, .case_id = case_id, .subject_id = id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

static json_t *
score_facts(const char *kind, gint64 score)
{
	json_t *facts = json_object();

	json_put_text(facts, "kind", kind);
	json_put_int(facts, "score", score);
	return facts;
}

static gboolean
tell(Db *db, gint64 user_id, const Recovery *it, const char *what, gint64 by_id, gint64 now_ms, GError **error)
{
	json_t *facts;

	if (user_id == 0 || user_id == by_id)
		return TRUE;
	facts = score_facts(it->kind, it->score);
	json_put_text(facts, "what", what);
	json_put_time(facts, "due_at", it->due_at);
	return notice_add(db, user_id, "recovery", it->case_id, 0, by_id, facts, now_ms, error);
}

gboolean
recovery_open_in(Db *db, const Asked *asked, const char *kind, gint64 score, gint64 assignee_id, gint64 due_at, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) payload = json_object();
	Recovery it = { .case_id = asked->case_id, .kind = (char *)kind, .score = score, .due_at = due_at };
	char ref[REF_SIZE];

	if (!ref_insert(db, &SQL_RECOVERY_INSERT, ref,
	                  DB_ARGS(DB_TEXT(ref), DB_INT(asked->id), DB_INT(asked->case_id), DB_INT_OR_NULL(asked->customer_id), DB_INT_OR_NULL(assignee_id), DB_TEXT(kind), DB_INT(score),
	                          DB_INT(now_ms), DB_INT(due_at)),
	                  &it.id, NULL, error))
		return FALSE;
	json_put_int(payload, "recovery", it.id);
	return job_add(db, "recovery.late", payload, due_at, now_ms, error) && say(db, "recovery.opened", it.case_id, it.id, score_facts(kind, score), actor_system(), now_ms, error) &&
	       tell(db, assignee_id, &it, "opened", 0, now_ms, error);
}

gboolean
recovery_corrected_in(Db *db, const Recovery *it, const char *kind, gint64 score, gint64 now_ms, GError **error)
{
	if (kind == NULL)
		return db_exec(db, &SQL_RECOVERY_CORRECTED, DB_ARGS(DB_INT(it->id), DB_INT(now_ms)), NULL, error);
	return db_exec(db, &SQL_RECOVERY_RESCORE, DB_ARGS(DB_INT(it->id), DB_TEXT(kind), DB_INT(score)), NULL, error) &&
	       db_exec(db, &SQL_RECOVERY_REOPEN, DB_ARGS(DB_INT(it->id)), NULL, error);
}

static gboolean
was_open(gint64 changed, GError **error)
{
	if (changed > 0)
		return TRUE;
	g_set_error_literal(error, ERR, ERR_CONFLICT, "this is done already");
	return FALSE;
}

gboolean
recovery_done_in(Db *db, const Recovery *it, const char *words, const Actor *actor, gint64 now_ms, GError **error)
{
	json_t *facts;
	gint64 changed = 0;

	if (words == NULL || words[strspn(words, " \t\r\n")] == '\0' || strlen(words) > RECOVERY_WORDS_MAX) {
		err_add_field(error, "/words", "Say what was done, in at most %d characters.", RECOVERY_WORDS_MAX);
		return FALSE;
	}
	if (!actor_must(actor, "case.write", error) ||
	    !db_exec(db, &SQL_RECOVERY_DONE, DB_ARGS(DB_INT(it->id), DB_INT(now_ms), DB_INT_OR_NULL(actor->user_id), DB_TEXT(words)), &changed, error) || !was_open(changed, error))
		return FALSE;
	facts = json_object();
	json_put_bool(facts, "in_time", now_ms <= it->due_at);
	return say(db, "recovery.done", it->case_id, it->id, facts, actor, now_ms, error);
}

gboolean
recovery_assign_in(Db *db, const Recovery *it, gint64 user_id, const Actor *actor, gint64 now_ms, GError **error)
{
	json_t *facts;
	gint64 changed = 0;

	if (!actor_must(actor, "case.assign", error) || !db_exec(db, &SQL_RECOVERY_ASSIGN, DB_ARGS(DB_INT(it->id), DB_INT_OR_NULL(user_id)), &changed, error) || !was_open(changed, error))
		return FALSE;
	facts = json_object();
	json_put_int(facts, "to", user_id);
	return say(db, "recovery.assigned", it->case_id, it->id, facts, actor, now_ms, error) && tell(db, user_id, it, "given", actor->user_id, now_ms, error);
}

gboolean
recovery_late_in(Db *db, const Recovery *it, gint64 now_ms, GError **error)
{
	gint64 changed = 0;

	if (!db_exec(db, &SQL_RECOVERY_LATE, DB_ARGS(DB_INT(it->id), DB_INT(now_ms)), &changed, error))
		return FALSE;
	return changed == 0 || (say(db, "recovery.late", it->case_id, it->id, score_facts(it->kind, it->score), actor_system(), now_ms, error) &&
	                        tell(db, it->assignee_id, it, "late", 0, now_ms, error));
}

gboolean
recovery_turned_in(Db *db, gint64 customer_id, gint64 case_id, gint64 now_ms, GError **error)
{
	return customer_id == 0 || db_exec(db, &SQL_RECOVERY_TURNED, DB_ARGS(DB_INT(customer_id), DB_INT(case_id), DB_INT(now_ms)), NULL, error);
}
