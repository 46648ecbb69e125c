/* clock_figures.c - see the header. What the figure means: insight/clock_rate.h. */
#include "desk/clock_figures.h"
#include "base/clock.h"
#include "desk/app.h"
#include "desk/figure_csv.h"
#include "desk/panels.h"
#include "insight/clock_rate.h"
#include "insight/report_period.h"

static const char *
given(const Call *call, const char *name)
{
	const char *text = call_query(call, name);

	return text != NULL && text[0] != '\0' ? text : NULL;
}

static const char *
period_word(const Call *call)
{
	const char *word = given(call, "period");

	return word != NULL ? word : given(call, "from") != NULL || given(call, "to") != NULL ? "own" : "4w";
}

/* GET /figures/clocks?period=&from=&to= */
static json_t *
figures_get(Call *call, GError **error)
{
	g_autoptr(ReportPeriod) period = report_period_new(period_word(call), given(call, "from"), given(call, "to"), -1, call->now_ms, call->actor->zone, error);
	static const char *const tables[] = { "all", "by_clock", "by_team", "by_owner", "by_category", "by_channel", NULL };
	json_t *value;
	Db *db = NULL;

	if (period == NULL || !store_snapshot_begin(call->store, &db, error))
		return NULL;
	value = clock_rate_read(db, period->from_ms, period->to_ms, call->now_ms, error);
	store_snapshot_end(call->store, db);
	if (value == NULL)
		return NULL;
	json_put_text(value, "period", period_word(call));
	json_put_text(value, "from_day", given(call, "from"));
	json_put_text(value, "to_day", given(call, "to"));
	return figure_csv(call, value, "clocks", tables, error);
}

/* GET /figures/clocks/rows?period=&clock=&missed=&team=&owner=&category=&channel=&after=&limit= -> {rows[], next}; "none" of a team, owner or category: without one. */
static json_t *
rows_get(Call *call, GError **error)
{
	g_autoptr(ReportPeriod) period = report_period_new(period_word(call), given(call, "from"), given(call, "to"), -1, call->now_ms, call->actor->zone, error);
	const char *after = given(call, "after"), *missed = given(call, "missed");
	ClockRowsAsk ask = { .clock = given(call, "clock"), .team = given(call, "team"), .owner = given(call, "owner"), .category = given(call, "category"), .channel = given(call, "channel"),
		.missed = missed != NULL && missed[0] == '1', .limit = (guint)call_query_int(call, "limit", 50, 1, 200) };
	char *rest = NULL;
	json_t *value;

	if (period == NULL)
		return NULL;
	ask.from_ms = period->from_ms;
	ask.to_ms = MIN(period->to_ms, call->now_ms);
	if (after != NULL) {
		ask.before_due = g_ascii_strtoll(after, &rest, 10);
		ask.before_id = rest != NULL && *rest == '-' ? g_ascii_strtoll(rest + 1, NULL, 10) : 0;
		if (ask.before_due <= 0 || ask.before_id <= 0) {
			err_add_field(error, "/after", "This is no place in the list.");
			return NULL;
		}
	}
	if ((value = clock_rate_rows(call->db, &ask, error)) == NULL)
		return NULL;
	json_put_text(value, "period", period_word(call));
	json_put_time(value, "from", period->from_ms);
	json_put_time(value, "to", period->to_ms - MS_PER_S);
	json_put_text(value, "from_day", given(call, "from"));
	json_put_text(value, "to_day", given(call, "to"));
	return value;
}

const Route desk_clock_figure_routes[] = {
	{ "GET", "/figures/clocks", "measure.read", ROUTE_SLOW, .handler = figures_get, .page = "figures_clocks.html", .panels = desk_panel_chrome, .about = "how many clocks were kept, by clock, team, owner, category and channel" },
	{ "GET", "/figures/clocks/rows", "measure.read", ROUTE_READ, .handler = rows_get, .page = "clock_rows.html", .panels = desk_panel_chrome, .about = "the clocks behind the figure, kept or missed" },
	{ NULL },
};
