/* user.h - the people who answer: users and teams, with their capacity. Signing in: org/session.h; roles: org/roles.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

typedef struct {
	gint64 id, team_id, capacity, created_at, removed_at, version;
	char *ref, *email, *name, *role, *zone, *lang, *theme;
	gboolean keys, available, has_password;
} User;
void user_free(User *user);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(User, user_free)
json_t *user_to_json(const User *user); /* never the hash */

typedef struct {
	const char *email, *name, *role, *password_hash, *zone, *lang; /* password_hash NULL: none yet */
	gint64 team_id, capacity;                                       /* capacity -1: the default */
} NewUser;
/* In its own transaction, with event user.added. ERR_INVALID with fields, ERR_CONFLICT when the address is taken. */
User *user_add(Db *db, const NewUser *make, const Actor *actor, gint64 now_ms, GError **error);
User *user_get(Db *db, gint64 id, GError **error);             /* ERR_NOT_FOUND */
User *user_by_ref(Db *db, const char *ref, GError **error);    /* ERR_NOT_FOUND */
User *user_find_email(Db *db, const char *email, GError **error); /* NULL without error when absent */
GPtrArray *user_list(Db *db, gboolean with_removed, GError **error); /* by name; at most 5,000 */

typedef struct {
	gint64 given; /* bits: which members below are meant */
	const char *name, *role, *zone, *lang, *theme, *password_hash;
	gint64 team_id, capacity;
	gboolean keys, available, removed;
} UserChange;
enum {
	USER_NAME = 1 << 0, USER_ROLE = 1 << 1, USER_ZONE = 1 << 2, USER_LANG = 1 << 3, USER_THEME = 1 << 4, USER_PASSWORD = 1 << 5,
	USER_TEAM = 1 << 6, USER_CAPACITY = 1 << 7, USER_KEYS = 1 << 8, USER_AVAILABLE = 1 << 9, USER_REMOVED = 1 << 10,
};
/* @version 0: whatever it is. The last admin can neither be removed nor lose the role (ERR_CONFLICT). Removing ends the
 * user's sessions and tokens. */
User *user_change(Db *db, gint64 id, gint64 version, const UserChange *change, const Actor *actor, gint64 now_ms, GError **error);

typedef struct {
	gint64 id, last_user_id, created_at, removed_at, version, n_members;
	char *ref, *name, *assign_by; /* hand, round_robin, least_loaded */
	GPtrArray *member_refs;       /* of char*; NULL in lists */
} Team;
void team_free(Team *team);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Team, team_free)
json_t *team_to_json(const Team *team);
Team *team_add(Db *db, const char *name, const char *assign_by, const Actor *actor, gint64 now_ms, GError **error);
Team *team_get(Db *db, gint64 id, GError **error);
Team *team_by_ref(Db *db, const char *ref, GError **error);
GPtrArray *team_list(Db *db, GError **error);
/* NULL @name or @assign_by, or @members: left as it is. @members: user ids (gint64), the whole new list. */
Team *team_change(Db *db, gint64 id, gint64 version, const char *name, const char *assign_by, const GArray *members, gboolean removed, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
