/* What is said of the signature of a mail. Its signers: signer.h; mails signed by OpenSSL: the folder signed. */
#include "mail/pack.h"
#include "mail/smime.h"
#include "read.h"
#include "signer.h"
#include <time.h>

#define WORDS "Content-Type: text/plain\r\n\r\nThe samovar leaks.\r\n"
#define WHEN "261120100000Z"
#define WHEN_S G_GINT64_CONSTANT(1795168800)
#define YEAR_S (365 * 86400)

static const char *signed_dir;

typedef struct {
	Signer *root, *desk, *ann;
	MailTrust *trust;
} House;

static void
house_clear(House *house)
{
	signer_free(house->root);
	signer_free(house->desk);
	signer_free(house->ann);
	mail_trust_free(house->trust);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(House, house_clear)

/* An authority that is trusted, one it has made, and who got a certificate of that. */
static House
house_new(SignerDraft ann)
{
	House house = { .root = signer_new((SignerDraft){ 0 }) };
	g_autofree char *pem = signer_pem(house.root);

	house.desk = signer_new((SignerDraft){ .issuer = house.root });
	ann.issuer = house.desk;
	house.ann = signer_new(ann);
	house.trust = mail_trust_new(pem);
	g_assert_nonnull(house.trust);
	return house;
}

static char *
wrapped(const char *head, const char *content, const char *tail, const GByteArray *signature)
{
	g_autofree char *base64 = g_base64_encode(signature->data, signature->len);

	return g_strconcat("From: Ann Lee <Ann@customer.example>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nSubject: Samovar\r\nMIME-Version: 1.0\r\n", head,
		"Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\r\n\r\nPreamble\r\n--b\r\n", content,
		"\r\n--b\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\n", base64, "\r\n--b--\r\n", tail, NULL);
}

static const char *
word_of_bytes(const char *bytes, gsize size, MailTrust *trust)
{
	g_autoptr(MailMessage) mail = read_bytes(bytes, size);

	return mail_signature_word(mail_smime_check(mail, (const guint8 *)bytes, size, trust));
}

static const char *
word_of(const char *text, MailTrust *trust)
{
	return word_of_bytes(text, strlen(text), trust);
}

/* Signed by her of @house, at @when, and shown as @content. */
static char *
mail_of(const House *house, const char *content, const char *when)
{
	g_autoptr(GByteArray) signature = signer_sign(house->ann, house->desk, WORDS, strlen(WORDS), when);

	return wrapped("", content, "", signature);
}

static char *
unix_lines(const char *text)
{
	char *out = g_malloc(strlen(text) + 1), *to = out;

	for (const char *p = text; *p != '\0'; p++)
		if (*p != '\r')
			*to++ = *p;
	*to = '\0';
	return out;
}

static void
test_valid(void)
{
	g_auto(House) house = house_new((SignerDraft){ .email = "ann@Customer.example", .purpose = GNUTLS_KP_EMAIL_PROTECTION });
	g_auto(House) by_will = house_new((SignerDraft){ .email = "ann@customer.example", .usage = GNUTLS_KEY_NON_REPUDIATION });
	g_auto(House) by_name = house_new((SignerDraft){ .dn_email = "ann@customer.example" });
	g_autofree char *mail = mail_of(&house, WORDS, WHEN), *with_lf = unix_lines(mail), *timeless = mail_of(&house, WORDS, NULL), *named = mail_of(&by_name, WORDS, WHEN);
	g_autofree char *willed = mail_of(&by_will, WORDS, WHEN);

	g_assert_cmpstr(word_of(mail, house.trust), ==, "valid");
	g_assert_cmpstr(word_of(with_lf, house.trust), ==, "valid");
	g_assert_cmpstr(word_of(timeless, house.trust), ==, "valid"); /* as its Date says */
	g_assert_cmpstr(word_of(named, by_name.trust), ==, "valid");
	g_assert_cmpstr(word_of(willed, by_will.trust), ==, "valid");
}

static void
test_one_byte_changed(void)
{
	g_auto(House) house = house_new((SignerDraft){ .email = "ann@customer.example" });
	g_autofree char *mail = mail_of(&house, WORDS, WHEN), *other = mail_of(&house, "Content-Type: text/plain\r\n\r\nThe samovar sings.\r\n", WHEN);
	char *at = strstr(mail, WORDS);

	g_assert_cmpstr(word_of(other, house.trust), ==, "changed");
	for (gsize i = 0; i < strlen(WORDS); i++) {
		const char *word;

		at[i] ^= 1;
		word = word_of(mail, house.trust);
		g_assert_true(strcmp(word, "changed") == 0 || strcmp(word, "unreadable") == 0);
		at[i] ^= 1;
	}
	g_assert_cmpstr(word_of(mail, house.trust), ==, "valid");
}

static void
test_other_sender(void)
{
	g_auto(House) house = house_new((SignerDraft){ .email = "bob@customer.example", .dn_email = "ann@customer.example" });
	g_auto(House) nobody = house_new((SignerDraft){ .dn_email = "ann@customer.example.evil.example" });
	g_autofree char *mail = mail_of(&house, WORDS, WHEN), *near_it = mail_of(&nobody, WORDS, WHEN);

	g_assert_cmpstr(word_of(mail, house.trust), ==, "other_sender");
	g_assert_cmpstr(word_of(near_it, nobody.trust), ==, "other_sender");
}

static void
test_expired(void)
{
	g_auto(House) over = house_new((SignerDraft){ .email = "ann@customer.example", .from_s = WHEN_S - YEAR_S, .until_s = WHEN_S - 1 });
	g_auto(House) not_yet = house_new((SignerDraft){ .email = "ann@customer.example", .from_s = WHEN_S + 1, .until_s = WHEN_S + YEAR_S });
	g_auto(House) long_ago = house_new((SignerDraft){ .email = "ann@customer.example", .from_s = WHEN_S - 6 * YEAR_S, .until_s = WHEN_S - 4 * YEAR_S });
	g_autofree char *late = mail_of(&over, WORDS, WHEN), *early = mail_of(&not_yet, WORDS, WHEN), *then = mail_of(&long_ago, WORDS, "211120100000Z");
	g_autofree char *timeless = mail_of(&over, WORDS, NULL), *no_date = unix_lines(timeless);

	g_assert_cmpstr(word_of(late, over.trust), ==, "expired");
	g_assert_cmpstr(word_of(early, not_yet.trust), ==, "expired");
	g_assert_cmpstr(word_of(then, long_ago.trust), ==, "valid"); /* when it was signed counts */
	g_assert_cmpstr(word_of(timeless, over.trust), ==, "expired");
	memcpy(strstr(no_date, "Date: Fri"), "Xate: Fri", 9);
	g_assert_cmpstr(word_of(no_date, over.trust), ==, "unreadable"); /* nobody says when */
}

static void
test_untrusted(void)
{
	g_auto(House) house = house_new((SignerDraft){ .email = "ann@customer.example" }), other = house_new((SignerDraft){ .email = "ann@customer.example" });
	g_auto(House) web = house_new((SignerDraft){ .email = "ann@customer.example", .purpose = GNUTLS_KP_TLS_WWW_SERVER });
	g_auto(House) sealing = house_new((SignerDraft){ .email = "ann@customer.example", .usage = GNUTLS_KEY_KEY_ENCIPHERMENT });
	g_autoptr(Signer) alone = signer_new((SignerDraft){ .email = "ann@customer.example" }), no_authority = signer_new((SignerDraft){ .email = "ann@customer.example", .issuer = house.ann });
	g_autoptr(GByteArray) by_herself = signer_sign(alone, NULL, WORDS, strlen(WORDS), WHEN), by_her = signer_sign(no_authority, house.ann, WORDS, strlen(WORDS), WHEN);
	g_autoptr(GByteArray) without_desk = signer_sign(house.ann, NULL, WORDS, strlen(WORDS), WHEN);
	g_autofree char *mail = mail_of(&house, WORDS, WHEN), *self_made = wrapped("", WORDS, "", by_herself), *loose = wrapped("", WORDS, "", without_desk);
	g_autofree char *issued_by_her = wrapped("", WORDS, "", by_her), *of_the_web = mail_of(&web, WORDS, WHEN), *sealed = mail_of(&sealing, WORDS, WHEN);

	g_assert_cmpstr(word_of(mail, other.trust), ==, "untrusted");
	g_assert_cmpstr(word_of(mail, mail_trust_of_system()), ==, "untrusted");
	g_assert_cmpstr(word_of(self_made, house.trust), ==, "untrusted");
	g_assert_cmpstr(word_of(issued_by_her, house.trust), ==, "untrusted");
	g_assert_cmpstr(word_of(loose, house.trust), ==, "untrusted"); /* the certificate between is missing */
	g_assert_cmpstr(word_of(of_the_web, web.trust), ==, "untrusted"); /* a web server's certificate signs no mail */
	g_assert_cmpstr(word_of(sealed, sealing.trust), ==, "untrusted"); /* nor does a key that is for sealing */
}

static void
test_garbage(void)
{
	g_auto(House) house = house_new((SignerDraft){ .email = "ann@customer.example" });
	g_autoptr(GByteArray) signature = signer_sign(house.ann, house.desk, WORDS, strlen(WORDS), WHEN), large = g_byte_array_new();
	const guint size = signature->len;

	for (guint n = 0; n < size; n++) {
		g_autoptr(GByteArray) copy = g_byte_array_append(g_byte_array_new(), signature->data, size), part = g_byte_array_append(g_byte_array_new(), signature->data, n);
		g_autofree char *cut = wrapped("", WORDS, "", part), *flipped = NULL;

		g_assert_cmpstr(word_of(cut, house.trust), ==, "unreadable");
		copy->data[n] ^= 0xFF;
		flipped = wrapped("", WORDS, "", copy);
		word_of(flipped, house.trust);
	}
	g_byte_array_append(large, signature->data, size);
	g_byte_array_set_size(large, 3 << 20);
	memset(large->data + size, 0x30, large->len - size);
	{
		g_autofree char *mail = wrapped("", WORDS, "", large);

		g_assert_cmpstr(word_of(mail, house.trust), ==, "unreadable");
	}
}

/* One line again and again. */
static char *
large_words(gsize size)
{
	GString *out = g_string_sized_new(size + 200);

	g_string_append(out, "Content-Type: application/octet-stream; name=a.bin\r\n\r\n");
	while (out->len < size)
		g_string_append(out, "TWFueSBzYW1vdmFycyBsZWFrIG1vcmUgb3IgbGVzcywgYW5kIG9mIGFsbCBvZiB0aGVtIG91cnMu\r\n");
	return g_string_free(out, FALSE);
}

static void
test_large(void)
{
	g_auto(House) house = house_new((SignerDraft){ .email = "ann@customer.example" });
	g_autofree char *words = large_words(20 << 20);
	g_autoptr(GByteArray) signature = signer_sign(house.ann, house.desk, words, strlen(words), WHEN);
	g_autofree char *mail = wrapped("", words, "", signature), *with_lf = unix_lines(mail);
	const clock_t start = clock();

	g_assert_cmpstr(word_of(mail, house.trust), ==, "valid");
	g_assert_cmpstr(word_of(with_lf, house.trust), ==, "valid");
	*strchr(with_lf + strlen(with_lf) / 2, 'T') = 'U';
	g_assert_cmpstr(word_of(with_lf, house.trust), ==, "changed");
	g_assert_cmpfloat((double)(clock() - start) / CLOCKS_PER_SEC, <, 20.0); /* a second, without sanitizers */
}

/* What nobody signed could stand beside it. */
static void
test_only_as_a_whole(void)
{
	g_auto(House) house = house_new((SignerDraft){ .email = "ann@customer.example" });
	g_autofree char *mail = mail_of(&house, WORDS, WHEN), *third = NULL, *forwarded = NULL, *in_a_list = NULL, *pgp = NULL;
	const char *inner = strstr(mail, "Content-Type: multipart/signed");
	char *last = g_strrstr(mail, "--b--");

	third = g_strdup_printf("%.*s--b\r\nContent-Type: text/plain\r\n\r\nSend the money elsewhere.\r\n--b--\r\n", (int)(last - mail), mail);
	g_assert_cmpstr(word_of(third, house.trust), ==, "unreadable");
	in_a_list = g_strdup_printf("From: ann@customer.example\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n%s\r\n--c\r\n\r\nTo leave this list\r\n--c--\r\n", inner);
	g_assert_cmpstr(word_of(in_a_list, house.trust), ==, "unchecked");
	forwarded = g_strdup_printf("From: bob@customer.example\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nSee below\r\n--c\r\n"
		"Content-Type: message/rfc822\r\n\r\n%s\r\n--c--\r\n", mail);
	{
		g_autoptr(MailMessage) read = read_mail(forwarded);

		g_assert_cmpstr(read->crypto, ==, ""); /* Bob's mail is not signed: Ann's in it is a file of his */
		g_assert_cmpstr(word_of(forwarded, house.trust), ==, "unchecked");
	}
	pgp = g_strdup_printf("From: ann@customer.example\r\nContent-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\r\n\r\n%s", strstr(mail, "--b\r\n"));
	g_assert_cmpstr(word_of(pgp, house.trust), ==, "unchecked");
}

/* In the signature's own part, too. */
static void
test_no_words_beside_it(void)
{
	g_auto(House) house = house_new((SignerDraft){ .email = "ann@customer.example" });
	g_autoptr(GByteArray) signature = signer_sign(house.ann, house.desk, WORDS, strlen(WORDS), WHEN);
	g_autofree char *in_html = NULL, *packed = NULL, *path = g_build_filename(signed_dir, "opaque.eml", NULL), *root_path = g_build_filename(signed_dir, "root.pem", NULL), *opaque = NULL, *root = NULL;
	g_autoptr(MailTrust) trust = NULL;
	g_autoptr(MailMessage) read = NULL;

	g_byte_array_append(signature, (const guint8 *)"<p>Send the money elsewhere.", 28);
	in_html = wrapped("", WORDS, "", signature);
	g_assert_cmpstr(word_of(in_html, house.trust), ==, "valid"); /* nobody sees it there: it is a file */
	memcpy(strstr(in_html, "application/pkcs7-signature; name=smime.p7s"), "text/html;                       name=smime", 43);
	g_assert_cmpstr(word_of(in_html, house.trust), ==, "unreadable");
	g_assert_true(g_file_get_contents(path, &opaque, NULL, NULL) && g_file_get_contents(root_path, &root, NULL, NULL));
	trust = mail_trust_new(root);
	packed = g_strconcat("From: ann@customer.example\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\n\n--b\n"
		"Content-Type: text/plain; charset=utf-8\n\nThe samovar leaks.\n\n--b\nContent-Type: application/pkcs7-signature; name=words.p7m\n"
		"Content-Transfer-Encoding: base64\n\n", strstr(opaque, "base64\n\n") + 8, "--b--\n", NULL);
	read = read_mail(packed);
	g_assert_cmpstr(read->text, !=, "The samovar leaks.\n"); /* what is in it is shown ... */
	g_assert_cmpstr(word_of(packed, trust), ==, "unreadable");
}

/* The outer three fields of @der (each with a length of two bytes behind 0x82) ended by zeros, as Apple's and Microsoft's programs write them. */
static GByteArray *
without_lengths(const GByteArray *der)
{
	GByteArray *out = g_byte_array_new();
	const guint8 *p = der->data;

	g_assert_true(p[0] == 0x30 && p[1] == 0x82 && p[4] == 0x06 && p[15] == 0xA0 && p[16] == 0x82 && p[19] == 0x30 && p[20] == 0x82);
	g_byte_array_append(out, (const guint8 *)"\x30\x80", 2);
	g_byte_array_append(out, p + 4, 11);
	g_byte_array_append(out, (const guint8 *)"\xA0\x80\x30\x80", 4);
	g_byte_array_append(out, p + 23, der->len - 23);
	return g_byte_array_append(out, (const guint8 *)"\0\0\0\0\0\0", 6);
}

static void
test_ways_to_write_it(void)
{
	g_auto(House) house = house_new((SignerDraft){ .email = "ann@customer.example" });
	g_autoptr(GByteArray) der = signer_sign(house.ann, house.desk, WORDS, strlen(WORDS), WHEN), ber = without_lengths(der);
	g_autoptr(GByteArray) again = mail_cms_detached(der->data, der->len), of_ber = mail_cms_detached(ber->data, ber->len);
	g_autofree char *mail = wrapped("", WORDS, "", ber), *base64 = g_base64_encode(der->data, der->len), *in_pem = g_strdup_printf("-----BEGIN PKCS7-----\r\n%s\r\n-----END PKCS7-----\r\n", base64);
	g_autoptr(GByteArray) pem = g_byte_array_append(g_byte_array_new(), (const guint8 *)in_pem, (guint)strlen(in_pem));
	g_autofree char *of_pem = wrapped("", WORDS, "", pem);

	g_assert_cmpmem(again->data, again->len, der->data, der->len); /* what is DER already stays as it is */
	g_assert_cmpmem(of_ber->data, of_ber->len, der->data, der->len);
	g_assert_cmpstr(word_of(mail, house.trust), ==, "valid");
	g_assert_cmpstr(word_of(of_pem, house.trust), ==, "valid");
}

static void
test_by_openssl(void)
{
	static const char *const names[] = { "detached", "detached_without_attributes", "opaque", "opaque_ber", "opaque_by_key_id" };
	g_autofree char *root_path = g_build_filename(signed_dir, "root.pem", NULL), *root = NULL;
	g_autofree char *pss_path = g_build_filename(signed_dir, "detached_pss.eml", NULL), *pss = NULL;
	g_autoptr(MailTrust) trust = NULL;

	g_assert_true(g_file_get_contents(root_path, &root, NULL, NULL));
	trust = mail_trust_new(root);
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *name = g_strconcat(names[i], ".eml", NULL), *path = g_build_filename(signed_dir, name, NULL), *text = NULL;
		g_autoptr(MailMessage) mail = NULL;
		gsize size = 0;
		char *at;

		g_assert_true(g_file_get_contents(path, &text, &size, NULL));
		mail = read_bytes(text, size);
		g_assert_cmpstr(mail->text, ==, "The samovar leaks.\n");
		g_assert_cmpstr(mail->crypto, ==, "smime_signed");
		g_assert_cmpstr(word_of_bytes(text, size, trust), ==, "valid");
		at = strstr(text, "ann@customer");
		*at = 'A'; /* letters of either size are one address */
		g_assert_cmpstr(word_of_bytes(text, size, trust), ==, "valid");
		*at = 'x';
		g_assert_cmpstr(word_of_bytes(text, size, trust), ==, "other_sender");
	}
	/* GnuTLS may not read this kind, but accuses nobody. */
	g_assert_true(g_file_get_contents(pss_path, &pss, NULL, NULL));
	g_assert_cmpstr(word_of(pss, trust), !=, "changed");
}

