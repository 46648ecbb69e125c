/* words.h - the words of surveys in the customer's language: those we ship for the three standards, a survey's own over them, and what
 * to fall back to. Pure. */
#pragma once
#include "base/json.h"
G_BEGIN_DECLS

extern const char *const survey_shipped_langs[]; /* en, de, NULL */

/* "de-AT" is read as "de" where there is no "de-AT". TRUE for a tag such as "en", "de", "pt-BR". */
gboolean survey_lang_is_tag(const char *lang);

/* The words of @words {"en": {...}, "de": {...}} in @lang, else in its language without a country, else English, else the first there
 * is; NULL when there are none. Borrowed from @words. */
const json_t *survey_words_pick(const json_t *words, const char *lang);

/* {ask, low, high, options[]} of one question, for a customer of @lang: its own words, else ours for csat, nps, ces. (transfer full) */
json_t *survey_question_words(const char *kind, const json_t *own, const char *lang);

/* Our own sentences around them. */
typedef enum {
	SAY_SUBJECT,      /* of the mail */
	SAY_LEAD,         /* what the mail and the page begin with, where the survey has no own */
	SAY_THANKS,
	SAY_CHOOSE,       /* above the scale in a mail */
	SAY_OPEN,         /* the link to the page */
	SAY_ONCE,         /* how often we ask */
	SAY_STOP,         /* the link to say no more */
	SAY_UNTIL,        /* until when it can be answered; %s the day */
	SAY_STILL_SUBJECT,
	SAY_STILL,        /* the question of following up; %s the case's subject */
	SAY_STILL_YES,
	SAY_STILL_NO,
	SAY_STILL_WHY,    /* what happens then */
	SAY_NOT_RIGHT,    /* a "no" without words, as a message */
	SAY_N
} SurveySay;
const char *survey_say(SurveySay what, const char *lang);
/* A survey's own sentence (@key: lead, thanks) where it has one in this very language, else ours where we speak it, else its English one, else
 * ours: never two languages on one page. Borrowed. */
const char *survey_own_or_say(const json_t *words, const char *lang, const char *key, SurveySay otherwise);

G_END_DECLS
