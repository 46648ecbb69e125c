/* clock_rows.c - a case's clocks in the database. The rules: promise/case_clocks.c. */
#include "promise/case_clocks.h"
#include "promise/clock_steps.h"
#include "store/events.h"
#include "store/many.h"
#include "clocks.sql.h"
#include <string.h>

static const struct {
	const char *due, *met;
} columns[CLOCKS] = {
	[CLOCK_ACKNOWLEDGE] = { "acknowledge_due", "acknowledge_met" }, [CLOCK_RESPOND] = { "respond_due", "respond_met" },
	[CLOCK_ANSWER] = { "answer_due", NULL }, [CLOCK_UPDATE] = { "update_due", NULL }, [CLOCK_RESOLVE] = { "resolve_due", "resolve_met" },
	[CLOCK_FINAL] = { "final_due", "final_met" }, [CLOCK_FOLLOW_UP] = { "follow_up_due", "follow_up_met" },
};

/* ---- pauses as text: "from-to,from-" --------------------------------------------------------------------------------- */

static char *
pauses_write(const GArray *pauses)
{
	GString *out;

	if (pauses == NULL || pauses->len == 0)
		return NULL;
	out = g_string_new(NULL);
	for (guint i = 0; i < pauses->len; i++) {
		const Pause it = g_array_index(pauses, Pause, i);

		g_string_append_printf(out, "%s%" G_GINT64_FORMAT "-", i > 0 ? "," : "", it.from_ms);
		if (it.to_ms != 0)
			g_string_append_printf(out, "%" G_GINT64_FORMAT, it.to_ms);
	}
	return g_string_free(out, FALSE);
}

static gboolean
pauses_read(const char *text, ClockRow *row, GError **error)
{
	for (const char *p = text; p != NULL && *p != '\0';) {
		Pause it = { 0, 0 };
		char *end;

		it.from_ms = g_ascii_strtoll(p, &end, 10);
		if (end == p || *end != '-') {
			g_set_error(error, ERR, ERR_CORRUPT, "the pauses of case %" G_GINT64_FORMAT " cannot be read", row->case_id);
			return FALSE;
		}
		p = end + 1;
		it.to_ms = g_ascii_strtoll(p, &end, 10);
		p = *end == ',' ? end + 1 : end;
		if (row->pauses == NULL)
			row->pauses = g_array_new(FALSE, FALSE, sizeof(Pause));
		g_array_append_val(row->pauses, it);
	}
	return TRUE;
}

/* ---- the row --------------------------------------------------------------------------------------------------------- */

ClockRow *
clock_row_read(DbRows *rows, GError **error)
{
	g_autoptr(ClockRow) row = clock_row_new();
	gint64 levels;

	row->stored = TRUE;
	row->case_id = db_rows_int(rows, "case_id");
	row->policy_id = db_rows_int(rows, "policy_id");
	for (guint k = 0; k < CLOCKS; k++) {
		row->due[k] = db_rows_int(rows, columns[k].due);
		row->met[k] = columns[k].met != NULL ? db_rows_int(rows, columns[k].met) : 0;
		if (k == CLOCK_ANSWER)
			row->answer_from = db_rows_int(rows, "answer_from");
		else if (k == CLOCK_UPDATE)
			row->update_from = db_rows_int(rows, "update_from");
		else if (k == CLOCK_RESOLVE)
			row->resolve_from = db_rows_int(rows, "resolve_from");
	}
	row->promise_due = db_rows_int(rows, "promise_due");
	levels = db_rows_int(rows, "levels");
	for (guint k = 0; k < CLOCKS; k++)
		row->level[k] = (guint8)MIN(levels >> (3 * k) & 7, CLOCK_STEPS);
	if (!pauses_read(db_rows_text(rows, "pauses"), row, error))
		return NULL;
	row->next_at = db_rows_int(rows, "next_at");
	return g_steal_pointer(&row);
}

ClockRow *
clock_row_find(Db *db, gint64 case_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_CLOCK_ROW, DB_ARGS(DB_INT(case_id)), error);

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return clock_row_read(rows, error);
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

gint64
clock_row_levels(const ClockRow *row)
{
	gint64 levels = 0;

	for (guint k = 0; k < CLOCKS; k++)
		levels |= (gint64)row->level[k] << (3 * k);
	return levels;
}

