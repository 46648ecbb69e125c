/* Templates beyond their cases (test_template_cases.c): what is refused and in which words, limits, blocks shown alone, the
 * outermost value, catalogues. */
#include "text/template.h"
#include "base/err.h"
#include <string.h>

static gboolean
format_loud(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	g_string_append_printf(out, "%s!", value->text != NULL ? value->text : "");
	return TRUE;
}

static void
assert_refused(const char *source, const char *message)
{
	g_autoptr(TemplateSet) set = template_set_new();
	g_autoptr(GError) error = NULL;

	template_set_formatter(set, "loud", format_loud, 0);
	g_assert_false(template_set_add(set, "page", source, strlen(source), &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_assert_cmpstr(error->message, ==, message);
	g_assert_null(template_set_find(set, "page"));
}

static void
test_refused_with_name_and_line(void)
{
	assert_refused("a\n{{#b}}\nc", "page:2: {{#b}} is never closed");
	assert_refused("{{^b}}", "page:1: {{^b}} is never closed");
	assert_refused("{{<b}}", "page:1: {{<b}} is never closed");
	assert_refused("\n\n{{/b}}", "page:3: {{/b}} closes nothing");
	assert_refused("{{#a}}\n{{#b}}\n{{/a}}", "page:3: {{/a}} where {{#b}} of line 2 is open");
	assert_refused("{{a", "page:1: a tag that begins here is not ended by }}");
	assert_refused("{{", "page:1: a tag that begins here is not ended");
	assert_refused("{{{a}}", "page:1: a tag that begins here is not ended by }}}");
	assert_refused("{{!\n\n", "page:1: a tag that begins here is not ended by }}");
	assert_refused("{{}}", "page:1: a tag without a name");
	assert_refused("x {{  }}", "page:1: a tag without a name");
	assert_refused("{{# }}", "page:1: a tag without a name");
	assert_refused("{{a b}}", "page:1: {{a b}} is no name");
	assert_refused("{{a..b}}", "page:1: {{a..b}} is no name");
	assert_refused("{{.a}}", "page:1: {{.a}} is no name");
	assert_refused("{{|loud}}", "page:1: {{|loud}} is no name");
	assert_refused("{{a|soft}}", "page:1: there is no formatter |soft");
	assert_refused("{{a|loud|soft:x}}", "page:1: there is no formatter |soft:x");
	assert_refused("{{a|}}", "page:1: there is no formatter |");
	assert_refused("{{#a|soft}}{{/a}}", "page:1: there is no formatter |soft");
	assert_refused("{{_ %a|soft% b}}", "page:1: there is no formatter |soft");
	assert_refused("{{_n a|one}}", "page:1: plural words are written {{_n name|%n% one|%n% many}}");
	assert_refused("{{_n a|one|two|three}}", "page:1: plural words are written {{_n name|%n% one|%n% many}}");
	assert_refused("{{_@ Open}}", "page:1: words with a context are written {{_@context words}}");
	assert_refused("{{=<% }}", "page:1: a tag that begins here is not ended by =}}");
	assert_refused("{{=<%=}}", "page:1: delimiters are written {{=<% %>=}}, two words without =");
	assert_refused("{{=a b c=}}", "page:1: delimiters are written {{=<% %>=}}, two words without =");
	assert_refused("line\n{{=<% %>=}}\n<%a", "page:3: a tag that begins here is not ended by %>");
	assert_refused("{{!\n\n}}\n{{#a}}", "page:4: {{#a}} is never closed");
}

static void
test_a_name_is_taken_once(void)
{
	g_autoptr(TemplateSet) set = template_set_new();
	g_autoptr(GError) error = NULL;

	g_assert_true(template_set_add(set, "a", "1", 1, NULL));
	g_assert_false(template_set_add(set, "a", "2", 1, &error));
	g_assert_error(error, ERR, ERR_INVALID);
}

static void
test_missing_parts_are_found(void)
{
	g_autoptr(TemplateSet) set = template_set_new();
	g_autoptr(GError) error = NULL;

	g_assert_true(template_set_add(set, "a", "{{>b}}", 6, NULL));
	g_assert_false(template_set_check(set, &error));
	g_assert_cmpstr(error->message, ==, "a asks for b, which is not there");
	g_clear_error(&error);
	g_assert_true(template_set_add(set, "b", "{{<c}}{{/c}}", 12, NULL));
	g_assert_false(template_set_check(set, NULL));
	g_assert_true(template_set_add(set, "c", "", 0, NULL));
	g_assert_true(template_set_check(set, &error));
	g_assert_no_error(error);
}

static char *
show(const char *source, const char *json, const char *outer_json, guint64 max_steps)
{
	g_autoptr(TemplateSet) set = template_set_new();
	g_autoptr(json_t) value = json_loads(json, JSON_DECODE_ANY, NULL), outer = outer_json != NULL ? json_loads(outer_json, 0, NULL) : NULL;
	TemplateContext context = { .lang = "en", .max_steps = max_steps };
	g_autoptr(GError) error = NULL;
	GString *out = g_string_new(NULL);

	template_set_outer(set, "page");
	template_set_formatter(set, "loud", format_loud, TEMPLATE_CONST);
	g_assert_nonnull(value);
	template_set_add(set, "main", source, strlen(source), &error);
	g_assert_no_error(error);
	template_render(template_set_find(set, "main"), outer, value, &context, out);
	return g_string_free(out, FALSE);
}

static void
test_page_is_always_the_outermost(void)
{
	g_autofree char *shown = show("{{page.lang}} {{#list}}{{page.lang}}{{#page}}{{lang}}{{/page}}{{/list}} {{name}}",
		"{\"page\": {\"lang\": \"xx\"}, \"list\": [{\"page\": 1}], \"name\": \"in\"}", "{\"page\": {\"lang\": \"de\"}, \"name\": \"out\"}", 0);

	g_assert_cmpstr(shown, ==, "de dede in");
}

static void
test_no_outer_value(void)
{
	g_autofree char *shown = show("[{{page.lang}}{{x}}{{#page}}x{{/page}}]", "{\"page\": {\"lang\": \"xx\"}}", NULL, 0);

	g_assert_cmpstr(shown, ==, "[]");
}

static void
test_parts_without_end_are_cut(void)
{
	g_autofree char *once = show("x{{>main}}", "{}", NULL, 0);
	g_autofree char *block = show("{{<main}}{{$a}}y{{$a}}{{/a}}{{/a}}{{/main}}{{$a}}{{/a}}", "{}", NULL, 100000);
	g_autofree char *twice = show("x{{>main}}{{>main}}", "{}", NULL, 1000);

	g_assert_cmpuint(strlen(once), ==, 33);
	g_assert_cmpuint(strlen(block), <, 100000);
	g_assert_cmpuint(strlen(twice), <=, 1000);
}

static void
test_steps_are_bounded(void)
{
	g_autofree char *shown = show("{{#l}}{{#l}}{{#l}}{{#l}}x{{/l}}{{/l}}{{/l}}{{/l}}", "{\"l\": [1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0]}", NULL, 500);

	g_assert_cmpuint(strlen(shown), <=, 500);
	g_assert_cmpuint(strlen(shown), >, 100);
}

static void
test_nesting_is_bounded(void)
{
	g_autoptr(GString) source = g_string_new(NULL);
	g_autoptr(TemplateSet) set = template_set_new();
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < 65; i++)
		g_string_append(source, "{{#a}}");
	for (guint i = 0; i < 65; i++)
		g_string_append(source, "{{/a}}");
	g_assert_false(template_set_add(set, "deep", source->str, source->len, &error));
	g_assert_cmpstr(error->message, ==, "deep:1: tags are nested more than 64 deep");
}

static void
test_quoted_texts_are_worked_out_once(void)
{
	g_autofree char *shown = show("{{'a<b'|loud}} {{{'a<b'|loud}}}", "{}", NULL, 0);

	g_assert_cmpstr(shown, ==, "a&lt;b! a<b!");
}

/* {{'x'|own}}: in the language's own brackets. */
static gboolean
format_own(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	g_string_append_printf(out, strcmp(context->lang, "de") == 0 ? "»%s«%s" : "<%s>%s", value->text, arg != NULL ? arg : "");
	return TRUE;
}

static void
test_each_language_has_its_text(void)
{
	static const char *const german[] = { "Open", "Offen", "%n% by %who%", "%who%: %n%", NULL };
	static const char source[] = "a {{_ Open}} {{'x'|own:!}} {{#on}}{{_ Open}}{{/on}}\n  {{>b}}\n{{_ %n% by %who%}}";
	static const struct { const char *lang, *shown; } rows[] = {
		{ "en", "a Open &lt;x&gt;! Open\n  Open, 3\n  &lt;y&gt;\n3 by Ada" }, { "de", "a Offen »x«! Offen\n  Offen, 3\n  »y«\nAda: 3" },
		{ "fr", "a Open &lt;x&gt;! Open\n  Open, 3\n  &lt;y&gt;\n3 by Ada" },
	};
	g_autoptr(TemplateSet) set = template_set_new();
	g_autoptr(json_t) value = json_pack("{s:i,s:s,s:b}", "n", 3, "who", "Ada", "on", 1);
	g_autoptr(GError) error = NULL;

	template_set_formatter(set, "own", format_own, TEMPLATE_LANG);
	template_set_words(set, "de", german);
	g_assert_true(template_set_add(set, "b", "{{_ Open}}, {{n}}\n{{'y'|own}}\n", strlen("{{_ Open}}, {{n}}\n{{'y'|own}}\n"), &error));
	g_assert_true(template_set_add(set, "a", source, strlen(source), &error));
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		const TemplateContext context = { .lang = rows[i].lang };
		g_autoptr(GString) out = g_string_new(NULL);

		template_render(template_set_find(set, "a"), NULL, value, &context, out);
		g_assert_cmpstr(out->str, ==, rows[i].shown);
	}
}

