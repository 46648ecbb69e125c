/* figures.h - remedies in figures (DESIGN.md section 3: cost of a cause begins here): what was given, why, on whose authority, how long approvals
 * took. Money moved: remedy/ledger.h. */
#pragma once
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

/* {sums[ledger_sums], by_kind[{kind, currency, n, sum{}, goodwill: bool}], by_cause[{cause{ref, name}|null, currency, n, sum{}, pct of the dearest}], authority{own, others, n, own_pct},
 * approvals{n, approved, refused, lapsed, median_ms|null, p90_ms|null}} of [from, to). Remedies done by the time they were done; authority by the time it was
 * given; approvals by the time of the decision. */
json_t *remedy_figures(Db *db, gint64 from_ms, gint64 to_ms, GError **error);

G_END_DECLS
