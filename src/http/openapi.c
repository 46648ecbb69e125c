/* openapi.c - the OpenAPI 3.1 document, made from the same rows and drafts that the server runs on: what is not in it
 * does not exist, and the other way round. */
#include "http/route.h"
#include <string.h>

/* "/cases/{ref}/messages" + POST -> "post_cases_ref_messages". (transfer full) */
static char *
operation_id(const Route *route)
{
	g_autoptr(GString) out = g_string_new(route->method);

	g_string_ascii_down(out);
	for (const char *p = route->path; *p != '\0'; p++)
		if (g_ascii_isalnum(*p))
			g_string_append_c(out, *p);
		else if (out->str[out->len - 1] != '_' && p[1] != '\0')
			g_string_append_c(out, '_');
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static json_t *
path_parameters(const Route *route)
{
	json_t *list = json_array();

	for (const char *p = route->path; (p = strchr(p, '{')) != NULL; p++) {
		g_autofree char *name = g_strndup(p + 1, strcspn(p + 1, "}"));

		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:{s:s}}", "name", name, "in", "path", "required", 1, "schema", "type", "string"));
	}
	return list;
}

static void
add_header(json_t *list, const char *name, const char *about)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:{s:s}}", "name", name, "in", "header", "description", about, "schema", "type", "string"));
}

static gboolean
takes_files(const DraftSpec *spec)
{
	for (const DraftField *field = spec->fields; field->name != NULL; field++)
		if (field->type == DRAFT_FILES)
			return TRUE;
	return FALSE;
}

static json_t *
request_body(const Route *route, json_t *schemas)
{
	const char *media = takes_files(route->draft) ? "multipart/form-data" : "application/json";
	g_autofree char *ref = g_strconcat("#/components/schemas/", route->draft->name, NULL);
	json_t *content = json_object();

	if (json_object_get(schemas, route->draft->name) == NULL)
		json_put(schemas, route->draft->name, draft_schema(route->draft));
	json_put(content, media, json_pack("{s:{s:s}}", "schema", "$ref", ref));
	return json_pack("{s:b, s:o}", "required", 1, "content", content);
}

static json_t *
answers(const Route *route)
{
	json_t *out = json_object();
	const char *const ref = "#/components/responses/Error";
	const gboolean writes = strcmp(route->method, "GET") != 0;

	json_put(out, strcmp(route->method, "POST") == 0 ? "2XX" : "200", json_pack("{s:s}", "description", "as asked"));
	if (strchr(route->path, '{') != NULL)
		json_put(out, "404", json_pack("{s:s}", "$ref", ref));
	if (route->may != NULL) {
		json_put(out, "401", json_pack("{s:s}", "$ref", ref));
		json_put(out, "403", json_pack("{s:s}", "$ref", ref));
	}
	if (writes) {
		json_put(out, "409", json_pack("{s:s}", "$ref", ref));
		json_put(out, "422", json_pack("{s:s}", "$ref", ref));
	}
	json_put(out, "429", json_pack("{s:s}", "$ref", ref));
	return out;
}

static json_t *
operation(const Route *route, json_t *schemas)
{
	json_t *out = json_object(), *parameters = path_parameters(route);
	g_autofree char *id = operation_id(route);
	g_autofree char *tag = g_strndup(route->path + 1, strcspn(route->path + 1, "/"));

	json_put_text(out, "operationId", id);
	json_put(out, "tags", json_pack("[s]", *tag != '\0' ? tag : "home"));
	if (route->about != NULL)
		json_put_text(out, "summary", route->about);
	if (strcmp(route->method, "GET") != 0)
		add_header(parameters, "Idempotency-Key", "The same key with the same body is done once; the second answer repeats the first.");
	if (json_array_size(parameters) > 0)
		json_put(out, "parameters", parameters);
	else
		json_decref(parameters);
	if (route->draft != NULL)
		json_put(out, "requestBody", request_body(route, schemas));
	json_put(out, "responses", answers(route));
	if (route->may != NULL) {
		json_put(out, "security", json_pack("[{s:[]}, {s:[]}]", "token", "session"));
		json_put_text(out, "x-permission", route->may);
	}
	return out;
}

static json_t *
error_schema(void)
{
	return json_pack("{s:s, s:s, s:[sss], s:{s:{s:s, s:s}, s:{s:s}, s:{s:[ss], s:s}, s:{s:s}, s:{s:s, s:{s:s, s:{s:{s:s}, s:{s:s}}}}}}", "title", "Error",
		"type", "object", "required", "error", "message", "request_id", "properties",
		"error", "type", "string", "description", "a stable word: invalid, not_found, denied, conflict, limit, busy, upstream, corrupt, internal",
		"message", "type", "string",
		"field", "type", "string", "null", "description", "the first field at fault, as a JSON pointer",
		"request_id", "type", "string",
		"fields", "type", "array", "items", "type", "object", "properties", "field", "type", "string", "message", "type", "string");
}

static json_t *
components(json_t *schemas)
{
	json_t *out = json_object();

	json_put(schemas, "Error", error_schema());
	json_put(out, "schemas", schemas);
	json_put(out, "responses", json_pack("{s:{s:s, s:{s:{s:{s:s}}}}}", "Error", "description", "refused; the message says why", "content",
		"application/json", "schema", "$ref", "#/components/schemas/Error"));
	json_put(out, "securitySchemes", json_pack("{s:{s:s, s:s}, s:{s:s, s:s, s:s}}", "token", "type", "http", "scheme", "bearer",
		"session", "type", "apiKey", "in", "cookie", "name", SESSION_COOKIE));
	return out;
}

json_t *
router_openapi(const Router *router)
{
	const GPtrArray *routes = router_routes(router);
	json_t *out = json_object(), *paths = json_object(), *schemas = json_object();

	json_put_text(out, "openapi", "3.1.0");
	json_put(out, "info", json_pack("{s:s, s:s, s:s, s:{s:s, s:s}}", "title", "Redress", "version", REDRESS_VERSION, "summary",
		"Customer complaints, from first word to put right", "license", "name", "Apache-2.0", "identifier", "Apache-2.0"));
	json_put(out, "servers", json_pack("[{s:s}]", "url", "/api/v1"));
	for (guint i = 0; i < routes->len; i++) {
		const Route *route = routes->pdata[i];
		g_autofree char *method = g_ascii_strdown(route->method, -1);
		json_t *item;

		if (route->flags & ROUTE_PAGE_ONLY)
			continue;
		item = json_object_get(paths, route->path);
		if (item == NULL) {
			item = json_object();
			json_put(paths, route->path, item);
		}
		json_put(item, method, operation(route, schemas));
	}
	json_put(out, "paths", paths);
	json_put(out, "components", components(schemas));
	return out;
}
