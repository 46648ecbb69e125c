/* figures.h - remedies in figures (DESIGN.md section 3: cost of a cause begins here): what was given, why, on whose authority, how long approvals
 * took. Money moved: remedy/ledger.h. */
#pragma once
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

/* {sums[ledger_sums], by_kind[{kind, currency, n, sum{}, goodwill: bool}], by_cause[{cause{ref, name}|null, currency, n, sum{}, pct of the dearest}], by_authority[{person{ref, name}, currency, n, for_others, sum{}, pct}],
 * authority{own, others, n, own_pct},
 * approvals{n, approved, refused, lapsed, median_ms|null, p90_ms|null}} of [from, to). Remedies done by the time they were done; authority by the time it was
 * given; approvals by the time of the decision. */
json_t *remedy_figures(Db *db, gint64 from_ms, gint64 to_ms, GError **error);

/* The by_cause of it alone. */
json_t *remedy_sums_by_cause(Db *db, gint64 from_ms, gint64 to_ms, GError **error);

/* The rows behind authority and approvals, newest first. */
typedef struct {
	gint64 from_ms, to_ms;
	gboolean approvals;   /* decisions of the period; otherwise what was authorised in it */
	gint64 person_id;     /* whose authority; 0: anybody's */
	int own;              /* authorised: 1 by who proposed it, 0 by somebody else, -1 both */
	const char *decision; /* approvals: approved refused lapsed; NULL: all */
	gint64 before_id;     /* 0: the newest */
	guint limit;
} RemedyRowsAsk;
/* {rows[{ref, kind, state, goodwill, value{}|null, at, took_ms|null, decision|null, case{ref, subject}, by{}|null (who proposed or asked), authority{}|null}], next|null} */
json_t *remedy_figure_rows(Db *db, const RemedyRowsAsk *ask, GError **error);

G_END_DECLS
