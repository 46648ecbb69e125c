/* export.h - every case with all that belongs to it, as lines of JSON or as a table, piece by piece. Both can be taken in
 * again (flow/import/import.h): an empty instance then holds the same cases, under the same refs, and of lines of JSON all that hangs
 * on them (flow/carry/carry.h). What files of messages hold is
 * not part of it (blobs/ in the data folder), only their names and hashes. */
#pragma once
#include "store/store.h"
G_BEGIN_DECLS

typedef enum { EXPORT_NDJSON, EXPORT_CSV } ExportFormat;
/* "ndjson", "csv". */
gboolean export_format_read(const char *word, ExportFormat *ret_format);
const char *export_media_type(ExportFormat format);

typedef struct _Export Export;
Export *export_new(Store *store, ExportFormat format);
void export_free(Export *self);
/* Appends about 64 kB; FALSE at the end, or with @error set. A CallStream over an Export: may be called from one thread
 * after another. Reads by key, so that it holds neither a transaction nor memory between the pieces: a case that changes
 * meanwhile comes as it is when its turn comes. */
gboolean export_next(GString *out, gpointer self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Export, export_free)
G_END_DECLS
