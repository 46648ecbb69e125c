/* IMAP against scripts: what a server may never do to us, and what it says when it refuses. Real ones: tests/mail/run.py. */
#include "mail/imap_wire.h"
#include "fake.h"
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define SIGNED_IN "S * OK [CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN] hi\nC s1 AUTHENTICATE PLAIN AHVzZXIAc2VjcmV0\nS s1 OK [CAPABILITY IMAP4rev1 IDLE] in\n"
#define SELECTED SIGNED_IN "C 1 EXAMINE\nS * 3 EXISTS\nS * OK [UIDVALIDITY 7] v\nS * OK [UIDNEXT 10] n\nS 1 OK done\n"

static MailPeer
peer_of(const Fake *fake)
{
	return (MailPeer){ .host = "127.0.0.1", .port = fake_port(fake), .security = MAIL_PLAIN, .user = "user", .secret = "secret", .timeout_s = 5 };
}

static Imap *
open_selected(Fake *fake)
{
	const MailPeer peer = peer_of(fake);
	g_autoptr(GError) error = NULL;
	ImapFolder folder;
	Imap *imap = imap_open(&peer, &error);

	g_assert_no_error(error);
	g_assert_true(imap_select(imap, "INBOX", &folder, &error));
	g_assert_cmpint(folder.uidvalidity, ==, 7);
	g_assert_cmpint(folder.uidnext, ==, 10);
	g_assert_cmpint(folder.n_messages, ==, 3);
	return imap;
}

static void
test_sign_in(void)
{
	static const struct {
		const char *script, *words; /* NULL: it is taken */
		gboolean xoauth2;
	} cases[] = {
		{ SIGNED_IN "C bye LOGOUT", NULL, FALSE },
		{ "S * OK hi\nC s1 CAPABILITY\nS * CAPABILITY IMAP4rev1\nS s1 OK\nC s2 LOGIN \"user\" \"secret\"\nS s2 OK in\nC s3 CAPABILITY\nS * CAPABILITY IMAP4rev1\nS s3 OK\nC bye", NULL, FALSE },
		{ "S * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\nC s1 AUTHENTICATE PLAIN\nS + \nC AHVzZXIAc2VjcmV0\nS s1 OK [CAPABILITY IMAP4rev1] in\nC bye", NULL, FALSE },
		{ "S * PREAUTH [CAPABILITY IMAP4rev1] hi\nC bye", NULL, FALSE },
		{ "S * OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR] hi\nC s1 AUTHENTICATE XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHNlY3JldAEB\nS s1 OK [CAPABILITY IMAP4rev1] in\nC bye", NULL, TRUE },
		{ "S * OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR] hi\nC s1 AUTHENTICATE XOAUTH2\nS + eyJzdGF0dXMiOiI0MDAifQ==\nC \nS s1 NO token expired\nE", "token expired", TRUE },
		{ "S * OK [CAPABILITY IMAP4rev1] hi\nE", "no AUTH=XOAUTH2", TRUE },
		{ "S * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\nE", "choose TLS or STARTTLS", FALSE },
		{ "S * OK [CAPABILITY IMAP4rev1] hi\nC s1 LOGIN\nS s1 NO [AUTHENTICATIONFAILED] wrong \x01word\nE", "[AUTHENTICATIONFAILED] wrong word", FALSE },
		{ "S * BYE too many of you\n", "said goodbye: too many of you", FALSE },
		{ "S 220 smtp here\nE", "is no IMAP server", FALSE },
		{ "Z 9000 a\nE", "line of more than 8192 bytes", FALSE },
		{ "S * OK hi\nC s1\nZ 300 * OK talk\\r\\n\nE", "talks without answering", FALSE },
		{ "X", "127.0.0.1", FALSE }, /* broke at the greeting; or cannot be reached, where the reset is faster than the connection's end */
		{ "", "closed the connection at the greeting", FALSE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Fake) fake = fake_start((const char *[]){ cases[i].script, NULL });
		MailPeer peer = peer_of(fake);
		g_autoptr(GError) error = NULL;
		g_autoptr(Imap) imap = NULL;

		peer.xoauth2 = cases[i].xoauth2;
		imap = imap_open(&peer, &error);
		g_test_message("%u: %s", i, error != NULL ? error->message : "in");
		g_assert_true((imap != NULL) == (cases[i].words == NULL));
		if (cases[i].words == NULL)
			continue;
		g_assert_error(error, ERR, ERR_UPSTREAM);
		g_assert_nonnull(strstr(error->message, cases[i].words));
		g_assert_null(strstr(error->message, "secret"));
	}
}

