/* case_clocks.c - the rules: which clocks run, from when, kept when. Pure. Steps and words of them: promise/clock_steps.c; rows: promise/clock_rows.c. */
#include "promise/case_clocks.h"
#include "promise/clock_steps.h"
#include <string.h>

ClockRow *
clock_row_new(void)
{
	return g_new0(ClockRow, 1);
}

void
clock_row_free(ClockRow *row)
{
	if (row == NULL)
		return;
	g_clear_pointer(&row->pauses, g_array_unref);
	g_free(row);
}

static void
set(gint64 *where, gint64 value, ClockRow *row)
{
	row->changed |= *where != value;
	*where = value;
}

static void
set_level(ClockRow *row, ClockKind k, guint level)
{
	row->changed |= row->level[k] != level;
	row->level[k] = (guint8)level;
}

/* ---- pauses ---------------------------------------------------------------------------------------------------------- */

static void
take_waiting(ClockRow *row, gboolean waiting, gint64 now_ms)
{
	Pause *last = (Pause *)clock_open_pause(row), begin = { now_ms, 0 };

	if (waiting == (last != NULL))
		return;
	row->changed = TRUE;
	if (last != NULL) {
		if (now_ms > last->from_ms)
			last->to_ms = now_ms;
		else /* no time at all, or a clock set back */
			g_array_set_size(row->pauses, row->pauses->len - 1);
		return;
	}
	if (row->pauses == NULL)
		row->pauses = g_array_new(FALSE, FALSE, sizeof(Pause));
	if (row->pauses->len >= CLOCK_PAUSES_MAX)
		g_array_remove_index(row->pauses, 0);
	g_array_append_val(row->pauses, begin);
}

/* ---- one clock ------------------------------------------------------------------------------------------------------- */

typedef struct {
	const Reckon *how;
	const ClockPolicy *policy;
	Calendar *calendar;
	const ClockFacts *facts;
	ClockRow *row;
	GArray *ends;
} Case1;

static void
end(Case1 *it, ClockKind k, gint64 met_ms)
{
	ClockRow *row = it->row;
	ClockEnd one = { k, row->due[k], met_ms, !clock_is_in_time(k, row->due[k], met_ms), row->level[k] > STEP_BREACH };

	if (row->due[k] != 0)
		g_array_append_val(it->ends, one);
}

static void
forget(ClockRow *row, ClockKind k)
{
	set(&row->due[k], 0, row);
	set(&row->met[k], 0, row);
	set_level(row, k, 0);
}

/* When it is due, counted from @start_ms; its level follows where that moved. */
static void
run(Case1 *it, ClockKind k, gint64 start_ms)
{
	ClockRow *row = it->row;
	const ClockTarget *target = it->policy != NULL ? &it->policy->targets[k] : NULL;
	const gint64 now_ms = it->how->now_ms, was = row->due[k];
	ClockDue due;

	if (target == NULL || target->unit == TARGET_NONE) {
		forget(row, k);
		return;
	}
	due = clock_due(target, it->calendar, start_ms, row->pauses != NULL ? (const Pause *)row->pauses->data : NULL, row->pauses != NULL ? row->pauses->len : 0);
	if (due.due_ms == CALENDAR_NEVER) {
		forget(row, k);
		return;
	}
	/* No policy makes a clock late by itself: what it was promised before stands, and a clock that would begin late does not begin. */
	if (it->how->why == RECKON_POLICY && (was == 0 || was > now_ms) && due.due_ms <= now_ms)
		return;
	set(&row->due[k], due.due_ms, row);
	if (row->due[k] == was)
		return;
	if (was == 0 || due.due_ms > now_ms)
		set_level(row, k, MIN(row->level[k], clock_steps_past(it->policy, it->calendar, k, due.due_ms, now_ms)));
	if (was == 0 && it->facts->lived)
		set_level(row, k, clock_steps_past(it->policy, it->calendar, k, due.due_ms, now_ms));
}

/* A clock that is kept once: from @start_ms until @met_ms (0: not yet). */
static void
once(Case1 *it, ClockKind k, gint64 start_ms, gint64 met_ms, gboolean runs, gboolean begins)
{
	ClockRow *row = it->row;

	if (row->met[k] != 0 || (row->due[k] == 0 && !(begins && (runs || !row->stored))))
		return;
	if (runs || row->due[k] == 0)
		if (met_ms == 0 || row->due[k] == 0)
			run(it, k, start_ms);
	if (met_ms == 0 || row->due[k] == 0)
		return;
	if (!it->facts->lived)
		end(it, k, met_ms);
	set(&row->met[k], met_ms, row);
}

