/* What a survey may be: its questions, its words in languages, its conditions; who may change it, and what is refused. */
#include "felt.h"
#include "survey/words.h"

static Survey *
change(Kit *kit, gint64 id, gint64 version, SurveyChange change, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	g_autoptr(Survey) survey = survey_change_in(kit->db, id, version, &change, kit->actor, kit->now_ms, error);

	return survey != NULL && db_tx_commit(tx, error) ? g_steal_pointer(&survey) : NULL;
}

static void
test_a_standard_one_brings_its_question(Kit *kit)
{
	static const struct { const char *standard; gint64 low, high, bar; } rows[] = { { "csat", 1, 5, 2 }, { "nps", 0, 10, 6 }, { "ces", 1, 7, 3 } };

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Survey) survey = survey_get(kit->db, felt_survey_of(kit, rows[i].standard, rows[i].standard, (SurveyChange){ 0 }), &error);
		const SurveyQuestion *lead = survey_lead_question(survey);
		gint64 low, high;

		survey_question_range(lead, &low, &high);
		g_assert_cmpint(low, ==, rows[i].low);
		g_assert_cmpint(high, ==, rows[i].high);
		g_assert_cmpint(lead->bar, ==, rows[i].bar);
		g_assert_true(survey->is_active);
		g_assert_cmpint(survey->sample_pct, ==, 100);
	}
}

