/* What a cell says, under which style, and what a column of cells decides. */
#include "text/blank.h"
#include "text/dates.h"
#include "base/clock.h"
#include <string.h>

/* NULL: not readable under that style. */
static const struct {
	const char *text, *iso, *us, *day_first, *serial;
} table[] = {
#define SAME(text, at)                                                                                                                     \
	{                                                                                                                                  \
		text, at, at, at, at                                                                                                       \
	}
	SAME("2020-03-18", "2020-03-18T00:00:00Z"),
	SAME(" 2020-03-18 ", "2020-03-18T00:00:00Z"),
	SAME("2020/3/8", "2020-03-08T00:00:00Z"),
	SAME("2020.03.18", "2020-03-18T00:00:00Z"),
	SAME("20200318", "2020-03-18T00:00:00Z"),
	SAME("20200318T101559", "2020-03-18T10:15:59Z"),
	SAME("20200318101559", "2020-03-18T10:15:59Z"),
	SAME("2020-03-18T10:15", "2020-03-18T10:15:00Z"),
	SAME("2020-03-18 10:15:30", "2020-03-18T10:15:30Z"),
	SAME("2020-03-18T10:15:30.25Z", "2020-03-18T10:15:30.250Z"),
	SAME("2020-03-18T10:15:30,250Z", "2020-03-18T10:15:30.250Z"),
	SAME("2020-03-18T10:15:30.1234567Z", "2020-03-18T10:15:30.123Z"),
	SAME("2020-03-18T10:15:30+02:00", "2020-03-18T08:15:30Z"),
	SAME("2020-03-18T10:15:30-0530", "2020-03-18T15:45:30Z"),
	SAME("2020-03-18 10:15:30 UTC", "2020-03-18T10:15:30Z"),
	SAME("2020-03-18 10:15:30 EST", "2020-03-18T15:15:30Z"),
	SAME("2020-03-18 2:30 PM", "2020-03-18T14:30:00Z"),
	SAME("2020-03-18 12:00 am", "2020-03-18T00:00:00Z"),
	SAME("2020-03-18 12:00 p.m.", "2020-03-18T12:00:00Z"),
	SAME("2020-Mar-18", "2020-03-18T00:00:00Z"),
	SAME("March 5, 2020", "2020-03-05T00:00:00Z"),
	SAME("Mar 5 2020", "2020-03-05T00:00:00Z"),
	SAME("march 5th, 2020 at 2:30 PM", "2020-03-05T14:30:00Z"),
	SAME("Sept. 3, 2020", "2020-09-03T00:00:00Z"),
	SAME("5 March 2020", "2020-03-05T00:00:00Z"),
	SAME("5th of March 2020", "2020-03-05T00:00:00Z"),
	SAME("05-Mar-2020", "2020-03-05T00:00:00Z"),
	SAME("05-MAR-20 10:15", "2020-03-05T10:15:00Z"),
	SAME("05Mar2020", "2020-03-05T00:00:00Z"),
	SAME("5. März 2020", "2020-03-05T00:00:00Z"),
	SAME("5. MÄRZ 2020 um 14:30", "2020-03-05T14:30:00Z"),
	SAME("12. Okt. 2020", "2020-10-12T00:00:00Z"),
	SAME("Thu, 05 Mar 2020 10:00:00 +0100", "2020-03-05T09:00:00Z"),
	SAME("Donnerstag, 5. März 2020", "2020-03-05T00:00:00Z"),
	SAME("Wed Mar 18 10:00:00 2020", "2020-03-18T10:00:00Z"),
	SAME("Wed Mar 18 2020 10:00:00 GMT+0100 (CET)", "2020-03-18T09:00:00Z"),
	SAME("1584526530", "2020-03-18T10:15:30Z"),
	SAME("1584526530250", "2020-03-18T10:15:30.250Z"),
	{ "03/04/2020", NULL, "2020-03-04T00:00:00Z", "2020-04-03T00:00:00Z", NULL },
	{ "3/4/2020 5:06", NULL, "2020-03-04T05:06:00Z", "2020-04-03T05:06:00Z", NULL },
	{ "3/4/20", NULL, "2020-03-04T00:00:00Z", "2020-04-03T00:00:00Z", NULL },
	{ "3-4-69", NULL, "1969-03-04T00:00:00Z", "1969-04-03T00:00:00Z", NULL },
	{ "3-4-68", NULL, "2068-03-04T00:00:00Z", "2068-04-03T00:00:00Z", NULL },
	{ "12/31/2020", NULL, "2020-12-31T00:00:00Z", NULL, NULL },
	{ "12/31/2020 11:59:59 PM", NULL, "2020-12-31T23:59:59Z", NULL, NULL },
	{ "31/12/2020", NULL, NULL, "2020-12-31T00:00:00Z", NULL },
	{ "31.12.2020", "2020-12-31T00:00:00Z", NULL, "2020-12-31T00:00:00Z", "2020-12-31T00:00:00Z" },
	{ "3.4.2020", "2020-04-03T00:00:00Z", "2020-03-04T00:00:00Z", "2020-04-03T00:00:00Z", "2020-04-03T00:00:00Z" },
	{ "43908", NULL, NULL, NULL, "2020-03-18T00:00:00Z" },
	{ "2020", NULL, NULL, NULL, "1905-07-12T00:00:00Z" },
	{ "43908.5", NULL, NULL, NULL, "2020-03-18T12:00:00Z" },
	{ "43908.4273148148", NULL, NULL, NULL, "2020-03-18T10:15:20Z" },
	SAME("", NULL),
	SAME("soon", NULL),
	SAME("2020-03", NULL),
	SAME("2020-02-30", NULL),
	SAME("2020-13-01", NULL),
	SAME("1899-12-31", NULL),
	SAME("2200-01-01", NULL),
	SAME("2020-03-18T25:00", NULL),
	SAME("2020-03-18T10:60", NULL),
	SAME("2020-03-18 0:30 PM", NULL),
	SAME("2020-03-18 and more", NULL),
	SAME("2020-03-18T", NULL),
	SAME("30/02/2020", NULL),
	SAME("1/2/3", NULL),
	SAME("31/31/2020", NULL),
	SAME("March 2020", NULL),
	SAME("Marchember 5 2020", NULL),
	SAME("5 Mar", NULL),
	SAME("123456789", NULL),
	SAME("1e5", NULL),
	SAME("-43908", NULL),
	SAME("03/04-2020", NULL),
	SAME("2020-03-18 10:15:30 XYZ", NULL),
	SAME("99999999999", NULL),
	SAME("\xff\xff", NULL),
	SAME("2020-03-18T10:15:30+25:00", NULL),
};

