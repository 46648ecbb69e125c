/* when_resolve.c - words of a time put together, and the calendar's answer. The atoms: when_day.c, when_clock.c. */
#include "text/when_impl.h"
#include "base/clock.h"
#include <string.h>

static const struct {
	const char *words[3];
	WhenPrep prep;
} preps[] = { { { "by" }, PREP_BY }, { { "no", "later", "than" }, PREP_BY }, { { "not", "later", "than" }, PREP_BY },
	{ { "before" }, PREP_BEFORE }, { { "on" }, PREP_ON }, { { "at" }, PREP_AT }, { { "within" }, PREP_WITHIN },
	{ { "inside" }, PREP_WITHIN }, { { "in" }, PREP_IN }, { { "during" }, PREP_IN }, { { "over" }, PREP_WITHIN },
	{ { "up", "to" }, PREP_WITHIN }, { { "until" }, PREP_UNTIL }, { { "between" }, PREP_BETWEEN }, { { "after" }, PREP_AFTER },
	{ { "every" }, PREP_ON }, { { "each" }, PREP_ON }, { { "of" }, PREP_PAST }, { { "from" }, PREP_FROM }, { { "on", "or", "before" }, PREP_BY }, { { "before", "or", "on" }, PREP_BY },
	{ { "by", "or", "before" }, PREP_BY }, { { "before", "or", "by" }, PREP_BY }, { { "not", "after" }, PREP_BY }, { { "no", "more", "than" }, PREP_WITHIN },
	{ { "as", "of" }, PREP_PAST }, { { "less", "than" }, PREP_WITHIN }, { { "under" }, PREP_WITHIN }, { { "come" }, PREP_BY }, { { "in", "time", "for" }, PREP_BY }, { { "between", "now", "and" }, PREP_BY },
	{ { "on", "or", "around" }, PREP_ON }, { { "on", "or", "about" }, PREP_ON }, { { "at", "most" }, PREP_WITHIN }, { { "since" }, PREP_PAST },
	{ { "for" }, PREP_FOR }, { { "than" }, PREP_PAST }, { { "in", "the", "course" }, PREP_IN } };

static gboolean
read_prep(WhenScan *scan, WhenParts *parts)
{
	const char *first;

	if (when_is(scan, 0, "about") || when_is(scan, 0, "around") || when_is(scan, 0, "roughly") || when_is(scan, 0, "like") || when_is(scan, 0, "say") || when_is(scan, 0, "sometime") || when_is(scan, 0, "anytime") ||
		when_is(scan, 0, "approx") || when_is(scan, 0, "circa") || when_is(scan, 0, "approximately") ||
		(when_is(scan, 0, "of") && parts->prep == PREP_IN) || (when_is(scan, 0, "latest") && parts->prep == PREP_AT)) {
		scan->at++;
		return TRUE;
	}
	first = when_token(scan, 0)->word;
	for (gsize i = G_N_ELEMENTS(preps); i > 0; i--) {
		const char *const *words = preps[i - 1].words;
		guint n = 0;

		if (words[0][0] != first[0])
			continue;

		while (n < 3 && words[n] != NULL && when_is(scan, n, words[n]))
			n++;
		if (n == 3 || (n > 0 && words[n] == NULL)) {
			parts->prep = preps[i - 1].prep;
			scan->at += n;
			return TRUE;
		}
	}
	return FALSE;
}

/* Prepositions and one day, clock or count. */
static gboolean
read_atom(WhenScan *scan, WhenParts *parts)
{
	WhenScan ahead = *scan;

	*parts = (WhenParts){ .first = scan->at, .minute = -1, .span_minute = -1 };
	for (int n = 0; n < 3 && read_prep(&ahead, parts); n++) {
	}
	if (when_token(&ahead, 0)->quoted)
		return FALSE;
	if (!when_count(&ahead, parts) && !when_day(&ahead, parts) && !when_clock(&ahead, parts))
		return FALSE;
	parts->next = ahead.at;
	*scan = ahead;
	return TRUE;
}

/* "Monday or Tuesday", "between Monday and Wednesday", "Mon-Wed": the later one. */
static void
read_later_day(WhenScan *scan, WhenParts *parts)
{
	WhenScan ahead = *scan;
	WhenParts more = { .minute = -1, .span_minute = -1 };

	if (parts->day == 0 || parts->counted ||
		!(when_is(scan, 0, "or") || when_is(scan, 0, "to") || when_is(scan, 0, "-") ||
			(when_is(scan, 0, "and") && parts->prep == PREP_BETWEEN)))
		return;
	ahead.at++;
	if (!when_day(&ahead, &more))
		return;
	parts->day = MAX(parts->day, more.day);
	parts->other_day = 0;
	parts->why = WHEN_CLEAR;
	parts->next = ahead.at;
	*scan = ahead;
}

