/* promise_figures.c - see promise_figures.h. What the figure means: insight/promise_rate.h. */
#include "desk/promise_figures.h"
#include "cases/case.h"
#include "cases/words.h"
#include "desk/app.h"
#include "desk/figure_csv.h"
#include "desk/choose.h"
#include "desk/panels.h"
#include "insight/promise_rate.h"
#include "promise/promise.h"
#include <stdlib.h>
#include <string.h>

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

static json_t *
figures_read(Call *call, Db *db, GError **error)
{
	g_autoptr(ReportPeriod) period =
		report_period_new(period_word(call), given(call, "from"), given(call, "to"), -1, call->now_ms, call->actor->zone, error);
	PromiseRateAsk ask = { .period = period, .zone = call->actor->zone, .team_ref = given(call, "team"), .now_ms = call->now_ms };
	json_t *value, *team;

	if (period == NULL || !desk_team_id(db, ask.team_ref, &ask.team_id, error) || (value = promise_rate_read(db, &ask, error)) == NULL)
		return NULL;
	json_put_text(value, "period", period_word(call));
	team = json_object();
	json_put_text(team, "ref", ask.team_ref);
	json_put(value, "team", team);
	return value;
}

/* GET /figures/promises?period=&from=&to=&team=&csv= */
static json_t *
figures_get(Call *call, GError **error)
{
	static const char *const tables[] = { "kept", "by_agent", "by_team", "by_category", "by_channel", NULL };
	json_t *value;
	Db *db = NULL;

	if (!store_snapshot_begin(call->store, &db, error))
		return NULL;
	value = figures_read(call, db, error);
	store_snapshot_end(call->store, db);
	return figure_csv(call, value, "promises", tables, error);
}

static gboolean
figures_panels(Call *call, json_t *value, GError **error)
{
	return desk_panel_chrome(call, value, error) && desk_panel_people(call, value, error);
}

/* "none": -1, who has none. */
static gboolean
read_id(Call *call, const char *name, gint64 *ret_id, GError **error)
{
	const char *text = given(call, name);

	if (text == NULL)
		return TRUE;
	if (strcmp(text, "none") == 0) {
		*ret_id = -1;
		return TRUE;
	}
	if (strcmp(name, "owner") == 0)
		return desk_owner_id(call, text, ret_id, error);
	if (strcmp(name, "team") == 0)
		return desk_team_id(call->db, text, ret_id, error);
	return tree_resolve(call->db, TREE_CATEGORY, text, FALSE, "/category", call->actor, call->now_ms, ret_id, error);
}

static gboolean
read_ask(Call *call, PromiseRowsAsk *ask, GError **error)
{
	const char *after = given(call, "after");
	g_autoptr(ReportPeriod) period = NULL;
	char *rest = NULL;

	ask->state = given(call, "state");
	ask->channel = given(call, "channel");
	ask->limit = (guint)call_query_int(call, "limit", 50, 1, 200);
	ask->to_ms = G_MAXINT64;
	if (ask->state != NULL && !g_strv_contains(promise_states, ask->state) && strcmp(ask->state, "over") != 0) {
		err_add_field(error, "/state", "One of: open, kept, broken, withdrawn, over.");
		return FALSE;
	}
	if (given(call, "period") != NULL || given(call, "from") != NULL || given(call, "to") != NULL) {
		period = report_period_new(
			period_word(call), given(call, "from"), given(call, "to"), -1, call->now_ms, call->actor->zone, error);
		if (period == NULL)
			return FALSE;
		ask->from_ms = period->from_ms;
		ask->to_ms = period->to_ms;
	}
	/* Over is what is over by now, as in the figures. */
	if (g_strcmp0(ask->state, "over") == 0)
		ask->to_ms = MIN(ask->to_ms, call->now_ms);
	if (after != NULL) {
		ask->before_due = g_ascii_strtoll(after, &rest, 10);
		ask->before_id = rest != NULL && *rest == '-' ? g_ascii_strtoll(rest + 1, NULL, 10) : 0;
		if (ask->before_due <= 0 || ask->before_id <= 0) {
			err_add_field(error, "/after", "This is no place in the list.");
			return FALSE;
		}
	}
	return read_id(call, "owner", &ask->owner_id, error) && read_id(call, "team", &ask->team_id, error) &&
	       read_id(call, "category", &ask->category_id, error);
}

/* GET /promises?state=&period=&from=&to=&owner=&team=&category=&channel=&after=&limit= -> {promises[], next}: by due time, newest first. */
static json_t *
promises_get(Call *call, GError **error)
{
	PromiseRowsAsk ask = { 0 };
	json_t *value;

	if (!read_ask(call, &ask, error) || (value = promise_rate_rows(call->db, &ask, error)) == NULL)
		return NULL;
	json_put_text(value, "state", ask.state);
	return value;
}

const Route desk_promise_figure_routes[] = {
	{ "GET", "/figures/promises", "measure.read", ROUTE_SLOW, .handler = figures_get, .page = "figures_promises.html",
		.panels = figures_panels, .about = "how many promises were kept by their time, by agent, team, category and channel" },
	{ "GET", "/promises", "case.read", ROUTE_READ, .handler = promises_get, .page = "promises.html", .panels = desk_panel_chrome,
		.about = "promises by their time: state, owner, team, category, channel, period" },
	{ NULL },
};
