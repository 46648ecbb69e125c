/* search.c - documents in and out of the full-text index, and which of those found come first. The engines:
 * search_sqlite.c, search_pg.c; words and snippets: search_words.c; what a person typed: cases/query.h. */
#include "store/search.h"
#include "store/db_engine.h"
#include "store/search_engine.h"
#include "store/search_words.h"
#include "search.sql.h"
#include "search_pg.sql.h"
#include <string.h>

#define PREFIX_MIN 3 /* characters; a shorter prefix is taken as a whole word: too many words begin with it */
#define LOOKUP_BATCH 32 /* documents looked up by one statement: search_keys */
#define TERMS_MAX 32 /* words and phrases of one search; the rest is not looked at */

static gint64
key_of(SearchKind kind, gint64 id)
{
	return id * 2 + (kind == SEARCH_MESSAGE);
}

gboolean
search_put(Db *db, SearchKind kind, gint64 id, gint64 case_id, const char *text, GError **error)
{
	g_autofree char *folded = NULL;
	gint64 key = key_of(kind, id);

	g_return_val_if_fail(db->in_tx, FALSE);
	if (db->engine->kind == DB_SQLITE)
		return search_later_add(db, key, text, error);
	folded = search_fold(text);
	return db_exec(db, &SQL_SEARCH_PUT_PG, DB_ARGS(DB_INT(key), DB_TEXT(folded)), NULL, error);
}

gboolean
search_remove(Db *db, SearchKind kind, gint64 id, GError **error)
{
	g_return_val_if_fail(db->in_tx, FALSE);
	if (db->engine->kind == DB_SQLITE)
		return search_later_add(db, key_of(kind, id), NULL, error);
	return db_exec(db, &SQL_SEARCH_REMOVE_PG, DB_ARGS(DB_INT(key_of(kind, id))), NULL, error);
}

/* The folded words of one word or phrase; NULL when there is none. */
static GPtrArray *
phrase_of(const char *typed)
{
	g_autofree char *folded = search_fold(typed);
	g_auto(GStrv) words = g_strsplit(folded, " ", -1);
	GPtrArray *phrase;

	if (words[0] == NULL || words[0][0] == '\0')
		return NULL;
	phrase = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; words[i] != NULL; i++)
		g_ptr_array_add(phrase, g_strdup(words[i]));
	return phrase;
}

static void
take_phrases(GPtrArray *to, const GPtrArray *typed)
{
	for (guint i = 0; typed != NULL && i < typed->len && to->len < TERMS_MAX; i++) {
		GPtrArray *phrase = phrase_of(typed->pdata[i]);

		if (phrase != NULL)
			g_ptr_array_add(to, phrase);
	}
}

static void
query_read(const SearchTerms *terms, SearchQuery *query)
{
	query->wanted = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	query->without = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	query->prefix = NULL;
	take_phrases(query->wanted, terms->words);
	if (terms->prefix && query->wanted->len > 0) {
		GPtrArray *last = query->wanted->pdata[query->wanted->len - 1];

		if (last->len == 1 && g_utf8_strlen(last->pdata[0], -1) >= PREFIX_MIN) {
			query->prefix = g_strdup(last->pdata[0]);
			g_ptr_array_set_size(query->wanted, (int)query->wanted->len - 1);
		}
	}
	take_phrases(query->wanted, terms->phrases);
	take_phrases(query->without, terms->without);
}

static void
query_clear(SearchQuery *query)
{
	g_clear_pointer(&query->wanted, g_ptr_array_unref);
	g_clear_pointer(&query->without, g_ptr_array_unref);
	g_clear_pointer(&query->prefix, g_free);
}

/* Every single word, the prefix last: what is marked in a snippet. Borrowed. */
static GPtrArray *
words_of(const SearchQuery *query)
{
	GPtrArray *words = g_ptr_array_new();

	for (guint i = 0; i < query->wanted->len; i++) {
		const GPtrArray *phrase = query->wanted->pdata[i];

		for (guint j = 0; j < phrase->len; j++)
			g_ptr_array_add(words, phrase->pdata[j]);
	}
	if (query->prefix != NULL)
		g_ptr_array_add(words, query->prefix);
	return words;
}

static gboolean
is_better(const SearchDoc *one, const SearchDoc *other)
{
	return one->score != other->score ? one->score > other->score : one->id > other->id;
}

/* Documents as a heap, the best on top: of a thousand that were found, a page wants the first few. */
static void
sink(GArray *docs, guint at)
{
	SearchDoc *heap = (SearchDoc *)docs->data;

	for (guint below; (below = 2 * at + 1) < docs->len; at = below) {
		SearchDoc doc = heap[at];

		if (below + 1 < docs->len && is_better(&heap[below + 1], &heap[below]))
			below++;
		if (!is_better(&heap[below], &doc))
			return;
		heap[at] = heap[below];
		heap[below] = doc;
	}
}

