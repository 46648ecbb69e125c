/* JSON out: what is written reads back as the same value, and numbers are as short as they can be. */
#include "kit/kit.h"
#include <string.h>

static char *
written(json_t *value)
{
	char *text = json_write(value, NULL);

	json_decref(value);
	return text;
}

static void
test_shapes(void)
{
	static const char *const texts[] = {
		"{}", "[]", "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "\"\"", "0.1", "1.0", "-2.5", "1e+300", "123456789.123",
		"{\"b\":1,\"a\":[1,[],{\"x\":null}]}", "\"a \\\"quote\\\", a \\\\ and \\b\\f\\n\\r\\t\\u0001\\u001f\"", "\"Zürich 😀 /\"",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *text = written(json_read(texts[i], strlen(texts[i]), &error));

		g_assert_no_error(error);
		g_assert_cmpstr(text, ==, texts[i]);
	}
}

static void
test_long(void)
{
	json_t *list = json_array();
	g_autoptr(json_t) again = NULL;
	g_autofree char *text = NULL;
	gsize size;

	for (guint i = 0; i < 5000; i++)
		json_array_append_new(list, i % 3 == 0 ? json_string("a\nb") : i % 3 == 1 ? json_integer((json_int_t)i * 1000003 * 1000003) : json_real(i / 7.0));
	text = json_write(list, &size);
	g_assert_cmpint(strlen(text), ==, size);
	again = json_read(text, size, NULL);
	g_assert_true(json_equal(list, again));
	json_decref(list);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/json/shapes", test_shapes);
	kit_add_plain("/json/long", test_long);
	return kit_run();
}
