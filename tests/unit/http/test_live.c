/* Streams of events, and connections that behave badly: resume, filtering, slow bodies, half-closed sockets, the stop. */
#include "door.h"
#include "store/events.h"
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
static gboolean is_open, is_in;

static gboolean
write_event(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	const Event event = { .kind = data, .at_ms = 1, .actor = actor_system() };

	return tx != NULL && event_add(db, &event, NULL, error) && db_tx_commit(tx, error);
}

static void
happen(Door *door, const char *kind)
{
	g_autoptr(GError) error = NULL;

	store_write(door->store, write_event, (gpointer)kind, &error);
	g_assert_no_error(error);
}

static json_t *
happen_post(Call *call, GError **error)
{
	return write_event(call->db, (gpointer)"thing.posted", error) ? json_object() : NULL;
}

/* Waits until the test lets it go. */
static json_t *
held_post(Call *call, GError **error)
{
	pthread_mutex_lock(&gate);
	is_in = TRUE;
	pthread_cond_broadcast(&opened);
	while (!is_open)
		pthread_cond_wait(&opened, &gate);
	pthread_mutex_unlock(&gate);
	return json_object();
}

static void
wait_until_held(void)
{
	pthread_mutex_lock(&gate);
	while (!is_in)
		pthread_cond_wait(&opened, &gate);
	pthread_mutex_unlock(&gate);
}

static void
let_go(gboolean open)
{
	pthread_mutex_lock(&gate);
	is_open = open;
	is_in = FALSE;
	pthread_cond_broadcast(&opened);
	pthread_mutex_unlock(&gate);
}

static const Route table[] = {
	{ "GET", "/events", "case.read", ROUTE_READ, .handler = live_stream, .flags = ROUTE_API_ONLY },
	{ "POST", "/happen", "case.read", ROUTE_WRITE, 1000, happen_post },
	{ "POST", "/held", "case.read", ROUTE_SLOW, 1000, held_post },
	{ NULL },
};

static int
listen_to(Door *door, const char *headers, const char *query)
{
	const int fd = door_connect(door);
	g_autofree char *text = g_strdup_printf("GET /api/v1/events%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer agent\r\n%s\r\n", query, headers);
	g_autoptr(GString) head = g_string_new(NULL);
	char c;

	door_send(fd, text, strlen(text));
	while (!g_str_has_suffix(head->str, "retry: 2000\n\n")) { /* and not a byte more: what follows is the test's */
		g_assert_cmpint(recv(fd, &c, 1, 0), ==, 1);
		g_string_append_c(head, c);
	}
	g_assert_true(g_str_has_prefix(head->str, "HTTP/1.1 200 OK"));
	g_assert_nonnull(strstr(head->str, "text/event-stream"));
	return fd;
}

static void
test_stream(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	int first, second, third;
	g_autofree char *one = NULL, *two = NULL, *three = NULL, *typing = NULL;
	g_autoptr(json_t) data = json_object();

	happen(door, "thing.before");
	first = listen_to(door, "", "");
	happen(door, "thing.one");
	happen(door, "thing.two");
	one = door_read(first, "event: thing.two", NULL);
	g_assert_null(strstr(one, "thing.before"));
	g_assert_nonnull(strstr(one, "id: 2\nevent: thing.one\ndata: {\"id\":2,\"kind\":\"thing.one\""));
	second = listen_to(door, "Last-Event-ID: 2\r\n", "");
	two = door_read(second, "event: thing.two", NULL);
	g_assert_null(strstr(two, "thing.one"));
	third = listen_to(door, "", "?after=0");
	three = door_read(third, "event: thing.two", NULL);
	g_assert_nonnull(strstr(three, "thing.before"));
	json_put_text(data, "who", "Ruth");
	live_send(door->server, "presence", 0, data);
	typing = door_read(first, "event: presence\ndata: {\"who\":\"Ruth\"}\n\n", NULL);
	g_assert_nonnull(strstr(typing, "event: presence\ndata: {\"who\":\"Ruth\"}\n\n"));
	g_assert_null(strstr(strstr(typing, "event: presence"), "id:")); /* not in the log: nothing to resume from */
	close(first);
	close(second);
	close(third);
}

/* More events than the ring holds: whoever is behind it reads them from the database, in order, none twice. */
static gboolean
many_events(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	for (guint i = 0; i < 6000; i++) {
		const Event event = { .kind = "thing.many", .at_ms = 1, .actor = actor_system() };

		if (!event_add(db, &event, NULL, error))
			return FALSE;
	}
	return db_tx_commit(tx, error);
}

static void
test_catch_up(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	const char *at;
	int fd;

	store_write(door->store, many_events, NULL, &error);
	g_assert_no_error(error);
	fd = listen_to(door, "", "?after=10");
	happen(door, "thing.last");
	text = door_read(fd, "event: thing.last", NULL);
	at = text;
	for (guint id = 11; id <= 6001; id++) {
		g_autofree char *line = g_strdup_printf("id: %u\n", id);

		at = strstr(at, line);
		g_assert_nonnull(at);
	}
	close(fd);
}

static gboolean
see_odd(const Actor *actor, const char *kind, gint64 case_id)
{
	return strcmp(kind, "thing.hidden") != 0;
}

static void
test_may_see(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autofree char *text = NULL;
	int fd;

	live_may_see_set(door->server, see_odd);
	fd = listen_to(door, "", "");
	happen(door, "thing.hidden");
	happen(door, "thing.shown");
	text = door_read(fd, "event: thing.shown", NULL);
	g_assert_null(strstr(text, "hidden"));
	close(fd);
}

