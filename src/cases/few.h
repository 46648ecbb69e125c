/* few.h - a page of the queue where few cases are left: found by an index of their own or by the search, then sorted.
 * Private to cases/. */
#pragma once
#include "cases/order.h"
#include "store/search.h"
G_BEGIN_DECLS

enum { FEW_HITS = 500, FEW_NEWEST = 1000 };

/* When one of the filter's sources has no more than its most, all that is asked for among them: @ret_few TRUE. */
gboolean few_of_source(Db *db, const Filter *filter, Sort sort, GArray *ret_candidates, gboolean *ret_few, GError **error);
/* Of what the search found, from @from on, what is asked for; each with its place in @hits. */
gboolean few_of_hits(Db *db, const Filter *filter, Sort sort, const GArray *hits, guint from, GArray *ret_candidates, GError **error);
/* Sorts and leaves those behind @after. */
void few_sort(const Filter *filter, Sort sort, const Place *after, GArray *candidates);

G_END_DECLS
