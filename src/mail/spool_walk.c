/* spool_walk.c - which files hold mail. See spool_inner.h. */
#include "mail/spool_inner.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 32 };

void
spool_file_free(gpointer data)
{
	SpoolFile *self = data;

	g_free(self->path);
	g_free(self);
}

static void
add(GPtrArray *files, const char *path, gint64 size, gboolean is_message)
{
	SpoolFile *file = g_new0(SpoolFile, 1);

	file->path = g_strdup(path);
	file->size = size;
	file->is_message = is_message;
	g_ptr_array_add(files, file);
}

static int
by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a folder, sorted, so that the same folder is always read in the same order. */
static GPtrArray *
names_in(const char *path, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GDir) folder = g_dir_open(path, 0, &why);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	if (folder == NULL) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "%s", why->message);
		g_ptr_array_unref(names);
		return NULL;
	}
	while ((name = g_dir_read_name(folder)) != NULL)
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_name);
	return names;
}

static gboolean
is_folder(const char *above, const char *name)
{
	g_autofree char *path = g_build_filename(above, name, NULL);

	return g_file_test(path, G_FILE_TEST_IS_DIR);
}

/* Dovecot's and Courier's own files, and those of a desktop, are no mail. Files of a Maildir's cur and new never begin with a dot. */
static gboolean
is_skipped(const char *name, gboolean in_maildir)
{
	static const char *const others[] = { "subscriptions", "maildirfolder", "Thumbs.db" };

	if (name[0] == '.')
		return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		if (strcmp(name, others[i]) == 0)
			return TRUE;
	}
	return g_str_has_prefix(name, "dovecot") && in_maildir;
}

static gboolean walk(const char *path, GPtrArray *files, guint depth, gboolean is_message, GError **error);

static gboolean
walk_folder(const char *path, GPtrArray *files, guint depth, gboolean is_message, GError **error)
{
	const gboolean is_maildir = is_folder(path, "cur") && is_folder(path, "new");
	g_autoptr(GPtrArray) names = names_in(path, error);

	if (names == NULL)
		return FALSE;
	for (guint i = 0; i < names->len; i++) {
		const char *name = names->pdata[i];
		g_autofree char *below = g_build_filename(path, name, NULL);
		const gboolean box = is_maildir && (strcmp(name, "cur") == 0 || strcmp(name, "new") == 0);

		if (is_maildir && strcmp(name, "tmp") == 0)
			continue;
		/* ".Sent" beside cur and new is a folder of the Maildir++ */
		if (is_skipped(name, is_maildir) && !(is_maildir && name[0] == '.' && g_file_test(below, G_FILE_TEST_IS_DIR)))
			continue;
		if (is_maildir && !box && !g_file_test(below, G_FILE_TEST_IS_DIR))
			continue;
		if (!walk(below, files, depth + 1, box || is_message, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
walk(const char *path, GPtrArray *files, guint depth, gboolean is_message, GError **error)
{
	struct stat info;

	if (depth > DEPTH_MAX) {
		g_set_error(error, ERR, ERR_INVALID, "%s: more than %d folders deep", path, DEPTH_MAX);
		return FALSE;
	}
	if ((depth == 0 ? stat : lstat)(path, &info) != 0) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "%s: %s", path, g_strerror(errno));
		return FALSE;
	}
	if (S_ISREG(info.st_mode))
		add(files, path, info.st_size, is_message);
	else if (S_ISDIR(info.st_mode))
		return walk_folder(path, files, depth, is_message, error);
	else if (depth == 0) {
		g_set_error(error, ERR, ERR_INVALID, "%s is neither a file nor a folder", path);
		return FALSE;
	}
	return TRUE; /* links within a folder are not followed: they may lead round */
}

gboolean
spool_walk(const char *path, GPtrArray *files, GError **error)
{
	return walk(path, files, 0, FALSE, error);
}
