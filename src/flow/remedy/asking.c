/* asking.c - see asking.h. */
#include "flow/remedy/asking.h"
#include "base/clock.h"

typedef struct {
	const AskingWay *way;
	Asking it;
} Ask;

static void
ask_clear(Ask *ask)
{
	remedy_free(ask->it.remedy);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ask, ask_clear)

static gboolean
begin(Db *db, gpointer data, GError **error)
{
	Ask *ask = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	g_clear_pointer(&ask->it.remedy, remedy_free);
	return tx != NULL && ask->way->begin(db, &ask->it, error) && db_tx_commit(tx, error);
}

static gboolean
end(Db *db, gpointer data, GError **error)
{
	const Ask *ask = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && ask->way->end(db, &ask->it, error) && db_tx_commit(tx, error);
}

gboolean
asking_wait_in(Db *db, const Asking *it, const DbSql *accepted, const char *kind, GError **error)
{
	g_autoptr(json_t) payload = json_object();

	json_put_int(payload, "remedy", it->remedy_id);
	json_put_int(payload, "accepted_at", it->now_ms);
	return db_exec(db, accepted, DB_ARGS(DB_INT(it->remedy_id), DB_TEXT(it->words), DB_TEXT(it->answer), DB_INT(it->now_ms)), NULL, error) &&
	       job_add(db, kind, payload, it->now_ms + it->wait_ms, it->now_ms, error) && job_end(db, it->job, error);
}

static gboolean
ask_system(Ask *ask, Store *store, const PayContext *context, OutgoingAnswer *answer, char **ret_words, GError **error)
{
	Asking *it = &ask->it;
	Db *db = store_reader(store, error);
	g_autoptr(Hook) hook = db != NULL ? hook_get(db, it->remedy->hook_id, error) : NULL;
	g_autofree char *body = hook != NULL ? signed_body(db, it->remedy, ask->way->take_back, error) : NULL;
	g_autofree char *key = g_strconcat(it->remedy->ref, ask->way->take_back ? "-back" : "", NULL);
	const char *url = hook != NULL ? ask->way->url(hook) : NULL;
	g_autoptr(GError) why = NULL;
	gboolean within = FALSE;

	if (body == NULL)
		return FALSE;
	if (url == NULL) { /* the settings changed since */
		it->verdict = PAY_FAILED;
		*ret_words = g_strdup(ask->way->nowhere);
		return TRUE;
	}
	if (!hook_is_within(db, url, &within, error))
		return FALSE;
	it->wait_ms = hook->wait_hours * MS_PER_HOUR;
	if (signed_post(context, hook, url, within, key, body, it->now_ms, answer, &why)) {
		it->verdict = ask->way->judge(it->remedy, answer->status, answer->body, ret_words);
		return TRUE;
	}
	/* A key that does not open is not mended by waiting. */
	it->verdict = g_error_matches(why, ERR, ERR_UPSTREAM) ? PAY_AGAIN : PAY_FAILED;
	*ret_words = g_strdup_printf(/* said */ "There was no answer: %s.", why->message);
	return TRUE;
}

gboolean
asking_job(const AskingWay *way, const Job *job, Store *store, const PayContext *context, gint64 now_ms, GError **error)
{
	g_auto(Ask) ask = { .way = way, .it = { .job = job, .now_ms = now_ms, .remedy_id = json_int(job->payload, "remedy", 0) } };
	g_auto(OutgoingAnswer) answer = { 0 };
	g_autofree char *words = NULL, *kept = NULL;

	if (!store_write(store, begin, &ask, error))
		return FALSE;
	if (ask.it.remedy == NULL)
		return TRUE;
	if (!ask_system(&ask, store, context, &answer, &words, error))
		return FALSE;
	if (ask.it.verdict == PAY_AGAIN && job->attempts >= PAY_ATTEMPTS)
		ask.it.verdict = PAY_FAILED;
	kept = answer.body != NULL ? answer_kept(answer.body, -1) : NULL;
	ask.it.words = words;
	ask.it.answer = kept;
	if (!store_write(store, end, &ask, error))
		return FALSE;
	if (ask.it.verdict != PAY_AGAIN)
		return TRUE;
	g_set_error(error, ERR, ERR_UPSTREAM, "%s %s: %s", way->trouble, ask.it.remedy->ref, words);
	return FALSE;
}
