/* pg_inner.h - a connection to PostgreSQL as its two files know it: statements one by one (db_pg.c), many rows at once (db_pg_many.c). Private to
 * them. */
#pragma once
#include "store/db_engine.h"
#include "pq.lazy.h"
G_BEGIN_DECLS

#define PG_NUMBER_SIZE 32
#define PG_ARGS_AT_HAND 128 /* the most a statement may have: composed ones keep below it (cases/filter.h) */

typedef struct {
	char name[16]; /* at the server; DbSql's names are unique per file only */
	char **cols;   /* known after the first run */
	int n_cols;
	guint n_open;
} PgStmt;

typedef struct {
	Db base;
	PGconn *link;
	GHashTable *ready; /* DbSql -> PgStmt */
	GHashTable *wide;  /* DbSql -> PgWide */
	guint n_prepared;
} PgDb;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

/* How arguments travel: numbers as text, blobs as they are. @numbers has room for each. */
typedef struct {
	const char **values;
	int *sizes, *formats;
	char (*numbers)[PG_NUMBER_SIZE];
} PgArgs;
void pg_spell(const PgArgs *out, const DbArg *args, guint n);

/* Says what went wrong on the link last, in our words. Always FALSE. */
gboolean pg_fail(PgDb *self, const PGresult *res, const char *what, GError **error);
PgStmt *pg_prepare(PgDb *self, const DbSql *sql, GError **error);
gboolean pg_forget(Db *base, const DbSql *sql);

/* Of the engine; db_pg_many.c. */
gboolean pg_exec_many(Db *base, const DbSql *sql, const DbArg *args, guint n_rows, gint64 *ret_changed, gint64 *ret_values, GError **error);
/* Frees a PgWide. */
void pg_wide_free(gpointer data);
/* Drops the wide forms of a statement that goes. */
void pg_wide_forget(PgDb *self, const DbSql *sql);

G_END_DECLS
