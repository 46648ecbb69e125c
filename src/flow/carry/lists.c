/* lists.c - the lists of a record: their columns, and what time has done to a row while it was under way. */
#include "flow/carry/carry.h"
#include "base/clock.h"
#include "base/fold.h"
#include "carry.sql.h"
#include "promise/promise.h"
#include "store/events.h"
#include "work/job.h"
#include <string.h>

static gint64
time_of(const json_t *row, const char *key)
{
	const char *text = json_text(row, key, NULL);
	gint64 at = 0;

	return text != NULL && time_read(text, &at) ? at : 0;
}

static gboolean
is(const json_t *row, const char *key, const char *word)
{
	return g_strcmp0(json_text(row, key, NULL), word) == 0;
}

static gboolean
wake(const CarryIn *self, const char *kind, const char *key, gint64 id, gint64 at_ms, GError **error)
{
	g_autoptr(json_t) payload = json_object();

	json_put_int(payload, key, id);
	return job_add(self->db, kind, payload, at_ms, self->now_ms, error);
}

/* ---- promises: one whose time went by is broken, and nobody is told of it again ---- */

static void
settle_promise(json_t *row, gint64 now_ms)
{
	const gint64 due_at = time_of(row, "due_at"), soon = promise_soon_at(time_of(row, "made_at"), due_at);
	gint64 told = 2, next_at = 0;

	if (is(row, "state", "open") && due_at + PROMISE_GRACE_MS <= now_ms) {
		json_put_text(row, "state", "broken");
		json_put_time(row, "ended_at", due_at + PROMISE_GRACE_MS);
	} else if (is(row, "state", "open")) {
		told = soon > now_ms ? 0 : due_at > now_ms ? 1 : 2;
		next_at = told == 0 ? soon : told == 1 ? due_at : due_at + PROMISE_GRACE_MS;
	}
	json_put_int(row, "told", told);
	json_put(row, "next_at", next_at != 0 ? json_integer(next_at) : json_null());
}

static gboolean
begin_promise(CarryIn *self, const json_t *row, gint64 id, GError **error)
{
	const gint64 next_at = json_int(row, "next_at", 0);
	g_autoptr(json_t) payload = json_object();

	if (next_at == 0)
		return TRUE;
	json_put_int(payload, "promise", id);
	json_put_int(payload, "at", next_at);
	return job_add(self->db, "promise.tick", payload, next_at, self->now_ms, error);
}

/* ---- remedies ---- */

static gboolean
begin_offer(CarryIn *self, const json_t *row, gint64 id, GError **error)
{
	return !is(row, "state", "open") || wake(self, "offer.expire", "offer", id, time_of(row, "expires_at"), error);
}

/* Whether the payment system has done it meanwhile, nobody here can know: it is never paid from two places. */
static void
settle_remedy(json_t *row, gint64 now_ms)
{
	(void)now_ms;
	if (!is(row, "done_by", "webhook") || !(is(row, "state", "chosen") || is(row, "state", "doing")))
		return;
	json_put_text(row, "state", "failed");
	json_put_text(row, "fault", /* said */ "It was under way when this case was moved here. Ask the payment system whether it was done before you try again.");
}

static gboolean
begin_approval(CarryIn *self, const json_t *row, gint64 id, GError **error)
{
	return !is(row, "state", "waiting") || wake(self, "approval.due", "approval", id, time_of(row, "due_at"), error);
}

