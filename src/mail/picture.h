/* picture.h - a picture of somebody else's, fetched on behalf of the reader of a mail, who asked for it: so the sender learns neither who
 * looked nor from where. Only what is on the open internet: a mail must not be a way to ask the machines of the house. */
#pragma once
#include "base/err.h"
#include <sys/socket.h>
G_BEGIN_DECLS

enum { PICTURE_MAX = 5 * 1024 * 1024, PICTURE_TIMEOUT_S = 10 };

/* Whether this address may be connected to. */
typedef gboolean (*PictureMay)(const struct sockaddr *address);

/* Of the open internet (base/open_internet.h), at a web server's port (80, 443). */
gboolean picture_may_connect(const struct sockaddr *address);

/* Its bytes and what they are, by the bytes themselves: PNG, JPEG, GIF or WebP. Each connection is asked about by its resolved address, so
 * neither a redirect (three at most) nor a name that changes its mind leads elsewhere. Blocks, at most PICTURE_TIMEOUT_S.
 * ERR_NOT_FOUND with words. (transfer full) */
GBytes *picture_fetch(const char *url, PictureMay may, const char **ret_media_type, GError **error);

G_END_DECLS
