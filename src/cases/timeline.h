/* timeline.h - a case's history, from the event log. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

/* {events[{id, at, kind, actor{kind, ref, name}, facts, message (ref)|null}], next}: newest first, at most @limit, before
 * @before_id (0: from the newest). Facts of case.assigned have from_name, to_name and team_name beside the refs. */
json_t *case_timeline(Db *db, gint64 case_id, gint64 before_id, guint limit, GError **error);

G_END_DECLS
