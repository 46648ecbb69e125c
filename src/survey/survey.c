/* survey.c - reading surveys. Changing them: survey/survey_change.c, survey/question.c; their words: survey/words.c. */
#include "survey/survey.h"
#include "base/ids.h"
#include "cases/case.h"
#include "survey.sql.h"
#include <string.h>

const char *const survey_events[] = { "case.resolved", "case.closed", "message.sent", "remedy.done", NULL };
const char *const survey_question_kinds[] = { "csat", "nps", "ces", "scale", "choice", "text", NULL };
const char *const survey_standards[] = { "csat", "nps", "ces", "own", NULL };

static void
question_free(gpointer data)
{
	SurveyQuestion *question = data;

	g_free(question->kind);
	json_decref(question->words);
	g_free(question);
}

void
survey_free(Survey *survey)
{
	if (survey == NULL)
		return;
	g_free(survey->ref);
	g_free(survey->name);
	g_free(survey->event);
	g_free(survey->kind);
	g_free(survey->channel);
	g_free(survey->category);
	g_free(survey->category_ref);
	g_free(survey->team_name);
	g_free(survey->team_ref);
	json_decref(survey->words);
	g_clear_pointer(&survey->questions, g_ptr_array_unref);
	g_free(survey);
}

void
survey_question_range(const SurveyQuestion *question, gint64 *ret_low, gint64 *ret_high)
{
	gboolean nps = strcmp(question->kind, "nps") == 0, text = strcmp(question->kind, "text") == 0;

	*ret_low = nps || text ? 0 : 1;
	*ret_high = text ? 0 : nps ? 10 : strcmp(question->kind, "csat") == 0 ? 5 : strcmp(question->kind, "ces") == 0 ? 7 : question->points;
}

gboolean
survey_question_has_score(const SurveyQuestion *question)
{
	return strcmp(question->kind, "choice") != 0 && strcmp(question->kind, "text") != 0;
}

const SurveyQuestion *
survey_lead_question(const Survey *survey)
{
	for (guint i = 0; survey->questions != NULL && i < survey->questions->len; i++)
		if (survey_question_has_score(survey->questions->pdata[i]))
			return survey->questions->pdata[i];
	return NULL;
}

static json_t *
words_of(const char *text)
{
	json_t *words = text != NULL ? json_loads(text, 0, NULL) : NULL;

	return words != NULL ? words : json_object();
}

static Survey *
read_survey(DbRows *rows)
{
	Survey *survey = g_new0(Survey, 1);

	survey->id = db_rows_int(rows, "id");
	survey->ref = g_strdup(db_rows_text(rows, "ref"));
	survey->name = g_strdup(db_rows_text(rows, "name"));
	survey->event = g_strdup(db_rows_text(rows, "event"));
	survey->kind = g_strdup(db_rows_text(rows, "kind"));
	survey->channel = g_strdup(db_rows_text(rows, "channel"));
	survey->category_id = db_rows_int(rows, "category_id");
	survey->category = g_strdup(db_rows_text(rows, "category"));
	survey->category_ref = g_strdup(db_rows_text(rows, "category_ref"));
	survey->team_id = db_rows_int(rows, "team_id");
	survey->team_name = g_strdup(db_rows_text(rows, "team_name"));
	survey->team_ref = g_strdup(db_rows_text(rows, "team_ref"));
	survey->severity = db_rows_is_null(rows, "severity") ? -1 : db_rows_int(rows, "severity");
	survey->delay_minutes = db_rows_int(rows, "delay_minutes");
	survey->sample_pct = db_rows_int(rows, "sample_pct");
	survey->valid_days = db_rows_int(rows, "valid_days");
	survey->recovery_hours = db_rows_int(rows, "recovery_hours");
	survey->words = words_of(db_rows_text(rows, "words"));
	survey->is_active = db_rows_int(rows, "is_active") != 0;
	survey->created_at = db_rows_int(rows, "created_at");
	survey->removed_at = db_rows_int(rows, "removed_at");
	survey->version = db_rows_int(rows, "version");
	return survey;
}

