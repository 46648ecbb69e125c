/* A mail's parts, in every state they come in: words, files, what is packed in them, and bounds. */
#include "read.h"

#define HEAD "From: ann@example.org\nMessage-ID: <1@x>\nMIME-Version: 1.0\n"

static void
test_nothing(void)
{
	static const char *const mails[] = { "", "\n", "\n\n", "\r\n", "words alone", "words\nand more", "\xff\xfe\xfd\x01", "From ann@example.org Thu Nov 19\n", ":\n", "Subject: x" };

	for (guint i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autoptr(MailMessage) mail = read_mail(mails[i]);

		g_assert_true(mail->made_id);
		g_assert_cmpuint(mail->problems->len, >, 0);
		g_assert_cmpstr(mail->from->address, ==, "");
		g_assert_cmpint(mail->date_ms, ==, 0);
		g_assert_cmpuint(mail->parts->len, ==, 1);
		if (g_str_has_prefix(mails[i], "words"))
			g_assert_cmpstr(mail->text, ==, mails[i]);
	}
}

static void
test_headers(void)
{
	g_autoptr(MailMessage) mail = read_mail("From ann@example.org Thu Nov 19\nSubject: one\n two\nSubject: three\nX-A :\tb\nno header here\nX-B: c\nFrom: a@b.example\n\nbody");

	g_assert_cmpstr(mail->subject, ==, "one two");
	g_assert_cmpstr(mail_message_header(mail, "subject"), ==, "one two");
	g_assert_cmpstr(mail_message_header(mail, "x-a"), ==, "b");
	g_assert_cmpstr(mail_message_header(mail, "X-B"), ==, "c");
	g_assert_null(mail_message_header(mail, "X-C"));
	g_assert_cmpstr(mail->from->address, ==, "a@b.example");
	g_assert_cmpstr(mail->text, ==, "body");
	g_assert_cmpuint(mail->header_names->len, ==, 5);
	g_assert_true(has_problem(mail, "is no header"));
}

static void
test_alternative(void)
{
	g_autoptr(MailMessage) mail = read_mail(HEAD "Content-Type: multipart/mixed; boundary=m\n\npreamble\n--m\n"
		"Content-Type: multipart/alternative; boundary=\"a\"\n\n--a\nContent-Type: text/plain\n\nhi\n--a\n"
		"Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<img src='cid:one@x'><img src=\"CID:two%40x\">\n"
		"--r\nContent-Type: image/png\nContent-ID: <one@x>\nContent-Transfer-Encoding: base64\n\nAAEC\n"
		"--r\nContent-Type: image/gif; name=two.gif\nContent-ID: <two@x>\nContent-Disposition: attachment\n\ng\n--r--\n--a--\n"
		"--m\nContent-Type: text/plain\n\n-- the <list>\n--m\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n"
		"--m\nContent-Type: text/plain; name=\"log.txt\"\n\na log\n--m\nContent-Disposition: attachment\n\nunnamed\n--m--\nepilogue");

	g_assert_cmpstr(mail->text, ==, "hi\n-- the <list>");
	g_assert_nonnull(strstr(mail->html, "cid:one@x"));
	g_assert_nonnull(strstr(mail->html, "<pre>-- the &lt;list&gt;</pre>"));
	g_assert_null(strstr(mail->html, "hi"));
	g_assert_cmpuint(mail->parts->len, ==, 8);
	g_assert_true(part_at(mail, 0)->is_text && part_at(mail, 1)->is_text && part_at(mail, 4)->is_text);
	g_assert_true(part_at(mail, 2)->is_inline && part_at(mail, 3)->is_inline);
	g_assert_cmpmem(part_at(mail, 2)->bytes, part_at(mail, 2)->size, "\0\1\2", 3);
	g_assert_cmpuint(part_at(mail, 2)->depth, ==, 3);
	g_assert_cmpstr(part_at(mail, 3)->name, ==, "two.gif");
	g_assert_cmpstr(part_at(mail, 5)->name, ==, "invite.ics");
	g_assert_cmpstr(part_at(mail, 6)->name, ==, "log.txt");
	g_assert_false(part_at(mail, 5)->is_text || part_at(mail, 6)->is_text || part_at(mail, 7)->is_text);
	g_assert_cmpuint(mail->problems->len, ==, 0);
}

