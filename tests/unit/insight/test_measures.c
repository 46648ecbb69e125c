/* test_measures.c - figures against hand-counted cases; periods over a change of clocks; intervals against known values. */
#include "cases/intake.h"
#include "cases/message.h"
#include "cases/stage.h"
#include "cases/words.h"
#include "insight/measures.h"
#include "insight/stats.h"
#include "kit/kit.h"

static void
test_wilson(void)
{
	double low, high;

	/* 8 of 10: 49.0 to 94.3 (Brown, Cai, DasGupta 2001, by the formula). */
	stats_wilson(8, 10, &low, &high);
	g_assert_cmpfloat_with_epsilon(low, 49.0, 0.05);
	g_assert_cmpfloat_with_epsilon(high, 94.3, 0.05);
	stats_wilson(0, 0, &low, &high);
	g_assert_cmpfloat(low, ==, 0);
	g_assert_cmpfloat(high, ==, 100);
	stats_wilson(5, 5, &low, &high);
	g_assert_cmpfloat(high, ==, 100);
	g_assert_cmpfloat(low, >, 50);
}

static void
test_percentile(void)
{
	g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(gint64));
	const gint64 given[] = { 50, 10, 40, 20, 30 };

	g_assert_cmpint(stats_percentile(values, 0.5), ==, 0);
	g_array_append_vals(values, given, G_N_ELEMENTS(given));
	g_assert_cmpint(stats_percentile(values, 0.5), ==, 30);
	g_assert_cmpint(stats_percentile(values, 0.9), ==, 50);
	g_assert_cmpint(stats_percentile(values, 0.2), ==, 10);
}

/* On 29 March 2026 Berlin's day has 23 hours: the steps follow the reader's midnights. */
static void
test_days_of_a_zone(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ReportPeriod) period = report_period_new("own", "2026-03-28", "2026-03-30", -1, 0, "Europe/Berlin", &error);
	char day[16];

	g_assert_no_error(error);
	g_assert_cmpuint(period->starts->len, ==, 3);
	g_assert_cmpint(g_array_index(period->starts, gint64, 1) - g_array_index(period->starts, gint64, 0), ==, 24 * MS_PER_HOUR);
	g_assert_cmpint(g_array_index(period->starts, gint64, 2) - g_array_index(period->starts, gint64, 1), ==, 23 * MS_PER_HOUR);
	report_period_day(g_array_index(period->starts, gint64, 2), "Europe/Berlin", day);
	g_assert_cmpstr(day, ==, "2026-03-30");
	g_assert_cmpint(report_period_place(period, period->from_ms - 1), ==, -1);
	g_assert_cmpint(report_period_place(period, period->from_ms), ==, 0);
	g_assert_cmpint(report_period_place(period, period->to_ms - 1), ==, 2);
	g_assert_cmpint(report_period_place(period, period->to_ms), ==, -1);
}

static void
test_odd_periods_are_refused(void)
{
	static const char *const odd[][3] = {
		{ "decade", NULL, NULL }, { "own", NULL, NULL }, { "own", "2026-02-30", "2026-03-01" }, { "own", "2026-03-02", "2026-03-01" },
		{ "own", "1900-01-01", "2026-01-01" }, { "own", "yesterday", "today" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(odd); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(report_period_new(odd[i][0], odd[i][1], odd[i][2], -1, 1790000000000, "UTC", &error));
		g_assert_error(error, ERR, ERR_INVALID);
		g_assert_nonnull(err_fields(error));
	}
}

static gint64
receive(Kit *kit, const char *channel, const char *category, gint64 at)
{
	g_autoptr(GError) error = NULL;
	NewCase make = { .kind = "complaint", .subject = "x", .body = "y", .channel = channel, .category = category, .severity = -1, .received_at = at, .make_words = TRUE };
	gint64 id;

	g_assert_true(case_intake(kit->db, &make, kit->actor, at, &id, NULL, &error));
	g_assert_no_error(error);
	return id;
}

static void
answer(Kit *kit, gint64 id, gint64 at)
{
	g_autoptr(GError) error = NULL;
	NewMessage make = { .direction = "outbound", .body = "z" };

	g_assert_true(message_add(kit->db, id, &make, kit->actor, at, NULL, &error));
	g_assert_no_error(error);
}

static void
resolve(Kit *kit, gint64 id, gint64 at)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	StageMove move = { .stage = "resolved", .outcome = "upheld" };
	gint64 cause;

	g_assert_true(tree_resolve(kit->db, TREE_ROOT_CAUSE, "Process", TRUE, "/root_cause", kit->actor, at, &cause, &error));
	move.root_cause = "Process";
	g_assert_true(case_move_in(kit->db, id, &move, kit->actor, at, &error));
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
}

