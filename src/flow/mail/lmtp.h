/* lmtp.h - LMTP into the journal: a recipient is answered when its mail is on disk. Speaking it: mail/lmtp.h; what is then done
 * with it: flow/mail/filer.h. */
#pragma once
#include "base/err.h"
#include "store/store.h"
G_BEGIN_DECLS

typedef struct _MailLmtp MailLmtp;
/* @where: "127.0.0.1:2424" or "unix:/path". @ret_where as lmtp_start()'s. */
MailLmtp *mail_lmtp_start(Store *store, const char *where, char **ret_where, GError **error);
/* The mailboxes were changed: which recipients there are is read again. */
void mail_lmtp_changed(MailLmtp *lmtp);
void mail_lmtp_stop(MailLmtp *lmtp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailLmtp, mail_lmtp_stop)

G_END_DECLS
