#include "door.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000 };

/* ---- actors ---------------------------------------------------------------------------------------------------------- */

guint door_released;
static Actor agent, auditor;

static const Actor *
by_token(gpointer data, Db *db, const char *token, gint64 now_ms)
{
	if (strcmp(token, "agent") == 0)
		return &agent;
	return strcmp(token, "auditor") == 0 ? &auditor : NULL;
}

static const Actor *
by_session(gpointer data, Db *db, const char *cookie, gint64 now_ms, char ret_csrf[64])
{
	if (strcmp(cookie, "s-agent") != 0)
		return NULL;
	g_strlcpy(ret_csrf, "csrf-agent", 64);
	return &agent;
}

static void
release(gpointer data, const Actor *actor)
{
	__atomic_add_fetch(&door_released, 1, __ATOMIC_RELAXED);
}

Door *
door_open(Kit *kit, const Route *table, const HttpConfig *given)
{
	g_autoptr(GError) error = NULL;
	Door *door = g_new0(Door, 1);
	HttpConfig config = { 0 };

	agent = (Actor){ .kind = ACTOR_STAFF, .user_id = 7, .may = permission_bit("case.read") | permission_bit("case.write") | permission_bit("case.make"), .ref = "AAAA-AAAA",
		.name = "Ruth", .role = "agent", .zone = "Europe/Berlin", .lang = "en", .theme = "auto" };
	auditor = agent;
	auditor.user_id = 8;
	auditor.may = permission_bit("case.read");
	if (given != NULL)
		config = *given;
	door->kit = kit;
	door->store = kit != NULL ? kit_store(kit) : NULL;
	door->router = router_new();
	router_add(door->router, table);
	door->pages = pages_new(&error);
	g_assert_no_error(error);
	if (config.listen == NULL)
		config.listen = "127.0.0.1:0";
	if (config.rate_per_minute == 0)
		config.rate_per_minute = 1000000;
	config.n_threads = config.n_threads != 0 ? config.n_threads : 2;
	config.store = door->store;
	config.uploads_dir = kit != NULL ? kit->dir : NULL;
	config.pages = door->pages;
	config.app = door;
	config.auth = (HttpAuth){ by_session, by_token, release, door };
	door->server = http_server_start(&config, door->router, &error);
	g_assert_no_error(error);
	if (g_str_has_prefix(http_server_url(door->server), "http"))
		door->port = (guint16)g_ascii_strtoull(strrchr(http_server_url(door->server), ':') + 1, NULL, 10);
	return door;
}

void
door_close(Door *door)
{
	if (door == NULL)
		return;
	http_server_stop(door->server);
	router_free(door->router);
	pages_free(door->pages);
	g_free(door);
}

/* ---- the client ------------------------------------------------------------------------------------------------------ */

int
door_connect(const Door *door)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(door->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof address), ==, 0);
	return fd;
}

void
door_send(int fd, const char *text, gsize size)
{
	while (size > 0) {
		const ssize_t n = send(fd, text, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) /* the server closed it: what it said is still to be read */
			return;
		text += n;
		size -= (gsize)n;
	}
}

char *
door_read(int fd, const char *until, gsize *ret_size)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const gint64 deadline_us = g_get_monotonic_time() + PATIENCE_MS * 1000;
	char buffer[16384];

	while (until == NULL || strstr(out->str, until) == NULL) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (poll(&wait, 1, (int)MAX(0, (deadline_us - g_get_monotonic_time()) / 1000)) <= 0)
			break;
		n = recv(fd, buffer, sizeof buffer, 0);
		if (n <= 0)
			break;
		g_string_append_len(out, buffer, n);
	}
	if (ret_size != NULL)
		*ret_size = out->len;
	return g_string_free(g_steal_pointer(&out), FALSE);
}

void
answer_free(Answer *answer)
{
	if (answer == NULL)
		return;
	g_free(answer->head);
	g_free(answer->body);
	g_free(answer);
}

char *
answer_header(const Answer *answer, const char *name)
{
	g_auto(GStrv) lines = g_strsplit(answer->head, "\r\n", -1);
	const gsize size = strlen(name);

	for (guint i = 0; lines[i] != NULL; i++)
		if (g_ascii_strncasecmp(lines[i], name, size) == 0 && g_str_has_prefix(lines[i] + size, ": "))
			return g_strdup(lines[i] + size + 2);
	return NULL;
}

json_t *
answer_json(const Answer *answer)
{
	g_autoptr(GError) error = NULL;
	json_t *value = json_read(answer->body, answer->body_size, &error);

	g_assert_no_error(error);
	return value;
}

static GString *
unchunk(const char *bytes, gsize size)
{
	GString *out = g_string_new(NULL);
	const char *end = bytes + size;

	while (bytes < end) {
		char *rest;
		const gsize n = g_ascii_strtoull(bytes, &rest, 16);

		if (n == 0 || rest + 2 + n > end)
			break;
		g_string_append_len(out, rest + 2, (gssize)n);
		bytes = rest + 2 + n + 2;
	}
	return out;
}

Answer *
answer_read(const char *bytes, gsize size)
{
	const char *stop = g_strstr_len(bytes, (gssize)size, "\r\n\r\n");
	Answer *answer = g_new0(Answer, 1);
	g_autofree char *coding = NULL;

	g_assert_nonnull(stop);
	answer->head = g_strndup(bytes, (gsize)(stop - bytes));
	answer->status = (guint)g_ascii_strtoull(bytes + strlen("HTTP/1.1 "), NULL, 10);
	answer->body_size = size - (gsize)(stop + 4 - bytes);
	coding = answer_header(answer, "Transfer-Encoding");
	if (coding != NULL) {
		GString *plain = unchunk(stop + 4, answer->body_size);

		answer->body_size = plain->len;
		answer->body = g_string_free(plain, FALSE);
		return answer;
	}
	answer->body = g_malloc(answer->body_size + 1);
	memcpy(answer->body, stop + 4, answer->body_size);
	answer->body[answer->body_size] = '\0';
	return answer;
}

Answer *
door_ask(Door *door, const char *method, const char *path, const char *headers, const char *body)
{
	const int fd = door_connect(door);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *bytes = NULL;
	gsize size;

	g_string_printf(text, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n%s", method, path, door->port, headers != NULL ? headers : "");
	if (body != NULL)
		g_string_append_printf(text, "Content-Length: %" G_GSIZE_FORMAT "\r\n", strlen(body));
	g_string_append_printf(text, "\r\n%s", body != NULL ? body : "");
	door_send(fd, text->str, text->len);
	bytes = door_read(fd, NULL, &size);
	close(fd);
	g_assert_cmpint(size, >, 0);
	return answer_read(bytes, size);
}

Answer *
door_json(Door *door, const char *method, const char *path, const char *body)
{
	return door_ask(door, method, path, body != NULL ? "Authorization: Bearer agent\r\nContent-Type: application/json\r\n" : "Authorization: Bearer agent\r\n", body);
}
