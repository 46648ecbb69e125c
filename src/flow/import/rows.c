/* rows.c - the rows of one import, batch by batch. What an import is, and taking one up again: flow/import/import.c. */
#include "base/clock.h"
#include "flow/import/run.h"
#include <string.h>

enum { RETRIES = 5 };

void
import_batch_init(ImportBatch *batch)
{
	*batch = (ImportBatch){ 0 };
	batch->text = g_string_chunk_new(64 * 1024);
	batch->rows = g_array_sized_new(FALSE, FALSE, sizeof(ImportRow), IMPORT_BATCH);
	g_array_set_clear_func(batch->rows, (GDestroyNotify)import_row_clear);
	batch->rejects = g_string_new(NULL);
	pthread_mutex_init(&batch->lock, NULL);
	pthread_cond_init(&batch->changed, NULL);
}

void
import_batch_clear(ImportBatch *batch)
{
	import_batch_wait(batch, NULL);
	g_string_chunk_free(batch->text);
	g_array_unref(batch->rows);
	g_string_free(batch->rejects, TRUE);
	pthread_mutex_destroy(&batch->lock);
	pthread_cond_destroy(&batch->changed);
}

void
import_batch_empty(ImportBatch *batch)
{
	g_string_chunk_clear(batch->text);
	g_array_set_size(batch->rows, 0);
	g_string_truncate(batch->rejects, 0);
	batch->n_rejected = 0;
}

static void
batch_done(gpointer data, const GError *error)
{
	ImportBatch *batch = data;

	pthread_mutex_lock(&batch->lock);
	batch->busy = FALSE;
	batch->error = error != NULL ? g_error_copy(error) : NULL;
	pthread_cond_signal(&batch->changed);
	pthread_mutex_unlock(&batch->lock);
}

static gboolean
batch_work(Db *db, gpointer data, GError **error)
{
	ImportBatch *batch = data;

	return import_unit_work(db, &batch->unit, error);
}

gboolean
import_batch_submit(ImportBatch *batch, Store *store, GError **error)
{
	batch->busy = TRUE;
	if (store_submit(store, batch_work, batch_done, batch, error))
		return TRUE;
	batch->busy = FALSE;
	return FALSE;
}

gboolean
import_batch_wait(ImportBatch *batch, GError **error)
{
	pthread_mutex_lock(&batch->lock);
	while (batch->busy)
		pthread_cond_wait(&batch->changed, &batch->lock);
	pthread_mutex_unlock(&batch->lock);
	if (batch->error == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&batch->error));
	return FALSE;
}

void
import_run_note(ImportRun *run, gint64 line, const char *reason)
{
	if (run->result->reason != NULL)
		return;
	run->result->reason = g_strdup(reason);
	run->result->reason_line = line;
}

static gint64
now(const ImportRun *run)
{
	return run->ask->now_ms != 0 ? run->ask->now_ms : clock_now_ms();
}

/* Up to IMPORT_BATCH rows into @batch; @ret_end TRUE when the file has no more. */
static gboolean
read_batch(ImportRun *run, ImportBatch *batch, gboolean *ret_end, GError **error)
{
	gint64 now_ms = now(run);

	import_batch_empty(batch);
	*ret_end = FALSE;
	while (batch->rows->len < IMPORT_BATCH && batch->n_rejected < IMPORT_BATCH) {
		g_autoptr(GError) local = NULL;
		g_autofree char *reason = NULL;
		CsvRecord record;
		ImportRow row;

		if (!import_source_next(run->source, batch->text, now_ms, &row, &record, &reason, &local)) {
			*ret_end = local == NULL;
			if (local != NULL)
				g_propagate_error(error, g_steal_pointer(&local));
			return *ret_end;
		}
		batch->end_byte = record.at_byte + record.n_bytes;
		batch->end_line = record.next_line;
		if (reason == NULL) {
			import_context_name(&run->context, &row, batch->text);
			g_array_append_val(batch->rows, row);
			continue;
		}
		import_run_note(run, record.line, reason);
		batch->n_rejected++;
		if (run->rejects != NULL &&
			!import_rejects_put(run->rejects, record.at_byte, record.n_bytes, record.line, reason, batch->rejects, error))
			return FALSE;
	}
	return TRUE;
}

