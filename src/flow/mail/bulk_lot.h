/* bulk_lot.h - some mails that pass together from one thread of an import to the next, and their long way: kept first, then filed from the journal.
 * Private to flow/mail/bulk.c. */
#pragma once
#include "flow/mail/bulk.h"
#include "flow/mail/reader.h"
G_BEGIN_DECLS

typedef struct {
	GPtrArray *items; /* of MailItem */
	gint64 bytes, at;
	gboolean taken; /* from the reader: all of it is read, or cannot be */
} MailLot;
MailLot *mail_lot_new(void);
void mail_lot_free(gpointer lot); /* a GDestroyNotify */
/* All of them could be read. */
gboolean mail_lot_is_read(const MailLot *lot);

/* Takes @taken, which a reader that was left behind may still look at: of a KeptMail only what it does not look at is written here. What came of it
 * is added to @done; it is on disk, but for where commits do not wait for that. */
gboolean mail_lot_keep_then_file(MailLot *taken, Store *store, MailFiler *filer, const char *way, MailBulkDone *done, GError **error);

G_END_DECLS
