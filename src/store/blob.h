/* blob.h - files by content: DATA/blobs/ab/abcdef... named by BLAKE2b-256, written once, never changed. The row that
 * points to one lives in attachments (cases/message.h). Many small ones at once: store/blob_lot.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

#define BLOB_HASH_SIZE 65 /* 64 hex characters and NUL */

/* The name that bytes have. */
void blob_hash(const void *bytes, gsize size, char ret_hash[BLOB_HASH_SIZE]);

typedef struct _BlobWriter BlobWriter;

/* A blob being received, in pieces, into a temporary file beside its place; hashing as it goes. */
BlobWriter *blob_begin(const char *data_dir, GError **error);
gboolean blob_append(BlobWriter *writer, const void *bytes, gsize size, GError **error);
/* fsync, rename to its hash, fsync the folder. Known content is kept once. @writer stays the caller's to free. */
gboolean blob_finish(BlobWriter *writer, char ret_hash[BLOB_HASH_SIZE], gint64 *ret_size, GError **error);
void blob_writer_free(BlobWriter *writer); /* removes the temporary file when not finished */

/* An open file descriptor for reading and its size; ERR_NOT_FOUND, ERR_INVALID for a hash that is none. */
int blob_open(const char *data_dir, const char *hash, gint64 *ret_size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlobWriter, blob_writer_free)
G_END_DECLS
