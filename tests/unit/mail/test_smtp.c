/* SMTP against scripts: who was taken, refused, put off; what is uncertain and what is not; the server's queue ids. */
#include "mail/smtp.h"
#include "fake.h"
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define HELLO "S 220 fake ESMTP\nC EHLO desk.example.org\nS 250-fake\nS 250-SIZE 1000\nS 250-8BITMIME\nS 250 AUTH PLAIN LOGIN XOAUTH2\n"

static const char *const two[] = { "anna@example.org", "ben@example.org", NULL };

static MailPeer
peer_of(const Fake *fake)
{
	return (MailPeer){ .host = "127.0.0.1", .port = fake_port(fake), .security = MAIL_PLAIN, .timeout_s = 5, .hello = "desk.example.org" };
}

static SmtpResult *
deliver(MailPeer peer, const char *text, const char *const *to)
{
	g_autoptr(GBytes) mail = g_bytes_new_static(text, strlen(text));
	g_autoptr(GError) error = NULL;
	SmtpResult *result = NULL;

	g_assert_true(smtp_send(&peer, "desk@example.org", to, mail, &result, &error));
	g_assert_no_error(error);
	return result;
}

static const SmtpRecipient *
one(const SmtpResult *result, guint i)
{
	return result->recipients->pdata[i];
}

static void
test_sent(void)
{
	g_autoptr(Fake) fake = fake_start((const char *[]){ HELLO "C MAIL FROM:<desk@example.org> SIZE=24\nS 250 ok\nC RCPT TO:<anna@example.org>\nS 250 ok\n"
		"C RCPT TO:<ben@example.org>\nS 550 5.1.1 nobody\nC DATA\nS 354 go\nD\nS 250 2.0.0 Ok: queued as 4F3A2\nC QUIT", NULL });
	g_autoptr(SmtpResult) result = deliver(peer_of(fake), "a: b\n\n.dot\r\n..two\rend\r\n.", two);

	g_assert_cmpint(result->outcome, ==, SMTP_SENT);
	g_assert_cmpstr(result->queue_id, ==, "4F3A2");
	g_assert_cmpint(one(result, 0)->outcome, ==, SMTP_SENT);
	g_assert_cmpint(one(result, 0)->code, ==, 250);
	g_assert_cmpint(one(result, 1)->outcome, ==, SMTP_REFUSED);
	g_assert_cmpstr(one(result, 1)->words, ==, "5.1.1 nobody");
	g_assert_nonnull(strstr(fake_heard(fake), "DATA\na: b\n\n..dot\n...two\nend\n..\n.\nQUIT\n"));
}

/* The connection goes at each place in turn: only behind the end of the data is it uncertain. */
static void
test_broken(void)
{
	static const struct {
		const char *script;
		SmtpOutcome outcome;
	} cases[] = {
		{ "X", SMTP_LATER },
		{ "S 220 fake\nX", SMTP_LATER },
		{ HELLO "C MAIL\nX", SMTP_LATER },
		{ HELLO "C MAIL\nS 250 ok\nC RCPT\nS 250 ok\nC RCPT\nX", SMTP_LATER },
		{ HELLO "C MAIL\nS 250 ok\nC RCPT\nS 250 ok\nC RCPT\nS 250 ok\nC DATA\nX", SMTP_LATER },
		{ HELLO "C MAIL\nS 250 ok\nC RCPT\nS 250 ok\nC RCPT\nS 250 ok\nC DATA\nS 354 go\nD\nX", SMTP_UNCERTAIN },
		{ HELLO "C MAIL\nS 250 ok\nC RCPT\nS 250 ok\nC RCPT\nS 250 ok\nC DATA\nS 354 go\nD\nR 25\nX", SMTP_UNCERTAIN },
		{ HELLO "C MAIL\nS 250 ok\nC RCPT\nS 250 ok\nC RCPT\nS 250 ok\nC DATA\nS 354 go\nD\nS what?\n", SMTP_UNCERTAIN },
		{ HELLO "C MAIL\nS 250 ok\nC RCPT\nS 250 ok\nC RCPT\nS 250 ok\nC DATA\nS 354 go\nD\nS 451 later\nC QUIT", SMTP_LATER },
		{ HELLO "C MAIL\nS 250 ok\nC RCPT\nS 250 ok\nC RCPT\nS 250 ok\nC DATA\nS 354 go\nD\nS 554 5.7.1 spam\nC QUIT", SMTP_REFUSED },
		{ HELLO "C MAIL\nS 250 ok\nC RCPT\nS 450 busy\nC RCPT\nS 550 no\nC QUIT", SMTP_LATER },
		{ HELLO "C MAIL\nS 250 ok\nC RCPT\nS 553 no\nC RCPT\nS 550 no\nC QUIT", SMTP_REFUSED },
		{ HELLO "C MAIL\nS 550 sender unknown\nC QUIT", SMTP_REFUSED },
		{ HELLO "C MAIL\nS 530 5.7.0 sign in first\nC QUIT", SMTP_LATER },
		{ "S 554 no mail from you\nC QUIT", SMTP_LATER },
		{ "Z 5000 a\nS  \nE", SMTP_LATER },
		{ "S HTTP/1.0 400 what\nC QUIT", SMTP_LATER },
		{ "Z 300 220-talk\\r\\n\nE", SMTP_LATER },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Fake) fake = fake_start((const char *[]){ cases[i].script, NULL });
		g_autoptr(SmtpResult) result = deliver(peer_of(fake), "a: b\r\n\r\nc\r\n", two);

		g_test_message("%u: %s: %s", i, smtp_outcome_word(result->outcome), result->words);
		g_assert_cmpint(result->outcome, ==, cases[i].outcome);
		g_assert_null(result->queue_id);
		g_assert_cmpstr(result->words, !=, "");
	}
}

