/* watch.h - what happens when a clock's step comes: the event, and who is told. When steps come: promise/case_clocks.h; what wakes this:
 * work/timer.h; the mail to staff: flow/mail/late.h; counting anew: flow/clock/recount.h. */
#pragma once
#include "promise/case_clocks.h"
#include "store/store.h"
G_BEGIN_DECLS

enum { CLOCK_BATCH = 250 }; /* cases in one unit of work */

/* TimerWork's two. */
gboolean clock_watch_next(Store *store, gpointer data, gint64 *ret_due, GError **error);
gboolean clock_watch_run(Store *store, gint64 now_ms, gpointer data, guint *ret_n, GError **error);
/* One batch in the caller's transaction. 75 %: event clock.warned, notice clock_soon to the owner. 90 %: event. The end: event clock.breached, the result
 * as missed, notice clock_late to the owner, or without one to the team's lead. Then, as the policy has it: event clock.escalated and notice clock_late
 * to the team's lead, then to the complaint owner (setting complaint_owner). Two who do this at once do each step once. */
gboolean clock_watch_batch_in(Db *db, gint64 now_ms, guint limit, guint *ret_n, GError **error);

/* One case whose row is held by a story that writes it itself (demo/life.c): the steps that have come by @now_ms, told as of their own time. */
typedef struct {
	gint64 case_id, owner_id, team_id, version;
	gboolean is_open;
} WatchedCase;
gboolean clock_watch_one_in(Db *db, const WatchedCase *it, ClockRow *row, gint64 now_ms, GError **error);

G_END_DECLS
