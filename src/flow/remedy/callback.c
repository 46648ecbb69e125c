/* callback.c - see callback.h. */
#include "flow/remedy/callback.h"
#include "base/clock.h"
#include "base/money.h"
#include "cases/notice.h"
#include "flow/remedy/offer.h"
#include "flow/remedy/pay.h"
#include "flow/remedy/takeback.h"
#include "remedy/doing.h"
#include "remedy/hook.h"
#include "remedy_callback.sql.h"
#include <sodium.h>
#include <string.h>

void
callback_answer_clear(CallbackAnswer *answer)
{
	g_clear_pointer(&answer->words, g_free);
}

/* ---- what it says ---------------------------------------------------------------------------------------------------- */

static gboolean
is_one_of(const char *state, const char *a, const char *b)
{
	return strcmp(state, a) == 0 || (b != NULL && strcmp(state, b) == 0);
}

/* What has a value is named in full: money is not moved by half a word. NULL: it fits. */
static const char *
misfit(const Remedy *remedy, const PayReport *said)
{
	const gboolean moves = !is_one_of(said->state, "failed", "not_reversed"), has_value = remedy->currency[0] != '\0';

	if (said->remedy != NULL && strcmp(said->remedy, remedy->ref) != 0)
		return WORD("It speaks of another remedy than the one it calls about.");
	if (moves && has_value && (!said->has_amount || said->currency == NULL))
		return WORD("It does not say which sum in which currency.");
	if (said->has_amount && said->amount_minor != remedy->amount_minor)
		return WORD("It speaks of another sum than the one we asked for.");
	if (said->currency != NULL && strcmp(said->currency, remedy->currency) != 0)
		return WORD("It speaks of another currency than the one we asked for.");
	if (strcmp(said->state, "done") == 0 && (said->reference == NULL || said->reference[0] == '\0'))
		return WORD("It says done, and gives no reference.");
	return NULL;
}

static ReportVerdict
judge_done(const Remedy *remedy, const PayReport *said, char **ret_words)
{
	if (is_one_of(remedy->state, "doing", "failed"))
		return REPORT_DONE;
	if (is_one_of(remedy->state, "done", "reversed") && g_strcmp0(said->reference, remedy->reference) == 0)
		return REPORT_KNOWN;
	if (is_one_of(remedy->state, "done", "reversed"))
		*ret_words = g_strdup_printf(/* said */ "It says done as %s; we know it as done under %s.", said->reference, remedy->reference != NULL ? remedy->reference : "another reference");
	else
		*ret_words = g_strdup(/* said */ "It says done; we have not asked for it.");
	return REPORT_CONTRADICTS;
}

/* It was asked to take it back, and says that it does not. */
static ReportVerdict
judge_not_reversed(const Remedy *remedy, const char *takeback, const PayReport *said, char **ret_words)
{
	if (strcmp(remedy->state, "done") == 0 && g_strcmp0(takeback, "failed") == 0)
		return REPORT_KNOWN;
	if (strcmp(remedy->state, "done") == 0 && g_strcmp0(takeback, "asked") == 0) {
		*ret_words = g_strdup_printf(/* said */ "It could not be taken back: %s", said->reason != NULL ? said->reason : "no reason was given.");
		return REPORT_NOT_REVERSED;
	}
	*ret_words = strcmp(remedy->state, "reversed") == 0 ? g_strdup(/* said */ "It says not taken back; we know it as taken back.") : g_strdup(/* said */ "It says not taken back; we have not asked it to.");
	return REPORT_CONTRADICTS;
}

/* How it stands with us, as the end of a sentence: the words of a state are for machines. */
static const char *
stands(const char *state)
{
	static const struct {
		const char *state, *words;
	} all[] = {
		{ "proposed", WORD("With us it is only proposed.") }, { "approved", WORD("With us it is approved and not begun.") },
		{ "offered", WORD("With us the customer has not chosen it yet.") }, { "chosen", WORD("With us it is chosen and not begun.") },
		{ "doing", WORD("With us it is in progress.") }, { "done", WORD("With us it is done.") }, { "failed", WORD("With us it failed.") },
		{ "reversed", WORD("With us it was taken back.") }, { "refused", WORD("With us it was refused.") }, { "withdrawn", WORD("With us it was withdrawn.") },
		{ "declined", WORD("With us the customer declined it.") }, { "expired", WORD("With us its time ran out.") },
	};

	for (guint i = 0; i < G_N_ELEMENTS(all); i++)
		if (strcmp(all[i].state, state) == 0)
			return all[i].words;
	return "";
}

