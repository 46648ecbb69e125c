/* effect.c - see the header. */
#include "action/effect.h"
#include "base/clock.h"
#include "effect.sql.h"
#include <string.h>

enum { CHART_WIDTH = 520, CHART_HEIGHT = 96, CHART_GAP = 24 };

/* The statement over the tree this action is about. */
static const DbSql *
of_target(Db *db, const Action *action, gint64 *ret_id)
{
	g_autoptr(GString) text = NULL;

	*ret_id = action->root_cause_id != 0 ? action->root_cause_id : action->category_id != 0 ? action->category_id : action->product_id;
	if (action->root_cause_id != 0)
		return &SQL_EFFECT_WEEKS;
	text = g_string_new(SQL_EFFECT_WEEKS.text);
	g_string_replace(text, "root_causes", action->category_id != 0 ? "categories" : "products", 0);
	g_string_replace(text, "root_cause_id", action->category_id != 0 ? "category_id" : "product_id", 0);
	return db_sql_compose(db, SQL_EFFECT_WEEKS.name, text->str, SQL_EFFECT_WEEKS.n_args);
}

static gboolean
read_weeks(Db *db, const Action *action, gint64 from, int weeks, gint64 *ret_by_week, gint64 *ret_n, gint64 *ret_of, GError **error)
{
	g_autoptr(GError) local = NULL;
	const gint64 until = from + weeks * 7 * MS_PER_DAY;
	gint64 id = 0;
	const DbSql *sql = of_target(db, action, &id);
	g_autoptr(DbRows) rows = db_query(db, sql, DB_ARGS(DB_INT(id), DB_INT(from), DB_INT(until)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		gint64 week = db_rows_int(rows, "week"), n = db_rows_int(rows, "n");

		if (week >= 0 && week < weeks)
			ret_by_week[week] = n;
		*ret_n += n;
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	g_clear_pointer(&rows, db_rows_free);
	return db_query_int(db, action->root_cause_id != 0 ? &SQL_EFFECT_KNOWN : &SQL_EFFECT_ALL, DB_ARGS(DB_INT(from), DB_INT(until)), ret_of, NULL, error);
}

gboolean
effect_read(Db *db, const Action *action, gint64 now_ms, Effect *ret, GError **error)
{
	const gboolean done = strcmp(action->state, "done") == 0;
	const gint64 since = done ? (now_ms - action->ended_at) / (7 * MS_PER_DAY) : 0;
	const int before = done && since > 0 ? (int)MIN(since, EFFECT_MAX_WEEKS) : EFFECT_OPEN_WEEKS;

	*ret = (Effect){ .weeks = done ? (int)CLAMP(since, 0, EFFECT_MAX_WEEKS) : 0, .before_from = action->opened_at - before * 7 * MS_PER_DAY, .after_from = action->ended_at,
		.ratio = { -1, 0, -1 }, .verdict = !done ? "open" : since <= 0 ? "too_early" : "none" };
	if (!read_weeks(db, action, ret->before_from, before, ret->by_week[0], &ret->n_before, &ret->of_before, error))
		return FALSE;
	if (ret->weeks == 0)
		return TRUE;
	if (!read_weeks(db, action, ret->after_from, ret->weeks, ret->by_week[1], &ret->n_after, &ret->of_after, error))
		return FALSE;
	if (ret->of_before == 0 || ret->of_after == 0) {
		ret->verdict = "unsure"; /* nothing to measure by */
		return TRUE;
	}
	ret->ratio = rate_ratio(ret->n_before, (double)ret->of_before, ret->n_after, (double)ret->of_after);
	ret->verdict = rate_ratio_verdict(ret->n_before, ret->n_after, &ret->ratio);
	return TRUE;
}

static json_t *
period(gint64 n, gint64 of, gint64 from, int weeks)
{
	json_t *one = json_object();

	json_put_int(one, "n", n);
	json_put_int(one, "of", of);
	json_put(one, "per_1000", of > 0 ? json_real((double)n * 1000 / (double)of) : json_null());
	json_put_time(one, "from", from);
	json_put_time(one, "until", from + weeks * 7 * MS_PER_DAY);
	json_put_int(one, "weeks", weeks);
	return one;
}

/* Bars stand side by side, the weeks before left of a gap, those since right of it. */
static json_t *
bars_of(const Effect *effect, int before)
{
	const int n_bars = before + effect->weeks;
	const double step = (double)(CHART_WIDTH - (effect->weeks > 0 ? CHART_GAP : 0)) / MAX(n_bars, 1);
	json_t *bars = json_array();
	gint64 most = 1;

	for (int part = 0; part < 2; part++)
		for (int i = 0; i < EFFECT_MAX_WEEKS; i++)
			most = MAX(most, effect->by_week[part][i]);
	for (int at = 0; at < n_bars; at++) {
		const int part = at >= before, week = part ? at - before : at;
		const gint64 n = effect->by_week[part][week], from = (part ? effect->after_from : effect->before_from) + week * 7 * MS_PER_DAY;
		const double height = (double)CHART_HEIGHT * (double)n / (double)most;
		json_t *one = json_object();

		json_put_text(one, "part", part ? "after" : "before");
		json_put_time(one, "from", from);
		json_put_int(one, "n", n);
		json_put(one, "x", json_sprintf("%.1f", at * step + (part ? CHART_GAP : 0)));
		json_put(one, "y", json_sprintf("%.1f", CHART_HEIGHT - height));
		json_put(one, "width", json_sprintf("%.1f", MAX(step - 3, 1)));
		json_put(one, "height", json_sprintf("%.1f", height));
		json_array_append_new(bars, one);
	}
	return bars;
}

json_t *
effect_to_json(const Effect *effect)
{
	const int before = effect->weeks > 0 ? effect->weeks : EFFECT_OPEN_WEEKS;
	json_t *value = json_object();

	json_put_int(value, "weeks", effect->weeks);
	json_put_text(value, "verdict", effect->verdict);
	json_put(value, "before", period(effect->n_before, effect->of_before, effect->before_from, before));
	json_put(value, "after", effect->weeks > 0 ? period(effect->n_after, effect->of_after, effect->after_from, effect->weeks) : json_null());
	json_put(value, "ratio", effect->ratio.ratio >= 0 ? json_real(effect->ratio.ratio) : json_null());
	json_put(value, "low", effect->weeks > 0 ? json_real(effect->ratio.low) : json_null());
	json_put(value, "high", effect->ratio.high >= 0 ? json_real(effect->ratio.high) : json_null());
	json_put(value, "bars", bars_of(effect, before));
	return value;
}
