/* lmtp.h - the server side of LMTP (RFC 2033) on a TCP or unix socket: one answer per recipient, given only when the message
 * is durable. One thread with poll() for all connections; storing is the caller's. What is said: mail/lmtp_talk.h. */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

typedef struct _LmtpServer LmtpServer;

/* What becomes of messages; called on the server's thread, so: no waiting. The message's bytes are exactly as the client
 * meant them (dots undone), NUL bytes, bare CR and bare LF kept; only CR LF . CR LF ends one. */
typedef struct {
	/* At RCPT: TRUE takes it; FALSE with @ret_words (static) "550 5.1.1 ...". NULL: all are taken. */
	gboolean (*recipient)(const char *address, const char **ret_words, gpointer data);
	/* At DATA: a handle, or NULL (452: the client tries again). @from "": the empty envelope sender; @to: for whom. */
	gpointer (*begin)(const char *from, const char *const *to, gpointer data);
	/* FALSE: no room; the rest is read and forgotten, the handle abandoned, and every recipient told 452. */
	gboolean (*append)(gpointer handle, const guint8 *bytes, gsize size, gpointer data);
	/* The end: store it for each of @to (borrowed until the last answer); lmtp_answer() for every recipient, from any thread, in any order. */
	void (*end)(gpointer handle, const char *const *to, gpointer token, gpointer data);
	void (*abandon)(gpointer handle, gpointer data); /* no end will come: the client went away, or it was too large */
} LmtpSink;

typedef struct {
	const char *where;   /* "127.0.0.1:2424", "[::1]:0" or "unix:/path" */
	gsize max_bytes;     /* SIZE; larger: 552. 0: 50 MiB */
	guint max_connections; /* more are told 421. 0: 100 */
	guint max_recipients;  /* of one message; more are told 452. 0: 1000 */
	guint timeout_s;     /* for a command, and for each 4 kB of a message. 0: 300 (RFC 5321) */
	guint mode;          /* of the unix socket. 0: 0660, so that the group may speak to it */
} LmtpOptions;

/* ERR_BUSY: in use; ERR_INVALID: bad address. @ret_where (transfer full, may be NULL): with the real port. @sink and @options
 * are copied; @data must live until lmtp_stop() returned. */
LmtpServer *lmtp_start(const LmtpOptions *options, const LmtpSink *sink, gpointer data, char **ret_where, GError **error);
/* "250 2.0.0 filed", "451 4.3.0 ..."; anything that is no reply is told as 451. The second answer for one recipient is
 * ignored. With the last one the token is gone. Also after lmtp_stop(). */
void lmtp_answer(gpointer token, guint recipient, const char *reply);
/* No new mail; what was handed to the sink is waited for (as long as timeout_s, at most 30 s) and answered; then closed. */
void lmtp_stop(LmtpServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LmtpServer, lmtp_stop)

G_END_DECLS
