/* signed.h - what a system of the house is sent about a remedy, and how it is signed: for pay.h and takeback.h, which say what the answers mean. */
#pragma once
#include "base/outgoing.h"
#include "base/seal.h"
#include "remedy/hook.h"
#include "remedy/remedy.h"
G_BEGIN_DECLS

typedef struct {
	const SealKey *key;
	/* NULL: outgoing_post; tests give their own. */
	gboolean (*post)(const Outgoing *ask, OutgoingAnswer *ret_answer, GError **error);
} PayContext;

/* The JSON, the same bytes for the same remedy. @take_back: with "action": "take_back" and the reference under which it was done. (transfer full) */
char *signed_body(Db *db, const Remedy *remedy, gboolean take_back, GError **error);
/* POSTs it. @within: the address is a machine of the house. ERR_UPSTREAM: there was no answer. */
gboolean signed_post(const PayContext *context, const Hook *hook, const char *url, gboolean within, const char *idempotency_key, const char *body, gint64 now_ms,
	OutgoingAnswer *ret_answer, GError **error);

/* As much of an answer, or a report, as is kept. (transfer full) */
char *answer_kept(const char *body, gssize size);

G_END_DECLS
