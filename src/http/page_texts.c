/* page_texts.c - people's texts in a page: initials, paragraphs, found words marked, cut, packed for addresses and JSON. */
#include "http/page_formats.h"
#include <string.h>

/* {{name|initials}}: the first letters of the first and the last word: "Amara Okafor" is "AO". */
static gboolean
format_initials(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	gunichar first = 0, last = 0;
	gboolean between = TRUE;

	if (value->text == NULL || !g_utf8_validate(value->text, value->size, NULL))
		return FALSE;
	for (const char *p = value->text; p < value->text + value->size; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (g_unichar_isalnum(c)) {
			if (between && first == 0)
				first = c;
			else if (between)
				last = c;
			between = FALSE;
		} else if (g_unichar_isspace(c) || c == '-' || c == '.') {
			between = TRUE;
		}
	}
	if (first != 0)
		g_string_append_unichar(out, g_unichar_toupper(first));
	if (last != 0)
		g_string_append_unichar(out, g_unichar_toupper(last));
	return first != 0;
}

/* How long the http(s) address at @text is, without the marks that end the sentence around it; 0 for none. */
static gsize
address_at(const char *text, const char *end)
{
	gsize scheme, n;

	if (end - text > 8 && g_ascii_strncasecmp(text, "https://", 8) == 0)
		scheme = 8;
	else if (end - text > 7 && g_ascii_strncasecmp(text, "http://", 7) == 0)
		scheme = 7;
	else
		return 0;
	for (n = scheme; text + n < end && (guchar)text[n] > ' ' && strchr("<>\"'`{}|\\^", text[n]) == NULL && (guchar)text[n] != 0x7f; n++)
		;
	while (n > scheme && strchr(".,;:!?", text[n - 1]) != NULL)
		n--;
	if (n > scheme && text[n - 1] == ')' && memchr(text, '(', n) == NULL)
		n--;
	return n > scheme && (g_ascii_isalnum(text[scheme]) || text[scheme] == '[') && n <= 2000 ? n : 0;
}

static void
put_link(GString *out, const char *address, gsize size)
{
	g_string_append(out, "<a href=\"");
	template_escape(out, address, size);
	g_string_append(out, "\" rel=\"noopener nofollow\">");
	template_escape(out, address, size);
	g_string_append(out, "</a>");
}

/* Links are looked for by their colon: most lines have none. */
static void
put_line(GString *out, const char *text, const char *end)
{
	const char *from = text, *colon = text;

	while ((colon = memchr(colon, ':', end - colon)) != NULL) {
		const char *at = colon++;
		gsize size;

		if (end - at < 3 || at[1] != '/' || at[2] != '/')
			continue;
		while (at > from && colon - at < 6 && g_ascii_isalpha(at[-1]))
			at--;
		size = at == from || !g_ascii_isalnum(at[-1]) ? address_at(at, end) : 0;
		if (size == 0)
			continue;
		template_escape(out, from, at - from);
		put_link(out, at, size);
		from = colon = at + size;
	}
	template_escape(out, from, end - from);
}

/* A line's text; where @ret_open is given, what stands between U+E000 and U+E001 becomes a mark, which may go on in later lines. */
static void
put_marked_line(GString *out, const char *text, const char *end, gboolean *ret_open)
{
	while (ret_open != NULL) {
		const char *mark = memmem(text, (gsize)(end - text), "\356\200", 2);

		if (mark == NULL || mark + 2 >= end || (mark[2] != '\200' && mark[2] != '\201'))
			break;
		put_line(out, text, mark);
		if (*ret_open != (mark[2] == '\200'))
			g_string_append(out, *ret_open ? "</mark>" : "<mark class=\"rd-promised\">");
		*ret_open = mark[2] == '\200';
		text = mark + 3;
	}
	put_line(out, text, end);
}

