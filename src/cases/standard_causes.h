/* standard_causes.h - the first level of the tree of root causes, as a new house begins with. */
#pragma once
#include "base/actor.h"
#include "store/db.h"
G_BEGIN_DECLS

/* Process, people, product, supplier, policy, information, system, customer, in the house's language; nothing where the tree has anything in
 * it. In the caller's transaction. */
gboolean standard_causes_add(Db *db, const char *lang, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
