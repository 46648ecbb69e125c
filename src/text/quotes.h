/* quotes.h - what is new in a reply, what it quotes, and its signature: told apart, so that the page can fold the rest.
 * Nothing is deleted: the spans together are the whole text, in order. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef enum { SPAN_REPLY, SPAN_QUOTED, SPAN_SIGNATURE } QuoteSpanKind;
typedef struct {
	QuoteSpanKind kind;
	gsize start, end; /* bytes of the text */
} QuoteSpan;

/* Of QuoteSpan, in order, without gaps; neighbours differ in kind. Attribution lines ("On ... wrote:", "Am ... schrieb",
 * Outlook's header blocks, "-----Original Message-----", and those of many languages and clients) belong to the quote.
 * Answers written between quoted lines are SPAN_REPLY. (transfer full). @text: UTF-8, "\n" lines; linear time. */
GArray *quotes_split(const char *text, gsize size);
/* The spans of one kind joined, blank lines at both ends removed. (transfer full) */
char *quotes_text(const char *text, const GArray *spans, QuoteSpanKind kind);

G_END_DECLS
