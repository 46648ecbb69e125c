/* row.c - see row.h. Which cases a list has: list.c; how much of them is new to its reader: unread.c. */
#include "cases/row.h"
#include "cases/case.h"
#include "cases/unread.h"
#include "store/memo.h"
#include "row.sql.h"

void
row_args_begin(RowArgs *to, gint64 first)
{
	to->args[0] = DB_INT(first);
	for (guint i = 1; i <= ROW_BATCH; i++)
		to->args[i] = DB_NULL;
	to->n = 0;
}

void
row_args_add(RowArgs *to, gint64 id)
{
	g_return_if_fail(to->n < ROW_BATCH);
	to->args[++to->n] = DB_INT(id);
}

static void
row_clear(gpointer data)
{
	g_clear_pointer(&((CaseRow *)data)->value, json_decref);
}

/* @batch: rows that want a value. They come in any order; a batch is short enough to look through. */
static gboolean
read_batch(Db *db, CaseRow *const *batch, guint n, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	RowArgs args;

	row_args_begin(&args, 0);
	for (guint i = 0; i < n; i++)
		row_args_add(&args, batch[i]->id);
	if ((rows = db_query(db, &SQL_ROW_BATCH, args.args + 1, ROW_BATCH, error)) == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		Case it = { 0 };
		g_autoptr(json_t) value = NULL;

		case_read_passing(rows, &it);
		value = case_to_json(&it);
		memo_offer(db, SQL_ROW_BATCH.name, it.id, 0, value);
		for (guint i = 0; i < n; i++)
			if (batch[i]->id == it.id && batch[i]->value == NULL)
				batch[i]->value = json_incref(value);
	}
	return db_ended(&local, error);
}

/* What was kept is shown through a layer, because a reader's own things are put upon it. */
static gboolean
read_all(Db *db, GArray *list, GError **error)
{
	CaseRow *batch[ROW_BATCH];
	guint n = 0;

	for (guint i = 0; i < list->len; i++) {
		CaseRow *row = &g_array_index(list, CaseRow, i);
		g_autoptr(json_t) kept = memo_find(db, SQL_ROW_BATCH.name, row->id, 0);

		if (kept != NULL)
			row->value = json_layer(kept);
		else
			batch[n++] = row;
		if ((n == ROW_BATCH || (n > 0 && i + 1 == list->len))) {
			if (!read_batch(db, batch, n, error))
				return FALSE;
			n = 0;
		}
	}
	return TRUE;
}

GArray *
case_rows(Db *db, const gint64 *ids, guint n, const Actor *reader, GError **error)
{
	g_autoptr(GArray) list = g_array_sized_new(FALSE, TRUE, sizeof(CaseRow), n);

	g_array_set_clear_func(list, row_clear);
	for (guint i = 0; i < n; i++)
		g_array_append_val(list, ((CaseRow){ .id = ids[i] }));
	if (!read_all(db, list, error) || (reader != NULL && !case_unread_counts(db, list, reader, error)))
		return NULL;
	return g_steal_pointer(&list);
}