/* A clock that is not there begins when the case does, or when what it is about or the policies change. */
static gboolean
may_begin(const Case1 *it)
{
	return !it->row->stored || it->how->why != RECKON_LIFE;
}

static gboolean
they_wait(const ClockFacts *facts)
{
	return facts->is_open && facts->last_inbound_at != 0 && facts->last_inbound_at >= facts->last_message_at;
}

/* From their first words that wait; words that come after them do not put it off. */
static void
answer(Case1 *it)
{
	ClockRow *row = it->row;

	if (they_wait(it->facts)) {
		if (row->answer_from == 0) {
			forget(row, CLOCK_ANSWER);
			set(&row->answer_from, it->facts->last_inbound_at, row);
		}
		run(it, CLOCK_ANSWER, row->answer_from);
		return;
	}
	if (row->answer_from != 0 && it->facts->last_message_at > it->facts->last_inbound_at && it->facts->last_message_at >= row->answer_from)
		end(it, CLOCK_ANSWER, it->facts->last_message_at);
	set(&row->answer_from, 0, row);
	forget(row, CLOCK_ANSWER);
}

/* From our last word, where it was ours; the next one keeps it. */
static void
update(Case1 *it)
{
	ClockRow *row = it->row;
	const ClockFacts *facts = it->facts;
	gboolean ours = facts->is_open && !they_wait(facts) && facts->last_message_at != 0;

	if (row->update_from != 0 && facts->last_message_at > row->update_from && facts->last_message_at > facts->last_inbound_at)
		end(it, CLOCK_UPDATE, facts->last_message_at);
	if (!ours || row->update_from != facts->last_message_at)
		forget(row, CLOCK_UPDATE);
	set(&row->update_from, ours ? facts->last_message_at : 0, row);
	if (ours)
		run(it, CLOCK_UPDATE, row->update_from);
}

static void
resolve(Case1 *it)
{
	ClockRow *row = it->row;
	const ClockFacts *facts = it->facts;

	gboolean again = row->met[CLOCK_RESOLVE] != 0 && facts->is_open;

	if (again) { /* opened again */
		forget(row, CLOCK_RESOLVE);
		set(&row->resolve_from, facts->stage_at, row);
	}
	once(it, CLOCK_RESOLVE, row->resolve_from != 0 ? row->resolve_from : facts->received_at, facts->resolved_at, facts->is_open, again || may_begin(it));
}

static void
follow_up(Case1 *it)
{
	const ClockFacts *facts = it->facts;
	gboolean waits = strcmp(facts->stage, "resolved") == 0, done = strcmp(facts->stage, "followed_up") == 0 || strcmp(facts->stage, "closed") == 0;

	if (facts->is_open || facts->merged)
		forget(it->row, CLOCK_FOLLOW_UP);
	else if (waits)
		once(it, CLOCK_FOLLOW_UP, facts->resolved_at, 0, TRUE, TRUE);
	else if (done && it->row->due[CLOCK_FOLLOW_UP] != 0)
		once(it, CLOCK_FOLLOW_UP, facts->resolved_at, facts->stage_at, FALSE, FALSE);
}

void
clocks_reckon(const Reckon *how, const ClockFacts *facts, ClockRow *row, GArray *ends)
{
	Case1 it = { .how = how, .facts = facts, .row = row, .ends = ends };
	const ClockPolicy *own = row->policy_id != 0 ? clock_book_policy(how->book, row->policy_id) : NULL;

	/* A policy that was removed goes on for the clocks it has; what the case is about must change for another one to hold. */
	it.policy = own != NULL && (how->why == RECKON_LIFE || (how->why == RECKON_POLICY && own->removed_at != 0)) ? own : how->policy;
	it.calendar = it.policy != NULL ? clock_book_calendar(how->book, it.policy->calendar_id) : NULL;
	if (it.calendar == NULL)
		it.policy = NULL;
	set(&row->policy_id, it.policy != NULL ? it.policy->id : 0, row);
	if (facts->is_open || clock_open_pause(row) != NULL)
		take_waiting(row, facts->is_open && facts->waiting, how->now_ms);
	once(&it, CLOCK_ACKNOWLEDGE, facts->received_at, facts->acknowledged_at, facts->is_open, may_begin(&it));
	once(&it, CLOCK_RESPOND, facts->received_at, facts->first_response_at, facts->is_open, may_begin(&it));
	answer(&it);
	update(&it);
	resolve(&it);
	once(&it, CLOCK_FINAL, facts->received_at, facts->resolved_at, facts->is_open, may_begin(&it));
	follow_up(&it);
	set(&row->next_at, clock_next_step(how->book, row, facts->is_open), row);
}
