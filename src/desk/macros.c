/* macros.c - wordings kept ready for replies, with what fills itself in. The rules: cases/macro.h; on the case page they
 * come as a panel: desk/panels.c. */
#include "desk/macros.h"
#include "base/clock.h"
#include "cases/guide.h"
#include "cases/macro.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "desk/people.h"

static json_t *
macros_get(Call *call, GError **error)
{
	json_t *macros = macro_list(call->db, call->actor->user_id, error), *value;

	if (macros == NULL)
		return NULL;
	value = json_object();
	json_put(value, "macros", macros);
	return value;
}

/* Each variable with what it would be on a case of an example. */
static gboolean
macro_panels(Call *call, json_t *value, GError **error)
{
	const Case example = { .ref = (char *)"7KQM-4TXB", .subject = (char *)"The kettle leaks", .kind = (char *)"complaint", .customer_name = (char *)"Amara Okafor",
		.product = (char *)"Kettle", .category = (char *)"Appliances \xE2\x80\xBA Leaks", .team_name = (char *)"Refunds", .owner_name = (char *)call->actor->name,
		.received_at = call->now_ms - 2 * MS_PER_DAY };
	json_t *list = json_array();

	for (guint i = 0; macro_variables[i] != NULL; i++) {
		g_autofree char *body = g_strdup_printf("{{%s}}", macro_variables[i]);
		g_autoptr(json_t) shown = macro_render(body, &example, call->actor, call->now_ms);
		json_t *one = json_object();

		json_put_text(one, "name", body);
		json_put_text(one, "example", json_text(shown, "text", ""));
		json_array_append_new(list, one);
	}
	json_put(value, "variables", list);
	return desk_panel_chrome(call, value, error);
}

/* GET /macros/{ref}?case=REF: with "preview", the words as they would stand on that case: {text, faults}. */
static json_t *
macro_get_one(Call *call, GError **error)
{
	g_autoptr(json_t) value = macro_get(call->db, call_param(call, "ref"), call->actor->user_id, error);
	g_autoptr(Case) it = NULL;
	const char *ref = call_query(call, "case");

	if (value == NULL)
		return NULL;
	if (ref != NULL && ref[0] != '\0') {
		if ((it = case_by_ref(call->db, ref, error)) == NULL)
			return NULL;
		json_put(value, "preview", macro_render(json_text(value, "body", ""), it, call->actor, call->now_ms));
	} else {
		call_etag_version(call, json_int(value, "version", 0));
	}
	return g_steal_pointer(&value);
}

typedef struct {
	DraftGiven given;
	char *name, *body;
	const char *kind, *step, *channel;
	gboolean shared, removed;
} MacroDraft;
enum { M_NAME, M_BODY, M_KIND, M_SHARED, M_STEP, M_CHANNEL, M_REMOVED };
static const DraftField new_macro_fields[] = {
	[M_NAME] = { "name", DRAFT_TEXT, offsetof(MacroDraft, name), .required = TRUE, .max = 200 },
	[M_BODY] = { "body", DRAFT_TEXT, offsetof(MacroDraft, body), .required = TRUE, .max = 20000, .about = "with {{customer.first_name}} and the like" },
	[M_KIND] = { "kind", DRAFT_WORD, offsetof(MacroDraft, kind), .words = case_kinds, .about = "for one kind of case only" },
	[M_SHARED] = { "shared", DRAFT_BOOL, offsetof(MacroDraft, shared), .about = "everybody's; needs view.share" },
	[M_STEP] = { "step", DRAFT_WORD, offsetof(MacroDraft, step), .words = guide_steps, .about = "sample words for this step of the conversation" },
	[M_CHANNEL] = { "channel", DRAFT_WORD, offsetof(MacroDraft, channel), .words = case_channels, .about = "for one channel only" },
	{ NULL },
};
static const DraftSpec new_macro_draft = { "NewMacro", sizeof(MacroDraft), new_macro_fields };
static const DraftField macro_fields[] = {
	[M_NAME] = { "name", DRAFT_TEXT, offsetof(MacroDraft, name), .max = 200 },
	[M_BODY] = { "body", DRAFT_TEXT, offsetof(MacroDraft, body), .max = 20000 },
	[M_KIND] = { "kind", DRAFT_WORD, offsetof(MacroDraft, kind), .words = case_kinds, .keep_empty = TRUE },
	[M_SHARED] = { "shared", DRAFT_BOOL, offsetof(MacroDraft, shared), .about = "everybody's, or one's own; needs view.share" },
	[M_STEP] = { "step", DRAFT_WORD, offsetof(MacroDraft, step), .words = guide_steps, .about = "sample words for this step of the conversation" },
	[M_CHANNEL] = { "channel", DRAFT_WORD, offsetof(MacroDraft, channel), .words = case_channels, .about = "for one channel only" },
	[M_REMOVED] = { "removed", DRAFT_BOOL, offsetof(MacroDraft, removed), .about = "true: used no more" },
	{ NULL },
};
static const DraftSpec macro_draft = { "MacroChange", sizeof(MacroDraft), macro_fields };

