/* The job that hands a mail to its server: what each answer makes of it, and when it is tried again. What the wire says: mail/test_smtp.c. */
#include "filed.h"
#include "flow/mail/reply.h"
#include "flow/mail/send.h"
#include "mailbox/outbox.h"
#include "work/job.h"

static struct {
	SmtpOutcome outcome;
	int n;
	char from[100];
	gboolean nothing_tried;
} server;

static void
free_recipient(gpointer data)
{
	SmtpRecipient *one = data;

	g_free(one->address);
	g_free(one->words);
	g_free(one);
}

static gboolean
answer(const MailPeer *peer, const char *from, const char *const *to, GBytes *mail, SmtpResult **ret_result, GError **error)
{
	SmtpResult *result = g_new0(SmtpResult, 1);

	server.n++;
	g_strlcpy(server.from, from, sizeof server.from);
	if (server.nothing_tried) {
		g_free(result);
		g_set_error_literal(error, ERR, ERR_UPSTREAM, "h:25: refused the connection");
		return FALSE;
	}
	result->outcome = server.outcome;
	result->queue_id = g_strdup(server.outcome == SMTP_SENT ? "4TXk2" : NULL);
	result->words = g_strdup("said");
	result->recipients = g_ptr_array_new_with_free_func(free_recipient);
	for (guint i = 0; to[i] != NULL; i++) {
		SmtpRecipient *one = g_new0(SmtpRecipient, 1);

		*one = (SmtpRecipient){ g_strdup(to[i]), server.outcome, server.outcome == SMTP_SENT ? 250 : 451, g_strdup("said") };
		g_ptr_array_add(result->recipients, one);
	}
	*ret_result = result;
	return TRUE;
}

/* One run of the job at the kit's time; the state afterwards. */
static char *
run(Kit *kit, Store *store)
{
	g_autoptr(GError) error = NULL;
	SealKey key = { { 0 } };
	MailSendOptions options = { .context = &context, .key = &key, .send = answer };
	g_autoptr(json_t) payload = json_object();
	Job job = { .kind = (char *)"mail.send", .payload = payload };
	g_autoptr(Outbox) out = NULL;

	json_put_int(payload, "outbox", kit_count(kit, "SELECT max(id) AS value FROM outbox"));
	mail_send_job(&job, store, kit->now_ms, &options, &error);
	g_assert_no_error(error);
	out = outbox_get(kit->db, kit_count(kit, "SELECT max(id) AS value FROM outbox"), &error);
	return g_strdup(out->state);
}

static gint64
due(Kit *kit)
{
	return kit_count(kit, "SELECT due_at AS value FROM outbox WHERE id = (SELECT max(id) FROM outbox)") - kit->now_ms;
}

static void
write_one(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	Filed it = first(kit, mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE }));
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	gint64 sent = 0;
	char ref[16];

	mail_reply_in(kit->db, &context, it.case_id, &(NewMessage){ .direction = "outbound", .body = "Sorry." }, &(MailReply){ 0 }, kit->actor, kit->now_ms, &sent, ref, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	kit->now_ms += OUTBOX_UNDO_MS;
	memset(&server, 0, sizeof server);
}

/* 1 min, 2, 4 ... and up to a quarter more; not before it is due; after the last attempt it failed, and nobody tries again. */
static void
test_later_is_tried_again_ever_later(Kit *kit)
{
	Store *store = kit_store(kit);
	gint64 wait = 60000;

	write_one(kit);
	server.outcome = SMTP_LATER;
	for (int n = 1; n < OUTBOX_ATTEMPTS; n++) {
		g_autofree char *state = NULL, *early = NULL;

		server.nothing_tried = n % 2 == 0; /* no connection, or 4xx: alike */
		state = run(kit, store);
		g_assert_cmpstr(state, ==, "queued");
		g_assert_cmpint(server.n, ==, n);
		g_assert_cmpint(due(kit), >=, wait);
		g_assert_cmpint(due(kit), <=, wait + wait / 4);
		early = run(kit, store);
		g_assert_cmpint(server.n, ==, n);
		kit->now_ms += due(kit);
		wait = MIN(wait * 2, 4 * 3600 * 1000);
	}
	server.nothing_tried = FALSE;
	g_free(run(kit, store));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE state = 'failed'"), ==, 1);
	kit->now_ms += 24 * 3600 * (gint64)1000;
	g_free(run(kit, store));
	g_assert_cmpint(server.n, ==, OUTBOX_ATTEMPTS);
}

static void
test_sent(Kit *kit)
{
	Store *store = kit_store(kit);
	g_autofree char *state = NULL;

	write_one(kit);
	state = run(kit, store);
	g_assert_cmpstr(state, ==, "sent");
	g_assert_cmpstr(server.from, ==, "help@larch.example");
	g_free(run(kit, store));
	g_assert_cmpint(server.n, ==, 1); /* never twice */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE queue_id = '4TXk2'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE state = 'sent' AND code = 250"), ==, 1);
}

static void
answered_once(Kit *kit, SmtpOutcome outcome, const char *wanted)
{
	Store *store = kit_store(kit);
	g_autofree char *state = NULL;

	write_one(kit);
	server.outcome = outcome;
	state = run(kit, store);
	g_assert_cmpstr(state, ==, wanted);
	kit->now_ms += 24 * 3600 * (gint64)1000;
	g_free(run(kit, store));
	g_assert_cmpint(server.n, ==, 1); /* never twice: a person decides */
}

