/* options.c - what all commands share: options, opening the store, saying a fault. */
#include "main/commands.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

CommonOptions common_options;

gboolean
command_options(const char *what, const char *about, const GOptionEntry *entries, int *argc, char ***argv)
{
	const GOptionEntry shared[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &common_options.data_dir, "the data folder", "DIR" },
		{ "database", 0, 0, G_OPTION_ARG_STRING, &common_options.url, "sqlite:FILE or postgresql://... (default: redress.db in the data folder)", "URL" },
		{ NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new(about);
	g_autoptr(GError) error = NULL;

	g_option_context_add_main_entries(context, shared, NULL);
	if (entries != NULL)
		g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, &error)) {
		fprintf(stderr, "redress %s: %s\n", what, error->message);
		return FALSE;
	}
	if (common_options.data_dir == NULL) {
		fprintf(stderr, "redress %s: --data DIR is missing: the folder that holds the database\n", what);
		return FALSE;
	}
	return TRUE;
}

static gboolean
make_folder(GError **error)
{
	if (g_mkdir_with_parents(common_options.data_dir, 0750) == 0)
		return TRUE;
	g_set_error(error, ERR, ERR_INTERNAL, "cannot make the data folder %s: %s", common_options.data_dir, g_strerror(errno));
	return FALSE;
}

Store *
command_store(gboolean make, gboolean beside)
{
	return command_store_with(&(StoreOptions){ .beside = beside, .migrate = TRUE }, make);
}

Store *
command_store_with(const StoreOptions *wished, gboolean make)
{
	g_autoptr(GError) error = NULL;
	StoreOptions options = *wished;
	Store *store = NULL;

	options.data_dir = common_options.data_dir;
	options.url = common_options.url;
	if ((make && !make_folder(&error)) || (store = store_open(&options, &error)) == NULL)
		fprintf(stderr, "redress: %s\n", error->message);
	return store;
}

gboolean
command_write_once(StoreWork work, gpointer data, GError **error)
{
	const StoreOptions options = { .data_dir = common_options.data_dir, .url = common_options.url, .beside = TRUE, .migrate = TRUE };

	return make_folder(error) && store_write_once(&options, work, data, error);
}

int
command_fail(const char *what, const GError *error)
{
	const GPtrArray *fields = err_fields(error);

	fprintf(stderr, "redress %s: %s\n", what, error->message);
	for (guint i = 1; fields != NULL && i < fields->len; i++)
		fprintf(stderr, "redress %s: %s\n", what, ((const ErrField *)fields->pdata[i])->message);
	return 1;
}

char *
command_read_line(const char *what)
{
	char line[1026];

	if (fgets(line, sizeof line, stdin) == NULL || strlen(line) == sizeof line - 1) {
		fprintf(stderr, "redress %s: standard input should hold one line of at most 1,024 characters\n", what);
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	return g_strdup(line);
}
