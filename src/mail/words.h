/* words.h - what stands in a header field: encoded words, folding, parameters, addresses, message ids. Which fields there
 * are: mail/cut.h. Every result is valid UTF-8 of one line, without control characters. */
#pragma once
#include "mail/cut.h"
#include "mail/message.h"
G_BEGIN_DECLS

enum { MAIL_VALUE_MAX = 65536, MAIL_ADDRESSES_MAX = 2000, MAIL_IDS_MAX = 200 };

/* Decoded and unfolded, at most MAIL_VALUE_MAX bytes of it. (transfer full) */
char *mail_value_text(MailSlice value);
/* The first word, lower case, without comments: "base64". NULL: none. (transfer full) */
char *mail_value_token(MailSlice value);
/* NULL: it cannot be read. (transfer full) */
GMimeContentType *mail_type_read(MailSlice value);
/* (transfer full), NULL: none or not readable. */
GMimeContentDisposition *mail_disposition_read(MailSlice value);
/* Milliseconds; 0: not readable, or no year of people who send mail. */
gint64 mail_date_read(MailSlice value);

/* Appends (MailAddress *) for each mailbox, those of groups too. One that cannot be read is kept as a name. */
void mail_addresses_read(MailSlice value, GPtrArray *addresses);
MailAddress *mail_address_new(const char *name, const char *address);
void mail_address_free(MailAddress *address);

/* Appends the message ids (char *), without <> and spaces. @strict: only what stands in <> where anything does. */
void mail_ids_read(MailSlice value, GPtrArray *ids);

/* @text as one line: control characters and runs of space become one space, none at the ends; at most @max bytes.
 * (transfer full) */
char *mail_one_line(const char *text, gsize max);

G_END_DECLS
