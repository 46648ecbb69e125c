/* queue.c - GET /cases as list and page, the counters of its views, and bulk acts. One case: desk/cases.c; what a search
 * means: cases/query.c; how lists stay fast: cases/list.h. */
#include "desk/queue.h"
#include "cases/assign.h"
#include "cases/list.h"
#include "cases/view.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "customer/customer.h"
#include "desk/choose.h"
#include <string.h>

enum { PAGE_ROWS = 50, BULK_MOST = 200 };

/* GET /cases?view=&q=&sort=&limit=&after= -> {cases, next, partial, n_found, view, q, sort, parts} */
static json_t *
queue_get(Call *call, GError **error)
{
	const char *q = call_query(call, "q");
	g_autoptr(CaseQuery) query = q != NULL && q[0] != '\0' ? case_query_parse(q, call->now_ms, call->actor->zone) : NULL;
	const char *view = call_query(call, "view"), *sort = call_query(call, "sort"), *after = call_query(call, "after");
	CaseListAsk ask = { .query = query };
	json_t *value;

	/* A search looks everywhere unless a view was asked for; the bare page is the work at hand. */
	ask.view = view != NULL && view[0] != '\0' ? view : query != NULL ? "all" : "open";
	ask.sort = sort != NULL && sort[0] != '\0' ? sort : NULL;
	ask.after = after != NULL && after[0] != '\0' ? after : NULL;
	ask.limit = (guint)call_query_int(call, "limit", PAGE_ROWS, 1, 200);
	if ((value = case_list(call->db, &ask, call->actor, call->now_ms, error)) == NULL)
		return NULL;
	json_put_text(value, "view", ask.view);
	json_put_text(value, "q", q != NULL ? q : "");
	json_put_text(value, "sort", ask.sort);
	json_put(value, "parts", query != NULL ? case_query_parts(query) : json_array());
	return value;
}

static gboolean
queue_panels(Call *call, json_t *value, GError **error)
{
	json_t *saved = saved_view_list(call->db, call->actor->user_id, error);

	if (saved == NULL)
		return FALSE;
	json_put(value, "saved", saved);
	return desk_panel_chrome(call, value, error) && desk_panel_people(call, value, error) && desk_panel_trees(call, value, error);
}

/* GET /views -> {mine, unassigned, late, waiting, open, at}: how many in each; kept fresh within a second. */
static json_t *
views_get(Call *call, GError **error)
{
	return case_counters_get(desk_app(call)->counters, call->actor);
}

/* POST /cases/bulk {refs[], owner, team, category, add_tags[], remove_tags[]}: all or nothing. */
typedef struct {
	DraftGiven given;
	GPtrArray *refs, *add_tags, *remove_tags;
	char *owner, *team, *category;
} BulkDraft;
enum { BULK_REFS, BULK_OWNER, BULK_TEAM, BULK_CATEGORY, BULK_ADD_TAGS, BULK_REMOVE_TAGS };
static const DraftField bulk_fields[] = {
	{ "refs", DRAFT_LIST, offsetof(BulkDraft, refs), .required = TRUE, .max = BULK_MOST, .about = "the cases, at most 200" },
	{ "owner", DRAFT_TEXT, offsetof(BulkDraft, owner), .about = "a user's ref, \"me\", or \"none\"" },
	{ "team", DRAFT_TEXT, offsetof(BulkDraft, team), .about = "a team's ref" },
	{ "category", DRAFT_TEXT, offsetof(BulkDraft, category), .about = "a category's ref or path" },
	{ "add_tags", DRAFT_LIST, offsetof(BulkDraft, add_tags), .max = 50, .about = "tags to add" },
	{ "remove_tags", DRAFT_LIST, offsetof(BulkDraft, remove_tags), .max = 50, .about = "tags to take away" },
	{ NULL },
};
static const DraftSpec bulk_draft = { "BulkChange", sizeof(BulkDraft), bulk_fields };

