/* dashboard.c - GET /measures (JSON), GET /dashboard (the page over the same), GET /measures.csv. What a figure means:
 * insight/measures.h; the drawing: desk/chart.h. */
#include "desk/dashboard.h"
#include "cases/case.h"
#include "cases/words.h"
#include "desk/app.h"
#include "desk/chart.h"
#include "desk/choose.h"
#include "desk/panels.h"
#include "insight/measures.h"
#include <string.h>

typedef struct {
	ReportPeriod *period;
	MeasureAsk ask;
	char *words, *query;   /* the filter as operators of the queue, and as parameters of this page */
	const char *period_word, *team, *category;
} Asked;

static void
asked_clear(Asked *asked)
{
	report_period_free(asked->period);
	g_free(asked->words);
	g_free(asked->query);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Asked, asked_clear)

static const char *
given(const Call *call, const char *name)
{
	const char *text = call_query(call, name);

	return text != NULL && text[0] != '\0' ? text : NULL;
}

static gboolean
read_word(const Call *call, const char *name, const char *const *words, const char **ret_word, GError **error)
{
	g_autofree char *field = g_strconcat("/", name, NULL);
	const char *text = given(call, name);

	*ret_word = text;
	if (text == NULL || g_strv_contains(words, text))
		return TRUE;
	err_add_field(error, field, "We do not know the %s %s.", name, text);
	return FALSE;
}

static void
add_parameter(GString *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	g_string_append_printf(out, "%s%s=", out->len > 0 ? "&" : "", name);
	g_string_append_uri_escaped(out, value, NULL, TRUE);
}

static int
step_of(const char *by)
{
	for (int i = 0; by != NULL && report_period_steps[i] != NULL; i++)
		if (strcmp(report_period_steps[i], by) == 0)
			return i;
	return -1;
}

/* What needs no database, each word that is wrong named. */
static gboolean
read_words(const Call *call, Asked *asked, GError **ret_error)
{
	MeasureAsk *ask = &asked->ask;
	g_autoptr(GError) faults = NULL;
	const char *by, *from = given(call, "from"), *to = given(call, "to"), *word = given(call, "period");

	asked->period_word = word != NULL ? word : from != NULL || to != NULL ? "own" : "4w";
	(void)read_word(call, "kind", case_kinds, &ask->kind, &faults);
	(void)read_word(call, "channel", case_channels, &ask->channel, &faults);
	(void)read_word(call, "by", report_period_steps, &by, &faults);
	asked->period = report_period_new(asked->period_word, from, to, step_of(by), call->now_ms, call->actor->zone, &faults);
	if (faults == NULL)
		return TRUE;
	g_propagate_error(ret_error, g_steal_pointer(&faults));
	return FALSE;
}

/* ?period=&from=&to=&by=&kind=&channel=&team=&category= ; from or to alone mean a period of one's own. */
static gboolean
read_asked(Call *call, Db *db, Asked *asked, GError **error)
{
	MeasureAsk *ask = &asked->ask;
	g_autoptr(GString) words = g_string_new(NULL), query = g_string_new(NULL);
	const char *from = given(call, "from"), *to = given(call, "to");

	asked->team = given(call, "team");
	asked->category = given(call, "category");
	ask->zone = call->actor->zone;
	ask->now_ms = call->now_ms;
	if (!read_words(call, asked, error))
		return FALSE;
	if (!desk_team_id(db, asked->team, &ask->team_id, error))
		return FALSE;
	if (asked->category != NULL && !tree_resolve(db, TREE_CATEGORY, asked->category, FALSE, "/category", call->actor, call->now_ms, &ask->category_id, error))
		return FALSE;
	ask->period = asked->period;
	if (ask->kind != NULL)
		g_string_append_printf(words, "kind:%s ", ask->kind);
	if (ask->channel != NULL)
		g_string_append_printf(words, "channel:%s ", ask->channel);
	if (asked->team != NULL)
		g_string_append_printf(words, "team:%s ", asked->team);
	if (asked->category != NULL)
		g_string_append_printf(words, "category:\"%s\" ", asked->category);
	add_parameter(query, "period", asked->period_word);
	add_parameter(query, "from", strcmp(asked->period_word, "own") == 0 ? from : NULL);
	add_parameter(query, "to", strcmp(asked->period_word, "own") == 0 ? to : NULL);
	add_parameter(query, "kind", ask->kind);
	add_parameter(query, "channel", ask->channel);
	add_parameter(query, "team", asked->team);
	add_parameter(query, "category", asked->category);
	asked->words = g_strdup(g_strchomp(words->str));
	asked->query = g_strdup(query->str);
	ask->query = asked->words;
	return TRUE;
}

