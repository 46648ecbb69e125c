/* clock_steps.c - the steps of a clock, and a case's clocks in words. */
#include "promise/clock_steps.h"
#include "base/clock.h"

const Pause *
clock_open_pause(const ClockRow *row)
{
	const Pause *last = row->pauses != NULL && row->pauses->len > 0 ? &g_array_index(row->pauses, Pause, row->pauses->len - 1) : NULL;

	return last != NULL && last->to_ms == 0 ? last : NULL;
}

gboolean
clock_is_in_time(ClockKind k, gint64 due_ms, gint64 met_ms)
{
	return met_ms <= due_ms + (k == CLOCK_FOLLOW_UP ? CLOCK_FOLLOW_UP_GRACE_MS : 0);
}

gboolean
clock_runs(const ClockPolicy *policy, const ClockRow *row, ClockKind k, gboolean is_open)
{
	const Pause *pause = clock_open_pause(row);

	if (row->due[k] == 0 || row->met[k] != 0 || is_open == (k == CLOCK_FOLLOW_UP))
		return FALSE;
	/* A pause that begins when the time is over does not take that back. */
	return pause == NULL || !policy->targets[k].pauses || pause->from_ms >= row->due[k];
}

gint64
clock_step_at(const ClockPolicy *policy, Calendar *calendar, ClockKind k, gint64 due_ms, ClockStep step)
{
	const ClockTarget *target = &policy->targets[k];

	if (k == CLOCK_FOLLOW_UP) {
		if (step == STEP_SOON || step == STEP_SOONER)
			return CALENDAR_NEVER;
		due_ms += CLOCK_FOLLOW_UP_GRACE_MS;
	}
	switch (step) {
	case STEP_SOON: return clock_warns_at(target, calendar, due_ms, CLOCK_SOON_PART);
	case STEP_SOONER: return clock_warns_at(target, calendar, due_ms, CLOCK_SOONER_PART);
	case STEP_BREACH: return due_ms;
	case STEP_LEAD: return policy->lead_after > 0 ? due_ms + policy->lead_after * MS_PER_MINUTE : CALENDAR_NEVER;
	case STEP_OWNER: return policy->owner_after > 0 ? due_ms + policy->owner_after * MS_PER_MINUTE : CALENDAR_NEVER;
	case CLOCK_STEPS: break;
	}
	return CALENDAR_NEVER;
}

guint
clock_steps_past(const ClockPolicy *policy, Calendar *calendar, ClockKind k, gint64 due_ms, gint64 now_ms)
{
	guint level = 0;

	/* From the end: a step that there is not is past with the ones behind it. */
	for (guint step = CLOCK_STEPS; step > 0 && level == 0; step--)
		if (clock_step_at(policy, calendar, k, due_ms, step - 1) <= now_ms)
			level = step;
	return level;
}

/* The earliest of the steps not told yet; 0: none. */
static gint64
next_of(const ClockPolicy *policy, Calendar *calendar, const ClockRow *row, ClockKind k)
{
	gint64 next = CALENDAR_NEVER;

	for (guint step = row->level[k]; step < CLOCK_STEPS; step++) {
		next = clock_step_at(policy, calendar, k, row->due[k], step);
		if (next != CALENDAR_NEVER)
			return next;
	}
	return 0;
}

gint64
clock_next_step(const ClockBook *book, const ClockRow *row, gboolean is_open)
{
	const ClockPolicy *policy = clock_book_policy(book, row->policy_id);
	Calendar *calendar = policy != NULL ? clock_book_calendar(book, policy->calendar_id) : NULL;
	gint64 next = 0;

	for (guint k = 0; calendar != NULL && k < CLOCKS; k++) {
		gint64 at = clock_runs(policy, row, k, is_open) ? next_of(policy, calendar, row, k) : 0;

		if (at != 0 && (next == 0 || at < next))
			next = at;
	}
	return next;
}

void
clocks_next_due(const ClockBook *book, const ClockRow *row, gboolean is_open, gint64 *ret_at, gint64 *ret_soon, const char **ret_kind)
{
	const ClockPolicy *policy = clock_book_policy(book, row->policy_id);
	Calendar *calendar = policy != NULL ? clock_book_calendar(book, policy->calendar_id) : NULL;
	guint first = CLOCKS;

	*ret_at = row->promise_due;
	*ret_kind = row->promise_due != 0 ? "promise" : NULL;
	for (guint k = 0; policy != NULL && k < CLOCKS; k++)
		if (clock_runs(policy, row, k, is_open) && (*ret_at == 0 || row->due[k] < *ret_at)) {
			*ret_at = row->due[k];
			*ret_kind = clock_words[k];
			first = k;
		}
	*ret_soon = first < CLOCKS && calendar != NULL ? clock_step_at(policy, calendar, first, row->due[first], STEP_SOON) : 0;
}

