/* blob_lot.c - see blob_lot.h. A wait of the disk is for everything that was asked of it before: so all files are on their way when the first is
 * waited for, all have their names when the first folder is, and each further wait finds little left to do. */
#include "store/blob_lot.h"
#include "store/blob_inner.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* OPEN: so many files are open at once. KNOWN: so many names are remembered, 100 bytes each. */
enum { OPEN = 128, KNOWN = 20000 };

typedef struct {
	char *part, hash[BLOB_HASH_SIZE];
	int fd;
} Part;

struct _BlobLot {
	char *folder;        /* DATA/blobs */
	GPtrArray *parts;    /* of Part: written, without a name yet */
	GHashTable *waiting; /* hashes: put since the last sync */
	GHashTable *durable; /* hashes: on disk, by us or by others before */
	GHashTable *folders; /* to be waited for: DATA/blobs/ab */
};

static void
part_free(gpointer data)
{
	Part *self = data;

	close(self->fd);
	if (self->part != NULL)
		(void)g_unlink(self->part);
	g_free(self->part);
	g_free(self);
}

static GHashTable *
texts_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

BlobLot *
blob_lot_new(const char *data_dir)
{
	BlobLot *self = g_new0(BlobLot, 1);

	self->folder = g_build_filename(data_dir, "blobs", NULL);
	self->parts = g_ptr_array_new_with_free_func(part_free);
	self->waiting = texts_new();
	self->durable = texts_new();
	self->folders = texts_new();
	return self;
}

void
blob_lot_free(BlobLot *self)
{
	if (self == NULL)
		return;
	g_free(self->folder);
	g_ptr_array_unref(self->parts);
	g_hash_table_unref(self->waiting);
	g_hash_table_unref(self->durable);
	g_hash_table_unref(self->folders);
	g_free(self);
}

/* Somebody kept it before; they may not have waited for its folder yet, so we do. */
static gboolean
is_there(BlobLot *self, const char *hash)
{
	g_autofree char *folder = g_strdup_printf("%s/%.2s", self->folder, hash), *path = g_build_filename(folder, hash, NULL);

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return FALSE;
	g_hash_table_add(self->folders, g_steal_pointer(&folder));
	return TRUE;
}

static gboolean
write_part(BlobLot *self, const char *hash, const void *bytes, gsize size, GError **error)
{
	Part *part;
	char *path;
	const int fd = blob_part(self->folder, &path, error);

	if (fd < 0)
		return FALSE;
	part = g_new0(Part, 1);
	*part = (Part){ .part = path, .fd = fd };
	memcpy(part->hash, hash, BLOB_HASH_SIZE);
	if (!blob_write(fd, path, bytes, size, error)) {
		part_free(part);
		return FALSE;
	}
	g_ptr_array_add(self->parts, part);
	(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE); /* on its way; what comes of it, fsync() tells */
	return TRUE;
}

gboolean
blob_lot_put(BlobLot *self, const char *hash, const void *bytes, gsize size, GError **error)
{
	if (g_hash_table_contains(self->waiting, hash) || g_hash_table_contains(self->durable, hash))
		return TRUE;
	if (self->parts->len >= OPEN && !blob_lot_sync(self, error))
		return FALSE;
	if (!is_there(self, hash) && !write_part(self, hash, bytes, size, error))
		return FALSE;
	g_hash_table_add(self->waiting, g_strdup(hash));
	return TRUE;
}

guint
blob_lot_n_open(const BlobLot *self)
{
	return self->parts->len;
}

static gboolean
name(BlobLot *self, Part *part, GError **error)
{
	gboolean made;
	g_autofree char *folder = blob_folder(self->folder, part->hash, &made, error);
	g_autofree char *path = folder != NULL ? g_build_filename(folder, part->hash, NULL) : NULL;

	if (folder == NULL)
		return FALSE;
	if (g_rename(part->part, path) != 0)
		return blob_fail("naming", path, errno, error);
	g_clear_pointer(&part->part, g_free);
	g_hash_table_add(self->folders, g_steal_pointer(&folder));
	return TRUE;
}

static gboolean
sync_all(BlobLot *self, GError **error)
{
	GHashTableIter it;
	gpointer folder;

	for (guint i = 0; i < self->parts->len; i++)
		if (fsync(((const Part *)self->parts->pdata[i])->fd) != 0)
			return blob_fail("writing", ((const Part *)self->parts->pdata[i])->part, errno, error);
	for (guint i = 0; i < self->parts->len; i++)
		if (!name(self, self->parts->pdata[i], error))
			return FALSE;
	g_hash_table_iter_init(&it, self->folders);
	while (g_hash_table_iter_next(&it, &folder, NULL))
		if (!blob_sync_folder(folder, error))
			return FALSE;
	return g_hash_table_size(self->folders) == 0 || blob_sync_folder(self->folder, error);
}

static void
remember(BlobLot *self)
{
	GHashTableIter it;
	gpointer hash;

	if (g_hash_table_size(self->durable) + g_hash_table_size(self->waiting) > KNOWN)
		g_hash_table_remove_all(self->durable);
	g_hash_table_iter_init(&it, self->waiting);
	while (g_hash_table_iter_next(&it, &hash, NULL)) {
		g_hash_table_iter_steal(&it);
		g_hash_table_add(self->durable, hash);
	}
}

gboolean
blob_lot_sync(BlobLot *self, GError **error)
{
	const gboolean ok = sync_all(self, error);

	if (ok)
		remember(self);
	g_ptr_array_set_size(self->parts, 0);
	g_hash_table_remove_all(self->waiting);
	g_hash_table_remove_all(self->folders);
	return ok;
}
