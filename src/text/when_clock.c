/* when_clock.c - hours in words ("half past two", "between 2 and 4", "noon") and what is counted from now ("in 48 hours",
 * "within 3-5 working days"). Days: when_day.c. */
#include "text/when_impl.h"
#include "base/clock.h"
#include <string.h>

/* "3", "three to five", "3-5", "5 (five)", "a few", "a couple of", "a day or two" come to their larger number. */
static gboolean
read_number(WhenScan *scan, int *ret_n, gboolean *ret_few)
{
	const Token *first = when_token(scan, 0);

	*ret_few = FALSE;
	if (when_is(scan, 0, "a") && (when_class(scan, 1, T_FEW) || when_is(scan, 1, "couple"))) {
		scan->at++;
		first = when_token(scan, 0);
	}
	if (first->money || (first->time != T_NUMBER && first->time != T_FEW))
		return FALSE;
	*ret_n = first->value;
	*ret_few = first->time == T_FEW;
	scan->at++;
	if (when_is(scan, 0, "of"))
		scan->at++;
	if ((when_is(scan, 0, "-") || when_is(scan, 0, "to") || when_is(scan, 0, "or") || when_is(scan, 0, "and")) &&
		when_class(scan, 1, T_NUMBER)) {
		*ret_n = MAX(*ret_n, when_token(scan, 1)->value);
		scan->at += 2;
	}
	if (when_is(scan, 0, "(") && when_class(scan, 1, T_NUMBER) && when_is(scan, 2, ")"))
		scan->at += 3;
	return *ret_n > 0 && *ret_n <= 1000;
}

static int
plain_days(int today, int unit, int n)
{
	GDate date;

	if (unit == UNIT_DAY || unit == UNIT_WEEK || unit == UNIT_FORTNIGHT)
		return today + n * (unit == UNIT_DAY ? 1 : unit == UNIT_WEEK ? 7 : 14);
	g_date_clear(&date, 1);
	g_date_set_julian(&date, (guint32)today);
	g_date_add_months(&date, (guint)(unit == UNIT_YEAR ? MIN(n, 100) * 12 : n));
	return (int)g_date_get_julian(&date);
}

static void
set_count(const WhenContext *context, int unit, int n, gboolean working, gboolean few, WhenParts *parts)
{
	enum { FEW_MORE = 5 };

	parts->counted = TRUE;
	if (working && unit == UNIT_HOUR && n % 24 == 0) /* "48 business hours" are two days worked */
		unit = UNIT_DAY, n /= 24;
	if (unit == UNIT_MINUTE || unit == UNIT_HOUR) {
		gint64 ms = unit == UNIT_HOUR ? MS_PER_HOUR : MS_PER_MINUTE;

		if (few && unit == UNIT_MINUTE)
			n = 10, few = FALSE;
		parts->at_ms = context->now->now_ms + n * ms;
		parts->other_ms = few ? context->now->now_ms + FEW_MORE * ms : 0;
	} else if (working && unit == UNIT_DAY) {
		parts->day = calendar_work(context, context->today, n);
		parts->other_day = few ? calendar_work(context, context->today, FEW_MORE) : 0;
	} else {
		parts->day = plain_days(context->today, unit, n);
		parts->other_day = few ? plain_days(context->today, unit, FEW_MORE) : 0;
	}
	if (few)
		parts->why = WHEN_FEW;
}

