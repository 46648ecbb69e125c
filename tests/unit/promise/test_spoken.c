/* Words of time by a business calendar: working days, days off, and the close of business, in the calendar's zone. */
#include "kit/kit.h"
#include "promise/calendar_ics.h"
#include "promise/calendar_rows.h"
#include "promise/spoken.h"
#include "text/promise_words.h"
#include "text/span.h"
#include <string.h>

static Calendar *
office(const char *zone, int from_min, int to_min)
{
	Calendar *calendar = calendar_new(zone);

	for (guint day = 0; day < 5; day++)
		calendar_put_shift(calendar, day, (Shift){ from_min, to_min });
	return calendar;
}

static gint64
at(const char *text)
{
	gint64 ms = 0;

	g_assert_true(time_read(text, &ms));
	return ms;
}

static void
assert_due(Calendar *calendar, const char *now, const char *zone, const char *words, const char *due, gboolean whole_day)
{
	SpokenNow spoken;
	When when = { 0 };

	spoken_by(calendar, at(now), zone, &spoken);
	g_test_message("%s, said at %s", words, now);
	g_assert_true(when_read(words, &spoken.now, &when));
	g_assert_cmpint(when.due_ms, ==, at(due));
	g_assert_cmpint(when.whole_day, ==, whole_day);
	g_assert_cmpint(when.other_ms, ==, 0);
}

/* The bank holidays of England and Wales around Christmas 2026, as they come in a file. */
static const char *const bank_holidays =
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"
	"BEGIN:VEVENT\r\nUID:a@test\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261226\r\nSUMMARY:Christmas Day\r\nEND:VEVENT\r\n"
	"BEGIN:VEVENT\r\nUID:b@test\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20261228\r\nDTEND;VALUE=DATE:20261229\r\nSUMMARY:Boxing Day (substitute day)\r\nEND:VEVENT\r\n"
	"BEGIN:VEVENT\r\nUID:c@test\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270102\r\nSUMMARY:New Year's Day\r\nEND:VEVENT\r\n"
	"END:VCALENDAR\r\n";

static void
put_bank_holidays(Calendar *calendar)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) holidays = calendar_ics_read(bank_holidays, strlen(bank_holidays), "Europe/London", at("2026-12-01T00:00:00Z"), &error);

	g_assert_no_error(error);
	g_assert_cmpuint(holidays->len, ==, 3);
	for (guint i = 0; i < holidays->len; i++) {
		const Holiday *one = &g_array_index(holidays, Holiday, i);

		calendar_put_holiday(calendar, one->day, one->from_min, one->to_min, one->yearly);
	}
}

static void
test_bank_holidays(void)
{
	g_autoptr(Calendar) calendar = office("Europe/London", 9 * 60, 17 * 60 + 30);
	const char *tuesday = "2026-12-22T10:00:00Z";

	put_bank_holidays(calendar);
	assert_due(calendar, tuesday, "Europe/London", "within 5 working days", "2026-12-31T23:59:00.000Z", TRUE);
	assert_due(calendar, tuesday, "Europe/London", "in 3 business days", "2026-12-29T23:59:00.000Z", TRUE);
	assert_due(calendar, "2026-12-24T10:00:00Z", "Europe/London", "the next working day", "2026-12-29T23:59:00.000Z", TRUE);
	assert_due(calendar, "2026-12-22T10:00:00Z", "Europe/London", "by the end of the week", "2026-12-24T23:59:00.000Z", TRUE);
}

static void
test_close_of_business(void)
{
	g_autoptr(Calendar) calendar = office("Europe/London", 9 * 60, 17 * 60 + 30);

	put_bank_holidays(calendar);
	calendar_put_holiday(calendar, day_of_ymd(2026, 12, 24), 12 * 60, 1440, FALSE);
	assert_due(calendar, "2026-12-22T10:00:00Z", "Europe/London", "by close of business", "2026-12-22T17:30:00.000Z", FALSE);
	assert_due(calendar, "2026-12-22T10:00:00Z", "Europe/London", "by COB tomorrow", "2026-12-23T17:30:00.000Z", FALSE);
	assert_due(calendar, "2026-12-22T10:00:00Z", "Europe/London", "by end of play on Thursday", "2026-12-24T12:00:00.000Z", FALSE);
	assert_due(calendar, "2026-12-22T10:00:00Z", "Europe/London", "by the end of the day", "2026-12-22T17:30:00.000Z", FALSE);
	assert_due(calendar, "2026-12-22T10:00:00Z", "Europe/London", "eod", "2026-12-22T17:30:00.000Z", FALSE);
	assert_due(calendar, "2026-12-22T10:00:00Z", "Europe/London", "by the end of Wednesday", "2026-12-23T17:30:00.000Z", FALSE);
	/* said when business is over for the day, or on a day off: the next it closes on */
	assert_due(calendar, "2026-12-22T18:00:00Z", "Europe/London", "by close of business", "2026-12-23T17:30:00.000Z", FALSE);
	assert_due(calendar, "2026-12-25T09:00:00Z", "Europe/London", "by close of business", "2026-12-29T17:30:00.000Z", FALSE);
	/* "the end of the day" after it: the day itself is not over yet */
	assert_due(calendar, "2026-12-22T18:00:00Z", "Europe/London", "by the end of the day", "2026-12-22T23:59:00.000Z", TRUE);
}

