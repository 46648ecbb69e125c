/* search_engine.h - what search.c asks of each engine. Private to store/: search_sqlite.c and search_pg.c. */
#pragma once
#include "store/search.h"
G_BEGIN_DECLS

/* What was typed, in folded words. A phrase is a list of its words; a word that falls apart ("can't") is one too. */
typedef struct {
	GPtrArray *wanted;  /* of GPtrArray of char* */
	GPtrArray *without; /* the same */
	char *prefix;       /* what the last word begins with; NULL when it is whole */
} SearchQuery;

typedef struct {
	gint64 id; /* of the document */
	double rank;  /* by its words alone, 0..1 */
	gint64 score; /* by its age too; search.c makes it */
} SearchDoc;

/* Fills @docs (of SearchDoc) with at most @newest of the newest documents that match. */
gboolean search_sqlite_find(Db *db, const SearchQuery *query, guint newest, GArray *docs, gboolean *ret_partial, GError **error);
gboolean search_pg_find(Db *db, const SearchQuery *query, guint newest, GArray *docs, gboolean *ret_partial, GError **error);

/* search_later.c: SQLite writes documents together, right before the commit. @text NULL: removes the document of @key. */
gboolean search_later_add(Db *db, gint64 key, const char *text, GError **error);

G_END_DECLS
