/* send.c - see send.h. */
#include "flow/mail/send.h"
#include "base/clock.h"
#include "cases/message.h"
#include "cases/notice.h"
#include "flow/mail/compose.h"
#include "flow/mail/peer.h"
#include "mailbox/outbox.h"
#include "mail.sql.h"
#include <sodium.h>
#include <string.h>

enum { BACKOFF_FIRST_S = 60, BACKOFF_MAX_S = 4 * 3600 };

typedef struct {
	gint64 id, now_ms;
	gboolean mine;
	const char *state, *queue_id, *words;
	gint64 due_at;
	const OutboxOutcome *outcomes;
	guint n;
} Step;

static gboolean
begin(Db *db, gpointer data, GError **error)
{
	Step *step = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Outbox) it = NULL;
	gboolean mine = FALSE;

	if (tx == NULL || !outbox_begin_in(db, step->id, step->now_ms, &mine, &it, error))
		return FALSE;
	/* What was to be sent later is said now. */
	if (mine && it->counts != OUTBOX_COUNTS_NOW && !message_leaves_in(db, it->case_id, it->message_id, it->counts == OUTBOX_COUNTS_LATER_OURS, it->then, step->now_ms, error))
		return FALSE;
	if (!db_tx_commit(tx, error))
		return FALSE;
	step->mine = mine;
	return TRUE;
}

/* Who wrote it, or for the house's own words whose case it is: it did not reach everybody. */
static gboolean
tell_author(Db *db, const Step *step, const char *event, GError **error)
{
	g_autoptr(Outbox) it = NULL;
	gint64 user_id = 0;
	gboolean found = FALSE;
	json_t *facts;

	if (event == NULL || strcmp(event, "mail.sent") == 0)
		return TRUE;
	if ((it = outbox_get(db, step->id, error)) == NULL || !db_query_int(db, &SQL_MAIL_AUTHOR, DB_ARGS(DB_INT(it->message_id)), &user_id, &found, error))
		return FALSE;
	if (!found)
		return TRUE;
	facts = json_object();
	json_put_text(facts, "state", event + strlen("mail."));
	return notice_add(db, user_id, "mail_failed", it->case_id, it->message_id, 0, facts, step->now_ms, error);
}

static gboolean
end(Db *db, gpointer data, GError **error)
{
	const Step *step = data;
	g_autoptr(DbTx) tx = db_begin(db, error);
	const char *event = NULL;

	return tx != NULL && outbox_end_in(db, step->id, step->state, step->queue_id, step->words, step->due_at, step->outcomes, step->n, step->now_ms, &event, error) &&
	       tell_author(db, step, event, error) && db_tx_commit(tx, error);
}

/* 1 min, 2, 4 ... 4 h, and up to a quarter more: those that failed together do not all come back together. */
static gint64
again_at(gint64 attempts, gint64 now_ms)
{
	gint64 wait_s = attempts > 8 ? BACKOFF_MAX_S : MIN(BACKOFF_FIRST_S << MAX(attempts - 1, 0), BACKOFF_MAX_S);

	return now_ms + wait_s * MS_PER_S + randombytes_uniform((guint32)(wait_s * MS_PER_S / 4));
}

static const char *
recipient_state(SmtpOutcome outcome, gboolean last)
{
	switch (outcome) {
	case SMTP_SENT: return "sent";
	case SMTP_REFUSED: return "failed";
	case SMTP_LATER: return last ? "failed" : "queued";
	default: return "queued"; /* uncertain: a person says */
	}
}

/* The state of the whole: uncertain before all, queued while somebody is to be tried again, failed when nobody got it. */
static const char *
whole_state(const SmtpResult *result, const OutboxOutcome *outcomes, guint n)
{
	gboolean sent = FALSE;

	if (result->outcome == SMTP_UNCERTAIN)
		return "uncertain";
	for (guint i = 0; i < n; i++) {
		if (strcmp(outcomes[i].state, "queued") == 0)
			return "queued";
		sent = sent || strcmp(outcomes[i].state, "sent") == 0;
	}
	return sent ? "sent" : "failed";
}

static gboolean
write_result(Store *store, const Outbox *out, const SmtpResult *result, gint64 now_ms, GError **error)
{
	g_autofree OutboxOutcome *outcomes = g_new0(OutboxOutcome, result->recipients->len + 1);
	gint64 attempts = out->attempts + 1;
	Step step = { .id = out->id, .now_ms = now_ms, .queue_id = result->queue_id, .words = result->words, .outcomes = outcomes, .n = result->recipients->len };

	for (guint i = 0; i < result->recipients->len; i++) {
		const SmtpRecipient *one = result->recipients->pdata[i];

		outcomes[i] = (OutboxOutcome){ one->address, recipient_state(one->outcome, attempts >= OUTBOX_ATTEMPTS), one->code, one->words };
	}
	step.state = whole_state(result, outcomes, step.n);
	step.due_at = again_at(attempts, now_ms);
	return store_write(store, end, &step, error);
}