ReportVerdict
report_judge(const Remedy *remedy, const char *takeback, const PayReport *said, char **ret_words)
{
	const char *wrong = misfit(remedy, said);

	*ret_words = NULL;
	if (wrong != NULL) {
		*ret_words = g_strdup(wrong);
		return REPORT_WRONG;
	}
	if (strcmp(said->state, "done") == 0)
		return judge_done(remedy, said, ret_words);
	if (strcmp(said->state, "not_reversed") == 0)
		return judge_not_reversed(remedy, takeback, said, ret_words);
	if (strcmp(said->state, remedy->state) == 0)
		return REPORT_KNOWN;
	if (strcmp(said->state, "failed") == 0 && strcmp(remedy->state, "doing") == 0) {
		*ret_words = g_strdup_printf(/* said */ "It could not be done: %s", said->reason != NULL ? said->reason : "no reason was given.");
		return REPORT_FAILED;
	}
	if (strcmp(said->state, "reversed") == 0 && strcmp(remedy->state, "done") == 0 && strcmp(remedy->done_by, "webhook") != 0) {
		*ret_words = g_strdup(/* said */ "It says taken back; it was not this system that did it, but a person.");
		return REPORT_CONTRADICTS;
	}
	if (strcmp(said->state, "reversed") == 0 && strcmp(remedy->state, "done") == 0) {
		*ret_words = g_strdup(said->reason != NULL ? said->reason : /* said */ "Taken back by the system that did it.");
		return REPORT_REVERSED;
	}
	if (strcmp(said->state, "failed") == 0)
		*ret_words = g_strdup_printf(/* said */ "It says failed. %s", stands(remedy->state));
	else
		*ret_words = g_strdup_printf(/* said */ "It says taken back. %s", stands(remedy->state));
	return REPORT_CONTRADICTS;
}

/* ---- who says it ----------------------------------------------------------------------------------------------------- */

/* The hook whose key signed it; 0: none of ours did. Where the remedy is known, only its own may. */
static gboolean
signer_of(Db *db, const SealKey *key, const Callback *it, gint64 hook_id, gint64 now_ms, gint64 *ret_hook, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_REMEDY_CALLBACK_KEYS, DB_NO_ARGS, error);

	*ret_hook = 0;
	if (rows == NULL)
		return FALSE;
	while (*ret_hook == 0 && db_rows_next(rows, &local)) {
		g_autofree char *secret = NULL;
		const gint64 id = db_rows_int(rows, "id");

		if (hook_id != 0 && hook_id != id)
			continue;
		if ((secret = unseal(key, "hook", db_rows_text(rows, "sealed"), error)) == NULL)
			return FALSE;
		if (hook_signed(secret, it->signature, it->body, it->size, CALLBACK_WINDOW_S, now_ms))
			*ret_hook = id;
		sodium_memzero(secret, strlen(secret));
	}
	return db_ended(&local, error);
}

static Remedy *
named(Db *db, const SealKey *key, const Callback *it, gint64 now_ms, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(Remedy) remedy = remedy_by_ref(db, it->ref, &local);
	gint64 hook = 0;

	if (local != NULL && !g_error_matches(local, ERR, ERR_NOT_FOUND)) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	if (!signer_of(db, key, it, remedy != NULL ? remedy->hook_id : 0, now_ms, &hook, error))
		return NULL;
	if (hook == 0)
		g_set_error_literal(error, ERR, ERR_DENIED, "this is not signed with a key of ours, or was signed more than five minutes ago");
	else if (remedy == NULL || remedy->hook_id != hook)
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "we cannot find this");
	else
		return g_steal_pointer(&remedy);
	return NULL;
}

/* ---- what it does ---------------------------------------------------------------------------------------------------- */

/* Nothing changes but what a person should know: the remedy keeps what was said, its case's owner is told. */
static gboolean
tell_person(Db *db, const Case *it, const Remedy *remedy, const char *words, const char *body, gint64 now_ms, GError **error)
{
	const gint64 whom = it->owner_id != 0 ? it->owner_id : remedy->made_by;
	json_t *facts;

	if (!db_exec(db, &SQL_REMEDY_CALLBACK_NOTE, DB_ARGS(DB_INT(remedy->id), DB_TEXT(words), DB_TEXT(body)), NULL, error))
		return FALSE;
	if (whom == 0)
		return TRUE;
	facts = remedy_facts(remedy, it);
	json_put(facts, "value", remedy->currency[0] != '\0' ? money_to_json(remedy->amount_minor, remedy->currency) : json_null());
	json_put_text(facts, "name", remedy->type_name);
	json_put_text(facts, "word", "contradicted");
	return notice_add(db, whom, "remedy_failed", it->id, 0, 0, facts, now_ms, error);
}

static gboolean
take_back(Db *db, const Case *it, Remedy *remedy, const Takeback *takeback, const PayReport *said, const char *words, const char *kept, gint64 now_ms, GError **error)
{
	/* Why we asked says more than that it obeyed. */
	const char *reason = takeback_is_open(takeback) && said->reason == NULL ? takeback->reason : words;

	return takeback_close_on(db, remedy->id, said->reference, kept, error) && remedy_reverse_on(db, it, remedy, reason, actor_system(), now_ms, error);
}

