/* do.h - when a person carries a remedy out, tries it again, stops it or takes it back. The rule: remedy/doing.h; by a system of the house:
 * flow/remedy/pay.h. */
#pragma once
#include "remedy/doing.h"
G_BEGIN_DECLS

/* Each in one transaction. With a value they need remedy.pay, without one remedy.offer. @version: the remedy's, 0: any; stale: ERR_CONFLICT. */
gboolean remedy_mark_done(Db *db, const char *ref, gint64 version, const char *reference, const Actor *actor, gint64 now_ms, GError **error);
/* Needs a reason. What a system of the house did that takes back, that one is asked to (flow/remedy/takeback.h); @by_hand: a person has done it, or it was
 * never its doing. While it is asked, nobody does it beside it: ERR_CONFLICT. */
gboolean remedy_reverse(Db *db, const char *ref, gint64 version, const char *reason, gboolean by_hand, const Actor *actor, gint64 now_ms, GError **error);
gboolean remedy_drop(Db *db, const char *ref, gint64 version, const char *reason, const Actor *actor, gint64 now_ms, GError **error);
/* Asks the system of the house again, now, under the same Idempotency-Key: of one that failed, or that still waits for its next attempt; and so to take back. */
gboolean remedy_retry(Db *db, const char *ref, gint64 version, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
