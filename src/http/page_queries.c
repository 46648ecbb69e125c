/* page_queries.c - values in addresses: a text as one value of a query, a query with parts taken away or set. */
#include "http/page_formats.h"
#include <string.h>

static void
put_uri(GString *out, const char *text, gsize size)
{
	static const char hex[] = "0123456789ABCDEF";

	for (gsize i = 0; i < size; i++) {
		guchar c = text[i];

		if (g_ascii_isalnum(c) || strchr("-_.~", c) != NULL) {
			if (c != '\0')
				g_string_append_c(out, c);
		} else {
			char escaped[3] = { '%', hex[c >> 4], hex[c & 15] };

			template_put(out, escaped, 3);
		}
	}
}

/* {{q|urlencode}}: for one value in an address. */
static gboolean
format_urlencode(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	char buffer[32];
	gsize size = 0;
	const char *text = page_scalar(value, buffer, &size);

	if (text == NULL)
		return FALSE;
	put_uri(out, text, size);
	return size > 0;
}

/* Is @name (up to "=") one of the comma separated @names? */
static gboolean
named(const char *names, const char *part, gsize size)
{
	const char *equal = memchr(part, '=', size);
	gsize n = equal != NULL ? (gsize)(equal - part) : size;

	for (const char *at = names; at != NULL; at = strchr(at, ',') != NULL ? strchr(at, ',') + 1 : NULL) {
		gsize length = strcspn(at, ",=");

		if (length == n && memcmp(at, part, n) == 0)
			return TRUE;
	}
	return FALSE;
}

/* {{page.query|without:after,sort}} and {{page.query|with:sort=due}}: a query string with parts taken away or set, so that
 * links keep the rest: {{page.query|without:after|with:sort=due}}. */
static gboolean
query_parts(GString *out, const TemplateValue *value, const char *names)
{
	const char *at = value->text, *end = at + value->size;
	gsize from = out->len;

	while (at != NULL && at < end) {
		const char *stop = memchr(at, '&', end - at);
		gsize size = (stop != NULL ? stop : end) - at;

		if (size > 0 && !named(names, at, size)) {
			if (out->len > from)
				g_string_append_c(out, '&');
			template_put(out, at, size);
		}
		at = stop != NULL ? stop + 1 : end;
	}
	return out->len > from;
}

static gboolean
format_without(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	return query_parts(out, value, arg);
}

static gboolean
format_with(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	const char *equal = arg != NULL ? strchr(arg, '=') : NULL;
	g_autofree char *name = equal != NULL ? g_strndup(arg, equal - arg) : NULL;

	if (name == NULL)
		return FALSE;
	if (query_parts(out, value, name))
		g_string_append_c(out, '&');
	g_string_append(out, name);
	g_string_append_c(out, '=');
	put_uri(out, equal + 1, strlen(equal + 1));
	return TRUE;
}

void
page_queries_add(TemplateSet *set)
{
	template_set_formatter(set, "urlencode", format_urlencode, TEMPLATE_PLAIN);
	template_set_formatter(set, "with", format_with, 0);
	template_set_formatter(set, "without", format_without, 0);
}
