/* Any bytes as a mail's text: the spans are the whole text, in order, neighbours differ, and reading one kind out of them
 * survives. */
#include "text/quotes.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = g_memdup2(data, size); /* no NUL behind it: reading too far is found */
	g_autoptr(GArray) spans = quotes_split(text, size);
	gsize at = 0;

	for (guint i = 0; i < spans->len; i++) {
		const QuoteSpan *span = &g_array_index(spans, QuoteSpan, i);

		g_assert_cmpuint(span->start, ==, at);
		g_assert_cmpuint(span->end, >, span->start);
		g_assert_true(i == 0 || span->kind != span[-1].kind);
		at = span->end;
	}
	g_assert_cmpuint(at, ==, size);
	for (QuoteSpanKind kind = SPAN_REPLY; kind <= SPAN_SIGNATURE; kind++)
		g_free(quotes_text(text, spans, kind));
	return 0;
}
