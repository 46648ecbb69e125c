/* load.c - a load for one server on this machine: N connections, each with one request in flight, for some seconds.
 *
 *   load --connect 127.0.0.1:PORT --connections 64 --seconds 5 [--token T] [--cookie C] GET /path
 *   ... POST /path --body TEXT      {n} in path or body becomes a number that no other request has, from --from N on
 *   ... GET /path/{ref} --refs FILE {ref} in the path becomes the lines of the file in turn
 *
 * Prints one line of JSON: requests a second, bytes, errors (any status but 2xx and 3xx), median and 99th percentile in
 * microseconds. One thread; it is itself part of what shares the machine's cores, as the ceilings' load is. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 1 << 18, HEAD = 8192, MOST_TIMES = 4000000 };

static struct {
	char *connect, *token, *cookie, *body, *refs, *key_prefix;
	int connections, seconds, count, from;
} options = { .connections = 64, .seconds = 5 };

typedef struct {
	int fd;
	GString *out;
	gsize sent;
	char kept[HEAD]; /* of an answer's headers, until they are whole; of a chunked body its end */
	gsize n_kept;
	gint64 body_left; /* -1: still in the headers; -2: chunked */
	gint64 began_us;
	gboolean bad;
} Conn;

static struct sockaddr_in address;
static const char *method, *path;
static char **refs; /* of --refs; NULL without */
static guint n_refs;
static guint64 n_started, n_done, n_errors, n_bytes;
static guint32 *times;
static guint64 n_times;
static gint64 end_us;
static int epoll;
static char buffer[BUFFER + 1]; /* one for all: answers are looked at, not kept, and must not push each other out of the cache */

static void
numbered(GString *out, const char *text, guint64 n)
{
	const char *at;

	while ((at = strstr(text, "{n}")) != NULL) {
		g_string_append_len(out, text, at - text);
		g_string_append_printf(out, "%" G_GUINT64_FORMAT, n);
		text = at + 3;
	}
	g_string_append(out, text);
}

static void
put_path(GString *out, guint64 n)
{
	const char *at = n_refs > 0 ? strstr(path, "{ref}") : NULL;

	if (at == NULL) {
		numbered(out, path, n + (guint64)options.from);
		return;
	}
	g_string_append_len(out, path, at - path);
	g_string_append(g_string_append(out, refs[n % n_refs]), at + strlen("{ref}"));
}

static gboolean
read_refs(void)
{
	g_autofree char *text = NULL;

	if (options.refs == NULL)
		return TRUE;
	if (!g_file_get_contents(options.refs, &text, NULL, NULL))
		return FALSE;
	refs = g_strsplit(g_strchomp(text), "\n", 0);
	n_refs = g_strv_length(refs);
	return n_refs > 0;
}

static void
write_request(Conn *conn)
{
	guint64 n = n_started++;
	static GString *body;

	if (body == NULL)
		body = g_string_new(NULL);
	g_string_truncate(body, 0);
	if (options.body != NULL)
		numbered(body, options.body, n + (guint64)options.from);
	g_string_truncate(conn->out, 0);
	g_string_append_printf(conn->out, "%s ", method);
	put_path(conn->out, n);
	g_string_append(conn->out, " HTTP/1.1\r\nHost: localhost\r\n");
	if (options.token != NULL)
		g_string_append_printf(conn->out, "Authorization: Bearer %s\r\n", options.token);
	if (options.cookie != NULL)
		g_string_append_printf(conn->out, "Cookie: %s\r\n", options.cookie);
	if (options.body != NULL)
		g_string_append_printf(conn->out, "Content-Type: application/json\r\nContent-Length: %zu\r\n", body->len);
	g_string_append(conn->out, "\r\n");
	g_string_append_len(conn->out, body->str, (gssize)body->len);
	conn->sent = 0;
	conn->n_kept = 0;
	conn->body_left = -1;
	conn->bad = FALSE;
	conn->began_us = g_get_monotonic_time();
}

static void
flush_out(Conn *conn)
{
	while (conn->sent < conn->out->len) {
		ssize_t n = send(conn->fd, conn->out->str + conn->sent, conn->out->len - conn->sent, MSG_NOSIGNAL);

		if (n < 0)
			return;
		conn->sent += (gsize)n;
	}
}

static void
open_conn(Conn *conn)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = conn };
	int on = 1;

	conn->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (conn->fd < 0 || connect(conn->fd, (struct sockaddr *)&address, sizeof address) != 0) {
		perror("connect");
		exit(1);
	}
	setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	fcntl(conn->fd, F_SETFL, O_NONBLOCK);
	epoll_ctl(epoll, EPOLL_CTL_ADD, conn->fd, &event);
}

static void
finished(Conn *conn)
{
	gint64 now = g_get_monotonic_time();

	n_done++;
	n_errors += conn->bad;
	if (n_times < MOST_TIMES)
		times[n_times++] = (guint32)(now - conn->began_us);
	if (now >= end_us || (options.count > 0 && n_started >= (guint64)options.count))
		return;
	write_request(conn);
	flush_out(conn);
}

static void
keep(Conn *conn, const char *from, gsize size)
{
	conn->n_kept = MIN(size, sizeof conn->kept);
	memmove(conn->kept, from, conn->n_kept);
}

