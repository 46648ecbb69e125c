/* json_write.c - a JSON value as compact text, in one pass over a buffer that grows. */
#include "base/json_impl.h"
#include <math.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

typedef struct {
	char *text;
	gsize size, used;
} Out;

static char *
room(Out *out, gsize n)
{
	if (out->used + n > out->size) {
		out->size = MAX(out->size * 2, out->used + n);
		out->text = g_realloc(out->text, out->size);
	}
	return out->text + out->used;
}

static void
put(Out *out, const char *text, gsize size)
{
	memcpy(room(out, size), text, size);
	out->used += size;
}

static char
escape_of(guchar c)
{
	switch (c) {
	case '"':
	case '\\': return (char)c;
	case '\b': return 'b';
	case '\f': return 'f';
	case '\n': return 'n';
	case '\r': return 'r';
	case '\t': return 't';
	default: return 0;
	}
}

/* Eight bytes, none of which needs an escape. */
static inline gboolean
is_plain(const char *text)
{
	const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101), highs = ones << 7;
	guint64 bytes, quotes, slashes;

	memcpy(&bytes, text, sizeof bytes);
	quotes = bytes ^ ones * '"';
	slashes = bytes ^ ones * '\\';
	return ((((bytes - ones * ' ') & ~bytes) | ((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes)) & highs) == 0;
}

/* How many bytes from the start need no escape. */
static gsize
plain_size(const char *text, gsize size)
{
	gsize i = 0;

	if (size >= 8 && size <= 16 && is_plain(text) && is_plain(text + size - 8)) /* most names, and many values */
		return size;

#ifdef __SSE2__
	for (; i + 16 <= size; i += 16) {
		const __m128i block = _mm_loadu_si128((const __m128i *)(const void *)(text + i));
		const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
		const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
		const int mask = _mm_movemask_epi8(_mm_or_si128(control, marks));

		if (mask != 0)
			return i + (gsize)__builtin_ctz((unsigned)mask);
	}
#endif
	while (i < size && (guchar)text[i] >= ' ' && text[i] != '"' && text[i] != '\\')
		i++;
	return i;
}

static char *
put_escape(char *p, guchar c)
{
	static const char hex[] = "0123456789abcdef";
	const char escape = escape_of(c);

	if (escape != 0) {
		*p++ = '\\', *p++ = escape;
		return p;
	}
	memcpy(p, "\\u00", 4);
	p[4] = hex[c >> 4], p[5] = hex[c & 15];
	return p + 6;
}

/* In quotes; @p has room for six times @size, and the quotes. */
static char *
put_quoted(char *p, const char *text, gsize size)
{
	gsize plain = plain_size(text, size);

	*p++ = '"';
	for (;;) {
		memcpy(p, text, plain);
		p += plain;
		if (plain == size)
			break;
		p = put_escape(p, (guchar)text[plain]);
		text += plain + 1;
		size -= plain + 1;
		plain = plain_size(text, size);
	}
	*p++ = '"';
	return p;
}

static void
put_string(Out *out, const char *text, gsize size)
{
	/* A long one mostly needs no escapes: room for as many as follow where the first one stands. */
	const gsize plain = size > 256 ? plain_size(text, size) : 0;
	char *p = room(out, plain + (size - plain) * 6 + 2);

	out->used += (gsize)(put_quoted(p, text, size) - p);
}

static void
put_integer(Out *out, gint64 value)
{
	char digits[24], *p = digits + sizeof digits;
	guint64 n = value < 0 ? 0 - (guint64)value : (guint64)value;

	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	if (value < 0)
		*--p = '-';
	put(out, p, (gsize)(digits + sizeof digits - p));
}

/* The shortest of 15, 16 or 17 digits that reads back as the same number; always with a point or an exponent. */
static void
put_real(Out *out, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE + 2];

	if (!isfinite(value)) {
		put(out, "null", 4);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		char format[8] = "%.15g";

		format[3] = (char)('0' + digits - 10);
		g_ascii_formatd(text, sizeof text - 2, format, value);
		if (digits == 17 || g_ascii_strtod(text, NULL) == value) /* the same bits, or no better to be had */
			break;
	}
	if (strpbrk(text, ".e") == NULL)
		g_strlcat(text, ".0", sizeof text);
	put(out, text, strlen(text));
}

static void put_value(Out *out, const json_t *value);

static void
put_object(Out *out, const JsonObject *object)
{
	put(out, "{", 1);
	for (guint32 i = 0; i < object->n; i++) {
		const JsonMember *member = &object->members[i];
		char *p = room(out, member->size * (gsize)6 + 4), *const begin = p;

		if (i > 0)
			*p++ = ',';
		if (member->owned) {
			p = put_quoted(p, member->key, member->size);
		} else { /* a name of ours */
			*p++ = '"';
			memcpy(p, member->key, member->size);
			p += member->size;
			*p++ = '"';
		}
		*p++ = ':';
		out->used += (gsize)(p - begin);
		put_value(out, member->value);
	}
	put(out, "}", 1);
}

static void
put_array(Out *out, const JsonArray *array)
{
	put(out, "[", 1);
	for (guint32 i = 0; i < array->n; i++) {
		if (i > 0)
			put(out, ",", 1);
		put_value(out, array->values[i]);
	}
	put(out, "]", 1);
}

static void
put_value(Out *out, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT: put_object(out, (const JsonObject *)value); break;
	case JSON_ARRAY: put_array(out, (const JsonArray *)value); break;
	case JSON_STRING: put_string(out, json_string_value(value), json_string_length(value)); break;
	case JSON_WRITTEN: put(out, ((const JsonString *)value)->text, ((const JsonString *)value)->size); break;
	case JSON_INTEGER: put_integer(out, json_integer_value(value)); break;
	case JSON_REAL: put_real(out, json_real_value(value)); break;
	case JSON_TRUE: put(out, "true", 4); break;
	case JSON_FALSE: put(out, "false", 5); break;
	case JSON_NULL: put(out, "null", 4); break;
	}
}

char *
json_write(const json_t *value, gsize *ret_size)
{
	static __thread gsize last = 512; /* answers of one thread are often alike */
	Out out = { .size = CLAMP(last, 512, 64 * 1024) };

	out.text = g_malloc(out.size);
	put_value(&out, value);
	*room(&out, 1) = '\0';
	last = out.used + out.used / 8;
	if (ret_size != NULL)
		*ret_size = out.used;
	return out.text;
}
