/* report.h - a report about a mail of ours: which one, which recipient, for good or for now. */
#pragma once
#include "flow/mail/file.h"
#include "flow/mail/route.h"
G_BEGIN_DECLS

/* Does nothing when @read is no report. Otherwise: the mail of ours it speaks of is found by its id, its case becomes @route's, and
 * the states of its recipients follow. In the caller's transaction. */
gboolean mail_report_in(Db *db, const MailContext *context, const ReadMail *read, MailRoute *route, gint64 now_ms, GError **error);

/* {address, action, status, hard, reason} */
json_t *bounce_recipient_json(const BounceRecipient *one);

G_END_DECLS