/* A step and a channel as they were sent; what was not stays. */
static gboolean
use_now(Call *call, const char *ref, const MacroDraft *draft, GError **error)
{
	g_autoptr(json_t) now = NULL;

	if (!DRAFT_GIVEN(draft, M_STEP) && !DRAFT_GIVEN(draft, M_CHANNEL))
		return TRUE;
	if ((now = macro_get(call->db, ref, call->actor->user_id, error)) == NULL)
		return FALSE;
	return macro_use(call->db, ref, DRAFT_GIVEN(draft, M_STEP) ? draft->step : json_text(now, "step", NULL), DRAFT_GIVEN(draft, M_CHANNEL) ? draft->channel : json_text(now, "channel", NULL),
		call->actor, error);
}

static json_t *
macro_post(Call *call, GError **error)
{
	const MacroDraft *draft = call->draft;
	char ref[16];

	if (!macro_add(call->db, draft->name, draft->body, draft->kind, draft->shared, call->actor, call->now_ms, ref, error) || !use_now(call, ref, draft, error))
		return NULL;
	call_created(call, "/macros/%s", ref);
	/* From a step's samples one goes on to change the words; from the list back to it. */
	if (call->as_page)
		call_redirect(call, call_query(call, "open") != NULL ? "/macros/%s" : "/macros", ref);
	return macro_get(call->db, ref, call->actor->user_id, error);
}

static json_t *
remove_now(Call *call, GError **error)
{
	if (!macro_remove(call->db, call_param(call, "ref"), call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "/macros");
	return json_null();
}

static json_t *
macro_patch(Call *call, GError **error)
{
	const MacroDraft *draft = call->draft;
	const char *ref = call_param(call, "ref");
	const char *kind = !DRAFT_GIVEN(draft, M_KIND) ? NULL : draft->kind != NULL ? draft->kind : "";
	gint64 version;

	if (draft->removed)
		return remove_now(call, error);
	if (!desk_if_match(call, &version, error))
		return NULL;
	if (!macro_change(call->db, ref, version, draft->name, draft->body, kind, DRAFT_GIVEN(draft, M_SHARED) ? draft->shared : -1, call->actor, call->now_ms, error) || !use_now(call, ref, draft, error))
		return NULL;
	call_redirect(call, "/macros");
	return macro_get(call->db, ref, call->actor->user_id, error);
}

static json_t *
macro_delete(Call *call, GError **error)
{
	return remove_now(call, error);
}

const Route desk_macro_routes[] = {
	{ "GET", "/macros", "case.read", ROUTE_READ, .handler = macros_get, .page = "macros.html", .panels = macro_panels, .about = "wordings: everybody's and one's own" },
	{ "POST", "/macros", "message.write", ROUTE_WRITE, 64 * 1024, macro_post, .page = "macros.html", .draft = &new_macro_draft, .panels = macro_panels, .about = "keep a wording" },
	{ "GET", "/macros/{ref}", "case.read", ROUTE_READ, .handler = macro_get_one, .page = "macro.html", .panels = macro_panels, .about = "a wording; with ?case= as it would stand there" },
	{ "PATCH", "/macros/{ref}", "message.write", ROUTE_WRITE, 64 * 1024, macro_patch, .page = "macro.html", .draft = &macro_draft, .panels = macro_panels, .about = "change a wording" },
	{ "DELETE", "/macros/{ref}", "message.write", ROUTE_WRITE, 4096, macro_delete, .about = "a wording is used no more" },
	{ NULL },
};