static void
test_starttls(void)
{
	static const char *const cases[][2] = {
		{ "S * OK [CAPABILITY IMAP4rev1] hi\nE", "does not offer STARTTLS" },
		{ "S * OK hi\nC s1 CAPABILITY\nS * CAPABILITY STARTTLS\nS s1 OK\nC s2 STARTTLS\nS s2 NO not today\nE", "not today" },
		{ "S * OK [CAPABILITY STARTTLS] hi\nC s1 STARTTLS\nR s1 OK go\\r\\n* PREAUTH evil\\r\\n\nE", "injecting" },
		{ "S * PREAUTH [CAPABILITY STARTTLS] hi\nE", "before TLS" },
		{ "S * OK [CAPABILITY STARTTLS] hi\nC s1 STARTTLS\nS s1 OK go\nX", "TLS handshake" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Fake) fake = fake_start((const char *[]){ cases[i][0], NULL });
		MailPeer peer = peer_of(fake);
		g_autoptr(GError) error = NULL;

		peer.security = MAIL_STARTTLS;
		g_assert_null(imap_open(&peer, &error));
		g_assert_error(error, ERR, ERR_UPSTREAM);
		g_assert_nonnull(strstr(error->message, cases[i][1]));
		g_assert_null(strstr(fake_heard(fake), "AUTHENTICATE"));
	}
}

