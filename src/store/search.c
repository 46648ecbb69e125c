/* search.c - documents in and out of the full-text index, and which of those found come first. The engines:
 * search_sqlite.c, search_pg.c; words and snippets: search_words.c; what a person typed: cases/query.h. */
#include "store/search.h"
#include "store/db_engine.h"
#include "store/search_engine.h"
#include "store/search_words.h"
#include "search.sql.h"
#include "search_pg.sql.h"
#include <math.h>
#include <string.h>

#define PREFIX_MIN 3 /* characters; a shorter prefix is taken as a whole word: too many words begin with it */
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

void
search_hit_free(SearchHit *hit)
{
	if (hit == NULL)
		return;
	g_free(hit->snippet);
	g_free(hit);
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
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SearchQuery, query_clear)

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

static int
best_first(gconstpointer a, gconstpointer b)
{
	const SearchDoc *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank > y->rank ? -1 : 1;
	return x->id > y->id ? -1 : x->id < y->id;
}

/* What is newer counts a little more: half as much as its words, fading over the documents found. */
static void
rank(GArray *docs)
{
	gint64 newest = docs->len > 0 ? g_array_index(docs, SearchDoc, 0).id : 0, oldest = docs->len > 0 ? g_array_index(docs, SearchDoc, docs->len - 1).id : 0;

	for (guint i = 0; i < docs->len; i++) {
		SearchDoc *doc = &g_array_index(docs, SearchDoc, i);

		doc->rank += newest > oldest ? 0.5 * (double)(doc->id - oldest) / (double)(newest - oldest) : 0;
	}
	g_array_sort(docs, best_first);
}

typedef struct {
	Db *db;
	GPtrArray *words;
	gboolean prefix;
	GPtrArray *hits;
	GHashTable *seen; /* case ids, as pointers into the hits */
} Show;

/* A message found: its case, and the snippet. Gone ones are passed over. */
static gboolean
read_text(Show *show, const DbSql *sql, gint64 id, SearchHit *hit, gboolean *ret_found, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(show->db, sql, DB_ARGS(DB_INT(id)), error);

	if (rows == NULL)
		return FALSE;
	*ret_found = db_rows_next(rows, &local);
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (!*ret_found)
		return TRUE;
	if (sql == &SQL_SEARCH_MESSAGE)
		hit->case_id = db_rows_int(rows, "case_id");
	if (!g_hash_table_contains(show->seen, &hit->case_id))
		hit->snippet = search_snippet(db_rows_text(rows, "body"), show->words, show->prefix);
	return TRUE;
}

static gboolean
show_doc(Show *show, const SearchDoc *doc, GError **error)
{
	g_autoptr(SearchHit) hit = g_new0(SearchHit, 1);
	gboolean found = FALSE;
	gint64 key = 0;

	if (!db_query_int(show->db, &SQL_SEARCH_KEY, DB_ARGS(DB_INT(doc->id)), &key, &found, error))
		return FALSE;
	if (!found || key < 0) /* put again since, or removed */
		return TRUE;
	hit->rank = doc->rank;
	if (key % 2 == 0) {
		hit->case_id = key / 2;
		if (!g_hash_table_contains(show->seen, &hit->case_id) && !read_text(show, &SQL_SEARCH_FIRST_MESSAGE, hit->case_id, hit, &found, error))
			return FALSE;
		found = TRUE;
	} else if (!read_text(show, &SQL_SEARCH_MESSAGE, key / 2, hit, &found, error)) {
		return FALSE;
	}
	if (found && !g_hash_table_contains(show->seen, &hit->case_id)) {
		g_hash_table_add(show->seen, &hit->case_id);
		g_ptr_array_add(show->hits, g_steal_pointer(&hit));
	}
	return TRUE;
}

GPtrArray *
search_find(Db *db, const SearchTerms *terms, guint newest, guint limit, gboolean *ret_partial, GError **error)
{
	g_autoptr(GPtrArray) hits = g_ptr_array_new_with_free_func((GDestroyNotify)search_hit_free), words = NULL;
	g_autoptr(GArray) docs = g_array_new(FALSE, FALSE, sizeof(SearchDoc));
	g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
	g_auto(SearchQuery) query = { NULL, NULL, NULL };
	gboolean partial = FALSE, ok;
	Show show;

	query_read(terms, &query);
	if (query.wanted->len > 0 || query.prefix != NULL) {
		ok = db->engine->kind == DB_SQLITE ? search_sqlite_find(db, &query, newest, docs, &partial, error)
		                                   : search_pg_find(db, &query, newest, docs, &partial, error);
		if (!ok)
			return NULL;
	}
	rank(docs);
	words = words_of(&query);
	show = (Show){ db, words, query.prefix != NULL, hits, seen };
	for (guint i = 0; i < docs->len && hits->len < limit; i++) {
		if (!show_doc(&show, &g_array_index(docs, SearchDoc, i), error))
			return NULL;
	}
	*ret_partial = partial;
	return g_steal_pointer(&hits);
}
