/* The words of rich text: what Outlook, Word and WordPad write, and what is broken or huge. */
#include "mail/rtf.h"
#include "read.h"

enum { MAX = 100000 };

static void
is(const char *rtf, const char *words)
{
	g_autofree char *text = mail_rtf_text((const guint8 *)rtf, strlen(rtf), MAX);

	g_assert_cmpstr(text, ==, words);
}

static void
test_words(void)
{
	is("{\\rtf1 It leaks.}", "It leaks.");
	is("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss Arial;}{\\f1 Times;}}{\\colortbl ;\\red0\\green0\\blue0;}\r\n\\pard\\f0\\fs20 The \\b kettle\\b0  leaks.\\par\r\nAgain.\\line Ann\\tab Lee\\par}",
		"The kettle leaks.\nAgain.\nAnn\tLee\n");
	is("{\\rtf1 a\\{b\\}c\\\\d}", "a{b}c\\d");
	is("{\\rtf1\\ldblquote so\\rdblquote\\emdash she\\rquote s\\~here}", "“so”\xe2\x80\x94she’s here");
	is("{\\rtf1 one{\\*\\bkmkstart x}{\\v hidden}{\\pict\\pngblip 89504e47}{\\*\\unknown what}{\\info{\\author Ann}}two}", "onetwo");
	is("{\\rtf1 a{\\field{\\*\\fldinst HYPERLINK \"http://x.example\"}{\\fldrslt here}}b}", "ahereb");
	is("{\\rtf1 1\\cell 2\\cell\\row 3}", "1\t2\t\n3");
	is("{\\rtf1 a\\bin4 {}{}b}", "ab");
	is("{\\rtf1 shown\\v not\\v0  again}", "shown again");
}

static void
test_letters(void)
{
	is("{\\rtf1\\ansi Gr\\'fc\\'dfe, \\'80 5}", "Grüße, € 5");
	is("{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'f0\\'e8\\'e2\\'e5\\'f2}", "Привет");
	is("{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset204 B;}{\\f2\\fcharset128 C;}}\\'e4{\\f1 \\'cf\\'f0}\\'e4\\f2 \\'93\\'fa\\'96\\'7b\\f0 \\'fc}", "äПрä日本ü");
	is("{\\rtf1\\ansi\\uc1 \\u8364? and \\u8364\\'80\\uc0\\u252 {\\uc2 \\u228 ae}\\u246 }", "€ and €üäö");
	is("{\\rtf1\\u-10179?\\u-8704?\\u55357?x\\u56832?}", "😀x"); /* two halves are one; one alone is nothing */
	is("{\\rtf1\\u0?a\\u-1?}", "a\xef\xbf\xbf");
	is("{\\rtf1 Gr\xfc\xdf" "e}", "Grüße");
}

/* Outlook's own wrapping of HTML: the words between the tags. */
static void
test_from_html(void)
{
	is("{\\rtf1\\ansi\\fromhtml1{\\*\\htmltag64 <p>}It {\\*\\htmltag84 <b>}\\htmlrtf {\\b \\htmlrtf0 leaks\\htmlrtf }\\htmlrtf0 {\\*\\htmltag92 </b>}.\\htmlrtf\\par\\htmlrtf0{\\*\\htmltag72 </p>}}", "It leaks.\n");
}

static void
test_broken(void)
{
	static const char rtf[] = "{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset204 A;}}\\f0 a\\'e4\\u8364?{\\*\\x y}\\bin2 zz{\\v b}\\par\\'}";
	g_autoptr(GString) deep = g_string_new("{\\rtf1 a");
	g_autofree char *deep_text = NULL, *large_text = NULL, *none = NULL;
	g_autofree char *large = g_strnfill(1000000, 'x'), *large_rtf = g_strconcat("{\\rtf1 ", large, "}", NULL);
	char changed[sizeof rtf];

	is("", NULL);
	is("{\\rt", NULL);
	is("<p>no</p>", NULL);
	is("{\\rtf", "");
	is("{\\rtf1 a}}}b", "ab");
	is("{\\rtf1 a\\", "a");
	is("{\\rtf1 a\\bin99999999999 b}", "a");
	for (gsize n = 0; n < sizeof rtf; n++) {
		g_autofree guint8 *copy = g_memdup2(rtf, MAX(n, 1));
		g_autofree char *text = mail_rtf_text(copy, n, MAX);

		g_assert_true(text == NULL || g_utf8_validate(text, -1, NULL));
	}
	for (gsize i = 5; i < sizeof rtf - 1; i++)
		for (guint byte = 0; byte < 256; byte += 5) {
			g_autofree char *text = NULL;

			memcpy(changed, rtf, sizeof rtf);
			changed[i] = (char)byte;
			text = mail_rtf_text((const guint8 *)changed, sizeof rtf - 1, MAX);
			g_assert_true(g_utf8_validate(text, -1, NULL));
		}
	for (guint i = 0; i < 100000; i++)
		g_string_append(deep, "{\\b ");
	g_string_append(deep, "below");
	for (guint i = 0; i < 100000; i++)
		g_string_append(deep, "}");
	g_string_append(deep, "z}");
	deep_text = mail_rtf_text((const guint8 *)deep->str, deep->len, MAX);
	g_assert_cmpstr(deep_text, ==, "az"); /* what nobody nests is left out, and what follows is not */
	large_text = mail_rtf_text((const guint8 *)large_rtf, strlen(large_rtf), 1001);
	g_assert_cmpuint(strlen(large_text), ==, 1001);
	none = mail_rtf_text((const guint8 *)"{\\rtf1 \\u228?\\u228?}", 20, 3);
	g_assert_true(g_utf8_validate(none, -1, NULL) && strlen(none) <= 3);
}

/* A mail whose words are rich text alone is read; one that has others keeps those. */
static void
test_in_mail(void)
{
	static const char *const types[] = { "application/rtf", "text/rtf", "message/rtf" };

	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *alone = g_strdup_printf("From: a@b.example\nMessage-ID: <1@x>\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: %s; name=a.rtf\n\n{\\rtf1 It leaks.}\n--b--\n", types[i]);
		g_autofree char *beside = g_strdup_printf("From: a@b.example\nMessage-ID: <1@x>\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n--b\nContent-Type: %s; name=a.rtf\n\n{\\rtf1 It leaks.}\n--b--\n", types[i]);
		g_autoptr(MailMessage) mail = read_mail(alone), other = read_mail(beside);

		g_assert_cmpstr(mail->text, ==, "It leaks.");
		g_assert_true(has_problem(mail, "its words were read in a file of rich text (RTF): a.rtf"));
		g_assert_cmpuint(mail->parts->len, ==, 1);
		g_assert_cmpstr(other->text, ==, "See below.");
		g_assert_cmpuint(other->problems->len, ==, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail/rtf/words", test_words);
	g_test_add_func("/mail/rtf/letters", test_letters);
	g_test_add_func("/mail/rtf/from-html", test_from_html);
	g_test_add_func("/mail/rtf/broken", test_broken);
	g_test_add_func("/mail/rtf/in-mail", test_in_mail);
	return g_test_run();
}
