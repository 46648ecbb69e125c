/* clock_due.c - the arithmetic of a clock. */
#include "promise/clock_due.h"
#include "base/clock.h"
#include <string.h>

const char *const clock_words[] = { "acknowledge", "respond", "answer", "update", "resolve", "final", "follow_up", NULL };

static const struct {
	const char *one, *many;
	TargetUnit unit;
	int minutes; /* at most so much each */
	const char *others[9]; /* as people write it besides, also in German */
} units[] = {
	{ "minute", "minutes", TARGET_MINUTES, 1, { "min", "mins", "minuten" } },
	{ "hour", "hours", TARGET_HOURS, 60, { "h", "hrs", "stunde", "stunden", "std", "std." } },
	{ "day", "days", TARGET_DAYS, 1440, { "d", "tag", "tage", "tagen", "kalendertag", "kalendertage", "kalendertagen" } },
	{ "business minute", "business minutes", TARGET_WORK_MINUTES, 1, { "working minute", "working minutes", "arbeitsminute", "arbeitsminuten" } },
	{ "business hour", "business hours", TARGET_WORK_HOURS, 60, { "working hour", "working hours", "arbeitsstunde", "arbeitsstunden" } },
	{ "business day", "business days", TARGET_WORK_DAYS, 1440,
		{ "working day", "working days", "arbeitstag", "arbeitstage", "arbeitstagen", "gesch\xc3\xa4""ftstag", "gesch\xc3\xa4""ftstage", "bankarbeitstag", "bankarbeitstage" } },
};

static gboolean
is_unit(guint i, const char *word)
{
	if (strcmp(word, units[i].one) == 0 || strcmp(word, units[i].many) == 0)
		return TRUE;
	for (guint k = 0; k < G_N_ELEMENTS(units[i].others) && units[i].others[k] != NULL; k++)
		if (strcmp(word, units[i].others[k]) == 0)
			return TRUE;
	return FALSE;
}

gboolean
target_read(const char *text, ClockTarget *ret)
{
	g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
	g_autoptr(GString) unit = g_string_new(NULL);
	gint64 amount = 0;
	gboolean first = TRUE;
	char *end = NULL;

	for (char **word = words; *word != NULL; word++) {
		if ((*word)[0] == '\0')
			continue;
		if (first) {
			amount = g_ascii_isdigit((*word)[0]) ? g_ascii_strtoll(*word, &end, 10) : 0;
			if (amount < 1 || *end != '\0')
				return FALSE;
		} else {
			g_autofree char *lower = g_ascii_strdown(*word, -1);

			g_string_append_printf(unit, "%s%s", unit->len > 0 ? " " : "", lower);
		}
		first = FALSE;
	}
	if (first) {
		ret->amount = 0;
		ret->unit = TARGET_NONE;
		return TRUE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
		if (!is_unit(i, unit->str))
			continue;
		if (amount > TARGET_MAX_MINUTES / units[i].minutes)
			return FALSE;
		ret->amount = (int)amount;
		ret->unit = units[i].unit;
		return TRUE;
	}
	return FALSE;
}

char *
target_write(const ClockTarget *target)
{
	for (guint i = 0; i < G_N_ELEMENTS(units); i++)
		if (units[i].unit == target->unit)
			return g_strdup_printf("%d %s", target->amount, target->amount == 1 ? units[i].one : units[i].many);
	return g_strdup("");
}

static gboolean
is_worked(const ClockTarget *target)
{
	return target->unit >= TARGET_WORK_MINUTES;
}

/* As if there were no pause. */
static gint64
straight(const ClockTarget *target, Calendar *calendar, gint64 start_ms)
{
	switch (target->unit) {
	case TARGET_MINUTES: return start_ms + target->amount * MS_PER_MINUTE;
	case TARGET_HOURS: return start_ms + target->amount * MS_PER_HOUR;
	case TARGET_DAYS: return calendar_add_days(calendar, start_ms, target->amount);
	case TARGET_WORK_MINUTES: return calendar_add(calendar, start_ms, target->amount * MS_PER_MINUTE);
	case TARGET_WORK_HOURS: return calendar_add(calendar, start_ms, target->amount * MS_PER_HOUR);
	case TARGET_WORK_DAYS: return calendar_add_workdays(calendar, start_ms, target->amount);
	case TARGET_NONE: break;
	}
	return CALENDAR_NEVER;
}

static gint64
left_between(const ClockTarget *target, Calendar *calendar, gint64 from_ms, gint64 to_ms)
{
	return is_worked(target) ? calendar_between(calendar, from_ms, to_ms) : to_ms - from_ms;
}

ClockDue
clock_due(const ClockTarget *target, Calendar *calendar, gint64 start_ms, const Pause *pauses, guint n_pauses)
{
	ClockDue it = { straight(target, calendar, start_ms), FALSE };

	for (guint i = 0; target->pauses && i < n_pauses && it.due_ms != CALENDAR_NEVER; i++) {
		gint64 from = MAX(pauses[i].from_ms, start_ms), left;

		if (from >= it.due_ms || (pauses[i].to_ms != 0 && pauses[i].to_ms <= from))
			continue;
		if (pauses[i].to_ms == 0) {
			it.paused = TRUE;
			break;
		}
		left = left_between(target, calendar, from, it.due_ms);
		it.due_ms = is_worked(target) ? calendar_add(calendar, pauses[i].to_ms, left) : pauses[i].to_ms + left;
	}
	return it;
}

/* What is worked in the last @n working days that end at @due_ms. */
static gint64
worked_in_days(Calendar *calendar, gint64 due_ms, int n)
{
	int day = calendar_day_of(calendar, due_ms - 1, NULL), first = day;

	for (int gone = 0; n > 0 && gone < 10 * 366; gone++, day--)
		if (calendar_is_workday(calendar, day)) {
			first = day;
			n--;
		}
	return calendar_between(calendar, calendar_moment(calendar, first, 0), due_ms);
}

gint64
clock_warns_at(const ClockTarget *target, Calendar *calendar, gint64 due_ms, double part)
{
	gint64 whole = 0;

	if (due_ms == CALENDAR_NEVER)
		return CALENDAR_NEVER;
	switch (target->unit) {
	case TARGET_MINUTES: case TARGET_WORK_MINUTES: whole = target->amount * MS_PER_MINUTE; break;
	case TARGET_HOURS: case TARGET_WORK_HOURS: whole = target->amount * MS_PER_HOUR; break;
	case TARGET_DAYS: whole = target->amount * MS_PER_DAY; break;
	case TARGET_WORK_DAYS: whole = worked_in_days(calendar, due_ms, target->amount); break;
	case TARGET_NONE: return CALENDAR_NEVER;
	}
	whole = (gint64)((double)whole * part);
	return is_worked(target) ? calendar_back(calendar, due_ms, whole) : due_ms - whole;
}
