/* withdraw.c - see withdraw.h. */
#include "flow/mail/withdraw.h"
#include "cases/message.h"
#include "cases/unsaid.h"
#include "flow/promise/promising.h"
#include "flow/remedy/offer.h"
#include "mailbox/outbox.h"
#include "survey/asked.h"
#include "survey/follow_up.h"
#include "mail.sql.h"
#include <string.h>

static json_t *
people(const Outbox *it, const char *role)
{
	json_t *list = json_array();

	for (guint i = 0; i < it->recipients->len; i++) {
		const OutboxAddress *one = it->recipients->pdata[i];

		if (strcmp(one->role, role) == 0 && strcmp(one->state, "queued") == 0)
			json_array_append_new(list, json_string(one->address));
	}
	return list;
}

static gboolean
put_files(Db *db, json_t *more, gint64 message_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_TAKEN_BACK_FILES, DB_ARGS(DB_INT(message_id)), error);
	json_t *files = json_array();

	json_put(more, "files", files);
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		json_t *one = json_object();

		json_put_text(one, "ref", db_rows_text(rows, "ref"));
		json_put_text(one, "name", db_rows_text(rows, "name"));
		json_put_text(one, "media_type", db_rows_text(rows, "media_type"));
		json_put_int(one, "size", db_rows_int(rows, "size"));
		json_array_append_new(files, one);
	}
	return db_ended(&local, error);
}

static char *
words_of(Db *db, gint64 message_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_WORDS, DB_ARGS(DB_INT(message_id)), error);

	return rows != NULL && db_rows_next(rows, error) ? g_strdup(db_rows_text(rows, "body")) : NULL;
}

static gboolean
written_version(Db *db, const Outbox *it, gint64 *ret_version, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_WRITTEN_VERSION, DB_ARGS(DB_INT(it->case_id), DB_INT(it->message_id)), error);

	*ret_version = 0;
	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		g_autoptr(json_t) facts = json_loads(db_rows_text(rows, "facts"), 0, NULL);

		*ret_version = json_int(facts, "v", 0);
	}
	return db_ended(&local, error);
}

/* @offer: that was made in it; its link leads nowhere now, so that only what somebody wrote above is their draft. NULL: none. */
static gboolean
take_back(Db *db, const Outbox *it, const Offer *offer, const Actor *actor, gint64 now_ms, GError **error)
{
	static const char *const roles[] = { "to", "cc", "bcc" };
	g_autoptr(json_t) more = json_object();
	g_autofree char *words = offer != NULL ? g_strdup(offer->words) : words_of(db, it->message_id, error);
	gint64 version;

	if (offer != NULL && words[0] == '\0')
		return TRUE;
	if (words == NULL || !written_version(db, it, &version, error) || !put_files(db, more, it->message_id, error))
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(roles); i++)
		json_put(more, roles[i], people(it, roles[i]));
	json_put_bool(more, "quote", it->quote);
	if (it->undo_until == 0 && it->due_at > now_ms)
		json_put_time(more, "send_at", it->due_at);
	if (it->counts != OUTBOX_COUNTS_NOW)
		json_put_text(more, "then", it->then);
	return message_draft_take_back_in(db, it->case_id, actor->user_id, words, version, more, now_ms, error);
}

/* Not of an uncertain one, of which nobody can say, nor of one that failed: that stood on the customer's own page. */
static gboolean
nobody_got_it(const Outbox *it)
{
	if (strcmp(it->state, "queued") != 0)
		return FALSE;
	for (guint i = 0; i < it->recipients->len; i++) {
		const char *state = ((const OutboxAddress *)it->recipients->pdata[i])->state;

		if (strcmp(state, "queued") != 0 && strcmp(state, "failed") != 0)
			return FALSE;
	}
	return TRUE;
}

/* What nobody was told is no promise. Sent again, its words are read again. */
static gboolean
take_back_promises(Db *db, const Outbox *it, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_TAKEN_BACK_PROMISES, DB_ARGS(DB_INT(it->message_id), DB_INT(now_ms)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "id");

		g_array_append_val(ids, id);
	}
	if (!db_ended(&local, error))
		return FALSE;
	g_clear_pointer(&rows, db_rows_free);
	for (guint i = 0; i < ids->len; i++)
		if (!promising_withdraw_in(db, g_array_index(ids, gint64, i), 0, "The answer was taken back before it left.", actor, now_ms, error))
			return FALSE;
	return TRUE;
}

/* Whether the customer was asked about the end that came with it. */
static gboolean
was_asked(Db *db, const Outbox *it, gboolean *ret_was, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_MOMENTS, DB_ARGS(DB_INT(it->message_id)), error);

	return rows != NULL && db_rows_next(rows, error) && asked_since(db, it->case_id, db_rows_int(rows, "logged_at"), db_rows_int(rows, "said_at"), ret_was, error);
}

/* The case goes on as if it had not been written; so does what would have followed: surveys, whether it is still right, a final response. */
static gboolean
unsay(Db *db, const Outbox *it, const Actor *actor, gint64 now_ms, GError **error)
{
	gboolean asked = FALSE;
	Unsaid unsaid;

	return was_asked(db, it, &asked, error) &&
	       message_unsaid_in(db, it->case_id, it->message_id, asked, actor, now_ms, &unsaid, error) &&
	       (it->automatic || asked_answer_taken_back_in(db, unsaid.case_id, unsaid.counted_at, unsaid.stands_at, error)) &&
	       (unsaid.ended_at == 0 || asked_end_taken_back_in(db, unsaid.case_id, unsaid.ended_at, error)) &&
	       (unsaid.ended_at == 0 || follow_up_taken_back_in(db, unsaid.case_id, unsaid.ended_at, error)) &&
	       db_exec(db, &SQL_MAIL_TAKEN_BACK_LETTER, DB_ARGS(DB_INT(unsaid.case_id), DB_INT(it->message_id)), NULL, error);
}

gboolean
mail_withdraw(Db *db, gint64 outbox_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Outbox) it = tx != NULL ? outbox_get(db, outbox_id, error) : NULL; /* as it was before */
	g_autoptr(Offer) offer = NULL;
	g_autoptr(GError) local = NULL;
	gboolean drafted;

	if (it == NULL || !outbox_withdraw_in(db, outbox_id, actor, now_ms, error))
		return FALSE;
	/* What somebody has already is said: sent once more, as a draft again, they would have it twice. */
	if (!nobody_got_it(it))
		return db_tx_commit(tx, error);
	offer = offer_of_message(db, it->message_id, &local);
	if (!db_ended(&local, error))
		return FALSE;
	drafted = !it->automatic && actor->user_id != 0;
	return outbox_unsaid_in(db, outbox_id, error) && (!drafted || take_back(db, it, offer, actor, now_ms, error)) && take_back_promises(db, it, actor, now_ms, error) &&
	       unsay(db, it, actor, now_ms, error) && (offer == NULL || remedy_offer_unsaid_in(db, offer, actor, now_ms, error)) && db_tx_commit(tx, error);
}