/* "half an hour", "an hour and a half", "the hour". */
static gboolean
read_odd_count(WhenScan *scan, WhenParts *parts)
{
	int minutes = 0;
	guint n = 0;

	if (when_is(scan, 0, "half") && (when_is(scan, 1, "an") || when_is(scan, 1, "a")) && when_is(scan, 2, "hour"))
		minutes = 30, n = 3;
	else if (when_is(scan, 0, "three") && when_is(scan, 1, "quarters") && when_is(scan, 2, "of") && when_is(scan, 4, "hour"))
		minutes = 45, n = 5;
	else if (when_is(scan, 0, "half") && when_is(scan, 1, "hour"))
		minutes = 30, n = 2;
	else if (when_is(scan, 0, "quarter") && when_is(scan, 1, "of") && when_is(scan, 3, "hour"))
		minutes = 15, n = 4;
	else if (when_is(scan, 0, "an") && when_is(scan, 1, "hour") && when_is(scan, 2, "and") && when_is(scan, 4, "half"))
		minutes = 90, n = 5;
	else if (when_is(scan, 0, "the") && when_is(scan, 1, "hour") && parts->prep == PREP_WITHIN)
		minutes = 60, n = 2;
	else
		return FALSE;
	set_count(scan->context, UNIT_MINUTE, minutes, FALSE, FALSE, parts);
	scan->at += n;
	return TRUE;
}

gboolean
when_count(WhenScan *scan, WhenParts *parts)
{
	WhenScan ahead = *scan;
	gboolean few = FALSE, working = FALSE, next;
	int n = 0, unit;

	if (read_odd_count(scan, parts))
		return TRUE;
	if (when_is(&ahead, 0, "the"))
		ahead.at++;
	next = when_class(&ahead, 0, T_NEXT) && ahead.at > scan->at;
	if (when_class(&ahead, 0, T_NEXT) || when_class(&ahead, 0, T_THIS))
		ahead.at++;
	if (next && when_class(&ahead, 0, T_UNIT) && (parts->prep == PREP_IN || parts->prep == PREP_WITHIN)) /* "within the next hour" */
		n = 1;
	else if (!read_number(&ahead, &n, &few))
		return FALSE;
	while (when_is(&ahead, 0, "full") || when_is(&ahead, 0, "clear") || when_is(&ahead, 0, "calendar") || when_is(&ahead, 0, "more"))
		ahead.at++;
	if (when_class(&ahead, 0, T_WORKING) || when_is(&ahead, 0, "bank")) {
		working = TRUE;
		ahead.at++;
	}
	if (!when_class(&ahead, 0, T_UNIT))
		return FALSE;
	unit = when_token(&ahead, 0)->value;
	ahead.at++;
	if (unit == UNIT_WEEK && n == 1 && (when_class(&ahead, 0, T_DAY) || (when_is(&ahead, 0, "on") && when_class(&ahead, 1, T_WEEKDAY))))
		return FALSE;										     /* "a week today" is a day */
	if (when_is(&ahead, 0, "or") && when_class(&ahead, 1, T_NUMBER) && !when_class(&ahead, 2, T_UNIT)) { /* "a day or two" */
		n = MAX(n, when_token(&ahead, 1)->value);
		ahead.at += 2;
	}
	if (when_is(&ahead, 0, "time"))
		ahead.at++;
	if (when_is(&ahead, 0, "from") && (when_is(&ahead, 1, "now") || when_is(&ahead, 1, "today"))) {
		ahead.at += 2;
		parts->prep = parts->prep == PREP_NONE ? PREP_IN : parts->prep;
	}
	set_count(scan->context, unit, n, working, few, parts);
	*scan = ahead;
	return TRUE;
}

