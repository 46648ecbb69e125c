/* track_link.h - the private link of one complaint: signed, for one case only, with an end. A ref alone opens nothing. */
#pragma once
#include "base/secret.h"
#include <glib.h>
G_BEGIN_DECLS

#define TRACK_LINK_DAYS 400

/* "7KQM-4TXB.20789.qWk..." : ref, last day (since 1970), signature over both. (transfer full) */
char *track_link_make(const guint8 key[SECRET_KEY_SIZE], const char *ref, gint64 now_ms);
/* FALSE for a link that is altered, expired or no link at all: the caller answers "we cannot find this" to all three. */
gboolean track_link_read(const guint8 key[SECRET_KEY_SIZE], const char *link, gint64 now_ms, char ret_ref[16]);

G_END_DECLS
