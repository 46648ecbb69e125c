/* surveys.c - see surveys.h. What customers answered: desk/satisfaction.c; low scores: desk/recoveries.c. */
#include "desk/surveys.h"
#include "base/ids.h"
#include "cases/case.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "desk/people.h"
#include "desk/survey_delay.h"
#include "org/settings.h"
#include "survey/page.h"
#include "survey/survey.h"
#include "survey/words.h"
#include <string.h>

/* As the API has it, and its delay as people say it. */
static json_t *
shown(const Survey *survey)
{
	g_autofree char *delay = survey_delay_write(survey->delay_minutes);
	json_t *value = survey_to_json(survey);

	json_put_text(value, "delay", delay);
	return value;
}

static json_t *
surveys_get(Call *call, GError **error)
{
	g_autoptr(GPtrArray) surveys = survey_list(call->db, error);
	json_t *value, *list;

	if (surveys == NULL)
		return NULL;
	value = json_object();
	json_put(value, "surveys", list = json_array());
	for (guint i = 0; i < surveys->len; i++)
		json_array_append_new(list, shown(surveys->pdata[i]));
	return value;
}

/* Each question with its words in the language that is being edited, and what they are where there are none. */
static void
put_edited(json_t *value, const Survey *survey, const char *lang)
{
	const json_t *own = json_object_get(survey->words, lang);
	json_t *questions = json_object_get(value, "questions"), *channels = json_array(), *one;
	size_t i;

	json_put(value, "channels", channels);
	for (guint k = 0; case_channels[k] != NULL; k++) {
		one = json_object();
		json_put_text(one, "word", case_channels[k]);
		json_put_bool(one, "chosen", g_strcmp0(case_channels[k], survey->channel) == 0);
		json_array_append_new(channels, one);
	}
	json_put_text(value, "lang", lang);
	json_put_text(value, "lead", own != NULL ? json_text(own, "lead", NULL) : NULL);
	json_put_text(value, "thanks", own != NULL ? json_text(own, "thanks", NULL) : NULL);
	json_put_text(value, "our_lead", survey_say(SAY_LEAD, lang));
	json_put_text(value, "our_thanks", survey_say(SAY_THANKS, lang));
	json_array_foreach(questions, i, one) {
		const SurveyQuestion *question = survey->questions->pdata[i];
		const json_t *mine = json_object_get(question->words, lang);
		g_autoptr(GString) lines = g_string_new(NULL);

		json_put(one, "shown", survey_question_words(question->kind, question->words, lang));
		json_put_text(one, "ask", mine != NULL ? json_text(mine, "ask", NULL) : NULL);
		json_put_text(one, "low_words", mine != NULL ? json_text(mine, "low", NULL) : NULL);
		json_put_text(one, "high_words", mine != NULL ? json_text(mine, "high", NULL) : NULL);
		for (size_t k = 0; k < json_array_size(json_object_get(mine, "options")); k++)
			g_string_append_printf(lines, "%s%s", k > 0 ? ", " : "", json_string_value(json_array_get(json_object_get(mine, "options"), k)));
		json_put_text(one, "options_text", lines->str);
	}
}

static json_t *
survey_value(Call *call, const Survey *survey)
{
	json_t *value = shown(survey);
	const char *lang = call_query(call, "lang");

	put_edited(value, survey, lang != NULL && survey_lang_is_tag(lang) ? lang : "en");
	call_etag_version(call, survey->version);
	return value;
}

static json_t *
survey_get_one(Call *call, GError **error)
{
	g_autoptr(Survey) survey = survey_by_ref(call->db, call_param(call, "ref"), error);

	return survey != NULL ? survey_value(call, survey) : NULL;
}

static gboolean
survey_panels(Call *call, json_t *value, GError **error)
{
	return desk_panel_chrome(call, value, error) && desk_panel_people(call, value, error) && desk_panel_trees(call, value, error);
}

