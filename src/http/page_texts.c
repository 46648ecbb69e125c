/* page_texts.c - people's texts in a page: initials, paragraphs, found words marked, cut, packed as JSON. In addresses:
 * page_queries.c. */
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

const char *
page_scalar(const TemplateValue *value, char buffer[32], gsize *ret_size)
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
	const char *text = page_scalar(value, buffer, &size);

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

/* {{what|sentence}}: words that begin a sentence or a heading: the first letter is a capital. */
static gboolean
format_sentence(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	const char *next;

	if (value->text == NULL || value->size == 0 || !g_utf8_validate(value->text, (gssize)value->size, NULL))
		return FALSE;
	next = g_utf8_next_char(value->text);
	g_string_append_unichar(out, g_unichar_toupper(g_utf8_get_char(value->text)));
	g_string_append_len(out, next, (gssize)value->size - (next - value->text));
	return TRUE;
}

static gboolean
format_asset(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	if (value->text == NULL)
		return FALSE;
	g_string_append(out, asset_path(value->text));
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
	template_set_formatter(set, "json", format_json, 0);
	template_set_formatter(set, "join", format_join, 0);
	template_set_formatter(set, "or", format_or, 0);
	template_set_formatter(set, "upper", format_upper, 0);
	template_set_formatter(set, "lower", format_lower, 0);
	template_set_formatter(set, "sentence", format_sentence, 0);
	template_set_formatter(set, "asset", format_asset, TEMPLATE_CONST);
}
