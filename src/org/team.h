/* team.h - groups of users that cases are given to, and how they share them. Members' capacity: org/user.h; giving a case
 * to one of them: cases/assign.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

extern const char *const team_ways[]; /* hand, round_robin, least_loaded, NULL */

typedef struct {
	gint64 id, last_user_id, lead_id, created_at, removed_at, version, n_members;
	char *ref, *name, *assign_by; /* a word of team_ways */
	char *lead_ref, *lead_name;   /* NULL: nobody leads it */
	GPtrArray *member_refs;       /* of char*, by name; NULL in lists */
} Team;
void team_free(Team *team);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Team, team_free)
/* {ref, name, assign_by, lead{ref, name}|null, n_members, members[ref] (not in lists), created_at, removed_at, version} */
json_t *team_to_json(const Team *team);

/* ERR_INVALID with fields "/name", "/assign_by"; ERR_CONFLICT when another team, removed or not, has the name. Event
 * team.added. @assign_by NULL: hand. */
Team *team_add(Db *db, const char *name, const char *assign_by, const Actor *actor, gint64 now_ms, GError **error);
Team *team_add_in(Db *db, const char *name, const char *assign_by, const Actor *actor, gint64 now_ms, GError **error); /* the caller's transaction */
Team *team_get(Db *db, gint64 id, GError **error);          /* ERR_NOT_FOUND */
Team *team_by_ref(Db *db, const char *ref, GError **error); /* the ref as typed; ERR_NOT_FOUND */
GPtrArray *team_list(Db *db, GError **error);               /* by name, without removed ones */
/* NULL @name, @assign_by or @members: left as it is. @members: user ids (gint64), the whole new list; removed users are
 * ERR_INVALID "/members". @version 0: whatever it is; stale: ERR_CONFLICT. Events team.changed {fields}, team.removed,
 * team.restored. */
Team *team_change(Db *db, gint64 id, gint64 version, const char *name, const char *assign_by, const GArray *members, gboolean removed, const Actor *actor, gint64 now_ms, GError **error);
/* The same in the caller's transaction. */
Team *team_change_in(Db *db, gint64 id, gint64 version, const char *name, const char *assign_by, const GArray *members, gboolean removed, const Actor *actor, gint64 now_ms, GError **error);
/* Who leads it: told when something of the team's is late, asked when somebody needs help. @user_id 0: nobody. In the caller's
 * transaction, with event team.changed. */
gboolean team_set_lead_in(Db *db, gint64 id, gint64 user_id, const Actor *actor, gint64 now_ms, GError **error);
/* To whom something of @owner_id's (0: nobody's) on a case of @team_id (0: none) goes next: the lead of that team, else of the owner's
 * own; *@ret_user_id 0 when nobody leads. */
gboolean team_lead_over(Db *db, gint64 owner_id, gint64 team_id, gint64 *ret_user_id, GError **error);

G_END_DECLS
