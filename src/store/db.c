/* db.c - what both engines share: columns by name, composed statements, torture. Transactions as scopes: tx.c; the engines: db_sqlite.c,
 * db_pg.c. */
#include "store/db_count.h"
#include "store/db_engine.h"
#include <string.h>

/* Composed statements kept per connection; beyond it all that are idle go, and come again when they are asked for. */
#define COMPOSED_MAX 256

__thread int db_torture = -1;

gboolean
db_tortured(GError **error)
{
	if (G_LIKELY(db_torture < 0) || db_torture-- > 0)
		return FALSE;
	g_set_error_literal(error, ERR, ERR_BUSY, "torture");
	return TRUE;
}

Db *
db_open(const char *url, gboolean read_only, GError **error)
{
	const char *at;

	if (g_str_has_prefix(url, "sqlite:"))
		return db_engine_sqlite.open(url + strlen("sqlite:"), read_only, error);
	if (g_str_has_prefix(url, "postgresql://") || g_str_has_prefix(url, "postgres://"))
		return db_engine_pg.open(url, read_only, error);
	at = strstr(url, "://"); /* never the whole address: it may hold a password */
	g_set_error(error, ERR, ERR_INVALID, "unknown kind of database '%.*s': write sqlite:PATH or postgresql://USER@HOST/NAME",
	            (int)MIN(at != NULL ? (gsize)(at - url) : strcspn(url, ":@"), 20), url);
	return NULL;
}

static void
composed_free(gpointer data)
{
	DbSql *sql = data;

	g_free((char *)sql->name);
	g_free((char *)sql->text);
	g_free(sql);
}

typedef struct {
	gconstpointer key;
	gpointer thing;
	GDestroyNotify free_thing;
} Kept;

static Kept *
kept_find(const Db *db, gconstpointer key)
{
	for (guint i = 0; db->kept != NULL && i < db->kept->len; i++) {
		Kept *kept = &g_array_index(db->kept, Kept, i);

		if (kept->key == key)
			return kept;
	}
	return NULL;
}

static void
kept_clear(gpointer data)
{
	Kept *kept = data;

	if (kept->thing != NULL)
		kept->free_thing(kept->thing);
	kept->thing = NULL;
}

void
db_keep(Db *db, gconstpointer key, gpointer thing, GDestroyNotify free_thing)
{
	Kept *kept = kept_find(db, key), fresh = { key, thing, free_thing };

	if (kept != NULL) {
		kept_clear(kept);
		*kept = fresh;
		return;
	}
	if (db->kept == NULL) {
		db->kept = g_array_new(FALSE, FALSE, sizeof(Kept));
		g_array_set_clear_func(db->kept, kept_clear);
	}
	g_array_append_val(db->kept, fresh);
}

gpointer
db_kept(const Db *db, gconstpointer key)
{
	const Kept *kept = kept_find(db, key);

	return kept != NULL ? kept->thing : NULL;
}

void
db_close(Db *db)
{
	GHashTable *composed;

	if (db == NULL)
		return;
	composed = g_steal_pointer(&db->composed);
	g_clear_pointer(&db->kept, g_array_unref);
	g_clear_pointer(&db->documents, g_ptr_array_unref);
	g_clear_pointer(&db->memo, memo_free);
	db->engine->close(db);
	g_clear_pointer(&composed, g_hash_table_unref);
}

gboolean
db_given_up(const Db *db, GError **error)
{
	if (G_LIKELY(!db->group_lost))
		return FALSE;
	g_set_error_literal(error, ERR, ERR_BUSY, "the database has rolled this group of changes back: try again");
	return TRUE;
}

DbEngineKind
db_kind(const Db *db)
{
	return db->engine->kind;
}

gboolean
db_in_tx(const Db *db)
{
	return db->in_tx;
}

void
db_note_due(Db *db, gint64 at_ms)
{
	db->due_at = db->due_at == 0 ? at_ms : MIN(db->due_at, at_ms);
}

DbRows *
db_query(Db *db, const DbSql *sql, const DbArg *args, guint n_args, GError **error)
{
	g_return_val_if_fail(n_args == sql->n_args, NULL); /* a programmer's slip, not a runtime error */
	if (db_tortured(error) || db_given_up(db, error))
		return NULL;
	if (sql->writes && !db->in_tx)
		db->group_empty = FALSE;
	db->n_statements++;
	return db->engine->query(db, sql, args, n_args, error);
}

gboolean
db_rows_next(DbRows *rows, GError **error)
{
	rows->hint = 0;
	if (db_tortured(error))
		return FALSE;
	return rows->engine->next(rows, error);
}

gboolean
db_ended(GError **local, GError **error)
{
	if (*local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(local));
	return FALSE;
}

