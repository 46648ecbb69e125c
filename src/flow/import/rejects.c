#include "flow/import/rejects.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

ImportRejects *
import_rejects_new(const ImportFile *file, const char *data_dir, const char *ref, gint64 n_bytes)
{
	ImportRejects *rejects = g_new0(ImportRejects, 1);

	rejects->file = file;
	rejects->below = g_strdup_printf("rejects/%s.%s", ref, file->format == IMPORT_NDJSON ? "ndjson" : "csv");
	rejects->path = g_build_filename(data_dir, rejects->below, NULL);
	rejects->fd = -1;
	rejects->n_bytes = n_bytes;
	return rejects;
}

void
import_rejects_free(ImportRejects *rejects)
{
	if (rejects == NULL)
		return;
	if (rejects->fd >= 0)
		close(rejects->fd);
	g_free(rejects->path);
	g_free(rejects->below);
	g_free(rejects);
}

static gboolean
fail(const ImportRejects *rejects, GError **error)
{
	g_set_error(error, ERR, ERR_INTERNAL, "cannot write the rejects file %s: %s", rejects->path, g_strerror(errno));
	return FALSE;
}

static gboolean
write_bytes(const ImportRejects *rejects, const char *bytes, gsize size, GError **error)
{
	while (size > 0) {
		gssize n = write(rejects->fd, bytes, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(rejects, error);
		bytes += n;
		size -= (gsize)n;
	}
	return TRUE;
}

/* The mark of the encoding, two columns of ours, and the header as it was. */
static gboolean
put_header(const ImportRejects *rejects, GString *out, GError **error)
{
	const ImportFile *file = rejects->file;
	char columns[64];

	if (!import_file_copy(file, 0, (gint64)file->bom, out, error))
		return FALSE;
	if (file->format == IMPORT_NDJSON)
		return TRUE;
	g_snprintf(columns, sizeof columns, "rejected_line%crejected_reason%c", file->layout.delimiter, file->layout.delimiter);
	charset_append(file->charset, columns, out);
	return import_file_copy(file, file->layout.at_byte, file->rows_at - file->layout.at_byte, out, error);
}

static void
put_quoted(GString *out, const char *text)
{
	g_string_append_c(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

gboolean
import_rejects_put(ImportRejects *rejects, gint64 at_byte, gint64 n_bytes, gint64 line, const char *reason, GString *out, GError **error)
{
	const ImportFile *file = rejects->file;
	g_autoptr(GString) ours = g_string_new(NULL);
	gsize before;

	if (file->format == IMPORT_NDJSON) {
		g_autoptr(json_t) remark = json_pack("{s:I,s:s}", "rejected_line", (json_int_t)line, "rejected_reason", reason);
		g_autofree char *text = json_write(remark != NULL ? remark : json_null(), NULL);

		g_string_append_printf(ours, "%s\n", text);
	} else {
		g_string_append_printf(ours, "%" G_GINT64_FORMAT "%c", line, file->layout.delimiter);
		put_quoted(ours, reason);
		g_string_append_c(ours, file->layout.delimiter);
	}
	charset_append(file->charset, ours->str, out);
	before = out->len;
	if (!import_file_copy(file, at_byte, n_bytes, out, error))
		return FALSE;
	/* The last row of a file may have no line end. */
	if (out->len > before && at_byte + n_bytes >= file->n_bytes && out->str[out->len - 1] != '\n' && out->str[out->len - 1] != '\r' &&
		out->str[out->len - 1] != '\0')
		charset_append(file->charset, "\n", out);
	return TRUE;
}

static gboolean
open_file(ImportRejects *rejects, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(rejects->path);

	if (g_mkdir_with_parents(folder, 0700) != 0)
		return fail(rejects, error);
	rejects->fd = g_open(rejects->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return (rejects->fd >= 0 && ftruncate(rejects->fd, rejects->n_bytes) == 0 && lseek(rejects->fd, 0, SEEK_END) >= 0) ||
	       fail(rejects, error);
}

gboolean
import_rejects_write(ImportRejects *rejects, const GString *text, GError **error)
{
	g_autoptr(GString) header = g_string_new(NULL);

	if (text->len == 0)
		return TRUE;
	if (rejects->fd < 0 && !open_file(rejects, error))
		return FALSE;
	if (rejects->n_bytes == 0 && !put_header(rejects, header, error))
		return FALSE;
	if (!write_bytes(rejects, header->str, header->len, error) || !write_bytes(rejects, text->str, text->len, error))
		return FALSE;
	if (fdatasync(rejects->fd) != 0)
		return fail(rejects, error);
	rejects->n_bytes += (gint64)(header->len + text->len);
	return TRUE;
}
