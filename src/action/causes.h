/* causes.h - why people had to complain: root causes by count in a time, with what is done about each. */
#pragma once
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

enum { CAUSES_MAX_ROWS = 30, CAUSES_BOX_WIDTH = 104, CAUSES_BOX_HEIGHT = 22 };

/* {from, until, n (complaints of this time whose cause is known), n_without (complaints of this time without one), rows[{ref, path, n, before, pct,
 * from_pct, sum_pct, trend (more fewer unsure none), ratio|null, took_ms|null, weeks[{x, y, height, n}], n_open, n_done}], n_others, others_pct}: most frequent first; before: of as long a
 * time before. pct: of n. trend: against the time before, of complaints whose cause is known, with the interval of action/rate_ratio.h. took_ms: from receiving to
 * resolving on average, of the newest thousand. weeks: bars in a box of CAUSES_BOX_WIDTH x CAUSES_BOX_HEIGHT. */
json_t *causes_read(Db *db, gint64 from_ms, gint64 until_ms, GError **error);

G_END_DECLS