static void
prepare_unit(ImportRun *run, ImportBatch *batch)
{
	batch->unit = (ImportUnit){ .context = &run->context,
		.rows = (ImportRow *)(gpointer)batch->rows->data,
		.n_rows = batch->rows->len,
		.note = TRUE,
		.place = run->place,
		.rejects = run->rejects->below,
		.now_ms = now(run) };
	batch->unit.place.at_byte = batch->end_byte;
	batch->unit.place.at_line = batch->end_line;
	batch->unit.place.rejects_bytes = run->rejects->n_bytes;
	batch->unit.place.tally.n_rejected += batch->n_rejected;
}

static void
take_tally(ImportRun *run, const ImportUnit *unit)
{
	run->place = unit->place;
	run->place.tally.n_imported += unit->done.n_imported;
	run->place.tally.n_updated += unit->done.n_updated;
	run->place.tally.n_unchanged += unit->done.n_unchanged;
}

/* A unit that may meet a busy database: again, some times. */
static gboolean
write_unit(ImportRun *run, ImportUnit *unit, GError **error)
{
	for (int i = 1;; i++) {
		g_autoptr(GError) local = NULL;

		if (store_write(run->store, import_unit_work, unit, &local))
			return TRUE;
		import_context_forget(&run->context);
		if (i < RETRIES && g_error_matches(local, ERR, ERR_BUSY))
			continue;
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
}

static gboolean
is_row_fault(const GError *error)
{
	return g_error_matches(error, ERR, ERR_INVALID) || g_error_matches(error, ERR, ERR_CONFLICT) ||
	       g_error_matches(error, ERR, ERR_NOT_FOUND) || g_error_matches(error, ERR, ERR_LIMIT);
}

/* A row the database does not take fails its whole batch; then each row goes alone, and only that one is rejected. The
 * progress is written behind the last: cut off in between, the rows that are in will be found unchanged. */
static gboolean
write_singly(ImportRun *run, ImportBatch *batch, GError **error)
{
	ImportUnit whole = batch->unit;
	ImportTally done = { 0 };

	g_string_truncate(batch->rejects, 0);
	for (guint i = 0; i < batch->rows->len; i++) {
		ImportRow *row = &g_array_index(batch->rows, ImportRow, i);
		ImportUnit one = { .context = &run->context, .rows = row, .n_rows = 1, .now_ms = whole.now_ms };
		g_autoptr(GError) local = NULL;
		g_autofree char *reason = NULL;

		if (write_unit(run, &one, &local)) {
			done.n_imported += one.done.n_imported;
			done.n_updated += one.done.n_updated;
			done.n_unchanged += one.done.n_unchanged;
			continue;
		}
		if (!is_row_fault(local)) {
			g_propagate_error(error, g_steal_pointer(&local));
			return FALSE;
		}
		reason = import_reason(local);
		import_run_note(run, row->line, reason);
		whole.place.tally.n_rejected++;
		if (!import_rejects_put(run->rejects, row->at_byte, row->n_bytes, row->line, reason, batch->rejects, error))
			return FALSE;
	}
	if (!import_rejects_write(run->rejects, batch->rejects, error))
		return FALSE;
	whole.rows = NULL;
	whole.n_rows = 0;
	whole.place.rejects_bytes = run->rejects->n_bytes;
	whole.place.tally.n_imported += done.n_imported;
	whole.place.tally.n_updated += done.n_updated;
	whole.place.tally.n_unchanged += done.n_unchanged;
	if (!write_unit(run, &whole, error))
		return FALSE;
	take_tally(run, &whole);
	return TRUE;
}

/* Waits for a batch that was submitted. */
static gboolean
finish_batch(ImportRun *run, ImportBatch *batch, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (import_batch_wait(batch, &local)) {
		take_tally(run, &batch->unit);
		return TRUE;
	}
	import_context_forget(&run->context); /* nothing is at work now; the group's commit may have failed behind the unit */
	if (!batch->unit.stopped && is_row_fault(local))
		return write_singly(run, batch, error);
	if (g_error_matches(local, ERR, ERR_BUSY) && write_unit(run, &batch->unit, error)) {
		take_tally(run, &batch->unit);
		return TRUE;
	}
	if (error == NULL || *error == NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* TRUE when the caller wishes to stop. */
static gboolean
report(ImportRun *run)
{
	ImportResult *result = run->result;

	result->at_byte = run->place.at_byte;
	result->n_imported = run->place.tally.n_imported;
	result->n_updated = run->place.tally.n_updated;
	result->n_unchanged = run->place.tally.n_unchanged;
	result->n_rejected = run->place.tally.n_rejected;
	return run->progress != NULL && !run->progress(result, run->data);
}

gboolean
import_run_rows(ImportRun *run, GError **error)
{
	ImportBatch batches[2];
	gboolean fine = TRUE, end = FALSE, stop = FALSE;
	int at = 0;

	import_batch_init(&batches[0]);
	import_batch_init(&batches[1]);
	fine = read_batch(run, &batches[at], &end, error);
	while (fine && !stop && (batches[at].rows->len > 0 || batches[at].n_rejected > 0)) {
		ImportBatch *batch = &batches[at], *next = &batches[1 - at];

		fine = import_rejects_write(run->rejects, batch->rejects, error);
		if (!fine)
			break;
		prepare_unit(run, batch);
		if (!(fine = import_batch_submit(batch, run->store, error)))
			break;
		/* The next one is read while this one is written. */
		import_batch_empty(next);
		fine = (end || read_batch(run, next, &end, error));
		fine = finish_batch(run, batch, fine ? error : NULL) && fine;
		stop = fine && report(run);
		at = 1 - at;
	}
	import_batch_clear(&batches[0]);
	import_batch_clear(&batches[1]);
	if (fine && stop) {
		g_set_error_literal(error, ERR, ERR_BUSY, "the import was interrupted; it is taken up where it was");
		return FALSE;
	}
	return fine;
}

static gboolean
probe(ImportRun *run, Db *db, ImportRow *row, GError **error)
{
	g_autoptr(GError) local = NULL;
	ImportFate fate = IMPORT_NEW;

	if (import_row_probe(db, &run->context, row, now(run), &fate, &local)) {
		run->place.tally.n_imported += fate == IMPORT_NEW;
		run->place.tally.n_updated += fate == IMPORT_UPDATED;
		run->place.tally.n_unchanged += fate == IMPORT_UNCHANGED;
		return TRUE;
	}
	if (is_row_fault(local)) {
		g_autofree char *reason = import_reason(local);

		import_run_note(run, row->line, reason);
		run->place.tally.n_rejected++;
		return TRUE;
	}
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

gboolean
import_run_dry(ImportRun *run, GError **error)
{
	ImportBatch batch;
	gboolean fine, end = FALSE, stop = FALSE;
	Db *db = store_reader(run->store, error);

	if (db == NULL)
		return FALSE;
	import_batch_init(&batch);
	do {
		fine = read_batch(run, &batch, &end, error);
		for (guint i = 0; fine && i < batch.rows->len; i++)
			fine = probe(run, db, &g_array_index(batch.rows, ImportRow, i), error);
		run->place.tally.n_rejected += batch.n_rejected;
		run->place.at_byte = batch.end_byte;
		stop = fine && report(run);
	} while (fine && !end && !stop);
	import_batch_clear(&batch);
	return fine;
}
