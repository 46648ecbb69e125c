/* json_value.c - texts, numbers and lists; comparing and copying whole values. Objects: json_object.c; where the memory comes
 * from: json_memory.c; reading and writing: json_read.c, json_write.c. */
#include "base/json_impl.h"
#include <stdarg.h>

json_t json_the_true = { JSON_TRUE, JSON_STATIC, 0, 1 }, json_the_false = { JSON_FALSE, JSON_STATIC, 0, 1 }, json_the_null = { JSON_NULL, JSON_STATIC, 0, 1 };

json_t *
json_stringn_nocheck(const char *text, gsize size)
{
	const JsonHome home = json_home();
	JsonString *self;

	if (text == NULL || size >= G_MAXUINT32)
		return NULL;
	self = json_take(home, sizeof *self + size + 1);
	self->base = (json_t){ JSON_STRING, home, 0, 1 };
	self->size = (guint32)size;
	memcpy(self->text, text, size);
	self->text[size] = '\0';
	return &self->base;
}

json_t *
json_string_nocheck(const char *text)
{
	return text != NULL ? json_stringn_nocheck(text, strlen(text)) : NULL;
}

json_t *
json_stringn(const char *text, gsize size)
{
	return text != NULL && g_utf8_validate_len(text, size, NULL) ? json_stringn_nocheck(text, size) : NULL;
}

json_t *
json_string(const char *text)
{
	return text != NULL ? json_stringn(text, strlen(text)) : NULL;
}

json_t *
json_sprintf(const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = g_strdup_vprintf(format, ap);
	va_end(ap);
	return json_string(text);
}

static JsonNumber *
number_new(json_type type)
{
	const JsonHome home = json_home();
	JsonNumber *self = json_take(home, sizeof *self);

	self->base = (json_t){ type, home, 0, 1 };
	return self;
}

json_t *
json_integer(json_int_t value)
{
	JsonNumber *self = number_new(JSON_INTEGER);

	self->u.integer = value;
	return &self->base;
}

json_t *
json_real(double value)
{
	JsonNumber *self = number_new(JSON_REAL);

	self->u.real = value;
	return &self->base;
}

const char *
json_string_value(const json_t *string)
{
	return json_is_string(string) ? ((const JsonString *)string)->text : NULL;
}

gsize
json_string_length(const json_t *string)
{
	return json_is_string(string) ? ((const JsonString *)string)->size : 0;
}

json_int_t
json_integer_value(const json_t *integer)
{
	return json_is_integer(integer) ? ((const JsonNumber *)integer)->u.integer : 0;
}

double
json_real_value(const json_t *real)
{
	return json_is_real(real) ? ((const JsonNumber *)real)->u.real : 0;
}

double
json_number_value(const json_t *number)
{
	return json_is_integer(number) ? (double)json_integer_value(number) : json_real_value(number);
}

/* ---- lists ------------------------------------------------------------------------------------------------------------- */

json_t *
json_array(void)
{
	const JsonHome home = json_home();
	JsonArray *self = json_take(home, sizeof *self);

	*self = (JsonArray){ .base = { JSON_ARRAY, home, 0, 1 } };
	return &self->base;
}

gsize
json_array_size(const json_t *array)
{
	return json_is_array(array) ? ((const JsonArray *)array)->n : 0;
}

json_t *
json_array_get(const json_t *array, gsize i)
{
	return i < json_array_size(array) ? ((const JsonArray *)array)->values[i] : NULL;
}

static void
array_room(JsonArray *self, guint32 room)
{
	json_t **values = json_take(self->base.home, room * sizeof *values);

	if (self->n > 0)
		memcpy(values, self->values, self->n * sizeof *values);
	json_give(self->base.home, self->values);
	self->values = values;
	self->room = room;
}

