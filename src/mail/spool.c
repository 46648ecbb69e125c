/* spool.c - see spool.h. Which files there are: spool_walk.c; the messages of an mbox: spool_mbox.c. */
#include "mail/spool.h"
#include "mail/spool_inner.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { READ_AT_ONCE = 32 * 1024, LARGE = 256 * 1024 };

struct _Spool {
	GPtrArray *files;    /* of SpoolFile, in the order they are read */
	guint at;
	Mbox *mbox;          /* of files[at], while it is an mbox */
	gint64 done, total;
	GByteArray *buffer;  /* what is being read; each message is a copy of its size */
	char *where;
};

Spool *
spool_open(const char *const *paths, GError **error)
{
	g_autoptr(Spool) self = g_new0(Spool, 1);

	self->files = g_ptr_array_new_with_free_func(spool_file_free);
	self->buffer = g_byte_array_new();
	for (; *paths != NULL; paths++) {
		if (!spool_walk(*paths, self->files, error))
			return NULL;
	}
	for (guint i = 0; i < self->files->len; i++)
		self->total += ((const SpoolFile *)self->files->pdata[i])->size;
	return g_steal_pointer(&self);
}

void
spool_free(Spool *self)
{
	if (self == NULL)
		return;
	mbox_free(self->mbox);
	g_ptr_array_unref(self->files);
	g_byte_array_unref(self->buffer);
	g_free(self->where);
	g_free(self);
}

/* Some more of a file, onto @bytes. The count, 0 at its end; -1: the system says why. */
static gssize
read_some(int fd, GByteArray *bytes)
{
	const guint had = bytes->len;
	gssize n;

	g_byte_array_set_size(bytes, had + READ_AT_ONCE);
	do
		n = read(fd, bytes->data + had, READ_AT_ONCE);
	while (n < 0 && errno == EINTR);
	g_byte_array_set_size(bytes, had + (guint)MAX(n, 0));
	return n;
}

static gboolean
fail_large(const SpoolFile *file, GError **error)
{
	g_set_error(error, ERR, ERR_LIMIT, "%s: a message larger than %d MiB", file->path, SPOOL_MESSAGE_MAX / 1024 / 1024);
	return FALSE;
}

/* Fewer bytes than were asked for, of a file that has as many as were there to find: so it ends here. */
static gboolean
is_all_of(const SpoolFile *file, const GByteArray *bytes, gssize n)
{
	return n < READ_AT_ONCE && file->size > 0 && (gint64)bytes->len >= file->size;
}

/* A file as one message, unless its beginning makes an mbox of it: *@ret_mbox. Opened once, since there may be very many. */
static gboolean
read_file(const SpoolFile *file, GByteArray *bytes, gboolean *ret_mbox, GError **error)
{
	const int fd = open(file->path, O_RDONLY | O_CLOEXEC);
	gssize n = fd >= 0 ? read_some(fd, bytes) : -1;

	*ret_mbox = !file->is_message && bytes->len >= 5 && memcmp(bytes->data, "From ", 5) == 0;
	if (!*ret_mbox && file->size <= SPOOL_MESSAGE_MAX)
		while (n > 0 && bytes->len <= SPOOL_MESSAGE_MAX && !is_all_of(file, bytes, n)) /* to its end: it may have grown since it was found */
			n = read_some(fd, bytes);
	if (n < 0)
		g_set_error(error, ERR, ERR_NOT_FOUND, "%s: %s", file->path, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return n >= 0 && (*ret_mbox || MAX(file->size, (gint64)bytes->len) <= SPOOL_MESSAGE_MAX || fail_large(file, error));
}

/* As a message. It is done with, whatever came of it; *@ret_mbox: it is none, and still there. */
static gboolean
whole_file(Spool *self, GBytes **ret_bytes, gboolean *ret_mbox, GError **error)
{
	const SpoolFile *file = self->files->pdata[self->at];
	gboolean ok;

	if (self->buffer->len > LARGE) {
		g_byte_array_unref(self->buffer);
		self->buffer = g_byte_array_new();
	}
	g_byte_array_set_size(self->buffer, 0);
	ok = read_file(file, self->buffer, ret_mbox, error);
	if (*ret_mbox)
		return FALSE;
	self->at++;
	self->done += file->size;
	if (!ok)
		return FALSE;
	g_free(self->where);
	self->where = g_strdup(file->path);
	if (self->buffer->len > LARGE) { /* not twice in memory */
		*ret_bytes = g_byte_array_free_to_bytes(g_steal_pointer(&self->buffer));
		self->buffer = g_byte_array_new();
	} else {
		*ret_bytes = g_bytes_new(self->buffer->data, self->buffer->len);
	}
	return TRUE;
}

/* The mbox is done with. */
static void
end_mbox(Spool *self)
{
	g_clear_pointer(&self->mbox, mbox_free);
	self->done += ((const SpoolFile *)self->files->pdata[self->at++])->size;
}

gboolean
spool_next(Spool *self, GBytes **ret_bytes, const char **ret_where, GError **error)
{
	while (self->at < self->files->len) {
		const SpoolFile *file = self->files->pdata[self->at];
		g_autoptr(GError) why = NULL;
		gboolean mbox = self->mbox != NULL;
		gint64 line;

		if (!mbox && whole_file(self, ret_bytes, &mbox, error)) {
			*ret_where = self->where;
			return TRUE;
		}
		if (!mbox)
			return FALSE;
		if (self->mbox == NULL && (self->mbox = mbox_open(file->path, error)) == NULL) {
			end_mbox(self);
			return FALSE;
		}
		if (mbox_next(self->mbox, ret_bytes, &line, &why)) {
			g_free(self->where);
			self->where = g_strdup_printf("%s:%" G_GINT64_FORMAT, file->path, line);
			*ret_where = self->where;
			return TRUE;
		}
		if (why != NULL) {
			g_propagate_error(error, g_steal_pointer(&why));
			return FALSE;
		}
		end_mbox(self);
	}
	return FALSE;
}

void
spool_progress(const Spool *self, gint64 *ret_done, gint64 *ret_total)
{
	*ret_done = self->done + (self->mbox != NULL ? mbox_offset(self->mbox) : 0);
	*ret_total = self->total;
}
