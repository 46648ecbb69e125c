/* choose.h - when a customer chooses, or says that none of it is right. The rule: remedy/offer.h; the page: portal/choose.h. */
#pragma once
#include "remedy/offer.h"
G_BEGIN_DECLS

/* One transaction: the choice, their words as a message of theirs (may be NULL), the notice remedy_chosen to the case's owner. @option 0: none of it is right;
 * then words are needed (ERR_INVALID "/words"), and the case goes back to work. @actor: the customer of this case. ERR_CONFLICT in words for them. Where the case
 * was merged, the offer goes along to the case it is now; their words stay theirs. */
gboolean remedy_choose(Db *db, const char *ref, gint64 option, const char *words, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
