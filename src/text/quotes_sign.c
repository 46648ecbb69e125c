/* quotes_sign.c - where the signature of some lines begins: behind "-- ", "Sent from my phone", a leave-taking with name
 * and ways to reach, a mailing list's footer. Without a mark it takes strong evidence: a name alone, or a number that may
 * be an order's, stays with the words. The words: text/quotes_words.c. */
#include "text/quotes_impl.h"

enum {
	SIGN_MAX_LINES = 14,  /* behind a mark */
	SIGN_MAX_BYTES = 100, /* in one line of it */
	BLOCK_MAX_LINES = 8,  /* without a mark */
	BLOCK_MAX_BYTES = 80,
	FOOTER_MAX_LINES = 8,
	FOOTER_MIN_RULE = 30, /* underscores */
	DEVICE_MAX_BYTES = 160,
};

typedef struct {
	const char *p, *end;
} Words;

static Words
words_of(const QuoteText *t, guint i)
{
	return (Words){ t->text + t->lines[i].at, t->text + t->lines[i].end };
}

/* Most lines are ASCII: looking up each letter in Unicode's tables was a seventh of what reading a mail costs. NULL: there is something else in it. */
static char *
fold_ascii(const char *text, gsize size)
{
	g_autofree char *out = g_malloc(size + 1);

	for (gsize i = 0; i < size; i++) {
		if ((guchar)text[i] >= 0x80 || text[i] == '\0')
			return NULL;
		out[i] = g_ascii_isupper(text[i]) ? (char)(text[i] | 0x20) : text[i];
	}
	out[size] = '\0';
	return g_steal_pointer(&out);
}

/* Folded, without brackets and stars at the ends; NULL when it is too long for a line of a signature. */
static char *
fold(Words w, gsize max)
{
	char *plain;

	while (w.p < w.end && !g_ascii_isalnum(*w.p) && strchr("(<[*_.!>", *w.p) != NULL)
		w.p++;
	while (w.p < w.end && !g_ascii_isalnum(w.end[-1]) && strchr(")>]*_.!,;", w.end[-1]) != NULL)
		w.end--;
	if ((gsize)(w.end - w.p) > max)
		return NULL;
	if ((plain = fold_ascii(w.p, (gsize)(w.end - w.p))) != NULL)
		return plain;
	return g_utf8_validate(w.p, w.end - w.p, NULL) ? g_utf8_casefold(w.p, w.end - w.p) : NULL;
}

/* "Sent from my iPhone" in one of its forms. A comma in it makes a sentence of it. */
static gboolean
device_is(const QuoteText *t, guint i)
{
	g_autofree char *line = fold(words_of(t, i), DEVICE_MAX_BYTES);

	if (line == NULL || *line == 0 || strchr(line, ',') != NULL)
		return FALSE;
	for (const DeviceWords *d = device_words; d->begin != NULL; d++)
		if ((*d->begin == '\0' || *line == *d->begin) && g_str_has_prefix(line, d->begin) && g_str_has_suffix(line, d->end))
			return TRUE;
	return FALSE;
}

static gboolean
goodbye_is(const QuoteText *t, guint i)
{
	g_autofree char *line = fold(words_of(t, i), 60);

	if (line == NULL)
		return FALSE;
	for (guint w = 0; goodbye_words[w] != NULL; w++)
		if (*line == *goodbye_words[w] && strcmp(line, goodbye_words[w]) == 0)
			return TRUE;
	return FALSE;
}

static gboolean
has_any(const char *folded, const char *const *words, gboolean begins)
{
	for (guint w = 0; words[w] != NULL; w++)
		if (begins ? g_str_has_prefix(folded, words[w]) : strstr(folded, words[w]) != NULL)
			return TRUE;
	return FALSE;
}

/* Whether the line tells how to reach somebody: an address, a page, a telephone number. */
static gboolean
contact_is(Words w, const char *folded)
{
	guint digits = 0, other = 0;

	for (const char *p = w.p; p < w.end; p++) {
		if (*p == '@' && p > w.p && p + 1 < w.end && g_ascii_isalnum(p[-1]) && g_ascii_isalnum(p[1]))
			return TRUE;
		digits += g_ascii_isdigit(*p) != 0;
		other += !g_ascii_isdigit(*p) && strchr(" +-()./", *p) == NULL;
	}
	if (strstr(folded, "www.") != NULL || strstr(folded, "http://") != NULL || strstr(folded, "https://") != NULL)
		return TRUE;
	if (has_any(folded, phone_words, TRUE))
		return digits >= 5 || g_str_has_prefix(folded, "skype") || g_str_has_prefix(folded, "linkedin");
	return digits >= 7 && digits <= 15 && other <= 12 && (*w.p == '+' || *w.p == '0' || *w.p == '(' || memchr(w.p, '-', (gsize)(w.end - w.p)) != NULL);
}

/* One to six words without figures that make no sentence: a name, a title, a firm. */
static gboolean
name_is(Words w)
{
	guint words = 1;

	if (w.p >= w.end || w.end - w.p > 60 || g_ascii_islower(*w.p) || strchr("?!:;-", w.end[-1]) != NULL)
		return FALSE;
	for (const char *p = w.p; p < w.end; p++) {
		if (g_ascii_isdigit(*p))
			return FALSE;
		words += *p == ' ' && p[1] != ' ';
	}
	return words <= 6 && (w.end[-1] != '.' || words <= 5);
}

typedef struct {
	guint lines, contacts, names, others;
	gboolean number; /* says a number that is not for calling */
	gboolean sentence;
} Block;

