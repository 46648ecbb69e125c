/* lmtp_inner.h - what the files of one LMTP conversation share. For all others: mail/lmtp_talk.h. */
#pragma once
#include "mail/lmtp_mail.h"
G_BEGIN_DECLS

typedef enum { IN_COMMAND, IN_LONG_LINE, IN_DATA, IN_WAIT, IN_END } State;

struct _LmtpTalk {
	const LmtpOptions *options;
	const LmtpSink *sink;
	gpointer data;
	LmtpBell *bell;
	GString *in, *out;
	State state;
	gboolean greeted, stopping;
	guint n_mistakes;
	guint64 n_done, n_bytes;
	char *from;         /* NULL: no MAIL yet */
	GPtrArray *to;
	gpointer handle;    /* between begin and end */
	gsize size;         /* of the message so far */
	gboolean at_start, too_large, no_room;
	LmtpMail *mail;     /* waited for */
};

/* One line of ours. */
void lmtp_say(LmtpTalk *self, const char *reply);
/* The same, counted: too many end the conversation. */
void lmtp_mistake(LmtpTalk *self, const char *reply);
/* As after RSET: no sender, no recipients, no message. */
void lmtp_forget(LmtpTalk *self);

/* A command as it came, without its newline: answered, and what it says remembered. */
void lmtp_command(LmtpTalk *self, const char *bytes, gsize size);

G_END_DECLS
