/* Encodings are told from the bytes, and turned into UTF-8 without losing count of the source. */
#include "text/charset.h"
#include <string.h>

static Charset
guess(const char *bytes, gsize size, gsize *ret_bom)
{
	Charset in_one, in_pieces;
	CharsetGuess it = { 0 };
	gsize bom;

	charset_guess_feed(&it, (const guint8 *)bytes, size);
	in_one = charset_guess_end(&it, ret_bom);
	memset(&it, 0, sizeof it);
	for (gsize i = 0; i < size; i++)
		charset_guess_feed(&it, (const guint8 *)bytes + i, 1);
	in_pieces = charset_guess_end(&it, &bom);
	g_assert_cmpint(in_one, ==, in_pieces);
	g_assert_cmpuint(bom, ==, *ret_bom);
	return in_one;
}

static void
test_guess(void)
{
	static const struct {
		const char *bytes;
		gsize size;
		Charset charset;
		gsize bom;
	} table[] = {
		{ "", 0, CHARSET_UTF8, 0 }, { "id,name\n1,Ann\n", 14, CHARSET_UTF8, 0 }, { "\xef\xbb\xbfid,name\n", 11, CHARSET_UTF8, 3 },
		{ "\xef\xbb\xbf\xe4\xe4", 5, CHARSET_UTF8, 3 }, { "M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x98\x80", 16, CHARSET_UTF8, 0 },
		{ "M\xfcller, Stra\xdf"
		  "e",
			14, CHARSET_WINDOWS_1252, 0 },
		{ "\xc3\xbc\xc3\xbc\xc3\xbc one bad \xff", 16, CHARSET_UTF8, 0 }, { "cut \xe2\x82", 6, CHARSET_WINDOWS_1252, 0 },
		{ "\xff\xfei\0d\0", 6, CHARSET_UTF16LE, 2 }, { "\xfe\xff\0i\0d", 6, CHARSET_UTF16BE, 2 },
		{ "i\0d\0,\0x\0", 8, CHARSET_UTF16LE, 0 }, { "\0i\0d\0,\0x", 8, CHARSET_UTF16BE, 0 },
		{ "a,b\n1,\0\0\0\0 one\n", 15, CHARSET_UTF8, 0 },	/* stray zeros are no UTF-16 */
		{ "\xed\xa0\x80\xc0\xaf", 5, CHARSET_WINDOWS_1252, 0 }, /* half a pair, overlong: no UTF-8 */
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		gsize bom;
		Charset charset = guess(table[i].bytes, table[i].size, &bom);

		g_assert_cmpstr(charset_name(charset), ==, charset_name(table[i].charset));
		g_assert_cmpuint(bom, ==, table[i].bom);
	}
}

typedef struct {
	const char *bytes;
	gsize size, step;
} Piece;

static gssize
next_piece(gpointer data, guint8 *buffer, gsize size, GError **error)
{
	Piece *piece = data;
	gsize n = MIN(MIN(size, piece->size), piece->step);

	memcpy(buffer, piece->bytes, n);
	piece->bytes += n;
	piece->size -= n;
	return (gssize)n;
}

static void
check_read(Charset charset, const char *bytes, gsize size, const char *text)
{
	for (gsize step = 1; step <= size + 1; step++)
		for (gsize room = 4; room < 9; room++) {
			Piece piece = { bytes, size, step };
			g_autoptr(CharsetReader) reader = charset_reader_new(charset, next_piece, &piece);
			g_autoptr(GString) all = g_string_new(NULL);
			g_autoptr(GError) error = NULL;
			char out[16];
			gssize n;

			while ((n = charset_read(reader, out, room, &error)) > 0)
				g_string_append_len(all, out, n);
			g_assert_no_error(error);
			g_assert_cmpint(n, ==, 0);
			g_assert_cmpstr(all->str, ==, text);
			g_assert_cmpint(charset_source_size(charset, all->str, all->len), ==, (gint64)size);
		}
}

static void
test_read(void)
{
	check_read(CHARSET_UTF8, "M\xc3\xbcller\xff", 8, "M\xc3\xbcller\xff");
	check_read(CHARSET_WINDOWS_1252, "\x80 f\xfcr M\xfcller \x81\x93", 16, "€ für Müller \xc2\x81“");
	check_read(CHARSET_UTF16LE, "\xe4\0\xac\x20=\xd8\0\xde", 8, "ä€😀");
	check_read(CHARSET_UTF16BE, "\0\xe4\x20\xac\xd8=\xde\0", 8, "ä€😀");
	check_read(CHARSET_UTF16BE, "\xd8=\0x", 4, "\xed\xa0\xbdx"); /* half a pair stays a fault */
	check_read(CHARSET_UTF16LE, "x\0=\xd8", 4, "x\xed\xa0\xbd");
	check_read(CHARSET_UTF16LE, "x\0y", 3, "x\xff");
}

static void
test_append(void)
{
	static const char words[] = "a „b“ € ä 😀 č";
	static const Charset charsets[] = { CHARSET_UTF8, CHARSET_UTF16LE, CHARSET_UTF16BE };
	g_autoptr(GString) latin = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(charsets); i++) {
		g_autoptr(GString) out = g_string_new(NULL);

		charset_append(charsets[i], words, out);
		check_read(charsets[i], out->str, out->len, words);
	}
	charset_append(CHARSET_WINDOWS_1252, words, latin);
	g_assert_cmpstr(latin->str, ==,
		"a \x84"
		"b\x93 \x80 \xe4 ? ?");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/charset/guess", test_guess);
	g_test_add_func("/charset/read", test_read);
	g_test_add_func("/charset/append", test_append);
	return g_test_run();
}
