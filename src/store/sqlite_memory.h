/* sqlite_memory.h - where SQLite's memory comes from. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* Before sqlite3_initialize(). */
void sqlite_memory_use(void);

G_END_DECLS
