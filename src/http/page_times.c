/* page_times.c - times in words and figures, as UI.md wants them: "in 38 min", "40 min late", "today 15:00", "Tue 24 Nov",
 * the year only where it is another one. In the reader's zone and language. Civil time: page_zone.c. */
#include "http/page_formats.h"
#include "base/clock.h"
#include <string.h>

static const char *const weekdays[] = { WORD("Mon"), WORD("Tue"), WORD("Wed"), WORD("Thu"), WORD("Fri"), WORD("Sat"), WORD("Sun") };
static const char *const weekdays_long[] = { WORD("Monday"), WORD("Tuesday"), WORD("Wednesday"), WORD("Thursday"), WORD("Friday"),
	WORD("Saturday"), WORD("Sunday") };
static const char *const months[] = { WORD("Jan"), WORD("Feb"), WORD("Mar"), WORD("Apr"), WORD("May"), WORD("Jun"), WORD("Jul"),
	WORD("Aug"), WORD("Sep"), WORD("Oct"), WORD("Nov"), WORD("Dec") };
static const char *const months_long[] = { WORD("January"), WORD("February"), WORD("March"), WORD("April"), WORD("May"),
	WORD("June"), WORD("July"), WORD("August"), WORD("September"), WORD("October"), WORD("November"), WORD("December") };

typedef struct {
	const TemplateContext *context;
	gint64 at_ms;
	LocalTime at;
	const LocalTime *now;
} When;

/* What the reader's clock shows now: the same for all times of a page, so a thread keeps the last one. */
static const LocalTime *
local_now(const TemplateContext *context)
{
	static _Thread_local struct {
		gint64 now_ms;
		char zone[48];
		LocalTime now;
	} last;
	const char *zone = context->zone != NULL ? context->zone : "UTC";

	if (last.now_ms != context->now_ms || strcmp(last.zone, zone) != 0) {
		last.now_ms = context->now_ms;
		g_strlcpy(last.zone, zone, sizeof last.zone);
		local_time(zone, context->now_ms, &last.now);
	}
	return &last.now;
}

/* ISO text or a number of milliseconds; 0 and what cannot be read is no time. */
static gboolean
value_time(const TemplateValue *value, gint64 *ret_ms)
{
	char text[40];

	if (json_is_integer(value->json)) {
		*ret_ms = json_integer_value(value->json);
		return *ret_ms != 0;
	}
	if (value->text == NULL || value->size == 0 || value->size >= sizeof text)
		return FALSE;
	if (local_time_read(value->text, value->size, ret_ms))
		return TRUE;
	memcpy(text, value->text, value->size);
	text[value->size] = '\0';
	return time_read(text, ret_ms);
}

static gboolean
when_of(const TemplateValue *value, const TemplateContext *context, When *ret_when)
{
	if (!value_time(value, &ret_when->at_ms))
		return FALSE;
	ret_when->context = context;
	local_time(context->zone, ret_when->at_ms, &ret_when->at);
	ret_when->now = local_now(context);
	return TRUE;
}

static void
put_time(GString *out, const LocalTime *at)
{
	char text[8] = { '0' + at->hour / 10, '0' + at->hour % 10, ':', '0' + at->minute / 10, '0' + at->minute % 10, '\0' };

	template_put(out, text, 5);
}

static void
put_word(GString *out, const When *when, const char *text)
{
	const char *word = page_word(when->context, text);

	template_put(out, word, strlen(word));
}

static void
put_int(GString *out, int number)
{
	char text[12], *at = text + sizeof text;

	do
		*--at = '0' + number % 10;
	while ((number /= 10) > 0);
	template_put(out, at, text + sizeof text - at);
}

