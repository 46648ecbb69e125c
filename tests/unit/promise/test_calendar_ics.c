/* test_calendar_ics.c - holidays out of iCalendar files: whole days and parts, rules, zones, and files that are none. */
#include "kit/kit.h"
#include "promise/calendar_ics.h"
#include <string.h>

#define NOW G_GINT64_CONSTANT(1795087320000) /* 2026-11-19 */

static GArray *
read_events(const char *events, GError **error)
{
	g_autofree char *text = g_strconcat("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\n", events, "END:VCALENDAR\r\n", NULL);

	return calendar_ics_read(text, strlen(text), "Europe/Berlin", NOW, error);
}

static void
expect(const GArray *all, guint i, const char *day, int from, int to, gboolean yearly, const char *name)
{
	const Holiday *one = &g_array_index(all, Holiday, i);
	int y, m, d;
	g_autofree char *got = NULL;

	g_assert_cmpuint(i, <, all->len);
	day_to_ymd(one->day, &y, &m, &d);
	got = g_strdup_printf("%04d-%02d-%02d", y, m, d);
	g_assert_cmpstr(got, ==, day);
	g_assert_cmpint(one->from_min, ==, from);
	g_assert_cmpint(one->to_min, ==, to);
	g_assert_cmpint(one->yearly, ==, yearly);
	g_assert_cmpstr(one->name, ==, name);
}

static void
test_days_and_parts(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) all = read_events(
		"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Weihnachten\\, zwei Tage\r\nEND:VEVENT\r\n"
		"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\nSUMMARY:Neujahr\r\nEND:VEVENT\r\n"
		"BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20261224T120000\r\nDTEND;TZID=Europe/Berlin:20261224T180000\r\nSUMMARY:Heiligabend\r\nEND:VEVENT\r\n"
		"BEGIN:VEVENT\r\nDTSTART:20260701T070000Z\r\nDURATION:PT2H\r\nSUMMARY:Versammlung\r\nEND:VEVENT\r\n"
		"BEGIN:VEVENT\r\nDTSTART;TZID=America/New_York:20261231T170000\r\nDTEND;TZID=America/New_York:20261231T190000\r\nSUMMARY:Abroad\r\nEND:VEVENT\r\n"
		"BEGIN:VEVENT\r\nDTSTART:20261111T111100\r\nDTEND:20261111T121100\r\nSUMMARY:Floating\r\nEND:VEVENT\r\n"
		"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261119\r\nSTATUS:CANCELLED\r\nSUMMARY:Not this\r\nEND:VEVENT\r\n"
		"BEGIN:VEVENT\r\nDTSTART:20261119T100000\r\nSUMMARY:A moment\r\nEND:VEVENT\r\n", &error);

	g_assert_no_error(error);
	expect(all, 0, "2026-12-25", 0, 1440, FALSE, "Weihnachten, zwei Tage");
	expect(all, 1, "2026-12-26", 0, 1440, FALSE, "Weihnachten, zwei Tage");
	expect(all, 2, "2027-01-01", 0, 1440, FALSE, "Neujahr");
	expect(all, 3, "2026-12-24", 720, 1080, FALSE, "Heiligabend");
	expect(all, 4, "2026-07-01", 540, 660, FALSE, "Versammlung");
	expect(all, 5, "2026-12-31", 1380, 1440, FALSE, "Abroad"); /* over midnight here */
	expect(all, 6, "2027-01-01", 0, 60, FALSE, "Abroad");
	expect(all, 7, "2026-11-11", 671, 731, FALSE, "Floating");
	g_assert_cmpuint(all->len, ==, 8);
}

static void
test_rules(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) all = read_events(
		"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20101003\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Einheit\r\nEND:VEVENT\r\n"
		"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20200504\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=1MO\r\nEXDATE;VALUE=DATE:20280501\r\nSUMMARY:Early May\r\nEND:VEVENT\r\n"
		"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261201\r\nRRULE:FREQ=DAILY;COUNT=3\r\nSUMMARY:Moving\r\nEND:VEVENT\r\n"
		"BEGIN:VEVENT\r\nDTSTART:20261201T100000\r\nDTEND:20261201T100100\r\nRRULE:FREQ=SECONDLY\r\nSUMMARY:Nonsense\r\nEND:VEVENT\r\n", &error);

	g_assert_no_error(error);
	expect(all, 0, "2010-10-03", 0, 1440, TRUE, "Einheit");
	expect(all, 1, "2026-05-04", 0, 1440, FALSE, "Early May");
	expect(all, 2, "2027-05-03", 0, 1440, FALSE, "Early May");
	expect(all, 3, "2029-05-07", 0, 1440, FALSE, "Early May"); /* 2028 is taken out */
	expect(all, all->len - 1, "2026-12-03", 0, 1440, FALSE, "Moving");
	g_assert_cmpuint(all->len, ==, 1 + 10 + 3);
}

static void
test_no_calendars(void)
{
	static const char *const bad[] = { "", "hello", "<html></html>", "BEGIN:VCARD\r\nFN:Ruth\r\nEND:VCARD\r\n", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:nonsense\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", "\xff\xfe\x00" };
	g_autofree char *large = g_malloc0(ICS_BYTES_MAX + 1);
	g_autoptr(GString) many = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_assert_null(calendar_ics_read(bad[i], strlen(bad[i]), "UTC", NOW, &error));
		g_assert_error(error, ERR, ERR_INVALID);
		g_assert_cmpstr(((ErrField *)err_fields(error)->pdata[0])->field, ==, "/file");
		g_clear_error(&error);
	}
	memset(large, 'A', ICS_BYTES_MAX);
	g_assert_null(calendar_ics_read(large, ICS_BYTES_MAX + 1, "UTC", NOW, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_clear_error(&error);
	for (int i = 0; i <= ICS_EVENTS_MAX; i++)
		g_string_append(many, "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nEND:VEVENT\r\n");
	g_assert_null(read_events(many->str, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_clear_error(&error);
	/* Ten years of every day are no holidays. */
	g_string_assign(many, "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n");
	g_assert_null(read_events(many->str, &error));
	g_assert_error(error, ERR, ERR_INVALID);
}

/* Rules that never come, or only seldom: an answer in good time. */
static void
test_awkward_rules(void)
{
	static const char *const rules[] = { "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=7", "FREQ=WEEKLY;INTERVAL=32000",
		"FREQ=YEARLY;BYYEARDAY=366;INTERVAL=4", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;INTERVAL=0", "FREQ=YEARLY;UNTIL=20000101", "FREQ=;;", "FREQ=YEARLY;COUNT=2147483647" };
	gint64 began = g_get_monotonic_time();

	for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_autofree char *event = g_strdup_printf("BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20200131\r\nRRULE:%s\r\nSUMMARY:x\r\nEND:VEVENT\r\n", rules[i]);
		g_autoptr(GError) error = NULL;
		g_autoptr(GArray) all = read_events(event, &error);

		g_assert_true(all != NULL || g_error_matches(error, ERR, ERR_INVALID));
	}
	g_assert_cmpint((g_get_monotonic_time() - began) / G_USEC_PER_SEC, <, 60);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/ics/days-and-parts", test_days_and_parts);
	kit_add_plain("/ics/rules", test_rules);
	kit_add_plain("/ics/no-calendars", test_no_calendars);
	kit_add_plain("/ics/awkward-rules", test_awkward_rules);
	return kit_run();
}
