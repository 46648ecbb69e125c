/* fake.c - see fake.h. */
#include "fake.h"
#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct _Fake {
	int fd;
	guint port;
	char **scripts;
	GThread *thread;
	GString *heard;
	char *fault;
};

enum { PATIENCE_MS = 10000 };

static gboolean
ready(int fd)
{
	return poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, PATIENCE_MS) == 1;
}

static gboolean
send_all(int fd, const char *bytes, gsize size)
{
	for (gsize done = 0; done < size;) {
		const gssize n = send(fd, bytes + done, size - done, MSG_NOSIGNAL);

		if (n <= 0)
			return FALSE;
		done += (gsize)n;
	}
	return TRUE;
}

static GString *
read_line(int fd)
{
	GString *line = g_string_new(NULL);
	char c;

	while (ready(fd) && recv(fd, &c, 1, 0) == 1) {
		if (c == '\n')
			return line;
		if (c != '\r')
			g_string_append_c(line, c);
	}
	g_string_free(line, TRUE);
	return NULL;
}

static gboolean
hear(Fake *self, int fd, const char *begin)
{
	GString *line = read_line(fd);
	const gboolean ok = line != NULL && g_ascii_strncasecmp(line->str, begin, strlen(begin)) == 0;

	if (!ok && self->fault == NULL)
		self->fault = g_strdup_printf("wanted \"%s\", heard \"%s\"", begin, line != NULL ? line->str : "(nothing)");
	if (line != NULL) {
		g_string_append_printf(self->heard, "%s\n", line->str);
		g_string_free(line, TRUE);
	}
	return ok;
}

static void
hear_data(Fake *self, int fd)
{
	for (;;) {
		g_autofree char *text = NULL;
		GString *line = read_line(fd);

		if (line == NULL)
			return;
		g_string_append_printf(self->heard, "%s\n", line->str);
		text = g_string_free(line, FALSE);
		if (strcmp(text, ".") == 0)
			return;
	}
}

static void
send_escaped(int fd, const char *text)
{
	GString *out = g_string_new(NULL);

	for (; *text != '\0'; text++) {
		if (text[0] == '\\' && text[1] != '\0') {
			text++;
			g_string_append_c(out, *text == 'r' ? '\r' : *text == 'n' ? '\n' : *text == '0' ? '\0' : *text);
		} else {
			g_string_append_c(out, *text);
		}
	}
	send_all(fd, out->str, out->len);
	g_string_free(out, TRUE);
}

static void
send_often(int fd, const char *text)
{
	char *rest;
	guint64 n = g_ascii_strtoull(text, &rest, 10);
	GString *out = g_string_new(NULL);

	for (rest++; n > 0; n--)
		g_string_append(out, rest);
	send_escaped(fd, out->str);
	g_string_free(out, TRUE);
}

static void
play(Fake *self, int fd, const char *script)
{
	g_auto(GStrv) lines = g_strsplit(script, "\n", 0);

	for (char **line = lines; *line != NULL; line++) {
		const char *rest = strlen(*line) > 2 ? *line + 2 : "";
		g_autofree char *sent = NULL;
		char c;

		switch ((*line)[0]) {
		case 'S':
			sent = g_strdup_printf("%s\r\n", rest);
			send_all(fd, sent, strlen(sent));
			break;
		case 'R':
			send_escaped(fd, rest);
			break;
		case 'Z':
			send_often(fd, rest);
			break;
		case 'C':
			if (!hear(self, fd, rest))
				return;
			break;
		case 'D':
			hear_data(self, fd);
			break;
		case 'E':
			while (ready(fd) && recv(fd, &c, 1, 0) == 1)
				;
			break;
		case 'X':
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ .l_onoff = 1 }, sizeof(struct linger));
			return;
		}
	}
}

static gpointer
run(gpointer data)
{
	Fake *self = data;

	for (char **script = self->scripts; *script != NULL; script++) {
		const int fd = ready(self->fd) ? accept(self->fd, NULL, NULL) : -1;

		if (fd < 0) {
			if (self->fault == NULL)
				self->fault = g_strdup("nobody came");
			break;
		}
		play(self, fd, *script);
		close(fd);
	}
	return NULL;
}

Fake *
fake_start(const char *const *scripts)
{
	Fake *self = g_new0(Fake, 1);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;

	self->heard = g_string_new(NULL);
	self->scripts = g_strdupv((char **)scripts);
	self->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert(bind(self->fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(self->fd, 16) == 0);
	g_assert(getsockname(self->fd, (struct sockaddr *)&address, &size) == 0);
	self->port = ntohs(address.sin_port);
	self->thread = g_thread_new("fake", run, self);
	return self;
}

guint
fake_port(const Fake *self)
{
	return self->port;
}

const char *
fake_heard(Fake *self)
{
	if (self->thread != NULL)
		g_thread_join(self->thread);
	self->thread = NULL;
	if (self->fault != NULL)
		g_error("the fake server: %s, after\n%s", self->fault, self->heard->str);
	return self->heard->str;
}

void
fake_stop(Fake *self)
{
	fake_heard(self);
	close(self->fd);
	g_strfreev(self->scripts);
	g_string_free(self->heard, TRUE);
	g_free(self->fault);
	g_free(self);
}
