/* replay.h - Idempotency-Key: the same key from the same sender is done once, and answered twice. The answers are kept by
 * store/idempotency.h, in the group commit of what they answer. Private to http/. */
#pragma once
#include "http/request.h"
G_BEGIN_DECLS

typedef struct _Replay Replay;

/* Reads the header of a write, when there is one, into request->replay. FALSE for a key that is none (422). The body must
 * be known. */
gboolean replay_prepare(Request *request);
/* On the writer or a slow thread, before the handler. *@ret_done: it was done before; request has its answer, or in
 * request->error that this key was used for something else. */
gboolean replay_find(Request *request, Db *db, gboolean *ret_done, GError **error);
/* Behind a handler that succeeded: keeps its answer. */
gboolean replay_keep(Request *request, Db *db, GError **error);
void replay_free(Replay *replay);

G_END_DECLS
