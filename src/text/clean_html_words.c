/* clean_html_words.c - what may stand in a stranger's HTML: elements, attributes, style properties, classes. Data; what is
 * not named here is not there. Nothing that runs, loads, submits, overlays or is found by an id. */
#include "text/clean_html_impl.h"

typedef struct {
	const char *name;
	ElementFate fate;
} Element;

/* Sorted. */
static const Element elements[] = {
	{ "a", ELEMENT_KEEP }, { "abbr", ELEMENT_KEEP }, { "address", ELEMENT_KEEP }, { "applet", ELEMENT_DROP }, { "b", ELEMENT_KEEP },
	{ "bdo", ELEMENT_KEEP }, { "big", ELEMENT_KEEP }, { "blockquote", ELEMENT_KEEP }, { "br", ELEMENT_VOID }, { "caption", ELEMENT_KEEP },
	{ "center", ELEMENT_KEEP }, { "cite", ELEMENT_KEEP }, { "code", ELEMENT_KEEP }, { "col", ELEMENT_VOID }, { "colgroup", ELEMENT_KEEP },
	{ "dd", ELEMENT_KEEP }, { "del", ELEMENT_KEEP }, { "div", ELEMENT_KEEP }, { "dl", ELEMENT_KEEP }, { "dt", ELEMENT_KEEP },
	{ "em", ELEMENT_KEEP }, { "embed", ELEMENT_DROP }, { "font", ELEMENT_KEEP }, { "h1", ELEMENT_KEEP }, { "h2", ELEMENT_KEEP },
	{ "h3", ELEMENT_KEEP }, { "h4", ELEMENT_KEEP }, { "h5", ELEMENT_KEEP }, { "h6", ELEMENT_KEEP }, { "hr", ELEMENT_VOID },
	{ "i", ELEMENT_KEEP }, { "iframe", ELEMENT_DROP }, { "img", ELEMENT_VOID }, { "ins", ELEMENT_KEEP }, { "kbd", ELEMENT_KEEP },
	{ "li", ELEMENT_KEEP }, { "math", ELEMENT_DROP }, { "noembed", ELEMENT_DROP }, { "noframes", ELEMENT_DROP }, { "object", ELEMENT_DROP },
	{ "ol", ELEMENT_KEEP }, { "p", ELEMENT_KEEP }, { "pre", ELEMENT_KEEP }, { "q", ELEMENT_KEEP }, { "s", ELEMENT_KEEP },
	{ "samp", ELEMENT_KEEP }, { "script", ELEMENT_DROP }, { "small", ELEMENT_KEEP }, { "span", ELEMENT_KEEP }, { "strike", ELEMENT_KEEP },
	{ "strong", ELEMENT_KEEP }, { "style", ELEMENT_DROP }, { "sub", ELEMENT_KEEP }, { "sup", ELEMENT_KEEP }, { "svg", ELEMENT_DROP },
	{ "table", ELEMENT_KEEP }, { "tbody", ELEMENT_KEEP }, { "td", ELEMENT_KEEP }, { "template", ELEMENT_DROP }, { "tfoot", ELEMENT_KEEP },
	{ "th", ELEMENT_KEEP }, { "thead", ELEMENT_KEEP }, { "title", ELEMENT_DROP }, { "tr", ELEMENT_KEEP }, { "tt", ELEMENT_KEEP },
	{ "u", ELEMENT_KEEP }, { "ul", ELEMENT_KEEP }, { "var", ELEMENT_KEEP }, { "xml", ELEMENT_DROP },
};

static int
compare_element(const void *name, const void *element)
{
	return strcmp(name, ((const Element *)element)->name);
}

ElementFate
element_fate(const char *name)
{
	const Element *element = bsearch(name, elements, G_N_ELEMENTS(elements), sizeof elements[0], compare_element);

	return element != NULL ? element->fate : ELEMENT_UNWRAP;
}

