/* json_value.h - JSON values: what answers are built of and what strangers' JSON is read into. Shaped as jansson, whose place
 * it took (docs/decisions/): the same names, so that who knows one knows the other. Helpers over it: base/json.h.
 *
 * An object is a row of members in the order they were set, found by a byte of each name; a name that is written in the
 * source stays where it is. Within json_arena_begin() .. json_arena_end() a thread's new values take their memory from its
 * arena and all go at once: they need no json_decref (which does nothing then), and nothing of them may be kept beyond the
 * end but by json_keep(). An arena's value set into a value of the heap is copied there, so that what lives longer never
 * points at what does not. */
#pragma once
#include <glib.h>
#include <string.h>
G_BEGIN_DECLS

typedef enum { JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_INTEGER, JSON_REAL, JSON_TRUE, JSON_FALSE, JSON_NULL, JSON_WRITTEN /* json_written() */ } json_type;
typedef enum { JSON_HEAP, JSON_ARENA, JSON_STATIC } JsonHome;
typedef struct {
	guint8 type, home, frozen; /* @frozen: never changed again, a programmer's slip otherwise */
	gint refs; /* of the heap's, atomic: kept values are shared between threads, and then never changed */
} json_t;
typedef gint64 json_int_t;
#define JSON_INTEGER_FORMAT "li"

#define json_typeof(json) ((json_type)(json)->type)
#define json_is_object(json) ((json) != NULL && (json)->type == JSON_OBJECT)
#define json_is_array(json) ((json) != NULL && (json)->type == JSON_ARRAY)
#define json_is_string(json) ((json) != NULL && (json)->type == JSON_STRING)
#define json_is_integer(json) ((json) != NULL && (json)->type == JSON_INTEGER)
#define json_is_real(json) ((json) != NULL && (json)->type == JSON_REAL)
#define json_is_number(json) (json_is_integer(json) || json_is_real(json))
#define json_is_true(json) ((json) != NULL && (json)->type == JSON_TRUE)
#define json_is_false(json) ((json) != NULL && (json)->type == JSON_FALSE)
#define json_is_boolean(json) (json_is_true(json) || json_is_false(json))
#define json_is_null(json) ((json) != NULL && (json)->type == JSON_NULL)

/* ---- memory ------------------------------------------------------------------------------------------------------------ */

/* Once, before any thread begins: the heap's small pieces are kept by each thread and taken again. Without it all works as
 * well, slower. */
void json_pool_use(void);
/* Nests; the last end lets go of everything. What was made outside keeps its ways. */
void json_arena_begin(void);
void json_arena_end(void);
gboolean json_arena_is_on(void);
void json_delete(json_t *value);

static inline json_t *
json_incref(json_t *value)
{
	if (value != NULL && value->home == JSON_HEAP)
		__atomic_add_fetch(&value->refs, 1, __ATOMIC_RELAXED);
	return value;
}

static inline void
json_decref(json_t *value)
{
	if (value != NULL && value->home == JSON_HEAP && __atomic_sub_fetch(&value->refs, 1, __ATOMIC_ACQ_REL) == 0)
		json_delete(value);
}

/* @value and all it holds are shared from here on: setting into them is a critical fault, and nothing happens. */
void json_freeze(json_t *value);
/* A reference that outlives any arena: of an arena's value a copy. (transfer full) */
json_t *json_keep(json_t *value);
json_t *json_copy_to_heap(const json_t *value); /* (transfer full) */
/* @value as json_write() has it: for what is kept to be written again and again. Nothing can be asked of it. (transfer full) */
json_t *json_written(const json_t *value);

/* ---- names ------------------------------------------------------------------------------------------------------------- */

/* A member's name with what finds it quickly. @lasting: written in the source, needs no copy. */
typedef struct {
	const char *text;
	guint32 size;
	guint8 tag, lasting;
} JsonKey;

static inline guint8
json_tag(const char *text, gsize size)
{
	return size == 0 ? 0 : (guint8)(size * 13 + (guint8)text[0] * 7 + (guint8)text[size - 1] * 31 + (guint8)text[size / 2] * 3);
}

static inline JsonKey
json_key_n(const char *text, gsize size, gboolean lasting)
{
	return (JsonKey){ text, (guint32)size, json_tag(text, size), (guint8)lasting };
}

static inline JsonKey
json_key_of(const char *text, gboolean lasting)
{
	return json_key_n(text, strlen(text), lasting);
}
#define JSON_KEY(text) json_key_of((text), __builtin_constant_p(text))

/* ---- making ------------------------------------------------------------------------------------------------------------ */

