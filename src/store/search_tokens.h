/* search_tokens.h - our words of ASCII in front of FTS5's own tokenizer. Private to store/. */
#pragma once
#include <glib.h>
#include <sqlite3.h>
G_BEGIN_DECLS

/* Once a connection, before it looks at a full-text table that is told by "unicode61". */
gboolean search_tokens_init(fts5_api *api);

G_END_DECLS
