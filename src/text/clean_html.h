/* clean_html.h - a stranger's HTML made harmless, and its plain words. The browser cleans it a second time (DOMPurify) and
 * shows it in a sandboxed frame: this is the first of two locks. */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

/* The address that stands for an inline image, or NULL to leave it out. (transfer full) */
typedef char *(*HtmlCid)(const char *content_id, gpointer data);

typedef struct {
	HtmlCid cid; /* NULL: cid: images are left out */
	gpointer data;
	gboolean remote_images; /* FALSE: src goes to data-src, and the page asks first */
} HtmlCleanOptions;
typedef struct {
	guint n_removed; /* elements and attributes that were taken out */
	guint n_remote;  /* pictures and the like that would have been fetched from elsewhere */
} HtmlReport;

/* A fragment (what stands in the body) of allowed elements, attributes, URL schemes (http, https, mailto, tel, cid) and a
 * few style properties; everything else is taken out, text stays. Links get rel="noopener noreferrer nofollow" and
 * target="_blank". Bounded: at most 5 MB in, depth 256, 100,000 elements; beyond, the rest is text. Never fails for what
 * stands in @html. @report may be NULL. (transfer full) */
char *html_clean(const char *html, gsize size, const HtmlCleanOptions *options, HtmlReport *report);

/* Whether the parser's library is on this machine; ERR_INTERNAL where not. */
gboolean html_ready(GError **error);

/* Whether @url stands among the pictures from elsewhere that html_clean leaves (as src or data-src). */
gboolean html_has_picture(const char *html, gsize size, const char *url);

/* Its words for reading and search: blocks as lines, links as words (with the address behind them when they differ),
 * quotes (blockquote, gmail_quote, Outlook's dividers) with "> " before each line, so that text/quotes.h sees them.
 * (transfer full) */
char *html_to_text(const char *html, gsize size);

G_END_DECLS
