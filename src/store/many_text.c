/* many_text.c - see many_text.h. */
#include "store/many_text.h"
#include <string.h>

/* The end of what begins with a bracket at @from, behind its closing one; NULL: there is none, or there are quotes, in which brackets are none. */
static const char *
behind_brackets(const char *from)
{
	int depth = 0;

	for (const char *p = from; *p != '\0' && *p != '\'' && *p != '"'; p++) {
		depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
		if (depth == 0)
			return p + 1;
	}
	return NULL;
}

/* One row more, its arguments @more further on. */
static void
put_row(GString *out, const char *from, const char *to, guint more)
{
	while (from < to) {
		char *behind;

		if (*from != '$') {
			g_string_append_c(out, *from++);
			continue;
		}
		g_string_append_printf(out, "$%" G_GUINT64_FORMAT, g_ascii_strtoull(from + 1, &behind, 10) + more);
		from = behind;
	}
}

char *
many_text(const char *text, guint n_args, guint n_rows)
{
	const char *values = g_str_has_prefix(text, "INSERT INTO ") ? strstr(text, "VALUES (") : NULL;
	const char *from = values != NULL ? values + strlen("VALUES ") : NULL, *to = from != NULL ? behind_brackets(from) : NULL;
	GString *out;

	if (to == NULL || memchr(text, '$', (gsize)(from - text)) != NULL || strchr(to, '$') != NULL || strstr(to, "DO NOTHING") != NULL || strstr(to, "VALUES") != NULL)
		return NULL;
	out = g_string_new_len(text, to - text);
	for (guint i = 1; i < n_rows; i++) {
		g_string_append(out, ", ");
		put_row(out, from, to, i * n_args);
	}
	g_string_append(out, to);
	return g_string_free(out, FALSE);
}