/* A weekday and a date must agree; the date's word counts, and where they do not, it is asked. */
static gboolean
join_days(WhenParts *parts, const WhenParts *more)
{
	const WhenParts *date = more->is_date ? more : parts, *said = more->is_date ? parts : more;
	int off, weekday = said->weekday;

	if (parts->is_date == more->is_date || weekday == 0)
		return FALSE;
	parts->is_date = TRUE;
	parts->day = date->day;
	parts->other_day = date->other_day;
	parts->why = date->why;
	if (calendar_weekday(date->day) == weekday)
		parts->other_day = 0, parts->why = WHEN_CLEAR;
	else if (date->other_day != 0 && calendar_weekday(date->other_day) == weekday)
		parts->day = date->other_day, parts->other_day = 0, parts->why = WHEN_CLEAR;
	else if (date->other_day == 0) {
		off = (weekday - calendar_weekday(date->day) + 7) % 7;
		calendar_either(parts, date->day, date->day + (off > 3 ? off - 7 : off), WHEN_WRONG_WEEKDAY);
	}
	return TRUE;
}

gboolean
when_join(const WhenContext *context, WhenParts *parts, const WhenParts *more)
{
	(void)context;
	gboolean opens = more->prep == PREP_FROM && more->day == 0 && more->minute >= 0 && parts->day != 0; /* "Monday from 8am" */

	if (parts->counted || more->counted || (more->prep >= PREP_FOR && !opens))
		return FALSE;
	if (parts->day != 0 && more->day != 0) {
		if (parts->day == more->day && more->part) /* "today, this afternoon" */
			;
		else if (more->minute >= 0 || !join_days(parts, more))
			return FALSE;
	} else if (parts->day == 0) {
		if (more->day == 0 && !(parts->part && !more->part) && !(more->part && !parts->part))
			return FALSE;
		if (more->day != 0 && more->prep == PREP_BEFORE)
			return FALSE;
		parts->day = more->day;
		parts->other_day = more->other_day;
		parts->why = more->why;
		parts->why_number = more->why_number;
		parts->why_month = more->why_month;
		parts->weekday = more->weekday;
		parts->is_date = more->is_date;
		parts->ends_day = more->ends_day;
	}
	if (more->half != 0)
		parts->half = more->half;
	if (more->minute >= 0 && (parts->minute < 0 || (parts->part && !more->part))) {
		parts->minute = more->minute;
		parts->span_minute = more->span_minute;
		parts->bare = more->bare;
		parts->part = more->part;
		parts->closing = more->closing;
		parts->later = more->later;
		if (more->prep != PREP_NONE && !opens)
			parts->prep = more->prep;
	}
	return TRUE;
}

/* "tomorrow am", "by Friday latest", "at the latest". */
static void
read_tail(WhenScan *scan, WhenParts *parts)
{
	const Token *half = when_token(scan, 0), *next = when_token(scan, 1);

	if (parts->day != 0 && parts->minute < 0 && (strcmp(half->word, "am") == 0 || strcmp(half->word, "pm") == 0) &&
		(half->ends || !g_ascii_isalpha(next->word[0]))) {
		parts->minute = half->word[0] == 'a' ? 720 : 1080;
		parts->part = TRUE;
		scan->at++;
	}
	if (when_is(scan, 0, "at") && when_is(scan, 1, "the") && when_is(scan, 2, "latest"))
		scan->at += 3;
	else if (when_is(scan, 0, "latest"))
		scan->at++;
	else if (when_is(scan, 0, "max") || when_is(scan, 0, "tops")) {
		parts->prep = parts->prep == PREP_NONE ? PREP_WITHIN : parts->prep;
		scan->at++;
	}
	parts->next = scan->at;
}

/* A comma, with the "sometime" or "any time" behind it. */
static void
skip_any_time(WhenScan *scan)
{
	scan->at++;
	if (when_is(scan, 0, "sometime") || when_is(scan, 0, "anytime"))
		scan->at++;
	else if ((when_is(scan, 0, "any") || when_is(scan, 0, "some")) && when_is(scan, 1, "time"))
		scan->at += 2;
}

