/* due.h - what is due next on a case, and when: its clocks (promise/case_clocks.h), reckoned from what the case is, and written with it. */
#pragma once
#include "cases/case.h"
#include "promise/case_clocks.h"
G_BEGIN_DECLS

/* In the caller's transaction. Brings the case's clocks up to date, and with them it->due_at, it->due_kind and it->soon_at; what ended is written. The clocks
 * themselves are written by due_keep, once the case has its id. */
gboolean due_reckon(Db *db, Case *it, ReckonWhy why, gint64 now_ms, GError **error);
gboolean due_keep(Db *db, const Case *it, GError **error);
/* Policies, calendars or a promise have changed: reckons anew and writes what is different; the case's version stays. In the caller's transaction. */
gboolean due_again_in(Db *db, gint64 case_id, ReckonWhy why, gint64 now_ms, GError **error);

G_END_DECLS