/* NULL: on every element; otherwise the elements with "|" between and around them. */
static const struct {
	const char *name;
	ValueKind kind;
	const char *elements;
} attributes[] = {
	{ "style", VALUE_STYLE, NULL }, { "class", VALUE_CLASS, NULL }, { "title", VALUE_TEXT, NULL }, { "dir", VALUE_WORD, NULL },
	{ "lang", VALUE_WORD, NULL }, { "align", VALUE_WORD, NULL }, { "href", VALUE_LINK, "|a|" }, { "src", VALUE_IMAGE, "|img|" },
	{ "data-src", VALUE_IMAGE, "|img|" }, { "alt", VALUE_TEXT, "|img|" }, { "width", VALUE_LENGTH, "|img|table|td|th|col|colgroup|hr|" },
	{ "height", VALUE_LENGTH, "|img|table|td|th|tr|" }, { "border", VALUE_LENGTH, "|img|table|" }, { "hspace", VALUE_LENGTH, "|img|" },
	{ "vspace", VALUE_LENGTH, "|img|" }, { "cellpadding", VALUE_LENGTH, "|table|" }, { "cellspacing", VALUE_LENGTH, "|table|" },
	{ "bgcolor", VALUE_COLOR, "|table|td|th|tr|tbody|thead|tfoot|" }, { "valign", VALUE_WORD, "|td|th|tr|tbody|thead|tfoot|col|" },
	{ "colspan", VALUE_LENGTH, "|td|th|" }, { "rowspan", VALUE_LENGTH, "|td|th|" }, { "scope", VALUE_WORD, "|th|td|" },
	{ "nowrap", VALUE_EMPTY, "|td|th|" }, { "span", VALUE_LENGTH, "|col|colgroup|" }, { "color", VALUE_COLOR, "|font|hr|" },
	{ "size", VALUE_LENGTH, "|font|hr|" }, { "face", VALUE_TEXT, "|font|" }, { "noshade", VALUE_EMPTY, "|hr|" },
	{ "start", VALUE_LENGTH, "|ol|" }, { "type", VALUE_WORD, "|ol|ul|li|blockquote|" }, { "value", VALUE_LENGTH, "|li|" },
	{ "clear", VALUE_WORD, "|br|" }, { "srcset", VALUE_REMOTE, NULL }, { "background", VALUE_REMOTE, NULL }, { "poster", VALUE_REMOTE, NULL },
	{ "lowsrc", VALUE_REMOTE, NULL }, { "dynsrc", VALUE_REMOTE, NULL }, { "src", VALUE_REMOTE, NULL }, { "data", VALUE_REMOTE, NULL },
};

ValueKind
attribute_kind(const char *element, const char *name)
{
	char key[24];

	for (guint i = 0; i < G_N_ELEMENTS(attributes); i++) {
		if (attributes[i].name[0] != name[0] || strcmp(attributes[i].name, name) != 0)
			continue;
		if (attributes[i].elements == NULL)
			return attributes[i].kind;
		g_snprintf(key, sizeof key, "|%s|", element);
		if (strstr(attributes[i].elements, key) != NULL)
			return attributes[i].kind;
	}
	return VALUE_NONE;
}

/* A list with "|" between and around its words, as a set; made once, kept. */
static gboolean
among(gsize *once, const char *words, const char *name, gsize size)
{
	char key[48];

	if (g_once_init_enter(once)) {
		GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		char **parts = g_strsplit(words, "|", 0);

		for (guint i = 0; parts[i] != NULL; i++)
			g_hash_table_add(set, parts[i]);
		g_free(parts);
		g_once_init_leave(once, (gsize)set);
	}
	if (size == 0 || size > sizeof key - 1)
		return FALSE;
	memcpy(key, name, size);
	key[size] = 0;
	return g_hash_table_contains((GHashTable *)*once, key);
}

gboolean
style_property_is_allowed(const char *name, gsize size)
{
	static gsize once;

	return among(&once, "|color|background|background-color|font|font-family|font-size|font-style|font-variant|font-weight|line-height|letter-spacing|"
		     "word-spacing|text-align|text-decoration|text-transform|white-space|word-break|word-wrap|overflow-wrap|vertical-align|direction|"
		     "width|height|max-width|max-height|min-width|min-height|margin|margin-top|margin-right|margin-bottom|margin-left|"
		     "padding|padding-top|padding-right|padding-bottom|padding-left|border|border-top|border-right|border-bottom|border-left|"
		     "border-color|border-style|border-width|border-radius|border-collapse|border-spacing|"
		     "border-top-color|border-top-style|border-top-width|border-bottom-color|border-bottom-style|border-bottom-width|"
		     "border-left-color|border-left-style|border-left-width|border-right-color|border-right-style|border-right-width|"
		     "table-layout|caption-side|empty-cells|list-style-type|display|float|clear|",
		name, size);
}

gboolean
style_function_is_allowed(const char *name, gsize size)
{
	static gsize once;

	return among(&once, "|rgb|rgba|hsl|hsla|", name, size);
}

/* How mail programs mark a quote, its announcement and a signature. */
gboolean
class_is_kept(const char *name, gsize size)
{
	static gsize once;

	return among(&once, "|gmail_quote|gmail_attr|gmail_extra|gmail_signature|moz-cite-prefix|moz-signature|moz-forward-container|yahoo_quoted|"
		     "protonmail_quote|protonmail_signature_block|",
		name, size);
}
