/* bounce.h - which mail of ours failed, for whom, for good or for now: DSN (RFC 3464), the free words of old servers,
 * feedback reports (ARF, RFC 5965). */
#pragma once
#include "mail/message.h"
G_BEGIN_DECLS

typedef enum { BOUNCE_FAILED, BOUNCE_DELAYED, BOUNCE_DELIVERED, BOUNCE_COMPLAINED } BounceAction; /* complained: ARF */

typedef struct {
	char *address; /* the recipient that failed, without <>, lower-case domain */
	char *sent_to; /* the address it was sent to, when an alias or a forward led on to @address; otherwise the same */
	BounceAction action;
	char *status; /* "5.1.1", as said or as the words mean; "" when neither is known */
	gboolean
		hard; /* the address does not exist or refuses for good: mark it undeliverable. Full mailbox, greylisting, size, spam: soft */
	char *reason; /* the server's words, one line, at most 500 bytes */
} BounceRecipient;

enum { BOUNCE_RECIPIENTS_MAX = 100 };

typedef struct {
	GPtrArray *recipients;	   /* of BounceRecipient, at most BOUNCE_RECIPIENTS_MAX; may be empty: of whom is not said */
	char *original_message_id; /* of the mail that failed, without <>; NULL: not found */
	gboolean feedback;	   /* ARF */
} MailBounce;
void mail_bounce_free(MailBounce *bounce);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailBounce, mail_bounce_free)

/* NULL when the mail is no bounce and no feedback report. An auto-reply (vacation) is no bounce. */
MailBounce *mail_bounce_read(const MailMessage *mail);

G_END_DECLS
