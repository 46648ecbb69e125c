/* search.h - full text behind one door: FTS5 on SQLite, tsvector on PostgreSQL. A document is one message, or the head
 * of a case (subject, customer's name, ref, external id). Reading what a person typed: cases/query.h. */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

typedef enum { SEARCH_HEAD, SEARCH_MESSAGE } SearchKind;

/* Adds or replaces the document of @id (a case's or a message's id). Needs an open transaction. */
gboolean search_put(Db *db, SearchKind kind, gint64 id, gint64 case_id, const char *text, GError **error);
/* Removes it. */
gboolean search_remove(Db *db, SearchKind kind, gint64 id, GError **error);

/* What to look for: words (the last one as a prefix when @prefix), phrases, and words that must not be there. Made by
 * cases/query.c; plain UTF-8 words, no engine's syntax. */
typedef struct {
	GPtrArray *words, *phrases, *without; /* of char*; any may be NULL */
	gboolean prefix;
} SearchTerms;

typedef struct {
	gint64 doc, case_id;
	gint64 score; /* higher is better; of those of one score, the higher doc comes first */
} SearchHit;

/* What was found. Which cases these are is read as far as a page needs it: to find is cheap, to look up is not. */
typedef struct _SearchFound SearchFound;
/* When more than @newest documents match, only the newest of them are ranked and @ret_partial is TRUE: the page says so.
 * Time must not grow with the number of matches. Borrows @db. */
SearchFound *search_find(Db *db, const SearchTerms *terms, guint newest, gboolean *ret_partial, GError **error);
void search_found_free(SearchFound *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SearchFound, search_found_free)
/* Appends the best cases that are left, each once, at least @n and few more, to @hits (of SearchHit); FALSE in @ret_more:
 * these were the last. */
gboolean search_found_next(SearchFound *found, guint n, GArray *hits, gboolean *ret_more, GError **error);
/* About 160 characters with U+E000 before and U+E001 after each hit, in @ret_snippet (transfer full); NULL when no message
 * was hit. */
gboolean search_found_snippet(SearchFound *found, const SearchHit *hit, char **ret_snippet, GError **error);

G_END_DECLS
