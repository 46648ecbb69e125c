/* run.h - one import while it runs. Private to flow/import/. */
#pragma once
#include "flow/import/import.h"
#include "flow/import/batch.h"
#include "flow/import/rejects.h"
#include "flow/import/source.h"
#include "store/store.h"
#include <pthread.h>
G_BEGIN_DECLS

/* Rows in one unit of work: what another writer may have to wait for. (Alone in its group a unit has no savepoint. Within one
 * the cost of a row grows with the rows before it: SQLite walks what it has kept at the end of every statement.) */
enum { IMPORT_BATCH = 256 };

/* Rows read and not yet in. While one of two is being written, the other is being read. */
typedef struct {
	GStringChunk *text;
	GArray *rows; /* of ImportRow */
	GString *rejects;
	gint64 n_rejected, end_byte, end_line;
	ImportUnit unit;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	gboolean busy;
	GError *error;
} ImportBatch;
void import_batch_init(ImportBatch *batch);
void import_batch_clear(ImportBatch *batch);
void import_batch_empty(ImportBatch *batch);
/* Queues the whole batch as one unit; its end is waited for by import_batch_wait. */
gboolean import_batch_submit(ImportBatch *batch, Store *store, GError **error);
gboolean import_batch_wait(ImportBatch *batch, GError **error);

typedef struct {
	Store *store;
	const ImportAsk *ask;
	const Actor *actor;
	gint64 id; /* of the imports row, 0: a dry run */
	char ref[16];
	ImportFile *file;
	ImportSource *source;
	ImportPeople *people;
	GTimeZone *zone;
	ImportContext context;
	ImportRejects *rejects;
	ImportPlace place; /* what is durably in */
	ImportProgress progress;
	gpointer data;
	ImportResult *result;
} ImportRun;
void import_run_clear(ImportRun *run);
/* Opens and understands the file. */
gboolean import_run_open(ImportRun *run, GError **error);
/* The rows of a real import from run->place on; of a dry run. */
gboolean import_run_rows(ImportRun *run, GError **error);
gboolean import_run_dry(ImportRun *run, GError **error);
/* All of import_run(); @ref: the imports row that is there already, or NULL. */
gboolean import_run_as(Store *store, const char *ref, const ImportAsk *ask, const Actor *actor, ImportProgress progress, gpointer data,
	ImportResult *ret_result, GError **error);
/* Why a row was refused, kept for people and counted. */
void import_run_note(ImportRun *run, gint64 line, const char *reason);

G_END_DECLS
