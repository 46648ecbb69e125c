#include "flow/import/file.h"
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 256 * 1024 };

static gboolean
seek(int fd, gint64 at, GError **error)
{
	if (lseek(fd, at, SEEK_SET) == at)
		return TRUE;
	g_set_error(error, ERR, ERR_INTERNAL, "cannot read the file: %s", g_strerror(errno));
	return FALSE;
}

/* All bytes once: how they are encoded, and their hash. @ret_head keeps the first ones. */
static gboolean
read_all(ImportFile *file, GString *ret_head, GError **error)
{
	g_autofree guint8 *piece = g_malloc(PIECE);
	CharsetGuess guess = { 0 };
	crypto_generichash_state state;
	guint8 digest[16];
	gssize n;

	if (!seek(file->fd, 0, error))
		return FALSE;
	crypto_generichash_init(&state, NULL, 0, sizeof digest);
	while ((n = charset_source_fd(GINT_TO_POINTER(file->fd), piece, PIECE, error)) > 0) {
		charset_guess_feed(&guess, piece, (gsize)n);
		crypto_generichash_update(&state, piece, (unsigned long long)n);
		if (ret_head->len < PIECE)
			g_string_append_len(ret_head, (const char *)piece, n);
		file->n_bytes += n;
	}
	if (n < 0)
		return FALSE;
	crypto_generichash_final(&state, digest, sizeof digest);
	sodium_bin2hex(file->hash, sizeof file->hash, digest, sizeof digest);
	file->charset = charset_guess_end(&guess, &file->bom);
	return TRUE;
}

/* The header's names; an empty one gets its number, one that is there already too. */
static void
read_names(ImportFile *file, const CsvRecord *record)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < record->n_fields; i++) {
		g_autofree char *name = g_strstrip(g_strdup(csv_bare(record->fields[i].text)));

		if (name[0] == '\0' || g_hash_table_contains(seen, name)) {
			char *numbered = g_strdup_printf("%s%scolumn %u", name, name[0] != '\0' ? " " : "", i + 1);

			g_free(name);
			name = numbered;
		}
		g_hash_table_add(seen, name);
		g_ptr_array_add(file->names, g_steal_pointer(&name));
	}
}

static gboolean
read_layout(ImportFile *file, const GString *head, char delimiter, GError **error)
{
	const char *const *known = import_map_known(file->format);
	g_autoptr(CsvReader) reader = NULL;
	CsvRecord record;

	if (!csv_layout_guess((const guint8 *)head->str + file->bom, head->len - file->bom, (gint64)head->len == file->n_bytes, file->bom,
		    file->charset, known, &file->layout, error))
		return FALSE;
	if (delimiter != 0)
		file->layout.delimiter = delimiter;
	if ((reader = import_file_reader(file, file->layout.at_byte, file->layout.at_line, error)) == NULL)
		return FALSE;
	if (!csv_next(reader, &record, error) || record.fault != CSV_FINE) {
		if (error != NULL && *error == NULL)
			g_set_error_literal(error, ERR, ERR_INVALID, "the file's first row, which names the columns, cannot be read");
		return FALSE;
	}
	read_names(file, &record);
	file->rows_at = record.at_byte + record.n_bytes;
	file->rows_line = record.next_line;
	return TRUE;
}

ImportFile *
import_file_open(int fd, ImportFormat format, char delimiter, GError **error)
{
	g_autoptr(ImportFile) file = g_new0(ImportFile, 1);
	g_autoptr(GString) head = g_string_new(NULL);

	file->fd = fd;
	file->format = format;
	file->names = g_ptr_array_new_with_free_func(g_free);
	if (!read_all(file, head, error))
		return NULL;
	file->rows_at = (gint64)file->bom;
	file->rows_line = 1;
	if (format != IMPORT_NDJSON && !read_layout(file, head, delimiter, error))
		return NULL;
	return g_steal_pointer(&file);
}

void
import_file_free(ImportFile *file)
{
	if (file == NULL)
		return;
	g_ptr_array_unref(file->names);
	g_free(file);
}

CsvReader *
import_file_reader(const ImportFile *file, gint64 at_byte, gint64 at_line, GError **error)
{
	CsvOptions options = { charset_source_fd, GINT_TO_POINTER(file->fd), file->charset, file->layout.delimiter, at_byte, at_line };

	if (at_byte == 0) {
		options.at_byte = file->rows_at;
		options.at_line = file->rows_line;
	}
	options.lines = file->format == IMPORT_NDJSON;
	return seek(file->fd, options.at_byte, error) ? csv_reader_new(&options) : NULL;
}

gboolean
import_file_copy(const ImportFile *file, gint64 at_byte, gint64 n_bytes, GString *out, GError **error)
{
	char piece[4096];

	while (n_bytes > 0) {
		gssize n = pread(file->fd, piece, (gsize)MIN(n_bytes, (gint64)sizeof piece), at_byte);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			g_set_error(error, ERR, ERR_INTERNAL, "cannot read the file: %s", n == 0 ? "it became shorter" : g_strerror(errno));
			return FALSE;
		}
		g_string_append_len(out, piece, n);
		at_byte += n;
		n_bytes -= n;
	}
	return TRUE;
}
