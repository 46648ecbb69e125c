/* policies.c - /policies: which targets a case's clocks have. The rules: promise/policy.h. */
#include "desk/policies.h"
#include "cases/case.h"
#include "cases/words.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "desk/people.h"
#include "promise/calendar_rows.h"
#include "promise/policy.h"
#include <string.h>

static const PolicyWords words = { case_kinds, case_channels, case_severities };

static json_t *
policies_get(Call *call, GError **error)
{
	g_autoptr(GPtrArray) all = clock_policies(call->db, error);
	json_t *value, *list;

	if (all == NULL)
		return NULL;
	value = json_object();
	json_put(value, "policies", list = json_array());
	for (guint i = 0; i < all->len; i++)
		json_array_append_new(list, clock_policy_to_json(all->pdata[i]));
	return value;
}

static json_t *
shown(Call *call, const ClockPolicy *policy)
{
	call_etag_version(call, policy->version);
	return clock_policy_to_json(policy);
}

static json_t *
policy_get_one(Call *call, GError **error)
{
	g_autoptr(ClockPolicy) it = clock_policy_by_ref(call->db, call_param(call, "ref"), error);

	return it != NULL ? shown(call, it) : NULL;
}

static json_t *
policy_new(Call *call, GError **error)
{
	json_t *value = json_object();

	json_put_bool(value, "active", TRUE);
	json_put_text(value, "ref", NULL);
	return value;
}

static json_t *
words_of(const char *const *list)
{
	json_t *all = json_array();

	for (guint i = 0; list[i] != NULL; i++)
		json_array_append_new(all, json_string(list[i]));
	return all;
}

/* The form: its clocks with their values, and what may be chosen. */
static gboolean
policy_panels(Call *call, json_t *value, GError **error)
{
	g_autoptr(json_t) calendars = calendar_list(call->db, error);
	json_t *clocks = json_array();

	if (calendars == NULL)
		return FALSE;
	for (guint i = 0; i < CLOCKS; i++) {
		g_autofree char *pauses = g_strconcat(clock_words[i], "_pauses", NULL);
		json_t *one = json_object();

		json_put_text(one, "clock", clock_words[i]);
		json_put_text(one, "target", json_text(value, clock_words[i], ""));
		json_put_bool(one, "pauses", json_flag(value, pauses, FALSE));
		json_array_append_new(clocks, one);
	}
	json_put(value, "form_clocks", clocks);
	json_put(value, "calendars", json_incref(json_object_get(calendars, "calendars")));
	json_put(value, "kinds", words_of(case_kinds));
	json_put(value, "channels", words_of(case_channels));
	json_put(value, "severities", words_of(case_severities));
	return desk_panel_chrome(call, value, error) && desk_panel_options(call, value, error);
}

typedef struct {
	DraftGiven given;
	char *name, *segment, *product, *calendar, *lead_after, *owner_after, *kind, *channel, *severity;
	char *targets[CLOCKS];
	gboolean active, pauses[CLOCKS];
	gint64 position;
} PolicyDraft;
enum { P_NAME, P_KIND, P_SEVERITY, P_PRODUCT, P_CHANNEL, P_SEGMENT, P_CALENDAR, P_LEAD, P_OWNER, P_ACTIVE, P_POSITION, P_TARGETS, P_PAUSES = P_TARGETS + CLOCKS };
#define CLOCK(at, word, what)                                                                                                                          \
	[P_TARGETS + at] = { word, DRAFT_TEXT, offsetof(PolicyDraft, targets[at]), .max = 40, .keep_empty = TRUE, .about = what },                          \
	[P_PAUSES + at] = { word "_pauses", DRAFT_BOOL, offsetof(PolicyDraft, pauses[at]), .about = "while we wait for the customer" }
