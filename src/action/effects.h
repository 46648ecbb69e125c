/* effects.h - all corrective actions that are done, each with whether it helped. One alone: action/effect.h. */
#pragma once
#include "action/effect.h"
G_BEGIN_DECLS

enum { EFFECTS_MAX = 100 };
extern const char *const effects_sorts[]; /* done effect cause owner title, NULL */

/* {effects[{ref, title, about (path), tree (cause category product), owner{ref, name}, opened_at, ended_at, weeks, verdict, before{n, of, per_1000, from, until, weeks}, after|null,
 * ratio|null, low|null, high|null}], sort, n_fewer, n_more, n_unsure}: of those done the newest EFFECTS_MAX, sorted by a word of effects_sorts: done newest first; effect by how many times as
 * often it comes now, the best first and those that cannot be told last. For a SLOW route. */
json_t *effects_read(Db *db, const char *sort, gint64 now_ms, GError **error);

G_END_DECLS
