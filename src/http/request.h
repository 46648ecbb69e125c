/* request.h - the door's own view of one request: what a handler does not see of its Call. Private to http/; it is made
 * and ended in server.c, and walked through gate.c, body.c, run.c and reply.c. */
#pragma once
#include "http/match.h"
#include "http/form.h"
#include "http/server.h"
#include <microhttpd.h>
G_BEGIN_DECLS

typedef struct _Request Request;
typedef struct _Body Body;
typedef struct _Peer Peer;

typedef enum {
	STEP_HEAD,    /* the headers are here */
	STEP_HEAD_ONLY, /* and no body follows */
	STEP_BODY,    /* the body comes in */
	STEP_READY,   /* all is here; to be run */
	STEP_WAITING, /* suspended: on the writer or the slow pool */
	STEP_ANSWER,  /* the handler is done: to be answered */
	STEP_ANSWERED,
} Step;

/* What the worker and the connection's thread tell each other; changed by atomic exchange only. An orphan's connection was
 * answered without it, when the server stopped. */
enum { HAND_NONE, HAND_WAITING, HAND_DONE, HAND_ORPHAN };

typedef enum { TYPE_NONE, TYPE_JSON, TYPE_FORM, TYPE_MULTIPART, TYPE_OTHER } BodyType;

enum { REQUEST_ARENA = 768, QUERY_PAIRS = 64, QUERY_BYTES = 4096 };

/* One connection. */
struct _Peer {
	GList link;         /* in the server's list; data is the Peer */
	int fd;
	gint64 deadline_ms; /* monotonic; when the watchman cuts it; 0 never. Atomic */
	char address[46];
	gboolean local;     /* loopback or a unix socket */
	Request *spare;     /* memory of the last request, for the next */
};

typedef struct {
	const char *name, *value;
} Pair;

/* The few request headers that every request is asked for, found in one pass. */
typedef struct {
	const char *cookie, *authorization, *content_type, *accept_encoding, *accept_language, *if_none_match, *hx_request, *hx_type, *hx_target, *origin, *host,
		*fetch_site, *csrf, *idempotency, *forwarded_for, *last_event_id;
	gint64 length; /* Content-Length; -1 none */
	gboolean chunked;
} Head;

struct _Request {
	Call call; /* first: handlers get it */
	HttpServer *server;
	struct MHD_Connection *connection;
	Peer *peer;
	Step step;
	int hand;             /* atomic */
	guint refs;           /* atomic: the door's, and the worker's while it waits */
	GList waiting;        /* in the server's list of suspended ones */
	gint64 begun_us;      /* monotonic */
	Head head;
	gboolean head_only;   /* HEAD */
	Method method;
	Match match;
	const Route *route;   /* the row; call.route may be its GET twin while an error is shown */
	guint route_id;
	gboolean streaming;   /* the answer's own reader suspends: see stream.c */
	const char *target;   /* as sent, path and query */
	gsize path_size;
	const char *query;
	Pair *queries;        /* NULL until the first call_query */
	guint n_queries;
	const char *param_values[MATCH_PARAMS];
	const char *address, *session, *csrf_shown;
	char id[17], csrf[64];
	gboolean actor_owned; /* from HttpAuth; to be released */
	gboolean by_cookie;
	gboolean counted;     /* in server->n_running */
	gboolean gated;
	gboolean answered;    /* the answer is read already: run.c */
	gboolean in_arena;    /* values are made in the thread's arena from here to the answer: run.c, door.c */
	BodyType type;
	gsize received;       /* of the body */
	Body *body;
	const DraftForm *form; /* of @body */
	json_t *value;         /* what the handler answered */
	GError *error;         /* or why it did not */
	guint error_status;    /* 0: by its code */
	struct _Replay *replay; /* of an Idempotency-Key, NULL without: replay.c */
	int file_fd;           /* call_send_file; -1 */
	gint64 file_size;
	gboolean file_inline;
	char *text;            /* call_send_text */
	gsize text_size;
	CallStream stream;
	gpointer stream_data;
	GDestroyNotify stream_free;
	GSList *chunks;        /* of memory beyond the arena */
	gsize arena_used;
	char arena[REQUEST_ARENA];
};

static inline Request *
request_of(const Call *call)
{
	return (Request *)call;
}

Request *request_new(HttpServer *server, struct MHD_Connection *connection, Peer *peer, const char *target);
void request_unref(Request *self);
/* Memory that lives as long as the request. */
gpointer request_alloc(Request *self, gsize size);
char *request_strndup(Request *self, const char *text, gsize size);
/* Finds what Head names. */
void request_read_head(Request *self);
/* The path without its query, as sent. */
#define REQUEST_PATH(self) (self)->target, (self)->path_size

G_END_DECLS
