/* guide.c - see the header. The rules: cases/guide.h. */
#include "desk/guide.h"
#include "base/clock.h"
#include "cases/guide.h"
#include "cases/step_samples.h"
#include "desk/app.h"
#include "desk/case_answer.h"
#include "desk/panels.h"
#include "promise/promise.h"
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

static json_t *
guide_of(const json_t *value, const json_t *promises, const char *marks)
{
	static const char *const offered[] = { "offered", "chosen", "doing", "done", "declined", NULL }, *const given[] = { "done", NULL };
	static const char *const kept[] = { "kept", NULL }, *const broken[] = { "broken", NULL }, *const made[] = { "open", "kept", "broken", NULL };
	const json_t *remedies = json_object_get(value, "remedies");
	GuideFacts facts = {
		.answered_at = time_of(value, "first_response_at"), .complaint = strcmp(json_text(value, "kind", ""), "complaint") == 0,
		.has_cause = json_text(value, "root_cause", NULL) != NULL, .decided_at = time_of(json_object_get(value, "decision"), "at"),
		.ended_at = time_of(value, "resolved_at"), .followed_up_at = strcmp(json_text(value, "stage", ""), "followed_up") == 0 ? time_of(value, "stage_at") : 0,
		.has_notes = has_notes(json_object_get(value, "messages")), .n_offered = count_in(remedies, offered), .n_given = count_in(remedies, given),
		.n_promised = count_in(promises, made), .n_kept = count_in(promises, kept), .n_broken = count_in(promises, broken),
		.n_actions = count_in(json_object_get(value, "actions"), NULL),
	};
	GuideStep steps[GUIDE_STEPS];

	guide_marks_read(marks, &facts.marks);
	guide_compute(&facts, steps);
	return guide_to_json(steps);
}

static json_t *
promises_of(Db *db, gint64 case_id, gint64 now_ms, GError **error)
{
	g_autoptr(GPtrArray) promises = promise_list(db, case_id, error);
	json_t *list;

	if (promises == NULL)
		return NULL;
	list = json_array();
	for (guint i = 0; i < promises->len; i++)
		json_array_append_new(list, promise_to_json(promises->pdata[i], now_ms));
	return list;
}

gboolean
desk_put_guide(Call *call, json_t *value, const Case *it, GError **error)
{
	g_autoptr(json_t) promises = NULL;

	/* A page reads its promises anyway, those of linked cases too. */
	if (call->as_page && (it->n_promises > 0 || it->has_links)) {
		json_put_text(value, "guide_marks", it->guide);
		return TRUE;
	}
	if (it->n_promises > 0 && (promises = promises_of(call->db, it->id, call->now_ms, error)) == NULL)
		return FALSE;
	json_put(value, "guide", guide_of(value, promises, it->guide));
	return TRUE;
}

gboolean
desk_guide_panel(Call *call, json_t *value, GError **error)
{
	if (json_object_get(value, "guide") == NULL)
		json_put(value, "guide", guide_of(value, json_object_get(value, "promises"), json_text(value, "guide_marks", NULL)));
	return TRUE;
}

/* GET /cases/{ref}/guide?step=offer -> {ref, subject, steps[], step, samples[{ref|null, name, text, body, channel|null, kind|null, faults[], shipped}]}: without a step, of
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
