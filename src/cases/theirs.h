/* theirs.h - what of a case its own customer may read. Staff may merge cases of two people (one outage, one case): neither is
 * shown what the other said or was told. What staff see: cases/message.h. */
#pragma once
#include "cases/case.h"
G_BEGIN_DECLS

/* message_list as a customer sees it (no notes, nothing that has not left or was taken back), without what came from another customer's case. Of a case that was merged into another
 * customer's: its own words, wherever they are now. */
json_t *case_theirs(Db *db, const Case *it, GError **error);
/* In the transaction that wrote @message_id on the case that @merged_id was merged into: where that is another customer's, the
 * message stays that of @merged_id, and goes back with it. */
gboolean case_theirs_keep(Db *db, gint64 merged_id, gint64 target_customer_id, gint64 message_id, GError **error);

G_END_DECLS
