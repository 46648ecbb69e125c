/* many.c - see many.h. How PostgreSQL is asked: db_pg_many.c. */
#include "store/many.h"
#include "store/db_engine.h"

/* Where asking costs no journey: one after the other. */
static gboolean
exec_each(Db *db, const DbSql *sql, const DbArg *args, guint n_rows, gint64 *ret_changed, gint64 *ret_values, GError **error)
{
	for (guint i = 0; i < n_rows; i++) {
		gint64 value = 0;
		gboolean found = FALSE;

		if (ret_values != NULL ? !db_query_int(db, sql, args + i * sql->n_args, sql->n_args, &value, &found, error)
				       : !db_exec(db, sql, args + i * sql->n_args, sql->n_args, ret_changed != NULL ? &ret_changed[i] : NULL, error))
			return FALSE;
		if (ret_values != NULL)
			ret_values[i] = value;
		if (ret_values != NULL && ret_changed != NULL)
			ret_changed[i] = found;
	}
	return TRUE;
}

gboolean
db_exec_many(Db *db, const DbSql *sql, const DbArg *args, guint n_rows, gint64 *ret_changed, gint64 *ret_values, GError **error)
{
	g_return_val_if_fail(db->in_tx && sql->writes, FALSE);
	if (db->engine->exec_many == NULL || n_rows < 2)
		return exec_each(db, sql, args, n_rows, ret_changed, ret_values, error);
	db->n_statements += n_rows;
	return !db_tortured(error) && db->engine->exec_many(db, sql, args, n_rows, ret_changed, ret_values, error);
}
