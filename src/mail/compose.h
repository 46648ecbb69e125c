/* compose.h - one of our mails as bytes: headers, text, HTML, files. Sending it: mail/smtp.h. */
#pragma once
#include "mail/message.h"
G_BEGIN_DECLS

typedef struct {
	const char *name, *media_type, *content_id; /* content_id NULL: a plain attachment */
	const guint8 *bytes;
	gsize size;
} ComposeFile;
typedef struct {
	MailAddress from;              /* borrowed strings, as everything here */
	const GPtrArray *to, *cc;      /* of MailAddress; bcc stands in no header: it is the envelope's alone */
	const char *reply_to;          /* NULL: none */
	const char *subject, *text, *html; /* html NULL: text only */
	const char *message_id;        /* without <> */
	const char *in_reply_to;       /* NULL: none */
	const GPtrArray *references;   /* char*, oldest first; written as first + last ones, under 1,000 bytes */
	const char *thread_index, *thread_topic; /* Outlook's, kept; NULL: none */
	const char *auto_submitted;    /* "auto-replied", "auto-generated"; NULL: a person's */
	const char *loop_mark;         /* X-Loop: ours, recognised coming back; NULL: none */
	const char *list_unsubscribe;  /* surveys only; NULL: none */
	const GArray *files;           /* of ComposeFile */
	gint64 date_ms;
} Compose;
/* RFC 5322 with CRLF, lines under 998 bytes, 8-bit words encoded; header injection impossible (CR, LF and NUL in any value are
 * ERR_INVALID with the field). (transfer full) */
GBytes *compose_mail(const Compose *compose, GError **error);

G_END_DECLS
