/* when_day.c - the days in words: "tomorrow", "next Friday", "the end of the month", "24 November", "in 5 working days". Hours: when_clock.c. */
#include "text/when_impl.h"
#include "base/clock.h"
#include <string.h>

static const Token none = { .word = "" };

const Token *
when_token(const WhenScan *scan, guint ahead)
{
	for (guint i = scan->at; i < scan->at + ahead && i < scan->end; i++)
		if (scan->tokens[i].ends)
			return &none;
	return scan->at + ahead < scan->end ? &scan->tokens[scan->at + ahead] : &none;
}

gboolean
when_is(const WhenScan *scan, guint ahead, const char *word)
{
	return strcmp(when_token(scan, ahead)->word, word) == 0;
}

gboolean
when_class(const WhenScan *scan, guint ahead, TimeClass class)
{
	return when_token(scan, ahead)->time == class;
}

static gboolean
take(WhenScan *scan, guint n)
{
	scan->at += n;
	return TRUE;
}

/* A weekday said as it is, with "this" or with "next". */
static void
set_weekday(const WhenContext *context, int said_day, int weekday, TimeClass which, WhenParts *parts)
{
	int ahead = (weekday - context->weekday + 7) % 7, day = context->today + ahead;

	parts->weekday = weekday;
	parts->day = day;
	if (which == T_NEXT && weekday > context->weekday)
		calendar_either(parts, day, day + 7, WHEN_THIS_OR_NEXT);
	else if (which == T_NONE && ahead == 0 && said_day > day) /* "... meets on Monday, and you'll be told on Tuesday" */
		parts->day = day + 7;
	else if (which == T_NEXT && ahead == 0)
		parts->day = day + 7;
	else if (which == T_NONE && ahead == 0)
		calendar_either(parts, day, day + 7, WHEN_TODAY_OR_NEXT);
}

static gboolean
read_weekday(WhenScan *scan, WhenParts *parts)
{
	guint n = when_class(scan, 0, T_THIS) || when_class(scan, 0, T_NEXT) ? 1 : 0;
	TimeClass which = n == 1 ? (TimeClass)when_token(scan, 0)->time : T_NONE;
	int weekday = when_token(scan, n)->value;

	if (n == 1 && which == T_THIS && when_class(scan, 1, T_THIS)) /* "this coming Friday" */
		weekday = when_token(scan, ++n)->value;
	if (!when_class(scan, n, T_WEEKDAY))
		return FALSE;
	set_weekday(scan->context, scan->said_day, weekday, which, parts);
	n++;
	if (when_is(scan, n, "week") && n == 1) { /* "Friday week" */
		int ahead = (weekday - scan->context->weekday + 7) % 7;

		parts->day = scan->context->today + (ahead == 0 ? 7 : ahead) + 7;
		parts->other_day = 0;
		parts->why = WHEN_CLEAR;
		return take(scan, 2);
	}
	n += when_is(scan, n, "of") && (when_class(scan, n + 1, T_NEXT) || when_class(scan, n + 1, T_THIS)) ? 1 : 0;
	if ((when_class(scan, n, T_NEXT) || when_class(scan, n, T_THIS)) && when_is(scan, n + 1, "week")) {
		parts->day = calendar_monday(scan->context, when_class(scan, n, T_NEXT) ? 1 : 0) + weekday - 1;
		parts->other_day = 0;
		parts->why = WHEN_CLEAR;
		n += 2;
	}
	return take(scan, n);
}

/* "that day", "the same day", "that evening": moves behind what says it, and leaves "evening" to be read. */
static gboolean
read_same_day(WhenScan *scan)
{
	guint n = when_is(scan, 0, "later") ? 1 : 0;

	n += when_is(scan, n, "the") && when_is(scan, n + 1, "same") ? 1 : 0;
	if (!when_is(scan, n, "that") && !when_is(scan, n, "same"))
		return FALSE;
	n++;
	if (when_is(scan, n, "day") || when_is(scan, n, "date"))
		return take(scan, n + 1);
	return when_class(scan, n, T_PART) && take(scan, n);
}

