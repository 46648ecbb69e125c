/* json_object.c - objects: members in a row, found by their tags (json_impl.h). Most have fewer than sixteen members;
 * the largest answers have some eighty, and those of strangers are bounded by their body's size. */
#include "base/json_impl.h"

enum { FIRST_ROOM = 4, ARENA_ROOM = 8, LAYER_ROOM = 8 }; /* in an arena room costs nothing, and growing does */

json_t *
json_object(void)
{
	const JsonHome home = json_home();
	JsonObject *self = json_take(home, sizeof *self);

	*self = (JsonObject){ .base = { JSON_OBJECT, home, 0, 1 } };
	return &self->base;
}

gsize
json_object_size(const json_t *object)
{
	return json_is_object(object) ? ((const JsonObject *)object)->n : 0;
}

json_t *
json_object_find(const json_t *object, JsonKey key)
{
	const JsonObject *self = (const JsonObject *)object;
	int at;

	if (!json_is_object(object) || self->n == 0 || (at = json_position(self, key)) < 0)
		return NULL;
	return self->members[at].value;
}

static void
make_room(JsonObject *self, guint32 room)
{
	const gsize tags = (room + 15u) & ~15u;
	JsonMember *members = json_take(self->base.home, room * sizeof *members + tags);

	memset(members + room, 0, tags); /* compared, and then left out: but never unset */
	if (self->n > 0) {
		memcpy(members, self->members, self->n * sizeof *members);
		memcpy(members + room, json_tags(self), self->n);
	}
	json_give(self->base.home, self->members);
	self->members = members;
	self->room = room;
}

static void
grow(JsonObject *self)
{
	make_room(self, self->room != 0 ? self->room * 4 : self->base.home == JSON_ARENA ? ARENA_ROOM : FIRST_ROOM);
}

void
json_object_room(json_t *object, guint32 n)
{
	if (n > ((JsonObject *)object)->room)
		make_room((JsonObject *)object, n);
}

static const char *
name_copy(JsonHome home, JsonKey key)
{
	char *copy = json_take(home, key.size + 1u);

	memcpy(copy, key.text, key.size);
	copy[key.size] = '\0';
	return copy;
}

static void
append(JsonObject *self, JsonKey key, json_t *value)
{
	if (self->n == self->room)
		grow(self);
	json_tags(self)[self->n] = key.tag;
	self->members[self->n++] = (JsonMember){ key.lasting ? key.text : name_copy(self->base.home, key), value, key.size, key.tag, !key.lasting };
}

void
json_object_append(json_t *object, JsonKey key, json_t *value)
{
	append((JsonObject *)object, key, json_settle(object->home, value));
}

int
json_object_put(json_t *object, JsonKey key, json_t *value)
{
	JsonObject *self = (JsonObject *)object;
	int at;

	if (!json_is_object(object) || value == NULL || value == object || self->n > G_MAXINT / 8 || json_is_frozen(object)) {
		json_decref(value);
		return -1;
	}
	value = json_settle(object->home, value);
	if (self->n > 0 && (at = json_position(self, key)) >= 0) {
		if (object->home == JSON_HEAP)
			json_decref(self->members[at].value); /* an arena's holds no reference of its own */
		self->members[at].value = value;
		return 0;
	}
	append(self, key, value);
	return 0;
}

int
json_object_take_out(json_t *object, JsonKey key)
{
	JsonObject *self = (JsonObject *)object;
	int at = json_object_size(object) > 0 ? json_position(self, key) : -1;
	JsonMember *member;

	if (at < 0 || json_is_frozen(object))
		return -1;
	member = &self->members[at];
	if (object->home == JSON_HEAP) {
		if (member->owned)
			json_give(JSON_HEAP, (char *)member->key);
		json_decref(member->value);
	}
	self->n--;
	memmove(member, member + 1, (self->n - (guint32)at) * sizeof *member);
	memmove(json_tags(self) + at, json_tags(self) + at + 1, self->n - (guint32)at);
	return 0;
}

json_t *
json_layer(json_t *frozen)
{
	const JsonObject *from = (const JsonObject *)frozen;
	JsonObject *self;

	if (!json_is_object(frozen) || frozen->home != JSON_HEAP || json_home() != JSON_ARENA)
		return json_copy(frozen);
	self = (JsonObject *)json_object();
	make_room(self, from->n + LAYER_ROOM);
	if (from->n > 0) {
		memcpy(self->members, from->members, from->n * sizeof *self->members);
		memcpy(json_tags(self), json_tags(from), from->n);
	}
	self->n = from->n;
	(void)json_settle(JSON_ARENA, json_incref(frozen)); /* which keeps all it holds as long as the arena */
	return &self->base;
}

static int
update(json_t *object, const json_t *other, gboolean missing)
{
	const JsonObject *from = (const JsonObject *)other;

	if (!json_is_object(object) || !json_is_object(other))
		return -1;
	for (guint32 i = 0; i < from->n; i++) {
		const JsonMember *member = &from->members[i];
		const JsonKey key = { member->key, member->size, member->tag, member->owned == 0 };

		if (!missing || json_object_find(object, key) == NULL)
			json_object_put(object, key, json_incref(member->value));
	}
	return 0;
}

int
json_object_update(json_t *object, const json_t *other)
{
	return update(object, other, FALSE);
}

int
json_object_update_missing(json_t *object, const json_t *other)
{
	return update(object, other, TRUE);
}

const char *
json_object_key_at(const json_t *object, gsize i, gsize *ret_size)
{
	const JsonMember *member = &((const JsonObject *)object)->members[i];

	if (ret_size != NULL)
		*ret_size = member->size;
	return member->key;
}

json_t *
json_object_value_at(const json_t *object, gsize i)
{
	return ((const JsonObject *)object)->members[i].value;
}
