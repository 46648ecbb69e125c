/* delegation.h - who decides for somebody who is away: from when to when. What waits for them goes to the one who stands in, who decides with
 * their authority. Approvals: remedy/approval.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

/* [{ref, from{ref, name}, to{ref, name}, starts_at, ends_at}] that are not over, by their beginning. @user_id 0: everybody's. */
json_t *delegation_list(Db *db, gint64 user_id, gint64 now_ms, GError **error);
/* @from NULL: one's own; somebody else's needs admin.write. At most a year. ERR_INVALID: to oneself, to somebody who may not approve, an end before its
 * beginning, a second one at the same time. Events delegation.added, .removed. */
gboolean delegation_add(Db *db, const char *from, const char *to, gint64 starts_at, gint64 ends_at, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error);
gboolean delegation_remove(Db *db, const char *ref, const Actor *actor, gint64 now_ms, GError **error);

/* Who stands in for @user_id at @now_ms; 0: nobody, they decide themselves. One step only: who stands in is not stood in for. */
gboolean delegation_stand_in(Db *db, gint64 user_id, gint64 now_ms, gint64 *ret_user_id, GError **error);
/* Whether @user_id stands in for @for_id now. */
gboolean delegation_is(Db *db, gint64 user_id, gint64 for_id, gint64 now_ms, gboolean *ret_is, GError **error);

G_END_DECLS
