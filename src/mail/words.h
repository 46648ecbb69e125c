/* words.h - what stands in a header field: encoded words, folding, parameters. Which fields there are: mail/field.h; people and
 * message ids: mail/addresses.h. Every result is valid UTF-8 of one line, without control characters. */
#pragma once
#include "mail/cut.h"
G_BEGIN_DECLS

enum { MAIL_VALUE_MAX = 65536 };

/* Decoded and unfolded, at most MAIL_VALUE_MAX bytes of it. (transfer full) */
char *mail_value_text(MailSlice value);
/* For GMime's own readers: unfolded, all encoded words in UTF-8. (transfer full) */
char *mail_value_structured(MailSlice value);
/* The first word, lower case, without comments: "base64". NULL: none. (transfer full) */
char *mail_value_token(MailSlice value);
/* NULL: it cannot be read. (transfer full) */
GMimeContentType *mail_type_read(MailSlice value);
/* (transfer full), NULL: none or not readable. */
GMimeContentDisposition *mail_disposition_read(MailSlice value);
/* Milliseconds; 0: not readable, or no year of people who send mail. */
gint64 mail_date_read(MailSlice value);

/* @text as one line: control characters and runs of space become one space, none at the ends; at most @max bytes.
 * (transfer full) */
char *mail_one_line(const char *text, gsize max);

G_END_DECLS
