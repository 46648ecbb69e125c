/* template.h - Mustache (spec 1.4 with inheritance and dynamic names, without lambdas) over JSON values, compiled once,
 * rendered fast. Which pages exist and which formatters they have: http/page.h.
 *
 * THE LANGUAGE
 *   {{name}} {{a.b.c}} {{.}}        escaped (& < > " '); {{{name}}} or {{&name}} as it is
 *   {{#x}}..{{/x}} {{^x}}..{{/x}}   once for a value, once for each of a list; false, null, "", 0, [] and what is absent are false
 *   {{>part}} {{>*name}}            a part; its name from the data. A part that is not there is empty
 *   {{<layout}}{{$main}}..{{/main}}{{/layout}}   a layout with some of its blocks given; {{$main}}..{{/main}} elsewhere: its default
 *   {{! note}} {{=<% %>=}}          comment; other delimiters
 *   {{@index}} {{@number}} {{@first}} {{@last}}   in a list: 0.., 1.., true at the ends: {{^@last}}, {{/@last}}
 *   {{#facts|each}}{{@key}}: {{.}}{{/facts}}      over the members of an object
 *
 * FORMATTERS  {{due_at|ago}} {{at|date:short|upper}} {{#stage|is:received}}..{{/stage}}
 *   Text behind a colon is the formatter's argument; an argument that begins with @ is looked up: {{#ref|is:@owner.ref}}.
 *   A quoted name is the text itself: {{'app.css'|asset}}. A section asks the last formatter's answer and shows its inside
 *   without changing what "." is. It is closed by its whole content or by the name alone.
 *
 * WORDS  {{_ Open cases}}, escaped like everything; {{&_ See <b>this</b>}} has markup of ours and stays as it is.
 *   Values stand inside as %name% or %at|time%, always escaped, so that a translator can move them; %% is a per cent sign.
 *   {{_n n_cases|%n% case|%n% cases}}: the name to count by, then the forms; %n% is the count.
 *   {{_@verb Open}}: a word that needs its context to be translated ("verb" is told to the translator, never shown).
 *   Line ends and indentation inside count as one space.
 */
#pragma once
#include "base/json.h"
#include <string.h>
G_BEGIN_DECLS

typedef struct _Template Template;
typedef struct _TemplateSet TemplateSet;
typedef struct _TemplateFace TemplateFace;

/* What a render needs to know besides its values; given on to the formatters. */
typedef struct {
	gint64 now_ms;
	const char *zone, *lang;
	gpointer data;
	guint64 max_steps; /* nodes to render at most, 0: 10 million; a render that reaches it ends where it is */
	TemplateFace *face; /* of the reader's language and steady names; NULL: none, and all is rendered as it was written */
	guint64 *ret_nodes; /* added to: nodes rendered; NULL: nobody asks */
} TemplateContext;

/* A formatter's input. @text is set for JSON texts and for what the formatter before wrote; @json is NULL for the latter
 * and for what is absent. */
typedef struct {
	const json_t *json;
	const char *text;
	gsize size;
} TemplateValue;
/* An integer, or a text that is one; FALSE otherwise. */
gboolean template_value_int(const TemplateValue *value, gint64 *ret_number);
gboolean template_value_real(const TemplateValue *value, double *ret_number);
/* What a section asks of a value without formatters. */
gboolean template_value_truth(const TemplateValue *value);

/* Appends @value's text to @out, and answers what a section asks. @arg: the text behind the colon, NULL when none or when
 * the looked-up name is absent. An absent value comes here too: write nothing. */
typedef gboolean (*TemplateFormat)(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context);
enum {
	TEMPLATE_HTML = 1 << 0,  /* writes markup that is safe by itself: not escaped again */
	TEMPLATE_PLAIN = 1 << 1, /* never writes one of & < > " ': need not be looked through */
	TEMPLATE_CONST = 1 << 2, /* depends on its text and @arg alone: with a quoted text it is worked out when compiled */
	TEMPLATE_EQUAL = 1 << 3, /* writes nothing and asks whether the text is one of @arg's words between commas: the renderer
				  * compares texts itself, and calls only for the rest */
	TEMPLATE_LANG = 1 << 4,  /* as TEMPLATE_CONST, but for the language: worked out once for each; context->data is the set then */
};

