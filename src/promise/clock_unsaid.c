/* clock_unsaid.c - an answer was taken back before anybody got it: a case's clocks as if it had not been written. Pure, but for what clocks_unsay_in() does
 * with the results; the rules of a case's life: promise/case_clocks.c. */
#include "promise/case_clocks.h"
#include "promise/clock_steps.h"
#include "clocks.sql.h"

static const Pause *
last_pause(const ClockRow *row)
{
	return row->pauses != NULL && row->pauses->len > 0 ? &g_array_index(row->pauses, Pause, row->pauses->len - 1) : NULL;
}

gboolean
clocks_waited(const ClockRow *row, gint64 written_at, gint64 merged_at, gint64 parted_at, gboolean they_wrote)
{
	const Pause *last = last_pause(row);

	/* It waits on where the two were parted. */
	if (last != NULL && parted_at != 0 && last->from_ms == parted_at && last->to_ms == 0 && row->pauses->len > 1)
		last--;
	/* One that ended in that very moment was ended by the answer, or by the move that went with it; by now their words would have ended it. */
	if (last != NULL && last->from_ms < written_at)
		return last->to_ms == 0 || (!they_wrote && (last->to_ms == written_at || last->to_ms == merged_at));
	return last != NULL && they_wrote && last->from_ms > written_at && last->to_ms == 0;
}

/* The one that began with it is that of the next answer, or none. */
static void
unpause(ClockRow *row, const ClockUnsaid *it)
{
	gboolean gone = FALSE;

	for (guint i = 0; row->pauses != NULL && i < row->pauses->len; i++) {
		Pause *one = &g_array_index(row->pauses, Pause, i);

		if (it->waits && i + 1 == row->pauses->len && one->from_ms < it->written_at && one->to_ms == it->written_at) {
			one->to_ms = 0;
			row->changed = TRUE;
		}
		/* After a merge that was undone it goes on in another one. */
		if (one->from_ms != it->written_at && !(gone && one->from_ms == it->parted_at))
			continue;
		row->changed = TRUE;
		gone = it->next_written_at == 0 || (one->to_ms != 0 && one->to_ms <= it->next_written_at);
		if (gone)
			g_array_remove_index(row->pauses, i--);
		else
			one->from_ms = it->next_written_at;
	}
}

/* It had ended the case: what was answered since lets it wait, or go on, as if it had not. */
static void
turn(ClockRow *row, const ClockTurn *it)
{
	Pause *open = (Pause *)clock_open_pause(row), begin = { it->at, 0 };

	if (it->waits == (open != NULL))
		return;
	row->changed = TRUE;
	if (open != NULL) {
		open->to_ms = it->at;
		return;
	}
	if (row->pauses == NULL)
		row->pauses = g_array_new(FALSE, FALSE, sizeof(Pause));
	g_array_append_val(row->pauses, begin);
}

typedef struct {
	const ClockPolicy *policy; /* NULL: no clock runs */
	Calendar *calendar;
	const ClockUnsaid *it;
	ClockRow *row;
	GArray *undone;
} Unsay;

static void
undo(Unsay *self, ClockKind k, gint64 met_ms, gint64 instead_ms, gboolean told)
{
	const ClockUndone one = { .clock = k, .met_ms = met_ms, .instead_ms = instead_ms, .told = told };

	g_array_append_val(self->undone, one);
}

static gboolean
pauses_before(const ClockRow *row, gint64 met_ms)
{
	return row->pauses != NULL && row->pauses->len > 0 && g_array_index(row->pauses, Pause, 0).from_ms < met_ms;
}

/* When a clock that began at @start_ms and ended at @met_ms was due; 0: never. */
static gint64
due_of(const Unsay *self, ClockKind k, gint64 start_ms, gint64 met_ms)
{
	const ClockTarget *target = self->policy != NULL ? &self->policy->targets[k] : NULL;
	g_autoptr(GArray) pauses = g_array_new(FALSE, FALSE, sizeof(Pause));
	gint64 due_ms;

	for (guint i = 0; self->row->pauses != NULL && i < self->row->pauses->len; i++) {
		Pause one = g_array_index(self->row->pauses, Pause, i);

		if (one.from_ms >= met_ms)
			break;
		one.to_ms = one.to_ms < met_ms ? one.to_ms : 0;
		g_array_append_val(pauses, one);
	}
	if (start_ms == 0 || met_ms == 0 || target == NULL || target->unit == TARGET_NONE)
		return 0;
	due_ms = clock_due(target, self->calendar, start_ms, (const Pause *)pauses->data, pauses->len).due_ms;
	return due_ms != CALENDAR_NEVER ? due_ms : 0;
}

/* When it was due as another answer kept it at @met_ms: what was paused since puts that off, as if it had run on. 0: as it was. */
static gint64
due_again(const Unsay *self, ClockKind k, gint64 start_ms, gint64 met_ms)
{
	return pauses_before(self->row, met_ms) ? due_of(self, k, start_ms, met_ms) : 0;
}

