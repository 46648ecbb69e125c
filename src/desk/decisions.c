/* decisions.c - see the header. The rule: cases/decision.h; resolving with a decision: desk/handling.c. */
#include "desk/decisions.h"
#include "desk/app.h"
#include "desk/case_answer.h"
#include "desk/panels.h"

static const DraftField point_fields[] = {
	{ "text", DRAFT_TEXT, offsetof(PointDraft, text), .max = 4 * DECISION_MAX_POINT },
	{ "outcome", DRAFT_WORD, offsetof(PointDraft, outcome), .words = decision_point_words },
	{ NULL },
};
const DraftSpec desk_point_draft = { "DecisionPoint", sizeof(PointDraft), point_fields };

json_t *
desk_points(json_t *sent, const PointDraft rows[DESK_POINTS])
{
	json_t *points;

	if (sent != NULL)
		return json_incref(sent);
	points = json_array();
	for (guint i = 0; i < DESK_POINTS; i++) {
		json_t *one;

		if (rows[i].text == NULL)
			continue;
		one = json_object();
		json_put_text(one, "text", rows[i].text);
		json_put_text(one, "outcome", rows[i].outcome);
		json_array_append_new(points, one);
	}
	return points;
}

/* GET /cases/{ref}/decision -> {ref, subject, version, outcome, decision|null, history[]}: newest first. */
static json_t *
decision_show(Call *call, GError **error)
{
	g_autoptr(Case) it = case_by_ref(call->db, call_param(call, "ref"), error);
	g_autoptr(json_t) value = NULL, now = NULL, all = NULL;

	if (it == NULL || (now = decision_get(call->db, it, error)) == NULL || (all = decision_list(call->db, it->id, error)) == NULL)
		return NULL;
	value = json_object();
	json_put_text(value, "ref", it->ref);
	json_put_text(value, "subject", it->subject);
	json_put_bool(value, "is_open", it->is_open);
	json_put_text(value, "outcome", it->outcome);
	json_put_int(value, "version", it->version);
	json_put(value, "decision", g_steal_pointer(&now));
	json_put(value, "history", g_steal_pointer(&all));
	return g_steal_pointer(&value);
}

typedef struct {
	DraftGiven given;
	gint64 version;
	const char *outcome;
	char *reasons;
	json_t *points;
	PointDraft point[DESK_POINTS];
} DecisionDraft;
static const DraftField decision_fields[] = {
	{ "version", DRAFT_INT, offsetof(DecisionDraft, version), .min = 0, .max = G_MAXINT64, .about = "the case's version you looked at; or If-Match" },
	{ "outcome", DRAFT_WORD, offsetof(DecisionDraft, outcome), .required = TRUE, .words = case_outcomes },
	{ "reasons", DRAFT_TEXT, offsetof(DecisionDraft, reasons), .max = 4 * DECISION_MAX_REASONS, .about = "in words for the customer, who reads them on their page and in the letter" },
	DESK_POINT_FIELDS(DecisionDraft),
	{ NULL },
};
static const DraftSpec decision_draft = { "Decision", sizeof(DecisionDraft), decision_fields };

static json_t *
decision_post(Call *call, GError **error)
{
	const DecisionDraft *draft = call->draft;
	g_autoptr(json_t) points = desk_points(draft->points, draft->point);
	const NewDecision make = { .outcome = draft->outcome, .reasons = draft->reasons, .points = points };
	g_autoptr(GError) why = NULL;
	gint64 id, version;

	if (!desk_case_id(call, &id, error) || !desk_base_version(call, draft->version, &version, error))
		return NULL;
	if (!decision_make(call->db, id, version, &make, call->actor, call->now_ms, &why) && !desk_turned_stale(call, &why)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	if (call->status != 409)
		call_redirect(call, "/cases/%s", call_param(call, "ref"));
	return json_null();
}

static gboolean
decision_panels(Call *call, json_t *value, GError **error)
{
	json_t *outcomes = json_array();

	for (guint i = 0; case_outcomes[i] != NULL; i++)
		json_array_append_new(outcomes, json_string(case_outcomes[i]));
	json_put(value, "outcomes", outcomes);
	return desk_panel_chrome(call, value, error);
}

const Route desk_decision_routes[] = {
	{ "GET", "/cases/{ref}/decision", "case.read", ROUTE_READ, .handler = decision_show, .page = "case_decide.html", .panels = decision_panels, .about = "how a case was decided, and what was decided before" },
	{ "POST", "/cases/{ref}/decision", "case.write", ROUTE_WRITE, 128 * 1024, decision_post, desk_case_answer_or_stale, "case_decide.html", &decision_draft, decision_panels, .about = "decide a case, with reasons for its customer" },
	{ NULL },
};
