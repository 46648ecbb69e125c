/* session.h - signing in: sessions, API tokens, one-time links. Only digests are stored. Hashing (base/secret.h) is slow:
 * callers hash on the SLOW pool and pass the result in. */
#pragma once
#include "org/user.h"
G_BEGIN_DECLS

#define SESSION_AGE_MS (14 * 24 * 3600 * (gint64)1000)

/* Looks the user up for a password attempt; the same time and the same error (ERR_DENIED "wrong address or password")
 * whether the address is unknown, removed, without password, or the password is wrong. */
User *session_check_password(Db *db, const char *email, const char *password, GError **error);
/* @ret_cookie: the secret for the browser; @ret_csrf: what forms send back. Event user.signed_in. */
gboolean session_start(Db *db, gint64 user_id, const char *agent, gint64 now_ms, char **ret_cookie, char **ret_csrf, GError **error);
gboolean session_end(Db *db, const char *cookie, gint64 now_ms, GError **error);

/* token_add prints once; afterwards only ref, name and times are known. (transfer full) secret */
char *token_add(Db *db, gint64 user_id, const char *name, const Actor *actor, gint64 now_ms, char **ret_ref, GError **error);
gboolean token_revoke(Db *db, const char *ref, const Actor *actor, gint64 now_ms, GError **error);
json_t *token_list(Db *db, gint64 user_id, GError **error); /* user_id 0: all */

/* One-time links. @user_id 0 for first_run. (transfer full) secret. */
char *invite_add(Db *db, const char *purpose, gint64 user_id, gint64 now_ms, gint64 age_ms, GError **error);
/* ERR_NOT_FOUND when unknown, used or expired. */
gboolean invite_check(Db *db, const char *secret, const char *purpose, gint64 now_ms, gint64 *ret_user_id, GError **error);
/* Marks it used; in the caller's transaction. */
gboolean invite_use(Db *db, const char *secret, const char *purpose, gint64 now_ms, gint64 *ret_user_id, GError **error);
/* TRUE when there is no user at all: first run. */
gboolean org_is_empty(Db *db, gboolean *ret_empty, GError **error);

/* The actors behind cookies and tokens, with a cache of 30 s that is emptied at once on user.*, team.* and session
 * changes of this process (org_cache_clear, called by whoever changes them after the commit). Fits HttpAuth. */
typedef struct _ActorCache ActorCache;
ActorCache *actor_cache_new(void);
void actor_cache_free(ActorCache *cache);
void actor_cache_clear(ActorCache *cache);
const Actor *actor_by_session(gpointer cache, Db *db, const char *cookie, gint64 now_ms, char ret_csrf[64]);
const Actor *actor_by_token(gpointer cache, Db *db, const char *token, gint64 now_ms);
void actor_release(gpointer cache, const Actor *actor);
/* Session and token use times, gathered in memory and written at most once a minute by a job. */
gboolean actor_cache_flush(ActorCache *cache, Db *db, gint64 now_ms, GError **error);

G_END_DECLS
