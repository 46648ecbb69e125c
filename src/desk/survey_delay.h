/* survey_delay.h - how long after its event a survey goes out, as people type and read it: "3 days", "2 hours", "0". The survey itself keeps
 * minutes: survey/survey.h. Targets of clocks, which may also be business time: promise/clock_due.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* Of "30 minutes", "2 hours", "3 days" (also "3 Tage") and "0"; in minutes. ERR_INVALID at /delay for anything else, for business time, and for more than 90 days. */
gboolean survey_delay_read(const char *text, gint64 *ret_minutes, GError **error);
/* The same written, in the largest unit that fits; "0" for none. (transfer full) */
char *survey_delay_write(gint64 minutes);

G_END_DECLS