static void
check(const char *text, DateStyle style, const char *expected)
{
	char written[TIME_SIZE] = "unreadable";
	gint64 at_ms;

	if (date_read(text, style, NULL, &at_ms))
		time_write(at_ms, written);
	if (g_strcmp0(written, expected != NULL ? expected : "unreadable") != 0)
		g_error("\"%s\" as %s: %s, expected %s", text, date_style_word(style), written, expected != NULL ? expected : "unreadable");
}

static void
test_read(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		check(table[i].text, DATES_ISO, table[i].iso);
		check(table[i].text, DATES_US, table[i].us);
		check(table[i].text, DATES_DAY_FIRST, table[i].day_first);
		check(table[i].text, DATES_SERIAL, table[i].serial);
	}
}

static void
test_zone(void)
{
	g_autoptr(GTimeZone) berlin = g_time_zone_new_identifier("Europe/Berlin");
	static const struct {
		const char *text;
		DateStyle style;
		const char *expected;
	} zoned[] = {
		{ "2020-01-15 12:00", DATES_ISO, "2020-01-15T11:00:00Z" },
		{ "2020-07-15 12:00", DATES_ISO, "2020-07-15T10:00:00Z" },
		{ "2020-07-15", DATES_ISO, "2020-07-14T22:00:00Z" },
		{ "2020-07-15 12:00Z", DATES_ISO, "2020-07-15T12:00:00Z" },
		{ "43908.5", DATES_SERIAL, "2020-03-18T11:00:00Z" },
	};

	if (berlin == NULL) {
		g_test_skip("this system has no time zones");
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(zoned); i++) {
		char written[TIME_SIZE];
		gint64 at_ms;

		g_assert_true(date_read(zoned[i].text, zoned[i].style, berlin, &at_ms));
		time_write(at_ms, written);
		g_assert_cmpstr(written, ==, zoned[i].expected);
	}
}

