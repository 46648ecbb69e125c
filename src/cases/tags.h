/* tags.h - the free words on a case: read, folded, sorted, bounded. Private to cases/. */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

enum { MAX_TAGS = 30, MAX_TAG = 50 };

/* Each trimmed and folded, sorted, once; NULL (and @error's "/tags") for one that is empty, too long or has a comma, or
 * for too many. @tags NULL: none. (transfer full) of char*. */
GPtrArray *tags_clean(const GPtrArray *tags, GError **error);
/* Joined by commas, as cases.tags holds them. (transfer full) */
char *tags_join(const GPtrArray *clean);
/* Writes the rows of case_tags. */
gboolean tags_put(Db *db, gint64 case_id, const GPtrArray *clean, gboolean clear_first, GError **error);

G_END_DECLS
