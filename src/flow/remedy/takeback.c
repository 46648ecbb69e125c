/* takeback.c - see takeback.h. */
#include "flow/remedy/takeback.h"
#include "flow/remedy/asking.h"
#include "flow/remedy/offer.h"
#include "remedy_takeback.sql.h"
#include "remedy/doing.h"
#include "remedy/hook.h"
#include <string.h>

PayVerdict
takeback_judge(const Remedy *remedy, guint status, const char *body, char **ret_words)
{
	PayVerdict verdict = pay_judge(remedy, status, body, ret_words);
	g_autoptr(json_t) answer = verdict == PAY_DONE ? json_read(body, strlen(body), NULL) : NULL;
	const char *why = NULL, *state;

	if (verdict != PAY_DONE)
		return verdict;
	state = json_text(answer, "state", NULL);
	if (g_strcmp0(state, "reversed") != 0) /* what only knows how to pay says yes, too */
		why = WORD("It says yes, and not that it was taken back (\"state\": \"reversed\").");
	else if (g_strcmp0(*ret_words, remedy->reference) == 0)
		why = WORD("It gives the reference of the payment itself: nothing shows that it was taken back.");
	if (why == NULL)
		return PAY_DONE;
	g_free(*ret_words);
	*ret_words = g_strdup(why);
	return PAY_FAILED;
}

gboolean
takeback_can_be_asked(Db *db, const Remedy *remedy, gboolean *ret_can, GError **error)
{
	g_autoptr(Hook) hook = NULL;

	*ret_can = FALSE;
	if (strcmp(remedy->done_by, "webhook") != 0 || remedy->hook_id == 0)
		return TRUE;
	if ((hook = hook_get(db, remedy->hook_id, error)) == NULL)
		return FALSE;
	*ret_can = hook->back_url != NULL && hook->removed_at == 0;
	return TRUE;
}

gboolean
takeback_start_on(Db *db, const Case *it, Remedy *remedy, const char *reason, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) payload = json_object();

	json_put_int(payload, "remedy", remedy->id);
	return takeback_ask_on(db, it, remedy, reason, actor, now_ms, error) && job_add(db, "remedy.takeback", payload, now_ms, now_ms, error);
}

/* ---- the job --------------------------------------------------------------------------------------------------------- */

/* What it stands at: FALSE without @error when nobody waits for it any more. */
static gboolean
still_asked(Db *db, gint64 remedy_id, Remedy **ret_remedy, Takeback **ret_takeback, GError **error)
{
	g_autoptr(Remedy) remedy = remedy_get(db, remedy_id, error);
	g_autoptr(Takeback) takeback = remedy != NULL ? takeback_of(db, remedy_id, error) : NULL;

	if (takeback == NULL || !takeback_is_open(takeback) || strcmp(remedy->state, "done") != 0)
		return FALSE;
	*ret_remedy = g_steal_pointer(&remedy);
	*ret_takeback = g_steal_pointer(&takeback);
	return TRUE;
}

static gboolean
begin_in(Db *db, Asking *back, GError **error)
{
	g_autoptr(Takeback) takeback = NULL;
	g_autoptr(GError) local = NULL;

	if (still_asked(db, back->remedy_id, &back->remedy, &takeback, &local))
		return db_exec(db, &SQL_REMEDY_TAKEBACK_TRIED, DB_ARGS(DB_INT(back->remedy_id), DB_INT(back->now_ms)), NULL, error);
	return db_ended(&local, error) && job_end(db, back->job, error);
}

/* Its report, or somebody else's job, may have been quicker: then that stands. */
static gboolean
end_in(Db *db, const Asking *back, GError **error)
{
	g_autoptr(Remedy) remedy = NULL;
	g_autoptr(Takeback) takeback = NULL;
	g_autoptr(Case) it = NULL;
	g_autoptr(GError) local = NULL;

	if (!still_asked(db, back->remedy_id, &remedy, &takeback, &local))
		return db_ended(&local, error) && job_end(db, back->job, error);
	if (back->verdict == PAY_LATER)
		return asking_wait_in(db, back, &SQL_REMEDY_TAKEBACK_ACCEPTED, "remedy.takeback_wait", error);
	if (back->verdict == PAY_AGAIN)
		return db_exec(db, &SQL_REMEDY_TAKEBACK_WAITS, DB_ARGS(DB_INT(remedy->id), DB_TEXT(back->words), DB_TEXT(back->answer)), NULL, error);
	if ((it = remedy_case_lock(db, remedy->case_id, back->now_ms, error)) == NULL)
		return FALSE;
	if (back->verdict == PAY_FAILED)
		return takeback_fail_on(db, it, remedy, takeback, back->words, back->answer, back->now_ms, error) && job_end(db, back->job, error);
	return takeback_close_on(db, remedy->id, back->words, back->answer, error) &&
	       remedy_reverse_on(db, it, remedy, takeback->reason, actor_system(), back->now_ms, error) && job_end(db, back->job, error);
}

static const char *
back_url_of(const Hook *hook)
{
	return hook->back_url;
}

gboolean
remedy_takeback_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	static const AskingWay way = {
		.begin = begin_in, .take_back = TRUE, .url = back_url_of, .nowhere = /* said */ "It has no address any more where it can be asked to take something back.", .judge = takeback_judge, .end = end_in,
		.trouble = "taking back remedy",
	};

	return asking_job(&way, job, store, data, now_ms, error);
}

/* It has reported since, or was asked again, and then it has its time anew. */
static gboolean
give_up(Db *db, gpointer data, GError **error)
{
	const Asking *back = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Remedy) remedy = NULL;
	g_autoptr(Takeback) takeback = NULL;
	g_autoptr(Case) it = NULL;
	g_autoptr(GError) local = NULL;

	if (tx == NULL)
		return FALSE;
	if (still_asked(db, back->remedy_id, &remedy, &takeback, &local) && takeback->accepted_at == json_int(back->job->payload, "accepted_at", -1) &&
	    ((it = remedy_case_lock(db, remedy->case_id, back->now_ms, error)) == NULL ||
	     !takeback_fail_on(db, it, remedy, takeback, /* said */ "It took it on, and never said how it went.", NULL, back->now_ms, error)))
		return FALSE;
	return db_ended(&local, error) && job_end(db, back->job, error) && db_tx_commit(tx, error);
}

gboolean
remedy_takeback_wait_job(const Job *job, Store *store, gint64 now_ms, gpointer data G_GNUC_UNUSED, GError **error)
{
	Asking back = { .job = job, .now_ms = now_ms, .remedy_id = json_int(job->payload, "remedy", 0) };

	return store_write(store, give_up, &back, error);
}