static gboolean
read_questions(Db *db, Survey *survey, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_SURVEY_QUESTIONS, DB_ARGS(DB_INT(survey->id)), error);

	if (rows == NULL)
		return FALSE;
	survey->questions = g_ptr_array_new_with_free_func(question_free);
	while (db_rows_next(rows, &local)) {
		SurveyQuestion *question = g_new0(SurveyQuestion, 1);

		question->id = db_rows_int(rows, "id");
		question->place = db_rows_int(rows, "place");
		question->kind = g_strdup(db_rows_text(rows, "kind"));
		question->required = db_rows_int(rows, "required") != 0;
		question->points = db_rows_int(rows, "points");
		question->bar = db_rows_is_null(rows, "bar") ? -1 : db_rows_int(rows, "bar");
		question->words = words_of(db_rows_text(rows, "words"));
		g_ptr_array_add(survey->questions, question);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static Survey *
read_one(Db *db, DbRows *taken, GError **error)
{
	g_autoptr(DbRows) rows = taken;
	g_autoptr(GError) local = NULL;
	g_autoptr(Survey) survey = NULL;

	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no such survey");
		return NULL;
	}
	survey = read_survey(rows);
	return read_questions(db, survey, error) ? g_steal_pointer(&survey) : NULL;
}

Survey *
survey_get(Db *db, gint64 id, GError **error)
{
	return read_one(db, db_query(db, &SQL_SURVEY_BY_ID, DB_ARGS(DB_INT(id)), error), error);
}

Survey *
survey_by_ref(Db *db, const char *ref, GError **error)
{
	char written[REF_SIZE] = "";

	ref_read(ref, written);
	return read_one(db, db_query(db, &SQL_SURVEY_BY_REF, DB_ARGS(DB_TEXT(written)), error), error);
}

GPtrArray *
survey_list(Db *db, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)survey_free);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_SURVEY_LIST, DB_NO_ARGS, error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		g_ptr_array_add(list, read_survey(rows));
	if (local == NULL)
		return g_steal_pointer(&list);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

static json_t *
question_to_json(const SurveyQuestion *question)
{
	json_t *one = json_object();
	gint64 low, high;

	survey_question_range(question, &low, &high);
	json_put_int(one, "place", question->place);
	json_put_text(one, "kind", question->kind);
	json_put_bool(one, "required", question->required);
	json_put_int(one, "points", question->points);
	json_put_int(one, "low", low);
	json_put_int(one, "high", high);
	if (question->bar >= 0)
		json_put_int(one, "bar", question->bar);
	else
		json_put(one, "bar", json_null());
	json_put(one, "words", json_incref(question->words));
	return one;
}

json_t *
survey_to_json(const Survey *survey)
{
	json_t *value = json_object(), *questions = json_array();

	json_put_text(value, "ref", survey->ref);
	json_put_text(value, "name", survey->name);
	json_put_text(value, "event", survey->event);
	json_put_text(value, "kind", survey->kind);
	json_put_text(value, "channel", survey->channel);
	json_put(value, "category", json_pair(survey->category_ref, "path", survey->category));
	json_put(value, "team", json_pair(survey->team_ref, "name", survey->team_name));
	json_put_text(value, "severity", survey->severity >= 0 && survey->severity < 4 ? case_severities[survey->severity] : NULL);
	json_put_int(value, "delay_minutes", survey->delay_minutes);
	json_put_int(value, "sample_pct", survey->sample_pct);
	json_put_int(value, "valid_days", survey->valid_days);
	json_put_int(value, "recovery_hours", survey->recovery_hours);
	json_put_bool(value, "is_active", survey->is_active);
	json_put(value, "words", json_incref(survey->words));
	for (guint i = 0; survey->questions != NULL && i < survey->questions->len; i++)
		json_array_append_new(questions, question_to_json(survey->questions->pdata[i]));
	json_put(value, "questions", questions);
	json_put_time(value, "created_at", survey->created_at);
	json_put_time(value, "removed_at", survey->removed_at);
	json_put_int(value, "version", survey->version);
	return value;
}
