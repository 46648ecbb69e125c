/* The LMTP server on real sockets: both kinds of address, answers from other threads, the stop, those who are slow or many. */
#include "mail/lmtp.h"
#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct {
	GAsyncQueue *tokens; /* messages that wait for their answer */
	gint n_stored, n_abandoned;
	gboolean at_once;
} Store;

static gpointer
on_begin(const char *from, const char *const *to, gpointer data)
{
	return data;
}

static gboolean
on_append(gpointer handle, const guint8 *bytes, gsize size, gpointer data)
{
	return TRUE;
}

static void
on_end(gpointer handle, const char *const *to, gpointer token, gpointer data)
{
	Store *store = data;

	g_atomic_int_inc(&store->n_stored);
	if (store->at_once)
		lmtp_answer(token, 0, "250 2.0.0 filed");
	else
		g_async_queue_push(store->tokens, token);
}

static void
on_abandon(gpointer handle, gpointer data)
{
	g_atomic_int_inc(&((Store *)data)->n_abandoned);
}

static const LmtpSink sink = { NULL, on_begin, on_append, on_end, on_abandon };

static int
dial(const char *where)
{
	union {
		struct sockaddr any;
		struct sockaddr_un un;
		struct sockaddr_in in;
	} to = { 0 };
	const gboolean is_unix = g_str_has_prefix(where, "unix:");
	const int fd = socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (is_unix) {
		to.un.sun_family = AF_UNIX;
		g_strlcpy(to.un.sun_path, where + 5, sizeof to.un.sun_path);
	} else {
		to.in = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
			.sin_port = htons((guint16)g_ascii_strtoull(strrchr(where, ':') + 1, NULL, 10)) };
	}
	g_assert_cmpint(connect(fd, &to.any, is_unix ? sizeof to.un : sizeof to.in), ==, 0);
	return fd;
}

static void
say(int fd, const char *text)
{
	g_assert_cmpint(send(fd, text, strlen(text), MSG_NOSIGNAL), ==, (gssize)strlen(text));
}

/* Hears until @text has come; FALSE: closed before. */
static gboolean
hear(int fd, const char *text)
{
	g_autoptr(GString) heard = g_string_new(NULL);
	char bytes[512];

	while (strstr(heard->str, text) == NULL) {
		gssize n;

		g_assert_cmpint(poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 10000), ==, 1);
		if ((n = recv(fd, bytes, sizeof bytes, 0)) <= 0)
			return FALSE;
		g_string_append_len(heard, bytes, n);
	}
	return TRUE;
}

static gboolean
is_closed(int fd)
{
	return !hear(fd, "\001 never said");
}

static LmtpServer *
start(const char *where, guint max_connections, guint timeout_s, Store *store, char **ret_where)
{
	const LmtpOptions options = { .where = where, .max_connections = max_connections, .timeout_s = timeout_s };
	g_autoptr(GError) error = NULL;
	LmtpServer *server;

	*store = (Store){ .tokens = g_async_queue_new() };
	server = lmtp_start(&options, &sink, store, ret_where, &error);
	g_assert_no_error(error);
	return server;
}

#define MESSAGE "MAIL FROM:<x@y>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nhi\r\n.\r\n"

static gpointer
answer_backwards(gpointer data)
{
	Store *store = data;

	for (guint n = 0; n < 3; n++) {
		gpointer token = g_async_queue_pop(store->tokens);

		lmtp_answer(token, 1, "550 5.2.1 second");
		lmtp_answer(token, 0, "250 2.0.0 first");
	}
	return NULL;
}

static void
test_answers_from_another_thread(void)
{
	g_autofree char *dir = g_dir_make_tmp("rdlmtpXXXXXX", NULL), *socket_path = g_strdup_printf("unix:%s/s", dir), *where = NULL;
	Store store;
	LmtpServer *server = start(socket_path, 0, 0, &store, &where);
	GThread *thread = g_thread_new("answers", answer_backwards, &store);
	const int fd = dial(where);
	GStatBuf info;

	g_assert_cmpint(g_stat(where + 5, &info), ==, 0);
	g_assert_cmpint(info.st_mode & 0777, ==, 0660);
	say(fd, "LHLO a\r\n" MESSAGE);
	g_assert_true(hear(fd, "250 2.0.0 first\r\n550 5.2.1 second\r\n"));
	say(fd, MESSAGE MESSAGE "QUIT\r\n");
	shutdown(fd, SHUT_WR); /* says no more, but listens */
	g_assert_true(hear(fd, "550 5.2.1 second\r\n221 2.0.0 goodbye\r\n"));
	g_assert_true(is_closed(fd));
	g_thread_join(thread);
	lmtp_stop(server);
	g_assert_false(g_file_test(where + 5, G_FILE_TEST_EXISTS));
	g_assert_cmpint(store.n_stored, ==, 3);
	g_async_queue_unref(store.tokens);
	close(fd);
	g_rmdir(dir);
}

static gpointer
stop(gpointer server)
{
	lmtp_stop(server);
	return NULL;
}

