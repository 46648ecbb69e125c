/* bulk.h - mails that stay where they are until we say that they are ours (files of an import): read first, then put into the journal and filed
 * in one transaction, hundreds at a time. Reading the next ones, and writing those before, goes on meanwhile. What cannot be read or filed that
 * way, is large, or comes after an import that the program died of, goes the long way instead: kept first, then filed one by one
 * (flow/mail/filer.h). Mail that somebody hands over, who forgets it then, always goes that way. */
#pragma once
#include "flow/mail/filer.h"
#include "flow/mail/receive.h"
G_BEGIN_DECLS

typedef struct _MailBulk MailBulk;
typedef struct {
	const MailContext *context;
	MailFiler *filer;  /* for the long way; nothing else runs it meanwhile */
	const char *way;   /* as the journal says */
	MailReader reader; /* NULL: mail_read */
	guint limit_s;     /* one mail's time; 0: 20 */
} MailBulkOptions;

/* All of @options is borrowed until mail_bulk_free(). */
MailBulk *mail_bulk_new(Store *store, const MailBulkOptions *options);
/* Takes @mail, which has ended. @at: how far its source is, behind it. FALSE: trouble of the house; nothing more is taken. */
gboolean mail_bulk_add(MailBulk *bulk, MailIncoming *mail, gint64 mailbox_id, gint64 at, GError **error);
/* All that was added is durable. */
gboolean mail_bulk_end(MailBulk *bulk, GError **error);

typedef struct {
	gint64 filed, known, set_aside;
	gint64 at; /* of the last one */
} MailBulkDone;
/* What is durable so far. */
const MailBulkDone *mail_bulk_done(const MailBulk *bulk);
/* What is being written is waited for, what is only read is not kept. */
void mail_bulk_free(MailBulk *bulk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailBulk, mail_bulk_free)

G_END_DECLS
