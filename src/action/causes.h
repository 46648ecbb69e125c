/* causes.h - why people had to complain: root causes by count in a time, with what is done about each. */
#pragma once
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

enum { CAUSES_MAX_ROWS = 30 };

/* {from, until, n (complaints of this time whose cause is known), n_without (complaints of this time without one), rows[{ref, path, n, before, pct,
 * from_pct, sum_pct, n_open, n_done}], n_others, others_pct}: most frequent first; before: of as long a time before. pct: of n. */
json_t *causes_read(Db *db, gint64 from_ms, gint64 until_ms, GError **error);

G_END_DECLS