static void
test_what_is_refused(Kit *kit)
{
	static const struct { SurveyChange make; const char *field; } rows[] = {
		{ { .given = SURVEY_NAME, .name = "" }, "/name" },
		{ { .given = SURVEY_NAME | SURVEY_EVENT, .name = "A", .event = "moon.full" }, "/event" },
		{ { .given = SURVEY_NAME | SURVEY_KIND, .name = "A", .kind = "rant" }, "/kind" },
		{ { .given = SURVEY_NAME | SURVEY_CHANNEL, .name = "A", .channel = "pigeon" }, "/channel" },
		{ { .given = SURVEY_NAME | SURVEY_SAMPLE, .name = "A", .sample_pct = 0 }, "/sample_pct" },
		{ { .given = SURVEY_NAME | SURVEY_SAMPLE, .name = "A", .sample_pct = 101 }, "/sample_pct" },
		{ { .given = SURVEY_NAME | SURVEY_DELAY, .name = "A", .delay_minutes = -1 }, "/delay_minutes" },
		{ { .given = SURVEY_NAME | SURVEY_VALID, .name = "A", .valid_days = 0 }, "/valid_days" },
		{ { .given = SURVEY_NAME | SURVEY_RECOVERY, .name = "A", .recovery_hours = 0 }, "/recovery_hours" },
		{ { .given = SURVEY_NAME | SURVEY_SEVERITY, .name = "A", .severity = 9 }, "/severity" },
		{ { .given = SURVEY_NAME | SURVEY_TEAM, .name = "A", .team = "ZZZZ-ZZZZ" }, "/team" },
		{ { .given = SURVEY_NAME | SURVEY_CATEGORY, .name = "A", .category = "No such" }, "/category" },
		{ { .given = SURVEY_NAME | SURVEY_LEAD, .name = "A", .lang = "english", .lead = "x" }, "/lang" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);
		g_autoptr(Survey) survey = survey_add_in(kit->db, &rows[i].make, "csat", kit->actor, kit->now_ms, &error);

		g_assert_null(survey);
		g_assert_error(error, ERR, ERR_INVALID);
		g_assert_true(world_at_fault(&error, rows[i].field));
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM surveys"), ==, 0);
}

static void
test_names_versions_and_rights(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 id = felt_survey(kit, "csat");
	g_autoptr(Survey) changed = change(kit, id, 0, (SurveyChange){ .given = SURVEY_DELAY, .delay_minutes = 60 }, &error), stale = NULL, twin = NULL, gone = NULL, again = NULL;
	Actor agent = world_actor(world_user(kit, "Ruth", "ruth@example.org", "agent"), "agent");
	DbTx *tx;

	g_assert_cmpint(changed->delay_minutes, ==, 60);
	stale = change(kit, id, 1, (SurveyChange){ .given = SURVEY_DELAY, .delay_minutes = 5 }, &error);
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	tx = db_begin(kit->db, &error);
	twin = survey_add_in(kit->db, &(SurveyChange){ .given = SURVEY_NAME, .name = "after it is RESOLVED" }, "nps", kit->actor, kit->now_ms, &error);
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_null(survey_change_in(kit->db, id, 0, &(SurveyChange){ .given = SURVEY_ACTIVE }, &agent, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_DENIED);
	g_clear_error(&error);
	db_tx_free(tx);
	gone = change(kit, id, 0, (SurveyChange){ .given = SURVEY_REMOVED, .removed = TRUE }, &error);
	g_assert_no_error(error);
	g_assert_false(gone->is_active);
	tx = db_begin(kit->db, &error);
	again = survey_add_in(kit->db, &(SurveyChange){ .given = SURVEY_NAME, .name = "After it is resolved" }, "nps", kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_nonnull(again);
	db_tx_free(tx);
}

static gboolean
question(Kit *kit, gint64 survey_id, QuestionChange make, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);

	return survey_question_add_in(kit->db, survey_id, &make, kit->actor, kit->now_ms, error) && db_tx_commit(tx, error);
}

static void
test_own_questions(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 id = felt_survey(kit, "csat");
	g_autoptr(GPtrArray) options = g_ptr_array_new(), fewer = g_ptr_array_new();
	g_autoptr(Survey) survey = NULL;
	g_autoptr(json_t) words = NULL;
	DbTx *tx;

	g_ptr_array_add(options, (gpointer) "by telephone");
	g_ptr_array_add(options, (gpointer) "by mail");
	g_ptr_array_add(fewer, (gpointer) "per Telefon");
	g_assert_false(question(kit, id, (QuestionChange){ .kind = "choice", .ask = "How did you reach us?", .options = fewer }, &error));
	g_assert_true(world_at_fault(&error, "/options"));
	g_clear_error(&error);
	g_assert_false(question(kit, id, (QuestionChange){ .kind = "scale", .points = 30, .ask = "How warm?" }, &error));
	g_assert_true(world_at_fault(&error, "/points"));
	g_clear_error(&error);
	g_assert_false(question(kit, id, (QuestionChange){ .kind = "text" }, &error));
	g_assert_true(world_at_fault(&error, "/ask"));
	g_clear_error(&error);
	g_assert_false(question(kit, id, (QuestionChange){ .kind = "nps", .has_bar = TRUE, .bar = 10 }, &error));
	g_assert_true(world_at_fault(&error, "/bar"));
	g_clear_error(&error);
	g_assert_true(question(kit, id, (QuestionChange){ .kind = "choice", .ask = "How did you reach us?", .options = options }, &error));
	tx = db_begin(kit->db, &error);
	g_assert_false(survey_question_change_in(kit->db, id, 2, &(QuestionChange){ .has_words = TRUE, .lang = "de", .ask = "Wie?", .options = fewer }, kit->actor, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/options"));
	g_clear_error(&error);
	g_ptr_array_add(fewer, (gpointer) "per Mail");
	g_assert_true(survey_question_change_in(kit->db, id, 2, &(QuestionChange){ .has_words = TRUE, .lang = "de", .ask = "Wie?", .options = fewer }, kit->actor, kit->now_ms, &error));
	g_assert_true(survey_question_remove_in(kit->db, id, 1, kit->actor, kit->now_ms, &error));
	g_assert_false(survey_question_remove_in(kit->db, id, 2, kit->actor, kit->now_ms, &error)); /* an active one keeps its last */
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	db_tx_commit(tx, &error);
	db_tx_free(tx);
	survey = survey_get(kit->db, id, &error);
	g_assert_cmpint(survey->questions->len, ==, 1);
	words = survey_question_words("choice", ((SurveyQuestion *)survey->questions->pdata[0])->words, "de-AT");
	g_assert_cmpstr(json_text(words, "ask", ""), ==, "Wie?");
	g_assert_cmpstr(json_string_value(json_array_get(json_object_get(words, "options"), 1)), ==, "per Mail");
}

static void
test_words_fall_back(void)
{
	static const struct { const char *kind, *own, *lang, *ask; } rows[] = {
		{ "csat", "{}", "de", "Wie zufrieden sind Sie damit, wie wir das gelöst haben?" },
		{ "csat", "{}", "de-CH", "Wie zufrieden sind Sie damit, wie wir das gelöst haben?" },
		{ "csat", "{}", "fr", "How satisfied are you with how we handled this?" },
		{ "csat", "{}", NULL, "How satisfied are you with how we handled this?" },
		{ "csat", "{\"fr\": {\"ask\": \"Content ?\"}}", "fr-BE", "Content ?" },
		{ "csat", "{\"fr\": {\"ask\": \"Content ?\"}}", "de", "Wie zufrieden sind Sie damit, wie wir das gelöst haben?" },
		{ "csat", "{\"en\": {\"ask\": \"Happy?\"}}", "pl", "Happy?" },
		{ "text", "{\"pt-BR\": {\"ask\": \"Por que?\"}}", "en", "Por que?" },
		{ "ces", "{}", "en-GB", "It was easy to get this put right." },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(json_t) own = json_loads(rows[i].own, 0, NULL), words = survey_question_words(rows[i].kind, own, rows[i].lang);

		g_assert_cmpstr(json_text(words, "ask", ""), ==, rows[i].ask);
	}
	for (int i = 0; i < SAY_N; i++) {
		g_assert_cmpstr(survey_say((SurveySay)i, "de-DE"), !=, survey_say((SurveySay)i, "en"));
		g_assert_cmpstr(survey_say((SurveySay)i, "dev"), ==, survey_say((SurveySay)i, "en"));
	}
}

static gboolean
add_one(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	g_autoptr(Survey) survey = tx != NULL ? survey_add_in(kit->db, &(SurveyChange){ .given = SURVEY_NAME, .name = "T" }, "ces", kit->actor, kit->now_ms, error) : NULL;

	return survey != NULL && survey_question_add_in(kit->db, survey->id, &(QuestionChange){ .kind = "text", .ask = "Why?" }, kit->actor, kit->now_ms, error) && db_tx_commit(tx, error);
}

static void
none(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT (SELECT count(*) FROM surveys) + (SELECT count(*) FROM survey_questions) AS value"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	kit_torture(kit, add_one, none, NULL, 8);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/survey/standards", test_a_standard_one_brings_its_question);
	kit_add("/survey/refused", test_what_is_refused);
	kit_add("/survey/names_versions_rights", test_names_versions_and_rights);
	kit_add("/survey/own_questions", test_own_questions);
	kit_add_plain("/survey/words", test_words_fall_back);
	kit_add("/survey/torture", test_torture);
	return kit_run();
}
