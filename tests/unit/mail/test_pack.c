/* What is packed in a part: winmail.dat, compressed RTF, opaque signatures; whole, cut anywhere, and broken. */
#include "mail/pack.h"
#include "read.h"

/* ---- winmail.dat */

static void
put(GByteArray *out, guint64 value, guint size)
{
	for (guint i = 0; i < size; i++) {
		guint8 byte = (guint8)(value >> 8 * i);

		g_byte_array_append(out, &byte, 1);
	}
}

static void
put_attribute(GByteArray *out, guint level, guint tag, const void *bytes, gsize size)
{
	guint sum = 0;

	put(out, level, 1);
	put(out, tag, 4);
	put(out, size, 4);
	g_byte_array_append(out, bytes, (guint)size);
	for (gsize i = 0; i < size; i++)
		sum += ((const guint8 *)bytes)[i];
	put(out, sum & 0xFFFF, 2);
}

static void
put_property(GByteArray *props, guint type, guint id, const void *bytes, gsize size)
{
	static const guint8 padding[4] = { 0 };

	put(props, type, 2);
	put(props, id, 2);
	put(props, 1, 4);
	put(props, size, 4);
	g_byte_array_append(props, bytes, (guint)size);
	g_byte_array_append(props, padding, (guint)((4 - size % 4) % 4));
}

static GByteArray *
winmail(void)
{
	GByteArray *out = g_byte_array_new();
	g_autoptr(GByteArray) message = g_byte_array_new(), file = g_byte_array_new();

	put(out, 0x223E9F78, 4);
	put(out, 1, 2);
	put_attribute(out, 1, 0x00069007, "\xe3\x04\0\0\0\0\0\0", 8); /* code page 1251 */
	put_attribute(out, 1, 0x0002800C, "\xcf\xf0\xe8\xe2\xe5\xf2", 6);
	put(message, 4, 4);
	put(message, 0x0003, 2); /* a number */
	put(message, 0x1234, 2);
	put(message, 7, 4);
	put(message, 0x101F, 2); /* two strings under a name */
	put(message, 0x8001, 2);
	for (int i = 0; i < 4; i++)
		put(message, 0x11111111, 4);
	put(message, 1, 4);
	put(message, 6, 4);
	put(message, 0x00620061, 4);
	put(message, 0, 4);
	put(message, 2, 4);
	put(message, 2, 4);
	put(message, 'a', 4);
	put(message, 2, 4);
	put(message, 'b', 4);
	put_property(message, 0x0102, 0x1013, "<b>hi</b>", 9);
	put_property(message, 0x0102, 0x7777, "?", 1);
	put_attribute(out, 1, 0x00069003, message->data, message->len);
	put_attribute(out, 2, 0x00069002, "\1\0", 2);
	put_attribute(out, 2, 0x00018010, "LANGER~1.DOC", 13);
	put_attribute(out, 2, 0x0006800F, "content", 7);
	put(file, 3, 4);
	put_property(file, 0x001F, 0x3707, "l\0\xe4\0n\0g\0e\0r\0.\0d\0o\0c\0\0\0", 22);
	put_property(file, 0x001E, 0x370E, "application/msword", 19);
	put_property(file, 0x001E, 0x3712, "cid@x", 6);
	put_attribute(out, 2, 0x00069005, file->data, file->len);
	put_attribute(out, 2, 0x00069002, "\1\0", 2);
	put_attribute(out, 2, 0x00018010, "second.txt", 11);
	put_attribute(out, 2, 0x0006800F, "2", 1);
	return out;
}

static void
test_tnef(void)
{
	g_autoptr(GByteArray) bytes = winmail();
	g_autoptr(MailTnef) tnef = mail_tnef_read(bytes->data, bytes->len, 1);
	const MailPart *part;

	g_assert_nonnull(tnef);
	g_assert_cmpstr(tnef->text, ==, "Привет");
	g_assert_cmpstr(tnef->html, ==, "<b>hi</b>");
	g_assert_cmpuint(tnef->parts->len, ==, 2);
	part = tnef->parts->pdata[0];
	g_assert_cmpstr(part->name, ==, "länger.doc");
	g_assert_cmpstr(part->media_type, ==, "application/msword");
	g_assert_cmpstr(part->content_id, ==, "cid@x");
	g_assert_cmpmem(part->bytes, part->size, "content", 7);
	part = tnef->parts->pdata[1];
	g_assert_cmpstr(part->name, ==, "second.txt");
	g_assert_null(mail_tnef_read((const guint8 *)"not TNEF at all", 15, 0));
}

