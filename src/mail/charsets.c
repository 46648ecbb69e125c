#include "mail/charsets.h"
#include "text/charset.h"
#include <errno.h>
#include <string.h>

enum { NAME_MAX_BYTES = 40 };
static const char western[] = "CP1252", utf8[] = "UTF-8";

/* What is said, and the larger set that is meant. Names not here go to iconv as they are. */
static const struct {
	const char *said, *meant;
} aliases[] = {
	{ "us-ascii", western }, { "ascii", western }, { "ansi_x3.4-1968", western }, { "iso-8859-1", western }, { "iso8859-1", western },
	{ "latin1", western }, { "windows-1252", western }, { "cp1252", western }, { "cp-1252", western }, { "x-ansi", western }, { "ansi", western },
	{ "utf-8", utf8 }, { "utf8", utf8 }, { "unicode-1-1-utf-8", utf8 }, { "utf-8-mac", utf8 }, { "utf8mb4", utf8 }, { "cp65001", utf8 },
	{ "gb2312", "GB18030" }, { "gb-2312", "GB18030" }, { "gb_2312-80", "GB18030" }, { "gb2312-80", "GB18030" }, { "gbk", "GB18030" },
	{ "x-gbk", "GB18030" }, { "cp936", "GB18030" }, { "euc-cn", "GB18030" }, { "chinese", "GB18030" }, { "csgb2312", "GB18030" },
	{ "ks_c_5601-1987", "UHC" }, { "ks_c_5601-1989", "UHC" }, { "ksc_5601", "UHC" }, { "ksc5601", "UHC" }, { "ks_c_5601", "UHC" },
	{ "korean", "UHC" }, { "euc-kr", "UHC" }, { "cp949", "UHC" }, { "windows-949", "UHC" }, { "big5", "BIG5-HKSCS" }, { "x-x-big5", "BIG5-HKSCS" },
	{ "shift_jis", "CP932" }, { "shift-jis", "CP932" }, { "sjis", "CP932" }, { "x-sjis", "CP932" }, { "windows-31j", "CP932" },
	{ "x-euc-jp", "EUC-JP" }, { "unicode-1-1-utf-7", "UTF-7" }, { "utf7", "UTF-7" }, { "x-unicode-2-0-utf-7", "UTF-7" },
	{ "iso-8859-9", "CP1254" }, { "iso-8859-11", "CP874" }, { "tis-620", "CP874" }, { "windows-874", "CP874" }, { "iso-8859-8-i", "ISO-8859-8" },
	{ "iso-8859-6-i", "ISO-8859-6" }, { "iso-8859-8-e", "ISO-8859-8" }, { "x-mac-roman", "MACINTOSH" }, { "x-macroman", "MACINTOSH" },
	{ "mac", "MACINTOSH" }, { "utf16", "UTF-16" }, { "unicode", "UTF-16" }, { "iso-10646-ucs-2", "UTF-16" },
	/* no charset at all */
	{ "unknown", NULL }, { "unknown-8bit", NULL }, { "x-unknown", NULL }, { "default", NULL }, { "_autodetect", NULL }, { "default_charset", NULL },
	{ "x-user-defined", NULL }, { "binary", NULL }, { "8bit", NULL }, { "7bit", NULL },
};

/* The name for iconv, or NULL when none was said. @buffer holds names that are not in the table. */
static const char *
meant(const char *said, char buffer[NAME_MAX_BYTES + 1])
{
	gsize n = 0;

	if (said == NULL)
		return NULL;
	while (*said == ' ' || *said == '"' || *said == '\'')
		said++;
	for (; n < NAME_MAX_BYTES && (g_ascii_isalnum(said[n]) || (said[n] != '\0' && strchr("-_.:+", said[n]) != NULL)); n++)
		buffer[n] = g_ascii_tolower(said[n]);
	buffer[n] = '\0';
	for (guint i = 0; i < G_N_ELEMENTS(aliases); i++)
		if (strcmp(aliases[i].said, buffer) == 0)
			return aliases[i].meant;
	return n > 0 ? buffer : NULL;
}

