/* page.h - a survey as its page shows it, to a customer or to an admin who looks at it first. Pure. The page: ui/pages/survey.html. */
#pragma once
#include "survey/answer.h"
G_BEGIN_DECLS

typedef struct {
	const char *lang;
	const char *score;          /* of the lead question, chosen by a click in the mail; NULL: none */
	const Answers *form;        /* what was sent and refused; NULL: nothing */
	const json_t *answered;     /* answer_list(), to be changed; NULL: nothing yet */
} SurveyPageAsk;
/* {lang, langs[], lead, thanks, version, n, questions[{name ("q1"), kind, required, ask, low, high, is_lead, words, points[{value, chosen}], options[{value, text, chosen}]}],
 * why, has_chosen} */
json_t *survey_page(const Survey *survey, const SurveyPageAsk *ask);

G_END_DECLS
