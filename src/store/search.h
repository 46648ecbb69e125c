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
	gint64 case_id;
	double rank;    /* higher is better */
	char *snippet;  /* about 160 characters with U+E000 before and U+E001 after each hit; NULL when no message was hit */
} SearchHit;
void search_hit_free(SearchHit *hit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SearchHit, search_hit_free)

/* The best cases first, each once, at most @limit. When more than @newest documents match, only the newest of them are
 * ranked and @ret_partial is TRUE: the page says so. Time must not grow with the number of matches.
 * (transfer full) array of SearchHit. */
GPtrArray *search_find(Db *db, const SearchTerms *terms, guint newest, guint limit, gboolean *ret_partial, GError **error);

G_END_DECLS
