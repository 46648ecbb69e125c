#include "flow/import/run.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/refs.h"
#include "import.sql.h"
#include <string.h>

void
import_result_clear(ImportResult *result)
{
	g_clear_pointer(&result->rejects, g_free);
	g_clear_pointer(&result->reason, g_free);
}

void
import_run_clear(ImportRun *run)
{
	import_source_free(run->source);
	import_file_free(run->file);
	import_people_free(run->people);
	g_clear_pointer(&run->zone, g_time_zone_unref);
	import_context_clear(&run->context);
	import_rejects_free(run->rejects);
}

static gboolean
read_zone(const char *name, GTimeZone **ret_zone, GError **error)
{
	*ret_zone = NULL;
	if (name == NULL)
		return TRUE;
	if ((*ret_zone = g_time_zone_new_identifier(name)) != NULL)
		return TRUE;
	err_add_field(error, "/zone", "There is no time zone \"%s\"; one is called Europe/Berlin, for example.", name);
	return FALSE;
}

gboolean
import_run_open(ImportRun *run, GError **error)
{
	const ImportAsk *ask = run->ask;
	Db *db;

	if (!read_zone(ask->zone, &run->zone, error) ||
		(run->file = import_file_open(ask->fd, ask->format, ask->delimiter, error)) == NULL ||
		(run->source = import_source_new(run->file, ask->map, ask->dates, error)) == NULL)
		return FALSE;
	if ((db = store_reader(run->store, error)) == NULL || (run->people = import_people_new(db, error)) == NULL)
		return FALSE;
	import_context_init(&run->context, run->actor, run->people);
	run->result->n_bytes = run->file->n_bytes;
	return TRUE;
}

/* What was asked for, so that it can be asked again. */
static json_t *
ask_to_json(const ImportAsk *ask, const ImportSource *source)
{
	json_t *out = json_object();
	char delimiter[2] = { ask->delimiter, '\0' };

	json_put(out, "columns", source != NULL ? import_map_to_json(source->columns) : json_null());
	json_put(out, "map", ask->map != NULL ? json_deep_copy(ask->map) : json_null());
	json_put_text(out, "dates", ask->dates != DATES_UNKNOWN ? date_style_word(ask->dates) : NULL);
	json_put_text(out, "zone", ask->zone);
	json_put_text(out, "delimiter", ask->delimiter != 0 ? delimiter : NULL);
	return out;
}

/* The same file in the same way: the same import. */
static char *
ask_hash(const ImportAsk *ask, const ImportFile *file)
{
	g_autoptr(json_t) wish = ask_to_json(ask, NULL);
	g_autofree char *text = json_write(wish, NULL), *all = g_strjoin("|", file->hash, import_format_word(ask->format), text, NULL);

	return g_strdup_printf("%s-%016" G_GINT64_MODIFIER "x", file->hash, import_hash(all, strlen(all)));
}

typedef struct {
	const ImportAsk *ask;
	const Actor *actor;
	char *hash, *mapping, *message;
	const char *state, *file_name;
	gint64 n_bytes, id, now_ms;
	char ref[16];
} Row;

static void
row_clear(Row *row)
{
	g_free(row->hash);
	g_free(row->mapping);
	g_free(row->message);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Row, row_clear)

static gboolean
insert_row(Db *db, Row *row, GError **error)
{
	return ref_insert(db, &SQL_IMPORT_START, row->ref,
		DB_ARGS(DB_TEXT(row->ref), DB_TEXT(row->ask->name), DB_TEXT(row->hash),
			DB_TEXT(import_format_word(row->ask->format)), DB_TEXT(row->mapping), DB_TEXT(row->state),
			DB_TEXT(row->ask->blob), DB_INT(row->n_bytes), DB_INT_OR_NULL(row->actor->user_id),
			DB_INT(row->now_ms)),
		&row->id, NULL, error);
}