/* Refused by name, then the connection goes: refused stays refused, and who was taken may be tried again. */
static void
test_refused_stays(void)
{
	g_autoptr(Fake) fake = fake_start((const char *[]){ HELLO "C MAIL\nS 250 ok\nC RCPT\nS 550 nobody\nC RCPT\nS 250 ok\nC DATA\nX", NULL });
	g_autoptr(SmtpResult) result = deliver(peer_of(fake), "a: b\r\n\r\nc\r\n", two);

	g_assert_cmpint(one(result, 0)->outcome, ==, SMTP_REFUSED);
	g_assert_cmpint(one(result, 1)->outcome, ==, SMTP_LATER);
	g_assert_cmpint(result->outcome, ==, SMTP_LATER);
}

static void
test_limits_of_the_server(void)
{
	g_autoptr(Fake) fake = fake_start((const char *[]){ HELLO "C QUIT", HELLO "C QUIT", NULL });
	g_autofree char *large = g_strnfill(2000, 'a');
	g_autoptr(SmtpResult) too_large = deliver(peer_of(fake), large, two);
	g_autoptr(SmtpResult) no_utf8 = deliver(peer_of(fake), "a: b\r\n", (const char *[]){ "j\xC3\xB6rg@example.org", NULL });

	g_assert_cmpint(too_large->outcome, ==, SMTP_REFUSED);
	g_assert_nonnull(strstr(too_large->words, "2000 bytes"));
	g_assert_cmpint(no_utf8->outcome, ==, SMTP_REFUSED);
}

static void
test_sign_in(void)
{
	static const struct {
		const char *script, *words;
		gboolean xoauth2;
	} cases[] = {
		{ HELLO "C AUTH PLAIN AHVzZXIAc2VjcmV0\nS 235 ok\nC QUIT", NULL, FALSE },
		{ HELLO "C AUTH PLAIN\nS 535 5.7.8 wrong\nC QUIT", "refused the sign-in of user: 535 5.7.8 wrong", FALSE },
		{ "S 220 a\nC EHLO\nS 250-a\nS 250 AUTH LOGIN\nC AUTH LOGIN\nS 334 VXNlcg==\nC dXNlcg==\nS 334 UGFzcw==\nC c2VjcmV0\nS 235 ok\nC QUIT", NULL, FALSE },
		{ "S 220 a\nC EHLO\nS 250 a\nC QUIT", "takes no password", FALSE },
		{ HELLO "C AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHNlY3JldAEB\nS 235 ok\nC QUIT", NULL, TRUE },
		{ HELLO "C AUTH XOAUTH2\nS 334 eyJzdGF0dXMiOiI0MDAifQ==\nC \nS 535 token expired\nC QUIT", "535 token expired", TRUE },
		{ "S 220 a\nC EHLO\nS 502 what\nC HELO\nS 250 a\nC QUIT", "takes no password", FALSE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Fake) fake = fake_start((const char *[]){ cases[i].script, NULL });
		MailPeer peer = peer_of(fake);
		g_autoptr(GError) error = NULL;

		peer.user = "user";
		peer.secret = "secret";
		peer.xoauth2 = cases[i].xoauth2;
		g_assert_true(smtp_test(&peer, &error) == (cases[i].words == NULL));
		if (cases[i].words == NULL)
			continue;
		g_assert_error(error, ERR, ERR_UPSTREAM);
		g_assert_nonnull(strstr(error->message, cases[i].words));
	}
}

