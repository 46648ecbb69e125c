/* clean_html_value.c - one value of a stranger's attribute: an address, a style, a word. What is not understood is
 * refused; nothing is repaired into something that would be allowed. The lists: text/clean_html_words.c. */
#include "text/clean_html_impl.h"

/* As browsers read an address: control characters and blanks at the ends do not count, tabs and line ends nowhere. Other
 * control characters, and blanks that only look like none, are taken out too, so that they hide no scheme. */
static char *
url_bare(const char *value, gsize max)
{
	g_autoptr(GString) url = g_string_sized_new(128);
	const char *end = value + strlen(value);

	while (value < end && (guchar)*value <= ' ')
		value++;
	while (end > value && (guchar)end[-1] <= ' ')
		end--;
	if ((gsize)(end - value) > max)
		return NULL;
	for (const char *p = value; p < end;) {
		gunichar c = g_utf8_get_char(p);
		const char *next = g_utf8_next_char(p);

		if (c > ' ' && c != 0x7f && g_unichar_type(c) != G_UNICODE_CONTROL && g_unichar_type(c) != G_UNICODE_FORMAT &&
			c != 0xfffd && !g_unichar_isspace(c))
			g_string_append_len(url, p, next - p);
		else if (c == ' ')
			g_string_append(url, "%20");
		p = next;
	}
	return g_string_free(g_steal_pointer(&url), FALSE);
}

/* data:image/png;base64,... of a raster type, and small. */
static gboolean
data_image_is(const char *url)
{
	static const char *const types[] = { "data:image/png;base64,", "data:image/gif;base64,", "data:image/jpeg;base64,",
		"data:image/jpg;base64,", "data:image/webp;base64," };

	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		gsize n = strlen(types[i]);

		if (g_ascii_strncasecmp(url, types[i], n) == 0)
			return strspn(url + n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") == strlen(url + n);
	}
	return FALSE;
}

UrlKind
url_read(const char *value, char **ret_url)
{
	static const struct {
		const char *scheme;
		UrlKind kind;
	} schemes[] = { { "http://", URL_WEB }, { "https://", URL_WEB }, { "mailto:", URL_MAIL }, { "tel:", URL_MAIL }, { "cid:", URL_CID } };
	g_autofree char *url = url_bare(value, HTML_MAX_DATA_URL);

	if (url == NULL || *url == 0)
		return URL_REFUSED;
	if (data_image_is(url)) {
		*ret_url = g_steal_pointer(&url);
		return URL_DATA_IMAGE;
	}
	if (strlen(url) > HTML_MAX_URL)
		return URL_REFUSED;
	for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
		if (g_ascii_strncasecmp(url, schemes[i].scheme, strlen(schemes[i].scheme)) == 0 && url[strlen(schemes[i].scheme)] != 0) {
			memcpy(url, schemes[i].scheme, strlen(schemes[i].scheme)); /* in lower case */
			*ret_url = g_steal_pointer(&url);
			return schemes[i].kind;
		}
	if (g_str_has_prefix(url, "//") && url[2] != 0 && url[2] != '/') {
		*ret_url = g_strconcat("https:", url, NULL);
		return URL_WEB;
	}
	if (g_ascii_strncasecmp(url, "www.", 4) == 0) {
		*ret_url = g_strconcat("http://", url, NULL);
		return URL_WEB;
	}
	return URL_REFUSED;
}

static gboolean
is_plain(guchar c)
{
	switch (c) {
	case ' ': case '#': case '.': case ',': case '%': case '\'': case '"': case '+': case '-': case '!': case '/':
		return TRUE;
	default:
		return c >= 0x80 || g_ascii_isalnum(c);
	}
}

/* Whether the value holds only what colours, lengths and names of fonts are written with. */
static gboolean
style_value_is_plain(const char *value, gsize size)
{
	if (size == 0 || size > 300)
		return FALSE;
	for (gsize i = 0; i < size; i++) {
		if (is_plain((guchar)value[i])) {
			if (value[i] == '/' && i + 1 < size && (value[i + 1] == '*' || value[i + 1] == '/'))
				return FALSE;
			continue;
		}
		if (value[i] == ')')
			continue;
		if (value[i] != '(')
			return FALSE;
		gsize begin = i;

		while (begin > 0 && (g_ascii_isalnum(value[begin - 1]) || value[begin - 1] == '-'))
			begin--;
		if (!style_function_is_allowed(value + begin, i - begin))
			return FALSE;
	}
	return TRUE;
}

