/* promise_sentence.h - looking at the words of one sentence, for promise_verbs.c and promise_conditions.c only. */
#pragma once
#include "text/promise_tokens.h"
#include <string.h>
G_BEGIN_DECLS

typedef struct {
	const Token *tokens;
	guint from, to;
} Sentence;

static inline gboolean
is(const Sentence *sentence, guint at, const char *word)
{
	return at >= sentence->from && at < sentence->to && strcmp(sentence->tokens[at].word, word) == 0;
}

static inline guint32
bits(const Sentence *sentence, guint at)
{
	return at >= sentence->from && at < sentence->to ? sentence->tokens[at].bits : 0;
}

static inline gboolean
is_mark(const Sentence *sentence, guint at)
{
	return at >= sentence->from && at < sentence->to && sentence->tokens[at].word[0] != '\0' &&
	       strchr(",;:-()", sentence->tokens[at].word[0]) != NULL;
}

/* A word that begins a subject: you, the, our. */
static inline gboolean
names_somebody(const Sentence *sentence, guint at)
{
	if ((bits(sentence, at) & (G_YOU | G_THEY | G_WE)) != 0)
		return TRUE;
	for (const char *const *p = (const char *const[]){ "your", "our", "my", "the", "this", "that", "there", "any", "anything", "a", "an", NULL };
		*p != NULL; p++)
		if (is(sentence, at, *p))
			return TRUE;
	return FALSE;
}

G_END_DECLS
