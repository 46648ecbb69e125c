/* route.h - the map: one row an action. Path, permission, kind, limit, handler, page; the contract stands in the comment
 * above the handler. JSON under /api/v1, the same resource as a page without the prefix. How to add one: docs/adding.md. */
#pragma once
#include "http/call.h"
G_BEGIN_DECLS

typedef enum {
	ROUTE_READ,  /* inline on the connection's thread, call->db is a read-only snapshot */
	ROUTE_WRITE, /* on the writer, in a group commit; short, no waiting */
	ROUTE_SLOW,  /* on the small worker pool: hashing, exports, uploads; writes by call_write at its end */
} RouteKind;

enum {
	ROUTE_API_ONLY = 1 << 0,   /* no page */
	ROUTE_PAGE_ONLY = 1 << 1,  /* no JSON under /api/v1 */
	ROUTE_NO_CSRF = 1 << 2,    /* sign-in and the public form: guarded otherwise (honeypot, rate, SameSite) */
	ROUTE_RATE_STRICT = 1 << 3, /* password guesses, public posts: 10 a minute an address */
	ROUTE_FILES = 1 << 4,      /* takes multipart files */
	ROUTE_SECRET = 1 << 5,     /* the answer holds a secret that is shown once: an Idempotency-Key does not keep it */
};

/* Answers one JSON value (transfer full), or NULL with @error. */
typedef json_t *(*RouteHandler)(Call *call, GError **error);
/* Adds to @value what the page shows beside the resource (views with counters, lists to choose from); each panel is
 * itself a resource of the API. Only called for pages, on a read-only snapshot. */
typedef gboolean (*RoutePanels)(Call *call, json_t *value, GError **error);

struct Route {
	const char *method;   /* GET POST PATCH PUT DELETE */
	const char *path;     /* "/cases/{ref}/messages", as a page; the API is the same under /api/v1 */
	const char *may;      /* a permission word (base/actor.h); NULL: anybody */
	RouteKind kind;
	gsize body;           /* bytes at most; 0: no body */
	RouteHandler handler;
	/* WRITE only, may be NULL: makes the answer after the commit, on the connection's thread over a read-only snapshot,
	 * so that the writer only writes. The handler then returns json_null() and leaves what it made in call->carry. An
	 * Idempotency-Key's second request runs this again with the stored carry, status and location. */
	RouteHandler answer;
	const char *page;     /* template below ui/pages/, NULL: JSON only (or a redirect after a form) */
	const DraftSpec *draft;
	RoutePanels panels;
	guint flags;
	const char *about;    /* one line for the API's readers */
};

/* Tables end with a row whose method is NULL. A page form may send POST with _method=PATCH|DELETE|PUT. */
typedef struct _Router Router;
Router *router_new(void);
void router_add(Router *router, const Route *table);
void router_free(Router *router);
/* @path as sent, with or without /api/v1. Percent-decoded path parameters are handed out as name, value, name, value ...
 * (@ret_params with g_free as its free function; may be NULL). Finds in time independent of the number of routes.
 * @ret_allowed: methods this path knows, for 405; may be NULL. */
const Route *router_find(const Router *router, const char *method, const char *path, GPtrArray *ret_params, GString *ret_allowed);
/* All rows, for OpenAPI, the permission table and the test that every row was exercised. Borrowed. */
const GPtrArray *router_routes(const Router *router);
/* The OpenAPI 3.1 document. (transfer full) */
json_t *router_openapi(const Router *router);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Router, router_free)
G_END_DECLS
