#include "desk/import_view.h"
#include "flow/import/file.h"
#include "store/blob.h"
#include "text/csv.h"
#include "text/dates.h"
#include <string.h>
#include <unistd.h>

enum { FIRST_VALUES = 3, MOST_REJECTS = 20, CARDS = 2 };

void
import_view_progress(json_t *value)
{
	gint64 all = json_int(value, "n_bytes", 0), at = json_int(value, "at_byte", 0);
	gboolean done = g_str_equal(json_text(value, "state", ""), "done");

	json_put_int(value, "progress_pct", done ? 100 : all > 0 ? MIN(100, at * 100 / all) : 0);
	json_put(value, "left_ms", json_null());
	json_put_bool(value, "has_rejects", json_flag(value, "rejects", FALSE));
	json_put(value, "rejects", json_array());
}

static const char *
delimiter_word(const char *delimiter)
{
	static const char *const words[][2] = { { ",", "comma" }, { ";", "semicolon" }, { "\t", "tab" }, { "|", "pipe" } };

	for (guint i = 0; delimiter != NULL && i < G_N_ELEMENTS(words); i++)
		if (strcmp(words[i][0], delimiter) == 0)
			return words[i][1];
	return NULL;
}

/* The first values of a column, joined. */
static char *
first_values(const json_t *rows, size_t index)
{
	g_autoptr(GString) out = g_string_new(NULL);
	json_t *row;
	size_t i, n = 0;

	json_array_foreach(rows, i, row) {
		const char *text = json_string_value(json_array_get(row, index));

		if (text == NULL || text[0] == '\0' || n == FIRST_VALUES)
			continue;
		g_string_append_printf(out, "%s%s", n++ > 0 ? ", " : "", text);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static const char *
read_as(const char *field)
{
	static const char *const kinds[][2] = {
		{ "skip", "none" }, { "customer.email", "address" }, { "kind", "word" }, { "channel", "word" }, { "severity", "word" }, { "stage", "word" }, { "outcome", "word" },
	};

	if (g_str_has_suffix(field, "_at"))
		return "date";
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(kinds[i][0], field) == 0)
			return kinds[i][1];
	return "text";
}

/* A column whose dates cannot be told shows both readings of its first value, and asks. */
static json_t *
ambiguous(const json_t *preview, const char *name, const char *field, const char *chosen, const char *first)
{
	const json_t *styles = json_object_get(preview, "dates"), *style = json_object_get(styles, name);
	g_autofree char *cell = g_strndup(first, strcspn(first, ","));
	gint64 day_ms, month_ms;
	json_t *value;

	if (!g_str_has_suffix(field, "_at") || (json_is_string(style) && chosen == NULL))
		return json_null();
	if (!date_read(cell, DATES_DAY_FIRST, NULL, &day_ms) || !date_read(cell, DATES_US, NULL, &month_ms) || day_ms == month_ms)
		return json_null();
	value = json_object();
	json_put_time(value, "day_first", day_ms);
	json_put_time(value, "month_first", month_ms);
	json_put_text(value, "chosen", g_strcmp0(chosen, "day-first") == 0 ? "day" : g_strcmp0(chosen, "us") == 0 ? "month" : NULL);
	return value;
}

static void
put_columns(json_t *value, const json_t *preview)
{
	const json_t *header = json_object_get(preview, "header"), *columns = json_object_get(preview, "columns"), *rows = json_object_get(preview, "rows");
	const char *chosen = json_text(json_object_get(value, "mapping"), "dates", NULL);
	json_t *list = json_array(), *name;
	size_t i;

	json_array_foreach(header, i, name) {
		const char *field = json_text(columns, json_string_value(name), "skip");
		g_autofree char *first = first_values(rows, i), *fact = NULL;
		json_t *one = json_object(), *targets = json_deep_copy(json_object_get(preview, "fields"));

		/* Not one of ours: kept with the case under its own name. */
		if (g_str_has_prefix(field, "facts."))
			json_array_append_new(targets, json_string(field));
		else
			json_array_append_new(targets, json_sprintf("facts.%s", json_string_value(name)));
		json_put_int(one, "index", (gint64)i);
		json_put_text(one, "name", json_string_value(name));
		json_put_text(one, "first", first);
		json_put_text(one, "to", field);
		json_put_text(one, "read_as", read_as(field));
		json_put(one, "fault", json_null());
		json_put(one, "ambiguous", ambiguous(preview, json_string_value(name), field, chosen, first));
		json_put(one, "targets", targets);
		json_array_append_new(list, one);
	}
	json_put(value, "columns", list);
}

/* The first rows as cases will look: what the file says, under our names. */
static void
put_cards(json_t *value, const json_t *preview)
{
	static const char *const shown[][2] = {
		{ "subject", "subject" }, { "body", "body" }, { "customer.name", "customer_name" }, { "channel", "channel" }, { "external_id", "external_id" },
		{ "severity", "severity" }, { "outcome", "outcome" }, { "stage", "stage" },
	};
	const json_t *header = json_object_get(preview, "header"), *columns = json_object_get(preview, "columns"), *rows = json_object_get(preview, "rows");
	json_t *cards = json_array(), *name;
	size_t i;

	for (size_t r = 0; r < MIN(json_array_size(rows), (size_t)CARDS); r++) {
		json_t *card = json_object();

		for (guint k = 0; k < G_N_ELEMENTS(shown); k++)
			json_put(card, shown[k][1], json_null());
		json_put(card, "received_at", json_null());
		json_array_foreach(header, i, name) {
			const char *field = json_text(columns, json_string_value(name), "skip"), *cell = json_string_value(json_array_get(json_array_get(rows, r), i));
			gint64 at_ms;

			for (guint k = 0; cell != NULL && cell[0] != '\0' && k < G_N_ELEMENTS(shown); k++)
				if (strcmp(field, shown[k][0]) == 0 && json_is_null(json_object_get(card, shown[k][1])))
					json_put_text(card, shown[k][1], cell);
			if (cell != NULL && strcmp(field, "received_at") == 0 && date_read(cell, DATES_ISO, NULL, &at_ms))
				json_put_time(card, "received_at", at_ms);
		}
		json_array_append_new(cards, card);
	}
	json_put(value, "preview", cards);
}

gboolean
import_view_columns(json_t *value, const char *data_dir, GError **error)
{
	g_autoptr(json_t) preview = NULL;
	ImportAsk ask;
	gint64 size;

	import_ask_of(value, &ask);
	if (ask.blob == NULL) {
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "the file of this import is not here");
		return FALSE;
	}
	if ((ask.fd = blob_open(data_dir, ask.blob, &size, error)) < 0)
		return FALSE;
	preview = import_preview(&ask, error);
	close(ask.fd);
	if (preview == NULL)
		return FALSE;
	json_put_text(value, "charset", json_text(preview, "charset", NULL));
	json_put_text(value, "delimiter", delimiter_word(json_text(preview, "delimiter", NULL)));
	json_put_text(value, "problem", json_text(preview, "problem", NULL));
	json_put(value, "skipped_lines", json_null());
	json_put(value, "n_rows", json_null());
	put_columns(value, preview);
	put_cards(value, preview);
	return TRUE;
}

