/* db.h - one small door to SQLite and PostgreSQL.
 *
 * A statement is text with $1..$n and lives in a .sql file beside the module that owns it; tools/sqlgen.py turns each
 * into a `const DbSql`. A Db belongs to one thread. All results are read by column name. Which Db a caller gets, and
 * the group commit: store/store.h. */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

typedef struct {
	const char *name, *text;
	guint n_args;
	gboolean writes;
} DbSql;

typedef enum { DB_NULL_T, DB_INT_T, DB_REAL_T, DB_TEXT_T, DB_BLOB_T } DbArgType;
typedef struct {
	DbArgType type;
	gint64 i;
	double r;
	const char *s; /* text, or the blob's bytes */
	gsize size;    /* of the blob */
} DbArg;

#define DB_NULL ((DbArg){ .type = DB_NULL_T })
#define DB_INT(v) ((DbArg){ .type = DB_INT_T, .i = (v) })
#define DB_BOOL(v) DB_INT((v) ? 1 : 0)
/* 0 binds NULL: for optional references and times. */
#define DB_INT_OR_NULL(v) db_int_or_null(v)
#define DB_REAL(v) ((DbArg){ .type = DB_REAL_T, .r = (v) })
#define DB_TEXT(v) ((DbArg){ .type = DB_TEXT_T, .s = (v) }) /* NULL binds NULL; borrowed for the call */
#define DB_BLOB(v, n) ((DbArg){ .type = DB_BLOB_T, .s = (const char *)(v), .size = (n) })
#define DB_ARGS(...) ((const DbArg[]){ __VA_ARGS__ }), G_N_ELEMENTS(((const DbArg[]){ __VA_ARGS__ }))
#define DB_NO_ARGS NULL, 0

static inline DbArg
db_int_or_null(gint64 v)
{
	return v == 0 ? DB_NULL : DB_INT(v);
}

typedef struct _Db Db;
typedef struct _DbRows DbRows;
typedef struct _DbTx DbTx;

typedef enum { DB_SQLITE, DB_POSTGRES } DbEngineKind;

/* "sqlite:PATH" or a postgresql:// URL. @read_only opens no writer and creates nothing. Messages say what to do
 * (folder not writable, file is no database, schema newer than the program, locked by another server). */
Db *db_open(const char *url, gboolean read_only, GError **error);
void db_close(Db *db);
/* Only search.c, migrate.c and connection settings may look. */
DbEngineKind db_kind(const Db *db);

/* Rows own their values until the next db_rows_next() or free. Statements are prepared once per connection and cached;
 * two open DbRows of one statement on one Db are allowed (the second is prepared afresh). */
DbRows *db_query(Db *db, const DbSql *sql, const DbArg *args, guint n_args, GError **error);
/* TRUE: a row is ready. FALSE: no more rows, or @error is set. */
gboolean db_rows_next(DbRows *rows, GError **error);
/* How a loop over db_rows_next() ended: TRUE, or FALSE with *@local handed on to @error. */
gboolean db_ended(GError **local, GError **error);
gint64 db_rows_int(DbRows *rows, const char *col);       /* 0 when SQL NULL; booleans are 0 and 1 */
double db_rows_real(DbRows *rows, const char *col);      /* 0 when SQL NULL */
const char *db_rows_text(DbRows *rows, const char *col); /* NULL when SQL NULL */
const guint8 *db_rows_blob(DbRows *rows, const char *col, gsize *ret_size);
gboolean db_rows_is_null(DbRows *rows, const char *col);
void db_rows_free(DbRows *rows);
/* For statements without rows; @ret_changed may be NULL. */
gboolean db_exec(Db *db, const DbSql *sql, const DbArg *args, guint n_args, gint64 *ret_changed, GError **error);
/* One row, one column named "value"; @ret_found may be NULL, then a missing row is ERR_NOT_FOUND. */
gboolean db_query_int(Db *db, const DbSql *sql, const DbArg *args, guint n_args, gint64 *ret_value, gboolean *ret_found, GError **error);

/* A statement built at run time, for the few places that compose one from a fixed set of parts (queue filters). @text
 * follows the rules of .sql files; values are always arguments, never text. Cached by its text. Owned by @db. */
const DbSql *db_sql_compose(Db *db, const char *name, const char *text, guint n_args);

/* A transaction rolls back when it goes out of scope uncommitted. On the writer of SQLite it is a savepoint in the
 * group's transaction, and committed means: will be on disk before the caller's reply leaves (store/store.h).
 * No nesting: one unit of work, one transaction. Functions that are part of a larger unit (message_add inside
 * case_intake) take the Db and do not begin. */
DbTx *db_begin(Db *db, GError **error);
gboolean db_tx_commit(DbTx *tx, GError **error);
void db_tx_free(DbTx *tx);
gboolean db_in_tx(const Db *db);
/* @fn runs inside the next transaction of this connection, right before it is committed, once; its failure is the
 * transaction's. For what must be written exactly when somebody else's unit of work is. NULL takes it back. */
typedef gboolean (*DbBeforeCommit)(Db *db, gpointer data, GError **error);
void db_before_commit(Db *db, DbBeforeCommit fn, gpointer data);
/* What this transaction leaves to be done at @at_ms: store_watch_due() hears of it after the commit. */
void db_note_due(Db *db, gint64 at_ms);

/* What a capability keeps in memory with this connection, under an address of its own as the key; freed with it, or when another takes its
 * place (NULL: nothing does). Whether it is still true is for the capability to know. */
void db_keep(Db *db, gconstpointer key, gpointer thing, GDestroyNotify free_thing);
gpointer db_kept(const Db *db, gconstpointer key); /* borrowed; NULL when there is nothing */

/* Runs a script; {id} {ref} {int} {time} {bool} {json} {blob} {strict} {strict_by_key} are spelled per engine. Migrations only. */
gboolean db_script(Db *db, const char *text, GError **error);
gboolean db_check(Db *db, const DbSql *sql, GError **error); /* prepares only */

/* What this connection has done so far: statements and commits; on SQLite besides steps of the engine's program, and pages of
 * the file looked at, in its cache or not. The same in every run, as time is not. Tests and benches only. */
typedef struct {
	gint64 statements, commits;
	gint64 steps, pages;
} DbWork;
DbWork db_work(Db *db);

/* Torture: -1 off, otherwise the store call with this number fails with ERR_BUSY. This thread's calls only. Tests only. */
extern __thread int db_torture;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Db, db_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DbRows, db_rows_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DbTx, db_tx_free)
G_END_DECLS
