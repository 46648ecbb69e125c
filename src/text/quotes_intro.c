/* quotes_intro.c - how a quote is announced: a line that says who wrote when, or a line between dashes. A block of headers: text/quotes_head.c;
 * the words: text/quotes_words.c; what follows from it: text/quotes.c.
 *
 * Somebody's own sentence may look much the same ("On 3 May at 10:00 your clerk wrote to me:"), so an announcement needs
 * evidence: of a date, a time and an address two, or one of them and a line with ">" behind it. */
#include "text/quotes_impl.h"

enum { RULE_MIN = 3 };

/* The first character before @p that is no blank, not before @begin; 0 for none. */
static char
char_before(const char *begin, const char *p)
{
	while (p > begin && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	return p > begin ? p[-1] : 0;
}

static const char *
find_word(const char *p, const char *end, const char *word)
{
	gsize size = strlen(word);
	const char *begin = p;

	while ((p = memmem(p, (gsize)(end - p), word, size)) != NULL) {
		if ((p == begin || !g_ascii_isalpha(p[-1]) || !g_ascii_isalpha(*word)) && (p + size == end || !g_ascii_isalpha(p[size])))
			return p;
		p += size;
	}
	return NULL;
}

/* The word for "wrote" in the text. */
static const WroteWord *
wrote_find(const char *p, const char *end, const char **ret_behind)
{
	for (const WroteWord *w = wrote_words; w->word != NULL; w++) {
		const char *at = find_word(p, end, w->word);

		if (at != NULL) {
			*ret_behind = at + strlen(w->word);
			return w;
		}
	}
	return NULL;
}

static const char *
opening_of(const char *p, const char *end)
{
	for (guint i = 0; opening_words[i] != NULL; i++) {
		gsize n = strlen(opening_words[i]);

		if ((gsize)(end - p) > n && memcmp(p, opening_words[i], n) == 0)
			return p + n;
	}
	return NULL;
}

/* A line of a person's own says "me" and "your"; an attribution does not. */
static gboolean
speaks_itself(const char *p, const char *end)
{
	for (guint i = 0; person_words[i] != NULL; i++)
		if (memmem(p, (gsize)(end - p), person_words[i], strlen(person_words[i])) != NULL)
			return TRUE;
	return FALSE;
}

/* How the last line of an attribution ends. */
typedef enum { END_NOT, END_COLON, END_ADDRESS, END_WORD, END_DASHES } AttributionEnd;

static AttributionEnd
end_of(const QuoteLine *line, const char *text)
{
	const char *p = text + line->at, *end = text + line->end;

	if (end[-1] == ':' || (end - p >= 3 && memcmp(end - 3, "：", 3) == 0))
		return END_COLON;
	if (end[-1] == '>')
		return END_ADDRESS;
	if (end[-1] == '-')
		return end - p > 4 && end[-2] == '-' ? END_DASHES : END_NOT;
	if (end - p >= 3 && (end[-1] == 'e' || end[-1] == 's' || (guchar)end[-1] >= 0x80))
		return END_WORD; /* "... wrote" without a colon */
	return END_NOT;
}

static gboolean
is_quoted_below(const QuoteText *t, guint i)
{
	guint next = line_next(t, i + 1);

	return next < t->n && t->lines[next].quoted;
}

/* Whether the lines @first to @last, from byte @from of the first on, are one attribution. */
static gboolean
attribution_is(const QuoteText *t, guint first, guint last, guint32 from, AttributionEnd ending)
{
	const char *p = t->text + from, *end = t->text + t->lines[last].end, *behind = NULL, *inner, *inner_end;
	gboolean quoted = is_quoted_below(t, last), opened, last_word;
	const WroteWord *wrote;
	QuoteEvidence e;

	if (end - p > INTRO_MAX_BYTES || end - p < 6)
		return FALSE;
	e = quote_evidence_of(p, end);
	if (quote_evidence_n(e) == 0 && !quoted && ending != END_DASHES)
		return FALSE;
	inner = p, inner_end = end;
	bare_of(&inner, &inner_end);
	if (inner >= inner_end)
		return FALSE;
	opened = opening_of(inner, inner_end) != NULL || quote_digit_within(inner, inner_end, 32);
	wrote = wrote_find(inner, inner_end, &behind);
	if (wrote == NULL) /* "2014-10-17 11:28 GMT+03:00 Name <name@host>:" */
		return e.address && e.date && opened && (ending == END_ADDRESS ? quoted : char_before(p, end - 1) == '>');
	last_word = inner_end - behind <= 3 && memchr(behind, '@', (gsize)(inner_end - behind)) == NULL; /* a colon or "(a)" */
	if (wrote->weak && !e.address)
		return FALSE;
	if (ending == END_DASHES && inner - p >= 2 && quote_evidence_n(e) == 0)
		return last_word && end - p < 120; /* "---- Name wrote ----" */
	if ((ending == END_WORD || ending == END_ADDRESS) && !(quoted && last_word))
		return FALSE;
	if (quoted)
		return quote_evidence_n(e) >= 2 || (opened && quote_evidence_n(e) >= 1) || (last_word && (quote_evidence_n(e) >= 1 || (first == last && end - p < 100)));
	return quote_evidence_n(e) >= 2 && (opened || e.address) && (e.address || !speaks_itself(inner, inner_end));
}

/* "Hello On Wed, Apr 4, 2012 at 3:59 PM, Name wrote:": the answer and the attribution share a line. */
static guint32
cut_of(const QuoteText *t, guint first, guint last, AttributionEnd ending)
{
	const QuoteLine *line = &t->lines[first];
	const char *p = t->text + line->at, *end = t->text + line->end, *at = p;

	while ((at = memmem(at, (gsize)(end - at), "On ", 3)) != NULL) {
		const char *dashes = at;

		while (dashes > p && (dashes[-1] == '-' || dashes[-1] == ' '))
			dashes--;
		if (at > p && (at[-1] == ' ' || at[-1] == '-') && quote_digit_within(at, end, 20) && dashes > p &&
			attribution_is(t, first, last, (guint32)(at - t->text), ending))
			return (guint32)(dashes - t->text);
		at += 3;
	}
	return 0;
}

/* An attribution that begins on line @i. */
static gboolean
attribution_find(const QuoteText *t, guint i, QuoteIntro *intro)
{
	const QuoteLine *begin = &t->lines[i];
	const char *p, *end;
	gboolean opened, named;

	for (guint last = i; last < MIN(i + INTRO_MAX_LINES, t->n); last++) {
		AttributionEnd ending;

		if (line_is_blank(t, last) || t->lines[last].quoted || t->lines[last].end - begin->at > INTRO_MAX_BYTES)
			break;
		ending = end_of(&t->lines[last], t->text);
		if (ending == END_NOT || ((ending == END_WORD || ending == END_ADDRESS) && !is_quoted_below(t, last)))
			continue;
		/* "Ann Example <ann@example.org>," or "Ann Example <" may go on; "Thanks," is somebody's own. */
		p = t->text + begin->at, end = t->text + begin->end;
		named = memchr(p, '@', (gsize)(end - p)) != NULL || end[-1] == '<';
		bare_of(&p, &end);
		opened = p < end && (opening_of(p, end) != NULL || quote_digit_within(p, end, 32));
		*intro = (QuoteIntro){ i, last, 0 };
		if ((opened || last == i || named) && attribution_is(t, i, last, begin->at, ending)) {
			/* "Hello, see 3.4 On Wed ... wrote:" also fits as a whole: the later beginning counts. */
			intro->cut = opening_of(p, end) == NULL ? cut_of(t, i, last, ending) : 0;
			return TRUE;
		}
		if ((intro->cut = cut_of(t, i, last, ending)) != 0)
			return TRUE;
		if (ending == END_COLON)
			break;
	}
	return FALSE;
}

/* "-----Original Message-----", "Begin forwarded message:" */
static gboolean
separator_find(const QuoteText *t, guint i, QuoteIntro *intro)
{
	const char *p = t->text + t->lines[i].at, *end = t->text + t->lines[i].end, *inner = p, *inner_end = end;
	g_autofree char *folded = NULL;
	gboolean dashed;

	if (end - p > 160)
		return FALSE;
	bare_of(&inner, &inner_end);
	dashed = inner - p >= 2;
	if (inner >= inner_end || (!dashed && inner_end[-1] != ':' && (guchar)inner_end[-1] < 0x80))
		return FALSE;
	if (!g_utf8_validate(inner, inner_end - inner, NULL))
		return FALSE;
	folded = g_utf8_casefold(inner, inner_end - inner);
	*intro = (QuoteIntro){ i, i, 0 };
	for (guint w = 0; dashed && original_words[w] != NULL; w++)
		if (g_str_has_prefix(folded, original_words[w]))
			return TRUE;
	for (guint w = 0; forward_words[w] != NULL; w++)
		if (g_str_has_prefix(folded, forward_words[w]) && strlen(folded) <= strlen(forward_words[w]) + 4)
			return TRUE;
	return FALSE;
}

/* A line of dashes or underscores above it, and "Original Message" without any, belong to the announcement. */
static void
take_above(const QuoteText *t, QuoteIntro *intro)
{
	guint at = intro->first, n;

	while (at > 0 && line_is_blank(t, at - 1))
		at--;
	if (at == 0 || intro->cut != 0 || t->lines[at - 1].quoted)
		return;
	at--;
	if (rule_is(t->text + t->lines[at].at, t->text + t->lines[at].end, &n) && n >= RULE_MIN)
		intro->first = at;
}

gboolean
intro_find(const QuoteText *t, guint i, QuoteIntro *ret_intro)
{
	const QuoteLine *line = &t->lines[i];

	if (line_is_blank(t, i) || line->quoted || line->end - line->at < 3)
		return FALSE;
	if (!separator_find(t, i, ret_intro) && !intro_headers_find(t, i, ret_intro) && !attribution_find(t, i, ret_intro))
		return FALSE;
	take_above(t, ret_intro);
	return TRUE;
}
