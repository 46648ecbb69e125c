/* promise_figures.c - what begins with a figure: 24/11, 24.11.2026, 2026-11-24, 14:30, 10.30, 24th, 3pm, 48h. Words: promise_tokens.c. */
#include "text/promise_tokens.h"
#include <string.h>

static int
figures(const char **at, int max)
{
	int value = 0, n = 0;

	while (g_ascii_isdigit((*at)[n]) && n <= max)
		value = value * 10 + ((*at)[n++] - '0');
	if (n == 0 || n > max)
		return -1;
	*at += n;
	return value;
}

/* am, pm, a.m., p.m. behind a figure: 1 am, 2 pm, 0 neither. */
static int
half_of_day(const char **at)
{
	const char *p = *at + strspn(*at, " ");
	int half = g_ascii_tolower(p[0]) == 'a' ? 1 : g_ascii_tolower(p[0]) == 'p' ? 2 : 0;

	if (half == 0)
		return 0;
	p += p[1] == '.' ? 2 : 1;
	p += *p == ' ' && p[-1] == '.' ? 1 : 0;
	if (g_ascii_tolower(*p) != 'm' || g_ascii_isalnum(p[1]))
		return 0;
	p++;
	/* the dot of "p.m." is its own, unless the sentence ends there */
	if (*p == '.' && p[-2] == '.' && p[1] != '\0' && p[1] != '\n' && !(p[1] == ' ' && g_ascii_isupper(p[2])))
		p++;
	*at = p;
	return half;
}

static void
set_clock(Token *token, int hour, int minute, int half)
{
	if (hour > 24 || minute > 59 || (half != 0 && (hour < 1 || hour > 12)))
		return;
	if (half != 0)
		hour = hour % 12 + (half == 2 ? 12 : 0);
	token->time = T_CLOCK;
	token->value = MIN(hour * 60 + minute, 1439);
	token->bare = half == 0 && hour >= 1 && hour <= 12;
}

static int
whole_year(int year)
{
	return year > 0 && year < 100 ? 2000 + year : year;
}

static gboolean
goes_on(const char *at, char mark)
{
	return *at == mark && g_ascii_isdigit(at[1]);
}

/* 2026-11-24: @p stands at the first dash. */
static const char *
read_iso(const char *p, int year, Token *token)
{
	int month, day;

	p++;
	month = figures(&p, 2);
	day = *p == '-' && month > 0 ? (p++, figures(&p, 2)) : -1;
	if (day <= 0)
		return p;
	token->time = T_DATE;
	token->value = year * 10000 + month * 100 + day;
	return *p == 'T' && g_ascii_isdigit(p[1]) ? p + 1 : p; /* 2026-11-20T12:00 is a date and a clock */
}

/* 24/11, 24/11/2026; the order of day and month is not known yet: the value has them as they were written. */
static const char *
read_slashed(const char *p, int first, Token *token)
{
	int second, year = 0;

	p++;
	second = figures(&p, 4);
	if (goes_on(p, '/'))
		p++, year = figures(&p, 4);
	if (first <= 31 && second > 0 && second <= 31 && year >= 0) {
		token->time = T_DATE;
		token->value = whole_year(year) * 10000 + first * 100 + second;
		token->bare = TRUE;
	}
	return p;
}

/* 14:30, 10.30, 24.11., 24.11.2026 */
static const char *
read_dotted(const char *p, int first, Token *token)
{
	const char mark = *p++, *digits = p;
	int second = figures(&p, 2), third = goes_on(p, '.') ? (p++, figures(&p, 4)) : 0;
	gboolean two = g_ascii_isdigit(digits[0]) && g_ascii_isdigit(digits[1]);

	if (mark == '.' && third > 0 && second > 0 && second <= 12) {
		token->time = T_DATE;
		token->value = whole_year(third) * 10000 + second * 100 + first;
		return p;
	}
	if (second < 0)
		return p;
	if (two && first <= 24 && second <= 59)
		set_clock(token, first, second, half_of_day(&p));
	if (mark == '.' && first <= 31 && second >= 1 && second <= 12 && (token->time == T_NONE || token->bare || first >= 13) && two &&
		(first > 24 || *p == '.')) {
		token->time = T_DATE;
		token->value = second * 100 + first;
		token->bare = FALSE;
	}
	return p;
}

static gboolean
is_ordinal_ending(const char *p)
{
	for (const char *const *ending = (const char *const[]){ "st", "nd", "rd", "th", NULL }; *ending != NULL; ending++)
		if (g_ascii_strncasecmp(p, *ending, 2) == 0)
			return !g_ascii_isalnum(p[2]);
	return FALSE;
}

/* 3pm, 24th, 4ish, 48 */
static const char *
read_plain(const char *begin, const char *p, int first, Token *token)
{
	int half = half_of_day(&p);
	gsize dash = *p == '-';

	token->time = T_NUMBER;
	token->value = first;
	if (half != 0) {
		set_clock(token, first, 0, half);
	} else if (p - begin <= 2 && is_ordinal_ending(p)) {
		token->time = T_ORDINAL;
		p += 2;
	} else if (g_ascii_strncasecmp(p + dash, "ish", 3) == 0 && !g_ascii_isalnum(p[dash + 3])) {
		p += dash + 3;
	}
	return p;
}

gsize
figures_read(const char *text, Token *token)
{
	const char *p = text;
	int first = figures(&p, 6);

	token->time = T_NONE;
	token->bits = 0;
	if (first < 0) /* more figures than any time has */
		p = text + strspn(text, "0123456789");
	else if (p - text == 4 && goes_on(p, '-'))
		p = read_iso(p, first, token);
	else if (goes_on(p, '/'))
		p = read_slashed(p, first, token);
	else if (goes_on(p, ':') || goes_on(p, '.'))
		p = read_dotted(p, first, token);
	else
		p = read_plain(text, p, first, token);
	if (token->time == T_CLOCK && *text == '0') /* "06:50" is no evening */
		token->bare = FALSE;
	g_snprintf(token->word, sizeof token->word, "%d", CLAMP(first, 0, 999999));
	return (gsize)(p - text);
}
