/* clean_html_impl.h - what the files of text/clean_html share: the lists of what is allowed (text/clean_html_words.c), the
 * checks of one value (text/clean_html_value.c) and the bounded way into libxml2's parser (text/html_walk.c). */
#pragma once
#include "text/clean_html.h"
#include <string.h>

enum {
	HTML_MAX_BYTES = 5 << 20,
	HTML_MAX_DEPTH = 256,
	HTML_TOO_DEEP = 1000, /* the parser looks through all that is open at every end tag */
	HTML_MAX_ELEMENTS = 100000,
	HTML_MAX_ATTRIBUTES = 512, /* in one tag: the parser compares each with each */
	HTML_MAX_URL = 8192,
	HTML_MAX_DATA_URL = 256 << 10,
	HTML_MAX_STYLE = 4096,
};

/* What an element becomes. Unknown ones lose their tags and keep their words. */
typedef enum { ELEMENT_UNWRAP, ELEMENT_KEEP, ELEMENT_VOID, ELEMENT_DROP } ElementFate;
ElementFate element_fate(const char *name);

typedef enum {
	VALUE_NONE, /* the attribute goes */
	VALUE_TEXT,
	VALUE_WORD,   /* letters, digits and dashes */
	VALUE_LENGTH, /* 12, 12px, 50%, +1 */
	VALUE_COLOR,
	VALUE_LINK,
	VALUE_IMAGE,
	VALUE_REMOTE, /* would fetch something: goes, and is counted */
	VALUE_STYLE,
	VALUE_CLASS,
	VALUE_EMPTY, /* stands without a value */
} ValueKind;
ValueKind attribute_kind(const char *element, const char *name);
gboolean style_property_is_allowed(const char *name, gsize size);
gboolean style_function_is_allowed(const char *name, gsize size);
gboolean class_is_kept(const char *name, gsize size);

/* Where an address leads. */
typedef enum { URL_REFUSED, URL_WEB, URL_MAIL, URL_CID, URL_DATA_IMAGE } UrlKind;
/* @ret_url: the address as it may stand in a page, untouched when refused. (transfer full) */
UrlKind url_read(const char *value, char **ret_url);
/* The declarations that may stay, NULL when none may; counts what would have been fetched. (transfer full) */
char *style_read(const char *value, guint *n_remote, guint *n_removed);
char *class_read(const char *value);
gboolean value_is(ValueKind kind, const char *value);

/* A walk over a stranger's HTML. The ends are balanced with the starts; names are lower case; values are decoded. */
typedef struct {
	void (*start)(gpointer data, const char *name, const char *const *attributes); /* name, value (or NULL), ..., NULL; may be NULL */
	void (*end)(gpointer data, const char *name);
	void (*text)(gpointer data, const char *text, gsize size);
} HtmlWalker;
/* What lies beyond the bounds comes as text, without its tags; what is nested too deep loses its tags. FALSE: it was nested
 * beyond all reason, and not all was walked: take the words alone. */
gboolean html_walk(const char *html, gsize size, guint max_elements, const HtmlWalker *walker, gpointer data);
/* Text alone, told from tags by eye. */
void html_walk_words(const char *html, gsize size, const HtmlWalker *walker, gpointer data);
/* The value of an attribute; NULL when it has none. */
const char *html_attribute(const char *const *attributes, const char *name);
