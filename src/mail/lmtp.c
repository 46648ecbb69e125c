/* lmtp.c - see lmtp.h: sockets, deadlines, the one thread. */
#include "mail/lmtp_talk.h"
#include "base/listen.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 64 * 1024, TICK_MS = 250, STOP_MAX_S = 3 };

typedef struct {
	int fd;
	LmtpTalk *talk;
	gboolean ended;       /* the client says no more, and may still listen */
	guint64 progress;
	gint64 deadline_us;
} Client;

struct _LmtpServer {
	LmtpOptions options;
	LmtpSink sink;
	gpointer data;
	int fd;
	char *path;
	LmtpBell *bell;
	GThread *thread;
	GPtrArray *clients;
	GArray *polled;
	guint8 *piece;
	gint stopping;        /* atomic */
	gint64 stop_us;       /* when even what is being stored is waited for no longer */
};

static void
client_free(gpointer data)
{
	Client *self = data;

	lmtp_talk_free(self->talk);
	close(self->fd);
	g_free(self);
}

static void
postpone(const LmtpServer *self, Client *client)
{
	client->progress = lmtp_talk_progress(client->talk);
	client->deadline_us = g_get_monotonic_time() + (gint64)self->options.timeout_s * G_USEC_PER_SEC;
}

/* Sends what there is; FALSE: the client is gone. */
static gboolean
flush(Client *client)
{
	GString *out = lmtp_talk_out(client->talk);
	gsize done = 0;

	while (done < out->len) {
		const gssize n = send(client->fd, out->str + done, out->len - done, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
			return FALSE;
		if (n < 0)
			break;
		done += (gsize)n;
	}
	g_string_erase(out, 0, (gssize)done);
	return TRUE;
}

static gboolean
receive(LmtpServer *self, Client *client)
{
	const gssize n = recv(client->fd, self->piece, PIECE, 0);

	if (n < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
	if (n == 0)
		client->ended = TRUE;
	else
		lmtp_talk_feed(client->talk, self->piece, (gsize)n);
	return TRUE;
}

/* One client's turn; FALSE: it is done with. */
static gboolean
serve(LmtpServer *self, Client *client, short events, gint64 now_us)
{
	GString *out = lmtp_talk_out(client->talk);

	if ((events & (POLLERR | POLLNVAL)) != 0 || ((events & POLLHUP) != 0 && (events & POLLIN) == 0))
		return FALSE;
	if ((events & POLLIN) != 0 && !receive(self, client))
		return FALSE;
	/* What the client was slow to fetch may have held up what it said before. */
	do {
		lmtp_talk_go_on(client->talk);
		if (!flush(client))
			return FALSE;
	} while (out->len == 0 && lmtp_talk_is_full(client->talk) && !lmtp_talk_is_waiting(client->talk));
	if (lmtp_talk_progress(client->talk) != client->progress)
		postpone(self, client);
	if (out->len == 0 && (lmtp_talk_is_over(client->talk) || (client->ended && !lmtp_talk_is_waiting(client->talk))))
		return FALSE;
	if (lmtp_talk_is_waiting(client->talk)) /* the sink's time, not the client's */
		return TRUE;
	if (now_us < client->deadline_us)
		return TRUE;
	g_string_append(out, "421 4.4.2 too slow; goodbye\r\n");
	flush(client);
	return FALSE;
}

static void
welcome(LmtpServer *self)
{
	static const char full[] = "421 4.3.2 too many connections; try again later\r\n";
	int fd;

	while ((fd = accept4(self->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		Client *client;

		if (self->clients->len >= self->options.max_connections) {
			send(fd, full, sizeof full - 1, MSG_NOSIGNAL);
			close(fd);
			continue;
		}
		client = g_new0(Client, 1);
		client->fd = fd;
		client->talk = lmtp_talk_new(&self->options, &self->sink, self->data, self->bell);
		postpone(self, client);
		if (flush(client))
			g_ptr_array_add(self->clients, client);
		else
			client_free(client);
	}
}

/* What to wait for: the bell, the door, and each client as far as it may speak or has not yet listened. */
static void
prepare(LmtpServer *self)
{
	g_array_set_size(self->polled, 2 + self->clients->len);
	g_array_index(self->polled, struct pollfd, 0) = (struct pollfd){ .fd = lmtp_bell_fd(self->bell), .events = POLLIN };
	g_array_index(self->polled, struct pollfd, 1) = (struct pollfd){ .fd = self->fd, .events = POLLIN };
	for (guint i = 0; i < self->clients->len; i++) {
		const Client *client = self->clients->pdata[i];
		const gboolean may_speak = !client->ended && !lmtp_talk_is_over(client->talk) && !lmtp_talk_is_full(client->talk);

		g_array_index(self->polled, struct pollfd, 2 + i) = (struct pollfd){ .fd = client->fd,
			.events = (short)((may_speak ? POLLIN : 0) | (lmtp_talk_out(client->talk)->len > 0 ? POLLOUT : 0)) };
	}
}

static void
begin_to_stop(LmtpServer *self)
{
	close(self->fd);
	self->fd = -1;
	if (self->path != NULL)
		unlink(self->path);
	self->stop_us = g_get_monotonic_time() + (gint64)MIN(self->options.timeout_s, STOP_MAX_S) * G_USEC_PER_SEC;
	for (guint i = 0; i < self->clients->len; i++)
		lmtp_talk_stop(((Client *)self->clients->pdata[i])->talk);
}

static gpointer
run(gpointer data)
{
	LmtpServer *self = data;

	lmtp_bell_attend(self->bell);
	for (;;) {
		const gboolean stopping = g_atomic_int_get(&self->stopping) != 0;
		gint64 now_us;

		if (stopping && self->fd >= 0)
			begin_to_stop(self);
		prepare(self);
		if (poll((struct pollfd *)(void *)self->polled->data, self->polled->len, stopping ? 0 : self->clients->len > 0 ? TICK_MS : -1) < 0 && errno != EINTR)
			break;
		now_us = g_get_monotonic_time();
		lmtp_bell_hear(self->bell);
		/* Backwards: a client that is done with makes room for the last one, which was served already. */
		for (guint i = self->polled->len - 2; i-- > 0;) {
			if (!serve(self, self->clients->pdata[i], g_array_index(self->polled, struct pollfd, 2 + i).revents, now_us))
				g_ptr_array_remove_index_fast(self->clients, i);
		}
		if (stopping && (self->clients->len == 0 || now_us >= self->stop_us))
			break;
		if (stopping) /* woken by an answer, or now and then */
			poll(&(struct pollfd){ .fd = lmtp_bell_fd(self->bell), .events = POLLIN }, 1, 20);
		else if (g_array_index(self->polled, struct pollfd, 1).revents != 0)
			welcome(self);
	}
	g_ptr_array_set_size(self->clients, 0);
	return NULL;
}

LmtpServer *
lmtp_start(const LmtpOptions *options, const LmtpSink *sink, gpointer data, char **ret_where, GError **error)
{
	LmtpServer *self = g_new0(LmtpServer, 1);
	g_autofree char *where = NULL;

	self->options = *options;
	lmtp_options_fill(&self->options);
	self->sink = *sink;
	self->data = data;
	self->fd = listen_open(options->where, &where, &self->path, error);
	if (self->fd < 0) {
		g_free(self);
		return NULL;
	}
	if (self->path != NULL)
		chmod(self->path, self->options.mode);
	self->bell = lmtp_bell_new();
	self->clients = g_ptr_array_new_with_free_func(client_free);
	self->polled = g_array_new(FALSE, TRUE, sizeof(struct pollfd));
	self->piece = g_malloc(PIECE);
	self->thread = g_thread_new("lmtp", run, self);
	if (ret_where != NULL)
		*ret_where = g_steal_pointer(&where);
	return self;
}

void
lmtp_stop(LmtpServer *self)
{
	if (self == NULL)
		return;
	g_atomic_int_set(&self->stopping, 1);
	lmtp_bell_ring(self->bell);
	g_thread_join(self->thread);
	if (self->fd >= 0)
		close(self->fd);
	g_ptr_array_unref(self->clients);
	g_array_unref(self->polled);
	lmtp_bell_unref(self->bell);
	g_free(self->piece);
	g_free(self->path);
	g_free(self);
}
