#include "text/csv.h"
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { FIRST_SIZE = 256 * 1024 };

/* A field while its record is still being read: the buffer may move, so places are counted from the record's start. */
typedef struct {
	gsize at, size; /* as it stands in the file, with its quotes */
	gboolean quoted, doubled;
} Span;

struct _CsvReader {
	CharsetReader *text;
	Charset charset;
	char delimiter;
	gboolean lines, at_end;
	char *buffer;
	gsize room, start, fill; /* start: of the present record */
	gint64 at_byte, line;
	Span *spans;
	CsvField *fields;
	guint n_spans, n_room;
};

const char *
csv_fault_words(CsvFault fault)
{
	static const char *const words[] = {
		[CSV_NOT_TEXT] = "it holds bytes that are no characters of the file's encoding",
		[CSV_NUL] = "it holds a zero byte",
		[CSV_FIELD_TOO_LONG] = "a field is longer than 1 MiB",
		[CSV_RECORD_TOO_LONG] = "the row is longer than 8 MiB (a line of JSON: 64 MiB)",
		[CSV_TOO_MANY_FIELDS] = "it has more than 2048 fields",
		[CSV_OPEN_QUOTE] = "a quote is opened and never closed",
		[CSV_STRAY_QUOTE] = "a quote inside a quoted field is not doubled",
	};

	return words[fault];
}

CsvReader *
csv_reader_new(const CsvOptions *options)
{
	CsvReader *reader = g_new0(CsvReader, 1);

	reader->text = charset_reader_new(options->charset, options->source, options->data);
	reader->charset = options->charset;
	reader->lines = options->lines;
	reader->delimiter = options->lines ? '\n' : options->delimiter;
	reader->at_byte = options->at_byte;
	reader->line = MAX(options->at_line, 1);
	reader->room = FIRST_SIZE;
	reader->buffer = g_malloc(reader->room + 1); /* one more: the NUL behind the last field of a file without a line end */
	reader->n_room = 64;
	reader->spans = g_new(Span, reader->n_room);
	reader->fields = g_new(CsvField, reader->n_room);
	return reader;
}

void
csv_reader_free(CsvReader *reader)
{
	if (reader == NULL)
		return;
	charset_reader_free(reader->text);
	g_free(reader->buffer);
	g_free(reader->spans);
	g_free(reader->fields);
	g_free(reader);
}

typedef enum { MORE_YES, MORE_END, MORE_LIMIT, MORE_FAILED } More;

/* Gets more text behind what is there, keeping everything from the record's start on. */
static More
read_more(CsvReader *reader, GError **error)
{
	gssize n;

	if (reader->at_end)
		return MORE_END;
	if (reader->start > 0) {
		memmove(reader->buffer, reader->buffer + reader->start, reader->fill - reader->start);
		reader->fill -= reader->start;
		reader->start = 0;
	}
	if (reader->room - reader->fill < 4096) {
		if (reader->fill >= (reader->lines ? CSV_MAX_LINE : CSV_MAX_RECORD))
			return MORE_LIMIT;
		reader->room *= 2;
		reader->buffer = g_realloc(reader->buffer, reader->room + 1);
	}
	n = charset_read(reader->text, reader->buffer + reader->fill, reader->room - reader->fill, error);
	if (n < 0)
		return MORE_FAILED;
	reader->at_end = n == 0;
	reader->fill += (gsize)n;
	return n == 0 ? MORE_END : MORE_YES;
}

/* The first delimiter, LF or CR in [p, end), or @end. */
static const char *
scan_plain(const char *p, const char *end, char delimiter)
{
#ifdef __SSE2__
	const __m128i d = _mm_set1_epi8(delimiter), lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');

	for (; end - p >= 16; p += 16) {
		__m128i block = _mm_loadu_si128((const __m128i *)p);
		__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(block, d), _mm_or_si128(_mm_cmpeq_epi8(block, lf), _mm_cmpeq_epi8(block, cr)));
		int mask = _mm_movemask_epi8(hit);

		if (mask != 0)
			return p + __builtin_ctz((unsigned)mask);
	}
#endif
	while (p < end && *p != delimiter && *p != '\n' && *p != '\r')
		p++;
	return p;
}

typedef struct {
	gsize pos; /* counted from the record's start */
	CsvFault fault;
	gboolean any_quoted, failed;
} Parse;

static inline const char *
record_text(const CsvReader *reader)
{
	return reader->buffer + reader->start;
}

static inline gsize
record_room(const CsvReader *reader)
{
	return reader->fill - reader->start;
}

