/* clock_rate.h - how many clocks were kept, of those whose time came in a period: by clock, team, owner, category and channel, and the rows behind it. */
#pragma once
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

/* Kept in time / clocks whose time came, with Wilson's 95 % interval; whose they were is whose they were then. Times after @now_ms are in no figure.
 * {from, to, all{n, kept, missed, pct, low, high}, by_clock[{clock, ...}], by_team[{name, ref, ...}], by_owner[], by_category[{name}], by_channel[{name}]}, the
 * most missed first (by_clock: in the order of a case's life). */
json_t *clock_rate_read(Db *db, gint64 from_ms, gint64 to_ms, gint64 now_ms, GError **error);

typedef struct {
	gint64 from_ms, to_ms, before_due, before_id; /* before_id 0: from the newest */
	const char *clock, *team, *owner, *category, *channel; /* NULL: any; refs of team and owner, the category's path */
	gboolean missed;                              /* only those */
	guint limit;
} ClockRowsAsk;
/* {rows[{clock, case{ref, subject}, due_at, met_at, missed, owner{ref, name}|null, team{ref, name}|null}], next}: by due time, newest first. */
json_t *clock_rate_rows(Db *db, const ClockRowsAsk *ask, GError **error);

G_END_DECLS
