/* db_sqlite.c - SQLite behind db.h: statements prepared once per connection, connection settings, and SQLite's errors
 * in our words. The writer's group commit: writer.c. */
#include "store/db_engine.h"
#include "store/sqlite_text.h"
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

/* Page cache, KiB: the writer works on many indexes at once; readers are many, and the system's cache is behind them. */
#define CACHE_WRITER_KIB 24576
#define BUSY_MS 5000
#define CACHE_READER_KIB 4096
#define CACHE_ALONE_KIB 393216 /* the indexes of a million cases that are not in the order of time */

typedef struct _LiteStmt LiteStmt;

typedef struct {
	DbRows base;
	LiteStmt *stmt;
	gboolean ready; /* the first step was already taken: its result is in rc */
	int rc;
	gint64 made_id; /* the one value of a row of SQLITE_MADE_ID */
} LiteRows;

struct _LiteStmt {
	sqlite3_stmt *stmt;
	LiteRows rows; /* of the one cursor that is usually open */
	SqliteForm form;
	gboolean busy, cached;
	char **cols;
	int *param_at; /* SQLite numbers $n by first appearance: where our n-th argument goes, 0 nowhere */
};

typedef struct {
	Db base;
	sqlite3 *db;
	GHashTable *ready; /* DbSql -> LiteStmt */
	sqlite3_stmt *steps[TX_STEPS];
	gint64 steps_before; /* of statements that are gone, for lite_work() */
} LiteDb;

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

static gboolean
fail(LiteDb *self, const char *what, GError **error)
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

static gboolean
lite_run(Db *base, const char *text, GError **error)
{
	LiteDb *self = (LiteDb *)base;
	g_autofree char *ours = sqlite_script(text);

	return sqlite3_exec(self->db, ours, NULL, NULL, NULL) == SQLITE_OK || fail(self, "script", error);
}

static gboolean
lite_step(Db *base, TxStep step, GError **error)
{
	static const char *const texts[TX_STEPS] = {
		[TX_BEGIN] = "BEGIN IMMEDIATE", [TX_COMMIT] = "COMMIT", [TX_ROLLBACK] = "ROLLBACK",
		[TX_UNIT_BEGIN] = "SAVEPOINT unit", [TX_UNIT_COMMIT] = "RELEASE unit", [TX_UNIT_ROLLBACK] = "ROLLBACK TO unit",
		[TX_SNAPSHOT] = "BEGIN",
	};
	LiteDb *self = (LiteDb *)base;
	sqlite3_stmt **stmt = &self->steps[step];
	int rc;

	if (*stmt == NULL && sqlite3_prepare_v3(self->db, texts[step], -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL) != SQLITE_OK)
		return fail(self, texts[step], error);
	rc = sqlite3_step(*stmt);
	if (rc != SQLITE_DONE)
		fail(self, texts[step], error);
	sqlite3_reset(*stmt);
	if (rc == SQLITE_DONE && step == TX_UNIT_ROLLBACK) /* which leaves the savepoint standing */
		return lite_step(base, TX_UNIT_COMMIT, error);
	return rc == SQLITE_DONE;
}

static void
stmt_free(gpointer data)
{
	LiteStmt *self = data;
	LiteDb *db = (LiteDb *)self->rows.base.db;

	db->steps_before += sqlite3_stmt_status(self->stmt, SQLITE_STMTSTATUS_VM_STEP, 0);
	sqlite3_finalize(self->stmt);
	g_strfreev(self->cols);
	g_free(self->param_at);
	g_free(self);
}

static void
lite_close(Db *base)
{
	LiteDb *self = (LiteDb *)base;

	g_clear_pointer(&self->ready, g_hash_table_unref);
	for (int i = 0; i < TX_STEPS; i++)
		sqlite3_finalize(self->steps[i]);
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
	return fine || fail(self, "settings", error);
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

static void
library_init(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* its counters take a lock on every allocation of every thread */
	sqlite3_initialize();
}

static Db *
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
	self->ready = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, stmt_free);
	db = &self->base;
	if (sqlite3_open_v2(path, &self->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		fail(self, "open", error);
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
		fail(self, "open", error);
		return NULL;
	}
	sqlite3_wal_hook(self->db, log_grew, self);
	return g_steal_pointer(&db);
}

