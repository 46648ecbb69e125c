/* Whose word is taken that a mail is from whom it says, and for which domain. */
#include "mail/genuine.h"
#include <string.h>

static const struct {
	const char *headers;
	gboolean genuine;
} cases[] = {
	{ "Authentication-Results: mx.us.example; dmarc=pass (p=none) header.from=house.example\r\n", TRUE },
	{ "Authentication-Results: MX.us.example 1; spf=pass smtp.mailfrom=x; dkim=pass header.d=House.Example header.s=k\r\n", TRUE },
	{ "Authentication-Results: mx.us.example;\r\n\tdkim=pass header.i=@house.example;\r\n\tdmarc=none\r\n", TRUE },
	{ "", FALSE },
	/* somebody else's word, also above ours; ours below somebody else's */
	{ "Authentication-Results: mx.evil.example; dmarc=pass header.from=house.example\r\n", FALSE },
	{ "Authentication-Results: mx.evil.example; dmarc=pass header.from=house.example\r\nAuthentication-Results: mx.us.example; dmarc=pass header.from=house.example\r\n", FALSE },
	{ "Authentication-Results: mx.us.example.evil; dmarc=pass header.from=house.example\r\n", FALSE },
	/* another domain's pass, none, a pass that stands in a comment or in a longer word */
	{ "Authentication-Results: mx.us.example; dmarc=pass header.from=evil.example; dkim=pass header.d=evil.example\r\n", FALSE },
	{ "Authentication-Results: mx.us.example; dkim=pass header.d=mail.house.example\r\n", FALSE },
	{ "Authentication-Results: mx.us.example; dmarc=fail (dmarc=pass header.from=house.example) header.from=house.example\r\n", FALSE },
	{ "Authentication-Results: mx.us.example; dmarc=fail (a;dmarc=pass header.from=house.example) header.from=house.example\r\n", FALSE },
	{ "Authentication-Results: mx.us.example; x-dmarc=pass header.from=house.example; dmarc=passed header.from=house.example\r\n", FALSE },
	{ "Authentication-Results: mx.us.example; spf=pass smtp.mailfrom=house.example\r\n", FALSE },
	{ "Authentication-Results: mx.us.example; dmarc=pass\r\n", FALSE },
	{ "Authentication-Results: mx.us.example\r\n", FALSE },
	{ "Authentication-Results: ;;;((\r\n", FALSE },
};

static void
test_word_of_our_server(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *raw = g_strconcat(cases[i].headers, "From: Ruth <ruth@house.example>\r\nSubject: x\r\n\r\nx\r\n", NULL);
		g_autoptr(MailMessage) mail = mail_message_read((const guint8 *)raw, strlen(raw), NULL);

		if (mail_is_genuine(mail, "mx.us.example") != cases[i].genuine)
			g_error("%s should be %s", cases[i].headers, cases[i].genuine ? "genuine" : "doubted");
		g_assert_false(mail_is_genuine(mail, ""));
	}
}

static void
test_nobody_is_genuine(void)
{
	static const char raw[] = "Authentication-Results: mx.us.example; dmarc=pass header.from=\r\nFrom: nobody\r\n\r\nx\r\n";
	g_autoptr(MailMessage) mail = mail_message_read((const guint8 *)raw, sizeof raw - 1, NULL);

	g_assert_false(mail_is_genuine(mail, "mx.us.example"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/genuine/our-server", test_word_of_our_server);
	g_test_add_func("/genuine/nobody", test_nobody_is_genuine);
	return g_test_run();
}
