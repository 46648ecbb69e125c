/* word_uses.h - how often the words of a tree are used. The trees: cases/words.h. */
#pragma once
#include "cases/words.h"
G_BEGIN_DECLS

/* Looked at are the newest so many: no index knows categories, and a page must not read a million cases. */
enum { WORD_USES_CASES = 10000 };

/* Puts "n_cases" into each of @items (tree_list): how many of the newest cases have it or something below it.
 * @ret_looked_at: of how many. */
gboolean word_uses_put(Db *db, Tree tree, json_t *items, gint64 *ret_looked_at, GError **error);

G_END_DECLS