/* One of our date patterns, with every part it may name. */
static void
put_pattern(GString *out, const When *when, const char *pattern)
{
	const LocalTime *at = &when->at;

	for (const char *p = page_word(when->context, pattern), *end; *p != '\0'; p = end + 1) {
		const char *name = strchrnul(p, '{');

		template_put(out, p, name - p);
		p = name;
		end = strchr(p, '}');
		if (end == NULL)
			return;
		switch (p[1]) {
		case 'w': put_word(out, when, end - p == 3 ? weekdays[at->weekday] : weekdays_long[at->weekday]); break; /* {wd} {weekday} */
		case 'm': put_word(out, when, end - p == 4 ? months[at->month - 1] : months_long[at->month - 1]); break; /* {mon} {month} */
		case 't': put_time(out, at); break;
		case 'd': put_int(out, at->mday); break;
		case 'y': put_int(out, at->year); break;
		default: break;
		}
	}
}

static gboolean
same_year(const When *when)
{
	return when->at.year == when->now->year;
}

/* "Tue 24 Nov", "Tue 24 Nov 2025" */
static void
put_date(GString *out, const When *when)
{
	put_pattern(out, when, same_year(when) ? WORD("{wd} {d} {mon}") : WORD("{wd} {d} {mon} {y}"));
}

/* today, tomorrow, yesterday, or the date; with the time where @timed says so (always for the first three). */
static void
put_day(GString *out, const When *when, gboolean timed)
{
	gint64 days = when->at.day - when->now->day;

	if (days >= -1 && days <= 1 && timed)
		put_pattern(out, when, days == 0 ? WORD("today {time}") : days > 0 ? WORD("tomorrow {time}") : WORD("yesterday {time}"));
	else if (days >= -1 && days <= 1)
		g_string_append(out, page_word(when->context, days == 0 ? WORD("today") : days > 0 ? WORD("tomorrow") : WORD("yesterday")));
	else
		put_date(out, when);
}

/* A stretch of time in a phrase that names {n} minutes, or {h} and {m}. */
static void
put_stretch(GString *out, const TemplateContext *context, gint64 ms, const char *minutes, const char *hours, const char *whole_hours)
{
	gint64 total = ms / MS_PER_MINUTE;
	char h[24], m[24];

	if (total < 60) {
		g_snprintf(m, sizeof m, "%d", (int)total);
		page_fill(out, page_word(context, minutes), "n", m, NULL);
		return;
	}
	g_snprintf(h, sizeof h, "%" G_GINT64_FORMAT, total / 60);
	g_snprintf(m, sizeof m, "%02d", (int)(total % 60));
	page_fill(out, page_word(context, total % 60 == 0 ? whole_hours : hours), "h", h, "m", m, NULL);
}

static void
put_days(GString *out, const TemplateContext *context, gint64 n, const char *one, const char *many)
{
	char text[24];

	g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, n);
	page_fill(out, page_word_n(context, one, many, n), "n", text, NULL);
}

/* What is to come: "in 38 min" within two hours, then the day. */
static void
put_coming(GString *out, const When *when)
{
	gint64 left = when->at_ms - when->context->now_ms;

	if (left < 2 * MS_PER_HOUR)
		put_stretch(out, when->context, left, WORD("in {n} min"), WORD("in {h} h {m} min"), WORD("in {h} h"));
	else
		put_day(out, when, when->at.day - when->now->day <= 1);
}

/* {{due_at|due}}: what has a deadline: past it is "40 min late", "3 h 10 min late", "2 days late". */
static gboolean
format_due(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	When when;
	gint64 late;

	if (!when_of(value, context, &when))
		return FALSE;
	late = context->now_ms - when.at_ms;
	if (late <= -MS_PER_MINUTE)
		put_coming(out, &when);
	else if (late < MS_PER_MINUTE)
		g_string_append(out, page_word(context, WORD("due now")));
	else if (late < MS_PER_DAY)
		put_stretch(out, context, late, WORD("{n} min late"), WORD("{h} h {m} min late"), WORD("{h} h late"));
	else
		put_days(out, context, late / MS_PER_DAY, WORD_N("{n} day late", "{n} days late"));
	return TRUE;
}

