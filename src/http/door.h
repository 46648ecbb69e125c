/* door.h - libmicrohttpd's side of the server: its callbacks and each request's steps. Private to http/. */
#pragma once
#include "http/inner.h"
G_BEGIN_DECLS

struct MHD_Daemon *door_start(HttpServer *server);
/* When the watchman cuts the connection, from now; 0: never. */
void peer_until(Peer *peer, gint64 in_ms);
/* Monotonic, a few milliseconds coarse. */
gint64 coarse_ms(void);

G_END_DECLS
