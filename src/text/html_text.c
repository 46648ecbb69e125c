/* html_text.c - the words of a stranger's HTML as lines, for reading, for search and for text/quotes.h: blocks end lines,
 * quotes have "> " before them, links show where they lead when they say otherwise. What a reader would not see (styles,
 * titles, display: none) is left out. Harmless HTML instead of words: text/clean_html.c. */
#include "text/clean_html_impl.h"

enum { MAX_LISTS = 16, MAX_LINK = 200 };

static const char RULE[] = "--------------------------------";
static const char DIVIDER[] = "-----Original Message-----";

/* What an element does to the lines; elements not named do nothing. Sorted. */
typedef enum { LINE_NONE, LINE_BREAK, LINE_BLOCK, LINE_PARAGRAPH, LINE_ITEM, LINE_CELL, LINE_RULE, LINE_QUOTE, LINE_PRE, LINE_LIST, LINE_LINK, LINE_IMAGE, LINE_HIDDEN } LineKind;
static const struct {
	const char *name;
	LineKind kind;
} lines[] = {
	{ "a", LINE_LINK }, { "address", LINE_BLOCK }, { "applet", LINE_HIDDEN }, { "article", LINE_BLOCK }, { "blockquote", LINE_QUOTE },
	{ "br", LINE_BREAK }, { "caption", LINE_BLOCK }, { "center", LINE_BLOCK }, { "dd", LINE_BLOCK }, { "div", LINE_BLOCK },
	{ "dl", LINE_PARAGRAPH }, { "dt", LINE_BLOCK }, { "embed", LINE_HIDDEN }, { "footer", LINE_BLOCK }, { "form", LINE_BLOCK },
	{ "h1", LINE_PARAGRAPH }, { "h2", LINE_PARAGRAPH }, { "h3", LINE_PARAGRAPH }, { "h4", LINE_PARAGRAPH }, { "h5", LINE_PARAGRAPH },
	{ "h6", LINE_PARAGRAPH }, { "header", LINE_BLOCK }, { "hr", LINE_RULE }, { "iframe", LINE_HIDDEN }, { "img", LINE_IMAGE },
	{ "li", LINE_ITEM }, { "main", LINE_BLOCK }, { "math", LINE_HIDDEN }, { "object", LINE_HIDDEN }, { "ol", LINE_LIST }, { "p", LINE_PARAGRAPH },
	{ "pre", LINE_PRE }, { "script", LINE_HIDDEN }, { "section", LINE_BLOCK }, { "style", LINE_HIDDEN }, { "svg", LINE_HIDDEN },
	{ "table", LINE_BLOCK }, { "td", LINE_CELL }, { "template", LINE_HIDDEN }, { "th", LINE_CELL }, { "title", LINE_HIDDEN },
	{ "tr", LINE_BLOCK }, { "ul", LINE_LIST }, { "xml", LINE_HIDDEN },
};

typedef struct {
	guint8 kind;
	guint quote : 1;
	gsize link_at; /* where the words of a link begin in the text */
	char *link;
} OpenElement;

typedef struct {
	GString *out;
	OpenElement open[HTML_MAX_DEPTH];
	guint depth, hidden;
	guint newlines;	 /* still to come before the next word */
	gboolean space;	 /* ... or a blank */
	guint quotes, line_quotes, pre;
	guint items[MAX_LISTS], lists; /* numbers of ordered lists; 0 in others */
} Lines;

