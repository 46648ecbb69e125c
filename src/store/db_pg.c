/* db_pg.c - PostgreSQL behind db.h, by libpq: statements prepared once per connection, results whole in memory (pages
 * are bounded by their LIMIT), SQLSTATE in our words. The pool of writers: writer.c. */
#include "store/pg_inner.h"
#include "events.sql.h"
#include <string.h>

#define BOOL_OID 16

typedef struct {
	DbRows base;
	PgStmt *stmt;
	PGresult *res;
	int at;
	GPtrArray *blobs; /* decoded ones; freed with the rows */
} PgRows;

static ErrCode
code_of(const char *state)
{
	if (state == NULL) /* the link is lost */
		return ERR_BUSY;
	if (strcmp(state, "23505") == 0)
		return ERR_CONFLICT;
	if (g_str_has_prefix(state, "23") || g_str_has_prefix(state, "22"))
		return ERR_INVALID;
	if (g_str_has_prefix(state, "40") || g_str_has_prefix(state, "53") || g_str_has_prefix(state, "57") || strcmp(state, "55P03") == 0)
		return ERR_BUSY;
	if (g_str_has_prefix(state, "XX0"))
		return ERR_CORRUPT;
	return ERR_INTERNAL;
}

gboolean
pg_fail(PgDb *self, const PGresult *res, const char *what, GError **error)
{
	const char *state = res != NULL ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	const char *said = res != NULL ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	g_autofree char *whole = g_strstrip(g_strdup(said != NULL ? said : PQerrorMessage(self->link)));

	/* Until the unit has run again, whatever else fails because of it. */
	self->base.retry = self->base.retry || (state != NULL && (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0));
	self->base.broken = self->base.broken || PQstatus(self->link) != CONNECTION_OK;
	g_set_error(error, ERR, code_of(state), "%s: %s%s", what, state != NULL && g_str_has_prefix(state, "53") ? "the database server is out of space or connections: " : "", whole);
	return FALSE;
}

static gboolean
pg_run(Db *base, const char *text, GError **error)
{
	PgDb *self = (PgDb *)base;
	g_autoptr(PGresult) res = PQexec(self->link, text);
	ExecStatusType status = PQresultStatus(res);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY || pg_fail(self, res, "script", error);
}

/* Begins a snapshot, and learns in the same trip how far the log of events may be followed in it; events.c says why that
 * comes first. (COMMIT ends what the server has begun for the two questions.) */
static gboolean
begin_snapshot(PgDb *self, GError **error)
{
	g_autofree char *text = g_strconcat(SQL_EVENTS_GIVEN_OUT.text, ";", SQL_EVENTS_FENCED.text,
	                                    "; COMMIT; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL);
	gint64 bound = G_MAXINT64;
	gboolean ok = PQsendQuery(self->link, text) == 1 || pg_fail(self, NULL, "snapshot", error);

	for (PGresult *next; ok && (next = PQgetResult(self->link)) != NULL;) {
		g_autoptr(PGresult) res = next;
		ExecStatusType status = PQresultStatus(res);

		if (status == PGRES_TUPLES_OK && PQntuples(res) == 1 && !PQgetisnull(res, 0, 0))
			bound = MIN(bound, g_ascii_strtoll(PQgetvalue(res, 0, 0), NULL, 10));
		else if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
			ok = pg_fail(self, res, "snapshot", error);
	}
	while (!ok) { /* nothing may be left behind for the next question */
		g_autoptr(PGresult) res = PQgetResult(self->link);

		if (res == NULL)
			break;
	}
	self->base.snapshot_bound = bound;
	return ok;
}

static gboolean
pg_step(Db *base, TxStep step, GError **error)
{
	static const char *const texts[TX_STEPS] = {
		[TX_BEGIN] = "BEGIN", [TX_COMMIT] = "COMMIT", [TX_ROLLBACK] = "ROLLBACK",
		[TX_UNIT_BEGIN] = "SAVEPOINT unit", [TX_UNIT_COMMIT] = "RELEASE unit", [TX_UNIT_ROLLBACK] = "ROLLBACK TO unit; RELEASE unit",
	};
	PgDb *self = (PgDb *)base;

	/* PostgreSQL answers COMMIT of a failed transaction with a friendly rollback. */
	if (step == TX_COMMIT && PQtransactionStatus(self->link) == PQTRANS_INERROR) {
		g_set_error_literal(error, ERR, ERR_INTERNAL, "commit: a statement before it failed");
		return FALSE;
	}
	if (step == TX_SNAPSHOT)
		return begin_snapshot(self, error);
	if (pg_run(base, texts[step], error))
		return TRUE;
	g_prefix_error(error, "%s: ", texts[step]);
	return FALSE;
}

static void
stmt_free(gpointer data)
{
	PgStmt *self = data;

	g_strfreev(self->cols);
	g_free(self);
}

static void
pg_close(Db *base)
{
	PgDb *self = (PgDb *)base;

	PQfinish(self->link);
	g_clear_pointer(&self->wide, g_hash_table_unref);
	g_clear_pointer(&self->ready, g_hash_table_unref);
	g_free(self);
}

static void
silent(void *arg, const char *message)
{
}

static Db *
pg_open(const char *url, gboolean read_only, GError **error)
{
	g_autoptr(Db) db = NULL;
	PgDb *self;

	if (!lazy_load(&lazy_pq, error))
		return NULL;
	self = g_new0(PgDb, 1);
	self->base.engine = &db_engine_pg;
	self->ready = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, stmt_free);
	self->wide = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, pg_wide_free);
	db = &self->base;
	self->link = PQconnectdb(url);
	if (PQstatus(self->link) != CONNECTION_OK) {
		pg_fail(self, NULL, "the PostgreSQL server does not let us in: look at its address, user and database name", error);
		return NULL;
	}
	PQsetNoticeProcessor(self->link, silent, NULL);
	/* Handlers are written as if alone, as they are on SQLite's one writer: so writes are serializable, and run again. */
	if (!pg_run(db, read_only ? "SET default_transaction_read_only = on; SET jit = off; SET timezone = 'UTC'"
	                          : "SET default_transaction_isolation = 'serializable'; SET jit = off; SET timezone = 'UTC'",
	            error))
		return NULL;
	return g_steal_pointer(&db);
}

