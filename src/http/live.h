/* live.h - the hub of live updates: one thread that owns the sockets of all event streams and follows the event log. What
 * handlers use of it stands in server.h. Private to http/.
 *
 * A stream's socket is taken over from libmicrohttpd, so that ten thousand idle ones cost a few hundred bytes each instead
 * of a connection's whole buffer, a client that went away is noticed at once, and a commit's wake-up of a waiting writer
 * does not walk past them (docs/decisions/0003-live-sockets.md). */
#pragma once
#include "http/request.h"
G_BEGIN_DECLS

typedef struct _LiveHub LiveHub;

/* Starts the thread; it follows the store of the server's settings. */
LiveHub *live_hub_new(HttpServer *server);
/* Takes the request's socket and its actor; the door then lets go of the connection without a word. FALSE with @error:
 * too many streams, or none can be had. */
gboolean live_hub_take(LiveHub *self, Request *request, GError **error);
guint live_hub_count(LiveHub *self);
/* Ends all streams, joins the thread, frees. */
void live_hub_stop(LiveHub *self);

G_END_DECLS
