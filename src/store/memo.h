/* memo.h - what was read lately, for as long as nothing was written. After each commit everybody who looks asks the same
 * again: the parts of a page that refresh, the views and counters of a queue, the same case for its fragments. What is read
 * twice in one state of the database is kept by the reading connection, and goes with the first commit of anybody, here or
 * in another process: SQLite itself says whether a snapshot is the one before (DbEngine.state). So a reader sees its own
 * commit and everyone else's, always. Only inside a snapshot (store_snapshot_begin); elsewhere, and on PostgreSQL, whose
 * snapshots have no name, nothing is kept and all is read. */
#pragma once
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

typedef struct _Memo Memo;

/* What was kept as @kind of @id for @other (0: for all), or NULL. Frozen: json_deep_copy() first. (transfer full) */
json_t *memo_find(Db *db, const char *kind, gint64 id, gint64 other);
/* Keeps a copy when it was offered twice in this state, the last one. @value must follow from the database, @kind, @id and @other alone:
 * neither from who asks nor, but for what the caller looks after, from the clock. */
void memo_offer(Db *db, const char *kind, gint64 id, gint64 other, json_t *value);

/* A ref's eight signs as a number, for @id: another ref's is another. */
gint64 memo_number(const char *ref);

/* db_query_int() of up to two whole numbers, through the memo. */
gboolean memo_query_int(Db *db, const DbSql *sql, const DbArg *args, guint n_args, gint64 *ret_value, gboolean *ret_found, GError **error);

void memo_free(Memo *memo);

G_END_DECLS
