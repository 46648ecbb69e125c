/* merge.c - two customers who are one, and their undoing. See customer.h. */
#include "customer/private.h"
#include "merge.sql.h"
#include <string.h>

static gboolean
conflict(GError **error, const char *message)
{
	g_set_error_literal(error, ERR, ERR_CONFLICT, message);
	return FALSE;
}

/* Moves all rows of one table and notes their ids in @moved under @key. */
static gboolean
move_rows(Db *db, const DbSql *sql, gint64 from_id, gint64 to_id, json_t *moved, const char *key, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, sql, DB_ARGS(DB_INT(from_id), DB_INT(to_id)), error);
	g_autoptr(GError) local = NULL;
	json_t *ids = json_array();

	json_put(moved, key, ids);
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local))
		json_array_append_new(ids, json_integer(db_rows_int(rows, "id")));
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* The source's name for a target that has none. */
static gboolean
lend_name(Db *db, const Customer *source, const Customer *target, json_t *moved, GError **error)
{
	g_autofree char *key = name_fold(source->name);

	if (target->name[0] != '\0' || source->name[0] == '\0')
		return TRUE;
	json_put_bool(moved, "name", TRUE);
	return db_exec(db, &SQL_CUSTOMER_TAKE_NAME, DB_ARGS(DB_INT(target->id), DB_TEXT(source->name), DB_TEXT(key != NULL ? key : "")), NULL, error);
}

static gboolean
merge_event(Db *db, const char *kind, gint64 source_id, gint64 target_id, const json_t *moved, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_object();

	json_put_int(facts, "source", source_id);
	json_put_int(facts, "n_cases", (gint64)json_array_size(json_object_get(moved, "cases")));
	json_put_int(facts, "n_contacts", (gint64)json_array_size(json_object_get(moved, "contacts")));
	return customer_event(db, kind, target_id, facts, actor, now_ms, error);
}

static gboolean
merge_in(Db *db, const Customer *source, const Customer *target, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) moved = json_object();
	g_autofree char *text = NULL;
	gint64 changed = 0;

	/* The target first: a merge the other way round at the same time waits here and then finds it gone. */
	if (!db_exec(db, &SQL_CUSTOMER_TOUCH_TARGET, DB_ARGS(DB_INT(target->id)), &changed, error))
		return FALSE;
	if (changed == 0)
		return conflict(error, "the other customer was merged meanwhile");
	if (!db_exec(db, &SQL_CUSTOMER_MARK_MERGED, DB_ARGS(DB_INT(source->id), DB_INT(target->id)), &changed, error))
		return FALSE;
	if (changed == 0)
		return conflict(error, "this customer is merged already");
	if (!move_rows(db, &SQL_MERGE_MOVE_CONTACTS, source->id, target->id, moved, "contacts", error) ||
		!move_rows(db, &SQL_MERGE_MOVE_CASES, source->id, target->id, moved, "cases", error) ||
		!lend_name(db, source, target, moved, error))
		return FALSE;
	text = json_write(moved, NULL);
	return db_exec(db, &SQL_MERGE_INSERT,
		       DB_ARGS(DB_INT(source->id), DB_INT(target->id), DB_TEXT(text), DB_INT_OR_NULL(actor->user_id), DB_INT(now_ms)), NULL, error) &&
		merge_event(db, "customer.merged", source->id, target->id, moved, actor, now_ms, error);
}

gboolean
customer_merge(Db *db, gint64 source_id, gint64 target_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(Customer) source = NULL;
	g_autoptr(Customer) target = NULL;

	if (source_id == target_id)
		return conflict(error, "a customer cannot be merged with themselves");
	if ((tx = db_begin(db, error)) == NULL || (source = customer_get(db, source_id, error)) == NULL ||
		(target = customer_get(db, target_id, error)) == NULL)
		return FALSE;
	if (source->merged_into != 0)
		return conflict(error, "this customer is merged already");
	if (target->merged_into != 0)
		return conflict(error, "the other customer is merged already");
	return merge_in(db, source, target, actor, now_ms, error) && db_tx_commit(tx, error);
}