json_t *json_object(void);
json_t *json_array(void);
/* NULL for what is not UTF-8; the two behind take it as it is. */
json_t *json_string(const char *text);
json_t *json_stringn(const char *text, gsize size);
json_t *json_string_nocheck(const char *text);
json_t *json_stringn_nocheck(const char *text, gsize size);
json_t *json_integer(json_int_t value);
json_t *json_real(double value);
extern json_t json_the_true, json_the_false, json_the_null;
#define json_true() (&json_the_true)
#define json_false() (&json_the_false)
#define json_null() (&json_the_null)
#define json_boolean(value) ((value) ? json_true() : json_false())
json_t *json_sprintf(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* "{s:s, s:[i, b], s:o}": s text, s? text or NULL, i int, I json_int_t, b int as a boolean, f double, n null, o takes a value,
 * {} [] what they hold. A programmer's slip in @format is fatal. */
json_t *json_pack(const char *format, ...);

/* ---- objects ----------------------------------------------------------------------------------------------------------- */

gsize json_object_size(const json_t *object);
json_t *json_object_find(const json_t *object, JsonKey key); /* borrowed; NULL: not there, or no object */
/* 0, or -1 when @object is none or @value is NULL. Takes @value in any case. A name that is there keeps its place. */
int json_object_put(json_t *object, JsonKey key, json_t *value);
int json_object_take_out(json_t *object, JsonKey key); /* -1: it is not there */
int json_object_update(json_t *object, const json_t *other);
int json_object_update_missing(json_t *object, const json_t *other);
/* Member @i, in order. */
const char *json_object_key_at(const json_t *object, gsize i, gsize *ret_size);
json_t *json_object_value_at(const json_t *object, gsize i);
#define json_object_get(object, key) json_object_find((object), JSON_KEY(key))
#define json_object_getn(object, key, size) json_object_find((object), json_key_n((key), (size), FALSE))
#define json_object_set_new(object, key, value) json_object_put((object), JSON_KEY(key), (value))
#define json_object_set_new_nocheck(object, key, value) json_object_put((object), JSON_KEY(key), (value))
#define json_object_set(object, key, value) json_object_put((object), JSON_KEY(key), json_incref(value))
#define json_object_del(object, key) json_object_take_out((object), JSON_KEY(key))
#define JSON_JOIN_(a, b) a##b
#define JSON_JOIN(a, b) JSON_JOIN_(a, b)
#define JSON_FOREACH_(object, key, value, i) \
	for (gsize i = 0; i < json_object_size(object) && ((key) = json_object_key_at(object, i, NULL), (value) = json_object_value_at(object, i), (void)(key), (void)(value), TRUE); i++)
#define json_object_foreach(object, key, value) JSON_FOREACH_(object, key, value, JSON_JOIN(json_at_, __LINE__))

/* ---- lists, texts, numbers --------------------------------------------------------------------------------------------- */

gsize json_array_size(const json_t *array);
json_t *json_array_get(const json_t *array, gsize i); /* borrowed */
int json_array_insert_new(json_t *array, gsize i, json_t *value); /* takes @value */
int json_array_append_new(json_t *array, json_t *value);
int json_array_set_new(json_t *array, gsize i, json_t *value); /* in the place of the one that is there */
int json_array_remove(json_t *array, gsize i);
#define json_array_append(array, value) json_array_append_new((array), json_incref(value))
#define json_array_foreach(array, index, value) for (index = 0; index < json_array_size(array) && (value = json_array_get(array, index)) != NULL; index++)

const char *json_string_value(const json_t *string); /* NULL for anything else; always ends with NUL */
gsize json_string_length(const json_t *string);
json_int_t json_integer_value(const json_t *integer); /* 0 for anything else */
double json_real_value(const json_t *real);
double json_number_value(const json_t *number);

/* ---- whole values ------------------------------------------------------------------------------------------------------ */

gboolean json_equal(const json_t *one, const json_t *other); /* the order of members does not count */
json_t *json_copy(const json_t *value);      /* of an object or list: the same members (transfer full) */
json_t *json_deep_copy(const json_t *value); /* (transfer full) */
/* Over a frozen object: what has all its members and may be given more and others, while @frozen stays as it is. The values
 * are shared, not copied, so that it costs little; they stay frozen. (transfer full) */
json_t *json_layer(json_t *frozen);
gsize json_footprint(const json_t *value);    /* bytes of memory, about */

/* Where reading stopped, counted in characters from 1, and why. */
typedef struct {
	int line, column;
	char text[120];
} json_error_t;
enum { JSON_DECODE_ANY = 1, JSON_REJECT_DUPLICATES = 2, JSON_ALLOW_NUL = 4 };
/* Without JSON_DECODE_ANY only an object or a list is taken. NULL and @ret_why (may be NULL) for what is no JSON. */
json_t *json_loadb(const char *text, gsize size, guint flags, json_error_t *ret_why);
json_t *json_loads(const char *text, guint flags, json_error_t *ret_why);

G_END_DECLS
