/* causes.c - GET /causes and /effects, each as a page, as JSON, and with ?csv= as a file. What they mean: action/causes.h, action/effects.h; the money: remedy/ledger.h. */
#include "desk/causes.h"
#include "action/causes.h"
#include "action/effects.h"
#include "base/clock.h"
#include "base/money.h"
#include "desk/app.h"
#include "desk/figure_csv.h"
#include "desk/panels.h"
#include "insight/report_period.h"
#include "remedy/figures.h"
#include <string.h>

enum { CAUSE_WEEKS = 12, WEEKS_MAX = 104 };

/* So many weeks until now, from the beginning of a day of the reader's, so that a search by days finds the same. */
static gint64
first_day(const Call *call, gint64 weeks)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(call->actor->zone);
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(call->now_ms / MS_PER_S);
	g_autoptr(GDateTime) here = zone != NULL ? g_date_time_to_timezone(now, zone) : g_date_time_ref(now);
	g_autoptr(GDateTime) day = g_date_time_add_days(here, -7 * (int)weeks);
	g_autoptr(GDateTime) start = zone != NULL ? g_date_time_new(zone, g_date_time_get_year(day), g_date_time_get_month(day), g_date_time_get_day_of_month(day), 0, 0, 0) : NULL;

	return start != NULL ? g_date_time_to_unix(start) * MS_PER_S : call->now_ms - weeks * 7 * MS_PER_DAY;
}

/* The house's currency stands first; what was given in each, from the ledger. */
static json_t *
money_of(const json_t *sums, const char *cause_ref)
{
	json_t *list = json_array(), *one;
	size_t i;

	json_array_foreach(sums, i, one)
		if (g_strcmp0(json_text(json_object_get(one, "cause"), "ref", NULL), cause_ref) == 0)
			json_array_append_new(list, json_incref(json_object_get(one, "sum")));
	return list;
}

static void
put_rows(json_t *value, const json_t *sums, const char *day)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(value, "rows"), i, one) {
		const char *ref = json_text(one, "ref", "");

		json_put(one, "given", money_of(sums, ref));
		json_put(one, "query", json_sprintf("kind:complaint cause:%s received:%s..", ref, day));
	}
}

/* A file has one column for money: that of the currency that stands first. */
static void
put_first_sum(json_t *value)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(value, "rows"), i, one) {
		json_t *first = json_array_get(json_object_get(one, "given"), 0);

		json_put(one, "given_first", first != NULL ? json_incref(first) : json_null());
		json_object_del(one, "query");
	}
}

static json_t *
read_causes(Call *call, gint64 weeks, Db *db, GError **error)
{
	const gint64 from_ms = first_day(call, weeks);
	g_autoptr(json_t) sums = remedy_sums_by_cause(db, from_ms, call->now_ms, error);
	json_t *value = sums != NULL ? causes_read(db, from_ms, call->now_ms, error) : NULL;
	char from[16], to[16];

	if (value == NULL)
		return NULL;
	report_period_day(from_ms, call->actor->zone, from);
	report_period_day(call->now_ms, call->actor->zone, to);
	json_put_int(value, "weeks", weeks);
	json_put(value, "ledger", json_sprintf("from=%s&to=%s", from, to));
	put_rows(value, sums, from);
	return value;
}

/* GET /causes?weeks=: causes_read with given[money] in each row, of the last weeks, 12 unless said otherwise, until now. */
static json_t *
causes_get(Call *call, GError **error)
{
	static const char *const tables[] = { "rows", NULL };
	const gint64 weeks = call_query_int(call, "weeks", CAUSE_WEEKS, 1, WEEKS_MAX);
	json_t *value;
	Db *db = NULL;

	if (!store_snapshot_begin(call->store, &db, error))
		return NULL;
	value = read_causes(call, weeks, db, error);
	store_snapshot_end(call->store, db);
	if (value != NULL && call_query(call, "csv") != NULL)
		put_first_sum(value);
	return figure_csv(call, value, "causes", tables, error);
}

/* The search that finds the cases of one of the two times, by whole days. */
static void
put_search(const Call *call, const json_t *one, json_t *period)
{
	char from[16], to[16];
	gint64 from_ms = 0, until_ms = 0;

	if (!json_is_object(period) || !time_read(json_text(period, "from", ""), &from_ms) || !time_read(json_text(period, "until", ""), &until_ms))
		return;
	report_period_day(from_ms, call->actor->zone, from);
	report_period_day(until_ms - 1, call->actor->zone, to);
	json_put(period, "query", json_sprintf("%s:\"%s\" received:%s..%s", json_text(one, "tree", ""), json_text(one, "about", ""), from, to));
}

/* GET /effects?sort=done|effect|cause|owner|title */
static json_t *
effects_get(Call *call, GError **error)
{
	static const char *const tables[] = { "effects", NULL };
	const char *asked = call_query(call, "sort"), *sort = asked != NULL && asked[0] != '\0' ? asked : "done";
	json_t *value = NULL, *one;
	Db *db = NULL;
	size_t i;

	if (!g_strv_contains(effects_sorts, sort)) {
		err_add_field(error, "/sort", "One of: done, effect, cause, owner, title.");
		return NULL;
	}
	if (!store_snapshot_begin(call->store, &db, error))
		return NULL;
	value = effects_read(db, sort, call->now_ms, error);
	store_snapshot_end(call->store, db);
	json_array_foreach(json_object_get(value, "effects"), i, one) {
		put_search(call, one, json_object_get(one, "before"));
		put_search(call, one, json_object_get(one, "after"));
	}
	return figure_csv(call, value, "effects", tables, error);
}

const Route desk_cause_routes[] = {
	{ "GET", "/causes", "measure.read", ROUTE_SLOW, .handler = causes_get, .page = "causes.html", .panels = desk_panel_chrome, .about = "root causes by count, with what was given for them and what is done about each; csv=rows as a file" },
	{ "GET", "/effects", "measure.read", ROUTE_SLOW, .handler = effects_get, .page = "effects.html", .panels = desk_panel_chrome, .about = "what was changed, and whether it helped; csv=effects as a file" },
	{ NULL },
};
