/* The gate and the replies over it: cookies and CSRF, pages for people, rates, uploads, idempotency. */
#include "door.h"
#include "store/events.h"
#include "store/idempotency.h"
#include <string.h>
#include <unistd.h>

#define COOKIE "Cookie: a=b; redress_session=s-agent; c=d\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define TOKEN "Authorization: Bearer agent\r\n"
#define JSON "Content-Type: application/json\r\n"

typedef struct {
	DraftGiven given;
	char *name;
	GPtrArray *files;
} NoteDraft;
static const DraftField note_fields[] = {
	{ "name", DRAFT_TEXT, offsetof(NoteDraft, name), .required = TRUE },
	{ "files", DRAFT_FILES, offsetof(NoteDraft, files), .max = 2 },
	{ NULL },
};
static const DraftSpec note_draft = { "Note", sizeof(NoteDraft), note_fields };

static gboolean
add_event(Db *db, const char *kind, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	const Event event = { .kind = kind, .at_ms = 1, .actor = actor_system() };

	return tx != NULL && event_add(db, &event, NULL, error) && db_tx_commit(tx, error);
}

static json_t *
note_post(Call *call, GError **error)
{
	const NoteDraft *draft = call->draft;
	json_t *out;

	if (strcmp(draft->name, "no") == 0) {
		err_add_field(error, "/name", "may not be no");
		return NULL;
	}
	if (!add_event(call->db, "note.made", error))
		return NULL;
	out = json_object();
	json_put_text(out, "name", draft->name);
	json_put_int(out, "n_files", draft->files != NULL ? draft->files->len : 0);
	if (draft->files != NULL) {
		const DraftFile *file = draft->files->pdata[0];

		json_put_text(out, "file", file->name);
		json_put_int(out, "size", file->size);
		json_put_int(out, "hash_size", (gint64)strlen(file->hash));
	}
	call_created(call, "/notes/%s", draft->name);
	call_cookie_set(call, "seen", "1", 60);
	return out;
}

static json_t *
note_slow_post(Call *call, GError **error)
{
	json_t *out = json_object();
	Db *db = store_reader(call->store, error);
	gint64 last = 0;

	g_assert_true(events_last_id(db, &last, error));
	json_put_int(out, "last", last);
	return out;
}

static gboolean
secret_work(Db *db, gpointer data, GError **error)
{
	return add_event(db, "note.secret", error);
}

/* ?fail=1: after what it did is on disk, as a crash would. */
static json_t *
secret_post(Call *call, GError **error)
{
	if (!call_write(call, secret_work, NULL, error))
		return NULL;
	if (call_query(call, "fail") == NULL)
		return json_pack("{s:s}", "secret", "swordfish");
	g_set_error_literal(error, ERR, ERR_INVALID, "broken off");
	return NULL;
}

static json_t *
carried_post(Call *call, GError **error)
{
	if (!add_event(call->db, "note.carried", error))
		return NULL;
	call->carry = 42;
	call_created(call, "/notes/42");
	return json_null();
}

static json_t *
carried_answer(Call *call, GError **error)
{
	json_t *out = json_object();

	json_put_int(out, "carried", call->carry);
	return out;
}

static json_t *
csrf_get(Call *call, GError **error)
{
	json_t *out = json_object();

	json_put_text(out, "csrf", call_csrf(call));
	json_put_text(out, "session", call_session(call));
	json_put_text(out, "address", call_address(call));
	json_put_text(out, "c", call_cookie(call, "c"));
	return out;
}

static json_t *
if_match_put(Call *call, GError **error)
{
	json_t *out = json_object();
	gint64 version = 0;

	json_put_bool(out, "sent", call_if_match(call, &version));
	json_put_int(out, "version", version);
	return out;
}

static json_t *
long_get(Call *call, GError **error)
{
	json_t *out = json_object();
	g_autofree char *text = g_strnfill(5000, 'x');

	json_put_text(out, "text", text);
	return out;
}

