/* Whom a report says a mail failed for, and whether for good: one report a trait, in the forms servers give them. */
#include "mail/automatic.h"
#include "mail/bounce.h"
#include <string.h>
#include <time.h>

static MailBounce *
read_bounce(const char *text)
{
	g_autoptr(MailMessage) mail = mail_message_read((const guint8 *)text, strlen(text), NULL);

	return mail_bounce_read(mail);
}

#define ROBOT "Return-Path: <>\nFrom: Mail System <MAILER-DAEMON@mx.example>\nTo: help@shop.example\n"
#define REPORT                                                                                                                             \
	ROBOT "Subject: Undelivered\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n"
#define STATUS "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
#define ORIGINAL                                                                                                                           \
	"\n--b\nContent-Type: text/rfc822-headers\n\nReceived: from shop.example\nFrom: help@shop.example\nTo: bob@example.net\nMessage-ID: <c1.k3y@shop.example>\n\n--b--\n"
#define BELOW                                                                                                                              \
	"Received: from shop.example by mx.example\nFrom: help@shop.example\nTo: bob@example.net\nMessage-Id: <c1.k3y@shop.example>\nSubject: Your lamp\n\nHello Bob\n"

/* The recipients as text: "address action status hard; ..." with >sent_to where it differs. */
static const struct {
	const char *name, *mail, *recipients, *reason; /* @reason: stands in the first one's */
} table[] = {
	/* ---- delivery status ---- */
	{ "plain",
		REPORT
		"--b\n\nSorry.\n" STATUS
		"Final-Recipient: rfc822; Bob@Example.NET\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1\n  no such\n user\n" ORIGINAL,
		"Bob@example.net failed 5.1.1 hard", "550 5.1.1 no such user" },
	{ "several",
		REPORT STATUS
		"Final-Recipient: rfc822;a@x.example\nAction: failed\nStatus: 5.2.2 (mailbox full)\n\n"
		"Final-Recipient: rfc822;b@x.example\nAction: delayed\nStatus: 4.4.1\n\nFinal-Recipient: rfc822;c@x.example\nAction: relayed\nStatus: 2.1.9\n\n"
		"Final-Recipient: rfc822;d@x.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\n" ORIGINAL,
		"a@x.example failed 5.2.2; b@x.example delayed 4.4.1; c@x.example delivered 2.1.9; d@x.example failed 5.1.1 hard", NULL },
	{ "no blank line between",
		REPORT STATUS
		"Final-Recipient: rfc822;a@x.example\nAction: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822;b@x.example\nAction: failed\nStatus: 5.7.1\n" ORIGINAL,
		"a@x.example failed 5.1.1 hard; b@x.example failed 5.7.1", NULL },
	{ "alias",
		REPORT STATUS
		"Original-Recipient: rfc822;bob@example.net\nFinal-Recipient: rfc822;b17@store.example\nAction: failed\nStatus: 5.1.1\n" ORIGINAL,
		"b17@store.example>bob@example.net failed 5.1.1 hard", NULL },
	{ "xtext left over",
		REPORT STATUS
		"Original-Recipient: rfc822;bob+2Bshop@example.net\nFinal-Recipient: rfc822;b@s.example\nStatus: 5.1.1\n" ORIGINAL,
		"b@s.example>bob+shop@example.net failed 5.1.1 hard", NULL },
	{ "plus that is none", REPORT STATUS "Final-Recipient: rfc822;bob+40years@example.net\nStatus: 5.1.1\n" ORIGINAL,
		"bob+40years@example.net failed 5.1.1 hard", NULL },
	{ "utf-8 in 7 bits", REPORT STATUS "Final-Recipient: utf-8; j\\x{F6}rg@example.net\nAction: failed\nStatus: 5.1.1\n" ORIGINAL,
		"jörg@example.net failed 5.1.1 hard", NULL },
	{ "a name of the server's own",
		REPORT STATUS "Original-Recipient: rfc822;bob@example.net\nFinal-Recipient: x400; bob@STORE\nStatus: 5.1.1\n" ORIGINAL,
		"bob@example.net failed 5.1.1 hard", NULL },
	{ "words for a general status",
		REPORT "--b\n\n<bob@example.net>: the mailbox of this user is over quota\n" STATUS
		       "Final-Recipient: rfc822; bob@example.net\nAction: failed\nStatus: 5.0.0\n" ORIGINAL,
		"bob@example.net failed 5.2.2", "over quota" },
	{ "unknown, but only delayed",
		REPORT STATUS
		"Final-Recipient: rfc822;bob@example.net\nAction: delayed\nStatus: 4.1.1\nDiagnostic-Code: smtp; 450 4.1.1 user unknown\n" ORIGINAL,
		"bob@example.net delayed 4.1.1", NULL },
	{ "report in prose",
		ROBOT "Subject: Delivery failure\n\nAction: failed\nFinal-Recipient: rfc822; bob@example.net\nStatus: 5.1.2\n\n" BELOW,
		"bob@example.net failed 5.1.2 hard", NULL },
	{ "boundary that is another",
		ROBOT
		"Content-Type: multipart/report; report-type=delivery-status; boundary=other\nSubject: Undelivered\n\n--b\n\nSorry.\n" STATUS
		"Final-Recipient: rfc822; bob@example.net\nAction: failed\nStatus: 5.1.1\n" ORIGINAL,
		"bob@example.net failed 5.1.1 hard", NULL },
	{ "nobody named", REPORT STATUS ORIGINAL, "bob@example.net failed ", NULL },

	/* ---- words ---- */
	{ "qmail",
		ROBOT
		"Subject: failure notice\n\nHi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
		"<bob@example.net>:\n192.0.2.9 does not like recipient.\nRemote host said: 550 no mailbox here by that name\n\n<eve@example.net>:\n552 mailbox full\n\n"
		"--- Below this line is a copy of the message.\n\n" BELOW,
		"bob@example.net failed 5.1.1 hard; eve@example.net failed 5.2.2", "550 no mailbox here" },
	{ "exim",
		ROBOT
		"X-Failed-Recipients: bob@example.net\nSubject: Mail delivery failed\n\nA message that you sent could not be delivered to one or more of its\n"
		"recipients. The following address(es) failed:\n\n  bob@example.net\n    (generated from info@example.org)\n    host mx.example.net [192.0.2.1]: 550 Unknown user\n\n"
		"------ This is a copy of the message. ------\n\n" BELOW,
		"bob@example.net>info@example.org failed 5.1.1 hard", "550 Unknown user" },
	{ "qmail, a domain by its number, and brackets that hold no number",
		ROBOT
		"Subject: failure notice\n\nHi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
		"<bob@[192.0.2.7]>:\n550 no mailbox here by that name\n\n<eve@[\r]>:\n550 no mailbox here by that name\n\n"
		"--- Below this line is a copy of the message.\n\n" BELOW,
		"bob@[192.0.2.7] failed 5.1.1 hard", "550 no mailbox here" },
	{ "exim, waiting",
		ROBOT
		"X-Failed-Recipients: bob@example.net\nSubject: Warning: message 1x delayed 24 hours\n\nThe message has not yet been delivered to:\n\n  bob@example.net\n    Delay reason: connection timed out\n",
		"bob@example.net delayed 4.4.1", NULL },
	{ "old sendmail",
		ROBOT
		"Subject: Returned mail: User unknown\n\n   ----- Transcript of session follows -----\n>>> RCPT To:<bob@example.net>\n<<< 550 never heard of him\n"
		"550 <bob@example.net>... User unknown\n\n   ----- Unsent message follows -----\n" BELOW,
		"bob@example.net failed 5.1.1 hard", NULL },
	{ "expanded",
		ROBOT
		"Subject: Returned mail\n\n   ----- The following addresses had permanent fatal errors -----\n<b17@store.example>\n    (reason: 550 5.1.1 user unknown)\n    (expanded from: <bob@example.net>)\n",
		"b17@store.example>bob@example.net failed 5.1.1 hard", NULL },
	{ "exchange",
		"From: System Administrator <postmaster@x.example>\nTo: help@shop.example\nSubject: Undeliverable: Your lamp\n\nYour message\n\n  To:      someone@example.net\n  Subject: Your lamp\n"
		"  Sent:    Thu, 19 Nov 2026 11:22:00 +0000\n\ndid not reach the following recipient(s):\n\nbob@example.net on Thu, 19 Nov 2026 11:22:07 +0000\n    The recipient name is not recognized\n",
		"bob@example.net failed 5.1.1 hard", "not recognized" },
	{ "domino",
		"From: Postmaster@x.example\nTo: help@shop.example\nSubject: DELIVERY FAILURE: not listed\n\nYour message\n\n  Subject: Your lamp\n\nwas not delivered to:\n\n  bob@example.net\n\nbecause:\n\n"
		"  User Bob (bob@example.net) not listed in Domino Directory\n",
		"bob@example.net failed 5.1.1 hard", NULL },
	{ "in the middle of a line",
		ROBOT
		"Subject: Undeliverable Mail\n\nUser mailbox exceeds allowed size: bob@example.net\n\nOriginal message follows.\n\n" BELOW,
		"bob@example.net failed 5.2.2", NULL },
	{ "others to ask are not whom it failed for",
		ROBOT
		"Subject: Undelivered\n\nFor further assistance, contact <support@mx.example>\n\n<bob@example.net>: 550 5.7.1 message rejected as spam\n\n"
		"Questions? Write to us:\nhelpdesk@mx.example\n\n" BELOW,
		"bob@example.net failed 5.7.1", NULL },
	{ "the envelope of the mail given back",
		ROBOT
		"Subject: Returned mail: Host unknown\n\n421 example.net (smtp)... Deferred: Connection timed out\n\n   ----- Unsent message follows -----\n" BELOW,
		"bob@example.net failed 4.4.1", NULL },
	{ "to ourselves",
		ROBOT
		"Subject: failure notice\n\nI wasn't able to deliver your message to the following addresses.\n\n<help@shop.example>:\n552 disk quota exceeded\n",
		"help@shop.example failed 5.2.2", NULL },
	{ "cyrillic",
		"From: mailer-daemon@x.example\nTo: help@shop.example\nSubject: =?utf-8?b?0J/QuNGB0YzQvNC+INC90LUg0LTQvtGB0YLQsNCy0LvQtdC90L4=?=\nContent-Type: text/plain; charset=utf-8\n\n"
		"Ваше письмо не может быть доставлено:\n\n  bob@example.net\n    550 пользователь не найден\n",
		"bob@example.net failed 5.1.1 hard", NULL },
	{ "japanese, without spaces",
		"From: postmaster@x.example\nTo: help@shop.example\nSubject: error\nContent-Type: text/plain; charset=utf-8\n\n送信できませんでした。\n宛先bob@example.netは存在しません。\n",
		"bob@example.net failed 5.1.1 hard", NULL },
	{ "html alone",
		ROBOT
		"Subject: Undeliverable\nContent-Type: text/html\n\n<html><style>a{}</style><body><p>Delivery has failed to these recipients:<br><b>bob@example.net</b></p><p>550 5.1.1 user unknown</p></body></html>\n",
		"bob@example.net failed 5.1.1 hard", "user unknown" },
	{ "a headers file",
		ROBOT
		"Subject: There was an error sending your mail\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nWe had trouble delivering your message.\nNo such user.\n"
		"--b\nContent-Type: text/plain; name=headers.txt\nContent-Disposition: attachment; filename=headers.txt\n\n" BELOW
		"\n--b--\n",
		"bob@example.net failed 5.1.1 hard", NULL },

	/* ---- Amazon, complaints ---- */
	{ "notification",
		"From: AWS <no-reply@sns.example>\nSubject: AWS Notification Message\n\n{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\",\"bouncedRecipients\":[{\"emailAddress\":"
		"\"bob@example.net\",\"status\":\"5.1.1\",\"diagnosticCode\":\"smtp; 550 5.1.1 user unknown\"}]},\"mail\":{\"commonHeaders\":{\"messageId\":\"<c1.k3y@shop.example>\"}}}\n\n--\nStop these: example\n",
		"bob@example.net failed 5.1.1 hard", "550 5.1.1" },
	{ "complaint",
		"From: fbl@isp.example\nTo: help@shop.example\nSubject: FW: Your lamp\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nAn abuse report.\n"
		"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x\nOriginal-Rcpt-To: <bob@example.net>\nOriginal-Rcpt-To: eve@example.net\n" ORIGINAL,
		"bob@example.net complained ; eve@example.net complained ", "abuse" },
	{ "complaint that names nobody",
		"From: fbl@isp.example\nSubject: x\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n" ORIGINAL,
		"bob@example.net complained ", "abuse" },
};

