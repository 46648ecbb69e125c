/* outbox.c - the life of what goes out. Showing it: mailbox/outbox_show.c; sending it: flow/mail/send.c. */
#include "mailbox/outbox.h"
#include "base/clock.h"
#include "base/fold.h"
#include "base/ids.h"
#include "store/events.h"
#include "store/refs.h"
#include "work/job.h"
#include "outbox.sql.h"
#include <string.h>

static void
address_free(gpointer data)
{
	OutboxAddress *one = data;

	g_free(one->address);
	g_free(one->role);
	g_free(one->state);
	g_free(one);
}

void
outbox_free(Outbox *outbox)
{
	if (outbox == NULL)
		return;
	g_free(outbox->ref);
	g_free(outbox->state);
	g_free(outbox->html);
	g_free(outbox->text);
	g_free(outbox->unsubscribe);
	g_free(outbox->then);
	g_clear_pointer(&outbox->recipients, g_ptr_array_unref);
	g_free(outbox);
}

/* Every address at fault is named; FALSE also when the database cannot be asked. */
static gboolean
check_recipients(Db *db, const NewOutbox *make, GError **error)
{
	g_autoptr(GError) faults = NULL;

	if (make->recipients->len == 0)
		err_add_field(&faults, "/to", "Say to whom it goes.");
	if (make->recipients->len > OUTBOX_RECIPIENTS_MAX)
		err_add_field(&faults, "/to", "At most %d recipients.", OUTBOX_RECIPIENTS_MAX);
	for (guint i = 0; i < make->recipients->len && i < OUTBOX_RECIPIENTS_MAX; i++) {
		const OutboxRecipient *one = &g_array_index(make->recipients, OutboxRecipient, i);
		g_autofree char *key = email_fold(one->address), *field = g_strconcat("/", one->role, NULL);
		gboolean refuses = FALSE;

		if (key == NULL) {
			err_add_field(&faults, field, "%s is not an address.", one->address);
			continue;
		}
		if (!address_is_undeliverable(db, key, &refuses, error))
			return FALSE;
		if (refuses)
			err_add_field(&faults, field, "%s does not take our mail: an earlier one came back for good.", key);
	}
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static gboolean
add_event(Db *db, const char *kind, gint64 case_id, gint64 message_id, const Actor *actor, gint64 now_ms, GError **error)
{
	const Event event = { .kind = kind, .case_id = case_id, .subject_id = message_id, .at_ms = now_ms, .actor = actor };

	return event_add(db, &event, NULL, error);
}

static gboolean
add_job(Db *db, gint64 id, gint64 due_at, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) payload = json_object();

	json_put_int(payload, "outbox", id);
	return job_add(db, "mail.send", payload, due_at, now_ms, error);
}

static gboolean
insert(Db *db, const NewOutbox *make, gint64 now_ms, gint64 *ret_id, char ref[REF_SIZE], GError **error)
{
	return ref_insert(db, &SQL_OUTBOX_INSERT, ref,
	                  DB_ARGS(DB_TEXT(ref), DB_INT(make->message_id), DB_INT(make->mailbox_id), DB_BOOL(make->automatic), DB_BOOL(make->quote), DB_INT(make->due_at),
	                          DB_INT_OR_NULL(make->undo_until), DB_INT(now_ms), DB_TEXT(make->html), DB_TEXT(make->text), DB_TEXT(make->unsubscribe), DB_INT(make->counts),
	                          DB_TEXT(make->then)),
	                  ret_id, NULL, error);
}

gboolean
outbox_add_in(Db *db, const NewOutbox *make, gint64 case_id, const Actor *actor, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error)
{
	char ref[REF_SIZE];
	gint64 id = 0;

	if (!check_recipients(db, make, error) || !insert(db, make, now_ms, &id, ref, error))
		return FALSE;
	for (guint i = 0; i < make->recipients->len; i++) {
		const OutboxRecipient *one = &g_array_index(make->recipients, OutboxRecipient, i);
		g_autofree char *key = email_fold(one->address);

		if (!db_exec(db, &SQL_OUTBOX_DELIVERY_INSERT,
		             DB_ARGS(DB_INT(id), DB_INT(make->message_id), DB_TEXT(one->address), DB_TEXT(key), DB_TEXT(one->role), DB_BOOL(make->automatic), DB_INT(now_ms)), NULL, error))
			return FALSE;
	}
	if (!add_job(db, id, make->due_at, now_ms, error) || !add_event(db, "mail.queued", case_id, make->message_id, actor, now_ms, error))
		return FALSE;
	*ret_id = id;
	if (ret_ref != NULL)
		g_strlcpy(ret_ref, ref, 16);
	return TRUE;
}

