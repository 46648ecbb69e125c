/* few.c - a page of the queue where few cases are left. Where many are: cases/walk.c. */
#include "cases/few.h"
#include "list.sql.h"

enum { BATCH = 32 }; /* places in list_keys_of */

static void
put_source(const Source *source, Where *where)
{
	g_string_append_printf(where->text, "%s WHERE ", source->head->text);
	where_put(where, source->piece, (const DbArg *)source->args->data, source->args->len);
}

static gboolean
is_few(Db *db, const Source *source, gboolean *ret_few, GError **error)
{
	g_auto(Where) where = { 0 };
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;

	where_init(&where, "");
	put_source(source, &where);
	WHERE_PUT(&where, " LIMIT 1 OFFSET ?", DB_INT(source->most));
	if ((rows = where_query(&where, db, "list_probe", error)) == NULL)
		return FALSE;
	*ret_few = !db_rows_next(rows, &local);
	return db_ended(&local, error);
}

static gboolean
read_all(Db *db, const Filter *filter, Sort sort, Where *where, GArray *out, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = where_query(where, db, "list_few", error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		Candidate one = { .place = order_read(filter, sort, rows) };

		one.id = one.place.id;
		g_array_append_val(out, one);
	}
	return db_ended(&local, error);
}

gboolean
few_of_source(Db *db, const Filter *filter, Sort sort, GArray *ret_candidates, gboolean *ret_few, GError **error)
{
	*ret_few = FALSE;
	for (guint i = 0; i < filter->sources->len && !*ret_few; i++) {
		const Source *source = filter->sources->pdata[i];
		g_auto(Where) where = { 0 };

		if (!is_few(db, source, ret_few, error))
			return FALSE;
		if (!*ret_few)
			continue;
		where_init(&where, SQL_LIST_KEYS.text);
		/* The limit keeps the engine from looking for another way; only behind it those that come twice are told. */
		g_string_append(where.text, " JOIN (SELECT DISTINCT g.id FROM (");
		put_source(source, &where);
		WHERE_PUT(&where, " LIMIT ?) g) f ON f.id = c.id WHERE 1 = 1", DB_INT(source->most));
		filter_put_scope(filter, &where);
		filter_put(filter, NATIVE_NOT, &where);
		if (!read_all(db, filter, sort, &where, ret_candidates, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
read_batch(Db *db, const Filter *filter, Sort sort, const GArray *hits, guint from, GArray *out, GError **error)
{
	g_auto(Where) where = { 0 };
	DbArg ids[BATCH];

	/* The last batch is filled up, so that there is one statement for all. */
	for (guint i = 0; i < BATCH; i++)
		ids[i] = DB_INT(g_array_index(hits, SearchHit, MIN(from + i, hits->len - 1)).case_id);
	where_init_with(&where, SQL_LIST_KEYS_OF.text, ids, BATCH);
	filter_put_scope(filter, &where);
	filter_put(filter, NATIVE_NOT, &where);
	return read_all(db, filter, sort, &where, out, error);
}

gboolean
few_of_hits(Db *db, const Filter *filter, Sort sort, const GArray *hits, guint from, GArray *ret_candidates, GError **error)
{
	g_autoptr(GHashTable) by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
	guint had = ret_candidates->len;

	for (guint i = from; i < hits->len; i++)
		g_hash_table_insert(by_id, &g_array_index(hits, SearchHit, i).case_id, GUINT_TO_POINTER(i));
	for (guint i = from; i < hits->len; i += BATCH)
		if (!read_batch(db, filter, sort, hits, i, ret_candidates, error))
			return FALSE;
	for (guint i = had; i < ret_candidates->len; i++) {
		Candidate *one = &g_array_index(ret_candidates, Candidate, i);
		const SearchHit *hit;

		one->hit = GPOINTER_TO_UINT(g_hash_table_lookup(by_id, &one->id));
		hit = &g_array_index(hits, SearchHit, one->hit);
		if (sort == SORT_RANK)
			one->place = (Place){ 0, -hit->score, -hit->doc }; /* as the search gives them */
	}
	return TRUE;
}

static int
compare(gconstpointer a, gconstpointer b, gpointer ways)
{
	return order_compare(ways, &((const Candidate *)a)->place, &((const Candidate *)b)->place);
}

void
few_sort(const Filter *filter, Sort sort, const Place *after, GArray *candidates)
{
	int ways[MAX_STRETCHES];
	guint skip = 0;

	order_ways(filter, sort, ways);
	g_array_sort_with_data(candidates, compare, ways);
	while (after != NULL && skip < candidates->len && order_compare(ways, &g_array_index(candidates, Candidate, skip).place, after) <= 0)
		skip++;
	if (skip > 0)
		g_array_remove_range(candidates, 0, skip);
}
