/* match.h - the router's inner door for server.c: a match without allocating anything. The map itself: route.h. Private
 * to http/. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

enum { MATCH_PARAMS = 8, MATCH_SEGMENTS = 16 };
typedef enum { M_GET, M_POST, M_PATCH, M_PUT, M_DELETE, N_METHODS } Method;

typedef struct {
	const char *name;   /* of the row, up to its "}", e.g. "ref}/messages" */
	const char *from;   /* in the path as sent, still percent-encoded */
	gsize size;
} MatchParam;

typedef struct {
	const Route *routes[N_METHODS]; /* what this path answers, by method; NULL: nothing */
	guint ids[N_METHODS];           /* place in router_routes(), for counters */
	MatchParam params[MATCH_PARAMS];
	guint n_params;
	gboolean api;                   /* the path begins with /api/v1 */
} Match;

/* -1 for a method nobody has. HEAD is GET. */
int method_read(const char *method);
/* FALSE: no such path. */
gboolean router_match(const Router *router, const char *path, gsize size, Match *ret_match);

/* The row for @method (params now bear its names), or NULL: 405. "{ref}" of one row may be "{user}" in another. */
const Route *match_route(Match *match, Method method);
/* "GET, HEAD, POST" of what this path answers. */
void match_allowed(const Match *match, GString *out);

G_END_DECLS
