/* builtin.c - see builtin.h. */
#include "http/builtin.h"
#include "http/inner.h"
#include "base/err.h"
#include "base/log.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* GET /healthz: the door is open and the database answers. */
static json_t *
healthz_get(Call *call, GError **error)
{
	call_send_text(call, "text/plain; charset=utf-8", g_strdup("ok\n"), 3);
	return json_null();
}

static guint64
resident_bytes(void)
{
	unsigned long all = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file == NULL)
		return 0;
	if (fscanf(file, "%lu %lu", &all, &resident) != 2)
		resident = 0;
	fclose(file);
	return (guint64)resident * (guint64)sysconf(_SC_PAGESIZE);
}

static void
write_gauge(GString *out, const char *name, const char *type, const char *about, double value)
{
	g_string_append_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %.15g\n", name, about, name, type, name, value);
}

/* This machine's own Prometheus needs no token; nobody else learns how busy the house is. What a proxy here passes on bears
 * X-Forwarded-For, and is a stranger's. */
static gboolean
may_see_metrics(Call *call, GError **error)
{
	const Request *request = request_of(call);

	return (request->peer->local && request->head.forwarded_for == NULL) || actor_must(call->actor, "log.read", error);
}

/* GET /metrics: Prometheus text. */
static json_t *
metrics_get(Call *call, GError **error)
{
	HttpServer *server = request_of(call)->server;
	g_autoptr(GString) out = g_string_sized_new(16 * 1024);
	StoreStats stats = { 0 };
	gsize size;

	if (!may_see_metrics(call, error))
		return NULL;
	metrics_write(server->metrics, server->router, out);
	write_gauge(out, "redress_live_connections", "gauge", "Open streams of live updates.", live_hub_count(server->live));
	write_gauge(out, "redress_resident_bytes", "gauge", "Resident memory of the process.", (double)resident_bytes());
	if (call->store != NULL) {
		store_stats(call->store, &stats);
		write_gauge(out, "redress_writer_units_total", "counter", "Units of work done by the writer.", (double)stats.units);
		write_gauge(out, "redress_writer_groups_total", "counter", "Group commits.", (double)stats.groups);
		write_gauge(out, "redress_writer_failed_groups_total", "counter", "Group commits that failed.", (double)stats.failed_groups);
		write_gauge(out, "redress_writer_queued", "gauge", "Units waiting for the writer.", stats.queued);
		write_gauge(out, "redress_writer_busy_seconds_total", "counter", "The writer's working time.", stats.busy_s);
	}
	size = out->len;
	call_send_text(call, "text/plain; version=0.0.4; charset=utf-8", g_string_free(g_steal_pointer(&out), FALSE), size);
	return json_null();
}

/* GET /api/v1/openapi.json */
static json_t *
openapi_get(Call *call, GError **error)
{
	return router_openapi(request_of(call)->server->router);
}

static const char *
type_word(const DraftField *field)
{
	static const char *const words[] = { "text", "one of", "number", "yes or no", "time", "list of texts", "object", "files", "any JSON" };

	return words[field->type];
}

static json_t *
fields_of(const DraftSpec *spec)
{
	json_t *list = json_array();

	for (const DraftField *field = spec->fields; field->name != NULL; field++) {
		json_t *one = json_object(), *words = json_array();

		for (guint i = 0; field->words != NULL && field->words[i] != NULL; i++)
			json_array_append_new(words, json_string(field->words[i]));
		json_put_text(one, "name", field->name);
		json_put_text(one, "type", type_word(field));
		json_put_bool(one, "required", field->required);
		json_put_text(one, "about", field->about);
		json_put(one, "words", words);
		json_put_int(one, "max", field->max);
		json_put(one, "fields", field->sub != NULL ? fields_of(field->sub) : json_array());
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
row_of(const Route *route)
{
	json_t *one = json_object();

	json_put_text(one, "method", route->method);
	json_put_text(one, "path", route->path);
	json_put_text(one, "about", route->about);
	json_put_text(one, "may", route->may);
	json_put_int(one, "body", (gint64)route->body);
	json_put(one, "fields", route->draft != NULL ? fields_of(route->draft) : json_array());
	return one;
}

/* GET /api: the same, for reading: {title, version, groups: [{name, rows: [{method, path, about, may, body, fields: [{name,
 * type, required, about, words, max, fields}]}]}]} */
static json_t *
api_get(Call *call, GError **error)
{
	const GPtrArray *routes = router_routes(request_of(call)->server->router);
	json_t *out = json_object(), *groups = json_array();
	g_autoptr(json_t) by_name = json_object();

	for (guint i = 0; i < routes->len; i++) {
		const Route *route = routes->pdata[i];
		g_autofree char *name = g_strndup(route->path + 1, strcspn(route->path + 1, "/"));
		json_t *group = json_object_get(by_name, name);

		if (route->flags & ROUTE_PAGE_ONLY)
			continue;
		if (group == NULL) {
			group = json_object();
			json_put_text(group, "name", name);
			json_put(group, "rows", json_array());
			json_put(by_name, name, group);
			json_array_append(groups, group);
		}
		json_array_append_new(json_object_get(group, "rows"), row_of(route));
	}
	json_put_text(out, "title", "Redress");
	json_put_text(out, "version", REDRESS_VERSION);
	json_put(out, "groups", groups);
	return out;
}

const Route builtin_routes[] = {
	{ "GET", "/healthz", NULL, ROUTE_READ, .handler = healthz_get, .flags = ROUTE_PAGE_ONLY, .about = "ok, when the server answers" },
	{ "GET", "/metrics", NULL, ROUTE_READ, .handler = metrics_get, .flags = ROUTE_PAGE_ONLY, .about = "figures of the server, for Prometheus: from this machine, or with a token that may log.read" },
	{ "GET", "/openapi.json", NULL, ROUTE_READ, .handler = openapi_get, .flags = ROUTE_API_ONLY, .about = "this description of the API" },
	{ "GET", "/api", NULL, ROUTE_READ, .handler = api_get, .page = "api.html", .flags = ROUTE_PAGE_ONLY, .about = "the API, for reading" },
	{ NULL },
};
