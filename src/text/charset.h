/* charset.h - files in an encoding nobody told us, as UTF-8, in pieces and in constant memory. What stands in them:
 * text/csv.h. Mail has its own charsets, named in its headers. */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

typedef enum { CHARSET_UTF8, CHARSET_UTF16LE, CHARSET_UTF16BE, CHARSET_WINDOWS_1252 } Charset;

/* "UTF-8", "UTF-16LE", "UTF-16BE", "windows-1252". Static. */
const char *charset_name(Charset charset);

/* What a file is, told from all of its bytes: zero it, feed the pieces in order, ask. A byte order mark decides; else zero
 * bytes in every second place mean UTF-16; else what is valid UTF-8 is UTF-8; of the rest, a file with more good
 * multi-byte characters than bad bytes is UTF-8 with faults (reported per record), the others are Windows-1252, which
 * holds Latin-1. */
typedef struct {
	guint8 head[4];
	guint n_head;
	guint64 n_bytes, n_zero_even, n_zero_odd; /* the zeros of the first 4 kB */
	guint64 n_good, n_bad;			  /* multi-byte characters, bytes that belong to none */
	guint8 tail[4];				  /* a character cut by the end of a piece */
	guint n_tail;
} CharsetGuess;
void charset_guess_feed(CharsetGuess *guess, const guint8 *bytes, gsize size);
/* @ret_bom: bytes of the mark at the start, 0 when there is none. */
Charset charset_guess_end(CharsetGuess *guess, gsize *ret_bom);

/* Fills @buffer with up to @size bytes; 0 is the end, -1 an error. */
typedef gssize (*CharsetSource)(gpointer data, guint8 *buffer, gsize size, GError **error);
/* A source over an open file descriptor: @data is GINT_TO_POINTER(fd). */
gssize charset_source_fd(gpointer data, guint8 *buffer, gsize size, GError **error);

/* The text of a source. Bytes that are no character of the encoding come through as bytes that are no UTF-8 (and a NUL
 * as a NUL), so that whoever cuts the text into records can say which record is at fault. */
typedef struct _CharsetReader CharsetReader;
CharsetReader *charset_reader_new(Charset charset, CharsetSource source, gpointer data);
void charset_reader_free(CharsetReader *reader);
/* Up to @size (at least 4) bytes of text into @out; 0 is the end, -1 an error. Characters are not cut, except those of a
 * UTF-8 source. */
gssize charset_read(CharsetReader *reader, char *out, gsize size, GError **error);

/* How many bytes of the source the text was, exactly. */
gint64 charset_source_size(Charset charset, const char *text, gsize size);
/* Our own words (UTF-8) as bytes of @charset, appended to @out; characters it does not have become "?". */
void charset_append(Charset charset, const char *text, GString *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CharsetReader, charset_reader_free)
G_END_DECLS
