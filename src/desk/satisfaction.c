/* satisfaction.c - see satisfaction.h. */
#include "desk/satisfaction.h"
#include "cases/case.h"
#include "cases/words.h"
#include "desk/app.h"
#include "desk/choose.h"
#include "desk/figure_csv.h"
#include "desk/panels.h"
#include "insight/satisfaction.h"
#include "survey/follow_up.h"
#include "survey/survey.h"
#include "survey/words.h"
#include <string.h>

enum { PAGE_ROWS = 50, MOST_ROWS = 200 };

typedef struct {
	ReportPeriod *period;
	SatisfactionAsk ask;
	char *query;
	const char *period_word, *team, *agent, *category, *survey;
} Asked;

static void
asked_clear(Asked *asked)
{
	report_period_free(asked->period);
	g_free(asked->query);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Asked, asked_clear)

static const char *
given(const Call *call, const char *name)
{
	const char *text = call_query(call, name);

	return text != NULL && text[0] != '\0' ? text : NULL;
}

static void
add_parameter(GString *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	g_string_append_printf(out, "%s%s=", out->len > 0 ? "&" : "", name);
	g_string_append_uri_escaped(out, value, NULL, TRUE);
}

static gboolean
read_survey(Db *db, const char *ref, gint64 *ret_id, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(Survey) survey = ref != NULL ? survey_by_ref(db, ref, &why) : NULL;

	if (survey != NULL)
		*ret_id = survey->id;
	if (ref == NULL || survey != NULL)
		return TRUE;
	if (g_error_matches(why, ERR, ERR_NOT_FOUND))
		err_add_field(error, "/survey", "There is no such survey.");
	else
		g_propagate_error(error, g_steal_pointer(&why));
	return FALSE;
}

static void
write_query(const Call *call, Asked *asked)
{
	gboolean own = strcmp(asked->period_word, "own") == 0;
	GString *query = g_string_new(NULL);

	add_parameter(query, "period", asked->period_word);
	add_parameter(query, "from", own ? given(call, "from") : NULL);
	add_parameter(query, "to", own ? given(call, "to") : NULL);
	add_parameter(query, "survey", asked->survey);
	add_parameter(query, "team", asked->team);
	add_parameter(query, "agent", asked->agent);
	add_parameter(query, "category", asked->category);
	add_parameter(query, "channel", asked->ask.channel);
	asked->query = g_string_free(query, FALSE);
	asked->ask.query = asked->query;
}

/* ?period=&from=&to=&survey=&team=&agent=&category=&channel= */
static gboolean
read_asked(Call *call, Db *db, Asked *asked, GError **error)
{
	const char *from = given(call, "from"), *to = given(call, "to"), *word = given(call, "period");
	SatisfactionAsk *ask = &asked->ask;

	asked->period_word = word != NULL ? word : from != NULL || to != NULL ? "own" : "12w";
	asked->team = given(call, "team");
	asked->agent = given(call, "agent");
	asked->category = given(call, "category");
	asked->survey = given(call, "survey");
	ask->channel = given(call, "channel");
	ask->lang = call->actor->lang;
	ask->now_ms = call->now_ms;
	if (ask->channel != NULL && !case_word_is(case_channels, ask->channel, NULL)) {
		err_add_field(error, "/channel", "There is no such channel.");
		return FALSE;
	}
	if ((asked->period = report_period_new(asked->period_word, from, to, -1, call->now_ms, call->actor->zone, error)) == NULL || !desk_team_id(db, asked->team, &ask->team_id, error) ||
	    !read_survey(db, asked->survey, &ask->survey_id, error))
		return FALSE;
	if (asked->category != NULL && !tree_resolve(db, TREE_CATEGORY, asked->category, FALSE, "/category", call->actor, call->now_ms, &ask->category_id, error))
		return FALSE;
	ask->period = asked->period;
	write_query(call, asked);
	return TRUE;
}

/* Who is meant needs call->db: the snapshot's. */
static gboolean
read_agent(Call *call, Db *db, Asked *asked, GError **error)
{
	Db *before = call->db;
	gboolean ok;

	call->db = db;
	ok = desk_owner_id(call, asked->agent, &asked->ask.agent_id, error);
	call->db = before;
	return ok;
}

