/* late.h - a plain mail to staff about what is late on their cases or their team's: all of a minute in one, by the first mailbox that can send. Who is
 * told at all: flow/clock/watch.h. To customers: flow/customer/tell.h. */
#pragma once
#include "flow/mail/send.h"
G_BEGIN_DECLS

#define LATE_MAIL "late.mail"
#define LATE_MAIL_WAIT_MS (60 * (gint64)1000)

/* In the transaction of the notices: a mail in a minute to each of @users (gint64) who wants them (users.mail_late; where nothing was said: who leads a team, and
 * the complaint owner), one however often it is asked for. */
gboolean late_mail_ask_in(Db *db, const GArray *users, gint64 now_ms, GError **error);
/* The handler of jobs "late.mail" {user}; @data: MailSendOptions. What was read on the page meanwhile is left out; without a mailbox that sends nothing is
 * sent. Sent once: after a crash between the server's word and ours once more, under the same Message-ID. */
gboolean late_mail_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error);

G_END_DECLS
