/* theirs.c - see the header. */
#include "cases/theirs.h"
#include "cases/message.h"
#include "cases/moved.h"
#include "theirs.sql.h"

enum { MAX_MERGES = 8 };

typedef struct {
	gint64 id, case_id, customer_id; /* the row; the other case, and whose the merged one is */
	json_t *moved;
} Merged;

static void
merged_clear(gpointer data)
{
	json_decref(((Merged *)data)->moved);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Merged, merged_clear)

static GArray *
merged_into(Db *db, gint64 case_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(Merged));
	g_autoptr(DbRows) rows = db_query(db, &SQL_THEIRS_MERGES, DB_ARGS(DB_INT(case_id)), error);

	g_array_set_clear_func(list, merged_clear);
	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		Merged one = { .case_id = db_rows_int(rows, "source_id"), .customer_id = db_rows_int(rows, "customer_id"), .moved = json_loads(db_rows_text(rows, "moved"), 0, NULL) };

		g_array_append_val(list, one);
	}
	if (local == NULL)
		return g_steal_pointer(&list);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

/* The ids of what came, by however many merges, from cases of somebody else. A customer nobody knows is somebody else. */
static gboolean
collect_foreign(Db *db, gint64 case_id, gint64 customer_id, guint depth, GHashTable *ids, GError **error)
{
	g_autoptr(GArray) list = merged_into(db, case_id, error);

	if (list == NULL)
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const Merged *one = &g_array_index(list, Merged, i);

		if (one->customer_id == 0 || one->customer_id != customer_id)
			moved_add(ids, one->moved);
		if (depth < MAX_MERGES && !collect_foreign(db, one->case_id, customer_id, depth + 1, ids, error))
			return FALSE;
	}
	return TRUE;
}

/* The messages of @holder whose ids are in @ids, or those whose are not. */
static json_t *
pick(Db *db, gint64 holder, GHashTable *ids, gboolean wanted, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) all = message_list(db, holder, FALSE, 0, error), list = json_array();
	g_autoptr(GHashTable) refs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(DbRows) rows = NULL;
	json_t *one;
	size_t at;

	if (all == NULL || (rows = db_query(db, &SQL_THEIRS_IDS, DB_ARGS(DB_INT(holder)), error)) == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "id");

		if (g_hash_table_contains(ids, &id) == wanted)
			g_hash_table_add(refs, g_strdup(db_rows_text(rows, "ref")));
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	json_array_foreach(all, at, one)
		if (g_hash_table_contains(refs, json_text(one, "ref", "")))
			json_array_append(list, one);
	return g_steal_pointer(&list);
}

static gboolean
find_merge(Db *db, gint64 source_id, Merged *ret_merge, gboolean *ret_found, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_THEIRS_MERGE, DB_ARGS(DB_INT(source_id)), error);

	if (rows == NULL)
		return FALSE;
	if ((*ret_found = db_rows_next(rows, &local)))
		*ret_merge = (Merged){ db_rows_int(rows, "id"), db_rows_int(rows, "target_id"), db_rows_int(rows, "customer_id"), json_loads(db_rows_text(rows, "moved"), 0, NULL) };
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* Where what was on @case_id is now. */
static gboolean
find_holder(Db *db, gint64 case_id, gint64 *ret_id, GError **error)
{
	gboolean found = TRUE;

	for (guint i = 0; found && i < MAX_MERGES; i++) {
		g_auto(Merged) merge = { 0 };

		if (!find_merge(db, case_id, &merge, &found, error))
			return FALSE;
		if (found)
			case_id = merge.case_id;
	}
	*ret_id = case_id;
	return TRUE;
}

static gboolean
is_in(gpointer id, gpointer value, gpointer foreign)
{
	return g_hash_table_contains(foreign, id);
}

json_t *
case_theirs(Db *db, const Case *it, GError **error)
{
	g_autoptr(GHashTable) ids = moved_set(), foreign = NULL;
	g_auto(Merged) merge = { 0 };
	gboolean merged = FALSE;
	gint64 holder = it->id;

	if (it->merged_into == 0) {
		if (!collect_foreign(db, it->id, it->customer_id, 0, ids, error))
			return NULL;
		return g_hash_table_size(ids) == 0 ? message_list(db, it->id, FALSE, 0, error) : pick(db, it->id, ids, FALSE, error);
	}
	if (!find_merge(db, it->id, &merge, &merged, error) || !find_holder(db, it->id, &holder, error))
		return NULL;
	moved_add(ids, merge.moved);
	/* What had been merged into this one before it was itself merged. */
	foreign = moved_set();
	if (!collect_foreign(db, it->id, it->customer_id, 0, foreign, error))
		return NULL;
	g_hash_table_foreach_remove(ids, is_in, foreign);
	return pick(db, holder, ids, TRUE, error);
}

gboolean
case_theirs_keep(Db *db, gint64 merged_id, gint64 target_customer_id, gint64 message_id, GError **error)
{
	g_auto(Merged) merge = { 0 };
	g_autofree char *moved = NULL;
	gboolean found = FALSE;

	if (!find_merge(db, merged_id, &merge, &found, error))
		return FALSE;
	if (!found || merge.moved == NULL || (merge.customer_id != 0 && merge.customer_id == target_customer_id))
		return TRUE;
	json_array_append_new(json_object_get(merge.moved, "messages"), json_integer(message_id));
	moved = json_write(merge.moved, NULL);
	return db_exec(db, &SQL_THEIRS_MOVED, DB_ARGS(DB_INT(merge.id), DB_TEXT(moved)), NULL, error);
}
