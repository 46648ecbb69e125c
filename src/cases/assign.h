/* assign.h - who handles a case: by hand, by turns, or the least loaded within capacity. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

/* Gives it to @user_id (0: nobody) and @team_id (0: left as it is). Event case.assigned {from, to, team: refs}; a notice to
 * the new owner unless they did it themselves. ERR_INVALID for a removed user or team. @version 0: any. */
gboolean case_assign(Db *db, gint64 id, gint64 version, gint64 user_id, gint64 team_id, const Actor *actor, gint64 now_ms, GError **error);
/* The same inside the caller's transaction. */
gboolean case_assign_in(Db *db, gint64 id, gint64 version, gint64 user_id, gint64 team_id, const Actor *actor, gint64 now_ms, GError **error);
/* And on a case that the caller has locked. */
gboolean case_assign_on(Db *db, Case *it, gint64 user_id, gint64 team_id, const Actor *actor, gint64 now_ms, GError **error);
/* By @how (round_robin, least_loaded) among the available members of @team_id (at home there or members besides) with
 * room; nobody has room: stays with the team, owner none, @ret_user_id 0. */
gboolean case_assign_auto(Db *db, gint64 id, gint64 version, gint64 team_id, const char *how, const Actor *actor, gint64 now_ms, gint64 *ret_user_id, GError **error);
/* The same inside the caller's transaction. */
gboolean case_assign_auto_in(Db *db, gint64 id, gint64 version, gint64 team_id, const char *how, const Actor *actor, gint64 now_ms, gint64 *ret_user_id, GError **error);

/* Pure: whose turn it is, as an index; @n_members when nobody has room. Members stand in the order of their ids. By turns:
 * the next one behind @last_user_id; else the smallest share of one's capacity in use, the first of equals. */
typedef struct {
	gint64 user_id, capacity, n_open;
} AssignMember;
guint assign_choose(const AssignMember *members, guint n_members, const char *how, gint64 last_user_id);

G_END_DECLS