/* {{at|ago}}: what happened: "just now", "38 min ago", "today 09:20", "yesterday 14:05", "Tue 24 Nov". */
static gboolean
format_ago(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	When when;
	gint64 past;

	if (!when_of(value, context, &when))
		return FALSE;
	past = context->now_ms - when.at_ms;
	if (past < -MS_PER_MINUTE)
		put_coming(out, &when);
	else if (past < MS_PER_MINUTE)
		g_string_append(out, page_word(context, WORD("just now")));
	else if (past < MS_PER_HOUR)
		put_stretch(out, context, past, WORD("{n} min ago"), "", "");
	else
		put_day(out, &when, TRUE);
	return TRUE;
}

/* {{at|day}}: "today", "tomorrow", "Tue 24 Nov". */
static gboolean
format_day(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	When when;

	if (!when_of(value, context, &when))
		return FALSE;
	put_day(out, &when, FALSE);
	return TRUE;
}

/* {{at|date}} "Tue 24 Nov"; :long "Tuesday 24 November 2026"; :month "November 2026"; :short "24 Nov". */
static gboolean
format_date(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	When when;

	if (!when_of(value, context, &when))
		return FALSE;
	if (g_strcmp0(arg, "long") == 0)
		put_pattern(out, &when, WORD("{weekday} {d} {month} {y}"));
	else if (g_strcmp0(arg, "month") == 0)
		put_pattern(out, &when, WORD("{month} {y}"));
	else if (g_strcmp0(arg, "short") == 0)
		put_pattern(out, &when, same_year(&when) ? WORD("{d} {mon}") : WORD("{d} {mon} {y}"));
	else
		put_date(out, &when);
	return TRUE;
}

static gboolean
format_time(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	When when;

	if (!when_of(value, context, &when))
		return FALSE;
	put_time(out, &when.at);
	return TRUE;
}

/* {{at|datetime}}: "Thu 19 Nov, 12:00". */
static gboolean
format_datetime(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	When when;

	if (!when_of(value, context, &when))
		return FALSE;
	put_pattern(out, &when, same_year(&when) ? WORD("{wd} {d} {mon}, {time}") : WORD("{wd} {d} {mon} {y}, {time}"));
	return TRUE;
}

/* {{at|short}}: the time today, else the day: for narrow columns. */
static gboolean
format_short(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	When when;

	if (!when_of(value, context, &when))
		return FALSE;
	if (when.at.day == when.now->day)
		put_time(out, &when.at);
	else
		put_pattern(out, &when, same_year(&when) ? WORD("{d} {mon}") : WORD("{d} {mon} {y}"));
	return TRUE;
}

/* {{at|iso}}: for datetime=""; :date "2026-11-24" and :local "2026-11-24T15:00" in the reader's zone, for inputs. */
static gboolean
format_iso(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	char text[TIME_SIZE];
	When when;

	if (!when_of(value, context, &when))
		return FALSE;
	if (g_strcmp0(arg, "date") == 0 || g_strcmp0(arg, "local") == 0) {
		g_string_append_printf(out, "%04d-%02d-%02d", when.at.year, when.at.month, when.at.mday);
		if (*arg == 'l')
			g_string_append_printf(out, "T%02d:%02d", when.at.hour, when.at.minute);
		return TRUE;
	}
	time_write(when.at_ms, text);
	g_string_append(out, text);
	return TRUE;
}

/* {{due_at|clock:@received_at}}: late, soon (from 75 % of the time between the two) or plain. */
static gboolean
format_clock(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	gint64 due, from = 0;

	if (!value_time(value, &due))
		return FALSE;
	if (due <= context->now_ms)
		g_string_append(out, "late");
	else if (arg != NULL && time_read(arg, &from) && due > from && (context->now_ms - from) >= (due - from) / 4 * 3)
		g_string_append(out, "soon");
	else
		g_string_append(out, "plain");
	return due <= context->now_ms;
}

