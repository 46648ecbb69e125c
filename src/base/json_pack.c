/* json_pack.c - a value from a pattern, for the few that are mostly fixed. */
#include "base/json_impl.h"
#include <stdarg.h>

typedef struct {
	const char *at;
	va_list args;
} Pattern;

static json_t *pack_value(Pattern *self);

static char
next_mark(Pattern *self)
{
	self->at += strspn(self->at, " ,:");
	return *self->at;
}

static json_t *
pack_members(Pattern *self)
{
	json_t *object = json_object();

	while (next_mark(self) == 's') {
		const char *key = va_arg(self->args, const char *);

		self->at++;
		json_object_put(object, json_key_of(key, FALSE), pack_value(self));
	}
	g_assert(*self->at == '}');
	self->at++;
	return object;
}

static json_t *
pack_elements(Pattern *self)
{
	json_t *list = json_array();

	while (next_mark(self) != ']')
		json_array_append_new(list, pack_value(self));
	self->at++;
	return list;
}

static json_t *
pack_text(Pattern *self)
{
	const char *text = va_arg(self->args, const char *);

	if (*self->at != '?')
		return json_string(text);
	self->at++;
	return text != NULL ? json_string(text) : json_null();
}

static json_t *
pack_value(Pattern *self)
{
	const char mark = next_mark(self);

	self->at += mark != '\0';
	switch (mark) {
	case '{': return pack_members(self);
	case '[': return pack_elements(self);
	case 's': return pack_text(self);
	case 'i': return json_integer(va_arg(self->args, int));
	case 'I': return json_integer(va_arg(self->args, json_int_t));
	case 'b': return json_boolean(va_arg(self->args, int));
	case 'f': return json_real(va_arg(self->args, double));
	case 'n': return json_null();
	case 'o': return va_arg(self->args, json_t *);
	default: g_error("json_pack: '%c' is no mark of a pattern", mark);
	}
}

json_t *
json_pack(const char *format, ...)
{
	Pattern self = { .at = format };
	json_t *value;

	va_start(self.args, format);
	value = pack_value(&self);
	va_end(self.args);
	g_assert(next_mark(&self) == '\0');
	return value;
}
