/* recount.h - running clocks are to be counted anew: the job that a change of policies or calendars leaves behind. Who does it:
 * flow/clock/recount.h. */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

#define CLOCK_RECOUNT "clock.recount"

/* In the transaction of the change. The job comes a moment later, when no connection believes its old book any more, and once again after ten
 * minutes, for what a long unit of work has written meanwhile. */
gboolean clock_recount_ask_in(Db *db, gint64 now_ms, GError **error);

G_END_DECLS
