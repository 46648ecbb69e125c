/* restore.c - new cases with a life lived elsewhere. Rewriting known ones: cases/overwrite.c. */
#include "cases/restore.h"
#include "base/ids.h"
#include "cases/due.h"
#include "cases/record.h"
#include "restore.sql.h"
#include <string.h>

enum { SNIPPET = 200 };

/* The conversation as it was; the first inbound one shares the head's document, as intake has it. */
static gboolean
put_messages(Db *db, const Case *it, const NewCase *make, const GArray *messages, GArray *ids, gint64 now_ms, GError **error)
{
	g_autofree char *head = NULL;

	for (guint i = 0; i < messages->len; i++) {
		const RestoreMessage *one = &g_array_index(messages, RestoreMessage, i);
		RecordMessage message = {
			.case_id = it->id,
			.author_id = one->author_id,
			.said_at = one->said_at,
			.direction = one->direction,
			.channel = one->channel,
			.author_name = one->author_name,
			.body = one->body,
			.automatic = one->automatic,
			.attachments = one->attachments,
		};
		gint64 id = 0;

		if (head == NULL && strcmp(one->direction, "inbound") == 0)
			message.head = head = record_head_text(it->subject, it->ref, make->customer.name, make->external_id, one->body);
		if (!record_message(db, &message, now_ms, &id, NULL, error))
			return FALSE;
		if (ids != NULL)
			g_array_append_val(ids, id);
	}
	if (head != NULL)
		return TRUE;
	head = record_head_text(it->subject, it->ref, make->customer.name, make->external_id, NULL);
	return search_put(db, SEARCH_HEAD, it->id, it->id, head, error);
}

static void
count_messages(const GArray *messages, Case *it)
{
	const char *last = NULL;

	it->n_messages = messages->len;
	it->last_inbound_at = it->last_message_at = 0;
	for (guint i = 0; i < messages->len; i++) {
		const RestoreMessage *one = &g_array_index(messages, RestoreMessage, i);

		if (strcmp(one->direction, "note") != 0)
			it->last_message_at = MAX(it->last_message_at, one->said_at);
		if (strcmp(one->direction, "inbound") == 0) {
			it->last_inbound_at = MAX(it->last_inbound_at, one->said_at);
			last = one->body;
		}
	}
	it->last_inbound_at = it->last_inbound_at != 0 ? it->last_inbound_at : it->received_at;
	it->last_message_at = it->last_message_at != 0 ? it->last_message_at : it->received_at;
	g_free(it->snippet);
	it->snippet = case_first_words(last != NULL ? last : "", SNIPPET);
}

/* The ref it had, when it is one and nobody has it here. */
static gboolean
take_ref(Db *db, Case *it, const char *wanted, GError **error)
{
	g_autoptr(GError) local = NULL;
	char ref[REF_SIZE];
	gint64 id;

	if (wanted == NULL || !ref_read(wanted, ref) || case_id_by_ref(db, ref, &id, &local))
		return TRUE;
	if (!g_error_matches(local, ERR, ERR_NOT_FOUND)) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	g_free(it->ref);
	it->ref = g_strdup(ref);
	return TRUE;
}

static gboolean
find_target(Db *db, Case *it, const char *wanted, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (wanted == NULL || case_id_by_ref(db, wanted, &it->merged_into, &local)) {
		it->is_open = it->is_open && it->merged_into == 0;
		return TRUE;
	}
	if (g_error_matches(local, ERR, ERR_NOT_FOUND))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
put_life(Db *db, Case *it, const RestoreLife *life, GError **error)
{
	it->logged_at = life->logged_at != 0 ? life->logged_at : it->logged_at;
	it->stage_at = life->stage_at != 0 ? life->stage_at : it->stage_at;
	it->changed_at = life->changed_at != 0 ? life->changed_at : it->changed_at;
	it->n_reopened = life->n_reopened;
	it->waiting = it->is_open && life->waiting;
	it->lived = TRUE;
	return due_reckon(db, it, RECKON_LIFE, it->logged_at, error) && due_keep(db, it, error) &&
	       db_exec(db, &SQL_RESTORE_LIFE,
		DB_ARGS(DB_INT(it->id), DB_TEXT(it->ref), DB_INT_OR_NULL(life->customer_id), DB_INT(it->logged_at), DB_INT(it->stage_at),
			DB_INT(it->changed_at), DB_INT(it->n_reopened), DB_BOOL(it->waiting), DB_INT(it->n_messages),
			DB_INT(it->last_inbound_at), DB_INT(it->last_message_at), DB_TEXT(it->snippet), DB_INT_OR_NULL(it->due_at),
			DB_TEXT(it->due_kind), DB_INT_OR_NULL(it->merged_into), DB_BOOL(it->is_open), DB_INT_OR_NULL(it->soon_at)),
		NULL, error);
}

gboolean
case_restore_in(Db *db, const NewCase *make, const RestoreLife *life, const Actor *actor, gint64 now_ms, gint64 *ret_id, char ret_ref[16],
	GError **error)
{
	g_autoptr(Case) it = NULL;
	NewCase first = *make;
	gint64 id;

	if (life->messages != NULL)
		first.body = NULL;
	if (life->customer_id != 0)
		first.customer = (NewCustomer){ 0 };
	if (!case_intake_in(db, &first, actor, now_ms, &id, NULL, error) || (it = case_lock(db, id, error)) == NULL ||
		!take_ref(db, it, life->ref, error) || !find_target(db, it, life->merged_into, error))
		return FALSE;
	if (life->messages != NULL)
		count_messages(life->messages, it);
	if (!put_life(db, it, life, error) || (life->messages != NULL && !put_messages(db, it, make, life->messages, life->message_ids, now_ms, error)))
		return FALSE;
	if (ret_id != NULL)
		*ret_id = id;
	if (ret_ref != NULL)
		g_strlcpy(ret_ref, it->ref, 16);
	return TRUE;
}