/* today, tomorrow, the day after tomorrow, later today, tonight. */
static gboolean
read_relative(WhenScan *scan, WhenParts *parts)
{
	if (when_is(scan, 0, "the") && when_is(scan, 1, "day") && when_is(scan, 2, "after")) {
		gboolean tomorrow = when_is(scan, 3, "tomorrow");

		parts->day = tomorrow ? scan->context->today + 2 : scan->said_day > 0 ? scan->said_day + 1 : 0;
		return parts->day > 0 && take(scan, tomorrow ? 4 : 3);
	}
	if (scan->said_day > 0 && when_is(scan, 0, "the") && when_class(scan, 1, T_NEXT) && (when_is(scan, 2, "day") || when_class(scan, 2, T_PART))) {
		parts->day = scan->said_day + 1;
		return take(scan, when_is(scan, 2, "day") ? 3 : 2);
	}
	if (scan->said_day > 0 && read_same_day(scan)) {
		parts->day = scan->said_day;
		return TRUE;
	}
	if (when_class(scan, 0, T_TONIGHT)) {
		parts->day = scan->context->today;
		parts->half = 2;
		return take(scan, 1);
	}
	if (when_is(scan, 0, "later"))
		scan->at += when_is(scan, 1, "on") ? 2 : 1;
	if (!when_class(scan, 0, T_DAY))
		return FALSE;
	parts->day = scan->context->today + when_token(scan, 0)->value;
	if (when_is(scan, 1, "week")) {
		parts->day += 7;
		scan->at++;
	}
	return take(scan, 1);
}

/* The end (start, middle) of a month that began @months from now's month. */
static void
set_month(const WhenContext *context, int months, TimeClass which, int early, WhenParts *parts)
{
	int year, month, unused;

	calendar_split(context->today, &year, &month, &unused);
	year += (month - 1 + months) / 12;
	month = (month - 1 + months) % 12 + 1;
	parts->day = calendar_day(year, month,
		which == T_START    ? (early ? 7 : 1)
		: which == T_MIDDLE ? 15
				    : calendar_month_days(year, month));
}

static void
set_week(const WhenContext *context, int weeks, TimeClass which, int early, WhenParts *parts)
{
	int monday = calendar_monday(context, weeks);

	parts->day = monday + (which == T_START ? (early ? 1 : 0) : which == T_MIDDLE ? 2 : 4);
	if (weeks == 0 && which == T_END && context->weekday > 5)
		calendar_either(parts, monday + 6, monday + 11, WHEN_WEEK_OVER);
	else if (parts->day < context->today)
		parts->day += 7;
	/* a calendar may know that nobody works on that Friday */
	while (which == T_END && context->now->calendar != NULL && parts->other_day == 0 && parts->day > MAX(monday, context->today) &&
		!calendar_works(context, parts->day))
		parts->day--;
}

/* What follows "end of", "mid", "early": the week, next month, November, the day, Friday. */
static gboolean
read_bounded(WhenScan *scan, TimeClass which, int early, WhenParts *parts)
{
	int further = 0, year, month, unused;
	const Token *word;

	calendar_split(scan->context->today, &year, &month, &unused);
	if (when_is(scan, 0, "the"))
		scan->at++;
	if (when_class(scan, 0, T_THIS) || when_class(scan, 0, T_NEXT))
		further = when_class(scan, 0, T_NEXT), scan->at++;
	word = when_token(scan, 0);
	if (!when_is(scan, 0, "day"))
		parts->ends_day = parts->ends_day && word->time == T_WORKING && when_is(scan, 1, "day");
	if (word->time == T_MONTH) {
		set_month(scan->context, (word->value - month + 12) % 12, which, early, parts);
		return take(scan, 1);
	}
	if (word->time == T_WORKING && when_is(scan, 1, "week"))
		scan->at++;
	if (when_is(scan, 0, "week"))
		set_week(scan->context, further, which, early, parts);
	else if (when_is(scan, 0, "month"))
		set_month(scan->context, further, which, early, parts);
	else if (when_is(scan, 0, "year") && which == T_END)
		parts->day = calendar_day(year + further, 12, 31);
	else if (when_is(scan, 0, "day") || (when_class(scan, 0, T_WORKING) && when_is(scan, 1, "day"))) {
		parts->day = further ? calendar_work(scan->context, scan->context->today, 1) : scan->context->today;
		if (when_class(scan, 0, T_WORKING)) { /* "the end of the working day" */
			scan->at++;
			if (which == T_END && further == 0) {
				parts->minute = 1020;
				parts->part = parts->closing = TRUE;
			}
		}
	} else
		return FALSE;
	return take(scan, 1);
}