/* Questions of one's own in the reader's language. */
static void
put_asks(json_t *list, const char *lang)
{
	json_t *one, *answer;
	size_t i, k;

	json_array_foreach(list, i, one) {
		json_t *words = survey_question_words(json_text(one, "kind", ""), json_object_get(one, "words"), lang);

		json_put_text(one, "ask", json_text(words, "ask", ""));
		json_array_foreach(json_object_get(one, "answers"), k, answer)
			json_put_text(answer, "text", json_string_value(json_array_get(json_object_get(words, "options"), (size_t)MAX(json_int(answer, "score", 1) - 1, 0))));
		json_object_del(one, "words");
		json_decref(words);
	}
}

static void
put_asked(json_t *value, const Asked *asked)
{
	const struct { const char *key, *ref; } refs[] = { { "team", asked->team }, { "agent", asked->agent }, { "category", asked->category }, { "survey", asked->survey } };

	for (guint i = 0; i < G_N_ELEMENTS(refs); i++) {
		json_t *one = json_object();

		json_put_text(one, "ref", refs[i].ref);
		json_put(value, refs[i].key, one);
	}
	json_put_text(value, "period", asked->period_word);
	json_put_text(value, "channel", asked->ask.channel);
	json_put_text(value, "query", asked->query);
}

typedef json_t *(*Reader)(Db *db, const SatisfactionAsk *ask, GError **error);

static json_t *
in_snapshot(Call *call, Reader reader, GError **error)
{
	g_auto(Asked) asked = { NULL };
	json_t *value = NULL;
	Db *db = NULL;

	if (!store_snapshot_begin(call->store, &db, error))
		return NULL;
	if (read_asked(call, db, &asked, error) && read_agent(call, db, &asked, error) && (value = reader(db, &asked.ask, error)) != NULL) {
		put_asks(json_object_get(value, "own"), call->actor->lang);
		put_asked(value, &asked);
	}
	store_snapshot_end(call->store, db);
	return value;
}

/* GET /figures/satisfaction?csv= */
static json_t *
satisfaction_get(Call *call, GError **error)
{
	static const char *const tables[] = { "csat", "nps", "ces", "response", "recoveries", "csat.scores", "nps.scores", "ces.scores", "by_team", "by_agent", "by_category", "by_channel", "by_survey", "own", NULL };

	return figure_csv(call, in_snapshot(call, satisfaction_read, error), "satisfaction", tables, error);
}

/* GET /figures/follow-up?csv= */
static json_t *
still_get(Call *call, GError **error)
{
	static const char *const tables[] = { "right", "not_right", "response", "by_team", "by_agent", "by_category", "by_channel", NULL };

	return figure_csv(call, in_snapshot(call, still_right_read, error), "follow-up", tables, error);
}

static gboolean
put_surveys(Call *call, json_t *value, GError **error)
{
	g_autoptr(GPtrArray) surveys = survey_list(call->db, error);
	json_t *list;

	if (surveys == NULL)
		return FALSE;
	json_put(value, "surveys", list = json_array());
	for (guint i = 0; i < surveys->len; i++) {
		const Survey *survey = surveys->pdata[i];
		json_t *one = json_object();

		json_put_text(one, "ref", survey->ref);
		json_put_text(one, "name", survey->name);
		json_array_append_new(list, one);
	}
	return TRUE;
}

static gboolean
figure_panels(Call *call, json_t *value, GError **error)
{
	return put_surveys(call, value, error) && desk_panel_chrome(call, value, error) && desk_panel_people(call, value, error) && desk_panel_trees(call, value, error);
}

/* ---- rows */

/* "4" or "1-2" */
static gboolean
read_scores(const char *text, FeltRowsAsk *want, GError **error)
{
	g_auto(GStrv) parts = text != NULL ? g_strsplit(text, "-", 2) : NULL;
	guint64 low = 0, high = 0;

	want->low = -1;
	if (text == NULL)
		return TRUE;
	if (!g_ascii_string_to_unsigned(parts[0], 10, 0, 10, &low, NULL) || !g_ascii_string_to_unsigned(parts[1] != NULL ? parts[1] : parts[0], 10, low, 10, &high, NULL)) {
		err_add_field(error, "/score", "A score, or two with a dash between: 1-2.");
		return FALSE;
	}
	want->low = (gint64)low;
	want->high = (gint64)high;
	return TRUE;
}

