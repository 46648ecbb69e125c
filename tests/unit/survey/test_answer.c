/* What a customer answers: what is taken, how often, for how long it may be changed, and what becomes of their words. */
#include "felt.h"

static void
test_an_answer_is_kept(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Asked) asked = NULL, after = NULL;
	g_autoptr(json_t) answers = NULL, shown = NULL;
	gint64 case_id;

	felt_house(kit);
	felt_survey(kit, "ces");
	asked = felt_sent(kit, "ann@customer.example", &case_id);
	g_assert_cmpint(answer_door(asked, kit->now_ms), ==, ANSWER_OPEN);
	g_assert_true(felt_answer(kit, asked->id, "6", "Once Amara rang, it went quickly.", FALSE, &error));
	after = felt_asked(kit, case_id);
	g_assert_cmpstr(after->state, ==, "answered");
	g_assert_cmpint(after->answered_at, ==, kit->now_ms);
	answers = answer_list(kit->db, asked->id, &error);
	g_assert_cmpint(json_int(json_array_get(answers, 0), "score", 0), ==, 6);
	g_assert_cmpstr(json_text(json_array_get(answers, 0), "words", ""), ==, "Once Amara rang, it went quickly.");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM recoveries"), ==, 0);
	g_assert_cmpint(felt_number(kit, "SELECT count(*) AS value FROM messages WHERE direction = 'inbound' AND case_id = ", case_id), ==, 1); /* no message of it */
	shown = asked_of_case(kit->db, case_id, "en", &error);
	g_assert_cmpstr(json_text(json_array_get(shown, 0), "state", ""), ==, "answered");
	g_assert_cmpint(json_int(json_array_get(json_object_get(json_array_get(shown, 0), "answers"), 0), "high", 0), ==, 7);
}

static void
test_what_is_refused(Kit *kit)
{
	static const char *const bad[] = { "0", "6", "-1", "3.5", "four", "", " ", "99999999999999999999", "3 " };
	g_autoptr(Asked) asked = NULL;

	felt_house(kit);
	felt_survey(kit, "csat");
	asked = felt_sent(kit, "ann@customer.example", NULL);
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(felt_answer(kit, asked->id, bad[i], NULL, FALSE, &error));
		g_assert_true(world_at_fault(&error, "/q1"));
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_answers"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked WHERE state = 'sent'"), ==, 1);
}

static void
test_several_questions(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) options = g_ptr_array_new();
	g_autoptr(Asked) asked = NULL;
	g_autoptr(Survey) survey = NULL;
	gint64 id;
	DbTx *tx;

	g_ptr_array_add(options, (gpointer) "by telephone");
	g_ptr_array_add(options, (gpointer) "by mail");
	felt_house(kit);
	id = felt_survey(kit, "csat");
	tx = db_begin(kit->db, &error);
	g_assert_true(survey_question_add_in(kit->db, id, &(QuestionChange){ .kind = "choice", .ask = "How?", .options = options, .required = TRUE }, kit->actor, kit->now_ms, &error));
	g_assert_true(survey_question_add_in(kit->db, id, &(QuestionChange){ .kind = "text", .ask = "What else?" }, kit->actor, kit->now_ms, &error));
	g_assert_true(db_tx_commit(tx, &error));
	db_tx_free(tx);
	asked = felt_sent(kit, "ann@customer.example", NULL);
	survey = survey_get(kit->db, id, &error);
	g_assert_false(answer_check(survey, &(Answers){ .texts = { "5", "", "" } }, &error));
	g_assert_true(world_at_fault(&error, "/q2"));
	g_clear_error(&error);
	g_assert_false(answer_check(survey, &(Answers){ .texts = { "5", "3", "" } }, &error));
	g_assert_true(world_at_fault(&error, "/q2"));
	g_clear_error(&error);
	g_assert_false(answer_check(survey, &(Answers){ .texts = { "5", "1", "x", "more" } }, &error));
	g_assert_true(world_at_fault(&error, "/q4"));
	g_clear_error(&error);
	tx = db_begin(kit->db, &error);
	g_assert_true(survey_answer_in(kit->db, asked, &(SurveyAnswer){ .answers = { .texts = { "5", "2", "The tea was good." } } }, kit->now_ms, &error));
	g_assert_true(db_tx_commit(tx, &error));
	db_tx_free(tx);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_answers WHERE (kind = 'choice' AND score = 2) OR (kind = 'text' AND words = 'The tea was good.' AND score IS NULL)"), ==, 2);
}

