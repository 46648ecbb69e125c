/* checkpoint.h - folds SQLite's write-ahead log back into the database file without making the writer wait. Private to
 * store/. */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

typedef struct _Checkpoint Checkpoint;

Checkpoint *checkpoint_start(const char *url, GError **error);
/* The writer between two groups: wakes the thread when the log has grown; folds the rest itself when it has grown a lot.
 * NULL @self does nothing. */
void checkpoint_look(Checkpoint *self, Db *writer);
/* Copies now what there is, on its own thread. */
void checkpoint_wake(Checkpoint *self);
void checkpoint_stop(Checkpoint *self);

G_END_DECLS