/* Nothing was tried: as one answer "later", or a refusal, for everybody. */
static gboolean
write_trouble(Store *store, const Outbox *out, const GError *why, gint64 now_ms, GError **error)
{
	gboolean later = g_error_matches(why, ERR, ERR_UPSTREAM) || g_error_matches(why, ERR, ERR_BUSY);
	gint64 attempts = out->attempts + 1;
	Step step = { .id = out->id, .now_ms = now_ms, .words = why->message, .state = later && attempts < OUTBOX_ATTEMPTS ? "queued" : "failed", .due_at = again_at(attempts, now_ms) };

	return store_write(store, end, &step, error);
}

static GPtrArray *
left_to_send(const Outbox *out)
{
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < out->recipients->len; i++) {
		const OutboxAddress *one = out->recipients->pdata[i];

		if (strcmp(one->state, "queued") == 0)
			g_ptr_array_add(list, one->address);
	}
	g_ptr_array_add(list, NULL);
	return list;
}

static gboolean
send_out(const MailSendOptions *self, Store *store, const Outbox *out, const Mailbox *mailbox, gint64 now_ms, GError **error)
{
	Db *db = store_reader(store, error);
	g_autoptr(GPtrArray) to = left_to_send(out);
	g_autoptr(GError) why = NULL;
	g_autoptr(GBytes) mail = NULL;
	g_autoptr(SmtpResult) result = NULL;
	g_autofree char *secret = NULL;
	MailPeer peer = { 0 };
	gboolean ok;

	if (db == NULL)
		return FALSE;
	if (mailbox->smtp == NULL)
		g_set_error(&why, ERR, ERR_INVALID, "The mailbox %s has no server to send by any more.", mailbox->address);
	ok = why == NULL && (mail = mail_compose_outbox(db, self->context, out, mailbox, now_ms, &why)) != NULL && mail_peer_of(store, mailbox->smtp, self->key, "smtp", &peer, &secret, &why);
	if (ok)
		peer.stop_fd = self->stop_fd;
	ok = ok && (self->send != NULL ? self->send : smtp_send)(&peer, out->automatic ? "" : mailbox->address, (const char *const *)to->pdata, mail, &result, &why);
	return ok ? write_result(store, out, result, now_ms, error) : write_trouble(store, out, why, now_ms, error);
}

typedef struct {
	const Job *job;
	gint64 again_at, now_ms;
} Later;

static gboolean
put_off(Db *db, gpointer data, GError **error)
{
	const Later *it = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && job_add(db, it->job->kind, it->job->payload, it->again_at, it->now_ms, error) && job_end(db, it->job, error) && db_tx_commit(tx, error);
}

/* Its server's lane is ours. */
static gboolean
send_one(const MailSendOptions *self, Store *store, const Outbox *out, const Mailbox *mailbox, gint64 now_ms, GError **error)
{
	Step step = { .id = out->id, .now_ms = now_ms };

	if (!store_write(store, begin, &step, error))
		return FALSE;
	return !step.mine || send_out(self, store, out, mailbox, now_ms, error);
}

gboolean
mail_send_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	const MailSendOptions *self = data;
	Db *db = store_reader(store, error);
	g_autoptr(Outbox) out = db != NULL ? outbox_get(db, json_int(job->payload, "outbox", 0), error) : NULL;
	g_autoptr(Mailbox) mailbox = out != NULL ? mailbox_get(db, out->mailbox_id, error) : NULL;
	g_autofree char *server = NULL;
	Later later = { .job = job, .now_ms = now_ms };
	gint64 began;
	gboolean ok;

	if (mailbox == NULL)
		return FALSE;
	if (strcmp(out->state, "queued") != 0 && strcmp(out->state, "sending") != 0) /* "sending": cut off, which is to be told */
		return TRUE;
	server = mailbox->smtp != NULL ? g_strdup_printf("%s:%" G_GINT64_FORMAT, mailbox->smtp->host, (gint64)mailbox->smtp->port) : g_strdup("");
	if (!mail_lane_enter(self->lanes, server, now_ms, &later.again_at))
		return store_write(store, put_off, &later, error);
	began = g_get_monotonic_time();
	ok = send_one(self, store, out, mailbox, now_ms, error);
	mail_lane_leave(self->lanes, server, (g_get_monotonic_time() - began) / 1000);
	return ok;
}
