/* rtf.h - the words of rich text, as Outlook writes mails in it: plain, without its looks, pictures and hidden parts. Its compressed form in a
 * winmail.dat: mail/pack.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* Valid UTF-8 with Unix lines, at most @max bytes; NULL when it is no RTF. One pass, and whatever is broken ends a group or stands for
 * nothing. (transfer full) */
char *mail_rtf_text(const guint8 *bytes, gsize size, gsize max);

G_END_DECLS