static gboolean
read_recipients(Db *db, Outbox *self, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_OUTBOX_RECIPIENTS, DB_ARGS(DB_INT(self->id)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		OutboxAddress *one = g_new0(OutboxAddress, 1);

		one->address = g_strdup(db_rows_text(rows, "address"));
		one->role = g_strdup(db_rows_text(rows, "role"));
		one->state = g_strdup(db_rows_text(rows, "state"));
		g_ptr_array_add(self->recipients, one);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* Takes @rows. */
static Outbox *
one_outbox(Db *db, DbRows *taken, GError **error)
{
	g_autoptr(DbRows) rows = taken;
	g_autoptr(GError) local = NULL;
	g_autoptr(Outbox) self = NULL;

	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			g_set_error_literal(error, ERR, ERR_NOT_FOUND, "no such mail");
		return NULL;
	}
	self = g_new0(Outbox, 1);
	self->id = db_rows_int(rows, "id");
	self->ref = g_strdup(db_rows_text(rows, "ref"));
	self->message_id = db_rows_int(rows, "message_id");
	self->case_id = db_rows_int(rows, "case_id");
	self->mailbox_id = db_rows_int(rows, "mailbox_id");
	self->state = g_strdup(db_rows_text(rows, "state"));
	self->automatic = db_rows_int(rows, "automatic") != 0;
	self->quote = db_rows_int(rows, "quote") != 0;
	self->due_at = db_rows_int(rows, "due_at");
	self->undo_until = db_rows_int(rows, "undo_until");
	self->attempts = db_rows_int(rows, "attempts");
	self->made_at = db_rows_int(rows, "made_at");
	self->html = g_strdup(db_rows_text(rows, "html"));
	self->text = g_strdup(db_rows_text(rows, "text"));
	self->unsubscribe = g_strdup(db_rows_text(rows, "unsubscribe"));
	self->then = g_strdup(db_rows_text(rows, "then_stage"));
	self->counts = (OutboxCounts)db_rows_int(rows, "counts_later");
	self->recipients = g_ptr_array_new_with_free_func(address_free);
	return read_recipients(db, self, error) ? g_steal_pointer(&self) : NULL;
}

Outbox *
outbox_get(Db *db, gint64 id, GError **error)
{
	return one_outbox(db, db_query(db, &SQL_OUTBOX_BY_ID, DB_ARGS(DB_INT(id)), error), error);
}

Outbox *
outbox_by_ref(Db *db, const char *ref, GError **error)
{
	char clean[REF_SIZE] = "";

	if (ref != NULL)
		ref_read(ref, clean);
	return one_outbox(db, db_query(db, &SQL_OUTBOX_BY_REF, DB_ARGS(DB_TEXT(clean)), error), error);
}

gboolean
outbox_begin_in(Db *db, gint64 id, gint64 now_ms, gboolean *ret_mine, Outbox **ret_was, GError **error)
{
	g_autoptr(Outbox) it = NULL;
	gint64 mine = 0, cut = 0;

	if ((it = outbox_get(db, id, error)) == NULL || !db_exec(db, &SQL_OUTBOX_BEGIN, DB_ARGS(DB_INT(id), DB_INT(now_ms)), &mine, error) ||
	    (mine == 0 && !db_exec(db, &SQL_OUTBOX_WAS_CUT_OFF, DB_ARGS(DB_INT(id), DB_TEXT("The server stopped while it was being sent.")), &cut, error)) ||
	    (cut > 0 && !add_event(db, "mail.uncertain", it->case_id, it->message_id, actor_system(), now_ms, error)))
		return FALSE;
	*ret_mine = mine > 0;
	*ret_was = g_steal_pointer(&it);
	return TRUE;
}

gboolean
outbox_begin(Db *db, gint64 id, gint64 now_ms, gboolean *ret_mine, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Outbox) was = NULL;
	gboolean mine = FALSE;

	if (tx == NULL || !outbox_begin_in(db, id, now_ms, &mine, &was, error) || !db_tx_commit(tx, error))
		return FALSE;
	*ret_mine = mine;
	return TRUE;
}

static gboolean
write_outcomes(Db *db, gint64 id, const OutboxOutcome *outcomes, guint n, gint64 now_ms, GError **error)
{
	for (guint i = 0; i < n; i++)
		if (strcmp(outcomes[i].state, "queued") != 0 &&
		    !db_exec(db, &SQL_OUTBOX_DELIVERY_END,
		             DB_ARGS(DB_INT(id), DB_TEXT(outcomes[i].address), DB_TEXT(outcomes[i].state), DB_INT_OR_NULL(outcomes[i].code), DB_TEXT(outcomes[i].words), DB_INT(now_ms)), NULL, error))
			return FALSE;
	return TRUE;
}

/* Over all attempts: who got it, who was refused. */
static gboolean
count_outcomes(Db *db, gint64 id, gint64 *ret_sent, gint64 *ret_failed, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_OUTBOX_DELIVERY_COUNTS, DB_ARGS(DB_INT(id)), error);

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		*ret_sent = db_rows_int(rows, "n_sent");
		*ret_failed = db_rows_int(rows, "n_failed");
	}
	return db_ended(&local, error);
}

