/* file.h - when mail arrives: a read mail becomes a new case, a message of one, a report about a mail of ours, or waits for a
 * person; with why it went there. Which case: flow/mail/route.h; making it ready: flow/mail/read.h; doing it for all that
 * came: flow/mail/filer.h; answering that it came: flow/mail/acknowledge.h. */
#pragma once
#include "base/secret.h"
#include "flow/mail/read.h"
#include "mailbox/mailbox.h"
G_BEGIN_DECLS

/* What the flows of mail share; all borrowed, for as long as they run. */
typedef struct {
	const char *data_dir;
	guint8 link_key[SECRET_KEY_SIZE]; /* signs our ids and addresses */
	/* How the house is reached from outside, (transfer full); NULL: nobody said it, and no link is given. See tell_link(). */
	char *(*base_url)(gint64 now_ms, gpointer data);
	gpointer base_data;
} MailContext;

/* In the caller's transaction: the message or case, its head, what became of the mail, the acknowledgement. ERR_INVALID for what our own
 * rules refuse: the caller sets it aside with these words. @memo: of the caller's unit. */
gboolean mail_file_in(Db *db, const MailContext *context, const ReadMail *read, MailboxMemo *memo, gint64 now_ms, GError **error);

G_END_DECLS
