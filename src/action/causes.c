/* causes.c - see the header. */
#include "action/causes.h"
#include "action/rate_ratio.h"
#include "base/clock.h"
#include "causes.sql.h"
#include <math.h>

static double
percent(gint64 k, gint64 n)
{
	return n > 0 ? round((double)k * 1000 / (double)n) / 10 : 0;
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

/* More, fewer, or too few to be sure; against the time before, of those whose cause is known. */
static void
put_trends(json_t *list, gint64 n, gint64 n_before)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		const gint64 mine = json_int(one, "n", 0), before = json_int(one, "before", 0);
		RateRatio ratio = { -1, 0, -1 };

		if (n > 0 && n_before > 0)
			ratio = rate_ratio(before, (double)n_before, mine, (double)n);
		json_put_text(one, "trend", n > 0 && n_before > 0 ? rate_ratio_verdict(before, mine, &ratio) : "unsure");
		json_put(one, "ratio", ratio.ratio >= 0 ? json_real(ratio.ratio) : json_null());
	}
}

typedef struct {
	GHashTable *weeks; /* gint64 id -> gint64[n_weeks] */
	gint64 n_weeks;
} Weeks;

static void
weeks_clear(Weeks *weeks)
{
	g_clear_pointer(&weeks->weeks, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Weeks, weeks_clear)

static gboolean
read_weeks(Db *db, gint64 from_ms, gint64 until_ms, Weeks *ret, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_CAUSES_WEEKS, DB_ARGS(DB_INT(from_ms), DB_INT(until_ms)), error);

	ret->n_weeks = MAX((until_ms - from_ms + 7 * MS_PER_DAY - 1) / (7 * MS_PER_DAY), 1);
	ret->weeks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "id"), week = db_rows_int(rows, "week"), *counts = g_hash_table_lookup(ret->weeks, &id);

		if (counts == NULL) {
			counts = g_new0(gint64, (gsize)ret->n_weeks);
			g_hash_table_insert(ret->weeks, g_memdup2(&id, sizeof id), counts);
		}
		if (week >= 0 && week < ret->n_weeks)
			counts[week] = db_rows_int(rows, "n");
	}
	return db_ended(&local, error);
}

/* Each row by its own most: the shape is meant, the numbers stand beside it. */
static json_t *
bars_of(const Weeks *weeks, gint64 id)
{
	const gint64 *counts = g_hash_table_lookup(weeks->weeks, &id);
	const double step = (double)CAUSES_BOX_WIDTH / (double)weeks->n_weeks;
	json_t *bars = json_array();
	gint64 most = 1;

	for (gint64 i = 0; counts != NULL && i < weeks->n_weeks; i++)
		most = MAX(most, counts[i]);
	for (gint64 i = 0; counts != NULL && i < weeks->n_weeks; i++) {
		const double height = (double)CAUSES_BOX_HEIGHT * (double)counts[i] / (double)most;
		json_t *one = json_object();

		json_put(one, "x", json_sprintf("%.1f", (double)i * step));
		json_put(one, "y", json_sprintf("%.1f", CAUSES_BOX_HEIGHT - height));
		json_put(one, "width", json_sprintf("%.1f", MAX(step - 1.5, 0.8)));
		json_put(one, "height", json_sprintf("%.1f", height));
		json_put_int(one, "n", counts[i]);
		json_array_append_new(bars, one);
	}
	return bars;
}

static json_t *
read_row(DbRows *rows, const Weeks *weeks)
{
	json_t *one = json_object();

	json_put_text(one, "ref", db_rows_text(rows, "ref"));
	json_put_text(one, "path", db_rows_text(rows, "path"));
	json_put_int(one, "n", db_rows_int(rows, "n"));
	json_put_int(one, "before", db_rows_int(rows, "n_before"));
	json_put(one, "took_ms", db_rows_is_null(rows, "took") ? json_null() : json_integer((gint64)db_rows_real(rows, "took")));
	json_put(one, "weeks", bars_of(weeks, db_rows_int(rows, "id")));
	json_put_int(one, "n_open", db_rows_int(rows, "n_open"));
	json_put_int(one, "n_done", db_rows_int(rows, "n_done"));
	return one;
}

json_t *
causes_read(Db *db, gint64 from_ms, gint64 until_ms, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = db_query(db, &SQL_CAUSES_ROWS, DB_ARGS(DB_INT(from_ms), DB_INT(until_ms), DB_INT(from_ms - (until_ms - from_ms))), error);
	g_auto(Weeks) weeks = { NULL, 0 };
	gint64 n = 0, n_before = 0, without = 0, shown = 0;
	json_t *value;

	if (rows == NULL || !read_weeks(db, from_ms, until_ms, &weeks, error))
		return NULL;
	while (db_rows_next(rows, &local)) {
		gint64 mine = db_rows_int(rows, "n");

		n += mine;
		n_before += db_rows_int(rows, "n_before");
		if (json_array_size(list) < CAUSES_MAX_ROWS && (mine > 0 || db_rows_int(rows, "n_before") > 0 || db_rows_int(rows, "n_open") > 0))
			json_array_append_new(list, read_row(rows, &weeks));
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	g_clear_pointer(&rows, db_rows_free);
	if (!db_query_int(db, &SQL_CAUSES_WITHOUT, DB_ARGS(DB_INT(from_ms), DB_INT(until_ms)), &without, NULL, error))
		return NULL;
	put_shares(list, n, &shown);
	put_trends(list, n, n_before);
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
