/* fairness.h - what others in the same trouble got: beside an offer the last ten similar cases. So that who shouts least gets as much.
 *
 * Similar: given something in the same currency, in the same category and severity; where those are fewer than FAIR_FEW, the same category of any
 * severity; then what lies under the category's parent. The newest of them count.
 * Far: with at least FAIR_FEW of them, a sum beyond the quarters by more than the distance between the quarters, or by a fifth of the
 * middle, whichever is more: below Q1 - w or above Q3 + w, w = max(Q3 - Q1, Q2 / 5). Quarters by linear interpolation (Hyndman & Fan's
 * type 7), in whole minor units. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

enum { FAIR_CASES = 10, FAIR_FEW = 5 };

typedef struct {
	gint64 low, q1, middle, q3, high;
} Quarters;
/* Pure: of @n sums in rising order, n > 0. */
Quarters fairness_quarters(const gint64 *sums, guint n);
typedef enum { FAIR_TOO_FEW, FAIR_IN_LINE, FAIR_LOW, FAIR_HIGH } FairVerdict;
/* Pure. */
FairVerdict fairness_verdict(const gint64 *sums, guint n, gint64 amount);

/* {cases[{ref, subject, sum, same_severity, n_reopened, at, x_pct}], n, wide: same | category | parent, low, q1, middle, q3, high (money; null for none), verdict: too_few | in_line |
 * low | high, amount{}, axis_low{}, axis_high{}, band_x_pct, band_w_pct, you_pct}: where a drawing has them, in per cent from the left. @amount 0: nothing
 * of one's own. */
json_t *fairness_read(Db *db, const Case *it, const char *currency, gint64 amount, GError **error);

G_END_DECLS