static char *
describe(const MailBounce *bounce)
{
	static const char *const actions[] = { "failed", "delayed", "delivered", "complained" };
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < bounce->recipients->len; i++) {
		const BounceRecipient *one = bounce->recipients->pdata[i];

		g_string_append_printf(out, "%s%s", i > 0 ? "; " : "", one->address);
		if (strcmp(one->sent_to, one->address) != 0)
			g_string_append_printf(out, ">%s", one->sent_to);
		g_string_append_printf(out, " %s %s%s", actions[one->action], one->status, one->hard ? " hard" : "");
	}
	return g_string_free(out, FALSE);
}

static void
test_table(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autoptr(MailBounce) bounce = read_bounce(table[i].mail);
		g_autofree char *got = bounce != NULL ? describe(bounce) : g_strdup("no bounce");

		g_test_message("%s: %s", table[i].name, got);
		g_assert_cmpstr(got, ==, table[i].recipients);
		if (table[i].reason != NULL)
			g_assert_nonnull(strstr(((BounceRecipient *)bounce->recipients->pdata[0])->reason, table[i].reason));
		if (strstr(table[i].mail, "c1.k3y") != NULL)
			g_assert_cmpstr(bounce->original_message_id, ==, "c1.k3y@shop.example");
		g_assert_cmpint(bounce->feedback, ==, strstr(got, "complained") != NULL);
	}
}