/* The end of something, close of business, early next week; also a plain "next week". */
static gboolean
read_end(WhenScan *scan, WhenParts *parts)
{
	TimeClass which = T_END;
	int early = 0;

	if (when_class(scan, 0, T_EOD)) {
		const Token *said = when_token(scan, 0);

		scan->at += when_is(scan, 1, "on") ? 2 : 1;
		parts->ends_day = said->value == 0;
		if ((when_class(scan, 0, T_DAY) || when_class(scan, 0, T_WEEKDAY)) && parts->prep != PREP_ON)
			return read_relative(scan, parts) || read_weekday(scan, parts);
		if (said->value == 1)
			set_week(scan->context, 0, T_END, 0, parts);
		else if (said->value == 2)
			set_month(scan->context, 0, T_END, 0, parts);
		else
			parts->day = scan->context->today;
		return TRUE;
	}
	if (when_is(scan, 0, "the") && (when_class(scan, 1, T_END) || when_class(scan, 1, T_START) || when_class(scan, 1, T_MIDDLE)))
		scan->at++;
	if (when_class(scan, 0, T_END) || when_class(scan, 0, T_START) || when_class(scan, 0, T_MIDDLE)) {
		which = (TimeClass)when_token(scan, 0)->time;
		early = when_token(scan, 0)->value;
		scan->at += when_is(scan, 1, "of") ? 2 : when_is(scan, 1, "-") || when_is(scan, 1, "in") ? 2 : 1;
		parts->ends_day = which == T_END;
		if (which == T_END && early && (when_class(scan, 0, T_DAY) || when_class(scan, 0, T_WEEKDAY))) { /* "by close today" */
			parts->minute = 1020;
			parts->part = parts->closing = TRUE;
		}
		if (which == T_END && (when_class(scan, 0, T_DAY) || when_class(scan, 0, T_WEEKDAY) || when_is(scan, 0, "that") || when_is(scan, 0, "the")) &&
			(read_relative(scan, parts) || read_weekday(scan, parts))) {
			parts->prep = parts->prep == PREP_BEFORE ? PREP_BY : parts->prep;
			return TRUE;
		}
	} else if (!when_class(scan, 0, T_NEXT) && !when_class(scan, 0, T_THIS) &&
		   !(when_is(scan, 0, "the") && when_class(scan, 1, T_NEXT))) {
		return FALSE;
	}
	if (which == T_END && parts->prep == PREP_BEFORE) /* "before the end of" is by it */
		parts->prep = PREP_BY;
	return read_bounded(scan, which, early, parts);
}