static void
test_bytes_that_are_no_text(void)
{
	g_autoptr(TemplateSet) set = template_set_new();
	g_autoptr(json_t) value = json_object();
	TemplateContext context = { .lang = "en" };
	g_autoptr(GString) out = g_string_new(NULL);

	json_object_set_new(value, "x", json_stringn_nocheck("a\0<b", 4));
	g_assert_true(template_set_add(set, "a", "\0{{x}}\0", 7, NULL));
	template_render(template_set_find(set, "a"), NULL, value, &context, out);
	g_assert_cmpmem(out->str, out->len, "\0a\0&lt;b\0", 9);
}

/* One layout, one page with blocks at several places. */
static TemplateSet *
pages_make(void)
{
	static const char *const steady[] = { "on", NULL };
	TemplateSet *set = template_set_new();
	const char *layout = "<html>{{$title}}T{{/title}}<body>{{#page.on}}{{$content}}{{/content}}{{/page.on}}</body>";
	const char *page = "{{<layout}}{{$title}}Queue{{/title}}{{$content}}<h1>{{#view}}{{>rows}}{{#deep}}{{$more}}+{{n}}{{/more}}{{/deep}}{{/view}}{{/content}}{{/layout}}";
	const char *rows = "{{$rows}}{{#rows}}[{{.}}]{{/rows}}{{/rows}}{{^rows}}{{$empty}}none{{/empty}}{{/rows}}";

	template_set_outer(set, "page");
	g_assert_true(template_set_add(set, "layout", layout, strlen(layout), NULL));
	g_assert_true(template_set_add(set, "page", page, strlen(page), NULL));
	g_assert_true(template_set_add(set, "rows", rows, strlen(rows), NULL));
	template_set_steady(set, steady);
	return set;
}

