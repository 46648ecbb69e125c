/* making.c - see the header. The settings of the connection that makes it: db_alone() in sqlite_open.c. */
#include "store/making.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

static void
remove_beside(const char *data_dir, const char *of)
{
	static const char *const ends[] = { "-wal", "-shm", "-journal" };

	for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *name = g_strconcat(of, ends[i], NULL), *path = g_build_filename(data_dir, name, NULL);

		(void)g_unlink(path); /* most are not there */
	}
}

static void
remove_all(const char *data_dir)
{
	g_autofree char *path = g_build_filename(data_dir, MAKING_NAME, NULL);

	(void)g_unlink(path);
	remove_beside(data_dir, MAKING_NAME);
}

gboolean
making_begin(const char *data_dir)
{
	g_autofree char *path = g_build_filename(data_dir, "redress.db", NULL);

	remove_all(data_dir);
	return !g_file_test(path, G_FILE_TEST_EXISTS);
}

static gboolean
sync_path(const char *path)
{
	int fd = g_open(path, O_RDONLY | O_CLOEXEC, 0);
	gboolean fine = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return fine;
}

gboolean
making_end(const char *data_dir, gboolean keep, GError **error)
{
	g_autofree char *made = g_build_filename(data_dir, MAKING_NAME, NULL), *path = g_build_filename(data_dir, "redress.db", NULL);

	if (keep)
		remove_beside(data_dir, "redress.db"); /* of one that somebody took away: SQLite would play its log over the new one */
	if (keep && sync_path(made) && g_rename(made, path) == 0 && sync_path(data_dir))
		return TRUE;
	if (keep)
		g_set_error(error, ERR, ERR_INTERNAL, "%s: %s: the disk may be full: free some space", path, g_strerror(errno));
	remove_all(data_dir);
	return !keep;
}