static json_t *
read_week(Kit *kit, const char *channel)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ReportPeriod) period = report_period_new("7d", NULL, NULL, -1, kit->now_ms, "UTC", &error);
	MeasureAsk ask = { .period = period, .zone = "UTC", .channel = channel, .query = "", .now_ms = kit->now_ms };
	json_t *value = measures_read(kit->db, &ask, &error);

	g_assert_no_error(error);
	return value;
}

static void
test_figures_by_hand(Kit *kit)
{
	gint64 now = kit->now_ms, day = MS_PER_DAY;
	gint64 a = receive(kit, "form", "Billing › Late", now - 3 * day), b = receive(kit, "phone", "Billing › Late", now - 2 * day);
	g_autoptr(json_t) value = NULL, phones = NULL;
	json_t *figures, *one;

	receive(kit, "form", "Delivery", now - 3 * day);           /* never answered */
	receive(kit, "form", "Delivery", now - MS_PER_HOUR);       /* its day is not over */
	receive(kit, "form", "Delivery", now - 10 * day);          /* in the week before */
	answer(kit, a, now - 3 * day + 2 * MS_PER_HOUR);
	answer(kit, b, now - 2 * day + 30 * MS_PER_HOUR);
	resolve(kit, a, now - day);
	value = read_week(kit, NULL);
	figures = json_object_get(value, "measures");
	g_assert_cmpint(json_int(json_object_get(figures, "received"), "n", -1), ==, 4);
	g_assert_cmpint(json_int(json_object_get(figures, "received"), "before", -1), ==, 1);
	g_assert_cmpint(json_int(json_object_get(figures, "resolved"), "n", -1), ==, 1);
	one = json_object_get(figures, "acknowledged");
	g_assert_cmpint(json_int(one, "k", -1), ==, 1); /* a; b came too late */
	g_assert_cmpint(json_int(one, "n", -1), ==, 3); /* not the one of this hour */
	one = json_object_get(figures, "first_response");
	g_assert_cmpint(json_int(one, "median_ms", -1), ==, 2 * MS_PER_HOUR);
	g_assert_cmpint(json_int(one, "p90_ms", -1), ==, 30 * MS_PER_HOUR);
	g_assert_cmpint(json_int(json_object_get(figures, "resolution"), "median_ms", -1), ==, 2 * day);
	g_assert_cmpint(json_int(json_object_get(value, "open_by_age"), "n", -1), ==, 4);
	g_assert_cmpint((gint64)json_array_size(json_object_get(value, "by_channel")), ==, 2);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(value, "by_category"), 0), "path", NULL), !=, NULL);
	phones = read_week(kit, "phone");
	g_assert_cmpint(json_int(json_object_get(json_object_get(phones, "measures"), "received"), "n", -1), ==, 1);
}

static void
test_tables_as_csv(Kit *kit)
{
	g_autoptr(json_t) value = NULL;
	g_autoptr(GString) text = NULL;
	g_autoptr(GError) error = NULL;

	receive(kit, "form", "Billing", kit->now_ms - MS_PER_HOUR);
	value = read_week(kit, NULL);
	text = measures_csv(value, "by_channel", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(text->str, ==, "channel,n,pct,median_ms\r\nform,1,100.0,\r\n");
	g_assert_null(measures_csv(value, "by_moon", &error));
	g_assert_error(error, ERR, ERR_INVALID);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/insight/wilson", test_wilson);
	kit_add_plain("/insight/percentile", test_percentile);
	kit_add_plain("/insight/days_of_a_zone", test_days_of_a_zone);
	kit_add_plain("/insight/odd_periods_are_refused", test_odd_periods_are_refused);
	kit_add("/insight/figures_by_hand", test_figures_by_hand);
	kit_add("/insight/tables_as_csv", test_tables_as_csv);
	return kit_run();
}
