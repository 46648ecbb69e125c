/* charsets.h - the bytes of a mail's text as UTF-8, whatever their charset is called or really is. Files of unknown
 * encoding, in pieces: text/charset.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* Always valid UTF-8 without NUL; what is no character becomes U+FFFD. @charset: as declared, may be NULL or wrong: text
 * that is UTF-8 although another charset was said is read as UTF-8, undeclared bytes are UTF-8, UTF-16, ISO-2022-JP or
 * Windows-1252, whichever they look like. At most @max bytes; @ret_used (may be NULL): how many of @bytes that took;
 * @ret_odd (may be NULL): a static phrase when it was not read as declared, else NULL. (transfer full) */
char *mail_text_utf8(const guint8 *bytes, gsize size, const char *charset, gsize max, gsize *ret_used, const char **ret_odd);

G_END_DECLS
