/* words.h - the small trees that cases are sorted into: categories, products, root causes. One mechanism, three tables. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

typedef enum { TREE_CATEGORY, TREE_PRODUCT, TREE_ROOT_CAUSE } Tree;

/* A ref, or a path with › or > between names, to an id; with @make missing parts are made. ERR_INVALID with @field. */
gboolean tree_resolve(Db *db, Tree tree, const char *text, gboolean make, const char *field, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error);
json_t *tree_list(Db *db, Tree tree, gboolean with_removed, GError **error); /* [{ref, name, path, parent, version}] by path */
gboolean tree_add(Db *db, Tree tree, const char *parent_ref, const char *name, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error);
gboolean tree_change(Db *db, Tree tree, const char *ref, gint64 version, const char *name, gboolean removed, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
