/* view.h - views of the queue that somebody saved, for themselves or for everybody. The built-in ones: cases/list.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

/* [{ref, name, query, sort, shared, mine, owner{ref, name}}]: one's own and the shared ones, by name. */
json_t *saved_view_list(Db *db, gint64 user_id, GError **error);
/* One of those; ERR_NOT_FOUND, also for another's private one. */
json_t *saved_view_get(Db *db, const char *ref, gint64 user_id, GError **error);
/* @query as typed, at most 1,000 characters; @sort a word of case_sorts or NULL (due). Sharing needs view.share. */
gboolean saved_view_add(Db *db, const char *name, const char *query, const char *sort, gboolean shared, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error);
/* One's own only (ERR_NOT_FOUND otherwise); NULL: as it is; @shared -1: as it is. */
gboolean saved_view_change(Db *db, const char *ref, const char *name, const char *query, const char *sort, int shared, const Actor *actor, gint64 now_ms, GError **error);
/* One's own; a shared one also by who may share. */
gboolean saved_view_remove(Db *db, const char *ref, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
