/* reader.h - reads mails one after another on a thread of its own, so that one that hangs can be left behind. What reading is:
 * flow/mail/read.h; who asks: flow/mail/filer.c. Private to flow/. */
#pragma once
#include "flow/mail/filer.h"
G_BEGIN_DECLS

/* One mail on its way through the reader; shared by the two threads. */
typedef struct {
	KeptMail *kept;
	ReadMail *read; /* NULL with @error */
	GError *error;
	gatomicrefcount refs;
} MailItem;
MailItem *mail_item_new(KeptMail *kept); /* takes @kept */
void mail_item_unref(MailItem *item);

typedef struct _MailReaderThread MailReaderThread;
MailReaderThread *mail_reader_start(MailReader fn, const char *data_dir, GError **error);
/* @items (of MailItem) stays as it is until they are read. */
void mail_reader_give(MailReaderThread *reader, GPtrArray *items);
/* What was read of these, all of them taken, is needed no longer: their memory serves the next ones. */
void mail_reader_give_back(MailReaderThread *reader, const GPtrArray *items);
/* The next @n given are read. FALSE: not within @limit_ms; ask again, or leave. */
gboolean mail_reader_take(MailReaderThread *reader, guint n, guint limit_ms);
/* Of all that were given. */
guint64 mail_reader_n_read(MailReaderThread *reader);
/* Ends the thread when it has done what it was given; does not wait for it. */
void mail_reader_leave(MailReaderThread *reader);

G_END_DECLS
