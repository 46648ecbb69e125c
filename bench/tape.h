/* tape.h - the statements a piece of work makes, recorded with their values and played again bare: no drafts, no rules, no
 * door to the database, nothing but prepared statements and commits. This is the ceiling that durable creations and the
 * import are measured against; it stays the same statements whatever the code becomes. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* Records what is stepped on any connection of this process between start and stop, into an unnamed temporary file below
 * @dir. Connections' own BEGIN, COMMIT, SAVEPOINT, RELEASE and PRAGMA are left out. */
void tape_start(const char *dir);
void tape_stop(void);
/* Plays it on the database file @path, committing after each @group of pieces of work; @mark says where one ends.
 * Answers seconds; @ret_units how many. */
double tape_play(const char *path, guint group, guint64 *ret_units);
/* The end of one piece of work (one case). */
void tape_mark(void);

G_END_DECLS
