/* call.h - one request as a handler sees it: who asks, of what, with which words, and where the answer's side notes go.
 * The door's own view of it (connection, body, queues) is private: http/request.h. */
#pragma once
#include "base/actor.h"
#include "http/draft.h"
#include "store/store.h"
G_BEGIN_DECLS

typedef struct Route Route;
typedef struct _Call Call;

struct _Call {
	const Route *route;
	const Actor *actor;
	Db *db;          /* READ: this thread's snapshot; WRITE: the writer; SLOW: NULL, use store_* on @store */
	Store *store;
	gint64 now_ms;
	gpointer draft;  /* filled struct of the route's DraftSpec; NULL when the route has none */
	gpointer app;    /* the value given in HttpConfig: the desk's own things (counters, live hub, settings) */
	const char *request_id;
	gboolean as_page; /* the answer will be shown by a template: panels are wanted */
	gboolean fragment; /* ... and only the part named by HX-Target */

	gint64 carry;      /* from a WRITE handler to its route's answer: the id of what was made */
	gint64 carry_version; /* ... and the version it was written against */

	char lang[8];              /* in which language the page speaks, where the resource knows better than the browser; "": as the browser asks */

	/* The answer's side notes; set by the calls below. */
	guint status;       /* 0: 200 */
	char *location, *etag, *file_name, *media_type;
	char *redirect;     /* pages: where a form post goes on success (303) */
	GPtrArray *headers; /* of char* "Name: value"; NULL when none */
	json_t *more;       /* members for an error's answer, NULL when none */
};

/* The body as it came, where it is no multipart; "" when there is none. For signatures over its bytes. */
const char *call_body(const Call *call, gsize *ret_size);

/* The browser's cookie whose value HttpAuth.by_session reads: signing in sets it, signing out clears it. */
#define SESSION_COOKIE "redress_session"

/* A path parameter, "{ref}" -> call_param(call, "ref"). Percent-decoded, borrowed; never NULL for a name in the path. */
const char *call_param(const Call *call, const char *name);
/* A query parameter, or NULL. Borrowed. At most 4 kB each, 64 of them. */
const char *call_query(const Call *call, const char *name);
/* The whole query string as sent, without "?", "" when none. */
const char *call_query_string(const Call *call);
gint64 call_query_int(const Call *call, const char *name, gint64 otherwise, gint64 min, gint64 max);
const char *call_header(const Call *call, const char *name); /* a request header or NULL */
const char *call_cookie(const Call *call, const char *name); /* a cookie's value or NULL */
/* The peer's, "" on a unix socket. Behind a proxy on the same machine (HttpConfig.behind_tls): the last X-Forwarded-For. */
const char *call_address(const Call *call);
/* The signed-in session's digest, NULL otherwise; and the CSRF token pages must send, "" without a session. It looks
 * different in every answer, so that compression cannot give it away. */
const char *call_session(const Call *call);
const char *call_csrf(const Call *call);

void call_created(Call *call, const char *format, ...) G_GNUC_PRINTF(2, 3); /* 201 and Location (and redirect) */
void call_redirect(Call *call, const char *format, ...) G_GNUC_PRINTF(2, 3); /* pages: 303 there after success */
/* ETag is "v<version>" (weak=FALSE). READ: the server answers 304 by itself when If-None-Match agrees. */
void call_etag_version(Call *call, gint64 version);
/* "v12.7": beside the version, a mark of what is shown with it and changes by itself; If-Match asks for the version alone. */
void call_etag_marked(Call *call, gint64 version, guint mark);
/* The version in If-Match ("v12", quoted) or in a form's field "if_match"; FALSE when none was sent.
 * ERR_INVALID for one that is unreadable is left to the handler: @ret_version -1. */
gboolean call_if_match(const Call *call, gint64 *ret_version);
/* Before returning an error: a member its JSON gets besides the usual ones. Takes @value. */
void call_error_more(Call *call, const char *key, json_t *value);
void call_header_add(Call *call, const char *name, const char *value);
/* HttpOnly, SameSite=Lax, Path=/; Secure behind TLS. @max_age_s 0: until the browser closes; -1: removed now. */
void call_cookie_set(Call *call, const char *name, const char *value, gint64 max_age_s);

/* SLOW handlers: @work on the writer, in a group commit; returns when it is on disk. The first one that succeeds claims the
 * Idempotency-Key in the same transaction, so that not even a crash lets it be done again. */
gboolean call_write(const Call *call, StoreWork work, gpointer data, GError **error);

/* Answers that are no JSON: a handler sets one of these and returns json_null(). */
/* Sends an open file; the server closes @fd. @inline_ok: images only; otherwise Content-Disposition: attachment. */
void call_send_file(Call *call, int fd, gint64 size, const char *media_type, const char *name, gboolean inline_ok);
/* Streams text made piece by piece on the SLOW pool: @next appends to @out up to about 64 kB, returns FALSE at the end
 * or on error (then @error is logged and the connection is cut, so that a short file cannot pass for a whole one). It is
 * called when the reader has taken the last piece, each time on whichever worker is free: take nothing from one piece to
 * the next that belongs to a thread (store_reader). @call is gone by then. @free_fn may be NULL. */
typedef gboolean (*CallStream)(GString *out, gpointer data, GError **error);
void call_send_stream(Call *call, const char *media_type, const char *name, CallStream next, gpointer data, GDestroyNotify free_fn);
/* Sends bytes as they are (CSV, text). Takes @text. */
void call_send_text(Call *call, const char *media_type, char *text, gsize size);

G_END_DECLS
