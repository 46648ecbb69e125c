/* Words in every charset and encoding mail has: headers, names, addresses, ids, texts. */
#include "read.h"
#include <sys/mman.h>
#include <unistd.h>

static void
subject_is(const char *raw, const char *subject)
{
	g_autofree char *text = g_strdup_printf("From: a@b.example\nSubject: %s\n\nx", raw);
	g_autoptr(MailMessage) mail = read_mail(text);

	g_assert_cmpstr(mail->subject, ==, subject);
}

static void
test_encoded_words(void)
{
	static const struct {
		const char *raw, *subject;
	} table[] = {
		{ "plain", "plain" },
		{ "=?iso-8859-1?q?Gr=FC=DFe?=", "Grüße" },
		{ "=?utf-8?B?R3LDvMOfZQ==?=", "Grüße" },
		/* split inside a character: B, Q, B cut at no quartet, B and Q mixed */
		{ "=?utf-8?B?R3LD?= =?utf-8?B?vMOfZQ==?=", "Grüße" },
		{ "=?utf-8?Q?Gr=C3?=\r\n =?utf-8?Q?=BC=C3=9Fe?=", "Grüße" },
		{ "=?utf-8?B?R3LDv?= =?utf-8?B?MOfZQ==?=", "Grüße" },
		{ "=?utf-8?Q?Gr=C3?= =?UTF-8?B?vMOfZQ==?=", "Grüße" },
		/* plain and encoded, spaces between them */
		{ "Re: =?utf-8?q?=C3=A4?= and =?utf-8?q?=C3=B6?= =?utf-8?q?_=C3=BC?= end", "Re: ä and ö ü end" },
		{ "[#12]=?utf-8?q?=C3=A4?=x", "[#12]äx" },
		{ "=?utf-8?q?a?==?utf-8?q?b?=", "ab" },
		{ "=?utf-8?q?=3F=3D?=", "?=" },
		{ "=?utf-8?q?" "?=x", "x" },
		/* charsets that mean more than they say, with a language (RFC 2231) */
		{ "=?gb2312?B?1tC5+oNTz9g=?=", "中国僑县" },
		{ "=?ks_c_5601-1987?B?x9GxuSCMY7nm?=", "한국 똠방" },
		{ "=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=", "日本語" },
		{ "=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет" },
		{ "=?iso-8859-1?Q?=80_=93x=94?=", "€ “x”" },
		{ "=?us-ascii*en?q?hi?=", "hi" },
		{ "=?utf-7?Q?+AOQ-?=", "ä" },
		{ "=?no-such-charset?q?=C3=A4?=", "ä" },
		/* broken ones stay as they are, or as far as they go */
		{ "=?utf-8?x?abc?=", "=?utf-8?x?abc?=" },
		{ "=?utf-8?q?abc", "=?utf-8?q?abc" },
		{ "=?utf-8?b?!!!?=", "" },
		{ "=?utf-8?q?a b?=", "a b" },
		{ "=?utf-8?q?=C3=A4=C3?= x", "ä\xef\xbf\xbd x" },
		{ "=?utf-8?q?=?=", "=" },
		/* never a second header, never a control character */
		{ "=?utf-8?q?a=0D=0ABcc:_x@y?=", "a Bcc: x@y" },
		{ "=?utf-8?q?a=00=1Bb=E2=80=A8c?=", "a b c" },
		/* folded, and bytes nobody encoded */
		{ "one\r\n two\r\n\tthree", "one two three" },
		{ "Gr\xc3\xbc\xc3\x9f"
		  "e",
			"Grüße" },
		{ "Gr\xfc\xdf"
		  "e",
			"Grüße" },
		{ "\033$BF|K\\8l\033(B", "日本語" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++)
		subject_is(table[i].raw, table[i].subject);
}

static void
test_long_words(void)
{
	g_autoptr(GString) raw = g_string_new(NULL), subject = g_string_new(NULL);

	for (int i = 0; i < 1000; i++) {
		g_string_append(raw, "=?utf-8?B?w6TDpMOkw6TDpMOkw6TDpMOkw6Q=?=\n ");
		g_string_append(subject, "ääääääääää");
	}
	subject_is(raw->str, subject->str);
}

static void
text_is(const char *headers, const char *body, gsize size, const char *text)
{
	g_autoptr(GString) raw = g_string_new("From: a@b.example\n");
	g_autoptr(MailMessage) mail = NULL;

	g_string_append(raw, headers);
	g_string_append_c(raw, '\n');
	g_string_append_len(raw, body, (gssize)size);
	mail = read_bytes(raw->str, raw->len);
	g_assert_cmpstr(mail->text, ==, text);
}

static void
test_charsets(void)
{
	static const struct {
		const char *headers, *body;
		gsize size;
		const char *text;
	} table[] = {
		{ "Content-Type: text/plain; charset=iso-2022-jp\n", "\033$BF|K\\8l\033(B", 12, "日本語" },
		{ "Content-Type: text/plain; charset=gb2312\n", "\xd6\xd0\x83\x53", 4, "中僑" },
		{ "Content-Type: text/plain; charset=gb2312\n", "\x81\x30\x81\x30", 4, "\xc2\x80" },
		{ "Content-Type: text/plain; charset=ks_c_5601-1987\n", "\xc7\xd1\x8c\x63", 4, "한똠" },
		{ "Content-Type: text/plain; charset=\"windows-1250\"\n", "\x8a\xe8", 2, "Šč" },
		{ "Content-Type: text/plain; charset=windows-1255\n", "\xf9\xec", 2, "של" },
		{ "Content-Type: text/plain; charset=shift_jis\n", "\x93\xfa\x87\x40", 4, "日①" },
		{ "Content-Type: text/plain; charset=big5\n", "\xa4\xa4", 2, "中" },
		{ "Content-Type: text/plain; charset=koi8-r\n", "\xf0\xd2", 2, "Пр" },
		{ "Content-Type: text/plain; charset=utf-7\n", "Hi Mom +Jjo-!", 13, "Hi Mom ☺!" },
		{ "Content-Type: text/plain; charset=utf-16\n", "\xff\xfe\xe4\0", 4, "ä" },
		/* missing, unknown or wrong */
		{ "", "\xc3\xa4", 2, "ä" },
		{ "", "\xe4 is Latin", 10, "ä is Latin" },
		{ "Content-Type: text/plain\n", "\033$BF|\033(B", 8, "日" },
		{ "Content-Type: text/plain; charset=us-ascii\n", "\xc3\xa4", 2, "ä" },
		{ "Content-Type: text/plain; charset=iso-8859-1\n", "\xc3\xa4 \xe2\x82\xac", 6, "ä €" },
		{ "Content-Type: text/plain; charset=utf-8\n", "caf\xe9", 4, "café" },
		{ "Content-Type: text/plain; charset=koi8-r-x-none\n", "\xc3\xa4", 2, "ä" },
		{ "Content-Type: text/plain; charset=../../etc/passwd\n", "x", 1, "x" },
		{ "Content-Type: text/plain; charset=\n", "x", 1, "x" },
		{ "Content-Type: text/plain; charset=unknown-8bit\n", "\xe4", 1, "ä" },
		/* NUL bytes, and line ends of every system */
		{ "Content-Type: text/plain; charset=utf-8\n", "a\0b\0\xc3\xa4", 6, "abä" },
		{ "Content-Type: text/plain; charset=iso-8859-1\n", "a\0\xe4", 3, "aä" },
		{ "", "a\r\nb\rc\nd", 8, "a\nb\nc\nd" },
		{ "Content-Type: text/plain; charset=utf-8\n", "\xef\xbb\xbfmark", 7, "mark" },
		/* transfer encodings, said in odd ways */
		{ "Content-Transfer-Encoding: base64\n", "w6Q", 3, "ä" },
		{ "Content-Transfer-Encoding: BASE64 (yes)\n", "w6Q=\n-- \nlist footer\n", 20, "ä" },
		{ "Content-Transfer-Encoding: \"quoted-printable\"\n", "a=\nb=3D=C3=A4", 13, "ab=ä" },
		{ "Content-Transfer-Encoding: quoted printable\n", "a=3D", 4, "a=3D" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++)
		text_is(table[i].headers, table[i].body, table[i].size, table[i].text);
}

static void
from_is(const char *raw, const char *name, const char *address)
{
	g_autofree char *text = g_strdup_printf("From:%s\nSubject: x\n\nx", raw);
	g_autoptr(MailMessage) mail = read_mail(text);

	g_assert_cmpstr(mail->from->name, ==, name);
	g_assert_cmpstr(mail->from->address, ==, address);
}

static void
test_addresses(void)
{
	static const struct {
		const char *raw, *name, *address;
	} table[] = {
		{ " Ann <ann@example.org>", "Ann", "ann@example.org" },
		{ " ann@example.org", "", "ann@example.org" },
		{ " ann@example.org (Ann)", "Ann", "ann@example.org" },
		{ " \"Doe, Ann\" <ann@example.org>", "Doe, Ann", "ann@example.org" },
		{ " =?utf-8?q?=C3=84nn=2C_Doe?= <ann@example.org>", "Änn, Doe", "ann@example.org" },
		{ " \"=?utf-8?q?=C3=84nn?=\" <ann@example.org>", "Änn", "ann@example.org" },
		{ " =?gb2312?B?1tC5+oNT?= <z@example.cn>", "中国僑", "z@example.cn" },
		{ " \xc4nn <ann@example.org>", "Änn", "ann@example.org" },
		{ "", "", "" },
		{ " <>", "", "" },
		/* spaces and > where none should be */
		{ " <ann @example.org>", "", "ann@example.org" },
		{ " ann@example.org>", "", "ann@example.org" },
		{ " <ann@example.org", "", "ann@example.org" },
		{ " Ann <ann@example.org>>", "Ann", "ann@example.org" },
		{ " Team: a@example.org, b@example.org;", "", "a@example.org" },
		{ " Nobody At All", "Nobody At All", "" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++)
		from_is(table[i].raw, table[i].name, table[i].address);
}

static void
test_lists(void)
{
	g_autoptr(MailMessage) mail = read_mail("To: a@example.org, B <b@example.org>,\n c@example.org\nTo: d@example.org\nCC: undisclosed-recipients:;\n"
						"Delivered-To: x@example.org\nX-Original-To: y@example.org\nEnvelope-To: z@example.org, w@example.org\n"
						"Return-Path: <>\nReply-To: r@example.org\n"
						"References: <1@x> <2@\n x><3@x>, <4@x>\nIn-Reply-To: <4@x> (Ann's message of Monday)\nMessage-ID: < 5 @x >\n\nx");

	g_assert_cmpuint(mail->to->len, ==, 4);
	g_assert_cmpstr(((MailAddress *)mail->to->pdata[3])->address, ==, "d@example.org");
	g_assert_cmpuint(mail->cc->len, ==, 0);
	g_assert_cmpuint(mail->delivered_to->len, ==, 4);
	g_assert_cmpstr(mail->delivered_to->pdata[0], ==, "x@example.org");
	g_assert_cmpstr(mail->return_path, ==, "");
	g_assert_cmpstr(((MailAddress *)mail->reply_to->pdata[0])->address, ==, "r@example.org");
	g_assert_cmpuint(mail->references->len, ==, 4);
	g_assert_cmpstr(mail->references->pdata[1], ==, "2@x");
	g_assert_cmpuint(mail->in_reply_to->len, ==, 1);
	g_assert_cmpstr(mail->in_reply_to->pdata[0], ==, "4@x");
	g_assert_cmpstr(mail->message_id, ==, "5@x");
	g_assert_false(mail->made_id);
}

static void
test_ids(void)
{
	g_autoptr(MailMessage) bare = read_mail("Message-ID: abc@example.org\nReturn-Path: ann@example.org\n\nx");
	g_autoptr(MailMessage) bad = read_mail("Message-ID: bad id\n\nx"), none = read_mail("Subject: y\n\nx"), same = read_mail("Received: z\nSubject: y\n\nx");
	g_autoptr(MailMessage) other = read_mail("Subject: y\n\nz");
	g_autoptr(GString) many = g_string_new("References:");
	g_autoptr(MailMessage) thread = NULL;

	g_assert_cmpstr(bare->message_id, ==, "abc@example.org");
	g_assert_cmpstr(bare->return_path, ==, "ann@example.org");
	g_assert_cmpstr(bad->message_id, !=, "");
	g_assert_true(none->made_id);
	g_assert_cmpstr(none->message_id, ==, same->message_id);
	g_assert_cmpstr(none->message_id, !=, other->message_id);
	g_assert_null(none->return_path);
	for (int i = 0; i < 1000; i++)
		g_string_append_printf(many, "\n <%d@x>", i);
	g_string_append(many, "\n\nx");
	thread = read_mail(many->str);
	g_assert_cmpuint(thread->references->len, ==, 200);
	g_assert_cmpstr(thread->references->pdata[0], ==, "0@x");
	g_assert_cmpstr(thread->references->pdata[199], ==, "999@x");
}

static void
test_dates(void)
{
	static const struct {
		const char *raw;
		gint64 at_ms;
	} table[] = {
		{ "Thu, 19 Nov 2026 11:22:00 +0100", G_GINT64_CONSTANT(1795083720000) },
		{ "19 Nov 2026 10:22:00 GMT", G_GINT64_CONSTANT(1795083720000) },
		{ "yesterday", 0 },
		{ "", 0 },
		{ "Thu, 19 Nov 99999 11:22:00 +0000", 0 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autofree char *text = g_strdup_printf("Date: %s\n\nx", table[i].raw);
		g_autoptr(MailMessage) mail = read_mail(text);

		g_assert_cmpint(mail->date_ms, ==, table[i].at_ms);
	}
}

/* A mail that lies in a mapped file ends where it ends: no reader goes on to a NUL that is not there. */
static gint64
date_of(const char *date, const char *behind)
{
	g_autofree char *text = g_strdup_printf("From: a@b.example\nDate: %s%s\n\nx", date, behind);
	g_autoptr(MailMessage) mail = read_mail(text);

	return mail->date_ms;
}

/* The usual form is read by ourselves, any other (here with a comment) by GMime: to the same end. */
static void
test_usual_dates(void)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mit", "mon" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "anF", "Mai" };

	g_assert_cmpint(date_of("Thu, 19 Nov 2026 10:00:00 +0000", ""), ==, G_GINT64_CONSTANT(1795082400000));
	g_assert_cmpint(date_of("Thu, 9 Nov 2023 01:02:03 -0530", ""), ==, G_GINT64_CONSTANT(1699511523000));
	for (guint i = 0; i < 3000; i++) {
		gboolean odd = g_test_rand_int_range(0, 4) == 0;
		g_autofree char *date = g_strdup_printf("%s, %0*d %s %d %02d:%02d:%02d %c%02d%02d", days[g_test_rand_int_range(0, odd ? 9 : 7)], g_test_rand_bit() ? 2 : 1,
			g_test_rand_int_range(odd ? 0 : 1, odd ? 34 : 29), months[g_test_rand_int_range(0, odd ? 14 : 12)], g_test_rand_int_range(odd ? 1960 : 1971, odd ? 2300 : 2190),
			g_test_rand_int_range(0, odd ? 26 : 24), g_test_rand_int_range(0, odd ? 62 : 60), g_test_rand_int_range(0, odd ? 62 : 60), g_test_rand_bit() ? '+' : '-',
			g_test_rand_int_range(0, odd ? 30 : 13), g_test_rand_int_range(0, 60));
		gint64 ours = date_of(date, ""), theirs = date_of(date, " (x)");

		if (ours != theirs)
			g_test_message("%s", date);
		g_assert_cmpint(ours, ==, theirs);
	}
}

static void
test_nothing_is_read_behind_the_mail(void)
{
	static const char *const mails[] = { "Subject: =?iso-8859-1?Q?a?=", "Subject: =?utf-8?b?YQ==?= =?utf-8?b?Yg==?=", "Subject: =??q?a?=", "From: =?utf-8?q?Ann?= <ann@example.org>", "Subject: =?utf-8*de?q?a?=",
		"Content-Type: text/plain; charset=utf-8", "References: <a@b>", "Date: Thu, 19 Nov 2026 10:00:00 +0000", "a: b\n\nbegin 644 a\n", "a: b\n\nwords" };
	const gsize page = (gsize)sysconf(_SC_PAGESIZE);
	guint8 *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	g_assert_true(two != MAP_FAILED && mprotect(two + page, page, PROT_NONE) == 0);
	for (guint i = 0; i < G_N_ELEMENTS(mails); i++) {
		const gsize size = strlen(mails[i]);
		g_autoptr(MailMessage) mail = NULL;

		memset(two, 'x', page);
		memcpy(two + page - size, mails[i], size);
		mail = mail_message_read(two + page - size, size, NULL);
		g_assert_nonnull(mail->subject);
	}
	munmap(two, 2 * page);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail/words/encoded_words", test_encoded_words);
	g_test_add_func("/mail/words/long_words", test_long_words);
	g_test_add_func("/mail/words/charsets", test_charsets);
	g_test_add_func("/mail/words/addresses", test_addresses);
	g_test_add_func("/mail/words/lists", test_lists);
	g_test_add_func("/mail/words/ids", test_ids);
	g_test_add_func("/mail/words/dates", test_dates);
	g_test_add_func("/mail/words/usual_dates", test_usual_dates);
	g_test_add_func("/mail/words/nothing_is_read_behind_the_mail", test_nothing_is_read_behind_the_mail);
	return g_test_run();
}
