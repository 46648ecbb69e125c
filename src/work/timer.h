/* timer.h - wakes exactly when the next of something is due that stands in a table of its own (a case's clocks), and has it done. For single
 * pieces of work: work/worker.h. */
#pragma once
#include "store/store.h"
#include "work/worker.h"
G_BEGIN_DECLS

typedef struct {
	/* When the next is due; 0: nothing is. One glance at an index. */
	gboolean (*next)(Store *store, gpointer data, gint64 *ret_due, GError **error);
	/* Does what is due at @now_ms, some of it in one unit of work; *@ret_n how many: 0, and there is no more. Idempotent: what it did, and was not
	 * committed, comes again. */
	gboolean (*run)(Store *store, gint64 now_ms, gpointer data, guint *ret_n, GError **error);
	gpointer data;
} TimerWork;

typedef struct _Timer Timer;
/* A thread of its own. It looks at the clock and the table once a second besides, so that neither a clock that was set nor another server's rows keep it
 * asleep. @clock NULL: the system's. */
Timer *timer_start(Store *store, WorkerClock clock, gpointer clock_data, const TimerWork *work, GError **error);
/* Waits for the unit being done. */
void timer_free(Timer *timer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Timer, timer_free)
G_END_DECLS