/* The log agrees with the ledger here, too: an event for each row, at its time. */
static gboolean
begin_ledger(CarryIn *self, const json_t *row, gint64 id, GError **error)
{
	const char *ref = json_text(row, "remedy", ""), *currency = json_text(row, "currency", "");
	gint64 *remedy_id = g_hash_table_lookup(self->own, ref), amount = json_int(row, "amount_minor", 0);
	g_autofree char *kind = g_strconcat("remedy.", json_text(row, "entry", ""), NULL);
	g_autoptr(json_t) facts = json_object();

	(void)id;
	json_put_text(facts, "remedy", ref);
	json_put_text(facts, "kind", json_text(row, "kind", ""));
	json_put_int(facts, "amount_minor", amount < 0 ? -amount : amount);
	json_put_text(facts, "currency", currency);
	json_put_bool(facts, "goodwill", json_flag(row, "goodwill", FALSE));
	json_put_bool(facts, "imported", TRUE);
	json_put_int(facts, "v", 1);
	return event_add(self->db,
		&(Event){ .kind = kind, .case_id = self->case_id, .subject_id = *remedy_id, .at_ms = time_of(row, "at"), .actor = self->actor, .facts = facts }, NULL, error);
}

/* ---- asking: nobody is asked about what was elsewhere ---- */

static void
settle_asking(json_t *row, const char *not_asked, const char *asked, const char *over, gint64 now_ms)
{
	if (is(row, "state", "waiting")) {
		json_put_text(row, "state", not_asked);
		json_put_text(row, "reason", "moved");
	} else if (is(row, "state", asked) && time_of(row, "ends_at") <= now_ms) {
		json_put_text(row, "state", over);
	}
}

static void
settle_survey(json_t *row, gint64 now_ms)
{
	settle_asking(row, "not_sent", "sent", "expired", now_ms);
}

static gboolean
begin_survey(CarryIn *self, const json_t *row, gint64 id, GError **error)
{
	return !is(row, "state", "sent") || wake(self, "survey.expire", "asked", id, time_of(row, "ends_at"), error);
}

static void
settle_follow_up(json_t *row, gint64 now_ms)
{
	settle_asking(row, "not_asked", "asked", "silent", now_ms);
}

static gboolean
begin_follow_up(CarryIn *self, const json_t *row, gint64 id, GError **error)
{
	return !is(row, "state", "asked") || wake(self, "followup.silent", "follow_up", id, time_of(row, "ends_at"), error);
}

static void
settle_recovery(json_t *row, gint64 now_ms)
{
	const gint64 due_at = time_of(row, "due_at");

	if (is(row, "state", "open") && due_at <= now_ms && time_of(row, "late_at") == 0)
		json_put_time(row, "late_at", due_at);
}

static gboolean
begin_recovery(CarryIn *self, const json_t *row, gint64 id, GError **error)
{
	return !is(row, "state", "open") || time_of(row, "late_at") != 0 || wake(self, "recovery.late", "recovery", id, time_of(row, "due_at"), error);
}

/* ---- of no case ---- */

static void
settle_form(json_t *row, gint64 now_ms)
{
	g_autofree char *key = name_fold(json_text(row, "name", ""));

	(void)now_ms;
	json_put_text(row, "name_key", key);
}

static gboolean
begin_action(CarryIn *self, const json_t *row, gint64 id, GError **error)
{
	const gint64 due_at = time_of(row, "due_at"), times[] = { due_at - 2 * MS_PER_DAY, due_at };
	g_autoptr(json_t) payload = json_object();

	json_put_int(payload, "action", id);
	json_put_int(payload, "due_at", due_at);
	for (guint i = 0; i < G_N_ELEMENTS(times); i++)
		if (is(row, "state", "open") && times[i] > self->now_ms && !job_add(self->db, "action.remind", payload, times[i], self->now_ms, error))
			return FALSE;
	return TRUE;
}

/* ---- the columns, in the order of their parameters in carry.sql ---- */

#define COLUMNS(...) ((const CarryColumn[]){ __VA_ARGS__, { NULL, CARRY_TEXT } })

