/* pictures.h - pictures among the words of an answer. Where the words say "[image: NAME]", as Gmail's plain text does, and a picture
 * of that name is attached, it stands there: in the mail by its Content-ID (multipart/related), and on the case as in the mail. The plain
 * text keeps the words. Pictures in mail that came: mailbox/head.h. */
#pragma once
#include "cases/message.h"
#include "mailbox/mailbox.h"
G_BEGIN_DECLS

/* Which of the message's attachments stand in its words is written down, and the words as HTML for our own view; nothing when none does.
 * In the caller's transaction, after the message and its head. */
gboolean mail_pictures_put_in(Db *db, const Mailbox *mailbox, gint64 message_id, const NewMessage *make, GError **error);
/* Pure. @html of our own making (mail_html_of_text): the first mark of @name becomes the picture "cid:@content_id". */
void mail_picture_place(GString *html, const char *name, const char *content_id);

G_END_DECLS