/* Said in Berlin of a house in London: hours are the speaker's, the close of business is the house's. */
static void
test_zones(void)
{
	g_autoptr(Calendar) calendar = office("Europe/London", 9 * 60, 17 * 60);
	g_autoptr(Calendar) apia = office("Pacific/Apia", 8 * 60, 16 * 60);

	assert_due(calendar, "2026-07-07T10:00:00Z", "Europe/Berlin", "3pm", "2026-07-07T13:00:00.000Z", FALSE);
	assert_due(calendar, "2026-07-07T10:00:00Z", "Europe/Berlin", "cob", "2026-07-07T16:00:00.000Z", FALSE);
	/* the clocks go back on 25 October 2026 */
	assert_due(calendar, "2026-10-23T10:00:00Z", "Europe/London", "cob", "2026-10-23T16:00:00.000Z", FALSE);
	assert_due(calendar, "2026-10-23T10:00:00Z", "Europe/London", "by COB on Monday", "2026-10-26T17:00:00.000Z", FALSE);
	assert_due(apia, "2026-07-06T20:00:00Z", "Pacific/Apia", "in 2 working days", "2026-07-09T10:59:00.000Z", TRUE);
}

static void
test_shifts(void)
{
	g_autoptr(Calendar) calendar = calendar_new("Europe/London");

	/* Tuesday to Saturday, with a break, Saturdays shorter */
	for (guint day = 1; day < 5; day++) {
		calendar_put_shift(calendar, day, (Shift){ 9 * 60, 12 * 60 });
		calendar_put_shift(calendar, day, (Shift){ 13 * 60, 18 * 60 });
	}
	calendar_put_shift(calendar, 5, (Shift){ 10 * 60, 14 * 60 });
	assert_due(calendar, "2026-11-19T11:22:00Z", "Europe/London", "in 3 working days", "2026-11-24T23:59:00.000Z", TRUE);
	assert_due(calendar, "2026-11-19T11:22:00Z", "Europe/London", "by COB Saturday", "2026-11-21T14:00:00.000Z", FALSE);
	assert_due(calendar, "2026-11-19T12:30:00Z", "Europe/London", "by close of play", "2026-11-19T18:00:00.000Z", FALSE);
	/* nobody works on Monday: what people say then holds */
	assert_due(calendar, "2026-11-19T11:22:00Z", "Europe/London", "by the end of Monday", "2026-11-23T23:59:00.000Z", TRUE);
}

/* Round the clock has no working days of its own; nor has a calendar on which nobody ever works. */
static void
test_no_rest(void)
{
	g_autoptr(Calendar) always = calendar_new_always("Europe/London"), never = calendar_new("Europe/London");

	assert_due(always, "2026-11-20T11:22:00Z", "Europe/London", "in 2 working days", "2026-11-24T23:59:00.000Z", TRUE);
	assert_due(never, "2026-11-20T11:22:00Z", "Europe/London", "in 2 working days", "2026-11-24T23:59:00.000Z", TRUE);
	assert_due(NULL, "2026-11-20T11:22:00Z", "Europe/London", "cob", "2026-11-20T17:00:00.000Z", FALSE);
}

static void
test_in_a_sentence(void)
{
	g_autoptr(Calendar) calendar = office("Europe/London", 9 * 60, 16 * 60);
	g_autoptr(GPtrArray) found = NULL;
	const char *text = "I'll write to you by close of business on Tuesday, and the money will be with you within 5 working days.";
	const PromiseWords *one, *other;
	SpokenNow spoken;

	put_bank_holidays(calendar);
	spoken_by(calendar, at("2026-12-18T10:00:00Z"), "Europe/London", &spoken);
	found = promise_words_read(text, strlen(text), &spoken.now);
	g_assert_cmpuint(found->len, ==, 2);
	one = found->pdata[0];
	other = found->pdata[1];
	g_assert_cmpint(one->when.due_ms, ==, at("2026-12-22T16:00:00Z"));
	g_assert_cmpint(other->when.due_ms, ==, at("2026-12-29T23:59:00Z"));
}

/* The house's own, from the database, with a day off put into it. */
static void
test_of_the_house(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) days = g_array_new(FALSE, TRUE, sizeof(Holiday));
	Holiday friday = { .day = day_of_ymd(2026, 11, 20), .from_min = 0, .to_min = 1440, .name = (char *)"Stocktaking" };
	SpokenNow spoken;
	When when = { 0 };
	gint64 added = 0;

	g_array_append_val(days, friday);
	{
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);

		g_assert_no_error(error);
		g_assert_true(calendar_add_holidays_in(kit->db, "CAFF-WRK9", days, kit->actor, at("2026-11-19T10:00:00Z"), &added, &error));
		g_assert_no_error(error);
		g_assert_true(db_tx_commit(tx, &error));
	}
	g_assert_true(spoken_now(kit->db, 0, at("2026-11-19T11:22:00Z"), "UTC", &spoken, &error));
	g_assert_no_error(error);
	g_assert_true(when_read("in 2 working days", &spoken.now, &when));
	g_assert_cmpint(when.due_ms, ==, at("2026-11-24T23:59:00Z"));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/promise/spoken/bank_holidays", test_bank_holidays);
	kit_add_plain("/promise/spoken/close", test_close_of_business);
	kit_add_plain("/promise/spoken/zones", test_zones);
	kit_add_plain("/promise/spoken/shifts", test_shifts);
	kit_add_plain("/promise/spoken/no_rest", test_no_rest);
	kit_add_plain("/promise/spoken/sentence", test_in_a_sentence);
	kit_add("/promise/spoken/house", test_of_the_house);
	return kit_run();
}
