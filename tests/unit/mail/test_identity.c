/* Who a mail is: two copies that travelled different ways are one, two mails are two, in whatever pieces they come. */
#include "mail/message.h"
#include <string.h>

static void
identity_in(const char *mail, gsize size, gsize step, char hex[65])
{
	g_autoptr(MailIdentity) self = mail_identity_new();

	for (gsize at = 0; at < size; at += step)
		mail_identity_feed(self, (const guint8 *)mail + at, MIN(step, size - at));
	mail_identity_end(self, hex);
	g_assert_cmpuint(strlen(hex), ==, 64);
}

static void
identity(const char *mail, char hex[65])
{
	char other[65];

	identity_in(mail, strlen(mail), strlen(mail) + 1, hex);
	for (gsize step = 1; step < 9; step++) {
		identity_in(mail, strlen(mail), step, other);
		g_assert_cmpstr(hex, ==, other);
	}
}

static const char plain[] = "Message-ID: <1@example.org>\nFrom: Ann <ann@example.org>\nDate: Thu, 19 Nov 2026 11:22:00 +0000\n"
			    "Subject: The lamp\n\nIt arrived broken.\nFrom the shop I expected more.\n";

static void
test_same(void)
{
	static const char *const copies[] = {
		/* CR, other transport, other order and folding, other spelling of the names */
		"Received: from mx\r\nDelivered-To: help@example.org\r\nmessage-id:<1@example.org>\r\nFROM: Ann\r\n <ann@example.org>\r\n"
		"Subject: The  lamp\r\nDate: Thu, 19 Nov 2026 11:22:00 +0000\r\nX-Spam: no\r\n\r\nIt arrived broken.\r\nFrom the shop I expected more.\r\n",
		/* out of an mbox */
		"From ann@example.org Thu Nov 19 11:22:00 2026\nMessage-ID: <1@example.org>\nFrom: Ann <ann@example.org>\n"
		"Date: Thu, 19 Nov 2026 11:22:00 +0000\nSubject: The lamp\nStatus: RO\n\nIt arrived broken.\n>From the shop I expected more.\n\n",
		/* a second subject does not count, nor a missing end */
		"Message-ID: <1@example.org>\nFrom: Ann <ann@example.org>\nDate: Thu, 19 Nov 2026 11:22:00 +0000\n"
		"Subject: The lamp\nSubject: other\n\nIt arrived broken.\nFrom the shop I expected more.",
	};
	char hex[65], other[65];

	identity(plain, hex);
	for (guint i = 0; i < G_N_ELEMENTS(copies); i++) {
		identity(copies[i], other);
		g_assert_cmpstr(hex, ==, other);
	}
}

/* Lines are gathered before they are hashed: those that do not fit, too. */
static void
test_lines_of_any_length(void)
{
	static const guint sizes[] = { 1, 499, 500, 501, 999, 1000, 1023, 1024, 1025, 3000 };

	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *line = g_strnfill(sizes[i], 'x'), *mail = g_strdup_printf("Message-ID: <1@example.org>\nX-Long: %s\nSubject: %s\n\n%s\n%s\n>From %s\n\n\nend\n", line, line, line, line, line);
		char hex[65];

		identity(mail, hex);
	}
}

/* What a mail was known as yesterday it is known as today: journals hold it. */
static void
test_as_ever(void)
{
	char hex[65];

	identity(plain, hex);
	g_assert_cmpstr(hex, ==, "6faceea856eadf943308fd9d1562b09da806f20661543164a1953c87c8ed40b5");
}

static void
test_different(void)
{
	static const char *const mails[] = {
		plain,
		"",
		"From: Ann <ann@example.org>\n\none",
		"From: Ann <ann@example.org>\n\ntwo",
		"From: Ann <ann@example.org>\n\n>two",
		"From: Ann <ann@example.org>\n\n\none",
		"From: Ann <ann@example.org>\n\n>Fromage",
		"From: Ann <ann@example.org>\n\nFromage",
		"From: Bob <bob@example.org>\n\none",
		"Subject: Bob <bob@example.org>\n\none",
		"X-Form: 1\n",
		"X-Form: 2\n",
		"no header at all, one",
		"no header at all, two",
		"no header at all, two\nX-Form: 2",
		" folded first line\n\nbody",
		"nor\nis this",
		"nor\nis that",
	};
	char hex[G_N_ELEMENTS(mails)][65];

	for (guint i = 0; i < G_N_ELEMENTS(mails); i++) {
		identity(mails[i], hex[i]);
		for (guint k = 0; k < i; k++)
			if (strcmp(hex[i], hex[k]) == 0)
				g_error("the same: %s\nand: %s", mails[i], mails[k]);
	}
}

/* No colon in a very long first line, and a header line longer than is kept: nothing is lost of what comes after. */
static void
test_long(void)
{
	g_autofree char *line = g_strnfill(200000, 'a');
	g_autofree char *headless = g_strconcat(line, "b", NULL), *headless2 = g_strconcat(line, "c", NULL);
	g_autofree char *header = g_strconcat("Subject: ", line, "\n\nb", NULL), *header2 = g_strconcat("Subject: ", line, "\n\nc", NULL);
	char hex[4][65];

	identity(headless, hex[0]);
	identity(headless2, hex[1]);
	identity(header, hex[2]);
	identity(header2, hex[3]);
	g_assert_cmpstr(hex[0], !=, hex[1]);
	g_assert_cmpstr(hex[2], !=, hex[3]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail/identity/same", test_same);
	g_test_add_func("/mail/identity/different", test_different);
	g_test_add_func("/mail/identity/long", test_long);
	g_test_add_func("/mail/identity/lines", test_lines_of_any_length);
	g_test_add_func("/mail/identity/as_ever", test_as_ever);
	return g_test_run();
}
