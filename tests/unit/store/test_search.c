#include "kit/kit.h"
#include "store/search.h"
#include "store/search_words.h"
#include <string.h>

static void
text_add(Kit *kit, gint64 case_id, const char *head, const char *body)
{
	static const DbSql CASE = { "case",
		                        "INSERT INTO cases (id, ref, kind, subject, channel, severity, stage, is_open, received_at, logged_at, stage_at, changed_at) "
		                        "VALUES ($1, CAST($2 AS TEXT), 'complaint', 's', 'api', 1, 'received', TRUE, 1, 1, 1, 1) ON CONFLICT DO NOTHING",
		                        2, TRUE };
	static const DbSql MESSAGE = { "message",
		                           "INSERT INTO messages (ref, case_id, direction, channel, body, said_at, logged_at) "
		                           "VALUES (CAST($1 AS TEXT), $2, 'inbound', 'api', $3, 1, 1) RETURNING id AS value",
		                           3, TRUE };
	g_autofree char *ref = g_strdup_printf("m%d", (int)kit_count(kit, "SELECT count(*) FROM messages"));
	g_autofree char *whole = g_strjoin("\n", head != NULL ? head : "", body, NULL); /* as cases/ makes it */
	g_autofree char *case_ref = g_strdup_printf("c%d", (int)case_id);
	g_autoptr(DbTx) tx = db_begin(kit->db, NULL);
	g_autoptr(GError) error = NULL;
	gint64 id;

	g_assert_true(db_exec(kit->db, &CASE, DB_ARGS(DB_INT(case_id), DB_TEXT(case_ref)), NULL, &error));
	g_assert_true(db_query_int(kit->db, &MESSAGE, DB_ARGS(DB_TEXT(ref), DB_INT(case_id), DB_TEXT(body)), &id, NULL, &error));
	if (head != NULL)
		search_put(kit->db, SEARCH_HEAD, case_id, case_id, whole, &error);
	else
		search_put(kit->db, SEARCH_MESSAGE, id, case_id, body, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, NULL));
}

static SearchFound *all; /* of the last find() */

/* "a b c*" with "p q" and -n: as query.c makes it of what was typed. */
static GArray *
find(Kit *kit, const char *typed, guint newest, gboolean *ret_partial)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new(), phrases = g_ptr_array_new(), without = g_ptr_array_new();
	g_auto(GStrv) parts = g_strsplit(typed, ",", -1);
	SearchTerms terms = { words, phrases, without, FALSE };
	g_autoptr(GError) error = NULL;
	gboolean partial, more = TRUE;
	GArray *hits = g_array_new(FALSE, FALSE, sizeof(SearchHit));

	for (guint i = 0; parts[i] != NULL; i++) {
		gsize n = strlen(parts[i]);

		if (parts[i][0] == '-')
			g_ptr_array_add(without, parts[i] + 1);
		else if (strchr(parts[i], ' ') != NULL)
			g_ptr_array_add(phrases, parts[i]);
		else
			g_ptr_array_add(words, parts[i]);
		if (n > 0 && parts[i][n - 1] == '*') {
			parts[i][n - 1] = '\0';
			terms.prefix = TRUE;
		}
	}
	search_found_free(all);
	all = search_find(kit->db, &terms, newest, ret_partial != NULL ? ret_partial : &partial, &error);
	g_assert_no_error(error);
	while (more) {
		g_assert_true(search_found_next(all, 3, hits, &more, &error));
		g_assert_no_error(error);
	}
	return hits;
}

static void
assert_finds(Kit *kit, const char *typed, const char *expected)
{
	g_autoptr(GArray) hits = find(kit, typed, 1000, NULL);
	g_autoptr(GString) found = g_string_new(NULL);

	for (gint64 id = 0; id < 100; id++) {
		for (guint i = 0; i < hits->len; i++) {
			if (g_array_index(hits, SearchHit, i).case_id == id)
				g_string_append_printf(found, "%s%d", found->len > 0 ? " " : "", (int)id);
		}
	}
	if (strcmp(found->str, expected) != 0)
		g_error("'%s' finds '%s', expected '%s'", typed, found->str, expected);
}