/* The case's tags with some added and some removed. (transfer full) */
static GPtrArray *
tags_changed(const Case *it, const GPtrArray *add, const GPtrArray *remove)
{
	g_auto(GStrv) had = g_strsplit(it->tags, ",", -1);
	GPtrArray *tags = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; had[i] != NULL; i++)
		if (had[i][0] != '\0' && (remove == NULL || !g_ptr_array_find_with_equal_func((GPtrArray *)remove, had[i], g_str_equal, NULL)))
			g_ptr_array_add(tags, g_strdup(had[i]));
	for (guint i = 0; add != NULL && i < add->len; i++)
		if (!g_ptr_array_find_with_equal_func(tags, add->pdata[i], g_str_equal, NULL))
			g_ptr_array_add(tags, g_strdup(add->pdata[i]));
	return tags;
}

static gboolean
bulk_one(Call *call, const BulkDraft *draft, const char *ref, gint64 owner_id, gint64 team_id, GError **error)
{
	gboolean assign = DRAFT_GIVEN(draft, BULK_OWNER) || team_id != 0;
	g_autoptr(Case) it = case_by_ref(call->db, ref, error);
	g_autoptr(GPtrArray) tags = NULL;
	CaseChange change = { .category = draft->category };

	if (it == NULL) {
		g_prefix_error(error, "%s: ", ref);
		return FALSE;
	}
	if (assign && !case_assign_in(call->db, it->id, 0, DRAFT_GIVEN(draft, BULK_OWNER) ? owner_id : it->owner_id, team_id, call->actor, call->now_ms, error))
		return FALSE;
	if (DRAFT_GIVEN(draft, BULK_CATEGORY))
		change.given |= CASE_CATEGORY;
	if (draft->add_tags != NULL || draft->remove_tags != NULL) {
		change.given |= CASE_TAGS;
		change.tags = tags = tags_changed(it, draft->add_tags, draft->remove_tags);
	}
	return change.given == 0 || case_change_in(call->db, it->id, 0, &change, call->actor, call->now_ms, error);
}

static json_t *
bulk_post(Call *call, GError **error)
{
	const BulkDraft *draft = call->draft;
	gboolean assign = DRAFT_GIVEN(draft, BULK_OWNER) || DRAFT_GIVEN(draft, BULK_TEAM);
	gint64 owner_id = 0, team_id = 0;
	g_autoptr(DbTx) tx = NULL;
	json_t *value;

	if (assign && !actor_must(call->actor, "case.assign", error))
		return NULL;
	if (!desk_owner_id(call, draft->owner, &owner_id, error) || !desk_team_id(call, draft->team, &team_id, error))
		return NULL;
	if ((tx = db_begin(call->db, error)) == NULL)
		return NULL;
	for (guint i = 0; i < draft->refs->len; i++)
		if (!bulk_one(call, draft, draft->refs->pdata[i], owner_id, team_id, error))
			return NULL;
	if (!db_tx_commit(tx, error))
		return NULL;
	value = json_object();
	json_put_int(value, "changed", draft->refs->len);
	call_redirect(call, "/cases%s%s", call_query_string(call)[0] != '\0' ? "?" : "", call_query_string(call));
	return value;
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
	CaseListAsk ask = { .view = "all", .limit = 6 };

	if (q == NULL || strlen(q) < 2) {
		json_put(value, "cases", json_array());
		json_put(value, "customers", json_array());
		return g_steal_pointer(&value);
	}
	ask.query = query = case_query_parse(q, call->now_ms, call->actor->zone);
	if ((cases = case_list(call->db, &ask, call->actor, call->now_ms, error)) == NULL)
		return NULL;
	if ((customers = customer_find(call->db, q, 5, error)) == NULL)
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
	{ "POST", "/cases/bulk", "case.write", ROUTE_WRITE, 64 * 1024, bulk_post, .draft = &bulk_draft, .about = "assign, categorise or tag up to 200 cases at once" },
	{ NULL },
};
