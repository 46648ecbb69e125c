/* question.c - a survey's questions: adding, changing, taking away. What was answered to one that is gone stays readable. */
#include "survey/question.h"
#include "store/events.h"
#include "survey/words.h"
#include "survey.sql.h"
#include <string.h>

enum { POINTS_MIN = 2, POINTS_MAX = 11 };

static gint64
usual_bar(const char *kind)
{
	return strcmp(kind, "csat") == 0 ? 2 : strcmp(kind, "nps") == 0 ? 6 : strcmp(kind, "ces") == 0 ? 3 : -1;
}

static gboolean
insert(Db *db, gint64 survey_id, const SurveyQuestion *it, GError **error)
{
	g_autofree char *words = json_write(it->words, NULL);
	gint64 last = 0;

	return db_query_int(db, &SQL_SURVEY_QUESTION_LAST, DB_ARGS(DB_INT(survey_id)), &last, NULL, error) &&
	       db_exec(db, &SQL_SURVEY_QUESTION_INSERT,
	               DB_ARGS(DB_INT(survey_id), DB_INT(last + 1), DB_TEXT(it->kind), DB_BOOL(it->required), DB_INT(it->points), it->bar < 0 ? DB_NULL : DB_INT(it->bar), DB_TEXT(words)),
	               NULL, error);
}

gboolean
question_insert_standard(Db *db, gint64 survey_id, const char *kind, GError **error)
{
	g_autoptr(json_t) words = json_object();
	const SurveyQuestion it = { .kind = (char *)kind, .required = TRUE, .bar = usual_bar(kind), .words = words };

	return insert(db, survey_id, &it, error);
}

static gboolean
is_standard(const char *kind)
{
	return strcmp(kind, "csat") == 0 || strcmp(kind, "nps") == 0 || strcmp(kind, "ces") == 0;
}

static void
check_options(const SurveyQuestion *it, const QuestionChange *change, GError **faults)
{
	const GPtrArray *options = change->options;
	guint n = options != NULL ? options->len : 0;

	if (strcmp(it->kind, "choice") != 0)
		return;
	if (n < 2 || n > SURVEY_OPTIONS_MAX)
		err_add_field(faults, "/options", "Two to %d things to choose from.", SURVEY_OPTIONS_MAX);
	else if (it->points != 0 && it->points != n)
		err_add_field(faults, "/options", "In every language as many as in the first: %" G_GINT64_FORMAT ". For others, add a question.", it->points);
}

static void
check_words(const SurveyQuestion *it, const QuestionChange *change, GError **faults)
{
	const char *const texts[] = { change->ask, change->low, change->high };

	if (change->lang != NULL && !survey_lang_is_tag(change->lang))
		err_add_field(faults, "/lang", "A language is written as en or pt-BR.");
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		if (texts[i] != NULL && strlen(texts[i]) > SURVEY_WORDS_MAX)
			err_add_field(faults, "/ask", "At most %d bytes.", SURVEY_WORDS_MAX);
	if (change->ask != NULL && change->ask[0] != '\0')
		check_options(it, change, faults);
}

static void
check_bar(const SurveyQuestion *it, GError **faults)
{
	gint64 low, high;

	survey_question_range(it, &low, &high);
	if (it->bar >= 0 && (!survey_question_has_score(it) || it->bar < low || it->bar >= high))
		err_add_field(faults, "/bar", "A score of this question under its best one, or none.");
}

/* The words in the change's language, put in or (with an empty question) taken out. */
static void
apply_words(SurveyQuestion *it, const QuestionChange *change)
{
	const char *lang = change->lang != NULL ? change->lang : "en";
	json_t *own, *options;

	if (change->ask == NULL || change->ask[0] == '\0') {
		json_object_del(it->words, lang);
		return;
	}
	own = json_object();
	json_put_text(own, "ask", change->ask);
	json_put_text(own, "low", change->low != NULL ? change->low : "");
	json_put_text(own, "high", change->high != NULL ? change->high : "");
	json_put(own, "options", options = json_array());
	for (guint i = 0; strcmp(it->kind, "choice") == 0 && change->options != NULL && i < change->options->len; i++)
		json_array_append_new(options, json_string(change->options->pdata[i]));
	json_object_set_new(it->words, lang, own);
	if (strcmp(it->kind, "choice") == 0)
		it->points = (gint64)json_array_size(options);
}

static gboolean
ended(GError **faults, GError **error)
{
	if (*faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(faults));
	return FALSE;
}

