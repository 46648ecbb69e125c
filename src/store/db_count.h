/* db_count.h - how much a connection was asked: GET /metrics tells it by route, and tests hold it. */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

gint64 db_asked(const Db *db); /* statements so far */

G_END_DECLS
