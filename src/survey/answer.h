/* answer.h - what a customer answered to a survey. What follows from it: flow/survey/answer.h. */
#pragma once
#include "survey/asked.h"
G_BEGIN_DECLS

/* Where a private link stands today. */
typedef enum {
	ANSWER_OPEN,      /* not answered yet */
	ANSWER_CHANGE,    /* answered less than an hour ago: may be changed */
	ANSWER_GIVEN,     /* answered: thank you */
	ANSWER_OVER,      /* too late, or never sent */
} AnswerDoor;
AnswerDoor answer_door(const Asked *asked, gint64 now_ms); /* pure */

enum { ANSWER_WORDS_MAX = 4000 };

typedef struct {
	const char *texts[SURVEY_QUESTIONS_MAX]; /* as sent, in the order of the questions: a number, or words; NULL or "": none */
	const char *why;                         /* what made it so: kept with the lead question */
} Answers;
/* Pure: the faults, ERR_INVALID with "/q1" to "/q8", "/why". */
gboolean answer_check(const Survey *survey, const Answers *answers, GError **error);

typedef struct {
	char *kind;            /* of the question with the lowest place whose score is at or under its bar; NULL: none is */
	gint64 score;
	gboolean is_first;     /* not a change */
	gboolean is_good;      /* it has scores, and none is at or under a bar */
} AnswerResult;
void answer_result_clear(AnswerResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AnswerResult, answer_result_clear)
/* In the caller's transaction: the first answer or a change of it, with event survey.answered {survey, kind, score, changed}. ERR_CONFLICT when
 * the door is shut, also by somebody who came at the same moment. */
gboolean answer_put_in(Db *db, const Asked *asked, const Survey *survey, const Answers *answers, const Actor *actor, gint64 now_ms, AnswerResult *ret_result, GError **error);
/* [{place, score|null, words|null}]: what was answered so far, for changing it. */
json_t *answer_list(Db *db, gint64 asked_id, GError **error);

G_END_DECLS
