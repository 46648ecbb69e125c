/* user.h - the people who answer, with their capacity. Teams: org/team.h; signing in: org/session.h; roles: org/roles.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "org/team.h"
#include "store/db.h"
G_BEGIN_DECLS

extern const char *const user_langs[];  /* en, de, NULL: languages the product speaks */
extern const char *const user_themes[]; /* auto, light, dark, NULL */
/* A mail when something of one's own or one's team's is late; by default to who leads a team, and to the complaint owner. */
extern const char *const user_mail_late[]; /* default, yes, no, NULL */
enum { MAIL_LATE_DEFAULT, MAIL_LATE_YES, MAIL_LATE_NO };
enum { USER_CAPACITY_DEFAULT = 50, USER_CAPACITY_MAX = 10000 };

typedef struct {
	gint64 id, team_id, capacity, mail_late, created_at, removed_at, version;
	char *ref, *email, *name, *role, *zone, *lang, *theme;
	char *team_ref, *team_name; /* the home team's; NULL when none */
	gboolean keys, available, has_password;
} User;
void user_free(User *user);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(User, user_free)
/* {ref, email, name, role, team{ref,name}|null, zone, lang, theme, keys, mail_late, capacity, available, has_password, created_at,
 * removed_at, version}; never the hash. */
json_t *user_to_json(const User *user);

typedef struct {
	const char *email, *name, *role, *password_hash, *zone, *lang; /* password_hash NULL: none yet; zone, lang NULL: UTC, en */
	gint64 team_id, capacity;                                       /* capacity -1: the default; 0: takes none */
} NewUser;
/* Pure: TRUE, or every fault as ERR_INVALID with its field ("/email", "/name", "/role", "/zone", "/lang", "/capacity"). */
gboolean user_check(const NewUser *make, GError **error);
/* In its own transaction, with event user.added. ERR_INVALID with fields, ERR_CONFLICT when the address is taken. */
User *user_add(Db *db, const NewUser *make, const Actor *actor, gint64 now_ms, GError **error);
/* The same in the caller's transaction (with the invite that goes with it). */
User *user_add_in(Db *db, const NewUser *make, const Actor *actor, gint64 now_ms, GError **error);
User *user_get(Db *db, gint64 id, GError **error);             /* ERR_NOT_FOUND */
User *user_by_ref(Db *db, const char *ref, GError **error);    /* the ref as typed; removed ones too; ERR_NOT_FOUND */
User *user_find_email(Db *db, const char *email, GError **error); /* removed ones too; NULL without error when absent */
GPtrArray *user_list(Db *db, gboolean with_removed, GError **error); /* by name; at most 5,000 */

typedef struct {
	gint64 given; /* bits: which members below are meant */
	const char *name, *role, *zone, *lang, *theme, *password_hash;
	gint64 team_id, capacity, mail_late; /* team_id 0: no home team */
	gboolean keys, available, removed;
} UserChange;
enum {
	USER_NAME = 1 << 0, USER_ROLE = 1 << 1, USER_ZONE = 1 << 2, USER_LANG = 1 << 3, USER_THEME = 1 << 4, USER_PASSWORD = 1 << 5,
	USER_TEAM = 1 << 6, USER_CAPACITY = 1 << 7, USER_KEYS = 1 << 8, USER_AVAILABLE = 1 << 9, USER_REMOVED = 1 << 10,
	USER_MAIL_LATE = 1 << 11,
};
/* @version 0: whatever it is; a stale one is ERR_CONFLICT. The last admin who can sign in can neither be removed nor lose
 * the role (ERR_CONFLICT). Removing ends the user's sessions, tokens and unused links. Events user.changed {fields},
 * user.removed, user.restored; none when nothing changes. */
User *user_change(Db *db, gint64 id, gint64 version, const UserChange *change, const Actor *actor, gint64 now_ms, GError **error);
User *user_change_in(Db *db, gint64 id, gint64 version, const UserChange *change, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
