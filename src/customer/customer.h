/* customer.h - the people who complain: who they are, how to reach them, and when two of them are one. Their cases:
 * cases/list.h. */
#pragma once
#include "base/actor.h"
#include "base/fold.h"
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

extern const char *const contact_kinds[]; /* email, phone, address, handle, NULL */

typedef struct {
	gint64 id;
	char *kind, *value; /* a word of contact_kinds; as it was given */
} Contact;
typedef struct {
	gint64 id, created_at, merged_into, version;
	char *ref, *name, *lang, *zone, *notes, *segment, *external_id;
	char *merged_into_ref; /* NULL when not merged */
	GPtrArray *contacts;   /* of Contact; NULL when not asked for */
} Customer;
void customer_free(Customer *customer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Customer, customer_free)
/* {ref, name, lang, zone, notes, segment (folded; policies of clocks look at it), external_id, created_at, merged_into (ref), contacts[{id, kind, value}] (when asked for),
 * version} */
json_t *customer_to_json(const Customer *customer);

typedef struct {
	const char *name, *email, *phone, *external_id, *lang, *zone;
} NewCustomer;

/* The identity rule, in the caller's transaction: the one with this external id; else the one with this address (folded,
 * following merges); else the one with this number AND the same folded name; else a new one. New contacts of a known one
 * are added, an empty name, language, zone or external id filled, nothing overwritten; an address or external id that is
 * another customer's stays theirs. All empty: 0, no customer, no error. ERR_INVALID with fields "/customer/email",
 * "/customer/phone", "/customer/name", "/customer/external_id". Events customer.added, customer.changed {fields}. */
gboolean customer_identify(Db *db, const NewCustomer *given, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error);
/* Pure: the faults customer_identify would find, without the database. */
gboolean customer_check(const NewCustomer *given, GError **error);

Customer *customer_get(Db *db, gint64 id, GError **error);          /* with contacts; ERR_NOT_FOUND; not following merges */
Customer *customer_by_ref(Db *db, const char *ref, GError **error); /* the ref as typed; follows a merge to its target */
/* Only the id behind a ref as typed, not following merges; ERR_NOT_FOUND. */
gboolean customer_id_by_ref(Db *db, const char *ref, gint64 *ret_id, GError **error);

typedef struct {
	guint given;
	const char *name, *lang, *zone, *notes, *segment; /* NULL clears */
} CustomerChange;
enum { CUSTOMER_NAME = 1, CUSTOMER_LANG = 2, CUSTOMER_ZONE = 4, CUSTOMER_NOTES = 8, CUSTOMER_SEGMENT = 16 };
enum { CUSTOMER_NAME_MAX = 200, CUSTOMER_NOTES_MAX = 10000, CUSTOMER_SEGMENT_MAX = 60, CONTACT_MAX = 500 }; /* bytes */
/* @version 0: whatever it is. ERR_CONFLICT when stale or merged away. Event customer.changed {fields}. */
Customer *customer_change(Db *db, gint64 id, gint64 version, const CustomerChange *change, const Actor *actor, gint64 now_ms, GError **error);
/* ERR_INVALID "/value", "/kind"; ERR_CONFLICT when another customer has the address. One the customer has already is no
 * error. At most 100 a customer (ERR_LIMIT). Events contact.added, contact.removed {kind}. */
gboolean contact_add(Db *db, gint64 customer_id, const char *kind, const char *value, const Actor *actor, gint64 now_ms, GError **error);
gboolean contact_remove(Db *db, gint64 customer_id, gint64 contact_id, const Actor *actor, gint64 now_ms, GError **error);

/* Who may be the same person: same number, same address but for dots and plus parts, same folded name; best first, with
 * the reason in words' key ("phone_name", "phone", "email_like", "name"). JSON array [{customer, reason}]. */
json_t *customer_duplicates(Db *db, gint64 id, guint limit, GError **error);
/* Cases and contacts of @source go to @target, and its name where the target has none; undoable for 7 days. ERR_CONFLICT
 * for itself or one already merged. Events customer.merged, customer.unmerged {source}. */
gboolean customer_merge(Db *db, gint64 source_id, gint64 target_id, const Actor *actor, gint64 now_ms, GError **error);
/* What went over comes back from whoever holds the target's things now; what came since stays. ERR_CONFLICT when it is not
 * merged or the 7 days are over. */
gboolean customer_merge_undo(Db *db, gint64 source_id, const Actor *actor, gint64 now_ms, GError **error);
#define CUSTOMER_UNDO_MS (7 * 24 * 3600 * (gint64)1000)
/* Those merged into @id that can still be undone: [{ref, name, at, until}]. */
json_t *customer_merged_list(Db *db, gint64 id, gint64 now_ms, GError **error);

/* Found by ref, external id, address, number or name as typed (the beginning of them; of a name, any word that stands on
 * one of their cases); at most @limit. JSON array of customers with contacts. */
json_t *customer_find(Db *db, const char *text, guint limit, GError **error);
/* The newest ones, a page at a time: {customers, next}; @after: the "next" of the page before, or NULL. */
json_t *customer_list(Db *db, const char *after, guint limit, GError **error);

G_END_DECLS