static void
test_tnef_in_mail(void)
{
	g_autoptr(GByteArray) bytes = winmail();
	g_autofree char *base64 = g_base64_encode(bytes->data, bytes->len);
	g_autofree char *text = g_strdup_printf("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n"
						"Content-Transfer-Encoding: base64\n\n%s\n--b\nContent-Type: application/ms-tnef\n\nbroken\n--b--\n",
		base64);
	g_autoptr(MailMessage) mail = read_mail(text);

	g_assert_cmpstr(mail->text, ==, "Привет");
	g_assert_cmpstr(mail->html, ==, "<b>hi</b>");
	g_assert_cmpuint(mail->parts->len, ==, 3);
	g_assert_cmpstr(part_at(mail, 0)->name, ==, "länger.doc");
	g_assert_cmpstr(part_at(mail, 2)->media_type, ==, "application/ms-tnef");
	g_assert_true(has_problem(mail, "winmail.dat cannot be read"));
}

/* Outlook's rich text, packed in its compressed form: the words are read, and the file is there. */
static void
test_tnef_of_rtf_alone(void)
{
	static const char rtf[] = "{\\rtf1\\ansi It leaks.\\par}";
	g_autoptr(GByteArray) out = g_byte_array_new(), packed = g_byte_array_new(), message = g_byte_array_new();
	g_autofree char *base64 = NULL, *text = NULL;
	g_autoptr(MailMessage) mail = NULL;

	put(packed, sizeof rtf - 1 + 12, 4);
	put(packed, sizeof rtf - 1, 4);
	g_byte_array_append(packed, (const guint8 *)"MELA\0\0\0\0", 8);
	g_byte_array_append(packed, (const guint8 *)rtf, sizeof rtf - 1);
	put(message, 1, 4);
	put_property(message, 0x0102, 0x1009, packed->data, packed->len);
	put(out, 0x223E9F78, 4);
	put(out, 1, 2);
	put_attribute(out, 1, 0x00069003, message->data, message->len);
	base64 = g_base64_encode(out->data, out->len);
	text = g_strdup_printf("From: a@b.example\nMessage-ID: <1@x>\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n%s\n", base64);
	mail = read_mail(text);
	g_assert_cmpstr(mail->text, ==, "It leaks.\n");
	g_assert_cmpuint(mail->parts->len, ==, 1);
	g_assert_cmpstr(part_at(mail, 0)->name, ==, "message.rtf");
}

/* Cut after every byte, and with every byte another: it is read or not, and nothing falls. */
static void
test_tnef_broken(void)
{
	g_autoptr(GByteArray) bytes = winmail();

	for (guint n = 0; n <= bytes->len; n++) {
		g_autofree guint8 *copy = g_memdup2(bytes->data, n);
		g_autoptr(MailTnef) tnef = mail_tnef_read(copy, n, 0);

		g_assert_true((tnef != NULL) == (n >= 6));
	}
	for (guint i = 6; i < bytes->len; i++) {
		guint8 was = bytes->data[i];
		g_autoptr(MailTnef) tnef = NULL;

		bytes->data[i] = 0xFF;
		tnef = mail_tnef_read(bytes->data, bytes->len, 0);
		g_assert_nonnull(tnef);
		bytes->data[i] = was;
	}
}

