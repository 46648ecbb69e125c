/* walk.h - a page of the queue by walking indexes in order, whatever the number of cases. Private to cases/. */
#pragma once
#include "cases/order.h"
G_BEGIN_DECLS

enum { WALK_LOOK = 2500 }; /* rows looked at for one page where a filter has no index */

/* Candidates behind @after (NULL: from the start), at most @limit + 1: one more shows that there is more. When the bound
 * was reached first: @ret_stopped TRUE and the place to go on from in @ret_place. */
gboolean walk_page(Db *db, const Filter *filter, Sort sort, const Place *after, guint limit, GArray *ret_candidates, gboolean *ret_stopped, Place *ret_place, GError **error);

/* Whether the index of this order knows all that is asked: then nothing need be skipped, nor sorted. */
gboolean walk_knows_all(const Filter *filter, Sort sort);
/* Late ones have something due, waiting ones have not: FALSE for a stretch that cannot hold what is asked for. */
gboolean walk_can_hold(const Filter *filter, Sort sort, guint at);
/* The text of a stretch's statement, for looking at its plan. */
void walk_statement(const Filter *filter, const Stretch *stretch, const Place *after, const Place *until, guint limit, Where *where);

G_END_DECLS
