/* when_calendar.c - days, weeks and months for when_day.c: Julian days, so that arithmetic is plain. Clocks and zones: when_resolve.c. */
#include "text/span.h"
#include "text/when_impl.h"
#include "base/clock.h"

gboolean
when_context_init(WhenContext *context, const WhenNow *now)
{
	g_autoptr(GTimeZone) zone = zone_by_name(now->zone);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now->now_ms / MS_PER_S);
	g_autoptr(GDateTime) at = utc != NULL ? g_date_time_to_timezone(utc, zone) : NULL;

	if (at == NULL || g_date_time_get_year(at) < 1971 || g_date_time_get_year(at) > 9900)
		return FALSE;
	*context = (WhenContext){ .now = now,
		.zone = g_steal_pointer(&zone),
		.weekday = g_date_time_get_day_of_week(at),
		.today = calendar_day(g_date_time_get_year(at), g_date_time_get_month(at), g_date_time_get_day_of_month(at)),
		.minute = g_date_time_get_hour(at) * 60 + g_date_time_get_minute(at) };
	return TRUE;
}

void
when_context_clear(WhenContext *context)
{
	g_clear_pointer(&context->zone, g_time_zone_unref);
}

gint64
when_ms_at(const WhenContext *context, int day, int minute)
{
	int year, month, of_month;
	g_autoptr(GDateTime) at = NULL;

	calendar_split(day, &year, &month, &of_month);
	at = g_date_time_new(context->zone, year, month, of_month, minute / 60, minute % 60, 0);
	return at != NULL ? g_date_time_to_unix(at) * MS_PER_S : 0;
}

gint64
when_closes_ms(const WhenContext *context, int day)
{
	enum { FIVE = 17 * 60 };
	const WhenCalendar *calendar = context->now->calendar;
	int year, month, of_month;

	if (calendar == NULL)
		return when_ms_at(context, day, context->now->closes_minute > 0 ? context->now->closes_minute : FIVE);
	calendar_split(day, &year, &month, &of_month);
	return calendar->closes_ms(calendar->data, year, month, of_month);
}

int
calendar_day(int year, int month, int day)
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
	return (int)g_date_get_julian(&date);
}

int
calendar_month_days(int year, int month)
{
	return g_date_get_days_in_month((GDateMonth)month, (GDateYear)year);
}

void
calendar_split(int day, int *ret_year, int *ret_month, int *ret_day)
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_julian(&date, (guint32)day);
	*ret_year = g_date_get_year(&date);
	*ret_month = g_date_get_month(&date);
	*ret_day = g_date_get_day(&date);
}

int
calendar_weekday(int day)
{
	return (day + 6) % 7 + 1; /* Julian day 1 was a Monday */
}

int
calendar_monday(const WhenContext *context, int weeks)
{
	return context->today - context->weekday + 1 + 7 * weeks;
}

gboolean
calendar_works(const WhenContext *context, int day)
{
	const WhenCalendar *calendar = context->now->calendar;
	guint weekdays = context->now->weekdays != 0 ? context->now->weekdays & 0x7f : 0x1f;
	int year, month, of_month;

	calendar_split(day, &year, &month, &of_month);
	if (calendar != NULL)
		return calendar->works(calendar->data, year, month, of_month);
	if ((weekdays >> (calendar_weekday(day) - 1) & 1) == 0)
		return FALSE;
	for (gsize i = 0; i < context->now->n_holidays; i++)
		if (context->now->holidays[i] == year * 10000 + month * 100 + of_month)
			return FALSE;
	return TRUE;
}

/* The @n-th day worked after @day. A calendar that knows no such day within three years counts plain days. */
int
calendar_work(const WhenContext *context, int day, int n)
{
	int at = day;

	for (int tried = 0, left = MIN(n, 400); tried < 1100; tried++)
		if (calendar_works(context, ++at) && --left <= 0)
			return at;
	return day + n;
}

void
calendar_either(WhenParts *parts, int one, int other, WhenWhy why)
{
	parts->day = MIN(one, other);
	parts->other_day = MAX(one, other);
	parts->why = why;
}

/* What was said has just gone by: next month, or next year? */
static void
ask_passed(int today, int month, int day, WhenParts *parts)
{
	int year, this_month, unused;

	calendar_split(today, &year, &this_month, &unused);
	this_month = this_month % 12 + 1;
	calendar_either(parts, calendar_day(this_month == 1 ? year + 1 : year, this_month, MIN(day, calendar_month_days(year, this_month))),
		calendar_day(year + 1, month, MIN(day, calendar_month_days(year + 1, month))), WHEN_PASSED_DAY);
}

gboolean
calendar_date(const WhenContext *context, int year, int month, int day, WhenParts *parts)
{
	enum { JUST_PASSED = 60 };
	int this_year, this_month, unused, days, at;
	gboolean said = year != 0;

	if (month < 1 || month > 12 || day < 1 || day > 31 || (year != 0 && (year < 1980 || year > 9000)))
		return FALSE;
	parts->is_date = TRUE;
	calendar_split(context->today, &this_year, &this_month, &unused);
	if (year == 0)
		year = month == 2 && day == 29 && this_month > 2 ? this_year + 1 : this_year;
	days = calendar_month_days(year, month);
	if (day > days) {
		at = calendar_day(year, month, days);
		if (at < context->today && !said) {
			days = calendar_month_days(++year, month);
			at = calendar_day(year, month, days);
		}
		calendar_either(parts, at, at + 1, WHEN_NO_SUCH_DAY);
		parts->why_number = days;
		parts->why_month = month;
		return TRUE;
	}
	at = calendar_day(year, month, day);
	if (at >= context->today || said) {
		parts->day = at;
		return TRUE;
	}
	if (at + JUST_PASSED >= context->today)
		ask_passed(context->today, month, day, parts);
	else
		parts->day = calendar_day(year + 1, month, MIN(day, calendar_month_days(year + 1, month)));
	return TRUE;
}
