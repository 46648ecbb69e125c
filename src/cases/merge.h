/* merge.h - two cases that are one, one that is two, and cases that belong together. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

#define MERGE_UNDO_MS (7 * 24 * 3600 * (gint64)1000)

/* @source's messages show on @target; follow-ups go there; @source closes (not open, merged_into). Event case.merged on
 * both. ERR_CONFLICT: itself, already merged, or a circle. */
gboolean case_merge(Db *db, gint64 source_id, gint64 target_id, const Actor *actor, gint64 now_ms, GError **error);
/* Within 7 days: messages and state of @source as they were; what came since stays on the target. Event case.unmerged. */
gboolean case_merge_undo(Db *db, gint64 source_id, const Actor *actor, gint64 now_ms, GError **error);
/* Cases merged into this one and not taken apart again: [{ref, subject, at, can_undo}], newest first. */
json_t *case_merged_list(Db *db, gint64 id, gint64 now_ms, GError **error);
/* A message becomes the first of a new linked case (copied; the original stays, marked in the timeline). */
gboolean case_split(Db *db, gint64 case_id, const char *message_ref, const char *subject, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error);
gboolean case_link(Db *db, gint64 a_id, gint64 b_id, const Actor *actor, gint64 now_ms, GError **error);
/* The same inside the caller's transaction. */
gboolean case_link_in(Db *db, gint64 a_id, gint64 b_id, const Actor *actor, gint64 now_ms, GError **error);
gboolean case_unlink(Db *db, gint64 a_id, gint64 b_id, const Actor *actor, gint64 now_ms, GError **error);
json_t *case_links(Db *db, gint64 id, GError **error); /* [{ref, subject, stage, kind}] */

G_END_DECLS
