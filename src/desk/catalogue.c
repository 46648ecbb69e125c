/* catalogue.c - Settings > Remedies: what can be given, and the systems of the house that do it. The rules: remedy/catalogue.h, remedy/hook.h. Who may
 * give how much: desk/limits.c. */
#include "base/ids.h"
#include "base/seal.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "desk/people.h"
#include "desk/remedy_settings.h"
#include "remedy/catalogue.h"
#include "remedy/hook.h"
#include <string.h>

static json_t *
types_get(Call *call, GError **error)
{
	json_t *list = remedy_type_list(call->db, error), *value;

	if (list == NULL)
		return NULL;
	value = json_object();
	json_put(value, "types", list);
	return value;
}

static json_t *
type_value(Call *call, const RemedyType *type)
{
	call_etag_version(call, type->version);
	return remedy_type_to_json(type);
}

static json_t *
type_get_one(Call *call, GError **error)
{
	g_autoptr(RemedyType) type = remedy_type_by_ref(call->db, call_param(call, "ref"), error);

	return type != NULL ? type_value(call, type) : NULL;
}

static gboolean
type_panels(Call *call, json_t *value, GError **error)
{
	json_t *kinds = json_array(), *hooks;

	for (guint i = 0; remedy_kinds[i] != NULL; i++)
		json_array_append_new(kinds, json_string(remedy_kinds[i]));
	json_put(value, "kinds", kinds);
	if ((hooks = hook_list(call->db, error)) == NULL)
		return FALSE;
	json_put(value, "hooks", hooks);
	return desk_panel_chrome(call, value, error);
}

typedef struct {
	DraftGiven given;
	const char *kind, *done_by;
	char *name, *wording, *hook, *limits;
	gboolean has_value, goodwill, removed;
} TypeDraft;
/* In the order of the TYPE_ bits: what was sent is what is meant. */
enum { T_KIND, T_NAME, T_HAS_VALUE, T_GOODWILL, T_DONE_BY, T_HOOK, T_WORDING, T_LIMITS, T_REMOVED };
#define TYPE_FIELDS(needed) \
	[T_KIND] = { "kind", DRAFT_WORD, offsetof(TypeDraft, kind), .required = needed, .words = remedy_kinds }, \
	[T_NAME] = { "name", DRAFT_TEXT, offsetof(TypeDraft, name), .required = needed, .max = 400 }, \
	[T_HAS_VALUE] = { "has_value", DRAFT_BOOL, offsetof(TypeDraft, has_value), .about = "given in money" }, \
	[T_GOODWILL] = { "goodwill", DRAFT_BOOL, offsetof(TypeDraft, goodwill), .about = "beyond what is owed; redress otherwise" }, \
	[T_DONE_BY] = { "done_by", DRAFT_WORD, offsetof(TypeDraft, done_by), .words = remedy_ways }, \
	[T_HOOK] = { "hook", DRAFT_TEXT, offsetof(TypeDraft, hook), .max = 20, .keep_empty = TRUE, .about = "the system that does it: its ref" }, \
	[T_WORDING] = { "wording", DRAFT_TEXT, offsetof(TypeDraft, wording), .max = 8000, .keep_empty = TRUE, .about = "for the customer, with {{customer.first_name}} and the like" }, \
	[T_LIMITS] = { "limits", DRAFT_TEXT, offsetof(TypeDraft, limits), .max = 2000, .keep_empty = TRUE, .about = "a line for each currency: GBP 5 to 500, EUR up to 300, USD from 10" }
static const DraftField new_type_fields[] = { TYPE_FIELDS(TRUE), { NULL } };
static const DraftSpec new_type_draft = { "NewRemedyType", sizeof(TypeDraft), new_type_fields };
static const DraftField type_fields[] = { TYPE_FIELDS(FALSE), [T_REMOVED] = { "removed", DRAFT_BOOL, offsetof(TypeDraft, removed) }, { NULL } };
static const DraftSpec type_draft = { "RemedyTypeChange", sizeof(TypeDraft), type_fields };
#undef TYPE_FIELDS

