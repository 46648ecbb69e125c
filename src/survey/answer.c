/* answer.c - see answer.h. */
#include "survey/answer.h"
#include "base/clock.h"
#include "store/events.h"
#include "answer.sql.h"
#include <string.h>

#define CHANGE_MS (SURVEY_CHANGE_MINUTES * MS_PER_MINUTE)

AnswerDoor
answer_door(const Asked *asked, gint64 now_ms)
{
	if (strcmp(asked->state, "answered") == 0)
		return now_ms < asked->answered_at + CHANGE_MS ? ANSWER_CHANGE : ANSWER_GIVEN;
	return strcmp(asked->state, "sent") == 0 && now_ms < asked->ends_at ? ANSWER_OPEN : ANSWER_OVER;
}

void
answer_result_clear(AnswerResult *result)
{
	g_clear_pointer(&result->kind, g_free);
}

static gboolean
is_given(const char *text)
{
	return text != NULL && text[strspn(text, " \t\r\n")] != '\0';
}

static gboolean
read_score(const SurveyQuestion *question, const char *text, gint64 *ret_score)
{
	gint64 low, high;
	guint64 score;

	survey_question_range(question, &low, &high);
	if (!g_ascii_string_to_unsigned(text, 10, (guint64)low, (guint64)high, &score, NULL))
		return FALSE;
	*ret_score = (gint64)score;
	return TRUE;
}

static void
check_one(const SurveyQuestion *question, const char *text, const char *field, GError **faults)
{
	gint64 score, low, high;

	if (!is_given(text)) {
		if (question->required)
			err_add_field(faults, field, "Please answer this one.");
		return;
	}
	survey_question_range(question, &low, &high);
	if (strcmp(question->kind, "text") == 0) {
		if (!g_utf8_validate(text, -1, NULL) || strlen(text) > ANSWER_WORDS_MAX)
			err_add_field(faults, field, "At most %d characters.", ANSWER_WORDS_MAX);
	} else if (!read_score(question, text, &score)) {
		err_add_field(faults, field, "A number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".", low, high);
	}
}

gboolean
answer_check(const Survey *survey, const Answers *answers, GError **error)
{
	g_autoptr(GError) faults = NULL;

	for (guint i = 0; i < SURVEY_QUESTIONS_MAX; i++) {
		char field[8];

		g_snprintf(field, sizeof field, "/q%u", i + 1);
		if (i < survey->questions->len)
			check_one(survey->questions->pdata[i], answers->texts[i], field, &faults);
		else if (is_given(answers->texts[i]))
			err_add_field(&faults, field, "There is no such question.");
	}
	if (answers->why != NULL && (!g_utf8_validate(answers->why, -1, NULL) || strlen(answers->why) > ANSWER_WORDS_MAX))
		err_add_field(&faults, "/why", "At most %d characters.", ANSWER_WORDS_MAX);
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static gboolean
open_door(Db *db, const Asked *asked, gint64 now_ms, gboolean *ret_first, GError **error)
{
	gint64 changed = 0;

	if (!db_exec(db, &SQL_ANSWER_FIRST, DB_ARGS(DB_INT(asked->id), DB_INT(now_ms)), &changed, error))
		return FALSE;
	*ret_first = changed > 0;
	if (changed == 0 && !db_exec(db, &SQL_ANSWER_AGAIN, DB_ARGS(DB_INT(asked->id), DB_INT(now_ms - CHANGE_MS)), &changed, error))
		return FALSE;
	if (changed > 0)
		return TRUE;
	g_set_error_literal(error, ERR, ERR_CONFLICT, "this was answered already, or asked too long ago");
	return FALSE;
}

/* One question's answer in the table, and what it says to the bar. */
static gboolean
put_one(Db *db, const Asked *asked, const SurveyQuestion *question, const char *text, const char *why, AnswerResult *result, GError **error)
{
	gboolean is_text = strcmp(question->kind, "text") == 0, is_scored = !is_text && is_given(text);
	gint64 score = 0;

	if (!is_given(text) && !is_given(why))
		return TRUE;
	if (is_scored)
		(void)read_score(question, text, &score); /* answer_check saw that it can be read */
	if (is_scored && survey_question_has_score(question)) {
		if (question->bar >= 0 && score <= question->bar && result->kind == NULL) {
			result->kind = g_strdup(question->kind);
			result->score = score;
		}
		result->is_good = TRUE;
	}
	return db_exec(db, &SQL_ANSWER_INSERT,
	               DB_ARGS(DB_INT(asked->id), DB_INT(question->id), DB_INT(asked->case_id), DB_TEXT(question->kind), is_scored ? DB_INT(score) : DB_NULL,
	                       is_text ? DB_TEXT(text) : is_given(why) ? DB_TEXT(why) : DB_NULL),
	               NULL, error);
}

static gboolean
put_event(Db *db, const Asked *asked, const Survey *survey, const Answers *answers, gboolean is_first, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_object();
	const SurveyQuestion *lead = survey_lead_question(survey);
	gint64 score = 0;

	json_put_text(facts, "survey", survey->name);
	for (guint i = 0; i < survey->questions->len; i++)
		if (survey->questions->pdata[i] == lead && is_given(answers->texts[i]) && read_score(lead, answers->texts[i], &score)) {
			json_put_text(facts, "kind", lead->kind);
			json_put_int(facts, "score", score);
		}
	json_put_bool(facts, "changed", !is_first);
	return event_add(db, &(Event){ .kind = "survey.answered", .case_id = asked->case_id, .subject_id = asked->id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

gboolean
answer_put_in(Db *db, const Asked *asked, const Survey *survey, const Answers *answers, const Actor *actor, gint64 now_ms, AnswerResult *ret_result, GError **error)
{
	const SurveyQuestion *lead = survey_lead_question(survey);
	g_auto(AnswerResult) result = { NULL };

	if (!answer_check(survey, answers, error) || !open_door(db, asked, now_ms, &result.is_first, error) ||
	    !db_exec(db, &SQL_ANSWER_CLEAR, DB_ARGS(DB_INT(asked->id)), NULL, error))
		return FALSE;
	for (guint i = 0; i < survey->questions->len; i++) {
		const SurveyQuestion *question = survey->questions->pdata[i];

		if (!put_one(db, asked, question, answers->texts[i], question == lead ? answers->why : NULL, &result, error))
			return FALSE;
	}
	if (!put_event(db, asked, survey, answers, result.is_first, actor, now_ms, error))
		return FALSE;
	result.is_good = result.is_good && result.kind == NULL;
	*ret_result = result;
	result.kind = NULL;
	return TRUE;
}

json_t *
answer_list(Db *db, gint64 asked_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) list = json_array();
	g_autoptr(DbRows) rows = db_query(db, &SQL_ANSWER_LIST, DB_ARGS(DB_INT(asked_id)), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		json_t *one = json_object();

		json_put_int(one, "place", db_rows_int(rows, "place"));
		json_put(one, "score", db_rows_is_null(rows, "score") ? json_null() : json_integer(db_rows_int(rows, "score")));
		json_put_text(one, "words", db_rows_text(rows, "words"));
		json_array_append_new(list, one);
	}
	if (local == NULL)
		return g_steal_pointer(&list);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}
