/* promise_impl.h - the verbs of a sentence and its conditions, for promise_*.c only. */
#pragma once
#include "text/promise_tokens.h"
G_BEGIN_DECLS

typedef enum {
	VERB_STOPS,   /* takes the times behind it, and promises nothing */
	VERB_DOES,    /* we will call */
	VERB_GIVES,   /* you will have */
	VERB_HAPPENS, /* the parcel will arrive */
	VERB_SET,     /* is booked for */
	VERB_WAITS,   /* leave it with me until */
	VERB_IS,      /* the money is on your card by */
	VERB_DATE,    /* a delivery date of */
	VERB_BARE,    /* no verb at all: next update by */
} VerbForm;

typedef struct {
	guint at;      /* will */
	guint verb;    /* call */
	guint subject; /* where its clause begins */
	VerbForm form;
	int certainty;
	gboolean hedged; /* will try */
	gboolean past;	 /* sent, you have sent */
	gboolean aside;	 /* said by the way, as "what you have sent": what comes by a day is no part of it */
} Verb;

/* Of Verb, of the sentence tokens[from..to). */
/* @listed: on the way in, whether this may be an item of a list behind "we will:"; on the way out, whether the next may. */
GArray *verbs_read(const Token *tokens, guint from, guint to, gboolean *listed);
/* What @listed would be behind this sentence, whose verbs nobody asks for. */
gboolean verbs_go_on(const Token *tokens, guint from, guint to, gboolean listed);
/* Marks in @ret_conditional (a byte a token) what holds only if the customer, or chance, does something first. */
void conditions_read(const Token *tokens, guint from, guint to, guint8 *ret_conditional);

G_END_DECLS