static int
column(DbRows *rows, const char *name)
{
	for (int i = 0, at = rows->hint; i < rows->n_cols; i++, at++) {
		if (at >= rows->n_cols)
			at = 0;
		if (strcmp(rows->cols[at], name) == 0) {
			rows->hint = at + 1;
			return at;
		}
	}
	g_error("no column '%s' among the %d of this statement (the first is '%s')", name, rows->n_cols, rows->n_cols > 0 ? rows->cols[0] : "none");
}

gint64
db_rows_int(DbRows *rows, const char *col)
{
	return rows->engine->get_int(rows, column(rows, col));
}

double
db_rows_real(DbRows *rows, const char *col)
{
	return rows->engine->get_real(rows, column(rows, col));
}

const char *
db_rows_text(DbRows *rows, const char *col)
{
	return rows->engine->get_text(rows, column(rows, col));
}

const guint8 *
db_rows_blob(DbRows *rows, const char *col, gsize *ret_size)
{
	return rows->engine->get_blob(rows, column(rows, col), ret_size);
}

gboolean
db_rows_is_null(DbRows *rows, const char *col)
{
	int at = column(rows, col);

	rows->hint = at; /* its value is asked for next */
	return rows->engine->is_null(rows, at);
}

void
db_rows_free(DbRows *rows)
{
	if (rows != NULL)
		rows->engine->rows_free(rows);
}

gboolean
db_exec(Db *db, const DbSql *sql, const DbArg *args, guint n_args, gint64 *ret_changed, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, sql, args, n_args, error);

	if (rows == NULL)
		return FALSE;
	while (rows->engine->next(rows, &local))
		;
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (ret_changed != NULL)
		*ret_changed = rows->engine->changed(rows);
	return TRUE;
}

gboolean
db_query_int(Db *db, const DbSql *sql, const DbArg *args, guint n_args, gint64 *ret_value, gboolean *ret_found, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, sql, args, n_args, error);

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		*ret_value = db_rows_int(rows, "value");
		if (ret_found != NULL)
			*ret_found = TRUE;
		return TRUE;
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (ret_found == NULL) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "%s: no such row", sql->name);
		return FALSE;
	}
	*ret_found = FALSE;
	return TRUE;
}

static gboolean
forget_idle(gpointer key, gpointer value, gpointer data)
{
	Db *db = data;

	return db->engine->forget(db, value);
}

const DbSql *
db_sql_compose(Db *db, const char *name, const char *text, guint n_args)
{
	DbSql *sql;

	if (db->composed == NULL)
		db->composed = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, composed_free);
	sql = g_hash_table_lookup(db->composed, text);
	if (sql != NULL)
		return sql;
	if (g_hash_table_size(db->composed) >= COMPOSED_MAX)
		g_hash_table_foreach_remove(db->composed, forget_idle, db);
	sql = g_new0(DbSql, 1);
	sql->name = g_strdup(name);
	sql->text = g_strdup(text);
	sql->n_args = n_args;
	g_hash_table_insert(db->composed, (char *)sql->text, sql);
	return sql;
}

gboolean
db_step(Db *db, TxStep step, GError **error)
{
	db->n_commits += step == TX_COMMIT;
	return db->engine->step(db, step, error);
}

/* Leaves out what stands between "-- only ENGINE" and "-- end only" and is meant for another engine. */
static char *
only_ours(const Db *db, const char *text)
{
	const char *ours = db->engine->kind == DB_SQLITE ? "-- only sqlite" : "-- only postgresql";
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GString *out = g_string_new(NULL);
	gboolean ours_now = TRUE;

	for (char **line = lines; *line != NULL; line++) {
		if (g_str_has_prefix(*line, "-- only "))
			ours_now = g_str_has_prefix(*line, ours);
		else if (g_str_has_prefix(*line, "-- end only"))
			ours_now = TRUE;
		if (ours_now)
			g_string_append(g_string_append(out, *line), "\n");
	}
	return g_string_free(out, FALSE);
}

gboolean
db_script(Db *db, const char *text, GError **error)
{
	g_autofree char *ours = only_ours(db, text);
	g_autoptr(GString) out = g_string_new(ours);

	if (db_tortured(error))
		return FALSE;
	db->group_empty = FALSE;
	for (const char *const *word = db->engine->words; *word != NULL; word += 2)
		g_string_replace(out, word[0], word[1], 0);
	return db->engine->run(db, out->str, error);
}

gint64
db_asked(const Db *db)
{
	return db->n_statements;
}

DbWork
db_work(Db *db)
{
	DbWork done = { .statements = db->n_statements, .commits = db->n_commits };

	if (db->engine->work != NULL)
		db->engine->work(db, &done);
	return done;
}

gboolean
db_check(Db *db, const DbSql *sql, GError **error)
{
	return db->engine->check(db, sql, error);
}
