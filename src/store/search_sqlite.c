/* search_sqlite.c - finding documents in FTS5, the newest first, in bounded time. What is done with them: search.c. */
#include "store/search_engine.h"
#include "store/db_engine.h"
#include "store/search_tokens.h"
#include "search_sqlite.sql.h"
#include <sqlite3.h>
#include <string.h>
#include <time.h>

#define PREFIX_WORDS 24    /* words of the index a prefix may stand for */
#define SCAN_WORDS 100     /* words looked at to choose them */
#define OFTEN 16           /* places a word stands at, to be called often used */
#define WINDOW_FIRST 32768 /* documents looked through before the time is looked at */
#define BUDGET_US 6000

/* search_hits(search): how many hits the document has, and a bonus when one stands at its very beginning: there is the
 * subject, the ref, the name. FTS5's own bm25 reads every matching document to learn how rare a word is. */
#define HITS_COUNTED 255
#define HITS_EARLY 256

static void
search_hits(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *context, int n, sqlite3_value **values)
{
	int hits = 0, early = 0;

	/* Not xInst, which gathers the places of all phrases and sorts them first. */
	for (int i = 0; i < api->xPhraseCount(fts); i++) {
		Fts5PhraseIter places;
		int column = -1, at = 0;

		if (api->xPhraseFirst(fts, i, &places, &column, &at) != SQLITE_OK) {
			sqlite3_result_error_code(context, SQLITE_NOMEM);
			return;
		}
		for (; column >= 0 && hits < HITS_COUNTED; api->xPhraseNext(fts, &places, &column, &at)) {
			hits++;
			if (at < 10)
				early = HITS_EARLY;
		}
	}
	sqlite3_result_int(context, hits | early);
}

gboolean
search_sqlite_init(sqlite3 *db)
{
	fts5_api *api = NULL;
	sqlite3_stmt *stmt = NULL;
	gboolean ok = sqlite3_prepare_v2(db, "SELECT fts5($1)", -1, &stmt, NULL) == SQLITE_OK &&
	              sqlite3_bind_pointer(stmt, 1, (void *)&api, "fts5_api_ptr", NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW;

	sqlite3_finalize(stmt);
	return ok && api != NULL && api->xCreateFunction(api, "search_hits", NULL, search_hits, NULL) == SQLITE_OK && search_tokens_init(api);
}

static void
add_phrase(GString *out, const GPtrArray *words)
{
	g_string_append_c(out, '"');
	for (guint i = 0; i < words->len; i++) /* letters and digits only */
		g_string_append_printf(out, "%s%s", i > 0 ? " " : "", (const char *)words->pdata[i]);
	g_string_append_c(out, '"');
}

typedef struct {
	char *word;
	gboolean often;
} Word;

static void
word_clear(gpointer data)
{
	g_free(((Word *)data)->word);
}

/* Adds the words from *@from on to @words: a row for each place a word stands at. A word that goes on for long is often
 * used, and skipped by looking again behind it. FALSE with @error, or at the end of those that begin with @prefix. */
static gboolean
scan_words(Db *db, const char *prefix, char **from, GArray *words, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_SEARCH_WORDS_FROM, DB_ARGS(DB_TEXT(*from)), error);
	guint n = 0;

	while (rows != NULL && words->len < SCAN_WORDS && db_rows_next(rows, error)) {
		const char *term = db_rows_text(rows, "term");
		Word *last = n > 0 ? &g_array_index(words, Word, words->len - 1) : NULL;

		if (last != NULL && strcmp(last->word, term) == 0) {
			if (++n < OFTEN)
				continue;
			last->often = TRUE;
			g_free(*from);
			*from = g_strconcat(term, "\x01", NULL);
			return TRUE;
		}
		if (!g_str_has_prefix(term, prefix))
			return FALSE;
		n = 1;
		g_array_append_val(words, ((Word){ g_strdup(term), FALSE }));
	}
	return FALSE;
}

/* The words of the index that begin with @prefix, as alternatives; those that are often used before others. FTS5's own
 * prefixes gather every match of every word before the first is given out. */
static gboolean
add_prefix(Db *db, GString *out, const char *prefix, gboolean *ret_partial, GError **error)
{
	g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(Word));
	g_autofree char *from = g_strdup(prefix);
	g_autoptr(GError) local = NULL;
	guint n = 0;

	g_array_set_clear_func(words, word_clear);
	while (scan_words(db, prefix, &from, words, &local))
		;
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	g_string_append_printf(out, "(\"%s\"", prefix);
	for (int often = TRUE; often >= FALSE; often--) {
		for (guint i = 0; i < words->len && n < PREFIX_WORDS; i++) {
			const Word *word = &g_array_index(words, Word, i);

			if (word->often == often && strcmp(word->word, prefix) != 0) {
				g_string_append_printf(out, " OR \"%s\"", word->word);
				n++;
			}
		}
	}
	if (words->len > PREFIX_WORDS)
		*ret_partial = TRUE;
	g_string_append_c(out, ')');
	return TRUE;
}