static void
test_decide(void)
{
	static const struct {
		const char *cells, *style; /* NULL: must be asked for */
		const char *message;
	} columns[] = {
		{ "2020-03-18 2020-04-01", "iso", NULL },
		{ "1/2/2020 3/25/2020", "us", NULL },
		{ "1/2/2020 25/3/2020", "day-first", NULL },
		{ "5/5/2020 7/7/2020", "day-first", NULL },
		{ "5/5/2020 3/25/2020", "us", NULL },
		{ "1/2/2020 3/4/2020", NULL, "\"1/2/2020\"" },
		{ "2020-01-02 3/4/2020", NULL, "\"3/4/2020\"" },
		{ "13/1/2020 1/13/2020", NULL, "two ways" },
		{ "1.2.2020 25.3.2020", "day-first", NULL },
		{ "1.2.2020", "iso", NULL },
		{ "43908 43910.5", "serial", NULL },
		{ "43908 2020-01-01", "serial", NULL },
		{ "43908 1/2/2020", NULL, "numbers of days" },
		{ "soon", "iso", NULL },
	};

	for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
		g_auto(GStrv) cells = g_strsplit(columns[i].cells, " ", -1);
		g_autoptr(GError) error = NULL;
		DateEvidence evidence = { 0 };
		DateStyle style = DATES_UNKNOWN;

		for (char **cell = cells; *cell != NULL; cell++)
			date_evidence_add(&evidence, *cell);
		g_test_message("column %u", i);
		if (columns[i].style != NULL) {
			g_assert_true(date_evidence_decide(&evidence, "when", &style, &error));
			g_assert_cmpstr(date_style_word(style), ==, columns[i].style);
		} else {
			g_assert_false(date_evidence_decide(&evidence, "when", &style, &error));
			g_assert_error(error, ERR, ERR_INVALID);
			g_assert_nonnull(strstr(error->message, columns[i].message));
			g_assert_nonnull(strstr(error->message, "--dates"));
			g_assert_cmpint(style, ==, DATES_UNKNOWN);
		}
	}
}

static void
test_style_words(void)
{
	DateStyle style;

	g_assert_true(date_style_read("day-first", &style));
	g_assert_cmpint(style, ==, DATES_DAY_FIRST);
	g_assert_false(date_style_read("unknown", &style));
	g_assert_false(date_style_read("american", &style));
}

static void
test_blank(void)
{
	static const char *const blank[] = { "", "  ", "nan", "NaN", "N/A", " n/a ", "NA", "#N/A", "null", "NULL", "None", "nil", "-", "--",
		"?", "NaT", "            " };
	static const char *const not_blank[] = { "0", "no", "nano", "Nancy", "none of it", "n", "- no", "a long enough text", "nullify" };

	for (guint i = 0; i < G_N_ELEMENTS(blank); i++)
		g_assert_true(blank_is(blank[i]));
	for (guint i = 0; i < G_N_ELEMENTS(not_blank); i++)
		g_assert_false(blank_is(not_blank[i]));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dates/read", test_read);
	g_test_add_func("/dates/zone", test_zone);
	g_test_add_func("/dates/decide", test_decide);
	g_test_add_func("/dates/style words", test_style_words);
	g_test_add_func("/dates/blank", test_blank);
	return g_test_run();
}
