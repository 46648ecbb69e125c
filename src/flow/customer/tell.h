/* tell.h - when we tell a customer something of ours: an offer, a survey, a final answer. It stands on the case in any
 * event, and goes by mail where there is an address and a mailbox that sends. Answers by people: flow/mail/reply.h. */
#pragma once
#include "cases/message.h"
#include "flow/mail/file.h"
G_BEGIN_DECLS

typedef struct {
	const char *subject; /* of the mail; NULL: that of what was said last */
	const char *body;    /* plain words, as on the case */
	const char *html;    /* the same for readers of HTML; NULL: made of the words */
	const char *mail;    /* the mail's plain words, where the case's must not hold a private link that staff would see; NULL: @body */
	const char *unsubscribe; /* List-Unsubscribe, surveys only; NULL: none */
	gboolean automatic;  /* written by us, not by a person: it owes the customer an answer still, and goes at most
	                      * AUTOMATIC_PER_DAY times a day to one address; above that it stays on the case alone */
	gboolean still_ours; /* we go on working: the case does not wait for the customer */
	const GArray *attachments; /* of NewAttachment, or NULL */
} Tell;
/* In the caller's transaction. @ret_message_id may be NULL. @ret_by_mail (may be NULL): whether it goes by mail too. */
gboolean tell_customer_in(Db *db, const MailContext *context, gint64 case_id, const Tell *tell, const Actor *actor, gint64 now_ms, gint64 *ret_message_id, gboolean *ret_by_mail, GError **error);

/* Whether it would go by mail too; for what is pointless without. */
gboolean tell_goes_by_mail(Db *db, const MailContext *context, gint64 case_id, gboolean automatic, gint64 now_ms, gboolean *ret_goes, GError **error);

/* A private link as a whole address, "https://help.example/choose/7KQM-4TXB.20789.qWk...": @page is the path's first word and the
 * link's purpose (base/signed_link.h). NULL where the house does not say how it is reached from outside. (transfer full) */
char *tell_link(const MailContext *context, const char *page, const char *ref, int days, gint64 now_ms);

G_END_DECLS
