/* draft.c - what somebody began to write, kept on the server. Sending it: cases/message.c. Drafts of input from the
 * network are another thing: http/draft.h. */
#include "cases/record.h"
#include "store/memo.h"
#include "message.sql.h"
#include <string.h>

static gboolean
check(const char *kind, const char *body, GError **error)
{
	if (strcmp(kind, "reply") != 0 && strcmp(kind, "note") != 0) {
		err_add_field(error, "/kind", "One of: reply, note.");
		return FALSE;
	}
	return record_check_body(body, error);
}

gboolean
message_draft_save(Db *db, gint64 case_id, gint64 user_id, const char *kind, const char *body, gint64 base_version, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = NULL;

	if (!check(kind, body, error) || (tx = db_begin(db, error)) == NULL)
		return FALSE;
	if (body == NULL || body[0] == '\0') {
		if (!db_exec(db, &SQL_MESSAGE_DRAFT_CLEAR, DB_ARGS(DB_INT(user_id), DB_INT(case_id), DB_TEXT(kind)), NULL, error))
			return FALSE;
	} else if (!db_exec(db, &SQL_MESSAGE_DRAFT_SAVE,
	                    DB_ARGS(DB_INT(user_id), DB_INT(case_id), DB_TEXT(kind), DB_TEXT(body), DB_INT(base_version), DB_INT(now_ms)), NULL, error)) {
		return FALSE;
	}
	return db_tx_commit(tx, error);
}

gboolean
message_draft_take_back_in(Db *db, gint64 case_id, gint64 user_id, const char *body, gint64 base_version, const json_t *more, gint64 now_ms, GError **error)
{
	g_autofree char *text = json_write(more, NULL);

	return db_exec(db, &SQL_MESSAGE_DRAFT_TAKE_BACK, DB_ARGS(DB_INT(user_id), DB_INT(case_id), DB_TEXT(body), DB_INT(now_ms), DB_TEXT(text), DB_INT(base_version)), NULL, error);
}

/* What it had beside its words. */
static gboolean
put_more(json_t *draft, const char *text, GError **error)
{
	g_autoptr(json_t) more = text != NULL ? json_read(text, strlen(text), error) : NULL;
	const char *name;
	json_t *value;

	if (text == NULL)
		return TRUE;
	if (!json_is_object(more))
		return FALSE;
	json_object_foreach(more, name, value)
		json_put(draft, name, json_incref(value));
	return TRUE;
}

json_t *
message_draft_get(Db *db, gint64 case_id, gint64 user_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) known = memo_find(db, "drafts", case_id, user_id), out = NULL;
	g_autoptr(DbRows) rows = NULL;

	if (known != NULL)
		return json_deep_copy(known);
	if ((rows = db_query(db, &SQL_MESSAGE_DRAFTS, DB_ARGS(DB_INT(user_id), DB_INT(case_id)), error)) == NULL)
		return NULL;
	out = json_object();
	json_put(out, "reply", json_null());
	json_put(out, "note", json_null());
	while (db_rows_next(rows, &local)) {
		json_t *one = json_object();

		json_put_text(one, "body", db_rows_text(rows, "body"));
		json_put_int(one, "base_version", db_rows_int(rows, "base_version"));
		json_put_time(one, "saved_at", db_rows_int(rows, "saved_at"));
		json_put(out, db_rows_text(rows, "kind"), one);
		if (!put_more(one, db_rows_text(rows, "more"), error))
			return NULL;
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	memo_offer(db, "drafts", case_id, user_id, out);
	return g_steal_pointer(&out);
}
