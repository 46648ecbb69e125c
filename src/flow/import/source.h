/* source.h - the rows of a file, one after the other, each as a new case or as the reason why it is none. Private to
 * flow/import/. */
#pragma once
#include "flow/import/file.h"
#include "flow/import/row.h"
G_BEGIN_DECLS

typedef struct {
	const ImportFile *file;
	ImportMap *map;
	GPtrArray *columns;  /* of ImportColumn: a table's, in its order; NDJSON: those met so far */
	GHashTable *by_name; /* NDJSON: name -> ImportColumn, borrowed */
	DateStyle dates;     /* as asked for; DATES_UNKNOWN: by column */
	ImportDraft *draft;
	CsvReader *reader;
} ImportSource;

/* Columns and how each writes its dates (a table is read once for that). @dates DATES_UNKNOWN: told from the column, or
 * ERR_INVALID when it cannot be told. */
ImportSource *import_source_new(const ImportFile *file, const json_t *map, DateStyle dates, GError **error);
void import_source_free(ImportSource *source);
/* Before the first row: who owns cases, the zone of times without one (NULL: UTC), and from where on (0: the first row). */
gboolean import_source_start(
	ImportSource *source, const ImportPeople *people, GTimeZone *zone, gint64 at_byte, gint64 at_line, GError **error);

/* TRUE: a row, or in @ret_reason why it cannot be taken (transfer full). FALSE: the end, or @error. Texts go into @chunk. */
gboolean import_source_next(ImportSource *source, GStringChunk *chunk, gint64 now_ms, ImportRow *ret_row, CsvRecord *ret_record,
	char **ret_reason, GError **error);
/* Why, in one line for a person: "received_at: "31/31/2020" is no date we can read." (transfer full) */
char *import_reason(const GError *fault);
/* The cells of a JSON object into the draft, each key its column ("customer.name" for nested ones). */
void import_json_set(ImportSource *source, const json_t *object);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportSource, import_source_free)
G_END_DECLS
