/* causes.c - see the header. */
#include "action/causes.h"
#include "causes.sql.h"
#include <math.h>

static double
percent(gint64 k, gint64 n)
{
	return n > 0 ? round((double)k * 1000 / (double)n) / 10 : 0;
}

static json_t *
read_row(DbRows *rows)
{
	json_t *one = json_object();

	json_put_text(one, "ref", db_rows_text(rows, "ref"));
	json_put_text(one, "path", db_rows_text(rows, "path"));
	json_put_int(one, "n", db_rows_int(rows, "n"));
	json_put_int(one, "before", db_rows_int(rows, "n_before"));
	json_put_int(one, "n_open", db_rows_int(rows, "n_open"));
	json_put_int(one, "n_done", db_rows_int(rows, "n_done"));
	return one;
}

/* Shares of all, each beginning where the one above it ends. */
static void
put_shares(json_t *list, gint64 n, gint64 *ret_shown)
{
	json_t *one;
	size_t i;
	gint64 sum = 0;

	json_array_foreach(list, i, one) {
		gint64 mine = json_int(one, "n", 0);

		json_put_real(one, "pct", percent(mine, n));
		json_put_real(one, "from_pct", percent(sum, n));
		sum += mine;
		json_put_real(one, "sum_pct", percent(sum, n));
	}
	*ret_shown = sum;
}

json_t *
causes_read(Db *db, gint64 from_ms, gint64 until_ms, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = db_query(db, &SQL_CAUSES_ROWS, DB_ARGS(DB_INT(from_ms), DB_INT(until_ms), DB_INT(from_ms - (until_ms - from_ms))), error);
	gint64 n = 0, without = 0, shown = 0;
	json_t *value;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		gint64 mine = db_rows_int(rows, "n");

		n += mine;
		if (json_array_size(list) < CAUSES_MAX_ROWS && (mine > 0 || db_rows_int(rows, "n_before") > 0 || db_rows_int(rows, "n_open") > 0))
			json_array_append_new(list, read_row(rows));
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	g_clear_pointer(&rows, db_rows_free);
	if (!db_query_int(db, &SQL_CAUSES_WITHOUT, DB_ARGS(DB_INT(from_ms), DB_INT(until_ms)), &without, NULL, error))
		return NULL;
	put_shares(list, n, &shown);
	value = json_object();
	json_put_time(value, "from", from_ms);
	json_put_time(value, "until", until_ms);
	json_put_int(value, "n", n);
	json_put_int(value, "n_without", without);
	json_put(value, "rows", g_steal_pointer(&list));
	json_put_int(value, "n_others", n - shown);
	json_put_real(value, "others_pct", percent(n - shown, n));
	return value;
}
