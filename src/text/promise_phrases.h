/* promise_phrases.h - phrases that promise, hedge or condition, as a table of patterns; for promise_verbs.c and
 * promise_conditions.c only. */
#pragma once
#include "text/promise_impl.h"
G_BEGIN_DECLS

/* Whose clause it must be: bits, tried against the words in front of it. */
enum {
	WHO_WE = 1,	/* I, we */
	WHO_YOU = 2,
	WHO_THING = 4,	/* anything else that is named */
	WHO_NONE = 8,	/* nothing stands in front: the clause begins here */
	WHO_FIRST = 16, /* as WHO_NONE, and the sentence begins here */
	WHO_THIS = 32,	/* a thing of this customer's: your refund, this */
	WHO_GOODS = 64,	/* a thing that customers wait for is named: the parcel, the reply */
	WHO_ANY = 15,
};

typedef enum {
	PHRASE_VERB,	  /* promises, in the form told */
	PHRASE_HEDGES,	  /* takes back what its clause promises */
	PHRASE_CONDITION, /* what hangs on it is promised only if the customer does something first */
	PHRASE_STRAYS,	  /* looks like a condition or a hedge, and is none: "if need be" */
} PhraseKind;

typedef struct {
	PhraseKind kind;
	guint8 who;
	VerbForm form;
	guint8 certainty;
	const char *pattern;
} Phrase;

typedef struct {
	const Phrase *phrase;
	guint verb; /* the token its "=" stands at, or the first */
	guint end;  /* behind its last */
} PhraseHit;

/* Whether any phrase begins with this word at all. */
gboolean phrase_begins(const Token *token);
/* The first phrase of @kind, for one of @who, that begins at @at in tokens[..to); FALSE when none does. */
gboolean phrase_at(const Token *tokens, guint at, guint to, PhraseKind kind, guint who, PhraseHit *ret_hit);

G_END_DECLS