gboolean
clock_row_keep(Db *db, ClockRow *row, GError **error)
{
	g_autofree char *pauses = NULL;

	if (!row->changed && row->stored)
		return TRUE;
	pauses = pauses_write(row->pauses);
	if (!db_exec(db, row->stored ? &SQL_CLOCK_ROW_UPDATE : &SQL_CLOCK_ROW_INSERT,
	             DB_ARGS(DB_INT(row->case_id), DB_INT_OR_NULL(row->policy_id), DB_INT_OR_NULL(row->due[CLOCK_ACKNOWLEDGE]), DB_INT_OR_NULL(row->met[CLOCK_ACKNOWLEDGE]),
	                     DB_INT_OR_NULL(row->due[CLOCK_RESPOND]), DB_INT_OR_NULL(row->met[CLOCK_RESPOND]), DB_INT_OR_NULL(row->due[CLOCK_ANSWER]), DB_INT_OR_NULL(row->answer_from),
	                     DB_INT_OR_NULL(row->due[CLOCK_UPDATE]), DB_INT_OR_NULL(row->update_from), DB_INT_OR_NULL(row->due[CLOCK_RESOLVE]), DB_INT_OR_NULL(row->met[CLOCK_RESOLVE]),
	                     DB_INT_OR_NULL(row->resolve_from), DB_INT_OR_NULL(row->due[CLOCK_FINAL]), DB_INT_OR_NULL(row->met[CLOCK_FINAL]), DB_INT_OR_NULL(row->due[CLOCK_FOLLOW_UP]),
	                     DB_INT_OR_NULL(row->met[CLOCK_FOLLOW_UP]), DB_INT_OR_NULL(row->promise_due), DB_INT(clock_row_levels(row)), DB_TEXT(pauses), DB_INT_OR_NULL(row->next_at)),
	             NULL, error))
		return FALSE;
	row->stored = TRUE;
	row->changed = FALSE;
	if (row->next_at != 0)
		db_note_due(db, row->next_at);
	return TRUE;
}

gboolean
clock_promise_due_in(Db *db, gint64 case_id, gint64 due_ms, GError **error)
{
	return db_exec(db, &SQL_CLOCK_PROMISE_DUE, DB_ARGS(DB_INT(case_id), DB_INT_OR_NULL(due_ms)), NULL, error);
}

/* ---- what it leaves behind ------------------------------------------------------------------------------------------- */

static gboolean
add_result(Db *db, gint64 case_id, ClockKind clock, gint64 due_ms, gint64 met_ms, gboolean missed, gint64 owner_id, gint64 team_id, GError **error)
{
	return db_exec(db, &SQL_CLOCK_RESULT_ADD,
	               DB_ARGS(DB_INT(case_id), DB_TEXT(clock_words[clock]), DB_INT(due_ms), DB_INT_OR_NULL(met_ms), DB_BOOL(missed), DB_INT_OR_NULL(owner_id), DB_INT_OR_NULL(team_id)), NULL, error);
}

enum { RESULT_ARGS = 7 };

gboolean
clock_results_missed_in(Db *db, const ClockMissed *missed, guint n, GError **error)
{
	g_autofree DbArg *args = g_new(DbArg, (gsize)n * RESULT_ARGS);

	for (guint i = 0; i < n; i++) {
		const DbArg one[RESULT_ARGS] = {
			DB_INT(missed[i].case_id), DB_TEXT(clock_words[missed[i].clock]), DB_INT(missed[i].due_ms), DB_NULL, DB_BOOL(TRUE),
			DB_INT_OR_NULL(missed[i].owner_id), DB_INT_OR_NULL(missed[i].team_id),
		};

		memcpy(args + (gsize)i * RESULT_ARGS, one, sizeof one);
	}
	return db_exec_many(db, &SQL_CLOCK_RESULT_ADD, args, n, NULL, NULL, error);
}

json_t *
clock_event_facts(ClockKind clock, gint64 version, gint64 due_ms, const char *to_ref, int share)
{
	json_t *facts = json_object();

	json_put_text(facts, "clock", clock_words[clock]);
	if (share > 0)
		json_put_int(facts, "share", share);
	if (to_ref != NULL)
		json_put_text(facts, "to", to_ref);
	json_put_time(facts, "due_at", due_ms);
	json_put_int(facts, "v", version);
	return facts;
}

static gboolean
put_event(Db *db, const ClockFacts *facts, const char *kind, ClockKind clock, gint64 due_ms, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) said = clock_event_facts(clock, facts->version, due_ms, NULL, 0);

	return event_add(db, &(Event){ .kind = kind, .case_id = facts->case_id, .at_ms = now_ms, .actor = actor_system(), .facts = said }, NULL, error);
}

static gboolean
put_end(Db *db, const ClockFacts *facts, const ClockEnd *end, gint64 now_ms, GError **error)
{
	if (end->told)
		return db_exec(db, &SQL_CLOCK_RESULT_MADE_UP, DB_ARGS(DB_INT(facts->case_id), DB_TEXT(clock_words[end->clock]), DB_INT(end->met_ms)), NULL, error);
	if (end->missed && !put_event(db, facts, "clock.breached", end->clock, end->due_ms, now_ms, error))
		return FALSE;
	return add_result(db, facts->case_id, end->clock, end->due_ms, end->met_ms, end->missed, facts->owner_id, facts->team_id, error);
}