/* Formatters first, then words, then templates. */
TemplateSet *template_set_new(void);
void template_set_free(TemplateSet *set);
guint64 template_set_number(const TemplateSet *set); /* no other set of this process has or had it; of NULL 0 */
void template_set_formatter(TemplateSet *set, const char *name, TemplateFormat format, guint flags);
/* @name is always looked up in the outermost value (@outer of template_render): quicker, and no data can hide it. */
void template_set_outer(TemplateSet *set, const char *name);
/* Words of one language: msgid, msgstr, ..., NULL, static; what is missing is shown as it stands. A msgid with a context is
 * "context\004msgid"; form i of a plural "singular\005i". The language "en" is the source and needs none. */
void template_set_words(TemplateSet *set, const char *lang, const char *const *pairs);
/* Adds a source; compiled at once. ERR_INVALID with name and line for an unclosed section, an unknown formatter, a name
 * that is taken. The words of each language are compiled too, so a broken translation is found here. */
gboolean template_set_add(TemplateSet *set, const char *name, const char *source, gsize size, GError **error);
/* ERR_INVALID naming the first part or layout that a template asks for and nobody added. */
gboolean template_set_check(const TemplateSet *set, GError **error);
/* What comes out the same on every page of a reader is worked out once: whatever asks for nothing but @names, members of the
 * outer names ("may" of {{page.may.x}}), through formatters that depend on their text and the language. Once, after the
 * check. A face is one language and one filling of those members: whoever has another filling takes another face. What it
 * renders is the same text as without it (template_face.c says how). Thread-safe. */
void template_set_steady(TemplateSet *set, const char *const *names);
TemplateFace *template_face_new(const TemplateSet *set);
void template_face_free(TemplateFace *face);
/* Every {{_ }} text of all templates as a catalogue's msgid (plurals: "singular\005plural"), once each.
 * (transfer container) of borrowed char*. */
GPtrArray *template_set_texts(const TemplateSet *set);
const char *template_set_translate(const TemplateSet *set, const char *lang, const char *text); /* borrowed; @text when missing */
gboolean template_set_knows(const TemplateSet *set, const char *text); /* some language has it: these are words of a page */
/* The right plural form for @n; @one and @many are the source's. */
const char *template_set_translate_n(const TemplateSet *set, const char *lang, const char *one, const char *many, gint64 n);

const Template *template_set_find(const TemplateSet *set, const char *name);
/* Renders over a stack whose lowest entry is @outer (may be NULL) and then @value. Partials and blocks nest 32 deep at
 * most, deeper ones are empty. Thread-safe: a set is not changed after it is built. */
void template_render(const Template *self, const json_t *outer, const json_t *value, const TemplateContext *context, GString *out);
/* Only what the block @name gives, found through sections, parts and layouts with the values it has there; the first one
 * found. FALSE when the render never comes to such a block. */
gboolean template_render_block(const Template *self, const char *name, const json_t *outer, const json_t *value, const TemplateContext *context, GString *out);

/* Appends with & < > " ' escaped. */
void template_escape(GString *out, const char *text, gsize size);
void template_escape_from(GString *out, gsize from); /* what was appended behind @from; mostly there is nothing to do */
/* Most of what is written is short: two overlapping words, without a call. */
static inline void
template_copy(char *to, const char *from, gsize size)
{
	guint64 first, last;
	guint32 head, tail;

	if (size > 16) {
		memcpy(to, from, size);
	} else if (size >= 8) {
		memcpy(&first, from, 8), memcpy(&last, from + size - 8, 8);
		memcpy(to, &first, 8), memcpy(to + size - 8, &last, 8);
	} else if (size >= 4) {
		memcpy(&head, from, 4), memcpy(&tail, from + size - 4, 4);
		memcpy(to, &head, 4), memcpy(to + size - 4, &tail, 4);
	} else {
		for (gsize i = 0; i < size; i++)
			to[i] = from[i];
	}
}

/* Appends as it is: g_string_append_len without its calls, for formatters, which write often and little. */
static inline void
template_put(GString *out, const char *text, gsize size)
{
	if (G_LIKELY(out->len + size < out->allocated_len)) {
		template_copy(out->str + out->len, text, size);
		out->len += size;
		out->str[out->len] = '\0';
	} else {
		g_string_append_len(out, text, size);
	}
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TemplateSet, template_set_free)
G_END_DECLS
