/* promise_what.h - what is promised, in a few words of the text, for promise_words.c only. */
#pragma once
#include "text/promise_impl.h"
#include "text/when_impl.h"
G_BEGIN_DECLS

typedef struct {
	const char *text;
	const Token *tokens;
	guint from, to; /* its sentence */
} PromiseText;

/* "call you back": the act of @verb from the token @from on, without "will" and the @time. Where that says nothing by itself ("arrive", "them"), the clause that it stands in, or the whole sentence, as far as
 * it is not too long, with "…" for a time in its middle: "Your new router is on its way and will arrive". @end: behind what is promised. (transfer full) */
char *promise_what(const PromiseText *of, const Verb *verb, guint from, guint end, const WhenParts *time);
/* The end of the clause that begins with @from: a mark. */
guint promise_clause_end(const PromiseText *of, guint from, guint limit);

G_END_DECLS
