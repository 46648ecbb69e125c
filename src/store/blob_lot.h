/* blob_lot.h - many small files at once, waited for together: they are written as they come, and blob_lot_sync() is one wait of the disk for all of
 * them instead of three a file (store/blob.h has the way for one that comes in pieces). */
#pragma once
#include "store/blob.h"
G_BEGIN_DECLS

typedef struct _BlobLot BlobLot;

/* Never fails: folders are made when the first file comes. */
BlobLot *blob_lot_new(const char *data_dir);
/* @hash: blob_hash() of @bytes, which are borrowed for the call. Nothing is written where this lot has had it before. Only after blob_lot_sync() may a
 * row that points to it be committed. ERR_BUSY: the disk is full. */
gboolean blob_lot_put(BlobLot *lot, const char *hash, const void *bytes, gsize size, GError **error);
/* Files that were put and have no name yet. */
guint blob_lot_n_open(const BlobLot *lot);
/* All that was put is on disk under its name. After a failure none of what was put since the last success may be pointed to. */
gboolean blob_lot_sync(BlobLot *lot, GError **error);
void blob_lot_free(BlobLot *lot); /* what was not synced has no name, and goes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlobLot, blob_lot_free)

G_END_DECLS
