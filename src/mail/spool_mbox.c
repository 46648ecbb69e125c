/* spool_mbox.c - the messages of an mbox file, one at a time. See spool_inner.h.
 *
 * Four dialects share the "From " line and disagree on a body's own lines that begin so: mboxo and mboxrd put ">" before
 * them (mboxrd also before those that had one), mboxcl2 leaves them and counts bytes in Content-Length. A count is believed
 * when it leads to the next "From " line or the file's end. */
#include "mail/spool_inner.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024 };

struct _Mbox {
	char *path;
	int fd;
	gint64 size, at, line;   /* of the file; of the next byte to be read; its line, from 1 */
	gint64 base;             /* of the buffer */
	gsize have;
	char eol;                /* '\n', or '\r' where lines end by that alone */
	gboolean strict;         /* the file's first "From " line has a time: then all have */
	guint8 buffer[BUFFER];
};

void
mbox_free(Mbox *self)
{
	if (self == NULL)
		return;
	if (self->fd >= 0)
		close(self->fd);
	g_free(self->path);
	g_free(self);
}

gint64
mbox_offset(const Mbox *self)
{
	return self->at;
}

/* The bytes from @at on that are in memory; 0: the end, or the file shrank. */
static gsize
look(Mbox *self, gint64 at, const guint8 **ret_bytes)
{
	if (at < self->base || at >= self->base + (gint64)self->have) {
		const gssize n = pread(self->fd, self->buffer, BUFFER, at);

		self->base = at;
		self->have = n > 0 ? (gsize)n : 0;
	}
	*ret_bytes = self->buffer + (at - self->base);
	return (gsize)(self->base + (gint64)self->have - at);
}

/* The line at @self->at with its end, onto @onto; FALSE: there is none. Of what is beyond the bound only the end is kept. */
static gboolean
take_line(Mbox *self, GByteArray *onto)
{
	const gint64 from = self->at;

	for (;;) {
		const guint8 *bytes;
		const gsize n = look(self, self->at, &bytes);
		const guint8 *end = n > 0 ? memchr(bytes, self->eol, n) : NULL;
		const gsize take = end != NULL ? (gsize)(end - bytes) + 1 : n;

		if (n == 0)
			break;
		if (onto->len <= SPOOL_MESSAGE_MAX)
			g_byte_array_append(onto, bytes, (guint)take);
		self->at += (gint64)take;
		if (end != NULL)
			break;
	}
	self->line += self->at > from;
	return self->at > from;
}

/* "From someone Thu Nov 19 11:22:33 2026": a body's "From here on" has no time. */
static gboolean
has_time(const char *line)
{
	for (const char *p = line; *p != '\0'; p++) {
		if (g_ascii_isdigit(p[0]) && p[1] == ':' && g_ascii_isdigit(p[2]) && g_ascii_isdigit(p[3]))
			return TRUE;
	}
	return FALSE;
}

/* Whether a message begins at @at. */
static gboolean
begins_at(Mbox *self, gint64 at)
{
	char head[200];
	const gint64 in_buffer = at - self->base;
	gssize n;

	if (in_buffer >= 0 && in_buffer + 5 <= (gint64)self->have && memcmp(self->buffer + in_buffer, "From ", 5) != 0)
		return FALSE;
	n = pread(self->fd, head, sizeof head - 1, at);
	if (n < 5 || memcmp(head, "From ", 5) != 0)
		return FALSE;
	head[n] = '\0';
	head[strcspn(head, "\r\n")] = '\0';
	return !self->strict || has_time(head);
}

Mbox *
mbox_open(const char *path, GError **error)
{
	Mbox *self = g_new0(Mbox, 1);
	const guint8 *bytes;
	struct stat info;
	gsize n;

	self->path = g_strdup(path);
	self->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (self->fd < 0 || fstat(self->fd, &info) != 0) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "%s: %s", path, g_strerror(errno));
		mbox_free(self);
		return NULL;
	}
	self->size = info.st_size;
	self->line = 1;
	n = look(self, 0, &bytes);
	self->eol = memchr(bytes, '\n', n) == NULL && memchr(bytes, '\r', n) != NULL ? '\r' : '\n';
	self->strict = FALSE;
	if (begins_at(self, 0)) {
		self->strict = TRUE;
		self->strict = begins_at(self, 0);
	}
	return self;
}

static gboolean
is_empty_line(const guint8 *line, gsize size)
{
	return size <= 2 && (size == 0 || line[0] == '\n' || line[0] == '\r');
}

