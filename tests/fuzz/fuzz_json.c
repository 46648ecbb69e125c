/* Any bytes as JSON: taken or refused with a place in the text; what is taken is written as JSON that reads back as the same
 * value, and a reading with stricter rules takes nothing that the looser one refused. */
#include "base/json.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	json_error_t why = { 0 };
	g_autoptr(json_t) value = json_loadb((const char *)data, size, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why), strict = NULL, again = NULL, kept = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL, *same = NULL;
	gsize length;

	strict = json_read((const char *)data, size, &error);
	if (value == NULL) {
		g_assert_true(strict == NULL && error != NULL && why.line > 0 && why.text[0] != '\0');
		return 0;
	}
	text = json_write(value, &length);
	g_assert_true(g_utf8_validate(text, (gssize)length, NULL));
	again = json_loadb(text, length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	g_assert_true(json_equal(value, again) || strstr(text, "null") != NULL);
	if (strict != NULL)
		g_assert_true(json_equal(value, strict));
	json_arena_begin();
	kept = json_keep(json_deep_copy(value));
	json_arena_end();
	same = json_write(kept, NULL);
	g_assert_cmpstr(same, ==, text);
	return 0;
}