/* TRUE when there is a byte at parse->pos. */
static gboolean
has_byte(CsvReader *reader, Parse *parse, GError **error)
{
	More more;

	if (parse->pos < record_room(reader))
		return TRUE;
	more = read_more(reader, error);
	if (more == MORE_LIMIT)
		parse->fault = CSV_RECORD_TOO_LONG;
	parse->failed = more == MORE_FAILED;
	return more == MORE_YES;
}

static void
scan_to_end_of_field(CsvReader *reader, Parse *parse, GError **error)
{
	while (has_byte(reader, parse, error)) {
		const char *text = record_text(reader), *end = reader->buffer + reader->fill;
		const char *hit = scan_plain(text + parse->pos, end, reader->delimiter);

		parse->pos = (gsize)(hit - text);
		if (hit < end)
			return;
	}
}

/* From behind the opening quote to behind the closing one. */
static void
scan_quoted(CsvReader *reader, Parse *parse, Span *span, GError **error)
{
	while (has_byte(reader, parse, error)) {
		const char *text = record_text(reader);
		const char *hit = memchr(text + parse->pos, '"', record_room(reader) - parse->pos);

		if (hit == NULL) {
			parse->pos = record_room(reader);
			continue;
		}
		parse->pos = (gsize)(hit - text) + 1;
		if (!has_byte(reader, parse, error) || record_text(reader)[parse->pos] != '"')
			return;
		span->doubled = TRUE;
		parse->pos++;
	}
	if (!parse->failed)
		parse->fault = CSV_OPEN_QUOTE;
}

/* Other faults are told when the record's end is found. */
static gboolean
parse_goes_on(const Parse *parse)
{
	return !parse->failed && parse->fault != CSV_OPEN_QUOTE && parse->fault != CSV_RECORD_TOO_LONG;
}

static gboolean
take_field(CsvReader *reader, Parse *parse, Span *span, GError **error)
{
	span->at = parse->pos;
	span->quoted = span->doubled = FALSE;
	if (has_byte(reader, parse, error) && !reader->lines && record_text(reader)[parse->pos] == '"') {
		gsize behind;

		span->quoted = parse->any_quoted = TRUE;
		parse->pos++;
		scan_quoted(reader, parse, span, error);
		behind = parse->pos;
		if (parse_goes_on(parse))
			scan_to_end_of_field(reader, parse, error);
		if (parse->fault == CSV_FINE && parse->pos > behind)
			parse->fault = CSV_STRAY_QUOTE;
	} else if (!parse->failed) {
		scan_to_end_of_field(reader, parse, error);
	}
	span->size = parse->pos - span->at;
	return parse_goes_on(parse);
}

static Span *
next_span(CsvReader *reader, Parse *parse)
{
	if (reader->n_spans == CSV_MAX_FIELDS) {
		parse->fault = CSV_TOO_MANY_FIELDS;
		reader->n_spans--;
	}
	if (reader->n_spans == reader->n_room) {
		reader->n_room *= 2;
		reader->spans = g_renew(Span, reader->spans, reader->n_room);
		reader->fields = g_renew(CsvField, reader->fields, reader->n_room);
	}
	return &reader->spans[reader->n_spans++];
}

/* The record's fields and its line end; parse->pos is then behind it. */
static gboolean
take_record(CsvReader *reader, Parse *parse, GError **error)
{
	reader->n_spans = 0;
	for (;;) {
		char c;

		if (!take_field(reader, parse, next_span(reader, parse), error))
			return !parse->failed;
		if (!has_byte(reader, parse, error))
			return !parse->failed;
		c = record_text(reader)[parse->pos++];
		if (c == reader->delimiter && !reader->lines)
			continue;
		if (c == '\r' && has_byte(reader, parse, error) && record_text(reader)[parse->pos] == '\n')
			parse->pos++;
		return !parse->failed;
	}
}

/* A record cut at its first line end: the quote that was opened in it is not to swallow the rest of the file. */
static void
cut_at_line(CsvReader *reader, Parse *parse)
{
	const char *text = record_text(reader), *end = text + parse->pos;
	const char *p = text;

	while (p < end && *p != '\n' && *p != '\r')
		p++;
	if (p < end && *p++ == '\r' && p < end && *p == '\n')
		p++;
	parse->pos = (gsize)(p - text);
}

/* A line without an end in sight: drops text until it comes. Returns the bytes of the source that were dropped. */
static gboolean
skip_line(CsvReader *reader, gint64 *ret_bytes, GError **error)
{
	gint64 dropped = 0;

	for (;;) {
		const char *text = record_text(reader), *end = reader->buffer + reader->fill, *p = text;
		More more;

		while (p < end && *p != '\n' && *p != '\r')
			p++;
		if (p < end) {
			p += *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
			*ret_bytes = dropped + charset_source_size(reader->charset, text, (gsize)(p - text));
			reader->start = (gsize)(p - reader->buffer);
			return TRUE;
		}
		dropped += charset_source_size(reader->charset, text, (gsize)(end - text));
		reader->start = reader->fill;
		more = read_more(reader, error);
		if (more != MORE_YES) {
			*ret_bytes = dropped;
			return more == MORE_END;
		}
	}
}

