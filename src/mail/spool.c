/* spool.c - see spool.h. Which files there are: spool_walk.c; the messages of an mbox: spool_mbox.c. */
#include "mail/spool.h"
#include "mail/spool_inner.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct _Spool {
	GPtrArray *files;    /* of SpoolFile, in the order they are read */
	guint at;
	Mbox *mbox;          /* of files[at], while it is an mbox */
	gint64 done, total;
	char *where;
};

Spool *
spool_open(const char *const *paths, GError **error)
{
	g_autoptr(Spool) self = g_new0(Spool, 1);

	self->files = g_ptr_array_new_with_free_func(spool_file_free);
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
	g_free(self->where);
	g_free(self);
}

/* Looks at a file's first bytes: a "From " line makes an mbox. */
static gboolean
is_mbox(const char *path)
{
	char head[5];
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	const gssize n = fd >= 0 ? read(fd, head, sizeof head) : -1;

	if (fd >= 0)
		close(fd);
	return n == (gssize)sizeof head && memcmp(head, "From ", sizeof head) == 0;
}

/* A file as one message. It is done with, whatever came of it. */
static gboolean
whole_file(Spool *self, GBytes **ret_bytes, GError **error)
{
	const SpoolFile *file = self->files->pdata[self->at++];
	g_autoptr(GError) why = NULL;
	char *bytes;
	gsize size;

	self->done += file->size;
	if (file->size > SPOOL_MESSAGE_MAX) {
		g_set_error(error, ERR, ERR_LIMIT, "%s: a message larger than %d MiB", file->path, SPOOL_MESSAGE_MAX / 1024 / 1024);
		return FALSE;
	}
	if (!g_file_get_contents(file->path, &bytes, &size, &why)) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "%s", why->message);
		return FALSE;
	}
	g_free(self->where);
	self->where = g_strdup(file->path);
	*ret_bytes = g_bytes_new_take(bytes, size);
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
		gint64 line;

		if (self->mbox == NULL && (file->is_message || !is_mbox(file->path))) {
			if (!whole_file(self, ret_bytes, error))
				return FALSE;
			*ret_where = self->where;
			return TRUE;
		}
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
