/* router.c - the map as a trie of segments. All edges of the trie stand in one hash table, keyed by the node they leave
 * and the segment they carry: a look-up costs one probe a segment, however many routes there are. A literal segment wins
 * over a parameter; where it leads nowhere the parameter is tried after it. */
#include "http/match.h"
#include "http/form.h"
#include <string.h>

#define API "/api/v1"

typedef struct {
	const Route *routes[2][N_METHODS]; /* [0] as a page, [1] under /api/v1 */
	guint ids[2][N_METHODS];
	guint param;                       /* the node behind "{...}", 0: none */
	gboolean ends;                     /* some row ends here */
} Node;

typedef struct {
	guint from, to; /* to 0: free */
	guint size;
	const char *segment; /* in the row's path */
} Edge;

struct _Router {
	GArray *nodes; /* of Node; the first is the root */
	Edge *edges;
	guint n_edges, n_slots;
	GPtrArray *routes; /* of const Route* */
};

int
method_read(const char *method)
{
	switch (method[0]) {
	case 'G': return strcmp(method, "GET") == 0 ? M_GET : -1;
	case 'H': return strcmp(method, "HEAD") == 0 ? M_GET : -1;
	case 'D': return strcmp(method, "DELETE") == 0 ? M_DELETE : -1;
	case 'P':
		if (strcmp(method, "POST") == 0)
			return M_POST;
		if (strcmp(method, "PATCH") == 0)
			return M_PATCH;
		return strcmp(method, "PUT") == 0 ? M_PUT : -1;
	default: return -1;
	}
}

Router *
router_new(void)
{
	Router *self = g_new0(Router, 1);
	const Node root = { 0 };

	self->nodes = g_array_new(FALSE, TRUE, sizeof(Node));
	g_array_append_val(self->nodes, root);
	self->routes = g_ptr_array_new();
	self->n_slots = 64;
	self->edges = g_new0(Edge, self->n_slots);
	return self;
}

void
router_free(Router *self)
{
	if (self == NULL)
		return;
	g_array_unref(self->nodes);
	g_ptr_array_unref(self->routes);
	g_free(self->edges);
	g_free(self);
}

static guint
edge_hash(guint from, const char *segment, gsize size)
{
	guint h = 2166136261u ^ from * 0x9E3779B1u;

	for (gsize i = 0; i < size; i++)
		h = (h ^ (guint8)segment[i]) * 16777619u;
	return h ^ h >> 15;
}

/* The slot that holds this edge, or the free one where it would go. */
static Edge *
edge_slot(Edge *edges, guint n_slots, guint from, const char *segment, gsize size)
{
	for (guint i = edge_hash(from, segment, size);; i++) {
		Edge *edge = &edges[i & (n_slots - 1)];

		if (edge->to == 0 || (edge->from == from && edge->size == size && memcmp(edge->segment, segment, size) == 0))
			return edge;
	}
}

static void
grow(Router *self)
{
	const guint n_slots = self->n_slots * 2;
	Edge *edges = g_new0(Edge, n_slots);

	for (guint i = 0; i < self->n_slots; i++) {
		const Edge *edge = &self->edges[i];

		if (edge->to != 0)
			*edge_slot(edges, n_slots, edge->from, edge->segment, edge->size) = *edge;
	}
	g_free(self->edges);
	self->edges = edges;
	self->n_slots = n_slots;
}

static guint
node_add(Router *self)
{
	const Node node = { 0 };

	g_array_append_val(self->nodes, node);
	return self->nodes->len - 1;
}

static guint
step_add(Router *self, guint from, const char *segment, gsize size)
{
	Edge *edge;

	if (segment[0] == '{') {
		guint to = g_array_index(self->nodes, Node, from).param;

		if (to == 0) {
			to = node_add(self);
			g_array_index(self->nodes, Node, from).param = to;
		}
		return to;
	}
	if (self->n_edges * 2 >= self->n_slots)
		grow(self);
	edge = edge_slot(self->edges, self->n_slots, from, segment, size);
	if (edge->to == 0) {
		*edge = (Edge){ .from = from, .to = node_add(self), .size = (guint)size, .segment = segment };
		self->n_edges++;
	}
	return edge->to;
}

static void
row_add(Router *self, const Route *route)
{
	const int method = method_read(route->method);
	const char *p = route->path;
	guint at = 0, depth = 0;
	Node *node;

	g_return_if_fail(method >= 0 && p[0] == '/' && strcmp(route->method, "HEAD") != 0);
	while (*p == '/' && p[1] != '\0') {
		const gsize size = strcspn(p + 1, "/");

		g_return_if_fail(++depth <= MATCH_SEGMENTS);
		at = step_add(self, at, p + 1, size);
		p += 1 + size;
	}
	node = &g_array_index(self->nodes, Node, at);
	node->ends = TRUE;
	for (int api = 0; api < 2; api++) {
		if (route->flags & (api ? ROUTE_PAGE_ONLY : ROUTE_API_ONLY))
			continue;
		g_return_if_fail(node->routes[api][method] == NULL); /* two rows for one thing */
		node->routes[api][method] = route;
		node->ids[api][method] = self->routes->len;
	}
	g_ptr_array_add(self->routes, (gpointer)route);
}

