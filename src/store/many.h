/* many.h - one statement for many rows. On PostgreSQL each statement alone costs a journey to the server and back, most of it waiting; here they
 * are sent one behind the other, their answers read afterwards, and an INSERT is told many rows in one statement (many_text.h). One row: db_exec(),
 * event_add(). */
#pragma once
#include "store/events.h"
G_BEGIN_DECLS

/* Runs @sql @n_rows times: @args has all rows' arguments, one row behind the other. @ret_changed and @ret_values (room for @n_rows each; NULL: nobody
 * asks) are how many rows each changed, and what it gave as its first column (an id), 0 where it gave no row. Needs an open transaction: the first
 * that fails fails all. No two rows of an upsert may be of one key. */
gboolean db_exec_many(Db *db, const DbSql *sql, const DbArg *args, guint n_rows, gint64 *ret_changed, gint64 *ret_values, GError **error);

/* event_add() for each, in their order. */
gboolean event_add_many(Db *db, const Event *events, guint n, GError **error);

G_END_DECLS