/* {{#due_at|past}}..{{/due_at}} */
static gboolean
format_past(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	gint64 at;

	return value_time(value, &at) && at <= context->now_ms;
}

/* {{median_ms|duration}}: "38 min", "3 h 10 min", "2 days 4 h"; :s when the number is in seconds. */
static gboolean
format_duration(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	char days[24], hours[24];
	double number;
	gint64 ms;

	if (!template_value_real(value, &number))
		return FALSE;
	if (g_strcmp0(arg, "s") == 0)
		number *= MS_PER_S;
	ms = (gint64)CLAMP(number < 0 ? -number : number, 0, 1e15);
	if (ms < MS_PER_MINUTE) {
		g_snprintf(hours, sizeof hours, "%d", (int)(ms / MS_PER_S));
		page_fill(out, page_word(context, WORD("{n} s")), "n", hours, NULL);
	} else if (ms < 2 * MS_PER_DAY) {
		put_stretch(out, context, ms, WORD("{n} min"), WORD("{h} h {m} min"), WORD("{h} h"));
	} else {
		gint64 rest = ms % MS_PER_DAY / MS_PER_HOUR;

		g_snprintf(days, sizeof days, "%" G_GINT64_FORMAT, ms / MS_PER_DAY);
		g_snprintf(hours, sizeof hours, "%" G_GINT64_FORMAT, rest);
		page_fill(out, page_word(context, rest > 0 && ms < 10 * MS_PER_DAY ? WORD("{d} days {h} h") : WORD("{d} days")), "d", days, "h", hours, NULL);
	}
	return TRUE;
}

/* {{answer|target}}: "15 business days" as the reader says it; what is no such text stays as it is. */
static gboolean
format_target(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	static const struct {
		const char *unit, *one, *many;
	} units[] = {
		{ "minute", WORD_N("{n} minute", "{n} minutes") }, { "hour", WORD_N("{n} hour", "{n} hours") }, { "day", WORD_N("{n} day", "{n} days") },
		{ "business minute", WORD_N("{n} business minute", "{n} business minutes") }, { "business hour", WORD_N("{n} business hour", "{n} business hours") },
		{ "business day", WORD_N("{n} business day", "{n} business days") },
	};
	g_autofree char *text = value->text != NULL ? g_strndup(value->text, value->size) : NULL;
	char *unit = NULL;
	const gint64 n = text != NULL ? g_ascii_strtoll(text, &unit, 10) : 0;

	if (text == NULL || text[0] == '\0')
		return FALSE;
	if (*unit == ' ')
		for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
			const gsize size = strlen(units[i].unit);

			if (strncmp(unit + 1, units[i].unit, size) != 0 || (unit[size + 1] != '\0' && strcmp(unit + size + 1, "s") != 0))
				continue;
			put_days(out, context, n, units[i].one, units[i].many);
			return TRUE;
		}
	template_put(out, text, strlen(text));
	return TRUE;
}

void
page_times_add(TemplateSet *set)
{
	static const struct {
		const char *name;
		TemplateFormat format;
	} table[] = { { "due", format_due }, { "ago", format_ago }, { "day", format_day }, { "date", format_date }, { "datetime", format_datetime },
		{ "short", format_short }, { "duration", format_duration }, { "target", format_target } };

	for (guint i = 0; i < G_N_ELEMENTS(table); i++)
		template_set_formatter(set, table[i].name, table[i].format, 0);
	template_set_formatter(set, "time", format_time, TEMPLATE_PLAIN);
	template_set_formatter(set, "iso", format_iso, TEMPLATE_PLAIN);
	template_set_formatter(set, "clock", format_clock, TEMPLATE_PLAIN);
	template_set_formatter(set, "past", format_past, TEMPLATE_PLAIN);
}