void
router_add(Router *self, const Route *table)
{
	for (; table->method != NULL; table++)
		row_add(self, table);
}

const GPtrArray *
router_routes(const Router *self)
{
	return self->routes;
}

typedef struct {
	const Router *router;
	const char *end;
	gboolean api;
	struct {
		const char *from;
		gsize size;
	} params[MATCH_PARAMS];
	guint n_params;
} Walk;

static gboolean
node_answers(const Node *node, gboolean api)
{
	for (guint m = 0; m < N_METHODS; m++)
		if (node->routes[api][m] != NULL)
			return TRUE;
	return FALSE;
}

/* The node behind @p (at a "/" or the end), or -1. At most MATCH_SEGMENTS deep, so bounded in time too. */
static int
walk(Walk *self, guint at, const char *p, guint depth)
{
	const Node *node = &g_array_index(self->router->nodes, Node, at);
	const char *segment = p + 1, *stop;
	const Edge *edge;
	int found;

	if (p == self->end)
		return node_answers(node, self->api) ? (int)at : -1;
	if (depth >= MATCH_SEGMENTS)
		return -1;
	stop = memchr(segment, '/', (gsize)(self->end - segment));
	if (stop == NULL)
		stop = self->end;
	edge = edge_slot(self->router->edges, self->router->n_slots, at, segment, (gsize)(stop - segment));
	if (edge->to != 0 && (found = walk(self, edge->to, stop, depth + 1)) >= 0)
		return found;
	if (node->param == 0 || stop == segment || self->n_params >= MATCH_PARAMS)
		return -1;
	self->params[self->n_params].from = segment;
	self->params[self->n_params++].size = (gsize)(stop - segment);
	if ((found = walk(self, node->param, stop, depth + 1)) >= 0)
		return found;
	self->n_params--;
	return -1;
}

const Route *
match_route(Match *match, Method method)
{
	const Route *route = match->routes[method];
	const char *p = route != NULL ? route->path : NULL;

	for (guint i = 0; p != NULL && i < match->n_params && (p = strchr(p, '{')) != NULL; i++)
		match->params[i].name = ++p;
	return route;
}

void
match_allowed(const Match *match, GString *out)
{
	static const char *const names[N_METHODS] = { "GET, HEAD", "POST", "PATCH", "PUT", "DELETE" };

	for (guint m = 0; m < N_METHODS; m++)
		if (match->routes[m] != NULL)
			g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", names[m]);
}

gboolean
router_match(const Router *router, const char *path, gsize size, Match *ret_match)
{
	const gsize api_size = strlen(API);
	Walk self = { .router = router, .end = path + size };
	const Node *node;
	int at;

	if (size == 0 || path[0] != '/')
		return FALSE;
	if (size > api_size && memcmp(path, API, api_size) == 0 && path[api_size] == '/') {
		self.api = TRUE;
		path += api_size;
	}
	if (path + 1 == self.end) /* "/" alone is the root's own row */
		self.end = path;
	at = walk(&self, 0, path, 0);
	ret_match->api = self.api;
	if (at < 0)
		return FALSE;
	node = &g_array_index(router->nodes, Node, (guint)at);
	memcpy(ret_match->routes, node->routes[self.api], sizeof ret_match->routes);
	memcpy(ret_match->ids, node->ids[self.api], sizeof ret_match->ids);
	ret_match->n_params = self.n_params;
	for (guint i = 0; i < self.n_params; i++)
		ret_match->params[i] = (MatchParam){ .from = self.params[i].from, .size = self.params[i].size };
	return TRUE;
}

const Route *
router_find(const Router *router, const char *method, const char *path, GPtrArray *ret_params, GString *ret_allowed)
{
	const int m = method_read(method);
	const Route *route;
	Match match;

	if (!router_match(router, path, strlen(path), &match))
		return NULL;
	for (guint i = 0; i < match.n_params; i++) {
		g_autofree char *value = g_malloc(match.params[i].size + 1);

		if (percent_decode(match.params[i].from, match.params[i].size, FALSE, value) < 0)
			return NULL;
	}
	if (ret_allowed != NULL)
		match_allowed(&match, ret_allowed);
	route = m >= 0 ? match_route(&match, (Method)m) : NULL;
	for (guint i = 0; route != NULL && ret_params != NULL && i < match.n_params; i++) {
		const MatchParam *param = &match.params[i];
		g_autofree char *value = g_malloc(param->size + 1);

		percent_decode(param->from, param->size, FALSE, value);
		g_ptr_array_add(ret_params, g_strndup(param->name, strcspn(param->name, "}")));
		g_ptr_array_add(ret_params, g_steal_pointer(&value));
	}
	return route;
}
