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
/* Makes ready to play it on the database file @path. */
void tape_open(const char *path);
/* Plays on for so many seconds, with 0 to its end, committing after each @group of pieces of work; tape_mark() says where one ends. Answers the
 * seconds it took, to the last commit; @ret_units: how many pieces, 0 behind the end. */
double tape_play(double seconds, guint group, guint64 *ret_units);
/* The end of one piece of work (one case). */
void tape_mark(void);

G_END_DECLS