static json_t *
measure(Call *call, Asked *asked, Db *db, GError **error)
{
	json_t *value;

	if (!read_asked(call, db, asked, error))
		return NULL;
	if ((value = measures_read(db, &asked->ask, error)) == NULL)
		return NULL;
	json_put_text(value, "period", asked->period_word);
	json_put_text(value, "kind", asked->ask.kind);
	json_put_text(value, "channel", asked->ask.channel);
	json_put_text(value, "query", asked->query);
	return value;
}

static json_t *
measure_in_snapshot(Call *call, Asked *asked, GError **error)
{
	json_t *value;
	Db *db = NULL;

	if (!store_snapshot_begin(call->store, &db, error))
		return NULL;
	value = measure(call, asked, db, error);
	store_snapshot_end(call->store, db);
	return value;
}

/* GET /measures?from=&to=&by= : everything, or with by=channel|category|outcome|team that table alone beside the figures. */
static json_t *
measures_get(Call *call, GError **error)
{
	static const char *const tables[] = { "by_channel", "by_category", "by_outcome", "by_team", "over_time", "open_by_age", NULL };
	g_auto(Asked) asked = { NULL };
	json_t *value = measure_in_snapshot(call, &asked, error);
	const char *by = given(call, "by");
	g_autofree char *wanted = by != NULL ? g_strconcat("by_", by, NULL) : NULL;

	if (value == NULL || wanted == NULL || !g_strv_contains(tables, wanted))
		return value;
	for (guint i = 0; tables[i] != NULL; i++)
		if (strcmp(tables[i], wanted) != 0)
			json_object_del(value, tables[i]);
	return value;
}

/* GET /dashboard: the same with its drawing. */
static json_t *
dashboard_get(Call *call, GError **error)
{
	g_auto(Asked) asked = { NULL };
	json_t *value = measure_in_snapshot(call, &asked, error), *one;

	if (value == NULL)
		return NULL;
	chart_put(json_object_get(value, "over_time"));
	json_put(value, "team", one = json_object());
	json_put_text(one, "ref", asked.team);
	json_put(value, "category", one = json_object());
	json_put_text(one, "ref", asked.category);
	return value;
}

static gboolean
dashboard_panels(Call *call, json_t *value, GError **error)
{
	return desk_panel_chrome(call, value, error) && desk_panel_people(call, value, error) && desk_panel_trees(call, value, error);
}

/* GET /measures.csv?of=over_time|open_by_age|by_channel|by_category|by_outcome|by_team */
static json_t *
csv_get(Call *call, GError **error)
{
	g_auto(Asked) asked = { NULL };
	g_autoptr(json_t) value = measure_in_snapshot(call, &asked, error);
	const char *of = given(call, "of");
	g_autofree char *name = NULL;
	GString *text;
	gsize size;

	if (value == NULL || (text = measures_csv(value, of, error)) == NULL)
		return NULL;
	name = g_strdup_printf("attachment; filename=\"redress-%s.csv\"", of);
	size = text->len;
	call_send_text(call, "text/csv; charset=utf-8", g_string_free(text, FALSE), size);
	call_header_add(call, "Content-Disposition", name);
	return json_null();
}

const Route desk_dashboard_routes[] = {
	{ "GET", "/measures", "measure.read", ROUTE_SLOW, .handler = measures_get, .flags = ROUTE_API_ONLY, .about = "the dashboard's figures for a period" },
	{ "GET", "/measures.csv", "measure.read", ROUTE_SLOW, .handler = csv_get, .about = "one of the dashboard's tables as a file" },
	{ "GET", "/dashboard", "measure.read", ROUTE_SLOW, .handler = dashboard_get, .page = "dashboard.html", .panels = dashboard_panels, .flags = ROUTE_PAGE_ONLY, .about = "the figures as a page" },
	{ NULL },
};
