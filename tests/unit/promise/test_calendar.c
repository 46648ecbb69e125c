/* test_calendar.c - working time against a table that another program made minute by minute (calendar_oracle.py), what must hold for any
 * calendar, and clocks: targets in words, pauses, warnings. */
#include "base/clock.h"
#include "kit/kit.h"
#include "promise/clock_due.h"
#include <string.h>

static int
minute_of(const char *text)
{
	return atoi(text) * 60 + atoi(text + 3);
}

/* "mo-fr 09:00-17:00; sa 10:00-14:00,15:00-16:00" */
static void
put_shifts(Calendar *calendar, const char *spec)
{
	static const char *const names[] = { "mo", "tu", "we", "th", "fr", "sa", "su" };
	g_auto(GStrv) parts = g_strsplit(spec, "; ", -1);

	for (char **part = parts; *part != NULL; part++) {
		g_auto(GStrv) halves = g_strsplit(*part, " ", 2);
		g_auto(GStrv) times = g_strsplit(halves[1], ",", -1);
		int first = -1, last = -1;

		for (int i = 0; i < 7; i++) {
			if (strncmp(halves[0], names[i], 2) == 0)
				first = last = i;
			if (strlen(halves[0]) == 5 && strcmp(halves[0] + 3, names[i]) == 0)
				last = i;
		}
		last = strlen(halves[0]) == 5 ? last : first;
		for (int day = first; day <= last; day++)
			for (char **time = times; *time != NULL; time++) {
				Shift shift = { minute_of(*time), minute_of(*time + 6) };

				shift.to_min += shift.to_min <= shift.from_min ? 1440 : 0;
				calendar_put_shift(calendar, (guint)day, shift);
			}
	}
}

static void
put_holidays(Calendar *calendar, const char *spec)
{
	g_auto(GStrv) list = g_strsplit(spec, ",", -1);

	for (char **one = list; strcmp(spec, "-") != 0 && *one != NULL; one++) {
		int day = day_of_ymd(atoi(*one), atoi(*one + 5), atoi(*one + 8));
		const char *at = strchr(*one, '@');

		calendar_put_holiday(calendar, day, at != NULL ? minute_of(at + 1) : 0, at != NULL ? minute_of(at + 7) : 1440, g_str_has_suffix(*one, "*"));
	}
}

static gint64
moment(const char *text)
{
	gint64 at = 0;

	if (!time_read(text, &at))
		g_error("no time: %s", text);
	return at;
}

static void
check_row(const char *line, char **cols)
{
	g_autoptr(Calendar) calendar = calendar_new(cols[1]);
	gint64 from = moment(cols[4]), got;
	char text[TIME_SIZE];

	put_shifts(calendar, cols[2]);
	put_holidays(calendar, cols[3]);
	if (strcmp(cols[0], "between") == 0) {
		g_autofree char *n = g_strdup_printf("%" G_GINT64_FORMAT, calendar_between(calendar, from, moment(cols[5])) / MS_PER_MINUTE);

		if (strcmp(n, cols[6]) != 0)
			g_error("%s\n  got %s", line, n);
		return;
	}
	got = strcmp(cols[0], "add") == 0 ? calendar_add(calendar, from, atoll(cols[5]) * MS_PER_MINUTE)
	    : strcmp(cols[0], "back") == 0 ? calendar_back(calendar, from, atoll(cols[5]) * MS_PER_MINUTE)
	    : strcmp(cols[0], "workdays") == 0 ? calendar_add_workdays(calendar, from, atoi(cols[5])) : calendar_add_days(calendar, from, atoi(cols[5]));
	time_write(got, text);
	if (strncmp(text, cols[6], 16) != 0)
		g_error("%s\n  got %s", line, text);
}

static void
test_table(void)
{
	g_autofree char *file = g_test_build_filename(G_TEST_DIST, "calendar_cases.tsv", NULL), *text = NULL;
	g_auto(GStrv) lines = NULL;
	guint n = 0;

	g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		g_auto(GStrv) cols = g_strsplit(*line, "\t", -1);

		if ((*line)[0] == '#' || (*line)[0] == '\0')
			continue;
		g_assert_cmpuint(g_strv_length(cols), ==, 7);
		check_row(*line, cols);
		n++;
	}
	g_assert_cmpuint(n, >=, 180);
}

