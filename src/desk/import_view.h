/* import_view.h - an import as its page shows it: which column is what, how far it is, which rows were not taken. */
#pragma once
#include "flow/import/import.h"
G_BEGIN_DECLS

/* Adds to @value (an answer of import_get) what every import's page shows: progress_pct, left_ms, has_rejects. */
void import_view_progress(json_t *value);
/* Adds charset, delimiter, columns[], preview[], problem of the uploaded file. */
gboolean import_view_columns(json_t *value, const char *data_dir, GError **error);
/* Adds rejects[]: the first twenty rows that were not taken, with line and reason. */
gboolean import_view_rejects(json_t *value, Db *db, const char *data_dir, GError **error);

G_END_DECLS
