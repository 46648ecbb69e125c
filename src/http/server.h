/* server.h - the door: libmicrohttpd on one port, requests through map, gate, desk and reply.
 *
 *   door (server.c) -> map (router.c) -> gate (gate.c: actor, CSRF, rate, permission) -> desk (handler)
 *   -> rule (a capability) -> reply (reply.c: JSON, page or fragment)
 *
 * READ runs inline on the connection's thread; WRITE suspends the connection, runs on the store's writer and resumes it
 * when durable; SLOW suspends it and runs on a pool of @n_slow threads. */
#pragma once
#include "http/route.h"
#include "http/page.h"
G_BEGIN_DECLS

typedef struct _HttpServer HttpServer;

/* Who is behind a session cookie or a bearer token; given by main from org/, so that http knows no users. Both read from
 * @db (a snapshot). NULL: nobody. Must be fast: called for every request (org/session.c caches). */
typedef struct {
	const Actor *(*by_session)(gpointer data, Db *db, const char *cookie, gint64 now_ms, char ret_csrf[64]);
	const Actor *(*by_token)(gpointer data, Db *db, const char *token, gint64 now_ms);
	void (*release)(gpointer data, const Actor *actor); /* done with what the two gave */
	gpointer data;
} HttpAuth;

typedef struct {
	const char *listen;   /* "127.0.0.1:8080", "[::1]:0", "unix:/path" */
	guint n_threads;      /* connection threads; 0: one a core, at most 8 */
	guint n_slow;         /* 0: 2 */
	guint max_connections; /* 0: 12,000 */
	guint rate_per_minute; /* requests an address or account may make; 0: 6,000. Strict routes: 10 */
	gint64 request_deadline_ms; /* headers and body must be in by then; 0: 60,000 */
	gboolean behind_tls;  /* cookies get Secure */
	const char *uploads_dir; /* the store's data dir: files of multipart bodies go to its blobs */
	HttpAuth auth;
	Pages *pages;
	Store *store;
	gpointer app;
} HttpConfig;

/* Opens the port (ERR_BUSY with advice when it is in use) and begins to answer. @router is borrowed until the end. */
HttpServer *http_server_start(const HttpConfig *config, Router *router, GError **error);
/* "http://127.0.0.1:8080", with the port that was given for 0. Borrowed. */
const char *http_server_url(const HttpServer *server);
/* Stops taking connections, ends live streams, finishes what runs, within 5 s. */
void http_server_stop(HttpServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpServer, http_server_stop)

/* Live updates: a GET route with this handler becomes a stream of server-sent events: those of the event log that
 * @may_see lets through, from Last-Event-ID (or ?after=) on. Beats every 20 s. Frames: "id:", "event: KIND",
 * "data: {json}". Ephemeral frames (who is typing) have no id. */
typedef gboolean (*LiveMaySee)(const Actor *actor, const char *event_kind, gint64 case_id);
json_t *live_stream(Call *call, GError **error);
/* Sends a frame that is not in the log to all who may see @case_id (typing, presence). Any thread. */
void live_send(HttpServer *server, const char *event, gint64 case_id, const json_t *data);
void live_may_see_set(HttpServer *server, LiveMaySee fn);

G_END_DECLS