static json_t *
reject_to_json(const CsvRecord *record)
{
	g_autoptr(GString) rest = g_string_new(NULL);
	json_t *one = json_object();

	for (guint i = 2; i < record->n_fields; i++)
		csv_put(rest, record->fields[i].text, i == 2);
	json_put_int(one, "line", g_ascii_strtoll(record->fields[0].text, NULL, 10));
	json_put_text(one, "reason", record->fields[1].text);
	json_put_text(one, "row", rest->str);
	return one;
}

gboolean
import_view_rejects(json_t *value, Db *db, const char *data_dir, GError **error)
{
	g_autoptr(ImportFile) file = NULL;
	g_autoptr(CsvReader) reader = NULL;
	g_autofree char *name = NULL;
	json_t *list = json_array();
	CsvRecord record;
	gint64 size;
	int fd;

	json_put(value, "rejects", list);
	if (!json_flag(value, "has_rejects", FALSE) || g_str_equal(json_text(value, "format", ""), "ndjson"))
		return TRUE;
	if ((fd = import_rejects_open(db, data_dir, json_text(value, "ref", ""), &size, &name, error)) < 0)
		return FALSE;
	/* In the encoding and with the separator of the file the rows came from. One that is not readable as a table is still there to be fetched. */
	if ((file = import_file_open(fd, IMPORT_CSV, 0, NULL)) != NULL && (reader = import_file_reader(file, 0, 0, NULL)) != NULL)
		while (json_array_size(list) < MOST_REJECTS && csv_next(reader, &record, NULL))
			if (record.fault == CSV_FINE && record.n_fields > 2)
				json_array_append_new(list, reject_to_json(&record));
	close(fd);
	return TRUE;
}