/* "Content-Length: 123" or -1 */
static gint64
length_of(const guint8 *line, gsize size)
{
	static const char name[] = "content-length:";
	char text[24];
	guint64 value;

	if (size < sizeof name || g_ascii_strncasecmp((const char *)line, name, sizeof name - 1) != 0 || size - (sizeof name - 1) >= sizeof text)
		return -1;
	memcpy(text, line + sizeof name - 1, size - (sizeof name - 1));
	text[size - (sizeof name - 1)] = '\0';
	return g_ascii_string_to_unsigned(g_strstrip(text), 10, 0, G_MAXINT64 / 2, &value, NULL) ? (gint64)value : -1;
}

/* Whether a body of @length bytes ends where the next message or the file does; at most two line ends may lie between. */
static gboolean
leads_to_next(Mbox *self, gint64 length)
{
	char gap[4];
	gint64 at = self->at + length;
	gssize n;

	if (length < 0 || at > self->size)
		return FALSE;
	n = pread(self->fd, gap, sizeof gap, at);
	for (gssize i = 0; i < n && (gap[i] == '\n' || gap[i] == '\r'); i++)
		at++;
	return at >= self->size || begins_at(self, at);
}

/* The body by its count; what is between it and the next message is passed over. */
static void
take_counted(Mbox *self, gint64 length, GByteArray *onto)
{
	while (length > 0) {
		const guint8 *bytes;
		const gsize n = look(self, self->at, &bytes), take = (gsize)MIN((gint64)n, length);

		if (n == 0)
			return;
		if (onto->len <= SPOOL_MESSAGE_MAX)
			g_byte_array_append(onto, bytes, (guint)take);
		for (gsize i = 0; i < take; i++)
			self->line += bytes[i] == (guint8)self->eol;
		self->at += (gint64)take;
		length -= (gint64)take;
	}
	while (self->at < self->size && !begins_at(self, self->at)) {
		g_autoptr(GByteArray) gap = g_byte_array_new();

		if (!take_line(self, gap))
			return;
	}
}

/* One line less its ">", when it is a quoted "From ". */
static void
unquote(GByteArray *message, guint from)
{
	guint n = 0;

	while (from + n < message->len && message->data[from + n] == '>')
		n++;
	if (n > 0 && message->len - from - n >= 5 && memcmp(message->data + from + n, "From ", 5) == 0)
		g_byte_array_remove_index(message, from);
}

/* The body by its lines, up to the next "From " behind an empty one. */
static void
take_lines(Mbox *self, GByteArray *onto)
{
	guint from = onto->len;
	gboolean after_empty = FALSE;

	for (;;) {
		if (after_empty && begins_at(self, self->at)) {
			g_byte_array_set_size(onto, from); /* the empty line belongs to the mbox */
			return;
		}
		from = onto->len;
		if (!take_line(self, onto))
			break;
		after_empty = is_empty_line(onto->data + from, onto->len - from);
		unquote(onto, from);
	}
	/* The file's end: the empty line that ends each message, if it is there. */
	if (after_empty && onto->len > 0) {
		guint size = onto->len;

		size -= onto->data[size - 1] == '\n' && size > 1 && onto->data[size - 2] == '\r' ? 2 : 1;
		g_byte_array_set_size(onto, size);
	}
}

gboolean
mbox_next(Mbox *self, GBytes **ret_bytes, gint64 *ret_line, GError **error)
{
	g_autoptr(GByteArray) message = g_byte_array_new();
	gint64 length = -1, line;

	line = self->line;
	if (!take_line(self, message)) /* the "From " line */
		return FALSE;
	g_byte_array_set_size(message, 0);
	for (;;) {
		const guint from = message->len;

		/* A message without a body may have no empty line either. */
		if (!take_line(self, message))
			break;
		if (is_empty_line(message->data + from, message->len - from)) {
			if (begins_at(self, self->at) && length <= 0)
				g_byte_array_set_size(message, from);
			else if (leads_to_next(self, length))
				take_counted(self, length, message);
			else
				take_lines(self, message);
			break;
		}
		if (length < 0)
			length = length_of(message->data + from, message->len - from);
	}
	if (message->len > SPOOL_MESSAGE_MAX) {
		g_set_error(error, ERR, ERR_LIMIT, "%s:%" G_GINT64_FORMAT ": a message larger than %d MiB", self->path, line, SPOOL_MESSAGE_MAX / 1024 / 1024);
		return FALSE;
	}
	*ret_line = line;
	*ret_bytes = g_byte_array_free_to_bytes(g_steal_pointer(&message));
	return TRUE;
}
