/* Did a person write it? One mail a mark, and those that only look like one. */
#include "mail/automatic.h"
#include <string.h>

/* A person's mail, but for the headers given. */
static MailMessage *
read_mail(const char *from, const char *headers, const char *body)
{
	g_autofree char *text = g_strdup_printf(
		"From: %s\r\nTo: help@shop.example\r\nDate: Thu, 19 Nov 2026 11:22:00 +0000\r\nMessage-ID: <1@ann.example>\r\n"
		"%s\r\n%s\r\n",
		from, headers, body);

	return mail_message_read((const guint8 *)text, strlen(text), NULL);
}

#define ANN "Ann <ann@example.org>"

static const struct {
	const char *from, *headers, *body;
	MailKind kind;
	const char *why; /* its beginning */
} table[] = {
	{ ANN, "Subject: My lamp\r\n", "It is broken.", MAIL_PERSONAL, "no mark" },
	/* RFC 3834 and its comments and parameters; no is a person, whatever else is there */
	{ ANN, "Auto-Submitted: auto-replied\r\n", "", MAIL_AUTO_REPLY, "Auto-Submitted: auto-replied" },
	{ ANN, "auto-submitted: Auto-Generated (a cron job); owner-token=x\r\n", "", MAIL_AUTO_REPLY, "Auto-Submitted: Auto-Generated" },
	{ ANN, "Auto-Submitted: auto-notified\r\n", "", MAIL_AUTO_REPLY, "Auto-Submitted" },
	{ ANN, "Auto-Submitted: something-new\r\n", "", MAIL_AUTO_REPLY, "Auto-Submitted" },
	{ ANN, "Auto-Submitted: no\r\n", "", MAIL_PERSONAL, "Auto-Submitted: no" },
	{ ANN, "Auto-Submitted: No (typed by hand)\r\nPrecedence: bulk\r\nX-Loop: x\r\n", "", MAIL_PERSONAL, "Auto-Submitted" },
	/* precedence */
	{ ANN, "Precedence: bulk\r\n", "", MAIL_BULK, "Precedence: bulk" },
	{ ANN, "Precedence: Junk\r\n", "", MAIL_BULK, "Precedence" },
	{ ANN, "Precedence: list\r\n", "", MAIL_BULK, "Precedence" },
	{ ANN, "Precedence: auto_reply\r\n", "", MAIL_AUTO_REPLY, "Precedence" },
	{ ANN, "Precedence: first-class\r\n", "", MAIL_PERSONAL, "no mark" },
	{ ANN, "Precedence: bulk\r\nSubject: Out of office: My lamp\r\nIn-Reply-To: <2@shop.example>\r\n", "", MAIL_AUTO_REPLY,
		"Precedence" },
	/* lists */
	{ ANN, "List-Id: Lamps <lamps.example.org>\r\n", "", MAIL_BULK, "List-Id" },
	{ ANN, "List-Unsubscribe: <mailto:off@example.org>\r\n", "", MAIL_BULK, "List-Unsubscribe" },
	{ ANN, "Mailing-List: contact lamps-help@example.org\r\n", "", MAIL_BULK, "Mailing-List" },
	/* Exchange: only what asks for no automatic answer; receipts are nobody's mark */
	{ ANN, "X-Auto-Response-Suppress: All\r\n", "", MAIL_AUTO_REPLY, "X-Auto-Response-Suppress" },
	{ ANN, "X-Auto-Response-Suppress: DR, OOF, AutoReply\r\n", "", MAIL_AUTO_REPLY, "X-Auto-Response-Suppress" },
	{ ANN, "X-Auto-Response-Suppress: DR, RN, NRN\r\n", "", MAIL_PERSONAL, "no mark" },
	/* the old marks */
	{ ANN, "X-Autoreply: yes\r\n", "", MAIL_AUTO_REPLY, "X-Autoreply" },
	{ ANN, "X-Autoreply: no\r\n", "", MAIL_PERSONAL, "no mark" },
	{ ANN, "X-Autorespond: My lamp\r\n", "", MAIL_AUTO_REPLY, "X-Autorespond" },
	{ ANN, "X-Loop: ann@example.org\r\n", "", MAIL_AUTO_REPLY, "X-Loop" },
	{ ANN, "X-FC-MachineGenerated: true\r\n", "", MAIL_AUTO_REPLY, "X-FC-MachineGenerated" },
	{ ANN, "X-POST-MessageClass: 9; Autoresponder\r\n", "", MAIL_AUTO_REPLY, "X-POST-MessageClass" },
	{ ANN, "Delivered-To: Autoresponder\r\n", "", MAIL_AUTO_REPLY, "Delivered-To" },
	/* senders */
	{ ANN, "Return-Path: <>\r\n", "", MAIL_AUTO_REPLY, "Return-Path: <>" },
	{ ANN, "Return-Path: <ann@example.org>\r\n", "", MAIL_PERSONAL, "no mark" },
	{ "No-Reply@bank.example", "Subject: Your statement\r\n", "", MAIL_AUTO_REPLY, "From: No-Reply@bank.example" },
	{ "do_not_reply+77@bank.example", "", "", MAIL_AUTO_REPLY, "From" },
	{ "MAILER-DAEMON@mx.example", "Subject: Hello\r\n", "", MAIL_AUTO_REPLY, "From" },
	{ "Nobody Smith <nobody.smith@example.org>", "", "", MAIL_PERSONAL, "no mark" },
	/* a contact form writes for its visitor; an autoresponder for nobody */
	{ "Form <noreply@shop.example>", "Reply-To: Ann <ann@example.org>\r\nSubject: Contact form\r\n", "My lamp is broken.",
		MAIL_PERSONAL, "no mark" },
	{ ANN, "Reply-To: no-reply@example.org\r\n", "", MAIL_AUTO_REPLY, "Reply-To" },
	{ "Form <noreply@shop.example>", "Reply-To: ann@example.org\r\nAuto-Submitted: auto-replied\r\n", "", MAIL_AUTO_REPLY,
		"Auto-Submitted" },
	/* subjects of absences: only with a second sign */
	{ ANN, "Subject: Automatic reply: My lamp\r\nIn-Reply-To: <2@shop.example>\r\n", "", MAIL_AUTO_REPLY, "Subject: Automatic reply" },
	{ ANN, "Subject: =?utf-8?q?R=C3=A9ponse_automatique_?=: lampe\r\nReferences: <2@shop.example>\r\n", "", MAIL_AUTO_REPLY,
		"Subject" },
	{ ANN, "Subject: Abwesenheitsnotiz\r\n", "Ich bin bis Montag nicht im Haus.", MAIL_AUTO_REPLY, "Subject" },
	{ ANN, "Subject: =?utf-8?B?6Ieq5YuV6L+U5L+h?=\r\nIn-Reply-To: <2@shop.example>\r\n", "", MAIL_AUTO_REPLY, "Subject" },
	{ ANN, "Subject: Out of office hours I cannot reach anybody\r\n", "Nobody answers after five.", MAIL_PERSONAL, "no mark" },
	{ ANN, "Subject: Re: Automatic reply: My lamp\r\nIn-Reply-To: <2@shop.example>\r\n", "Thank you, but when?", MAIL_PERSONAL,
		"no mark" },
	/* reports */
	{ "Mail System <mailer-daemon@mx.example>", "Subject: Undelivered Mail Returned to Sender\r\n",
		"<bob@example.net>: 550 5.1.1 user unknown", MAIL_BOUNCE, "the words" },
	{ ANN, "Auto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
		"--b\r\n\r\nx\r\n--b--", MAIL_BOUNCE, "a delivery report" },
	{ ANN, "X-Failed-Recipients: bob@example.net\r\n", "", MAIL_BOUNCE, "X-Failed-Recipients" },
	{ ANN, "Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n", "--b\r\n\r\nx\r\n--b--", MAIL_FEEDBACK,
		"a feedback report" },
	{ ANN, "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n", "--b\r\n\r\nx\r\n--b--",
		MAIL_AUTO_REPLY, "a receipt" },
	/* a person speaks of a delivery that failed, of a parcel or of a mail */
	{ ANN, "Subject: Delivery failed again\r\n", "My parcel could not be delivered to the following address: Main Street 5.",
		MAIL_PERSONAL, "no mark" },
	{ ANN, "Subject: Re: Undelivered Mail Returned to Sender\r\n", "Look:\r\n> 550 5.1.1 <bob@example.net>: user unknown",
		MAIL_PERSONAL, "no mark" },
	{ ANN, "Subject: Fwd: failure notice\r\n",
		"I got this from you:\r\n\r\nHi. This is the qmail-send program.\r\n<help@shop.example>:\r\n550 no such user",
		MAIL_PERSONAL, "no mark" },
};