static gboolean
put_lines(GString *out, const TemplateValue *value, gboolean *ret_open)
{
	const char *at = value->text, *end = at + value->size;
	gboolean inside = FALSE;

	if (value->text == NULL)
		return FALSE;
	while (at < end) {
		const char *stop = memchr(at, '\n', end - at), *next = stop != NULL ? stop + 1 : end, *blank = at;

		stop = stop != NULL ? stop : end;
		while (stop > at && stop[-1] == '\r')
			stop--;
		while (blank < stop && (*blank == ' ' || *blank == '\t'))
			blank++;
		if (blank == stop) {
			if (inside)
				g_string_append(out, ret_open != NULL && *ret_open ? "</mark></p>\n" : "</p>\n");
			if (ret_open != NULL)
				*ret_open = FALSE;
			inside = FALSE;
		} else {
			g_string_append(out, inside ? "<br>\n" : "<p>");
			put_marked_line(out, at, stop, ret_open);
			inside = TRUE;
		}
		at = next;
	}
	if (inside)
		g_string_append(out, ret_open != NULL && *ret_open ? "</mark></p>" : "</p>");
	return value->size > 0;
}

/* {{body|lines}}: what somebody wrote, as paragraphs: a blank line ends one, a line end is <br>. Everything is escaped;
 * web addresses, and nothing else, become links. */
static gboolean
format_lines(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	return put_lines(out, value, NULL);
}

/* {{promised|promised}}: the same, with the words that promise something marked (desk/promise_panel.c). */
static gboolean
format_promised(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	gboolean open = FALSE;

	return put_lines(out, value, &open);
}

/* {{marked|marks}}: what search puts between U+E000 and U+E001 becomes <mark>; all else is escaped, every mark closed. */
static gboolean
format_marks(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	const char *at = value->text, *end = at + value->size;
	gboolean open = FALSE;

	if (value->text == NULL)
		return FALSE;
	while (at < end) {
		const char *mark = memmem(at, end - at, "\356\200", 2);

		if (mark == NULL || mark + 2 >= end || (mark[2] != '\200' && mark[2] != '\201')) {
			const char *stop = mark == NULL ? end : MIN(mark + 2, end);

			template_escape(out, at, stop - at);
			at = stop;
			continue;
		}
		template_escape(out, at, mark - at);
		if ((mark[2] == '\200') != open) {
			g_string_append(out, open ? "</mark>" : "<mark>");
			open = !open;
		}
		at = mark + 3;
	}
	if (open)
		g_string_append(out, "</mark>");
	return value->size > 0;
}

/* {{subject|cut:80}}: at most so many characters, at a word's end where there is one, then an ellipsis. */
static gboolean
format_cut(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	gint64 most = arg != NULL ? g_ascii_strtoll(arg, NULL, 10) : 80, n = 0;
	const char *space = NULL, *end = value->text + value->size;

	if (value->text == NULL || !g_utf8_validate(value->text, value->size, NULL))
		return FALSE;
	for (const char *p = value->text; p < end; p = g_utf8_next_char(p), n++) {
		if (n == most) {
			const char *stop = space != NULL && g_utf8_strlen(value->text, space - value->text) * 2 > most ? space : p;

			template_put(out, value->text, stop - value->text);
			g_string_append(out, "…");
			return TRUE;
		}
		if (g_ascii_isspace(*p))
			space = p;
	}
	template_put(out, value->text, value->size);
	return value->size > 0;
}

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

static const char *
scalar(const TemplateValue *value, char buffer[32], gsize *ret_size)
{
	gint64 number;

	if (value->text != NULL) {
		*ret_size = value->size;
		return value->text;
	}
	if (!template_value_int(value, &number))
		return NULL;
	*ret_size = g_snprintf(buffer, 32, "%" G_GINT64_FORMAT, number);
	return buffer;
}

