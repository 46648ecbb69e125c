/* pay.c - see pay.h. */
#include "flow/remedy/pay.h"
#include "flow/remedy/approve.h"
#include "flow/remedy/asking.h"
#include "flow/remedy/offer.h"
#include "flow/remedy/takeback.h"
#include "remedy_pay.sql.h"
#include "remedy/doing.h"
#include "remedy/hook.h"
#include <string.h>

/* ---- the answer ------------------------------------------------------------------------------------------------------ */

static gboolean
is_again(guint status)
{
	return status == 408 || status == 425 || status == 429 || status >= 500;
}

/* NULL: it says what we said. Otherwise what it speaks of instead. */
static const char *
contradiction(const Remedy *remedy, const json_t *answer)
{
	const json_t *amount = json_object_get(answer, "amount_minor"), *currency = json_object_get(answer, "currency"), *ref = json_object_get(answer, "remedy");

	if (ref != NULL && g_strcmp0(json_string_value(ref), remedy->ref) != 0)
		return WORD("It says yes to another remedy than the one we asked for.");
	if (amount != NULL && (!json_is_integer(amount) || json_integer_value(amount) != remedy->amount_minor))
		return WORD("It says yes to another sum than the one we asked for.");
	if (currency != NULL && remedy->currency[0] != '\0' && g_strcmp0(json_string_value(currency), remedy->currency) != 0)
		return WORD("It says yes in another currency than the one we asked for.");
	return NULL;
}

PayVerdict
pay_judge(const Remedy *remedy, guint status, const char *body, char **ret_words)
{
	const gboolean yes = status == 200 || status == 201 || status == 202 || status == 409;
	g_autoptr(json_t) answer = yes ? json_read(body, strlen(body), NULL) : NULL;
	const char *reference = json_is_object(answer) ? json_text(answer, "reference", NULL) : NULL, *why = NULL;

	if (is_again(status)) {
		*ret_words = g_strdup_printf(/* said */ "It cannot answer right now (%u).", status);
		return PAY_AGAIN;
	}
	if (!yes) {
		*ret_words = g_strdup_printf(/* said */ "It refused (%u).", status);
		return PAY_FAILED;
	}
	if (json_is_object(answer))
		why = contradiction(remedy, answer);
	if (why == NULL && status == 202) {
		*ret_words = g_strdup(/* said */ "It took it on, and says later how it went.");
		return PAY_LATER;
	}
	if (why == NULL && (reference == NULL || reference[0] == '\0' || strlen(reference) > 200))
		why = status == 409 ? WORD("It says that this is in conflict, and gives no reference of what was done.") : WORD("It says yes, and gives no reference.");
	*ret_words = g_strdup(why != NULL ? why : reference);
	return why != NULL ? PAY_FAILED : PAY_DONE;
}

/* ---- the job --------------------------------------------------------------------------------------------------------- */

/* Before the call: durable that it is made. What is neither chosen nor being done needs none. */
static gboolean
begin_in(Db *db, Asking *pay, GError **error)
{
	g_autoptr(Remedy) remedy = remedy_get(db, pay->remedy_id, error);
	g_autoptr(Case) it = NULL;
	const RemedyStep step = { .amount_minor = -1, .tried = TRUE };

	if (remedy == NULL)
		return FALSE;
	if (strcmp(remedy->state, "doing") == 0) {
		if (!db_exec(db, &SQL_REMEDY_PAY_AGAIN, DB_ARGS(DB_INT(remedy->id), DB_INT(pay->now_ms)), NULL, error))
			return FALSE;
	} else if (strcmp(remedy->state, "chosen") == 0) {
		if ((it = remedy_case_lock(db, remedy->case_id, pay->now_ms, error)) == NULL || !remedy_become_on(db, it, remedy, "doing", &step, actor_system(), pay->now_ms, error))
			return FALSE;
	} else {
		return job_end(db, pay->job, error);
	}
	pay->remedy = g_steal_pointer(&remedy);
	return TRUE;
}

/* Somebody else's job for the same remedy may have been quicker: then its answer stands. */
static gboolean
end_in(Db *db, const Asking *pay, GError **error)
{
	g_autoptr(Remedy) remedy = remedy_get(db, pay->remedy_id, error);
	g_autoptr(Case) it = NULL;

	if (remedy == NULL)
		return FALSE;
	if (strcmp(remedy->state, "doing") != 0)
		return job_end(db, pay->job, error);
	if (pay->verdict == PAY_LATER)
		return asking_wait_in(db, pay, &SQL_REMEDY_PAY_ACCEPTED, "remedy.wait", error);
	if (pay->verdict == PAY_AGAIN)
		return db_exec(db, &SQL_REMEDY_PAY_WAITS, DB_ARGS(DB_INT(remedy->id), DB_TEXT(pay->words), DB_TEXT(pay->answer)), NULL, error);
	if ((it = remedy_case_lock(db, remedy->case_id, pay->now_ms, error)) == NULL)
		return FALSE;
	if (pay->verdict == PAY_DONE ? !remedy_done_on(db, it, remedy, pay->words, pay->answer, actor_system(), pay->now_ms, error)
				     : !remedy_fail_on(db, it, remedy, pay->words, pay->answer, actor_system(), pay->now_ms, error))
		return FALSE;
	return job_end(db, pay->job, error);
}

static const char *
url_of(const Hook *hook)
{
	return hook->url;
}

gboolean
remedy_pay_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	static const AskingWay way = { .begin = begin_in, .url = url_of, .judge = pay_judge, .end = end_in, .trouble = "remedy" };

	return asking_job(&way, job, store, data, now_ms, error);
}

static gboolean
give_up(Db *db, gpointer data, GError **error)
{
	const Asking *pay = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Remedy) remedy = tx != NULL ? remedy_get(db, pay->remedy_id, error) : NULL;
	g_autoptr(Case) it = NULL;

	if (remedy == NULL)
		return FALSE;
	/* It has reported since, or was asked again, and then it has its time anew. */
	if (strcmp(remedy->state, "doing") == 0 && remedy->accepted_at == json_int(pay->job->payload, "accepted_at", -1) &&
	    ((it = remedy_case_lock(db, remedy->case_id, pay->now_ms, error)) == NULL ||
	     !remedy_fail_on(db, it, remedy, /* said */ "It took it on, and never said how it went.", NULL, actor_system(), pay->now_ms, error)))
		return FALSE;
	return job_end(db, pay->job, error) && db_tx_commit(tx, error);
}

gboolean
remedy_wait_job(const Job *job, Store *store, gint64 now_ms, gpointer data G_GNUC_UNUSED, GError **error)
{
	Asking pay = { .job = job, .now_ms = now_ms, .remedy_id = json_int(job->payload, "remedy", 0) };

	return store_write(store, give_up, &pay, error);
}

void
remedy_add_jobs(Worker *worker, const SealKey *key)
{
	static PayContext context;

	context.key = key;
	worker_handle(worker, "remedy.pay", 0, remedy_pay_job, &context);
	worker_handle(worker, "remedy.wait", 0, remedy_wait_job, NULL);
	worker_handle(worker, "remedy.takeback", 0, remedy_takeback_job, &context);
	worker_handle(worker, "remedy.takeback_wait", 0, remedy_takeback_wait_job, NULL);
	worker_handle(worker, "approval.due", 0, remedy_approval_due_job, NULL);
	worker_handle(worker, "offer.expire", 0, remedy_offer_expire_job, NULL);
}
