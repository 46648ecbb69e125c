/* cmd_import.c - redress import: many cases from a file (flow/import/import.h). The same from the page: desk/. */
#include "flow/import/import.h"
#include "main/commands.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void
on_signal(int number)
{
	interrupted = 1;
}

typedef struct {
	gboolean bar;
	int shown;
} Show;

static gboolean
show_progress(const ImportResult *so_far, gpointer data)
{
	Show *show = data;
	int percent = so_far->n_bytes > 0 ? (int)(so_far->at_byte * 100 / so_far->n_bytes) : 100;

	if (show->bar && percent != show->shown) {
		char bar[41];

		memset(bar, ' ', 40);
		memset(bar, '#', (size_t)CLAMP(percent, 0, 100) * 40 / 100);
		bar[40] = '\0';
		fprintf(stderr, "\r[%s] %3d %%  %" G_GINT64_FORMAT " rows", bar, percent,
			so_far->n_imported + so_far->n_updated + so_far->n_unchanged + so_far->n_rejected);
		show->shown = percent;
	}
	return !interrupted;
}

/* Standard input cannot be sought in: it goes into a file without a name first. */
static int
spool(int from, GError **error)
{
	g_autofree char *path = NULL;
	char piece[65536];
	int fd = g_file_open_tmp("redress-import-XXXXXX", &path, error);
	gssize n;

	if (fd < 0)
		return -1;
	g_unlink(path);
	while ((n = read(from, piece, sizeof piece)) > 0)
		for (gssize at = 0, wrote; at < n; at += wrote)
			if ((wrote = write(fd, piece + at, (size_t)(n - at))) < 0) {
				g_set_error(
					error, ERR, ERR_INTERNAL, "cannot keep standard input in a temporary file: %s", g_strerror(errno));
				close(fd);
				return -1;
			}
	return fd;
}

static int
open_input(const char *path, GError **error)
{
	int fd;

	if (strcmp(path, "-") == 0)
		return spool(STDIN_FILENO, error);
	if ((fd = g_open(path, O_RDONLY | O_CLOEXEC, 0)) < 0) {
		g_set_error(error, ERR, ERR_INVALID, "cannot open %s: %s", path, g_strerror(errno));
		return -1;
	}
	if (lseek(fd, 0, SEEK_CUR) < 0) {
		int spooled = spool(fd, error);

		close(fd);
		return spooled;
	}
	return fd;
}

static gboolean
read_map(const char *path, json_t **ret_map, GError **error)
{
	g_autofree char *text = NULL;
	gsize size;

	*ret_map = NULL;
	if (path == NULL)
		return TRUE;
	if (g_file_get_contents(path, &text, &size, error) && (*ret_map = json_read(text, size, error)) != NULL)
		return TRUE;
	g_prefix_error(error, "--map %s: ", path);
	return FALSE;
}

static int
wrong(const char *why)
{
	fprintf(stderr, "redress import: %s\n", why);
	return 2;
}

static void
remove_folder(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		remove_folder(below);
	}
	g_remove(path);
}

/* A dry run writes nothing, not even a database: where there is none, an empty one beside serves. */
static Store *
open_store(gboolean dry_run, char **ret_temporary)
{
	g_autofree char *file = g_build_filename(common_options.data_dir, "redress.db", NULL);

	if (!dry_run)
		return command_store(TRUE, TRUE);
	if (common_options.url == NULL && !g_file_test(file, G_FILE_TEST_EXISTS) &&
		(*ret_temporary = g_dir_make_tmp("redress-dry-XXXXXX", NULL)) != NULL) {
		g_free(common_options.data_dir);
		common_options.data_dir = g_strdup(*ret_temporary);
	}
	return command_store(FALSE, TRUE);
}

static int
run(const ImportAsk *ask)
{
	g_autofree char *temporary = NULL;
	struct sigaction action = { .sa_handler = on_signal };
	Show show = { isatty(STDERR_FILENO), -1 };
	ImportResult result = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = open_store(ask->dry_run, &temporary);
	gboolean fine;

	if (store == NULL)
		return 1;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	fine = import_run(store, ask, actor_system(), show_progress, &show, &result, &error);
	if (show.bar && show.shown >= 0)
		fputc('\n', stderr);
	if (!fine)
		command_fail("import", error);
	if (!fine && interrupted)
		fputs("redress import: the same command takes it up where it was\n", stderr);
	if (result.reason != NULL)
		fprintf(stderr, "first rejected row: line %" G_GINT64_FORMAT ": %s\n", result.reason_line, result.reason);
	if (result.rejects != NULL)
		fprintf(stderr, "rejected rows are in %s/%s: correct them and import that file\n", common_options.data_dir, result.rejects);
	if (fine || interrupted)
		printf("imported %" G_GINT64_FORMAT ", updated %" G_GINT64_FORMAT ", unchanged %" G_GINT64_FORMAT
		       ", rejected %" G_GINT64_FORMAT "\n",
			result.n_imported, result.n_updated, result.n_unchanged, result.n_rejected);
	import_result_clear(&result);
	if (temporary != NULL) {
		g_clear_pointer(&store, store_close);
		remove_folder(temporary);
	}
	return fine ? 0 : 1;
}

int
cmd_import(int argc, char **argv)
{
	static char *format, *map_file, *dates, *zone, *delimiter;
	static gboolean dry_run;
	const GOptionEntry entries[] = {
		{ "format", 0, 0, G_OPTION_ARG_STRING, &format, "cfpb, csv or ndjson", "FORMAT" },
		{ "map", 0, 0, G_OPTION_ARG_FILENAME, &map_file,
			"which column is which: JSON, {\"Column\": \"subject\", \"Other\": \"facts.other\"}", "FILE" },
		{ "dates", 0, 0, G_OPTION_ARG_STRING, &dates, "us, day-first, iso or serial, where the file does not tell", "STYLE" },
		{ "zone", 0, 0, G_OPTION_ARG_STRING, &zone, "of times without a zone (default UTC)", "ZONE" },
		{ "delimiter", 0, 0, G_OPTION_ARG_STRING, &delimiter, "one character, or tab (default: told from the file)", "C" },
		{ "dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run, "write nothing, say what would happen", NULL },
		{ NULL },
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) map = NULL;
	g_autofree char *name = NULL;
	ImportAsk ask = { .fd = -1 };
	int status;

	if (!command_options("import", "FILE - takes cases in from a file", entries, &argc, &argv))
		return 2;
	if (argc != 2)
		return wrong("give one FILE (- is standard input)");
	if (format == NULL || !import_format_read(format, &ask.format))
		return wrong("--format is one of cfpb, csv, ndjson");
	if (dates != NULL && !date_style_read(dates, &ask.dates))
		return wrong("--dates is one of us, day-first, iso, serial");
	if (delimiter != NULL && strcmp(delimiter, "tab") != 0 && strlen(delimiter) != 1)
		return wrong("--delimiter takes a single character, or tab");
	ask.delimiter = delimiter == NULL ? 0 : strcmp(delimiter, "tab") == 0 ? '\t' : delimiter[0];
	ask.zone = zone;
	ask.dry_run = dry_run;
	ask.name = name = g_path_get_basename(argv[1]);
	if (!read_map(map_file, &map, &error) || (ask.fd = open_input(argv[1], &error)) < 0)
		return command_fail("import", error);
	ask.map = map;
	status = run(&ask);
	close(ask.fd);
	return status;
}