static char *
without_nul(const guint8 *bytes, gsize size)
{
	char *out = g_malloc(size + 1);
	gsize n = 0;

	if (memchr(bytes, 0, size) == NULL) {
		memcpy(out, bytes, size);
		n = size;
	} else {
		for (gsize i = 0; i < size; i++)
			if (bytes[i] != 0)
				out[n++] = (char)bytes[i];
	}
	out[n] = '\0';
	return out;
}

/* As much of @size as is whole characters, when it was cut. */
static gsize
whole_utf8(const guint8 *bytes, gsize size)
{
	gsize n = size;

	for (int i = 0; i < 4 && n > 0 && (bytes[n - 1] & 0xC0) == 0x80; i++)
		n--;
	if (n > 0 && bytes[n - 1] >= 0xC0)
		return n - 1;
	return size;
}

/* How many bytes at its start are ASCII, eight at a time: most text is nothing else. */
static gsize
ascii_size(const guint8 *p, gsize size)
{
	gsize n = 0;
	guint64 eight;

	for (; n + sizeof eight <= size; n += sizeof eight) {
		memcpy(&eight, p + n, sizeof eight);
		if ((eight & 0x8080808080808080u) != 0)
			break;
	}
	while (n < size && p[n] < 0x80)
		n++;
	return n;
}

/* UTF-8 with NULs passed over, as they will be. @ret_wide: some character is beyond ASCII. */
static gboolean
is_utf8(const guint8 *p, gsize size, gboolean *ret_wide)
{
	const guint8 *end = p + size;

	p += ascii_size(p, size);
	*ret_wide = p < end;
	while (p < end) {
		const guint8 *nul = memchr(p, 0, (gsize)(end - p));
		gsize n = (gsize)((nul != NULL ? nul : end) - p);

		if (!g_utf8_validate_len((const char *)p, n, NULL))
			return FALSE;
		p += n + (nul != NULL);
	}
	return TRUE;
}

static gboolean
looks_japanese(const guint8 *bytes, gsize size)
{
	if (memchr(bytes, 0x1B, size) == NULL) /* most text: asked once, and quickly */
		return FALSE;
	return memmem(bytes, size, "\033$B", 3) != NULL || memmem(bytes, size, "\033$@", 3) != NULL;
}

/* NULL: iconv does not know the charset. */
static GString *
convert(const guint8 *bytes, gsize size, const char *charset, gsize max, gsize *ret_used, gsize *ret_bad)
{
	GIConv cd = g_iconv_open("UTF-8", charset);
	GString *out;
	char *in = (char *)bytes;
	gsize left = size;
	char chunk[4096];

	*ret_bad = 0;
	if (cd == (GIConv)-1)
		return NULL;
	out = g_string_sized_new(MIN(size + size / 2, max));
	while (left > 0 && out->len < max) {
		char *to = chunk;
		gsize room = MIN(sizeof chunk, max - out->len + 8), had = left;
		gsize rc = g_iconv(cd, &in, &left, &to, &room);
		int why = errno;

		g_string_append_len(out, chunk, to - chunk);
		if (rc != (gsize)-1)
			break;
		if (why == E2BIG && (to > chunk || left < had))
			continue;
		g_string_append(out, "\xef\xbf\xbd");
		*ret_bad += 1;
		if (why != EILSEQ || left == 0)
			break;
		in++;
		left--;
	}
	/* Some hold a letter back until they know that no mark follows it (Windows-1255, TCVN). */
	if (left == 0) {
		char *to = chunk;
		gsize room = sizeof chunk;

		g_iconv(cd, NULL, NULL, &to, &room);
		g_string_append_len(out, chunk, to - chunk);
	}
	*ret_used = size - left;
	g_iconv_close(cd);
	return out;
}

/* @valid: it is known to be. */
static char *
as_utf8(const guint8 *bytes, gsize size, gboolean valid, gsize max, gsize *ret_used)
{
	g_autofree char *clean = NULL;

	*ret_used = size > max ? whole_utf8(bytes, max) : size;
	clean = without_nul(bytes, *ret_used);
	return valid || g_utf8_validate(clean, -1, NULL) ? g_steal_pointer(&clean) : g_utf8_make_valid(clean, -1);
}

