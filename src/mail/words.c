#include "mail/words.h"
#include "mail/charsets.h"
#include "mail/transfer.h"
#include "gmime.lazy.h"
#include <string.h>

enum { WORD_MAX = 4096 };

/* One encoded word: =?charset*language?B?text?= */
typedef struct {
	const char *charset, *text;
	gsize n_charset, n_text;
	gboolean base64;
	const char *next;
} Word;

/* Encoded words in a row, of one charset: a character may lie across them. */
typedef struct {
	GByteArray *bytes;
	char charset[64];
	int state; /* of base64 cut anywhere */
	guint32 save;
} Run;

/* The next "?=" at or after a place, looked for once: a thousand words that are never closed cost one search. */
typedef struct {
	const char *from, *at; /* at NULL: there is none from there on */
} Close;

static const char *
close_after(Close *close, const char *p, const char *end)
{
	if (close->from == NULL || p < close->from || (close->at != NULL && p > close->at)) {
		close->from = p;
		close->at = p < end ? memmem(p, (gsize)(end - p), "?=", 2) : NULL;
	}
	return close->at;
}

static gboolean
word_at(const char *p, const char *end, Close *close, Word *ret)
{
	const char *q, *limit = p + MIN(end - p, WORD_MAX);

	if (limit - p < 8 || p[0] != '=' || p[1] != '?')
		return FALSE;
	ret->charset = p + 2;
	q = memchr(ret->charset, '?', (gsize)(limit - ret->charset));
	if (q == NULL || limit - q < 4 || q[2] != '?' || strchr("bBqQ", q[1]) == NULL)
		return FALSE;
	ret->n_charset = (gsize)(q - ret->charset);
	for (gsize i = 0; i < ret->n_charset; i++) {
		if (ret->charset[i] == '*')
			ret->n_charset = i;
		else if ((guint8)ret->charset[i] <= ' ' || (guint8)ret->charset[i] >= 127)
			return FALSE;
	}
	ret->base64 = g_ascii_tolower(q[1]) == 'b';
	ret->text = q + 3;
	q = close_after(close, ret->text, end);
	/* "=?utf-8?Q?=3F?=": what closes is not the "=" of a first "=3F" */
	if (q == ret->text && !ret->base64 && limit - q > 3 && g_ascii_isxdigit(q[2]) && g_ascii_isxdigit(q[3]))
		q = memmem(q + 2, (gsize)(limit - q - 2), "?=", 2);
	if (q == NULL || q >= limit)
		return FALSE;
	ret->n_text = (gsize)(q - ret->text);
	ret->next = q + 2;
	return TRUE;
}

static void
run_add_left(Run *run)
{
	guint8 left[2];

	g_byte_array_append(run->bytes, left, (guint)mail_base64_end(run->state, run->save, left));
	run->state = 0;
	run->save = 0;
}

static void
run_add(Run *run, const Word *word)
{
	guint at;

	if (!word->base64)
		run_add_left(run);
	at = run->bytes->len;
	g_byte_array_set_size(run->bytes, at + (guint)word->n_text + 4);
	if (word->base64) {
		gsize n = g_mime_encoding_base64_decode_step((const guint8 *)word->text, word->n_text, run->bytes->data + at, &run->state, &run->save);

		g_byte_array_set_size(run->bytes, at + (guint)n);
		if (run->state < 0)
			run_add_left(run);
		return;
	}
	for (gsize i = 0; i < word->n_text; i++) {
		char c = word->text[i];

		if (c == '=' && i + 2 < word->n_text && g_ascii_isxdigit(word->text[i + 1]) && g_ascii_isxdigit(word->text[i + 2])) {
			c = (char)(g_ascii_xdigit_value(word->text[i + 1]) << 4 | g_ascii_xdigit_value(word->text[i + 2]));
			i += 2;
		} else if (c == '_') {
			c = ' ';
		}
		run->bytes->data[at++] = (guint8)c;
	}
	g_byte_array_set_size(run->bytes, at);
}

/* The word's charset, which ends where it ends and not at a NUL: g_strlcpy() would read on to one, beyond the mail. */
static void
run_name(Run *run, const Word *word)
{
	const gsize size = MIN(word->n_charset, sizeof run->charset - 1);

	memcpy(run->charset, word->charset, size);
	run->charset[size] = '\0';
	if (size == 0)
		g_strlcpy(run->charset, "?", sizeof run->charset); /* none of any name */
}

