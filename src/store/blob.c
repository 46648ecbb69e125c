/* blob.c - files by content. Who may have one, and under which name: cases/message.h. */
#include "store/blob_inner.h"
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

gboolean
blob_fail(const char *doing, const char *path, int why, GError **error)
{
	gboolean full = why == ENOSPC || why == EDQUOT || why == EFBIG;

	g_set_error(error, ERR, full ? ERR_BUSY : ERR_INTERNAL, "%s %s: %s%s", doing, path, g_strerror(why), full ? ": free some space on the disk of the data folder" : "");
	return FALSE;
}

int
blob_part(const char *folder, char **ret_path, GError **error)
{
	g_autofree char *path = g_build_filename(folder, "part-XXXXXX", NULL);
	int fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0 && errno == ENOENT && g_mkdir_with_parents(folder, 0700) == 0) {
		g_free(path);
		path = g_build_filename(folder, "part-XXXXXX", NULL); /* the failed try has used it up */
		fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
	}
	if (fd < 0) {
		blob_fail("receiving a file into", folder, errno, error);
		return -1;
	}
	*ret_path = g_steal_pointer(&path);
	return fd;
}

gboolean
blob_write(int fd, const char *path, const void *bytes, gsize size, GError **error)
{
	const char *p = bytes;

	for (gsize left = size; left > 0;) {
		ssize_t n = write(fd, p, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return blob_fail("writing", path, n < 0 ? errno : ENOSPC, error);
		p += n;
		left -= (gsize)n;
	}
	return TRUE;
}

static void
hash_text(crypto_generichash_state *state, char ret_hash[BLOB_HASH_SIZE])
{
	unsigned char digest[HASH_BYTES];

	crypto_generichash_final(state, digest, sizeof digest);
	sodium_bin2hex(ret_hash, BLOB_HASH_SIZE, digest, sizeof digest);
}

void
blob_hash(const void *bytes, gsize size, char ret_hash[BLOB_HASH_SIZE])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
	crypto_generichash_update(&state, bytes, size);
	hash_text(&state, ret_hash);
}

BlobWriter *
blob_begin(const char *data_dir, GError **error)
{
	g_autoptr(BlobWriter) self = g_new0(BlobWriter, 1);

	self->folder = g_build_filename(data_dir, "blobs", NULL);
	self->fd = blob_part(self->folder, &self->part, error);
	if (self->fd < 0)
		return NULL;
	crypto_generichash_init(&self->state, NULL, 0, HASH_BYTES);
	return g_steal_pointer(&self);
}

gboolean
blob_append(BlobWriter *self, const void *bytes, gsize size, GError **error)
{
	g_return_val_if_fail(self->part != NULL, FALSE);
	if (!blob_write(self->fd, self->part, bytes, size, error))
		return FALSE;
	crypto_generichash_update(&self->state, bytes, size);
	self->size += (gint64)size;
	return TRUE;
}

gboolean
blob_sync_folder(const char *path, GError **error)
{
	int fd = g_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	gboolean ok = fd >= 0 && fsync(fd) == 0;
	int why = errno;

	if (fd >= 0)
		close(fd);
	return ok || blob_fail("writing", path, why, error);
}

char *
blob_folder(const char *folder, const char *hash, gboolean *ret_made, GError **error)
{
	const char two[3] = { hash[0], hash[1], '\0' };
	g_autofree char *path = g_build_filename(folder, two, NULL);

	*ret_made = g_mkdir(path, 0700) == 0;
	if (*ret_made || errno == EEXIST)
		return g_steal_pointer(&path);
	blob_fail("making", path, errno, error);
	return NULL;
}

/* Gives the finished file its name, durably. Where it is known, the temporary one goes with the writer; whoever wrote it may not have come so far yet. */
static gboolean
place(BlobWriter *self, const char *hash, GError **error)
{
	gboolean made;
	g_autofree char *folder = blob_folder(self->folder, hash, &made, error);
	g_autofree char *path = folder != NULL ? g_build_filename(folder, hash, NULL) : NULL;

	if (folder == NULL || (made && !blob_sync_folder(self->folder, error)))
		return FALSE;
	if (g_file_test(path, G_FILE_TEST_EXISTS))
		(void)g_unlink(self->part);
	else if (g_rename(self->part, path) != 0)
		return blob_fail("naming", path, errno, error);
	g_clear_pointer(&self->part, g_free);
	return blob_sync_folder(folder, error);
}

gboolean
blob_finish(BlobWriter *self, char ret_hash[BLOB_HASH_SIZE], gint64 *ret_size, GError **error)
{
	char hash[BLOB_HASH_SIZE];

	g_return_val_if_fail(self->part != NULL, FALSE);
	if (fsync(self->fd) != 0)
		return blob_fail("writing", self->part, errno, error);
	hash_text(&self->state, hash);
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
		blob_fail("reading", path, errno, error);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*ret_size = (gint64)st.st_size;
	return fd;
}