/* GET /surveys/{ref}/preview?lang=: the customer's page, with nothing to send. */
static json_t *
preview_get(Call *call, GError **error)
{
	g_autoptr(Survey) survey = survey_by_ref(call->db, call_param(call, "ref"), error);
	const char *lang = call_query(call, "lang");
	json_t *value;

	if (survey == NULL)
		return NULL;
	value = survey_page(survey, &(SurveyPageAsk){ .lang = lang != NULL && survey_lang_is_tag(lang) ? lang : call->actor->lang });
	json_put_text(value, "state", "open");
	json_put_bool(value, "preview", TRUE);
	json_put_text(value, "survey_ref", survey->ref);
	json_put_text(value, "key", NULL);
	json_put_text(value, "ref", NULL);
	json_put_text(value, "stop", NULL);
	json_put_bool(value, "is_change", FALSE);
	g_strlcpy(call->lang, lang != NULL && survey_lang_is_tag(lang) ? lang : "", sizeof call->lang);
	return value;
}

static gboolean
preview_panels(Call *call, json_t *value, GError **error)
{
	json_t *house = settings_house(desk_app(call)->settings, call->db, error);

	if (house == NULL)
		return FALSE;
	json_put(value, "house", house);
	return TRUE;
}

/* ---- changing */

typedef struct {
	DraftGiven given;
	char *name, *category, *team, *lang, *lead, *thanks, *delay;
	const char *event, *kind, *channel, *severity, *standard;
	gint64 delay_minutes, sample_pct, valid_days, recovery_hours;
	gboolean is_active, removed;
} SurveyDraft;
enum { S_NAME, S_EVENT, S_KIND, S_CHANNEL, S_CATEGORY, S_TEAM, S_SEVERITY, S_DELAY, S_SAMPLE, S_VALID, S_RECOVERY, S_ACTIVE, S_REMOVED, S_LEAD, S_THANKS, S_LANG, S_DELAY_WORDS, S_STANDARD };
#define FIELDS(needs_name) \
	[S_NAME] = { "name", DRAFT_TEXT, offsetof(SurveyDraft, name), .required = needs_name, .max = SURVEY_NAME_MAX }, \
	[S_EVENT] = { "event", DRAFT_WORD, offsetof(SurveyDraft, event), .words = survey_events, .about = "what brings it up" }, \
	[S_KIND] = { "kind", DRAFT_WORD, offsetof(SurveyDraft, kind), .words = case_kinds, .keep_empty = TRUE, .about = "only cases of this kind" }, \
	[S_CHANNEL] = { "channel", DRAFT_WORD, offsetof(SurveyDraft, channel), .words = case_channels, .keep_empty = TRUE, .about = "only cases that came this way" }, \
	[S_CATEGORY] = { "category", DRAFT_TEXT, offsetof(SurveyDraft, category), .max = 1200, .keep_empty = TRUE, .about = "only cases of this category and below; ref or path" }, \
	[S_TEAM] = { "team", DRAFT_TEXT, offsetof(SurveyDraft, team), .max = 20, .keep_empty = TRUE, .about = "only this team's; its ref" }, \
	[S_SEVERITY] = { "severity", DRAFT_WORD, offsetof(SurveyDraft, severity), .words = case_severities, .keep_empty = TRUE, .about = "only from this severity up" }, \
	[S_DELAY] = { "delay_minutes", DRAFT_INT, offsetof(SurveyDraft, delay_minutes), .max = 90 * 24 * 60, .about = "after the event" }, \
	[S_SAMPLE] = { "sample_pct", DRAFT_INT, offsetof(SurveyDraft, sample_pct), .min = 1, .max = 100, .about = "of a hundred cases so many are asked; the same ones each time" }, \
	[S_VALID] = { "valid_days", DRAFT_INT, offsetof(SurveyDraft, valid_days), .min = 1, .max = 365, .about = "so long it can be answered" }, \
	[S_RECOVERY] = { "recovery_hours", DRAFT_INT, offsetof(SurveyDraft, recovery_hours), .min = 1, .max = 24 * 90, .about = "the clock of a recovery that a low score opens" }, \
	[S_ACTIVE] = { "is_active", DRAFT_BOOL, offsetof(SurveyDraft, is_active), .about = "it is asked" }, \
	[S_REMOVED] = { "removed", DRAFT_BOOL, offsetof(SurveyDraft, removed), .about = "used no more; what was answered stays" }, \
	[S_LEAD] = { "lead", DRAFT_TEXT, offsetof(SurveyDraft, lead), .max = SURVEY_WORDS_MAX, .keep_empty = TRUE, .about = "what mail and page begin with, in this language" }, \
	[S_THANKS] = { "thanks", DRAFT_TEXT, offsetof(SurveyDraft, thanks), .max = SURVEY_WORDS_MAX, .keep_empty = TRUE, .about = "what follows an answer, in this language" }, \
	[S_LANG] = { "lang", DRAFT_TEXT, offsetof(SurveyDraft, lang), .max = 5, .about = "the language of the words; en when left out" }, \
	[S_DELAY_WORDS] = { "delay", DRAFT_TEXT, offsetof(SurveyDraft, delay), .max = 40, .about = "the same in words, and before it: \"3 days\", \"2 hours\", \"0\"" }