int
json_array_insert_new(json_t *array, gsize i, json_t *value)
{
	JsonArray *self = (JsonArray *)array;

	if (!json_is_array(array) || value == NULL || i > self->n || self->n > G_MAXUINT32 / 4 || value == array || json_is_frozen(array)) {
		json_decref(value);
		return -1;
	}
	value = json_settle(array->home, value);
	if (self->n == self->room)
		array_room(self, self->room == 0 ? 4 : self->room * 3);
	memmove(&self->values[i + 1], &self->values[i], (self->n - i) * sizeof *self->values);
	self->values[i] = value;
	self->n++;
	return 0;
}

int
json_array_append_new(json_t *array, json_t *value)
{
	return json_array_insert_new(array, json_array_size(array), value);
}

void
json_array_turn(json_t *array)
{
	JsonArray *self = (JsonArray *)array;

	for (guint32 i = 0; i < self->n / 2; i++) {
		json_t *one = self->values[i];

		self->values[i] = self->values[self->n - 1 - i];
		self->values[self->n - 1 - i] = one;
	}
}

int
json_array_set_new(json_t *array, gsize i, json_t *value)
{
	JsonArray *self = (JsonArray *)array;

	if (i >= json_array_size(array) || value == NULL || value == array || json_is_frozen(array)) {
		json_decref(value);
		return -1;
	}
	value = json_settle(array->home, value);
	if (array->home == JSON_HEAP) /* an arena's holds no reference of its own */
		json_decref(self->values[i]);
	self->values[i] = value;
	return 0;
}

int
json_array_remove(json_t *array, gsize i)
{
	JsonArray *self = (JsonArray *)array;

	if (i >= json_array_size(array) || json_is_frozen(array))
		return -1;
	if (array->home == JSON_HEAP)
		json_decref(self->values[i]);
	self->n--;
	memmove(&self->values[i], &self->values[i + 1], (self->n - i) * sizeof *self->values);
	return 0;
}

/* ---- whole values ------------------------------------------------------------------------------------------------------ */

static void
members_delete(JsonObject *self)
{
	for (guint32 i = 0; i < self->n; i++) {
		if (self->members[i].owned)
			json_give(JSON_HEAP, (char *)self->members[i].key);
		json_decref(self->members[i].value);
	}
	json_give(JSON_HEAP, self->members);
}

void
json_delete(json_t *value)
{
	if (value->type == JSON_OBJECT) {
		members_delete((JsonObject *)value);
	} else if (value->type == JSON_ARRAY) {
		JsonArray *self = (JsonArray *)value;

		for (guint32 i = 0; i < self->n; i++)
			json_decref(self->values[i]);
		json_give(JSON_HEAP, self->values);
	}
	json_give(JSON_HEAP, value);
}

static gboolean
objects_equal(const JsonObject *one, const JsonObject *other)
{
	if (one->n != other->n)
		return FALSE;
	for (guint32 i = 0; i < one->n; i++) {
		const JsonMember *member = &one->members[i];

		if (!json_equal(member->value, json_object_getn(&other->base, member->key, member->size)))
			return FALSE;
	}
	return TRUE;
}

static gboolean
lists_equal(const JsonArray *one, const JsonArray *other)
{
	if (one->n != other->n)
		return FALSE;
	for (guint32 i = 0; i < one->n; i++)
		if (!json_equal(one->values[i], other->values[i]))
			return FALSE;
	return TRUE;
}

static gboolean
written_equal(const JsonString *one, const JsonString *other)
{
	return one->size == other->size && memcmp(one->text, other->text, one->size) == 0;
}

gboolean
json_equal(const json_t *one, const json_t *other)
{
	if (one == NULL || other == NULL || one->type != other->type)
		return FALSE;
	switch (json_typeof(one)) {
	case JSON_OBJECT: return objects_equal((const JsonObject *)one, (const JsonObject *)other);
	case JSON_ARRAY: return lists_equal((const JsonArray *)one, (const JsonArray *)other);
	case JSON_STRING: return json_string_length(one) == json_string_length(other) && memcmp(json_string_value(one), json_string_value(other), json_string_length(one)) == 0;
	case JSON_WRITTEN: return written_equal((const JsonString *)one, (const JsonString *)other);
	case JSON_INTEGER: return json_integer_value(one) == json_integer_value(other);
	case JSON_REAL: return json_real_value(one) == json_real_value(other);
	default: return TRUE;
	}
}

