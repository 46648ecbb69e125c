#include "cases/tag_words.h"
#include "tag_words.sql.h"

json_t *
case_tag_words(Db *db, guint limit, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_TAG_WORDS, DB_ARGS(DB_INT(limit)), error);
	g_autoptr(json_t) list = NULL;
	g_autoptr(GError) why = NULL;

	if (rows == NULL)
		return NULL;
	list = json_array();
	while (db_rows_next(rows, &why))
		json_array_append_new(list, json_string_nocheck(db_rows_text(rows, "tag")));
	if (why != NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	return g_steal_pointer(&list);
}
