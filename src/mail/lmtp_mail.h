/* lmtp_mail.h - a received message between its end and its answers: what lmtp_answer() calls its token. Private to mail/. */
#pragma once
#include "mail/lmtp_talk.h"
G_BEGIN_DECLS

typedef struct {
	gatomicrefcount refs;
	LmtpBell *bell;
	GPtrArray *to;  /* char*, NULL at its end */
	char **replies; /* n; NULL: not yet */
	guint n, left;
} LmtpMail;
LmtpMail *lmtp_mail_new(GPtrArray *to, LmtpBell *bell); /* takes @to; two references: the caller's and the answers' */
void lmtp_mail_unref(LmtpMail *self);
gboolean lmtp_mail_is_answered(LmtpMail *self); /* then its replies change no more */

G_END_DECLS
