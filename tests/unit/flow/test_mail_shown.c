/* What a message of a case tells of the mail it was. How it is found: test_mail_file.c. */
#include "filed.h"
#include "cases/case.h"
#include "text/quotes.h"

/* The message as staff see it. */
static json_t *
shown(Kit *kit, const Filed *it)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) messages = message_list(kit->db, it->case_id, TRUE, 0, &error);

	g_assert_true(mail_heads_add(kit->db, it->case_id, messages, &error));
	for (gsize i = 0; i < json_array_size(messages); i++)
		if (strcmp(json_text(json_array_get(messages, i), "direction", ""), "inbound") == 0)
			return json_incref(json_array_get(messages, i));
	g_assert_not_reached();
}

static void
test_what_our_server_found(Kit *kit)
{
	Filed it = arrive(kit, mailbox(kit, (MailboxChange){ 0 }),
		"Authentication-Results: mx.larch.example;\r\n\tspf=pass smtp.mailfrom=ann@customer.example;\r\n\tdkim=fail (bad body) header.d=x; dmarc=none\r\n"
		"From: Ann <ann@customer.example>\r\nTo: help@larch.example\r\nCc: Bob <bob@customer.example>\r\nMessage-ID: <a@x>\r\nSubject: Kettle\r\n\r\nLeaks.\r\n");
	g_autoptr(json_t) message = shown(kit, &it);
	const json_t *mail = json_object_get(message, "mail"), *auth = json_object_get(mail, "auth");

	g_assert_cmpstr(json_text(auth, "by", NULL), ==, "mx.larch.example");
	g_assert_cmpstr(json_text(auth, "spf", NULL), ==, "pass");
	g_assert_cmpstr(json_text(auth, "dkim", NULL), ==, "fail");
	g_assert_cmpstr(json_text(auth, "dmarc", NULL), ==, "none");
	g_assert_cmpstr(json_text(json_array_get(json_object_get(mail, "cc"), 0), "address", NULL), ==, "bob@customer.example");
	g_assert_nonnull(json_text(mail, "raw", NULL));
}

/* What is folded away is told apart as before; what is the message is not kept twice. */
static void
test_what_is_folded_away(Kit *kit)
{
	static const char words[] = "It still leaks.\n\nOn Thu, 19 Nov 2026 at 10:00, Help <help@larch.example> wrote:\n> Does it leak?\n> Do tell.\n\nThe lid, too.\n\n> And the lid?\n\nYes.\n\n"
		"-- \nAnn Lee\nLarch Street 1\n";
	g_autoptr(GArray) spans = quotes_split(words, strlen(words));
	g_autofree char *raw = g_strconcat("From: Ann <ann@customer.example>\r\nMessage-ID: <f@x>\r\nSubject: Kettle\r\n\r\n", words, NULL);
	g_autofree char *quoted = quotes_text(words, spans, SPAN_QUOTED), *signature = quotes_text(words, spans, SPAN_SIGNATURE);
	Filed it = arrive(kit, mailbox(kit, (MailboxChange){ 0 }), raw);
	g_autoptr(json_t) message = shown(kit, &it);

	g_assert_cmpstr(json_text(message, "reply_text", NULL), ==, "It still leaks.\n\nThe lid, too.\n\nYes.");
	g_assert_nonnull(strstr(quoted, "> And the lid?"));
	g_assert_cmpstr(json_text(message, "quoted", NULL), ==, quoted);
	g_assert_cmpstr(json_text(message, "signature", NULL), ==, signature);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mail_heads WHERE words LIKE '%leaks%' OR words LIKE '%Yes.%'"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mail_heads WHERE words LIKE '%Larch Street 1%'"), ==, 1);
}

