/* assign.h - who handles a case: by hand, by turns, or the least loaded within capacity. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

/* Gives it to @user_id (0: nobody) and @team_id (0: left as it is). Event case.assigned; a notice to the new owner unless
 * they did it themselves. ERR_INVALID for a removed user. @version 0: any. */
gboolean case_assign(Db *db, gint64 id, gint64 version, gint64 user_id, gint64 team_id, const Actor *actor, gint64 now_ms, GError **error);
/* The same inside the caller's transaction. */
gboolean case_assign_in(Db *db, gint64 id, gint64 version, gint64 user_id, gint64 team_id, const Actor *actor, gint64 now_ms, GError **error);
/* By @how (round_robin, least_loaded) among the available members of @team_id with room; nobody has room: stays with the
 * team, owner none, @ret_user_id 0. */
gboolean case_assign_auto(Db *db, gint64 id, gint64 version, gint64 team_id, const char *how, const Actor *actor, gint64 now_ms, gint64 *ret_user_id, GError **error);

G_END_DECLS