/* A clock that is kept once, kept by it: it goes on with the due time and the steps that it had. */
static void
undo_once(Unsay *self, ClockKind k, gint64 met_ms, gint64 instead_ms)
{
	gint64 due_ms;

	if (met_ms == 0 || self->row->met[k] != met_ms)
		return;
	undo(self, k, met_ms, 0, self->row->level[k] > STEP_BREACH);
	self->row->met[k] = 0;
	self->row->changed = TRUE;
	if ((due_ms = due_again(self, k, self->it->received_at, instead_ms)) == 0 || due_ms == self->row->due[k])
		return;
	self->row->due[k] = due_ms;
	self->row->level[k] = MIN(self->row->level[k], (guint8)clock_steps_past(self->policy, self->calendar, k, due_ms, instead_ms));
}

/* Up to when steps had been told as the answer was written: while the clock was paused none were. */
static gint64
told_until(const Unsay *self, const ClockTarget *target, gint64 due_ms)
{
	const Pause *last = last_pause(self->row);
	const gint64 written_at = self->it->written_at;
	const gboolean paused = target->pauses && last != NULL && last->from_ms < written_at && (last->to_ms == 0 || last->to_ms == written_at) && last->from_ms < due_ms;

	return paused ? last->from_ms : written_at - 1;
}

/* A clock that begins again with each word, and had ended: it runs from @start_ms as before. What was past when the answer was written had been
 * told. TRUE: its breach had. */
static gboolean
rerun(Unsay *self, ClockKind k, gint64 *from, gint64 start_ms)
{
	ClockRow *row = self->row;
	ClockUndone late = { .clock = k, .late_ms = row->level[k] > STEP_BREACH ? row->due[k] : 0 };
	const guint8 since = row->level[k];
	gboolean told;
	const ClockTarget *target = self->policy != NULL ? &self->policy->targets[k] : NULL;
	ClockDue due = { CALENDAR_NEVER, FALSE };

	row->changed = TRUE;
	row->due[k] = 0;
	row->level[k] = 0;
	*from = start_ms;
	if (start_ms != 0 && target != NULL && target->unit != TARGET_NONE)
		due = clock_due(target, self->calendar, start_ms, row->pauses != NULL ? (const Pause *)row->pauses->data : NULL, row->pauses != NULL ? row->pauses->len : 0);
	if (due.due_ms != CALENDAR_NEVER) {
		row->level[k] = (guint8)clock_steps_past(self->policy, self->calendar, k, due.due_ms, told_until(self, target, due.due_ms));
		late.due_ms = due.due_ms;
	}
	told = row->level[k] > STEP_BREACH;
	if (late.late_ms == 0)
		return told;
	/* One that began since is late, and told so: it is late still, and not told twice. Where it had been late before, that result stands for both. */
	if (late.due_ms != 0)
		row->level[k] = MAX(row->level[k], since);
	if (told)
		late.due_ms = 0;
	g_array_append_val(self->undone, late);
	return told;
}

/* @own_due: when the clock that began with it was due. Their words ended that one, and end the one before it now: without a result, where that is not late. */
static void
undo_update(Unsay *self, gint64 own_due)
{
	const ClockUnsaid *it = self->it;
	const gboolean told = it->next_said_at == 0 && rerun(self, CLOCK_UPDATE, &self->row->update_from, it->our_last_at);
	ClockUndone *one;

	if (it->their_at != 0 && own_due != 0)
		g_array_append_val(self->undone, ((ClockUndone){ .clock = CLOCK_UPDATE, .late_ms = own_due }));
	undo(self, CLOCK_UPDATE, it->ended_at, it->they_wrote ? 0 : it->next_said_at, told);
	one = &g_array_index(self->undone, ClockUndone, self->undone->len - 1);
	one->wrote_ms = it->their_at;
	one->due_ms = it->their_at != 0 ? due_again(self, CLOCK_UPDATE, it->our_before_at, it->their_at) : 0;
}

/* Each answer on a case that was ended would have kept what the one before it promised. */
static void
make_updates(Unsay *self)
{
	const GArray *turns = self->it->turns;

	for (guint i = 1; turns != NULL && i < turns->len; i++) {
		const gint64 met_ms = g_array_index(turns, ClockTurn, i).said_at, due_ms = due_of(self, CLOCK_UPDATE, g_array_index(turns, ClockTurn, i - 1).said_at, met_ms);

		if (due_ms != 0)
			g_array_append_val(self->undone, ((ClockUndone){ .clock = CLOCK_UPDATE, .made = TRUE, .due_ms = due_ms, .met_ms = met_ms }));
	}
}

