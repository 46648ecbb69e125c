/* template_escape.c - text made safe for HTML. Every value of every page comes through here, and nearly all of it needs
 * nothing done: so what needs nothing is found 16 bytes at a time. */
#include "text/template_impl.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifdef __SSE2__
/* A bit for each of the sixteen bytes that needs escaping. */
static inline guint
special_in(__m128i block)
{
	__m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('&')), _mm_cmpeq_epi8(block, _mm_set1_epi8('<'))),
		_mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('>')), _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\'')))));

	return (guint)_mm_movemask_epi8(hit);
}

static inline __m128i
block_at(const char *text)
{
	return _mm_loadu_si128((const __m128i *)(const void *)text);
}

/* The first and the last eight bytes, which overlap. */
static inline __m128i
ends_of(const char *text, gsize size)
{
	return _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *)(const void *)text), _mm_loadl_epi64((const __m128i *)(const void *)(text + size - 8)));
}
#endif

/* How many bytes from @text on need no escaping. */
static inline gsize
plain_span(const char *text, gsize size)
{
	static const guint8 special[256] = { ['&'] = 1, ['<'] = 1, ['>'] = 1, ['"'] = 1, ['\''] = 1 };
	gsize i = 0;

#ifdef __SSE2__
	for (; i + 16 <= size; i += 16) {
		const guint mask = special_in(block_at(text + i));

		if (mask != 0)
			return i + (gsize)__builtin_ctz(mask);
	}
	if (size - i >= 8 ? special_in(ends_of(text + i, size - i)) == 0 : size >= 16 && special_in(block_at(text + size - 16)) == 0)
		return size;
#endif
	while (i < size && !special[(guchar)text[i]])
		i++;
	return i;
}

void
template_escape(GString *out, const char *text, gsize size)
{
	while (size > 0) {
		gsize plain = plain_span(text, size);

		template_put(out, text, plain);
		if (plain == size)
			return;
		switch (text[plain]) {
		case '&': template_put(out, "&amp;", 5); break;
		case '<': template_put(out, "&lt;", 4); break;
		case '>': template_put(out, "&gt;", 4); break;
		case '"': template_put(out, "&quot;", 6); break;
		default: template_put(out, "&#39;", 5); break;
		}
		text += plain + 1;
		size -= plain + 1;
	}
}

void
template_escape_from(GString *out, gsize from)
{
	gsize plain = plain_span(out->str + from, out->len - from);
	g_autofree char *rest = NULL;
	gsize size;

	from += plain;
	size = out->len - from;
	if (size == 0)
		return;
	rest = g_memdup2(out->str + from, size);
	g_string_truncate(out, from);
	template_escape(out, rest, size);
}
