/* csv.h - tables as text: a streaming reader for what people's programs really write (RFC 4180 and its relatives), a
 * guess of a file's layout (text/csv_layout.c), and a writer. Encodings: text/charset.h; what a column means:
 * flow/import/import.h. */
#pragma once
#include "text/charset.h"
G_BEGIN_DECLS

enum {
	CSV_MAX_FIELD = 1 << 20,  /* bytes of text in one field */
	CSV_MAX_RECORD = 8 << 20, /* ... and in one record: also how far a closing quote is looked for */
	CSV_MAX_FIELDS = 2048,
	CSV_MAX_LINE = 64 << 20,   /* ... in a line of a file of lines */
};

/* What is wrong with a record as text. A record at fault has no fields, but its place and size are exact. */
typedef enum {
	CSV_FINE,
	CSV_NOT_TEXT, /* bytes that are no character of the file's encoding */
	CSV_NUL,      /* a zero byte */
	CSV_FIELD_TOO_LONG,
	CSV_RECORD_TOO_LONG,
	CSV_TOO_MANY_FIELDS,
	CSV_OPEN_QUOTE,	 /* opened, never closed: the record is its first line only, the next line is read afresh */
	CSV_STRAY_QUOTE, /* a quote inside a quoted field that is not doubled */
} CsvFault;
/* The fault as a sentence without a full stop: "a quote is opened and never closed". Static; NULL for CSV_FINE. */
const char *csv_fault_words(CsvFault fault);

typedef struct {
	const char *text; /* UTF-8, ends with a NUL; never NULL */
	gsize size;
} CsvField;

/* Borrowed from the reader until its next csv_next(). */
typedef struct {
	const CsvField *fields;
	guint n_fields;
	CsvFault fault;
	gint64 at_byte, n_bytes; /* its bytes in the source, with the line end */
	gint64 line;		 /* its first line in the source, from 1 */
	gint64 next_line;	 /* the line the next one begins on: with at_byte + n_bytes where to take up again */
} CsvRecord;

typedef struct {
	CharsetSource source; /* standing at @at_byte */
	gpointer data;
	Charset charset;
	char delimiter;
	gint64 at_byte, at_line; /* where in the file the source stands: 0 and 0 mean its start and line 1 */
	gboolean lines;          /* no table: each line is a record of one field of up to 64 MiB, quotes are words like others */
} CsvOptions;

typedef struct _CsvReader CsvReader;
CsvReader *csv_reader_new(const CsvOptions *options);
void csv_reader_free(CsvReader *reader);
/* TRUE: a record, with its faults told in it. FALSE: no more, or @error is set. Line ends are LF, CRLF or CR, mixed as
 * they come; empty lines are passed over; a quote opens a quoted field at its first character only. */
gboolean csv_next(CsvReader *reader, CsvRecord *ret_record, GError **error);

/* How a file is laid out, from its first bytes. */
typedef struct {
	char delimiter;		 /* comma, semicolon, tab or pipe */
	gint64 at_byte, at_line; /* where the header stands, behind any byte order mark and lines of junk */
	guint n_columns;
} CsvLayout;
/* @bytes: the start of the file without its byte order mark (64 kB or more if it has them), @whole when that is all of it;
 * @bom: how long the mark was. @known: NULL-ended names of which a header is expected to hold some, any case; NULL when
 * nobody knows. ERR_INVALID for a file without a table. */
gboolean csv_layout_guess(const guint8 *bytes, gsize size, gboolean whole, gsize bom, Charset charset, const char *const *known,
	CsvLayout *ret_layout, GError **error);

/* Appends one field to a row, quoted where it must be; @first: no delimiter before it. */
void csv_put(GString *out, const char *text, gboolean first);
/* The same for words strangers wrote, for files that people open in a spreadsheet: a text that would be taken for a
 * formula gets an apostrophe in front; csv_bare() takes it off again. */
void csv_put_safe(GString *out, const char *text, gboolean first);
const char *csv_bare(const char *text);
void csv_end(GString *out); /* CRLF */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CsvReader, csv_reader_free)
G_END_DECLS
