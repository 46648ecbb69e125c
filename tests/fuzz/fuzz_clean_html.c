/* Any bytes as HTML: cleaned it is UTF-8 without a single tag that could run or load, cleaning it again changes nothing,
 * and its words can be read. */
#include "text/clean_html.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check_harmless(const char *html)
{
	static const char *const never[] = { "<script", "<style", "<svg", "<math", "<iframe", "<object", "<embed", "<base", "<meta", "<link", "<form",
		"<!", "<?", " on", " src=\"http", " href=\"javascript" };

	for (const char *p = html; (p = strchr(p, '<')) != NULL; p++) {
		gsize n = strcspn(p, ">");
		g_autofree char *tag = g_ascii_strdown(p, (gssize)n);
		char *value;

		g_assert_cmpint(p[n], ==, '>');
		/* What stands inside quotes is a value: only what stands outside can be an attribute. */
		for (char *q = strchr(tag, '"'); q != NULL; q = strchr(value, '"')) {
			value = strchr(q + 1, '"');
			g_assert_nonnull(value);
			for (char *inside = q + 1; inside < value; inside++)
				if (*inside == ' ')
					*inside = '_';
			value++;
		}
		for (guint i = 0; i < G_N_ELEMENTS(never); i++)
			g_assert_null(strstr(tag, never[i]));
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const HtmlCleanOptions plain = { NULL, NULL, FALSE };
	g_autofree char *html = g_memdup2(data, size), *clean = html_clean(html, size, &plain, NULL);
	g_autofree char *again = html_clean(clean, strlen(clean), &plain, NULL), *text = html_to_text(html, size);

	g_assert_true(g_utf8_validate(clean, -1, NULL));
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_cmpstr(clean, ==, again);
	check_harmless(clean);
	return 0;
}
