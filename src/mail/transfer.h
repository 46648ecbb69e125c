/* transfer.h - a part's bytes without their transfer encoding (RFC 2045 section 6). Where the parts are: mail/cut.h; uuencode: mail/pack.h. */
#pragma once
#include "mail/field.h"
G_BEGIN_DECLS

/* The body without its transfer encoding; a fresh array unless it is not encoded (then NULL: use the body itself).
 * @ret_size: of the array. (transfer full) */
guint8 *mail_transfer_decode(MailSlice body, MailSlice encoding, gsize *ret_size);

/* What GMime's decoder still holds when base64 ends without its padding. Returns how many bytes (0 to 2) it put there. */
gsize mail_base64_end(int state, guint32 save, guint8 out[2]);

G_END_DECLS
