/* Any bytes as a template, a part called "part" and a JSON value, set apart by lines of four dashes: compiling refuses or
 * renders within bounds, and what the value says never comes out as markup unless the template asks for it. */
#include "text/template.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const char between[] = "\n----\n";

static gboolean
format_twice(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	if (value->text != NULL && value->size < 1000) {
		g_string_append_len(out, value->text, value->size);
		g_string_append(out, arg != NULL ? arg : "");
		g_string_append_len(out, value->text, value->size);
	}
	return value->size > 1;
}

/* Cuts one piece off the front. */
static const char *
next_piece(const char **at, gsize *size, gsize *ret_size)
{
	const char *piece = *at, *end = memmem(*at, *size, between, strlen(between));

	*ret_size = end != NULL ? (gsize)(end - piece) : *size;
	*at = end != NULL ? end + strlen(between) : piece + *size;
	*size -= *at - piece;
	return piece;
}

static gboolean
asks_for_markup(const char *source, gsize size)
{
	return memchr(source, '<', size) != NULL || memchr(source, '&', size) != NULL || memchr(source, '=', size) != NULL || memmem(source, size, "{{{", 3) != NULL;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const char *const words[] = { "Open", "<Offen> %name%", "%n% case\0050", "%n% Fall", NULL };
	const char *at = (const char *)data, *template, *part, *json;
	gsize template_size, part_size, json_size;
	g_autoptr(TemplateSet) set = template_set_new();
	g_autoptr(json_t) value = NULL;
	TemplateContext context = { .lang = "de", .max_steps = 2000 };
	gboolean markup;

	if (size > 1 << 16)
		return 0;
	template = next_piece(&at, &size, &template_size);
	part = next_piece(&at, &size, &part_size);
	json = next_piece(&at, &size, &json_size);
	value = json_loadb(json, json_size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	template_set_formatter(set, "twice", format_twice, 0);
	template_set_formatter(set, "fixed", format_twice, TEMPLATE_CONST);
	template_set_words(set, "de", words);
	markup = asks_for_markup(template, template_size) || asks_for_markup(part, part_size);
	template_set_add(set, "part", part, part_size, NULL);
	if (!template_set_add(set, "main", template, template_size, NULL))
		return 0;
	template_set_check(set, NULL);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(GString) out = g_string_new(NULL);

		if (i == 0)
			template_render(template_set_find(set, "main"), NULL, value, &context, out);
		else
			template_render_block(template_set_find(set, "main"), "a", value, value, &context, out);
		g_assert_true(out->str[out->len] == '\0');
		if (!markup)
			g_assert_null(memchr(out->str, '<', out->len));
	}
	return 0;
}
