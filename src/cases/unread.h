/* unread.h - what somebody has not seen yet: words of customers, and notes that name them, since they last opened a case.
 * Opening writes nothing by itself: the page says so once, when there was something new (POST /cases/{ref}/read). What
 * somebody should be told of at once: cases/notice.h. */
#pragma once
#include "cases/row.h"
G_BEGIN_DECLS

/* Half a year: after that a mark is thrown away. */
enum { UNREAD_KEEP_DAYS = 180 };

/* Puts "unread": n into each of @list (of CaseRow). Cases that are over are never unread. */
gboolean case_unread_counts(Db *db, GArray *list, const Actor *reader, GError **error);
/* Puts "unread": bool into each of @value's messages, and "read_upto": the time to give to case_unread_mark, null when there is
 * nothing new to be marked. @value: case_to_json + messages[]; @notices: how many notices wait, of whatever case. */
gboolean case_unread_messages(Db *db, json_t *value, gint64 case_id, gint64 notices, const Actor *actor, GError **error);
/* Everything until @seen_ms is read, and the notices about this case are. One transaction. */
gboolean case_unread_mark(Db *db, gint64 user_id, gint64 case_id, gint64 seen_ms, gint64 now_ms, GError **error);
/* Throws away at most @most old marks. */
gboolean case_unread_prune(Db *db, gint64 now_ms, guint most, GError **error);

G_END_DECLS
