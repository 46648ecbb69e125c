/* approvals.c - GET /approvals, GET and POST /approvals/{ref}; who stands in: /delegations. The rules: remedy/approval.h, delegation.h. */
#include "desk/approvals.h"
#include "base/money.h"
#include "customer/customer.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "flow/remedy/approve.h"
#include "org/user.h"
#include "remedy/authority.h"
#include "remedy/budget.h"
#include "remedy/delegation.h"
#include "remedy/fairness.h"
#include <string.h>

/* GET /approvals?all=1 */
static json_t *
approvals_get(Call *call, GError **error)
{
	gboolean all = call_query(call, "all") != NULL;
	json_t *value = approval_list(call->db, call->actor->user_id, !all, call->now_ms, error);

	if (value != NULL)
		json_put_bool(value, "all", all);
	return value;
}

static gboolean
approvals_panels(Call *call, json_t *value, GError **error)
{
	json_t *list = delegation_list(call->db, actor_may(call->actor, "admin.write") ? 0 : call->actor->user_id, call->now_ms, error);

	if (list == NULL)
		return FALSE;
	json_put(value, "delegations", list);
	return desk_panel_people(call, value, error) && desk_panel_chrome(call, value, error);
}

/* One's authority as a bar: {who, limit{}|null, total{}, pct, over: bool}. */
static json_t *
meter(const Authority *authority, gint64 used, gint64 amount, const char *currency)
{
	gint64 limit = authority->rule_id == 0 ? 0 : authority->per_case != NO_LIMIT ? authority->per_case : authority->per_remedy;
	gint64 total = authority->per_case != NO_LIMIT || authority->rule_id == 0 ? used + amount : amount;
	json_t *out = json_object();

	json_put(out, "limit", authority->rule_id != 0 && limit == NO_LIMIT ? json_null() : money_to_json(limit, currency));
	json_put(out, "total", money_to_json(total, currency));
	json_put_bool(out, "per_case", authority->per_case != NO_LIMIT && authority->rule_id != 0);
	json_put_bool(out, "over", limit != NO_LIMIT && total > limit);
	json_put_int(out, "pct", limit == NO_LIMIT ? 0 : total > limit ? limit * 100 / MAX(total, 1) : total * 100 / MAX(limit, 1));
	return out;
}

static gboolean
put_meters(Call *call, json_t *value, const Remedy *remedy, const Case *it, gint64 asked_by, GError **error)
{
	Authority theirs, own;
	AuthorityUsed used;
	json_t *budget;

	if (!authority_of(call->db, asked_by, remedy->type_id, remedy->currency, &theirs, error) || !authority_of(call->db, call->actor->user_id, remedy->type_id, remedy->currency, &own, error) ||
	    !authority_used(call->db, it->id, it->customer_id, call->actor->user_id, remedy->currency, remedy->offer_id, call->now_ms, &used, error))
		return FALSE;
	json_put(value, "theirs", meter(&theirs, used.on_case, remedy->amount_minor, remedy->currency));
	json_put(value, "own", meter(&own, used.on_case, remedy->amount_minor, remedy->currency));
	budget = remedy->team_id != 0 ? budget_of_team(call->db, remedy->team_id, remedy->currency, call->now_ms, error) : json_null();
	if (budget == NULL)
		return FALSE;
	json_put(value, "budget", budget);
	return TRUE;
}

static json_t *
person_of(Db *db, gint64 id, GError **error)
{
	g_autoptr(User) user = user_get(db, id, error);
	json_t *out;

	if (user == NULL)
		return NULL;
	out = json_object();
	json_put_text(out, "ref", user->ref);
	json_put_text(out, "name", user->name);
	return out;
}

/* {ref, state, remedy{}, case{}, asked_by{}, asked_of{}, due_at, decided_by (name)|null, decided_at, mine: not one's own} */
static json_t *
approval_value(Call *call, const Approval *approval, GError **error)
{
	g_autoptr(Remedy) remedy = remedy_get(call->db, approval->remedy_id, error);
	g_autoptr(Case) it = remedy != NULL ? case_get(call->db, approval->case_id, error) : NULL;
	g_autoptr(json_t) shown = it != NULL ? remedy_show(call->db, remedy->ref, error) : NULL, by = NULL, of = NULL, value = NULL;

	if (shown == NULL || (by = person_of(call->db, approval->asked_by, error)) == NULL || (of = person_of(call->db, approval->asked_of, error)) == NULL)
		return NULL;
	value = json_object();
	json_put_text(value, "ref", approval->ref);
	json_put_text(value, "state", approval->state);
	json_put(value, "remedy", g_steal_pointer(&shown));
	json_put(value, "case", case_to_json(it));
	json_put(value, "asked_by", g_steal_pointer(&by));
	json_put(value, "asked_of", g_steal_pointer(&of));
	json_put_time(value, "due_at", approval->due_at);
	json_put_text(value, "decided_by", approval->decided_by_name);
	json_put_time(value, "decided_at", approval->decided_at);
	json_put_bool(value, "own_request", approval->asked_by == call->actor->user_id);
	return g_steal_pointer(&value);
}

static json_t *
approval_get_one(Call *call, GError **error)
{
	g_autoptr(Approval) approval = approval_by_ref(call->db, call_param(call, "ref"), error);

	return approval != NULL ? approval_value(call, approval, error) : NULL;
}

