/* private.h - what the files of this folder share and nobody else needs. The folder's door: customer.h. */
#pragma once
#include "customer/customer.h"
G_BEGIN_DECLS

/* Where a chain of merges ends: @id itself when it is not merged. ERR_CORRUPT for a circle. */
gboolean customer_follow(Db *db, gint64 id, gint64 *ret_id, GError **error);
gboolean customer_event(Db *db, const char *kind, gint64 customer_id, json_t *facts, const Actor *actor, gint64 now_ms, GError **error);
/* Rows of id, kind, value: addresses first. */
DbRows *contact_rows(Db *db, gint64 customer_id, GError **error);
/* Adds, unless the customer has it; *@ret_added FALSE as well when an address is another customer's. @key folded. */
gboolean contact_add_folded(Db *db, gint64 customer_id, const char *kind, const char *value, const char *key, gint64 now_ms, gboolean *ret_added,
	GError **error);
/* The form a contact of @kind is compared in; NULL when @value is none. (transfer full) */
char *contact_fold(const char *kind, const char *value);

G_END_DECLS
