/* message.c - adding what is said on a case, and what follows from it. Reading it: cases/thread.c; drafts:
 * cases/draft.c; mentions in notes: cases/mention.c; the first message of a new case: cases/intake.c. */
#include "cases/message.h"
#include "cases/guide.h"
#include "cases/notice.h"
#include "base/clock.h"
#include "cases/mention.h"
#include "cases/record.h"
#include "cases/stage.h"
#include "cases/theirs.h"
#include "message.sql.h"
#include <string.h>

enum { SNIPPET = 200, MAX_MERGES = 8 };

static const char *const directions[] = { "inbound", "outbound", "note", NULL };
typedef enum { INBOUND, OUTBOUND, NOTE } Direction;
static const char *const event_kinds[] = { "message.received", "message.sent", "message.noted" };

static gboolean
check(const NewMessage *make, gint64 now_ms, guint *ret_direction, GError **error)
{
	g_autoptr(GError) faults = NULL;
	gboolean has_files = make->attachments != NULL && make->attachments->len > 0;

	if (!case_word_is(directions, make->direction, ret_direction))
		err_add_field(&faults, "/direction", "One of: inbound, outbound, note.");
	if (make->channel != NULL && !case_word_is(case_channels, make->channel, NULL))
		err_add_field(&faults, "/channel", "There is no such channel.");
	if (record_check_body(make->body, &faults) && !has_files && !make->may_be_empty && (make->body == NULL || make->body[strspn(make->body, " \t\r\n")] == '\0'))
		err_add_field(&faults, "/body", "Write something first.");
	record_check_text(make->author_name, 200, "/author_name", "A name", &faults);
	if (make->said_at < 0 || make->said_at > now_ms + MS_PER_DAY)
		err_add_field(&faults, "/said_at", "Between 1970 and now.");
	record_check_attachments(make->attachments, &faults);
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

/* The case itself, or the one it was merged into. */
static Case *
lock_target(Db *db, gint64 case_id, gint64 version, GError **error)
{
	g_autoptr(Case) it = case_lock(db, case_id, error);

	if (it == NULL || !case_check_version(it, version, error))
		return NULL;
	for (int i = 0; it->merged_into != 0; i++) {
		gint64 next = it->merged_into;

		if (i == MAX_MERGES) {
			g_set_error(error, ERR, ERR_CORRUPT, "case %s was merged round in a circle", it->ref);
			return NULL;
		}
		g_clear_pointer(&it, case_free);
		if ((it = case_lock(db, next, error)) == NULL)
			return NULL;
	}
	return g_steal_pointer(&it);
}

static void
set_text(char **where, const char *text)
{
	g_free(*where);
	*where = g_strdup(text);
}

typedef struct {
	gboolean acknowledged, reopened;
	char *from;   /* the stage before, owned */
	gint64 since; /* ... and since when it was that */
} Effect;

static void
effect_clear(Effect *effect)
{
	g_free(effect->from);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Effect, effect_clear)

static void
take_inbound(Case *it, const NewMessage *make, gint64 said_at, gint64 now_ms, Effect *effect)
{
	if (make->automatic)
		return; /* an out-of-office, a bounce: nobody waits for an answer to it */
	it->last_inbound_at = MAX(it->last_inbound_at, said_at);
	it->last_message_at = MAX(it->last_message_at, said_at);
	it->waiting = FALSE;
	g_free(it->snippet);
	it->snippet = case_first_words(make->body != NULL ? make->body : "", SNIPPET);
	if (!case_stage_is_ended(it->stage))
		return;
	effect->reopened = TRUE;
	effect->from = g_strdup(it->stage);
	set_text(&it->stage, "investigating");
	g_clear_pointer(&it->outcome, g_free);
	it->stage_at = now_ms;
	it->resolved_at = it->closed_at = 0;
	it->n_reopened++;
}

static void
take_outbound(Case *it, const NewMessage *make, gint64 said_at, gint64 now_ms, Effect *effect)
{
	if (it->acknowledged_at == 0)
		it->acknowledged_at = said_at;
	if (strcmp(it->stage, "received") == 0) {
		effect->acknowledged = TRUE;
		effect->from = g_strdup(it->stage);
		effect->since = it->stage_at;
		set_text(&it->stage, "acknowledged");
		it->stage_at = now_ms;
	}
	if (make->automatic)
		return;
	if (it->first_response_at == 0)
		it->first_response_at = said_at;
	guide_note_answer(it, make->body, said_at);
	/* Later than the words it answers, even within one millisecond: they are answered. */
	it->last_message_at = MAX(MAX(it->last_message_at, said_at), it->last_inbound_at + 1);
	it->waiting = !make->still_ours && it->promise_due_at == 0 && !case_stage_is_ended(it->stage); /* what is promised is ours to do */
}

static gboolean
put_events(Db *db, const Case *it, const Effect *effect, Direction direction, const NewMessage *make, gint64 id, const Actor *actor, gint64 now_ms, GError **error)
{
	json_t *facts = json_object();

	json_put_int(facts, "chars", make->body != NULL ? g_utf8_strlen(make->body, -1) : 0);
	if (make->automatic)
		json_put_bool(facts, "automatic", TRUE);
	if (make->later)
		json_put_text(facts, "then", make->then);
	else if (direction == OUTBOUND && !make->automatic && case_stage_is_ended(it->stage))
		json_put_bool(facts, "would_wait", !make->still_ours && it->promise_due_at == 0); /* were it not ended: should that go back, it does (cases/unsaid.h) */
	if (!record_event(db, direction == OUTBOUND && make->later ? "message.written" : event_kinds[direction], it->id, it->version, id, actor, now_ms, facts, error))
		return FALSE;
	if (effect->from == NULL)
		return TRUE;
	facts = json_object();
	json_put_text(facts, "from", effect->from);
	json_put_text(facts, "to", it->stage);
	if (!effect->reopened)
		json_put_time(facts, "since", effect->since);
	/* By this message: should it be taken back, the stage is again what it was (cases/unsaid.h). */
	return record_event(db, effect->reopened ? "case.reopened" : "case.stage_changed", it->id, it->version, id, actor, now_ms, facts, error);
}

static gboolean
put_notices(Db *db, const Case *it, const Effect *effect, Direction direction, const NewMessage *make, gint64 id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(GArray) mentioned = NULL;

	if (direction == INBOUND && make->automatic && !make->tell_owner)
		return TRUE;
	if (direction == INBOUND && it->owner_id != 0 && it->owner_id != actor->user_id)
		return notice_add(db, it->owner_id, effect->reopened ? "reopened" : "reply", it->id, id, actor->user_id, NULL, now_ms, error);
	if (direction != NOTE || make->automatic || make->body == NULL || strchr(make->body, '@') == NULL)
		return TRUE;
	if ((mentioned = mention_users(db, make->body, error)) == NULL)
		return FALSE;
	for (guint i = 0; i < mentioned->len; i++) {
		gint64 user_id = g_array_index(mentioned, gint64, i);

		if (user_id != actor->user_id && !notice_add(db, user_id, "mention", it->id, id, actor->user_id, NULL, now_ms, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
clear_draft(Db *db, gint64 case_id, Direction direction, const Actor *actor, GError **error)
{
	if (direction == INBOUND || actor->user_id == 0)
		return TRUE;
	return db_exec(db, &SQL_MESSAGE_DRAFT_CLEAR, DB_ARGS(DB_INT(actor->user_id), DB_INT(case_id), DB_TEXT(direction == NOTE ? "note" : "reply")), NULL, error);
}

/* @case_id: where it was written, and the draft stands; @it: where it goes. */
static gboolean
add(Db *db, gint64 case_id, Case *it, const NewMessage *make, Direction direction, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error)
{
	g_auto(Effect) effect = { 0 };
	RecordMessage row = { 0 };
	gint64 id, said_at = make->said_at != 0 ? make->said_at : now_ms;

	row = (RecordMessage){
		.case_id = it->id, .direction = make->direction, .channel = make->channel != NULL ? make->channel : it->channel,
		.author_id = direction == INBOUND ? 0 : actor->user_id, .author_name = make->author_name, .body = make->body != NULL ? make->body : "",
		.automatic = make->automatic, .said_at = said_at, .attachments = make->attachments,
	};
	if (make->later && make->then != NULL && !stage_fits(it, &(StageMove){ .stage = make->then }, actor, error))
		return FALSE;
	if (!record_message(db, &row, now_ms, &id, NULL, error))
		return FALSE;
	if (direction == INBOUND)
		take_inbound(it, make, said_at, now_ms, &effect);
	else if (direction == OUTBOUND && !make->later)
		take_outbound(it, make, said_at, now_ms, &effect);
	it->n_messages++;
	if (!case_save(db, it, now_ms, error) || !put_events(db, it, &effect, direction, make, id, actor, now_ms, error) ||
	    !put_notices(db, it, &effect, direction, make, id, actor, now_ms, error) || !clear_draft(db, case_id, direction, actor, error))
		return FALSE;
	if (it->id != case_id && !case_theirs_keep(db, case_id, it->customer_id, id, error))
		return FALSE;
	if (ret_id != NULL)
		*ret_id = id;
	return TRUE;
}

typedef struct {
	gint64 author_id, logged_at;
	char *body;
	gboolean answers; /* all that the customer has said */
	gboolean here;    /* on this case, not on one that was merged into it */
} Written;

static void
written_clear(Written *written)
{
	g_free(written->body);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Written, written_clear)

static gboolean
read_written(Db *db, gint64 message_id, gint64 now_ms, Written *ret, GError **error)
{
	g_autoptr(DbRows) rows = NULL;

	/* It stands where it is said. */
	if (!db_exec(db, &SQL_MESSAGE_LEAVES, DB_ARGS(DB_INT(message_id), DB_INT(now_ms)), NULL, error) ||
	    (rows = db_query(db, &SQL_MESSAGE_WRITTEN, DB_ARGS(DB_INT(message_id)), error)) == NULL || !db_rows_next(rows, error))
		return FALSE;
	*ret = (Written){ db_rows_int(rows, "author_id"), db_rows_int(rows, "logged_at"), g_strdup(db_rows_text(rows, "body")), db_rows_int(rows, "answers") != 0, db_rows_int(rows, "here") != 0 };
	return TRUE;
}

/* The move that waited with it, unless something has come between: then somebody looks first. */
static gboolean
move_then(Db *db, Case *it, const char *then, const Written *written, gint64 message_id, const Actor *author, gint64 now_ms, GError **error)
{
	const StageMove move = { .stage = then, .message_id = message_id };
	g_autoptr(json_t) facts = NULL;
	const char *why;

	if (then == NULL || strcmp(it->stage, then) == 0)
		return TRUE;
	why = !written->here ? "merged" : !written->answers ? "they_wrote" : !stage_still_fits(it, then, written->logged_at) || !stage_fits(it, &move, author, NULL) ? "cannot" : NULL;
	if (why == NULL)
		return case_move_on(db, it, &move, author, now_ms, error);
	facts = json_object();
	json_put_text(facts, "to", then);
	json_put_text(facts, "why", why);
	return record_event(db, "case.move_dropped", it->id, it->version, message_id, author, now_ms, json_copy(facts), error) &&
	       (author->user_id == 0 || notice_add(db, author->user_id, "move_dropped", it->id, message_id, 0, g_steal_pointer(&facts), now_ms, error));
}

gboolean
message_leaves_in(Db *db, gint64 case_id, gint64 message_id, gboolean still_ours, const char *then, gint64 now_ms, GError **error)
{
	g_autoptr(Case) it = case_lock(db, case_id, error);
	g_auto(Written) written = { 0 };
	g_auto(Effect) effect = { 0 };
	NewMessage make = { .direction = "outbound" };
	Actor author = *actor_system(); /* may what it may: what goes with the words was looked at as they were written */
	gint64 last_message_at;
	gboolean waiting;

	if (it == NULL || !read_written(db, message_id, now_ms, &written, error))
		return FALSE;
	if (written.author_id != 0) {
		author.kind = ACTOR_STAFF;
		author.user_id = written.author_id;
	}
	make.body = written.body;
	make.still_ours = still_ours;
	last_message_at = it->last_message_at;
	waiting = it->waiting;
	take_outbound(it, &make, now_ms, now_ms, &effect);
	/* What they wrote since it was written it does not answer: that waits on, or for them, where another one did. */
	if (!written.answers) {
		it->last_message_at = last_message_at;
		it->waiting = waiting;
	}
	return case_save(db, it, now_ms, error) && put_events(db, it, &effect, OUTBOUND, &make, message_id, &author, now_ms, error) &&
	       move_then(db, it, then, &written, message_id, &author, now_ms, error);
}

gboolean
message_add_on(Db *db, Case *it, const NewMessage *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error)
{
	guint direction = 0;

	return check(make, now_ms, &direction, error) && add(db, it->id, it, make, (Direction)direction, actor, now_ms, ret_id, error);
}

gboolean
message_add_in(Db *db, gint64 case_id, const NewMessage *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error)
{
	g_autoptr(Case) it = NULL;
	guint direction = 0;

	return check(make, now_ms, &direction, error) && (it = lock_target(db, case_id, make->version, error)) != NULL &&
	       add(db, case_id, it, make, (Direction)direction, actor, now_ms, ret_id, error);
}

gboolean
message_add(Db *db, gint64 case_id, const NewMessage *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	gint64 id;

	if (tx == NULL || !message_add_in(db, case_id, make, actor, now_ms, &id, error) || !db_tx_commit(tx, error)) {
		g_prefix_error(error, "writing a message: ");
		return FALSE;
	}
	if (ret_id != NULL)
		*ret_id = id;
	return TRUE;
}