static void
test_starttls_is_required(void)
{
	static const struct {
		const char *script, *words;
	} cases[] = {
		{ HELLO "C QUIT", "does not offer STARTTLS" },
		{ "S 220 a\nC EHLO\nS 250-a\nS 250 STARTTLS\nC STARTTLS\nS 454 not now\nC QUIT", "454 not now" },
		{ "S 220 a\nC EHLO\nS 250-a\nS 250 STARTTLS\nC STARTTLS\nR 220 go\\r\\n250 injected\\r\\n\nE", "injecting" },
		{ "S 220 a\nC EHLO\nS 250-a\nS 250 STARTTLS\nC STARTTLS\nS 220 go\nX", "TLS" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Fake) fake = fake_start((const char *[]){ cases[i].script, NULL });
		MailPeer peer = peer_of(fake);
		g_autoptr(GError) error = NULL;

		peer.security = MAIL_STARTTLS;
		g_assert_false(smtp_test(&peer, &error));
		g_assert_error(error, ERR, ERR_UPSTREAM);
		g_test_message("%s", error->message);
		g_assert_nonnull(strstr(error->message, cases[i].words));
	}
}

static void
test_nothing_tried(void)
{
	static const char *const bad[] = { "", "a b@example.org", "a@b\r\nRCPT TO:<c@d>", "<a@b>", "a\x7F@b", "\xFF@b" };
	const MailPeer peer = { .host = "127.0.0.1", .port = 1 };
	g_autoptr(GBytes) mail = g_bytes_new_static("a", 1);

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		SmtpResult *result = NULL;

		g_assert_false(smtp_send(&peer, "", (const char *[]){ bad[i], NULL }, mail, &result, &error));
		g_assert_error(error, ERR, ERR_INVALID);
		g_assert_null(result);
	}
}

static void
test_stopped(void)
{
	int ends[2];
	g_autoptr(Fake) fake = fake_start((const char *[]){ "E", NULL });
	MailPeer peer = peer_of(fake);
	g_autoptr(GError) error = NULL;

	g_assert_true(g_unix_open_pipe(ends, FD_CLOEXEC, NULL));
	g_assert_cmpint(write(ends[1], "x", 1), ==, 1);
	peer.stop_fd = ends[0];
	g_assert_false(smtp_test(&peer, &error));
	g_assert_nonnull(strstr(error->message, "stopping"));
	close(ends[0]);
	close(ends[1]);
}

static void
test_queue_ids(void)
{
	static const char *const cases[][2] = {
		{ "2.0.0 Ok: queued as 4F3A21234", "4F3A21234" },
		{ "2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 3zXyKk1hTzz2xYz", "3zXyKk1hTzz2xYz" },
		{ "OK id=1xV19B-0005uk-34", "1xV19B-0005uk-34" },
		{ "OK id=1xV19B-00000005uk1-34Ab", "1xV19B-00000005uk1-34Ab" },
		{ "2.0.0 4AB9xY1k012345 Message accepted for delivery", "4AB9xY1k012345" },
		{ "2.0.0 1a2b3c4d Message accepted for delivery", "1a2b3c4d" },
		{ "2.6.0 <x@y.example> [InternalId=12345678901234, Hostname=DB8PR01.eurprd01.prod.outlook.com] 8034 bytes in 0.180, 43.4 KB/sec Queued mail for delivery",
			"12345678901234" },
		{ "2.0.0 OK  1700000000 a640c23a62f3a-a9f7eb-si1234567a12.123 - gsmtp", "a640c23a62f3a-a9f7eb-si1234567a12.123" },
		{ "Ok 0102018c1a2b3c4d-12345678-9abc-def0-1234-56789abcdef0-000000", "0102018c1a2b3c4d-12345678-9abc-def0-1234-56789abcdef0-000000" },
		{ "ok 1700000000 qp 12345", "12345" },
		{ "Great success", NULL },
		{ "Message received", NULL },
		{ "", NULL },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *id = smtp_queue_id(cases[i][0]);

		g_assert_cmpstr(id, ==, cases[i][1]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/smtp/sent", test_sent);
	g_test_add_func("/smtp/broken", test_broken);
	g_test_add_func("/smtp/refused-stays", test_refused_stays);
	g_test_add_func("/smtp/limits", test_limits_of_the_server);
	g_test_add_func("/smtp/sign-in", test_sign_in);
	g_test_add_func("/smtp/starttls", test_starttls_is_required);
	g_test_add_func("/smtp/nothing-tried", test_nothing_tried);
	g_test_add_func("/smtp/stopped", test_stopped);
	g_test_add_func("/smtp/queue-ids", test_queue_ids);
	return g_test_run();
}
