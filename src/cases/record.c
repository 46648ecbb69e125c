/* record.c - rows that several rules of this folder write. The rules themselves: intake.c, message.c, stage.c, merge.c. */
#include "cases/record.h"
#include "base/utf8.h"
#include "store/events.h"
#include "store/refs.h"
#include "case.sql.h"
#include "record.sql.h"
#include <string.h>

static gboolean
put_attachments(Db *db, const RecordMessage *message, gint64 id, GError **error)
{
	for (guint i = 0; message->attachments != NULL && i < message->attachments->len; i++) {
		const NewAttachment *one = &g_array_index(message->attachments, NewAttachment, i);
		char ref[REF_SIZE];
		gint64 its;

		if (!ref_insert(db, &SQL_RECORD_ATTACHMENT, ref,
		                DB_ARGS(DB_TEXT(ref), DB_INT(id), DB_INT(message->case_id), DB_TEXT(one->name), DB_TEXT(one->media_type), DB_INT(one->size), DB_TEXT(one->hash)), &its, NULL, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
record_message(Db *db, const RecordMessage *message, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error)
{
	char ref[REF_SIZE];
	gint64 id = 0;

	if (!ref_insert(db, &SQL_RECORD_MESSAGE, ref,
	                DB_ARGS(DB_TEXT(ref), DB_INT(message->case_id), DB_TEXT(message->direction), DB_TEXT(message->channel),
	                        DB_INT_OR_NULL(message->author_id), DB_TEXT(message->author_name), DB_TEXT(message->body),
	                        DB_BOOL(message->automatic), DB_INT(message->said_at), DB_INT(now_ms)),
	                &id, NULL, error) ||
	    !put_attachments(db, message, id, error))
		return FALSE;
	if (message->head != NULL) {
		if (!search_put(db, SEARCH_HEAD, message->case_id, message->case_id, message->head, error))
			return FALSE;
	} else if (!search_put(db, SEARCH_MESSAGE, id, message->case_id, message->body, error)) {
		return FALSE;
	}
	if (ret_id != NULL)
		*ret_id = id;
	if (ret_ref != NULL)
		g_strlcpy(ret_ref, ref, 16);
	return TRUE;
}

char *
record_head_text(const char *subject, const char *ref, const char *name, const char *external_id, const char *body)
{
	return g_strjoin("\n", subject, ref, name != NULL ? name : "", external_id != NULL ? external_id : "", body != NULL ? body : "", NULL);
}

char *
record_head_of(Db *db, const Case *it, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_CASE_HEAD_WORDS, DB_ARGS(DB_INT(it->id)), error);

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return record_head_text(it->subject, it->ref, db_rows_text(rows, "customer_name"), it->external_id, db_rows_text(rows, "body"));
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		g_set_error(error, ERR, ERR_NOT_FOUND, "there is no case %s", it->ref);
	return NULL;
}

gboolean
record_lock_pair(Db *db, gint64 a_id, gint64 b_id, Case **ret_a, Case **ret_b, GError **error)
{
	g_autoptr(Case) low = NULL, high = NULL;

	if (a_id == b_id) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "that is one and the same case");
		return FALSE;
	}
	if ((low = case_lock(db, MIN(a_id, b_id), error)) == NULL || (high = case_lock(db, MAX(a_id, b_id), error)) == NULL)
		return FALSE;
	*(a_id < b_id ? ret_a : ret_b) = g_steal_pointer(&low);
	*(a_id < b_id ? ret_b : ret_a) = g_steal_pointer(&high);
	return TRUE;
}

gboolean
record_event(Db *db, const char *kind, gint64 case_id, gint64 version, gint64 subject_id, const Actor *actor, gint64 now_ms, json_t *facts, GError **error)
{
	g_autoptr(json_t) all = facts != NULL ? facts : json_object();

	json_put_int(all, "v", version);
	return event_add(db, &(Event){ .kind = kind, .case_id = case_id, .subject_id = subject_id, .at_ms = now_ms, .actor = actor, .facts = all }, NULL, error);
}

gboolean
record_check_text(const char *text, guint max_chars, const char *field, const char *what, GError **error)
{
	if (text == NULL)
		return TRUE;
	if (!utf8_is_valid(text)) {
		err_add_field(error, field, "This is not readable as text (UTF-8).");
		return FALSE;
	}
	/* Bytes first: counting characters of something huge is work. */
	if (strlen(text) > (gsize)max_chars && g_utf8_strlen(text, -1) > (glong)max_chars) {
		err_add_field(error, field, "%s has at most %u characters.", what, max_chars);
		return FALSE;
	}
	return TRUE;
}

gboolean
record_check_body(const char *body, GError **error)
{
	if (body == NULL)
		return TRUE;
	if (strlen(body) > MAX_BODY) {
		err_add_field(error, "/body", "A message has at most %d kB. Attach a file for more.", MAX_BODY / 1024);
		return FALSE;
	}
	return record_check_text(body, MAX_BODY, "/body", "A message", error);
}

gboolean
record_check_attachments(const GArray *attachments, GError **error)
{
	gboolean fine = TRUE;

	if (attachments == NULL)
		return TRUE;
	if (attachments->len > MAX_ATTACHMENTS) {
		err_add_field(error, "/attachments", "At most %d files at once.", MAX_ATTACHMENTS);
		fine = FALSE;
	}
	for (guint i = 0; i < attachments->len; i++) {
		const NewAttachment *one = &g_array_index(attachments, NewAttachment, i);

		if (one->name == NULL || one->name[0] == '\0' || one->media_type == NULL || one->hash == NULL) {
			err_add_field(error, "/attachments", "Each file needs a name.");
			return FALSE;
		}
		if (!record_check_text(one->name, 255, "/attachments", "A file's name", error))
			fine = FALSE;
	}
	return fine;
}
