/* heads.c - see heads.h. */
#include "cases/heads.h"
#include "cases/case.h"
#include "cases/record.h"
#include "store/search.h"
#include "heads.sql.h"

static gboolean
write_head(Db *db, gint64 id, GError **error)
{
	g_autoptr(Case) it = case_get(db, id, error);
	g_autofree char *head = it != NULL ? record_head_of(db, it, error) : NULL;

	return head != NULL && search_put(db, SEARCH_HEAD, id, id, head, error);
}

gboolean
case_heads_of_customer(Db *db, gint64 customer_id, guint limit, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_CASE_IDS_OF_CUSTOMER, DB_ARGS(DB_INT(customer_id), DB_INT(limit)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "id");

		g_array_append_val(ids, id);
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	for (guint i = 0; i < ids->len; i++)
		if (!write_head(db, g_array_index(ids, gint64, i), error))
			return FALSE;
	return TRUE;
}
