/* blob_inner.h - what blob.c and blob_lot.c share: where a file lies, and what is said when the disk refuses. */
#pragma once
#include "store/blob.h"
G_BEGIN_DECLS

gboolean blob_fail(const char *doing, const char *path, int why, GError **error); /* always FALSE */
/* A new temporary file in @folder (DATA/blobs), which is made where it is missing. Its descriptor, or -1. (transfer full @ret_path) */
int blob_part(const char *folder, char **ret_path, GError **error);
gboolean blob_write(int fd, const char *path, const void *bytes, gsize size, GError **error);
gboolean blob_sync_folder(const char *path, GError **error);
/* DATA/blobs/ab, made where it is missing; *@ret_made: it was. (transfer full) */
char *blob_folder(const char *folder, const char *hash, gboolean *ret_made, GError **error);

G_END_DECLS
