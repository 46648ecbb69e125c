/* blob.c - files by content. Who may have one, and under which name: cases/message.h. */
#include "store/blob.h"
#include "base/err.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH_BYTES 32

struct _BlobWriter {
	char *folder;  /* DATA/blobs */
	char *part;    /* the temporary file; NULL once it has its name */
	int fd;
	gint64 size;
	crypto_generichash_state state;
};

static gboolean
fail(const char *doing, const char *path, int why, GError **error)
{
	gboolean full = why == ENOSPC || why == EDQUOT || why == EFBIG;

	g_set_error(error, ERR, full ? ERR_BUSY : ERR_INTERNAL, "%s %s: %s%s", doing, path, g_strerror(why), full ? ": free some space on the disk of the data folder" : "");
	return FALSE;
}

BlobWriter *
blob_begin(const char *data_dir, GError **error)
{
	g_autoptr(BlobWriter) self = g_new0(BlobWriter, 1);
	g_autofree char *part = NULL;

	self->fd = -1;
	self->folder = g_build_filename(data_dir, "blobs", NULL);
	part = g_build_filename(self->folder, "part-XXXXXX", NULL);
	self->fd = g_mkstemp_full(part, O_RDWR | O_CLOEXEC, 0600);
	if (self->fd < 0 && errno == ENOENT && g_mkdir_with_parents(self->folder, 0700) == 0) {
		g_free(part);
		part = g_build_filename(self->folder, "part-XXXXXX", NULL); /* the failed try has used it up */
		self->fd = g_mkstemp_full(part, O_RDWR | O_CLOEXEC, 0600);
	}
	if (self->fd < 0) {
		fail("receiving a file into", self->folder, errno, error);
		return NULL;
	}
	self->part = g_steal_pointer(&part);
	crypto_generichash_init(&self->state, NULL, 0, HASH_BYTES);
	return g_steal_pointer(&self);
}

gboolean
blob_append(BlobWriter *self, const void *bytes, gsize size, GError **error)
{
	const char *p = bytes;

	g_return_val_if_fail(self->part != NULL, FALSE);
	for (gsize left = size; left > 0;) {
		ssize_t n = write(self->fd, p, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail("writing", self->part, n < 0 ? errno : ENOSPC, error);
		p += n;
		left -= (gsize)n;
	}
	crypto_generichash_update(&self->state, bytes, size);
	self->size += (gint64)size;
	return TRUE;
}

static gboolean
sync_folder(const char *path, GError **error)
{
	int fd = g_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	gboolean ok = fd >= 0 && fsync(fd) == 0;
	int why = errno;

	if (fd >= 0)
		close(fd);
	return ok || fail("writing", path, why, error);
}

/* Gives the finished file its name, durably. */
static gboolean
place(BlobWriter *self, const char *hash, GError **error)
{
	char two[3] = { hash[0], hash[1], '\0' };
	g_autofree char *folder = g_build_filename(self->folder, two, NULL);
	g_autofree char *path = g_build_filename(folder, hash, NULL);
	gboolean made = g_mkdir(folder, 0700) == 0;

	if (!made && errno != EEXIST)
		return fail("making", folder, errno, error);
	if (made && !sync_folder(self->folder, error))
		return FALSE;
	if (g_file_test(path, G_FILE_TEST_EXISTS)) { /* known; the temporary file goes with the writer */
		if (!sync_folder(folder, error)) /* whoever wrote it may not have come so far yet */
			return FALSE;
		(void)g_unlink(self->part);
	} else if (g_rename(self->part, path) != 0) {
		return fail("naming", path, errno, error);
	}
	g_clear_pointer(&self->part, g_free);
	return sync_folder(folder, error);
}

gboolean
blob_finish(BlobWriter *self, char ret_hash[BLOB_HASH_SIZE], gint64 *ret_size, GError **error)
{
	unsigned char digest[HASH_BYTES];
	char hash[BLOB_HASH_SIZE];

	g_return_val_if_fail(self->part != NULL, FALSE);
	if (fsync(self->fd) != 0)
		return fail("writing", self->part, errno, error);
	crypto_generichash_final(&self->state, digest, sizeof digest);
	sodium_bin2hex(hash, sizeof hash, digest, sizeof digest);
	if (!place(self, hash, error))
		return FALSE;
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
	if (self->part != NULL)
		(void)g_unlink(self->part);
	g_free(self->part);
	g_free(self->folder);
	g_free(self);
}

int
blob_open(const char *data_dir, const char *hash, gint64 *ret_size, GError **error)
{
	char two[3] = "";
	g_autofree char *path = NULL;
	struct stat st;
	int fd;

	if (strlen(hash) != BLOB_HASH_SIZE - 1 || strspn(hash, "0123456789abcdef") != BLOB_HASH_SIZE - 1) {
		g_set_error_literal(error, ERR, ERR_INVALID, "this is no hash of a file");
		return -1;
	}
	memcpy(two, hash, 2);
	path = g_build_filename(data_dir, "blobs", two, hash, NULL);
	fd = g_open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);
	if (fd < 0 && errno == ENOENT) {
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no such file");
		return -1;
	}
	if (fd < 0 || fstat(fd, &st) != 0) {
		fail("reading", path, errno, error);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*ret_size = (gint64)st.st_size;
	return fd;
}
