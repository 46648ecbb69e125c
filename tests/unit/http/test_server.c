/* The door, end to end over a real socket: the three kinds of routes, errors, ETags, forms, streams, stopping. */
#include "door.h"
#include "store/events.h"
#include <string.h>
#include <unistd.h>

/* ---- a route table of its own ------------------------------------------------------------------------------------------ */

typedef struct {
	DraftGiven given;
	char *name;
	gint64 n;
} ThingDraft;
static const DraftField thing_fields[] = {
	{ "name", DRAFT_TEXT, offsetof(ThingDraft, name), .required = TRUE, .max = 20 },
	{ "n", DRAFT_INT, offsetof(ThingDraft, n), .min = 0, .max = 100 },
	{ NULL },
};
static const DraftSpec thing_draft = { "Thing", sizeof(ThingDraft), thing_fields };

static json_t *
thing_get(Call *call, GError **error)
{
	json_t *out;

	if (strcmp(call_param(call, "ref"), "none") == 0) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "no such thing");
		return NULL;
	}
	g_assert_nonnull(call->db);
	out = json_object();
	json_put_text(out, "ref", call_param(call, "ref"));
	json_put_text(out, "q", call_query(call, "q"));
	json_put_text(out, "by", call->actor->name);
	call_etag_version(call, 3);
	return out;
}

static gboolean
add_event(Db *db, const char *kind, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	const Event event = { .kind = kind, .at_ms = 1, .actor = actor_system() };

	return tx != NULL && event_add(db, &event, NULL, error) && db_tx_commit(tx, error);
}

static json_t *
thing_post(Call *call, GError **error)
{
	const ThingDraft *draft = call->draft;
	json_t *out;

	if (strcmp(draft->name, "taken") == 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "there is one already");
		return NULL;
	}
	if (!add_event(call->db, "thing.made", error))
		return NULL;
	call_created(call, "/things/%s", draft->name);
	out = json_object();
	json_put_text(out, "name", draft->name);
	json_put_int(out, "n", draft->n);
	return out;
}

static json_t *
slow_post(Call *call, GError **error)
{
	json_t *out = json_object();

	g_assert_null(call->db);
	json_put_bool(out, "slow", TRUE);
	return out;
}

static json_t *
carried_post(Call *call, GError **error)
{
	if (!add_event(call->db, "thing.carried", error))
		return NULL;
	call->carry = 42;
	return json_null();
}

static json_t *
carried_answer(Call *call, GError **error)
{
	json_t *out = json_object();

	json_put_int(out, "carried", call->carry);
	return out;
}

static gboolean
next_piece(GString *out, gpointer data, GError **error)
{
	guint *left = data;

	for (int i = 0; i < 1000; i++)
		g_string_append(out, "a line of an export\n");
	return --*left > 0;
}

static json_t *
export_get(Call *call, GError **error)
{
	guint *left = g_new(guint, 1);

	*left = 20;
	call_send_stream(call, "text/plain", "export.txt", next_piece, left, g_free);
	return json_null();
}

static json_t *
fail_get(Call *call, GError **error)
{
	g_set_error(error, ERR, ERR_INTERNAL, "a wheel came off");
	return NULL;
}

static const Route table[] = {
	{ "GET", "/things/{ref}", "case.read", ROUTE_READ, .handler = thing_get },
	{ "POST", "/things", "case.make", ROUTE_WRITE, 1000, thing_post, .draft = &thing_draft },
	{ "PATCH", "/things/{ref}", "case.write", ROUTE_WRITE, 1000, thing_post, .draft = &thing_draft },
	{ "POST", "/slow", NULL, ROUTE_SLOW, 1000, slow_post },
	{ "POST", "/carried", NULL, ROUTE_WRITE, 1000, carried_post, carried_answer },
	{ "GET", "/export", NULL, ROUTE_SLOW, .handler = export_get },
	{ "GET", "/fail", NULL, ROUTE_READ, .handler = fail_get },
	{ "GET", "/events", "case.read", ROUTE_READ, .handler = live_stream, .flags = ROUTE_API_ONLY },
	{ NULL },
};

/* ---- tests ------------------------------------------------------------------------------------------------------------- */

