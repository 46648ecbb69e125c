/* metrics.h - counts of what the door did, for GET /metrics (Prometheus text) and for the test that every row was hit.
 * Private to http/. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

typedef struct _Metrics Metrics;

Metrics *metrics_new(guint n_routes);
void metrics_free(Metrics *self);
/* An answer left: @route_id -1 when no row was found. Any thread. */
void metrics_count(Metrics *self, int route_id, guint status, gint64 took_us);
/* So many statements were asked for the page, or for the resource alone. Any thread. */
void metrics_asked(Metrics *self, int route_id, gboolean as_page, gint64 n);
/* A page of so many template nodes was made. Any thread. */
void metrics_rendered(Metrics *self, int route_id, guint64 nodes);
/* Prometheus text of requests and latencies. */
void metrics_write(const Metrics *self, const Router *router, GString *out);
/* Appends "METHOD path COUNT" of each row to the file; for tests. */
void metrics_append_hits(const Metrics *self, const Router *router, const char *file_name);

G_END_DECLS
