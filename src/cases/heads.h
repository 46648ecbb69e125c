/* heads.h - what searches know of a case besides its messages: subject, ref, external id and its customer's name. Whoever
 * changes a case's own words writes its head along (cases/change.c); this is for when the customer's name changes. */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

/* Writes the heads of a customer's newest cases again, at most @limit; not of those that were merged
 * away, whose words stand on another case. In the caller's transaction. */
gboolean case_heads_of_customer(Db *db, gint64 customer_id, guint limit, GError **error);

G_END_DECLS
