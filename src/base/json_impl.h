/* json_impl.h - how JSON values lie in memory: for json_*.c and the few that walk a value for a living. Others: base/json.h. */
#pragma once
#include "base/json.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif
G_BEGIN_DECLS

typedef struct {
	const char *key;
	json_t *value;
	guint32 size;
	guint8 tag, owned; /* @owned: the name's memory goes with the member */
} JsonMember;
typedef struct {
	json_t base;
	guint32 n, room;
	JsonMember *members; /* @room of them, and behind them their tags, a multiple of 16 */
} JsonObject;
typedef struct {
	json_t base;
	guint32 n, room;
	json_t **values;
} JsonArray;
typedef struct {
	json_t base;
	guint32 size;
	char text[];
} JsonString;
typedef struct {
	json_t base;
	union {
		json_int_t integer;
		double real;
	} u;
} JsonNumber;

static inline guint8 *
json_tags(const JsonObject *object)
{
	return (guint8 *)(object->members + object->room);
}

/* Most names are short: two overlapping words are compared, without a call. */
static inline gboolean
json_same_bytes(const char *one, const char *other, gsize size)
{
	guint64 a, b, c, d;

	if (size > 16)
		return memcmp(one, other, size) == 0;
	if (size >= 8) {
		memcpy(&a, one, 8), memcpy(&b, other, 8);
		memcpy(&c, one + size - 8, 8), memcpy(&d, other + size - 8, 8);
		return ((a ^ b) | (c ^ d)) == 0;
	}
	if (size >= 4) {
		guint32 e, f, g, h;

		memcpy(&e, one, 4), memcpy(&f, other, 4);
		memcpy(&g, one + size - 4, 4), memcpy(&h, other + size - 4, 4);
		return ((e ^ f) | (g ^ h)) == 0;
	}
	for (gsize i = 0; i < size; i++)
		if (one[i] != other[i])
			return FALSE;
	return TRUE;
}

static inline gboolean
json_is_named(const JsonMember *member, JsonKey key)
{
	return member->size == key.size && (member->key == key.text || json_same_bytes(member->key, key.text, key.size));
}

/* Where the member of this name is, or -1: sixteen tags are compared at a time. */
static inline int
json_position(const JsonObject *object, JsonKey key)
{
	const guint8 *tags = json_tags(object);

#ifdef __SSE2__
	const __m128i tag = _mm_set1_epi8((char)key.tag);

	for (guint32 from = 0; from < object->n; from += 16) {
		guint mask = (guint)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)(tags + from)), tag));

		if (object->n - from < 16)
			mask &= (1u << (object->n - from)) - 1;
		for (; mask != 0; mask &= mask - 1) {
			const guint32 i = from + (guint32)__builtin_ctz(mask);

			if (json_is_named(&object->members[i], key))
				return (int)i;
		}
	}
#else
	for (guint32 i = 0; i < object->n; i++)
		if (tags[i] == key.tag && json_is_named(&object->members[i], key))
			return (int)i;
#endif
	return -1;
}

/* The member's value, NULL when there is none. @hint: where it was found the last time, for who asks like objects for the
 * same name again and again; shared by threads, any value does. */
static inline const json_t *
json_member(const JsonObject *object, JsonKey key, guint *hint)
{
	const guint last = __atomic_load_n(hint, __ATOMIC_RELAXED);
	int at;

	if (last < object->n && object->members[last].tag == key.tag && json_is_named(&object->members[last], key))
		return object->members[last].value;
	if (object->n == 0 || (at = json_position(object, key)) < 0)
		return NULL;
	__atomic_store_n(hint, (guint)at, __ATOMIC_RELAXED);
	return object->members[at].value;
}

gboolean json_told_frozen(void);
static inline gboolean
json_is_frozen(const json_t *value)
{
	return G_UNLIKELY(value->frozen) && json_told_frozen();
}

/* json_object_put() of a name that is known not to be there. */
void json_object_append(json_t *object, JsonKey key, json_t *value);

/* The last first. */
void json_array_turn(json_t *array);
/* Room for so many members at once. */
void json_object_room(json_t *object, guint32 n);

/* json_memory.c: memory as @home has it; giving back an arena's does nothing. */
gpointer json_take(JsonHome home, gsize size);
void json_give(JsonHome home, gpointer memory);
/* Where new values of this thread go. */
JsonHome json_home(void);
/* The heap from here on; give what it answered to json_home_back(). */
gboolean json_home_heap(void);
void json_home_back(gboolean was);
/* What a value of @home may hold: @value itself, or a copy of it. Takes @value. */
json_t *json_settle(JsonHome home, json_t *value);

G_END_DECLS
