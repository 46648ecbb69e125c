#include "text/dates_scan.h"
#include <string.h>

static const char *const months[12][3] = {
	{ "january", "januar", "jänner" },
	{ "february", "februar", NULL },
	{ "march", "märz", "maerz" },
	{ "april", NULL, NULL },
	{ "may", "mai", NULL },
	{ "june", "juni", NULL },
	{ "july", "juli", NULL },
	{ "august", NULL, NULL },
	{ "september", "sept", NULL },
	{ "october", "oktober", NULL },
	{ "november", NULL, NULL },
	{ "december", "dezember", NULL },
};
static const char *const weekdays[] = {
	"monday",
	"tuesday",
	"wednesday",
	"thursday",
	"friday",
	"saturday",
	"sunday",
	"montag",
	"dienstag",
	"mittwoch",
	"donnerstag",
	"freitag",
	"samstag",
	"sonnabend",
	"sonntag",
	"mo",
	"di",
	"mi",
	"do",
	"fr",
	"sa",
	"so",
	"tues",
	"thur",
	"thurs",
};

static void
skip(const char **p, const char *set)
{
	*p += strspn(*p, set);
}

/* Up to @max digits; how many there were, 0 when more stand there than allowed. */
static int
take_digits(const char **p, int max, gint64 *ret_value)
{
	gint64 value = 0;
	int n = 0;

	while (g_ascii_isdigit((*p)[n]) && n <= max)
		n++;
	if (n == 0 || n > max)
		return 0;
	for (int i = 0; i < n; i++)
		value = value * 10 + ((*p)[i] - '0');
	*p += n;
	*ret_value = value;
	return n;
}

static int
take_int(const char **p, int max, int *ret_value)
{
	gint64 value;
	int n = take_digits(p, max, &value);

	if (n > 0)
		*ret_value = (int)value;
	return n;
}

static gsize
word_length(const char *p)
{
	gsize n = 0;

	while (g_ascii_isalpha(p[n]) || (guint8)p[n] >= 0x80)
		n++;
	return n;
}

/* Whether the @n bytes at @p are @word or its first letters (three or more), in any case. */
static gboolean
is_word(const char *p, gsize n, const char *word)
{
	gsize size = strlen(word);

	if (n > size || (n < 3 && n != size) || g_ascii_strncasecmp(p, word, n) != 0)
		return FALSE;
	return TRUE;
}

static gboolean
take_month(const char **p, int *ret_month)
{
	g_autofree char *low = NULL;
	gsize n = word_length(*p);

	if (n < 3 || n > 12 || !g_utf8_validate_len(*p, n, NULL))
		return FALSE;
	low = g_utf8_strdown(*p, (gssize)n);
	for (int m = 0; m < 12; m++)
		for (int i = 0; i < 3 && months[m][i] != NULL; i++)
			if (is_word(low, strlen(low), months[m][i])) {
				*p += n;
				if (**p == '.')
					(*p)++;
				*ret_month = m + 1;
				return TRUE;
			}
	return FALSE;
}

static void
skip_weekday(const char **p)
{
	gsize n = word_length(*p);

	for (guint i = 0; n > 1 && i < G_N_ELEMENTS(weekdays); i++)
		if (is_word(*p, n, weekdays[i])) {
			*p += n;
			skip(p, "., ");
			return;
		}
}

static gboolean
take_named_zone(const char **p, DateScan *it)
{
	static const struct {
		const char *name;
		int minutes;
	} zones[] = { { "z", 0 }, { "utc", 0 }, { "gmt", 0 }, { "est", -300 }, { "edt", -240 }, { "cst", -360 }, { "cdt", -300 },
		{ "mst", -420 }, { "mdt", -360 }, { "pst", -480 }, { "pdt", -420 }, { "cet", 60 }, { "cest", 120 } };
	gsize n = word_length(*p);

	for (guint i = 0; n > 0 && i < G_N_ELEMENTS(zones); i++)
		if (strlen(zones[i].name) == n && g_ascii_strncasecmp(*p, zones[i].name, n) == 0) {
			*p += n;
			it->has_zone = TRUE;
			it->zone_minutes = zones[i].minutes;
			return TRUE;
		}
	return n == 0;
}

