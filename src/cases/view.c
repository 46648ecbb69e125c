/* view.c - saved views. What a query means: cases/query.c. */
#include "cases/view.h"
#include "base/ids.h"
#include "cases/list.h"
#include "cases/record.h"
#include "store/events.h"
#include "store/refs.h"
#include "view.sql.h"
#include <string.h>

enum { MAX_VIEWS = 100, MAX_NAME = 80, MAX_QUERY = 1000 };

static json_t *
view_row(DbRows *rows, gint64 user_id)
{
	json_t *one = json_object(), *owner = json_object();

	json_put_text(one, "ref", db_rows_text(rows, "ref"));
	json_put_text(one, "name", db_rows_text(rows, "name"));
	json_put_text(one, "query", db_rows_text(rows, "query"));
	json_put_text(one, "sort", db_rows_text(rows, "sort"));
	json_put_bool(one, "shared", db_rows_int(rows, "shared") != 0);
	json_put_bool(one, "mine", db_rows_int(rows, "user_id") == user_id);
	json_put_text(owner, "ref", db_rows_text(rows, "owner_ref"));
	json_put_text(owner, "name", db_rows_text(rows, "owner_name"));
	json_put(one, "owner", owner);
	return one;
}

json_t *
saved_view_list(Db *db, gint64 user_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = db_query(db, &SQL_VIEW_ROWS, DB_ARGS(DB_INT(user_id)), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		json_array_append_new(list, view_row(rows, user_id));
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}

static json_t *
read_view(Db *db, const char *ref, gint64 user_id, gint64 *ret_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	char written[REF_SIZE] = "";

	ref_read(ref, written);
	if ((rows = db_query(db, &SQL_VIEW_BY_REF, DB_ARGS(DB_TEXT(written), DB_INT(user_id)), error)) == NULL)
		return NULL;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no such view");
		return NULL;
	}
	if (ret_id != NULL)
		*ret_id = db_rows_int(rows, "id");
	return view_row(rows, user_id);
}

json_t *
saved_view_get(Db *db, const char *ref, gint64 user_id, GError **error)
{
	return read_view(db, ref, user_id, NULL, error);
}

static gboolean
check(const char *name, const char *query, const char *sort, gboolean shared, const Actor *actor, GError **error)
{
	g_autoptr(GError) faults = NULL;

	if (name == NULL || name[strspn(name, " \t")] == '\0')
		err_add_field(&faults, "/name", "A view needs a name.");
	record_check_text(name, MAX_NAME, "/name", "A name", &faults);
	record_check_text(query, MAX_QUERY, "/query", "A search", &faults);
	if (!case_word_is(case_sorts, sort, NULL))
		err_add_field(&faults, "/sort", "There is no such order.");
	if (faults != NULL) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return FALSE;
	}
	return !shared || actor_must(actor, "view.share", error);
}

static gboolean
say(Db *db, const char *kind, gint64 id, const char *name, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_object();

	json_put_text(facts, "name", name);
	return event_add(db, &(Event){ .kind = kind, .subject_id = id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

gboolean
saved_view_add(Db *db, const char *name, const char *query, const char *sort, gboolean shared, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	const char *order = sort != NULL ? sort : case_sorts[0];
	char ref[REF_SIZE];
	gint64 id, n;

	if (!check(name, query, order, shared, actor, error) || (tx = db_begin(db, error)) == NULL ||
	    !db_query_int(db, &SQL_VIEW_COUNT, DB_ARGS(DB_INT(actor->user_id)), &n, NULL, error))
		return FALSE;
	if (n >= MAX_VIEWS) {
		g_set_error(error, ERR, ERR_LIMIT, "at most %d saved views: remove one first", MAX_VIEWS);
		return FALSE;
	}
	if (!ref_insert(db, &SQL_VIEW_INSERT, ref,
	                DB_ARGS(DB_TEXT(ref), DB_INT(actor->user_id), DB_BOOL(shared), DB_TEXT(name), DB_TEXT(query != NULL ? query : ""), DB_TEXT(order), DB_INT(now_ms)),
	                  &id, NULL, error) ||
	    !say(db, "view.added", id, name, actor, now_ms, error) || !db_tx_commit(tx, error))
		return FALSE;
	if (ret_ref != NULL)
		g_strlcpy(ret_ref, ref, 16);
	return TRUE;
}

gboolean
saved_view_change(Db *db, const char *ref, const char *name, const char *query, const char *sort, int shared, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(json_t) old = NULL;
	gboolean was_shared, share;
	gint64 id;

	if (tx == NULL || (old = read_view(db, ref, actor->user_id, &id, error)) == NULL)
		return FALSE;
	if (!json_flag(old, "mine", FALSE)) {
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no such view of yours");
		return FALSE;
	}
	was_shared = json_flag(old, "shared", FALSE);
	share = shared < 0 ? was_shared : shared != 0;
	name = name != NULL ? name : json_text(old, "name", "");
	query = query != NULL ? query : json_text(old, "query", "");
	sort = sort != NULL ? sort : json_text(old, "sort", "");
	return check(name, query, sort, share && !was_shared, actor, error) &&
	       db_exec(db, &SQL_VIEW_UPDATE, DB_ARGS(DB_INT(id), DB_BOOL(share), DB_TEXT(name), DB_TEXT(query), DB_TEXT(sort)), NULL, error) &&
	       say(db, "view.changed", id, name, actor, now_ms, error) && db_tx_commit(tx, error);
}

gboolean
saved_view_remove(Db *db, const char *ref, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(json_t) old = NULL;
	gint64 id;

	if (tx == NULL || (old = read_view(db, ref, actor->user_id, &id, error)) == NULL)
		return FALSE;
	if (!json_flag(old, "mine", FALSE) && !actor_must(actor, "view.share", error))
		return FALSE;
	return db_exec(db, &SQL_VIEW_REMOVE, DB_ARGS(DB_INT(id), DB_INT(now_ms)), NULL, error) &&
	       say(db, "view.removed", id, json_text(old, "name", ""), actor, now_ms, error) && db_tx_commit(tx, error);
}