/* A word that does not fit, about what is under way: a person looks before anything more is done. */
static gboolean
set_aside(Db *db, const Case *it, Remedy *remedy, const Takeback *takeback, const char *words, const char *kept, gint64 now_ms, GError **error)
{
	if (strcmp(remedy->state, "doing") == 0)
		return remedy_fail_on(db, it, remedy, words, kept, actor_system(), now_ms, error);
	if (strcmp(remedy->state, "done") == 0 && takeback_is_open(takeback))
		return takeback_fail_on(db, it, remedy, takeback, words, kept, now_ms, error);
	return tell_person(db, it, remedy, words, kept, now_ms, error);
}

static gboolean
act(Db *db, const Case *it, Remedy *remedy, const Takeback *takeback, ReportVerdict verdict, const Callback *callback, const char *words, const char *kept, gint64 now_ms, GError **error)
{
	const Actor *system = actor_system();

	switch (verdict) {
	case REPORT_DONE: return remedy_done_on(db, it, remedy, callback->said.reference, kept, system, now_ms, error);
	case REPORT_FAILED: return remedy_fail_on(db, it, remedy, words, kept, system, now_ms, error);
	case REPORT_REVERSED: return take_back(db, it, remedy, takeback, &callback->said, words, kept, now_ms, error);
	case REPORT_NOT_REVERSED: return takeback_fail_on(db, it, remedy, takeback, words, kept, now_ms, error);
	case REPORT_KNOWN: return TRUE;
	case REPORT_WRONG: return set_aside(db, it, remedy, takeback, words, kept, now_ms, error);
	case REPORT_CONTRADICTS: return tell_person(db, it, remedy, words, kept, now_ms, error);
	}
	return TRUE;
}

static const char *
outcome_of(ReportVerdict verdict)
{
	return verdict == REPORT_KNOWN ? "known" : verdict == REPORT_CONTRADICTS ? "contradicts" : verdict == REPORT_WRONG ? "wrong" : "taken";
}

static void
put_answer(CallbackAnswer *ret, const char *outcome, const char *words, const Remedy *remedy)
{
	ret->taken = strcmp(outcome, "taken") == 0;
	ret->status = strcmp(outcome, "contradicts") == 0 ? 409 : strcmp(outcome, "wrong") == 0 ? 422 : 200;
	g_free(ret->words);
	ret->words = ret->status != 200 ? g_strdup(words) : NULL;
	g_strlcpy(ret->state, remedy->state, sizeof ret->state);
}

/* The same bytes, sent again: the answer that they got. *@ret_known FALSE: they are new. */
static gboolean
find_known(Db *db, const Callback *it, const Remedy *remedy, CallbackAnswer *ret, gboolean *ret_known, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_REMEDY_CALLBACK_FIND, DB_ARGS(DB_INT(remedy->id), DB_TEXT(it->signature)), error);

	if (rows == NULL)
		return FALSE;
	if ((*ret_known = db_rows_next(rows, &local)))
		put_answer(ret, db_rows_text(rows, "outcome"), db_rows_text(rows, "words"), remedy);
	return db_ended(&local, error);
}

gboolean
remedy_callback(Db *db, const SealKey *key, const Callback *callback, gint64 now_ms, CallbackAnswer *ret, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Remedy) first = tx != NULL ? named(db, key, callback, now_ms, error) : NULL, remedy = NULL;
	g_autoptr(Case) it = first != NULL ? remedy_case_lock(db, first->case_id, now_ms, error) : NULL;
	g_autoptr(Takeback) takeback = NULL;
	g_autoptr(GError) local = NULL;
	g_autofree char *words = NULL, *kept = NULL;
	gboolean known = FALSE;
	ReportVerdict verdict;

	/* Read again behind the lock: two of them at once come one after the other. */
	if (it == NULL || (remedy = remedy_get(db, first->id, error)) == NULL || !find_known(db, callback, remedy, ret, &known, error))
		return FALSE;
	if (known)
		return TRUE;
	takeback = takeback_of(db, remedy->id, &local);
	if (!db_ended(&local, error))
		return FALSE;
	verdict = report_judge(remedy, takeback != NULL ? takeback->state : NULL, &callback->said, &words);
	kept = answer_kept(callback->body, (gssize)callback->size);
	if (!act(db, it, remedy, takeback, verdict, callback, words, kept, now_ms, error) ||
	    !db_exec(db, &SQL_REMEDY_CALLBACK_ADD, DB_ARGS(DB_INT(remedy->id), DB_TEXT(callback->signature), DB_INT(now_ms), DB_TEXT(callback->said.state), DB_TEXT(outcome_of(verdict)), DB_TEXT(words), DB_TEXT(kept)), NULL, error) ||
	    !db_tx_commit(tx, error))
		return FALSE;
	put_answer(ret, outcome_of(verdict), words, remedy);
	return TRUE;
}