static const Route table[] = {
	{ "POST", "/notes", "case.make", ROUTE_WRITE, 100 * 1024, note_post, .draft = &note_draft, .flags = ROUTE_FILES },
	{ "PATCH", "/notes/{name}", "case.make", ROUTE_WRITE, 1000, note_post, .draft = &note_draft },
	{ "POST", "/notes/slow", "case.make", ROUTE_SLOW, 1000, note_slow_post },
	{ "POST", "/secrets", "case.make", ROUTE_SLOW, 1000, secret_post, .flags = ROUTE_SECRET },
	{ "POST", "/claimed", "case.make", ROUTE_SLOW, 1000, secret_post },
	{ "POST", "/carried", "case.make", ROUTE_WRITE, 1000, carried_post, carried_answer },
	{ "POST", "/public", NULL, ROUTE_WRITE, 1000, carried_post, carried_answer, .flags = ROUTE_NO_CSRF | ROUTE_RATE_STRICT },
	{ "GET", "/csrf", NULL, ROUTE_READ, .handler = csrf_get },
	{ "PUT", "/if_match", "case.write", ROUTE_READ, 1000, if_match_put },
	{ "GET", "/long", NULL, ROUTE_READ, .handler = long_get },
	{ "GET", "/staff", "case.read", ROUTE_READ, .handler = long_get },
	{ NULL },
};

static char *
shown_csrf(Door *door)
{
	g_autoptr(Answer) answer = door_ask(door, "GET", "/api/v1/csrf", COOKIE, NULL);
	g_autoptr(json_t) value = answer_json(answer);

	g_assert_cmpstr(json_text(value, "address", NULL), ==, "127.0.0.1");
	g_assert_cmpstr(json_text(value, "c", NULL), ==, "d");
	g_assert_cmpint(strlen(json_text(value, "session", "")), ==, 64);
	return g_strdup(json_text(value, "csrf", NULL));
}

static void
test_csrf(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autofree char *token = shown_csrf(door);
	g_autofree char *good = g_strdup_printf("name=x&_csrf=%s", token), *header = g_strdup_printf(COOKIE JSON "X-CSRF-Token: %s\r\n", token);
	const struct {
		const char *path, *headers, *body;
		guint status;
	} cases[] = {
		{ "/notes", COOKIE FORM, good, 303 },
		{ "/notes", COOKIE FORM "Sec-Fetch-Site: same-origin\r\n", good, 303 },
		{ "/notes", COOKIE FORM "Sec-Fetch-Site: cross-site\r\n", good, 403 },
		{ "/notes", COOKIE FORM "Sec-Fetch-Site: same-site\r\n", good, 403 },
		{ "/notes", COOKIE FORM "Origin: https://evil.example\r\n", good, 403 },
		{ "/notes", COOKIE FORM "Origin: null\r\n", good, 403 },
		{ "/notes", COOKIE FORM, "name=x", 403 },
		{ "/notes", COOKIE FORM, "name=x&_csrf=wrong", 403 },
		{ "/api/v1/notes", COOKIE JSON, "{\"name\":\"x\"}", 403 },
		{ "/api/v1/notes", header, "{\"name\":\"x\"}", 201 },
		{ "/api/v1/notes", TOKEN JSON, "{\"name\":\"x\"}", 201 },
		{ "/api/v1/notes", TOKEN FORM "Origin: https://evil.example\r\n", "name=x", 201 }, /* a token is no cookie: nobody can lend it */
		{ "/public", FORM "Origin: https://evil.example\r\n", "", 403 },
		{ "/public", FORM, "", 303 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Answer) answer = door_ask(door, "POST", cases[i].path, cases[i].headers, cases[i].body);

		g_test_message("case %u: %s", i, answer->body);
		g_assert_cmpint(answer->status, ==, cases[i].status);
	}
}

