/* fuzz_words.c - the words of a text and the snippet around its hits: for any text and any words the snippet is valid, of
 * bounded length, and its marks come in pairs, never one inside another. */
#include "store/search_words.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check_snippet(const char *snippet)
{
	gboolean inside = FALSE;
	guint n = 0;

	g_assert_true(g_utf8_validate(snippet, -1, NULL));
	for (const char *p = snippet; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c == 0xE000 || c == 0xE001) {
			g_assert_true(inside == (c == 0xE001));
			inside = c == 0xE000;
			n++;
		}
	}
	g_assert_false(inside);
	g_assert_cmpuint(n, >, 0);
	g_assert_cmpint(g_utf8_strlen(snippet, -1), <, 220);
}

/* The first line holds the words, the rest is the text. */
int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *raw = g_strndup((const char *)data, size), *all = g_utf8_make_valid(raw, -1);
	char *text = strchr(all, '\n');
	g_autofree char *folded = NULL, *again = NULL, *snippet = NULL;
	g_auto(GStrv) parts = NULL;
	g_autoptr(GPtrArray) words = g_ptr_array_new();

	if (text == NULL)
		return 0;
	*text++ = '\0';
	folded = search_fold(all);
	again = search_fold(folded);
	g_assert_cmpuint(strlen(again), <=, strlen(folded));
	parts = g_strsplit(folded, " ", -1);
	for (guint i = 0; parts[i] != NULL; i++) {
		if (parts[i][0] != '\0')
			g_ptr_array_add(words, parts[i]);
	}
	snippet = search_snippet(text, words, size % 2 == 0);
	if (snippet != NULL)
		check_snippet(snippet);
	return 0;
}
