/* reader.h - each thread's own read-only connection to each open store. Private to store/; callers see store_reader(). */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

typedef struct _Readers Readers;

Readers *readers_new(const char *url);
/* The calling thread's connection; opened at first use, and again when its link was lost. Borrowed. */
Db *readers_mine(Readers *self, GError **error);
/* Closes every thread's: no thread may be using one. */
void readers_free(Readers *self);

G_END_DECLS