static gboolean
approval_panels(Call *call, json_t *value, GError **error)
{
	g_autoptr(Approval) approval = approval_by_ref(call->db, call_param(call, "ref"), error);
	g_autoptr(Remedy) remedy = approval != NULL ? remedy_get(call->db, approval->remedy_id, error) : NULL;
	g_autoptr(Case) it = remedy != NULL ? case_get(call->db, approval->case_id, error) : NULL;
	json_t *fairness;

	if (it == NULL || !put_meters(call, value, remedy, it, approval->asked_by, error))
		return FALSE;
	if ((fairness = fairness_read(call->db, it, remedy->currency, remedy->amount_minor, error)) == NULL)
		return FALSE;
	json_put(value, "fairness", fairness);
	return desk_panel_chrome(call, value, error);
}

typedef struct {
	DraftGiven given;
	const char *decision;
	char *amount, *words;
} DecisionDraft;
static const char *const decisions[] = { "approve", "lower", "refuse", NULL };
static const DraftField decision_fields[] = {
	{ "decision", DRAFT_WORD, offsetof(DecisionDraft, decision), .required = TRUE, .words = decisions, .about = "lower: approve a smaller sum" },
	{ "amount", DRAFT_TEXT, offsetof(DecisionDraft, amount), .max = 60, .about = "for lower" },
	{ "words", DRAFT_TEXT, offsetof(DecisionDraft, words), .max = 8000, .about = "to who asked; needed to lower or refuse" },
	{ NULL },
};
static const DraftSpec decision_draft = { "ApprovalDecision", sizeof(DecisionDraft), decision_fields };

static gboolean
read_lower(Call *call, const DecisionDraft *draft, Decision *decision, GError **error)
{
	g_autoptr(Approval) approval = approval_by_ref(call->db, call_param(call, "ref"), error);
	g_autoptr(Remedy) remedy = approval != NULL ? remedy_get(call->db, approval->remedy_id, error) : NULL;
	Money money;

	if (remedy == NULL)
		return FALSE;
	if (draft->amount == NULL || draft->amount[0] == '\0') {
		err_add_field(error, "/amount", "Say how much.");
		return FALSE;
	}
	if (!money_read(draft->amount, remedy->currency, call->actor->lang, "/amount", &money, error))
		return FALSE;
	decision->amount_minor = money.amount_minor;
	return TRUE;
}

/* POST /approvals/{ref} */
static json_t *
approval_post(Call *call, GError **error)
{
	const DecisionDraft *draft = call->draft;
	Decision decision = { .approve = strcmp(draft->decision, "refuse") != 0, .amount_minor = -1, .words = draft->words };

	if (strcmp(draft->decision, "lower") == 0 && !read_lower(call, draft, &decision, error))
		return NULL;
	if (!remedy_approve(call->db, desk_app(call)->mail, call_param(call, "ref"), &decision, call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "/approvals");
	return approval_get_one(call, error);
}

/* ---- standing in ----------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *from, *to;
	gint64 starts_at, ends_at;
} DelegationDraft;
static const DraftField delegation_fields[] = {
	{ "from", DRAFT_TEXT, offsetof(DelegationDraft, from), .max = 20, .about = "who is away: a user's ref; left out: oneself. Somebody else needs admin.write" },
	{ "to", DRAFT_TEXT, offsetof(DelegationDraft, to), .required = TRUE, .max = 20, .about = "who stands in: a user's ref" },
	{ "starts_at", DRAFT_TIME, offsetof(DelegationDraft, starts_at), .required = TRUE },
	{ "ends_at", DRAFT_TIME, offsetof(DelegationDraft, ends_at), .required = TRUE },
	{ NULL },
};
static const DraftSpec delegation_draft = { "Delegation", sizeof(DelegationDraft), delegation_fields };

static json_t *
delegations_get(Call *call, GError **error)
{
	json_t *list = delegation_list(call->db, 0, call->now_ms, error), *value;

	if (list == NULL)
		return NULL;
	value = json_object();
	json_put(value, "delegations", list);
	return value;
}

static json_t *
delegation_post(Call *call, GError **error)
{
	const DelegationDraft *draft = call->draft;
	char ref[16];

	if (!delegation_add(call->db, draft->from, draft->to, draft->starts_at, draft->ends_at, call->actor, call->now_ms, ref, error))
		return NULL;
	call_created(call, "/delegations/%s", ref);
	if (call->as_page)
		call_redirect(call, "/approvals");
	return delegations_get(call, error);
}

static json_t *
delegation_delete(Call *call, GError **error)
{
	if (!delegation_remove(call->db, call_param(call, "ref"), call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "/approvals");
	return json_null();
}

const Route desk_approval_routes[] = {
	{ "GET", "/approvals", "remedy.approve", ROUTE_READ, .handler = approvals_get, .page = "approvals.html", .panels = approvals_panels, .about = "what waits for one's decision, soonest first; with ?all=1 everybody's" },
	{ "GET", "/approvals/{ref}", "remedy.approve", ROUTE_READ, .handler = approval_get_one, .page = "approve.html", .panels = approval_panels, .about = "one of them" },
	{ "POST", "/approvals/{ref}", "remedy.approve", ROUTE_WRITE, 32 * 1024, approval_post, .page = "approve.html", .draft = &decision_draft, .panels = approval_panels, .about = "approve it, approve less, or refuse" },
	{ "GET", "/delegations", "case.read", ROUTE_READ, .handler = delegations_get, .flags = ROUTE_API_ONLY, .about = "who decides for whom, now and later" },
	{ "POST", "/delegations", "remedy.approve", ROUTE_WRITE, 4096, delegation_post, .page = "approvals.html", .draft = &delegation_draft, .panels = approvals_panels, .about = "somebody stands in, from when to when" },
	{ "DELETE", "/delegations/{ref}", "remedy.approve", ROUTE_WRITE, 4096, delegation_delete, .about = "nobody stands in any more" },
	{ NULL },
};
