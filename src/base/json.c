#include "base/json.h"
#include "base/clock.h"
#include "base/err.h"
#include <string.h>

enum { MAX_DEPTH = 64 };

/* jansson bounds nesting at 2048 by itself; strangers get less. Counted on the text, so that a deep one costs nothing. */
static gboolean
too_deep(const char *text, gsize size)
{
	gboolean quoted = FALSE;
	int depth = 0;

	for (gsize i = 0; i < size; i++) {
		char c = text[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = FALSE;
		} else if (c == '"') {
			quoted = TRUE;
		} else if (c == '{' || c == '[') {
			if (++depth > MAX_DEPTH)
				return TRUE;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return FALSE;
}

json_t *
json_read(const char *text, gsize size, GError **error)
{
	json_error_t why;
	json_t *value;

	if (too_deep(text, size)) {
		g_set_error(error, ERR, ERR_INVALID, "the JSON is nested more than %d levels deep", MAX_DEPTH);
		return NULL;
	}
	value = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (value == NULL) /* the library names a flag of its own where a text holds a NUL */
		g_set_error(error, ERR, ERR_INVALID, "not readable as JSON: %s (line %d, column %d)",
		            json_error_code(&why) == json_error_null_character ? "a text may not hold the character \\u0000" : why.text, why.line, why.column);
	return value;
}

void
json_put_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new_nocheck(object, key, text != NULL ? json_string_nocheck(text) : json_null());
}

void
json_put_int(json_t *object, const char *key, gint64 value)
{
	json_object_set_new_nocheck(object, key, json_integer(value));
}

void
json_put_real(json_t *object, const char *key, double value)
{
	json_object_set_new_nocheck(object, key, json_real(value));
}

void
json_put_bool(json_t *object, const char *key, gboolean value)
{
	json_object_set_new_nocheck(object, key, json_boolean(value));
}

void
json_put_time(json_t *object, const char *key, gint64 at_ms)
{
	char text[TIME_SIZE];

	if (at_ms == 0) {
		json_object_set_new_nocheck(object, key, json_null());
		return;
	}
	time_write(at_ms, text);
	json_object_set_new_nocheck(object, key, json_string_nocheck(text));
}

void
json_put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new_nocheck(object, key, value);
}

const char *
json_text(const json_t *object, const char *key, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : otherwise;
}

gint64
json_int(const json_t *object, const char *key, gint64 otherwise)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

gboolean
json_flag(const json_t *object, const char *key, gboolean otherwise)
{
	const json_t *value = json_object_get(object, key);

	return json_is_boolean(value) ? json_is_true(value) : otherwise;
}
