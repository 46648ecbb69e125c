/* notice.h - what somebody should know: mentioned, given a case, a customer wrote on theirs, one came back,
 * something of theirs is due. Written in the transaction of the rule that causes it. */
#pragma once
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

/* In the caller's transaction. @kind: mention, assigned, reply, reopened; other folders bring theirs (their sentence: pages/notices.html).
 * @case_id, @message_id, @by_id may be 0. @facts: what the sentence names, taken; NULL: nothing. */
gboolean notice_add(Db *db, gint64 user_id, const char *kind, gint64 case_id, gint64 message_id, gint64 by_id, json_t *facts, gint64 now_ms, GError **error);
/* Many at once; their @facts stay the caller's. */
typedef struct {
	gint64 user_id, case_id;
	const char *kind;
	const json_t *facts;
} NewNotice;
gboolean notice_add_many(Db *db, const NewNotice *notices, guint n, gint64 now_ms, GError **error);
/* {notices[{id, kind, facts{}, case{ref, subject}|null, message (ref)|null, by{ref, name}|null, made_at, read_at}], next}: newest first,
 * at most @limit, before @before_id (0: from the newest). */
json_t *notice_list(Db *db, gint64 user_id, gboolean unread_only, gint64 before_id, guint limit, GError **error);
gboolean notice_count_unread(Db *db, gint64 user_id, gint64 *ret_n, GError **error);
/* @id 0: all of them; @case_id not 0: those about this case (it was opened). Only one's own; none is no error. */
gboolean notice_mark_read(Db *db, gint64 user_id, gint64 id, gint64 case_id, gint64 now_ms, GError **error);

G_END_DECLS
