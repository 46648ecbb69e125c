/* recount.c - see recount.h. */
#include "flow/clock/recount.h"
#include "cases/due.h"
#include "clock_recount.sql.h"

enum { AT_ONCE = 250 };

static GArray *
some_after(Store *store, gint64 after_id, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	Db *db = store_reader(store, error);

	if (db == NULL || (rows = db_query(db, &SQL_CLOCK_RECOUNT_SOME, DB_ARGS(DB_INT(after_id), DB_INT(AT_ONCE)), error)) == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "id");

		g_array_append_val(ids, id);
	}
	return db_ended(&local, error) ? g_steal_pointer(&ids) : NULL;
}

typedef struct {
	const GArray *ids;
	gint64 now_ms;
} Some;

static gboolean
count_some(Db *db, gpointer data, GError **error)
{
	const Some *self = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	for (guint i = 0; tx != NULL && i < self->ids->len; i++)
		if (!due_again_in(db, g_array_index(self->ids, gint64, i), RECKON_POLICY, self->now_ms, error))
			return FALSE;
	return tx != NULL && db_tx_commit(tx, error);
}

gboolean
clock_recount_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	gint64 after_id = 0;

	for (;;) {
		g_autoptr(GArray) ids = some_after(store, after_id, error);

		if (ids == NULL || (ids->len > 0 && !store_write(store, count_some, &(Some){ ids, now_ms }, error)))
			return FALSE;
		if (ids->len < AT_ONCE)
			return TRUE;
		after_id = g_array_index(ids, gint64, ids->len - 1);
	}
}
