/* fold.h - what people write in many ways, in the one form that compares: addresses, telephone numbers, names. Pure. Who
 * is who by them: customer/customer.h, org/user.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* All three: (transfer full), NULL when @text is none (or NULL). Surrounding spaces do not count. */

/* One e-mail address and nothing else: lower case, a domain's letters beyond ASCII in their "xn--" form. Refused: display
 * names ("Ann <ann@example.org>"), spaces, quotes, a domain without a dot (but "localhost"), over 254 bytes. */
char *email_fold(const char *email);

/* Digits alone, behind "+" when the number is international ("+" or "00" in front; the "(0)" behind a country's code is
 * left out). 5 to 15 digits (E.164). An extension ("ext. 12", "x12") does not count. Letters are refused. */
char *phone_fold(const char *phone);

/* Case, accents and the width of spaces do not count, nor does punctuation: "Müller,  Jörg" is "muller jorg". */
char *name_fold(const char *name);

/* @text without spaces around it, when it is UTF-8 of 1 to @max_bytes bytes without control characters; otherwise NULL.
 * (transfer full) */
char *line_read(const char *text, gsize max_bytes);

G_END_DECLS
