/* page_choices.c - the <option>s of a <select>, the chosen one marked: of texts made once (desk/panels.h), and of our own words. */
#include "http/page_formats.h"
#include <string.h>

/* Where ">" of the option stands that has this value, or else this text; -1: there is none. */
static gint64
option_in(const TemplateValue *value, const char *arg)
{
	g_autoptr(GString) mark = g_string_new("<option value=\"");
	const char *at;

	template_escape(mark, arg, strlen(arg));
	g_string_append(mark, "\">");
	if ((at = strstr(value->text, mark->str)) != NULL)
		return at - value->text + (gint64)mark->len - 1;
	g_string_truncate(mark, 0);
	g_string_append_c(mark, '>');
	template_escape(mark, arg, strlen(arg));
	g_string_append(mark, "</option>");
	return (at = strstr(value->text, mark->str)) != NULL ? at - value->text : -1;
}

/* {{options.users|chosen:@owner.ref}}: <option>s kept as text, the one of this value, or else of this text, selected. Or as
 * {html, at {value or text: where its ">" stands}}, which need not be looked through. */
static gboolean
format_chosen(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	const json_t *html = json_object_get(value->json, "html");
	const TemplateValue text = html != NULL ? (TemplateValue){ html, json_string_value(html), json_string_length(html) } : *value;
	gint64 at = -1;

	if (text.text == NULL)
		return FALSE;
	if (arg != NULL && *arg != '\0')
		at = html != NULL ? json_int(json_object_get(value->json, "at"), arg, -1) : option_in(value, arg);
	if (at < 0 || (gsize)at > text.size) {
		template_put(out, text.text, text.size);
		return FALSE;
	}
	template_put(out, text.text, (gsize)at);
	template_put(out, " selected", 9);
	template_put(out, text.text + at, text.size - (gsize)at);
	return TRUE;
}

static void
put_choice(GString *out, const char *word, gsize size, const char *chosen, const TemplateContext *context)
{
	gsize from;

	template_put(out, "<option value=\"", 15);
	template_escape(out, word, size);
	if (chosen != NULL && strlen(chosen) == size && memcmp(chosen, word, size) == 0)
		template_put(out, "\" selected>", 11);
	else
		template_put(out, "\">", 2);
	from = out->len;
	page_put_word(out, word, size, context);
	template_escape_from(out, from);
	template_put(out, "</option>", 9);
}

/* {{outcomes|choices:@outcome}}, {{'high,normal,low'|choices:@severity}}: our own words as <option>s in the reader's language,
 * the one that is so selected. Of a list of texts, or of a text with commas. */
static gboolean
format_choices(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	const char *at = value->text;
	json_t *one;
	gsize i;

	json_array_foreach((json_t *)value->json, i, one)
		if (json_is_string(one))
			put_choice(out, json_string_value(one), json_string_length(one), arg, context);
	while (at != NULL && *at != '\0') {
		const gsize size = strcspn(at, ",");

		put_choice(out, at, size, arg, context);
		at += size + (at[size] == ',');
	}
	return value->text != NULL || json_array_size(value->json) > 0;
}

void
page_choices_add(TemplateSet *set)
{
	template_set_formatter(set, "chosen", format_chosen, TEMPLATE_HTML);
	template_set_formatter(set, "choices", format_choices, TEMPLATE_HTML);
}
