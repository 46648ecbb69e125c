/* stage.c - the moves between stages. What is due in each: cases/due.c; moves that messages make by themselves:
 * cases/message.c. */
#include "cases/stage.h"
#include "cases/due.h"
#include "cases/notice.h"
#include "cases/record.h"
#include "cases/words.h"
#include <string.h>

#define WORK "case.write"
#define CLOSE "case.close"

/* Forwards any step may be left out: a phone call can settle a matter at once. Backwards there are two: a declined offer
 * goes back to investigating, and an ended case is opened again. */
static const struct {
	const char *from, *to, *needs;
} moves[] = {
	{ "received", "acknowledged", WORK },
	{ "received", "investigating", WORK },
	{ "received", "offered", WORK },
	{ "received", "resolved", WORK },
	{ "received", "closed", CLOSE },
	{ "acknowledged", "investigating", WORK },
	{ "acknowledged", "offered", WORK },
	{ "acknowledged", "resolved", WORK },
	{ "acknowledged", "closed", CLOSE },
	{ "investigating", "offered", WORK },
	{ "investigating", "resolved", WORK },
	{ "investigating", "closed", CLOSE },
	{ "offered", "investigating", WORK },
	{ "offered", "resolved", WORK },
	{ "offered", "closed", CLOSE },
	{ "resolved", "investigating", WORK },
	{ "resolved", "followed_up", WORK },
	{ "resolved", "closed", CLOSE },
	{ "followed_up", "investigating", WORK },
	{ "followed_up", "closed", CLOSE },
	{ "closed", "investigating", CLOSE },
};

const char *
stage_move_needs(const char *from, const char *to)
{
	for (guint i = 0; i < G_N_ELEMENTS(moves); i++)
		if (strcmp(moves[i].from, from) == 0 && strcmp(moves[i].to, to) == 0)
			return moves[i].needs;
	return NULL;
}

GPtrArray *
stage_moves(const char *from, const Actor *actor)
{
	GPtrArray *to = g_ptr_array_new();

	for (guint i = 0; i < G_N_ELEMENTS(moves); i++)
		if (strcmp(moves[i].from, from) == 0 && actor_may(actor, moves[i].needs))
			g_ptr_array_add(to, (gpointer)moves[i].to);
	g_ptr_array_add(to, NULL);
	return to;
}

static gboolean
given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

gboolean
stage_check(const Case *it, const StageMove *move, GError **error)
{
	g_autoptr(GError) faults = NULL;
	gboolean ends = case_stage_is_ended(move->stage) && !case_stage_is_ended(it->stage), reopens = case_stage_is_ended(it->stage) && !case_stage_is_ended(move->stage);
	const char *outcome = given(move->outcome) ? move->outcome : reopens ? NULL : it->outcome;
	gboolean has_cause = given(move->root_cause) || it->root_cause_id != 0, aside;

	decision_check(&(NewDecision){ .outcome = outcome, .reasons = move->reasons, .points = move->points }, &faults);
	if (outcome == NULL && (given(move->reasons) || json_array_size(move->points) > 0))
		err_add_field(&faults, "/outcome", "Reasons and points belong to an outcome: say how it was decided.");
	if (ends && strcmp(it->kind, "complaint") == 0) {
		aside = strcmp(move->stage, "closed") == 0 && outcome != NULL &&
		        (strcmp(outcome, "withdrawn") == 0 || strcmp(outcome, "out_of_scope") == 0 || strcmp(outcome, "referred") == 0);
		if (outcome == NULL && !given(move->reasons))
			err_add_field(&faults, "/outcome", "Say how it was decided.");
		if (!has_cause && !aside)
			err_add_field(&faults, "/root_cause", "Say what caused it.");
	}
	record_check_text(move->reason, 4000, "/reason", "A reason", &faults);
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static gboolean
may_move(const Case *it, const StageMove *move, const Actor *actor, GError **error)
{
	const char *needs;

	if (!case_word_is(case_stages, move->stage, NULL)) {
		err_add_field(error, "/stage", "There is no such stage.");
		return FALSE;
	}
	if (it->merged_into != 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "case %s was merged into another one: move that", it->ref);
		return FALSE;
	}
	if ((needs = stage_move_needs(it->stage, move->stage)) == NULL) {
		g_set_error(error, ERR, ERR_CONFLICT, "case %s is %s and cannot go to %s from there", it->ref, it->stage, move->stage);
		return FALSE;
	}
	return actor_must(actor, needs, error);
}

gboolean
stage_fits(const Case *it, const StageMove *move, const Actor *actor, GError **error)
{
	return may_move(it, move, actor, error) && stage_check(it, move, error);
}

gboolean
stage_still_fits(const Case *it, const char *to, gint64 chosen_ms)
{
	guint from = 0, at = 0;

	case_word_is(case_stages, it->stage, &from);
	return it->stage_at <= chosen_ms || (case_word_is(case_stages, to, &at) && at > from);
}

