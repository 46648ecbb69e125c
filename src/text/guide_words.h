/* guide_words.h - what an agent's words do, read from the words themselves: do they apologise, ask, sum up, offer? English and German;
 * for the six steps of a good conversation (cases/guide.h). Promises in words are another matter: text/promise_words.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef enum {
	SIGN_APOLOGY,   /* "I am sorry that", "Es tut mir leid" */
	SIGN_EMPATHY,   /* "I understand how", "Ich kann gut nachvollziehen" */
	SIGN_QUESTION,  /* a question that wants to know more; not "anything else?" */
	SIGN_SUMMARY,   /* "If I understand you right" */
	SIGN_OPTIONS,   /* "You can choose", "Wir bieten Ihnen" */
	SIGN_FOLLOW_UP, /* "Is everything all right now" */
	N_SIGNS,
} GuideSign;

/* Only so many bytes from its beginning are looked at. */
enum { GUIDE_WORDS_MAX = 8192 };

/* For each sign the words that gave it, as we keep them (static, short), or NULL. What is denied ("I am not sorry", "you'll be sorry", "wir
 * können Ihnen nicht anbieten") is no sign, nor is what is quoted below ("> ..."). */
void guide_words_find(const char *text, const char *ret_words[N_SIGNS]);

G_END_DECLS
