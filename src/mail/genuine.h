/* genuine.h - whether a mail is from whom it says, by the word of a server we trust (RFC 8601). What kind of mail it is:
 * mail/automatic.h. */
#pragma once
#include "mail/message.h"
G_BEGIN_DECLS

/* The topmost Authentication-Results is @server's (the name it gives itself there), and says that DMARC passed for the domain of From, or
 * that a DKIM signature of that very domain did. Any header below may be the sender's own invention. @server "": FALSE. */
gboolean mail_is_genuine(const MailMessage *mail, const char *server);

G_END_DECLS
