/* lmtp_talk.h - what one LMTP client says and is answered: bytes in, bytes out, no sockets. The server around it: lmtp.c.
 * Private to mail/. */
#pragma once
#include "mail/lmtp.h"
G_BEGIN_DECLS

/* Rung by lmtp_answer() when a message's last answer came on another thread. Lives as long as any token. */
typedef struct _LmtpBell LmtpBell;
LmtpBell *lmtp_bell_new(void);
void lmtp_bell_unref(LmtpBell *self);
int lmtp_bell_fd(const LmtpBell *self); /* readable: rung */
void lmtp_bell_ring(LmtpBell *self);
void lmtp_bell_hear(LmtpBell *self);    /* until the next ring */
void lmtp_bell_attend(LmtpBell *self);  /* by the thread that polls: its own answers ring no bell */

typedef struct _LmtpTalk LmtpTalk;
/* @options and @sink borrowed; defaults filled in by the caller (lmtp_options_fill). */
LmtpTalk *lmtp_talk_new(const LmtpOptions *options, const LmtpSink *sink, gpointer data, LmtpBell *bell);
void lmtp_talk_free(LmtpTalk *self); /* the client is gone: what was begun is abandoned, what was handed over is not */
void lmtp_options_fill(LmtpOptions *options);

/* Takes bytes; answers are appended to lmtp_talk_out(). */
void lmtp_talk_feed(LmtpTalk *self, const guint8 *bytes, gsize size);
/* Looks whether the message that is waited for has its answers by now, and goes on with what was piped behind it. */
void lmtp_talk_go_on(LmtpTalk *self);
GString *lmtp_talk_out(LmtpTalk *self); /* to be sent, and what was sent erased */
/* The server is going: says 421 unless a message waits for its answers; it is said then. */
void lmtp_talk_stop(LmtpTalk *self);

gboolean lmtp_talk_is_waiting(const LmtpTalk *self); /* for answers of the sink */
gboolean lmtp_talk_is_over(const LmtpTalk *self);    /* close once everything is sent */
gboolean lmtp_talk_is_full(const LmtpTalk *self);    /* feed no more for now */
guint64 lmtp_talk_progress(const LmtpTalk *self);    /* grows with every command done and every 4 kB of a message */

G_END_DECLS
