/* survey.h - what we ask customers afterwards: a survey, its questions, and when it is asked. Of whom it was asked: survey/asked.h; what
 * they said: survey/answer.h; a low score: survey/recovery.h; "is it still right?": survey/follow_up.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

extern const char *const survey_events[];         /* case.resolved case.closed message.sent remedy.done */
extern const char *const survey_question_kinds[]; /* csat nps ces scale choice text */
extern const char *const survey_standards[];      /* csat nps ces own: what a new one begins with */

enum {
	SURVEY_QUESTIONS_MAX = 8, SURVEY_OPTIONS_MAX = 12, SURVEY_NAME_MAX = 100, SURVEY_WORDS_MAX = 1000,
	SURVEY_PAUSE_DAYS = 30,     /* at most one per customer in so many, over all surveys */
	SURVEY_CHANGE_MINUTES = 60, /* so long an answer may still be changed */
};

typedef struct {
	gint64 id, place, points, bar; /* bar -1: no score of it opens a recovery */
	char *kind;
	gboolean required;
	json_t *words; /* {"en": {ask, low, high, options[]}}: its own; survey/words.h */
} SurveyQuestion;
/* Pure: lowest and highest score; 0, 0 for text. */
void survey_question_range(const SurveyQuestion *question, gint64 *ret_low, gint64 *ret_high);
gboolean survey_question_has_score(const SurveyQuestion *question); /* csat, nps, ces, scale */

typedef struct {
	gint64 id, category_id, team_id, severity, delay_minutes, sample_pct, valid_days, recovery_hours, created_at, removed_at, version; /* severity -1: any */
	char *ref, *name, *event, *kind, *channel; /* kind, channel NULL: any */
	char *category, *category_ref, *team_name, *team_ref;
	json_t *words; /* {"en": {lead, thanks}} */
	gboolean is_active;
	GPtrArray *questions; /* of SurveyQuestion, by place; NULL in lists */
} Survey;
void survey_free(Survey *survey);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Survey, survey_free)
/* The first question with a score: what a mail shows, and a click in it answers. NULL: none. */
const SurveyQuestion *survey_lead_question(const Survey *survey);
/* {ref, name, event, kind, channel, category{ref,path}|null, team{ref,name}|null, severity (word)|null, delay_minutes, sample_pct, valid_days,
 * recovery_hours, is_active, words{}, langs[], questions[{place, kind, required, points, bar|null, words{}}], created_at, removed_at, version} */
json_t *survey_to_json(const Survey *survey);

Survey *survey_get(Db *db, gint64 id, GError **error);          /* ERR_NOT_FOUND; removed ones too */
Survey *survey_by_ref(Db *db, const char *ref, GError **error); /* the ref as typed */
GPtrArray *survey_list(Db *db, GError **error);                 /* by name, without removed ones */

typedef struct {
	guint given;
	const char *name, *event, *kind, *channel, *category, *team, *lang, *lead, *thanks; /* "" clears a condition */
	gint64 severity, delay_minutes, sample_pct, valid_days, recovery_hours;             /* severity -1: any */
	gboolean is_active, removed;
} SurveyChange;
enum {
	SURVEY_NAME = 1 << 0, SURVEY_EVENT = 1 << 1, SURVEY_KIND = 1 << 2, SURVEY_CHANNEL = 1 << 3, SURVEY_CATEGORY = 1 << 4, SURVEY_TEAM = 1 << 5,
	SURVEY_SEVERITY = 1 << 6, SURVEY_DELAY = 1 << 7, SURVEY_SAMPLE = 1 << 8, SURVEY_VALID = 1 << 9, SURVEY_RECOVERY = 1 << 10,
	SURVEY_ACTIVE = 1 << 11, SURVEY_REMOVED = 1 << 12, SURVEY_LEAD = 1 << 13, SURVEY_THANKS = 1 << 14,
};
/* Needs admin.write; in the caller's transaction, with event survey.added, survey.changed {fields}. ERR_INVALID with every field at fault;
 * ERR_CONFLICT when the name is taken or @version stale (0: any). @standard: a word of survey_standards; its question comes with it. */
Survey *survey_add_in(Db *db, const SurveyChange *make, const char *standard, const Actor *actor, gint64 now_ms, GError **error);
Survey *survey_change_in(Db *db, gint64 id, gint64 version, const SurveyChange *change, const Actor *actor, gint64 now_ms, GError **error);

typedef struct {
	const char *kind;            /* only when it is added */
	const char *lang;            /* of the words below; NULL: en */
	const char *ask, *low, *high; /* ask "": the words in this language go */
	const GPtrArray *options;    /* choice: at least two, in every language as many; NULL: not given */
	gint64 points, bar;          /* bar -1: none */
	gboolean required, has_words, has_bar, has_required;
} QuestionChange;
gboolean survey_question_add_in(Db *db, gint64 survey_id, const QuestionChange *make, const Actor *actor, gint64 now_ms, GError **error);
gboolean survey_question_change_in(Db *db, gint64 survey_id, gint64 place, const QuestionChange *change, const Actor *actor, gint64 now_ms, GError **error);
/* What was answered stays. */
gboolean survey_question_remove_in(Db *db, gint64 survey_id, gint64 place, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