/* What holds for any calendar: what was added is between, one goes back where one came from, parts add up. */
static void
test_what_must_hold(void)
{
	static const char *const zones[] = { "Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Tehran", "Africa/Casablanca" };
	static const char *const specs[] = { "mo-fr 09:00-17:00", "mo-su 22:00-06:00", "mo-su 00:30-02:15,02:15-03:30", "tu-we 01:00-02:30; sa 23:00-03:00", "mo-su 00:00-24:00" };
	GRand *rand = g_rand_new_with_seed(7);

	for (int i = 0; i < 4000; i++) {
		g_autoptr(Calendar) calendar = calendar_new(zones[i % 6]);
		gint64 from = moment("2026-01-01") + (gint64)g_rand_int_range(rand, 0, 730 * 1440) * MS_PER_MINUTE + g_rand_int_range(rand, 0, 60000);
		gint64 worked = g_rand_int_range(rand, 1, 5000) * MS_PER_MINUTE, to, middle;

		put_shifts(calendar, specs[i % 5]);
		for (int k = g_rand_int_range(rand, 0, 4); k > 0; k--)
			calendar_put_holiday(calendar, day_of_ymd(2026, 1, 1) + g_rand_int_range(rand, 0, 760), 0, g_rand_boolean(rand) ? 1440 : 720, FALSE);
		to = calendar_add(calendar, from, worked);
		g_assert_cmpint(calendar_between(calendar, from, to), ==, worked);
		g_assert_cmpint(calendar_between(calendar, from, to - 1), ==, worked - 1);
		g_assert_cmpint(calendar_between(calendar, calendar_back(calendar, to, worked), to), ==, worked);
		middle = from + (to - from) / 3;
		g_assert_cmpint(calendar_between(calendar, from, middle) + calendar_between(calendar, middle, to), ==, worked);
		g_assert_cmpint(calendar_add(calendar, calendar_add(calendar, from, worked / 2), worked - worked / 2), ==, to);
	}
	g_rand_free(rand);
}

static void
test_without_work(void)
{
	g_autoptr(Calendar) empty = calendar_new("Europe/Berlin"), once = calendar_new(NULL), nonsense = calendar_new("Not/AZone");
	gint64 now = moment("2026-11-19T11:22");

	g_assert_cmpint(calendar_add(empty, now, 1), ==, CALENDAR_NEVER);
	g_assert_cmpint(calendar_add(empty, now, 0), ==, now);
	g_assert_cmpint(calendar_add_workdays(empty, now, 3), ==, CALENDAR_NEVER);
	g_assert_cmpint(calendar_back(empty, now, 1), ==, G_MININT64);
	g_assert_cmpint(calendar_between(empty, now, now + MS_PER_DAY), ==, 0);
	g_assert_false(calendar_is_workday(empty, 20000));
	/* Every shift falls on a holiday for ever. */
	calendar_put_shift(once, 3, (Shift){ 540, 1020 });
	for (int day = 15000; day < 60000; day++)
		calendar_put_holiday(once, day, 0, 1440, FALSE);
	g_assert_cmpint(calendar_add(once, now, 1), ==, CALENDAR_NEVER);
	g_assert_cmpint(calendar_add_workdays(once, now, 1), ==, CALENDAR_NEVER);
	/* More than anybody lives. */
	calendar_put_shift(nonsense, 0, (Shift){ 0, 1 });
	g_assert_cmpint(calendar_add(nonsense, now, G_MAXINT64 / 2), ==, CALENDAR_NEVER);
}