const CarryList carry_lists[] = {
	{ "decisions", &SQL_CARRY_DECISIONS, &SQL_CARRY_DECISION,
		COLUMNS({ "outcome", CARRY_TEXT }, { "reasons", CARRY_TEXT }, { "points", CARRY_JSON }, { "by", CARRY_PERSON }, { "made_at", CARRY_TIME }), FALSE, NULL, NULL },
	{ "letters", &SQL_CARRY_LETTERS, &SQL_CARRY_LETTER,
		COLUMNS({ "ref", CARRY_TEXT }, { "message", CARRY_MESSAGE }, { "outcome", CARRY_TEXT }, { "lang", CARRY_TEXT }, { "subject", CARRY_TEXT }, { "body", CARRY_TEXT }, { "pages", CARRY_INT },
			{ "by_mail", CARRY_FLAG }, { "reason", CARRY_TEXT }, { "by", CARRY_PERSON }, { "sent_at", CARRY_TIME }), FALSE, NULL, NULL },
	{ "promises", &SQL_CARRY_PROMISES, &SQL_CARRY_PROMISE,
		COLUMNS({ "ref", CARRY_TEXT }, { "what", CARRY_TEXT }, { "due_at", CARRY_TIME }, { "first_due_at", CARRY_TIME }, { "whole_day", CARRY_FLAG }, { "owner", CARRY_PERSON },
			{ "state", CARRY_TEXT }, { "source", CARRY_TEXT }, { "message", CARRY_MESSAGE }, { "span_start", CARRY_INT }, { "span_end", CARRY_INT }, { "certainty", CARRY_INT },
			{ "made_at", CARRY_TIME }, { "made_by", CARRY_PERSON }, { "kept_at", CARRY_TIME }, { "ended_at", CARRY_TIME }, { "reason", CARRY_TEXT }, { "n_moved", CARRY_INT },
			{ "told", CARRY_MADE }, { "next_at", CARRY_MADE }), FALSE, settle_promise, begin_promise },
	{ "offers", &SQL_CARRY_OFFERS, &SQL_CARRY_OFFER,
		COLUMNS({ "ref", CARRY_TEXT }, { "state", CARRY_TEXT }, { "direct", CARRY_FLAG }, { "words", CARRY_TEXT }, { "days", CARRY_INT }, { "currency", CARRY_TEXT }, { "n_options", CARRY_INT },
			{ "chosen", CARRY_INT }, { "counts_minor", CARRY_INT }, { "made_by", CARRY_PERSON }, { "made_at", CARRY_TIME }, { "sent_at", CARRY_TIME }, { "expires_at", CARRY_TIME },
			{ "decided_at", CARRY_TIME }), TRUE, NULL, begin_offer },
	{ "remedies", &SQL_CARRY_REMEDIES, &SQL_CARRY_REMEDY,
		COLUMNS({ "ref", CARRY_TEXT }, { "offer", CARRY_OWN }, { "option_n", CARRY_INT }, { "type", CARRY_TEXT }, { "kind", CARRY_TEXT }, { "state", CARRY_TEXT }, { "amount_minor", CARRY_INT },
			{ "asked_minor", CARRY_INT }, { "currency", CARRY_TEXT }, { "goodwill", CARRY_FLAG }, { "words", CARRY_TEXT }, { "reason", CARRY_TEXT }, { "done_by", CARRY_TEXT },
			{ "hook", CARRY_TEXT }, { "team", CARRY_TEAM }, { "made_by", CARRY_PERSON }, { "made_at", CARRY_TIME }, { "authority", CARRY_PERSON }, { "authorised_at", CARRY_TIME },
			{ "attempts", CARRY_INT }, { "tried_at", CARRY_TIME }, { "fault", CARRY_TEXT }, { "answer", CARRY_TEXT }, { "reference", CARRY_TEXT }, { "done_at", CARRY_TIME },
			{ "reversed_at", CARRY_TIME }, { "changed_at", CARRY_TIME }), FALSE, settle_remedy, NULL },
	{ "approvals", &SQL_CARRY_APPROVALS, &SQL_CARRY_APPROVAL,
		COLUMNS({ "ref", CARRY_TEXT }, { "remedy", CARRY_OWN }, { "asked_by", CARRY_PERSON }, { "asked_of", CARRY_PERSON }, { "state", CARRY_TEXT }, { "made_at", CARRY_TIME },
			{ "due_at", CARRY_TIME }, { "n_moved", CARRY_INT }, { "decided_by", CARRY_PERSON }, { "behalf_of", CARRY_PERSON }, { "decided_at", CARRY_TIME }, { "words", CARRY_TEXT }),
		FALSE, NULL, begin_approval },
	{ "ledger", &SQL_CARRY_LEDGER, &SQL_CARRY_LEDGER_ROW,
		COLUMNS({ "at", CARRY_TIME }, { "entry", CARRY_TEXT }, { "remedy", CARRY_OWN }, { "kind", CARRY_TEXT }, { "goodwill", CARRY_FLAG }, { "amount_minor", CARRY_INT },
			{ "currency", CARRY_TEXT }, { "team", CARRY_TEAM }, { "by", CARRY_PERSON }, { "reference", CARRY_TEXT }), TRUE, NULL, begin_ledger },
	{ "surveys", &SQL_CARRY_SURVEYS, &SQL_CARRY_SURVEY,
		COLUMNS({ "ref", CARRY_TEXT }, { "survey", CARRY_TEXT }, { "owner", CARRY_PERSON }, { "team", CARRY_TEAM }, { "state", CARRY_TEXT }, { "reason", CARRY_TEXT }, { "lang", CARRY_TEXT },
			{ "made_at", CARRY_TIME }, { "due_at", CARRY_TIME }, { "sent_at", CARRY_TIME }, { "ends_at", CARRY_TIME }, { "answered_at", CARRY_TIME }, { "message", CARRY_MESSAGE }),
		TRUE, settle_survey, begin_survey },
	{ "answers", &SQL_CARRY_ANSWERS, &SQL_CARRY_ANSWER,
		COLUMNS({ "asked", CARRY_OWN }, { "question", CARRY_INT }, { "kind", CARRY_TEXT }, { "score", CARRY_INT }, { "words", CARRY_TEXT }), FALSE, NULL, NULL },
	{ "recoveries", &SQL_CARRY_RECOVERIES, &SQL_CARRY_RECOVERY,
		COLUMNS({ "ref", CARRY_TEXT }, { "asked", CARRY_OWN }, { "assignee", CARRY_PERSON }, { "kind", CARRY_TEXT }, { "score", CARRY_INT }, { "state", CARRY_TEXT }, { "opened_at", CARRY_TIME },
			{ "due_at", CARRY_TIME }, { "late_at", CARRY_TIME }, { "done_at", CARRY_TIME }, { "done_by", CARRY_PERSON }, { "words", CARRY_TEXT }, { "corrected", CARRY_FLAG },
			{ "turned_at", CARRY_TIME }), TRUE, settle_recovery, begin_recovery },
	{ "follow_ups", &SQL_CARRY_FOLLOW_UPS, &SQL_CARRY_FOLLOW_UP,
		COLUMNS({ "ref", CARRY_TEXT }, { "owner", CARRY_PERSON }, { "team", CARRY_TEAM }, { "state", CARRY_TEXT }, { "reason", CARRY_TEXT }, { "made_at", CARRY_TIME }, { "due_at", CARRY_TIME },
			{ "asked_at", CARRY_TIME }, { "ends_at", CARRY_TIME }, { "answered_at", CARRY_TIME }, { "words", CARRY_TEXT }, { "message", CARRY_MESSAGE }),
		TRUE, settle_follow_up, begin_follow_up },
	{ "clock_results", &SQL_CARRY_CLOCK_RESULTS, &SQL_CARRY_CLOCK_RESULT,
		COLUMNS({ "clock", CARRY_TEXT }, { "due_at", CARRY_TIME }, { "met_at", CARRY_TIME }, { "missed", CARRY_FLAG }, { "owner", CARRY_PERSON }, { "team", CARRY_TEAM }), FALSE, NULL, NULL },
	{ "clocks", &SQL_CARRY_CLOCKS, &SQL_CARRY_CLOCK,
		COLUMNS({ "acknowledge_due", CARRY_TIME }, { "acknowledge_met", CARRY_TIME }, { "respond_due", CARRY_TIME }, { "respond_met", CARRY_TIME }, { "answer_due", CARRY_TIME },
			{ "answer_from", CARRY_TIME }, { "update_due", CARRY_TIME }, { "update_from", CARRY_TIME }, { "resolve_due", CARRY_TIME }, { "resolve_met", CARRY_TIME },
			{ "resolve_from", CARRY_TIME }, { "final_due", CARRY_TIME }, { "final_met", CARRY_TIME }, { "follow_up_due", CARRY_TIME }, { "follow_up_met", CARRY_TIME }, { "pauses", CARRY_TEXT }),
		FALSE, NULL, NULL },
	{ "steps", &SQL_CARRY_STEPS, &SQL_CARRY_STEP, COLUMNS({ "marks", CARRY_TEXT }), FALSE, NULL, NULL },
	{ "turns", &SQL_CARRY_TURNS, &SQL_CARRY_TURN, COLUMNS({ "asked_at", CARRY_TIME }), FALSE, NULL, NULL },
	{ "stops", &SQL_CARRY_STOPS, &SQL_CARRY_STOP, COLUMNS({ "since", CARRY_TIME }), FALSE, NULL, NULL },
	{ .name = NULL },
};
G_STATIC_ASSERT(G_N_ELEMENTS(carry_lists) <= CARRY_LISTS_MAX);

