/* quotes_head.c - a block of headers above a quote, as Outlook and many others write it, in their users' languages. The words: text/quotes_words.c. */
#include "text/quotes_impl.h"

enum { HEADER_MAX_LINES = 16, HEADER_MAX_KEY = 48, HEAD_KNOWN = 128 };

/* The words for headers and their kinds, as a table; made once, kept. */
static GHashTable *
heads(void)
{
	static gsize once;

	if (g_once_init_enter(&once)) {
		GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

		for (const HeadWords *h = head_words; h->words != NULL; h++) {
			char **parts = g_strsplit(h->words, "|", 0);

			for (guint i = 0; parts[i] != NULL; i++)
				g_hash_table_insert(table, parts[i], GUINT_TO_POINTER(*parts[i] != 0 ? h->kind : 0));
			g_free(parts);
		}
		g_once_init_leave(&once, (gsize)table);
	}
	return (GHashTable *)once;
}

/* The first of what may end a header's name, in as many bytes as one may have; NULL: most lines have none. */
static const char *
colon_find(const char *p, const char *end)
{
	const gsize size = (gsize)MIN(end - p, HEADER_MAX_KEY);
	gboolean any = size > 0 && (memchr(p, ':', size) != NULL || memchr(p, '|', size) != NULL || memchr(p, 0xef, size) != NULL);

	for (const char *c = p; any && c < p + size; c++)
		if ((*c == ':' && c > p) || (*c == '|' && c > p + 2) || (*c == '\xef' && end - c >= 3 && memcmp(c, "：", 3) == 0))
			return c;
	return NULL;
}

/* Which header of a mail the line is, if it is one: "*Von:* Name", "发件人：Name". */
static HeadKind
head_read(const char *p, const char *end)
{
	const char *colon = colon_find(p, end);
	g_autofree char *folded = NULL;
	char key[HEADER_MAX_KEY + 1];
	gboolean ascii = TRUE;

	if (colon == NULL)
		return 0;
	end = colon;
	bare_of(&p, &end);
	if (p >= end)
		return 0;
	for (const char *c = p; c < end; c++) {
		key[c - p] = g_ascii_tolower(*c);
		ascii = ascii && (guchar)*c < 0x80;
	}
	key[end - p] = 0;
	if (!ascii && !g_utf8_validate(p, end - p, NULL))
		return 0;
	if (!ascii)
		folded = g_utf8_casefold(p, end - p);
	return GPOINTER_TO_UINT(g_hash_table_lookup(heads(), ascii ? key : folded));
}

/* Looked up once a line: several blocks may begin near it. */
static HeadKind
head_of(const QuoteText *t, guint i)
{
	QuoteLine *line = &t->lines[i];

	if ((line->head & HEAD_KNOWN) == 0)
		line->head = (guint8)(head_read(t->text + line->at, t->text + line->end) | HEAD_KNOWN);
	return line->head & ~HEAD_KNOWN;
}

/* A block of headers that begins on line @i, as Outlook and many others write above a quote. A form somebody filled in
 * ("From: London / To: Paris / Date: 3 May") is none: it has no subject and no address. */
gboolean
intro_headers_find(const QuoteText *t, guint i, QuoteIntro *intro)
{
	HeadKind kind = head_of(t, i), seen = 0;
	gboolean address = FALSE, dated = FALSE;
	guint loose = 0, last = i, n = 0;

	if (kind == 0 || kind == HEAD_OTHER)
		return FALSE;
	for (guint at = i; at < MIN(i + HEADER_MAX_LINES, t->n); at++) {
		const char *words = t->text + t->lines[at].at, *end = t->text + t->lines[at].end;

		if (line_is_blank(t, at)) { /* every second line blank: a converter's work */
			if (at + 1 >= t->n || line_is_blank(t, at + 1) || head_of(t, at + 1) == 0)
				break;
			continue;
		}
		if (t->lines[at].quoted)
			break;
		kind = head_of(t, at);
		if (kind == 0) { /* the long value of a header goes on, not for long */
			if (++loose > 3)
				break;
			address = address || quote_evidence_of(words, end).address;
			continue;
		}
		loose = 0;
		last = at;
		n += (seen & kind) == 0 && kind != HEAD_OTHER;
		seen |= kind;
		if ((kind & (HEAD_FROM | HEAD_TO)) != 0)
			address = address || quote_evidence_of(words, end).address;
		if ((kind & (HEAD_SENT | HEAD_DATE)) != 0)
			dated = dated || quote_digit_within(words, end, 100);
	}
	/* The address may stand on a line of its own below the last header: it belongs to it. */
	while (last + 1 < t->n && !line_is_blank(t, last + 1) && !t->lines[last + 1].quoted && t->text[t->lines[last + 1].at] == '<')
		last++;
	*intro = (QuoteIntro){ i, last, 0 };
	if ((seen & HEAD_FROM) != 0 && (seen & HEAD_SUBJECT) != 0)
		return n >= 3 || address;
	if ((seen & HEAD_FROM) != 0 && dated && (seen & HEAD_SENT) != 0)
		return n >= 3 || address;
	return n >= 2 && dated && address;
}
