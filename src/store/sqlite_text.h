/* sqlite_text.h - what SQLite is given of a statement. Private to store/db_sqlite.c.
 *
 * SQLite keeps the rows of RETURNING in a b-tree of its own that it makes and throws away at every run: more work than
 * the small INSERT it belongs to. Two forms need none of it where there is one writer. */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

typedef enum {
	SQLITE_AS_IS,
	SQLITE_MADE_ID, /* INSERT ... VALUES ... RETURNING id: the connection knows the id it gave out last */
	SQLITE_LOCK,    /* UPDATE t SET c = c WHERE ... RETURNING columns: nobody else writes, so that reading is enough */
} SqliteForm;

/* A script of the schema: "CHECK (c IN ('a', 'b'))" as "CHECK (c = 'a' OR c = 'b')". For a list of three or more SQLite makes a b-tree
 * of it, too, at every run of a statement that writes the column: a case has four such columns. (transfer full) */
char *sqlite_script(const char *text);

/* The text to prepare; caller's. @ret_column: the name of the id's column, for SQLITE_MADE_ID. */
char *sqlite_text(const DbSql *sql, SqliteForm *ret_form, const char **ret_column);

G_END_DECLS
