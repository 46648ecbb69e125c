/* migrate.c - brings a database to this program's schema. The steps: migrations/. */
#include "store/migrate.h"
#include "store/db_engine.h"
#include "migrate.sql.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const char table_text[] = "CREATE TABLE IF NOT EXISTS migrations (number {int} NOT NULL PRIMARY KEY, name TEXT NOT NULL, "
                                 "hash TEXT NOT NULL, applied_at {time} NOT NULL) {strict}";

static int
newest(void)
{
	int n = 0;

	while (migrations[n].number != 0)
		n++;
	return n;
}

/* How many steps the database has taken; every one of them must be ours. */
static gboolean
taken(Db *db, int *ret_taken, GError **error)
{
	gboolean lite = db->engine->kind == DB_SQLITE;
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	gint64 known = 0, tables = 0;
	int n = 0;

	if (!db_query_int(db, lite ? &SQL_MIGRATE_KNOWN : &SQL_MIGRATE_KNOWN_PG, DB_NO_ARGS, &known, NULL, error) ||
	    !db_query_int(db, lite ? &SQL_MIGRATE_TABLES : &SQL_MIGRATE_TABLES_PG, DB_NO_ARGS, &tables, NULL, error))
		return FALSE;
	if (known == 0 && tables != 0) {
		g_set_error_literal(error, ERR, ERR_INVALID, "this database belongs to another program: give redress an empty one of its own");
		return FALSE;
	}
	if (known != 0 && (rows = db_query(db, &SQL_MIGRATE_LIST, DB_NO_ARGS, error)) == NULL)
		return FALSE;
	while (rows != NULL && db_rows_next(rows, &local)) {
		gint64 number = db_rows_int(rows, "number");

		if (number > newest()) {
			g_set_error(error, ERR, ERR_INVALID,
			            "this database was made by a newer redress (its schema is at step %d, this program, " REDRESS_VERSION ", knows %d): "
			            "run the newer program, or restore the backup made before the upgrade",
			            (int)number, newest());
			return FALSE;
		}
		if (number != n + 1 || strcmp(db_rows_text(rows, "hash"), migrations[n].hash) != 0) {
			g_set_error(error, ERR, ERR_INVALID, "this database's step %d (%s) is not the one this program knows: it belongs to another build; restore a backup, or run that build",
			            (int)number, db_rows_text(rows, "name"));
			return FALSE;
		}
		n++;
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	*ret_taken = n;
	return TRUE;
}

static gboolean
sync_file(const char *path)
{
	int fd = g_open(path, O_RDONLY | O_CLOEXEC, 0);
	gboolean ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* FILE.before-NNNN: under another name until it is whole. */
static gboolean
copy_before(Db *db, const Migration *step, GError **error)
{
	g_autofree char *copy = g_strdup_printf("%s.before-%04d", db->path, step->number);
	g_autofree char *part = g_strconcat(copy, ".part", NULL);

	(void)g_unlink(part);
	if (!db_exec(db, &SQL_MIGRATE_COPY, DB_ARGS(DB_TEXT(part)), NULL, error)) {
		g_prefix_error(error, "copying the database to %s before the upgrade: ", copy);
		(void)g_unlink(part);
		return FALSE;
	}
	if (sync_file(part) && g_rename(part, copy) == 0)
		return TRUE;
	g_set_error(error, ERR, ERR_INTERNAL, "copying the database to %s before the upgrade: %s", copy, g_strerror(errno));
	(void)g_unlink(part);
	return FALSE;
}

static gboolean
apply(Db *db, const Migration *step, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	if (tx == NULL || !db_script(db, table_text, error) || !db_script(db, step->text, error) ||
	    !db_exec(db, &SQL_MIGRATE_RECORD, DB_ARGS(DB_INT(step->number), DB_TEXT(step->name), DB_TEXT(step->hash), DB_INT(now_ms)), NULL, error) ||
	    !db_tx_commit(tx, error)) {
		g_prefix_error(error, "upgrading the database, step %d (%s): ", step->number, step->name);
		return FALSE;
	}
	return TRUE;
}

static gboolean
run(Db *db, int last, gint64 now_ms, GError **error)
{
	int n;

	if (!taken(db, &n, error))
		return FALSE;
	if (n > 0 && n < newest() && db->path != NULL && !copy_before(db, &migrations[n], error))
		return FALSE;
	for (; migrations[n].number != 0 && (last == 0 || migrations[n].number <= last); n++) {
		if (!apply(db, &migrations[n], now_ms, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
migrate_run_to(Db *db, int last, gint64 now_ms, GError **error)
{
	gboolean ok, shared = db->engine->kind == DB_POSTGRES;

	if (shared && !db_exec(db, &SQL_MIGRATE_LOCK, DB_NO_ARGS, NULL, error))
		return FALSE;
	ok = run(db, last, now_ms, error);
	if (shared)
		(void)db_exec(db, &SQL_MIGRATE_UNLOCK, DB_NO_ARGS, NULL, NULL);
	return ok;
}

gboolean
migrate_run(Db *db, gint64 now_ms, GError **error)
{
	return migrate_run_to(db, 0, now_ms, error);
}

gboolean
migrate_check(Db *db, gboolean *ret_pending, GError **error)
{
	int n;

	if (!taken(db, &n, error))
		return FALSE;
	*ret_pending = n < newest();
	return TRUE;
}
