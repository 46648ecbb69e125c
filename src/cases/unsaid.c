/* unsaid.c - see the header. The other way round, what follows from an answer: take_outbound() in cases/message.c, apply() in cases/stage.c. */
#include "cases/unsaid.h"
#include "base/clock.h"
#include "cases/guide.h"
#include "cases/record.h"
#include "cases/unsaid_story.h"
#include "promise/case_clocks.h"
#include "unsaid.sql.h"
#include <string.h>

/* ---- the stage ------------------------------------------------------------------------------------------------------- */

typedef struct {
	char *from;            /* where it goes back to; NULL: it stays */
	gint64 since;          /* since when it was that */
	gint64 ended_at;       /* when it was ended on the way from there; 0: it was not */
	gint64 other_move_at;  /* the earliest move that stands: neither by the answer nor by another one that was taken back */
	gboolean own;          /* the answer's own moves are among those that go */
	gint64 own_end_at;     /* when it was ended by the answer, whatever has become of that; 0: it was not */
	gboolean opened;       /* again, by the answer, and nothing has moved it since */
	gboolean acknowledged; /* the case bears the time of a move that is not to count */
} Moves;

static void
moves_clear(Moves *moves)
{
	g_free(moves->from);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Moves, moves_clear)

/* The newest comes first: it must have led to where the case is. */
typedef struct {
	const Case *it;
	gint64 message_id;
	gboolean any, going; /* a move was seen; none that stands, yet */
} Walk;

/* Nothing further back goes: an end that the customer was asked about, a case that was opened again. */
static gboolean
stays_behind(const char *kind, const char *from, const char *to, gboolean mine)
{
	return strcmp(kind, "case.stage_kept") == 0 || !case_word_is(case_stages, from, NULL) || (!mine && case_stage_is_ended(from) && !case_stage_is_ended(to));
}

static void
go_further(Moves *moves, const Walk *walk, DbRows *rows, const json_t *facts)
{
	const char *from = json_text(facts, "from", ""), *to = json_text(facts, "to", ""), *since = json_text(facts, "since", NULL);
	const gboolean mine = db_rows_int(rows, "subject_id") == walk->message_id;

	moves->opened |= mine && strcmp(db_rows_text(rows, "kind"), "case.reopened") == 0;
	moves->own |= mine;
	if (!case_stage_is_ended(from) && case_stage_is_ended(to))
		moves->ended_at = db_rows_int(rows, "at");
	g_free(moves->from);
	moves->from = g_strdup(from);
	if (since == NULL || !time_read(since, &moves->since))
		moves->since = walk->it->logged_at;
}

/* Moves by answers that were taken back count as if they had not been, and so do those that undid them. */
static void
take_move(Moves *moves, Walk *walk, DbRows *rows)
{
	g_autoptr(json_t) facts = json_loads(db_rows_text(rows, "facts"), 0, NULL);
	const char *kind = db_rows_text(rows, "kind"), *from = json_text(facts, "from", ""), *to = json_text(facts, "to", "");
	const gboolean mine = db_rows_int(rows, "subject_id") == walk->message_id, kept = strcmp(kind, "case.stage_kept") == 0;

	if (!walk->any && !kept)
		walk->going &= strcmp(to, walk->it->stage) == 0;
	walk->any |= !kept;
	if (json_flag(facts, "unsaid", FALSE))
		return;
	if (!mine && !kept && db_rows_int(rows, "unsaid") == 0) {
		moves->other_move_at = db_rows_int(rows, "at");
		walk->going = FALSE;
		return;
	}
	moves->acknowledged |= !kept && db_rows_int(rows, "at") == walk->it->acknowledged_at;
	if (mine && !case_stage_is_ended(from) && case_stage_is_ended(to))
		moves->own_end_at = db_rows_int(rows, "at");
	walk->going &= !stays_behind(kind, from, to, mine);
	if (walk->going)
		go_further(moves, walk, rows, facts);
}