static void
test_pages(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autofree char *token = shown_csrf(door), *patch = g_strdup_printf("name=y&_method=PATCH&_csrf=%s", token);
	g_autofree char *wrong = g_strdup_printf("name=no&_csrf=%s", token), *brew = g_strdup_printf("name=y&_method=BREW&_csrf=%s", token);
	g_autoptr(Answer) stranger = door_ask(door, "GET", "/staff?view=a", NULL, NULL), part = door_ask(door, "GET", "/staff", "HX-Request: true\r\n", NULL);
	g_autoptr(Answer) patched = door_ask(door, "POST", "/notes/x", COOKIE FORM, patch), refused = door_ask(door, "POST", "/notes", COOKIE FORM, wrong);
	g_autoptr(Answer) unknown = door_ask(door, "GET", "/nowhere", NULL, NULL), brewed = door_ask(door, "POST", "/notes/x", COOKIE FORM, brew);
	g_autofree char *where = answer_header(stranger, "Location"), *there = answer_header(part, "HX-Redirect"), *to = answer_header(patched, "Location");
	g_autofree char *type = answer_header(unknown, "Content-Type"), *csp = answer_header(unknown, "Content-Security-Policy"), *cookie = answer_header(patched, "Set-Cookie");

	g_assert_cmpint(stranger->status, ==, 303);
	g_assert_cmpstr(where, ==, "/login?next=/staff%3Fview%3Da");
	g_assert_cmpint(part->status, ==, 401);
	g_assert_cmpstr(there, ==, "/login?next=/staff");
	g_assert_cmpint(patched->status, ==, 303);
	g_assert_cmpstr(to, ==, "/notes/y");
	g_assert_cmpstr(cookie, ==, "seen=1; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
	g_assert_cmpint(refused->status, ==, 422);
	g_assert_nonnull(strstr(refused->body, "may not be no"));
	g_assert_cmpint(unknown->status, ==, 404);
	g_assert_cmpstr(type, ==, "text/html; charset=utf-8");
	g_assert_true(g_str_has_prefix(csp, "default-src 'self'; script-src 'self'"));
	g_assert_cmpint(brewed->status, ==, 405);
}

static void
test_rates(Kit *kit)
{
	const HttpConfig config = { .rate_per_minute = 20 };
	g_autoptr(Door) door = door_open(kit, table, &config);
	guint strict = 0, plain = 0, refused = 0;

	for (guint i = 0; i < 12; i++) {
		g_autoptr(Answer) answer = door_ask(door, "POST", "/api/v1/public", NULL, NULL);
		g_autofree char *wait = answer_header(answer, "Retry-After");

		strict += answer->status == 201;
		g_assert_true(answer->status == 201 || (answer->status == 429 && wait != NULL));
	}
	for (guint i = 0; i < 25; i++) {
		g_autoptr(Answer) answer = door_ask(door, "GET", "/api/v1/long", TOKEN, NULL);

		plain += answer->status == 200;
		refused += answer->status == 429;
	}
	g_assert_cmpint(strict, ==, 10);
	g_assert_cmpint(plain, >=, 20);
	g_assert_cmpint(plain + refused, ==, 25);
	g_assert_cmpint(refused, >, 0);
}

static void
test_upload(Kit *kit)
{
	static const char type[] = TOKEN "Content-Type: multipart/form-data; boundary=XX\r\n";
	static const char part[] = "--XX\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nlamp\r\n";
	static const char file[] = "--XX\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n";
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autofree char *bytes = g_strnfill(50000, 'y'), *large = g_strnfill(200000, 'y');
	g_autofree char *body = g_strconcat(part, file, bytes, "\r\n--XX--\r\n", NULL), *cut = g_strconcat(part, file, "hello", NULL);
	g_autofree char *too_large = g_strconcat(part, file, large, "\r\n--XX--\r\n", NULL);
	g_autofree char *nowhere = g_strconcat(file, "hello\r\n--XX--", NULL);
	static const char empty[] = "--XX\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n\r\n--XX--\r\n";
	g_autoptr(Answer) ok = door_ask(door, "POST", "/api/v1/notes", type, body), half = door_ask(door, "POST", "/api/v1/notes", type, cut);
	g_autoptr(Answer) over = door_ask(door, "POST", "/api/v1/notes", type, too_large), incomplete = door_ask(door, "POST", "/api/v1/notes", type, nowhere);
	g_autoptr(Answer) unasked = door_ask(door, "POST", "/api/v1/carried", type, nowhere), nothing = door_ask(door, "POST", "/api/v1/notes", type, empty);
	g_autoptr(json_t) value = answer_json(ok);

	g_assert_cmpint(ok->status, ==, 201);
	g_assert_cmpint(json_int(value, "size", 0), ==, 50000);
	g_assert_cmpint(json_int(value, "hash_size", 0), ==, 64);
	g_assert_cmpstr(json_text(value, "file", NULL), ==, "a.txt");
	g_assert_cmpint(half->status, ==, 400);
	g_assert_cmpint(over->status, ==, 413);
	g_assert_cmpint(incomplete->status, ==, 422);
	g_assert_cmpint(unasked->status, ==, 422);
	g_assert_cmpint(nothing->status, ==, 422);
}

static void
test_idempotency(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	static const char keyed[] = TOKEN JSON "Idempotency-Key: k1\r\n";
	g_autoptr(Answer) first = door_ask(door, "POST", "/api/v1/notes", keyed, "{\"name\":\"lamp\"}");
	g_autoptr(Answer) again = door_ask(door, "POST", "/api/v1/notes", keyed, "{\"name\":\"lamp\"}");
	g_autoptr(Answer) other = door_ask(door, "POST", "/api/v1/notes", keyed, "{\"name\":\"chair\"}");
	g_autoptr(Answer) bad = door_ask(door, "POST", "/api/v1/notes", TOKEN JSON "Idempotency-Key: \xff\r\n", "{\"name\":\"chair\"}");
	g_autoptr(Answer) failed = door_ask(door, "POST", "/api/v1/notes", TOKEN JSON "Idempotency-Key: k2\r\n", "{\"name\":\"no\"}");
	g_autoptr(Answer) mended = door_ask(door, "POST", "/api/v1/notes", TOKEN JSON "Idempotency-Key: k2\r\n", "{\"name\":\"yes\"}");
	g_autoptr(Answer) carried = door_ask(door, "POST", "/api/v1/carried", TOKEN "Idempotency-Key: k1\r\n", NULL);
	g_autoptr(Answer) twice = door_ask(door, "POST", "/api/v1/carried", TOKEN "Idempotency-Key: k1\r\n", NULL);
	g_autoptr(Answer) slow = door_ask(door, "POST", "/api/v1/notes/slow", TOKEN JSON "Idempotency-Key: k1\r\n", "{}");
	g_autoptr(Answer) slower = door_ask(door, "POST", "/api/v1/notes/slow", TOKEN JSON "Idempotency-Key: k1\r\n", "{}");
	g_autofree char *location = answer_header(again, "Location"), *replayed = answer_header(again, "Idempotency-Replayed");
	g_autofree char *second = answer_header(twice, "Location");

	g_assert_cmpint(first->status, ==, 201);
	g_assert_cmpint(again->status, ==, 201);
	g_assert_cmpstr(again->body, ==, first->body);
	g_assert_cmpstr(location, ==, "/api/v1/notes/lamp");
	g_assert_cmpstr(replayed, ==, "true");
	g_assert_cmpint(other->status, ==, 422);
	g_assert_cmpint(bad->status, ==, 422);
	g_assert_cmpint(failed->status, ==, 422);
	g_assert_cmpint(mended->status, ==, 201);
	g_assert_cmpstr(carried->body, ==, twice->body);
	g_assert_cmpstr(second, ==, "/api/v1/notes/42");
	g_assert_cmpstr(slow->body, ==, slower->body);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'note.made'"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'note.carried'"), ==, 1);
}

