/* survey_change.c - making and changing surveys. Their questions: survey/question.c. */
#include "survey/survey.h"
#include "base/fold.h"
#include "cases/case.h"
#include "cases/words.h"
#include "org/team.h"
#include "store/events.h"
#include "store/refs.h"
#include "survey/question.h"
#include "survey/words.h"
#include "survey.sql.h"
#include <string.h>

enum { DELAY_MAX = 90 * 24 * 60, VALID_MAX = 365, RECOVERY_MAX = 24 * 90 };

static gboolean
given(const SurveyChange *change, guint bit)
{
	return (change->given & bit) != 0;
}

static void
set_text(char **where, const char *text)
{
	g_free(*where);
	*where = text != NULL && text[0] != '\0' ? g_strdup(text) : NULL;
}

static void
check_number(gint64 n, gint64 low, gint64 high, const char *field, GError **faults)
{
	if (n < low || n > high)
		err_add_field(faults, field, "A number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".", low, high);
}

static void
check_word(const char *const *words, const char *word, const char *field, GError **faults)
{
	if (word == NULL || !g_strv_contains(words, word))
		err_add_field(faults, field, "There is no such word.");
}

/* Everything on @it as it would be. */
static gboolean
check(const Survey *it, const SurveyChange *change, GError **error)
{
	g_autoptr(GError) faults = NULL;
	g_autofree char *name = it->name != NULL ? line_read(it->name, SURVEY_NAME_MAX) : NULL;

	if (name == NULL)
		err_add_field(&faults, "/name", "A name of at most %d bytes.", SURVEY_NAME_MAX);
	check_word(survey_events, it->event, "/event", &faults);
	if (it->kind != NULL)
		check_word(case_kinds, it->kind, "/kind", &faults);
	if (it->channel != NULL)
		check_word(case_channels, it->channel, "/channel", &faults);
	if (it->severity < -1 || it->severity > 3)
		err_add_field(&faults, "/severity", "There is no such severity.");
	check_number(it->delay_minutes, 0, DELAY_MAX, "/delay_minutes", &faults);
	check_number(it->sample_pct, 1, 100, "/sample_pct", &faults);
	check_number(it->valid_days, 1, VALID_MAX, "/valid_days", &faults);
	check_number(it->recovery_hours, 1, RECOVERY_MAX, "/recovery_hours", &faults);
	if (change->lang != NULL && !survey_lang_is_tag(change->lang))
		err_add_field(&faults, "/lang", "A language is written as en or pt-BR.");
	if ((change->lead != NULL && strlen(change->lead) > SURVEY_WORDS_MAX) || (change->thanks != NULL && strlen(change->thanks) > SURVEY_WORDS_MAX))
		err_add_field(&faults, "/lead", "At most %d bytes.", SURVEY_WORDS_MAX);
	if (it->is_active && (it->questions == NULL || it->questions->len == 0))
		err_add_field(&faults, "/is_active", "It needs a question first.");
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static gboolean
apply_places(Db *db, Survey *it, const SurveyChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	if (given(change, SURVEY_CATEGORY))
		it->category_id = 0;
	if (given(change, SURVEY_CATEGORY) && change->category != NULL && change->category[0] != '\0' &&
	    !tree_resolve(db, TREE_CATEGORY, change->category, FALSE, "/category", actor, now_ms, &it->category_id, error))
		return FALSE;
	if (given(change, SURVEY_TEAM))
		it->team_id = 0;
	if (given(change, SURVEY_TEAM) && change->team != NULL && change->team[0] != '\0') {
		g_autoptr(GError) why = NULL;
		g_autoptr(Team) team = team_by_ref(db, change->team, &why);

		if (team == NULL && g_error_matches(why, ERR, ERR_NOT_FOUND)) {
			err_add_field(error, "/team", "There is no such team.");
			return FALSE;
		}
		if (team == NULL) {
			g_propagate_error(error, g_steal_pointer(&why));
			return FALSE;
		}
		it->team_id = team->id;
	}
	return TRUE;
}

static void
apply_words(Survey *it, const SurveyChange *change)
{
	const char *lang = change->lang != NULL ? change->lang : "en";
	json_t *own = json_object_get(it->words, lang);

	if (!given(change, SURVEY_LEAD | SURVEY_THANKS))
		return;
	if (own == NULL)
		json_object_set_new(it->words, lang, own = json_object());
	if (given(change, SURVEY_LEAD))
		json_put_text(own, "lead", change->lead != NULL ? change->lead : "");
	if (given(change, SURVEY_THANKS))
		json_put_text(own, "thanks", change->thanks != NULL ? change->thanks : "");
	if (json_text(own, "lead", "")[0] == '\0' && json_text(own, "thanks", "")[0] == '\0')
		json_object_del(it->words, lang);
}

static void
apply(Survey *it, const SurveyChange *change, gint64 now_ms)
{
	if (given(change, SURVEY_NAME))
		set_text(&it->name, change->name);
	if (given(change, SURVEY_EVENT))
		set_text(&it->event, change->event);
	if (given(change, SURVEY_KIND))
		set_text(&it->kind, change->kind);
	if (given(change, SURVEY_CHANNEL))
		set_text(&it->channel, change->channel);
	if (given(change, SURVEY_SEVERITY))
		it->severity = change->severity;
	if (given(change, SURVEY_DELAY))
		it->delay_minutes = change->delay_minutes;
	if (given(change, SURVEY_SAMPLE))
		it->sample_pct = change->sample_pct;
	if (given(change, SURVEY_VALID))
		it->valid_days = change->valid_days;
	if (given(change, SURVEY_RECOVERY))
		it->recovery_hours = change->recovery_hours;
	if (given(change, SURVEY_ACTIVE))
		it->is_active = change->is_active;
	if (given(change, SURVEY_REMOVED))
		it->removed_at = change->removed ? now_ms : 0;
	if (it->removed_at != 0)
		it->is_active = FALSE;
	apply_words(it, change);
}

static json_t *
fields_of(const SurveyChange *change)
{
	static const char *const names[] = { "name", "event", "kind", "channel", "category", "team", "severity", "delay_minutes", "sample_pct", "valid_days", "recovery_hours",
		"is_active", "removed", "lead", "thanks" };
	json_t *list = json_array();

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if ((change->given >> i) & 1)
			json_array_append_new(list, json_string(names[i]));
	return list;
}

static gboolean
say(Db *db, const char *kind, const Survey *it, json_t *fields, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_object();

	json_put_text(facts, "name", it->name);
	json_put(facts, "fields", fields);
	return event_add(db, &(Event){ .kind = kind, .subject_id = it->id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

/* The name as it is compared; NULL with ERR_CONFLICT where another one has it. One that is gone gives its name free. (transfer full) */
static char *
free_name(Db *db, const Survey *it, GError **error)
{
	g_autofree char *key = name_fold(it->name);
	gint64 n = 0;

	if (it->removed_at != 0)
		return g_strdup_printf("%s\n%s", it->name, it->ref);
	if (key == NULL || key[0] == '\0') {
		g_free(key);
		key = g_strdup(it->name);
	}
	if (!db_query_int(db, &SQL_SURVEY_NAME_TAKEN, DB_ARGS(DB_TEXT(key), DB_INT(it->id)), &n, NULL, error))
		return NULL;
	if (n == 0)
		return g_steal_pointer(&key);
	g_set_error(error, ERR, ERR_CONFLICT, "another survey is named %s", it->name);
	return NULL;
}

static DbArg
severity_arg(const Survey *it)
{
	return it->severity < 0 ? DB_NULL : DB_INT(it->severity);
}

Survey *
survey_add_in(Db *db, const SurveyChange *make, const char *standard, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Survey) it = g_new0(Survey, 1);
	g_autofree char *key = NULL, *words = NULL;
	char ref[REF_SIZE];
	gint64 id = 0;

	it->severity = -1;
	it->event = g_strdup("case.resolved");
	it->delay_minutes = 24 * 60;
	it->sample_pct = 100;
	it->valid_days = 14;
	it->recovery_hours = 24;
	it->words = json_object();
	apply(it, make, now_ms);
	it->is_active = FALSE; /* somebody looks at it first */
	if (!actor_must(actor, "admin.write", error) || !check(it, make, error) || !apply_places(db, it, make, actor, now_ms, error) || (key = free_name(db, it, error)) == NULL)
		return NULL;
	if (standard != NULL && !g_strv_contains(survey_standards, standard)) {
		err_add_field(error, "/standard", "There is no such word.");
		return NULL;
	}
	words = json_write(it->words, NULL);
	if (!ref_insert(db, &SQL_SURVEY_INSERT, ref,
	                  DB_ARGS(DB_TEXT(ref), DB_TEXT(it->name), DB_TEXT(key), DB_TEXT(it->event), DB_TEXT(it->kind), DB_TEXT(it->channel), DB_INT_OR_NULL(it->category_id),
	                          DB_INT_OR_NULL(it->team_id), severity_arg(it), DB_INT(it->delay_minutes), DB_INT(it->sample_pct), DB_INT(it->valid_days), DB_INT(it->recovery_hours),
	                          DB_TEXT(words), DB_INT(now_ms)),
	                  &id, NULL, error))
		return NULL;
	it->id = id;
	if (standard != NULL && strcmp(standard, "own") != 0 && !question_insert_standard(db, id, standard, error))
		return NULL;
	return say(db, "survey.added", it, json_array(), actor, now_ms, error) ? survey_get(db, id, error) : NULL;
}

Survey *
survey_change_in(Db *db, gint64 id, gint64 version, const SurveyChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Survey) it = survey_get(db, id, error);
	g_autofree char *key = NULL, *words = NULL;
	gint64 changed = 0;

	if (it == NULL || !actor_must(actor, "admin.write", error))
		return NULL;
	apply(it, change, now_ms);
	if (!check(it, change, error) || !apply_places(db, it, change, actor, now_ms, error) || (key = free_name(db, it, error)) == NULL)
		return NULL;
	words = json_write(it->words, NULL);
	if (!db_exec(db, &SQL_SURVEY_UPDATE,
	             DB_ARGS(DB_INT(id), DB_INT(version != 0 ? version : it->version), DB_TEXT(it->name), DB_TEXT(key), DB_TEXT(it->event), DB_TEXT(it->kind), DB_TEXT(it->channel),
	                     DB_INT_OR_NULL(it->category_id), DB_INT_OR_NULL(it->team_id), severity_arg(it), DB_INT(it->delay_minutes), DB_INT(it->sample_pct), DB_INT(it->valid_days),
	                     DB_INT(it->recovery_hours), DB_TEXT(words), DB_BOOL(it->is_active), DB_INT_OR_NULL(it->removed_at)),
	             &changed, error))
		return NULL;
	if (changed == 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "somebody changed the survey %s meanwhile: look at it again", it->name);
		return NULL;
	}
	return say(db, "survey.changed", it, fields_of(change), actor, now_ms, error) ? survey_get(db, id, error) : NULL;
}
