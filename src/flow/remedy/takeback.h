/* takeback.h - a system of the house is asked to take back what it did: a signed POST to the address that its settings name for it (none: a person
 * takes back, flow/remedy/do.h). Paying has an address of its own, so that no system pays again by not understanding the question.
 *
 * What is sent, the same bytes in every attempt:
 *   as when it was asked to do it (flow/remedy/pay.h), but
 *   Idempotency-Key: the remedy's ref and "-back", in every attempt, also when a person asks again
 *   {"action": "take_back", "reference": under which it was done, "remedy", "kind", "goodwill", "amount_minor", "currency", "case" ...}
 * How the answer is taken:
 *   200, 201 with JSON {"state": "reversed", "reference" of its own, and, where they are there, "remedy", "amount_minor", "currency" as we sent them}: taken back
 *   409 with the same: was taken back already, so taken back
 *   202: it took it on and reports later (flow/remedy/callback.h: reversed or not_reversed); when it has not after the hours of its settings, a person must look
 *   408, 425, 429, 5xx, no answer in time, not reached: again, as paying; after PAY_ATTEMPTS a person must look
 *   a yes without that state or a reference, under the reference of the payment itself, or of another remedy, sum or currency: set aside for a person
 *   everything else: refused, a person must look
 * Until it is taken back the remedy is done: the money is where it was, and so is the ledger. */
#pragma once
#include "flow/remedy/pay.h"
#include "remedy/takeback.h"
G_BEGIN_DECLS

/* Pure. @ret_words: why not, for people; its reference when it is taken back. (transfer full) */
PayVerdict takeback_judge(const Remedy *remedy, guint status, const char *body, char **ret_words);

/* Whether this remedy was done by a system that takes back. */
gboolean takeback_can_be_asked(Db *db, const Remedy *remedy, gboolean *ret_can, GError **error);
/* Asks for it and leaves the job. In the caller's transaction on its locked and saved case. */
gboolean takeback_start_on(Db *db, const Case *it, Remedy *remedy, const char *reason, const Actor *actor, gint64 now_ms, GError **error);

/* JobHandler: remedy.takeback {remedy}; @data a PayContext. */
gboolean remedy_takeback_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error);
/* JobHandler: remedy.takeback_wait {remedy, accepted_at}: nobody reported in time. */
gboolean remedy_takeback_wait_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error);

G_END_DECLS