/* @again: as an encoded word of UTF-8, so that its commas and quotes stay words to an address parser. */
static void
run_end(Run *run, gboolean again, GString *out)
{
	g_autofree char *text = NULL, *coded = NULL;

	if (run->charset[0] == '\0' && run->bytes->len == 0)
		return;
	run_add_left(run);
	text = mail_text_utf8(run->bytes->data, run->bytes->len, run->charset, MAIL_VALUE_MAX, NULL, NULL);
	if (again) {
		g_autofree char *line = mail_one_line(text, MAIL_VALUE_MAX);

		coded = g_base64_encode((const guint8 *)line, strlen(line));
		g_string_append_printf(out, "=?utf-8?b?%s?=", coded);
	} else {
		g_string_append(out, text);
	}
	g_byte_array_set_size(run->bytes, 0);
	run->charset[0] = '\0';
}

static void
add_plain(const char *p, gsize size, GString *out)
{
	g_autofree char *text = NULL;

	for (gsize i = 0; i < size; i++)
		if ((guint8)p[i] >= 0x80 || p[i] == '\0' || p[i] == 0x1B) {
			text = mail_text_utf8((const guint8 *)p, size, NULL, MAIL_VALUE_MAX, NULL, NULL);
			g_string_append(out, text);
			return;
		}
	g_string_append_len(out, p, (gssize)size);
}

static GString *
decode(MailSlice value, gboolean again)
{
	GString *out = g_string_sized_new(value.size + 1);
	const char *p = (const char *)value.at, *end = p + MIN(value.size, MAIL_VALUE_MAX), *plain = p;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Run run = { .bytes = bytes };
	Close close = { NULL, NULL };

	while (p < end) {
		Word word;
		const char *q = memmem(p, (gsize)(end - p), "=?", 2);

		if (q == NULL)
			break;
		if (!word_at(q, end, &close, &word)) {
			p = q + 2;
			continue;
		}
		for (p = plain; p < q && g_ascii_isspace(*p); p++)
			;
		/* Space between two encoded words is not part of the text; anything else ends the run. */
		if (p < q || run.charset[0] == '\0') {
			run_end(&run, again, out);
			add_plain(plain, (gsize)(q - plain), out);
		} else if (strlen(run.charset) != word.n_charset || g_ascii_strncasecmp(run.charset, word.charset, word.n_charset) != 0) {
			run_end(&run, again, out);
		}
		run_name(&run, &word);
		run_add(&run, &word);
		p = plain = word.next;
	}
	run_end(&run, again, out);
	add_plain(plain, (gsize)(end - plain), out);
	return out;
}

char *
mail_one_line(const char *text, gsize max)
{
	char *out = g_malloc(MIN(strlen(text), max) + 1), *to = out, *end = out + max;
	gboolean space = FALSE;

	for (const char *p = text; *p != '\0';) {
		guint8 c = (guint8)*p;
		gsize n;

		if (c > ' ' && c < 0x7F && !space && to < end) { /* nearly always */
			*to++ = *p++;
			continue;
		}
		n = c < 0x80 ? 1 : (gsize)(g_utf8_next_char(p) - p);

		if (c == 0xEF && (guint8)p[1] == 0xBB && (guint8)p[2] == 0xBF) { /* a byte order mark says nothing here */
			p += n;
			continue;
		}
		/* C0, C1, and the separators of lines and paragraphs */
		if (c <= ' ' || c == 0x7F || (c == 0xC2 && (guint8)p[1] < 0xA0) || (c == 0xE2 && (guint8)p[1] == 0x80 && ((guint8)p[2] & 0xFE) == 0xA8)) {
			space = TRUE;
			p += n;
			continue;
		}
		space = space && to > out;
		if (n + space > (gsize)(end - to))
			break;
		if (space)
			*to++ = ' ';
		space = FALSE;
		while (n-- > 0)
			*to++ = *p++;
	}
	*to = '\0';
	return out;
}

char *
mail_value_text(MailSlice value)
{
	g_autoptr(GString) text = decode(value, FALSE);

	return mail_one_line(text->str, MAIL_VALUE_MAX);
}

char *
mail_value_structured(MailSlice value)
{
	GString *text = decode(value, TRUE);
	gsize n = 0;

	/* Spaces stay as many as they are: a boundary may have two. */
	for (gsize i = 0; i < text->len; i++)
		if (text->str[i] != '\r' && text->str[i] != '\n')
			text->str[n++] = (guint8)text->str[i] < ' ' || text->str[i] == 0x7F ? ' ' : text->str[i];
	g_string_truncate(text, n);
	return g_strstrip(g_string_free(text, FALSE));
}