static gboolean
read_moves(Db *db, const Case *it, gint64 message_id, Moves *moves, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_UNSAID_MOVES, DB_ARGS(DB_INT(it->id)), error);
	Walk walk = { .it = it, .message_id = message_id, .going = TRUE };

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local))
		take_move(moves, &walk, rows);
	return db_ended(&local, error);
}

/* Another word of ours stands: that one has acknowledged it. */
static gboolean
acknowledged_by(const Moves *moves, const UnsaidWord *first)
{
	return first->id != 0 && strcmp(moves->from, "received") == 0;
}

/* What went back with another answer already does not go once more, but for the time where that was this one's. */
static gboolean
goes_back(const Case *it, Moves *moves, const UnsaidStory *story, gboolean asked_since)
{
	const UnsaidWord *first = &story->first;

	if (moves->from == NULL || moves->opened || (moves->own_end_at != 0 && asked_since))
		return FALSE;
	if (moves->own || it->stage_at == story->it.counted_at || strcmp(acknowledged_by(moves, first) ? "acknowledged" : moves->from, it->stage) != 0)
		return TRUE;
	g_clear_pointer(&moves->from, g_free);
	return FALSE;
}

static void
go_back(Case *it, const Moves *moves, const UnsaidWord *first)
{
	const gboolean acknowledged = acknowledged_by(moves, first);

	g_free(it->stage);
	it->stage = g_strdup(acknowledged ? "acknowledged" : moves->from);
	it->stage_at = acknowledged ? first->counted_at : moves->since;
	it->closed_at = 0;
	if (!case_stage_is_ended(it->stage))
		it->resolved_at = 0;
}

/* ---- the case -------------------------------------------------------------------------------------------------------- */

/* Only what is this answer's: an import may have told other times. */
static void
forget_times(Case *it, const UnsaidStory *story, const Moves *moves, ClockUnsaid *unsaid)
{
	if (it->first_response_at == story->it.said_at && !story->it.automatic && story->now.first_response_at != story->it.said_at) {
		unsaid->first_response_at = it->first_response_at;
		it->first_response_at = story->now.first_response_at;
	}
	/* By the words, or by the move that went with them: of an answer that left later that was before. */
	if ((it->acknowledged_at == story->it.said_at || moves->acknowledged) && story->now.acknowledged_at != it->acknowledged_at) {
		unsaid->acknowledged_at = it->acknowledged_at;
		it->acknowledged_at = story->now.acknowledged_at;
	}
	/* Every stage but the first comes after it: whoever moved it there has acknowledged it. */
	if (it->acknowledged_at == 0 && strcmp(it->stage, "received") != 0)
		it->acknowledged_at = moves->other_move_at;
	if (!story->it.automatic && (it->last_message_at == story->until.last_message_at || it->last_message_at == story->with.last_message_at))
		it->last_message_at = MAX(story->now.last_message_at, it->last_inbound_at);
}

static gboolean
they_wait(const Case *it)
{
	return it->last_inbound_at != 0 && it->last_inbound_at >= it->last_message_at;
}

/* It waits where it did before, and nothing has come since: that would have ended the pause. What is not plain is ours to do: somebody looks. What came with a merge has let
 * nothing wait. */
static gboolean
waits_now(const Case *it, const UnsaidStory *story, const UnsaidPlace *place, gboolean went_back, gboolean turned)
{
	/* One that never left has let nothing wait, but what was promised with it is ours to do. */
	const gboolean promised = story->it.later && !it->waiting && !story->they_wrote;

	if (!place->written || (story->next.id != 0 && !turned) || story->answer_at_once || (story->it.automatic && !went_back && !promised))
		return it->waiting;
	return !case_stage_is_ended(it->stage) && it->promise_due_at == 0 && it->clocks != NULL && !story->words_at_once &&
	       clocks_waited(it->clocks, story->it.counted_at, place->merged_at, place->parted_at, story->they_wrote);
}

static const UnsaidWord *
answer_of(const UnsaidStory *story, gint64 message_id)
{
	for (guint i = 0; i < story->all->len; i++) {
		const UnsaidWord *one = &g_array_index(story->all, UnsaidWord, i);

		if (one->id == message_id && one->ours && !one->automatic && one->id != story->it.id)
			return one;
	}
	return NULL;
}

