/* follow.h - what a change brings about later, written in the change's own transaction: the one place where events meet the
 * capabilities that wait for them (store/events.h). The change's own rule knows nothing of it. */
#pragma once
#include "store/events.h"
G_BEGIN_DECLS

/* For store_follow(). case.resolved, case.stage_changed to closed, message.sent by a person, remedy.done: surveys become due; case.resolved: so
 * does "is it still right?", at its clock's time (where no policy has one, after the days of the settings); clock.moved: it moves with it; customer.merged: what one of them said about surveys holds for both. Anything else costs a look at its first letters. */
gboolean flow_follow(Db *db, const Event *event, gint64 id, GError **error);

G_END_DECLS