static json_t *
written(const char *text, gsize size)
{
	json_t *self = json_stringn_nocheck(text, size);

	if (self != NULL)
		self->type = JSON_WRITTEN;
	return self;
}

json_t *
json_written(const json_t *value)
{
	gsize size;
	g_autofree char *text = json_write(value, &size);

	return written(text, size);
}

static json_t *
copy_of(const json_t *value, gboolean deep)
{
	json_t *out;

	if (value->type == JSON_OBJECT) {
		const JsonObject *from = (const JsonObject *)value;

		out = json_object();
		json_object_room(out, from->n);
		for (guint32 i = 0; i < from->n; i++) {
			const JsonMember *member = &from->members[i];
			/* A name of the heap or the arena goes with its object: only what is neither may be pointed at by two. */
			const JsonKey key = { member->key, member->size, member->tag, member->owned == 0 };

			json_object_append(out, key, deep ? json_deep_copy(member->value) : json_incref(member->value));
		}
		return out;
	}
	out = json_array();
	if (json_array_size(value) > 0)
		array_room((JsonArray *)out, ((const JsonArray *)value)->n);
	for (gsize i = 0; i < json_array_size(value); i++)
		json_array_append_new(out, deep ? json_deep_copy(json_array_get(value, i)) : json_incref(json_array_get(value, i)));
	return out;
}

json_t *
json_copy(const json_t *value)
{
	if (value == NULL)
		return NULL;
	return value->type == JSON_OBJECT || value->type == JSON_ARRAY ? copy_of(value, FALSE) : json_deep_copy(value);
}

json_t *
json_deep_copy(const json_t *value)
{
	if (value == NULL)
		return NULL;
	switch (json_typeof(value)) {
	case JSON_STRING: return json_stringn_nocheck(json_string_value(value), json_string_length(value));
	case JSON_WRITTEN: return written(((const JsonString *)value)->text, ((const JsonString *)value)->size);
	case JSON_INTEGER: return json_integer(json_integer_value(value));
	case JSON_REAL: return json_real(json_real_value(value));
	case JSON_OBJECT:
	case JSON_ARRAY: return copy_of(value, TRUE);
	default: return (json_t *)value; /* one for all */
	}
}

gsize
json_footprint(const json_t *value)
{
	gsize bytes = sizeof(JsonNumber);

	if (json_is_string(value) || value->type == JSON_WRITTEN)
		return sizeof(JsonString) + ((const JsonString *)value)->size + 1;
	if (json_is_array(value)) {
		const JsonArray *list = (const JsonArray *)value;

		bytes = sizeof *list + list->room * sizeof(json_t *);
		for (guint32 i = 0; i < list->n; i++)
			bytes += json_footprint(list->values[i]);
	} else if (json_is_object(value)) {
		const JsonObject *object = (const JsonObject *)value;

		bytes = sizeof *object + object->room * (sizeof(JsonMember) + 1);
		for (guint32 i = 0; i < object->n; i++)
			bytes += json_footprint(object->members[i].value);
	}
	return bytes;
}

void
json_freeze(json_t *value)
{
	if (value == NULL || value->frozen || value->home == JSON_STATIC)
		return;
	value->frozen = TRUE;
	for (gsize i = 0; i < json_array_size(value); i++)
		json_freeze(json_array_get(value, i));
	for (gsize i = 0; i < json_object_size(value); i++)
		json_freeze(json_object_value_at(value, i));
}

gboolean
json_told_frozen(void)
{
	g_return_val_if_reached(TRUE); /* the caller sets into a value that is shared: json_deep_copy() first */
}
