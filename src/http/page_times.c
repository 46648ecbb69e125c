/* page_times.c - how long until, since and for: "in 38 min", "40 min late", "3 h 10 min", as UI.md wants them; further away, the
 * day. Dates: page_dates.c. */
#include "http/page_formats.h"
#include "base/clock.h"
#include <string.h>

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
put_coming(GString *out, const PageWhen *when)
{
	gint64 left = when->at_ms - when->context->now_ms;

	if (left < 2 * MS_PER_HOUR)
		put_stretch(out, when->context, left, WORD("in {n} min"), WORD("in {h} h {m} min"), WORD("in {h} h"));
	else
		page_put_day(out, when, when->at.day - when->now->day <= 1);
}

/* {{due_at|due}}: what has a deadline: past it is "40 min late", "3 h 10 min late", "2 days late". */
static gboolean
format_due(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	PageWhen when;
	gint64 late;

	if (!page_when(value, context, &when))
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
	PageWhen when;
	gint64 past;

	if (!page_when(value, context, &when))
		return FALSE;
	past = context->now_ms - when.at_ms;
	if (past < -MS_PER_MINUTE)
		put_coming(out, &when);
	else if (past < MS_PER_MINUTE)
		g_string_append(out, page_word(context, WORD("just now")));
	else if (past < MS_PER_HOUR)
		put_stretch(out, context, past, WORD("{n} min ago"), "", "");
	else
		page_put_day(out, &when, TRUE);
	return TRUE;
}

/* {{due_at|clock:@received_at}}: late, soon (from 75 % of the time between the two) or plain. */
static gboolean
format_clock(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	gint64 due, from = 0;

	if (!page_time_of(value, &due))
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

	return page_time_of(value, &at) && at <= context->now_ms;
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
	template_set_formatter(set, "due", format_due, 0);
	template_set_formatter(set, "ago", format_ago, 0);
	template_set_formatter(set, "duration", format_duration, 0);
	template_set_formatter(set, "target", format_target, 0);
	template_set_formatter(set, "clock", format_clock, TEMPLATE_PLAIN);
	template_set_formatter(set, "past", format_past, TEMPLATE_PLAIN);
}
