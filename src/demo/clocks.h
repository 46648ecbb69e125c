/* clocks.h - the company's calendars and policies, its leads, and the steps of clocks that came between two things that happened to a case. */
#pragma once
#include "cases/case.h"
#include "demo/company.h"
G_BEGIN_DECLS

/* Two calendars with holidays, policies for calls and vulnerable customers, leads and the complaint owner; begins and commits by itself. */
gboolean demo_clocks_make(Db *db, const Company *company, gint64 now_ms, GError **error);
/* What came due on the case until @at_ms, told as of its own time. In the caller's transaction. */
gboolean demo_clocks_pass(Db *db, Case *it, gint64 at_ms, GError **error);

/* At the end: what is older than two days was read. StoreWork; @until_ms: gint64. */
gboolean demo_clocks_read(Db *db, gpointer until_ms, GError **error);

G_END_DECLS
