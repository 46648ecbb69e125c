/* group.h - units of work that share one transaction of SQLite's writing connection and its one wait for the disk. Who queues them, and what
 * PostgreSQL does instead: writer.c. What a unit may do: store.h. Private to store/.
 *
 * A unit's scope would be a savepoint, within which SQLite copies every page before it is first changed: a quarter of the work. So a group
 * runs without any until a unit fails when others have written already. Then everything is rolled back and all of its units run again, each in
 * a savepoint of its own (a unit may run more than once: store.h), and so do the next groups for a while. */
#pragma once
#include "store/store.h"
G_BEGIN_DECLS

typedef struct _Unit Unit;
struct _Unit {
	StoreWork work;
	StoreDone done;
	gpointer data;
	GError *error;
	Unit *next;
};

/* Runs it; what went wrong is in its error. */
void unit_run(Db *db, Unit *unit);
/* Says to each how it went, and frees them. */
void units_tell(Unit *units);

typedef struct {
	guint careful; /* so many groups more run with savepoints */
	guint64 again; /* groups that had to run twice, since start */
} Group;

/* Up to @n units that have arrived meanwhile, or NULL. */
typedef Unit *(*GroupMore)(gpointer data, guint n);
enum { GROUP_MAX = 256 };

/* Begins, runs @units and what @more adds, commits. FALSE: nothing of it was kept, and every unit has an error. */
gboolean group_run(Group *self, Db *db, Unit *units, GroupMore more, gpointer data, guint *ret_n);

G_END_DECLS