/* Whatever is put into it or taken out of it: where it is called valid, what is shown is what was signed. */
static void
test_valid_shows_what_was_signed(void)
{
	static const char *const names[] = { "detached.eml", "detached_without_attributes.eml", "opaque_ber.eml" };
	static const char *const pieces[] = { "--b\n", "--b--\n", "\n", "Content-Type: text/html\n\n", "Content-Type: text/plain\n", "Content-Transfer-Encoding: base64\n", "Send the money elsewhere.\n", "begin 644 a\n" };
	g_autofree char *root_path = g_build_filename(signed_dir, "root.pem", NULL), *root = NULL;
	g_autoptr(MailTrust) trust = NULL;
	guint n_valid = 0, n_changed = 0;

	g_assert_true(g_file_get_contents(root_path, &root, NULL, NULL));
	trust = mail_trust_new(root);
	for (guint i = 0; i < 1200; i++) {
		g_autofree char *path = g_build_filename(signed_dir, names[i % G_N_ELEMENTS(names)], NULL), *bytes = NULL;
		g_autoptr(GString) text = NULL;
		g_autoptr(MailMessage) mail = NULL;
		MailSignature found;
		gsize size = 0, at, n = (gsize)g_test_rand_int_range(1, 20);

		g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
		text = g_string_new_len(bytes, (gssize)size);
		at = (gsize)g_test_rand_int_range(0, (gint32)size);
		if (i % 4 == 0)
			g_string_erase(text, (gssize)at, (gssize)MIN(size - at, n));
		while (i % 4 != 0 && at > 0 && text->str[at - 1] != '\n')
			at--;
		if (i % 4 != 0)
			g_string_insert(text, (gssize)at, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
		mail = read_bytes(text->str, text->len);
		found = mail_smime_check(mail, (const guint8 *)text->str, text->len, trust);
		n_changed += found == SIGNATURE_CHANGED;
		if (found != SIGNATURE_VALID)
			continue;
		n_valid++;
		g_assert_cmpstr(mail->text, ==, "The samovar leaks.\n");
		g_assert_null(mail->html);
	}
	g_assert_cmpuint(n_valid, >, 0);
	g_assert_cmpuint(n_changed, >, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(argc, ==, 2);
	signed_dir = argv[1];
	g_test_add_func("/mail/smime/valid", test_valid);
	g_test_add_func("/mail/smime/one-byte-changed", test_one_byte_changed);
	g_test_add_func("/mail/smime/other-sender", test_other_sender);
	g_test_add_func("/mail/smime/expired", test_expired);
	g_test_add_func("/mail/smime/untrusted", test_untrusted);
	g_test_add_func("/mail/smime/garbage", test_garbage);
	g_test_add_func("/mail/smime/large", test_large);
	g_test_add_func("/mail/smime/only-as-a-whole", test_only_as_a_whole);
	g_test_add_func("/mail/smime/no-words-beside-it", test_no_words_beside_it);
	g_test_add_func("/mail/smime/ways-to-write-it", test_ways_to_write_it);
	g_test_add_func("/mail/smime/by-openssl", test_by_openssl);
	g_test_add_func("/mail/smime/valid-shows-what-was-signed", test_valid_shows_what_was_signed);
	return g_test_run();
}