/* Answers since the end let nothing wait: now that it never was, they do, or go on. Theirs would have opened it again, and it would not have gone back. */
static gboolean
read_turns(Db *db, const Case *it, const UnsaidStory *story, gint64 ended_at, GArray *turns, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;

	if (story->next.id == 0)
		return TRUE;
	if ((rows = db_query(db, &SQL_UNSAID_ANSWERS, DB_ARGS(DB_INT(it->id), DB_INT(ended_at)), error)) == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		g_autoptr(json_t) facts = json_loads(db_rows_text(rows, "facts"), 0, NULL);
		const UnsaidWord *one = answer_of(story, db_rows_int(rows, "subject_id"));
		const ClockTurn turn = { one != NULL ? one->counted_at : 0, one != NULL ? one->said_at : 0, json_flag(facts, "would_wait", FALSE) };

		if (one != NULL && json_object_get(facts, "would_wait") != NULL)
			g_array_append_val(turns, turn);
	}
	return db_ended(&local, error);
}

static void
tell_clocks(const Case *it, const UnsaidStory *story, const UnsaidPlace *place, gint64 ended_at, ClockUnsaid *unsaid)
{
	const gboolean open = !case_stage_is_ended(it->stage) && it->merged_into == 0;

	unsaid->written_at = story->answer_at_once ? 0 : story->it.counted_at;
	/* An end that somebody has gone on from stands. */
	unsaid->resolved_at = case_stage_is_ended(it->stage) ? 0 : ended_at;
	/* One that left after words of theirs that it did not answer has ended nothing. */
	unsaid->ended_at = story->it.automatic || story->answer_at_once || story->until.last_message_at == story->before.last_message_at ? 0 : story->until.last_message_at;
	unsaid->received_at = it->received_at;
	unsaid->owner_id = it->owner_id;
	unsaid->team_id = it->team_id;
	unsaid->parted_at = place->parted_at;
	unsaid->acknowledged_now = it->acknowledged_at;
	unsaid->responded_now = it->first_response_at;
	unsaid->waited_from = story->before.waits_from;
	unsaid->next_said_at = story->next.said_at;
	if (!place->written && story->before.waits_from == 0)
		unsaid->brought_at = story->before.last_message_at;
	unsaid->next_written_at = story->next.counted_at;
	unsaid->they_wrote = story->they_wrote;
	unsaid->their_at = story->their_at;
	unsaid->our_before_at = story->before.waits_from == 0 ? story->before.last_message_at : 0;
	unsaid->waits = it->waiting;
	if (open && they_wait(it))
		unsaid->waits_from = story->now.waits_from != 0 ? story->now.waits_from : it->last_inbound_at;
	else if (open)
		unsaid->our_last_at = it->last_message_at;
}

/* Its signs, and in their place those of the answers that stand. */
static gboolean
forget_signs(Db *db, Case *it, const UnsaidStory *story, GError **error)
{
	if (story->it.automatic || !guide_forget_answer(it, story->it.said_at))
		return TRUE;
	for (guint i = 0; i < story->all->len; i++) {
		const UnsaidWord *one = &g_array_index(story->all, UnsaidWord, i);
		g_autoptr(DbRows) rows = NULL;

		if (!one->ours || one->automatic || one->id == story->it.id)
			continue;
		if ((rows = db_query(db, &SQL_UNSAID_WORDS, DB_ARGS(DB_INT(one->id)), error)) == NULL || !db_rows_next(rows, error))
			return FALSE;
		guide_note_answer(it, db_rows_text(rows, "body"), one->said_at);
	}
	return TRUE;
}

