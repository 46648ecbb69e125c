/* sqlite_log.h - how SQLite's write-ahead log is written: a transaction's pages together. */
#pragma once
#include <sqlite3.h>

/* The name for sqlite3_open_v2() of who writes; NULL: the system's own way. After sqlite3_initialize(), once. */
const char *sqlite_log_register(void);
/* sqlite3_step() of @commit, a prepared COMMIT of @db: its pages are gathered. Opened without that name: the step alone. */
int sqlite_log_commit(sqlite3 *db, sqlite3_stmt *commit);
