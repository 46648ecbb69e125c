/* smtp_wire.h - the client's side of SMTP until a server is ready for mail: replies, EHLO, STARTTLS, AUTH. Private to mail/. */
#pragma once
#include "mail/stream.h"
G_BEGIN_DECLS

typedef struct {
	int code;
	char *words;
} SmtpReply;
void smtp_reply_clear(SmtpReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SmtpReply, smtp_reply_clear)

typedef struct {
	MailStream *stream;
	gboolean starttls, eight_bit, utf8, size, plain, login, xoauth2;
	gint64 max_bytes; /* 0: not said */
} SmtpLine;

/* Connected, TLS as the peer asks, signed in when it names a user. ERR_UPSTREAM. */
gboolean smtp_line_open(SmtpLine *self, const MailPeer *peer, GError **error);
void smtp_line_close(SmtpLine *self); /* says QUIT without waiting */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SmtpLine, smtp_line_close)

/* Sends @command (without its line end) and reads the reply; FALSE: the connection is of no further use. */
gboolean smtp_ask(SmtpLine *self, const char *doing, const char *command, SmtpReply *ret_reply, GError **error);
gboolean smtp_read_reply(SmtpLine *self, SmtpReply *ret_reply, GError **error);

G_END_DECLS