static gboolean
touched(Db *db, gint64 survey_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_object();
	json_t *fields = json_array();

	json_array_append_new(fields, json_string("questions"));
	json_put(facts, "fields", fields);
	return db_exec(db, &SQL_SURVEY_TOUCH, DB_ARGS(DB_INT(survey_id)), NULL, error) &&
	       event_add(db, &(Event){ .kind = "survey.changed", .subject_id = survey_id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

gboolean
survey_question_add_in(Db *db, gint64 survey_id, const QuestionChange *make, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Survey) survey = survey_get(db, survey_id, error);
	g_autoptr(json_t) words = json_object();
	g_autoptr(GError) faults = NULL;
	SurveyQuestion it = { .bar = -1, .words = words, .required = make->required };

	if (survey == NULL || !actor_must(actor, "admin.write", error))
		return FALSE;
	if (make->kind == NULL || !g_strv_contains(survey_question_kinds, make->kind)) {
		err_add_field(error, "/kind", "There is no such kind of question.");
		return FALSE;
	}
	if (survey->questions->len >= SURVEY_QUESTIONS_MAX)
		err_add_field(&faults, "/kind", "At most %d questions: people stop answering long before.", SURVEY_QUESTIONS_MAX);
	it.kind = (char *)make->kind;
	it.bar = make->has_bar ? make->bar : usual_bar(make->kind);
	it.points = strcmp(make->kind, "scale") == 0 ? (make->points != 0 ? make->points : 5) : 0;
	if (strcmp(make->kind, "scale") == 0 && (it.points < POINTS_MIN || it.points > POINTS_MAX))
		err_add_field(&faults, "/points", "A scale has %d to %d points.", POINTS_MIN, POINTS_MAX);
	if (!is_standard(make->kind) && (make->ask == NULL || make->ask[0] == '\0'))
		err_add_field(&faults, "/ask", "Write the question.");
	check_words(&it, make, &faults);
	check_bar(&it, &faults);
	if (!ended(&faults, error))
		return FALSE;
	if (make->ask != NULL && make->ask[0] != '\0')
		apply_words(&it, make);
	return insert(db, survey_id, &it, error) && touched(db, survey_id, actor, now_ms, error);
}

static SurveyQuestion *
find(const Survey *survey, gint64 place, GError **error)
{
	for (guint i = 0; i < survey->questions->len; i++)
		if (((SurveyQuestion *)survey->questions->pdata[i])->place == place)
			return survey->questions->pdata[i];
	g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no such question");
	return NULL;
}

gboolean
survey_question_change_in(Db *db, gint64 survey_id, gint64 place, const QuestionChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Survey) survey = survey_get(db, survey_id, error);
	g_autoptr(GError) faults = NULL;
	g_autofree char *words = NULL;
	SurveyQuestion *it;

	if (survey == NULL || !actor_must(actor, "admin.write", error) || (it = find(survey, place, error)) == NULL)
		return FALSE;
	if (change->has_bar)
		it->bar = change->bar;
	if (change->has_required)
		it->required = change->required;
	check_words(it, change, &faults);
	check_bar(it, &faults);
	if (change->has_words && (change->ask == NULL || change->ask[0] == '\0') && !is_standard(it->kind) && json_object_size(it->words) <= 1)
		err_add_field(&faults, "/ask", "A question of one's own needs words in one language at least.");
	if (!ended(&faults, error))
		return FALSE;
	if (change->has_words)
		apply_words(it, change);
	words = json_write(it->words, NULL);
	return db_exec(db, &SQL_SURVEY_QUESTION_UPDATE,
	               DB_ARGS(DB_INT(survey_id), DB_INT(place), DB_BOOL(it->required), DB_INT(it->points), it->bar < 0 ? DB_NULL : DB_INT(it->bar), DB_TEXT(words)), NULL, error) &&
	       touched(db, survey_id, actor, now_ms, error);
}

gboolean
survey_question_remove_in(Db *db, gint64 survey_id, gint64 place, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Survey) survey = survey_get(db, survey_id, error);

	if (survey == NULL || !actor_must(actor, "admin.write", error) || find(survey, place, error) == NULL)
		return FALSE;
	if (survey->is_active && survey->questions->len == 1) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "a survey that is asked needs a question: switch it off first");
		return FALSE;
	}
	return db_exec(db, &SQL_SURVEY_QUESTION_REMOVE, DB_ARGS(DB_INT(survey_id), DB_INT(place), DB_INT(now_ms)), NULL, error) && touched(db, survey_id, actor, now_ms, error);
}
