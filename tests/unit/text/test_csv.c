/* Tables as text: records, their places, their faults; layouts; writing. */
#include "text/csv.h"
#include <string.h>

typedef struct {
	const char *bytes;
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

/* All records as one line each: "line@byte+bytes[a|b|c]" or "line@byte+bytes!fault". */
static char *
read_all(const char *bytes, gsize size, gsize step, Charset charset, char delimiter)
{
	Piece piece = { bytes, size, step };
	CsvOptions options = { next_piece, &piece, charset, delimiter, 0, 0 };
	g_autoptr(CsvReader) reader = csv_reader_new(&options);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	CsvRecord record;

	while (csv_next(reader, &record, &error)) {
		g_string_append_printf(out, "%d@%d+%d", (int)record.line, (int)record.at_byte, (int)record.n_bytes);
		if (record.fault != CSV_FINE)
			g_string_append_printf(out, "!%d", record.fault);
		for (guint i = 0; i < record.n_fields; i++) {
			g_assert_cmpuint(strlen(record.fields[i].text), ==, record.fields[i].size);
			g_string_append_printf(out, "%s%s", i == 0 ? "[" : "|", record.fields[i].text);
		}
		g_string_append(out, record.n_fields > 0 ? "]\n" : "\n");
	}
	g_assert_no_error(error);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
test_records(void)
{
	static const struct {
		const char *bytes;
		gsize size; /* 0: up to the NUL */
		char delimiter;
		const char *records;
	} table[] = {
		{ "", 0, ',', "" },
		{ "\n\r\n\r", 0, ',', "" },
		{ "a,b\n1,2\n", 0, ',', "1@0+4[a|b]\n2@4+4[1|2]\n" },
		{ "a,b\r\n1,2", 0, ',', "1@0+5[a|b]\n2@5+3[1|2]\n" },
		{ "a,b\r1,2\r", 0, ',', "1@0+4[a|b]\n2@4+4[1|2]\n" },
		{ "a\n\r\nb\r\rc", 0, ',', "1@0+2[a]\n3@4+2[b]\n5@7+1[c]\n" },
		{ ",\n,,", 0, ',', "1@0+2[|]\n2@2+2[||]\n" },
		{ "a;b,c;\n", 0, ';', "1@0+7[a|b,c|]\n" },
		{ "a\t\"x\ty\"|\n", 0, '\t', "1@0+9!7\n" },
		{ "\"a\",\"b,c\",\"\"\n", 0, ',', "1@0+13[a|b,c|]\n" },
		{ "\"say \"\"hi\"\"\",\"\"\"\"\n", 0, ',', "1@0+18[say \"hi\"|\"]\n" },
		{ "\"two\nlines\",1\nx,2", 0, ',', "1@0+14[two\nlines|1]\n3@14+3[x|2]\n" },
		{ "\"a\r\nb\rc\n\"\r\nx", 0, ',', "1@0+11[a\r\nb\rc\n]\n5@11+1[x]\n" },
		{ "it's 5\" long,b\n", 0, ',', "1@0+15[it's 5\" long|b]\n" },
		{ " \"a\",b\n", 0, ',', "1@0+7[ \"a\"|b]\n" },
		{ "\"a\"x,b\n1,2\n", 0, ',', "1@0+7!7\n2@7+4[1|2]\n" },
		{ "\"a\"x,\"b\",c\n1,2\n", 0, ',', "1@0+11!7\n2@11+4[1|2]\n" },
		{ "1,\"open\n2,b\n3,c", 0, ',', "1@0+8!6\n2@8+4[2|b]\n3@12+3[3|c]\n" },
		{ "1,\"", 0, ',', "1@0+3!6\n" },
		{ "a,\0b\n1,2\n", 9, ',', "1@0+5!2\n2@5+4[1|2]\n" },
		{ "a,\xff\n1,\xc3\xbc\n", 0, ',', "1@0+4!1\n2@4+5[1|ü]\n" },
		{ "a long enough field to be looked at sixteen bytes at a time,another one of that kind\nx,y", 0, ',',
			"1@0+85[a long enough field to be looked at sixteen bytes at a time|another one of that kind]\n2@85+3[x|y]\n" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		gsize size = table[i].size != 0 ? table[i].size : strlen(table[i].bytes);

		for (gsize step = 1; step < size + 2; step++) {
			g_autofree char *records = read_all(table[i].bytes, size, step, CHARSET_UTF8, table[i].delimiter);

			g_assert_cmpstr(records, ==, table[i].records);
		}
	}
}

static void
test_places_in_other_encodings(void)
{
	g_autofree char *latin = read_all("a,M\xfcller\n\x80,2\n", 13, 3, CHARSET_WINDOWS_1252, ',');
	g_autofree char *wide = read_all("a\0,\0\xe4\0\n\0=\xd8\0\xde,\0x\0\n\0=\xd8\n\0y\0\n\0", 26, 5, CHARSET_UTF16LE, ',');

	g_assert_cmpstr(latin, ==, "1@0+9[a|Müller]\n2@9+4[€|2]\n");
	g_assert_cmpstr(wide, ==, "1@0+8[a|ä]\n2@8+10[😀|x]\n3@18+4!1\n4@22+4[y]\n");
}

/* Longer than the reader's first buffer, and longer than it allows. */
static void
test_bounds(void)
{
	static const struct {
		gsize size;
		const char *before, *after, *record;
	} table[] = {
		{ CSV_MAX_FIELD, "\"", "\",1\nnext,2\n", NULL },
		{ CSV_MAX_FIELD + 1, "\"", "\",1\nnext,2\n", "1@0+1048582!3\n2@1048582+7[next|2]\n" },
		{ CSV_MAX_FIELD + 1, "", "\nnext,2\n", "1@0+1048578!3\n2@1048578+7[next|2]\n" },
		{ CSV_MAX_RECORD * 2, "", "\nnext,2\n", "1@0+16777217!4\n2@16777217+7[next|2]\n" },
		{ CSV_MAX_RECORD * 2, "a,\"b\n", "\nnext,2\n", "1@0+5!6\n2@5+16777217!4\n3@16777222+7[next|2]\n" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autofree char *middle = g_strnfill(table[i].size, 'x');
		g_autofree char *bytes = g_strconcat(table[i].before, middle, table[i].after, NULL);
		g_autofree char *records = read_all(bytes, strlen(bytes), 60000, CHARSET_UTF8, ',');

		if (table[i].record != NULL)
			g_assert_cmpstr(records, ==, table[i].record);
		else
			g_assert_true(g_str_has_suffix(records, "x|1]\n2@1048581+7[next|2]\n"));
	}
}

static void
test_too_many_fields(void)
{
	g_autofree char *commas = g_strnfill(CSV_MAX_FIELDS, ',');
	g_autofree char *bytes = g_strconcat(commas, "\"q\"\na,b\n", NULL);
	g_autofree char *records = read_all(bytes, strlen(bytes), 1000, CHARSET_UTF8, ',');

	g_assert_cmpstr(records, ==, "1@0+2052!5\n2@2052+4[a|b]\n");
}

/* Taking up again at a record's end gives the rest of the records. */
static void
test_resume(void)
{
	static const char bytes[] = "a,b\n\"x\ny\",2\n\n3,4\n5,6";
	Piece piece = { bytes, sizeof bytes - 1, 100 };
	CsvOptions options = { next_piece, &piece, CHARSET_UTF8, ',', 0, 0 };
	g_autoptr(CsvReader) reader = csv_reader_new(&options), second = NULL;
	CsvRecord record;

	g_assert_true(csv_next(reader, &record, NULL));
	g_assert_true(csv_next(reader, &record, NULL));
	options.at_byte = record.at_byte + record.n_bytes;
	options.at_line = record.next_line;
	piece = (Piece){ bytes + options.at_byte, sizeof bytes - 1 - (gsize)options.at_byte, 100 };
	second = csv_reader_new(&options);
	g_assert_true(csv_next(second, &record, NULL));
	g_assert_cmpstr(record.fields[0].text, ==, "3");
	g_assert_cmpint(record.line, ==, 5);
	g_assert_cmpint(record.at_byte, ==, 13);
}

static void
test_layout(void)
{
	static const char *const known[] = { "complaint id", "date received", "product", NULL };
	static const struct {
		const char *bytes;
		gboolean knows;
		char delimiter;
		int line, columns;
	} table[] = {
		{ "id,name,when\n1,Ann,2026-01-02\n2,Bob,2026-01-03\n", FALSE, ',', 1, 3 },
		{ "id;price;name\n1;2,50;Ann, the first\n2;3,75;Bob, the second\n", FALSE, ';', 1, 3 },
		{ "id\tname\n1\tAnn, \"x\"\n", FALSE, '\t', 1, 2 },
		{ "id|name|x\n1|a,b|2\n2|a,b|3\n", FALSE, '|', 1, 3 },
		{ "a;b\n1,5;2,5\n1,5;2,5\n1,5;3,5\n", FALSE, ';', 1, 2 },
		{ "Weekly report\nmade by Ann, on Monday\n\nid,name,when\n1,Ann,x\n2,Bob,y\n3,Cy,z\n", FALSE, ',', 4, 3 },
		{ "words\nfirst\nsecond\n", FALSE, ',', 1, 1 },
		{ "Complaint ID;Product\n1;Loan\n", TRUE, ';', 1, 2 },
		{ "x,y\nsome, junk, and more, of it\nDate Received,Product,Complaint ID\n2026-01-01,\"Loan, cards\",7\n", TRUE, ',', 3, 3 },
		{ "\"Date received\",\"Product\",\"body\"\n2020-01-01,x,\"a; b; c\nd; e; f\"\n", TRUE, ',', 1, 3 },
	};
	g_autoptr(GError) error = NULL;
	CsvLayout layout;

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		gsize size = strlen(table[i].bytes);

		g_assert_true(csv_layout_guess(
			(const guint8 *)table[i].bytes, size, TRUE, 3, CHARSET_UTF8, table[i].knows ? known : NULL, &layout, &error));
		g_assert_no_error(error);
		g_test_message("layout %u", i);
		g_assert_cmpint(layout.delimiter, ==, table[i].delimiter);
		g_assert_cmpint(layout.at_line, ==, table[i].line);
		g_assert_cmpuint(layout.n_columns, ==, (guint)table[i].columns);
		g_assert_cmpint(layout.at_byte, >=, 3);
	}
	g_assert_false(csv_layout_guess((const guint8 *)"\n\n", 2, TRUE, 0, CHARSET_UTF8, NULL, &layout, &error));
	g_assert_error(error, ERR, ERR_INVALID);
}

static void
test_write(void)
{
	g_autoptr(GString) out = g_string_new(NULL);

	csv_put(out, "plain", TRUE);
	csv_put(out, "a,b", FALSE);
	csv_put(out, "say \"hi\"", FALSE);
	csv_put(out, "two\nlines", FALSE);
	csv_put(out, " space", FALSE);
	csv_put(out, "", FALSE);
	csv_end(out);
	g_assert_cmpstr(out->str, ==, "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\" space\",\r\n");
}

static void
test_formulas_are_marked(void)
{
	static const char *const table[][2] = { { "=1+1", "'=1+1" }, { "-5", "'-5" }, { "'=x", "''=x" }, { "'quoted'", "'quoted'" },
		{ "a=b", "a=b" }, { "@x", "'@x" }, { "", "" } };

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autoptr(GString) out = g_string_new(NULL);

		csv_put_safe(out, table[i][0], TRUE);
		g_assert_cmpstr(out->str, ==, table[i][1]);
		g_assert_cmpstr(csv_bare(out->str), ==, table[i][0]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/csv/records", test_records);
	g_test_add_func("/csv/places in other encodings", test_places_in_other_encodings);
	g_test_add_func("/csv/bounds", test_bounds);
	g_test_add_func("/csv/too many fields", test_too_many_fields);
	g_test_add_func("/csv/resume", test_resume);
	g_test_add_func("/csv/layout", test_layout);
	g_test_add_func("/csv/write", test_write);
	g_test_add_func("/csv/formulas are marked", test_formulas_are_marked);
	return g_test_run();
}
