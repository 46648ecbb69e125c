/* takeback.h - what a system of the house did is to be taken back by it: asked for once, its answer kept. The remedy stays done until it says so:
 * the money is where it was. Asking it: flow/remedy/takeback.h; taken back by a person: flow/remedy/do.h. */
#pragma once
#include "remedy/remedy.h"
G_BEGIN_DECLS

typedef struct {
	gint64 remedy_id, asked_by, asked_at, attempts, tried_at, accepted_at /* it took it on and says later how it went */;
	char *state; /* asked, failed (a person must look), done */
	char *reason, *fault, *answer, *reference;
} Takeback;
void takeback_free(Takeback *takeback);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Takeback, takeback_free)

/* NULL without @error: nobody asked. */
Takeback *takeback_of(Db *db, gint64 remedy_id, GError **error);
/* Its system is being asked, or has taken it on. */
gboolean takeback_is_open(const Takeback *takeback);

/* Each in the caller's transaction on its locked and saved case, the remedy's version one higher. */
/* Of a done remedy: for the first time, or again after it failed. Event takeback.asked. */
gboolean takeback_ask_on(Db *db, const Case *it, Remedy *remedy, const char *reason, const Actor *actor, gint64 now_ms, GError **error);
/* A person must look: event takeback.failed, and the notice remedy_failed to the case's owner, else to who asked. */
gboolean takeback_fail_on(Db *db, const Case *it, Remedy *remedy, const Takeback *takeback, const char *fault, const char *answer, gint64 now_ms, GError **error);
/* The remedy is taken back, however that came about; nothing where nobody had asked. @reference, @answer: NULL: as they are. */
gboolean takeback_close_on(Db *db, gint64 remedy_id, const char *reference, const char *answer, GError **error);

/* {state, reason, asked_by{}, asked_at, attempts, tried_at, accepted_at, fault, reference} of a row with its columns as back_*; null: nobody asked. */
json_t *takeback_json(DbRows *rows);

G_END_DECLS
