/* restore.h - a row of our own export as the case it was. Private to flow/import/. */
#pragma once
#include "flow/import/row.h"
G_BEGIN_DECLS

/* In the caller's transaction; errors as case_restore_in, ERR_INVALID for messages that are none. */
gboolean import_restore(Db *db, const ImportRow *row, const ImportPeople *people, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
