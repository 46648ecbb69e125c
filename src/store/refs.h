/* refs.h - rows that people call by a ref (base/ids.h): put in under one that is free. A ref is drawn by chance, and with a million
 * rows in a table one in 27,000 is taken. */
#pragma once
#include "base/ids.h"
#include "store/db.h"
G_BEGIN_DECLS

/* Draws a ref into @ref and runs @sql; when that gives no row, again with another. @args names the buffer: DB_TEXT(ref). The statement
 * takes a ref that is there for no reason to fail (ON CONFLICT (ref) DO NOTHING; DO NOTHING alone where something else may be taken as
 * well) and ends in RETURNING id AS value. No row after several refs is not chance: something else of the row is taken, and @ret_made
 * says FALSE; where that cannot be (NULL) it is ERR_INTERNAL. */
gboolean ref_insert(Db *db, const DbSql *sql, char ref[REF_SIZE], const DbArg *args, guint n_args, gint64 *ret_id, gboolean *ret_made, GError **error);

/* Where refs of this connection come from; NULL: ref_new() again. For tests of what is taken. */
typedef void (*RefDraw)(char ret_ref[REF_SIZE], gpointer data);
void ref_draw_by(Db *db, RefDraw fn, gpointer data);

G_END_DECLS
