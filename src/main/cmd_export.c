/* cmd_export.c - redress export: every case as lines of JSON or as a table (flow/export/export.h). */
#include "flow/export/export.h"
#include "main/commands.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static gboolean
write_all(int fd, const GString *text, GError **error)
{
	for (gsize at = 0; at < text->len;) {
		gssize n = write(fd, text->str + at, text->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			g_set_error(error, ERR, ERR_INTERNAL, "cannot write: %s", g_strerror(errno));
			return FALSE;
		}
		at += (gsize)n;
	}
	return TRUE;
}

static gboolean
write_cases(Store *store, ExportFormat format, int fd, GError **error)
{
	g_autoptr(Export) export = export_new(store, format);
	g_autoptr(GString) piece = g_string_new(NULL);
	g_autoptr(GError) local = NULL;

	while (export_next(piece, export, &local)) {
		if (!write_all(fd, piece, error))
			return FALSE;
		g_string_truncate(piece, 0);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* A file appears under its name when it is whole. */
static gboolean
write_file(Store *store, ExportFormat format, const char *path, GError **error)
{
	g_autofree char *part = g_strconcat(path, ".part", NULL);
	int fd = g_open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	gboolean fine;

	if (fd < 0) {
		g_set_error(error, ERR, ERR_INTERNAL, "cannot write %s: %s", part, g_strerror(errno));
		return FALSE;
	}
	fine = write_cases(store, format, fd, error);
	if ((fsync(fd) != 0 || close(fd) != 0 || g_rename(part, path) != 0) && fine) {
		g_set_error(error, ERR, ERR_INTERNAL, "cannot write %s: %s", path, g_strerror(errno));
		fine = FALSE;
	}
	if (!fine)
		g_unlink(part);
	return fine;
}

int
cmd_export(int argc, char **argv)
{
	static char *word;
	const GOptionEntry entries[] = {
		{ "format", 0, 0, G_OPTION_ARG_STRING, &word, "ndjson (default) or csv", "FORMAT" },
		{ NULL },
	};
	ExportFormat format = EXPORT_NDJSON;
	g_autoptr(Store) store = NULL;
	g_autoptr(GError) error = NULL;
	gboolean fine;

	if (!command_options("export", "[FILE] - writes all cases (to standard output)", entries, &argc, &argv))
		return 2;
	if (argc > 2 || (word != NULL && !export_format_read(word, &format))) {
		fputs("redress export: --format is ndjson or csv, and at most one FILE\n", stderr);
		return 2;
	}
	if ((store = command_store(FALSE, TRUE)) == NULL)
		return 1;
	if (argc == 2 && strcmp(argv[1], "-") != 0)
		fine = write_file(store, format, argv[1], &error);
	else
		fine = write_cases(store, format, STDOUT_FILENO, &error);
	return fine ? 0 : command_fail("export", error);
}
