/* many_text.h - the text of an INSERT of one row, made to take several at once: a server that is told all of them together plans, checks and
 * answers once. Pure. Who sends it: db_pg_many.c. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* "INSERT INTO t (a, b) VALUES ($1, $2) RETURNING id" for two rows: "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) RETURNING id". NULL where
 * that would not mean the same: it is no such INSERT, has arguments elsewhere too, or may pass over rows (DO NOTHING). (transfer full) */
char *many_text(const char *text, guint n_args, guint n_rows);

G_END_DECLS
