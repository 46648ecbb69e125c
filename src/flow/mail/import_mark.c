/* import_mark.c - see import_mark.h. */
#include "flow/mail/import_mark.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define NAME "importing"

void
import_mark_init(ImportMark *self, const char *data_dir)
{
	self->path = g_build_filename(data_dir, NAME, NULL);
	self->fd = -1;
}

/* Whoever runs holds the lock, and whoever dies lets go of it. Takes @fd. */
static gboolean
own(ImportMark *self, int fd)
{
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		self->fd = fd;
		return TRUE;
	}
	if (fd >= 0)
		close(fd);
	return FALSE;
}

static gboolean
sync_folder(const ImportMark *self)
{
	g_autofree char *folder = g_path_get_dirname(self->path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gboolean ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

gboolean
import_mark_begin(ImportMark *self, gboolean *ret_careful, GError **error)
{
	int fd = open(self->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	gboolean left;

	*ret_careful = fd < 0 && errno == EEXIST;
	if (*ret_careful) {
		left = own(self, open(self->path, O_RDWR | O_CLOEXEC));
		log_info("mail", left ? "the import before this one did not end: each mail is kept before it is read" : "another import is running: each mail is kept before it is read");
		return TRUE;
	}
	if (fd < 0 || !sync_folder(self)) {
		g_set_error(error, ERR, ERR_BUSY, "%s: %s: make the data folder writable for the user who runs redress", self->path, g_strerror(errno));
		own(self, fd);
		return FALSE;
	}
	own(self, fd);
	return TRUE;
}

void
import_mark_end(ImportMark *self)
{
	if (self->fd >= 0) {
		unlink(self->path);
		close(self->fd);
	}
	g_clear_pointer(&self->path, g_free);
	self->fd = -1;
}
