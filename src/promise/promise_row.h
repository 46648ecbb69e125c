/* promise_row.h - rows of promises, for promise/ only. */
#pragma once
#include "promise/promise.h"
G_BEGIN_DECLS

/* Without joined names, and locked until the transaction ends; ERR_NOT_FOUND, ERR_CONFLICT when @version (0: any) is stale. */
Promise *promise_lock(Db *db, gint64 id, gint64 version, GError **error);
/* What moves while it lives, at its next version. */
gboolean promise_save(Db *db, Promise *it, GError **error);

G_END_DECLS
