/* sqlite_inner.h - a connection to SQLite as its two files know it: opening it and its errors (sqlite_open.c), statements and rows (db_sqlite.c).
 * Private to them. */
#pragma once
#include "store/db_engine.h"
#include "store/sqlite_text.h"
#include <sqlite3.h>
G_BEGIN_DECLS

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
	sqlite3_stmt *first_look; /* reads nothing, but begins the snapshot */
	gint64 steps_before; /* of statements that are gone, for lite_work() */
} LiteDb;

/* Sets what went wrong on the connection last, in our words. Always FALSE. */
gboolean lite_fail(LiteDb *self, const char *what, GError **error);
/* Of the engine. */
Db *lite_open(const char *path, gboolean read_only, GError **error);
void lite_close(Db *base);
/* Frees a LiteStmt. */
void lite_stmt_free(gpointer data);

G_END_DECLS