/* A StoreWork: a new import that runs at once, or one that was there (row->ref) set running. */
static gboolean
begin_work(Db *db, gpointer data, GError **error)
{
	Row *row = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	if (tx == NULL)
		return FALSE;
	if (row->id == 0) {
		if (!insert_row(db, row, error))
			return FALSE;
	} else if (!db_exec(db, &SQL_IMPORT_BEGIN,
			   DB_ARGS(DB_INT(row->id), DB_TEXT(row->mapping), DB_TEXT(row->hash), DB_INT(row->n_bytes)), NULL, error)) {
		return FALSE;
	}
	return db_tx_commit(tx, error);
}

static gboolean
end_work(Db *db, gpointer data, GError **error)
{
	const Row *row = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL &&
	       db_exec(db, &SQL_IMPORT_END, DB_ARGS(DB_INT(row->id), DB_TEXT(row->state), DB_TEXT(row->message), DB_INT(row->now_ms)), NULL,
		       error) &&
	       db_tx_commit(tx, error);
}

/* Where an earlier run of this import came to. */
static gboolean
load_place(ImportRun *run, Db *db, const char *ref, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_IMPORT_BY_REF, DB_ARGS(DB_TEXT(ref)), error);

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows, &local)) {
		if (local == NULL)
			g_set_error_literal(&local, ERR, ERR_NOT_FOUND, "there is no such import");
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	run->id = db_rows_int(rows, "id");
	g_strlcpy(run->ref, ref, sizeof run->ref);
	run->place.at_byte = db_rows_int(rows, "at_byte");
	run->place.at_line = db_rows_int(rows, "at_line");
	run->place.rejects_bytes = db_rows_int(rows, "rejects_bytes");
	run->place.tally = (ImportTally){ db_rows_int(rows, "n_imported"), db_rows_int(rows, "n_updated"), db_rows_int(rows, "n_unchanged"),
		db_rows_int(rows, "n_rejected") };
	run->result->resumed = run->place.at_byte > 0;
	return TRUE;
}

