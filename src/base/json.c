#include "base/json.h"
#include "base/clock.h"
#include "base/err.h"
#include <string.h>

enum { MAX_DEPTH = 64 };

/* Counted on the text, so that a deep one costs nothing. */
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
	if (value == NULL)
		g_set_error(error, ERR, ERR_INVALID, "not readable as JSON: %s (line %d, column %d)", why.text, why.line, why.column);
	return value;
}

void
json_put_text_at(json_t *object, JsonKey key, const char *text)
{
	json_object_put(object, key, text != NULL ? json_string_nocheck(text) : json_null());
}

json_t *
json_pair(const char *ref, const char *key, const char *text)
{
	json_t *one;

	if (ref == NULL)
		return json_null();
	one = json_object();
	json_put_text(one, "ref", ref);
	json_put_text(one, key, text);
	return one;
}

void
json_put_int_at(json_t *object, JsonKey key, gint64 value)
{
	json_object_put(object, key, json_integer(value));
}

void
json_put_real_at(json_t *object, JsonKey key, double value)
{
	json_object_put(object, key, json_real(value));
}

void
json_put_time_at(json_t *object, JsonKey key, gint64 at_ms)
{
	char text[TIME_SIZE];

	if (at_ms != 0)
		time_write(at_ms, text);
	json_object_put(object, key, at_ms != 0 ? json_stringn_nocheck(text, strlen(text)) : json_null());
}

const char *
json_text_at(const json_t *object, JsonKey key, const char *otherwise)
{
	const char *text = json_string_value(json_object_find(object, key));

	return text != NULL ? text : otherwise;
}

gint64
json_int_at(const json_t *object, JsonKey key, gint64 otherwise)
{
	const json_t *value = json_object_find(object, key);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

gboolean
json_flag_at(const json_t *object, JsonKey key, gboolean otherwise)
{
	const json_t *value = json_object_find(object, key);

	return json_is_boolean(value) ? json_is_true(value) : otherwise;
}
