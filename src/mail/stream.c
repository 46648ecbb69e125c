/* stream.c - see stream.h. */
#include "mail/stream.h"
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BUFFER = 16 * 1024,
	PATIENCE = 64 * 1024, /* so many bytes within one time-out, else a step that drips is over */
	WORDS = 500,
};

struct _MailStream {
	MailPeer peer; /* our own host; the other strings are used in the opening call alone */
	char *name, *host;
	int fd;
	MailSession *session; /* NULL: in the clear */
	const char *doing;
	gint64 deadline_us, span_us;
	gsize progress;       /* bytes since the deadline was set */
	guint8 buffer[BUFFER];
	gsize at, end;        /* what of the buffer is not yet read */
};

const char *
mail_security_word(MailSecurity security)
{
	static const char *const words[] = { "none", "tls", "starttls" };

	return words[security];
}

gboolean
mail_security_read(const char *word, MailSecurity *ret_security)
{
	for (MailSecurity at = MAIL_PLAIN; at <= MAIL_STARTTLS; at++) {
		if (g_strcmp0(word, mail_security_word(at)) == 0) {
			*ret_security = at;
			return TRUE;
		}
	}
	return FALSE;
}

char *
mail_words(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
	GString *out = g_string_new(NULL);

	for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
		const gunichar c = g_utf8_get_char(p);

		if (out->len + 4 > WORDS)
			break;
		if (!g_unichar_iscntrl(c) && !(c >= 0x2028 && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069))
			g_string_append_unichar(out, c);
		else if (out->len > 0 && out->str[out->len - 1] != ' ')
			g_string_append_c(out, ' ');
	}
	return g_strstrip(g_string_free(out, FALSE));
}

gboolean
mail_stream_fail(const MailStream *self, GError **error, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list ap;

	va_start(ap, format);
	message = g_strdup_vprintf(format, ap);
	va_end(ap);
	g_set_error(error, ERR, ERR_UPSTREAM, "%s: %s", self->name, message);
	return FALSE;
}

void
mail_stream_step(MailStream *self, const char *doing, guint patience)
{
	self->doing = doing;
	self->span_us = (self->peer.timeout_s != 0 ? self->peer.timeout_s : 30) * MAX(patience, 1) * G_USEC_PER_SEC;
	self->deadline_us = g_get_monotonic_time() + self->span_us;
	self->progress = 0;
}

static void
progress(MailStream *self, gsize size)
{
	self->progress += size;
	if (self->progress >= PATIENCE)
		mail_stream_step(self, self->doing, (guint)(self->span_us / G_USEC_PER_SEC / (self->peer.timeout_s != 0 ? self->peer.timeout_s : 30)));
}

gboolean
mail_stream_wait(MailStream *self, short events, GError **error)
{
	struct pollfd polled[2] = { { .fd = self->fd, .events = events }, { .fd = self->peer.stop_fd > 0 ? self->peer.stop_fd : -1, .events = POLLIN } };

	for (;;) {
		const gint64 left_us = self->deadline_us - g_get_monotonic_time();
		const int n = left_us > 0 ? poll(polled, 2, (int)MIN(left_us / 1000 + 1, G_MAXINT)) : 0;

		if (polled[1].revents != 0)
			return mail_stream_fail(self, error, "we are stopping");
		if (n > 0)
			return TRUE;
		if (n == 0)
			return mail_stream_fail(self, error, "timed out: no answer to %s within %d s", self->doing, (int)(self->span_us / G_USEC_PER_SEC));
		if (errno != EINTR)
			return mail_stream_fail(self, error, "%s: %s", self->doing, g_strerror(errno));
	}
}

static gboolean
connect_failed(const MailStream *self, int why, GError **error)
{
	if (why == ECONNREFUSED)
		return mail_stream_fail(self, error, "refused the connection: nothing listens on that port; check the port and the kind of security");
	return mail_stream_fail(self, error, "cannot be reached: %s", g_strerror(why));
}