static void
test_changed_within_the_hour_and_not_after(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Asked) asked = NULL, answered = NULL;

	felt_house(kit);
	felt_survey(kit, "csat");
	asked = felt_sent(kit, "ann@customer.example", NULL);
	g_assert_true(felt_answer(kit, asked->id, "4", NULL, FALSE, &error));
	kit->now_ms += MS_PER_HOUR - 1;
	answered = asked_get(kit->db, asked->id, &error);
	g_assert_cmpint(answer_door(answered, kit->now_ms), ==, ANSWER_CHANGE);
	g_assert_true(felt_answer(kit, asked->id, "5", "Even better.", FALSE, &error));
	g_assert_cmpint(kit_count(kit, "SELECT score AS value FROM survey_answers"), ==, 5);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked WHERE answered_at IS NOT NULL"), ==, 1);
	kit->now_ms += 1; /* the hour runs from the first answer */
	g_assert_cmpint(answer_door(answered, kit->now_ms), ==, ANSWER_GIVEN);
	g_assert_false(felt_answer(kit, asked->id, "1", NULL, FALSE, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_assert_cmpint(kit_count(kit, "SELECT score AS value FROM survey_answers"), ==, 5);
}

static void
test_not_after_its_end(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Asked) asked = NULL;

	felt_house(kit);
	felt_survey(kit, "csat");
	asked = felt_sent(kit, "ann@customer.example", NULL);
	kit->now_ms = asked->ends_at; /* also when the job that says so has not run yet */
	g_assert_false(felt_answer(kit, asked->id, "5", NULL, FALSE, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_answers"), ==, 0);
}

static void
test_words_that_want_an_answer_open_the_case(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Asked) asked = NULL;
	g_autoptr(Case) it = NULL;
	gint64 case_id;

	felt_house(kit);
	felt_survey(kit, "csat");
	asked = felt_sent(kit, "ann@customer.example", &case_id);
	g_assert_false(felt_answer(kit, asked->id, "3", "", TRUE, &error));
	g_assert_true(world_at_fault(&error, "/why"));
	g_clear_error(&error);
	g_assert_true(felt_answer(kit, asked->id, "3", "Where is my refund?", TRUE, &error));
	it = world_look(kit, case_id);
	g_assert_true(it->is_open);
	g_assert_cmpstr(it->snippet, ==, "Where is my refund?");
}

static gboolean
answer_tortured(Kit *kit, gpointer data, GError **error)
{
	return felt_answer(kit, *(gint64 *)data, "1", "Nobody rang.", TRUE, error);
}

static void
not_answered(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT (SELECT count(*) FROM survey_answers) + (SELECT count(*) FROM recoveries) + (SELECT count(*) FROM notices) AS value"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM survey_asked WHERE state = 'sent'"), ==, 1);
}

static void
test_torture(Kit *kit)
{
	g_autoptr(Asked) asked = NULL;

	felt_house(kit);
	felt_survey(kit, "csat");
	world_user(kit, "Ellen", "ellen@example.org", "supervisor");
	asked = felt_sent(kit, "ann@customer.example", NULL);
	kit_torture(kit, answer_tortured, not_answered, &asked->id, 15);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/answer/kept", test_an_answer_is_kept);
	kit_add("/answer/refused", test_what_is_refused);
	kit_add("/answer/several", test_several_questions);
	kit_add("/answer/changed", test_changed_within_the_hour_and_not_after);
	kit_add("/answer/over", test_not_after_its_end);
	kit_add("/answer/wants_answer", test_words_that_want_an_answer_open_the_case);
	kit_add("/answer/torture", test_torture);
	return kit_run();
}