static RemedyTypeChange
change_of(const TypeDraft *draft)
{
	return (RemedyTypeChange){ .given = (guint)draft->given, .kind = draft->kind, .name = draft->name, .done_by = draft->done_by, .wording = draft->wording, .hook = draft->hook, .limits = draft->limits,
		.has_value = draft->has_value, .goodwill = draft->goodwill, .removed = draft->removed };
}

static json_t *
type_post(Call *call, GError **error)
{
	const RemedyTypeChange make = change_of(call->draft);
	g_autoptr(RemedyType) type = remedy_type_add(call->db, &make, call->actor, call->now_ms, error);

	if (type == NULL)
		return NULL;
	call_created(call, "/remedy-types/%s", type->ref);
	return type_value(call, type);
}

static json_t *
type_patch(Call *call, GError **error)
{
	RemedyTypeChange change = change_of(call->draft);
	g_autoptr(RemedyType) type = NULL;
	gint64 version;

	/* A form sends a box only when it is ticked. */
	if (call->as_page)
		change.given |= TYPE_HAS_VALUE | TYPE_GOODWILL;
	if (!desk_if_match(call, &version, error) || (type = remedy_type_change(call->db, call_param(call, "ref"), version, &change, call->actor, call->now_ms, error)) == NULL)
		return NULL;
	call_redirect(call, "/remedy-types");
	return type_value(call, type);
}

static json_t *
type_delete(Call *call, GError **error)
{
	const RemedyTypeChange change = { .given = TYPE_REMOVED, .removed = TRUE };
	g_autoptr(RemedyType) type = remedy_type_change(call->db, call_param(call, "ref"), 0, &change, call->actor, call->now_ms, error);

	if (type == NULL)
		return NULL;
	call_redirect(call, "/remedy-types");
	return type_value(call, type);
}

/* ---- systems of the house -------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *name, *url, *back_url, *secret;
	gint64 timeout_s, wait_hours;
} HookDraft;
static const DraftField hook_fields[] = {
	{ "name", DRAFT_TEXT, offsetof(HookDraft, name), .max = 400 },
	{ "url", DRAFT_TEXT, offsetof(HookDraft, url), .max = 2000, .about = "https, unless the setting webhook_hosts names it as a machine of the house" },
	{ "back_url", DRAFT_TEXT, offsetof(HookDraft, back_url), .max = 2000, .keep_empty = TRUE, .about = "where it is asked to take back what it did; empty: a person takes back" },
	{ "secret", DRAFT_TEXT, offsetof(HookDraft, secret), .max = 500, .about = "the key that signs; left out for a new one: made, and told once" },
	{ "timeout_s", DRAFT_INT, offsetof(HookDraft, timeout_s), .min = 1, .max = HOOK_TIMEOUT_MAX_S },
	{ "wait_hours", DRAFT_INT, offsetof(HookDraft, wait_hours), .min = 1, .max = HOOK_WAIT_MAX_HOURS, .about = "how long it may take to report what it took on (202); then a person is asked" },
	{ NULL },
};
static const DraftSpec hook_draft = { "RemedyHook", sizeof(HookDraft), hook_fields };

static json_t *
hooks_get(Call *call, GError **error)
{
	json_t *list = hook_list(call->db, error), *value;

	if (list == NULL)
		return NULL;
	value = json_object();
	json_put(value, "hooks", list);
	return value;
}

static json_t *
hook_get_one(Call *call, GError **error)
{
	g_autoptr(Hook) hook = hook_by_ref(call->db, call_param(call, "ref"), error);
	json_t *value;

	if (hook == NULL)
		return NULL;
	call_etag_version(call, hook->version);
	value = hook_to_json(hook);
	json_put(value, "secret", json_null());
	return value;
}

/* POST /remedy-hooks -> the system with its "secret", told here alone. */
static json_t *
hook_post(Call *call, GError **error)
{
	const HookDraft *draft = call->draft;
	g_autofree char *made = draft->secret == NULL ? key_new(32) : g_strdup(draft->secret);
	g_autofree char *sealed = seal(desk_app(call)->seal_key, "hook", made);
	const HookChange make = { .name = draft->name, .url = draft->url, .back_url = draft->back_url, .sealed = sealed, .timeout_s = draft->timeout_s, .wait_hours = draft->wait_hours };
	g_autoptr(Hook) hook = hook_add(call->db, &make, call->actor, call->now_ms, error);
	json_t *value;

	if (hook == NULL)
		return NULL;
	call_created(call, "/remedy-hooks/%s", hook->ref);
	g_clear_pointer(&call->redirect, g_free); /* the page itself tells the key */
	value = hook_to_json(hook);
	json_put_text(value, "secret", made);
	return value;
}

