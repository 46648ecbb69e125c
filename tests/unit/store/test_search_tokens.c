/* Our words in front of FTS5's own: the same ones, at the same places, whatever the text. */
#include "kit/kit.h"
#include "store/search_tokens.h"
#include <string.h>

static fts5_api *
api_of(sqlite3 *db)
{
	fts5_api *api = NULL;
	sqlite3_stmt *stmt = NULL;

	g_assert_cmpint(sqlite3_prepare_v2(db, "SELECT fts5($1)", -1, &stmt, NULL), ==, SQLITE_OK);
	sqlite3_bind_pointer(stmt, 1, (void *)&api, "fts5_api_ptr", NULL);
	g_assert_cmpint(sqlite3_step(stmt), ==, SQLITE_ROW);
	sqlite3_finalize(stmt);
	return api;
}

static int
note(void *data, int flags, const char *word, int size, int from, int to)
{
	g_autofree char *hex = g_malloc0((gsize)size * 2 + 1);

	for (int i = 0; i < size; i++)
		g_snprintf(hex + 2 * i, 3, "%02x", (guchar)word[i]);
	g_string_append_printf(data, "%d %s %d-%d\n", flags, hex, from, to);
	return SQLITE_OK;
}

typedef struct {
	sqlite3 *db;
	fts5_tokenizer fns;
	Fts5Tokenizer *it;
} Side;

static void
side_open(Side *side, gboolean ours)
{
	static const char *args[] = { "remove_diacritics", "2" };
	void *context = NULL;

	g_assert_cmpint(sqlite3_open(":memory:", &side->db), ==, SQLITE_OK);
	g_assert_true(!ours || search_tokens_init(api_of(side->db)));
	g_assert_cmpint(api_of(side->db)->xFindTokenizer(api_of(side->db), "unicode61", &context, &side->fns), ==, SQLITE_OK);
	g_assert_cmpint(side->fns.xCreate(context, args, 2, &side->it), ==, SQLITE_OK);
}

static void
side_close(Side *side)
{
	side->fns.xDelete(side->it);
	sqlite3_close(side->db);
}

static char *
words(Side *side, const char *text, int size)
{
	GString *out = g_string_new(NULL);

	g_assert_cmpint(side->fns.xTokenize(side->it, out, FTS5_TOKENIZE_DOCUMENT, text, size, note), ==, SQLITE_OK);
	return g_string_free(out, FALSE);
}

static void
check(Side *ours, Side *theirs, const char *text, gsize size)
{
	/* Exactly so many bytes: reading beyond them would be found. */
	g_autofree char *copy = g_memdup2(text, MAX(size, 1)), *a = words(ours, copy, (int)size), *b = words(theirs, copy, (int)size);

	g_assert_cmpstr(a, ==, b);
}

static void
test_the_same_words(void)
{
	static const char *const pieces[] = { "a", "Kettle", "Z9", "0", " ", "  ", "\n", "-", "'", "_", "@", ".", "\xc3\xa4", "\xc3\x84", "\xc3\x9f", "e\xcc\x81", "\xcc\x88",
		"\xe2\x80\x99", "\xe2\x80\x94", "\xc2\xa0", "\xd0\x96", "\xe6\x97\xa5", "\xf0\x9f\x98\x80", "\xff", "\xc3", "\xe2\x80", "\x7f", "\x01" };
	Side ours, theirs;
	g_autofree char *wide = g_strnfill(1000, 'X'), *just = g_strnfill(128, 'y'), *over = g_strnfill(129, 'y');

	side_open(&ours, TRUE);
	side_open(&theirs, FALSE);
	check(&ours, &theirs, "", 0);
	check(&ours, &theirs, wide, 1000);
	check(&ours, &theirs, just, 128);
	check(&ours, &theirs, over, 129);
	check(&ours, &theirs, "one\0two", 7);
	for (guint i = 0; i < 4000; i++) {
		g_autoptr(GString) text = g_string_new(NULL);

		for (gint n = g_test_rand_int_range(0, 40); n > 0; n--)
			g_string_append(text, g_test_rand_int_range(0, 50) == 0 ? over : pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
		check(&ours, &theirs, text->str, text->len);
	}
	side_close(&ours);
	side_close(&theirs);
}

static int
stop_at_second(void *data, int flags, const char *word, int size, int from, int to)
{
	return ++*(int *)data == 2 ? SQLITE_NOMEM : SQLITE_OK;
}

static void
test_who_listens_may_stop(void)
{
	static const char *const texts[] = { "one two three", "\xc3\xa4 \xc3\xb6 \xc3\xbc" };
	Side ours;

	side_open(&ours, TRUE);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		int n = 0;

		g_assert_cmpint(ours.fns.xTokenize(ours.it, &n, FTS5_TOKENIZE_DOCUMENT, texts[i], (int)strlen(texts[i]), stop_at_second), ==, SQLITE_NOMEM);
		g_assert_cmpint(n, ==, 2);
	}
	side_close(&ours);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	g_test_add_func("/search_tokens/same", test_the_same_words);
	g_test_add_func("/search_tokens/stop", test_who_listens_may_stop);
	return kit_run();
}
