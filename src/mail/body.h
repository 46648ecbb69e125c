/* body.h - the parts of a mail made into its words and its files. Where the parts are: mail/cut.h; its headers:
 * mail/message.h. */
#pragma once
#include "mail/cut.h"
#include "mail/message.h"
G_BEGIN_DECLS

/* Text or HTML beyond this is cut in @text and @html, and the whole of it kept as a file. */
enum { MAIL_TEXT_MAX = 4 << 20 };

/* Fills @text, @html, @parts, @crypto. */
void mail_body_read(MailMessage *mail, const MailCut *cut);

G_END_DECLS
