/* spoken.c - see spoken.h. */
#include "promise/spoken.h"
#include "base/clock.h"
#include "promise/case_clocks.h"

static gboolean
works(gpointer data, int year, int month, int day)
{
	return calendar_is_workday(data, day_of_ymd(year, month, day));
}

static gint64
closes_ms(gpointer data, int year, int month, int day)
{
	int local = day_of_ymd(year, month, day);

	if (!calendar_is_workday(data, local))
		return 0;
	return calendar_add_workdays(data, calendar_moment(data, local, 0), 0);
}

static gboolean
ever_rests(Calendar *calendar, gint64 now_ms)
{
	const gint64 weeks = 2 * 7 * MS_PER_DAY;

	return calendar_between(calendar, now_ms, now_ms + weeks) < weeks;
}

void
spoken_by(Calendar *calendar, gint64 now_ms, const char *zone, SpokenNow *ret)
{
	*ret = (SpokenNow){ .now = { .now_ms = now_ms, .zone = zone } };
	if (calendar == NULL || !ever_rests(calendar, now_ms) || calendar_add_workdays(calendar, now_ms, 1) == CALENDAR_NEVER)
		return;
	ret->calendar = (WhenCalendar){ calendar, works, closes_ms };
	ret->now.calendar = &ret->calendar;
}

/* The calendar of the policy that the case's clocks run by; NULL: none. */
static gboolean
calendar_of_case(Db *db, gint64 case_id, gint64 now_ms, Calendar **ret_calendar, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(ClockRow) row = clock_row_find(db, case_id, &local);
	const ClockPolicy *policy;
	ClockBook *book;

	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if ((book = clock_book_with(db, row != NULL ? row->policy_id : 0, error)) == NULL)
		return FALSE;
	policy = row != NULL ? clock_book_policy(book, row->policy_id) : NULL;
	*ret_calendar = policy != NULL ? clock_book_calendar(book, policy->calendar_id) : NULL;
	if (*ret_calendar != NULL && !ever_rests(*ret_calendar, now_ms))
		*ret_calendar = NULL;
	if (*ret_calendar == NULL)
		*ret_calendar = clock_book_house_calendar(book);
	return TRUE;
}

gboolean
spoken_now(Db *db, gint64 case_id, gint64 now_ms, const char *zone, SpokenNow *ret, GError **error)
{
	ClockBook *book;
	Calendar *calendar = NULL;

	if (case_id != 0) {
		if (!calendar_of_case(db, case_id, now_ms, &calendar, error))
			return FALSE;
	} else if ((book = clock_book(db, error)) != NULL) {
		calendar = clock_book_house_calendar(book);
	} else {
		return FALSE;
	}
	spoken_by(calendar, now_ms, zone, ret);
	return TRUE;
}