/* Signed or sealed mail is filed and says so; what is opaque is a file with it. */
static void
test_signed_and_sealed(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed signed_one = arrive(kit, box, "From: Ann <ann@customer.example>\r\nMessage-ID: <s@x>\r\nSubject: Signed\r\nMIME-Version: 1.0\r\n"
		"Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt leaks.\r\n--b\r\n"
		"Content-Type: application/pgp-signature\r\n\r\nnonsense\r\n--b--\r\n");
	Filed sealed = arrive(kit, box, "From: Ann <ann@customer.example>\r\nMessage-ID: <e@x>\r\nSubject: Sealed\r\nMIME-Version: 1.0\r\n"
		"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAG\r\n");
	g_autoptr(json_t) one = shown(kit, &signed_one), two = shown(kit, &sealed);

	g_assert_cmpstr(json_text(json_object_get(one, "mail"), "crypto", NULL), ==, "pgp_signed");
	g_assert_cmpstr(json_text(json_object_get(one, "mail"), "signature_check", NULL), ==, "unchecked"); /* no keys are kept */
	g_assert_cmpstr(json_text(one, "body", NULL), ==, "It leaks.");
	g_assert_cmpstr(json_text(json_object_get(two, "mail"), "crypto", NULL), ==, "smime_encrypted");
	g_assert_cmpstr(json_text(json_object_get(two, "mail"), "signature_check", NULL), ==, "unchecked");
	g_assert_cmpuint(json_array_size(json_object_get(two, "attachments")), ==, 1);
}

/* What was found of a signature stays with the message, whatever it was; of a mail that is not signed there is nothing. */
static void
test_what_was_found_of_a_signature(Kit *kit)
{
	static const char *const words[] = { "valid", "changed", "other_sender", "expired", "untrusted", "unreadable", NULL };
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed plain = arrive(kit, box, "From: Ann <ann@customer.example>\r\nMessage-ID: <plain@x>\r\nSubject: Plain\r\n\r\nIt leaks.\r\n");
	g_autoptr(json_t) unsigned_one = shown(kit, &plain);

	g_assert_null(json_text(json_object_get(unsigned_one, "mail"), "crypto", NULL));
	g_assert_null(json_text(json_object_get(unsigned_one, "mail"), "signature_check", NULL));
	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		g_autofree char *raw = g_strdup_printf("From: Ann <ann%u@customer.example>\r\nMessage-ID: <s%u@x>\r\nSubject: Signed %u\r\nMIME-Version: 1.0\r\n"
			"Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\r\n\r\n--b\r\n\r\nIt leaks.\r\n--b\r\n"
			"Content-Type: application/pkcs7-signature\r\n\r\nnonsense\r\n--b--\r\n", i, i, i);
		Filed it = arrive_checked(kit, box, raw, words[i]);
		g_autoptr(json_t) message = shown(kit, &it);

		g_assert_cmpstr(json_text(json_object_get(message, "mail"), "crypto", NULL), ==, "smime_signed");
		g_assert_cmpstr(json_text(json_object_get(message, "mail"), "signature_check", NULL), ==, words[i] != NULL ? words[i] : "unreadable");
		g_assert_cmpstr(json_text(message, "body", NULL), ==, "It leaks.");
	}
}

/* Words in rich text alone are read, and said to be; what cannot be read is named. */
static void
test_words_in_rich_text_alone(Kit *kit)
{
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	Filed it = arrive(kit, box, "From: Ann <ann@customer.example>\r\nMessage-ID: <rtf@x>\r\nSubject: Rich\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
		"--b\r\nContent-Type: application/rtf; name=letter.rtf\r\n\r\n{\\rtf1 It leaks.}\r\n--b--\r\n");
	Filed with_words = arrive(kit, box, "From: Bob <bob@other.example>\r\nMessage-ID: <rtf2@x>\r\nSubject: Rich too\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
		"--b\r\nContent-Type: text/plain\r\n\r\nSee there.\r\n--b\r\nContent-Type: application/rtf; name=letter.rtf\r\n\r\n{\\rtf1 It leaks.}\r\n--b--\r\n");
	Filed no_words = arrive(kit, box, "From: Cy <cy@other.example>\r\nMessage-ID: <rtf3@x>\r\nSubject: Rich, and broken\r\nContent-Type: application/rtf; name=letter.rtf\r\n\r\nnothing of the kind\r\n");
	g_autoptr(json_t) one = shown(kit, &it), two = shown(kit, &with_words), three = shown(kit, &no_words);
	const json_t *problems = json_object_get(json_object_get(one, "mail"), "problems");

	g_assert_cmpuint(json_array_size(problems), ==, 1);
	g_assert_cmpstr(json_string_value(json_array_get(problems, 0)), ==, "its words were read in a file of rich text (RTF): letter.rtf");
	g_assert_cmpstr(json_text(one, "body", NULL), ==, "It leaks.");
	g_assert_cmpstr(json_string_value(json_array_get(json_object_get(json_object_get(three, "mail"), "problems"), 0)), ==, "its words are in a file of rich text (RTF): letter.rtf");
	g_assert_cmpuint(json_array_size(json_object_get(one, "attachments")), ==, 1);
	g_assert_cmpuint(json_array_size(json_object_get(json_object_get(two, "mail"), "problems")), ==, 0);
}