gboolean
clock_follow_up_asked_on(Db *db, ClockRow *row, gint64 asked_ms, gint64 owner_id, gint64 team_id, GError **error)
{
	const gint64 due = row->due[CLOCK_FOLLOW_UP], met = clock_is_in_time(CLOCK_FOLLOW_UP, due, asked_ms) ? MIN(asked_ms, due) : asked_ms;
	const gboolean told = row->level[CLOCK_FOLLOW_UP] > STEP_BREACH;
	ClockBook *book;

	if (due == 0 || row->met[CLOCK_FOLLOW_UP] != 0)
		return TRUE;
	if (asked_ms == 0)
		row->due[CLOCK_FOLLOW_UP] = row->level[CLOCK_FOLLOW_UP] = 0;
	else
		row->met[CLOCK_FOLLOW_UP] = met;
	row->changed = TRUE;
	if ((book = clock_book_with(db, row->policy_id, error)) == NULL)
		return FALSE;
	row->next_at = clock_next_step(book, row, FALSE);
	if (asked_ms == 0)
		return TRUE;
	if (told)
		return db_exec(db, &SQL_CLOCK_RESULT_MADE_UP, DB_ARGS(DB_INT(row->case_id), DB_TEXT(clock_words[CLOCK_FOLLOW_UP]), DB_INT(met)), NULL, error);
	return add_result(db, row->case_id, CLOCK_FOLLOW_UP, due, met, met > due, owner_id, team_id, error);
}

/* ---- reckoning with the book ----------------------------------------------------------------------------------------- */

static gboolean
segment_of(Db *db, gint64 customer_id, char **ret, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_CLOCK_SEGMENT, DB_ARGS(DB_INT(customer_id)), error);

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local))
		*ret = g_strdup(db_rows_text(rows, "segment"));
	return db_ended(&local, error);
}

static gboolean
choose(Db *db, ClockBook *book, const ClockFacts *facts, const ClockPolicy **ret_policy, GError **error)
{
	g_autofree char *segment = NULL;
	g_autofree gint64 *products = NULL;

	if (book->segments && facts->customer_id != 0 && !segment_of(db, facts->customer_id, &segment, error))
		return FALSE;
	if (book->products && facts->product_id != 0 && (products = clock_book_products(book, db, facts->product_id, error)) == NULL)
		return FALSE;
	*ret_policy = clock_policy_choose(book->policies,
		&(PolicyCase){ .kind = facts->kind, .channel = facts->channel, .segment = segment, .severity = facts->severity, .products = products });
	return TRUE;
}

/* Whoever asks whether it is still right goes by the clock. That it began with the case's being resolved they hear from that. */
static gboolean
has_moved(const ClockRow *row, gint64 was, ReckonWhy why)
{
	const gint64 due = row->due[CLOCK_FOLLOW_UP];

	return row->case_id != 0 && due != 0 && due != was && row->met[CLOCK_FOLLOW_UP] == 0 && (was != 0 || why != RECKON_LIFE);
}

gboolean
clocks_update_in(Db *db, const ClockFacts *facts, ReckonWhy why, gint64 now_ms, ClockRow **row, GError **error)
{
	g_autoptr(GArray) ends = NULL;
	g_autoptr(GError) local = NULL;
	Reckon how = { .book = clock_book(db, error), .why = why, .now_ms = now_ms };
	ClockFacts known = *facts;
	gint64 followed;

	if (how.book == NULL)
		return FALSE;
	if (*row == NULL && facts->case_id != 0 && (*row = clock_row_find(db, facts->case_id, &local)) == NULL && local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (*row == NULL) {
		*row = clock_row_new();
		(*row)->case_id = facts->case_id;
		known.lived |= facts->case_id != 0; /* a case from before there were clocks */
	}
	if ((how.book = clock_book_with(db, (*row)->policy_id, error)) == NULL)
		return FALSE;
	if (((*row)->policy_id == 0 || why != RECKON_LIFE) && !choose(db, how.book, facts, &how.policy, error))
		return FALSE;
	ends = g_array_new(FALSE, FALSE, sizeof(ClockEnd));
	followed = (*row)->due[CLOCK_FOLLOW_UP];
	clocks_reckon(&how, &known, *row, ends);
	if (has_moved(*row, followed, why) && !put_event(db, facts, "clock.moved", CLOCK_FOLLOW_UP, (*row)->due[CLOCK_FOLLOW_UP], now_ms, error))
		return FALSE;
	for (guint i = 0; i < ends->len; i++)
		if (!put_end(db, facts, &g_array_index(ends, ClockEnd, i), now_ms, error))
			return FALSE;
	return TRUE;
}

gboolean
clocks_quiet_in(Db *db, ClockRow *row, gboolean is_open, gint64 now_ms, gint64 *ret_due_at, gint64 *ret_soon_at, const char **ret_due_kind, GError **error)
{
	ClockBook *book = clock_book_with(db, row->policy_id, error);
	const ClockPolicy *policy = book != NULL ? clock_book_policy(book, row->policy_id) : NULL;
	Calendar *calendar = policy != NULL ? clock_book_calendar(book, policy->calendar_id) : NULL;

	if (book == NULL)
		return FALSE;
	for (guint k = 0; calendar != NULL && k < CLOCKS; k++)
		row->level[k] = row->due[k] != 0 ? (guint8)clock_steps_past(policy, calendar, k, row->due[k], now_ms) : 0;
	row->next_at = clock_next_step(book, row, is_open);
	row->changed = TRUE;
	clocks_next_due(book, row, is_open, ret_due_at, ret_soon_at, ret_due_kind);
	return clock_row_keep(db, row, error);
}
