/* html_walk.c - libxml2's HTML parser under bounds: it reads what strangers wrote, repairs what is broken, loads nothing
 * and builds no tree. What its own loops would take too long over (very deep nesting, tags with very many attributes) is
 * stopped before it gets there. What is done with the elements: text/clean_html.c, text/html_text.c. */
#include "text/clean_html_impl.h"
#include "xml2.lazy.h"
#include <libxml/xmlerror.h>

typedef struct {
	const HtmlWalker *walker;
	gpointer data;
	htmlParserCtxtPtr parser;
	const xmlChar *open[HTML_TOO_DEEP + 1]; /* names, which are the parser's */
	guint depth;
	gboolean too_deep;
} Walk;

/* Elements nested deeper than the bound lose their tags, not their words; the parser goes on. Far beyond it gives up. */
static void
on_start(void *data, const xmlChar *name, const xmlChar **attributes)
{
	Walk *walk = data;

	if (walk->too_deep)
		return;
	walk->open[walk->depth] = name;
	if (++walk->depth <= HTML_MAX_DEPTH) {
		walk->walker->start(walk->data, (const char *)name, (const char *const *)attributes);
	} else if (walk->depth > HTML_TOO_DEEP) {
		walk->too_deep = TRUE;
		xmlStopParser(walk->parser);
	}
}

static void
end_last(Walk *walk)
{
	const xmlChar *name = walk->open[--walk->depth];

	if (walk->depth < HTML_MAX_DEPTH)
		walk->walker->end(walk->data, (const char *)name);
}

/* Of an element whose own tag never ends the parser tells no end. */
static void
on_end(void *data, const xmlChar *name)
{
	Walk *walk = data;
	guint at = walk->depth;

	if (walk->too_deep)
		return;
	while (at > 0 && strcmp((const char *)walk->open[at - 1], (const char *)name) != 0)
		at--;
	while (at > 0 && walk->depth >= at)
		end_last(walk);
}

static void
on_text(void *data, const xmlChar *text, int size)
{
	Walk *walk = data;

	if (!walk->too_deep && size > 0)
		walk->walker->text(walk->data, (const char *)text, (gsize)size);
}

/* Takes out, in place, what a browser reads as comments: <!-- -->, Outlook's <![if !mso]>, <?xml ...>. The parser would
 * show some of it. A comment that never ends loses its mark only, so that no words are lost with it. */
static gsize
without_comments(char *html, gsize size)
{
	char *from = html, *to = html, *end = html + size;
	gboolean comments_end = TRUE, tags_end = TRUE; /* what was once not found is not looked for again */

	while (from < end) {
		char *tag = memchr(from, '<', (gsize)(end - from)), *behind = NULL;
		gsize n = (gsize)((tag != NULL ? tag : end) - from), mark = 0;

		memmove(to, from, n);
		to += n;
		from += n;
		if (tag == NULL)
			break;
		if (end - tag >= 4 && memcmp(tag, "<!--", 4) == 0) {
			mark = 4;
			if (tag[4] == '>')
				behind = tag + 5;
			else if (comments_end && (behind = memmem(tag + 4, (gsize)(end - tag - 4), "-->", 3)) != NULL)
				behind += 3;
			else
				comments_end = FALSE;
		} else if (end - tag >= 3 && (tag[1] == '?' || (tag[1] == '!' && g_ascii_strncasecmp(tag + 2, "doctype", 7) != 0))) {
			mark = 2;
			if (tags_end && (behind = memchr(tag, '>', (gsize)(end - tag))) != NULL)
				behind++;
			else
				tags_end = FALSE;
		}
		if (mark == 0)
			*to++ = *from++;
		else
			from = behind != NULL ? behind : tag + mark;
	}
	*to = 0;
	return (gsize)(to - html);
}

/* How far the parser may go: to a tag with too many attributes, or beyond so many elements. Scripts are passed over as any
 * text is: at worst a strange script makes the rest of the mail plain. */
static gsize
bounded_size(const char *html, gsize size, guint max_elements)
{
	const char *p = html, *end = html + size;
	guint starts = 0, ends = 0;

	while ((p = memchr(p, '<', (gsize)(end - p))) != NULL) {
		const char *tag = p++;
		guint n = 0;
		char quote = 0;

		ends += p < end && *p == '/';
		if (p < end && g_ascii_isalpha(*p))
			starts++;
		else if (ends <= max_elements * 2)
			continue;
		if (starts > max_elements || ends > max_elements * 2)
			return (gsize)(tag - html);
		for (; p < end; p++) {
			if (quote != 0) {
				if (*p == quote)
					quote = 0, n++;
			} else if (*p == '>') {
				break;
			} else if ((*p == '"' || *p == '\'') && p[-1] == '=') {
				quote = *p;
			} else {
				n += (guchar)*p <= ' ' && (guchar)p[-1] > ' ';
				n += *p == '/' || *p == '=' || *p == '"' || *p == '\'';
			}
		}
		if (n > HTML_MAX_ATTRIBUTES * 3)
			return (gsize)(tag - html);
		if (p >= end)
			break;
	}
	return size;
}

