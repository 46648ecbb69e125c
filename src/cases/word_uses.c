/* word_uses.c - see the header. */
#include "cases/word_uses.h"
#include "word_uses.sql.h"

static const struct {
	const char *table, *column;
} trees[] = { { "categories", "category_id" }, { "products", "product_id" }, { "root_causes", "root_cause_id" } };

static const DbSql *
of_tree(Db *db, Tree tree)
{
	g_autoptr(GString) text = NULL;

	if (tree == TREE_CATEGORY)
		return &SQL_WORD_USES;
	text = g_string_new(SQL_WORD_USES.text);
	g_string_replace(text, "categories", trees[tree].table, 0);
	g_string_replace(text, "category_id", trees[tree].column, 0);
	return db_sql_compose(db, SQL_WORD_USES.name, text->str, SQL_WORD_USES.n_args);
}

static void
add(GHashTable *counts, const char *ref, gint64 n)
{
	gint64 *sum = g_hash_table_lookup(counts, ref);

	if (sum == NULL) {
		sum = g_new0(gint64, 1);
		g_hash_table_insert(counts, g_strdup(ref), sum);
	}
	*sum += n;
}

gboolean
word_uses_put(Db *db, Tree tree, json_t *items, gint64 *ret_looked_at, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(DbRows) rows = db_query(db, of_tree(db, tree), DB_ARGS(DB_INT(WORD_USES_CASES)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local))
		add(counts, db_rows_text(rows, "ref"), db_rows_int(rows, "n"));
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	g_clear_pointer(&rows, db_rows_free);
	/* By path: what is below stands behind, so that from the end on each is whole before it is added to what it is below. */
	for (size_t i = json_array_size(items); i-- > 0;) {
		json_t *one = json_array_get(items, i);
		const gint64 *n = g_hash_table_lookup(counts, json_text(one, "ref", ""));
		const char *parent = json_text(one, "parent", NULL);
		const gint64 own = n != NULL ? *n : 0;

		json_put_int(one, "n_cases", own);
		if (parent != NULL)
			add(counts, parent, own);
	}
	return db_query_int(db, &SQL_WORD_USES_OF, DB_ARGS(DB_INT(WORD_USES_CASES)), ret_looked_at, NULL, error);
}
