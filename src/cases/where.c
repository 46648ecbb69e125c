/* where.c - a statement put together from fixed pieces. What the pieces ask: filter.c, walk.c, few.c. */
#include "cases/where.h"

void
where_init(Where *where, const char *head)
{
	where->text = g_string_new(head);
	where->args = g_array_new(FALSE, FALSE, sizeof(DbArg));
}

void
where_init_with(Where *where, const char *head, const DbArg *args, guint n_args)
{
	where_init(where, head);
	g_array_append_vals(where->args, args, n_args);
}

void
where_put(Where *where, const char *piece, const DbArg *args, guint n_args)
{
	guint used = 0;

	for (const char *p = piece; *p != '\0'; p++) {
		if (*p != '?') {
			g_string_append_c(where->text, *p);
			continue;
		}
		g_return_if_fail(used < n_args);
		g_array_append_val(where->args, args[used++]);
		g_string_append_printf(where->text, "$%u", where->args->len);
	}
	g_return_if_fail(used == n_args);
}

DbRows *
where_query(Where *where, Db *db, const char *name, GError **error)
{
	const DbSql *sql = db_sql_compose(db, name, where->text->str, where->args->len);

	return db_query(db, sql, (const DbArg *)where->args->data, where->args->len, error);
}

void
where_clear(Where *where)
{
	if (where->text != NULL)
		g_string_free(where->text, TRUE);
	g_clear_pointer(&where->args, g_array_unref);
	where->text = NULL;
}