static LineKind
line_kind(const char *name)
{
	gsize low = 0, high = G_N_ELEMENTS(lines);

	while (low < high) {
		gsize middle = (low + high) / 2;
		int order = strcmp(name, lines[middle].name);

		if (order == 0)
			return lines[middle].kind;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return LINE_NONE;
}

static void
ask_newlines(Lines *l, guint n)
{
	if (l->out->len > 0)
		l->newlines = MAX(l->newlines, n);
	l->space = FALSE;
}

static void
put_marks(Lines *l, guint n, gboolean blank)
{
	for (guint i = 0; i < n; i++)
		g_string_append_c(l->out, '>');
	if (n > 0 && !blank)
		g_string_append_c(l->out, ' ');
}

static void
trim_line(Lines *l)
{
	while (l->out->len > 0 && (l->out->str[l->out->len - 1] == ' ' || l->out->str[l->out->len - 1] == '\t'))
		g_string_truncate(l->out, l->out->len - 1);
}

/* Gets ready for a word: the line ends that were asked for, with the marks of quotes. */
static void
flush(Lines *l)
{
	if (l->out->len == 0 && l->newlines == 0) {
		put_marks(l, l->quotes, FALSE);
		l->line_quotes = l->quotes;
	} else if (l->newlines > 0) {
		trim_line(l);
		for (guint i = 0; i < l->newlines; i++) {
			g_string_append_c(l->out, '\n');
			put_marks(l, i + 1 < l->newlines ? MIN(l->quotes, l->line_quotes) : l->quotes, i + 1 < l->newlines);
		}
		l->line_quotes = l->quotes;
	} else if (l->space) {
		g_string_append_c(l->out, ' ');
	}
	l->newlines = 0;
	l->space = FALSE;
}

static void
put_line(Lines *l, const char *text)
{
	ask_newlines(l, 1);
	flush(l);
	g_string_append(l->out, text);
	ask_newlines(l, 1);
}

static gboolean
has_style(const char *const *attributes, const char *words)
{
	const char *style = html_attribute(attributes, "style");
	g_autofree char *lower = NULL;
	char *to;

	if (style == NULL || strlen(style) > HTML_MAX_STYLE)
		return FALSE;
	lower = g_ascii_strdown(style, -1);
	to = lower;
	for (const char *p = lower; *p != 0; p++)
		if (!g_ascii_isspace(*p))
			*to++ = *p;
	*to = 0;
	return strstr(lower, words) != NULL;
}

/* Programs that mark where the quoted mail begins by an id, in whatever language its headers are. */
static gboolean
is_divider(const char *const *attributes)
{
	static const char *const ids[] = { "divRplyFwdMsg", "stopSpelling", "zwchr", "OLK_SRC_BODY_SECTION", "x_divRplyFwdMsg", NULL };
	const char *id = html_attribute(attributes, "id");

	return id != NULL && g_strv_contains(ids, id);
}

/* Outlook and Gmail indent with a blockquote too, one without a line at its side. */
static gboolean
is_quote(const char *const *attributes)
{
	return !has_style(attributes, "border:none") && !has_style(attributes, "border:0") && !has_style(attributes, "border:medium");
}

static void
begin_item(Lines *l)
{
	guint *number = l->lists > 0 && l->lists <= MAX_LISTS ? &l->items[l->lists - 1] : NULL;

	ask_newlines(l, 1);
	flush(l);
	if (number != NULL && *number > 0)
		g_string_append_printf(l->out, "%u. ", (*number)++);
	else
		g_string_append(l->out, "- ");
}

static void
put_text(Lines *l, const char *text, gsize size)
{
	for (const char *p = text, *end = text + size; p < end;) {
		const char *word = p;

		if (l->pre > 0 && *p == '\n') {
			l->newlines++;
			p++;
			continue;
		}
		if (g_ascii_isspace(*p) && l->pre == 0) {
			l->space = l->newlines == 0 && l->out->len > 0 && !g_ascii_isspace(l->out->str[l->out->len - 1]);
			p++;
			continue;
		}
		while (p < end && *p != '\n' && (l->pre > 0 || !g_ascii_isspace(*p)))
			p++;
		flush(l);
		g_string_append_len(l->out, word, p - word);
	}
}

static void
begin_paragraph(Lines *l, OpenElement *open, const char *class)
{
	/* Outlook's paragraphs are lines. */
	if (class != NULL && g_str_has_prefix(class, "Mso"))
		open->kind = LINE_BLOCK;
	ask_newlines(l, open->kind == LINE_BLOCK ? 1 : 2);
}

static void
put_picture(Lines *l, const char *alt)
{
	if (alt != NULL && strlen(alt) <= MAX_LINK)
		put_text(l, alt, strlen(alt));
}

static void
on_start(gpointer data, const char *name, const char *const *attributes)
{
	Lines *l = data;
	LineKind kind = line_kind(name);
	OpenElement *open = &l->open[l->depth++];

	*open = (OpenElement){ .kind = (guint8)kind };
	if (l->hidden > 0)
		return;
	if (kind == LINE_HIDDEN || has_style(attributes, "display:none")) {
		l->hidden = l->depth;
		return;
	}
	if (is_divider(attributes))
		put_line(l, DIVIDER);
	switch (kind) {
	case LINE_BREAK:
		if (l->out->len > 0)
			l->newlines = MIN(l->newlines + 1, 2);
		l->space = FALSE;
		break;
	case LINE_BLOCK:
		ask_newlines(l, 1);
		if (has_style(attributes, "border-top:solid"))
			put_line(l, RULE);
		break;
	case LINE_PARAGRAPH:
		begin_paragraph(l, open, html_attribute(attributes, "class"));
		break;
	case LINE_ITEM:
		begin_item(l);
		break;
	case LINE_CELL:
		l->space = l->newlines == 0 && l->out->len > 0;
		break;
	case LINE_RULE:
		if (!is_divider(attributes))
			put_line(l, RULE);
		break;
	case LINE_QUOTE:
		ask_newlines(l, 2);
		open->quote = is_quote(attributes);
		l->quotes += open->quote;
		break;
	case LINE_PRE:
		ask_newlines(l, 2);
		l->pre++;
		break;
	case LINE_LIST:
		ask_newlines(l, l->lists > 0 ? 1 : 2);
		if (l->lists++ < MAX_LISTS)
			l->items[l->lists - 1] = *name == 'o';
		break;
	case LINE_LINK:
		flush(l);
		open->link_at = l->out->len;
		open->link = g_strdup(html_attribute(attributes, "href"));
		break;
	case LINE_IMAGE:
		put_picture(l, html_attribute(attributes, "alt"));
		break;
	default:
		break;
	}
}

/* The address behind a link's words, unless they are that address. */
static void
end_link(Lines *l, const OpenElement *open)
{
	g_autofree char *url = NULL, *words = NULL;
	const char *bare;
	UrlKind kind = open->link != NULL ? url_read(open->link, &url) : URL_REFUSED;

	if ((kind != URL_WEB && kind != URL_MAIL) || strlen(url) > MAX_LINK || open->link_at > l->out->len)
		return;
	words = g_strstrip(g_strdup(l->out->str + open->link_at));
	bare = strstr(url, "://") != NULL ? strstr(url, "://") + 3 : strchr(url, ':') + 1;
	if (*words == 0 || strchr(words, '\n') != NULL || strstr(words, bare) != NULL || (kind == URL_MAIL && strchr(words, '@') != NULL))
		return;
	if (g_str_has_suffix(url, "/") && strncmp(bare, words, strlen(bare) - 1) == 0)
		return;
	if (g_str_has_prefix(words, "www.") || g_str_has_prefix(words, "http"))
		if (strstr(bare, strstr(words, "://") != NULL ? strstr(words, "://") + 3 : words) == bare)
			return;
	g_string_append_printf(l->out, " <%s>", url);
}

static void
on_end(gpointer data, const char *name)
{
	Lines *l = data;
	OpenElement *open = &l->open[l->depth - 1];

	if (l->hidden == 0) {
		switch ((LineKind)open->kind) {
		case LINE_BLOCK:
		case LINE_ITEM:
			ask_newlines(l, 1);
			break;
		case LINE_PARAGRAPH:
			ask_newlines(l, 2);
			break;
		case LINE_CELL:
			l->space = l->newlines == 0 && l->out->len > 0;
			break;
		case LINE_QUOTE:
			ask_newlines(l, 2);
			l->quotes -= open->quote;
			break;
		case LINE_PRE:
			ask_newlines(l, 2);
			l->pre--;
			break;
		case LINE_LIST:
			l->lists--;
			ask_newlines(l, l->lists > 0 ? 1 : 2);
			break;
		case LINE_LINK:
			end_link(l, open);
			break;
		default:
			break;
		}
	}
	g_free(open->link);
	if (l->hidden == l->depth)
		l->hidden = 0;
	l->depth--;
}

static void
on_text(gpointer data, const char *text, gsize size)
{
	Lines *l = data;

	if (l->hidden == 0)
		put_text(l, text, size);
}

/* At most one blank line between two, and no blanks at line ends: what empty paragraphs with no-break spaces leave. */
static char *
tidy(const char *text)
{
	g_autoptr(GString) out = g_string_sized_new(strlen(text) + 1);
	guint blank = 1; /* none at the top */

	for (const char *p = text; *p != 0;) {
		const char *end = strchrnul(p, '\n'), *words = end;

		for (gboolean more = TRUE; more && words > p;) {
			more = TRUE;
			if (words[-1] == ' ' || words[-1] == '\t' || words[-1] == '\r')
				words--;
			else if (words - p >= 2 && words[-1] == '\xa0' && words[-2] == '\xc2')
				words -= 2;
			else
				more = FALSE;
		}
		blank = words > p ? 0 : blank + 1;
		if (blank <= 1) {
			g_string_append_len(out, p, words - p);
			g_string_append_c(out, '\n');
		}
		p = *end != 0 ? end + 1 : end;
	}
	while (out->len > 0 && out->str[out->len - 1] == '\n')
		g_string_truncate(out, out->len - 1);
	if (out->len > 0)
		g_string_append_c(out, '\n');
	return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
html_to_text(const char *html, gsize size)
{
	static const HtmlWalker walker = { on_start, on_end, on_text };
	g_autofree Lines *l = g_new0(Lines, 1);
	char *text;

	l->out = g_string_sized_new(size / 2 + 16);
	if (!html_walk(html, size, HTML_MAX_ELEMENTS, &walker, l)) {
		while (l->depth > 0)
			g_free(l->open[--l->depth].link);
		g_string_truncate(l->out, 0);
		l->hidden = l->quotes = l->newlines = 0;
		html_walk_words(html, size, &walker, l);
	}
	text = tidy(l->out->str);
	g_string_free(l->out, TRUE);
	return text;
}
