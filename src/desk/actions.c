/* actions.c - see the header. The rules: action/action.h, action/effect.h, action/causes.h. */
#include "desk/actions.h"
#include "action/effect.h"
#include "base/clock.h"
#include "cases/case.h"
#include "cases/words.h"
#include "desk/app.h"
#include "desk/choose.h"
#include "desk/panels.h"
#include "desk/people.h"
#include <string.h>

enum { LIST_ROWS = 200, WORKDAY_ENDS_MS = 17 * MS_PER_HOUR };

/* ---- the list ------------------------------------------------------------------------------------------------------- */

static gboolean
read_filter(Call *call, ActionFilter *ret, GError **error)
{
	const char *state = call_query(call, "state"), *owner = call_query(call, "owner"), *cause = call_query(call, "cause");

	*ret = (ActionFilter){ 0 };
	if (state != NULL && state[0] != '\0' && strcmp(state, "all") != 0) {
		if (!case_word_is(action_states, state, NULL)) {
			err_add_field(error, "/state", "One of: open, done, dropped.");
			return FALSE;
		}
		ret->state = state;
	}
	if (owner != NULL && owner[0] != '\0' && !desk_owner_id(call, owner, &ret->owner_id, error))
		return FALSE;
	return cause == NULL || cause[0] == '\0' || tree_resolve(call->db, TREE_ROOT_CAUSE, cause, FALSE, "/cause", call->actor, call->now_ms, &ret->root_cause_id, error);
}

/* GET /actions?state=&owner=&cause= -> {actions[], state, owner, cause} */
static json_t *
actions_get(Call *call, GError **error)
{
	ActionFilter filter;
	json_t *list, *value;

	if (!read_filter(call, &filter, error) || (list = action_list(call->db, &filter, LIST_ROWS, call->now_ms, error)) == NULL)
		return NULL;
	value = json_object();
	json_put(value, "actions", list);
	json_put_text(value, "state", filter.state != NULL ? filter.state : "all");
	json_put_text(value, "owner", call_query(call, "owner"));
	json_put_text(value, "cause", call_query(call, "cause"));
	return value;
}

/* The form, filled from ?case= or ?cause=. */
static gboolean
list_panels(Call *call, json_t *value, GError **error)
{
	const char *ref = call_query(call, "case"), *cause = call_query(call, "cause");
	g_autoptr(Case) it = ref != NULL && ref[0] != '\0' ? case_by_ref(call->db, ref, NULL) : NULL;

	json_put_text(value, "from_case", it != NULL ? it->ref : NULL);
	json_put_text(value, "for_cause", it != NULL ? it->root_cause_ref : cause);
	return desk_panel_chrome(call, value, error) && desk_panel_people(call, value, error) && desk_panel_trees(call, value, error);
}

/* ---- one of them ---------------------------------------------------------------------------------------------------- */

static json_t *
show(Db *db, const char *ref, gint64 now_ms, gint64 *ret_version, GError **error)
{
	g_autoptr(Action) it = action_get(db, ref, error);
	Effect effect;
	json_t *value;

	if (it == NULL || !effect_read(db, it, now_ms, &effect, error))
		return NULL;
	value = action_to_json(it, now_ms);
	json_put(value, "recurrence", effect_to_json(&effect));
	*ret_version = it->version;
	return value;
}

/* GET /actions/{ref}: with "recurrence", how often its cause came before and since. */
static json_t *
action_show(Call *call, GError **error)
{
	Db *db = store_reader(call->store, error);
	gint64 version = 0;
	json_t *value = db != NULL ? show(db, call_param(call, "ref"), call->now_ms, &version, error) : NULL;

	if (value != NULL && !call->as_page)
		call_etag_version(call, version);
	return value;
}

static gboolean
one_panels(Call *call, json_t *value, GError **error)
{
	return desk_panel_chrome(call, value, error) && desk_panel_people(call, value, error);
}

/* ---- opening -------------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *title, *plan, *effect, *root_cause, *category, *product, *from_case, *owner;
	gint64 due_at;
} ActionDraft;
static const DraftField new_action_fields[] = {
	{ "title", DRAFT_TEXT, offsetof(ActionDraft, title), .required = TRUE, .max = 4 * ACTION_MAX_TITLE, .about = "what will be different" },
	{ "plan", DRAFT_TEXT, offsetof(ActionDraft, plan), .max = 4 * ACTION_MAX_WORDS, .about = "what changes" },
	{ "effect", DRAFT_TEXT, offsetof(ActionDraft, effect), .max = 4 * ACTION_MAX_WORDS, .about = "what is expected of it" },
	{ "root_cause", DRAFT_TEXT, offsetof(ActionDraft, root_cause), .max = 500, .about = "ref or path; one of root_cause, category, product" },
	{ "category", DRAFT_TEXT, offsetof(ActionDraft, category), .max = 500 },
	{ "product", DRAFT_TEXT, offsetof(ActionDraft, product), .max = 500 },
	{ "case", DRAFT_TEXT, offsetof(ActionDraft, from_case), .max = 20, .about = "the case it was opened from; alone, that case's cause is meant" },
	{ "owner", DRAFT_TEXT, offsetof(ActionDraft, owner), .required = TRUE, .about = "a user's ref or e-mail address, or \"me\"" },
	{ "due_at", DRAFT_TIME, offsetof(ActionDraft, due_at), .required = TRUE, .about = "by when" },
	{ NULL },
};
static const DraftSpec new_action_draft = { "NewAction", sizeof(ActionDraft), new_action_fields };

/* A form sends a day: the end of its working hours is meant. */
static gint64
due_of(const Call *call, gint64 due_at)
{
	return due_at != 0 && call->as_page ? due_at + WORKDAY_ENDS_MS : due_at;
}

