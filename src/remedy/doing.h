/* doing.h - a remedy is done, goes wrong, or is taken back: its state with the ledger, what counts against limits, and the budget, in one
 * step. Who does it, and when: flow/remedy/do.h (by hand), flow/remedy/pay.h (a system of the house). */
#pragma once
#include "remedy/ledger.h"
#include "remedy/offer.h"
G_BEGIN_DECLS

/* In the caller's transaction on its locked and saved case. ERR_CONFLICT as remedy_become_on. */
gboolean remedy_done_on(Db *db, const Case *it, Remedy *remedy, const char *reference, const char *answer, const Actor *actor, gint64 now_ms, GError **error);
/* doing -> failed: a person must look; the case's owner (else who proposed it) gets the notice remedy_failed. */
gboolean remedy_fail_on(Db *db, const Case *it, Remedy *remedy, const char *fault, const char *answer, const Actor *actor, gint64 now_ms, GError **error);
/* done -> reversed, with the reason. */
gboolean remedy_reverse_on(Db *db, const Case *it, Remedy *remedy, const char *reason, const Actor *actor, gint64 now_ms, GError **error);
/* Chosen or failed, and not to be done after all. */
gboolean remedy_drop_on(Db *db, const Case *it, Remedy *remedy, const char *reason, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
