/* search_words.h - what counts as a word, folded: small letters without accents. SQLite's unicode61 does the same by
 * itself; here it is for PostgreSQL, for what a person typed, and for marking hits. Private to store/. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* The next word of @text from *@at on; its folded letters go to @word, its bytes in @text to the two outputs. FALSE at the
 * end. Words longer than SEARCH_WORD_MAX bytes are cut. */
#define SEARCH_WORD_MAX 64
gboolean search_word_next(const char *text, gsize *at, GString *word, gsize *ret_from, gsize *ret_to);
/* The folded words of @text, apart by single blanks. (transfer full) */
char *search_fold(const char *text);

/* About 160 characters of @text around its densest hits, each hit between U+E000 and U+E001, on one line; NULL when no
 * word of it is hit. @words: folded words (of char*); the last one is a prefix when @prefix. (transfer full) */
char *search_snippet(const char *text, const GPtrArray *words, gboolean prefix);

G_END_DECLS
