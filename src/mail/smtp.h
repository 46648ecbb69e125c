/* smtp.h - one message handed to an SMTP server over our own stream; what became of each recipient. When to send again, and
 * what was sent: the outbox. Building the mail: mail/compose.h. */
#pragma once
#include "mail/tls.h"
G_BEGIN_DECLS

typedef enum {
	SMTP_SENT,      /* the server took responsibility (2xx after the data) */
	SMTP_REFUSED,   /* 5xx to the sender, the recipient or the data: never with these words */
	SMTP_LATER,     /* 4xx; no connection, TLS or sign-in; broken before the end of the data went out: safe to try again */
	SMTP_UNCERTAIN, /* the connection broke after the end of the data, before the answer: a person decides */
} SmtpOutcome;
const char *smtp_outcome_word(SmtpOutcome outcome); /* "sent", "refused", "later", "uncertain" */
typedef struct {
	char *address;
	SmtpOutcome outcome;
	int code;       /* 250, 550 ...; 0: no answer */
	char *words;    /* the server's, or ours about the connection; one line, at most 500 bytes */
} SmtpRecipient;
typedef struct {
	SmtpOutcome outcome;   /* of the whole: SENT when at least one was taken; else UNCERTAIN, LATER, REFUSED, in this order */
	char *queue_id;        /* out of "250 OK id=1abc-..." and its like; NULL: none said */
	char *words;           /* the last answer, or why there is none */
	GPtrArray *recipients; /* of SmtpRecipient, in the order given */
} SmtpResult;
void smtp_result_free(SmtpResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmtpResult, smtp_result_free)

/* @from "": the empty envelope sender. Line ends of @mail become CRLF. FALSE only when nothing was tried (ERR_INVALID: no
 * recipient, an address with spaces, controls or "<>"); network failures are outcomes, with @words a person can act upon.
 * A refused sign-in is LATER: the settings are wrong, not the mail. The answer to the data may take ten times the time-out. */
gboolean smtp_send(const MailPeer *peer, const char *from, const char *const *to, GBytes *mail, SmtpResult **ret_result, GError **error);
/* Connects, verifies, signs in, says QUIT. ERR_UPSTREAM as precise as imap_open's. */
gboolean smtp_test(const MailPeer *peer, GError **error);
/* The id under which the server keeps the mail, out of its last words; NULL: none. (transfer full) */
char *smtp_queue_id(const char *words);

G_END_DECLS
