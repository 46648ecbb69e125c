/* blob.c - files by content on disk. Rows that point to them: attachments (cases/message.h). */
#include "store/blob.h"
#include "base/err.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIGEST = 32 };

struct _BlobWriter {
	char *folder, *temporary; /* DATA/blobs, the file being written */
	int fd;
	gint64 size;
	crypto_generichash_state state;
};

static gboolean
fail(const char *path, GError **error)
{
	const ErrCode code = errno == ENOENT ? ERR_NOT_FOUND : ERR_INTERNAL;

	g_set_error(error, ERR, code, "%s: %s%s", path, g_strerror(errno), errno == ENOSPC ? ": free some space on the disk" : "");
	return FALSE;
}

BlobWriter *
blob_begin(const char *data_dir, GError **error)
{
	g_autoptr(BlobWriter) self = g_new0(BlobWriter, 1);

	self->fd = -1;
	self->folder = g_build_filename(data_dir, "blobs", NULL);
	self->temporary = g_build_filename(self->folder, "incoming.XXXXXX", NULL);
	self->fd = g_mkstemp_full(self->temporary, O_RDWR | O_CLOEXEC, 0640);
	if (self->fd < 0) {
		fail(self->temporary, error);
		g_clear_pointer(&self->temporary, g_free);
		return NULL;
	}
	crypto_generichash_init(&self->state, NULL, 0, DIGEST);
	return g_steal_pointer(&self);
}

gboolean
blob_append(BlobWriter *self, const void *bytes, gsize size, GError **error)
{
	const guint8 *from = bytes;

	crypto_generichash_update(&self->state, bytes, size);
	self->size += (gint64)size;
	while (size > 0) {
		ssize_t n = write(self->fd, from, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(self->temporary, error);
		from += n;
		size -= (gsize)n;
	}
	return TRUE;
}

/* A name is durable when its folder is. */
static gboolean
sync_folder(const char *path, GError **error)
{
	int fd = g_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0), rc;

	if (fd < 0)
		return fail(path, error);
	rc = fsync(fd);
	close(fd);
	return rc == 0 || fail(path, error);
}

/* DATA/blobs/ab/abcdef...; ERR_INVALID for what is no hash, so that a name can never leave the folder. */
static char *
path_of(const char *folder, const char *hash, char **ret_shelf, GError **error)
{
	const char shelf[] = { hash[0], hash[0] != '\0' ? hash[1] : '\0', '\0' };

	if (strlen(hash) != BLOB_HASH_SIZE - 1 || strspn(hash, "0123456789abcdef") != BLOB_HASH_SIZE - 1) {
		g_set_error_literal(error, ERR, ERR_INVALID, "this is not the name of a file's content");
		return NULL;
	}
	if (ret_shelf != NULL)
		*ret_shelf = g_build_filename(folder, shelf, NULL);
	return g_build_filename(folder, shelf, hash, NULL);
}

gboolean
blob_finish(BlobWriter *self, char ret_hash[BLOB_HASH_SIZE], gint64 *ret_size, GError **error)
{
	g_autofree char *path = NULL, *shelf = NULL;
	guint8 digest[DIGEST];
	char hash[BLOB_HASH_SIZE];

	crypto_generichash_final(&self->state, digest, sizeof digest);
	sodium_bin2hex(hash, sizeof hash, digest, sizeof digest);
	if ((path = path_of(self->folder, hash, &shelf, error)) == NULL)
		return FALSE;
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		if (fsync(self->fd) != 0)
			return fail(self->temporary, error);
		if (g_mkdir(shelf, 0750) != 0 && errno != EEXIST)
			return fail(shelf, error);
		/* Two who bring the same content at once: the second rename puts the same bytes in the same place. */
		if (g_rename(self->temporary, path) != 0)
			return fail(path, error);
		g_clear_pointer(&self->temporary, g_free);
		if (!sync_folder(shelf, error) || !sync_folder(self->folder, error))
			return FALSE;
	}
	memcpy(ret_hash, hash, sizeof hash);
	if (ret_size != NULL)
		*ret_size = self->size;
	return TRUE;
}

void
blob_writer_free(BlobWriter *self)
{
	if (self == NULL)
		return;
	if (self->fd >= 0)
		close(self->fd);
	if (self->temporary != NULL)
		(void)g_unlink(self->temporary);
	g_free(self->temporary);
	g_free(self->folder);
	g_free(self);
}

int
blob_open(const char *data_dir, const char *hash, gint64 *ret_size, GError **error)
{
	g_autofree char *folder = g_build_filename(data_dir, "blobs", NULL), *path = path_of(folder, hash, NULL, error);
	struct stat info;
	int fd;

	if (path == NULL)
		return -1;
	if ((fd = g_open(path, O_RDONLY | O_CLOEXEC, 0)) < 0) {
		fail(path, error);
		return -1;
	}
	if (fstat(fd, &info) != 0) {
		fail(path, error);
		close(fd);
		return -1;
	}
	*ret_size = info.st_size;
	return fd;
}
