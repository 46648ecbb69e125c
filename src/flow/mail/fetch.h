/* fetch.h - brings mail from IMAP servers into the journal as it arrives: a thread a mailbox, by IDLE, from where it was left. What
 * is then done with it: flow/mail/filer.h; speaking IMAP: mail/imap.h. */
#pragma once
#include "flow/mail/file.h"
#include "mailbox/mailbox.h"
#include "store/store.h"
G_BEGIN_DECLS

typedef struct _MailFetcher MailFetcher;
/* Follows the mailboxes: one that is added, changed, paused or removed is taken up within a few seconds, or at once after
 * mail_fetcher_changed(). @key: opens their passwords; borrowed, as @context is. */
MailFetcher *mail_fetcher_start(Store *store, const MailContext *context, const SealKey *key);
void mail_fetcher_changed(MailFetcher *fetcher);
/* Some mailbox has a server to send by; from any thread, without a lock. */
gboolean mail_fetcher_can_send(MailFetcher *fetcher);
void mail_fetcher_stop(MailFetcher *fetcher); /* within seconds; takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailFetcher, mail_fetcher_stop)

G_END_DECLS