/* Z, a zone's short name, +01:00, GMT+0100, and a remark in brackets behind it. */
static gboolean
take_zone(const char **p, DateScan *it)
{
	int hours, minutes = 0, sign;

	skip(p, " ");
	if (!take_named_zone(p, it))
		return FALSE;
	if (**p == '+' || **p == '-') {
		sign = *(*p)++ == '-' ? -1 : 1;
		if (!g_ascii_isdigit((*p)[0]) || !g_ascii_isdigit((*p)[1]))
			return FALSE;
		hours = ((*p)[0] - '0') * 10 + ((*p)[1] - '0');
		*p += 2;
		if (**p == ':')
			(*p)++;
		if (g_ascii_isdigit(**p) && take_int(p, 2, &minutes) != 2)
			return FALSE;
		if (hours > 14 || minutes > 59)
			return FALSE;
		it->has_zone = TRUE;
		it->zone_minutes = sign * (hours * 60 + minutes);
	}
	skip(p, " ");
	if (**p == '(' && strchr(*p, ')') != NULL)
		*p = strchr(*p, ')') + 1;
	return TRUE;
}

static gboolean
take_noon(const char **p, DateScan *it)
{
	const char *q = *p;
	gboolean after;

	skip(&q, " ");
	after = *q == 'p' || *q == 'P';
	if (!after && *q != 'a' && *q != 'A')
		return TRUE;
	q++;
	if (*q == '.')
		q++;
	if (*q != 'm' && *q != 'M')
		return FALSE;
	q++;
	if (*q == '.')
		q++;
	if (it->hour < 1 || it->hour > 12)
		return FALSE;
	it->hour = it->hour % 12 + (after ? 12 : 0);
	*p = q;
	return TRUE;
}

/* 14:30, 14:30:59.123, 2:30 PM, 143059; then a zone. */
static gboolean
take_clock(const char **p, DateScan *it)
{
	int packed, n = take_int(p, 6, &packed);

	if (n == 4 || n == 6) {
		it->second = n == 6 ? packed % 100 : 0;
		packed = n == 6 ? packed / 100 : packed;
		it->hour = packed / 100;
		it->minute = packed % 100;
	} else if ((n == 1 || n == 2) && **p == ':') {
		it->hour = packed;
		(*p)++;
		if (take_int(p, 2, &it->minute) != 2)
			return FALSE;
		if (**p == ':' && ((*p)++, take_int(p, 2, &it->second) != 2))
			return FALSE;
	} else {
		return FALSE;
	}
	if (**p == '.' || (**p == ',' && g_ascii_isdigit((*p)[1]))) {
		int scale = 100;

		for ((*p)++; g_ascii_isdigit(**p); (*p)++, scale /= 10)
			it->ms += (**p - '0') * scale;
	}
	return take_noon(p, it) && it->hour <= 23 && it->minute <= 59 && it->second <= 59;
}

/* What stands behind the date: nothing, or a time of day. */
static gboolean
take_rest(const char **p, DateScan *it)
{
	const char *before = *p;

	skip(p, " ,");
	if (**p == 'T' || **p == 't')
		(*p)++;
	else if (g_ascii_strncasecmp(*p, "at ", 3) == 0 || g_ascii_strncasecmp(*p, "um ", 3) == 0)
		*p += 3;
	else if (**p != '\0' && *p == before)
		return FALSE;
	if (**p == '\0')
		return *p == before || (*p)[-1] == ' ';
	if (!take_clock(p, it) || !take_zone(p, it))
		return FALSE;
	skip(p, " ");
	return **p == '\0';
}

static gboolean
take_year(const char **p, int *ret_year)
{
	int year, n = take_int(p, 4, &year);

	if (n != 2 && n != 4)
		return FALSE;
	*ret_year = n == 4 ? year : year + (year < 69 ? 2000 : 1900);
	return TRUE;
}

static void
skip_ordinal(const char **p)
{
	static const char *const ends[] = { "st", "nd", "rd", "th" };

	for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
		if (g_ascii_strncasecmp(*p, ends[i], 2) == 0 && !g_ascii_isalpha((*p)[2])) {
			*p += 2;
			return;
		}
}

/* March 5th, 2020; Mar-05-2020; Mar 18 10:00:00 2020. */
static DateScanKind
scan_month_first(const char *p, DateScan *it)
{
	if (!take_month(&p, &it->b))
		return DATE_SCAN_NONE;
	skip(&p, " -/.");
	if (take_int(&p, 2, &it->c) == 0)
		return DATE_SCAN_NONE;
	skip_ordinal(&p);
	skip(&p, " ,-/");
	if (g_ascii_isdigit(p[0]) && (p[1] == ':' || (g_ascii_isdigit(p[1]) && p[2] == ':'))) {
		if (!take_clock(&p, it) || !take_zone(&p, it))
			return DATE_SCAN_NONE;
		skip(&p, " ");
		return take_year(&p, &it->a) && *p == '\0' ? DATE_SCAN_YMD : DATE_SCAN_NONE;
	}
	return take_year(&p, &it->a) && take_rest(&p, it) ? DATE_SCAN_YMD : DATE_SCAN_NONE;
}

