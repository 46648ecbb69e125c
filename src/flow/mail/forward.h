/* forward.h - whose words a forwarded mail holds. Pure. */
#pragma once
#include "mail/message.h"
G_BEGIN_DECLS

/* TRUE when the mail passes on another's: forwarded as a file (message/rfc822), or in its text below a line that says so. The
 * address and name of who wrote it first, and the words from there on; all (transfer full), untouched when FALSE. @words: the
 * mail's plain text. */
gboolean mail_forward_find(const MailMessage *mail, const char *words, char **ret_name, char **ret_address, char **ret_body);

G_END_DECLS