/* The query in FTS5's words; @whole: what the last word begins with is taken as the whole of it. */
static char *
expression(Db *db, const SearchQuery *query, gboolean whole, gboolean *ret_partial, GError **error)
{
	g_autoptr(GString) out = g_string_new("(");

	for (guint i = 0; i < query->wanted->len; i++) {
		if (i > 0)
			g_string_append(out, " AND ");
		add_phrase(out, query->wanted->pdata[i]);
	}
	if (query->prefix != NULL) {
		if (query->wanted->len > 0)
			g_string_append(out, " AND ");
		if (whole)
			g_string_append_printf(out, "\"%s\"", query->prefix);
		else if (!add_prefix(db, out, query->prefix, ret_partial, error))
			return NULL;
	}
	g_string_append_c(out, ')');
	for (guint i = 0; i < query->without->len; i++) {
		g_string_append(out, " NOT ");
		add_phrase(out, query->without->pdata[i]);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* TRUE when every word of the list is a match: then the newest are found without looking at any other document. */
static gboolean
is_single(const SearchQuery *query)
{
	guint n = query->wanted->len + (query->prefix != NULL);

	return n == 1 && query->without->len == 0 && (query->prefix != NULL || ((GPtrArray *)query->wanted->pdata[0])->len == 1);
}

static gboolean
match(Db *db, const char *text, gint64 after, gint64 up_to, guint limit, GArray *docs, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_SEARCH_MATCH, DB_ARGS(DB_TEXT(text), DB_INT(after), DB_INT(up_to), DB_INT(limit)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		gint64 hits = db_rows_int(rows, "hits");
		double n = (double)(hits & HITS_COUNTED);
		SearchDoc doc = { db_rows_int(rows, "id"), 0.7 * n / (n + 1.2) + (hits & HITS_EARLY ? 0.3 : 0), 0 };

		g_array_append_val(docs, doc);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* Of this thread: what is found must not depend on how busy the machine is. */
static gint64
cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* What the last word begins with may be a word itself, and stand so often that it alone fills what is ranked: then longer
 * ones are not looked for. FTS5 steps over a word by reading all of its places. */
static gboolean
is_whole(Db *db, const SearchQuery *query, gint64 up_to, guint newest, GArray *docs, gboolean *ret_whole, GError **error)
{
	g_autofree char *text = g_strdup_printf("\"%s\"", query->prefix);

	if (!match(db, text, 0, up_to, newest + 1, docs, error))
		return FALSE;
	*ret_whole = docs->len > newest;
	g_array_set_size(docs, *ret_whole && is_single(query) ? newest : 0);
	return TRUE;
}

gboolean
search_sqlite_find(Db *db, const SearchQuery *query, guint newest, GArray *docs, gboolean *ret_partial, GError **error)
{
	gint64 up_to = 0, window = is_single(query) ? G_MAXINT64 : WINDOW_FIRST, began_us, last_us, now_us;
	gboolean partial = FALSE, whole = FALSE;
	g_autofree char *text = NULL;

	if (!db_query_int(db, &SQL_SEARCH_NEWEST, DB_NO_ARGS, &up_to, NULL, error) ||
	    (query->prefix != NULL && !is_whole(db, query, up_to, newest, docs, &whole, error)))
		return FALSE;
	if (docs->len > 0) {
		*ret_partial = TRUE;
		return TRUE;
	}
	if ((text = expression(db, query, whole, &partial, error)) == NULL)
		return FALSE;
	began_us = last_us = cpu_us();
	/* Words that are common each and rare together: the lists are walked from the newest on, a window at a time. The next
	 * window is twice as large, unless that would cost more than there is left. */
	while (up_to > 0 && docs->len <= newest) {
		gint64 after = window < up_to ? up_to - window : 0, lap_us, left_us;

		if (!match(db, text, after, up_to, newest + 1 - docs->len, docs, error))
			return FALSE;
		up_to = after;
		now_us = cpu_us();
		lap_us = now_us - last_us;
		left_us = BUDGET_US - (now_us - began_us);
		last_us = now_us;
		if (left_us < lap_us)
			break;
		if (left_us >= 2 * lap_us)
			window = MIN(window, G_MAXINT64 / 4) * 2;
	}
	if (docs->len > newest)
		g_array_set_size(docs, newest);
	else if (up_to == 0) {
		*ret_partial = partial;
		return TRUE;
	}
	*ret_partial = TRUE;
	return TRUE;
}