/* An invitation is one of several ways to say the same, and kept as a file all the same; the words are those of the text. */
static void
test_invitation(void)
{
	g_autoptr(MailMessage) mail = read_mail(HEAD "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nMay we come on Monday?\n--a\n"
		"Content-Type: text/html\n\n<p>May we come on Monday?</p>\n--a\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--a--\n");

	g_assert_cmpstr(mail->text, ==, "May we come on Monday?");
	g_assert_null(strstr(mail->html, "VCALENDAR"));
	g_assert_cmpuint(mail->parts->len, ==, 3);
	g_assert_cmpstr(part_at(mail, 2)->name, ==, "invite.ics");
	g_assert_false(part_at(mail, 2)->is_text);
	g_assert_cmpmem(part_at(mail, 2)->bytes, part_at(mail, 2)->size, "BEGIN:VCALENDAR\nEND:VCALENDAR", 29);
}

static void
name_is(const char *headers, const char *name)
{
	g_autofree char *text = g_strdup_printf(HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n%s\n\nx\n--b--\n", headers);
	g_autoptr(MailMessage) mail = read_mail(text);

	g_assert_cmpstr(part_at(mail, 0)->name, ==, name);
}

static void
test_file_names(void)
{
	g_autofree char *long_name = g_strnfill(300, 'n'), *headers = g_strdup_printf("Content-Disposition: attachment; filename=\"%s.pdf\"", long_name);
	g_autofree char *expected = g_strdup_printf("%.196s.pdf", long_name);

	name_is("Content-Disposition: attachment; filename=plain.pdf", "plain.pdf");
	name_is("Content-Type: application/pdf; name=\"a b.pdf\"", "a b.pdf");
	name_is("Content-Disposition: attachment; filename*0*=utf-8''Gr%C3%BC; filename*1*=%C3%9F; filename*2=\"e.pdf\"", "Grüße.pdf");
	name_is("Content-Disposition: attachment;\n filename*=iso-8859-1'de'Gr%FC%DFe.pdf", "Grüße.pdf");
	name_is("Content-Disposition: attachment; filename=\"=?utf-8?B?R3LDvMOf?=\n =?utf-8?B?ZS5wZGY=?=\"", "Grüße.pdf");
	name_is("Content-Disposition: attachment; filename==?gb2312?B?+oMucGRm?=", "\xe9\xb7\xa5.pdf");
	name_is("Content-Disposition: attachment; filename=\"Gr\xfc\xdf.pdf\"", "Grüß.pdf");
	name_is("Content-Disposition: attachment; filename=\"=?utf-8?q?a=0D=0Ab.pdf?=\"", "a b.pdf");
	name_is("Content-Disposition: attachment; filename*=utf-8''a%0D%0Ab%00.pdf", "a b");
	name_is("Content-Disposition: attachment; filename=\"../../etc/passwd\"", "passwd");
	name_is("Content-Disposition: attachment; filename=\"C:\\\\dir\\\\x.exe\"", "x.exe");
	name_is("Content-Disposition: attachment; filename=\"..\"", NULL);
	name_is("Content-Disposition: attachment; filename=\".htaccess\"", "htaccess");
	name_is("Content-Disposition: attachment; filename=\"a\xe2\x80\xaetxt.exe\"", "atxt.exe");
	name_is("Content-Disposition: attachment; filename=\"a:b*c?.txt\"", "a_b_c_.txt");
	name_is("Content-Disposition: attachment; filename=\"\"", NULL);
	name_is(headers, expected);
}

static void
test_types(void)
{
	g_autofree char *endless = g_strnfill(200000, 'p');
	g_autofree char *text = g_strdup_printf(HEAD "Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n\n--b\nContent-Type: text/html; x=%s\n\nlong"
						     "\n--b\nContent-Type: nonsense\nContent-Type: text/plain; charset=utf-8\n\ntwo\n--b\nContent-Type: /;;\n\nthree"
						     "\n--b\nContent-Type: TEXT / HTML\n\nfour\n--b\nContent-Type: application/octet-stream\n\nfive\n--b--\n",
		endless);
	g_autoptr(MailMessage) mail = read_mail(text);

	g_assert_cmpuint(mail->parts->len, ==, 5);
	g_assert_cmpstr(part_at(mail, 0)->media_type, ==, "text/html");
	g_assert_cmpstr(part_at(mail, 1)->media_type, ==, "text/plain");
	g_assert_cmpstr(part_at(mail, 1)->charset, ==, "utf-8");
	g_assert_cmpstr(part_at(mail, 2)->media_type, ==, "text/plain");
	g_assert_cmpstr(part_at(mail, 3)->media_type, ==, "text/html");
	g_assert_cmpstr(part_at(mail, 4)->media_type, ==, "application/octet-stream");
	g_assert_true(has_problem(mail, "stands there 2 times"));
}

static void
test_html_charset(void)
{
	g_autoptr(MailMessage) mail = read_mail(HEAD "Content-Type: text/html\n\n<html><meta http-equiv=x content='text/html; charset=windows-1251'>\xcf\xf0");

	g_assert_nonnull(strstr(mail->html, "Пр"));
	g_assert_cmpstr(mail->text, ==, "");
}

static void
test_flowed(void)
{
	g_autoptr(MailMessage) mail = read_mail(HEAD "Content-Type: text/plain; format=flowed\n\none \ntwo\n three\n> said \n> so\n>> deeper \nown\n-- \nAnn \nlast");
	g_autoptr(MailMessage) delsp = read_mail(HEAD "Content-Type: text/plain; format=Flowed; delsp=yes\n\n\xe6\x97\xa5 \n\xe6\x9c\xac\n");

	g_assert_cmpstr(mail->text, ==, "one two\nthree\n> said so\n>> deeper \nown\n-- \nAnn last");
	g_assert_cmpstr(delsp->text, ==, "日本\n");
}

static void
test_uuencode(void)
{
	g_autoptr(MailMessage) mail = read_mail(HEAD "\nbefore\nbegin 644 ../cat.txt\n#0V%T\n`\nend\nbetween\nbegin with a word\nbegin 600 x\nno uuencode at all\nafter\n");
	g_autoptr(MailMessage) whole = read_mail(HEAD "Content-Type: text/plain; name=cat.txt\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 c\n#0V%T\n`\nend\n");

	g_assert_cmpstr(mail->text, ==, "before\nbetween\nbegin with a word\nbegin 600 x\nno uuencode at all\nafter\n");
	g_assert_cmpuint(mail->parts->len, ==, 2);
	g_assert_cmpstr(part_at(mail, 1)->name, ==, "cat.txt");
	g_assert_cmpmem(part_at(mail, 1)->bytes, part_at(mail, 1)->size, "Cat", 3);
	g_assert_cmpstr(whole->text, ==, "Cat");
}

static void
test_nested(void)
{
	g_autoptr(MailMessage) mail = read_mail(HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee below\n--b\nContent-Type: message/rfc822\n"
						     "Content-Transfer-Encoding: base64\n\nU3ViamVjdDogaW5uZXIKCndvcmRz\n--b\nContent-Type: multipart/digest; boundary=d\n\n--d\n\n"
						     "Subject: digested\n\nx\n--d--\n--b--\n");
	g_autoptr(MailMessage) inner = NULL;

	g_assert_cmpstr(mail->text, ==, "see below");
	g_assert_cmpuint(mail->parts->len, ==, 3);
	g_assert_cmpstr(part_at(mail, 1)->name, ==, "message.eml");
	inner = read_bytes((const char *)part_at(mail, 1)->bytes, part_at(mail, 1)->size);
	g_assert_cmpstr(inner->subject, ==, "inner");
	g_assert_cmpstr(inner->text, ==, "words");
	g_assert_cmpstr(part_at(mail, 2)->media_type, ==, "message/rfc822");
	g_assert_cmpmem(part_at(mail, 2)->bytes, part_at(mail, 2)->size, "Subject: digested\n\nx", 20);
}

/* Nothing is lost where the boundary is missing, wrong, never closed, or everything is encoded. */
static void
test_boundaries(void)
{
	g_autoptr(MailMessage) none = read_mail(HEAD "Content-Type: multipart/mixed\n\nwords\n");
	g_autoptr(MailMessage) never = read_mail(HEAD "Content-Type: multipart/mixed; boundary=x\n\nwords\n");
	g_autoptr(MailMessage) wrong = read_mail(HEAD "Content-Type: multipart/mixed; boundary=x\n\n--part-y\nContent-Type: text/plain\n\nwords\n--part-y--\n");
	g_autoptr(MailMessage) open = read_mail(HEAD "Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x  \n\ntwo\n--xy\n-- x\n--x");
	g_autoptr(MailMessage) outer = read_mail(HEAD "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=x-1\n\n--x-1\n\none\n--x\n\ntwo\n--x--\n");
	g_autoptr(MailMessage) coded = read_mail(HEAD "Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64\n\nLS14CgpvbmUKLS14CgpUd28KLS14LS0K\n");

	g_assert_cmpstr(none->text, ==, "words\n");
	g_assert_cmpstr(never->text, ==, "words\n");
	g_assert_cmpstr(wrong->text, ==, "words");
	g_assert_cmpstr(open->text, ==, "one\ntwo\n--xy\n-- x");
	g_assert_cmpstr(outer->text, ==, "one\ntwo");
	g_assert_cmpstr(coded->text, ==, "one\nTwo");
	g_assert_true(has_problem(coded, "encoded as a whole"));
}

static void
test_crypto(void)
{
	static const struct {
		const char *headers, *crypto;
	} table[] = {
		{ "Content-Type: text/plain", "" },
		{ "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b", "pgp_signed" },
		{ "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b", "smime_signed" },
		{ "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b", "pgp_encrypted" },
		{ "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "smime_encrypted" },
		{ "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", "smime_signed" },
	};
	g_autoptr(MailMessage) armor = read_mail(HEAD "\n-----BEGIN PGP SIGNED MESSAGE-----\n\nhi\n");

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autofree char *text = g_strdup_printf(HEAD "%s\n\n--b\n\nwords\n--b\nContent-Type: application/x-signature\n\n???\n--b--\n", table[i].headers);
		g_autoptr(MailMessage) mail = read_mail(text);

		g_assert_cmpstr(mail->crypto, ==, table[i].crypto);
		if (strstr(table[i].headers, "multipart") != NULL)
			g_assert_cmpstr(mail->text, ==, "words");
	}
	g_assert_cmpstr(armor->crypto, ==, "pgp_signed");
	g_assert_nonnull(strstr(armor->text, "hi"));
}

/* ---- bounds */

static void
test_deep(void)
{
	g_autoptr(GString) text = g_string_new(HEAD);
	g_autoptr(MailMessage) mail = NULL;

	for (int i = 0; i < 100000; i++)
		g_string_append_printf(text, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	g_string_append(text, "\nend");
	mail = read_mail(text->str);
	g_assert_cmpuint(mail->parts->len, ==, 1);
	g_assert_cmpuint(part_at(mail, 0)->depth, ==, MAIL_DEPTH_MAX);
	g_assert_cmpuint(part_at(mail, 0)->size, >, 4000000);
	g_assert_true(has_problem(mail, "nested deeper"));
}

static void
test_many(void)
{
	g_autoptr(GString) parts = g_string_new(HEAD "Content-Type: multipart/mixed; boundary=b\n\n"), headers = g_string_new(HEAD);
	g_autoptr(MailMessage) of_parts = NULL, of_headers = NULL;

	for (int i = 0; i < 50000; i++) {
		g_string_append(parts, "--b\nContent-Type: image/png\n\nx\n");
		g_string_append_printf(headers, "X-%d: y\n", i);
	}
	g_string_append(parts, "--b--\nafter");
	of_parts = read_mail(parts->str);
	g_assert_cmpuint(of_parts->parts->len, ==, MAIL_PARTS_MAX);
	g_assert_cmpuint(part_at(of_parts, MAIL_PARTS_MAX - 1)->size, >, 1000000);
	g_assert_true(has_problem(of_parts, "more than 1000 parts"));
	of_headers = read_mail(headers->str);
	g_assert_cmpuint(of_headers->header_names->len, ==, 1000);
	g_assert_true(has_problem(of_headers, "too many headers"));
}

static void
test_large(void)
{
	g_autofree char *wide = g_strnfill(9000000, 'w'), *ids = g_strnfill(3000000, '<');
	g_autofree char *text = g_strdup_printf(HEAD "Subject: %s\nReferences: %s\nTo: %s\n\n%s", wide, ids, ids, wide);
	g_autoptr(MailMessage) mail = read_mail(text);

	g_assert_cmpuint(strlen(mail->subject), >=, 65535);
	g_assert_cmpuint(strlen(mail->text), ==, 4 << 20);
	g_assert_false(part_at(mail, 0)->is_text);
	g_assert_cmpstr(part_at(mail, 0)->name, ==, "text.txt");
	g_assert_cmpuint(part_at(mail, 0)->size, ==, 9000000);
	g_assert_true(has_problem(mail, "longer than 4194304"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail/message/nothing", test_nothing);
	g_test_add_func("/mail/message/headers", test_headers);
	g_test_add_func("/mail/message/alternative", test_alternative);
	g_test_add_func("/mail/message/invitation", test_invitation);
	g_test_add_func("/mail/message/file_names", test_file_names);
	g_test_add_func("/mail/message/types", test_types);
	g_test_add_func("/mail/message/html_charset", test_html_charset);
	g_test_add_func("/mail/message/flowed", test_flowed);
	g_test_add_func("/mail/message/uuencode", test_uuencode);
	g_test_add_func("/mail/message/nested", test_nested);
	g_test_add_func("/mail/message/boundaries", test_boundaries);
	g_test_add_func("/mail/message/crypto", test_crypto);
	g_test_add_func("/mail/message/deep", test_deep);
	g_test_add_func("/mail/message/many", test_many);
	g_test_add_func("/mail/message/large", test_large);
	return g_test_run();
}