static void
test_words_phrases_without(Kit *kit)
{
	text_add(kit, 1, "Late refund\n7KQM-4TXB\nJohn O'Brien", "I wait for my refund. Nobody cares.");
	text_add(kit, 2, "Broken washing machine", "The washing machine leaks since Monday, can't use it");
	text_add(kit, 2, NULL, "We refund the machine");
	text_add(kit, 3, "Sch\xc3\xb6ne Gr\xc3\xbc\xc3\x9f" "e", "Die \xc3\x84rzte antworten nicht; caf\xc3\xa9");

	assert_finds(kit, "refund", "1 2");
	assert_finds(kit, "REFUND", "1 2");
	assert_finds(kit, "refund,machine", "2");
	assert_finds(kit, "refund,-late", "2");
	assert_finds(kit, "washing machine", "2");
	assert_finds(kit, "machine washing", "");
	assert_finds(kit, "washing machine,leaks", "2");
	assert_finds(kit, "leaks,we", ""); /* in two documents */
	assert_finds(kit, "refu", "");
	assert_finds(kit, "refu*", "1 2");
	assert_finds(kit, "late,refu*", "1");
	assert_finds(kit, "la*", "");  /* too short to stand for words */
	assert_finds(kit, "xyzzy*", "");
	assert_finds(kit, "schone", "3");
	assert_finds(kit, "\xc3\x84RZTE", "3");
	assert_finds(kit, "cafe", "3");
	assert_finds(kit, "7kqm-4txb", "1");
	assert_finds(kit, "O'Brien", "1");
	assert_finds(kit, "-refund", "");
	assert_finds(kit, "", "");
}

/* Whatever a stranger types, it is words. */
static void
test_no_syntax_gets_through(Kit *kit)
{
	static const char *const typed[] = { "\"", "\"\"", "a\"b", "*", "NEAR(a", "AND", "OR,NOT", "text:refund", "(", "^a", "a:*", "!", "&|", "'", "\\", "{x}", "-", "\xef\xbf\xbf", "\xf0\x9f\x98\x80", "' OR 1", "a <-> b" };

	text_add(kit, 1, "refund", "refund near and or not");
	for (guint i = 0; i < G_N_ELEMENTS(typed); i++) {
		g_autoptr(GArray) hits = find(kit, typed[i], 100, NULL);

		g_assert_nonnull(hits);
	}
	assert_finds(kit, "NEAR,AND,OR,NOT", "1");
	assert_finds(kit, "NEAR,AND,OR,NOT,XOR", "");
}

static void
test_put_again_and_removed(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = NULL;

	text_add(kit, 1, "old subject", "b");
	text_add(kit, 1, "new subject", "b");
	text_add(kit, 2, "third subject", "b");
	assert_finds(kit, "old", "");
	assert_finds(kit, "new", "1");
	assert_finds(kit, "subject", "1 2");
	tx = db_begin(kit->db, NULL);
	search_remove(kit->db, SEARCH_HEAD, 2, &error); /* the newest: its place must not be taken */
	search_put(kit->db, SEARCH_HEAD, 1, 1, "newest subject", &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, NULL));
	assert_finds(kit, "third", "");
	assert_finds(kit, "subject", "1");
}

static void
test_ranked_and_marked(Kit *kit)
{
	g_autoptr(GArray) hits = NULL;
	g_autofree char *snippet = NULL;
	const SearchHit *hit;

	text_add(kit, 1, "Opening hours\nRef", "When do you open");
	text_add(kit, 2, "Refund please", "Where is my refund, the refund you promised,\nthe REFUND I wait for?");
	text_add(kit, 3, "A long story\nxx\nyy\nzz\naa bb cc dd ee ff", "Among many other words I also once mention a refund in passing");
	hits = find(kit, "refund", 100, NULL);
	g_assert_cmpuint(hits->len, ==, 2);
	if (kit->engine == DB_SQLITE)
		g_assert_cmpint(g_array_index(hits, SearchHit, 0).case_id, ==, 2);
	hit = &g_array_index(hits, SearchHit, g_array_index(hits, SearchHit, 0).case_id == 2 ? 0 : 1);
	g_assert_true(search_found_snippet(all, hit, &snippet, NULL));
	g_assert_cmpstr(snippet, ==, "Where is my \xee\x80\x80refund\xee\x80\x81, the \xee\x80\x80refund\xee\x80\x81 you promised, the \xee\x80\x80REFUND\xee\x80\x81 I wait for?");
	g_clear_pointer(&hits, g_array_unref);
	hits = find(kit, "hours", 100, NULL);
	g_assert_cmpuint(hits->len, ==, 1);
	g_clear_pointer(&snippet, g_free);
	g_assert_true(search_found_snippet(all, &g_array_index(hits, SearchHit, 0), &snippet, NULL));
	g_assert_null(snippet);
}

