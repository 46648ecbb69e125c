/* imap_inner.h - a connection as imap.c and imap_wait.c share it. Private to mail/. */
#pragma once
#include "mail/imap_wire.h"
#include <libetpan/mailimap.h>
G_BEGIN_DECLS

struct _Imap {
	MailStream *stream;
	mailimap *session;
	ImapGuard guard;
	GError *why;         /* what the stream said when it failed libetpan, which has only numbers */
	const char *greeting;/* what libetpan still has to be given of it: by then we are signed in */
	gboolean idle, selected, over;
	int wake_fd;
};

/* A command begins. */
void imap_begin(Imap *self, const char *doing, guint64 literal_max, guint64 budget);
/* How it ended by libetpan's number: TRUE, or the reason. A NO leaves the connection of use: @no is its code. */
gboolean imap_end(Imap *self, int outcome, const char *doing, ErrCode no, GError **error);

G_END_DECLS
