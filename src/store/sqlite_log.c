/* sqlite_log.c - SQLite writes each page of its log by two calls, 24 bytes of head and the page itself, so that nothing lies on the system's
 * pages as it is written: a commit of thirty pages is sixty calls, which took longer than the disk. Here the frames of one COMMIT that follow one another
 * are gathered and written by one call. They wait from the moment when nothing but their writing is left of it (SQLite's commit hook) to the frame that commits: with its last byte all
 * is given to the system, before SQLite syncs the log or tells anybody of it, and what cannot be written fails that frame. So nothing waits while SQLite
 * or anybody else may do something else: not what a transaction larger than its cache writes before it commits, which a rollback would leave behind to be
 * written over somebody else's commit, or a full disk would lose unseen. Everything but the log goes to the system's own functions; settings of a connection: sqlite_open.c. */
#include "store/sqlite_log.h"
#include <glib.h>
#include <string.h>

#define HEAD 24         /* bytes of a frame before its page; the file format says so (section 4.1) */
#define COMMITS_AT 4    /* in it: the size of the database after a commit, 0 within a transaction */
#define MOST 0x1ffff    /* SQLite's own function writes no more at once */

typedef struct {
	sqlite3_file base;
	sqlite3_file *below; /* the system's, behind this struct */
	guint8 *bytes;       /* that wait, from @start on */
	int n;
	sqlite3_int64 start, end; /* @end: of what was written last, whether it waits or not */
	gboolean gathers;            /* a COMMIT writes its pages */
	gboolean page_next, commits; /* a head waits for its page; and is that of a commit */
} LogFile;

static sqlite3_vfs *below;

static int
write_out(LogFile *self)
{
	const int n = self->n;

	self->n = 0;
	return n > 0 ? self->below->pMethods->xWrite(self->below, self->bytes, n, self->start) : SQLITE_OK;
}

/* What waited when the log is closed was never committed. */
static int
log_close(sqlite3_file *file)
{
	LogFile *self = (LogFile *)file;

	g_clear_pointer(&self->bytes, g_free);
	return self->below->pMethods->xClose(self->below);
}

static int
log_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 at)
{
	LogFile *self = (LogFile *)file;
	const int rc = write_out(self);

	return rc == SQLITE_OK ? self->below->pMethods->xRead(self->below, bytes, size, at) : rc;
}

static gboolean
is_commit(const guint8 *head)
{
	static const guint8 none[4];

	return memcmp(head + COMMITS_AT, none, sizeof none) != 0;
}

/* Heads that are written anew when a transaction changes a page of its log follow nothing, and are not gathered. */
static int
log_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
	LogFile *self = (LogFile *)file;
	const gboolean head = size == HEAD, gathered = self->gathers && at == self->end && size <= MOST && (head || self->page_next);
	const int rc = gathered && size <= MOST - self->n ? SQLITE_OK : write_out(self);

	self->end = at + size;
	self->page_next = gathered && head;
	if (rc != SQLITE_OK)
		return rc;
	if (!gathered)
		return self->below->pMethods->xWrite(self->below, bytes, size, at);
	if (self->n == 0)
		self->start = at;
	memcpy(self->bytes + self->n, bytes, (gsize)size);
	self->n += size;
	if (head)
		self->commits = is_commit(bytes);
	if (head || !self->commits)
		return SQLITE_OK;
	self->gathers = FALSE;
	return write_out(self);
}

static int
log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	LogFile *self = (LogFile *)file;
	const int rc = write_out(self);

	return rc == SQLITE_OK ? self->below->pMethods->xTruncate(self->below, size) : rc;
}

static int
log_sync(sqlite3_file *file, int flags)
{
	LogFile *self = (LogFile *)file;
	const int rc = write_out(self);

	return rc == SQLITE_OK ? self->below->pMethods->xSync(self->below, flags) : rc;
}

static int
log_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
	LogFile *self = (LogFile *)file;
	const int rc = write_out(self);

	return rc == SQLITE_OK ? self->below->pMethods->xFileSize(self->below, ret_size) : rc;
}

static int
log_lock(sqlite3_file *file, int level)
{
	LogFile *self = (LogFile *)file;

	return self->below->pMethods->xLock(self->below, level);
}

static int
log_unlock(sqlite3_file *file, int level)
{
	LogFile *self = (LogFile *)file;

	return self->below->pMethods->xUnlock(self->below, level);
}

static int
log_is_locked(sqlite3_file *file, int *ret_locked)
{
	LogFile *self = (LogFile *)file;

	return self->below->pMethods->xCheckReservedLock(self->below, ret_locked);
}

static int
log_control(sqlite3_file *file, int what, void *data)
{
	LogFile *self = (LogFile *)file;
	const int rc = write_out(self);

	return rc == SQLITE_OK ? self->below->pMethods->xFileControl(self->below, what, data) : rc;
}

static int
log_sector(sqlite3_file *file)
{
	LogFile *self = (LogFile *)file;

	return self->below->pMethods->xSectorSize(self->below);
}

static int
log_device(sqlite3_file *file)
{
	LogFile *self = (LogFile *)file;

	return self->below->pMethods->xDeviceCharacteristics(self->below);
}

static const sqlite3_io_methods log_methods = {
	.iVersion = 1, .xClose = log_close, .xRead = log_read, .xWrite = log_write, .xTruncate = log_truncate, .xSync = log_sync, .xFileSize = log_size,
	.xLock = log_lock, .xUnlock = log_unlock, .xCheckReservedLock = log_is_locked, .xFileControl = log_control, .xSectorSize = log_sector,
	.xDeviceCharacteristics = log_device,
};

static int
open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
	LogFile *self = (LogFile *)file;
	int rc;

	if ((flags & SQLITE_OPEN_WAL) == 0)
		return below->xOpen(below, name, file, flags, ret_flags);
	*self = (LogFile){ .below = (sqlite3_file *)(self + 1), .bytes = g_try_malloc(MOST) };
	if (self->bytes == NULL)
		return SQLITE_NOMEM;
	rc = below->xOpen(below, name, self->below, flags, ret_flags);
	if (rc == SQLITE_OK)
		self->base.pMethods = &log_methods;
	else
		g_clear_pointer(&self->bytes, g_free);
	return rc;
}

const char *
sqlite_log_register(void)
{
	static sqlite3_vfs ours;

	if ((below = sqlite3_vfs_find(NULL)) == NULL)
		return NULL;
	ours = *below;
	ours.zName = "redress";
	ours.szOsFile += (int)sizeof(LogFile);
	ours.xOpen = open_file;
	return sqlite3_vfs_register(&ours, FALSE) == SQLITE_OK ? ours.zName : NULL;
}

/* The log of @db, where it is one of ours. */
static LogFile *
log_of(sqlite3 *db)
{
	sqlite3_file *file = NULL;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) != SQLITE_OK || file == NULL || file->pMethods != &log_methods)
		return NULL;
	return (LogFile *)file;
}

static int
pages_come(void *data)
{
	((LogFile *)data)->gathers = TRUE;
	return 0;
}

/* One that fails is rolled back by SQLite, whatever of it was written; one that had nothing to write leaves nothing set. */
int
sqlite_log_commit(sqlite3 *db, sqlite3_stmt *commit)
{
	LogFile *log = log_of(db);
	int rc;

	if (log == NULL)
		return sqlite3_step(commit);
	sqlite3_commit_hook(db, pages_come, log);
	rc = sqlite3_step(commit);
	sqlite3_commit_hook(db, NULL, NULL);
	log->gathers = FALSE;
	log->n = 0;
	return rc;
}
