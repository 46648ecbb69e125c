/* listen.h - the listening socket: TCP or a unix socket, with advice when it cannot be had. Used by http/ and by mail/lmtp. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* @where: "127.0.0.1:8080", "[::1]:0", "unix:/path". @ret_where is it again, with the port that was given for 0;
 * @ret_path is the unix socket's, to be removed at the end, otherwise NULL. -1 on failure: ERR_BUSY when in use,
 * ERR_INVALID for an address that is none. */
int listen_open(const char *where, char **ret_where, char **ret_path, GError **error);
/* Raises the limit of open files as far as it goes; returns it. */
guint listen_raise_files(guint wanted);

G_END_DECLS
