/* page.c - imports as the page sees them: looked at before they run, run by their ref, listed, stopped. */
#include "flow/import/run.h"
#include "base/ids.h"
#include "import.sql.h"
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PREVIEW_ROWS = 10, PREVIEW_CELL = 200 };

static json_t *
cell(const char *text)
{
	g_autofree char *part = g_utf8_strlen(text, -1) > PREVIEW_CELL ? g_utf8_substring(text, 0, PREVIEW_CELL) : NULL;

	return json_string(part != NULL ? part : text);
}

/* The first rows, cut for showing. */
static gboolean
put_rows(const ImportFile *file, json_t *out, GError **error)
{
	g_autoptr(CsvReader) reader = import_file_reader(file, 0, 0, error);
	g_autoptr(GError) local = NULL;
	json_t *rows = json_array();
	CsvRecord record;

	json_put(out, "rows", rows);
	if (reader == NULL)
		return FALSE;
	while (json_array_size(rows) < PREVIEW_ROWS && csv_next(reader, &record, &local)) {
		json_t *row = json_array();

		for (guint i = 0; i < record.n_fields; i++)
			json_array_append_new(row, cell(record.fields[i].text));
		json_array_append_new(rows, row);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static json_t *
dates_to_json(const ImportSource *source)
{
	json_t *out = json_object();

	for (guint i = 0; i < source->columns->len; i++) {
		const ImportColumn *column = source->columns->pdata[i];

		if (import_field_is_date(column->field))
			json_put_text(out, column->name, column->dates != DATES_UNKNOWN ? date_style_word(column->dates) : NULL);
	}
	return out;
}

static json_t *
words_to_json(void)
{
	json_t *out = json_array();

	for (guint i = 0; i < IMPORT_FACT; i++)
		json_array_append_new(out, json_string(import_field_words[i]));
	return out;
}

json_t *
import_preview(const ImportAsk *ask, GError **error)
{
	g_autoptr(json_t) out = json_object();
	g_autoptr(ImportSource) source = NULL, lenient = NULL;
	g_autoptr(ImportFile) file = NULL;
	g_autoptr(GError) problem = NULL;
	json_t *header = json_array();
	char delimiter[2] = { 0 };

	json_put(out, "header", header);
	json_put(out, "fields", words_to_json());
	if ((file = import_file_open(ask->fd, ask->format, ask->delimiter, &problem)) != NULL) {
		delimiter[0] = file->layout.delimiter;
		for (guint i = 0; i < file->names->len; i++)
			json_array_append_new(header, json_string(file->names->pdata[i]));
		json_put_text(out, "charset", charset_name(file->charset));
		json_put_text(out, "delimiter", delimiter[0] != '\0' ? delimiter : NULL);
		json_put_int(out, "n_bytes", file->n_bytes);
		if (!put_rows(file, out, error))
			return NULL;
		source = import_source_new(file, ask->map, ask->dates, &problem);
		/* Dates that cannot be told are a problem; the columns are shown all the same. */
		lenient = source == NULL ? import_source_new(file, NULL, DATES_ISO, NULL) : NULL;
		json_put(out, "dates", source != NULL ? dates_to_json(source) : json_object());
		if (source != NULL || lenient != NULL)
			json_put(out, "columns", import_map_to_json(source != NULL ? source->columns : lenient->columns));
	}
	if (problem != NULL && problem->domain == ERR && problem->code != ERR_INVALID) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return NULL;
	}
	json_put_text(out, "problem", problem != NULL ? problem->message : NULL);
	return g_steal_pointer(&out);
}

static json_t *
row_to_json(DbRows *rows)
{
	json_t *out = json_object(), *mapping = json_loads(db_rows_text(rows, "mapping"), 0, NULL);
	const char *maker = db_rows_text(rows, "maker_ref");

	json_put_text(out, "ref", db_rows_text(rows, "ref"));
	json_put_text(out, "file", db_rows_text(rows, "file"));
	json_put_text(out, "format", db_rows_text(rows, "format"));
	json_put_text(out, "state", db_rows_text(rows, "state"));
	json_put_text(out, "blob", db_rows_text(rows, "blob"));
	json_put_int(out, "n_bytes", db_rows_int(rows, "n_bytes"));
	json_put_int(out, "at_byte", db_rows_int(rows, "at_byte"));
	json_put_int(out, "n_imported", db_rows_int(rows, "n_imported"));
	json_put_int(out, "n_updated", db_rows_int(rows, "n_updated"));
	json_put_int(out, "n_unchanged", db_rows_int(rows, "n_unchanged"));
	json_put_int(out, "n_rejected", db_rows_int(rows, "n_rejected"));
	json_put_bool(out, "rejects", !db_rows_is_null(rows, "rejects"));
	json_put_text(out, "message", db_rows_text(rows, "message"));
	json_put(out, "mapping", mapping != NULL ? mapping : json_object());
	json_put(out, "made_by",
		maker != NULL ? json_pack("{s:s,s:s?}", "ref", maker, "name", db_rows_text(rows, "maker_name")) : json_null());
	json_put_time(out, "made_at", db_rows_int(rows, "made_at"));
	json_put_time(out, "ended_at", db_rows_int(rows, "ended_at"));
	return out;
}

json_t *
import_get(Db *db, const char *ref, GError **error)
{
	g_autoptr(GError) local = NULL;
	char written[REF_SIZE];
	g_autoptr(DbRows) rows = db_query(db, &SQL_IMPORT_BY_REF, DB_ARGS(DB_TEXT(ref_read(ref, written) ? written : "")), error);

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return row_to_json(rows);
	if (local == NULL)
		g_set_error_literal(&local, ERR, ERR_NOT_FOUND, "there is no such import");
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

json_t *
import_list(Db *db, gint64 before_id, guint limit, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(json_t) out = json_array();
	g_autoptr(DbRows) rows =
		db_query(db, &SQL_IMPORT_ROWS, DB_ARGS(DB_INT(before_id > 0 ? before_id : G_MAXINT64), DB_INT(limit)), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		json_array_append_new(out, row_to_json(rows));
	if (local == NULL)
		return g_steal_pointer(&out);
	g_propagate_error(error, g_steal_pointer(&local));
	return NULL;
}

gboolean
import_stop(Db *db, const char *ref, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	char written[REF_SIZE];
	gint64 changed = 0;

	if (tx == NULL ||
		!db_exec(db, &SQL_IMPORT_STOP, DB_ARGS(DB_TEXT(ref_read(ref, written) ? written : ""), DB_INT(now_ms)), &changed, error))
		return FALSE;
	if (changed == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "this import is not running");
		return FALSE;
	}
	return db_tx_commit(tx, error);
}

int
import_rejects_open(Db *db, const char *data_dir, const char *ref, gint64 *ret_size, char **ret_name, GError **error)
{
	g_autoptr(DbRows) rows = NULL;
	g_autofree char *path = NULL;
	char written[REF_SIZE];
	GStatBuf about;
	int fd;

	if ((rows = db_query(db, &SQL_IMPORT_BY_REF, DB_ARGS(DB_TEXT(ref_read(ref, written) ? written : "")), error)) == NULL)
		return -1;
	if (!db_rows_next(rows, error) || db_rows_is_null(rows, "rejects")) {
		if (error != NULL && *error == NULL)
			g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no file of rejected rows");
		return -1;
	}
	path = g_build_filename(data_dir, db_rows_text(rows, "rejects"), NULL);
	if ((fd = g_open(path, O_RDONLY | O_CLOEXEC, 0)) < 0 || fstat(fd, &about) != 0) {
		if (fd >= 0)
			close(fd);
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "there is no file of rejected rows");
		return -1;
	}
	*ret_size = about.st_size;
	*ret_name = g_strdup_printf("rejected-%s", db_rows_text(rows, "file"));
	return fd;
}