/* {{q|urlencode}}: for one value in an address. */
static gboolean
format_urlencode(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	char buffer[32];
	gsize size = 0;
	const char *text = scalar(value, buffer, &size);

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

/* {{facts|json}}: any value as compact JSON, escaped like other text; for data- attributes. */
static gboolean
format_json(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	g_autofree char *text = value->json != NULL ? json_write(value->json, NULL) : NULL;

	if (text == NULL) {
		g_string_append(out, "null");
		return FALSE;
	}
	g_string_append(out, text);
	return TRUE;
}

/* {{tags|join:, }} texts of a list with something between them; a comma and a space when nothing is said. */
static gboolean
format_join(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	const char *between = "";
	gsize i;
	json_t *one;

	json_array_foreach((json_t *)value->json, i, one) {
		if (!json_is_string(one))
			continue;
		g_string_append(out, between);
		template_put(out, json_string_value(one), json_string_length(one));
		between = arg != NULL ? arg : ", ";
	}
	return *between != '\0';
}

/* {{name|or:-}} */
static gboolean
format_or(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	char buffer[32];
	gsize size = 0;
	const char *text = scalar(value, buffer, &size);

	if (size > 0)
		template_put(out, text, size);
	else if (arg != NULL)
		g_string_append(out, arg);
	return size > 0;
}

static gboolean
put_case(GString *out, const TemplateValue *value, char *(*fold)(const char *, gssize))
{
	g_autofree char *text = NULL;

	if (value->text == NULL || !g_utf8_validate(value->text, value->size, NULL))
		return FALSE;
	text = fold(value->text, value->size);
	g_string_append(out, text);
	return value->size > 0;
}

static gboolean
format_upper(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	return put_case(out, value, g_utf8_strup);
}

static gboolean
format_lower(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	return put_case(out, value, g_utf8_strdown);
}

static gboolean
format_asset(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	if (value->text == NULL)
		return FALSE;
	g_string_append(out, asset_path(value->text));
	return TRUE;
}

/* Where ">" of the option stands that has this value, or else this text; -1: there is none. */
static gint64
option_in(const TemplateValue *value, const char *arg)
{
	g_autoptr(GString) mark = g_string_new("<option value=\"");
	const char *at;

	template_escape(mark, arg, strlen(arg));
	g_string_append(mark, "\">");
	if ((at = strstr(value->text, mark->str)) != NULL)
		return at - value->text + (gint64)mark->len - 1;
	g_string_truncate(mark, 0);
	g_string_append_c(mark, '>');
	template_escape(mark, arg, strlen(arg));
	g_string_append(mark, "</option>");
	return (at = strstr(value->text, mark->str)) != NULL ? at - value->text : -1;
}

/* {{options.users|chosen:@owner.ref}}: <option>s kept as text, the one of this value, or else of this text, selected. Or as
 * {html, at {value or text: where its ">" stands}}, which need not be looked through. */
static gboolean
format_chosen(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	const json_t *html = json_object_get(value->json, "html");
	const TemplateValue text = html != NULL ? (TemplateValue){ html, json_string_value(html), json_string_length(html) } : *value;
	gint64 at = -1;

	if (text.text == NULL)
		return FALSE;
	if (arg != NULL && *arg != '\0')
		at = html != NULL ? json_int(json_object_get(value->json, "at"), arg, -1) : option_in(value, arg);
	if (at < 0 || (gsize)at > text.size) {
		template_put(out, text.text, text.size);
		return FALSE;
	}
	template_put(out, text.text, (gsize)at);
	template_put(out, " selected", 9);
	template_put(out, text.text + at, text.size - (gsize)at);
	return TRUE;
}

void
page_texts_add(TemplateSet *set)
{
	template_set_formatter(set, "initials", format_initials, TEMPLATE_CONST);
	template_set_formatter(set, "lines", format_lines, TEMPLATE_HTML);
	template_set_formatter(set, "promised", format_promised, TEMPLATE_HTML);
	template_set_formatter(set, "marks", format_marks, TEMPLATE_HTML);
	template_set_formatter(set, "cut", format_cut, 0);
	template_set_formatter(set, "chosen", format_chosen, TEMPLATE_HTML);
	template_set_formatter(set, "urlencode", format_urlencode, TEMPLATE_PLAIN);
	template_set_formatter(set, "with", format_with, 0);
	template_set_formatter(set, "without", format_without, 0);
	template_set_formatter(set, "json", format_json, 0);
	template_set_formatter(set, "join", format_join, 0);
	template_set_formatter(set, "or", format_or, 0);
	template_set_formatter(set, "upper", format_upper, 0);
	template_set_formatter(set, "lower", format_lower, 0);
	template_set_formatter(set, "asset", format_asset, TEMPLATE_CONST);
}