static void
test_targets_in_words(void)
{
	static const struct { const char *text, *back; TargetUnit unit; int amount; } fine[] = {
		{ "24 hours", "24 hours", TARGET_HOURS, 24 }, { " 1  Hour ", "1 hour", TARGET_HOURS, 1 }, { "15 business days", "15 business days", TARGET_WORK_DAYS, 15 },
		{ "1 business day", "1 business day", TARGET_WORK_DAYS, 1 }, { "90 minutes", "90 minutes", TARGET_MINUTES, 90 }, { "56 days", "56 days", TARGET_DAYS, 56 },
		{ "4 Business Hours", "4 business hours", TARGET_WORK_HOURS, 4 }, { "30 business minutes", "30 business minutes", TARGET_WORK_MINUTES, 30 },
		{ "", "", TARGET_NONE, 0 }, { "   ", "", TARGET_NONE, 0 }, { "3660 days", "3660 days", TARGET_DAYS, 3660 },
		{ "15 Arbeitstage", "15 business days", TARGET_WORK_DAYS, 15 }, { "4 Arbeitsstunden", "4 business hours", TARGET_WORK_HOURS, 4 }, { "1 Tag", "1 day", TARGET_DAYS, 1 },
		{ "24 Stunden", "24 hours", TARGET_HOURS, 24 }, { "90 Minuten", "90 minutes", TARGET_MINUTES, 90 }, { "2 Gesch\xc3\xa4""ftstage", "2 business days", TARGET_WORK_DAYS, 2 },
		{ "5 working days", "5 business days", TARGET_WORK_DAYS, 5 }, { "48 h", "48 hours", TARGET_HOURS, 48 },
	};
	static const char *const bad[] = { "24", "hours", "0 days", "-1 days", "1.5 hours", "3661 days", "99999999999999999999 days", "5 working weeks", "5h", "15 business", "1 day ago", "2147483648 minutes", "3 Wochen", "5 Werktage" };
	ClockTarget it = { 0 };

	for (guint i = 0; i < G_N_ELEMENTS(fine); i++) {
		g_autofree char *back = NULL;

		g_assert_true(target_read(fine[i].text, &it));
		g_assert_cmpint(it.unit, ==, fine[i].unit);
		g_assert_cmpint(it.amount, ==, fine[i].amount);
		back = target_write(&it);
		g_assert_cmpstr(back, ==, fine[i].back);
	}
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
		if (target_read(bad[i], &it))
			g_error("'%s' was taken for a target", bad[i]);
}

