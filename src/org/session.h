/* session.h - signing in: passwords, sessions, API tokens, one-time links. Only digests are stored. Hashing
 * (base/secret.h) is slow: callers hash on the SLOW pool and pass the result in. Who stands behind a cookie in each
 * request: org/actor_cache.h. */
#pragma once
#include "org/actor_cache.h"
#include "org/user.h"
G_BEGIN_DECLS

#define SESSION_AGE_MS (14 * 24 * 3600 * (gint64)1000)
#define INVITE_AGE_MS (2 * 24 * 3600 * (gint64)1000)
enum { PASSWORD_MIN = 10, PASSWORD_MAX = 1000 };

/* Pure: long enough, and not the address or the name itself; ERR_INVALID "/password". @email, @name may be NULL. */
gboolean password_check(const char *password, const char *email, const char *name, GError **error);
/* Looks the user up for a password attempt; the same time and the same error (ERR_DENIED "wrong address or password")
 * whether the address is unknown, removed, without password, or the password is wrong. Slow: never on the writer. */
User *session_check_password(Db *db, const char *email, const char *password, GError **error);
/* TRUE when @password is the user's own; for changing it. Slow. */
gboolean session_own_password(Db *db, gint64 user_id, const char *password, gboolean *ret_right, GError **error);

/* @agent: the browser as it says, cut at 200 bytes, may be NULL. @ret_cookie: the secret for the browser; @ret_csrf: what
 * forms send back. Event user.signed_in. ERR_DENIED when the user was removed meanwhile. */
gboolean session_start(Db *db, gint64 user_id, const char *agent, gint64 now_ms, char **ret_cookie, char **ret_csrf, GError **error);
gboolean session_start_in(Db *db, gint64 user_id, const char *agent, gint64 now_ms, char **ret_cookie, char **ret_csrf, GError **error);
/* Event user.signed_out; a cookie nobody knows is no error. */
gboolean session_end(Db *db, const char *cookie, gint64 now_ms, GError **error);
/* [{id, agent, created_at, seen_at, expires_at, here}] of those not expired, latest first. @current: a digest or NULL. */
json_t *session_list(Db *db, gint64 user_id, const char *current, gint64 now_ms, GError **error);
/* Ends one of the user's own by its id (ERR_NOT_FOUND), or with @id 0 all but @current. Event user.signed_out. */
gboolean session_end_one(Db *db, gint64 user_id, gint64 id, const char *current, const Actor *actor, gint64 now_ms, GError **error);
/* The same in the caller's transaction. */
gboolean session_end_one_in(Db *db, gint64 user_id, gint64 id, const char *current, const Actor *actor, gint64 now_ms, GError **error);
/* Removes what expired: sessions, and one-time links of a month ago. For a daily job. */
gboolean session_sweep(Db *db, gint64 now_ms, gint64 *ret_removed, GError **error);

/* token_add prints once; afterwards only ref, name and times are known. (transfer full) secret. @ret_ref may be NULL.
 * ERR_INVALID "/name"; ERR_NOT_FOUND for a removed user. Events token.added, token.revoked. */
char *token_add(Db *db, gint64 user_id, const char *name, const Actor *actor, gint64 now_ms, char **ret_ref, GError **error);
/* @user_id: whose it must be, 0: anybody's. ERR_NOT_FOUND; one already revoked is no error. */
gboolean token_revoke_of(Db *db, gint64 user_id, const char *ref, const Actor *actor, gint64 now_ms, GError **error);
gboolean token_revoke(Db *db, const char *ref, const Actor *actor, gint64 now_ms, GError **error);
/* [{ref, name, user{ref,name}, created_at, used_at, revoked_at}], latest first, at most 1,000; user_id 0: all. */
json_t *token_list(Db *db, gint64 user_id, GError **error);

/* One-time links, purposes "first_run" and "password". @user_id 0 for first_run. A new one ends the unused ones of the same
 * purpose and user. (transfer full) secret. */
char *invite_add(Db *db, const char *purpose, gint64 user_id, gint64 now_ms, gint64 age_ms, GError **error);
/* In the caller's transaction, with event user.invited where it is for a user. */
char *invite_add_in(Db *db, const char *purpose, gint64 user_id, const Actor *actor, gint64 now_ms, gint64 age_ms, GError **error);
/* ERR_NOT_FOUND when unknown, used or expired. */
gboolean invite_check(Db *db, const char *secret, const char *purpose, gint64 now_ms, gint64 *ret_user_id, GError **error);
/* Marks it used; in the caller's transaction. */
gboolean invite_use(Db *db, const char *secret, const char *purpose, gint64 now_ms, gint64 *ret_user_id, GError **error);
/* TRUE when there is no user at all: first run. */
gboolean org_is_empty(Db *db, gboolean *ret_empty, GError **error);

G_END_DECLS