PgStmt *
pg_prepare(PgDb *self, const DbSql *sql, GError **error)
{
	PgStmt *stmt = g_hash_table_lookup(self->ready, sql);
	g_autoptr(PGresult) res = NULL;
	char name[16];

	if (G_LIKELY(stmt != NULL))
		return stmt;
	g_snprintf(name, sizeof name, "s%u", self->n_prepared++);
	res = PQprepare(self->link, name, sql->text, 0, NULL);
	if (PQresultStatus(res) != PGRES_COMMAND_OK) {
		pg_fail(self, res, sql->name, error);
		return NULL;
	}
	stmt = g_new0(PgStmt, 1);
	memcpy(stmt->name, name, sizeof name);
	g_hash_table_insert(self->ready, (gpointer)sql, stmt);
	return stmt;
}

void
pg_spell(const PgArgs *out, const DbArg *args, guint n)
{
	for (guint i = 0; i < n; i++) {
		char *number = out->numbers[i];

		out->values[i] = NULL;
		out->sizes[i] = out->formats[i] = 0;
		switch (args[i].type) {
		case DB_NULL_T: break;
		case DB_INT_T:
			g_snprintf(number, PG_NUMBER_SIZE, "%" G_GINT64_FORMAT, args[i].i);
			out->values[i] = number;
			break;
		case DB_REAL_T: out->values[i] = g_ascii_dtostr(number, PG_NUMBER_SIZE, args[i].r); break;
		case DB_TEXT_T: out->values[i] = args[i].s; break;
		case DB_BLOB_T:
			out->values[i] = args[i].s;
			out->sizes[i] = (int)args[i].size;
			out->formats[i] = 1;
			break;
		default: g_assert_not_reached();
		}
	}
}

static void
learn_columns(PgStmt *stmt, const PGresult *res)
{
	stmt->n_cols = PQnfields(res);
	stmt->cols = g_new0(char *, stmt->n_cols + 1);
	for (int i = 0; i < stmt->n_cols; i++)
		stmt->cols[i] = g_strdup(PQfname(res, i));
}

static DbRows *
pg_query(Db *base, const DbSql *sql, const DbArg *args, guint n_args, GError **error)
{
	PgDb *self = (PgDb *)base;
	PgStmt *stmt = pg_prepare(self, sql, error);
	g_autoptr(PGresult) res = NULL;
	PgRows *rows;
	const char *values[PG_ARGS_AT_HAND];
	int sizes[PG_ARGS_AT_HAND], formats[PG_ARGS_AT_HAND];
	char numbers[PG_ARGS_AT_HAND][PG_NUMBER_SIZE];
	ExecStatusType status;

	g_return_val_if_fail(n_args <= PG_ARGS_AT_HAND, NULL);
	if (stmt == NULL)
		return NULL;
	pg_spell(&(PgArgs){ values, sizes, formats, numbers }, args, n_args);
	res = PQexecPrepared(self->link, stmt->name, (int)n_args, values, sizes, formats, 0);
	status = PQresultStatus(res);
	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
		pg_fail(self, res, sql->name, error);
		return NULL;
	}
	if (stmt->cols == NULL)
		learn_columns(stmt, res);
	stmt->n_open++;
	rows = g_new0(PgRows, 1);
	rows->base = (DbRows){ .engine = &db_engine_pg, .db = base, .cols = stmt->cols, .n_cols = stmt->n_cols };
	rows->stmt = stmt;
	rows->res = g_steal_pointer(&res);
	rows->at = -1;
	return &rows->base;
}