static void
test_marks(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autoptr(MailMessage) mail = read_mail(table[i].from, table[i].headers, table[i].body);
		g_autofree char *why = NULL;
		MailKind kind = mail_kind(mail, NULL, NULL, &why);

		g_test_message("%u %s %s: %s, %s", i, table[i].from, table[i].headers, mail_kind_word(kind), why);
		g_assert_cmpstr(mail_kind_word(kind), ==, mail_kind_word(table[i].kind));
		g_assert_true(g_ascii_strncasecmp(why, table[i].why, strlen(table[i].why)) == 0);
		g_assert_null(strpbrk(why, "\r\n"));
		g_assert_cmpint(mail_kind(mail, NULL, NULL, NULL), ==, kind);
	}
}

static gboolean
is_ours(const char *value, gpointer data)
{
	return strstr(value, data) != NULL;
}

static void
test_ours(void)
{
	static const char *const headers[] = { "X-Loop: redress-k3y\r\nAuto-Submitted: auto-replied\r\n",
		"X-Loop: other\r\nX-Loop: redress-k3y\r\n" };
	g_autoptr(MailMessage) other = read_mail(ANN, "In-Reply-To: <redress-k3y@shop.example>\r\n", "");
	static const char by_id[] = "From: help@shop.example\r\nMessage-ID: <redress-k3y.9@shop.example>\r\n\r\nx\r\n";
	g_autoptr(MailMessage) returned = mail_message_read((const guint8 *)by_id, strlen(by_id), NULL);

	for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
		g_autoptr(MailMessage) mail = read_mail(ANN, headers[i], "");
		g_autofree char *why = NULL;

		g_assert_cmpint(mail_kind(mail, is_ours, (gpointer) "redress-k3y", &why), ==, MAIL_OURS);
		g_assert_cmpstr(why, ==, "X-Loop: redress-k3y");
		g_assert_cmpint(mail_kind(mail, NULL, NULL, NULL), ==, MAIL_AUTO_REPLY);
	}
	g_assert_cmpint(mail_kind(returned, is_ours, (gpointer) "redress-k3y", NULL), ==, MAIL_OURS);
	g_assert_cmpint(mail_kind(other, is_ours, (gpointer) "redress-k3y", NULL), ==, MAIL_PERSONAL);
}