/* The two examples of [MS-OXRTFCP] 4.1 and 4.2, and what is said there to be broken. */
static void
test_rtf(void)
{
	static const guint8 simple[] = { 0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00,
		0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64,
		0x7d, 0x0a, 0x80, 0x0f, 0xa0 };
	static const guint8 overlap[] = { 0x1a, 0x00, 0x00, 0x00, 0x1c, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xe2, 0xd4, 0x4b, 0x51, 0x41, 0x00, 0x04, 0x20,
		0x57, 0x58, 0x59, 0x5a, 0x0d, 0x6e, 0x7d, 0x01, 0x0e, 0xb0 };
	static const char plain[] = "\x13\0\0\0\x07\0\0\0MELA\0\0\0\0{\\rtf1}";
	gsize size;
	g_autofree guint8 *one = mail_rtf_expand(simple, sizeof simple, &size), *two = NULL, *three = NULL;

	g_assert_cmpmem(one, size, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", 43);
	two = mail_rtf_expand(overlap, sizeof overlap, &size);
	g_assert_cmpmem(two, size, "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}", 28);
	three = mail_rtf_expand((const guint8 *)plain, sizeof plain - 1, &size);
	g_assert_cmpmem(three, size, "{\\rtf1}", 7);
	g_assert_null(mail_rtf_expand((const guint8 *)"\1\0\0\0\xff\xff\xff\x7fLZFu\0\0\0\0", 16, &size));
	g_assert_null(mail_rtf_expand((const guint8 *)"short", 5, &size));
	for (gsize n = 0; n < sizeof simple; n++) {
		g_autofree guint8 *copy = g_memdup2(simple, n), *cut = mail_rtf_expand(copy, n, &size);
	}
}

/* ---- opaque signatures */

#define INNER "Content-Type: text/plain\n\nsigned words"
static const guint8 signed_data_oid[] = { 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02 };
static const guint8 data_oid[] = { 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01 };

/* A field around what @inner holds; @indefinite: ended by two zeros. */
static GByteArray *
wrap(guint8 tag, GByteArray *inner, gboolean indefinite)
{
	GByteArray *out = g_byte_array_new();

	g_byte_array_append(out, &tag, 1);
	if (indefinite)
		put(out, 0x80, 1);
	else if (inner->len < 128)
		put(out, inner->len, 1);
	else
		put(out, 0x82 | (inner->len >> 8) << 8 | (inner->len & 255) << 16, 3);
	g_byte_array_append(out, inner->data, inner->len);
	if (indefinite)
		put(out, 0, 2);
	g_byte_array_unref(inner);
	return out;
}

static GByteArray *
bytes_of(const void *bytes, gsize size)
{
	GByteArray *out = g_byte_array_new();

	return g_byte_array_append(out, bytes, (guint)size);
}

static GByteArray *
opaque(gboolean ber)
{
	GByteArray *octets, *content = bytes_of(data_oid, sizeof data_oid), *signed_data = bytes_of("\x02\x01\x01\x31\x00", 5), *info;

	if (ber) {
		g_autoptr(GByteArray) second = wrap(0x04, bytes_of(INNER + 10, strlen(INNER) - 10), FALSE);

		octets = wrap(0x04, bytes_of(INNER, 10), FALSE);
		g_byte_array_append(octets, second->data, second->len);
		octets = wrap(0x24, octets, TRUE);
	} else {
		octets = wrap(0x04, bytes_of(INNER, strlen(INNER)), FALSE);
	}
	octets = wrap(0xA0, octets, ber);
	g_byte_array_append(content, octets->data, octets->len);
	g_byte_array_unref(octets);
	content = wrap(0x30, content, ber);
	g_byte_array_append(signed_data, content->data, content->len);
	g_byte_array_append(signed_data, (const guint8 *)"\x31\x00", 2);
	g_byte_array_unref(content);
	signed_data = wrap(0xA0, wrap(0x30, signed_data, ber), ber);
	info = bytes_of(signed_data_oid, sizeof signed_data_oid);
	g_byte_array_append(info, signed_data->data, signed_data->len);
	g_byte_array_unref(signed_data);
	return wrap(0x30, info, ber);
}

static void
test_cms(void)
{
	for (int ber = 0; ber < 2; ber++) {
		g_autoptr(GByteArray) bytes = opaque(ber);
		g_autofree char *base64 = g_base64_encode(bytes->data, bytes->len);
		g_autofree char *text = g_strdup_printf("Subject: x\nContent-Type: application/%s; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n%s\n",
			ber ? "x-pkcs7-mime" : "pkcs7-mime; smime-type=signed-data", base64);
		g_autoptr(MailMessage) mail = read_mail(text);

		g_assert_cmpstr(mail->text, ==, "signed words");
		g_assert_cmpstr(mail->crypto, ==, "smime_signed");
		g_assert_null(mail->signature); /* not asked yet */
		for (guint n = 0; n < bytes->len; n++) {
			g_autofree guint8 *copy = g_memdup2(bytes->data, n), *own = NULL;
			const guint8 *content;
			gsize size;

			mail_cms_content(copy, n, &content, &size, &own);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail/pack/tnef", test_tnef);
	g_test_add_func("/mail/pack/tnef_in_mail", test_tnef_in_mail);
	g_test_add_func("/mail/pack/tnef_of_rtf_alone", test_tnef_of_rtf_alone);
	g_test_add_func("/mail/pack/tnef_broken", test_tnef_broken);
	g_test_add_func("/mail/pack/rtf", test_rtf);
	g_test_add_func("/mail/pack/cms", test_cms);
	return g_test_run();
}
