/* promised.h - what promises do to their case: the next open one may be what is due next. The promises: promise/promise.h; who
 * is told: flow/promising.h. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

/* After a promise of this case was made, moved or ended, in the same transaction: reckons what is due next; with an open promise it waits for nobody. The case's version stays,
 * so that nobody who writes on it is stopped. */
gboolean case_promised_in(Db *db, gint64 case_id, gint64 now_ms, GError **error);
/* The same for a story that holds the case (case.h, case_write). */
gboolean case_promised_on(Db *db, Case *it, gint64 now_ms, GError **error);

G_END_DECLS
