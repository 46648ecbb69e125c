/* withdraw.h - an answer is taken back before it left, and is its writer's draft again, with everything it had; the case goes on as if it had not been
 * written. What becomes of the mail itself: mailbox/outbox.h; drafts: cases/message.h; the case: cases/unsaid.h. */
#pragma once
#include "base/actor.h"
#include "store/db.h"
G_BEGIN_DECLS

/* One transaction: outbox_withdraw_in(), and where it waited to be sent, its words, files, copies and choices are the actor's reply again, unless
 * they began another since. Where nobody got it (it waited, or had failed for all), what it promised is promised no more, an offer that it made is withdrawn (unless the customer has chosen), the case is as message_unsaid_in()
 * leaves it, surveys and the question whether it is still right that it brought up are not sent, and it is no final response. ERR_CONFLICT when it is on its way. */
gboolean mail_withdraw(Db *db, gint64 outbox_id, const Actor *actor, gint64 now_ms, GError **error);

G_END_DECLS
