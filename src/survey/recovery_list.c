/* recovery_list.c - lists of recoveries, for their page and for figures that open to their rows. */
#include "survey/recovery.h"
#include "recovery.sql.h"
#include <string.h>

static json_t *
to_json(DbRows *rows)
{
	json_t *one = json_object();

	json_put_text(one, "ref", db_rows_text(rows, "ref"));
	json_put_text(one, "kind", db_rows_text(rows, "kind"));
	json_put_int(one, "score", db_rows_int(rows, "score"));
	json_put_text(one, "state", db_rows_text(rows, "state"));
	json_put(one, "case", json_pair(db_rows_text(rows, "case_ref"), "subject", db_rows_text(rows, "subject")));
	json_put(one, "customer", json_pair(db_rows_text(rows, "customer_ref"), "name", db_rows_text(rows, "customer_name")));
	json_put_text(one, "survey", db_rows_text(rows, "survey"));
	json_put_text(one, "said", db_rows_text(rows, "said"));
	json_put(one, "assignee", json_pair(db_rows_text(rows, "assignee_ref"), "name", db_rows_text(rows, "assignee_name")));
	json_put(one, "owner", json_pair(db_rows_text(rows, "owner_ref"), "name", db_rows_text(rows, "owner_name")));
	json_put_time(one, "opened_at", db_rows_int(rows, "opened_at"));
	json_put_time(one, "due_at", db_rows_int(rows, "due_at"));
	json_put_bool(one, "is_late", !db_rows_is_null(rows, "late_at"));
	json_put_time(one, "done_at", db_rows_int(rows, "done_at"));
	json_put_text(one, "done_by", db_rows_text(rows, "done_by"));
	json_put_text(one, "words", db_rows_text(rows, "words"));
	json_put_time(one, "turned_at", db_rows_int(rows, "turned_at"));
	json_put_int(one, "version", db_rows_int(rows, "version"));
	return one;
}

static DbRows *
ask_open(Db *db, const RecoveryAsk *ask, GError **error)
{
	return db_query(db, &SQL_RECOVERY_LIST_OPEN, DB_ARGS(DB_INT(ask->assignee_id), DB_INT(ask->late_only), DB_INT(ask->after_at), DB_INT(ask->after_id), DB_INT(ask->limit + 1)), error);
}

static DbRows *
ask_all(Db *db, const RecoveryAsk *ask, GError **error)
{
	return db_query(db, &SQL_RECOVERY_LIST_ALL,
	                DB_ARGS(DB_INT(ask->from_ms), DB_INT(ask->to_ms != 0 ? ask->to_ms : G_MAXINT64), DB_INT(ask->state != NULL), DB_INT(ask->assignee_id), DB_INT(ask->in_time_only),
	                        DB_INT(ask->turned_only), DB_INT(ask->team_id), DB_INT(ask->after_at != 0 ? ask->after_at : G_MAXINT64), DB_INT(ask->after_id != 0 ? ask->after_id : G_MAXINT64),
	                        DB_INT(ask->limit + 1)),
	                error);
}

json_t *
recovery_list(Db *db, const RecoveryAsk *ask, GError **error)
{
	gboolean open = g_strcmp0(ask->state, "open") == 0;
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) value = json_object();
	g_autoptr(DbRows) rows = open ? ask_open(db, ask, error) : ask_all(db, ask, error);
	json_t *list = json_array(), *next;
	gint64 at = 0, id = 0;

	json_put(value, "recoveries", list);
	json_put(value, "next", json_null());
	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		if (json_array_size(list) == ask->limit) {
			next = json_object();
			json_put_int(next, "at", at);
			json_put_int(next, "id", id);
			json_put(value, "next", next);
			break;
		}
		at = db_rows_int(rows, open ? "due_at" : "opened_at");
		id = db_rows_int(rows, "id");
		json_array_append_new(list, to_json(rows));
	}
	if (local == NULL)
		return g_steal_pointer(&value);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

gboolean
recovery_counts(Db *db, gint64 user_id, gint64 *ret_open, gint64 *ret_late, gint64 *ret_mine, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_RECOVERY_COUNTS, DB_ARGS(DB_INT(user_id)), error);

	if (rows == NULL || !db_rows_next(rows, error))
		return FALSE;
	*ret_open = db_rows_int(rows, "n_open");
	*ret_late = db_rows_int(rows, "n_late");
	*ret_mine = db_rows_int(rows, "n_mine");
	return TRUE;
}