void
clocks_pass(const ClockBook *book, gboolean is_open, gint64 now_ms, ClockRow *row, GArray *told)
{
	const ClockPolicy *policy = clock_book_policy(book, row->policy_id);
	Calendar *calendar = policy != NULL ? clock_book_calendar(book, policy->calendar_id) : NULL;

	for (guint k = 0; calendar != NULL && k < CLOCKS; k++) {
		guint was = row->level[k], level = clock_runs(policy, row, k, is_open) ? clock_steps_past(policy, calendar, k, row->due[k], now_ms) : was;

		if (level <= was)
			continue;
		for (guint step = was; step < level; step++) {
			ClockTold one = { k, step, row->due[k] };

			/* Of warnings the last that came, and none beside the breach. */
			if (step <= STEP_SOONER && step + 1 < level)
				continue;
			if (clock_step_at(policy, calendar, k, row->due[k], step) <= now_ms)
				g_array_append_val(told, one);
		}
		row->level[k] = (guint8)level;
		row->changed = TRUE;
	}
	row->next_at = clock_next_step(book, row, is_open);
}

static const char *
state_of(const ClockPolicy *policy, const ClockRow *row, ClockKind k, gboolean is_open)
{
	if (row->met[k] != 0)
		return clock_is_in_time(k, row->due[k], row->met[k]) ? "kept" : "missed";
	if (clock_runs(policy, row, k, is_open))
		return "running";
	return is_open && clock_open_pause(row) != NULL && policy->targets[k].pauses ? "paused" : "stopped";
}

static const char *
word_of(const ClockPolicy *policy, Calendar *calendar, const ClockRow *row, ClockKind k, const char *state, gint64 now_ms)
{
	if (state[0] == 'k')
		return "kept";
	if (state[0] == 'm' || (state[0] == 'r' && row->due[k] <= now_ms))
		return "late";
	return state[0] == 'r' && clock_step_at(policy, calendar, k, row->due[k], STEP_SOON) <= now_ms ? "soon" : "plain";
}

json_t *
clocks_to_json(const ClockBook *book, const ClockRow *row, gboolean is_open, gint64 now_ms)
{
	const ClockPolicy *policy = clock_book_policy(book, row->policy_id);
	Calendar *calendar = policy != NULL ? clock_book_calendar(book, policy->calendar_id) : NULL;
	json_t *list = json_array();

	for (guint k = 0; calendar != NULL && k < CLOCKS; k++) {
		g_autofree char *target = NULL;
		const char *state;
		json_t *one;

		if (row->due[k] == 0)
			continue;
		state = state_of(policy, row, k, is_open);
		target = target_write(&policy->targets[k]);
		one = json_object();
		json_put_text(one, "clock", clock_words[k]);
		json_put_text(one, "state", state);
		json_put_text(one, "word", word_of(policy, calendar, row, k, state, now_ms));
		json_put_time(one, "due_at", row->due[k]);
		json_put_time(one, "met_at", row->met[k]);
		json_put_text(one, "target", target);
		json_put_bool(one, "pauses", policy->targets[k].pauses);
		json_array_append_new(list, one);
	}
	return list;
}

gint64
clocks_word_until(const ClockBook *book, const ClockRow *row, gboolean is_open, gint64 now_ms)
{
	const ClockPolicy *policy = clock_book_policy(book, row->policy_id);
	Calendar *calendar = policy != NULL ? clock_book_calendar(book, policy->calendar_id) : NULL;
	gint64 until = G_MAXINT64;

	for (guint k = 0; calendar != NULL && k < CLOCKS; k++) {
		const gint64 due = row->due[k];
		gint64 soon;

		if (due <= now_ms || row->met[k] != 0 || !clock_runs(policy, row, k, is_open))
			continue;
		soon = clock_step_at(policy, calendar, k, due, STEP_SOON);
		until = MIN(until, soon > now_ms ? soon : due);
	}
	return until;
}
