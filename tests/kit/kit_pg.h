/* kit_pg.h - PostgreSQL databases for tests. Private to the kit. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* The address of this process's database, migrated and empty. (transfer full) */
char *kit_pg_fresh(gint64 now_ms);
void kit_pg_end(void);

G_END_DECLS