static void
assert_block(const TemplateSet *set, const char *name, const char *json, const char *wanted)
{
	g_autoptr(json_t) value = json_loads(json, 0, NULL), outer = json_loads("{\"page\": {\"on\": true}}", 0, NULL);
	TemplateContext context = { .lang = "en" };
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < 2; i++) { /* as it is written, and as a face has it */
		g_string_truncate(out, 0);
		g_assert_cmpint(template_render_block(template_set_find(set, "page"), name, outer, value, &context, out), ==, wanted != NULL);
		g_assert_cmpstr(out->str, ==, wanted != NULL ? wanted : "");
		context.face = i == 0 ? template_face_new(set) : context.face;
	}
	template_face_free(context.face);
}

static void
test_blocks_alone(void)
{
	g_autoptr(TemplateSet) set = pages_make();
	const char *json = "{\"view\": {\"rows\": [1, 2], \"deep\": [{\"n\": 7}, {\"n\": 8}]}}";

	assert_block(set, "rows", json, "[1][2]");
	assert_block(set, "more", json, "+7");
	assert_block(set, "title", json, "Queue");
	assert_block(set, "content", json, "<h1>[1][2]+7+8");
	assert_block(set, "nothing", json, NULL);
	assert_block(set, "empty", json, NULL);
	assert_block(set, "empty", "{\"view\": {\"rows\": []}}", "none");
	assert_block(set, "rows", "{}", NULL);
}