/* November 24, 24 November, the 24th of November, the 24th, 24/11, 2026-11-24; with a year or without. */
static gboolean
read_date(WhenScan *scan, WhenParts *parts)
{
	guint n = when_is(scan, 0, "the") ? 1 : 0;
	const Token *first = when_token(scan, n), *then = when_token(scan, n + 1);
	int day = 0, month = 0, year = 0;

	if (first->time == T_DATE && first->bare) {
		int a = first->value / 100 % 100, b = first->value % 100;

		if (a <= 12 && b <= 12 && a != b) {
			WhenParts other = *parts;

			if (!calendar_date(scan->context, first->value / 10000, b, a, parts) ||
				!calendar_date(scan->context, first->value / 10000, a, b, &other))
				return FALSE;
			calendar_either(parts, parts->day, other.day, WHEN_DAY_OR_MONTH);
			return take(scan, n + 1);
		}
		return calendar_date(scan->context, first->value / 10000, a > 12 ? b : a, a > 12 ? a : b, parts) && take(scan, n + 1);
	}
	if (first->time == T_DATE)
		return calendar_date(scan->context, first->value / 10000, first->value / 100 % 100, first->value % 100, parts) &&
		       take(scan, n + 1);
	if (first->money)
		return FALSE;
	if ((first->time == T_NUMBER && g_ascii_isdigit(first->word[0])) || first->time == T_ORDINAL) {
		guint of = strcmp(then->word, "of") == 0 ? 1 : 0;

		day = first->value;
		if (when_class(scan, n + 1 + of, T_MONTH)) {
			month = when_token(scan, n + 1 + of)->value;
			n += 2 + of;
		} else if (first->time == T_ORDINAL && g_ascii_isdigit(first->word[0]) &&
			   (n == 1 || parts->prep != PREP_NONE || (scan->at > 0 && scan->tokens[scan->at - 1].time == T_WEEKDAY) || first->ends ||
				   scan->at + 1 == scan->end)) {
			int this_month;

			calendar_split(scan->context->today, &year, &this_month, &month);
			month = day < month ? this_month % 12 + 1 : this_month;
			year = 0;
			n++;
		} else if (first->time == T_ORDINAL && n == 1 && !g_ascii_isalpha(then->word[0]) &&
			   (parts->prep == PREP_BY || parts->prep == PREP_ON)) {
			return FALSE; /* "by the second" says nothing */
		} else {
			return FALSE;
		}
	} else if (first->time == T_MONTH && (then->time == T_NUMBER || then->time == T_ORDINAL) && g_ascii_isdigit(then->word[0]) &&
		   then->value <= 31) {
		month = first->value;
		day = then->value;
		n += 2;
	} else {
		return FALSE;
	}
	for (guint comma = 0; comma < 2; comma++) {
		const Token *said = when_token(scan, n + comma);

		if ((comma == 0 || when_is(scan, n, ",")) && said->time == T_NUMBER && !said->money && said->value >= 2000 &&
			said->value < 2200) {
			year = said->value;
			n += comma + 1;
			break;
		}
	}
	return calendar_date(scan->context, year, month, day, parts) && take(scan, n);
}

/* "the week of 24 May", "week commencing the 24th", "w/c 24/5": its Friday. */
static gboolean
read_week_of(WhenScan *scan, WhenParts *parts)
{
	guint n = when_is(scan, 0, "the") ? 1 : 0;
	WhenScan ahead = *scan;

	if (when_is(scan, n, "w") && when_is(scan, n + 1, "or") && when_is(scan, n + 2, "c"))
		ahead.at += n + 3;
	else if (when_is(scan, n, "week") && (when_is(scan, n + 1, "of") || when_is(scan, n + 1, "commencing") || when_is(scan, n + 1, "beginning") ||
						      when_is(scan, n + 1, "starting")))
		ahead.at += n + 2;
	else
		return FALSE;
	if (when_is(&ahead, 0, "on") || when_is(&ahead, 0, "monday"))
		ahead.at++;
	if (!read_date(&ahead, parts) || parts->other_day != 0)
		return FALSE;
	parts->day += 5 - calendar_weekday(parts->day) + (calendar_weekday(parts->day) > 5 ? 7 : 0);
	*scan = ahead;
	return TRUE;
}

