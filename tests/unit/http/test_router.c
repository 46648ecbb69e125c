/* The map: literal before parameter, the other one when it leads nowhere, methods, the API's prefix, many routes. */
#include "http/route.h"
#include "kit/kit.h"
#include <string.h>

static const Route table[] = {
	{ "GET", "/", .about = "root" },
	{ "GET", "/cases", .about = "list" },
	{ "POST", "/cases", .about = "make" },
	{ "GET", "/cases/new", .flags = ROUTE_PAGE_ONLY, .about = "new" },
	{ "GET", "/cases/{ref}", .about = "one" },
	{ "PATCH", "/cases/{ref}", .about = "change" },
	{ "GET", "/cases/{case}/messages/{message}", .about = "message" },
	{ "GET", "/views", .flags = ROUTE_API_ONLY, .about = "views" },
	{ "GET", "/both", .flags = ROUTE_API_ONLY, .about = "both api" },
	{ "GET", "/both", .flags = ROUTE_PAGE_ONLY, .about = "both page" },
	{ NULL },
};

static char *
find(const Router *router, const char *method, const char *path)
{
	g_autoptr(GPtrArray) params = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) allowed = g_string_new(NULL), out = g_string_new(NULL);
	const Route *route = router_find(router, method, path, params, allowed);

	g_string_append(out, route != NULL ? route->about : allowed->len > 0 ? "405 " : "404");
	if (route == NULL)
		g_string_append(out, allowed->str);
	for (guint i = 0; i < params->len; i += 2)
		g_string_append_printf(out, " %s=%s", (char *)params->pdata[i], (char *)params->pdata[i + 1]);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
test_table(void)
{
	static const struct {
		const char *method, *path, *found;
	} cases[] = {
		{ "GET", "/", "root" },
		{ "GET", "/api/v1/", "root" },
		{ "GET", "/cases", "list" },
		{ "HEAD", "/cases", "list" },
		{ "POST", "/api/v1/cases", "make" },
		{ "DELETE", "/cases", "405 GET, HEAD, POST" },
		{ "GET", "/cases/", "404" },
		{ "GET", "/cases/new", "new" },
		{ "GET", "/api/v1/cases/new", "one ref=new" }, /* the page row is not the API row */
		{ "GET", "/cases/7KQM-4TXB", "one ref=7KQM-4TXB" },
		{ "PATCH", "/cases/7KQM-4TXB", "change ref=7KQM-4TXB" },
		{ "GET", "/cases/new/messages/1", "message case=new message=1" }, /* the literal led nowhere */
		{ "GET", "/cases/a%2Fb", "one ref=a/b" },
		{ "GET", "/cases/a%00b", "404" },
		{ "GET", "/cases/a/b", "404" },
		{ "GET", "/views", "404" },
		{ "GET", "/api/v1/views", "views" },
		{ "GET", "/both", "both page" },
		{ "GET", "/api/v1/both", "both api" },
		{ "GET", "/api/v1", "404" },
		{ "GET", "/api/v2/cases", "404" },
		{ "GET", "cases", "404" },
		{ "GET", "", "404" },
		{ "GET", "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a", "404" },
	};
	g_autoptr(Router) router = router_new();

	router_add(router, table);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *found = find(router, cases[i].method, cases[i].path);

		g_test_message("%s %s", cases[i].method, cases[i].path);
		g_assert_cmpstr(found, ==, cases[i].found);
	}
}

static void
test_many(void)
{
	g_autoptr(Router) router = router_new();
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	g_autofree Route *rows = g_new0(Route, 2001);

	for (guint i = 0; i < 2000; i++) {
		g_ptr_array_add(paths, g_strdup_printf("/things%u/{ref}/part%u", i % 50, i));
		rows[i] = (Route){ .method = "GET", .path = paths->pdata[i], .about = paths->pdata[i] };
	}
	router_add(router, rows);
	g_assert_cmpint(router_routes(router)->len, ==, 2000);
	for (guint i = 0; i < 2000; i++) {
		g_autofree char *path = g_strdup_printf("/things%u/x/part%u", i % 50, i), *found = find(router, "GET", path);

		g_assert_true(g_str_has_prefix(found, paths->pdata[i]));
	}
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/router/table", test_table);
	kit_add_plain("/router/many", test_many);
	return kit_run();
}
