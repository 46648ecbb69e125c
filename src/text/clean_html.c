/* clean_html.c - the walk that writes anew what may stay. Every tag, value and word of the result is written here, from
 * lists of what is allowed (text/clean_html_words.c); nothing of the source is copied as it stands.
 *
 * A browser may read markup otherwise than the parser did, and so make something new of what was harmless. Therefore the
 * result is cleaned again until it no longer changes: a second reading is part of the first. */
#include "text/clean_html_impl.h"

enum { MAX_PASSES = 5 };

typedef struct {
	GString *out;
	gboolean remote_images;
	guint8 fates[HTML_MAX_DEPTH];
	guint depth, dropped; /* @dropped: the depth at which an element began whose content goes; 0: none */
	HtmlReport report;
} Cleaning;

static void
put_escaped(GString *out, const char *text, gsize size)
{
	for (const char *p = text, *end = text + size; p < end;) {
		const char *plain = p;

		while (p < end && *p != '&' && *p != '<' && *p != '>' && *p != '"' && ((guchar)*p >= ' ' || *p == '\n' || *p == '\t') && *p != 0x7f)
			p++;
		g_string_append_len(out, plain, p - plain);
		if (p >= end)
			break;
		switch (*p++) {
		case '&':
			g_string_append(out, "&amp;");
			break;
		case '<':
			g_string_append(out, "&lt;");
			break;
		case '>':
			g_string_append(out, "&gt;");
			break;
		case '"':
			g_string_append(out, "&quot;");
			break;
		default: /* a control character */
			break;
		}
	}
}

static void
put_attribute(Cleaning *c, const char *name, const char *value)
{
	g_string_append_c(c->out, ' ');
	g_string_append(c->out, name);
	g_string_append_len(c->out, "=\"", 2);
	put_escaped(c->out, value, strlen(value));
	g_string_append_c(c->out, '"');
}

static void
put_link(Cleaning *c, const char *value)
{
	g_autofree char *url = NULL;
	UrlKind kind = url_read(value, &url);

	if (kind != URL_WEB && kind != URL_MAIL) {
		c->report.n_removed++;
		return;
	}
	put_attribute(c, "href", url);
	put_attribute(c, "target", "_blank");
	put_attribute(c, "rel", "noopener noreferrer nofollow");
}

static void
put_image(Cleaning *c, const char *value)
{
	g_autofree char *url = NULL;

	switch (url_read(value, &url)) {
	case URL_WEB:
		c->report.n_remote++;
		put_attribute(c, c->remote_images ? "src" : "data-src", url);
		break;
	case URL_CID:
	case URL_DATA_IMAGE:
		put_attribute(c, "src", url);
		break;
	default:
		c->report.n_removed++;
	}
}

static void
put_read(Cleaning *c, const char *name, char *value)
{
	if (value != NULL)
		put_attribute(c, name, value);
	g_free(value);
}

static void
put_value(Cleaning *c, const char *element, const char *name, const char *value, const char *const *all)
{
	ValueKind kind = attribute_kind(element, name);

	if (value == NULL)
		value = "";
	switch (kind) {
	case VALUE_STYLE:
		put_read(c, name, style_read(value, &c->report.n_remote, &c->report.n_removed));
		return;
	case VALUE_CLASS:
		put_read(c, name, class_read(value));
		return;
	case VALUE_LINK:
		put_link(c, value);
		return;
	case VALUE_IMAGE: /* one picture has one source */
		if (strcmp(name, "data-src") == 0 && html_attribute(all, "src") != NULL)
			c->report.n_removed++;
		else
			put_image(c, value);
		return;
	case VALUE_REMOTE:
		c->report.n_remote++;
		c->report.n_removed++;
		return;
	case VALUE_EMPTY:
		put_attribute(c, name, "");
		return;
	default:
		if (kind != VALUE_NONE && value_is(kind, value))
			put_attribute(c, name, value);
		else
			c->report.n_removed++;
	}
}

static void
on_start(gpointer data, const char *name, const char *const *attributes)
{
	Cleaning *c = data;
	ElementFate fate = c->dropped > 0 ? ELEMENT_UNWRAP : element_fate(name);

	g_return_if_fail(c->depth < HTML_MAX_DEPTH);
	c->fates[c->depth++] = (guint8)fate;
	if (c->dropped > 0)
		return;
	if (fate == ELEMENT_UNWRAP || fate == ELEMENT_DROP) {
		static const char *const frame[] = { "html", "head", "body", NULL };

		c->report.n_removed += !g_strv_contains(frame, name);
		for (guint i = 0; attributes != NULL && attributes[i] != NULL; i += 2)
			c->report.n_remote += attribute_kind(name, attributes[i]) == VALUE_REMOTE;
		if (fate == ELEMENT_DROP)
			c->dropped = c->depth;
		return;
	}
	g_string_append_c(c->out, '<');
	g_string_append(c->out, name);
	for (guint i = 0; attributes != NULL && attributes[i] != NULL; i += 2)
		put_value(c, name, attributes[i], attributes[i + 1], attributes);
	g_string_append_c(c->out, '>');
}