static void
test_answers(void)
{
	static const struct {
		const char *from, *headers;
		gboolean may;
	} answers[] = {
		{ ANN, "", TRUE },
		{ ANN, "Auto-Submitted: no\r\n", TRUE },
		{ ANN, "Auto-Submitted: no\r\nReturn-Path: <>\r\n", FALSE },
		{ ANN, "Auto-Submitted: auto-replied\r\n", FALSE },
		{ "postmaster@example.org", "Auto-Submitted: no\r\n", FALSE },
		{ "noreply@shop.example", "Reply-To: ann@example.org\r\n", TRUE },
		{ ANN, "Auto-Submitted: no\r\nReply-To: donotreply@example.org\r\n", FALSE },
		{ "", "Auto-Submitted: no\r\n", FALSE },
		{ ANN, "List-Id: <a.example>\r\n", FALSE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
		g_autoptr(MailMessage) mail = read_mail(answers[i].from, answers[i].headers, "Hello");

		g_test_message("%u", i);
		g_assert_cmpint(mail_may_be_answered(mail, mail_kind(mail, NULL, NULL, NULL)), ==, answers[i].may);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/automatic/marks", test_marks);
	g_test_add_func("/automatic/ours", test_ours);
	g_test_add_func("/automatic/answers", test_answers);
	return g_test_run();
}
