/* search_words.c - words and snippets. Looking them up: search.c. */
#include "store/search_words.h"
#include <string.h>

#define SNIPPET_CHARS 160
#define HITS_MAX 16          /* hits looked at for the densest place */
#define TEXT_MAX (64 * 1024) /* bytes of a text looked at */
#define HIT_BEGINS "\xee\x80\x80" /* U+E000 */
#define HIT_ENDS "\xee\x80\x81"

/* A letter or digit as it is compared; 0 for a mark that only changes the letter before it, -1 for what ends a word. */
static gint32
fold(gunichar c)
{
	gunichar plain[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

	if (g_unichar_ismark(c))
		return 0;
	if (!g_unichar_isalnum(c))
		return -1;
	g_unichar_fully_decompose(g_unichar_tolower(c), FALSE, plain, G_N_ELEMENTS(plain));
	return (gint32)plain[0];
}

/* The same for ASCII. */
#define NO -1
static const gint8 ascii_fold[128] = {
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', NO, NO, NO, NO, NO, NO,
	NO, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', NO, NO, NO, NO, NO,
	NO, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', NO, NO, NO, NO, NO,
};

gboolean
search_word_next(const char *text, gsize *at, GString *word, gsize *ret_from, gsize *ret_to)
{
	const char *p = text + *at, *from = NULL;
	char letters[SEARCH_WORD_MAX];
	guint n = 0;

	g_string_truncate(word, 0);
	while (*p != '\0') {
		gboolean plain = (guchar)*p < 0x80; /* nearly always: no need to decode */
		gint32 c = plain ? ascii_fold[(guchar)*p] : fold(g_utf8_get_char(p));

		if (c < 0 && from != NULL)
			break;
		if (c > 0 && from == NULL)
			from = p;
		if (c > 0 && plain && n < sizeof letters)
			letters[n++] = (char)c;
		else if (c > 0 && !plain && n + 6 <= sizeof letters)
			n += (guint)g_unichar_to_utf8((gunichar)c, letters + n);
		p = plain ? p + 1 : g_utf8_next_char(p);
	}
	g_string_append_len(word, letters, (gssize)n);
	*at = (gsize)(p - text);
	if (from == NULL)
		return FALSE;
	*ret_from = (gsize)(from - text);
	*ret_to = *at;
	return TRUE;
}

char *
search_fold(const char *text)
{
	GString *out = g_string_sized_new(strlen(text) + 1);
	g_autoptr(GString) word = g_string_new(NULL);
	gsize at = 0, from, to;

	while (search_word_next(text, &at, word, &from, &to)) {
		if (out->len > 0)
			g_string_append_c(out, ' ');
		g_string_append_len(out, word->str, (gssize)word->len);
	}
	return g_string_free(out, FALSE);
}

static gboolean
is_hit(const char *word, const GPtrArray *words, gboolean prefix)
{
	for (guint i = 0; i < words->len; i++) {
		gboolean open = prefix && i == words->len - 1;

		if (open ? g_str_has_prefix(word, words->pdata[i]) : strcmp(word, words->pdata[i]) == 0)
			return TRUE;
	}
	return FALSE;
}

typedef struct {
	gsize from, to;
} Hit;

static guint
find_hits(const char *text, const GPtrArray *words, gboolean prefix, Hit hits[HITS_MAX])
{
	g_autoptr(GString) word = g_string_new(NULL);
	gsize at = 0, from, to;
	guint n = 0;

	while (n < HITS_MAX && at < TEXT_MAX && search_word_next(text, &at, word, &from, &to)) {
		if (is_hit(word->str, words, prefix))
			hits[n++] = (Hit){ from, to };
	}
	return n;
}

/* The hit to begin with: the one with the most others close behind. */
static guint
densest(const Hit *hits, guint n)
{
	guint best = 0, most = 0;

	for (guint i = 0; i < n; i++) {
		guint near = 0;

		while (i + near < n && hits[i + near].to - hits[i].from < SNIPPET_CHARS * 3 / 4)
			near++;
		if (near > most) {
			most = near;
			best = i;
		}
	}
	return best;
}

/* Back from @at by about a quarter of the snippet, to where a word begins. */
static const char *
begin_before(const char *text, const char *at)
{
	const char *p = at, *begin = at;

	for (int i = 0; i < SNIPPET_CHARS / 4 && p > text; i++) {
		p = g_utf8_prev_char(p);
		if (p == text || g_unichar_isspace(g_utf8_get_char(g_utf8_prev_char(p))))
			begin = p;
	}
	return begin;
}

char *
search_snippet(const char *text, const GPtrArray *words, gboolean prefix)
{
	Hit hits[HITS_MAX];
	guint n = words->len > 0 ? find_hits(text, words, prefix, hits) : 0, next, first, chars = 0;
	const char *p;
	gboolean blank = TRUE;
	gsize end_len = 0; /* of what may be cut at the last blank */
	GString *out;

	if (n == 0)
		return NULL;
	next = densest(hits, n);
	p = begin_before(text, text + hits[next].from);
	while (next > 0 && text + hits[next - 1].from >= p)
		next--;
	first = next;
	out = g_string_new(p > text ? "\xe2\x80\xa6" : "");
	for (; *p != '\0' && chars < SNIPPET_CHARS; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (next < n && text + hits[next].to == p) {
			g_string_append(out, HIT_ENDS);
			next++;
		}
		if (g_unichar_isspace(c) || g_unichar_iscntrl(c)) {
			end_len = next > first ? out->len : 0; /* never before the first hit */
			if (!blank)
				g_string_append_c(out, ' ');
			chars += !blank;
			blank = TRUE;
			continue;
		}
		if (next < n && text + hits[next].from == p)
			g_string_append(out, HIT_BEGINS);
		if (c != 0xE000 && c != 0xE001)
			g_string_append_unichar(out, c);
		blank = FALSE;
		chars++;
	}
	if (*p != '\0' && end_len > 0)
		g_string_truncate(out, end_len); /* a hit that began after it goes with it */
	else if (next < n && text + hits[next].from < p)
		g_string_append(out, HIT_ENDS);
	if (*p != '\0')
		g_string_append(g_string_truncate(out, strlen(g_strchomp(out->str))), "\xe2\x80\xa6");
	return g_strchomp(g_string_free(out, FALSE));
}
