/* promise.c - reading promises. Their life: promise/promise_life.c. */
#include "promise/promise.h"
#include "base/ids.h"
#include "promise/promise_row.h"
#include "promise.sql.h"
#include <string.h>

const char *const promise_states[] = { "open", "kept", "broken", "withdrawn", NULL };
const char *const promise_sources[] = { "hand", "words", NULL };

void
promise_free(Promise *it)
{
	if (it == NULL)
		return;
	g_free(it->ref);
	g_free(it->what);
	g_free(it->state);
	g_free(it->source);
	g_free(it->reason);
	g_free(it->case_ref);
	g_free(it->owner_ref);
	g_free(it->owner_name);
	g_free(it->maker_ref);
	g_free(it->maker_name);
	g_free(it->message_ref);
	g_free(it);
}

static Promise *
read_row(DbRows *rows, gboolean joined)
{
	Promise *it = g_new0(Promise, 1);

	it->id = db_rows_int(rows, "id");
	it->ref = g_strdup(db_rows_text(rows, "ref"));
	it->case_id = db_rows_int(rows, "case_id");
	it->what = g_strdup(db_rows_text(rows, "what"));
	it->due_at = db_rows_int(rows, "due_at");
	it->first_due_at = db_rows_int(rows, "first_due_at");
	it->whole_day = db_rows_int(rows, "whole_day") != 0;
	it->owner_id = db_rows_int(rows, "owner_id");
	it->state = g_strdup(db_rows_text(rows, "state"));
	it->source = g_strdup(db_rows_text(rows, "source"));
	it->message_id = db_rows_int(rows, "message_id");
	it->span_start = db_rows_int(rows, "span_start");
	it->span_end = db_rows_int(rows, "span_end");
	it->certainty = db_rows_int(rows, "certainty");
	it->made_at = db_rows_int(rows, "made_at");
	it->made_by = db_rows_int(rows, "made_by");
	it->kept_at = db_rows_int(rows, "kept_at");
	it->ended_at = db_rows_int(rows, "ended_at");
	it->reason = g_strdup(db_rows_text(rows, "reason"));
	it->n_moved = db_rows_int(rows, "n_moved");
	it->told = db_rows_int(rows, "told");
	it->next_at = db_rows_int(rows, "next_at");
	it->version = db_rows_int(rows, "version");
	if (!joined)
		return it;
	it->case_ref = g_strdup(db_rows_text(rows, "case_ref"));
	it->owner_ref = g_strdup(db_rows_text(rows, "owner_ref"));
	it->owner_name = g_strdup(db_rows_text(rows, "owner_name"));
	it->maker_ref = g_strdup(db_rows_text(rows, "maker_ref"));
	it->maker_name = g_strdup(db_rows_text(rows, "maker_name"));
	it->message_ref = g_strdup(db_rows_text(rows, "message_ref"));
	return it;
}

static Promise *
read_one(DbRows *rows, gboolean joined, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return read_row(rows, joined);
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no such promise");
	return NULL;
}

Promise *
promise_get(Db *db, gint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_PROMISE_BY_ID, DB_ARGS(DB_INT(id)), error);

	return read_one(rows, TRUE, error);
}

Promise *
promise_by_ref(Db *db, const char *ref, GError **error)
{
	char written[REF_SIZE] = "";
	g_autoptr(DbRows) rows = NULL;

	ref_read(ref, written);
	rows = db_query(db, &SQL_PROMISE_BY_REF, DB_ARGS(DB_TEXT(written)), error);
	return read_one(rows, TRUE, error);
}

Promise *
promise_lock(Db *db, gint64 id, gint64 version, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_PROMISE_LOCK, DB_ARGS(DB_INT(id)), error);
	g_autoptr(Promise) it = read_one(rows, FALSE, error);

	if (it == NULL)
		return NULL;
	if (version != 0 && version != it->version) {
		g_set_error(error, ERR, ERR_CONFLICT, "promise %s has changed since you looked", it->ref);
		return NULL;
	}
	return g_steal_pointer(&it);
}

gboolean
promise_save(Db *db, Promise *it, GError **error)
{
	it->version++;
	return db_exec(db, &SQL_PROMISE_SAVE,
		DB_ARGS(DB_INT(it->id), DB_TEXT(it->what), DB_INT(it->due_at), DB_BOOL(it->whole_day), DB_INT_OR_NULL(it->owner_id),
			DB_TEXT(it->state), DB_INT_OR_NULL(it->kept_at), DB_INT_OR_NULL(it->ended_at), DB_TEXT(it->reason),
			DB_INT(it->n_moved), DB_INT(it->told), DB_INT_OR_NULL(it->next_at), DB_INT(it->version)),
		NULL, error);
}

GPtrArray *
promise_list(Db *db, gint64 case_id, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)promise_free);
	g_autoptr(DbRows) rows = db_query(db, &SQL_PROMISE_ROWS, DB_ARGS(DB_INT(case_id)), error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		g_ptr_array_add(list, read_row(rows, TRUE));
	if (!db_ended(&local, error))
		return NULL;
	return g_steal_pointer(&list);
}

gboolean
promise_sum(Db *db, gint64 case_id, gint64 *ret_n, gint64 *ret_n_broken, gint64 *ret_due_at, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_PROMISE_SUM, DB_ARGS(DB_INT(case_id)), error);

	if (rows == NULL || !db_rows_next(rows, error))
		return FALSE;
	*ret_n = db_rows_int(rows, "n");
	*ret_n_broken = db_rows_int(rows, "n_broken");
	*ret_due_at = db_rows_int(rows, "due_at");
	return TRUE;
}

static void
put_person(json_t *out, const char *key, const char *ref, const char *name)
{
	json_t *one = ref != NULL ? json_object() : json_null();

	if (ref != NULL) {
		json_put_text(one, "ref", ref);
		json_put_text(one, "name", name);
	}
	json_put(out, key, one);
}

json_t *
promise_to_json(const Promise *it, gint64 now_ms)
{
	json_t *out = json_object();
	gboolean open = strcmp(it->state, "open") == 0;

	json_put_text(out, "ref", it->ref);
	json_put_text(out, "case", it->case_ref);
	json_put_text(out, "what", it->what);
	json_put_text(out, "state", it->state);
	json_put_bool(out, "late", (open && now_ms > it->due_at) || it->kept_at > it->due_at);
	json_put_time(out, "due_at", it->due_at);
	json_put_time(out, "first_due_at", it->first_due_at);
	json_put_bool(out, "whole_day", it->whole_day);
	put_person(out, "owner", it->owner_ref, it->owner_name);
	json_put_time(out, "made_at", it->made_at);
	put_person(out, "made_by", it->maker_ref, it->maker_name);
	json_put_text(out, "source", it->source);
	json_put_text(out, "message", it->message_ref);
	if (strcmp(it->source, "words") == 0)
		json_put_int(out, "certainty", it->certainty);
	else
		json_put(out, "certainty", json_null());
	json_put_time(out, "kept_at", it->kept_at);
	json_put_time(out, "ended_at", it->ended_at);
	json_put_text(out, "reason", it->reason);
	json_put_int(out, "n_moved", it->n_moved);
	json_put_int(out, "version", it->version);
	return out;
}

gboolean
promise_soon_on(Db *db, gint64 case_id, gint64 *ret_at, GError **error)
{
	gboolean found = FALSE;
	gint64 at = 0;

	if (!db_query_int(db, &SQL_PROMISE_SOON, DB_ARGS(DB_INT(case_id)), &at, &found, error))
		return FALSE;
	*ret_at = found ? at : 0;
	return TRUE;
}
