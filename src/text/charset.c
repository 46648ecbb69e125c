#include "text/charset.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { RAW_SIZE = 65536, HEAD_BYTES = 4096 };

struct _CharsetReader {
	Charset charset;
	CharsetSource source;
	gpointer data;
	gboolean at_end;
	gsize pos, fill; /* of raw */
	guint8 raw[RAW_SIZE];
};

/* Windows-1252 between 0x80 and 0x9F; the five places it leaves empty stay the control characters of Latin-1. */
static const guint16 high_1252[32] = {
	0x20AC,
	0x0081,
	0x201A,
	0x0192,
	0x201E,
	0x2026,
	0x2020,
	0x2021,
	0x02C6,
	0x2030,
	0x0160,
	0x2039,
	0x0152,
	0x008D,
	0x017D,
	0x008F,
	0x0090,
	0x2018,
	0x2019,
	0x201C,
	0x201D,
	0x2022,
	0x2013,
	0x2014,
	0x02DC,
	0x2122,
	0x0161,
	0x203A,
	0x0153,
	0x009D,
	0x017E,
	0x0178,
};

const char *
charset_name(Charset charset)
{
	static const char *const names[] = { "UTF-8", "UTF-16LE", "UTF-16BE", "windows-1252" };

	return names[charset];
}

/* Bytes of the UTF-8 character at @p, 0 when it is none, -1 when the piece ends inside it. */
static int
utf8_length(const guint8 *p, gsize size)
{
	int n = p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;

	for (int i = 1; i < n; i++) {
		guint8 low = 0x80, high = 0xBF;

		if ((gsize)i >= size)
			return -1;
		if (i == 1) {
			low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : low;
			high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : high;
		}
		if (p[i] < low || p[i] > high)
			return 0;
	}
	return n;
}

/* Counts good and bad; returns how many bytes at the end are the start of a character still to come. */
static guint
guess_count(CharsetGuess *guess, const guint8 *p, gsize size)
{
	const guint8 *end = p + size;

	while (p < end) {
		guint64 eight;
		int n;

		for (; end - p >= 8; p += 8) {
			memcpy(&eight, p, 8);
			if (eight & G_GUINT64_CONSTANT(0x8080808080808080))
				break;
		}
		while (p < end && *p < 0x80)
			p++;
		if (p == end)
			return 0;
		n = utf8_length(p, (gsize)(end - p));
		if (n < 0)
			return (guint)(end - p);
		guess->n_good += n > 0;
		guess->n_bad += n == 0;
		p += MAX(n, 1);
	}
	return 0;
}

void
charset_guess_feed(CharsetGuess *guess, const guint8 *bytes, gsize size)
{
	for (gsize i = 0; i < size && guess->n_bytes + i < HEAD_BYTES; i++) {
		guint64 at = guess->n_bytes + i;

		if (guess->n_head < sizeof guess->head)
			guess->head[guess->n_head++] = bytes[i];
		if (bytes[i] == 0)
			*(at % 2 == 0 ? &guess->n_zero_even : &guess->n_zero_odd) += 1;
	}
	guess->n_bytes += size;
	/* A character begun in the piece before: byte by byte until it is whole or broken. */
	while (guess->n_tail > 0 && size > 0) {
		guint8 joined[8];
		guint n = guess->n_tail;

		memcpy(joined, guess->tail, n);
		joined[n++] = *bytes++;
		size--;
		guess->n_tail = guess_count(guess, joined, n);
		memmove(guess->tail, joined + n - guess->n_tail, guess->n_tail);
	}
	if (size > 0) {
		guess->n_tail = guess_count(guess, bytes, size);
		memcpy(guess->tail, bytes + size - guess->n_tail, guess->n_tail);
	}
}

Charset
charset_guess_end(CharsetGuess *guess, gsize *ret_bom)
{
	guint64 half = MIN(guess->n_bytes, HEAD_BYTES) / 2;
	const guint8 *h = guess->head;

	*ret_bom = 0;
	if (guess->n_head >= 3 && h[0] == 0xEF && h[1] == 0xBB && h[2] == 0xBF) {
		*ret_bom = 3;
		return CHARSET_UTF8;
	}
	if (guess->n_head >= 2 && ((h[0] == 0xFF && h[1] == 0xFE) || (h[0] == 0xFE && h[1] == 0xFF))) {
		*ret_bom = 2;
		return h[0] == 0xFF ? CHARSET_UTF16LE : CHARSET_UTF16BE;
	}
	/* Western text in UTF-16 has a zero in nearly every second byte and none in the others. */
	if (half > 0 && guess->n_zero_odd * 10 > half * 4 && guess->n_zero_even * 10 < half)
		return CHARSET_UTF16LE;
	if (half > 0 && guess->n_zero_even * 10 > half * 4 && guess->n_zero_odd * 10 < half)
		return CHARSET_UTF16BE;
	guess->n_bad += guess->n_tail;
	guess->n_tail = 0;
	return guess->n_bad <= guess->n_good ? CHARSET_UTF8 : CHARSET_WINDOWS_1252;
}

