/* row.h - what stands of a case in a list. Private to cases/. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

enum { ROW_BATCH = 25 }; /* places in the statements of row.sql and unread.sql */

typedef struct {
	gint64 id;
	json_t *value; /* case_to_json, and "unread" where somebody reads; NULL: it has gone */
} CaseRow;

/* Rows of @n of @ids, in their order, through the memo (store/memo.h). @reader NULL: for nobody, without "unread".
 * (transfer full) */
GArray *case_rows(Db *db, const gint64 *ids, guint n, const Actor *reader, GError **error);

/* A statement about at most ROW_BATCH cases: @first, then their ids, filled up with NULL. */
typedef struct {
	DbArg args[1 + ROW_BATCH];
	guint n;
} RowArgs;
void row_args_begin(RowArgs *to, gint64 first);
void row_args_add(RowArgs *to, gint64 id);

G_END_DECLS
