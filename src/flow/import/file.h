/* file.h - a strange file opened: its encoding, its layout, its columns, its records, with where each stands. What
 * the columns mean: flow/import/map.h. */
#pragma once
#include "flow/import/map.h"
#include "text/csv.h"
G_BEGIN_DECLS

typedef struct {
	int fd; /* the caller's */
	ImportFormat format;
	gint64 n_bytes;
	Charset charset;
	gsize bom;
	CsvLayout layout;	   /* tables only */
	gint64 rows_at, rows_line; /* where the first row stands */
	GPtrArray *names;	   /* of char*: the header, each name once; NDJSON: none */
	char hash[33];		   /* of all its bytes */
} ImportFile;

/* Reads the whole file twice at most (encoding and hash, then the first rows); @delimiter 0: guessed. ERR_INVALID for a
 * file that holds no table, ERR_INTERNAL when it cannot be read. */
ImportFile *import_file_open(int fd, ImportFormat format, char delimiter, GError **error);
void import_file_free(ImportFile *file);
/* Records from a place on (at_byte 0: the first row). */
CsvReader *import_file_reader(const ImportFile *file, gint64 at_byte, gint64 at_line, GError **error);
/* The bytes of a record as they stand in the file, appended. */
gboolean import_file_copy(const ImportFile *file, gint64 at_byte, gint64 n_bytes, GString *out, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportFile, import_file_free)
G_END_DECLS
