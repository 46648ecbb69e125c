/* send.h - the job that hands a mail of the outbox to its server, once: attempt on disk, bytes, outcome on disk. What stands in
 * the outbox: mailbox/outbox.h; its bytes: flow/mail/compose.h; speaking SMTP: mail/smtp.h;
 * how its server is reached: flow/mail/peer.h. */
#pragma once
#include "flow/mail/file.h"
#include "flow/mail/lanes.h"
#include "mail/smtp.h"
#include "mailbox/mailbox.h"
#include "work/worker.h"
G_BEGIN_DECLS

typedef struct {
	const MailContext *context;
	const SealKey *key;
	MailLanes *lanes; /* NULL: as many at once to one server as there are workers */
	int stop_fd; /* as in MailPeer: ends what is being sent; 0: none */
	/* Tests give their own server; NULL: smtp_send. */
	gboolean (*send)(const MailPeer *peer, const char *from, const char *const *to, GBytes *mail, SmtpResult **ret_result, GError **error);
} MailSendOptions;
/* The handler of jobs "mail.send" {outbox}; @data: MailSendOptions, borrowed. Where its server has enough to do, another such job is added for later. */
gboolean mail_send_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error);

G_END_DECLS
