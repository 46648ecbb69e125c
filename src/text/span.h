/* span.h - a stretch of time as people type it into a search or a dashboard: "7d", "2026-03", "2026-01-15..2026-02".
 * The dashboard's periods and their steps: insight/report_period.h; dates in strangers' tables: text/dates.h; ISO 8601 of the
 * API: base/clock.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef struct {
	gint64 from_ms, to_ms; /* from <= t < to; G_MININT64 and G_MAXINT64 where it is open */
} Span;

/* Days begin at midnight in @zone (IANA; unknown or NULL: UTC). Read are: today, yesterday; 24h, 7d, 4w, 12m, 1y (so long
 * back from now, to now and beyond); 2026, 2026-03, 2026-03-15; A..B, A.. and ..B of those, B counted whole. FALSE for
 * anything else, for days that do not exist and for a span that ends before it begins. */
gboolean span_read(const char *text, gint64 now_ms, const char *zone, Span *ret_span);

/* The IANA zone of this name, UTC when there is no such; made once and kept. (transfer full) */
GTimeZone *zone_by_name(const char *name);

G_END_DECLS