static int
by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
test_texts_for_the_catalogue(void)
{
	g_autoptr(TemplateSet) set = template_set_new();
	g_autoptr(GPtrArray) texts = NULL;
	const char *source = "{{_ B}}{{_ A %x%}}{{_ B}}{{_@verb Open}}{{_n x|%n% case|%n% cases}}{{&_ C <b>}}";

	g_assert_true(template_set_add(set, "a", source, strlen(source), NULL));
	texts = template_set_texts(set);
	g_ptr_array_sort(texts, by_text);
	g_assert_cmpuint(texts->len, ==, 5);
	g_assert_cmpstr(g_ptr_array_index(texts, 0), ==, "%n% case\005%n% cases");
	g_assert_cmpstr(g_ptr_array_index(texts, 1), ==, "A %x%");
	g_assert_cmpstr(g_ptr_array_index(texts, 2), ==, "B");
	g_assert_cmpstr(g_ptr_array_index(texts, 3), ==, "C <b>");
	g_assert_cmpstr(g_ptr_array_index(texts, 4), ==, "verb\004Open");
}

static void
test_broken_translations_are_refused(void)
{
	static const char *const words[] = { "Open", "%x|nothing% offen", NULL };
	g_autoptr(TemplateSet) set = template_set_new();
	g_autoptr(GError) error = NULL;

	template_set_words(set, "de", words);
	g_assert_false(template_set_add(set, "a", "{{_ Open}}", 10, &error));
	g_assert_cmpstr(error->message, ==, "a:1: there is no formatter |nothing");
}

static void
test_translating_in_c(void)
{
	static const char *const german[] = { "Open", "Offen", "{n} day\0050", "{n} Tag", "{n} day\0051", "{n} Tage", "Empty", "", NULL };
	static const char *const polish[] = { "{n} day\0050", "dzień", "{n} day\0051", "dni (2-4)", "{n} day\0052", "dni", NULL };
	g_autoptr(TemplateSet) set = template_set_new();

	template_set_words(set, "de", german);
	template_set_words(set, "pl", polish);
	g_assert_cmpstr(template_set_translate(set, "de", "Open"), ==, "Offen");
	g_assert_cmpstr(template_set_translate(set, "de", "Empty"), ==, "Empty");
	g_assert_cmpstr(template_set_translate(set, "en", "Open"), ==, "Open");
	g_assert_cmpstr(template_set_translate(set, NULL, "Open"), ==, "Open");
	g_assert_cmpstr(template_set_translate_n(set, "de", "{n} day", "{n} days", 1), ==, "{n} Tag");
	g_assert_cmpstr(template_set_translate_n(set, "de", "{n} day", "{n} days", 0), ==, "{n} Tage");
	g_assert_cmpstr(template_set_translate_n(set, "en", "{n} day", "{n} days", -1), ==, "{n} day");
	g_assert_cmpstr(template_set_translate_n(set, "pl", "{n} day", "{n} days", 3), ==, "dni (2-4)");
	g_assert_cmpstr(template_set_translate_n(set, "pl", "{n} day", "{n} days", 12), ==, "dni");
	g_assert_cmpstr(template_set_translate_n(set, "pl", "{n} day", "{n} days", 22), ==, "dni (2-4)");
}

static guint n_counted;

/* Depends on its text alone, and tells how often it was asked. */
static gboolean
format_counted(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	n_counted++;
	g_string_append_len(out, value->text, (gssize)value->size);
	return TRUE;
}

static char *
show_face(const TemplateSet *set, TemplateFace *face, const char *page, const char *value, const char *lang)
{
	const TemplateContext context = { .lang = lang, .zone = "UTC", .face = face };
	g_autoptr(json_t) outer = json_loads(page, 0, NULL), inner = json_loads(value, 0, NULL);
	GString *out = g_string_new(NULL);

	g_assert_nonnull(outer);
	g_assert_nonnull(inner);
	template_render(template_set_find(set, "page"), outer, inner, &context, out);
	return g_string_free(out, FALSE);
}