/* Rows without an id are counted by what they say: those of the first run are counted again. */
static gboolean
recount(ImportRun *run, GError **error)
{
	g_autoptr(GError) local = NULL;
	GStringChunk *chunk = g_string_chunk_new(4096);
	CsvRecord record;
	ImportRow row;
	char *reason;

	if (!import_source_start(run->source, run->people, run->zone, 0, 0, &local))
		g_assert(local != NULL);
	while (local == NULL && import_source_next(run->source, chunk, clock_now_ms(), &row, &record, &reason, &local)) {
		if (record.at_byte >= run->place.at_byte) {
			if (reason == NULL)
				import_row_clear(&row);
			g_free(reason);
			break;
		}
		if (reason == NULL) {
			import_context_name(&run->context, &row, chunk);
			import_row_clear(&row);
		}
		g_free(reason);
		g_string_chunk_clear(chunk);
	}
	g_string_chunk_free(chunk);
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
run_rows(ImportRun *run, GError **error)
{
	if (run->place.at_byte > 0 && !recount(run, error))
		return FALSE;
	run->rejects = import_rejects_new(run->file, store_data_dir(run->store), run->ref, run->place.rejects_bytes);
	return import_source_start(run->source, run->people, run->zone, run->place.at_byte, run->place.at_line, error) &&
	       import_run_rows(run, error);
}

static void
fill_result(ImportRun *run)
{
	ImportResult *result = run->result;

	result->at_byte = run->place.at_byte;
	result->n_imported = run->place.tally.n_imported;
	result->n_updated = run->place.tally.n_updated;
	result->n_unchanged = run->place.tally.n_unchanged;
	result->n_rejected = run->place.tally.n_rejected;
	g_strlcpy(result->ref, run->ref, sizeof result->ref);
	if (run->rejects != NULL && run->rejects->n_bytes > 0 && result->n_rejected > 0)
		result->rejects = g_strdup(run->rejects->below);
}

/* From the imports row's beginning to its end. @ref: one that is there; NULL: an unfinished one like it, or a new one. */
static gboolean
run_durably(ImportRun *run, const char *ref, GError **error)
{
	g_auto(Row)
		row = { .ask = run->ask, .actor = run->actor, .n_bytes = run->file->n_bytes, .state = "running", .now_ms = clock_now_ms() };
	g_autoptr(json_t) mapping = ask_to_json(run->ask, run->source);
	g_autoptr(GError) local = NULL;
	g_autofree char *found = NULL;
	gboolean fine;
	Db *db = store_reader(run->store, error);

	if (db == NULL)
		return FALSE;
	row.mapping = json_write(mapping, NULL);
	row.hash = ask_hash(run->ask, run->file);
	if (ref == NULL) {
		g_autoptr(DbRows) rows = db_query(db, &SQL_IMPORT_UNFINISHED, DB_ARGS(DB_TEXT(row.hash)), error);

		if (rows == NULL)
			return FALSE;
		if (db_rows_next(rows, &local))
			ref = found = g_strdup(db_rows_text(rows, "value"));
	}
	if (ref != NULL && !load_place(run, db, ref, error))
		return FALSE;
	row.id = run->id;
	if (!store_write(run->store, begin_work, &row, error))
		return FALSE;
	if (run->id == 0) {
		run->id = row.id;
		g_strlcpy(run->ref, row.ref, sizeof run->ref);
	}
	run->context.import_id = run->id;
	fine = run_rows(run, &local);
	fill_result(run);
	row.id = run->id;
	/* Interrupted by the caller: it stays "running", to be taken up again. */
	if (g_error_matches(local, ERR, ERR_BUSY)) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	row.state = fine ? "done" : g_error_matches(local, ERR, ERR_CONFLICT) ? "stopped" : "failed";
	row.message = fine ? g_strdup(run->result->reason) : g_strdup(local->message);
	row.now_ms = clock_now_ms();
	if (!store_write(run->store, end_work, &row, fine ? error : NULL) && fine)
		return FALSE;
	if (!fine)
		g_propagate_error(error, g_steal_pointer(&local));
	return fine;
}

gboolean
import_run_as(Store *store, const char *ref, const ImportAsk *ask, const Actor *actor, ImportProgress progress, gpointer data,
	ImportResult *ret_result, GError **error)
{
	ImportRun run = { .store = store, .ask = ask, .actor = actor, .progress = progress, .data = data, .result = ret_result };
	gboolean fine;

	*ret_result = (ImportResult){ 0 };
	fine = import_run_open(&run, error);
	if (fine && ask->dry_run) {
		fine = import_source_start(run.source, run.people, run.zone, 0, 0, error) && import_run_dry(&run, error);
		fill_result(&run);
	} else if (fine) {
		fine = run_durably(&run, ref, error);
	}
	import_run_clear(&run);
	return fine;
}

gboolean
import_run(Store *store, const ImportAsk *ask, const Actor *actor, ImportProgress progress, gpointer data, ImportResult *ret_result,
	GError **error)
{
	return import_run_as(store, NULL, ask, actor, progress, data, ret_result, error);
}

gboolean
import_add(Db *db, const ImportAsk *ask, gint64 n_bytes, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error)
{
	g_autoptr(json_t) mapping = ask_to_json(ask, NULL);
	g_auto(Row) row = { .ask = ask, .actor = actor, .n_bytes = n_bytes, .state = "mapping", .now_ms = now_ms };
	g_autoptr(DbTx) tx = db_begin(db, error);

	row.mapping = json_write(mapping, NULL);
	row.hash = g_strdup(ask->blob != NULL ? ask->blob : "");
	if (tx == NULL || !insert_row(db, &row, error) || !db_tx_commit(tx, error))
		return FALSE;
	g_strlcpy(ret_ref, row.ref, 16);
	return TRUE;
}