static gboolean
read_first_week(WhenScan *scan, WhenParts *parts)
{
	guint n = when_is(scan, 0, "the") ? 1 : 0;
	WhenScan ahead = *scan;

	if (!when_is(scan, n, "first") || !when_is(scan, n + 1, "week") || (!when_is(scan, n + 2, "of") && !when_is(scan, n + 2, "in")))
		return FALSE;
	ahead.at += n + 3;
	if (!read_bounded(&ahead, T_START, 1, parts))
		return FALSE;
	*scan = ahead;
	return TRUE;
}

/* Christmas, the new year, the weekend, the next working day, in December, a week on Friday. */
static gboolean
read_named(WhenScan *scan, WhenParts *parts)
{
	guint n = when_is(scan, 0, "the") || when_class(scan, 0, T_THIS) ? 1 : 0;
	int year, month, unused;

	calendar_split(scan->context->today, &year, &month, &unused);
	if (when_class(scan, n, T_FEAST)) {
		int value = when_token(scan, n)->value;

		parts->why = WHEN_CLEAR;
		if (parts->prep == PREP_AFTER || !calendar_date(scan->context, 0, value / 100, value % 100, parts))
			return FALSE;
		if (parts->prep == PREP_BEFORE) /* the day, or the holidays, which begin the day before it? */
			calendar_either(parts, parts->day - 1, parts->day, WHEN_FEAST);
		parts->prep = PREP_BY; /* before it and by it are the day before it */
		return take(scan, n + 1);
	}
	if (when_is(scan, n, "new") && when_is(scan, n + 1, "year")) {
		parts->day = calendar_day(year, 12, 31);
		parts->prep = PREP_BY;
		return take(scan, n + 2);
	}
	if (when_class(scan, n, T_WEEKEND)) {
		gboolean before = parts->prep == PREP_BY || parts->prep == PREP_BEFORE;

		parts->day = calendar_monday(scan->context, 0) + (before ? 4 : parts->prep == PREP_AFTER ? 7 : 6);
		if (parts->day < scan->context->today)
			parts->day += 7;
		parts->prep = PREP_BY;
		return take(scan, n + 1);
	}
	if (when_class(scan, n, T_NEXT) && when_class(scan, n + 1, T_WORKING) && when_is(scan, n + 2, "day")) {
		parts->day = calendar_work(scan->context, scan->context->today, 1);
		return take(scan, n + 3);
	}
	if (when_class(scan, 0, T_MONTH) && (parts->prep == PREP_IN || parts->prep == PREP_WITHIN) && !when_is(scan, 0, "may")) {
		int months = (when_token(scan, 0)->value - month + 12) % 12;

		set_month(scan->context, months, T_END, 0, parts);
		return take(scan, 1);
	}
	if (when_class(scan, 0, T_NUMBER) && when_token(scan, 0)->value == 1 && when_is(scan, 1, "week")) {
		scan->at += when_is(scan, 2, "on") ? 3 : 2;
		if (when_class(scan, 0, T_WEEKDAY)) {
			int ahead = (when_token(scan, 0)->value - scan->context->weekday + 7) % 7;

			parts->day = scan->context->today + (ahead == 0 ? 7 : ahead) + 7;
			return take(scan, 1);
		}
		if (when_class(scan, 0, T_DAY)) {
			parts->day = scan->context->today + when_token(scan, 0)->value + 7;
			return take(scan, 1);
		}
	}
	return FALSE;
}

gboolean
when_day(WhenScan *scan, WhenParts *parts)
{
	gboolean (*const readers[])(WhenScan *, WhenParts *) = { read_date, read_relative, read_weekday, read_week_of, read_end, read_first_week, read_named };

	for (gsize i = 0; i < G_N_ELEMENTS(readers); i++) {
		WhenScan ahead = *scan;
		WhenParts found = *parts;

		if (readers[i](&ahead, &found) && found.day > 0) {
			*scan = ahead;
			*parts = found;
			return TRUE;
		}
	}
	return FALSE;
}
