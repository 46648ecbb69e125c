/* queue.c - GET /cases as list and page, and the counters of its views. Acts on many at once: desk/bulk.c; saved views:
 * desk/views.c; one case: desk/cases.c; what a search means: cases/query.c; how lists stay fast: cases/list.h. */
#include "desk/queue.h"
#include "cases/list.h"
#include "cases/tag_words.h"
#include "cases/view.h"
#include "customer/customer.h"
#include "desk/app.h"
#include "desk/clock.h"
#include "desk/panels.h"
#include "mailbox/journal.h"
#include "promise/clock_due.h"
#include "store/events.h"
#include <string.h>

enum { PAGE_ROWS = 50, MOST_ROWS = 200, MOST_ADDED = 20, FOUND_CASES = 6, FOUND_CUSTOMERS = 5, STUCK_MAX = 99 };

static gboolean
is_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* What is searched for: q, and behind it each ?add=channel:email of the filters, which work without a script. */
static char *
asked_words(const Call *call)
{
	const char *q = call_query(call, "q");
	GString *out = g_string_new(q != NULL ? q : "");
	g_autofree char *name = NULL, *value = NULL;
	GUriParamsIter iter;
	guint n = 0;

	g_uri_params_iter_init(&iter, call_query_string(call), -1, "&", G_URI_PARAMS_WWW_FORM);
	while (n < MOST_ADDED && g_uri_params_iter_next(&iter, &name, &value, NULL)) {
		if (strcmp(name, "add") == 0 && value[0] != '\0' && value[strlen(value) - 1] != ':') {
			g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", value);
			n++;
		}
		g_clear_pointer(&name, g_free);
		g_clear_pointer(&value, g_free);
	}
	return g_string_free(out, FALSE);
}

/* A built-in view by its word, or a saved one by its ref: then its words stand in front, and its sort is the default. */
static gboolean
read_view(Call *call, const char *view, char **words, CaseListAsk *ask, json_t *value, GError **error)
{
	g_autoptr(json_t) saved = NULL;
	g_autofree char *own = NULL;

	json_put_text(value, "title", NULL);
	if (!is_given(view)) {
		/* A search looks everywhere; the bare page is the work at hand. */
		ask->view = is_given(*words) ? "all" : "open";
		return TRUE;
	}
	ask->view = view;
	if (g_strv_contains(case_views, view))
		return TRUE;
	if ((saved = saved_view_get(call->db, view, call->actor->user_id, error)) == NULL)
		return FALSE;
	own = g_steal_pointer(words);
	*words = is_given(own) ? g_strconcat(json_text(saved, "query", ""), " ", own, NULL) : g_strdup(json_text(saved, "query", ""));
	json_put_text(value, "title", json_text(saved, "name", NULL));
	ask->view = "all";
	if (ask->sort == NULL)
		ask->sort = g_intern_string(json_text(saved, "sort", "due"));
	return TRUE;
}

/* Words to look for are ranked; operators alone only filter. */
static gboolean
has_words(const json_t *parts)
{
	json_t *part;
	size_t i;

	json_array_foreach(parts, i, part)
		if (g_str_equal(json_text(part, "key", ""), "text"))
			return TRUE;
	return FALSE;
}

/* GET /cases?view=&q=&add=&sort=&limit=&after= -> {cases, next, by_promise, partial, n_found, n_found_more, view, title, q, sort, parts} */
static json_t *
queue_get(Call *call, GError **error)
{
	const char *view = call_query(call, "view"), *sort = call_query(call, "sort"), *after = call_query(call, "after");
	g_autofree char *words = asked_words(call);
	g_autoptr(json_t) value = json_object(), list = NULL, parts = json_array();
	g_autoptr(CaseQuery) query = NULL;
	CaseListAsk ask = { .sort = is_given(sort) ? sort : NULL, .after = is_given(after) ? after : NULL };

	if (!read_view(call, view, &words, &ask, value, error))
		return NULL;
	if (is_given(words)) {
		ask.query = query = case_query_parse(words, call->now_ms, call->actor->zone);
		json_decref(parts);
		parts = case_query_parts(query);
	}
	if (ask.sort == NULL)
		ask.sort = has_words(parts) ? "rank" : "due";
	ask.limit = (guint)call_query_int(call, "limit", PAGE_ROWS, 1, MOST_ROWS);
	if ((list = case_list(call->db, &ask, call->actor, call->now_ms, error)) == NULL)
		return NULL;
	json_object_update(value, list);
	json_put_text(value, "view", is_given(view) ? view : ask.view);
	json_put_text(value, "q", words);
	json_put_text(value, "sort", ask.sort);
	json_put(value, "parts", g_steal_pointer(&parts));
	desk_put_clocks(json_object_get(value, "cases"), call->now_ms);
	return g_steal_pointer(&value);
}

