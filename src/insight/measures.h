/* measures.h - the figures of the dashboard: one definition each (DESIGN.md section 3; ISO 10002 annex on statistics),
 * printed beside each figure, each opening to its rows. Who may see them, and as a page: desk/dashboard.c. */
#pragma once
#include "base/json.h"
#include "insight/report_period.h"
#include "store/db.h"
G_BEGIN_DECLS

typedef struct {
	const ReportPeriod *period;
	const char *zone;
	const char *kind, *channel;   /* NULL: all */
	gint64 team_id, category_id;  /* 0: all; a category with those below it */
	const char *query;            /* operators for the same filter, "kind:complaint team:AB12-..."; "" for none */
	gint64 now_ms;
} MeasureAsk;

/* {from, to, before_from, before_to, measures{received, resolved, acknowledged, first_response, resolution, reopened},
 *  over_time{step, rows}, open_by_age{n, rows}, by_channel[], by_category[], by_outcome{n, rows}, by_team[]}: the keys and units
 * stand in ui/pages/README.md. "cases" is the query string of the queue that shows exactly a figure's rows. Cases merged into
 * another are counted as that one. Reads every case of the period once: for a SLOW route. */
json_t *measures_read(Db *db, const MeasureAsk *ask, GError **error);
/* One of the tables of measures_read as CSV (RFC 4180, UTF-8): over_time, open_by_age, by_channel, by_category,
 * by_outcome, by_team. ERR_INVALID for another word. (transfer full) */
GString *measures_csv(const json_t *measures, const char *of, GError **error);

G_END_DECLS