static void
test_read(Kit *kit)
{
	Door *door = door_open(kit, table, NULL);
	const guint before = door_released;
	g_autoptr(Answer) ok = door_json(door, "GET", "/api/v1/things/a%20b?q=x+%C3%A9", NULL);
	g_autoptr(Answer) none = door_json(door, "GET", "/api/v1/things/none", NULL);
	g_autoptr(Answer) known = door_ask(door, "GET", "/api/v1/things/a", "Authorization: Bearer agent\r\nIf-None-Match: \"v3\"\r\n", NULL);
	g_autoptr(Answer) head = door_json(door, "HEAD", "/api/v1/things/a", NULL);
	g_autoptr(json_t) value = answer_json(ok), fault = answer_json(none);

	g_assert_cmpint(ok->status, ==, 200);
	g_assert_cmpstr(json_text(value, "ref", NULL), ==, "a b");
	g_assert_cmpstr(json_text(value, "q", NULL), ==, "x é");
	g_assert_cmpstr(json_text(value, "by", NULL), ==, "Ruth");
	g_assert_cmpint(none->status, ==, 404);
	g_assert_cmpstr(json_text(fault, "error", NULL), ==, "not_found");
	g_assert_cmpstr(json_text(fault, "message", NULL), ==, "no such thing");
	g_assert_cmpint(strlen(json_text(fault, "request_id", "")), ==, 16);
	g_assert_cmpint(known->status, ==, 304);
	g_assert_cmpint(head->status, ==, 200);
	g_assert_cmpint(head->body_size, ==, 0);
	door_close(door);
	g_assert_cmpint(door_released - before, ==, 4);
}

static void
test_write(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autoptr(Answer) made = door_json(door, "POST", "/api/v1/things", "{\"name\":\"lamp\",\"n\":5}");
	g_autoptr(Answer) taken = door_json(door, "POST", "/api/v1/things", "{\"name\":\"taken\"}");
	g_autoptr(Answer) wrong = door_json(door, "POST", "/api/v1/things", "{\"n\":500,\"colour\":1}");
	g_autoptr(Answer) slow = door_json(door, "POST", "/api/v1/slow", "{}");
	g_autoptr(Answer) carried = door_json(door, "POST", "/api/v1/carried", NULL);
	g_autoptr(json_t) value = answer_json(wrong), second = answer_json(carried);
	g_autofree char *location = answer_header(made, "Location");

	g_assert_cmpint(made->status, ==, 201);
	g_assert_cmpstr(location, ==, "/api/v1/things/lamp");
	g_assert_cmpstr(made->body, ==, "{\"name\":\"lamp\",\"n\":5}");
	g_assert_cmpint(taken->status, ==, 409);
	g_assert_cmpint(wrong->status, ==, 422);
	g_assert_cmpint(json_array_size(json_object_get(value, "fields")), ==, 3);
	g_assert_cmpint(slow->status, ==, 200);
	g_assert_cmpint(json_int(second, "carried", 0), ==, 42);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'thing.made'"), ==, 1);
}

