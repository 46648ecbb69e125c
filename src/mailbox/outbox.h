/* outbox.h - what goes out by mail and what became of it, for each recipient. Building the mail and handing it over:
 * flow/mail/send.h; the states are ISO-plain: queued, sending, sent, partly_sent, uncertain, failed, withdrawn. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

#define OUTBOX_UNDO_MS (10 * (gint64)1000)
enum { OUTBOX_ATTEMPTS = 12, OUTBOX_RECIPIENTS_MAX = 100, AUTOMATIC_PER_DAY = 3 };

typedef struct {
	const char *address, *role; /* to, cc, bcc */
} OutboxRecipient;
/* When what it says counts as said: at once, or when it leaves (cases/message.h, message_leaves_in). */
typedef enum { OUTBOX_COUNTS_NOW, OUTBOX_COUNTS_LATER, OUTBOX_COUNTS_LATER_OURS /* and we go on working */ } OutboxCounts;

typedef struct {
	gint64 message_id, mailbox_id;
	gint64 due_at, undo_until; /* undo_until 0: no way back */
	gboolean automatic, quote;
	OutboxCounts counts;
	const char *then;           /* where it counts later: the stage its case is moved to when it leaves (message_leaves_in); NULL: none */
	const char *html;           /* NULL: words alone */
	const char *text;           /* what the mail says in place of the case's words, where these must not hold a private link; NULL: those */
	const char *unsubscribe;    /* where one says "no more of these" (RFC 8058), surveys only; NULL: none */
	const GArray *recipients;   /* of OutboxRecipient; at least one */
} NewOutbox;
/* In the caller's transaction, with the job that sends it when it is due, and event mail.queued. ERR_INVALID "/to" and its like for
 * addresses that are none, too many, or known to refuse for good. @ret_ref may be NULL. */
gboolean outbox_add_in(Db *db, const NewOutbox *make, gint64 case_id, const Actor *actor, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error);

typedef struct {
	gint64 id, message_id, case_id, mailbox_id, due_at, undo_until, attempts, made_at;
	char *ref, *state, *html, *text, *unsubscribe, *then;
	gboolean automatic, quote;
	OutboxCounts counts;
	GPtrArray *recipients; /* of OutboxAddress, those not sent yet first in the order given */
} Outbox;
typedef struct {
	char *address, *role, *state;
} OutboxAddress;
void outbox_free(Outbox *outbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Outbox, outbox_free)
Outbox *outbox_get(Db *db, gint64 id, GError **error);          /* ERR_NOT_FOUND */
Outbox *outbox_by_ref(Db *db, const char *ref, GError **error); /* ERR_NOT_FOUND */

/* The attempt, durably, before the first byte: queued -> sending. *@ret_mine FALSE: it is not to be sent (withdrawn, sent, not
 * yet due). One that is found "sending" by a new run was cut off: it becomes uncertain, for a person to decide. */
gboolean outbox_begin(Db *db, gint64 id, gint64 now_ms, gboolean *ret_mine, GError **error);
/* The same in the caller's transaction. *@ret_was: as it was before, (transfer full); its counts say what is to be done with it, where it is @ret_mine: now it leaves. */
gboolean outbox_begin_in(Db *db, gint64 id, gint64 now_ms, gboolean *ret_mine, Outbox **ret_was, GError **error);

typedef struct {
	const char *address, *state; /* sent, failed, queued (later) */
	int code;
	const char *words;
} OutboxOutcome;
/* The outcome, after the last byte, in the caller's transaction. @state: sent, queued (again, at @due_at), uncertain, failed. What
 * failed at last for those who were left, and reached others before, is partly sent. *@ret_event: mail.sent, mail.partly_sent,
 * mail.failed, mail.uncertain, which was added; NULL when it is to be tried again. */
gboolean outbox_end_in(Db *db, gint64 id, const char *state, const char *queue_id, const char *words, gint64 due_at, const OutboxOutcome *outcomes, guint n, gint64 now_ms, const char **ret_event,
                       GError **error);

/* Undo, or not now after all; ERR_CONFLICT when it is on its way. Event mail.withdrawn. One that is partly sent is left as it is, and no longer
 * asks to be looked at. In the caller's transaction: flow/mail/withdraw.h. */
gboolean outbox_withdraw_in(Db *db, gint64 id, const Actor *actor, gint64 now_ms, GError **error);
/* It was withdrawn, and nobody had it by any way: it was never said. In the caller's transaction. */
gboolean outbox_unsaid_in(Db *db, gint64 id, GError **error);
/* Once more, now: a failed or an uncertain one, and of a partly sent one to those who did not get it. @arrived TRUE: a person says that the uncertain one did arrive. Event mail.retried. */
gboolean outbox_retry(Db *db, gint64 id, gboolean arrived, const Actor *actor, gint64 now_ms, GError **error);
/* A bounce came: the recipient's state, and for a hard one the address is not written to any more. Event mail.bounced. Nothing when
 * the message did not go to @address. In the caller's transaction. */
gboolean outbox_bounced_in(Db *db, gint64 message_id, const char *address, gboolean hard, const char *words, gint64 now_ms, GError **error);
/* The last server says that it lies in the mailbox, where it is asked or says so by itself (RFC 3464, "delivered"). Nothing when the
 * message did not go to @address. In the caller's transaction. */
gboolean outbox_delivered_in(Db *db, gint64 message_id, const char *address, const char *words, gint64 now_ms, GError **error);
gboolean address_is_undeliverable(Db *db, const char *address, gboolean *ret_is, GError **error);
/* Somebody says that the address works again: in its own transaction, event mail.address_allowed {address}. ERR_NOT_FOUND when it was
 * not closed. */
gboolean address_allow(Db *db, const char *address, const Actor *actor, gint64 now_ms, GError **error);
/* [{address, since, reason}]: those that are closed, of a case's recipients and customer, or of a customer. */
json_t *address_closed_of_case(Db *db, gint64 case_id, GError **error);
json_t *address_closed_of_customer(Db *db, gint64 customer_id, GError **error);
/* Whether one more automatic mail may go to @address today. */
gboolean outbox_may_answer(Db *db, const char *address, gint64 now_ms, gboolean *ret_may, GError **error);

/* Adds to each of the case's messages that went out: delivery[{address, role, state, code, words, changed_at}] and outbox{ref, state,
 * due_at, undo_until, queue_id, words, attempts, sent_at, then}: the stage that its case will have when it leaves. @by_ref: message ref -> object, borrowed; their ids are at most @upto_id. */
gboolean outbox_add_deliveries(Db *db, gint64 case_id, gint64 upto_id, GHashTable *by_ref, GError **error);
/* {outbox[{ref, state, case{ref, subject}, to[], words, due_at, attempts, made_at}]}: what is not through yet, the troubled ones first. */
json_t *outbox_list(Db *db, guint limit, GError **error);

G_END_DECLS
