/* signed_link.h - a private link for somebody without an account: signed, for one purpose and one thing only, with an end.
 * The thing's ref alone opens nothing, and a link for one purpose opens no other. */
#pragma once
#include "base/secret.h"
#include <glib.h>
G_BEGIN_DECLS

/* "7KQM-4TXB.20789.qWk...": ref, last day (since 1970), signature over purpose and both. @purpose: a word ("track", "choose").
 * (transfer full) */
char *signed_link_make(const guint8 key[SECRET_KEY_SIZE], const char *purpose, const char *ref, int days, gint64 now_ms);
/* FALSE for a link that is altered, expired, made for another purpose or no link at all: the caller answers "we cannot find this"
 * to all of them. */
gboolean signed_link_read(const guint8 key[SECRET_KEY_SIZE], const char *purpose, const char *link, gint64 now_ms, char ret_ref[16]);

G_END_DECLS