gboolean
when_scan(WhenScan *scan, WhenParts *ret_parts)
{
	WhenScan at = *scan;
	WhenParts parts, more;

	if (!read_atom(&at, &parts))
		return FALSE;
	read_later_day(&at, &parts);
	for (int n = 0; n < 4; n++) {
		WhenScan ahead = at;
		gboolean bracket;

		if (when_is(&ahead, 0, "now")) /* "tomorrow now, between 3 and 5" */
			ahead.at++;
		bracket = when_is(&ahead, 0, "(");
		if (bracket || when_is(&ahead, 0, ","))
			skip_any_time(&ahead);
		if (!read_atom(&ahead, &more) || !when_join(scan->context, &parts, &more))
			break;
		if (bracket && when_is(&ahead, 0, ")"))
			ahead.at++;
		at = ahead;
		parts.next = at.at;
	}
	/* a bare "morning" with no day is no time */
	if (parts.part && parts.bare && parts.day == 0)
		return FALSE;
	read_tail(&at, &parts);
	parts.first = scan->at;
	*ret_parts = parts;
	*scan = at;
	return TRUE;
}

/* The hour people mean: 1 to 7 is after noon, 8 to 12 is not, unless said otherwise; a range does not run backwards. */
static int
plain_minute(const WhenParts *parts)
{
	int minute = parts->minute;

	if (minute < 0)
		return 1439;
	if (parts->part || !parts->bare)
		return minute;
	if (parts->half == 2)
		return minute < 720 ? minute + 720 : minute;
	if (parts->half == 1)
		return minute;
	if (minute < 480)
		return minute + 720;
	if (parts->span_minute >= 0 && parts->span_minute > minute && minute < 720)
		return minute + 720;
	return minute;
}

/* Of "by close of business on Friday", and, where a calendar is known, of "the end of the day": 0 where it says no hour. */
static gint64
close_of(const WhenContext *context, const WhenParts *parts, int day)
{
	gint64 at = parts->closing || (parts->ends_day && context->now->calendar != NULL) ? when_closes_ms(context, day) : 0;

	return parts->closing || at > context->now->now_ms ? at : 0;
}

/* The day that is meant where none was said. */
static int
day_unsaid(const WhenContext *context, const WhenParts *parts, int minute)
{
	if (parts->closing)
		return when_closes_ms(context, context->today) > context->now->now_ms ? context->today : calendar_work(context, context->today, 1);
	return minute > context->minute ? context->today : context->today + 1;
}

gboolean
when_resolve(const WhenContext *context, const WhenParts *parts, When *ret_when)
{
	enum { TEN_YEARS = 3653 };
	When when = { .why = parts->why, .why_number = parts->why_number, .why_month = parts->why_month };
	gboolean whole = parts->minute < 0 || parts->later || (parts->part && parts->minute == 1439);
	gint64 closes;
	int minute = plain_minute(parts), day = parts->day, other = parts->other_day,
	    less = parts->prep == PREP_BEFORE && parts->minute < 0 ? 1 : 0;

	if (parts->at_ms > 0) {
		*ret_when = (When){ .due_ms = parts->at_ms, .other_ms = parts->other_ms, .why = parts->why };
		return TRUE;
	}
	if (day == 0 && parts->bare && parts->half == 0 && !parts->part && minute <= context->minute && minute + 720 > context->minute &&
		minute + 720 <= 1230)
		minute += 720; /* "at 8", said in the afternoon */
	if (day == 0)
		day = day_unsaid(context, parts, minute);
	if (parts->later)
		minute = 1439;
	if (day - less < context->today || day > context->today + TEN_YEARS || other > context->today + TEN_YEARS)
		return FALSE;
	when.due_ms = when_ms_at(context, day - less, minute);
	when.other_ms = other != 0 ? when_ms_at(context, other - less, minute) : 0;
	when.whole_day = when.other_whole_day = whole;
	if ((closes = close_of(context, parts, day - less)) != 0)
		when.due_ms = closes, when.whole_day = FALSE;
	if (other != 0 && (closes = close_of(context, parts, other - less)) != 0)
		when.other_ms = closes, when.other_whole_day = FALSE;
	if (when.due_ms <= context->now->now_ms && when.other_ms > context->now->now_ms) {
		when.due_ms = when.other_ms;
		when.other_ms = 0;
		when.why = WHEN_CLEAR;
	} else if (when.due_ms <= context->now->now_ms) {
		when = (When){ when_ms_at(context, context->today, 1439), when_ms_at(context, context->today + 1, minute), TRUE, whole,
			WHEN_PASSED_TIME, 0, 0 };
		if ((closes = close_of(context, parts, context->today + 1)) != 0)
			when.other_ms = closes;
	}
	if (when.due_ms <= context->now->now_ms)
		return FALSE;
	*ret_when = when;
	return TRUE;
}