static const DraftField policy_fields[] = {
	[P_NAME] = { "name", DRAFT_TEXT, offsetof(PolicyDraft, name), .max = 120 },
	[P_KIND] = { "kind", DRAFT_TEXT, offsetof(PolicyDraft, kind), .max = 20, .keep_empty = TRUE, .about = "only for this kind of case; null: any" },
	[P_SEVERITY] = { "severity", DRAFT_TEXT, offsetof(PolicyDraft, severity), .max = 20, .keep_empty = TRUE, .about = "only for this severity; null: any" },
	[P_PRODUCT] = { "product", DRAFT_TEXT, offsetof(PolicyDraft, product), .max = 500, .keep_empty = TRUE, .about = "ref or path; this product and what is below it; null: any" },
	[P_CHANNEL] = { "channel", DRAFT_TEXT, offsetof(PolicyDraft, channel), .max = 20, .keep_empty = TRUE, .about = "only by this channel; null: any" },
	[P_SEGMENT] = { "segment", DRAFT_TEXT, offsetof(PolicyDraft, segment), .max = 60, .keep_empty = TRUE, .about = "only for customers of this segment; null: any" },
	[P_CALENDAR] = { "calendar", DRAFT_TEXT, offsetof(PolicyDraft, calendar), .max = 20, .about = "the ref of the calendar business time is counted by" },
	[P_LEAD] = { "lead_after", DRAFT_TEXT, offsetof(PolicyDraft, lead_after), .max = 40, .keep_empty = TRUE, .about = "so long after the end the team's lead is told: \"4 hours\"; null: never" },
	[P_OWNER] = { "owner_after", DRAFT_TEXT, offsetof(PolicyDraft, owner_after), .max = 40, .keep_empty = TRUE, .about = "and the complaint owner" },
	[P_ACTIVE] = { "active", DRAFT_BOOL, offsetof(PolicyDraft, active), .about = "false: it fits no case" },
	[P_POSITION] = { "position", DRAFT_INT, offsetof(PolicyDraft, position), .min = 0, .max = 10000, .about = "of two as specific the lower one holds" },
	CLOCK(0, "acknowledge", "\"24 hours\", \"56 days\", \"15 business days\"; null: no such clock"), CLOCK(1, "respond", "a person's first answer"),
	CLOCK(2, "answer", "to the customer's last words"), CLOCK(3, "update", "our next word where the last one was ours"), CLOCK(4, "resolve", "put right"),
	CLOCK(5, "final", "the final response"), CLOCK(6, "follow_up", "after it was put right"),
	[P_PAUSES + CLOCKS] = { NULL },
};
#undef CLOCK
static const DraftSpec policy_draft = { "ClockPolicy", sizeof(PolicyDraft), policy_fields };

static gboolean
take(Call *call, PolicyChange *change, GError **error)
{
	static const struct { guint from, to; } bits[] = {
		{ P_NAME, POLICY_NAME }, { P_KIND, POLICY_KIND }, { P_SEVERITY, POLICY_SEVERITY }, { P_PRODUCT, POLICY_PRODUCT }, { P_CHANNEL, POLICY_CHANNEL },
		{ P_SEGMENT, POLICY_SEGMENT }, { P_CALENDAR, POLICY_CALENDAR }, { P_LEAD, POLICY_LEAD }, { P_OWNER, POLICY_OWNER }, { P_ACTIVE, POLICY_ACTIVE }, { P_POSITION, POLICY_POSITION },
	};
	const PolicyDraft *draft = call->draft;

	*change = (PolicyChange){ .name = draft->name != NULL ? draft->name : "", .kind = draft->kind, .severity = draft->severity, .channel = draft->channel, .segment = draft->segment,
		.calendar = draft->calendar, .lead_after = draft->lead_after, .owner_after = draft->owner_after, .active = draft->active, .position = draft->position };
	for (guint i = 0; i < G_N_ELEMENTS(bits); i++)
		if (DRAFT_GIVEN(draft, bits[i].from))
			change->given |= bits[i].to;
	for (guint i = 0; i < CLOCKS; i++) {
		change->targets[i] = draft->targets[i];
		change->pauses[i] = draft->pauses[i];
		change->targets_given |= DRAFT_GIVEN(draft, P_TARGETS + i) ? 1u << i : 0;
		change->pauses_given |= DRAFT_GIVEN(draft, P_PAUSES + i) ? 1u << i : 0;
	}
	return draft->product == NULL || draft->product[0] == '\0' ||
	       tree_resolve(call->db, TREE_PRODUCT, draft->product, FALSE, "/product", call->actor, call->now_ms, &change->product_id, error);
}

