/* Any bytes as a table: every record has its exact place, the places join without a gap, and the layout guess and the
 * charset guess survive. What was read and has no fault is written and read again as the same fields. */
#include "text/csv.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
	const guint8 *bytes;
	gsize size, step;
} Piece;

static gssize
next_piece(gpointer data, guint8 *buffer, gsize size, GError **error)
{
	Piece *piece = data;
	gsize n = MIN(MIN(size, piece->size), piece->step);

	memcpy(buffer, piece->bytes, n);
	piece->bytes += n;
	piece->size -= n;
	return (gssize)n;
}

static void
check_written(const CsvRecord *record)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(CsvReader) reader = NULL;
	Piece piece;
	CsvOptions options = { next_piece, &piece, CHARSET_UTF8, ',', 0, 0 };
	CsvRecord again;

	for (guint i = 0; i < record->n_fields; i++) {
		csv_put_safe(text, record->fields[i].text, i == 0);
		g_assert_true(record->fields[i].size == strlen(record->fields[i].text));
	}
	csv_end(text);
	piece = (Piece){ (const guint8 *)text->str, text->len, 7 };
	reader = csv_reader_new(&options);
	if (record->n_fields == 1 && record->fields[0].size == 0)
		return; /* an empty line is no record */
	g_assert_true(csv_next(reader, &again, NULL));
	g_assert_cmpuint(again.n_fields, ==, record->n_fields);
	for (guint i = 0; i < record->n_fields; i++)
		g_assert_cmpstr(csv_bare(again.fields[i].text), ==, record->fields[i].text);
	g_assert_false(csv_next(reader, &again, NULL));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const char *const known[] = { "id", "date", NULL };
	CharsetGuess guess = { 0 };
	Charset charset;
	gsize bom, at;
	CsvLayout layout;
	CsvRecord record;
	Piece piece;
	CsvOptions options = { next_piece, &piece, CHARSET_UTF8, ',', 0, 0 };
	g_autoptr(CsvReader) reader = NULL;

	for (at = 0; at < size; at += 5)
		charset_guess_feed(&guess, data + at, MIN(5, size - at));
	charset = charset_guess_end(&guess, &bom);
	data += bom;
	size -= bom;
	if (csv_layout_guess(data, size, TRUE, 0, charset, size % 2 == 0 ? known : NULL, &layout, NULL))
		options.delimiter = layout.delimiter;
	options.charset = charset;
	piece = (Piece){ data, size, 1 + size % 9 };
	reader = csv_reader_new(&options);
	at = 0;
	while (csv_next(reader, &record, NULL)) {
		for (; at < (gsize)record.at_byte; at++) /* empty lines alone stand between two records */
			g_assert_true(data[at] == '\n' || data[at] == '\r' || data[at] == 0);
		g_assert_cmpint(record.n_bytes, >, 0);
		at += (gsize)record.n_bytes;
		g_assert_cmpuint(at, <=, size);
		if (record.fault == CSV_FINE && options.delimiter == ',')
			check_written(&record);
	}
	return 0;
}
