/* customer.h - the people who complain: who they are, how to reach them, and when two of them are one. Their cases:
 * cases/list.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

typedef struct {
	gint64 id;
	char *kind, *value; /* email, phone, address, handle */
} Contact;
typedef struct {
	gint64 id, created_at, merged_into, version;
	char *ref, *name, *lang, *zone, *notes, *external_id;
	GPtrArray *contacts; /* of Contact; NULL when not asked for */
} Customer;
void customer_free(Customer *customer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Customer, customer_free)
json_t *customer_to_json(const Customer *customer);

typedef struct {
	const char *name, *email, *phone, *external_id, *lang, *zone;
} NewCustomer;

/* The identity rule, in the caller's transaction: the one with this external id; else the one with this address (folded,
 * following merges); else the one with this number AND the same folded name; else a new one. New contacts of a known one
 * are added, an empty name filled, nothing overwritten. All empty: 0, no customer, no error. ERR_INVALID with fields
 * "/customer/email", "/customer/phone". */
gboolean customer_identify(Db *db, const NewCustomer *given, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error);

Customer *customer_get(Db *db, gint64 id, GError **error);          /* with contacts; ERR_NOT_FOUND */
Customer *customer_by_ref(Db *db, const char *ref, GError **error); /* follows a merge to its target */
/* Folding, pure. (transfer full), NULL when it is none. */
char *email_fold(const char *email);
char *phone_fold(const char *phone);
char *name_fold(const char *name);

typedef struct {
	guint given;
	const char *name, *lang, *zone, *notes;
} CustomerChange;
enum { CUSTOMER_NAME = 1, CUSTOMER_LANG = 2, CUSTOMER_ZONE = 4, CUSTOMER_NOTES = 8 };
Customer *customer_change(Db *db, gint64 id, gint64 version, const CustomerChange *change, const Actor *actor, gint64 now_ms, GError **error);
gboolean contact_add(Db *db, gint64 customer_id, const char *kind, const char *value, const Actor *actor, gint64 now_ms, GError **error);
gboolean contact_remove(Db *db, gint64 customer_id, gint64 contact_id, const Actor *actor, gint64 now_ms, GError **error);

/* Who may be the same person: same number, same folded name, same address but for dots and plus parts; best first, with
 * the reason in words' key ("phone", "name", "email_like"). JSON array [{customer, reason}]. */
json_t *customer_duplicates(Db *db, gint64 id, guint limit, GError **error);
/* Cases and contacts of @source go to @target; undoable for 7 days. ERR_CONFLICT for itself or one already merged. */
gboolean customer_merge(Db *db, gint64 source_id, gint64 target_id, const Actor *actor, gint64 now_ms, GError **error);
gboolean customer_merge_undo(Db *db, gint64 source_id, const Actor *actor, gint64 now_ms, GError **error);
/* Found by name, address or number as typed; at most @limit. JSON array of customers. */
json_t *customer_find(Db *db, const char *text, guint limit, GError **error);

G_END_DECLS