static json_t *
write_now(Call *call, const char *ref, GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(ClockPolicy) it = NULL;
	PolicyChange change;
	gint64 version = 0;

	if (!desk_if_match(call, &version, error) || (tx = db_begin(call->db, error)) == NULL || !take(call, &change, error))
		return NULL;
	if (ref == NULL)
		change.given |= POLICY_NAME;
	if ((it = clock_policy_write_in(call->db, ref, version, &change, &words, call->actor, call->now_ms, error)) == NULL)
		return NULL;
	if (ref == NULL)
		call_created(call, "/policies/%s", it->ref);
	if (ref != NULL || call->as_page)
		call_redirect(call, "/policies");
	return db_tx_commit(tx, error) ? shown(call, it) : NULL;
}

static json_t *
policy_post(Call *call, GError **error)
{
	return write_now(call, NULL, error);
}

static json_t *
policy_patch(Call *call, GError **error)
{
	return write_now(call, call_param(call, "ref"), error);
}

static json_t *
policy_delete(Call *call, GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(ClockPolicy) it = NULL;
	gint64 version = 0;

	if (!desk_if_match(call, &version, error) || (tx = db_begin(call->db, error)) == NULL ||
	    (it = clock_policy_write_in(call->db, call_param(call, "ref"), version, &(PolicyChange){ .given = POLICY_REMOVED, .removed = TRUE }, &words, call->actor, call->now_ms, error)) == NULL ||
	    !db_tx_commit(tx, error))
		return NULL;
	call_redirect(call, "/policies");
	return json_null();
}

typedef struct {
	DraftGiven given;
	const char *to;
} MoveDraft;
static const char *const ways[] = { "up", "down", NULL };
static const DraftField move_fields[] = {
	{ "to", DRAFT_WORD, offsetof(MoveDraft, to), .required = TRUE, .words = ways, .about = "one place" },
	{ NULL },
};
static const DraftSpec move_draft = { "PolicyMove", sizeof(MoveDraft), move_fields };

static json_t *
policy_move(Call *call, GError **error)
{
	const MoveDraft *draft = call->draft;
	g_autoptr(DbTx) tx = NULL;
	gint64 version = 0;

	if (!desk_if_match(call, &version, error) || (tx = db_begin(call->db, error)) == NULL ||
	    !clock_policy_move_in(call->db, call_param(call, "ref"), version, strcmp(draft->to, "up") == 0, call->actor, call->now_ms, error) || !db_tx_commit(tx, error))
		return NULL;
	call_redirect(call, "/policies");
	return policies_get(call, error);
}

const Route desk_policy_routes[] = {
	{ "GET", "/policies", "case.read", ROUTE_READ, .handler = policies_get, .page = "policies.html", .panels = desk_panel_chrome, .about = "what is due by when: the most specific policy holds for a case" },
	{ "GET", "/policies/new", "admin.write", ROUTE_READ, .handler = policy_new, .page = "policy.html", .panels = policy_panels, .flags = ROUTE_PAGE_ONLY, .about = "the form for a new policy" },
	{ "POST", "/policies", "admin.write", ROUTE_WRITE, 8192, policy_post, .page = "policy.html", .draft = &policy_draft, .panels = policy_panels, .about = "a new policy; running clocks are counted anew" },
	{ "GET", "/policies/{ref}", "case.read", ROUTE_READ, .handler = policy_get_one, .page = "policy.html", .panels = policy_panels, .about = "one of them" },
	{ "PATCH", "/policies/{ref}", "admin.write", ROUTE_WRITE, 8192, policy_patch, .page = "policy.html", .draft = &policy_draft, .panels = policy_panels, .about = "change it; running clocks are counted anew from their start, and none becomes late by it" },
	{ "POST", "/policies/{ref}/move", "admin.write", ROUTE_WRITE, 4096, policy_move, .draft = &move_draft, .about = "one place further up or down: of two policies that fit as well, the upper one holds" },
	{ "DELETE", "/policies/{ref}", "admin.write", ROUTE_WRITE, 4096, policy_delete, .about = "it fits no new case; clocks that run keep what they had" },
	{ NULL },
};
