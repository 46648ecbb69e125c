/* search_pg.c - finding documents by PostgreSQL's tsvector. The text was folded by us, so that words are the same as on
 * SQLite; the planner chooses between the words' index and the newest documents. */
#include "store/search_engine.h"
#include "search_pg.sql.h"

static void
add_phrase(GString *out, const GPtrArray *words)
{
	g_string_append_c(out, '(');
	for (guint i = 0; i < words->len; i++) /* letters and digits only */
		g_string_append_printf(out, "%s'%s'", i > 0 ? " <-> " : "", (const char *)words->pdata[i]);
	g_string_append_c(out, ')');
}

static char *
expression(const SearchQuery *query)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < query->wanted->len; i++) {
		g_string_append(out, i > 0 ? " & " : "");
		add_phrase(out, query->wanted->pdata[i]);
	}
	if (query->prefix != NULL)
		g_string_append_printf(out, "%s'%s':*", query->wanted->len > 0 ? " & " : "", query->prefix);
	for (guint i = 0; i < query->without->len; i++) {
		g_string_append(out, " & !");
		add_phrase(out, query->without->pdata[i]);
	}
	return g_string_free(out, FALSE);
}

gboolean
search_pg_find(Db *db, const SearchQuery *query, guint newest, GArray *docs, gboolean *ret_partial, GError **error)
{
	g_autofree char *text = expression(query);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_SEARCH_MATCH_PG, DB_ARGS(DB_TEXT(text), DB_INT((gint64)newest + 1)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		SearchDoc doc = { db_rows_int(rows, "id"), MIN(db_rows_real(rows, "rank"), 1), 0 };

		g_array_append_val(docs, doc);
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	*ret_partial = docs->len > newest;
	if (docs->len > newest)
		g_array_set_size(docs, newest);
	return TRUE;
}
