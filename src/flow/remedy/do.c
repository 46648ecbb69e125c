/* do.c - see do.h. */
#include "flow/remedy/do.h"
#include "flow/remedy/offer.h"
#include "flow/remedy/takeback.h"
#include "work/job.h"
#include <string.h>

typedef gboolean (*Doing)(Db *db, const Case *it, Remedy *remedy, const char *words, const Actor *actor, gint64 now_ms, GError **error);

static gboolean
check_words(const char *words, gboolean needed, const char *field, GError **error)
{
	if (needed && (words == NULL || words[0] == '\0')) {
		err_add_field(error, field, "Say why, in a line.");
		return FALSE;
	}
	if (words != NULL && (!g_utf8_validate(words, -1, NULL) || g_utf8_strlen(words, -1) > 1000)) {
		err_add_field(error, field, "At most %d characters.", 1000);
		return FALSE;
	}
	return TRUE;
}

static gboolean
act(Db *db, const char *ref, gint64 version, Doing doing, const char *words, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Remedy) remedy = tx != NULL ? remedy_by_ref(db, ref, error) : NULL;
	g_autoptr(Case) it = NULL;

	if (remedy == NULL || !actor_must(actor, remedy->amount_minor > 0 ? "remedy.pay" : "remedy.offer", error) || (it = remedy_case_lock(db, remedy->case_id, now_ms, error)) == NULL)
		return FALSE;
	if (version != 0 && version != remedy->version)
		return remedy_is_past(remedy, error);
	return doing(db, it, remedy, words, actor, now_ms, error) && db_tx_commit(tx, error);
}

static gboolean
do_done(Db *db, const Case *it, Remedy *remedy, const char *words, const Actor *actor, gint64 now_ms, GError **error)
{
	/* What a system of the house is asked to do right now is not marked by hand beside it: it could be paid twice. */
	if (strcmp(remedy->state, "doing") == 0 || (strcmp(remedy->state, "chosen") == 0 && strcmp(remedy->done_by, "webhook") == 0)) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "A system of the house is doing this right now. Wait for its answer.");
		return FALSE;
	}
	return remedy_done_on(db, it, remedy, words, NULL, actor, now_ms, error);
}

gboolean
remedy_mark_done(Db *db, const char *ref, gint64 version, const char *reference, const Actor *actor, gint64 now_ms, GError **error)
{
	return check_words(reference, FALSE, "/reference", error) && act(db, ref, version, do_done, reference, actor, now_ms, error);
}

static gboolean
reverse_by_hand(Db *db, const Case *it, Remedy *remedy, const char *reason, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(Takeback) takeback = takeback_of(db, remedy->id, &local);

	if (!db_ended(&local, error))
		return FALSE;
	if (takeback_is_open(takeback)) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "A system of the house is asked to take this back right now. Wait for its answer.");
		return FALSE;
	}
	return remedy_reverse_on(db, it, remedy, reason, actor, now_ms, error);
}

static gboolean
do_reverse(Db *db, const Case *it, Remedy *remedy, const char *reason, const Actor *actor, gint64 now_ms, GError **error)
{
	gboolean can = FALSE;
	g_autoptr(GError) local = NULL;
	g_autoptr(Takeback) takeback = NULL;

	if (!takeback_can_be_asked(db, remedy, &can, error))
		return FALSE;
	if (!can)
		return reverse_by_hand(db, it, remedy, reason, actor, now_ms, error);
	takeback = takeback_of(db, remedy->id, &local);
	if (!db_ended(&local, error))
		return FALSE;
	if (takeback_is_open(takeback) && strcmp(remedy->state, "done") == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "Its system is asked to take this back already.");
		return FALSE;
	}
	return takeback_start_on(db, it, remedy, reason, actor, now_ms, error);
}

gboolean
remedy_reverse(Db *db, const char *ref, gint64 version, const char *reason, gboolean by_hand, const Actor *actor, gint64 now_ms, GError **error)
{
	return check_words(reason, TRUE, "/reason", error) && act(db, ref, version, by_hand ? reverse_by_hand : do_reverse, reason, actor, now_ms, error);
}

gboolean
remedy_drop(Db *db, const char *ref, gint64 version, const char *reason, const Actor *actor, gint64 now_ms, GError **error)
{
	return check_words(reason, TRUE, "/reason", error) && act(db, ref, version, remedy_drop_on, reason, actor, now_ms, error);
}

/* It was asked to take it back: once more, under the same key. */
static gboolean
do_retry_takeback(Db *db, const Case *it, Remedy *remedy, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) payload = json_object();
	g_autoptr(GError) local = NULL;
	g_autoptr(Takeback) takeback = takeback_of(db, remedy->id, &local);

	if (!db_ended(&local, error))
		return FALSE;
	if (takeback == NULL)
		return remedy_is_past(remedy, error);
	if (!takeback_is_open(takeback))
		return takeback_start_on(db, it, remedy, takeback->reason, actor, now_ms, error);
	json_put_int(payload, "remedy", remedy->id);
	return job_add(db, "remedy.takeback", payload, now_ms, now_ms, error);
}

static gboolean
do_retry(Db *db, const Case *it, Remedy *remedy, const char *words G_GNUC_UNUSED, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) payload = json_object();

	if (strcmp(remedy->state, "done") == 0)
		return do_retry_takeback(db, it, remedy, actor, now_ms, error);
	if (strcmp(remedy->done_by, "webhook") != 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "This is done by hand.");
		return FALSE;
	}
	if (strcmp(remedy->state, "failed") != 0 && strcmp(remedy->state, "doing") != 0)
		return remedy_is_past(remedy, error);
	if (strcmp(remedy->state, "failed") == 0 && !remedy_become_on(db, it, remedy, "doing", NULL, actor, now_ms, error))
		return FALSE;
	json_put_int(payload, "remedy", remedy->id);
	return job_add(db, "remedy.pay", payload, now_ms, now_ms, error);
}

gboolean
remedy_retry(Db *db, const char *ref, gint64 version, const Actor *actor, gint64 now_ms, GError **error)
{
	return act(db, ref, version, do_retry, NULL, actor, now_ms, error);
}