static void
on_end(gpointer data, const char *name)
{
	Cleaning *c = data;

	g_return_if_fail(c->depth > 0);
	if (c->dropped == 0 && c->fates[c->depth - 1] == ELEMENT_KEEP) {
		g_string_append_len(c->out, "</", 2);
		g_string_append(c->out, name);
		g_string_append_c(c->out, '>');
	}
	if (c->dropped == c->depth)
		c->dropped = 0;
	c->depth--;
}

static void
on_text(gpointer data, const char *text, gsize size)
{
	Cleaning *c = data;

	if (c->dropped == 0)
		put_escaped(c->out, text, size);
}

static const HtmlWalker cleaner = { on_start, on_end, on_text };

static GString *
clean_once(const char *html, gsize size, gboolean remote_images, guint max_elements, HtmlReport *report)
{
	Cleaning c = { .out = g_string_sized_new(size + size / 8 + 16), .remote_images = remote_images };

	if (!html_walk(html, size, max_elements, &cleaner, &c)) {
		g_string_truncate(c.out, 0);
		c.dropped = 0;
		html_walk_words(html, size, &cleaner, &c);
	}
	/* The parser passes over blanks at the beginning: the next reading would not see them. */
	g_string_erase(c.out, 0, (gssize)strspn(c.out->str, " \t\n"));
	if (report != NULL)
		*report = c.report;
	return c.out;
}

/* The addresses of inline pictures, in what was written above: ' src="cid:' stands in tags alone, since text and values
 * have no bare quotes. */
static char *
put_cids(const char *clean, const HtmlCleanOptions *options)
{
	static const char mark[] = " src=\"cid:";
	g_autoptr(GString) out = g_string_sized_new(strlen(clean) + 64);
	const char *at;

	while ((at = strstr(clean, mark)) != NULL) {
		const char *id = at + strlen(mark), *end = strchr(id, '"');
		g_autofree char *escaped = g_strndup(id, (gsize)(end - id)), *decoded = g_uri_unescape_string(escaped, NULL);
		g_autofree char *address = NULL;
		GString *plain = g_string_new(decoded != NULL ? decoded : escaped);

		g_string_replace(plain, "&quot;", "\"", 0);
		g_string_replace(plain, "&lt;", "<", 0);
		g_string_replace(plain, "&gt;", ">", 0);
		g_string_replace(plain, "&amp;", "&", 0);
		g_string_append_len(out, clean, at - clean);
		address = options != NULL && options->cid != NULL ? options->cid(plain->str, options->data) : NULL;
		if (address != NULL) {
			g_string_append(out, " src=\"");
			put_escaped(out, address, strlen(address));
			g_string_append_c(out, '"');
		}
		g_string_free(plain, TRUE);
		clean = end + 1;
	}
	g_string_append(out, clean);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
html_clean(const char *html, gsize size, const HtmlCleanOptions *options, HtmlReport *report)
{
	gboolean remote = options != NULL && options->remote_images;
	g_autoptr(GString) clean = clean_once(html, size, remote, HTML_MAX_ELEMENTS, report);

	for (guint pass = 1; pass <= MAX_PASSES; pass++) {
		g_autoptr(GString) again = clean_once(clean->str, clean->len, remote, HTML_MAX_ELEMENTS * 2, NULL);

		if (g_string_equal(again, clean))
			break;
		g_string_truncate(clean, 0);
		if (pass < MAX_PASSES)
			g_string_append_len(clean, again->str, (gssize)again->len);
		else
			put_escaped(clean, again->str, again->len); /* it finds no rest: nobody gets it as HTML */
	}
	return put_cids(clean->str, options);
}

gboolean
html_has_picture(const char *html, gsize size, const char *url)
{
	g_autoptr(GString) wanted = g_string_new(" data-src=\"");
	g_autofree char *clean = html_clean(html, size, NULL, NULL);

	put_escaped(wanted, url, strlen(url));
	g_string_append_c(wanted, '"');
	return strstr(clean, wanted->str) != NULL; /* no quote stands in text or values: this is found in tags alone */
}