static const DraftField new_survey_fields[] = {
	FIELDS(TRUE),
	[S_STANDARD] = { "standard", DRAFT_WORD, offsetof(SurveyDraft, standard), .words = survey_standards, .about = "the question it begins with" },
	{ NULL },
};
static const DraftField survey_fields[] = { FIELDS(FALSE), { NULL } };
#undef FIELDS
static const DraftSpec new_survey_draft = { "NewSurvey", sizeof(SurveyDraft), new_survey_fields };
static const DraftSpec survey_draft = { "SurveyChange", sizeof(SurveyDraft), survey_fields };

/* The draft's places are the change's bits, down to thanks. */
static gboolean
change_of(const SurveyDraft *draft, SurveyChange *ret_change, GError **error)
{
	guint severity = 0;
	SurveyChange change = {
		.given = (guint)(draft->given & ((SURVEY_THANKS << 1) - 1)), .name = draft->name, .event = draft->event, .kind = draft->kind, .channel = draft->channel, .category = draft->category,
		.team = draft->team, .lang = draft->lang, .lead = draft->lead, .thanks = draft->thanks, .delay_minutes = draft->delay_minutes, .sample_pct = draft->sample_pct,
		.valid_days = draft->valid_days, .recovery_hours = draft->recovery_hours, .is_active = draft->is_active, .removed = draft->removed, .severity = -1,
	};

	if (draft->severity != NULL && case_word_is(case_severities, draft->severity, &severity))
		change.severity = severity;
	if (draft->delay != NULL) {
		if (!survey_delay_read(draft->delay, &change.delay_minutes, error))
			return FALSE;
		change.given |= SURVEY_DELAY;
	}
	*ret_change = change;
	return TRUE;
}

static json_t *
survey_post(Call *call, GError **error)
{
	const SurveyDraft *draft = call->draft;
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(Survey) survey = NULL;
	SurveyChange make;

	if (!change_of(draft, &make, error) || (tx = db_begin(call->db, error)) == NULL ||
	    (survey = survey_add_in(call->db, &make, draft->standard, call->actor, call->now_ms, error)) == NULL || !db_tx_commit(tx, error))
		return NULL;
	call_created(call, "/surveys/%s", survey->ref);
	return survey_value(call, survey);
}

static json_t *
survey_patch(Call *call, GError **error)
{
	const SurveyDraft *draft = call->draft;
	g_autoptr(Survey) before = survey_by_ref(call->db, call_param(call, "ref"), error), survey = NULL;
	g_autoptr(DbTx) tx = NULL;
	SurveyChange change;
	gint64 version;

	if (before == NULL || !change_of(draft, &change, error) || !desk_if_match(call, &version, error) || (tx = db_begin(call->db, error)) == NULL ||
	    (survey = survey_change_in(call->db, before->id, version, &change, call->actor, call->now_ms, error)) == NULL || !db_tx_commit(tx, error))
		return NULL;
	if (survey->removed_at != 0)
		call_redirect(call, "/surveys");
	else
		call_redirect(call, "/surveys/%s?lang=%s", survey->ref, draft->lang != NULL ? draft->lang : "en");
	return survey_value(call, survey);
}

