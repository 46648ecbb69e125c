/* promise_rate.h - promises kept by their time / promises whose time has come (DESIGN.md section 3), by who kept them and what they
 * were about; each figure opens to its rows. A promise's own life: promise/promise.h. */
#pragma once
#include "base/json.h"
#include "insight/report_period.h"
#include "store/db.h"
G_BEGIN_DECLS

typedef struct {
	const ReportPeriod *period;
	const char *zone;
	gint64 team_id;       /* 0: all */
	const char *team_ref; /* of it, for the rows; NULL */
	gint64 now_ms;
} PromiseRateAsk;
/* {from, to, before_from, before_to, kept: {pct, low, high (Wilson, 95 %), n, kept, broken, late (kept, but late), moved, before_pct, points, better, rows, broken_rows},
 *  by_agent[{ref, name, n, kept, pct, low, high, rows}], by_team[the same], by_category[the same], by_channel[channel for ref]}; rows: the query of
 * GET /promises that shows exactly these. The most promises first; who has none is named null. */
json_t *promise_rate_read(Db *db, const PromiseRateAsk *ask, GError **error);

typedef struct {
	gint64 from_ms, to_ms;
	const char *state;   /* open kept broken withdrawn, over (kept or broken); NULL: all */
	const char *channel; /* NULL: all */
	gint64 owner_id, team_id, category_id; /* 0: all; -1: those without */
	gint64 before_due, before_id;          /* 0: from the newest */
	guint limit;
} PromiseRowsAsk;
/* {promises[{ref, what, state, late, due_at, whole_day, kept_at, n_moved, owner{ref, name}|null, case{ref, subject, customer|null}}], next|null}: by due time, newest first. */
json_t *promise_rate_rows(Db *db, const PromiseRowsAsk *ask, GError **error);

G_END_DECLS
