/* promised.h - what promises do to their case: the next open one may be what is due next. The promises: promise/promise.h; who
 * is told: flow/promise/promising.h. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

/* Who did something to a promise: with people the case goes on to its next version, so that an answer begun before is seen to be stale; what time does, and
 * a merge, which has its own version, leave it. */
typedef enum { PROMISED_BY_PEOPLE, PROMISED_BY_TIME } PromisedBy;
/* After a promise of this case was made, moved or ended, in the same transaction: reckons what is due next, on the case it was merged into too; with an open
 * promise it waits for nobody. */
gboolean case_promised_in(Db *db, gint64 case_id, PromisedBy by, gint64 now_ms, GError **error);
/* The same for a story that holds the case (case.h, case_write); its version is as the story left it. */
gboolean case_promised_on(Db *db, Case *it, gint64 now_ms, GError **error);

G_END_DECLS
