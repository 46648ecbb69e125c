/* reply.h - when somebody answers by mail: the message's head (its ids, what it answers), and its place in the outbox. Handing
 * it over: flow/mail/send.h. */
#pragma once
#include "cases/message.h"
#include "flow/mail/file.h"
#include "mailbox/mailbox.h"
G_BEGIN_DECLS

typedef struct {
	const GPtrArray *to, *cc, *bcc; /* of char*; to NULL: the customer's address */
	const char *html;               /* NULL: words alone */
	gboolean quote;                 /* with what it answers below */
	gint64 send_at;                 /* 0: after the seconds of undo; later than now: it counts when it leaves */
	const char *subject;            /* NULL: that of what it answers */
	gboolean automatic;             /* by us, not by a person: at once, without undo */
	const char *text, *unsubscribe; /* as in NewOutbox */
} MailReply;
/* Adds @make (outbound, by mail) to the case and puts it in the outbox; in the caller's transaction. The mailbox is the one the
 * customer wrote to last, or the only one that can send. ERR_INVALID "/to" when nobody is known to write to, ERR_CONFLICT when no
 * mailbox can send. @ret_message_id and @ret_outbox may be NULL. */
gboolean mail_reply_in(Db *db, const MailContext *context, gint64 case_id, const NewMessage *make, const MailReply *reply, const Actor *actor, gint64 now_ms, gint64 *ret_message_id, char ret_outbox[16], GError **error);
/* Whether it counts when it leaves, not now; a move that goes with it then waits in the outbox with the words (make->then). */
gboolean mail_reply_is_later(const MailReply *reply, gint64 now_ms);
/* Whether an answer in this case can go by mail: the mailbox it would leave by (NULL without error: none) and to whom. */
Mailbox *mail_reply_mailbox(Db *db, gint64 case_id, char **ret_to, GError **error);

/* The head of a message that goes out, so that answers to it find the case. @answers: the mail it answers; NULL: the case's last one.
 * @subject: NULL: that one's. */
gboolean mail_reply_head_in(Db *db, const MailContext *context, const Mailbox *mailbox, gint64 message_id, gint64 case_id, const MailMessage *answers, const char *subject, gint64 now_ms, GError **error);

G_END_DECLS
