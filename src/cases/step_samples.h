/* step_samples.h - sample words for a step of the conversation: those of the house (macros that name the step), then ours. */
#pragma once
#include "cases/guide.h"
G_BEGIN_DECLS

/* [{ref|null, name, text, faults[], shipped}] as they would stand on this case, best first: of its kind and channel before those for
 * any; in the actor's language where they are ours. ERR_INVALID "/step". */
json_t *step_samples(Db *db, const Case *it, const char *step, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