/* Every report with the line ends of other systems says the same. */
static void
test_line_ends(void)
{
	static const char *const ends[] = { "\r\n", "\r" };

	for (guint i = 0; i < G_N_ELEMENTS(table); i++)
		for (guint k = 0; k < G_N_ELEMENTS(ends); k++) {
			g_auto(GStrv) lines = g_strsplit(table[i].mail, "\n", -1);
			g_autofree char *text = g_strjoinv(ends[k], lines), *got = NULL;
			g_autoptr(MailBounce) bounce = read_bounce(text);

			g_test_message("%s, line ends %u", table[i].name, k);
			g_assert_nonnull(bounce);
			got = describe(bounce);
			g_assert_cmpstr(got, ==, table[i].recipients);
		}
}

static void
test_none(void)
{
	static const char *const mails[] = {
		"From: ann@example.org\nSubject: My lamp\n\nIt is broken. My order could not be delivered to the following address: Main St 5\n",
		"Return-Path: <>\nFrom: Ann <ann@example.org>\nSubject: Out of office: Your lamp\nAuto-Submitted: auto-replied\n\nThis mailbox is not read. Write to bob@example.net.\n",
		"From: ann@example.org\nSubject: Fwd: Undelivered Mail\n\nThis came back:\n\n> <bob@example.net>: 550 5.1.1 user unknown\n",
		"From: ann@example.org\nSubject: see attached\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\nA mail I once got\n--o\nContent-Type: message/rfc822\n\n" REPORT
			STATUS "\n--b--\n\n--o--\n",
		"",
		"Subject: x\n\n",
	};

	for (guint i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autoptr(MailBounce) bounce = read_bounce(mails[i]);

		g_test_message("%u", i);
		g_assert_null(bounce);
	}
	mail_bounce_free(NULL);
}

