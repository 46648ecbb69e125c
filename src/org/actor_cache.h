/* actor_cache.h - who stands behind a session's cookie or an API token, for every request: a hash lookup under a lock, SQL
 * only every 30 s. The functions fit HttpAuth (http/server.h). Making and ending sessions: org/session.h. */
#pragma once
#include "base/actor.h"
#include "store/db.h"
G_BEGIN_DECLS

/* Emptied at once on changes of this process (actor_cache_clear, called after the commit by whoever changes users or
 * sessions); another process sees a change after 30 s at most. Thread-safe. */
typedef struct _ActorCache ActorCache;
ActorCache *actor_cache_new(void);
void actor_cache_free(ActorCache *cache);
void actor_cache_clear(ActorCache *cache);

/* NULL: nobody, or the database could not be asked. @ret_csrf: what forms send back. Give it back by actor_release. */
const Actor *actor_by_session(gpointer cache, Db *db, const char *cookie, gint64 now_ms, char ret_csrf[64]);
const Actor *actor_by_token(gpointer cache, Db *db, const char *token, gint64 now_ms);
void actor_release(gpointer cache, const Actor *actor);

/* Wrong passwords of one account (org/tries.h): whether it may be tried, and one more that was wrong. */
gboolean actor_cache_may_try(ActorCache *cache, const char *account, gint64 now_ms);
void actor_cache_tried(ActorCache *cache, const char *account, gint64 now_ms);

/* Session and token use times, gathered in memory; written at most once a minute by a job, in a transaction of its own. */
gboolean actor_cache_flush(ActorCache *cache, Db *db, gint64 now_ms, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ActorCache, actor_cache_free)
G_END_DECLS
