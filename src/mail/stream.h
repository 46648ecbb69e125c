/* stream.h - a connection to a mail server with a deadline for each step, plain or by verified TLS (GnuTLS). Private to
 * mail/. Every failure is ERR_UPSTREAM and begins with "host:port: ". */
#pragma once
#include "mail/tls.h"
G_BEGIN_DECLS

typedef struct _MailStream MailStream;

/* Resolves and connects; with MAIL_TLS the handshake too. @peer is borrowed until it is secure. */
MailStream *mail_stream_open(const MailPeer *peer, GError **error);
/* Takes NULL. Says goodbye to TLS without waiting for an answer. */
void mail_stream_free(MailStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailStream, mail_stream_free)

/* A new step begins: its deadline is the peer's time-out times @patience (1: once), prolonged while data keeps coming.
 * @doing (static): what we wait for, in the error: "no answer to the sign-in within 30 s". */
void mail_stream_step(MailStream *self, const char *doing, guint patience);
/* The handshake over a connection so far plain (STARTTLS). Refuses bytes that came before it: they were sent in the clear,
 * by whoever, and must not be taken for words of the verified server. */
gboolean mail_stream_secure(MailStream *self, GError **error);

/* At least one byte, at most @size; 0 when the server closed; -1 on failure. */
gssize mail_stream_read(MailStream *self, void *bytes, gsize size, GError **error);
gboolean mail_stream_write(MailStream *self, const void *bytes, gsize size, GError **error);
/* One line without its line end, of at most @max bytes; a NUL in it becomes "?". NULL: too long, closed, failed. */
char *mail_stream_line(MailStream *self, gsize max, GError **error);

/* Bytes are here already that poll() on the descriptor would not tell of. */
gboolean mail_stream_pending(const MailStream *self);
int mail_stream_fd(const MailStream *self);
const char *mail_stream_name(const MailStream *self); /* "host:port" */
const MailPeer *mail_stream_peer(const MailStream *self);
gboolean mail_stream_fail(const MailStream *self, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4); /* FALSE */
/* A server's words made fit to show: one line of valid UTF-8 without controls, at most 500 bytes. (transfer full) */
char *mail_words(const char *text);

/* handshake.c: the TLS session of a stream, or NULL with the reason in full. @session: a gnutls_session_t. */
typedef struct _MailSession MailSession;
MailSession *mail_session_open(MailStream *stream, GError **error);
void mail_session_free(MailSession *self);
/* As read(2) and write(2) on a non-blocking socket: -1 with EAGAIN in @ret_wait_for (POLLIN or POLLOUT), else 0 in it. */
gssize mail_session_read(MailSession *self, void *bytes, gsize size, short *ret_wait_for);
gssize mail_session_write(MailSession *self, const void *bytes, gsize size, short *ret_wait_for);
gboolean mail_session_pending(const MailSession *self);
const char *mail_session_words(const MailSession *self); /* why the last one failed */
/* Waits for @events within the step; FALSE: timed out or stopped. */
gboolean mail_stream_wait(MailStream *self, short events, GError **error);

G_END_DECLS
