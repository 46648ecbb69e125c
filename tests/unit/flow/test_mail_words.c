/* In whose name a mail counts, in which language it is acknowledged, and how often. The rules of filing: test_mail_file.c. */
#include "filed.h"
#include "flow/mail/reply.h"
#include "mailbox/outbox.h"
#include "org/user.h"

#define GENUINE "Authentication-Results: mx.larch.example; dmarc=pass header.from=larch.example\r\n"

static void
colleague(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) it = user_add(kit->db, &(NewUser){ .email = "ruth@larch.example", .name = "Ruth", .role = "agent", .capacity = -1 }, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	g_assert_nonnull(it);
}

static Filed
from_ruth(Kit *kit, gint64 box, const char *headers, const char *to, const char *id)
{
	g_autofree char *raw = g_strdup_printf("%sFrom: Ruth <ruth@larch.example>\r\nTo: %s\r\nIn-Reply-To: <first@customer.example>\r\nMessage-ID: <%s@larch.example>\r\n"
	                                       "Subject: Re: Kettle leaks\r\n\r\nWe send a new one, %s.\r\n", headers, to, id, id);

	return arrive(kit, box, raw);
}

static gint64
answers(Kit *kit)
{
	return kit_count(kit, "SELECT count(*) AS value FROM messages m JOIN users u ON u.id = m.author_id WHERE m.direction = 'outbound' AND u.name = 'Ruth'");
}

static void
test_a_colleagues_genuine_mail_is_their_answer(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_AUTH_SERVER | MAILBOX_STAFF_ANSWERS, .auth_server = "mx.larch.example", .staff_answers = TRUE });
	Filed it = first(kit, box), answer;
	gint64 sent = kit_count(kit, "SELECT count(*) AS value FROM outbox");

	colleague(kit);
	answer = from_ruth(kit, box, GENUINE, "help@larch.example", "one");
	g_assert_cmpint(answer.case_id, ==, it.case_id);
	g_assert_cmpint(answers(kit), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox"), ==, sent + 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE address = 'ann@customer.example' AND NOT automatic"), ==, 1);
	/* the customer had it directly: it is on the case, and not sent again */
	from_ruth(kit, box, GENUINE, "Ann <ann@customer.example>, help@larch.example", "two");
	g_assert_cmpint(answers(kit), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox"), ==, sent + 1);
	/* who only says to be Ruth writes a note */
	from_ruth(kit, box, "", "help@larch.example", "three");
	from_ruth(kit, box, "Authentication-Results: mx.evil.example; dmarc=pass header.from=larch.example\r\n", "help@larch.example", "four");
	g_assert_cmpint(answers(kit), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM messages WHERE direction = 'note'"), ==, 2);
}

static void
test_by_default_it_is_a_note(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_AUTH_SERVER, .auth_server = "mx.larch.example" });
	g_autoptr(GError) error = NULL;

	first(kit, box);
	colleague(kit);
	from_ruth(kit, box, GENUINE, "help@larch.example", "one");
	g_assert_cmpint(answers(kit), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM messages WHERE direction = 'note'"), ==, 1);
	/* and without a server whose word counts it cannot be switched on */
	g_assert_null(mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_STAFF_ANSWERS, .address = "two@larch.example", .staff_answers = TRUE }, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_INVALID);
}

static char *
acknowledged(Kit *kit, gint64 case_id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = message_list(kit->db, case_id, TRUE, 0, &error);

	for (gsize i = 0; i < json_array_size(list); i++)
		if (json_flag(json_array_get(list, i), "automatic", FALSE))
			return g_strdup(json_text(json_array_get(list, i), "body", ""));
	return g_strdup("");
}

static void
test_acknowledged_in_the_mailboxs_language(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_LANGUAGE, .language = "de" });
	Filed it = first(kit, box);
	g_autofree char *words = acknowledged(kit, it.case_id);

	g_assert_nonnull(strstr(words, "vielen Dank für Ihre Nachricht"));
	g_assert_nonnull(strstr(words, " Uhr ("));
	g_assert_null(strstr(words, "{{"));
}

static void
test_acknowledged_in_the_customers_language(Kit *kit)
{
	static const DbSql GERMAN = { "german", "UPDATE customers SET lang = 'de'", 0, TRUE };
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box), second;
	g_autofree char *before = acknowledged(kit, it.case_id), *after = NULL;

	g_assert_nonnull(strstr(before, "Thank you for writing"));
	g_assert_true(db_exec(kit->db, &GERMAN, DB_NO_ARGS, NULL, NULL));
	second = arrive(kit, box, "From: Ann Lee <ann@customer.example>\r\nMessage-ID: <second@customer.example>\r\nSubject: Another\r\n\r\nThe lid, too.\r\n");
	after = acknowledged(kit, second.case_id);
	g_assert_nonnull(strstr(after, "vielen Dank"));
}

/* Three automatic mails a day to one address, whatever comes from it; a day later again. */
static void
test_so_many_acknowledgements_a_day(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });

	for (int i = 0; i < 6; i++) {
		g_autofree char *raw = g_strdup_printf("From: ann@customer.example\r\nMessage-ID: <m%d@x>\r\nSubject: Matter %d\r\n\r\nNumber %d.\r\n", i, i, i);

		arrive(kit, box, raw);
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 6);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE automatic"), ==, AUTOMATIC_PER_DAY);
	kit->now_ms += 25 * 3600 * (gint64)1000;
	arrive(kit, box, "From: ann@customer.example\r\nMessage-ID: <later@x>\r\nSubject: Later\r\n\r\nLater.\r\n");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE automatic"), ==, AUTOMATIC_PER_DAY + 1);
}