/* Worked out once a face is what asks for steady names only; all else is fresh each time, and the same as without a face. */
static void
test_what_is_steady_is_worked_out_once(void)
{
	static const char *const german[] = { "Open for %page.who%", "Offen für %page.who%", NULL };
	static const char *const steady[] = { "who", "may", NULL };
	static const char bar[] = "{{page.who|counted}}{{#page.may.write}}{{_ Open for %page.who%}}{{/page.may.write}};";
	static const char frame[] = "{{>bar}} {{page.mark}} {{#page.may.write}}{{page.who|loud}}{{/page.may.write}} {{#page}}{{mark}}{{/page}} {{$in}}{{/in}}\n  {{>mark}}\n  {{>bar}}\n", mark[] = "{{page.mark}}\n{{>bar}}\n";
	static const char source[] = "{{<frame}}{{$in}}{{#list}}{{>bar}}{{.}}{{/list}}{{/in}}{{/frame}}";
	static const char ann[] = "{\"page\": {\"who\": \"Ann\", \"mark\": 1, \"may\": {\"write\": true}}}", ann_later[] = "{\"page\": {\"who\": \"Ann\", \"mark\": 2, \"may\": {\"write\": true}}}";
	g_autoptr(TemplateSet) set = template_set_new();
	TemplateFace *of_ann, *of_ben;
	g_autofree char *first = NULL, *second = NULL, *without = NULL, *ben = NULL;
	g_autoptr(GError) error = NULL;

	template_set_outer(set, "page");
	template_set_formatter(set, "counted", format_counted, TEMPLATE_CONST);
	template_set_formatter(set, "loud", format_loud, 0);
	template_set_words(set, "de", german);
	g_assert_true(template_set_add(set, "page", source, strlen(source), &error));
	g_assert_true(template_set_add(set, "frame", frame, strlen(frame), &error));
	g_assert_true(template_set_add(set, "mark", mark, strlen(mark), &error));
	g_assert_true(template_set_add(set, "bar", bar, strlen(bar), &error));
	g_assert_true(template_set_check(set, &error));
	template_set_steady(set, steady);
	of_ann = template_face_new(set);
	of_ben = template_face_new(set);

	first = show_face(set, of_ann, ann, "{\"list\": [7, 8]}", "en");
	g_assert_cmpstr(first, ==, "AnnOpen for Ann; 1 Ann! 1 AnnOpen for Ann;7AnnOpen for Ann;8\n  1\n  AnnOpen for Ann;  AnnOpen for Ann;");
	n_counted = 0;
	second = show_face(set, of_ann, ann_later, "{\"list\": [9]}", "en");
	g_assert_cmpstr(second, ==, "AnnOpen for Ann; 2 Ann! 2 AnnOpen for Ann;9\n  2\n  AnnOpen for Ann;  AnnOpen for Ann;");
	g_assert_cmpuint(n_counted, ==, 2); /* those in parts that are indented: how far is no part of a face */
	without = show_face(set, NULL, ann_later, "{\"list\": [9]}", "en");
	g_assert_cmpstr(without, ==, second);
	ben = show_face(set, of_ben, "{\"page\": {\"who\": \"Ben\", \"mark\": 3, \"may\": {}}}", "{\"list\": [9]}", "de");
	g_assert_cmpstr(ben, ==, "Ben; 3  3 Ben;9\n  3\n  Ben;  Ben;");
	template_face_free(of_ann);
	template_face_free(of_ben);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/template/refused_with_name_and_line", test_refused_with_name_and_line);
	g_test_add_func("/template/a_name_is_taken_once", test_a_name_is_taken_once);
	g_test_add_func("/template/missing_parts_are_found", test_missing_parts_are_found);
	g_test_add_func("/template/page_is_always_the_outermost", test_page_is_always_the_outermost);
	g_test_add_func("/template/no_outer_value", test_no_outer_value);
	g_test_add_func("/template/parts_without_end_are_cut", test_parts_without_end_are_cut);
	g_test_add_func("/template/steps_are_bounded", test_steps_are_bounded);
	g_test_add_func("/template/nesting_is_bounded", test_nesting_is_bounded);
	g_test_add_func("/template/quoted_texts_are_worked_out_once", test_quoted_texts_are_worked_out_once);
	g_test_add_func("/template/each_language_has_its_text", test_each_language_has_its_text);
	g_test_add_func("/template/bytes_that_are_no_text", test_bytes_that_are_no_text);
	g_test_add_func("/template/blocks_alone", test_blocks_alone);
	g_test_add_func("/template/texts_for_the_catalogue", test_texts_for_the_catalogue);
	g_test_add_func("/template/broken_translations_are_refused", test_broken_translations_are_refused);
	g_test_add_func("/template/translating_in_c", test_translating_in_c);
	g_test_add_func("/template/what_is_steady_is_worked_out_once", test_what_is_steady_is_worked_out_once);
	return g_test_run();
}
