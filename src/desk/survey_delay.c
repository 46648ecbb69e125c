/* survey_delay.c - see survey_delay.h. */
#include "desk/survey_delay.h"
#include "base/err.h"
#include "promise/clock_due.h"
#include <string.h>

enum { MINUTES_HOUR = 60, MINUTES_DAY = 24 * 60, DELAY_MAX = 90 * MINUTES_DAY };

static gint64
minutes_of(const ClockTarget *target)
{
	switch (target->unit) {
	case TARGET_MINUTES: return target->amount;
	case TARGET_HOURS: return (gint64)target->amount * MINUTES_HOUR;
	case TARGET_DAYS: return (gint64)target->amount * MINUTES_DAY;
	default: return -1; /* none, or business time: whose? */
	}
}

gboolean
survey_delay_read(const char *text, gint64 *ret_minutes, GError **error)
{
	g_autofree char *trimmed = g_strstrip(g_strdup(text));
	ClockTarget target = { 0, TARGET_NONE, FALSE };
	gint64 minutes = strcmp(trimmed, "0") == 0 ? 0 : target_read(trimmed, &target) ? minutes_of(&target) : -1;

	if (minutes < 0) {
		err_add_field(error, "/delay", "Say it like this: 3 days, 2 hours, 30 minutes, or 0 for at once.");
		return FALSE;
	}
	if (minutes > DELAY_MAX) {
		err_add_field(error, "/delay", "At most 90 days.");
		return FALSE;
	}
	*ret_minutes = minutes;
	return TRUE;
}

char *
survey_delay_write(gint64 minutes)
{
	const int unit = minutes % MINUTES_DAY == 0 ? MINUTES_DAY : minutes % MINUTES_HOUR == 0 ? MINUTES_HOUR : 1;
	const ClockTarget target = { (int)(minutes / unit), unit == MINUTES_DAY ? TARGET_DAYS : unit == MINUTES_HOUR ? TARGET_HOURS : TARGET_MINUTES, FALSE };

	return minutes <= 0 ? g_strdup("0") : target_write(&target);
}