/* What comes instead of an answer to UID FETCH. */
static void
test_hostile_answers(void)
{
	static const char *const cases[][2] = {
		{ "X", "broke at" },
		{ "", "closed the connection" },
		{ "S * BYE going down\n", "going down" },
		{ "S * BYE going down\nS 2 OK done\nE", "going down" },
		{ "S * 1 FETCH (UID 1 BODY[] {4294967295}\nE", "announced more data" },
		{ "S * 1 FETCH (UID 1 BODY[] {99999999999999999999999}\nE", "announced more data" },
		{ "Z 70000 a\nE", "line without end" },
		{ "R * 1 FETCH (BODYSTRUCTURE \nZ 60000 (\nE", "nested too deeply" },
		{ "Z 200000 * 1 EXISTS\\r\\n\nE", "far more than was asked for" },
		{ "S 2 BAD what\nE", "BAD what" },
		{ "S * 1 FETCH (UID\nE", "cannot be understood" },
		{ "S * STATUS x\nS 2 OK done\nE", "cannot be understood" },
		{ "S * STATUS INBOX (MESSAGES\nS 2 OK done\nE", "cannot be understood" },
		{ "S 77 OK done\nE", "cannot be understood" },
		{ "R \\0\\0\\0\\r\\n\nE", "cannot be understood" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *script = g_strconcat(SELECTED "C 2 UID FETCH\n", cases[i][0], NULL);
		g_autoptr(Fake) fake = fake_start((const char *[]){ script, NULL });
		g_autoptr(Imap) imap = open_selected(fake);
		g_autoptr(GError) error = NULL;
		gboolean cut;

		g_assert_null(imap_fetch(imap, 1, 1000000, &cut, &error));
		g_test_message("%u: %s", i, error != NULL ? error->message : "no error");
		g_assert_error(error, ERR, ERR_UPSTREAM);
		g_assert_nonnull(strstr(error->message, cases[i][1]));
		/* and it stays so, without another word to the server */
		g_clear_error(&error);
		g_assert_null(imap_uids_after(imap, 0, 10, &error));
		g_assert_error(error, ERR, ERR_UPSTREAM);
		g_clear_pointer(&imap, imap_close);
	}
}

static void
test_fetch(void)
{
	g_autoptr(Fake) fake = fake_start((const char *[]){ SELECTED
		"C 2 UID FETCH 1 (RFC822.SIZE BODY.PEEK[]<0.1001>)\nS * 1 FETCH (UID 1 RFC822.SIZE 5 BODY[]<0> {5}\nR a\\0b\\r\\n\nS )\nS 2 OK done\n"
		"C 3 UID FETCH 2 (RFC822.SIZE BODY.PEEK[]<0.5>)\nS * 2 FETCH (UID 2 RFC822.SIZE 9 BODY[]<0> \"12345\")\nS 3 OK done\n"
		"C 4 UID FETCH 3\nS 4 OK done\n"
		"C 5 UID FETCH 3\nS 5 NO gone\n"
		"C 6 UID FETCH 3\nS * 9 FETCH (FLAGS (\\Seen))\nS * 3 FETCH (UID 3 BODY[]<0> NIL)\nS 6 OK done\nC bye", NULL });
	g_autoptr(Imap) imap = open_selected(fake);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) whole = NULL, part = NULL, empty = NULL;
	gboolean cut = TRUE;

	whole = imap_fetch(imap, 1, 1000, &cut, &error);
	g_assert_no_error(error);
	g_assert_false(cut);
	g_assert_cmpmem(g_bytes_get_data(whole, NULL), g_bytes_get_size(whole), "a\0b\r\n", 5);
	part = imap_fetch(imap, 2, 4, &cut, &error);
	g_assert_no_error(error);
	g_assert_true(cut);
	g_assert_cmpmem(g_bytes_get_data(part, NULL), g_bytes_get_size(part), "1234", 4);
	g_assert_null(imap_fetch(imap, 3, 1000, &cut, &error)); /* OK without it: gone */
	g_assert_no_error(error);
	g_assert_null(imap_fetch(imap, 3, 1000, &cut, &error)); /* NO: gone */
	g_assert_no_error(error);
	empty = imap_fetch(imap, 3, 1000, &cut, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(g_bytes_get_size(empty), ==, 0);
	g_clear_pointer(&imap, imap_close);
}

/* UIDs far apart: windows grow over the hole, and neither the order nor strangers' numbers confuse. */
static void
test_uids(void)
{
	g_autoptr(Fake) fake = fake_start((const char *[]){ SELECTED
		"C 2 UID FETCH * (UID)\nS * 3 FETCH (UID 2000)\nS 2 OK done\n"
		"C 3 UID FETCH 6:105 (UID)\nS 3 OK done\n"
		"C 4 UID FETCH 106:905 (UID)\nS * 2 FETCH (UID 900)\nS * 1 FETCH (UID 300 FLAGS ())\nS * 1 FETCH (UID 300)\nS 4 OK done\n"
		"C 5 UID FETCH 906:1705 (UID)\nS 5 OK done\n"
		"C 6 UID FETCH 1706:2000 (UID)\nS * 3 FETCH (UID 2000)\nS * 9 FETCH (UID 3)\nS 6 OK done\n"
		"C 7 UID FETCH * (UID)\nS * 3 FETCH (UID 2000)\nS 7 OK done\nC bye", NULL });
	g_autoptr(Imap) imap = open_selected(fake);
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) uids = imap_uids_after(imap, 5, 10, &error), none = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(uids->len, ==, 3);
	g_assert_cmpint(g_array_index(uids, gint64, 0), ==, 300);
	g_assert_cmpint(g_array_index(uids, gint64, 1), ==, 900);
	g_assert_cmpint(g_array_index(uids, gint64, 2), ==, 2000);
	none = imap_uids_after(imap, 2000, 10, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(none->len, ==, 0);
	g_clear_pointer(&imap, imap_close);
}

static void
test_folders(void)
{
	g_autoptr(Fake) fake = fake_start((const char *[]){ SIGNED_IN "C 1 LIST\nS * LIST (\\HasNoChildren) \"/\" INBOX\nS * LIST (\\Noselect) \"/\" Up\n"
		"S * LIST (\\NonExistent) \"/\" Gone\nS * LIST () \"/\" \"Kunden &APw-ber 1\"\nS * LIST () NIL {7}\nS q\"uo\\te\nS 1 OK done\nC 2 EXAMINE \"Kunden &APw-ber 1\"\nS 2 NO no\nC bye", NULL });
	const MailPeer peer = peer_of(fake);
	g_autoptr(GError) error = NULL;
	g_autoptr(Imap) imap = imap_open(&peer, &error);
	g_autoptr(GPtrArray) folders = imap_folders(imap, &error);
	ImapFolder folder;

	g_assert_no_error(error);
	g_assert_cmpuint(folders->len, ==, 3);
	g_assert_cmpstr(folders->pdata[0], ==, "INBOX");
	g_assert_cmpstr(folders->pdata[1], ==, "Kunden \xC3\xBC" "ber 1");
	g_assert_cmpstr(folders->pdata[2], ==, "q\"uo\\te");
	g_assert_false(imap_select(imap, folders->pdata[1], &folder, &error));
	g_assert_error(error, ERR, ERR_NOT_FOUND);
	g_clear_error(&error);
	g_assert_false(imap_select(imap, "a\r\nb", &folder, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_clear_pointer(&imap, imap_close);
}

static void
test_wait(void)
{
	g_autoptr(Fake) fake = fake_start((const char *[]){ SELECTED
		"C 2 IDLE\nS + idling\nS * OK still here\nC DONE\nS 2 OK done\n"
		"C 3 IDLE\nR + idling\\r\\n* 4 EXISTS\\r\\n\nC DONE\nS 3 OK done\n"
		"C 4 IDLE\nS + idling\nC DONE\nS * 4 EXPUNGE\nS 4 OK done\n"
		"C 5 IDLE\nS + idling\nS * BYE server stops\n", NULL });
	g_autoptr(Imap) imap = open_selected(fake);
	g_autoptr(GError) error = NULL;
	gboolean changed = FALSE;

	g_assert_true(imap_wait(imap, 20, &changed, &error));
	g_assert_true(changed);
	imap_wake(imap);
	g_assert_true(imap_wait(imap, 20, &changed, &error));
	g_assert_true(changed); /* noticed at the end of IDLE */
	g_assert_false(imap_wait(imap, 20, &changed, &error));
	g_assert_error(error, ERR, ERR_UPSTREAM);
	g_assert_nonnull(strstr(error->message, "server stops"));
}

/* Without IDLE it is asked; what comes by itself is taken at once. */
static void
test_wait_without_idle(void)
{
	g_autoptr(Fake) fake = fake_start((const char *[]){ "S * PREAUTH [CAPABILITY IMAP4rev1] hi\nC 1 EXAMINE\nS * 3 EXISTS\nS * OK [UIDVALIDITY 7] v\nS * OK [UIDNEXT 10] n\nS 1 OK done\n"
		"S * OK still here\nC 2 NOOP\nS * 4 EXISTS\nS 2 OK done\nC bye", NULL });
	g_autoptr(Imap) imap = open_selected(fake);
	g_autoptr(GError) error = NULL;
	gboolean changed = FALSE;

	g_assert_false(imap_has_idle(imap));
	g_assert_true(imap_wait(imap, 20, &changed, &error));
	g_assert_no_error(error);
	g_assert_true(changed);
	imap_wake(imap);
	g_assert_true(imap_wait(imap, 20, &changed, &error));
	g_assert_false(changed);
	g_clear_pointer(&imap, imap_close);
}

static void
test_stopped(void)
{
	g_autoptr(Fake) fake = fake_start((const char *[]){ SELECTED "C 2 UID FETCH\nE", NULL });
	g_autoptr(GError) error = NULL;
	MailPeer peer = peer_of(fake);
	g_autoptr(Imap) imap = NULL;
	ImapFolder folder;
	int ends[2];

	g_assert_true(g_unix_open_pipe(ends, FD_CLOEXEC, NULL));
	peer.stop_fd = ends[0];
	imap = imap_open(&peer, &error);
	g_assert_true(imap_select(imap, "INBOX", &folder, &error));
	g_assert_cmpint(write(ends[1], "x", 1), ==, 1);
	g_assert_null(imap_uids_all(imap, &error));
	g_assert_nonnull(strstr(error->message, "stopping"));
	g_clear_pointer(&imap, imap_close);
	close(ends[0]);
	close(ends[1]);
}

static void
test_names(void)
{
	static const char *const cases[][2] = {
		{ "INBOX", "INBOX" },
		{ "Entw\xC3\xBCrfe", "Entw&APw-rfe" },
		{ "~peter/mail/\xE5\x8F\xB0\xE5\x8C\x97/\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },
		{ "Q & A", "Q &- A" },
		{ "\xF0\x9F\x93\xA8 in", "&2D3c6A- in" },
		{ "", "" },
	};
	static const char *const broken[] = { "a&b", "&!-", "&A-", "&", "&AAA", "&2D0-" };

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *wire = imap_name_to_wire(cases[i][0]), *name = imap_name_from_wire(cases[i][1]);

		g_assert_cmpstr(wire, ==, cases[i][1]);
		g_assert_cmpstr(name, ==, cases[i][0]);
	}
	for (guint i = 0; i < G_N_ELEMENTS(broken); i++) {
		g_autofree char *name = imap_name_from_wire(broken[i]);

		g_assert_cmpstr(name, ==, broken[i]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/imap/sign-in", test_sign_in);
	g_test_add_func("/imap/starttls", test_starttls);
	g_test_add_func("/imap/hostile-answers", test_hostile_answers);
	g_test_add_func("/imap/fetch", test_fetch);
	g_test_add_func("/imap/uids", test_uids);
	g_test_add_func("/imap/folders", test_folders);
	g_test_add_func("/imap/wait", test_wait);
	g_test_add_func("/imap/wait-without-idle", test_wait_without_idle);
	g_test_add_func("/imap/stopped", test_stopped);
	g_test_add_func("/imap/names", test_names);
	return g_test_run();
}
