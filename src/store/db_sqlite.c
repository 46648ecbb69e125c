/* db_sqlite.c - SQLite behind db.h: statements prepared once per connection, and their rows. Opening a connection, and SQLite's errors in our
 * words: sqlite_open.c; the writer's group commit: group.c. */
#include "store/sqlite_inner.h"
#include "store/sqlite_log.h"

static gboolean
lite_run(Db *base, const char *text, GError **error)
{
	LiteDb *self = (LiteDb *)base;
	g_autofree char *ours = sqlite_script(text);

	return sqlite3_exec(self->db, ours, NULL, NULL, NULL) == SQLITE_OK || lite_fail(self, "script", error);
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
		return lite_fail(self, texts[step], error);
	rc = step == TX_COMMIT ? sqlite_log_commit(self->db, *stmt) : sqlite3_step(*stmt);
	if (rc != SQLITE_DONE)
		lite_fail(self, texts[step], error);
	sqlite3_reset(*stmt);
	if (rc == SQLITE_DONE && step == TX_UNIT_ROLLBACK) /* which leaves the savepoint standing */
		return lite_step(base, TX_UNIT_COMMIT, error);
	return rc == SQLITE_DONE;
}

void
lite_stmt_free(gpointer data)
{
	LiteStmt *self = data;
	LiteDb *db = (LiteDb *)self->rows.base.db;

	db->steps_before += sqlite3_stmt_status(self->stmt, SQLITE_STMTSTATUS_VM_STEP, 0);
	sqlite3_finalize(self->stmt);
	g_strfreev(self->cols);
	g_free(self->param_at);
	g_free(self);
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
		lite_fail(self, sql->name, error);
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
		lite_stmt_free(rows->stmt);
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
			lite_fail(self, sql->name, error);
			return NULL;
		}
	}
	if (writes) {
		mine->rc = sqlite3_step(stmt->stmt);
		mine->ready = TRUE;
		if (mine->rc != SQLITE_ROW && mine->rc != SQLITE_DONE) {
			lite_fail(self, sql->name, error);
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
		lite_fail((LiteDb *)base->db, "read", error);
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
	lite_stmt_free(stmt);
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

/* BEGIN alone takes no snapshot: the first look does. */
static void
begin_reading(LiteDb *self)
{
	static const char text[] = "SELECT 1 FROM sqlite_schema LIMIT 0";

	if (self->first_look == NULL && sqlite3_prepare_v3(self->db, text, -1, SQLITE_PREPARE_PERSISTENT, &self->first_look, NULL) != SQLITE_OK)
		return;
	sqlite3_step(self->first_look);
	sqlite3_reset(self->first_look);
}

/* The pager's count of foreign changes it has met: it grows when a snapshot is not the one before. */
static gint64
lite_state(Db *base)
{
	LiteDb *self = (LiteDb *)base;
	guint version = 0;

	if (sqlite3_txn_state(self->db, "main") == SQLITE_TXN_NONE)
		begin_reading(self);
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
	"{bool}", "INTEGER", "{json}", "TEXT", "{blob}", "BLOB", "{strict}", "STRICT", "{strict_by_key}", "STRICT, WITHOUT ROWID", NULL,
};

const DbEngine db_engine_sqlite = {
	.kind = DB_SQLITE, .open = lite_open, .close = lite_close, .query = lite_query, .next = lite_next, .is_null = lite_is_null,
	.get_int = lite_int, .get_real = lite_real, .get_text = lite_text, .get_blob = lite_blob, .changed = lite_changed,
	.rows_free = lite_rows_free, .step = lite_step, .run = lite_run, .check = lite_check, .work = lite_work, .state = lite_state, .n_changes = lite_n_changes, .forget = lite_forget, .words = words,
};
