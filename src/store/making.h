/* making.h - a database made in one go, under another name until it is whole. Private to store/; callers: store_keep(). */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

#define MAKING_NAME "redress.db.making"

/* Clears away what a run that was cut off left. FALSE when the folder has a database already. */
gboolean making_begin(const char *data_dir);
/* After its last connection is closed. @keep: on disk, then under its own name; otherwise gone. */
gboolean making_end(const char *data_dir, gboolean keep, GError **error);

G_END_DECLS