/* Who waits for a message being stored is answered; who is in the middle of one is not; nobody new is let in. */
static void
test_stop(void)
{
	g_autofree char *where = NULL;
	Store store;
	LmtpServer *server = start("127.0.0.1:0", 0, 0, &store, &where);
	const int waits = dial(where), half = dial(where), idle = dial(where);
	gpointer token;
	GThread *stopper;

	say(waits, "LHLO a\r\n" MESSAGE);
	say(half, "LHLO a\r\nMAIL FROM:<x@y>\r\nRCPT TO:<a@b>\r\nDATA\r\nhal");
	g_assert_true(hear(half, "354"));
	g_assert_true(hear(idle, "220"));
	token = g_async_queue_pop(store.tokens);
	stopper = g_thread_new("stop", stop, server);
	g_assert_true(hear(idle, "421 4.3.2"));
	g_assert_true(is_closed(idle));
	g_assert_true(hear(half, "421 4.3.2"));
	lmtp_answer(token, 0, "250 2.0.0 first");
	lmtp_answer(token, 1, "250 2.0.0 second");
	g_assert_true(hear(waits, "250 2.0.0 second\r\n421 4.3.2"));
	g_thread_join(stopper);
	g_assert_cmpint(store.n_abandoned, ==, 1);
	g_async_queue_unref(store.tokens);
	close(waits);
	close(half);
	close(idle);
}

/* A sink that never answers holds the stop up for the time-out, no longer; its late answer does no harm. */
static void
test_answer_after_the_stop(void)
{
	g_autofree char *where = NULL;
	Store store;
	LmtpServer *server = start("127.0.0.1:0", 0, 1, &store, &where);
	const int fd = dial(where);
	gpointer token;

	say(fd, "LHLO a\r\n" MESSAGE);
	token = g_async_queue_pop(store.tokens);
	lmtp_stop(server);
	lmtp_answer(token, 1, "250 2.0.0 late");
	lmtp_answer(token, 0, "250 2.0.0 late");
	g_async_queue_unref(store.tokens);
	close(fd);
}

static void
test_too_many(void)
{
	g_autofree char *where = NULL;
	Store store;
	LmtpServer *server = start("127.0.0.1:0", 2, 0, &store, &where);
	const int first = dial(where), second = dial(where);
	int third;

	g_assert_true(hear(first, "220") && hear(second, "220"));
	third = dial(where);
	g_assert_true(hear(third, "421 4.3.2 too many"));
	g_assert_true(is_closed(third));
	lmtp_stop(server);
	g_async_queue_unref(store.tokens);
	close(first);
	close(second);
	close(third);
}

static void
test_slow(void)
{
	g_autofree char *where = NULL;
	Store store;
	LmtpServer *server = start("127.0.0.1:0", 0, 1, &store, &where);
	const int fd = dial(where);

	say(fd, "LHLO a\r\nMAIL FROM:<x@y>\r\nRCPT TO:<a@b>\r\nDATA\r\nhal");
	g_assert_true(hear(fd, "421 4.4.2"));
	g_assert_true(is_closed(fd));
	lmtp_stop(server);
	g_assert_cmpint(store.n_abandoned, ==, 1);
	g_async_queue_unref(store.tokens);
	close(fd);
}

/* A client that says much and listens to nothing is not remembered without bound, and is served once it listens. */
static void
test_deaf(void)
{
	g_autofree char *where = NULL;
	Store store;
	LmtpServer *server = start("127.0.0.1:0", 0, 0, &store, &where);
	GString *many = g_string_new("LHLO a\r\n");
	const int fd = dial(where);
	gsize said = 0, n_heard = 0;
	char bytes[65536];

	for (guint i = 0; i < 500000; i++)
		g_string_append(many, "NOOP\r\n");
	g_string_append(many, "QUIT\r\n");
	while (said < many->len || n_heard == 0 || poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 10000) == 1) {
		const gssize n = said < many->len ? send(fd, many->str + said, many->len - said, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;
		gssize got;

		if (n > 0) {
			said += (gsize)n;
			continue;
		}
		got = recv(fd, bytes, sizeof bytes, 0);
		if (got <= 0)
			break;
		n_heard += (gsize)got;
	}
	g_assert_cmpuint(said, ==, many->len);
	g_assert_cmpuint(n_heard, >, 500000 * strlen("250 2.0.0 ok\r\n"));
	lmtp_stop(server);
	g_async_queue_unref(store.tokens);
	g_string_free(many, TRUE);
	close(fd);
}

static void
test_address(void)
{
	g_autofree char *where = NULL;
	Store store;
	LmtpServer *server = start("[::1]:0", 0, 0, &store, &where);
	const LmtpOptions again = { .where = where }, bad = { .where = "nowhere" };
	g_autoptr(GError) busy = NULL, invalid = NULL;

	g_assert_true(g_str_has_prefix(where, "[::1]:"));
	g_assert_null(lmtp_start(&again, &sink, &store, NULL, &busy));
	g_assert_error(busy, ERR, ERR_BUSY);
	g_assert_null(lmtp_start(&bad, &sink, &store, NULL, &invalid));
	g_assert_error(invalid, ERR, ERR_INVALID);
	lmtp_stop(server);
	lmtp_stop(NULL);
	g_async_queue_unref(store.tokens);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lmtp-server/answers-from-another-thread", test_answers_from_another_thread);
	g_test_add_func("/lmtp-server/stop", test_stop);
	g_test_add_func("/lmtp-server/answer-after-the-stop", test_answer_after_the_stop);
	g_test_add_func("/lmtp-server/too-many", test_too_many);
	g_test_add_func("/lmtp-server/slow", test_slow);
	g_test_add_func("/lmtp-server/deaf", test_deaf);
	g_test_add_func("/lmtp-server/address", test_address);
	return g_test_run();
}
