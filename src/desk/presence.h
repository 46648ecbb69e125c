/* presence.h - who looks at a case or writes on it, just now. In memory only: it is true for less than a minute. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
G_BEGIN_DECLS

#define PRESENCE_MS (45 * (gint64)1000)

typedef struct _Presence Presence;
Presence *presence_new(void);
void presence_free(Presence *presence);
/* @doing: "reading", "typing", or "gone". */
void presence_note(Presence *presence, gint64 case_id, const Actor *who, const char *doing, gint64 now_ms);
/* [{ref, name, doing}] of the others, the newest first; at most 8. (transfer full) */
json_t *presence_list(Presence *presence, gint64 case_id, gint64 except_user_id, gint64 now_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Presence, presence_free)
G_END_DECLS