typedef struct {
	gint64 id, target_id, made_at;
	json_t *moved;
} Merge;

static void
merge_clear(Merge *merge)
{
	json_decref(merge->moved);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Merge, merge_clear)

static gboolean
read_merge(Db *db, gint64 source_id, Merge *merge, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_MERGE_LAST, DB_ARGS(DB_INT(source_id)), error);
	g_autoptr(GError) local = NULL;
	const char *text;

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows, &local)) {
		if (local == NULL)
			return conflict(error, "this customer is not merged");
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	merge->id = db_rows_int(rows, "id");
	merge->target_id = db_rows_int(rows, "target_id");
	merge->made_at = db_rows_int(rows, "made_at");
	text = db_rows_text(rows, "moved");
	merge->moved = json_read(text, strlen(text), error);
	return merge->moved != NULL;
}

static gboolean
rows_back(Db *db, const DbSql *sql, const json_t *ids, gint64 to_id, gint64 from_id, GError **error)
{
	for (gsize i = 0; i < json_array_size(ids); i++)
		if (!db_exec(db, sql, DB_ARGS(DB_INT(json_integer_value(json_array_get(ids, i))), DB_INT(to_id), DB_INT(from_id)), NULL, error))
			return FALSE;
	return TRUE;
}

static gboolean
undo_in(Db *db, gint64 source_id, const Merge *merge, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Customer) source = customer_get(db, source_id, error);
	gint64 holder = 0, changed = 0;

	if (source == NULL || !customer_follow(db, merge->target_id, &holder, error))
		return FALSE;
	if (!db_exec(db, &SQL_MERGE_MARK_UNDONE, DB_ARGS(DB_INT(merge->id), DB_INT(now_ms)), &changed, error))
		return FALSE;
	if (changed == 0)
		return conflict(error, "this merge was undone meanwhile");
	if (!db_exec(db, &SQL_CUSTOMER_MARK_UNMERGED, DB_ARGS(DB_INT(source_id)), NULL, error) ||
		!rows_back(db, &SQL_MERGE_CONTACT_BACK, json_object_get(merge->moved, "contacts"), source_id, holder, error) ||
		!rows_back(db, &SQL_MERGE_CASE_BACK, json_object_get(merge->moved, "cases"), source_id, holder, error))
		return FALSE;
	if (json_flag(merge->moved, "name", FALSE) &&
		!db_exec(db, &SQL_CUSTOMER_GIVE_NAME_BACK, DB_ARGS(DB_INT(merge->target_id), DB_TEXT(source->name)), NULL, error))
		return FALSE;
	return db_exec(db, &SQL_CUSTOMER_TOUCH_TARGET, DB_ARGS(DB_INT(holder)), NULL, error) &&
		merge_event(db, "customer.unmerged", source_id, merge->target_id, merge->moved, actor, now_ms, error);
}

gboolean
customer_merge_undo(Db *db, gint64 source_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_auto(Merge) merge = { 0 };

	if (tx == NULL || !read_merge(db, source_id, &merge, error))
		return FALSE;
	if (now_ms - merge.made_at > CUSTOMER_UNDO_MS)
		return conflict(error, "a merge can be undone for 7 days only");
	return undo_in(db, source_id, &merge, actor, now_ms, error) && db_tx_commit(tx, error);
}

json_t *
customer_merged_list(Db *db, gint64 id, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) list = json_array();
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MERGE_LIST_OF_TARGET, DB_ARGS(DB_INT(id), DB_INT(now_ms - CUSTOMER_UNDO_MS)), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		json_t *one = json_object();

		json_put_text(one, "ref", db_rows_text(rows, "ref"));
		json_put_text(one, "name", db_rows_text(rows, "name"));
		json_put_time(one, "at", db_rows_int(rows, "made_at"));
		json_put_time(one, "until", db_rows_int(rows, "made_at") + CUSTOMER_UNDO_MS);
		json_array_append_new(list, one);
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}