static gboolean
say(Db *db, const Case *it, const Moves *moves, const char *was, gint64 message_id, const Actor *actor, gint64 now_ms, GError **error)
{
	json_t *facts;

	if (moves->from == NULL || g_strcmp0(was, it->stage) == 0)
		return TRUE;
	facts = json_object();
	if (was == NULL) {
		json_put_text(facts, "stage", it->stage);
		return record_event(db, "case.stage_kept", it->id, it->version, message_id, actor, now_ms, facts, error);
	}
	json_put_text(facts, "from", was);
	json_put_text(facts, "to", it->stage);
	json_put_bool(facts, "unsaid", TRUE);
	return record_event(db, "case.stage_changed", it->id, it->version, message_id, actor, now_ms, facts, error);
}

/* The clocks of a case that has none yet are made when it is saved. */
static gboolean
find_clocks(Db *db, Case *it, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (it->clocks == NULL)
		it->clocks = clock_row_find(db, it->id, &local);
	return db_ended(&local, error);
}

typedef struct {
	Db *db;
	const Actor *actor;
	gint64 message_id, now_ms;
	gboolean asked_since;
} Unsay;

static gboolean
unsay_on(const Unsay *self, Case *it, const UnsaidPlace *place, Unsaid *ret, GError **error)
{
	g_auto(UnsaidStory) story = { 0 };
	g_auto(Moves) moves = { 0 };
	g_autofree char *was = NULL;
	g_autoptr(GArray) turns = g_array_new(FALSE, FALSE, sizeof(ClockTurn));
	ClockUnsaid unsaid = { .turns = turns };
	gint64 ended_at;

	if (!unsaid_story_read(self->db, place, self->message_id, &story, error) || !read_moves(self->db, it, self->message_id, &moves, error) || !find_clocks(self->db, it, error))
		return FALSE;
	unsaid_story_tell(&story, it, self->message_id);
	ended_at = moves.own_end_at != 0 ? moves.own_end_at : moves.ended_at;
	if (goes_back(it, &moves, &story, self->asked_since)) {
		was = g_strdup(it->stage);
		go_back(it, &moves, &story.first);
	}
	forget_times(it, &story, &moves, &unsaid);
	if (was != NULL && case_stage_is_ended(was) && !case_stage_is_ended(it->stage) && place->written && !read_turns(self->db, it, &story, ended_at, turns, error))
		return FALSE;
	it->waiting = waits_now(it, &story, place, was != NULL, turns->len > 0);
	tell_clocks(it, &story, place, ended_at, &unsaid);
	if (turns->len > 0)
		it->waiting = it->promise_due_at == 0 && it->clocks != NULL && g_array_index(turns, ClockTurn, turns->len - 1).waits;
	if (place->written)
		*ret = (Unsaid){ .case_id = it->id, .counted_at = story.it.counted_at, .ended_at = was != NULL ? ended_at : 0, .stands_at = story.last_at };
	return forget_signs(self->db, it, &story, error) && (it->clocks == NULL || clocks_unsay_in(self->db, it->id, &unsaid, it->clocks, error)) &&
	       case_save(self->db, it, self->now_ms, error) && say(self->db, it, &moves, was, self->message_id, self->actor, self->now_ms, error);
}

gboolean
message_unsaid_in(Db *db, gint64 case_id, gint64 message_id, gboolean asked_since, const Actor *actor, gint64 now_ms, Unsaid *ret, GError **error)
{
	const Unsay self = { db, actor, message_id, now_ms, asked_since };
	g_autoptr(GArray) places = unsaid_places(db, case_id, message_id, error);
	g_autoptr(GPtrArray) cases = g_ptr_array_new_with_free_func((GDestroyNotify)case_free);

	if (places == NULL)
		return FALSE;
	/* All before any is changed, in the order of their ids. */
	for (guint i = 0; i < places->len; i++) {
		Case *it = case_lock(db, g_array_index(places, UnsaidPlace, i).case_id, error);

		if (it == NULL)
			return FALSE;
		g_ptr_array_add(cases, it);
	}
	for (guint i = 0; i < places->len; i++)
		if (!unsay_on(&self, cases->pdata[i], &g_array_index(places, UnsaidPlace, i), ret, error))
			return FALSE;
	return TRUE;
}