/* The search's chips: each with what would be left without it. */
static void
put_withouts(json_t *value)
{
	json_t *parts = json_object_get(value, "parts"), *part, *other;
	size_t i, k;

	json_array_foreach(parts, i, part) {
		g_autoptr(GString) rest = g_string_new(NULL);

		json_array_foreach(parts, k, other)
			if (k != i)
				g_string_append_printf(rest, "%s%s", rest->len > 0 ? " " : "", json_text(other, "text", ""));
		json_put_text(part, "without", rest->str);
	}
}

/* The names of the clocks, for the filters. */
static void
put_clock_words(json_t *value)
{
	json_t *list = json_array();

	for (guint i = 0; clock_words[i] != NULL; i++) {
		json_t *one = json_object();

		json_put_text(one, "clock", clock_words[i]);
		json_array_append_new(list, one);
	}
	json_put(value, "clock_words", list);
}

static gboolean
queue_panels(Call *call, json_t *value, GError **error)
{
	g_autoptr(json_t) saved = saved_view_list(call->db, call->actor->user_id, error), tags = NULL;
	json_t *mine, *shared, *one;
	gint64 last_event = 0, n_stuck = 0;
	gboolean any = TRUE;
	size_t i;

	if (json_array_size(json_object_get(value, "cases")) == 0 && !case_list_any(call->db, &any, error))
		return FALSE;
	json_put_bool(value, "no_cases", !any); /* nothing was ever taken in: then the page says how */
	if (saved == NULL || (tags = case_tag_words(call->db, 50, error)) == NULL)
		return FALSE;
	json_put(value, "saved", mine = json_array());
	json_put(value, "shared", shared = json_array());
	json_array_foreach(saved, i, one)
		json_array_append(json_flag(one, "shared", FALSE) ? shared : mine, one);
	put_withouts(value);
	put_clock_words(value);
	json_put(value, "tags", g_steal_pointer(&tags));
	if (!events_last_id(call->db, &last_event, error) || !mail_count_stuck(call->db, STUCK_MAX, &n_stuck, error))
		return FALSE;
	json_put_int(value, "n_mail_stuck", n_stuck);
	json_put(value, "counters", case_counters_get(desk_app(call)->counters, call->actor));
	if (json_flag(value, "by_promise", FALSE))
		desk_due_is_promise(json_object_get(value, "cases"), call->now_ms);
	json_put_int(value, "watch_after", last_event); /* the page's live stream begins behind what it shows */
	json_put(value, "groups", desk_clock_groups(json_object_get(value, "cases"), g_str_equal(json_text(value, "sort", ""), "due"), call->now_ms, call->actor->zone));
	return desk_panel_chrome(call, value, error) && desk_panel_people(call, value, error) && desk_panel_trees(call, value, error);
}

/* GET /views -> {mine, unassigned, late, waiting, open, at}: how many in each; fresh within a second. */
static json_t *
views_get(Call *call, GError **error)
{
	return case_counters_get(desk_app(call)->counters, call->actor);
}

/* GET /: where staff begin. */
static json_t *
home_get(Call *call, GError **error)
{
	call_redirect(call, "/cases?view=%s", actor_may(call->actor, "message.write") ? "mine" : "open");
	return json_null();
}

/* GET /find?q= -> {cases[], customers[]}: the palette's answers while one types. */
static json_t *
find_get(Call *call, GError **error)
{
	const char *q = call_query(call, "q");
	g_autoptr(json_t) value = json_object(), cases = NULL, customers = NULL;
	g_autoptr(CaseQuery) query = NULL;
	CaseListAsk ask = { .view = "all", .sort = "rank", .limit = FOUND_CASES };

	if (q == NULL || strlen(q) < 2) {
		json_put(value, "cases", json_array());
		json_put(value, "customers", json_array());
		return g_steal_pointer(&value);
	}
	ask.query = query = case_query_parse(q, call->now_ms, call->actor->zone);
	if ((cases = case_list(call->db, &ask, call->actor, call->now_ms, error)) == NULL)
		return NULL;
	if ((customers = customer_find(call->db, q, FOUND_CUSTOMERS, error)) == NULL)
		return NULL;
	json_put(value, "cases", json_incref(json_object_get(cases, "cases")));
	json_put(value, "customers", g_steal_pointer(&customers));
	return g_steal_pointer(&value);
}

const Route desk_queue_routes[] = {
	{ "GET", "/", "case.read", ROUTE_READ, .handler = home_get, .flags = ROUTE_PAGE_ONLY, .about = "where staff begin" },
	{ "GET", "/cases", "case.read", ROUTE_READ, .handler = queue_get, .page = "queue.html", .panels = queue_panels, .about = "cases by view, search and sort, page by page" },
	{ "GET", "/views", "case.read", ROUTE_READ, .handler = views_get, .flags = ROUTE_API_ONLY, .about = "how many cases stand in each view" },
	{ "GET", "/find", "case.read", ROUTE_READ, .handler = find_get, .flags = ROUTE_API_ONLY, .about = "cases and customers while one types" },
	{ NULL },
};
