/* batch.h - some rows taken into the database in one unit of work, with the import's progress in the same
 * transaction. Private to flow/import/. */
#pragma once
#include "flow/import/row.h"
#include "store/store.h"
G_BEGIN_DECLS

typedef enum { IMPORT_NEW, IMPORT_UPDATED, IMPORT_UNCHANGED } ImportFate;

typedef struct {
	gint64 n_imported, n_updated, n_unchanged, n_rejected;
} ImportTally;

/* What all rows of one import share. */
typedef struct {
	gint64 import_id; /* 0: a dry run */
	const Actor *actor;
	const ImportPeople *people;
	GHashTable *words[3]; /* by Tree: a path -> its id, of rows that are in; only the unit at work looks */
	GHashTable *repeats;  /* hash of a row without id -> how often it came so far: about 30 bytes for each such row */
	GHashTable *seen;     /* dry run: hash of an id -> hash of its row */
} ImportContext;
void import_context_init(ImportContext *context, const Actor *actor, const ImportPeople *people);
void import_context_clear(ImportContext *context);
/* What a unit that failed had learnt may not be there. */
void import_context_forget(ImportContext *context);
/* Rows without an id are known by what they say; the same words again within one file are another case, the second, the
 * third ... Called once for each row, in the file's order. */
void import_context_name(ImportContext *context, ImportRow *row, GStringChunk *chunk);

/* Writes one row in the caller's transaction. */
gboolean import_row_write(Db *db, ImportContext *context, ImportRow *row, gint64 now_ms, ImportFate *ret_fate, GError **error);
/* Tells what would happen to it. */
gboolean import_row_probe(Db *db, ImportContext *context, ImportRow *row, gint64 now_ms, ImportFate *ret_fate, GError **error);

/* Where the import stands once a unit is in. */
typedef struct {
	gint64 at_byte, at_line, rejects_bytes;
	ImportTally tally;
} ImportPlace;

typedef struct {
	ImportContext *context;
	ImportRow *rows;
	guint n_rows;
	gboolean note;	     /* write @place with it; FALSE: the rows alone */
	ImportPlace place;   /* behind the unit, but for its tally, to which @done is added */
	const char *rejects; /* the rejects file, below the data folder */
	gint64 now_ms;
	ImportTally done; /* the unit's own */
	gboolean ran;     /* once already: what it learnt then may have been taken back */
	gboolean stopped; /* somebody stopped the import: nothing was written */
} ImportUnit;
/* A StoreWork over an ImportUnit. */
gboolean import_unit_work(Db *db, gpointer data, GError **error);

G_END_DECLS