/* ---- questions */

typedef struct {
	DraftGiven given;
	const char *kind;
	char *lang, *ask, *low, *high, *bar;
	GPtrArray *options;
	gint64 points;
	gboolean required;
} QuestionDraft;
enum { Q_LANG, Q_ASK, Q_LOW, Q_HIGH, Q_OPTIONS, Q_BAR, Q_REQUIRED, Q_KIND, Q_POINTS };
#define FIELDS \
	[Q_LANG] = { "lang", DRAFT_TEXT, offsetof(QuestionDraft, lang), .max = 5, .about = "the language of the words; en when left out" }, \
	[Q_ASK] = { "ask", DRAFT_TEXT, offsetof(QuestionDraft, ask), .max = SURVEY_WORDS_MAX, .keep_empty = TRUE, .about = "the question; empty takes the words in this language away" }, \
	[Q_LOW] = { "low", DRAFT_TEXT, offsetof(QuestionDraft, low), .max = 200, .keep_empty = TRUE, .about = "what the lowest point means" }, \
	[Q_HIGH] = { "high", DRAFT_TEXT, offsetof(QuestionDraft, high), .max = 200, .keep_empty = TRUE, .about = "what the highest point means" }, \
	[Q_OPTIONS] = { "options", DRAFT_LIST, offsetof(QuestionDraft, options), .max = SURVEY_OPTIONS_MAX, .about = "what there is to choose from" }, \
	[Q_BAR] = { "bar", DRAFT_TEXT, offsetof(QuestionDraft, bar), .max = 3, .keep_empty = TRUE, .about = "a score at or under it opens a recovery; empty: none does" }, \
	[Q_REQUIRED] = { "required", DRAFT_BOOL, offsetof(QuestionDraft, required) }
static const DraftField new_question_fields[] = {
	FIELDS,
	[Q_KIND] = { "kind", DRAFT_WORD, offsetof(QuestionDraft, kind), .required = TRUE, .words = survey_question_kinds },
	[Q_POINTS] = { "points", DRAFT_INT, offsetof(QuestionDraft, points), .max = 11, .about = "of a scale of one's own: 1 to so many" },
	{ NULL },
};
static const DraftField question_fields[] = { FIELDS, { NULL } };
#undef FIELDS
static const DraftSpec new_question_draft = { "NewQuestion", sizeof(QuestionDraft), new_question_fields };
static const DraftSpec question_draft = { "QuestionChange", sizeof(QuestionDraft), question_fields };

static gboolean
question_of(const QuestionDraft *draft, QuestionChange *ret_change, GError **error)
{
	guint64 bar = 0;

	*ret_change = (QuestionChange){
		.kind = draft->kind, .lang = draft->lang, .ask = draft->ask, .low = draft->low, .high = draft->high, .options = draft->options, .points = draft->points, .bar = -1,
		.required = draft->required, .has_required = DRAFT_GIVEN(draft, Q_REQUIRED), .has_words = DRAFT_GIVEN(draft, Q_ASK), .has_bar = DRAFT_GIVEN(draft, Q_BAR),
	};
	if (draft->bar == NULL || draft->bar[0] == '\0')
		return TRUE;
	if (!g_ascii_string_to_unsigned(draft->bar, 10, 0, 10, &bar, NULL)) {
		err_add_field(error, "/bar", "A score of this question under its best one, or none.");
		return FALSE;
	}
	ret_change->bar = (gint64)bar;
	return TRUE;
}

static json_t *
answer_with(Call *call, gint64 survey_id, const char *lang, GError **error)
{
	g_autoptr(Survey) survey = survey_get(call->db, survey_id, error);

	if (survey == NULL)
		return NULL;
	call_redirect(call, "/surveys/%s?lang=%s", survey->ref, lang != NULL ? lang : "en");
	return survey_value(call, survey);
}

