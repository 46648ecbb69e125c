/* tls.h - how to reach a mail server: where, how safely, as whom. The stream itself: mail/stream.h; what is said over it:
 * mail/imap.h, mail/smtp.h. */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

typedef enum { MAIL_PLAIN, MAIL_TLS, MAIL_STARTTLS } MailSecurity; /* "none", "tls", "starttls" */
const char *mail_security_word(MailSecurity security);
gboolean mail_security_read(const char *word, MailSecurity *ret_security);

/* Strings borrowed for the time of the call that is given the peer. */
typedef struct {
	const char *host;
	guint port;
	MailSecurity security;
	const char *ca_file; /* more roots beside the system's, for a house's own CA; NULL: none */
	const char *user, *secret; /* NULL user: no sign-in */
	gboolean xoauth2;    /* @secret is an access token */
	guint timeout_s;     /* of every single step; 0: 30 */
	const char *hello;   /* SMTP: the name we give ourselves; NULL: this machine's */
	int stop_fd;         /* readable (an eventfd): every step ends at once, so that a stop need not wait; 0: none */
} MailPeer;

G_END_DECLS
