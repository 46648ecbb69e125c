/* idempotency.h - answers already given, by the Idempotency-Key of the request and who sent it. The gate looks before the
 * handler runs and puts the answer in the handler's transaction: so a request repeated after a lost answer, or a crash,
 * is answered again and done once. */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

#define IDEMPOTENCY_AGE_MS (24 * 3600 * (gint64)1000)

typedef struct {
	int status;            /* 0: claimed, and its answer not known (yet) */
	char *location, *etag; /* NULL when the answer had none */
	char *body;
	char *request_hash;    /* of method, path and body: the same key on another request is ERR_CONFLICT, says the gate */
} IdempotencyAnswer;
void idempotency_answer_free(IdempotencyAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IdempotencyAnswer, idempotency_answer_free)

/* *@ret_answer (transfer full) is NULL when there is none. @who: actor and route. */
gboolean idempotency_find(Db *db, const char *key, const char *who, IdempotencyAnswer **ret_answer, GError **error);
/* Needs an open transaction. ERR_CONFLICT when there is one already. Status 0 claims the key inside the transaction of the
 * work itself; idempotency_finish adds the answer once it is known. */
gboolean idempotency_put(Db *db, const char *key, const char *who, const IdempotencyAnswer *answer, gint64 now_ms, GError **error);
gboolean idempotency_finish(Db *db, const char *key, const char *who, const IdempotencyAnswer *answer, GError **error);
/* Forgets at most @limit answers older than IDEMPOTENCY_AGE_MS. */
gboolean idempotency_prune(Db *db, gint64 now_ms, guint limit, gint64 *ret_pruned, GError **error);

G_END_DECLS