/* Through iconv, NULs gone; what iconv hands back is valid. NULL: not known to it. */
static char *
through(const guint8 *bytes, gsize size, const char *charset, gsize max, gsize *ret_used, gsize *ret_bad)
{
	GString *out = convert(bytes, size, charset, max, ret_used, ret_bad);
	gsize n = 0;

	if (out == NULL)
		return NULL;
	for (gsize i = 0; i < out->len; i++)
		if (out->str[i] != '\0')
			out->str[n++] = out->str[i];
	g_string_truncate(out, n);
	return g_string_free(out, FALSE);
}

/* Nobody said what it is, or it is not that. */
static char *
guessed(const guint8 *bytes, gsize size, gsize max, gsize *ret_used)
{
	CharsetGuess guess = { 0 };
	gsize bom, bad;
	Charset charset;

	charset_guess_feed(&guess, bytes, size);
	charset = charset_guess_end(&guess, &bom);
	if (charset == CHARSET_UTF8) {
		char *text = as_utf8(bytes + bom, size - bom, FALSE, max, ret_used);

		*ret_used += bom;
		return text;
	}
	return through(bytes, size, charset == CHARSET_WINDOWS_1252 ? western : charset_name(charset), max, ret_used, &bad);
}

char *
mail_text_utf8(const guint8 *bytes, gsize size, const char *charset, gsize max, gsize *ret_used, const char **ret_odd)
{
	char buffer[NAME_MAX_BYTES + 1];
	const char *name = meant(charset, buffer), *odd = NULL;
	gboolean wide = FALSE, valid;
	gsize used = size, bad = 0;
	g_autofree char *text = NULL;

	ret_used = ret_used != NULL ? ret_used : &used;
	ret_odd = ret_odd != NULL ? ret_odd : &odd;
	*ret_odd = NULL;
	*ret_used = 0;
	if (size == 0)
		return g_strdup("");
	valid = is_utf8(bytes, size, &wide);
	if (name == NULL || name == western || name == utf8) {
		if (valid && !wide && looks_japanese(bytes, size)) {
			*ret_odd = "it is ISO-2022-JP";
			return through(bytes, size, "ISO-2022-JP", max, ret_used, &bad);
		}
		/* A last character that was cut does not make it another charset. */
		if (name == utf8 && !valid && is_utf8(bytes, whole_utf8(bytes, size), &wide) && wide) {
			*ret_odd = "its last character is cut";
			return as_utf8(bytes, size, FALSE, max, ret_used);
		}
		if (name == NULL || (name == utf8 && !valid)) {
			*ret_odd = valid ? NULL : name == NULL ? "its charset is not said: guessed" : "it is not UTF-8 throughout";
			return guessed(bytes, size, max, ret_used);
		}
		if (valid) {
			*ret_odd = wide && name == western ? "it is UTF-8, not what it says" : NULL;
			if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
				text = as_utf8(bytes + 3, size - 3, TRUE, max, ret_used);
				*ret_used += 3;
				return g_steal_pointer(&text);
			}
			return as_utf8(bytes, size, TRUE, max, ret_used);
		}
	}
	text = through(bytes, size, name, max, ret_used, &bad);
	if (text == NULL) {
		*ret_odd = "its charset is not known: guessed";
		return guessed(bytes, size, max, ret_used);
	}
	if (bad > 0 && valid && wide) {
		*ret_odd = "it is UTF-8, not what it says";
		return as_utf8(bytes, size, TRUE, max, ret_used);
	}
	if (bad > 0 && strcmp(name, "iso-2022-jp") == 0) {
		gsize other_bad, other_used;
		char *other = through(bytes, size, "ISO-2022-JP-3", max, &other_used, &other_bad);

		if (other != NULL && other_bad < bad) {
			*ret_used = other_used;
			return other;
		}
		g_free(other);
	}
	if (bad > 0)
		*ret_odd = "some of its bytes are no characters of its charset";
	return g_steal_pointer(&text);
}