/* The signs that text/clean_html.c writes for others. */
static gsize
sign_of(const char *p, const char *end, char *ret_sign)
{
	static const struct {
		const char *name;
		char sign;
	} signs[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' } };

	for (guint i = 0; i < G_N_ELEMENTS(signs); i++) {
		gsize n = strlen(signs[i].name);

		*ret_sign = signs[i].sign;
		if ((gsize)(end - p) >= n && memcmp(p, signs[i].name, n) == 0)
			return n;
	}
	return 0;
}

static void
put_rest_text(const HtmlWalker *walker, gpointer data, const char *p, const char *end)
{
	while (p < end) {
		const char *sign = memchr(p, '&', (gsize)(end - p));
		gsize n;
		char c;

		if (sign == NULL)
			sign = end;
		if (sign > p)
			walker->text(data, p, (gsize)(sign - p));
		if (sign == end)
			return;
		n = sign_of(sign, end, &c);
		walker->text(data, n > 0 ? &c : sign, 1);
		p = sign + MAX(n, 1);
	}
}

/* What lies beyond the bounds: its tags are left out by eye, a blank between the words they part. */
static void
walk_rest(const HtmlWalker *walker, gpointer data, const char *p, const char *end)
{
	gboolean words = FALSE, blank = FALSE;

	while (p < end) {
		const char *tag = memchr(p, '<', (gsize)(end - p));
		const char *behind = tag != NULL ? memchr(tag, '>', (gsize)(end - tag)) : NULL;
		const char *until = behind != NULL ? tag : end;

		if (until > p) {
			if (blank && words)
				walker->text(data, " ", 1);
			put_rest_text(walker, data, p, until);
			words = TRUE;
		}
		if (behind == NULL)
			return;
		blank = TRUE;
		p = behind + 1;
	}
}

static void
be_silent(void *data, const char *format, ...)
{
}

/* "<body>" and the words as valid UTF-8: most are, and are copied once. (transfer full) */
static char *
body_of(const char *html, gsize size)
{
	static const char begin[] = "<body>";
	g_autofree char *made = NULL;
	char *out;

	if (size > 0 && !g_utf8_validate_len(html, size, NULL)) {
		made = g_utf8_make_valid(html, (gssize)size);
		return g_strconcat(begin, made, NULL);
	}
	out = g_malloc(sizeof begin + size);
	memcpy(out, begin, sizeof begin - 1);
	if (size > 0)
		memcpy(out + sizeof begin - 1, html, size);
	out[sizeof begin - 1 + size] = 0;
	return out;
}

gboolean
html_walk(const char *html, gsize size, guint max_elements, const HtmlWalker *walker, gpointer data)
{
	/* Inside a body loose words stay loose; another <body> is passed over. */
	g_autofree char *valid = body_of(html, MIN(size, HTML_MAX_BYTES)), *beyond = NULL;
	gsize valid_size = without_comments(valid, strlen(valid)), bounded = bounded_size(valid, valid_size, max_elements);
	Walk walk = { .walker = walker, .data = data };
	htmlSAXHandler sax = { .startElement = on_start, .endElement = on_end, .characters = on_text, .ignorableWhitespace = on_text,
		.warning = be_silent, .error = be_silent };

	walk.parser = htmlNewParserCtxt();
	g_assert(walk.parser != NULL);
	*walk.parser->sax = sax;
	walk.parser->userData = &walk;
	htmlCtxtReadMemory(walk.parser, valid, (int)bounded, NULL, "UTF-8",
		HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET | HTML_PARSE_NOIMPLIED | HTML_PARSE_IGNORE_ENC |
			HTML_PARSE_NODEFDTD);
	if (walk.parser->myDoc != NULL)
		xmlFreeDoc(walk.parser->myDoc);
	while (!walk.too_deep && walk.depth > 0)
		end_last(&walk);
	htmlFreeParserCtxt(walk.parser);
	if (walk.too_deep)
		return FALSE;
	walk_rest(walker, data, valid + bounded, valid + valid_size);
	if (size > HTML_MAX_BYTES) {
		beyond = g_utf8_make_valid(html + HTML_MAX_BYTES, (gssize)(size - HTML_MAX_BYTES));
		walk_rest(walker, data, beyond, beyond + strlen(beyond));
	}
	return TRUE;
}

void
html_walk_words(const char *html, gsize size, const HtmlWalker *walker, gpointer data)
{
	g_autofree char *valid = g_utf8_make_valid(size > 0 ? html : "", (gssize)size);

	walk_rest(walker, data, valid, valid + without_comments(valid, strlen(valid)));
}

const char *
html_attribute(const char *const *attributes, const char *name)
{
	for (guint i = 0; attributes != NULL && attributes[i] != NULL; i += 2)
		if (strcmp(attributes[i], name) == 0)
			return attributes[i + 1];
	return NULL;
}

gboolean
html_ready(GError **error)
{
	return lazy_load(&lazy_xml2, error);
}
