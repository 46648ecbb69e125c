/* acknowledge.h - telling somebody that their mail arrived: once, never to a machine, with the ref, what happens next, and by
 * when. Answers by people: flow/mail/reply.h. */
#pragma once
#include "flow/mail/file.h"
#include "flow/mail/route.h"
G_BEGIN_DECLS

/* In the caller's transaction; does nothing where the mailbox does not acknowledge, cannot send, or the sender is no person, is
 * one of us, or had its share of automatic mail today. @cut: it says that only the beginning came, also where the mailbox does not acknowledge. */
gboolean mail_acknowledge_in(Db *db, const MailContext *context, const Mailbox *mailbox, const MailMessage *mail, const MailRoute *route, gint64 case_id, gboolean cut, gint64 now_ms, GError **error);
/* That alone, of one more mail of a case. */
gboolean mail_tell_cut_in(Db *db, const MailContext *context, const Mailbox *mailbox, const MailMessage *mail, const MailRoute *route, gint64 case_id, gint64 now_ms, GError **error);

G_END_DECLS
