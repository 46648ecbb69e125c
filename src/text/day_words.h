/* day_words.h - a day written out for a customer, in words that need no calendar. Read from words: text/when_words.h; on pages: http/page_times.c. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* "Thursday 3 December", "Donnerstag, 3. Dezember"; @timed: with the time there, and its zone. (transfer full) */
char *day_words(gint64 at_ms, const char *zone, gboolean german, gboolean timed);

G_END_DECLS
