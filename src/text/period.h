/* period.h - a stretch of time as people type it into a search or a dashboard: "7d", "2026-03", "2026-01-15..2026-02".
 * Dates in strangers' tables: text/dates.h; ISO 8601 of the API: base/clock.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef struct {
	gint64 from_ms, to_ms; /* from <= t < to; G_MININT64 and G_MAXINT64 where it is open */
} Period;

/* Days begin at midnight in @zone (IANA; unknown or NULL: UTC). Read are: today, yesterday; 24h, 7d, 4w, 12m, 1y (so long
 * back from now, to now and beyond); 2026, 2026-03, 2026-03-15; A..B, A.. and ..B of those, B counted whole. FALSE for
 * anything else, for days that do not exist and for a period that ends before it begins. */
gboolean period_read(const char *text, gint64 now_ms, const char *zone, Period *ret_period);

/* The day of @at_ms in @zone as "2026-03-15" and NUL. */
#define PERIOD_DAY_SIZE 11
void period_day(gint64 at_ms, GTimeZone *zone, char ret_day[PERIOD_DAY_SIZE]);

/* @zone by its IANA name, UTC when there is no such. (transfer full) */
GTimeZone *period_zone(const char *zone);

G_END_DECLS