static Block
block_of(const QuoteText *t, guint first, guint last)
{
	Block b = { 0 };

	for (guint i = first; i <= last; i++) {
		Words w = words_of(t, i);
		g_autofree char *folded = NULL;

		if (w.p >= w.end)
			continue;
		b.lines++;
		folded = fold(w, SIGN_MAX_BYTES * 2);
		if (folded == NULL) {
			b.sentence = TRUE;
			continue;
		}
		b.number = b.number || has_any(folded, number_words, FALSE);
		b.sentence = b.sentence || w.end - w.p > BLOCK_MAX_BYTES || strchr("?!", w.end[-1]) != NULL;
		if (contact_is(w, folded))
			b.contacts++;
		else if (name_is(w))
			b.names++;
		else
			b.others++;
	}
	return b;
}

/* "-- " and the like, and how much may follow it. */
static gboolean
mark_is(const QuoteText *t, guint i, guint last)
{
	const QuoteLine *line = &t->lines[i];
	Words w = words_of(t, i);
	guint n, lines = 0;
	gboolean sure = w.end - w.p == 2 && memcmp(w.p, "--", 2) == 0 && line->end < t->size && t->text[line->end] == ' ';
	Block b;

	if (!rule_is(w.p, w.end, &n))
		return FALSE;
	for (guint k = i + 1; k <= last; k++) {
		gsize size = t->lines[k].end - t->lines[k].at;

		lines += size > 0;
		if (size > SIGN_MAX_BYTES * (sure ? 4 : 1))
			return FALSE;
	}
	if (lines > SIGN_MAX_LINES * (sure ? 2 : 1))
		return FALSE;
	if (sure)
		return TRUE;
	b = block_of(t, i + 1, last);
	if (b.number)
		return FALSE;
	if (*w.p == '_' && n >= FOOTER_MIN_RULE)
		return b.contacts > 0 && lines <= FOOTER_MAX_LINES;
	if (w.end - w.p == 2 && *w.p == '-')
		return lines <= SIGN_MAX_LINES && !b.sentence;
	return b.contacts > 0 && !b.sentence;
}

/* "-Ann Example" on a line of its own. */
static gboolean
dash_name_is(const QuoteText *t, guint i, guint first)
{
	Words w = words_of(t, i);
	guint words = 1;

	if (w.end - w.p < 2 || w.end - w.p > 40 || *w.p != '-' || (i > first && !line_is_blank(t, i - 1)))
		return FALSE;
	if (!g_ascii_isupper(w.p[1]) && (guchar)w.p[1] < 0x80)
		return FALSE;
	for (const char *p = w.p + 1; p < w.end; p++) {
		if ((guchar)*p < 0x80 && !g_ascii_isalpha(*p) && strchr(" .-'", *p) == NULL)
			return FALSE;
		words += *p == ' ';
	}
	return words <= 3;
}

/* A leave-taking above the line, with a name and a way to reach, or with a name and a title. */
static guint
goodbye_find(const QuoteText *t, guint first, guint last)
{
	guint lines = 0;

	for (guint i = last; i > first && lines <= BLOCK_MAX_LINES; i--) {
		Block b;

		if (line_is_blank(t, i))
			continue;
		if (!goodbye_is(t, i)) {
			lines++;
			continue;
		}
		b = block_of(t, i + 1, last);
		if (b.lines < 2 || b.number || b.sentence)
			return last + 1;
		return b.contacts > 0 || (b.others == 0 && b.lines <= 4) ? i : last + 1;
	}
	return last + 1;
}

/* A last paragraph of a name and at least two ways to reach. */
static guint
card_find(const QuoteText *t, guint first, guint last)
{
	guint begin = last, above;
	Block b;

	while (begin > first && !line_is_blank(t, begin - 1))
		if (last - --begin >= BLOCK_MAX_LINES)
			return last + 1;
	if (begin == first || last - begin < 2)
		return last + 1;
	for (above = begin - 1; above > first && line_is_blank(t, above); above--)
		;
	b = block_of(t, begin, last);
	if (b.contacts < 2 || b.number || b.sentence || b.others > 2 || !name_is(words_of(t, begin)) || t->text[t->lines[above].end - 1] == ':')
		return last + 1;
	return goodbye_is(t, above) && above > first ? above : begin;
}

/* The start of the last block that is a signature; last + 1 when it is none. */
static guint
block_find(const QuoteText *t, guint first, guint last)
{
	guint lines = 0, found;

	if (device_is(t, last)) {
		/* A name right above belongs to it. */
		if (last > first + 1 && name_is(words_of(t, last - 1)) && line_is_blank(t, last - 2) && !device_is(t, last - 1))
			return last - 1;
		return last;
	}
	if (dash_name_is(t, last, first) && last > first)
		return last;
	for (guint i = last; lines <= SIGN_MAX_LINES * 2; i--) {
		if (!line_is_blank(t, i)) {
			if (mark_is(t, i, last))
				return i;
			lines++;
		}
		if (i == first)
			break;
	}
	if ((found = goodbye_find(t, first, last)) <= last)
		return found;
	return card_find(t, first, last);
}

guint
sign_find(const QuoteText *t, guint first, guint last)
{
	guint sign = last + 1, end = last;

	for (guint blocks = 0; blocks < 6; blocks++) {
		guint found = block_find(t, first, end);

		if (found > end)
			break;
		/* Nothing would be left above: only a machine's mark may stand alone. */
		if (found == first && !device_is(t, found) && !mark_is(t, found, end))
			break;
		sign = found;
		if (found == first)
			break;
		end = found - 1;
		while (end > first && line_is_blank(t, end))
			end--;
	}
	return sign;
}