const CarryList carry_before[] = {
	{ "remedy_type", &SQL_CARRY_TYPES, &SQL_CARRY_TYPE,
		COLUMNS({ "ref", CARRY_TEXT }, { "kind", CARRY_TEXT }, { "name", CARRY_TEXT }, { "has_value", CARRY_FLAG }, { "goodwill", CARRY_FLAG }, { "wording", CARRY_TEXT }, { "limits", CARRY_JSON },
			{ "created_at", CARRY_TIME }, { "removed_at", CARRY_TIME }), FALSE, NULL, NULL },
	{ "survey", &SQL_CARRY_FORMS, &SQL_CARRY_FORM,
		COLUMNS({ "ref", CARRY_TEXT }, { "name", CARRY_TEXT }, { "event", CARRY_TEXT }, { "kind", CARRY_TEXT }, { "channel", CARRY_TEXT }, { "category", CARRY_CATEGORY }, { "team", CARRY_TEAM },
			{ "severity", CARRY_INT }, { "delay_minutes", CARRY_INT }, { "sample_pct", CARRY_INT }, { "valid_days", CARRY_INT }, { "recovery_hours", CARRY_INT }, { "words", CARRY_JSON },
			{ "created_at", CARRY_TIME }, { "removed_at", CARRY_TIME }, { "name_key", CARRY_MADE }), FALSE, settle_form, NULL },
	{ "survey_question", &SQL_CARRY_QUESTIONS, &SQL_CARRY_QUESTION,
		COLUMNS({ "survey", CARRY_TEXT }, { "place", CARRY_INT }, { "kind", CARRY_TEXT }, { "required", CARRY_FLAG }, { "points", CARRY_INT }, { "bar", CARRY_INT }, { "words", CARRY_JSON },
			{ "removed_at", CARRY_TIME }), FALSE, NULL, NULL },
	{ .name = NULL },
};
const CarryList carry_behind[] = {
	{ "action", &SQL_CARRY_ACTIONS, &SQL_CARRY_ACTION,
		COLUMNS({ "ref", CARRY_TEXT }, { "title", CARRY_TEXT }, { "plan", CARRY_TEXT }, { "effect", CARRY_TEXT }, { "state", CARRY_TEXT }, { "root_cause", CARRY_CAUSE },
			{ "category", CARRY_CATEGORY }, { "product", CARRY_PRODUCT }, { "of_case", CARRY_TEXT }, { "owner", CARRY_PERSON }, { "due_at", CARRY_TIME }, { "opened_by", CARRY_PERSON },
			{ "opened_at", CARRY_TIME }, { "ended_at", CARRY_TIME }, { "ended_words", CARRY_TEXT }), FALSE, NULL, begin_action },
	{ .name = NULL },
};