/* Pauses as "from/to" in turns; an open one ends with nothing. All in Europe/London, Monday to Friday 9 to 17. */
static void
test_pauses(void)
{
	static const struct { const char *target; gboolean pauses; const char *start, *from1, *to1, *from2, *to2, *due; gboolean paused; } rows[] = {
		{ "24 hours", TRUE, "2026-11-17T10:00", NULL, NULL, NULL, NULL, "2026-11-18T10:00", FALSE },
		{ "24 hours", TRUE, "2026-11-17T10:00", "2026-11-17T12:00", "2026-11-17T15:00", NULL, NULL, "2026-11-18T13:00", FALSE },
		{ "24 hours", FALSE, "2026-11-17T10:00", "2026-11-17T12:00", "2026-11-17T15:00", NULL, NULL, "2026-11-18T10:00", FALSE },
		{ "24 hours", TRUE, "2026-11-17T10:00", "2026-11-17T08:00", "2026-11-17T11:00", NULL, NULL, "2026-11-18T11:00", FALSE },
		{ "24 hours", TRUE, "2026-11-17T10:00", "2026-11-17T07:00", "2026-11-17T09:00", NULL, NULL, "2026-11-18T10:00", FALSE },
		{ "24 hours", TRUE, "2026-11-17T10:00", "2026-11-18T10:00", "2026-11-20T10:00", NULL, NULL, "2026-11-18T10:00", FALSE },
		{ "24 hours", TRUE, "2026-11-17T10:00", "2026-11-17T12:00", NULL, NULL, NULL, "2026-11-18T10:00", TRUE },
		{ "24 hours", TRUE, "2026-11-17T10:00", "2026-11-19T12:00", NULL, NULL, NULL, "2026-11-18T10:00", FALSE },
		{ "24 hours", TRUE, "2026-11-17T10:00", "2026-11-17T12:00", "2026-11-18T12:00", "2026-11-19T00:00", "2026-11-20T00:00", "2026-11-20T10:00", FALSE },
		{ "8 business hours", TRUE, "2026-11-20T13:00", "2026-11-20T15:00", "2026-11-23T11:00", NULL, NULL, "2026-11-23T17:00", FALSE },
		{ "8 business hours", TRUE, "2026-11-20T13:00", "2026-11-20T17:00", "2026-11-23T09:00", NULL, NULL, "2026-11-23T13:00", FALSE },
		{ "8 business hours", TRUE, "2026-11-20T13:00", "2026-11-21T00:00", "2026-11-22T00:00", NULL, NULL, "2026-11-23T13:00", FALSE },
		{ "2 business days", TRUE, "2026-11-17T10:00", NULL, NULL, NULL, NULL, "2026-11-19T17:00", FALSE },
		{ "2 business days", TRUE, "2026-11-17T10:00", "2026-11-18T09:00", "2026-11-20T09:00", NULL, NULL, "2026-11-23T17:00", FALSE },
		{ "56 days", FALSE, "2026-09-15T09:00", "2026-10-01T00:00", "2026-10-21T00:00", NULL, NULL, "2026-11-10T10:00", FALSE },
		{ "10 days", TRUE, "2026-10-20T09:00", "2026-10-21T09:00", "2026-10-22T09:00", NULL, NULL, "2026-10-31T10:00", FALSE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Calendar) calendar = calendar_new("Europe/London");
		ClockTarget target = { .pauses = rows[i].pauses };
		Pause pauses[2] = { { 0 }, { 0 } };
		guint n = (rows[i].from1 != NULL) + (rows[i].from2 != NULL);
		ClockDue got;
		char text[TIME_SIZE];

		put_shifts(calendar, "mo-fr 09:00-17:00");
		g_assert_true(target_read(rows[i].target, &target));
		if (n > 0)
			pauses[0] = (Pause){ moment(rows[i].from1), rows[i].to1 != NULL ? moment(rows[i].to1) : 0 };
		if (n > 1)
			pauses[1] = (Pause){ moment(rows[i].from2), rows[i].to2 != NULL ? moment(rows[i].to2) : 0 };
		got = clock_due(&target, calendar, moment(rows[i].start), pauses, n);
		time_write(got.due_ms, text);
		if (strncmp(text, rows[i].due, 16) != 0 || got.paused != rows[i].paused)
			g_error("row %u: due %s, paused %d", i, text, got.paused);
	}
}

static void
test_warnings(void)
{
	static const struct { const char *target, *start, *quarter; } rows[] = {
		{ "24 hours", "2026-11-19T10:00", "2026-11-20T04:00" }, { "8 business hours", "2026-11-20T13:00", "2026-11-23T11:00" },
		{ "2 business days", "2026-11-17T10:00", "2026-11-19T13:00" }, { "4 days", "2026-11-17T10:00", "2026-11-20T10:00" }, { "40 minutes", "2026-11-17T10:00", "2026-11-17T10:30" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Calendar) calendar = calendar_new("Europe/London");
		ClockTarget target = { 0 };
		gint64 due;
		char text[TIME_SIZE];

		put_shifts(calendar, "mo-fr 09:00-17:00");
		g_assert_true(target_read(rows[i].target, &target));
		due = clock_due(&target, calendar, moment(rows[i].start), NULL, 0).due_ms;
		time_write(clock_warns_at(&target, calendar, due, 0.25), text);
		if (strncmp(text, rows[i].quarter, 16) != 0)
			g_error("row %u: warns at %s", i, text);
	}
	g_assert_cmpint(clock_warns_at(&(ClockTarget){ 1, TARGET_HOURS, FALSE }, NULL, CALENDAR_NEVER, 0.25), ==, CALENDAR_NEVER);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/calendar/table", test_table);
	kit_add_plain("/calendar/what-must-hold", test_what_must_hold);
	kit_add_plain("/calendar/without-work", test_without_work);
	kit_add_plain("/clock/targets-in-words", test_targets_in_words);
	kit_add_plain("/clock/pauses", test_pauses);
	kit_add_plain("/clock/warnings", test_warnings);
	return kit_run();
}