static void
test_sent_later(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 box = mailbox(kit, (MailboxChange){ 0 }), later = kit->now_ms + 3 * 3600 * (gint64)1000, message_id = 0;
	Filed it = first(kit, box);
	g_autoptr(Outbox) out = NULL;
	gboolean mine = TRUE;
	char ref[16];

	{
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);

		g_assert_true(mail_reply_in(kit->db, &context, it.case_id, &(NewMessage){ .direction = "outbound", .body = "Good morning." }, &(MailReply){ .send_at = later }, kit->actor, kit->now_ms, &message_id, ref, &error));
		g_assert_true(db_tx_commit(tx, &error));
	}
	out = outbox_by_ref(kit->db, ref, &error);
	g_assert_cmpint(out->due_at, ==, later);
	g_assert_true(outbox_begin(kit->db, out->id, later - 1, &mine, &error));
	g_assert_false(mine);
	g_assert_true(outbox_begin(kit->db, out->id, later, &mine, &error));
	g_assert_true(mine);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM jobs WHERE kind = 'mail.send'"), >=, 1);
}

static void
report(Kit *kit, gint64 box, const char *id, const char *type, const char *part)
{
	g_autofree char *raw = g_strdup_printf("From: Mail Delivery System <mailer-daemon@mx.example>\r\nTo: help@larch.example\r\nMessage-ID: <%s>\r\nSubject: Report\r\nMIME-Version: 1.0\r\n"
	                                       "Content-Type: multipart/report; report-type=%s; boundary=b\r\n\r\n--b\r\n\r\nAbout your mail.\r\n--b\r\n%s\r\n--b--\r\n", id, type, part);

	arrive(kit, box, raw);
}

/* A delay and a full mailbox close nothing; a complaint neither; all of them stand on the case, and none opens a new one. */
static void
test_soft_delayed_and_complaints(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 }), n;
	Filed it = first(kit, box);
	g_autofree char *ours = NULL;
	g_autofree char *soft = NULL, *delayed = NULL, *complaint = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(MailAnswered) head = mail_head_of(kit->db, kit_count(kit, "SELECT message_id AS value FROM outbox"), &error);

	ours = g_strdup(head->internet_id);
	soft = g_strdup_printf("Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; ann@customer.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"
	                       "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%s>\r\n", ours);
	delayed = g_strdup_printf("Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; ann@customer.example\r\nAction: delayed\r\nStatus: 4.4.1\r\n"
	                          "\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%s>\r\n", ours);
	complaint = g_strdup_printf("Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\nOriginal-Rcpt-To: ann@customer.example\r\n"
	                            "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <%s>\r\nFrom: help@larch.example\r\nTo: ann@customer.example\r\nSubject: x\r\n\r\nx\r\n", ours);
	report(kit, box, "r1@mx", "delivery-status", delayed);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE state = 'bounced'"), ==, 0);
	report(kit, box, "r2@mx", "feedback-report", complaint);
	report(kit, box, "r3@mx", "delivery-status", soft);
	n = kit_count(kit, "SELECT count(*) AS value FROM mail_heads WHERE kind IN ('bounce', 'feedback')");
	g_assert_cmpint(n, ==, 3);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM undeliverable"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE state = 'bounced'"), ==, 1);
	g_assert_cmpint(it.case_id, ==, kit_count(kit, "SELECT max(case_id) AS value FROM messages"));
}

/* "Delivered" is said of those it was said of alone, and of our own mail alone. */
static void
test_delivered(Kit *kit)
{
	static const char part[] = "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; ann@customer.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n"
	                           "\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%s>\r\n";
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = first(kit, box);
	g_autoptr(GError) error = NULL;
	g_autoptr(MailAnswered) head = mail_head_of(kit->db, kit_count(kit, "SELECT message_id AS value FROM outbox"), &error);
	g_autofree char *ours = g_strdup_printf(part, head->internet_id), *foreign = g_strdup_printf(part, "first@customer.example");
	g_autoptr(DbTx) tx = NULL;
	const gint64 id = kit_count(kit, "SELECT id AS value FROM outbox");
	const char *event = NULL;
	gboolean mine = FALSE;

	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error) && mine);
	tx = db_begin(kit->db, &error);
	g_assert_true(outbox_end_in(kit->db, id, "sent", "1abc", "250", 0, (OutboxOutcome[]){ { "ann@customer.example", "sent", 250, "ok" } }, 1, kit->now_ms, &event, &error));
	g_assert_true(db_tx_commit(tx, &error));
	report(kit, box, "r1@mx", "delivery-status", foreign);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE state = 'sent'"), ==, 1);
	report(kit, box, "r2@mx", "delivery-status", ours);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM deliveries WHERE state = 'delivered'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM undeliverable"), ==, 0);
	g_assert_cmpint(it.case_id, ==, kit_count(kit, "SELECT max(case_id) AS value FROM messages"));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/words/a-colleagues-genuine-mail-is-their-answer", test_a_colleagues_genuine_mail_is_their_answer);
	kit_add("/mail/words/by-default-it-is-a-note", test_by_default_it_is_a_note);
	kit_add("/mail/words/in-the-mailboxs-language", test_acknowledged_in_the_mailboxs_language);
	kit_add("/mail/words/in-the-customers-language", test_acknowledged_in_the_customers_language);
	kit_add("/mail/words/so-many-a-day", test_so_many_acknowledgements_a_day);
	kit_add("/mail/words/sent-later", test_sent_later);
	kit_add("/mail/words/soft-delayed-and-complaints", test_soft_delayed_and_complaints);
	kit_add("/mail/words/delivered", test_delivered);
	return kit_run();
}
