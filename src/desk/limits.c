/* limits.c - Settings > Authority and Settings > Budgets. The rules: remedy/authority.h, remedy/budget.h. What can be given: desk/catalogue.c. */
#include "desk/app.h"
#include "desk/panels.h"
#include "desk/people.h"
#include "desk/remedy_settings.h"
#include "org/roles.h"
#include "org/settings.h"
#include "remedy/authority.h"
#include "remedy/budget.h"
#include "remedy/catalogue.h"

static json_t *
rules_get(Call *call, GError **error)
{
	json_t *list = authority_list(call->db, error), *value;

	if (list == NULL)
		return NULL;
	value = json_object();
	json_put(value, "rules", list);
	return value;
}

static json_t *
rule_get_one(Call *call, GError **error)
{
	json_t *value = authority_get(call->db, call_param(call, "ref"), error);

	if (value != NULL)
		call_etag_version(call, json_int(value, "version", 0));
	return value;
}

static gboolean
rule_panels(Call *call, json_t *value, GError **error)
{
	g_autofree char *house = settings_text(desk_app(call)->settings, call->db, "currency", call->now_ms);
	json_t *types = remedy_type_list(call->db, error), *roles;

	if (types == NULL)
		return FALSE;
	json_put(value, "types", types);
	json_put_text(value, "house_currency", house);
	roles = json_array();
	for (guint i = 0; role_words[i] != NULL; i++)
		json_array_append_new(roles, json_string(role_words[i]));
	json_put(value, "roles", roles);
	return desk_panel_people(call, value, error) && desk_panel_chrome(call, value, error);
}

typedef struct {
	DraftGiven given;
	const char *scope;
	char *role, *team, *user, *type, *currency, *per_remedy, *per_case, *per_customer, *per_month;
} RuleDraft;
#define TEXT(member, words) { #member, DRAFT_TEXT, offsetof(RuleDraft, member), .max = 60, .about = words }
static const DraftField rule_fields[] = {
	{ "scope", DRAFT_WORD, offsetof(RuleDraft, scope), .required = TRUE, .words = authority_scopes, .about = "the most specific holds: person, team, role" },
	TEXT(role, "for scope role"),
	TEXT(team, "for scope team: its ref"),
	TEXT(user, "for scope person: the user's ref"),
	TEXT(type, "one remedy of the catalogue; left out: any"),
	TEXT(currency, "of the limits; left out: any, and then without limits"),
	TEXT(per_remedy, "left out: no limit"),
	TEXT(per_case, "left out: no limit"),
	TEXT(per_customer, "left out: no limit"),
	TEXT(per_month, "of what one person authorises in a calendar month; left out: no limit"),
	{ NULL },
};
#undef TEXT
static const DraftSpec rule_draft = { "AuthorityRule", sizeof(RuleDraft), rule_fields };

static AuthorityRule
rule_of(const RuleDraft *draft)
{
	return (AuthorityRule){ .scope = draft->scope, .role = draft->role, .team = draft->team, .user = draft->user, .type = draft->type, .currency = draft->currency,
		.per_remedy = draft->per_remedy, .per_case = draft->per_case, .per_customer = draft->per_customer, .per_month = draft->per_month };
}

static json_t *
rule_post(Call *call, GError **error)
{
	const AuthorityRule rule = rule_of(call->draft);
	char ref[16];

	if (!authority_add(call->db, &rule, call->actor, call->now_ms, ref, error))
		return NULL;
	call_created(call, "/authority/%s", ref);
	if (call->as_page)
		call_redirect(call, "/authority");
	return authority_get(call->db, ref, error);
}