static gboolean
pg_next(DbRows *base, GError **error)
{
	PgRows *rows = (PgRows *)base;

	if (rows->at + 1 >= PQntuples(rows->res))
		return FALSE;
	rows->at++;
	return TRUE;
}

static gboolean
pg_is_null(DbRows *base, int col)
{
	PgRows *rows = (PgRows *)base;

	return PQgetisnull(rows->res, rows->at, col) != 0;
}

static const char *
pg_text(DbRows *base, int col)
{
	PgRows *rows = (PgRows *)base;

	return PQgetisnull(rows->res, rows->at, col) ? NULL : PQgetvalue(rows->res, rows->at, col);
}

static gint64
pg_int(DbRows *base, int col)
{
	const char *text = pg_text(base, col);

	if (text == NULL)
		return 0;
	if (PQftype(((PgRows *)base)->res, col) == BOOL_OID)
		return text[0] == 't';
	return g_ascii_strtoll(text, NULL, 10);
}

static double
pg_real(DbRows *base, int col)
{
	const char *text = pg_text(base, col);

	return text != NULL ? g_ascii_strtod(text, NULL) : 0;
}

static const guint8 *
pg_blob(DbRows *base, int col, gsize *ret_size)
{
	PgRows *rows = (PgRows *)base;
	const char *text = pg_text(base, col);
	guint8 *bytes;
	size_t size = 0;

	*ret_size = 0;
	if (text == NULL)
		return NULL;
	bytes = PQunescapeBytea((const unsigned char *)text, &size);
	if (rows->blobs == NULL)
		rows->blobs = g_ptr_array_new_with_free_func(PQfreemem);
	g_ptr_array_add(rows->blobs, bytes);
	*ret_size = size;
	return bytes;
}

static gint64
pg_changed(DbRows *base)
{
	return g_ascii_strtoll(PQcmdTuples(((PgRows *)base)->res), NULL, 10);
}

static void
pg_rows_free(DbRows *base)
{
	PgRows *rows = (PgRows *)base;

	rows->stmt->n_open--;
	PQclear(rows->res);
	g_clear_pointer(&rows->blobs, g_ptr_array_unref);
	g_free(rows);
}

static gboolean
pg_check(Db *base, const DbSql *sql, GError **error)
{
	PgDb *self = (PgDb *)base;
	PgStmt *stmt = pg_prepare(self, sql, error);
	g_autoptr(PGresult) res = NULL;

	if (stmt == NULL)
		return FALSE;
	res = PQdescribePrepared(self->link, stmt->name);
	if (PQresultStatus(res) != PGRES_COMMAND_OK)
		return pg_fail(self, res, sql->name, error);
	for (int i = 0; i < PQnfields(res); i++) {
		if (PQftype(res, i) == 1700) {
			g_set_error(error, ERR, ERR_INTERNAL, "%s: column %s is numeric: CAST it AS BIGINT or DOUBLE PRECISION", sql->name, PQfname(res, i));
			return FALSE;
		}
	}
	return TRUE;
}

gboolean
pg_forget(Db *base, const DbSql *sql)
{
	PgDb *self = (PgDb *)base;
	PgStmt *stmt = g_hash_table_lookup(self->ready, sql);
	g_autofree char *text = NULL;

	if (stmt == NULL)
		return TRUE;
	if (stmt->n_open > 0 || PQtransactionStatus(self->link) == PQTRANS_INERROR)
		return FALSE;
	text = g_strdup_printf("DEALLOCATE %s", stmt->name);
	(void)pg_run(base, text, NULL);
	g_hash_table_remove(self->ready, sql);
	pg_wide_forget(self, sql);
	return TRUE;
}

static const char *const words[] = {
	"{id}", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", "{ref}", "BIGINT", "{int}", "BIGINT", "{time}", "BIGINT",
	"{bool}", "BOOLEAN", "{json}", "JSON", "{blob}", "BYTEA", "{strict}", "", "{strict_by_key}", "", NULL,
};

const DbEngine db_engine_pg = {
	.kind = DB_POSTGRES, .open = pg_open, .close = pg_close, .query = pg_query, .next = pg_next, .is_null = pg_is_null,
	.get_int = pg_int, .get_real = pg_real, .get_text = pg_text, .get_blob = pg_blob, .changed = pg_changed,
	.rows_free = pg_rows_free, .step = pg_step, .run = pg_run, .check = pg_check, .exec_many = pg_exec_many, .forget = pg_forget, .words = words,
};
