/* promise_words.h - the promises in what an agent writes: "I'll call you back tomorrow before noon" is one, "please call us
 * by Friday" is not. Pure; English, with its words in promise_lexicon.c. Times alone, as typed into a field: when_words.h.
 * What becomes of a promise: promise/promise.h. */
#pragma once
#include "text/when_words.h"
G_BEGIN_DECLS

/* More of a text is not read; more promises than this in one text are not told. */
#define PROMISE_WORDS_MAX_BYTES 65536
#define PROMISE_WORDS_MAX 40

typedef struct {
	gsize start, end; /* bytes of the text: from what is promised to its time, to be underlined */
	char *what;	  /* in a few words: "call you back" */
	When when;	  /* when_is_open() tells that it must be asked */
	int certainty;	  /* 0 to 100: "will" is more than "should" */
} PromiseWords;
void promise_words_free(PromiseWords *words);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PromiseWords, promise_words_free)

/* Of PromiseWords, in the order of the text. A promise without a time is none; neither are conditions, the customer's own
 * acts, the past, questions, refusals, hedges, rules of the house, absences and quotations: the list with which this is held
 * is tests/words/promises/. @text: UTF-8; linear time. (transfer full) */
GPtrArray *promise_words_read(const char *text, gsize size, const WhenNow *now);

G_END_DECLS
