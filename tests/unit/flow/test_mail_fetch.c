/* A mailbox is followed on a server that plays a script: what comes although nobody says so, and what is counted. With real servers:
 * tests/mail; one step of IMAP at a time: mail/test_imap.c. */
#include "../mail/fake.h"
#include "filed.h"
#include "flow/mail/fetch_one.h"

static FetchOne *
follow(Kit *kit, guint port, const FetchPace *pace)
{
	static const SealKey key = { { 7 } };
	g_autoptr(GError) error = NULL;
	g_autofree char *secret = seal(&key, "imap", "hunter2");
	MailServer imap = { .host = (char *)"127.0.0.1", .port = port, .security = (char *)"none", .auth = (char *)"password", .user = (char *)"help", .sealed = secret };
	Mailbox *made = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_IMAP, .address = "help@larch.example", .imap = &imap }, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	context.data_dir = kit->dir;
	return fetch_one_start(kit_store(kit), &context, &key, made, pace);
}

static void
wait_for_trouble(Kit *kit)
{
	const gint64 until = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;

	while (kit_count(kit, "SELECT count(*) AS value FROM mail_folders WHERE error IS NOT NULL") == 0 && g_get_monotonic_time() < until)
		g_thread_yield();
}

/* The server never says that a mail came: it is looked for all the same, and what the folder holds is counted again. */
static void
test_a_server_that_says_nothing(Kit *kit)
{
	static const char *const scripts[] = {
		"S * PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\n"
		"C 1 EXAMINE INBOX\nS * 0 EXISTS\nS * OK [UIDVALIDITY 7] v\nS * OK [UIDNEXT 1] n\nS 1 OK done\n"
		"C 2 UID FETCH * (UID)\nS 2 OK done\n"
		"C 3 UID FETCH * (UID)\nS 3 OK done\n"
		"C 4 IDLE\nS + idling\nC DONE\nS 4 OK done\n"
		"C 5 EXAMINE INBOX\nS * 1 EXISTS\nS * OK [UIDVALIDITY 7] v\nS * OK [UIDNEXT 2] n\nS 5 OK done\n"
		"C 6 UID FETCH * (UID)\nS * 1 FETCH (UID 1)\nS 6 OK done\n"
		"C 7 UID FETCH 1\nS * 1 FETCH (UID 1)\nS 7 OK done\n"
		"C 8 UID FETCH 1 (RFC822.SIZE\nS * 1 FETCH (UID 1 RFC822.SIZE 14 BODY[]<0> {14}\nR Subject: x\\r\\n\\r\\n\nS )\nS 8 OK done\n"
		"C 9 UID FETCH * (UID)\nS * 1 FETCH (UID 1)\nS 9 OK done\n"
		"C 10 UID FETCH * (UID)\nS * 1 FETCH (UID 1)\nS 10 OK done\n"
		"C 11 UID FETCH 1\nS * 1 FETCH (UID 1)\nS 11 OK done\n"
		"C 12 IDLE\nX\n", NULL };
	const FetchPace pace = { 1, 1, 0 };
	g_autoptr(Fake) fake = fake_start(scripts);
	FetchOne *one;

	kit_expect_log("again in");
	one = follow(kit, fake_port(fake), &pace);
	fake_heard(fake);
	wait_for_trouble(kit); /* the server breaks off at last */
	fetch_one_stop(one);
	fetch_one_join(one);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mails"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT n_server * 10 + n_here AS value FROM mail_folders"), ==, 11);
	g_assert_cmpint(kit_count(kit, "SELECT last_uid AS value FROM mail_folders"), ==, 1);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/fetch/a-server-that-says-nothing", test_a_server_that_says_nothing);
	return kit_run();
}
