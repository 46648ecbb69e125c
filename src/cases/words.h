/* words.h - the small trees that cases are sorted into: categories, products, root causes. One mechanism, three tables. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

typedef enum { TREE_CATEGORY, TREE_PRODUCT, TREE_ROOT_CAUSE } Tree;

enum { TREE_MAX_NAME = 200, TREE_MAX_DEPTH = 6 };

/* A ref, or a path with › or > between names, to an id; with @make missing parts are made. ERR_INVALID with @field. */
gboolean tree_resolve(Db *db, Tree tree, const char *text, gboolean make, const char *field, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error);
json_t *tree_list(Db *db, Tree tree, gboolean with_removed, GError **error); /* [{ref, name, path, parent, version, removed}] by path */
/* Adding a removed one again brings it back. ERR_INVALID "/parent", "/name"; ERR_CONFLICT when it is there already. */
gboolean tree_add(Db *db, Tree tree, const char *parent_ref, const char *name, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error);
/* A new name (NULL: as it is) is seen on all cases at once; removing takes what is below along; both leave cases sorted as
 * they are. @removed FALSE brings it back. ERR_CONFLICT when stale or the name is taken. */
gboolean tree_change(Db *db, Tree tree, const char *ref, gint64 version, const char *name, gboolean removed, const Actor *actor, gint64 now_ms, GError **error);
/* Folds a path for comparing: case, spaces, and > as ›. (transfer full) */
char *tree_fold(const char *text);

G_END_DECLS
