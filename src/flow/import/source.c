#include "flow/import/source.h"
#include "text/blank.h"
#include <string.h>

void
import_source_free(ImportSource *source)
{
	if (source == NULL)
		return;
	import_map_free(source->map);
	g_ptr_array_unref(source->columns);
	g_hash_table_unref(source->by_name);
	import_draft_free(source->draft);
	csv_reader_free(source->reader);
	g_free(source);
}

static gboolean
has_date_columns(const ImportSource *source)
{
	for (guint i = 0; i < source->columns->len; i++)
		if (import_field_is_date(((ImportColumn *)source->columns->pdata[i])->field))
			return TRUE;
	return FALSE;
}

static gboolean
decide_dates(ImportSource *source, const DateEvidence *evidence, GError **error)
{
	for (guint i = 0; i < source->columns->len; i++) {
		ImportColumn *column = source->columns->pdata[i];

		if (import_field_is_date(column->field) && !date_evidence_decide(&evidence[i], column->name, &column->dates, error))
			return FALSE;
	}
	return TRUE;
}

/* Every date of the table is looked at before the first row is taken: one way of writing for each column. */
static gboolean
look_at_dates(ImportSource *source, GError **error)
{
	g_autofree DateEvidence *evidence = g_new0(DateEvidence, source->columns->len + 1);
	g_autoptr(CsvReader) reader = NULL;
	g_autoptr(GError) local = NULL;
	CsvRecord record;

	if (!has_date_columns(source))
		return TRUE;
	if ((reader = import_file_reader(source->file, 0, 0, error)) == NULL)
		return FALSE;
	while (csv_next(reader, &record, &local)) {
		if (record.n_fields != source->columns->len)
			continue;
		for (guint i = 0; i < record.n_fields; i++) {
			const ImportColumn *column = source->columns->pdata[i];

			if (import_field_is_date(column->field) && !blank_is(record.fields[i].text))
				date_evidence_add(&evidence[i], csv_bare(record.fields[i].text));
		}
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	return decide_dates(source, evidence, error);
}

ImportSource *
import_source_new(const ImportFile *file, const json_t *map, DateStyle dates, GError **error)
{
	g_autoptr(ImportSource) source = g_new0(ImportSource, 1);

	source->file = file;
	source->dates = dates;
	source->columns = g_ptr_array_new_with_free_func((GDestroyNotify)import_column_free);
	source->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	if ((source->map = import_map_new(file->format, map, error)) == NULL)
		return NULL;
	for (guint i = 0; i < file->names->len; i++) {
		ImportColumn *column = import_map_column(source->map, file->names->pdata[i]);

		column->dates = dates;
		g_ptr_array_add(source->columns, column);
	}
	if (file->format == IMPORT_NDJSON)
		return g_steal_pointer(&source);
	if (!import_map_check(source->map, source->columns, error) || (dates == DATES_UNKNOWN && !look_at_dates(source, error)))
		return NULL;
	return g_steal_pointer(&source);
}

gboolean
import_source_start(ImportSource *source, const ImportPeople *people, GTimeZone *zone, gint64 at_byte, gint64 at_line, GError **error)
{
	g_clear_pointer(&source->reader, csv_reader_free);
	g_clear_pointer(&source->draft, import_draft_free);
	source->draft = import_draft_new(source->map, people, zone);
	source->reader = import_file_reader(source->file, at_byte, at_line, error);
	return source->reader != NULL;
}

char *
import_reason(const GError *fault)
{
	const GPtrArray *fields = err_fields(fault);
	GString *out = g_string_new(NULL);

	for (guint i = 0; fields != NULL && i < fields->len; i++) {
		const ErrField *one = fields->pdata[i];

		g_string_append_printf(out, "%s%s: %s", i > 0 ? " " : "", one->field[0] == '/' ? one->field + 1 : one->field, one->message);
	}
	if (out->len == 0)
		g_string_append(out, fault->message);
	return g_string_free(out, FALSE);
}

static gboolean
take_table_row(ImportSource *source, const CsvRecord *record, char **ret_reason)
{
	guint n = record->n_fields;

	/* Spreadsheets like to write more commas than there are columns. */
	while (n > source->columns->len && record->fields[n - 1].size == 0)
		n--;
	if (n != source->columns->len) {
		*ret_reason = g_strdup_printf("It has %u fields, the header has %u.", record->n_fields, source->columns->len);
		return FALSE;
	}
	for (guint i = 0; i < n; i++) {
		const CsvField *field = &record->fields[i];
		const char *bare = csv_bare(field->text);

		import_draft_set(source->draft, source->columns->pdata[i], bare, field->size - (gsize)(bare - field->text));
	}
	return TRUE;
}

/* @ret_remark: a line of our own rejects file that only says why the next one was refused. */
static gboolean
take_json_line(ImportSource *source, const CsvRecord *record, gboolean *ret_house, gboolean *ret_remark, char **ret_reason)
{
	g_autoptr(GError) fault = NULL;
	g_autoptr(json_t) object = json_read(record->fields[0].text, record->fields[0].size, &fault);

	if (object != NULL && !json_is_object(object))
		g_set_error_literal(&fault, ERR, ERR_INVALID, "The line is no JSON object.");
	if (fault != NULL) {
		*ret_reason = g_strdup(fault->message);
		return FALSE;
	}
	*ret_remark = json_object_size(object) == 2 && json_object_get(object, "rejected_line") != NULL;
	*ret_house = json_is_string(json_object_get(object, "house"));
	if (!*ret_house)
		import_json_set(source, object);
	return TRUE;
}

/* A line of our own export that is no case. */
static void
take_house(const CsvRecord *record, GStringChunk *chunk, ImportRow *ret_row)
{
	*ret_row = (ImportRow){ .house = g_string_chunk_insert_len(chunk, record->fields[0].text, (gssize)record->fields[0].size) };
	ret_row->make.external_hash = import_hash(ret_row->house, record->fields[0].size);
}

gboolean
import_source_next(ImportSource *source, GStringChunk *chunk, gint64 now_ms, ImportRow *ret_row, CsvRecord *ret_record, char **ret_reason,
	GError **error)
{
	while (csv_next(source->reader, ret_record, error)) {
		g_autoptr(GError) fault = NULL;
		gboolean fine, remark = FALSE, house = FALSE;

		*ret_reason = NULL;
		if (ret_record->fault != CSV_FINE) {
			*ret_reason = g_strdup(csv_fault_words(ret_record->fault));
			return TRUE;
		}
		import_draft_begin(source->draft, chunk);
		fine = source->file->format == IMPORT_NDJSON ? take_json_line(source, ret_record, &house, &remark, ret_reason)
							     : take_table_row(source, ret_record, ret_reason);
		if (remark)
			continue;
		if (house)
			take_house(ret_record, chunk, ret_row);
		else if (fine && !import_draft_end(source->draft, now_ms, ret_row, &fault))
			*ret_reason = import_reason(fault);
		if (fine && fault == NULL) {
			ret_row->at_byte = ret_record->at_byte;
			ret_row->n_bytes = ret_record->n_bytes;
			ret_row->line = ret_record->line;
		}
		return TRUE;
	}
	return FALSE;
}
