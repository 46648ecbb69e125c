/* calendar_ics.h - holidays out of an iCalendar file (RFC 5545), read by libical. Keeping them: promise/calendar_rows.h. */
#pragma once
#include "base/err.h"
#include "promise/calendar.h"
G_BEGIN_DECLS

enum { ICS_BYTES_MAX = 1024 * 1024, ICS_EVENTS_MAX = 2000, ICS_YEARS = 10 };

/* Each event of the file as holidays: whole days, or the part of the day it names, in the calendar's @zone. What comes again every year on the same day
 * is one yearly holiday; other rules are written out from a year before @now_ms until ICS_YEARS after it. Cancelled events are passed over, and rules that
 * come more often than daily. (transfer full) array of Holiday with names. ERR_INVALID "/file": too large, no calendar, no event in it, too many. */
GArray *calendar_ics_read(const char *bytes, gsize size, const char *zone, gint64 now_ms, GError **error);

G_END_DECLS