static gboolean
find_case(Call *call, const char *ref, gint64 *ret_id, GError **error)
{
	g_autoptr(GError) why = NULL;

	if (ref == NULL || case_id_by_ref(call->db, ref, ret_id, &why))
		return TRUE;
	if (g_error_matches(why, ERR, ERR_NOT_FOUND))
		err_add_field(error, "/case", "there is no case %s", ref);
	else
		g_propagate_error(error, g_steal_pointer(&why));
	return FALSE;
}

static json_t *
action_post(Call *call, GError **error)
{
	const ActionDraft *draft = call->draft;
	NewAction make = { .title = draft->title, .plan = draft->plan, .effect = draft->effect, .root_cause = draft->root_cause, .category = draft->category, .product = draft->product,
		.due_at = due_of(call, draft->due_at) };
	g_autoptr(Action) it = NULL;
	char ref[16];

	if (!desk_owner_id(call, draft->owner, &make.owner_id, error) || !find_case(call, draft->from_case, &make.case_id, error) ||
	    !action_open(call->db, &make, call->actor, call->now_ms, ref, error) || (it = action_get(call->db, ref, error)) == NULL)
		return NULL;
	call_created(call, "/actions/%s", ref);
	return action_to_json(it, call->now_ms);
}

/* ---- changing and ending -------------------------------------------------------------------------------------------- */

enum { A_TITLE, A_PLAN, A_EFFECT, A_OWNER, A_DUE };
static const DraftField change_fields[] = {
	[A_TITLE] = { "title", DRAFT_TEXT, offsetof(ActionDraft, title), .max = 4 * ACTION_MAX_TITLE },
	[A_PLAN] = { "plan", DRAFT_TEXT, offsetof(ActionDraft, plan), .max = 4 * ACTION_MAX_WORDS, .keep_empty = TRUE },
	[A_EFFECT] = { "effect", DRAFT_TEXT, offsetof(ActionDraft, effect), .max = 4 * ACTION_MAX_WORDS, .keep_empty = TRUE },
	[A_OWNER] = { "owner", DRAFT_TEXT, offsetof(ActionDraft, owner) },
	[A_DUE] = { "due_at", DRAFT_TIME, offsetof(ActionDraft, due_at) },
	{ NULL },
};
static const DraftSpec change_draft = { "ActionChange", sizeof(ActionDraft), change_fields };

static json_t *
changed(Call *call, GError **error)
{
	g_autoptr(Action) it = action_get(call->db, call_param(call, "ref"), error);

	if (it == NULL)
		return NULL;
	call_redirect(call, "/actions/%s", it->ref);
	return action_to_json(it, call->now_ms);
}

static json_t *
action_patch(Call *call, GError **error)
{
	const ActionDraft *draft = call->draft;
	ActionChange change = { .title = draft->title, .plan = draft->plan, .effect = draft->effect, .due_at = due_of(call, draft->due_at) };
	gint64 version;

	for (guint i = A_TITLE; i <= A_DUE; i++)
		if (DRAFT_GIVEN(draft, i))
			change.given |= 1u << i;
	if (!desk_if_match(call, &version, error) || ((change.given & ACTION_OWNER) && !desk_owner_id(call, draft->owner, &change.owner_id, error)) ||
	    !action_change(call->db, call_param(call, "ref"), version, &change, call->actor, call->now_ms, error))
		return NULL;
	return changed(call, error);
}

typedef struct {
	DraftGiven given;
	const char *state;
	char *words;
} EndDraft;
static const DraftField end_fields[] = {
	{ "state", DRAFT_WORD, offsetof(EndDraft, state), .required = TRUE, .words = action_states, .about = "done, dropped, or open again" },
	{ "words", DRAFT_TEXT, offsetof(EndDraft, words), .max = 4 * ACTION_MAX_WORDS, .about = "what was done, or why it is dropped" },
	{ NULL },
};
static const DraftSpec end_draft = { "ActionEnd", sizeof(EndDraft), end_fields };

static json_t *
end_post(Call *call, GError **error)
{
	const EndDraft *draft = call->draft;
	gint64 version;

	if (!desk_if_match(call, &version, error) || !action_end(call->db, call_param(call, "ref"), version, draft->state, draft->words, call->actor, call->now_ms, error))
		return NULL;
	return changed(call, error);
}

const Route desk_action_routes[] = {
	{ "GET", "/actions", "case.read", ROUTE_READ, .handler = actions_get, .page = "actions.html", .panels = list_panels, .about = "corrective actions: open ones by what is due, then those that ended" },
	{ "POST", "/actions", "action.write", ROUTE_WRITE, 64 * 1024, action_post, .page = "actions.html", .draft = &new_action_draft, .panels = list_panels, .about = "open a corrective action" },
	{ "GET", "/actions/{ref}", "case.read", ROUTE_SLOW, .handler = action_show, .page = "action.html", .panels = one_panels, .about = "one, with how often its cause came before it and since" },
	{ "PATCH", "/actions/{ref}", "action.write", ROUTE_WRITE, 64 * 1024, action_patch, .page = "action.html", .draft = &change_draft, .panels = one_panels, .about = "change an open one" },
	{ "POST", "/actions/{ref}/end", "action.write", ROUTE_WRITE, 32 * 1024, end_post, .page = "action.html", .draft = &end_draft, .panels = one_panels, .about = "it is done or dropped, or open again" },
	{ NULL },
};