static json_t *
question_post(Call *call, GError **error)
{
	const QuestionDraft *draft = call->draft;
	g_autoptr(Survey) survey = survey_by_ref(call->db, call_param(call, "ref"), error);
	g_autoptr(DbTx) tx = NULL;
	QuestionChange make;

	if (survey == NULL || !question_of(draft, &make, error) || (tx = db_begin(call->db, error)) == NULL ||
	    !survey_question_add_in(call->db, survey->id, &make, call->actor, call->now_ms, error) || !db_tx_commit(tx, error))
		return NULL;
	return answer_with(call, survey->id, draft->lang, error);
}

static gint64
place_of(const Call *call)
{
	guint64 place = 0;

	return g_ascii_string_to_unsigned(call_param(call, "place"), 10, 1, 100000, &place, NULL) ? (gint64)place : 0;
}

static json_t *
question_patch(Call *call, GError **error)
{
	const QuestionDraft *draft = call->draft;
	g_autoptr(Survey) survey = survey_by_ref(call->db, call_param(call, "ref"), error);
	g_autoptr(DbTx) tx = NULL;
	QuestionChange change;

	if (survey == NULL || !question_of(draft, &change, error) || (tx = db_begin(call->db, error)) == NULL ||
	    !survey_question_change_in(call->db, survey->id, place_of(call), &change, call->actor, call->now_ms, error) || !db_tx_commit(tx, error))
		return NULL;
	return answer_with(call, survey->id, draft->lang, error);
}

static json_t *
question_delete(Call *call, GError **error)
{
	g_autoptr(Survey) survey = survey_by_ref(call->db, call_param(call, "ref"), error);
	g_autoptr(DbTx) tx = NULL;

	if (survey == NULL || (tx = db_begin(call->db, error)) == NULL || !survey_question_remove_in(call->db, survey->id, place_of(call), call->actor, call->now_ms, error) ||
	    !db_tx_commit(tx, error))
		return NULL;
	return answer_with(call, survey->id, NULL, error);
}

const Route desk_survey_routes[] = {
	{ "GET", "/surveys", "admin.write", ROUTE_READ, .handler = surveys_get, .page = "surveys.html", .panels = survey_panels, .about = "what customers are asked afterwards" },
	{ "POST", "/surveys", "admin.write", ROUTE_WRITE, 64 * 1024, survey_post, .page = "surveys.html", .draft = &new_survey_draft, .panels = survey_panels, .about = "a new one; it is asked once it is switched on" },
	{ "GET", "/surveys/{ref}", "admin.write", ROUTE_READ, .handler = survey_get_one, .page = "survey_edit.html", .panels = survey_panels, .about = "a survey with its questions; ?lang= for the words to edit" },
	{ "PATCH", "/surveys/{ref}", "admin.write", ROUTE_WRITE, 64 * 1024, survey_patch, .page = "survey_edit.html", .draft = &survey_draft, .panels = survey_panels, .about = "change it, switch it on or off" },
	{ "GET", "/surveys/{ref}/preview", "admin.write", ROUTE_READ, .handler = preview_get, .page = "survey.html", .panels = preview_panels, .about = "as a customer sees it" },
	{ "POST", "/surveys/{ref}/questions", "admin.write", ROUTE_WRITE, 64 * 1024, question_post, .page = "survey_edit.html", .draft = &new_question_draft, .panels = survey_panels, .about = "one more question" },
	{ "PATCH", "/surveys/{ref}/questions/{place}", "admin.write", ROUTE_WRITE, 64 * 1024, question_patch, .page = "survey_edit.html", .draft = &question_draft, .panels = survey_panels, .about = "its words in one language, its bar, whether it must be answered" },
	{ "DELETE", "/surveys/{ref}/questions/{place}", "admin.write", ROUTE_WRITE, 4096, question_delete, .page = "survey_edit.html", .panels = survey_panels, .about = "ask it no more; what was answered stays" },
	{ NULL },
};