static LiteStmt *
prepare(LiteDb *self, const DbSql *sql, gboolean cached, GError **error)
{
	LiteStmt *made;
	sqlite3_stmt *stmt = NULL;
	SqliteForm form;
	const char *id_column;
	g_autofree char *text = sqlite_text(sql, &form, &id_column);
	int n;

	if (sqlite3_prepare_v3(self->db, text, -1, cached ? SQLITE_PREPARE_PERSISTENT : 0, &stmt, NULL) != SQLITE_OK) {
		fail(self, sql->name, error);
		return NULL;
	}
	made = g_new0(LiteStmt, 1);
	made->stmt = stmt;
	made->form = form;
	made->cached = cached;
	n = form == SQLITE_MADE_ID ? 1 : sqlite3_column_count(stmt);
	made->cols = g_new0(char *, n + 1);
	for (int i = 0; i < n; i++)
		made->cols[i] = g_strdup(form == SQLITE_MADE_ID ? id_column : sqlite3_column_name(stmt, i));
	made->param_at = g_new0(int, sql->n_args);
	for (guint i = 0; i < sql->n_args; i++) {
		char key[12];

		g_snprintf(key, sizeof key, "$%u", i + 1);
		made->param_at[i] = sqlite3_bind_parameter_index(stmt, key);
	}
	made->rows.base = (DbRows){ .engine = &db_engine_sqlite, .db = &self->base, .cols = made->cols, .n_cols = n };
	made->rows.stmt = made;
	return made;
}

/* The cached statement, or a fresh one while the cached one has rows open. */
static LiteStmt *
statement(LiteDb *self, const DbSql *sql, GError **error)
{
	LiteStmt *stmt = g_hash_table_lookup(self->ready, sql);

	if (G_LIKELY(stmt != NULL && !stmt->busy))
		return stmt;
	if (stmt != NULL)
		return prepare(self, sql, FALSE, error);
	stmt = prepare(self, sql, TRUE, error);
	if (stmt != NULL)
		g_hash_table_insert(self->ready, (gpointer)sql, stmt);
	return stmt;
}

static int
bind(LiteStmt *stmt, int at, const DbArg *arg, sqlite3_destructor_type keep)
{
	switch (arg->type) {
	case DB_NULL_T: return sqlite3_bind_null(stmt->stmt, at);
	case DB_INT_T: return sqlite3_bind_int64(stmt->stmt, at, arg->i);
	case DB_REAL_T: return sqlite3_bind_double(stmt->stmt, at, arg->r);
	case DB_TEXT_T: return sqlite3_bind_text(stmt->stmt, at, arg->s, -1, keep);
	case DB_BLOB_T:
		if (arg->size == 0 && arg->s != NULL)
			return sqlite3_bind_zeroblob(stmt->stmt, at, 0);
		return sqlite3_bind_blob64(stmt->stmt, at, arg->s, arg->size, keep);
	default: g_assert_not_reached();
	}
}

static void
lite_rows_free(DbRows *base)
{
	LiteRows *rows = (LiteRows *)base;

	if (!rows->stmt->cached) {
		stmt_free(rows->stmt);
		return;
	}
	sqlite3_reset(rows->stmt->stmt);
	rows->stmt->busy = FALSE;
}

static DbRows *
lite_query(Db *base, const DbSql *sql, const DbArg *args, guint n_args, GError **error)
{
	LiteDb *self = (LiteDb *)base;
	LiteStmt *stmt = statement(self, sql, error);
	g_autoptr(DbRows) rows = NULL;
	LiteRows *mine;
	gboolean writes;

	if (stmt == NULL)
		return NULL;
	stmt->busy = TRUE;
	mine = &stmt->rows;
	rows = &mine->base;
	writes = !sqlite3_stmt_readonly(stmt->stmt);
	mine->ready = FALSE;
	for (guint i = 0; i < n_args; i++) {
		/* A writing statement has used its arguments when its first step returns; a reading one needs them later. */
		if (stmt->param_at[i] != 0 && bind(stmt, stmt->param_at[i], &args[i], writes ? SQLITE_STATIC : SQLITE_TRANSIENT) != SQLITE_OK) {
			fail(self, sql->name, error);
			return NULL;
		}
	}
	if (writes) {
		mine->rc = sqlite3_step(stmt->stmt);
		mine->ready = TRUE;
		if (mine->rc != SQLITE_ROW && mine->rc != SQLITE_DONE) {
			fail(self, sql->name, error);
			return NULL;
		}
		if (stmt->form == SQLITE_MADE_ID && mine->rc == SQLITE_DONE && sqlite3_changes64(self->db) == 1) {
			mine->made_id = sqlite3_last_insert_rowid(self->db);
			mine->rc = SQLITE_ROW;
		}
	}
	return g_steal_pointer(&rows);
}

static gboolean
lite_next(DbRows *base, GError **error)
{
	LiteRows *rows = (LiteRows *)base;

	if (!rows->ready && rows->stmt->form == SQLITE_MADE_ID)
		rows->rc = SQLITE_DONE;
	else if (!rows->ready && (rows->rc = sqlite3_step(rows->stmt->stmt)) != SQLITE_ROW && rows->rc != SQLITE_DONE)
		fail((LiteDb *)base->db, "read", error);
	rows->ready = rows->rc != SQLITE_ROW; /* the end stays the end */
	return rows->rc == SQLITE_ROW;
}

static gboolean
lite_is_null(DbRows *base, int col)
{
	const LiteRows *rows = (LiteRows *)base;

	return rows->stmt->form != SQLITE_MADE_ID && sqlite3_column_type(rows->stmt->stmt, col) == SQLITE_NULL;
}