/* While the first is on its way the second is told so, and nothing is done twice. */
static void
test_idempotency_at_once(Kit *kit)
{
	static const char ask[] = "POST /api/v1/notes/slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" TOKEN "Idempotency-Key: k9\r\nContent-Length: 0\r\n\r\n";
	g_autoptr(Door) door = door_open(kit, table, NULL);
	int fds[8];
	guint done = 0, told = 0;

	for (guint i = 0; i < G_N_ELEMENTS(fds); i++) {
		fds[i] = door_connect(door);
		door_send(fds[i], ask, strlen(ask));
	}
	for (guint i = 0; i < G_N_ELEMENTS(fds); i++) {
		g_autofree char *text = door_read(fds[i], NULL, NULL);

		done += g_str_has_prefix(text, "HTTP/1.1 200");
		told += g_str_has_prefix(text, "HTTP/1.1 409");
		close(fds[i]);
	}
	g_assert_cmpint(done, >=, 1);
	g_assert_cmpint(done + told, ==, G_N_ELEMENTS(fds));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM idempotency"), ==, 1);
}

/* A secret is shown once: not even the second request with its key finds it, in the answer or in the database. */
static void
test_idempotency_secret(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autoptr(Answer) first = door_ask(door, "POST", "/api/v1/secrets", TOKEN "Idempotency-Key: k1\r\n", NULL);
	g_autoptr(Answer) again = door_ask(door, "POST", "/api/v1/secrets", TOKEN "Idempotency-Key: k1\r\n", NULL);

	g_assert_cmpint(first->status, ==, 200);
	g_assert_nonnull(strstr(first->body, "swordfish"));
	g_assert_cmpint(again->status, ==, 409);
	g_assert_nonnull(strstr(again->body, "shown once"));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM idempotency WHERE body <> ''"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'note.secret'"), ==, 1);
}

/* Slow work claims its key in the transaction of the work: broken off behind it, it is not done a second time. */
static void
test_idempotency_slow_claims(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autoptr(Answer) first = door_ask(door, "POST", "/api/v1/claimed?fail=1", TOKEN "Idempotency-Key: k1\r\n", NULL);
	g_autoptr(Answer) again = door_ask(door, "POST", "/api/v1/claimed?fail=1", TOKEN "Idempotency-Key: k1\r\n", NULL);
	g_autoptr(Answer) whole = door_ask(door, "POST", "/api/v1/claimed", TOKEN "Idempotency-Key: k2\r\n", NULL);
	g_autoptr(Answer) twice = door_ask(door, "POST", "/api/v1/claimed", TOKEN "Idempotency-Key: k2\r\n", NULL);

	g_assert_cmpint(first->status, ==, 422);
	g_assert_cmpint(again->status, ==, 409);
	g_assert_cmpint(whole->status, ==, 200);
	g_assert_cmpint(twice->status, ==, 200);
	g_assert_cmpstr(twice->body, ==, whole->body);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'note.secret'"), ==, 2);
}

