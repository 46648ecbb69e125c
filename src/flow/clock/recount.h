/* recount.h - the job that counts running clocks anew after a change of policies or calendars (promise/recount.h asks for it). */
#pragma once
#include "work/worker.h"
G_BEGIN_DECLS

/* The handler of jobs "clock.recount": goes over all cases with clocks that run, and those that have none yet, a few hundred at a time. Running it twice
 * changes nothing more. */
gboolean clock_recount_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error);

G_END_DECLS
