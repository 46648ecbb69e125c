/* answer.h - when the customer says whether it is still right: a yes ends following up, a no opens the case again for the same
 * owner, before others. */
#pragma once
#include "survey/follow_up.h"
G_BEGIN_DECLS

/* In the caller's transaction. Yes: the case goes to followed_up where it was resolved, and an earlier recovery is turned around. No: their
 * words are a message on the case, which opens it again (cases/message.h); its severity is high at least. ERR_CONFLICT when it is answered. */
gboolean follow_up_answer_in(Db *db, const FollowUp *it, gboolean right, const char *words, gint64 now_ms, GError **error);

G_END_DECLS