/* buffer holds all there is of the answer so far. */
static void
read_headers(Conn *conn, gsize size)
{
	char *end, *at;

	buffer[size] = '\0';
	if ((end = strstr(buffer, "\r\n\r\n")) == NULL) {
		keep(conn, buffer, size);
		return;
	}
	conn->bad = strncmp(buffer, "HTTP/1.1 2", 10) != 0 && strncmp(buffer, "HTTP/1.1 3", 10) != 0;
	if (conn->bad && n_errors == 0)
		fprintf(stderr, "first error: %.*s\n", (int)MIN(size, 600), buffer);
	*end = '\0'; /* the body is not searched */
	if ((at = strcasestr(buffer, "\r\nContent-Length:")) != NULL)
		conn->body_left = g_ascii_strtoll(at + 17, NULL, 10) - (gint64)(buffer + size - (end + 4));
	else
		conn->body_left = strcasestr(buffer, "\r\nTransfer-Encoding: chunked") != NULL ? -2 : 0;
}

/* buffer holds what was kept and @n bytes more. */
static void
take(Conn *conn, gsize size, gsize n)
{
	conn->n_kept = 0;
	if (conn->body_left == -1)
		read_headers(conn, size);
	else if (conn->body_left > 0)
		conn->body_left -= (gint64)n;
	if (conn->body_left == -2 && size >= 5 && memcmp(buffer + size - 5, "0\r\n\r\n", 5) == 0)
		conn->body_left = 0;
	else if (conn->body_left == -2)
		keep(conn, buffer + size - MIN(size, 4), MIN(size, 4));
}

static void
readable(Conn *conn)
{
	for (;;) {
		const gsize kept = conn->n_kept;
		ssize_t n;

		memcpy(buffer, conn->kept, kept);
		n = recv(conn->fd, buffer + kept, BUFFER - kept, 0);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			close(conn->fd);
			n_errors++;
			if (g_get_monotonic_time() >= end_us)
				return;
			open_conn(conn);
			write_request(conn);
			return;
		}
		n_bytes += (guint64)n;
		take(conn, kept + (gsize)n, (gsize)n);
		if (conn->body_left == 0) {
			finished(conn); /* the next answer comes with an event of its own */
			return;
		}
	}
}

static int
compare(const void *a, const void *b)
{
	guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

	return x < y ? -1 : x > y;
}

static void
run(void)
{
	Conn *conns = g_new0(Conn, options.connections);
	struct epoll_event events[256];
	gint64 began, took;

	epoll = epoll_create1(0);
	times = g_new(guint32, MOST_TIMES);
	for (int i = 0; i < options.connections; i++) {
		conns[i].out = g_string_new(NULL);
		open_conn(&conns[i]);
	}
	began = g_get_monotonic_time();
	end_us = began + options.seconds * G_USEC_PER_SEC;
	for (int i = 0; i < options.connections && (options.count == 0 || n_started < (guint64)options.count); i++) {
		write_request(&conns[i]);
		flush_out(&conns[i]);
	}
	while (n_done < n_started && g_get_monotonic_time() < end_us + 10 * G_USEC_PER_SEC) {
		int n = epoll_wait(epoll, events, G_N_ELEMENTS(events), 200);

		for (int i = 0; i < n; i++) {
			Conn *conn = events[i].data.ptr;

			if (events[i].events & EPOLLOUT)
				flush_out(conn);
			if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
				readable(conn);
		}
	}
	took = g_get_monotonic_time() - began;
	qsort(times, n_times, sizeof *times, compare);
	printf("{\"rps\": %.1f, \"done\": %" G_GUINT64_FORMAT ", \"errors\": %" G_GUINT64_FORMAT ", \"bytes\": %" G_GUINT64_FORMAT ", \"seconds\": %.3f, \"p50_us\": %u, \"p99_us\": %u}\n",
		(double)n_done * G_USEC_PER_SEC / (double)took, n_done, n_errors, n_bytes, (double)took / G_USEC_PER_SEC,
		n_times > 0 ? times[n_times / 2] : 0, n_times > 0 ? times[n_times * 99 / 100] : 0);
}

int
main(int argc, char **argv)
{
	const GOptionEntry entries[] = {
		{ "connect", 0, 0, G_OPTION_ARG_STRING, &options.connect, "127.0.0.1:PORT", "ADDR" },
		{ "connections", 0, 0, G_OPTION_ARG_INT, &options.connections, "at once", "N" },
		{ "seconds", 0, 0, G_OPTION_ARG_INT, &options.seconds, "how long", "S" },
		{ "from", 0, 0, G_OPTION_ARG_INT, &options.from, "the first {n}", "N" },
		{ "count", 0, 0, G_OPTION_ARG_INT, &options.count, "stop after so many", "N" },
		{ "token", 0, 0, G_OPTION_ARG_STRING, &options.token, "bearer token", "T" },
		{ "cookie", 0, 0, G_OPTION_ARG_STRING, &options.cookie, "cookie header", "C" },
		{ "body", 0, 0, G_OPTION_ARG_STRING, &options.body, "JSON body", "TEXT" },
		{ "refs", 0, 0, G_OPTION_ARG_FILENAME, &options.refs, "what {ref} is, one a line", "FILE" },
		{ NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new("METHOD PATH");
	g_auto(GStrv) host = NULL;

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, NULL) || argc != 3 || options.connect == NULL || !read_refs())
		return 2;
	method = argv[1];
	path = argv[2];
	host = g_strsplit(options.connect, ":", 2);
	address.sin_family = AF_INET;
	address.sin_port = htons((guint16)atoi(host[1]));
	/* This program loads servers on this machine only. */
	if (inet_pton(AF_INET, host[0], &address.sin_addr) != 1 || (ntohl(address.sin_addr.s_addr) >> 24) != 127)
		return 2;
	run();
	return n_errors > 0;
}