static gboolean
connect_one(MailStream *self, const struct addrinfo *to, GError **error)
{
	const int on = 1;
	int why = 0;
	socklen_t size = sizeof why;

	self->fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (self->fd < 0)
		return mail_stream_fail(self, error, "no socket: %s", g_strerror(errno));
	if (connect(self->fd, to->ai_addr, to->ai_addrlen) != 0) {
		if (errno != EINPROGRESS)
			return connect_failed(self, errno, error);
		if (!mail_stream_wait(self, POLLOUT, error))
			return FALSE;
		if (getsockopt(self->fd, SOL_SOCKET, SO_ERROR, &why, &size) != 0 || why != 0)
			return connect_failed(self, why != 0 ? why : errno, error);
	}
	setsockopt(self->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(self->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	return TRUE;
}

static gboolean
connect_any(MailStream *self, GError **error)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	struct addrinfo *all = NULL;
	char port[8];
	int why;
	gboolean ok = FALSE;

	g_snprintf(port, sizeof port, "%u", self->peer.port);
	why = getaddrinfo(self->peer.host, port, &hints, &all);
	if (why != 0)
		return mail_stream_fail(self, error, "the name %s does not resolve: %s", self->peer.host, gai_strerror(why));
	for (const struct addrinfo *to = all; to != NULL && !ok; to = to->ai_next) {
		if (self->fd >= 0)
			close(self->fd);
		self->fd = -1;
		if (error != NULL)
			g_clear_error(error); /* the last address's reason stands for all */
		mail_stream_step(self, "the connection", 1);
		ok = connect_one(self, to, error);
	}
	freeaddrinfo(all);
	return ok;
}

MailStream *
mail_stream_open(const MailPeer *peer, GError **error)
{
	g_autoptr(MailStream) self = g_new0(MailStream, 1);
	g_autoptr(GError) why = NULL;

	self->peer = *peer;
	self->peer.host = self->host = g_strdup(peer->host);
	self->fd = -1;
	self->name = g_strdup_printf(peer->host != NULL && strchr(peer->host, ':') != NULL ? "[%s]:%u" : "%s:%u", peer->host, peer->port);
	if (peer->host == NULL || *peer->host == '\0' || peer->port == 0 || peer->port > 65535) {
		mail_stream_fail(self, error, "a host name and a port from 1 to 65535 are needed");
		return NULL;
	}
	if (!connect_any(self, &why) || (peer->security == MAIL_TLS && !mail_stream_secure(self, &why))) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
mail_stream_free(MailStream *self)
{
	if (self == NULL)
		return;
	mail_session_free(self->session);
	if (self->fd >= 0)
		close(self->fd);
	g_free(self->name);
	g_free(self->host);
	g_free(self);
}

gboolean
mail_stream_secure(MailStream *self, GError **error)
{
	if (self->at < self->end)
		return mail_stream_fail(self, error, "sent words in the clear after agreeing to TLS: somebody may be injecting commands; refused");
	mail_stream_step(self, "the TLS handshake", 1);
	self->session = mail_session_open(self, error);
	if (self->session == NULL)
		shutdown(self->fd, SHUT_RDWR); /* not one more word in the clear */
	return self->session != NULL;
}

/* One try: as read(2), and what to wait for when it would block. */
static gssize
read_once(MailStream *self, void *bytes, gsize size, short *ret_wait_for)
{
	gssize n;

	*ret_wait_for = 0;
	if (self->session != NULL)
		return mail_session_read(self->session, bytes, size, ret_wait_for);
	n = recv(self->fd, bytes, size, 0);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		*ret_wait_for = POLLIN;
	return n;
}

static gssize
write_once(MailStream *self, const void *bytes, gsize size, short *ret_wait_for)
{
	gssize n;

	*ret_wait_for = 0;
	if (self->session != NULL)
		return mail_session_write(self->session, bytes, size, ret_wait_for);
	n = send(self->fd, bytes, size, MSG_NOSIGNAL);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		*ret_wait_for = POLLOUT;
	return n;
}

static gboolean
broken(const MailStream *self, GError **error)
{
	const int why = errno;

	return mail_stream_fail(self, error, "the connection broke at %s: %s", self->doing,
		self->session != NULL ? mail_session_words(self->session) : g_strerror(why));
}

static gssize
read_more(MailStream *self, void *bytes, gsize size, GError **error)
{
	for (;;) {
		short wait_for;
		const gssize n = read_once(self, bytes, size, &wait_for);

		if (n >= 0) {
			progress(self, (gsize)n);
			return n;
		}
		if (wait_for == 0)
			return broken(self, error) - 1;
		if (!mail_stream_wait(self, wait_for, error))
			return -1;
	}
}

gssize
mail_stream_read(MailStream *self, void *bytes, gsize size, GError **error)
{
	const gsize have = MIN(size, self->end - self->at);

	if (have == 0)
		return read_more(self, bytes, size, error);
	memcpy(bytes, self->buffer + self->at, have);
	self->at += have;
	return (gssize)have;
}

gboolean
mail_stream_write(MailStream *self, const void *bytes, gsize size, GError **error)
{
	for (gsize done = 0; done < size;) {
		short wait_for;
		const gssize n = write_once(self, (const guint8 *)bytes + done, size - done, &wait_for);

		if (n >= 0) {
			progress(self, (gsize)n);
			done += (gsize)n;
		} else if (wait_for == 0) {
			return broken(self, error);
		} else if (!mail_stream_wait(self, wait_for, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

char *
mail_stream_line(MailStream *self, gsize max, GError **error)
{
	g_autoptr(GString) line = g_string_new(NULL);

	for (;;) {
		const guint8 *from = self->buffer + self->at, *lf = memchr(from, '\n', self->end - self->at);
		const gsize size = lf != NULL ? (gsize)(lf - from) : self->end - self->at;
		gssize n;

		if (line->len + size > max) {
			mail_stream_fail(self, error, "sent a line of more than %" G_GSIZE_FORMAT " bytes at %s", max, self->doing);
			return NULL;
		}
		for (gsize i = 0; i < size; i++)
			g_string_append_c(line, from[i] != '\0' ? (char)from[i] : '?');
		self->at += size + (lf != NULL);
		if (lf != NULL)
			break;
		n = read_more(self, self->buffer, BUFFER, error);
		if (n <= 0) {
			if (n == 0)
				mail_stream_fail(self, error, "closed the connection at %s", self->doing);
			return NULL;
		}
		self->at = 0;
		self->end = (gsize)n;
	}
	if (line->len > 0 && line->str[line->len - 1] == '\r')
		g_string_truncate(line, line->len - 1);
	return g_string_free(g_steal_pointer(&line), FALSE);
}

gboolean
mail_stream_pending(const MailStream *self)
{
	return self->at < self->end || (self->session != NULL && mail_session_pending(self->session));
}

int
mail_stream_fd(const MailStream *self)
{
	return self->fd;
}

const char *
mail_stream_name(const MailStream *self)
{
	return self->name;
}

const MailPeer *
mail_stream_peer(const MailStream *self)
{
	return &self->peer;
}