/* 5 March 2020, 05-Mar-20, 5. März 2020, 5th of March 2020, 05Mar2020; the day is read already. */
static DateScanKind
scan_day_first(const char *p, DateScan *it)
{
	skip_ordinal(&p);
	skip(&p, " -/.");
	if (g_ascii_strncasecmp(p, "of ", 3) == 0)
		p += 3;
	if (!take_month(&p, &it->b))
		return DATE_SCAN_NONE;
	skip(&p, " ,-/.");
	return take_year(&p, &it->a) && take_rest(&p, it) ? DATE_SCAN_YMD : DATE_SCAN_NONE;
}

/* 2020-03-05, 2020/3/5, 2020-Mar-05; the year is read already. */
static DateScanKind
scan_year_first(const char *p, DateScan *it)
{
	char mark = *p++;

	if (mark != '-' && mark != '/' && mark != '.')
		return DATE_SCAN_NONE;
	if (take_int(&p, 2, &it->b) == 0 && !take_month(&p, &it->b))
		return DATE_SCAN_NONE;
	if (*p++ != mark || take_int(&p, 2, &it->c) == 0)
		return DATE_SCAN_NONE;
	return take_rest(&p, it) ? DATE_SCAN_YMD : DATE_SCAN_NONE;
}

/* A number alone, or eight digits and a time. */
static DateScanKind
scan_number(const char *p, const char *start, int n, gint64 value, DateScan *it)
{
	const char *rest = p + strspn(p, " ");

	if (n == 8) {
		it->a = (int)(value / 10000);
		it->b = (int)(value / 100 % 100);
		it->c = (int)(value % 100);
		return take_rest(&p, it) ? DATE_SCAN_YMD : DATE_SCAN_NONE;
	}
	if (n <= 6) {
		char *end;

		it->number = g_ascii_strtod(start, &end);
		end += strspn(end, " ");
		return (*p == '\0' || *p == '.' || *p == ' ') && *end == '\0' ? DATE_SCAN_NUMBER : DATE_SCAN_NONE;
	}
	if (*rest != '\0')
		return DATE_SCAN_NONE;
	it->number = n == 10 ? (double)value * 1000 : (double)value;
	if (n == 14) { /* 20200318101500 */
		it->a = (int)(value / G_GINT64_CONSTANT(10000000000));
		it->b = (int)(value / 100000000 % 100);
		it->c = (int)(value / 1000000 % 100);
		it->hour = (int)(value / 10000 % 100);
		it->minute = (int)(value / 100 % 100);
		it->second = (int)(value % 100);
		return it->hour < 24 && it->minute < 60 && it->second < 60 ? DATE_SCAN_YMD : DATE_SCAN_NONE;
	}
	return n == 10 || n == 13 ? DATE_SCAN_EPOCH : DATE_SCAN_NONE;
}

DateScanKind
date_scan(const char *text, DateScan *ret_scan)
{
	const char *p = text, *start;
	gint64 value;
	char mark;
	int n;

	memset(ret_scan, 0, sizeof *ret_scan);
	if (strnlen(text, 80) == 80)
		return DATE_SCAN_NONE;
	skip(&p, " \t\r\n");
	skip_weekday(&p);
	if (!g_ascii_isdigit(*p))
		return scan_month_first(p, ret_scan);
	start = p;
	n = take_digits(&p, 14, &value);
	if (n == 4 && *p != '\0')
		return (ret_scan->a = (int)value), scan_year_first(p, ret_scan);
	if (n == 0 || n > 2)
		return n == 0 ? DATE_SCAN_NONE : scan_number(p, start, n, value, ret_scan);
	mark = *p;
	if ((mark == '/' || mark == '-' || mark == '.') && g_ascii_isdigit(p[1])) {
		p++;
		ret_scan->a = (int)value;
		if (take_int(&p, 2, &ret_scan->b) == 0 || *p++ != mark || !take_year(&p, &ret_scan->c) || !take_rest(&p, ret_scan))
			return DATE_SCAN_NONE;
		return mark == '.' ? DATE_SCAN_DOTS : DATE_SCAN_PAIR;
	}
	ret_scan->c = (int)value;
	return scan_day_first(p, ret_scan);
}