/* The logo below every mail: one file, whichever mail asks for it, shown in its place with or without a disposition. */
static void
test_the_same_logo_is_kept_once(Kit *kit)
{
	static const char mail[] = "From: Ann <ann@customer.example>\r\nMessage-ID: <%s@x>\r\nSubject: Matter %s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
		"--b\r\nContent-Type: text/html\r\n\r\n<p>It leaks.</p><img src=\"cid:logo@x\">\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <logo@x>\r\n%sContent-Transfer-Encoding: base64\r\n\r\n"
		"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\r\n--b--\r\n";
	gint64 box = mailbox(kit, (MailboxChange){ 0 });
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < 3; i++) {
		g_autofree char *id = g_strdup_printf("m%u", i), *raw = g_strdup_printf(mail, id, id, i == 1 ? "Content-Disposition: inline\r\n" : i == 2 ? "Content-Disposition: attachment; filename=logo.png\r\n" : "");
		Filed it = arrive(kit, box, raw);
		g_autoptr(json_t) inlined = mail_head_inline(kit->db, it.message_id, &error);

		g_assert_nonnull(json_text(inlined, "logo@x", NULL));
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM attachments"), ==, 3);
	g_assert_cmpint(kit_count(kit, "SELECT count(DISTINCT hash) AS value FROM attachments"), ==, 1);
}

/* Nobody, "", <>, blanks and a stray sign: somebody we do not know, and a case all the same. */
static void
test_an_unknown_sender(Kit *kit)
{
	static const char *const froms[] = { "", "From:\r\n", "From: <>\r\n", "From: \"\" <>\r\n", "From: <ann lee@customer.example>\r\n", "From: Ann <ann@customer.example>>\r\n", "From: >\r\n" };
	gint64 box = mailbox(kit, (MailboxChange){ 0 });

	for (guint i = 0; i < G_N_ELEMENTS(froms); i++) {
		g_autofree char *raw = g_strdup_printf("%sTo: help@larch.example\r\nSubject: Nobody %u\r\n\r\nIt leaks.\r\n", froms[i], i);
		Filed it = arrive(kit, box, raw);
		g_autoptr(json_t) message = shown(kit, &it);

		g_assert_cmpstr(it.state, ==, "filed");
		g_assert_cmpstr(json_text(message, "body", NULL), ==, "It leaks.");
		if (i < 4)
			g_assert_cmpint(number(kit, "SELECT COALESCE(customer_id, 0) AS value FROM cases WHERE id = ", it.case_id), ==, 0);
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, G_N_ELEMENTS(froms));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/shown/what-is-folded-away", test_what_is_folded_away);
	kit_add("/mail/shown/what-our-server-found", test_what_our_server_found);
	kit_add("/mail/shown/signed-and-sealed", test_signed_and_sealed);
	kit_add("/mail/shown/what-was-found-of-a-signature", test_what_was_found_of_a_signature);
	kit_add("/mail/shown/words-in-rich-text-alone", test_words_in_rich_text_alone);
	kit_add("/mail/shown/the-same-logo-is-kept-once", test_the_same_logo_is_kept_once);
	kit_add("/mail/shown/an-unknown-sender", test_an_unknown_sender);
	return kit_run();
}
