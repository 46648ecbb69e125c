/* What an answer carries: the mailbox's name, signature and team, the thread as Outlook knows it, the words that are quoted. Which pictures stand
 * in it: test_mail_pictures.c; how it leaves: test_mail_send.c. */
#include "answered.h"
#include "flow/customer/tell.h"
#include "base/clock.h"
#include "org/team.h"
#include "promise/case_clocks.h"
#include "text/day_words.h"

static MailMessage *
sent(Kit *kit, gint64 box, gint64 case_id, const MailReply *how, char **ret_raw)
{
	char out[16];
	g_autofree char *raw = NULL;
	MailMessage *mail;

	reply(kit, case_id, how, out);
	raw = composed(kit, box, out);
	mail = mail_message_read((const guint8 *)raw, strlen(raw), NULL);
	if (ret_raw != NULL)
		*ret_raw = g_steal_pointer(&raw);
	return mail;
}

static void
test_of_a_mailbox(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Team) team = team_add(kit->db, "Kettles", NULL, kit->actor, kit->now_ms, &error);
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_NAME | MAILBOX_SIGNATURE | MAILBOX_TEAM | MAILBOX_ACKNOWLEDGE, .name = "Larch & Fern", .signature = "Larch & Fern\nHamburg",
		.team_id = team->id, .acknowledge = FALSE });
	Filed it = first(kit, box);
	g_autoptr(Case) opened = case_get(kit->db, it.case_id, &error);
	g_autoptr(MailMessage) mail = sent(kit, box, it.case_id, &(MailReply){ 0 }, NULL);

	g_assert_cmpint(opened->team_id, ==, team->id);
	g_assert_cmpstr(mail->from->name, ==, "Larch & Fern");
	g_assert_cmpstr(mail->from->address, ==, "help@larch.example");
	g_assert_true(g_str_has_suffix(mail->text, "\n-- \nLarch & Fern\nHamburg\n"));
	g_assert_nonnull(strstr(mail->html, "Larch &amp; Fern<br>"));
	g_assert_nonnull(strstr(mail->html, "<table role=\"presentation\""));
	g_assert_null(strstr(mail->html, "<style"));
}

static void
test_keeps_outlooks_thread(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <o@x>\r\nReferences: <root@x> <middle@x>\r\nThread-Index: AdhGc2VjAAAA\r\nThread-Topic: Kettle leaks\r\nSubject: Kettle leaks\r\n\r\nLeaks.\r\n");
	g_autoptr(MailMessage) mail = sent(kit, box, it.case_id, &(MailReply){ 0 }, NULL);

	g_assert_cmpstr(mail_message_header(mail, "Thread-Index"), ==, "AdhGc2VjAAAA");
	g_assert_cmpstr(mail_message_header(mail, "Thread-Topic"), ==, "Kettle leaks");
	g_assert_cmpuint(mail->references->len, >=, 3);
	g_assert_cmpstr(mail->references->pdata[0], ==, "root@x");
	/* An id that filters take for a mail program's: short, of the domain it is sent from, without a machine's name. */
	g_assert_true(g_str_has_suffix(mail->message_id, "@larch.example"));
	g_assert_cmpuint(strlen(mail->message_id), <, 80);
	g_assert_null(strstr(mail->message_id, "localhost"));
}

static void
test_quotes_by_choice(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE });
	Filed it = first(kit, box);
	g_autoptr(MailMessage) bare = sent(kit, box, it.case_id, &(MailReply){ 0 }, NULL), quoting = sent(kit, box, it.case_id, &(MailReply){ .quote = TRUE }, NULL);

	g_assert_null(strstr(bare->text, "The kettle leaks."));
	g_assert_null(strstr(bare->html, "The kettle leaks."));
	g_assert_nonnull(strstr(quoting->text, "\n> The kettle leaks."));
	g_assert_nonnull(strstr(quoting->html, "<blockquote"));
}

/* A way out of surveys belongs to surveys: answers, acknowledgements and what a case has to say have none. */
static void
test_surveys_alone_can_be_left(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box);
	static const char *const ways[] = { NULL, "https://larch.example/s/stop" };

	{
		g_autoptr(Outbox) acknowledged = outbox_get(kit->db, kit_count(kit, "SELECT max(id) AS value FROM outbox"), &error);
		g_autofree char *raw = composed(kit, box, acknowledged->ref);

		g_assert_null(strstr(raw, "List-Unsubscribe"));
	}
	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);
		const Tell words = { .subject = "How was it?", .body = "How was it?", .automatic = TRUE, .unsubscribe = ways[i] };
		gboolean by_mail = FALSE;
		g_autoptr(Outbox) out = NULL;
		g_autofree char *raw = NULL;

		g_assert_true(tell_customer_in(kit->db, &context, it.case_id, &words, kit->actor, kit->now_ms, NULL, &by_mail, &error));
		g_assert_true(by_mail);
		g_assert_true(db_tx_commit(tx, &error));
		out = outbox_get(kit->db, kit_count(kit, "SELECT max(id) AS value FROM outbox"), &error);
		raw = composed(kit, box, out->ref);
		g_assert_true((strstr(raw, "List-Unsubscribe: <https://larch.example/s/stop>") != NULL) == (ways[i] != NULL));
	}
}

