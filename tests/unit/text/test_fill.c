/* test_fill.c - fields in words: values, other words, sections, what stays, and that filled-in words are not looked into. */
#include "kit/kit.h"
#include "text/fill.h"

static char *
value(const char *name, gpointer data)
{
	if (g_str_equal(name, "who"))
		return g_strdup("Amara {{none}} {{#who}}");
	return g_str_equal(name, "day") ? g_strdup("19 November") : NULL;
}

static gboolean
known(const char *name, gpointer data)
{
	return g_str_equal(name, "who") || g_str_equal(name, "day") || g_str_equal(name, "none");
}

static void
test_table(void)
{
	static const struct { const char *words, *want; guint faults; } table[] = {
		{ "", "", 0 }, { "plain", "plain", 0 }, { "{{day}}", "19 November", 0 }, { "on {{ day }}.", "on 19 November.", 0 },
		{ "{{who}}", "Amara {{none}} {{#who}}", 0 }, { "{{none|nobody}}", "nobody", 0 }, { "{{none| }}", "", 0 }, { "{{none}}", "{{none}}", 1 },
		{ "{{strange}}", "{{strange}}", 1 }, { "{{strange|x}}", "{{strange|x}}", 1 }, { "{{day", "{{day", 0 }, { "day}}", "day}}", 0 }, { "{{}}", "{{}}", 1 },
		{ "a{{#day}} on {{day}}{{/day}}.", "a on 19 November.", 0 }, { "a{{#none}} of {{none}}{{/none}}.", "a.", 0 }, { "{{^none}}no{{/none}}{{^day}}x{{/day}}", "no", 0 },
		{ "{{#day}}{{#none}}x{{/none}}{{^none}}y{{/none}}{{/day}}", "y", 0 }, { "{{#day}}a{{#day}}b{{/day}}c{{/day}}d", "abcd", 0 },
		{ "{{#day}}open", "{{#day}}open", 1 }, { "{{/day}}", "{{/day}}", 1 }, { "{{#strange}}x{{/strange}}", "{{#strange}}x{{/strange}}", 2 },
		{ "{{#day}}{{#none}}{{/day}}{{/none}}", "{{#none}}{{/none}}", 2 },
		{ "a\n\n{{#none}}x{{/none}}\n\nb", "a\n\nb", 0 }, { "a\n\n\n\n\nb", "a\n\nb", 0 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autoptr(json_t) faults = json_array();
		g_autofree char *text = fill_text(table[i].words, &(Fill){ value, known, NULL }, faults);

		if (g_strcmp0(text, table[i].want) != 0 || json_array_size(faults) != table[i].faults)
			g_error("'%s' became '%s' with %zu faults, not '%s' with %u", table[i].words, text, json_array_size(faults), table[i].want, table[i].faults);
	}
}

/* Nesting without end, and a great many unclosed ones, end all the same. */
static void
test_deep_and_wide(void)
{
	GString *deep = g_string_new(NULL), *wide = g_string_new(NULL);

	for (int i = 0; i < 3000; i++) {
		g_string_append(deep, "{{#day}}");
		g_string_append(wide, "{{#none}}{{/day}}");
	}
	for (int i = 0; i < 3000; i++)
		g_string_append(deep, "{{/day}}");
	for (int i = 0; i < 2; i++) {
		g_autoptr(json_t) faults = json_array();
		g_autofree char *text = fill_text(i == 0 ? deep->str : wide->str, &(Fill){ value, known, NULL }, faults);

		g_assert_nonnull(text);
	}
	g_string_free(deep, TRUE);
	g_string_free(wide, TRUE);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/fill/table", test_table);
	kit_add_plain("/fill/deep_and_wide", test_deep_and_wide);
	return kit_run();
}