static void
test_refused(Kit *kit)
{
	static const struct {
		const char *method, *path, *headers, *body;
		guint status;
	} cases[] = {
		{ "GET", "/api/v1/nowhere", NULL, NULL, 404 },
		{ "DELETE", "/api/v1/things", NULL, NULL, 405 },
		{ "BREW", "/api/v1/things", NULL, NULL, 405 },
		{ "GET", "/api/v1/things/a", NULL, NULL, 401 },
		{ "GET", "/api/v1/things/a", "Authorization: Bearer nobody\r\n", NULL, 401 },
		{ "GET", "/api/v1/things/a", "Authorization: Basic YTpi\r\n", NULL, 401 },
		{ "POST", "/api/v1/things", "Authorization: Bearer auditor\r\nContent-Type: application/json\r\n", "{\"name\":\"x\"}", 403 },
		{ "POST", "/api/v1/things", "Authorization: Bearer agent\r\nContent-Type: application/json\r\n", "{\"name\":", 400 },
		{ "POST", "/api/v1/things", "Authorization: Bearer agent\r\nContent-Type: application/json\r\n", "{\"name\":\"a\",\"name\":\"b\"}", 400 },
		{ "POST", "/api/v1/things", "Authorization: Bearer agent\r\nContent-Type: application/json\r\n", "{\"name\":\"a\\u0000b\"}", 400 },
		{ "POST", "/api/v1/things", "Authorization: Bearer agent\r\nContent-Type: application/json\r\n", "{\"name\":\"\xff\"}", 400 },
		{ "POST", "/api/v1/things", "Authorization: Bearer agent\r\nContent-Type: application/json\r\n", "[1]", 422 },
		{ "POST", "/api/v1/things", "Authorization: Bearer agent\r\nContent-Type: application/json\r\n", "", 422 },
		{ "POST", "/api/v1/things", "Authorization: Bearer agent\r\nContent-Type: text/xml\r\n", "<a/>", 415 },
		{ "POST", "/api/v1/things", "Authorization: Bearer agent\r\nContent-Type: multipart/form-data\r\n", "x", 400 },
		{ "GET", "/api/v1/things/%00", "Authorization: Bearer agent\r\n", NULL, 404 },
		{ "GET", "/api/v1/things/%ff", "Authorization: Bearer agent\r\n", NULL, 404 },
		{ "GET", "/api/v1/things/%2", "Authorization: Bearer agent\r\n", NULL, 404 },
	};
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autofree char *deep = g_strnfill(100, '['), *deep_body = g_strconcat("{\"name\":", deep, NULL);
	g_autofree char *long_word = g_strnfill(9000, 'x'), *long_body = g_strdup_printf("{\"name\":\"%s\"}", long_word);
	g_autoptr(Answer) too_deep = door_json(door, "POST", "/api/v1/things", deep_body);
	g_autoptr(Answer) too_long = door_json(door, "POST", "/api/v1/things", long_body);
	g_autoptr(Answer) fault = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Answer) answer = door_ask(door, cases[i].method, cases[i].path, cases[i].headers, cases[i].body);
		g_autoptr(json_t) value = answer_json(answer);

		g_test_message("%s %s %s", cases[i].method, cases[i].path, answer->body);
		g_assert_cmpint(answer->status, ==, cases[i].status);
		g_assert_nonnull(json_text(value, "message", NULL));
	}
	g_assert_cmpint(too_deep->status, ==, 400);
	g_assert_cmpint(too_long->status, ==, 413);
	kit_expect_log("a wheel came off");
	fault = door_ask(door, "GET", "/api/v1/fail", NULL, NULL);
	g_assert_cmpint(fault->status, ==, 500);
	g_assert_null(strstr(fault->body, "wheel")); /* ours to know */
}

static void
test_export(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autoptr(Answer) answer = door_ask(door, "GET", "/api/v1/export", NULL, NULL);
	g_autofree char *disposition = answer_header(answer, "Content-Disposition");

	g_assert_cmpint(answer->status, ==, 200);
	g_assert_cmpint(answer->body_size, ==, 20 * 1000 * strlen("a line of an export\n"));
	g_assert_nonnull(strstr(disposition, "attachment; filename=\"export.txt\""));
}

static void
test_builtin(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autoptr(Answer) health = door_ask(door, "GET", "/healthz", NULL, NULL);
	g_autoptr(Answer) metrics = door_ask(door, "GET", "/metrics", NULL, NULL);
	g_autoptr(Answer) api = door_ask(door, "GET", "/api/v1/openapi.json", NULL, NULL);
	g_autoptr(json_t) value = answer_json(api);

	g_assert_cmpstr(health->body, ==, "ok\n");
	g_assert_nonnull(strstr(metrics->body, "redress_http_requests_total{method=\"GET\",route=\"/healthz\",class=\"2xx\"} 1"));
	g_assert_nonnull(strstr(metrics->body, "redress_writer_units_total 0"));
	g_assert_cmpstr(json_text(value, "openapi", NULL), ==, "3.1.0");
	g_assert_nonnull(json_object_get(json_object_get(json_object_get(value, "paths"), "/things/{ref}"), "patch"));
	g_assert_nonnull(json_object_get(json_object_get(json_object_get(value, "components"), "schemas"), "Thing"));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/server/read", test_read);
	kit_add("/server/write", test_write);
	kit_add("/server/refused", test_refused);
	kit_add("/server/export", test_export);
	kit_add("/server/builtin", test_builtin);
	return kit_run();
}