/* Behind a bare figure stands what may stand behind a clock, not "by one of our people". */
static gboolean
may_be_hour(const WhenScan *scan, WhenPrep prep)
{
	const Token *token = when_token(scan, 0), *next = when_token(scan, 1);

	if (token->money || token->value < 1 || token->value > 12 || when_is(scan, 0, "a") || when_is(scan, 0, "an") ||
		when_is(scan, 0, "couple"))
		return FALSE;
	if (strcmp(next->word, "o'clock") == 0)
		return TRUE;
	if (prep == PREP_AT && scan->at >= 2 && (scan->tokens[scan->at - 2].time == T_DAY || scan->tokens[scan->at - 2].time == T_WEEKDAY))
		return TRUE; /* tomorrow at 4 */
	if (prep == PREP_NONE && scan->at > 0 && scan->tokens[scan->at - 1].word[0] == ',' && (when_is(scan, 1, "to") || when_is(scan, 1, "-")) &&
		when_class(scan, 2, T_NUMBER) && !g_ascii_isalpha(when_token(scan, 3)->word[0]))
		return TRUE; /* 8 March, 10 to 12 */
	if (prep != PREP_BY && prep != PREP_FROM && prep != PREP_AT && prep != PREP_BEFORE && prep != PREP_AFTER && prep != PREP_UNTIL && prep != PREP_BETWEEN)
		return FALSE;
	if (next->word[0] == '\0' || token->ends || next->time == T_DAY || next->time == T_WEEKDAY || next->time == T_THIS ||
		next->time == T_TONIGHT)
		return TRUE;
	return !g_ascii_isalnum(next->word[0]) || (next->bits & (G_AND | G_WE | G_YOU | G_THEY | G_AFTER | G_PLEASE | G_ADVERB)) != 0 ||
	       strcmp(next->word, "on") == 0 || strcmp(next->word, "at") == 0 || strcmp(next->word, "in") == 0 ||
	       strcmp(next->word, "to") == 0 || strcmp(next->word, "sharp") == 0 || strcmp(next->word, "with") == 0 ||
	       strcmp(next->word, "latest") == 0;
}

/* One hour: 14:30, 3pm, four o'clock, half past two, a quarter to five. */
static gboolean
read_hour(WhenScan *scan, WhenPrep prep, int *ret_minute, gboolean *ret_bare)
{
	guint n = when_is(scan, 0, "a") && when_is(scan, 1, "quarter") ? 1 : 0;
	int part = when_is(scan, n, "half")	   ? 30
		   : when_is(scan, n, "quarter")   ? 15
		   : when_class(scan, n, T_NUMBER) ? when_token(scan, n)->value
						   : 0;
	gboolean to = when_is(scan, n + 1, "to");
	const Token *token = when_token(scan, 0);

	/* "half three" is half past three */
	if (part == 30 && n == 0 && when_class(scan, 1, T_NUMBER) && when_token(scan, 1)->value >= 1 && when_token(scan, 1)->value <= 12 &&
		prep != PREP_NONE && prep != PREP_IN && prep != PREP_WITHIN && when_token(scan, 1)->word[0] != 'a') {
		*ret_minute = when_token(scan, 1)->value * 60 + 30;
		*ret_bare = TRUE;
		scan->at += 2;
		return TRUE;
	}
	if (part > 0 && part < 60 && (to || when_is(scan, n + 1, "past")) && (n == 1 || !when_is(scan, 0, "a")) &&
		(when_class(scan, n + 2, T_NUMBER) || when_class(scan, n + 2, T_CLOCK)) &&
		(prep == PREP_AT || prep == PREP_BY || prep == PREP_BEFORE || part == 15 || !to)) {
		const Token *hour = when_token(scan, n + 2);
		int of = hour->time == T_CLOCK ? hour->value : hour->value * 60;

		if (prep != PREP_BETWEEN && of >= 60 && of < 1440 && !hour->money) {
			*ret_minute = of + (to ? -part : part);
			*ret_bare = hour->time == T_NUMBER || hour->bare;
			scan->at += n + 3;
			return TRUE;
		}
	}
	if (token->time == T_CLOCK) {
		*ret_minute = token->value;
		*ret_bare = token->bare;
	} else if (token->time == T_NUMBER && may_be_hour(scan, prep)) {
		*ret_minute = token->value * 60;
		*ret_bare = TRUE;
	} else {
		return FALSE;
	}
	scan->at++;
	while (when_is(scan, 0, "o'clock") || when_is(scan, 0, "hrs") || when_is(scan, 0, "sharp"))
		scan->at++;
	return TRUE;
}

