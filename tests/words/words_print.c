/* words_print WHAT - what text/quotes and text/clean_html make of standard input, on standard output: for tests that have
 * their cases in files or in another language (tests/words). WHAT is
 *   reply | quoted | signature   the spans of one kind of a text
 *   spans                        every span, with its kind before it
 *   clean | clean-remote         harmless HTML; with the pictures of others
 *   text                         the words of HTML */
#include "text/clean_html.h"
#include "text/quotes.h"
#include <stdio.h>
#include <string.h>

static GString *
read_all(void)
{
	GString *bytes = g_string_new(NULL);
	char piece[65536];
	gsize n;

	while ((n = fread(piece, 1, sizeof piece, stdin)) > 0)
		g_string_append_len(bytes, piece, (gssize)n);
	return bytes;
}

static void
print_quotes(const GString *bytes, const char *what)
{
	static const char *const kinds[] = { "reply", "quoted", "signature", NULL };
	g_autoptr(GArray) spans = quotes_split(bytes->str, bytes->len);

	for (guint i = 0; strcmp(what, "spans") == 0 && i < spans->len; i++) {
		const QuoteSpan *span = &g_array_index(spans, QuoteSpan, i);

		printf("== %s\n%.*s", kinds[span->kind], (int)(span->end - span->start), bytes->str + span->start);
	}
	for (guint kind = 0; kinds[kind] != NULL; kind++)
		if (strcmp(what, kinds[kind]) == 0) {
			g_autofree char *text = quotes_text(bytes->str, spans, kind);

			fputs(text, stdout);
		}
}

int
main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";
	g_autoptr(GString) bytes = read_all();
	HtmlCleanOptions options = { .remote_images = strcmp(what, "clean-remote") == 0 };
	g_autofree char *out = NULL;

	if (g_str_has_prefix(what, "clean"))
		out = html_clean(bytes->str, bytes->len, &options, NULL);
	else if (strcmp(what, "text") == 0)
		out = html_to_text(bytes->str, bytes->len);
	else
		print_quotes(bytes, what);
	if (out != NULL)
		fputs(out, stdout);
	return 0;
}
