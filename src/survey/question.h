/* question.h - what survey_change.c needs of questions. Private to survey/. */
#pragma once
#include "survey/survey.h"
G_BEGIN_DECLS

/* csat, nps or ces with its usual bar: CSAT 2, NPS 6, CES 3. */
gboolean question_insert_standard(Db *db, gint64 survey_id, const char *kind, GError **error);

G_END_DECLS