static SearchDoc
take_best(GArray *docs)
{
	SearchDoc best = g_array_index(docs, SearchDoc, 0);

	g_array_remove_index_fast(docs, 0);
	sink(docs, 0);
	return best;
}

/* What is newer counts a little more: half as much as its words, fading over the documents found. */
static void
rank(GArray *docs)
{
	gint64 newest = docs->len > 0 ? g_array_index(docs, SearchDoc, 0).id : 0, oldest = docs->len > 0 ? g_array_index(docs, SearchDoc, docs->len - 1).id : 0;

	for (guint i = 0; i < docs->len; i++) {
		SearchDoc *doc = &g_array_index(docs, SearchDoc, i);
		double age = newest > oldest ? (double)(doc->id - oldest) / (double)(newest - oldest) : 0;

		doc->score = (gint64)((doc->rank + 0.5 * age) * 1e6); /* finer than anyone can see */
	}
	for (guint i = docs->len / 2; i > 0; i--)
		sink(docs, i - 1);
}

struct _SearchFound {
	Db *db;
	SearchQuery query;
	GPtrArray *words;   /* borrowed from the query */
	GArray *docs;       /* of SearchDoc that were not looked up yet: a heap */
	GHashTable *seen;   /* the case ids given out */
};

void
search_found_free(SearchFound *found)
{
	if (found == NULL)
		return;
	query_clear(&found->query);
	g_clear_pointer(&found->words, g_ptr_array_unref);
	g_array_unref(found->docs);
	g_hash_table_unref(found->seen);
	g_free(found);
}

SearchFound *
search_find(Db *db, const SearchTerms *terms, guint newest, gboolean *ret_partial, GError **error)
{
	g_autoptr(SearchFound) found = g_new0(SearchFound, 1);
	gboolean partial = FALSE, ok = TRUE;

	found->db = db;
	found->docs = g_array_new(FALSE, FALSE, sizeof(SearchDoc));
	found->seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	query_read(terms, &found->query);
	found->words = words_of(&found->query);
	if (found->words->len > 0)
		ok = db->engine->kind == DB_SQLITE ? search_sqlite_find(db, &found->query, newest, found->docs, &partial, error)
		                                   : search_pg_find(db, &found->query, newest, found->docs, &partial, error);
	if (!ok)
		return NULL;
	rank(found->docs);
	*ret_partial = partial;
	return g_steal_pointer(&found);
}

/* The cases of @n documents, by their ids. What there is not is filled up, so that there is one statement. */
static gboolean
read_cases(Db *db, const SearchDoc *docs, guint n, gint64 cases[LOOKUP_BATCH], GError **error)
{
	DbArg args[LOOKUP_BATCH];
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;

	for (guint i = 0; i < LOOKUP_BATCH; i++)
		args[i] = DB_INT(docs[MIN(i, n - 1)].id);
	if ((rows = db_query(db, &SQL_SEARCH_KEYS, args, LOOKUP_BATCH, error)) == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "id");

		for (guint i = 0; i < n; i++)
			if (docs[i].id == id)
				cases[i] = db_rows_int(rows, "case_id");
	}
	return db_ended(&local, error);
}

gboolean
search_found_next(SearchFound *found, guint n, GArray *hits, gboolean *ret_more, GError **error)
{
	guint wanted = hits->len + n;

	while (hits->len < wanted && found->docs->len > 0) {
		SearchDoc batch[LOOKUP_BATCH];
		gint64 cases[LOOKUP_BATCH] = { 0 };
		guint n_batch = 0;

		while (n_batch < LOOKUP_BATCH && found->docs->len > 0)
			batch[n_batch++] = take_best(found->docs);
		if (!read_cases(found->db, batch, n_batch, cases, error))
			return FALSE;
		for (guint i = 0; i < n_batch; i++) {
			SearchHit hit = { batch[i].id, cases[i], batch[i].score };

			if (hit.case_id != 0 && g_hash_table_add(found->seen, g_memdup2(&hit.case_id, sizeof hit.case_id)))
				g_array_append_val(hits, hit);
		}
	}
	*ret_more = found->docs->len > 0;
	return TRUE;
}

gboolean
search_found_snippet(SearchFound *found, const SearchHit *hit, char **ret_snippet, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(found->db, &SQL_SEARCH_TEXT, DB_ARGS(DB_INT(hit->doc)), error);

	if (rows == NULL)
		return FALSE;
	*ret_snippet = db_rows_next(rows, &local) ? search_snippet(db_rows_text(rows, "body"), found->words, found->query.prefix != NULL) : NULL;
	return db_ended(&local, error);
}
