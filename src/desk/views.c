/* views.c - saved views of the queue: one's own and shared ones. The list itself, and the counters of the built-in views:
 * desk/queue.c; the rules: cases/view.h. */
#include "desk/views.h"
#include "cases/list.h"
#include "cases/view.h"
#include "desk/app.h"

/* GET /views/saved -> {views}. */
static json_t *
views_get(Call *call, GError **error)
{
	json_t *views = saved_view_list(call->db, call->actor->user_id, error), *value;

	if (views == NULL)
		return NULL;
	value = json_object();
	json_put(value, "views", views);
	return value;
}

static json_t *
view_get(Call *call, GError **error)
{
	return saved_view_get(call->db, call_param(call, "ref"), call->actor->user_id, error);
}

typedef struct {
	DraftGiven given;
	char *name, *query;
	const char *sort;
	gboolean shared;
} ViewDraft;
enum { V_NAME, V_QUERY, V_SORT, V_SHARED };
static const DraftField new_view_fields[] = {
	[V_NAME] = { "name", DRAFT_TEXT, offsetof(ViewDraft, name), .required = TRUE, .max = 200 },
	[V_QUERY] = { "query", DRAFT_TEXT, offsetof(ViewDraft, query), .max = 4000, .about = "as typed: owner:me category:billing" },
	[V_SORT] = { "sort", DRAFT_WORD, offsetof(ViewDraft, sort), .words = case_sorts },
	[V_SHARED] = { "shared", DRAFT_BOOL, offsetof(ViewDraft, shared), .about = "everybody's; needs view.share" },
	{ NULL },
};
static const DraftSpec new_view_draft = { "NewView", sizeof(ViewDraft), new_view_fields };
static const DraftField view_fields[] = {
	[V_NAME] = { "name", DRAFT_TEXT, offsetof(ViewDraft, name), .max = 200 },
	[V_QUERY] = { "query", DRAFT_TEXT, offsetof(ViewDraft, query), .max = 4000, .keep_empty = TRUE },
	[V_SORT] = { "sort", DRAFT_WORD, offsetof(ViewDraft, sort), .words = case_sorts },
	[V_SHARED] = { "shared", DRAFT_BOOL, offsetof(ViewDraft, shared) },
	{ NULL },
};
static const DraftSpec view_draft = { "ViewChange", sizeof(ViewDraft), view_fields };

static json_t *
view_post(Call *call, GError **error)
{
	const ViewDraft *draft = call->draft;
	char ref[16];

	if (!saved_view_add(call->db, draft->name, draft->query != NULL ? draft->query : "", draft->sort, draft->shared, call->actor, call->now_ms, ref, error))
		return NULL;
	call_created(call, "/views/%s", ref);
	if (call->as_page)
		call_redirect(call, "/cases?view=%s", ref);
	return saved_view_get(call->db, ref, call->actor->user_id, error);
}

static json_t *
view_patch(Call *call, GError **error)
{
	const ViewDraft *draft = call->draft;
	const char *ref = call_param(call, "ref");
	const char *query = !DRAFT_GIVEN(draft, V_QUERY) ? NULL : draft->query != NULL ? draft->query : "";

	if (!saved_view_change(call->db, ref, draft->name, query, draft->sort, DRAFT_GIVEN(draft, V_SHARED) ? draft->shared : -1, call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "/cases?view=%s", ref);
	return saved_view_get(call->db, ref, call->actor->user_id, error);
}

static json_t *
view_delete(Call *call, GError **error)
{
	if (!saved_view_remove(call->db, call_param(call, "ref"), call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "/cases?view=mine");
	return json_null();
}

const Route desk_view_routes[] = {
	{ "GET", "/views/saved", "case.read", ROUTE_READ, .handler = views_get, .flags = ROUTE_API_ONLY, .about = "saved views: one's own and shared ones" },
	{ "POST", "/views", "case.read", ROUTE_WRITE, 16 * 1024, view_post, .draft = &new_view_draft, .about = "save a view" },
	{ "GET", "/views/{ref}", "case.read", ROUTE_READ, .handler = view_get, .flags = ROUTE_API_ONLY, .about = "one saved view" },
	{ "PATCH", "/views/{ref}", "case.read", ROUTE_WRITE, 16 * 1024, view_patch, .draft = &view_draft, .about = "change a saved view of one's own" },
	{ "DELETE", "/views/{ref}", "case.read", ROUTE_WRITE, 4096, view_delete, .about = "throw a saved view away" },
	{ NULL },
};
