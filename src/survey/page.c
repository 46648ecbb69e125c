/* page.c - see page.h. */
#include "survey/page.h"
#include "survey/words.h"
#include <string.h>

/* What stands in the field of the question at @at: what was just sent, else the click, else what was answered. (transfer full), or NULL */
static char *
value_of(const SurveyQuestion *question, guint at, gboolean is_lead, const SurveyPageAsk *ask)
{
	const json_t *one;
	size_t i;

	if (ask->form != NULL)
		return g_strdup(ask->form->texts[at]);
	if (is_lead && ask->score != NULL)
		return g_strdup(ask->score);
	json_array_foreach(ask->answered, i, one) {
		if (json_int(one, "place", 0) != question->place)
			continue;
		if (strcmp(question->kind, "text") == 0)
			return g_strdup(json_text(one, "words", NULL));
		return json_is_null(json_object_get(one, "score")) ? NULL : g_strdup_printf("%" G_GINT64_FORMAT, json_int(one, "score", 0));
	}
	return NULL;
}

static json_t *
points_of(const SurveyQuestion *question, const char *value)
{
	json_t *list = json_array();
	gint64 low, high;

	survey_question_range(question, &low, &high);
	for (gint64 i = low; survey_question_has_score(question) && i <= high; i++) {
		g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, i);
		json_t *one = json_object();

		json_put_text(one, "value", text);
		json_put_bool(one, "chosen", g_strcmp0(text, value) == 0);
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
options_of(const json_t *words, const char *value)
{
	json_t *list = json_array(), *text;
	size_t i;

	json_array_foreach(json_object_get(words, "options"), i, text) {
		g_autofree char *number = g_strdup_printf("%zu", i + 1);
		json_t *one = json_object();

		json_put_text(one, "value", number);
		json_put_text(one, "text", json_string_value(text));
		json_put_bool(one, "chosen", g_strcmp0(number, value) == 0);
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
question_of(const Survey *survey, guint at, const SurveyPageAsk *ask, gboolean *has_chosen)
{
	const SurveyQuestion *question = survey->questions->pdata[at];
	gboolean is_lead = question == survey_lead_question(survey);
	g_autoptr(json_t) words = survey_question_words(question->kind, question->words, ask->lang);
	g_autofree char *value = value_of(question, at, is_lead, ask);
	json_t *one = json_object();

	json_put(one, "name", json_sprintf("q%u", at + 1));
	json_put_text(one, "kind", question->kind);
	json_put_bool(one, "required", question->required);
	json_put_bool(one, "is_lead", is_lead);
	json_put_bool(one, "is_first", at == 0);
	json_put_text(one, "ask", json_text(words, "ask", ""));
	json_put_text(one, "low", json_text(words, "low", ""));
	json_put_text(one, "high", json_text(words, "high", ""));
	json_put_text(one, "words", strcmp(question->kind, "text") == 0 ? value : NULL);
	json_put(one, "points", points_of(question, value));
	json_put_int(one, "n_points", (gint64)json_array_size(json_object_get(one, "points")));
	json_put(one, "options", options_of(words, value));
	*has_chosen |= is_lead && value != NULL && value[0] != '\0';
	return one;
}

/* Languages in which somebody has written words, and ours. */
static json_t *
langs_of(const Survey *survey)
{
	json_t *list = json_array(), *value;
	const char *lang;

	for (guint i = 0; survey_shipped_langs[i] != NULL; i++)
		json_array_append_new(list, json_string(survey_shipped_langs[i]));
	for (guint i = 0; i < survey->questions->len; i++)
		json_object_foreach(((SurveyQuestion *)survey->questions->pdata[i])->words, lang, value) {
			gboolean there = FALSE;

			for (size_t k = 0; k < json_array_size(list); k++)
				there |= g_str_equal(json_string_value(json_array_get(list, k)), lang);
			if (!there)
				json_array_append_new(list, json_string(lang));
		}
	return list;
}

static const char *
why_of(const Survey *survey, const SurveyPageAsk *ask)
{
	const SurveyQuestion *lead = survey_lead_question(survey);
	const json_t *one;
	size_t i;

	if (ask->form != NULL)
		return ask->form->why;
	json_array_foreach(ask->answered, i, one)
		if (lead != NULL && json_int(one, "place", 0) == lead->place)
			return json_text(one, "words", NULL);
	return NULL;
}

json_t *
survey_page(const Survey *survey, const SurveyPageAsk *ask)
{
	json_t *value = json_object(), *questions = json_array();
	gboolean has_chosen = FALSE;

	json_put_text(value, "lang", ask->lang);
	json_put(value, "langs", langs_of(survey));
	json_put_text(value, "lead", survey_own_or_say(survey->words, ask->lang, "lead", SAY_LEAD));
	json_put_text(value, "thanks", survey_own_or_say(survey->words, ask->lang, "thanks", SAY_THANKS));
	json_put_int(value, "version", survey->version);
	json_put_int(value, "n", survey->questions->len);
	for (guint i = 0; i < survey->questions->len; i++)
		json_array_append_new(questions, question_of(survey, i, ask, &has_chosen));
	json_put(value, "questions", questions);
	json_put_bool(value, "has_lead", survey_lead_question(survey) != NULL);
	json_put_text(value, "why", why_of(survey, ask));
	json_put_bool(value, "has_chosen", has_chosen);
	return value;
}