/* PUT: a rule is written anew as a whole; a limit that is left out does not bind any more. */
static json_t *
rule_put(Call *call, GError **error)
{
	const AuthorityRule rule = rule_of(call->draft);
	gint64 version;

	if (!desk_if_match(call, &version, error) || !authority_change(call->db, call_param(call, "ref"), version, &rule, call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "/authority");
	return rule_get_one(call, error);
}

static json_t *
rule_delete(Call *call, GError **error)
{
	if (!authority_remove(call->db, call_param(call, "ref"), call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "/authority");
	return json_null();
}

/* ---- budgets --------------------------------------------------------------------------------------------------------- */

static json_t *
budgets_get(Call *call, GError **error)
{
	json_t *list = budget_list(call->db, call->now_ms, error), *value;

	if (list == NULL)
		return NULL;
	value = json_object();
	json_put(value, "budgets", list);
	return value;
}

static json_t *
budget_get_one(Call *call, GError **error)
{
	json_t *value = budget_get(call->db, call_param(call, "ref"), call->now_ms, error);

	if (value != NULL)
		call_etag_version(call, json_int(value, "version", 0));
	return value;
}

typedef struct {
	DraftGiven given;
	const char *period;
	char *team, *currency, *amount;
	gint64 warn_pct;
} BudgetDraft;
static const DraftField budget_fields[] = {
	{ "team", DRAFT_TEXT, offsetof(BudgetDraft, team), .max = 20, .about = "its ref; of a new one" },
	{ "currency", DRAFT_TEXT, offsetof(BudgetDraft, currency), .max = 3, .about = "of a new one" },
	{ "period", DRAFT_WORD, offsetof(BudgetDraft, period), .words = budget_periods },
	{ "amount", DRAFT_TEXT, offsetof(BudgetDraft, amount), .max = 60, .about = "as people write it" },
	{ "warn_pct", DRAFT_INT, offsetof(BudgetDraft, warn_pct), .min = 1, .max = 100, .about = "the team's lead is told when this share is taken; 80 unless said otherwise" },
	{ NULL },
};
static const DraftSpec budget_draft = { "Budget", sizeof(BudgetDraft), budget_fields };

static BudgetChange
budget_of(const BudgetDraft *draft)
{
	return (BudgetChange){ .team = draft->team, .currency = draft->currency, .period = draft->period, .amount = draft->amount, .warn_pct = draft->warn_pct };
}

static json_t *
budget_post(Call *call, GError **error)
{
	const BudgetChange make = budget_of(call->draft);
	char ref[16];

	if (!budget_add(call->db, &make, call->actor, call->now_ms, ref, error))
		return NULL;
	call_created(call, "/budgets/%s", ref);
	if (call->as_page)
		call_redirect(call, "/budgets");
	return budget_get(call->db, ref, call->now_ms, error);
}

static json_t *
budget_patch(Call *call, GError **error)
{
	const BudgetChange change = budget_of(call->draft);
	gint64 version;

	if (!desk_if_match(call, &version, error) || !budget_change(call->db, call_param(call, "ref"), version, &change, call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "/budgets");
	return budget_get_one(call, error);
}

static json_t *
budget_delete(Call *call, GError **error)
{
	const BudgetChange change = { .removed = TRUE };

	if (!budget_change(call->db, call_param(call, "ref"), 0, &change, call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "/budgets");
	return json_null();
}

const Route desk_limit_routes[] = {
	{ "GET", "/authority", "case.read", ROUTE_READ, .handler = rules_get, .page = "authority.html", .panels = rule_panels, .about = "who may give how much without asking" },
	{ "POST", "/authority", "admin.write", ROUTE_WRITE, 16 * 1024, rule_post, .page = "authority.html", .draft = &rule_draft, .panels = rule_panels, .about = "one more rule" },
	{ "GET", "/authority/{ref}", "case.read", ROUTE_READ, .handler = rule_get_one, .page = "authority_rule.html", .panels = rule_panels, .about = "one rule" },
	{ "PUT", "/authority/{ref}", "admin.write", ROUTE_WRITE, 16 * 1024, rule_put, .page = "authority_rule.html", .draft = &rule_draft, .panels = rule_panels, .about = "write it anew, as a whole" },
	{ "DELETE", "/authority/{ref}", "admin.write", ROUTE_WRITE, 4096, rule_delete, .about = "a rule holds no more" },
	{ "GET", "/budgets", "case.read", ROUTE_READ, .handler = budgets_get, .page = "budgets.html", .panels = rule_panels, .about = "teams' budgets, with what is taken of them now" },
	{ "POST", "/budgets", "admin.write", ROUTE_WRITE, 16 * 1024, budget_post, .page = "budgets.html", .draft = &budget_draft, .panels = rule_panels, .about = "one more budget" },
	{ "GET", "/budgets/{ref}", "case.read", ROUTE_READ, .handler = budget_get_one, .page = "budget.html", .panels = rule_panels, .about = "one budget" },
	{ "PATCH", "/budgets/{ref}", "admin.write", ROUTE_WRITE, 16 * 1024, budget_patch, .page = "budget.html", .draft = &budget_draft, .panels = rule_panels, .about = "change its sum, period or warning" },
	{ "DELETE", "/budgets/{ref}", "admin.write", ROUTE_WRITE, 4096, budget_delete, .about = "no budget any more; what is set aside stays so" },
	{ NULL },
};
