/* replay.h - Idempotency-Key: the same key from the same sender is done once, and answered twice. The key is claimed inside
 * the transaction of the work itself, so that not even a crash lets it be done again; the answer is added behind it. A second
 * request while the first is on its way is refused (409). Private to http/; kept by store/idempotency.h. */
#pragma once
#include "http/request.h"
G_BEGIN_DECLS

typedef struct _Replay Replay;

/* The keys being worked on now. */
typedef struct _ReplayKeys ReplayKeys;
ReplayKeys *replay_keys_new(void);
void replay_keys_free(ReplayKeys *keys);

/* Reads the header of a write, when there is one, into request->replay. FALSE for a key that is none (422), or whose first
 * request is still being done (409). */
gboolean replay_prepare(Request *request);
/* On the writer or a slow thread, before the handler. *@ret_done: it was done before; request has its answer. ERR_INVALID when
 * the key was used for something else. */
gboolean replay_find(Request *request, Db *db, gboolean *ret_done, GError **error);
/* On the writer: the handler's transaction, the next one of @db, claims the key. Does nothing without a key. */
void replay_claim(Request *request, Db *db);
/* Behind a handler that succeeded: keeps its answer. */
gboolean replay_keep(Request *request, Db *db, GError **error);
/* The work is done: the key may be used again. Before the answer leaves, since its reader may ask again at once. */
void replay_leave(Request *request);
/* The same, and frees request->replay. */
void replay_free(Request *request);

G_END_DECLS
