/* guide.c - see the header. The rules: cases/guide.h. */
#include "desk/guide.h"
#include "base/clock.h"
#include "cases/guide.h"
#include "cases/step_samples.h"
#include "desk/app.h"
#include "desk/case_answer.h"
#include "desk/panels.h"
#include <string.h>

/* How many of @list are in one of @states (NULL: any). */
static gint64
count_in(const json_t *list, const char *const *states)
{
	const json_t *one;
	gint64 n = 0;
	size_t i;

	json_array_foreach(list, i, one)
		n += states == NULL || case_word_is(states, json_text(one, "state", ""), NULL);
	return n;
}

static gboolean
has_notes(const json_t *messages)
{
	const json_t *one;
	size_t i;

	json_array_foreach(messages, i, one)
		if (strcmp(json_text(one, "direction", ""), "note") == 0)
			return TRUE;
	return FALSE;
}

static gint64
time_of(const json_t *object, const char *key)
{
	const char *text = json_is_object(object) ? json_text(object, key, NULL) : NULL;
	gint64 at = 0;

	return text != NULL && time_read(text, &at) ? at : 0;
}

json_t *
desk_guide(const Case *it, const json_t *value)
{
	static const char *const offered[] = { "offered", "chosen", "doing", "done", "declined", NULL }, *const given[] = { "done", NULL };
	static const char *const kept[] = { "kept", NULL }, *const broken[] = { "broken", NULL };
	const json_t *promises = json_object_get(value, "promises"), *remedies = json_object_get(value, "remedies");
	GuideFacts facts = {
		.answered_at = it->first_response_at, .complaint = strcmp(it->kind, "complaint") == 0, .has_cause = it->root_cause_id != 0,
		.decided_at = time_of(json_object_get(value, "decision"), "at"), .ended_at = it->resolved_at,
		.followed_up_at = strcmp(it->stage, "followed_up") == 0 ? it->stage_at : 0, .has_notes = has_notes(json_object_get(value, "messages")),
		.n_offered = count_in(remedies, offered), .n_given = count_in(remedies, given), .n_promised = count_in(promises, NULL), .n_kept = count_in(promises, kept),
		.n_broken = count_in(promises, broken), .n_actions = count_in(json_object_get(value, "actions"), NULL),
	};
	GuideStep steps[GUIDE_STEPS];

	guide_marks_read(it->guide, &facts.marks);
	guide_compute(&facts, steps);
	return guide_to_json(steps);
}

/* GET /cases/{ref}/guide?step=offer -> {ref, subject, steps[], step, samples[{ref|null, name, text, faults[], shipped}]}: without a step, of
 * the first. */
static json_t *
guide_show(Call *call, GError **error)
{
	g_autoptr(Case) it = case_by_ref(call->db, call_param(call, "ref"), error);
	const char *step = call_query(call, "step");
	json_t *value, *samples, *steps;

	if (it == NULL || (samples = step_samples(call->db, it, step != NULL && step[0] != '\0' ? step : guide_steps[0], call->actor, call->now_ms, error)) == NULL)
		return NULL;
	steps = json_array();
	for (guint i = 0; guide_steps[i] != NULL; i++)
		json_array_append_new(steps, json_string(guide_steps[i]));
	value = json_object();
	json_put_text(value, "ref", it->ref);
	json_put_text(value, "subject", it->subject);
	json_put(value, "steps", steps);
	json_put_text(value, "step", step != NULL && step[0] != '\0' ? step : guide_steps[0]);
	json_put(value, "samples", samples);
	return value;
}

typedef struct {
	DraftGiven given;
	const char *step;
	gboolean done;
} TickDraft;
static const DraftField tick_fields[] = {
	{ "step", DRAFT_WORD, offsetof(TickDraft, step), .required = TRUE, .words = guide_steps },
	{ "done", DRAFT_BOOL, offsetof(TickDraft, done), .required = TRUE, .about = "false: it was not, whatever our words say" },
	{ NULL },
};
static const DraftSpec tick_draft = { "GuideTick", sizeof(TickDraft), tick_fields };

static json_t *
guide_post(Call *call, GError **error)
{
	const TickDraft *draft = call->draft;
	gint64 id;

	if (!desk_case_id(call, &id, error) || !guide_tick(call->db, id, draft->step, draft->done, call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "/cases/%s", call_param(call, "ref"));
	return json_null();
}

const Route desk_guide_routes[] = {
	{ "GET", "/cases/{ref}/guide", "case.read", ROUTE_READ, .handler = guide_show, .page = "guide.html", .panels = desk_panel_chrome, .about = "sample words for a step of the conversation, filled in for this case" },
	{ "POST", "/cases/{ref}/guide", "case.write", ROUTE_WRITE, 4096, guide_post, desk_case_answer, "case.html", &tick_draft, desk_case_panels, .about = "tick a step by hand, or take it back" },
	{ NULL },
};