/* A claim whose answer never came: nobody may do it again unseen. */
static gboolean
leave_claim(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	const IdempotencyAnswer none = { .body = (char *)"", .request_hash = data };

	return tx != NULL && idempotency_put(db, "k7", "user 7 POST /carried", &none, 1, error) && db_tx_commit(tx, error);
}

static void
test_idempotency_lost(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autoptr(Answer) first = door_ask(door, "POST", "/api/v1/carried", TOKEN "Idempotency-Key: k6\r\n", NULL), again = NULL, other = NULL;
	g_autoptr(IdempotencyAnswer) kept = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(idempotency_find(kit->db, "k6", "user 7 POST /carried", &kept, &error));
	g_assert_cmpint(kept->status, ==, 201);
	store_write(door->store, leave_claim, kept->request_hash, &error);
	g_assert_no_error(error);
	again = door_ask(door, "POST", "/api/v1/carried", TOKEN "Idempotency-Key: k7\r\n", NULL);
	other = door_ask(door, "POST", "/api/v1/carried", TOKEN JSON "Idempotency-Key: k7\r\n", "{}");
	g_assert_cmpint(again->status, ==, 409);
	g_assert_cmpint(other->status, ==, 422);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'note.carried'"), ==, 1);
}

static void
test_if_match(Kit *kit)
{
	static const struct {
		const char *header;
		gboolean sent;
		gint64 version;
	} cases[] = {
		{ "", FALSE, 0 }, { "If-Match: \"v12\"\r\n", TRUE, 12 }, { "If-Match: W/\"v3\"\r\n", TRUE, 3 }, { "If-Match: v7\r\n", TRUE, 7 },
		{ "If-Match: \"abc\"\r\n", TRUE, -1 }, { "If-Match: *\r\n", TRUE, -1 }, { "If-Match: \"v-1\"\r\n", TRUE, -1 },
	};
	g_autoptr(Door) door = door_open(kit, table, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *headers = g_strconcat(TOKEN JSON, cases[i].header, NULL);
		g_autoptr(Answer) answer = door_ask(door, "PUT", "/api/v1/if_match", headers, "{}");
		g_autoptr(json_t) value = answer_json(answer);

		g_assert_cmpint(json_flag(value, "sent", !cases[i].sent), ==, cases[i].sent);
		g_assert_cmpint(json_int(value, "version", 99), ==, cases[i].version);
	}
}

static void
test_compression(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autoptr(Answer) plain = door_ask(door, "GET", "/api/v1/long", NULL, NULL);
	g_autoptr(Answer) gzip = door_ask(door, "GET", "/api/v1/long", "Accept-Encoding: gzip, deflate\r\n", NULL);
	g_autoptr(Answer) brotli = door_ask(door, "GET", "/api/v1/long", "Accept-Encoding: gzip, br;q=1.0\r\n", NULL);
	g_autoptr(Answer) none = door_ask(door, "GET", "/api/v1/long", "Accept-Encoding: br;q=0, identity\r\n", NULL);
	g_autofree char *one = answer_header(gzip, "Content-Encoding"), *two = answer_header(brotli, "Content-Encoding");

	g_assert_cmpint(plain->body_size, >, 5000);
	g_assert_cmpstr(one, ==, "gzip");
	g_assert_cmpint(gzip->body_size, <, 200);
	g_assert_cmpstr(two, ==, "br");
	g_assert_cmpint(brotli->body_size, <, 200);
	g_assert_cmpint(none->body_size, ==, plain->body_size);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/gate/csrf", test_csrf);
	kit_add("/gate/pages", test_pages);
	kit_add("/gate/rates", test_rates);
	kit_add("/gate/upload", test_upload);
	kit_add("/gate/idempotency", test_idempotency);
	kit_add("/gate/idempotency_at_once", test_idempotency_at_once);
	kit_add("/gate/idempotency_lost", test_idempotency_lost);
	kit_add("/gate/idempotency_secret", test_idempotency_secret);
	kit_add("/gate/idempotency_slow-claims", test_idempotency_slow_claims);
	kit_add("/gate/if_match", test_if_match);
	kit_add("/gate/compression", test_compression);
	return kit_run();
}