/* The end of a declaration: the next semicolon outside quotes and brackets. */
static const char *
declaration_end(const char *p)
{
	char quote = 0;
	guint depth = 0;

	for (; *p != 0; p++) {
		if (quote != 0)
			quote = *p == quote ? 0 : quote;
		else if (*p == '"' || *p == '\'')
			quote = *p;
		else if (*p == '(')
			depth++;
		else if (*p == ')' && depth > 0)
			depth--;
		else if (*p == ';' && depth == 0)
			break;
	}
	return p;
}

static gboolean
quotes_are_even(const char *value, gsize size)
{
	gsize n[2] = { 0, 0 }, brackets[2] = { 0, 0 };

	for (gsize i = 0; i < size; i++) {
		n[0] += value[i] == '"';
		n[1] += value[i] == '\'';
		brackets[0] += value[i] == '(';
		brackets[1] += value[i] == ')';
	}
	return n[0] % 2 == 0 && n[1] % 2 == 0 && brackets[0] == brackets[1];
}

/* Without the blanks around it, as g_strstrip() knows them. */
static const char *
stripped(const char *text, gsize *size)
{
	while (*size > 0 && g_ascii_isspace(text[0]))
		text++, (*size)--;
	while (*size > 0 && g_ascii_isspace(text[*size - 1]))
		(*size)--;
	return text;
}

char *
style_read(const char *value, guint *n_remote, guint *n_removed)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autofree char *lower = NULL;

	if (strlen(value) > HTML_MAX_STYLE || strpbrk(value, "\\<{}@") != NULL || strstr(value, "/*") != NULL) {
		(*n_removed)++;
		lower = g_ascii_strdown(value, MIN((gssize)strlen(value), HTML_MAX_STYLE));
		*n_remote += strstr(lower, "url") != NULL;
		return NULL;
	}
	lower = g_ascii_strdown(value, -1);
	for (const char *p = lower, *end; *p != 0; p = *end != 0 ? end + 1 : end) {
		const char *colon, *property, *rest;
		gsize property_size, rest_size;

		end = declaration_end(p);
		/* The names are compared in lower case; of the value the writer's own letters stay. */
		colon = memchr(p, ':', (gsize)(end - p));
		if (colon == NULL)
			continue;
		rest_size = (gsize)(end - colon - 1);
		rest = stripped(value + (colon + 1 - lower), &rest_size);
		property_size = (gsize)(colon - p);
		property = stripped(p, &property_size);
		if (style_property_is_allowed(property, property_size) && style_value_is_plain(rest, rest_size) && quotes_are_even(rest, rest_size)) {
			if (out->len > 0)
				g_string_append_len(out, "; ", 2);
			g_string_append_len(out, property, (gssize)property_size);
			g_string_append_len(out, ": ", 2);
			g_string_append_len(out, rest, (gssize)rest_size);
		} else {
			(*n_removed)++;
			*n_remote += g_strstr_len(p, end - p, "url(") != NULL || g_strstr_len(p, end - p, "image(") != NULL ||
				g_strstr_len(p, end - p, "image-set(") != NULL;
		}
	}
	return out->len > 0 ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

char *
class_read(const char *value)
{
	g_auto(GStrv) names = strlen(value) <= HTML_MAX_STYLE ? g_strsplit_set(value, " \t\n\r", 0) : NULL;

	for (guint i = 0; names != NULL && names[i] != NULL; i++)
		if (class_is_kept(names[i], strlen(names[i])))
			return g_strdup(names[i]);
	return NULL;
}

gboolean
value_is(ValueKind kind, const char *value)
{
	gsize size = strlen(value), n;

	switch (kind) {
	case VALUE_TEXT:
		return size <= 2000;
	case VALUE_WORD:
		return size > 0 && size <= 32 && strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == size;
	case VALUE_LENGTH:
		n = strspn(value, "+-") > 1 ? 0 : strspn(value, "+-0123456789.");
		return n > 0 && n <= 7 && (value[n] == 0 || strcmp(value + n, "%") == 0 || strcmp(value + n, "px") == 0);
	case VALUE_COLOR:
		return size > 0 && size <= 40 && strspn(value, "#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789(), .%") == size &&
			(strchr(value, '(') == NULL || g_ascii_strncasecmp(value, "rgb", 3) == 0);
	default:
		return FALSE;
	}
}
