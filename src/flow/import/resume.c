/* resume.c - imports of uploaded files, run by their ref, and taken up again after a restart. */
#include "flow/import/run.h"
#include "base/ids.h"
#include "import.sql.h"
#include "store/blob.h"
#include <unistd.h>

gboolean
import_run_ref(Store *store, const char *ref, const ImportAsk *ask, const Actor *actor, ImportProgress progress, gpointer data,
	ImportResult *ret_result, GError **error)
{
	Db *db = store_reader(store, error);
	g_autoptr(json_t) known = db != NULL ? import_get(db, ref, error) : NULL;
	ImportAsk mine = *ask;
	gint64 size;
	gboolean fine;

	if (known == NULL)
		return FALSE;
	if (mine.blob == NULL)
		mine.blob = json_text(known, "blob", NULL);
	if (mine.blob == NULL) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "this import came from the command line: run the same command again");
		return FALSE;
	}
	if ((mine.fd = blob_open(store_data_dir(store), mine.blob, &size, error)) < 0)
		return FALSE;
	mine.name = json_text(known, "file", "");
	fine = import_run_as(store, json_text(known, "ref", ""), &mine, actor, progress, data, ret_result, error);
	close(mine.fd);
	return fine;
}

void
import_ask_of(const json_t *known, ImportAsk *ret_ask)
{
	const json_t *wish = json_object_get(known, "mapping"), *map = json_object_get(wish, "map");
	ImportAsk ask = { .fd = -1,
		.name = json_text(known, "file", ""),
		.blob = json_text(known, "blob", NULL),
		.zone = json_text(wish, "zone", NULL),
		.map = json_is_object(map) ? map : NULL };

	import_format_read(json_text(known, "format", "csv"), &ask.format);
	date_style_read(json_text(wish, "dates", ""), &ask.dates);
	ask.delimiter = json_text(wish, "delimiter", "")[0];
	*ret_ask = ask;
}

gboolean
import_resume(
	Store *store, const char *ref, const Actor *actor, ImportProgress progress, gpointer data, ImportResult *ret_result, GError **error)
{
	Db *db = store_reader(store, error);
	g_autoptr(json_t) known = db != NULL ? import_get(db, ref, error) : NULL;
	ImportAsk ask;

	if (known == NULL)
		return FALSE;
	import_ask_of(known, &ask);
	return import_run_ref(store, ref, &ask, actor, progress, data, ret_result, error);
}

gboolean
import_remap(Db *db, const char *ref, ImportFormat format, const json_t *wish, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autofree char *text = json_write(wish, NULL);
	char written[REF_SIZE];
	gint64 changed = 0;

	if (tx == NULL ||
		!db_exec(db, &SQL_IMPORT_REMAP,
			DB_ARGS(DB_TEXT(ref_read(ref, written) ? written : ""), DB_TEXT(text), DB_TEXT(import_format_word(format))),
			&changed, error))
		return FALSE;
	if (changed == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "this import has begun already");
		return FALSE;
	}
	return db_tx_commit(tx, error);
}

GPtrArray *
import_interrupted(Db *db, GError **error)
{
	g_autoptr(GPtrArray) refs = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_IMPORT_INTERRUPTED, DB_NO_ARGS, error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		g_ptr_array_add(refs, g_strdup(db_rows_text(rows, "ref")));
	if (local == NULL)
		return g_steal_pointer(&refs);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}
