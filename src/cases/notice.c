/* notice.c - reading what somebody should know. Who causes them: cases/message.c, assign.c, stage.c. */
#include "cases/notice.h"
#include "store/many.h"
#include "store/memo.h"
#include "notice.sql.h"
#include <string.h>

static json_t *
facts_of(const char *text)
{
	json_t *facts = text != NULL ? json_loads(text, 0, NULL) : NULL;

	return facts != NULL ? facts : json_object();
}

gboolean
notice_add(Db *db, gint64 user_id, const char *kind, gint64 case_id, gint64 message_id, gint64 by_id, json_t *facts, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) taken = facts;
	g_autofree char *text = taken != NULL ? json_write(taken, NULL) : NULL;

	return db_exec(db, &SQL_NOTICE_INSERT,
	               DB_ARGS(DB_INT(user_id), DB_TEXT(kind), DB_INT_OR_NULL(case_id), DB_INT_OR_NULL(message_id), DB_INT_OR_NULL(by_id), DB_TEXT(text), DB_INT(now_ms)), NULL, error);
}

enum { NOTICE_ARGS = 7 };

gboolean
notice_add_many(Db *db, const NewNotice *notices, guint n, gint64 now_ms, GError **error)
{
	g_autofree DbArg *args = g_new(DbArg, (gsize)n * NOTICE_ARGS);
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < n; i++) {
		const NewNotice *one = &notices[i];
		char *text = one->facts != NULL ? json_write(one->facts, NULL) : NULL;
		const DbArg row[NOTICE_ARGS] = { DB_INT(one->user_id), DB_TEXT(one->kind), DB_INT_OR_NULL(one->case_id), DB_NULL, DB_NULL, DB_TEXT(text), DB_INT(now_ms) };

		g_ptr_array_add(texts, text);
		memcpy(args + (gsize)i * NOTICE_ARGS, row, sizeof row);
	}
	return db_exec_many(db, &SQL_NOTICE_INSERT, args, n, NULL, NULL, error);
}

json_t *
notice_list(Db *db, gint64 user_id, gboolean unread_only, gint64 before_id, guint limit, GError **error)
{
	const guint asked = CLAMP(limit, 1, 200);
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) out = json_object();
	g_autoptr(DbRows) rows = db_query(db, unread_only ? &SQL_NOTICE_ROWS_UNREAD : &SQL_NOTICE_ROWS,
		DB_ARGS(DB_INT(user_id), DB_INT(before_id > 0 ? before_id : G_MAXINT64), DB_INT(asked + 1)), error);
	json_t *list = json_array();
	gint64 last = 0;

	json_put(out, "notices", list);
	json_put(out, "next", json_null());
	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		json_t *one;

		if (json_array_size(list) == asked) {
			json_put_int(out, "next", last);
			break;
		}
		one = json_object();
		last = db_rows_int(rows, "id");
		json_put_int(one, "id", last);
		json_put_text(one, "kind", db_rows_text(rows, "kind"));
		json_put(one, "facts", facts_of(db_rows_text(rows, "facts")));
		json_put_time(one, "made_at", db_rows_int(rows, "made_at"));
		json_put_time(one, "read_at", db_rows_int(rows, "read_at"));
		json_put(one, "case", json_pair(db_rows_text(rows, "case_ref"), "subject", db_rows_text(rows, "subject")));
		json_put_text(one, "message", db_rows_text(rows, "message_ref"));
		json_put(one, "by", json_pair(db_rows_text(rows, "by_ref"), "name", db_rows_text(rows, "by_name")));
		json_array_append_new(list, one);
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&out);
}

gboolean
notice_count_unread(Db *db, gint64 user_id, gint64 *ret_n, GError **error)
{
	return memo_query_int(db, &SQL_NOTICE_COUNT, DB_ARGS(DB_INT(user_id)), ret_n, NULL, error);
}

gboolean
notice_mark_read(Db *db, gint64 user_id, gint64 id, gint64 case_id, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && db_exec(db, &SQL_NOTICE_READ, DB_ARGS(DB_INT(user_id), DB_INT(id), DB_INT(case_id), DB_INT(now_ms)), NULL, error) &&
	       db_tx_commit(tx, error);
}
