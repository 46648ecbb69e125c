/* migrate.h - brings a database to this program's schema. Files: migrations/NNNN_name.sql, embedded by tools/embed_sql.py. */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

typedef struct {
	int number;
	const char *name, *text, *hash;
} Migration;
/* Embedded, in order; ends with number 0. */
extern const Migration migrations[];

/* Applies what is pending, each in one transaction; records number, name, hash and time. An SQLite file that has
 * content is copied to FILE.before-NNNN first. ERR_INVALID: newer than this program, or a recorded hash differs
 * (a foreign or tampered database). A failure leaves everything as it was. */
gboolean migrate_run(Db *db, gint64 now_ms, GError **error);
/* The same up to step @last only, for tests of upgrades; 0: all. */
gboolean migrate_run_to(Db *db, int last, gint64 now_ms, GError **error);
/* TRUE when nothing is pending; ERR_INVALID as above. */
gboolean migrate_check(Db *db, gboolean *ret_pending, GError **error);

G_END_DECLS
