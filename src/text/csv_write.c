/* csv_write.c - rows as RFC 4180 wants them. Reading: text/csv.c. */
#include "text/csv.h"
#include <string.h>

static void
put_quoted(GString *out, const char *text)
{
	const char *quote;

	g_string_append_c(out, '"');
	while ((quote = strchr(text, '"')) != NULL) {
		g_string_append_len(out, text, quote - text + 1);
		g_string_append_c(out, '"');
		text = quote + 1;
	}
	g_string_append(out, text);
	g_string_append_c(out, '"');
}

void
csv_put(GString *out, const char *text, gboolean first)
{
	gsize size = strlen(text);

	if (!first)
		g_string_append_c(out, ',');
	/* Semicolons and tabs too: a reader that guesses the delimiter is not to be led astray. */
	if (strpbrk(text, ",\"\r\n;\t|") != NULL || (size > 0 && (text[0] == ' ' || text[size - 1] == ' ')))
		put_quoted(out, text);
	else
		g_string_append_len(out, text, (gssize)size);
}

static gboolean
looks_like_formula(const char *text)
{
	while (*text == '\'')
		text++;
	return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

void
csv_put_safe(GString *out, const char *text, gboolean first)
{
	if (looks_like_formula(text)) {
		g_autofree char *marked = g_strconcat("'", text, NULL);

		csv_put(out, marked, first);
		return;
	}
	csv_put(out, text, first);
}

const char *
csv_bare(const char *text)
{
	return text[0] == '\'' && looks_like_formula(text + 1) ? text + 1 : text;
}

void
csv_end(GString *out)
{
	g_string_append(out, "\r\n");
}