gssize
charset_source_fd(gpointer data, guint8 *buffer, gsize size, GError **error)
{
	gssize n;

	do
		n = read(GPOINTER_TO_INT(data), buffer, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		g_set_error(error, ERR, ERR_INTERNAL, "cannot read the file: %s", g_strerror(errno));
	return n;
}

CharsetReader *
charset_reader_new(Charset charset, CharsetSource source, gpointer data)
{
	CharsetReader *reader = g_new(CharsetReader, 1);

	reader->charset = charset;
	reader->source = source;
	reader->data = data;
	reader->at_end = FALSE;
	reader->pos = reader->fill = 0;
	return reader;
}

void
charset_reader_free(CharsetReader *reader)
{
	g_free(reader);
}

/* Any code point, also half a surrogate pair: then three bytes that are no UTF-8. */
static char *
put_char(char *out, guint32 c)
{
	if (c < 0x80) {
		*out++ = (char)c;
	} else if (c < 0x800) {
		*out++ = (char)(0xC0 | c >> 6);
		*out++ = (char)(0x80 | (c & 0x3F));
	} else if (c < 0x10000) {
		*out++ = (char)(0xE0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 0x3F));
		*out++ = (char)(0x80 | (c & 0x3F));
	} else {
		*out++ = (char)(0xF0 | c >> 18);
		*out++ = (char)(0x80 | (c >> 12 & 0x3F));
		*out++ = (char)(0x80 | (c >> 6 & 0x3F));
		*out++ = (char)(0x80 | (c & 0x3F));
	}
	return out;
}

static guint32
unit_at(const CharsetReader *reader, gsize at)
{
	const guint8 *p = reader->raw + at;

	return reader->charset == CHARSET_UTF16LE ? (guint32)(p[0] | p[1] << 8) : (guint32)(p[0] << 8 | p[1]);
}

static char *
take_1252(CharsetReader *reader, char *out, const char *out_end)
{
	while (reader->pos < reader->fill && out_end - out >= 4) {
		guint8 c = reader->raw[reader->pos++];

		out = put_char(out, c >= 0x80 && c < 0xA0 ? high_1252[c - 0x80] : c);
	}
	return out;
}

static char *
take_utf16(CharsetReader *reader, char *out, const char *out_end)
{
	while (reader->fill - reader->pos >= 2 && out_end - out >= 4) {
		guint32 c = unit_at(reader, reader->pos);
		gsize width = 2;

		if (c >= 0xD800 && c < 0xDC00) {
			guint32 low = reader->fill - reader->pos >= 4 ? unit_at(reader, reader->pos + 2) : 0;

			if (reader->fill - reader->pos < 4 && !reader->at_end)
				return out;
			if (low >= 0xDC00 && low < 0xE000) {
				c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
				width = 4;
			}
		}
		out = put_char(out, c);
		reader->pos += width;
	}
	if (reader->at_end && reader->fill - reader->pos == 1 && out_end - out >= 4) {
		*out++ = (char)0xFF; /* half a unit at the end of the file */
		reader->pos++;
	}
	return out;
}

static gboolean
reader_fill(CharsetReader *reader, GError **error)
{
	gssize n;

	if (reader->at_end)
		return TRUE;
	memmove(reader->raw, reader->raw + reader->pos, reader->fill - reader->pos);
	reader->fill -= reader->pos;
	reader->pos = 0;
	n = reader->source(reader->data, reader->raw + reader->fill, RAW_SIZE - reader->fill, error);
	if (n < 0)
		return FALSE;
	reader->at_end = n == 0;
	reader->fill += (gsize)n;
	return TRUE;
}

gssize
charset_read(CharsetReader *reader, char *out, gsize size, GError **error)
{
	if (reader->charset == CHARSET_UTF8)
		return reader->source(reader->data, (guint8 *)out, size, error);
	for (;;) {
		char *end =
			reader->charset == CHARSET_WINDOWS_1252 ? take_1252(reader, out, out + size) : take_utf16(reader, out, out + size);

		if (end > out || (reader->at_end && reader->pos == reader->fill))
			return end - out;
		if (!reader_fill(reader, error))
			return -1;
	}
}

gint64
charset_source_size(Charset charset, const char *text, gsize size)
{
	gint64 n_chars = 0, n_wide = 0, n_half = 0;

	if (charset == CHARSET_UTF8)
		return (gint64)size;
	for (gsize i = 0; i < size; i++) {
		guint8 c = (guint8)text[i];

		n_chars += (c & 0xC0) != 0x80;
		n_wide += c >= 0xF0 && c < 0xF8;
		n_half += c == 0xFF;
	}
	return charset == CHARSET_WINDOWS_1252 ? n_chars : (n_chars + n_wide) * 2 - n_half;
}

static void
append_1252(gunichar c, GString *out)
{
	guint8 byte = '?';

	if (c < 0x80 || (c >= 0xA0 && c < 0x100))
		byte = (guint8)c;
	for (guint i = 0; byte == '?' && i < G_N_ELEMENTS(high_1252); i++)
		if (high_1252[i] == c)
			byte = (guint8)(0x80 + i);
	g_string_append_c(out, (char)byte);
}

static void
append_unit(Charset charset, guint32 unit, GString *out)
{
	guint8 high = (guint8)(unit >> 8), low = (guint8)unit;

	g_string_append_c(out, (char)(charset == CHARSET_UTF16LE ? low : high));
	g_string_append_c(out, (char)(charset == CHARSET_UTF16LE ? high : low));
}

void
charset_append(Charset charset, const char *text, GString *out)
{
	if (charset == CHARSET_UTF8) {
		g_string_append(out, text);
		return;
	}
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (charset == CHARSET_WINDOWS_1252) {
			append_1252(c, out);
		} else if (c < 0x10000) {
			append_unit(charset, c, out);
		} else {
			append_unit(charset, 0xD800 + ((c - 0x10000) >> 10), out);
			append_unit(charset, 0xDC00 + ((c - 0x10000) & 0x3FF), out);
		}
	}
}
