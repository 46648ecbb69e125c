/* moved.h - which messages a merge took along (merges.moved), for whoever looks at it afterwards: cases/theirs.c, cases/unsaid_where.c. Merging: cases/merge.h. */
#pragma once
#include "base/json.h"
G_BEGIN_DECLS

/* A set of ids (gint64). (transfer full) */
GHashTable *moved_set(void);
/* Adds those of @moved, {messages[id]}; NULL: none. */
void moved_add(GHashTable *set, const json_t *moved);

G_END_DECLS
