/* rejects.h - the rows an import could not take, byte for byte as they were, each behind its line number and the
 * reason; corrected, the file can be imported as it is. Private to flow/import/. */
#pragma once
#include "flow/import/file.h"
G_BEGIN_DECLS

typedef struct {
	const ImportFile *file;
	char *path, *below; /* the same from the data folder: "rejects/REF.csv" */
	int fd;		    /* -1 until the first one */
	gint64 n_bytes;
} ImportRejects;

/* @n_bytes: how long the file was when the import was last noted; what is behind it is cut off. Nothing is made before
 * the first reject. */
ImportRejects *import_rejects_new(const ImportFile *file, const char *data_dir, const char *ref, gint64 n_bytes);
void import_rejects_free(ImportRejects *rejects);
/* Appends to @out what the file gets for one row. */
gboolean import_rejects_put(
	ImportRejects *rejects, gint64 at_byte, gint64 n_bytes, gint64 line, const char *reason, GString *out, GError **error);
/* Writes it, behind the header when it is the first; on the disk when this returns. */
gboolean import_rejects_write(ImportRejects *rejects, const GString *text, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportRejects, import_rejects_free)
G_END_DECLS