static json_t *
hook_patch(Call *call, GError **error)
{
	const HookDraft *draft = call->draft;
	g_autofree char *sealed = draft->secret != NULL ? seal(desk_app(call)->seal_key, "hook", draft->secret) : NULL;
	const HookChange change = { .name = draft->name, .url = draft->url, .back_url = draft->back_url, .sealed = sealed, .timeout_s = draft->timeout_s, .wait_hours = draft->wait_hours };
	g_autoptr(Hook) hook = NULL;
	json_t *value;
	gint64 version;

	if (!desk_if_match(call, &version, error) || (hook = hook_change(call->db, call_param(call, "ref"), version, &change, call->actor, call->now_ms, error)) == NULL)
		return NULL;
	call_redirect(call, "/remedy-types");
	call_etag_version(call, hook->version);
	value = hook_to_json(hook);
	json_put(value, "secret", json_null());
	return value;
}

static json_t *
hook_delete(Call *call, GError **error)
{
	const HookChange change = { .removed = TRUE };
	g_autoptr(Hook) hook = hook_change(call->db, call_param(call, "ref"), 0, &change, call->actor, call->now_ms, error);

	if (hook == NULL)
		return NULL;
	call_redirect(call, "/remedy-types");
	return hook_to_json(hook);
}

const Route desk_catalogue_routes[] = {
	{ "GET", "/remedy-types", "case.read", ROUTE_READ, .handler = types_get, .page = "remedy_types.html", .panels = type_panels, .about = "what can be given" },
	{ "POST", "/remedy-types", "admin.write", ROUTE_WRITE, 64 * 1024, type_post, .page = "remedy_types.html", .draft = &new_type_draft, .panels = type_panels, .about = "add a remedy to the catalogue" },
	{ "GET", "/remedy-types/{ref}", "case.read", ROUTE_READ, .handler = type_get_one, .page = "remedy_type.html", .panels = type_panels, .about = "one of them" },
	{ "PATCH", "/remedy-types/{ref}", "admin.write", ROUTE_WRITE, 64 * 1024, type_patch, .page = "remedy_type.html", .draft = &type_draft, .panels = type_panels, .about = "change it; what was given stays as it was" },
	{ "DELETE", "/remedy-types/{ref}", "admin.write", ROUTE_WRITE, 4096, type_delete, .about = "given no more; what was given keeps it" },
	{ "GET", "/remedy-hooks", "admin.write", ROUTE_READ, .handler = hooks_get, .flags = ROUTE_API_ONLY, .about = "the systems that carry remedies out" },
	{ "POST", "/remedy-hooks", "admin.write", ROUTE_WRITE, 16 * 1024, hook_post, .page = "remedy_hook.html", .draft = &hook_draft, .panels = desk_panel_chrome, .flags = ROUTE_SECRET, .about = "one more; the answer tells its key, once" },
	{ "GET", "/remedy-hooks/{ref}", "admin.write", ROUTE_READ, .handler = hook_get_one, .page = "remedy_hook.html", .panels = desk_panel_chrome, .about = "one of them; its key is never told" },
	{ "PATCH", "/remedy-hooks/{ref}", "admin.write", ROUTE_WRITE, 16 * 1024, hook_patch, .page = "remedy_hook.html", .draft = &hook_draft, .panels = desk_panel_chrome, .about = "change it, or its key" },
	{ "DELETE", "/remedy-hooks/{ref}", "admin.write", ROUTE_WRITE, 4096, hook_delete, .about = "used no more" },
	{ NULL },
};
