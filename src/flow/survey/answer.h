/* answer.h - when a customer answers a survey: it is kept; a low score opens a recovery, a good one may turn an earlier one around;
 * words they want an answer to become a message on the case. */
#pragma once
#include "survey/answer.h"
G_BEGIN_DECLS

typedef struct {
	Answers answers;
	gboolean wants_answer; /* what they wrote is a message to us: an ended case opens again for it */
} SurveyAnswer;
/* In the caller's transaction; ERR_INVALID, ERR_CONFLICT as answer_put_in. */
gboolean survey_answer_in(Db *db, const Asked *asked, const SurveyAnswer *said, gint64 now_ms, GError **error);

/* The customer behind a private link, as the actor of what follows. */
Actor survey_customer(gint64 case_id);

G_END_DECLS