static void
test_refused_stays_refused(Kit *kit)
{
	answered_once(kit, SMTP_REFUSED, "failed");
}

static void
test_uncertain_waits_for_a_person(Kit *kit)
{
	answered_once(kit, SMTP_UNCERTAIN, "uncertain");
}

/* A server that has enough to do: the mail waits with a job of its own, as it is; once there is room, it goes. */
static void
test_a_busy_server_is_not_crowded(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	Store *store = kit_store(kit);
	SealKey key = { { 0 } };
	g_autoptr(MailLanes) lanes = mail_lanes_new();
	MailSendOptions options = { .context = &context, .key = &key, .send = answer, .lanes = lanes };
	g_autoptr(json_t) payload = json_object();
	Job job = { .kind = (char *)"mail.send", .payload = payload };
	gint64 again_at, n_jobs;

	write_one(kit);
	json_put_int(payload, "outbox", kit_count(kit, "SELECT max(id) AS value FROM outbox"));
	for (guint i = 0; i < LANES_OF_A_SERVER; i++)
		g_assert_true(mail_lane_enter(lanes, "smtp.example.org:25", kit->now_ms, &again_at));
	n_jobs = kit_count(kit, "SELECT count(*) AS value FROM jobs WHERE kind = 'mail.send'");
	g_assert_true(mail_send_job(&job, store, kit->now_ms, &options, &error));
	g_assert_no_error(error);
	g_assert_cmpint(server.n, ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE state = 'queued' AND attempts = 0"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM jobs WHERE kind = 'mail.send'"), ==, n_jobs + 1);
	g_assert_cmpint(kit_count(kit, "SELECT max(due_at) AS value FROM jobs WHERE kind = 'mail.send'"), >, kit->now_ms);
	mail_lane_leave(lanes, "smtp.example.org:25", 10);
	g_assert_true(mail_send_job(&job, store, kit->now_ms, &options, &error));
	g_assert_cmpint(server.n, ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE state = 'sent'"), ==, 1);
	g_assert_true(mail_lane_enter(lanes, "smtp.example.org:25", kit->now_ms, &again_at)); /* it left its lane */
}

/* Another server's mails go on; those that wait come one after the other, as fast as mails take there, within bounds. */
static void
test_lanes(Kit *kit)
{
	g_autoptr(MailLanes) lanes = mail_lanes_new();
	const gint64 now_ms = kit->now_ms;
	gint64 at = 0, before = now_ms, slow;

	for (guint i = 0; i < LANES_OF_A_SERVER; i++)
		g_assert_true(mail_lane_enter(lanes, "a:25", now_ms, &at));
	g_assert_true(mail_lane_enter(lanes, "b:25", now_ms, &at));
	for (guint i = 0; i < 100; i++) {
		g_assert_false(mail_lane_enter(lanes, "a:25", now_ms, &at));
		g_assert_cmpint(at, >, before);
		before = at;
	}
	g_assert_cmpint(at, >=, now_ms + 100 * 1000 / LANES_OF_A_SERVER); /* a second each, until it is known */
	for (guint i = 0; i < 5000; i++)
		mail_lane_enter(lanes, "a:25", now_ms, &at);
	g_assert_cmpint(at, <=, now_ms + 10 * 60 * 1000);
	for (guint i = 0; i < 40; i++) {
		mail_lane_leave(lanes, "b:25", 20);
		g_assert_true(mail_lane_enter(lanes, "b:25", now_ms, &at));
	}
	g_assert_true(mail_lane_enter(lanes, "b:25", now_ms, &at));
	g_assert_false(mail_lane_enter(lanes, "b:25", now_ms, &slow));
	g_assert_cmpint(slow - now_ms, <, 200); /* a quick one is not waited for as a slow one is */
	g_assert_true(mail_lane_enter(NULL, "a:25", now_ms, &at));
}

/* Nobody may answer a machine's mail: its envelope names no sender. */
static void
test_automatic_mail_has_no_envelope_sender(Kit *kit)
{
	Store *store = kit_store(kit);
	g_autofree char *state = NULL;

	first(kit, mailbox(kit, (MailboxChange){ 0 }));
	memset(&server, 0, sizeof server);
	g_strlcpy(server.from, "?", sizeof server.from);
	state = run(kit, store);
	g_assert_cmpstr(state, ==, "sent");
	g_assert_cmpstr(server.from, ==, "");
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/send/later-is-tried-again-ever-later", test_later_is_tried_again_ever_later);
	kit_add("/mail/send/sent", test_sent);
	kit_add("/mail/send/refused-stays-refused", test_refused_stays_refused);
	kit_add("/mail/send/uncertain-waits-for-a-person", test_uncertain_waits_for_a_person);
	kit_add("/mail/send/a-busy-server-is-not-crowded", test_a_busy_server_is_not_crowded);
	kit_add("/mail/send/lanes", test_lanes);
	kit_add("/mail/send/automatic-mail-has-no-envelope-sender", test_automatic_mail_has_no_envelope_sender);
	return kit_run();
}
