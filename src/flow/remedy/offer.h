/* offer.h - when something is offered: it is written down, approved or asked about, sent to the customer with a private link, and the case
 * goes to the stage offered; or taken back. The rules: remedy/offer.h. The customer's answer: flow/remedy/choose.h. */
#pragma once
#include "flow/mail/file.h"
#include "remedy/offer.h"
G_BEGIN_DECLS

enum { OFFER_LINK_DAYS = 60 }; /* the link tells this long after the choice is over what became of it */

/* Each in one transaction. Sent at once when everything is within the actor's authority. @ret_ref gets the offer's. */
gboolean remedy_offer_make(Db *db, const MailContext *context, gint64 case_id, const NewOffer *make, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error);
/* One that is ready and not sent, because it was approved otherwise than asked for. */
gboolean remedy_offer_send(Db *db, const MailContext *context, const char *ref, const Actor *actor, gint64 now_ms, GError **error);
gboolean remedy_offer_withdraw(Db *db, const char *ref, const char *reason, const Actor *actor, gint64 now_ms, GError **error);

/* In the caller's transaction, with the case locked and saved: sends it, tells the customer, moves the case. */
gboolean remedy_offer_send_in(Db *db, const MailContext *context, const Case *it, Offer *offer, const Actor *actor, gint64 now_ms, GError **error);
/* In the caller's transaction: the answer in which it was made was taken back before anybody got it, and so is the offer; what the customer has chosen all the same, on their page, stays. After
 * message_unsaid_in(), which takes the stage back. */
gboolean remedy_offer_unsaid_in(Db *db, Offer *offer, const Actor *actor, gint64 now_ms, GError **error);
/* In the caller's transaction: nothing of it is open any more, so the case goes back to work. */
gboolean remedy_offer_over_in(Db *db, gint64 case_id, const Actor *actor, gint64 now_ms, GError **error);
/* The case locked, at its next version: what every story of remedies begins with. */
Case *remedy_case_lock(Db *db, gint64 case_id, gint64 now_ms, GError **error);

G_END_DECLS
