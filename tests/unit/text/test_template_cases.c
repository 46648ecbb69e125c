/* The template language by its cases: tests/unit/text/cases/NAME.mst, one test each. How such a file is written stands at the
 * top of values.mst. Errors, limits and blocks shown alone: test_template.c. */
#include "text/template.h"
#include <string.h>

typedef struct {
	char *title, *file;
	GString *data, *template, *shows, *lang;
	GPtrArray *parts; /* of GString: name, text, name, text */
} Case;

static gboolean
format_loud(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	for (gsize i = 0; i < value->size; i++)
		g_string_append_c(out, g_ascii_toupper(value->text[i]));
	return value->size > 0;
}

static gboolean
format_twice(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	g_string_append_len(out, value->text, value->size);
	g_string_append_len(out, value->text, value->size);
	return value->size > 0;
}

static gboolean
format_wrap(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	arg = arg != NULL ? arg : "";
	g_string_append(out, arg);
	g_string_append_len(out, value->text, value->size);
	g_string_append(out, arg);
	return TRUE;
}

static gboolean
format_bold(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	g_string_append(out, "<b>");
	template_escape(out, value->text, value->size);
	g_string_append(out, "</b>");
	return TRUE;
}

static gboolean
format_same(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	g_string_append(out, "never shown by a section");
	return value->text != NULL && g_strcmp0(value->text, arg) == 0;
}

static const char *const german[] = { "Open cases", "Offene Fälle", "%name% wrote at %at%", "Um %at% schrieb %name%", "%n% case\0050", "%n% Fall",
	"%n% case\0051", "%n% Fälle", "verb\004Open", "Öffnen", "Yours & \"ours\"", "Ihres <&> unseres", NULL };

static TemplateSet *
set_make(void)
{
	TemplateSet *set = template_set_new();

	template_set_formatter(set, "loud", format_loud, 0);
	template_set_formatter(set, "twice", format_twice, 0);
	template_set_formatter(set, "wrap", format_wrap, 0);
	template_set_formatter(set, "bold", format_bold, TEMPLATE_HTML);
	template_set_formatter(set, "same", format_same, 0);
	template_set_words(set, "de", german);
	return set;
}

static void
run_case(gconstpointer data)
{
	static const char *const none[] = { NULL };
	const Case *it = data;
	g_autoptr(TemplateSet) set = set_make();
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) value = json_loadb(it->data->str, it->data->len, JSON_DECODE_ANY, NULL);
	g_autoptr(GString) out = g_string_new(NULL), faced = g_string_new(NULL);
	TemplateContext context = { .lang = it->lang->str };

	g_assert_nonnull(value);
	for (guint i = 0; i < it->parts->len; i += 2) {
		const GString *name = g_ptr_array_index(it->parts, i), *text = g_ptr_array_index(it->parts, i + 1);

		template_set_add(set, name->str, text->str, text->len, &error);
		g_assert_no_error(error);
	}
	template_set_add(set, "the template", it->template->str, it->template->len, &error);
	g_assert_no_error(error);
	template_render(template_set_find(set, "the template"), NULL, value, &context, out);
	g_assert_cmpstr(out->str, ==, it->shows->str);

	/* The same to a face, the first time and the next. */
	template_set_steady(set, none);
	context.face = template_face_new(set);
	for (guint i = 0; i < 2; i++) {
		g_string_truncate(faced, 0);
		template_render(template_set_find(set, "the template"), NULL, value, &context, faced);
		g_assert_cmpstr(faced->str, ==, out->str);
	}
	template_face_free(context.face);
}

/* One line of a text: escapes, and a backslash at its end that joins. */
static void
add_line(GString *to, const char *line)
{
	for (const char *p = line; *p != '\0'; p++) {
		if (*p != '\\') {
			g_string_append_c(to, *p);
			continue;
		}
		switch (*++p) {
		case 'n': g_string_append_c(to, '\n'); break;
		case 't': g_string_append_c(to, '\t'); break;
		case 'r': g_string_append_c(to, '\r'); break;
		case '\\': g_string_append_c(to, '\\'); break;
		case '\0': return;
		default: g_error("unknown escape \\%c in: %s", *p, line);
		}
	}
	g_string_append_c(to, '\n');
}

static void
case_free(gpointer data)
{
	Case *it = data;

	g_free(it->title);
	g_free(it->file);
	for (guint i = 0; i < it->parts->len; i++)
		g_string_free(g_ptr_array_index(it->parts, i), TRUE);
	g_ptr_array_unref(it->parts);
	g_string_free(it->data, TRUE);
	g_string_free(it->template, TRUE);
	g_string_free(it->shows, TRUE);
	g_string_free(it->lang, TRUE);
	g_free(it);
}

static Case *
case_make(const char *title, const char *file)
{
	Case *it = g_new0(Case, 1);

	it->title = g_strdup(title);
	it->file = g_strndup(file, strcspn(file, "."));
	it->data = g_string_new(NULL);
	it->template = g_string_new(NULL);
	it->shows = g_string_new(NULL);
	it->lang = g_string_new("en");
	it->parts = g_ptr_array_new();
	return it;
}

static GString *
part_make(Case *it, const char *name)
{
	GString *text = g_string_new(NULL);

	g_ptr_array_add(it->parts, g_string_new(name));
	g_ptr_array_add(it->parts, text);
	return text;
}

static void
read_cases(GPtrArray *cases, const char *folder, const char *file)
{
	g_autofree char *path = g_build_filename(folder, file, NULL), *text = NULL;
	g_auto(GStrv) lines = NULL;
	Case *it = NULL;
	GString *to = NULL;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	if (g_str_has_suffix(text, "\n"))
		text[strlen(text) - 1] = '\0';
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		const char *line = lines[i];

		if (g_str_has_prefix(line, "=== ")) {
			it = case_make(line + 4, file);
			g_ptr_array_add(cases, it);
			to = NULL;
		} else if (it != NULL && g_str_has_prefix(line, "--- language ")) {
			g_string_assign(it->lang, line + 13);
		} else if (it != NULL && g_str_has_prefix(line, "--- part ")) {
			to = part_make(it, line + 9);
		} else if (it != NULL && g_str_has_prefix(line, "--- ")) {
			to = strcmp(line, "--- data") == 0 ? it->data : strcmp(line, "--- template") == 0 ? it->template : strcmp(line, "--- shows") == 0 ? it->shows : NULL;
			g_assert_nonnull(to);
		} else if (to != NULL && to == it->data) {
			g_string_append(to, line);
		} else if (to != NULL && (*line != '\0' || lines[i + 1] == NULL || !g_str_has_prefix(lines[i + 1], "=== "))) {
			add_line(to, line);
		}
	}
}

int
main(int argc, char **argv)
{
	static const char *const files[] = { "values.mst", "sections.mst", "parts.mst", "layouts.mst", "words.mst" };
	g_autoptr(GPtrArray) cases = g_ptr_array_new_with_free_func(case_free);

	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions(); /* every case that fails is told */
	for (guint i = 0; i < G_N_ELEMENTS(files); i++)
		read_cases(cases, TEMPLATE_CASES, files[i]);
	g_assert_cmpuint(cases->len, >=, 200);
	for (guint i = 0; i < cases->len; i++) {
		const Case *it = g_ptr_array_index(cases, i);
		g_autofree char *path = g_strdup_printf("/template/%s/%s", it->file, it->title);

		g_strdelimit(path + strlen("/template/") + strlen(it->file) + 1, "/", ' ');
		g_test_add_data_func(path, it, run_case);
	}
	return g_test_run();
}
