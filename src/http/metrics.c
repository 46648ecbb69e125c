/* metrics.c - see metrics.h. Plain counters, added to without locks. */
#include "http/metrics.h"
#include "base/log.h"
#include <errno.h>
#include <stdio.h>

/* Upper bounds of the latency histogram. */
static const gint64 bounds_us[] = { 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 1000000, 5000000 };
enum { N_BOUNDS = G_N_ELEMENTS(bounds_us), N_CLASSES = 5, N_KINDS = 3 };

typedef struct {
	guint64 by_class[N_CLASSES]; /* 1xx .. 5xx */
	guint64 asked[2];            /* statements: for the resource, for the page */
	guint64 nodes;               /* of templates, for its pages */
} Row;

typedef struct {
	guint64 buckets[N_BOUNDS + 1], count, sum_us;
} Histogram;

struct _Metrics {
	guint n_routes;
	Row *rows;  /* one a route, and the last for what has no row */
	Histogram *took; /* one a route, as above */
};

Metrics *
metrics_new(guint n_routes)
{
	Metrics *self = g_new0(Metrics, 1);

	self->n_routes = n_routes;
	self->rows = g_new0(Row, n_routes + 1);
	self->took = g_new0(Histogram, n_routes + 1);
	return self;
}

void
metrics_free(Metrics *self)
{
	if (self == NULL)
		return;
	g_free(self->rows);
	g_free(self->took);
	g_free(self);
}

static void
add(guint64 *counter, guint64 n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

static guint64
get(const guint64 *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

void
metrics_count(Metrics *self, int route_id, guint status, gint64 took_us)
{
	const guint row = route_id < 0 ? self->n_routes : (guint)route_id;
	Histogram *took = &self->took[row];
	guint i = 0;

	while (i < N_BOUNDS && took_us > bounds_us[i])
		i++;
	add(&self->rows[row].by_class[CLAMP(status / 100, 1, N_CLASSES) - 1], 1);
	add(&took->buckets[i], 1);
	add(&took->count, 1);
	add(&took->sum_us, (guint64)MAX(took_us, 0));
}

void
metrics_asked(Metrics *self, int route_id, gboolean as_page, gint64 n)
{
	add(&self->rows[route_id < 0 ? self->n_routes : (guint)route_id].asked[as_page ? 1 : 0], (guint64)n);
}

void
metrics_rendered(Metrics *self, int route_id, guint64 nodes)
{
	add(&self->rows[route_id < 0 ? self->n_routes : (guint)route_id].nodes, nodes);
}

static void
write_nodes(const Row *row, const char *method, const char *path, GString *out)
{
	if (get(&row->nodes) > 0)
		g_string_append_printf(out, "redress_template_nodes_total{method=\"%s\",route=\"%s\"} %" G_GUINT64_FORMAT "\n", method, path, get(&row->nodes));
}

static void
write_asked(const Row *row, const char *method, const char *path, GString *out)
{
	static const char *const kinds[] = { "json", "page" };

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (get(&row->asked[i]) > 0)
			g_string_append_printf(out, "redress_statements_total{method=\"%s\",route=\"%s\",as=\"%s\"} %" G_GUINT64_FORMAT "\n", method, path, kinds[i], get(&row->asked[i]));
}

static void
write_row(const Row *row, const char *method, const char *path, GString *out)
{
	for (guint c = 0; c < N_CLASSES; c++)
		if (get(&row->by_class[c]) > 0)
			g_string_append_printf(out, "redress_http_requests_total{method=\"%s\",route=\"%s\",class=\"%uxx\"} %" G_GUINT64_FORMAT "\n", method, path, c + 1,
				get(&row->by_class[c]));
}

static void
write_histogram(const Histogram *took, const char *method, const char *path, GString *out)
{
	guint64 below = 0;

	if (get(&took->count) == 0)
		return;
	for (guint i = 0; i <= N_BOUNDS; i++) {
		char bound[16] = "+Inf";

		below += get(&took->buckets[i]);
		if (i < N_BOUNDS)
			g_snprintf(bound, sizeof bound, "%g", (double)bounds_us[i] / 1e6);
		g_string_append_printf(out, "redress_http_request_seconds_bucket{method=\"%s\",route=\"%s\",le=\"%s\"} %" G_GUINT64_FORMAT "\n", method, path, bound, below);
	}
	g_string_append_printf(out, "redress_http_request_seconds_sum{method=\"%s\",route=\"%s\"} %.6f\n", method, path, (double)get(&took->sum_us) / 1e6);
	g_string_append_printf(out, "redress_http_request_seconds_count{method=\"%s\",route=\"%s\"} %" G_GUINT64_FORMAT "\n", method, path, get(&took->count));
}

void
metrics_write(const Metrics *self, const Router *router, GString *out)
{
	const GPtrArray *routes = router_routes(router);

	g_string_append(out, "# HELP redress_http_requests_total Answers by route and class of status.\n# TYPE redress_http_requests_total counter\n");
	for (guint i = 0; i < self->n_routes; i++) {
		const Route *route = routes->pdata[i];

		write_row(&self->rows[i], route->method, route->path, out);
	}
	write_row(&self->rows[self->n_routes], "", "none", out);
	g_string_append(out, "# HELP redress_statements_total Statements the database was asked while reading for answers.\n# TYPE redress_statements_total counter\n");
	for (guint i = 0; i < self->n_routes; i++) {
		const Route *route = routes->pdata[i];

		write_asked(&self->rows[i], route->method, route->path, out);
	}
	g_string_append(out, "# HELP redress_template_nodes_total Template nodes rendered for pages.\n# TYPE redress_template_nodes_total counter\n");
	for (guint i = 0; i < self->n_routes; i++) {
		const Route *route = routes->pdata[i];

		write_nodes(&self->rows[i], route->method, route->path, out);
	}
	g_string_append(out, "# HELP redress_http_request_seconds From the request line to the answer handed over.\n# TYPE redress_http_request_seconds histogram\n");
	for (guint i = 0; i < self->n_routes; i++) {
		const Route *route = routes->pdata[i];

		write_histogram(&self->took[i], route->method, route->path, out);
	}
	write_histogram(&self->took[self->n_routes], "", "none", out);
}

void
metrics_append_hits(const Metrics *self, const Router *router, const char *file_name)
{
	const GPtrArray *routes = router_routes(router);
	FILE *file = fopen(file_name, "a");

	if (file == NULL) {
		log_error("http", "cannot append to %s: %s", file_name, g_strerror(errno));
		return;
	}
	for (guint i = 0; i < self->n_routes; i++) {
		const Route *route = routes->pdata[i];

		fprintf(file, "%s %s %" G_GUINT64_FORMAT "\n", route->method, route->path, get(&self->took[i].count));
	}
	fclose(file);
}