static gint64
lite_int(DbRows *base, int col)
{
	const LiteRows *rows = (LiteRows *)base;

	return rows->stmt->form == SQLITE_MADE_ID ? rows->made_id : sqlite3_column_int64(rows->stmt->stmt, col);
}

static double
lite_real(DbRows *base, int col)
{
	return sqlite3_column_double(((LiteRows *)base)->stmt->stmt, col);
}

static const char *
lite_text(DbRows *base, int col)
{
	return (const char *)sqlite3_column_text(((LiteRows *)base)->stmt->stmt, col);
}

static const guint8 *
lite_blob(DbRows *base, int col, gsize *ret_size)
{
	sqlite3_stmt *stmt = ((LiteRows *)base)->stmt->stmt;
	const guint8 *bytes = sqlite3_column_blob(stmt, col);

	*ret_size = (gsize)sqlite3_column_bytes(stmt, col);
	if (bytes == NULL && sqlite3_column_type(stmt, col) != SQLITE_NULL)
		return (const guint8 *)"";
	return bytes;
}

static gint64
lite_changed(DbRows *base)
{
	return sqlite3_changes64(((LiteDb *)base->db)->db);
}

static gboolean
lite_check(Db *base, const DbSql *sql, GError **error)
{
	LiteDb *self = (LiteDb *)base;
	LiteStmt *stmt = prepare(self, sql, FALSE, error);
	gboolean ok = TRUE;

	if (stmt == NULL)
		return FALSE;
	for (guint i = 0; i < sql->n_args; i++)
		ok = ok && stmt->param_at[i] != 0;
	if (!ok || sqlite3_bind_parameter_count(stmt->stmt) != (int)sql->n_args) {
		g_set_error(error, ERR, ERR_INTERNAL, "%s: its parameters are not $1 to $%u", sql->name, sql->n_args);
		ok = FALSE;
	}
	if (ok && sqlite3_stmt_readonly(stmt->stmt) == (sql->writes && stmt->form != SQLITE_LOCK)) {
		g_set_error(error, ERR, ERR_INTERNAL, "%s: is marked as %s", sql->name, sql->writes ? "writing, and only reads" : "reading, and writes");
		ok = FALSE;
	}
	stmt_free(stmt);
	return ok;
}

static void
lite_work(Db *base, DbWork *ret_work)
{
	LiteDb *self = (LiteDb *)base;
	int hit = 0, miss = 0, highest;

	ret_work->steps = self->steps_before;
	for (sqlite3_stmt *stmt = sqlite3_next_stmt(self->db, NULL); stmt != NULL; stmt = sqlite3_next_stmt(self->db, stmt))
		ret_work->steps += sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, 0);
	sqlite3_db_status(self->db, SQLITE_DBSTATUS_CACHE_HIT, &hit, &highest, 0);
	sqlite3_db_status(self->db, SQLITE_DBSTATUS_CACHE_MISS, &miss, &highest, 0);
	ret_work->pages = (gint64)hit + miss;
}

/* The pager's count of foreign changes it has met: it grows when a snapshot is not the one before. */
static gint64
lite_state(Db *base)
{
	LiteDb *self = (LiteDb *)base;
	guint version = 0;

	if (sqlite3_txn_state(self->db, "main") != SQLITE_TXN_READ || sqlite3_file_control(self->db, "main", SQLITE_FCNTL_DATA_VERSION, &version) != SQLITE_OK)
		return 0;
	return (gint64)version + 1;
}

static gint64
lite_n_changes(Db *base)
{
	return sqlite3_total_changes64(((LiteDb *)base)->db);
}

static gboolean
lite_forget(Db *base, const DbSql *sql)
{
	LiteDb *self = (LiteDb *)base;
	LiteStmt *stmt = g_hash_table_lookup(self->ready, sql);

	if (stmt != NULL && stmt->busy)
		return FALSE;
	g_hash_table_remove(self->ready, sql);
	return TRUE;
}

static const char *const words[] = {
	"{id}", "INTEGER PRIMARY KEY", "{ref}", "INTEGER", "{int}", "INTEGER", "{time}", "INTEGER",
	"{bool}", "INTEGER", "{json}", "TEXT", "{blob}", "BLOB", "{strict}", "STRICT", NULL,
};

const DbEngine db_engine_sqlite = {
	.kind = DB_SQLITE, .open = lite_open, .close = lite_close, .query = lite_query, .next = lite_next, .is_null = lite_is_null,
	.get_int = lite_int, .get_real = lite_real, .get_text = lite_text, .get_blob = lite_blob, .changed = lite_changed,
	.rows_free = lite_rows_free, .step = lite_step, .run = lite_run, .check = lite_check, .work = lite_work, .state = lite_state, .n_changes = lite_n_changes, .forget = lite_forget, .words = words,
};