static const char *
event_of(const char *state, gint64 n_refused)
{
	if (strcmp(state, "sent") == 0)
		return n_refused > 0 ? "mail.partly_sent" : "mail.sent";
	return strcmp(state, "failed") == 0 ? "mail.failed" : "mail.uncertain";
}

gboolean
outbox_end_in(Db *db, gint64 id, const char *state, const char *queue_id, const char *words, gint64 due_at, const OutboxOutcome *outcomes, guint n, gint64 now_ms, const char **ret_event, GError **error)
{
	g_autoptr(Outbox) it = outbox_get(db, id, error);
	gboolean again = strcmp(state, "queued") == 0, over = strcmp(state, "sent") == 0 || strcmp(state, "failed") == 0, sent;
	gint64 changed = 0, n_sent = 0, n_failed = 0;

	if (it == NULL || !write_outcomes(db, id, outcomes, n, now_ms, error))
		return FALSE;
	/* Nobody was asked (no server, no secret): it failed for all who still waited. */
	if (strcmp(state, "failed") == 0 && !db_exec(db, &SQL_OUTBOX_DELIVERIES_FAIL, DB_ARGS(DB_INT(id), DB_TEXT(words), DB_INT(now_ms)), NULL, error))
		return FALSE;
	if (over && !count_outcomes(db, id, &n_sent, &n_failed, error))
		return FALSE;
	sent = over && n_sent > 0;
	state = over ? (sent ? "sent" : "failed") : state;
	n_failed = sent ? n_failed : 0;
	if (!db_exec(db, &SQL_OUTBOX_END,
	             DB_ARGS(DB_INT(id), DB_TEXT(state), DB_TEXT(queue_id), DB_TEXT(words), DB_INT(again ? due_at : it->due_at), DB_INT_OR_NULL(sent ? now_ms : 0), DB_INT(n_failed), DB_BOOL(n_failed > 0)),
	             &changed, error))
		return FALSE;
	if (changed == 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "the mail %s was not being sent", it->ref);
		return FALSE;
	}
	*ret_event = again ? NULL : event_of(state, n_failed);
	return again ? add_job(db, id, due_at, now_ms, error) : add_event(db, *ret_event, it->case_id, it->message_id, actor_system(), now_ms, error);
}

gboolean
outbox_withdraw_in(Db *db, gint64 id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Outbox) it = NULL;
	gint64 changed = 0;

	if ((it = outbox_get(db, id, error)) == NULL || !db_exec(db, &SQL_OUTBOX_WITHDRAW, DB_ARGS(DB_INT(id)), &changed, error))
		return FALSE;
	if (changed == 0) {
		if (!db_exec(db, &SQL_OUTBOX_LEAVE, DB_ARGS(DB_INT(id)), &changed, error))
			return FALSE;
		if (changed > 0)
			return TRUE;
		g_set_error_literal(error, ERR, ERR_CONFLICT, "It is too late: the mail is on its way, or was withdrawn already.");
		return FALSE;
	}
	return db_exec(db, &SQL_OUTBOX_DELIVERIES_WITHDRAW, DB_ARGS(DB_INT(id), DB_INT(now_ms)), NULL, error) &&
	       add_event(db, "mail.withdrawn", it->case_id, it->message_id, actor, now_ms, error);
}

gboolean
outbox_unsaid_in(Db *db, gint64 id, GError **error)
{
	return db_exec(db, &SQL_OUTBOX_UNSAID, DB_ARGS(DB_INT(id)), NULL, error);
}

gboolean
outbox_retry(Db *db, gint64 id, gboolean arrived, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Outbox) it = NULL;
	gint64 changed = 0;

	if (tx == NULL || (it = outbox_get(db, id, error)) == NULL || !db_exec(db, arrived ? &SQL_OUTBOX_ARRIVED : &SQL_OUTBOX_RETRY, DB_ARGS(DB_INT(id), DB_INT(now_ms)), &changed, error))
		return FALSE;
	if (changed == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, arrived ? "Only a mail whose fate is uncertain can be said to have arrived." : "Only a mail that failed, is uncertain or did not reach all is sent again.");
		return FALSE;
	}
	return db_exec(db, arrived ? &SQL_OUTBOX_DELIVERIES_ARRIVED : &SQL_OUTBOX_DELIVERIES_RETRY, DB_ARGS(DB_INT(id), DB_INT(now_ms)), NULL, error) &&
	       (arrived || add_job(db, id, now_ms, now_ms, error)) && add_event(db, arrived ? "mail.sent" : "mail.retried", it->case_id, it->message_id, actor, now_ms, error) &&
	       db_tx_commit(tx, error);
}
