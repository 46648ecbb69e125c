/* sqlite_open.c - a connection to SQLite: its settings, its write-ahead log, and what its errors mean. Statements: db_sqlite.c. */
#include "store/sqlite_inner.h"
#include "store/sqlite_log.h"
#include "store/sqlite_memory.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* Page cache, KiB: the writer works on many indexes at once; readers are many, and the system's cache is behind them. */
#define CACHE_WRITER_KIB 24576
#define BUSY_MS 5000
#define CACHE_READER_KIB 4096
#define CACHE_ALONE_KIB 393216 /* the indexes of a million cases that are not in the order of time */

static ErrCode
code_of(int ext)
{
	if (ext == SQLITE_CONSTRAINT_UNIQUE || ext == SQLITE_CONSTRAINT_PRIMARYKEY || ext == SQLITE_CONSTRAINT_ROWID)
		return ERR_CONFLICT;
	switch (ext & 0xff) {
	case SQLITE_CONSTRAINT:
	case SQLITE_TOOBIG:
	case SQLITE_MISMATCH: return ERR_INVALID;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY: return ERR_BUSY;
	case SQLITE_CORRUPT: return ERR_CORRUPT;
	case SQLITE_NOTADB: return ERR_INVALID;
	default: return ERR_INTERNAL;
	}
}

/* What the operator can do about it; NULL when the engine's own words say it. */
static const char *
advice_of(int ext)
{
	switch (ext & 0xff) {
	case SQLITE_FULL: return "the disk is full: free some space; nothing was kept of this, everything before it is safe";
	case SQLITE_IOERR: return "the disk does not take or give what it should: look at its free space and health";
	case SQLITE_READONLY: return "the database cannot be written: make it and its folder writable for the user who runs redress";
	case SQLITE_CANTOPEN: return "the database cannot be opened: the folder must exist and be writable for the user who runs redress";
	case SQLITE_BUSY: return "another program holds the database: end it, or try again";
	case SQLITE_NOTADB: return "this file is no database: move it away, or name another data folder";
	case SQLITE_CORRUPT: return "the database is damaged: stop the server and restore the last backup";
	default: return NULL;
	}
}

gboolean
lite_fail(LiteDb *self, const char *what, GError **error)
{
	int ext = sqlite3_extended_errcode(self->db), sys = sqlite3_system_errno(self->db);
	const char *advice = advice_of(ext);
	gboolean says = advice != NULL && sys != 0 && ((ext & 0xff) == SQLITE_CANTOPEN || (ext & 0xff) == SQLITE_IOERR);

	if (self->base.grouped && !self->base.group_lost && sqlite3_get_autocommit(self->db) != 0)
		self->base.group_lost = TRUE;
	if ((ext & 0xff) == SQLITE_IOERR && (sys == ENOSPC || sys == EFBIG || sys == EDQUOT))
		advice = advice_of(SQLITE_FULL);
	if (advice != NULL)
		g_set_error(error, ERR, code_of(ext), "%s: %s (%s%s%s: %s)", what, advice, sqlite3_errmsg(self->db), says ? ", " : "", says ? g_strerror(sys) : "", self->base.path);
	else
		g_set_error(error, ERR, code_of(ext), "%s: %s", what, sqlite3_errmsg(self->db));
	return FALSE;
}

void
lite_close(Db *base)
{
	LiteDb *self = (LiteDb *)base;

	g_clear_pointer(&self->ready, g_hash_table_unref);
	for (int i = 0; i < TX_STEPS; i++)
		sqlite3_finalize(self->steps[i]);
	sqlite3_finalize(self->first_look);
	sqlite3_close(self->db);
	g_free(self->base.path);
	g_free(self);
}

/* How long the log may become on a connection that no store looks after; SQLite's own default. */
#define LOG_PAGES 1000

