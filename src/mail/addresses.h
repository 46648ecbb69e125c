/* addresses.h - the people and the message ids that a header field names, however they are written. Other fields: mail/words.h. */
#pragma once
#include "mail/field.h"
#include "mail/message.h"
G_BEGIN_DECLS

/* Appends (MailAddress *) for each mailbox, those of groups too, up to 2,000. One that cannot be read is kept as a name. */
void mail_addresses_read(MailSlice value, GPtrArray *addresses);
MailAddress *mail_address_new(const char *name, const char *address);
void mail_address_free(MailAddress *address);

/* Appends the message ids (char *), without <> and spaces: only what stands in <> where anything does. Of more than 200 the first and the last. */
void mail_ids_read(MailSlice value, GPtrArray *ids);

G_END_DECLS
