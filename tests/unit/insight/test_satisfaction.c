/* What customers felt, counted: NPS and its interval against values made elsewhere, each figure from known answers, and its rows. */
#include "insight/satisfaction.h"
#include "insight/satisfaction_tally.h"
#include "insight/stats.h"
#include "kit/kit.h"
#include <math.h>

/* Made by another program from the same definition: adjusted Wald with three answers added (3/4, 3/2, 3/4). */
static void
test_nps(void)
{
	static const struct { gint64 up, down, n; double score, low, high; } rows[] = {
		{ 0, 0, 0, 0, -100, 100 }, { 1, 0, 1, 100, -48.5, 100 }, { 10, 0, 10, 100, 47.5, 100 }, { 0, 10, 10, -100, -100, -47.5 },
		{ 50, 20, 100, 30, 14.1, 44.2 }, { 30, 30, 100, 0, -14.9, 14.9 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		double score, low, high;

		stats_nps(rows[i].up, rows[i].down, rows[i].n, &score, &low, &high);
		g_assert_cmpfloat(fabs(score - rows[i].score), <, 0.06);
		g_assert_cmpfloat(fabs(low - rows[i].low), <, 0.06);
		g_assert_cmpfloat(fabs(high - rows[i].high), <, 0.06);
	}
}

static void
run(Kit *kit, const char *sql)
{
	g_autoptr(GError) error = NULL;

	db_script(kit->db, sql, &error);
	g_assert_no_error(error);
}

/* Two cases of one team; a survey with CSAT, a choice and words; five sent, four answered; one recovery late, one follow-up of each kind. */
static void
fill(Kit *kit)
{
	gint64 at = kit->now_ms - MS_PER_DAY;
	g_autofree char *sql = g_strdup_printf(
		"INSERT INTO teams (id, ref, name, name_key, created_at) VALUES (1, 'TEAM-0001', 'Care', 'care', 1);"
		"INSERT INTO cases (id, ref, kind, subject, channel, severity, stage, is_open, received_at, logged_at, stage_at, changed_at, team_id) VALUES"
		" (1, 'CASE-0001', 'question', 'A', 'form', 1, 'resolved', FALSE, 1, 1, 1, 1, 1), (2, 'CASE-0002', 'question', 'B', 'email', 1, 'resolved', FALSE, 1, 1, 1, 1, NULL);"
		"INSERT INTO surveys (id, ref, name, name_key, event, delay_minutes, sample_pct, valid_days, recovery_hours, words, is_active, created_at) VALUES"
		" (1, 'SURV-0001', 'S', 's', 'case.resolved', 0, 100, 14, 24, '{}', TRUE, 1);"
		"INSERT INTO survey_questions (id, survey_id, place, kind, required, points, bar, words) VALUES (1, 1, 1, 'csat', TRUE, 0, 2, '{}'), (2, 1, 2, 'choice', FALSE, 2, NULL,"
		" '{\"en\": {\"ask\": \"How?\", \"options\": [\"x\", \"y\"]}}');"
		"INSERT INTO survey_asked (id, ref, survey_id, case_id, team_id, state, made_at, due_at, sent_at, ends_at, answered_at) VALUES"
		" (1, 'ASKD-0001', 1, 1, 1, 'answered', 1, 1, %" G_GINT64_FORMAT ", 9, %" G_GINT64_FORMAT "), (2, 'ASKD-0002', 1, 1, 1, 'answered', 1, 1, %" G_GINT64_FORMAT ", 9, %" G_GINT64_FORMAT "),"
		" (3, 'ASKD-0003', 1, 2, NULL, 'answered', 1, 1, %" G_GINT64_FORMAT ", 9, %" G_GINT64_FORMAT "), (4, 'ASKD-0004', 1, 2, NULL, 'answered', 1, 1, %" G_GINT64_FORMAT ", 9, %" G_GINT64_FORMAT "),"
		" (5, 'ASKD-0005', 1, 2, NULL, 'sent', 1, 1, %" G_GINT64_FORMAT ", 9, NULL);"
		"INSERT INTO survey_answers (asked_id, question_id, case_id, kind, score, words) VALUES (1, 1, 1, 'csat', 5, 'Good.'), (2, 1, 1, 'csat', 4, NULL), (3, 1, 2, 'csat', 3, NULL),"
		" (4, 1, 2, 'csat', 1, 'Bad.'), (1, 2, 1, 'choice', 2, NULL), (2, 2, 1, 'choice', 2, NULL), (3, 2, 2, 'choice', 1, NULL);"
		"INSERT INTO recoveries (id, ref, asked_id, case_id, kind, score, state, opened_at, due_at, done_at, turned_at) VALUES"
		" (1, 'RECV-0001', 4, 2, 'csat', 1, 'done', %" G_GINT64_FORMAT ", 99, 98, NULL);"
		"INSERT INTO follow_ups (ref, case_id, team_id, state, made_at, due_at, asked_at, ends_at, answered_at) VALUES ('FOLL-0001', 1, 1, 'right', 1, 1, %" G_GINT64_FORMAT ", 9, 5),"
		" ('FOLL-0002', 2, NULL, 'not_right', 1, 1, %" G_GINT64_FORMAT ", 9, 5), ('FOLL-0003', 2, NULL, 'silent', 1, 1, %" G_GINT64_FORMAT ", 9, NULL);",
		at, at, at, at, at, at, at, at, at, at, at, at, at);

	run(kit, sql);
}

static SatisfactionAsk
asking(Kit *kit, ReportPeriod **ret_period)
{
	*ret_period = report_period_new("7d", NULL, NULL, -1, kit->now_ms, "UTC", NULL);
	return (SatisfactionAsk){ .period = *ret_period, .query = "period=7d", .now_ms = kit->now_ms };
}

static void
test_figures(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ReportPeriod) period = NULL;
	SatisfactionAsk ask = asking(kit, &period);
	g_autoptr(json_t) value = NULL, team = NULL;
	const json_t *csat, *own;

	fill(kit);
	value = satisfaction_read(kit->db, &ask, &error);
	g_assert_no_error(error);
	csat = json_object_get(value, "csat");
	g_assert_cmpint(json_int(csat, "n", 0), ==, 4);
	g_assert_cmpint(json_int(csat, "k", 0), ==, 2);
	g_assert_cmpfloat(json_number_value(json_object_get(csat, "pct")), ==, 50);
	g_assert_cmpfloat(fabs(json_number_value(json_object_get(csat, "low")) - 15.0), <, 0.06); /* Wilson of 2 in 4 */
	g_assert_cmpfloat(fabs(json_number_value(json_object_get(csat, "high")) - 85.0), <, 0.06);
	g_assert_cmpstr(json_text(csat, "rows", ""), ==, "kind=csat&period=7d");
	g_assert_true(json_is_null(json_object_get(json_object_get(value, "nps"), "score")));
	g_assert_cmpint(json_int(json_object_get(value, "response"), "k", 0), ==, 4);
	g_assert_cmpint(json_int(json_object_get(value, "response"), "n", 0), ==, 5);
	g_assert_cmpint(json_int(json_object_get(value, "recoveries"), "in_time", 0), ==, 1);
	own = json_array_get(json_object_get(value, "own"), 0);
	g_assert_cmpint(json_int(own, "n", 0), ==, 3);
	g_assert_cmpint(json_array_size(json_object_get(own, "answers")), ==, 2);
	g_assert_cmpint(json_array_size(json_object_get(value, "by_team")), ==, 2);
	ask.team_id = 1;
	team = satisfaction_read(kit->db, &ask, &error);
	g_assert_cmpint(json_int(json_object_get(team, "csat"), "n", 0), ==, 2);
	g_assert_cmpfloat(json_number_value(json_object_get(json_object_get(team, "csat"), "pct")), ==, 100);
}