static int
log_grew(void *data, sqlite3 *db, const char *name, int pages)
{
	LiteDb *self = data;

	self->base.log_pages = pages;
	if (!self->base.own_folding && pages >= LOG_PAGES)
		db_fold(&self->base);
	return SQLITE_OK;
}

void
db_fold(Db *base)
{
	if (base->engine == &db_engine_sqlite)
		sqlite3_wal_checkpoint_v2(((LiteDb *)base)->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL); /* if not now, then next time */
}

gboolean
db_alone(Db *base, GError **error)
{
	LiteDb *self = (LiteDb *)base;
	gboolean fine;

	sqlite3_db_config(self->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL); /* which has it keep a journal */
	fine = sqlite3_exec(self->db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -" G_STRINGIFY(CACHE_ALONE_KIB), NULL, NULL, NULL) == SQLITE_OK;
	sqlite3_db_config(self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return fine || lite_fail(self, "settings", error);
}

gboolean
db_sync_later(Db *base, GError **error)
{
	LiteDb *self = (LiteDb *)base;

	return base->engine != &db_engine_sqlite || sqlite3_exec(self->db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL) == SQLITE_OK || lite_fail(self, "settings", error);
}

/* What is committed lies in the log, or was copied from there and synced by whoever copied it. SQLite has no locks on the log's file that opening it
 * once more could lose. */
gboolean
db_sync(const char *path, GError **error)
{
	g_autofree char *log = g_strconcat(path, "-wal", NULL);
	const int fd = open(log, O_RDWR | O_CLOEXEC);
	gboolean ok = fd >= 0 ? fdatasync(fd) == 0 : errno == ENOENT;

	if (!ok)
		g_set_error(error, ERR, ERR_BUSY, "%s: the disk does not take what was written: %s", log, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

/* Another process has the lock: looked for once a millisecond. SQLite's own timeout waits longer and longer, and misses the
 * moments between the commits of somebody who writes much. */
static int
wait_a_moment(void *data, int n_waited)
{
	if (n_waited >= BUSY_MS)
		return 0;
	g_usleep(1000);
	return 1;
}

static const char *writes_by; /* the way who writes writes: sqlite_log.h */

static void
library_init(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* its counters take a lock on every allocation of every thread */
	sqlite_memory_use();
	sqlite3_initialize();
	writes_by = sqlite_log_register();
}

Db *
lite_open(const char *path, gboolean read_only, GError **error)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	g_autoptr(Db) db = NULL;
	g_autofree char *settings = NULL;
	LiteDb *self = g_new0(LiteDb, 1);
	int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

	pthread_once(&once, library_init);
	self->base.engine = &db_engine_sqlite;
	self->base.path = g_strdup(path);
	self->ready = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, lite_stmt_free);
	db = &self->base;
	if (sqlite3_open_v2(path, &self->db, flags | SQLITE_OPEN_NOMUTEX, read_only ? NULL : writes_by) != SQLITE_OK) {
		lite_fail(self, "open", error);
		return NULL;
	}
	sqlite3_extended_result_codes(self->db, 1);
	sqlite3_busy_handler(self->db, wait_a_moment, NULL);
	sqlite3_db_config(self->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(self->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (!search_sqlite_init(self->db)) {
		g_set_error_literal(error, ERR, ERR_INTERNAL, "this SQLite library has no full-text search (FTS5): install Debian's libsqlite3-0");
		return NULL;
	}
	settings = g_strdup_printf("%sPRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -%d",
	                           read_only ? "PRAGMA query_only = ON; SELECT count(*) FROM sqlite_schema; " : "PRAGMA journal_mode = WAL; ",
	                           read_only ? CACHE_READER_KIB : CACHE_WRITER_KIB);
	if (sqlite3_exec(self->db, settings, NULL, NULL, NULL) != SQLITE_OK) {
		lite_fail(self, "open", error);
		return NULL;
	}
	sqlite3_wal_hook(self->db, log_grew, self);
	return g_steal_pointer(&db);
}
