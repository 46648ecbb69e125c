/* clock.h - what time it is, passed in rather than asked for. Times are milliseconds since 1970 in UTC, as BIGINT in the
 * database and ISO 8601 in JSON. Reading strangers' dates: text/dates.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

#define MS_PER_S ((gint64)1000)
#define MS_PER_MINUTE (60 * MS_PER_S)
#define MS_PER_HOUR (60 * MS_PER_MINUTE)
#define MS_PER_DAY (24 * MS_PER_HOUR)

/* The system's time, now. Called at the edges only (main, http/server, work); rules take @now_ms. */
gint64 clock_now_ms(void);

/* Bytes for "2026-11-19T12:00:00.000Z" and NUL. */
#define TIME_SIZE 28
/* ISO 8601 in UTC; the milliseconds are left out when they are 0. Years 0000 to 9999, otherwise clamped. */
void time_write(gint64 at_ms, char ret_text[TIME_SIZE]);
/* Reads ISO 8601 as our API takes it: a date, or date and time with optional seconds, fraction and zone (Z or +hh:mm;
 * none means UTC). FALSE for anything else, including 30 February. */
gboolean time_read(const char *text, gint64 *ret_ms);

G_END_DECLS