/* Morning, noon, first thing, close of business. */
static gboolean
read_part(WhenScan *scan, WhenParts *parts)
{
	guint n = when_is(scan, 0, "the") ? 1 : 0;
	gboolean this = when_class(scan, 0, T_THIS), named;
	const Token *token;

	if (this && when_is(scan, 1, "time")) { /* this time tomorrow */
		parts->minute = scan->context->minute;
		parts->part = TRUE;
		scan->at += 2;
		if (when_class(scan, 0, T_NEXT) && when_is(scan, 1, "week")) {
			parts->day = scan->context->today + 7;
			scan->at += 2;
		}
		return parts->day != 0 || when_class(scan, 0, T_DAY) || when_class(scan, 0, T_WEEKDAY) || when_is(scan, 0, "on");
	}
	if (when_is(scan, 0, "first") && when_is(scan, 1, "thing")) {
		parts->minute = 600;
		parts->part = TRUE;
		scan->at += 2;
		return TRUE;
	}
	if (when_class(scan, 0, T_CLOSE) || (when_class(scan, n, T_END) && when_is(scan, n + 1, "of") &&
						    (when_is(scan, n + 2, "business") || when_is(scan, n + 2, "play")))) {
		parts->minute = 1020;
		parts->part = parts->closing = TRUE;
		scan->at += when_class(scan, 0, T_CLOSE) ? 1 : n + 3;
		return TRUE;
	}
	if (this)
		n = 1;
	token = when_token(scan, n);
	if (token->time != T_PART)
		return FALSE;
	named = token->value != 720 || strcmp(token->word, "morning") != 0;
	named = named && strcmp(token->word, "afternoon") != 0 && strcmp(token->word, "evening") != 0 && strcmp(token->word, "night") != 0;
	if (!named && n == 1 && !this && parts->prep != PREP_IN && parts->prep != PREP_WITHIN)
		return FALSE; /* "on the morning flight" */
	if (this)
		parts->day = scan->context->today;
	else if (!named && n == 1 && parts->prep == PREP_IN)
		parts->later = FALSE;
	parts->minute = token->value;
	parts->half = strcmp(token->word, "morning") == 0 ? 1 : strcmp(token->word, "lunch") == 0 ? 0 : 2;
	parts->part = TRUE;
	if (strcmp(token->word, "lunch") == 0)
		parts->minute = parts->prep == PREP_BEFORE ? 720 : parts->prep == PREP_AFTER ? 1080 : 780;
	/* "the morning" alone is no time; "tomorrow morning" is joined by when_scan() */
	parts->bare = !named && !this && n == 0;
	scan->at += n + 1;
	return TRUE;
}

gboolean
when_clock(WhenScan *scan, WhenParts *parts)
{
	WhenScan ahead = *scan;
	int minute, until;
	gboolean bare, bare_until;

	if (read_part(&ahead, parts)) {
		*scan = ahead;
		return TRUE;
	}
	if (!read_hour(&ahead, parts->prep, &minute, &bare))
		return FALSE;
	if (minute == 720 && (when_is(&ahead, 0, "noon") || when_is(&ahead, 0, "midday"))) {
		ahead.at++;
		bare = FALSE;
	}
	*scan = ahead;
	parts->minute = minute;
	parts->bare = bare;
	parts->later = parts->prep == PREP_AFTER;
	if (when_is(&ahead, 0, "-") || when_is(&ahead, 0, "to") || (when_is(&ahead, 0, "and") && parts->prep == PREP_BETWEEN)) {
		ahead.at++;
		if (when_is(&ahead, 0, "noon") || when_is(&ahead, 0, "midday")) {
			parts->minute = 720;
			parts->bare = FALSE;
			ahead.at++;
			*scan = ahead;
		} else if (read_hour(&ahead, PREP_AT, &until, &bare_until)) {
			parts->span_minute = minute;
			parts->minute = until;
			parts->bare = bare_until;
			*scan = ahead;
		}
	}
	return TRUE;
}