/* The words of the house: the ref, what happens next, and by when; no placeholder is left. */
static void
test_acknowledgement(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box);
	g_autofree char *ref = ref_of(kit, it.case_id), *raw = NULL;
	g_autoptr(Outbox) out = outbox_get(kit->db, kit_count(kit, "SELECT max(id) AS value FROM outbox"), &error);
	g_autoptr(MailMessage) mail = NULL;

	raw = composed(kit, box, out->ref);
	mail = mail_message_read((const guint8 *)raw, strlen(raw), NULL);
	g_assert_nonnull(strstr(mail->text, ref));
	g_assert_nonnull(strstr(mail->subject, ref));
	g_assert_nonnull(strstr(mail->text, "What happens next: a person reads your message and answers you by "));
	g_assert_null(strstr(mail->text, "{{"));
	g_assert_cmpstr(mail->in_reply_to->pdata[0], ==, "first@customer.example");
}

/* What was days on its way is answered by a day that lies ahead. */
static void
test_acknowledged_late(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(kit->now_ms / 1000 - 8 * 24 * 3600);
	g_autofree char *date = g_date_time_format(at, "%a, %d %b %Y %H:%M:%S +0000"), *raw = g_strdup_printf("From: Ann <ann@customer.example>\r\nMessage-ID: <late@x>\r\nDate: %s\r\nSubject: s\r\n\r\nLeaks.\r\n", date);
	Filed it = arrive(kit, box, raw);
	g_autofree char *next = day_words(kit->now_ms + MS_PER_DAY, clock_book(kit->db, &error)->zone, FALSE, TRUE);
	g_autoptr(json_t) list = message_list(kit->db, it.case_id, TRUE, 0, &error);

	g_assert_nonnull(strstr(json_text(json_array_get(list, json_array_size(list) - 1), "body", ""), next));
}

static char *
days_ago(const Kit *kit, int days)
{
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(kit->now_ms / 1000 - days * 24 * 3600);

	return g_date_time_format(at, "%a, %d %b %Y %H:%M:%S +0000");
}

/* A customer whose clock is weeks behind wrote when their server says so, and is acknowledged; who wrote weeks ago is not. */
static void
test_a_clock_that_is_behind(Kit *kit)
{
	const struct {
		int dated, received, before;
		gboolean acknowledged;
		int said; /* days ago */
	} mails[] = { { 40, 0, 0, TRUE, 0 }, { 40, 0, 1, TRUE, 1 }, { 40, 40, 41, FALSE, 40 }, { 13, 0, 0, TRUE, 13 }, { 40, 39, 39, FALSE, 40 }, { 3000, 30, 31, FALSE, 31 },
		{ 3000, 0, 3000, FALSE, 3000 } /* fetched anew today */ };
	gint64 box = mailbox(kit, (MailboxChange){ 0 });

	for (guint i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autofree char *dated = days_ago(kit, mails[i].dated), *received = days_ago(kit, mails[i].received), *before = days_ago(kit, mails[i].before);
		g_autofree char *raw = g_strdup_printf("Received: from a.example (a.example [192.0.2.1]; x)\r\n by mail.larch.example with ESMTP id 1; %s (UTC)\r\nReceived: by a.example; %s\r\n"
			"From: c%u@customer.example\r\nMessage-ID: <clock%u@x>\r\nDate: %s\r\nSubject: s\r\n\r\nLeaks.\r\n", received, before, i, i, dated);
		gint64 n = kit_count(kit, "SELECT count(*) FROM outbox");
		Filed it = arrive(kit, box, raw);
		g_autofree char *said = g_strdup_printf("SELECT received_at FROM cases WHERE id = %lld", (long long)it.case_id);

		g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM outbox") - n, ==, mails[i].acknowledged);
		g_assert_cmpint(kit_count(kit, said) / 1000, ==, kit->now_ms / 1000 - mails[i].said * 24 * 3600);
	}
}

/* A mailbox's own template takes the place of the house's. */
static void
test_acknowledgement_by_template(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACK_BODY, .ack_body = "Dear {{customer.first_name|friend}}, {{case.ref}} by {{next}}." });
	Filed it = first(kit, box);
	g_autofree char *ref = ref_of(kit, it.case_id), *wanted = g_strdup_printf("Dear Ann, %s by ", ref);
	g_autoptr(json_t) list = message_list(kit->db, it.case_id, TRUE, 0, &error);
	const char *body = json_text(json_array_get(list, json_array_size(list) - 1), "body", "");

	g_assert_true(g_str_has_prefix(body, wanted));
	g_assert_null(strstr(body, "{{"));
	g_assert_cmpuint(strlen(body), >, strlen(wanted) + 5);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/answer/is-of-a-mailbox", test_of_a_mailbox);
	kit_add("/mail/answer/keeps-outlooks-thread", test_keeps_outlooks_thread);
	kit_add("/mail/answer/quotes-by-choice", test_quotes_by_choice);
	kit_add("/mail/answer/surveys-alone-can-be-left", test_surveys_alone_can_be_left);
	kit_add("/mail/answer/the-acknowledgement", test_acknowledgement);
	kit_add("/mail/answer/acknowledged-late", test_acknowledged_late);
	kit_add("/mail/answer/a-clock-that-is-behind", test_a_clock_that_is_behind);
	kit_add("/mail/answer/the-acknowledgement-by-template", test_acknowledgement_by_template);
	return kit_run();
}
