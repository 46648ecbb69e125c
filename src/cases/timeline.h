/* timeline.h - a case's history, from the event log. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

/* [{id, at, kind, actor{kind, ref, name}, facts}], newest first, at most @limit, before @before_id (0: from the newest).
 * {events[], next} */
json_t *case_timeline(Db *db, gint64 case_id, gint64 before_id, guint limit, GError **error);

G_END_DECLS