static void
test_only_the_newest(Kit *kit)
{
	g_autoptr(GArray) hits = NULL;
	gboolean partial;

	for (int i = 1; i <= 30; i++)
		text_add(kit, i, "common word", "b");
	hits = find(kit, "common", 10, &partial);
	g_assert_true(partial);
	g_assert_cmpuint(hits->len, ==, 10);
	for (guint i = 0; i < hits->len; i++)
		g_assert_cmpint(g_array_index(hits, SearchHit, i).case_id, >, 20);
	g_clear_pointer(&hits, g_array_unref);
	hits = find(kit, "common", 30, &partial);
	g_assert_false(partial);
	g_assert_cmpuint(hits->len, ==, 30);
}

/* What is typed may go on; a word that alone fills what is ranked is taken as it stands, on SQLite. */
static void
test_a_word_that_fills(Kit *kit)
{
	g_autoptr(GArray) few = NULL, many = NULL, two = NULL;
	gboolean partial;

	for (int i = 1; i <= 12; i++)
		text_add(kit, i, i % 2 == 0 ? "refund late" : "refunds late", "b");
	few = find(kit, "refund*", 100, &partial);
	g_assert_cmpuint(few->len, ==, 12);
	g_assert_false(partial);
	many = find(kit, "refund*", 5, &partial);
	g_assert_cmpuint(many->len, ==, 5);
	g_assert_true(partial);
	two = find(kit, "late,refund*", 5, &partial);
	g_assert_cmpuint(two->len, ==, 5);
	g_assert_true(partial);
	if (kit->engine == DB_SQLITE)
		for (guint i = 0; i < two->len; i++)
			g_assert_cmpint(g_array_index(two, SearchHit, i).case_id % 2, ==, 0);
}

typedef struct {
	const char *text, *words, *expected;
	gboolean prefix;
} Snippet;

static void
test_snippets(void)
{
	static const Snippet rows[] = {
		{ "plain", "absent", NULL, FALSE },
		{ "", "a", NULL, FALSE },
		{ "one two", "two", "one <two>", FALSE },
		{ "refunding it", "refund", "<refunding> it", TRUE },
		{ "refunding it", "refund", NULL, FALSE },
		{ "a\r\n\t b", "b", "a <b>", FALSE },
		{ "\xee\x80\x80mark\xee\x80\x81 hit", "hit", "mark <hit>", FALSE },
	};
	g_autoptr(GString) lengthy = g_string_new(NULL);
	g_autoptr(GPtrArray) one = g_ptr_array_new();
	g_autofree char *cut = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) words = g_ptr_array_new();
		g_autofree char *got = NULL;
		g_autoptr(GString) expected = g_string_new(rows[i].expected);

		g_ptr_array_add(words, (gpointer)rows[i].words);
		got = search_snippet(rows[i].text, words, rows[i].prefix);
		g_string_replace(expected, "<", "\xee\x80\x80", 0);
		g_string_replace(expected, ">", "\xee\x80\x81", 0);
		g_assert_cmpstr(got, ==, rows[i].expected != NULL ? expected->str : NULL);
	}
	for (int i = 0; i < 200; i++)
		g_string_append_printf(lengthy, "w\xc3\xb6rd%d ", i);
	g_ptr_array_add(one, (gpointer)"word100");
	cut = search_snippet(lengthy->str, one, FALSE);
	g_assert_true(g_utf8_validate(cut, -1, NULL));
	g_assert_true(g_str_has_prefix(cut, "\xe2\x80\xa6w"));
	g_assert_true(g_str_has_suffix(cut, "\xe2\x80\xa6"));
	g_assert_nonnull(strstr(cut, "\xee\x80\x80w\xc3\xb6rd100\xee\x80\x81"));
	g_assert_cmpint(g_utf8_strlen(cut, -1), <, 170);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/search/words", test_words_phrases_without);
	kit_add("/search/no_syntax", test_no_syntax_gets_through);
	kit_add("/search/put_again", test_put_again_and_removed);
	kit_add("/search/ranked", test_ranked_and_marked);
	kit_add("/search/newest", test_only_the_newest);
	kit_add("/search/a-word-that-fills", test_a_word_that_fills);
	kit_add_plain("/search/snippets", test_snippets);
	return kit_run();
}