/* An id in what the report answers serves where nothing is given back. */
static void
test_answered_id(void)
{
	g_autoptr(MailBounce) bounce = read_bounce(ROBOT
		"Subject: Undeliverable\nIn-Reply-To: <c1.k3y@shop.example>\n\nDelivery has failed to bob@example.net: 550 5.1.1 user unknown\n");

	g_assert_cmpstr(bounce->original_message_id, ==, "c1.k3y@shop.example");
}

/* What strangers make as large or as twisted as they like stays bounded, in answers and in time. */
static void
test_bounds(void)
{
	static const struct {
		const char *head, *again, *tail;
	} hostile[] = {
		{ REPORT STATUS, "Final-Recipient: rfc822; %u@x.example\nStatus: 5.0.0\nDiagnostic-Code: smtp; wordy words\n\n",
			"--b--\n" },
		{ ROBOT "Subject: Undelivered\n\n", "<%u@x.example>: unable to deliver this\n", "" },
		{ ROBOT "Subject: Undelivered\n\nunable to deliver ", "%u@x.example ", "\n" },
		{ ROBOT "Subject: Undelivered\nX-Failed-Recipients: x@x.example\n\n", "user user mailbox account %u ", "" },
		{ ROBOT "Subject: Undelivered\n\n", "Message-Id: %u\nAction: failed\n", "" },
		{ ROBOT "Subject: Undelivered\nContent-Type: text/html\n\n", "<style <%u <style>", "" },
		{ ROBOT "Subject: Undelivered\n\n", "@@%u", "@" },
		{ REPORT STATUS "Diagnostic-Code: ", " %u folded\n", "--b--\n" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(hostile); i++) {
		g_autoptr(GString) text = g_string_new(hostile[i].head);
		g_autoptr(MailBounce) bounce = NULL;
		clock_t start;

		for (guint n = 0; text->len < 2 * 1024 * 1024; n++) {
			g_auto(GStrv) halves = g_strsplit(hostile[i].again, "%u", 2);

			g_string_append_printf(text, "%s%u%s", halves[0], n, halves[1]);
		}
		g_string_append(text, hostile[i].tail);
		start = clock();
		bounce = read_bounce(text->str);
		g_test_message("%u: %.2f s", i, (double)(clock() - start) / CLOCKS_PER_SEC);
		g_assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 10);
		g_assert_nonnull(bounce);
		g_assert_cmpuint(bounce->recipients->len, <=, BOUNCE_RECIPIENTS_MAX);
		for (guint k = 0; k < bounce->recipients->len; k++)
			g_assert_cmpuint(strlen(((BounceRecipient *)bounce->recipients->pdata[k])->reason), <=, 500);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bounce/table", test_table);
	g_test_add_func("/bounce/line_ends", test_line_ends);
	g_test_add_func("/bounce/none", test_none);
	g_test_add_func("/bounce/answered_id", test_answered_id);
	g_test_add_func("/bounce/bounds", test_bounds);
	return g_test_run();
}
