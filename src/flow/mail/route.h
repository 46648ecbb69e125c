/* route.h - whose case a mail is: the rules in their order, and who may be heard in a case. What is then done with it:
 * flow/mail/file.h. */
#pragma once
#include "cases/case.h"
#include "mail/automatic.h"
#include "mailbox/mailbox.h"
#include "mailbox/thread.h"
G_BEGIN_DECLS

typedef struct {
	MailKind kind;
	char *sender_name, *sender; /* who it counts as: From, or Reply-To for a contact form; "" when nobody can be told */
	gboolean is_staff;          /* one of us wrote it, as it says */
	gint64 staff_id;            /* who; 0: nobody of us */
	gint64 case_id;             /* it belongs there; 0: a new case */
	gint64 linked_id;           /* a new case that is linked with this one, and looked at: its sender has no part there */
	gboolean known;             /* the sender is a colleague, has a part in the case, or is a customer of ours: that only where the mailbox asks */
	gboolean subject_changed;   /* it stays, and the page offers to split */
	/* {rule, matched, decision (filed, new, linked), kind, kind_why, sender, sender_from (From, Reply-To), tried[{rule, matched, found}],
	 *  case (ref), why}: kept with the message, so that it can be read afterwards. */
	json_t *routing;
} MailRoute;
void mail_route_clear(MailRoute *route);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MailRoute, mail_route_clear)

typedef struct {
	const guint8 *key;      /* SECRET_KEY_SIZE: our tokens */
	const Mailbox *mailbox; /* NULL: none is known */
	const char *envelope_to;
	MailKind kind;          /* of mail_kind(), without the question whether it is ours */
	const char *kind_why;
} MailRouteAsk;
/* Rules: 1 our token in an address it came to, 2 In-Reply-To, 3 References (newest first), 4 a case ref in the subject, 5 an external
 * id in the subject (where the mailbox names its beginnings), 6 a References id that another message named too. Reads only. */
gboolean mail_route_find(Db *db, const MailRouteAsk *ask, const MailMessage *mail, MailRoute *ret_route, GError **error);

/* The case itself, or the one it was merged into. */
Case *mail_case_of(Db *db, gint64 case_id, GError **error);

/* Pure: the subject without "Re:", "AW:", "Fwd:" and the like, refs in brackets, case and spaces. (transfer full) */
char *mail_subject_fold(const char *subject);
/* Pure: the first case ref that stands in @text with its dash. */
gboolean mail_ref_in(const char *text, char ret_ref[16]);

G_END_DECLS