static gint64
count_lines(const char *text, gsize size)
{
	const char *end = text + size;
	gint64 n = 0;

	for (const char *p = text; (p = memchr(p, '\n', (gsize)(end - p))) != NULL; p++)
		n++;
	for (const char *p = text; (p = memchr(p, '\r', (gsize)(end - p))) != NULL; p++)
		n += p + 1 == end || p[1] != '\n';
	return n;
}

/* NUL, broken characters, or neither. Nearly all records are ASCII: eight bytes at a time. */
static CsvFault
check_text(const char *text, gsize size)
{
	const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101), tops = ones << 7;
	gsize i = 0;

	for (; size - i >= 8; i += 8) {
		guint64 v;

		memcpy(&v, text + i, 8);
		if (((v - ones) & ~v & tops) != 0 || (v & tops) != 0)
			break;
	}
	for (; size - i < 8 && i < size && (guint8)text[i] < 0x80 && text[i] != '\0'; i++)
		;
	if (i == size)
		return CSV_FINE;
	if (memchr(text + i, '\0', size - i) != NULL)
		return CSV_NUL;
	return g_utf8_validate_len(text + i, size - i, NULL) ? CSV_FINE : CSV_NOT_TEXT;
}

static gsize
undouble(char *text, gsize size)
{
	gsize to = 0;

	for (gsize i = 0; i < size; i++) {
		text[to++] = text[i];
		if (text[i] == '"')
			i++;
	}
	return to;
}

/* Cuts the buffer's text into fields, in place. Only for a record without fault. */
static CsvFault
make_fields(CsvReader *reader)
{
	char *text = reader->buffer + reader->start;

	for (guint i = 0; i < reader->n_spans; i++) {
		const Span *span = &reader->spans[i];
		char *field = text + span->at;
		gsize size = span->size;

		if (span->quoted) {
			field++;
			size -= 2;
			if (span->doubled)
				size = undouble(field, size);
		}
		if (size > CSV_MAX_FIELD && !reader->lines)
			return CSV_FIELD_TOO_LONG;
		field[size] = '\0';
		reader->fields[i] = (CsvField){ field, size };
	}
	return CSV_FINE;
}

static gboolean
skip_empty_lines(CsvReader *reader, Parse *parse, GError **error)
{
	while (has_byte(reader, parse, error)) {
		const char *text = record_text(reader);
		gsize n = 1;

		if (text[0] != '\n' && text[0] != '\r')
			return TRUE;
		parse->pos = 1;
		if (text[0] == '\r' && has_byte(reader, parse, error) && record_text(reader)[1] == '\n')
			n = 2;
		if (parse->failed)
			return FALSE;
		reader->at_byte += charset_source_size(reader->charset, record_text(reader), n);
		reader->start += n;
		reader->line++;
		parse->pos = 0;
	}
	return FALSE;
}

gboolean
csv_next(CsvReader *reader, CsvRecord *ret_record, GError **error)
{
	CsvRecord record = { 0 };
	Parse parse = { 0 };
	gint64 n_lines = 1;

	if (!skip_empty_lines(reader, &parse, error))
		return FALSE;
	record.at_byte = reader->at_byte;
	record.line = reader->line;
	if (!take_record(reader, &parse, error))
		return FALSE;
	if (parse.fault == CSV_RECORD_TOO_LONG) {
		if (!skip_line(reader, &record.n_bytes, error))
			return FALSE;
	} else {
		gsize step;

		if (parse.fault == CSV_OPEN_QUOTE)
			cut_at_line(reader, &parse);
		else if (parse.any_quoted)
			n_lines = MAX(count_lines(record_text(reader), parse.pos), 1);
		if (parse.fault == CSV_FINE)
			parse.fault = check_text(record_text(reader), parse.pos);
		step = parse.pos;
		record.n_bytes = charset_source_size(reader->charset, record_text(reader), step);
		if (parse.fault == CSV_FINE)
			parse.fault = make_fields(reader);
		reader->start += step;
	}
	record.fault = parse.fault;
	record.fields = reader->fields;
	record.n_fields = parse.fault == CSV_FINE ? reader->n_spans : 0;
	reader->at_byte += record.n_bytes;
	reader->line += n_lines;
	record.next_line = reader->line;
	*ret_record = record;
	return TRUE;
}
