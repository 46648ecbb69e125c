/* lookup.h - names as typed in a search to ids: owners, teams, customers. Private to cases/. */
#pragma once
#include "cases/query.h"
G_BEGIN_DECLS

enum { LOOKUP_MAX = 20 };

/* Adds to @ids (of gint64) whom @value may mean: a ref, an address, or a part of the name. At most LOOKUP_MAX. */
gboolean lookup_people(Db *db, QueryKey key, const char *value, GArray *ids, GError **error);
/* A folded path for LIKE ... ESCAPE '!': what is @below it, or else whatever holds it. (transfer full) */
char *lookup_like(const char *path, gboolean below);

G_END_DECLS
