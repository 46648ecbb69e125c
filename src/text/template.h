/* template.h - Mustache (spec 1.4: interpolation, sections, inverted, partials, delimiters, comments, ~inheritance) over
 * jansson values, compiled once, rendered fast. Besides the spec: formatters `{{due_at|ago}}`, and translatable words
 * `{{_ Open cases}}` (with `{{_ %n open|n}}`-style values: see the end). Which pages exist: http/page.h. */
#pragma once
#include "base/json.h"
G_BEGIN_DECLS

typedef struct _Template Template;
typedef struct _TemplateSet TemplateSet;

/* A formatter: writes @value's text, not yet escaped, to @out. @arg is what stood behind a colon (`|date:short`). */
typedef struct {
	gint64 now_ms;
	const char *zone, *lang;
	gpointer data;
} TemplateContext;
typedef void (*TemplateFormat)(GString *out, const json_t *value, const char *arg, const TemplateContext *context);

/* Looks a partial up by name when a template that names it is compiled or first rendered; borrowed; NULL: empty text, as
 * the spec says. */
TemplateSet *template_set_new(void);
void template_set_free(TemplateSet *set);
/* Adds a source; compiled at once. ERR_INVALID with name and line for an unclosed section, unknown formatter... */
gboolean template_set_add(TemplateSet *set, const char *name, const char *source, gsize size, GError **error);
void template_set_formatter(TemplateSet *set, const char *name, TemplateFormat format);
/* Words of one language: source text -> translation; what is missing is shown as it stands. */
void template_set_words(TemplateSet *set, const char *lang, const char *const *pairs); /* msgid, msgstr, ..., NULL; static */
/* Every {{_ }} text of all templates, for the catalogue. (transfer container) of borrowed char*. */
GPtrArray *template_set_texts(const TemplateSet *set);
const char *template_set_translate(const TemplateSet *set, const char *lang, const char *text); /* borrowed */

const Template *template_set_find(const TemplateSet *set, const char *name);
/* Renders over a stack whose lowest entry is @outer (may be NULL) and then @value. Partials nest 32 deep at most.
 * Thread-safe: a set is not changed after it is built. */
void template_render(const Template *self, const json_t *outer, const json_t *value, const TemplateContext *context, GString *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TemplateSet, template_set_free)
G_END_DECLS