static void
test_rows(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ReportPeriod) period = NULL;
	SatisfactionAsk ask = asking(kit, &period);
	g_autoptr(json_t) low = NULL, page = NULL, next = NULL, sent = NULL;
	const json_t *go;

	fill(kit);
	low = felt_rows(kit->db, &ask, &(FeltRowsAsk){ .kind = "csat", .low = 1, .high = 2, .limit = 10 }, &error);
	g_assert_no_error(error);
	g_assert_cmpint(json_array_size(json_object_get(low, "answers")), ==, 1);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(low, "answers"), 0), "words", ""), ==, "Bad.");
	page = felt_rows(kit->db, &ask, &(FeltRowsAsk){ .low = -1, .limit = 4 }, &error);
	go = json_object_get(page, "next");
	next = felt_rows(kit->db, &ask, &(FeltRowsAsk){ .low = -1, .limit = 4, .at = json_int(go, "at", 0), .asked = json_int(go, "asked", 0), .question = json_int(go, "question", 0) }, &error);
	g_assert_cmpint(json_array_size(json_object_get(page, "answers")) + json_array_size(json_object_get(next, "answers")), ==, 7); /* none twice, none lost */
	g_assert_true(json_is_null(json_object_get(next, "next")));
	sent = felt_rows(kit->db, &ask, &(FeltRowsAsk){ .sent = TRUE, .limit = 10 }, &error);
	g_assert_cmpint(json_array_size(json_object_get(sent, "answers")), ==, 5);
}

static void
test_still_right(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ReportPeriod) period = NULL;
	SatisfactionAsk ask = asking(kit, &period);
	g_autoptr(json_t) value = NULL;

	fill(kit);
	value = still_right_read(kit->db, &ask, &error);
	g_assert_no_error(error);
	g_assert_cmpint(json_int(value, "asked", 0), ==, 3);
	g_assert_cmpint(json_int(value, "silent", 0), ==, 1);
	g_assert_cmpint(json_int(json_object_get(value, "right"), "k", 0), ==, 1);
	g_assert_cmpint(json_int(json_object_get(value, "right"), "n", 0), ==, 2);
	g_assert_cmpint(json_array_size(json_object_get(value, "by_channel")), ==, 2);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/satisfaction/nps", test_nps);
	kit_add("/satisfaction/figures", test_figures);
	kit_add("/satisfaction/rows", test_rows);
	kit_add("/satisfaction/still_right", test_still_right);
	return kit_run();
}
