/* filer.h - files what was kept, in order, as it comes: a thread that reads mails while the writer writes the ones before. One
 * mail cannot stop the next: what our rules refuse is set aside with the reason; what the program dies of is tried alone at the next
 * start, and set aside when it dies of it again; what takes longer than it may is set aside, and its thread left behind. Filing
 * one: flow/mail/file.h. */
#pragma once
#include "flow/mail/file.h"
#include "store/store.h"
G_BEGIN_DECLS

typedef struct _MailFiler MailFiler;

/* Tests give their own way of reading, to see what happens when it hangs or dies. */
typedef ReadMail *(*MailReader)(const KeptMail *kept, const char *data_dir, GError **error);
typedef struct {
	const MailContext *context;
	MailReader reader; /* NULL: mail_read */
	guint limit_s;     /* one mail's time; 0: 20 */
} MailFilerOptions;

/* @options->context: borrowed until mail_filer_free(). Nothing runs yet. */
MailFiler *mail_filer_new(Store *store, const MailFilerOptions *options);
/* Files by itself, on a thread: at once what came in this process, within a second what another one kept. */
void mail_filer_start(MailFiler *filer);
/* Waits for what is being written, not for what is still to be read. */
void mail_filer_free(MailFiler *filer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailFiler, mail_filer_free)

typedef struct {
	guint64 filed, set_aside;
} MailFiled;
/* Everything that waits now, on the caller's thread: for commands and tests. @careful: one at a time, its attempt recorded first. */
gboolean mail_filer_run(MailFiler *filer, gboolean careful, MailFiled *ret_filed, GError **error);

G_END_DECLS
