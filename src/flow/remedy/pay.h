/* pay.h - when a system of the house carries a remedy out: a signed POST, its answer judged, tried again until it is clear. The
 * systems: remedy/hook.h; by a person: flow/remedy/do.h.
 *
 * What is sent, the same bytes in every attempt:
 *   POST URL
 *   Content-Type: application/json
 *   Idempotency-Key: the remedy's ref. Whoever pays must pay once for it, however often it comes
 *   X-Redress-Signature: t=SECONDS,v1=HEX, HMAC-SHA256 with the system's key over "SECONDS.BODY"
 *   {"remedy", "kind", "goodwill", "amount_minor", "currency", "case", "case_external_id", "customer", "customer_external_id"}
 * How the answer is taken:
 *   200, 201 with JSON {"reference", and, where they are there, "remedy", "amount_minor", "currency"} as we sent them: done
 *   409 with such a reference: was done already, so done
 *   202: it took it on and reports later (flow/remedy/callback.h); when it has not after the hours of its settings, a person must look
 *   408, 425, 429, 5xx, no answer in time, not reached: again, after 30 s, 1, 2, 4 minutes ...; after PAY_ATTEMPTS a person must look
 *   a yes without a reference, or that speaks of another remedy, sum or currency: set aside for a person, never taken for done
 *   everything else: refused, a person must look
 * Taking back what it did is asked elsewhere: flow/remedy/takeback.h.
 * A kill between call and commit leads to the same call again, with the same key. */
#pragma once
#include "flow/remedy/signed.h"
#include "store/store.h"
#include "work/worker.h"
G_BEGIN_DECLS

enum { PAY_ATTEMPTS = 10 };

typedef enum { PAY_DONE, PAY_LATER, PAY_AGAIN, PAY_FAILED } PayVerdict;
/* Pure. @ret_words: why not done, for people; the reference when it is. (transfer full) */
PayVerdict pay_judge(const Remedy *remedy, guint status, const char *body, char **ret_words);

/* JobHandler: remedy.pay {remedy}; @data a PayContext. */
gboolean remedy_pay_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error);

/* JobHandler: remedy.wait {remedy, accepted_at}: nobody reported in time. */
gboolean remedy_wait_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error);

/* The jobs remedy.pay, remedy.wait, remedy.takeback, remedy.takeback_wait, approval.due, offer.expire. @key outlives the worker. */
void remedy_add_jobs(Worker *worker, const SealKey *key);

G_END_DECLS