static void
test_refused_stream(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autoptr(Answer) stranger = door_ask(door, "GET", "/api/v1/events", NULL, NULL);
	g_autoptr(Answer) head = door_json(door, "HEAD", "/api/v1/events", NULL);

	g_assert_cmpint(stranger->status, ==, 401);
	g_assert_cmpint(head->status, ==, 200);
}

/* A body that trickles is cut at the deadline, however busy it looks. */
static void
test_slow_body(Kit *kit)
{
	static const char head[] = "POST /api/v1/happen HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer agent\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n";
	const HttpConfig config = { .request_deadline_ms = 300 };
	g_autoptr(Door) door = door_open(kit, table, &config);
	const gint64 begun_us = g_get_monotonic_time();
	const int fd = door_connect(door), quiet = door_connect(door);
	g_autofree char *left = NULL, *said = NULL;
	g_autoptr(Answer) after = NULL;

	door_send(fd, head, strlen(head));
	left = door_read(fd, NULL, NULL);
	said = door_read(quiet, NULL, NULL);
	g_assert_cmpint(g_get_monotonic_time() - begun_us, <, 8 * G_USEC_PER_SEC);
	g_assert_cmpstr(left, ==, "");
	g_assert_cmpstr(said, ==, "");
	after = door_ask(door, "GET", "/healthz", NULL, NULL);
	g_assert_cmpint(after->status, ==, 200);
	close(fd);
	close(quiet);
}

/* A client that shuts its sending side still gets its answer; one that goes away while its write waits harms nobody. */
static void
test_half_closed(Kit *kit)
{
	static const char ask[] = "POST /api/v1/held HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer agent\r\nContent-Length: 0\r\n\r\n";
	static const char write_ask[] = "POST /api/v1/happen HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer agent\r\nContent-Length: 0\r\n\r\n";
	g_autoptr(Door) door = door_open(kit, table, NULL);
	const int gone = door_connect(door), half = door_connect(door);
	g_autofree char *answer = NULL;
	g_autoptr(Answer) after = NULL;

	let_go(FALSE);
	door_send(gone, ask, strlen(ask));
	wait_until_held();
	close(gone);
	let_go(TRUE);
	door_send(half, write_ask, strlen(write_ask));
	shutdown(half, SHUT_WR);
	answer = door_read(half, NULL, NULL);
	g_assert_true(*answer == '\0' || g_str_has_prefix(answer, "HTTP/1.1 200"));
	close(half);
	after = door_ask(door, "GET", "/healthz", NULL, NULL);
	g_assert_cmpint(after->status, ==, 200);
}

/* Several requests on one connection, sent at once. */
static void
test_keep_alive(Kit *kit)
{
	static const char three[] = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nPOST /api/v1/happen HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer agent\r\nContent-Length: 2\r\n\r\n{}"
				    "GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	g_autoptr(Door) door = door_open(kit, table, NULL);
	const int fd = door_connect(door);
	g_autofree char *text = NULL;
	const char *second;

	door_send(fd, three, strlen(three));
	text = door_read(fd, NULL, NULL);
	g_assert_true(g_str_has_prefix(text, "HTTP/1.1 200"));
	second = strstr(text + 10, "HTTP/1.1 200");
	g_assert_nonnull(second);
	g_assert_nonnull(strstr(second + 10, "HTTP/1.1 200"));
	close(fd);
}

/* The stop finishes what waits, ends streams, and lets idle connections go. */
static void
test_stop(Kit *kit)
{
	static const char ask[] = "POST /api/v1/held HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer agent\r\nContent-Length: 0\r\n\r\n";
	Door *door = door_open(kit, table, NULL);
	const gint64 begun_us = g_get_monotonic_time();
	const int stream = listen_to(door, "", ""), idle = door_connect(door), held = door_connect(door);
	g_autofree char *answer = NULL, *rest = NULL;
	GThread *closer;

	let_go(FALSE);
	door_send(held, ask, strlen(ask));
	wait_until_held();
	closer = g_thread_new("closer", (GThreadFunc)(void (*)(void))door_close, door);
	let_go(TRUE);
	answer = door_read(held, NULL, NULL);
	rest = door_read(stream, NULL, NULL);
	g_thread_join(closer);
	g_assert_true(g_str_has_prefix(answer, "HTTP/1.1 200"));
	g_assert_cmpint(g_get_monotonic_time() - begun_us, <, 5 * G_USEC_PER_SEC);
	close(stream);
	close(idle);
	close(held);
}

static void
test_busy_port(Kit *kit)
{
	g_autoptr(Door) door = door_open(kit, table, NULL);
	g_autoptr(Router) router = router_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *where = g_strdup_printf("127.0.0.1:%u", door->port);
	HttpConfig config = { .listen = where };

	g_assert_null(http_server_start(&config, router, &error));
	g_assert_error(error, ERR, ERR_BUSY);
	g_assert_nonnull(strstr(error->message, "--listen"));
	g_clear_error(&error);
	config.listen = "nonsense";
	g_assert_null(http_server_start(&config, router, &error));
	g_assert_error(error, ERR, ERR_INVALID);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/live/stream", test_stream);
	kit_add("/live/catch_up", test_catch_up);
	kit_add("/live/may_see", test_may_see);
	kit_add("/live/refused", test_refused_stream);
	kit_add("/live/slow_body", test_slow_body);
	kit_add("/live/half_closed", test_half_closed);
	kit_add("/live/keep_alive", test_keep_alive);
	kit_add("/live/stop", test_stop);
	kit_add("/live/busy_port", test_busy_port);
	return kit_run();
}