char *
mail_value_token(MailSlice value)
{
	const char *p = (const char *)value.at, *end, *q;

	if (p == NULL)
		return NULL;
	end = p + value.size;
	while (p < end && (g_ascii_isspace(*p) || *p == '"' || *p == '('))
		if (*p++ == '(')
			while (p < end && *p++ != ')')
				;
	for (q = p; q < end && q - p < 60 && (g_ascii_isalnum(*q) || *q == '-' || *q == '_'); q++)
		;
	return q > p ? g_ascii_strdown(p, q - p) : NULL;
}

/* GMime tells an unreadable type by calling it application/octet-stream. */
GMimeContentType *
mail_type_read(MailSlice value)
{
	g_autofree char *text = mail_value_structured(value);
	const char *slash = strchr(text, '/'), *p;
	GMimeContentType *type;

	for (p = text; *p != '\0' && (g_ascii_isalnum(*p) || strchr("-+._!#$&^*", *p) != NULL); p++)
		;
	while (*p == ' ')
		p++;
	if (slash == NULL || p == text || *p != '/' || !g_ascii_isalnum(p[1 + strspn(p + 1, " ")]))
		return NULL;
	type = g_mime_content_type_parse(NULL, text);
	if (g_mime_content_type_is_type(type, "application", "octet-stream") && g_ascii_strncasecmp(text, "application", 11) != 0)
		g_clear_object(&type);
	return type;
}

GMimeContentDisposition *
mail_disposition_read(MailSlice value)
{
	g_autofree char *text = NULL;

	if (value.at == NULL)
		return NULL;
	text = mail_value_structured(value);
	return *text != '\0' ? g_mime_content_disposition_parse(NULL, text) : NULL;
}

/* @n digits at *@p, which goes on behind them; -1: they are not all digits. */
static int
digits(const char **p, guint n)
{
	int value = 0;

	for (guint i = 0; i < n; i++, ++*p) {
		if (!g_ascii_isdigit(**p))
			return -1;
		value = value * 10 + (**p - '0');
	}
	return value;
}

/* "Thu, 19 Nov 2026 10:00:00 +0000", as nearly every program writes it: so it need not be looked through for all the ways there are. 0: another. */
static gint64
usual_date(const char *p)
{
	static const char days[] = "MonTueWedThuFriSatSun", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *month;
	int day, year, hour, minute, second, zone_hours, zone_minutes;
	gboolean west;
	g_autoptr(GDateTime) date = NULL;

	if (strlen(p) < 30 || p[3] != ',' || p[4] != ' ' || memmem(days, sizeof days - 1, p, 3) == NULL)
		return 0;
	p += 5;
	day = digits(&p, p[1] == ' ' ? 1 : 2);
	month = day > 0 && *p == ' ' ? memmem(months, sizeof months - 1, p + 1, 3) : NULL;
	if (month == NULL || (month - months) % 3 != 0 || p[4] != ' ')
		return 0;
	p += 5;
	if ((year = digits(&p, 4)) < 1971 || *p++ != ' ' || (hour = digits(&p, 2)) < 0 || *p++ != ':' || (minute = digits(&p, 2)) < 0 || *p++ != ':' ||
	    (second = digits(&p, 2)) < 0 || *p++ != ' ' || (*p != '+' && *p != '-'))
		return 0;
	west = *p++ == '-';
	if ((zone_hours = digits(&p, 2)) < 0 || zone_hours > 12 || (zone_minutes = digits(&p, 2)) < 0 || zone_minutes > 59 || *p != '\0' ||
	    (date = g_date_time_new_utc(year, (int)(month - months) / 3 + 1, day, hour, minute, second)) == NULL)
		return 0;
	return g_date_time_to_unix(date) - (west ? -1 : 1) * (zone_hours * 3600 + zone_minutes * 60);
}

gint64
mail_date_read(MailSlice value)
{
	g_autofree char *text = mail_value_text(value);
	const gint64 usual = usual_date(text);
	g_autoptr(GDateTime) date = usual == 0 && *text != '\0' ? g_mime_utils_header_decode_date(text) : NULL;
	gint64 at_ms;

	if (usual > 0)
		return usual * 1000 < G_GINT64_CONSTANT(7258118400000) ? usual * 1000 : 0;
	if (date == NULL)
		return 0;
	at_ms = g_date_time_to_unix(date) * 1000;
	return at_ms > 0 && at_ms < G_GINT64_CONSTANT(7258118400000) ? at_ms : 0;
}