void
clocks_unsay(const ClockBook *book, const ClockUnsaid *it, ClockRow *row, GArray *undone)
{
	Unsay self = { .policy = clock_book_policy(book, row->policy_id), .it = it, .row = row, .undone = undone };
	gboolean told = FALSE;
	gint64 own_due;

	self.calendar = self.policy != NULL ? clock_book_calendar(book, self.policy->calendar_id) : NULL;
	if (self.calendar == NULL)
		self.policy = NULL;
	own_due = due_of(&self, CLOCK_UPDATE, it->ended_at, it->their_at); /* with the pause that began with it */
	unpause(row, it);
	for (guint i = 0; it->turns != NULL && i < it->turns->len; i++)
		turn(row, &g_array_index(it->turns, ClockTurn, i));
	undo_once(&self, CLOCK_ACKNOWLEDGE, it->acknowledged_at, it->acknowledged_now);
	undo_once(&self, CLOCK_RESPOND, it->first_response_at, it->responded_now);
	undo_once(&self, CLOCK_FINAL, it->resolved_at, 0);
	/* Opened again since, its clock has begun anew; that the old one was kept is not true all the same. */
	if (it->resolved_at != 0 && row->met[CLOCK_RESOLVE] != it->resolved_at)
		g_array_append_val(undone, ((ClockUndone){ .clock = CLOCK_RESOLVE, .met_ms = it->resolved_at }));
	undo_once(&self, CLOCK_RESOLVE, it->resolved_at, 0);
	if (it->ended_at == 0)
		return;
	if (it->waits_from != row->answer_from)
		told = rerun(&self, CLOCK_ANSWER, &row->answer_from, it->waits_from);
	undo(&self, CLOCK_ANSWER, it->ended_at, it->next_said_at != 0 ? it->next_said_at : it->brought_at, told);
	g_array_index(undone, ClockUndone, undone->len - 1).due_ms = due_again(&self, CLOCK_ANSWER, it->waited_from, it->next_said_at);
	undo_update(&self, own_due);
	make_updates(&self);
}

gboolean
clocks_unsay_in(Db *db, gint64 case_id, const ClockUnsaid *it, ClockRow *row, GError **error)
{
	g_autoptr(GArray) undone = g_array_new(FALSE, FALSE, sizeof(ClockUndone));
	ClockBook *book = clock_book_with(db, row->policy_id, error);

	if (book == NULL)
		return FALSE;
	clocks_unsay(book, it, row, undone);
	for (guint i = 0; i < undone->len; i++) {
		const ClockUndone *one = &g_array_index(undone, ClockUndone, i);
		const DbArg args[] = { DB_INT(case_id), DB_TEXT(clock_words[one->clock]), DB_INT(one->met_ms), DB_INT(one->instead_ms), DB_INT(one->due_ms) };

		if (one->made) {
			const DbArg made[] = { args[0], args[1], args[4], args[2], DB_BOOL(one->met_ms > one->due_ms), DB_INT_OR_NULL(it->owner_id), DB_INT_OR_NULL(it->team_id) };

			if (!db_exec(db, &SQL_CLOCK_RESULT_ADD, made, G_N_ELEMENTS(made), NULL, error))
				return FALSE;
		} else if (one->late_ms != 0) {
			const DbArg late[] = { args[0], args[1], DB_INT(one->late_ms), DB_INT(one->due_ms) };

			if (!db_exec(db, one->due_ms != 0 ? &SQL_CLOCK_RESULT_LATE_SINCE : &SQL_CLOCK_RESULT_NOT_LATE, late, one->due_ms != 0 ? 4 : 3, NULL, error))
				return FALSE;
		} else if (one->wrote_ms != 0) {
			const DbArg ended[] = { args[0], args[1], args[2], DB_INT(one->wrote_ms), args[4] };

			if (!db_exec(db, &SQL_CLOCK_RESULT_LATE_BEFORE, ended, 5, NULL, error) || !db_exec(db, &SQL_CLOCK_RESULT_REMOVE, args, 3, NULL, error))
				return FALSE;
		} else if (one->instead_ms != 0) {
			const DbArg kept[] = { args[0], args[1], args[3] };
			gint64 n = 0;

			if (!db_exec(db, &SQL_CLOCK_RESULT_LATER, args, 5, &n, error) || (n > 0 && !db_exec(db, &SQL_CLOCK_RESULT_ONCE, kept, 3, NULL, error)))
				return FALSE;
			/* It was our first word: the clock that the next one kept began with it. */
			if (n == 0 && one->clock == CLOCK_UPDATE && !db_exec(db, &SQL_CLOCK_RESULT_REMOVE, kept, 3, NULL, error))
				return FALSE;
		} else if (!db_exec(db, one->told ? &SQL_CLOCK_RESULT_UNMADE : &SQL_CLOCK_RESULT_REMOVE, args, 3, NULL, error)) {
			return FALSE;
		}
	}
	return TRUE;
}
