/* merged.c - what went into a case. Merging itself, and taking it back: cases/merge.c. */
#include "cases/merge.h"
#include "merged.sql.h"

enum { MOST_MERGED = 100 };

json_t *
case_merged_list(Db *db, gint64 id, gint64 now_ms, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_MERGED_INTO_CASE, DB_ARGS(DB_INT(id)), error);
	g_autoptr(json_t) list = NULL;
	g_autoptr(GError) why = NULL;

	if (rows == NULL)
		return NULL;
	list = json_array();
	while (json_array_size(list) < MOST_MERGED && db_rows_next(rows, &why)) {
		json_t *one = json_object();

		json_put_text(one, "ref", db_rows_text(rows, "ref"));
		json_put_text(one, "subject", db_rows_text(rows, "subject"));
		json_put_time(one, "at", db_rows_int(rows, "made_at"));
		json_put_bool(one, "can_undo", db_rows_int(rows, "made_at") + MERGE_UNDO_MS >= now_ms);
		json_array_append_new(list, one);
	}
	if (why != NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	return g_steal_pointer(&list);
}