/* GET /answers?kind=csat&score=1-2&words=1&question=&of=sent and the filter of the figures */
static json_t *
answers_get(Call *call, GError **error)
{
	g_auto(Asked) asked = { NULL };
	FeltRowsAsk want = { .kind = given(call, "kind"), .with_words = call_query_int(call, "words", 0, 0, 1) != 0, .question_id = call_query_int(call, "question", 0, 0, G_MAXINT64),
		.sent = g_strcmp0(given(call, "of"), "sent") == 0, .at = call_query_int(call, "at", 0, 0, G_MAXINT64), .asked = call_query_int(call, "after", 0, 0, G_MAXINT64),
		.question = call_query_int(call, "after_question", 0, 0, G_MAXINT64), .limit = (guint)call_query_int(call, "limit", PAGE_ROWS, 1, MOST_ROWS) };
	json_t *value, *one;
	size_t i;

	if (want.kind != NULL && !g_strv_contains(survey_question_kinds, want.kind)) {
		err_add_field(error, "/kind", "There is no such kind of question.");
		return NULL;
	}
	if (!read_scores(given(call, "score"), &want, error) || !read_asked(call, call->db, &asked, error) || !read_agent(call, call->db, &asked, error) ||
	    (value = felt_rows(call->db, &asked.ask, &want, error)) == NULL)
		return NULL;
	json_array_foreach(json_object_get(value, "answers"), i, one) {
		g_autoptr(json_t) words = survey_question_words(json_text(one, "kind", ""), json_object_get(one, "asks"), call->actor->lang);
		gboolean choice = g_strcmp0(json_text(one, "kind", NULL), "choice") == 0;

		json_put_text(one, "ask", json_text(words, "ask", ""));
		json_put_text(one, "choice", choice ? json_string_value(json_array_get(json_object_get(words, "options"), (size_t)MAX(json_int(one, "score", 1) - 1, 0))) : NULL);
		json_object_del(one, "asks");
	}
	put_asked(value, &asked);
	json_put_text(value, "kind", want.kind);
	json_put_text(value, "score", given(call, "score"));
	json_put_bool(value, "words", want.with_words);
	json_put_text(value, "of", want.sent ? "sent" : NULL);
	return value;
}

/* GET /follow-ups?state=right|not_right|silent|asked and the period and team of the figures */
static json_t *
follow_ups_get(Call *call, GError **error)
{
	g_auto(Asked) asked = { NULL };
	FollowUpAsk want = { .state = given(call, "state"), .after_at = call_query_int(call, "at", 0, 0, G_MAXINT64), .after_id = call_query_int(call, "after", 0, 0, G_MAXINT64),
		.limit = (guint)call_query_int(call, "limit", PAGE_ROWS, 1, MOST_ROWS) };
	json_t *value;

	if (want.state != NULL && !g_strv_contains(follow_up_states, want.state)) {
		err_add_field(error, "/state", "There is no such word.");
		return NULL;
	}
	if (!read_asked(call, call->db, &asked, error))
		return NULL;
	want.from_ms = asked.period->from_ms;
	want.to_ms = asked.period->to_ms;
	want.team_id = asked.ask.team_id;
	if ((value = follow_up_list(call->db, &want, error)) == NULL)
		return NULL;
	put_asked(value, &asked);
	json_put_text(value, "state", want.state);
	return value;
}

const Route desk_satisfaction_routes[] = {
	{ "GET", "/figures/satisfaction", "measure.read", ROUTE_SLOW, .handler = satisfaction_get, .page = "figures_satisfaction.html", .panels = figure_panels, .about = "CSAT, NPS, CES, response rate and recoveries of a period" },
	{ "GET", "/figures/follow-up", "measure.read", ROUTE_SLOW, .handler = still_get, .page = "figures_follow_up.html", .panels = figure_panels, .about = "is it still right? of a period" },
	{ "GET", "/answers", "measure.read", ROUTE_READ, .handler = answers_get, .page = "answers.html", .panels = desk_panel_chrome, .about = "what customers answered to surveys, one by one, newest first" },
	{ "GET", "/follow-ups", "measure.read", ROUTE_READ, .handler = follow_ups_get, .page = "follow_ups.html", .panels = desk_panel_chrome, .about = "who was asked whether it is still right, newest first" },
	{ NULL },
};