static void
apply(Case *it, const StageMove *move, gint64 now_ms)
{
	gboolean was_ended = case_stage_is_ended(it->stage), ends = case_stage_is_ended(move->stage);

	g_free(it->stage);
	it->stage = g_strdup(move->stage);
	it->stage_at = now_ms;
	if (was_ended && !ends) {
		it->n_reopened++;
		it->resolved_at = it->closed_at = 0;
		g_clear_pointer(&it->outcome, g_free);
	}
	if (given(move->outcome)) {
		g_free(it->outcome);
		it->outcome = g_strdup(move->outcome);
	}
	if (it->acknowledged_at == 0)
		it->acknowledged_at = now_ms; /* every stage but received comes after it */
	if (ends) {
		it->waiting = FALSE;
		it->resolved_at = it->resolved_at != 0 ? it->resolved_at : now_ms;
	}
	if (strcmp(move->stage, "closed") == 0)
		it->closed_at = now_ms;
}

static gboolean
put_reason(Db *db, Case *it, const char *reason, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error)
{
	const RecordMessage note = { .case_id = it->id, .direction = "note", .channel = it->channel, .author_id = actor->user_id, .body = reason, .said_at = now_ms };

	it->n_messages++;
	return record_message(db, &note, now_ms, ret_id, NULL, error);
}

typedef struct {
	const char *from;
	gint64 since, note_id, message_id; /* since when it was @from */
} Moved;

static gboolean
put_events(Db *db, const Case *it, const Moved *moved, const Actor *actor, gint64 now_ms, GError **error)
{
	const char *from = moved->from;
	const char *beside = case_stage_is_ended(from) && !case_stage_is_ended(it->stage) ? "case.reopened" : !case_stage_is_ended(from) && case_stage_is_ended(it->stage) ? "case.resolved" : NULL;
	g_autoptr(json_t) facts = json_object(), more = NULL;

	json_put_text(facts, "from", from);
	json_put_text(facts, "to", it->stage);
	json_put_text(facts, "outcome", it->outcome);
	if (moved->message_id != 0)
		json_put_time(facts, "since", moved->since);
	if (moved->note_id != 0 && !record_event(db, "message.noted", it->id, it->version, moved->note_id, actor, now_ms, NULL, error))
		return FALSE;
	if (!record_event(db, "case.stage_changed", it->id, it->version, moved->message_id, actor, now_ms, json_incref(facts), error))
		return FALSE;
	if (beside == NULL)
		return TRUE;
	more = json_copy(facts);
	if (!it->is_open && it->clocks != NULL && it->clocks->due[CLOCK_FOLLOW_UP] != 0)
		json_put_time(more, "follow_up_at", it->clocks->due[CLOCK_FOLLOW_UP]);
	return record_event(db, beside, it->id, it->version, moved->message_id, actor, now_ms, g_steal_pointer(&more), error);
}

/* Said again without reasons, it is the same decision. */
static gboolean
decides(const Case *it, const StageMove *move)
{
	return (given(move->outcome) && g_strcmp0(move->outcome, it->outcome) != 0) || given(move->reasons) || json_array_size(move->points) > 0;
}

static gboolean
put_decision(Db *db, const Case *it, const StageMove *move, const Actor *actor, gint64 now_ms, GError **error)
{
	const NewDecision make = { .outcome = it->outcome, .reasons = move->reasons, .points = move->points };

	return decision_record(db, it, &make, actor, now_ms, error);
}

gboolean
case_move_on(Db *db, Case *it, const StageMove *move, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autofree char *from = NULL;
	Moved moved = { .since = it->stage_at, .message_id = move->message_id };
	gboolean decided;

	if (!case_check_version(it, move->version, error) || !stage_fits(it, move, actor, error))
		return FALSE;
	if (given(move->root_cause) && !tree_resolve(db, TREE_ROOT_CAUSE, move->root_cause, move->make_words, "/root_cause", actor, now_ms, &it->root_cause_id, error))
		return FALSE;
	moved.from = from = g_strdup(it->stage);
	decided = decides(it, move);
	apply(it, move, now_ms);
	if (given(move->reason) && !put_reason(db, it, move->reason, actor, now_ms, &moved.note_id, error))
		return FALSE;
	if (!case_save(db, it, now_ms, error) || (decided && it->outcome != NULL && !put_decision(db, it, move, actor, now_ms, error)) ||
	    !put_events(db, it, &moved, actor, now_ms, error))
		return FALSE;
	if (it->owner_id == 0 || it->owner_id == actor->user_id || !case_stage_is_ended(from) || !it->is_open)
		return TRUE;
	return notice_add(db, it->owner_id, "reopened", it->id, 0, actor->user_id, NULL, now_ms, error);
}

gboolean
case_move_in(Db *db, gint64 id, const StageMove *move, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Case) it = case_lock(db, id, error);

	return it != NULL && case_move_on(db, it, move, actor, now_ms, error);
}

gboolean
case_move(Db *db, gint64 id, const StageMove *move, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && case_move_in(db, id, move, actor, now_ms, error) && db_tx_commit(tx, error);
}
