/* intake.h - how a case comes into being, whatever the channel. Import of many: flow/import/import.h. */
#pragma once
#include "cases/case.h"
#include "customer/customer.h"
G_BEGIN_DECLS

typedef struct {
	const char *name, *media_type, *hash; /* the blob is there already */
	gint64 size;
} NewAttachment;

typedef struct {
	const char *kind, *subject, *body, *channel; /* kind NULL: complaint; subject NULL: made from the body's first line */
	NewCustomer customer;
	gint64 customer_id; /* known already; then only the name in @customer is looked at, as the author's */
	const char *product, *category; /* refs or paths; an unknown path is ERR_INVALID, or made when @make_words */
	gint64 severity;                /* -1: normal */
	const char *desired_remedy, *external_id;
	gint64 received_at; /* 0: now; not later than now + 1 day, not before 1970 */
	const GPtrArray *tags;
	const GArray *attachments; /* of NewAttachment, or NULL */
	gboolean make_words;       /* import: categories and products that do not exist are made */
	/* Only the import, the demo and the API's import scope set these: a life lived elsewhere. */
	const char *stage, *outcome, *root_cause, *facts;
	gint64 acknowledged_at, first_response_at, resolved_at, closed_at, external_hash;
	gint64 owner_id, team_id;
	gint64 product_id, category_id, root_cause_id; /* looked up already; 0: as the words above say */
	gint64 *ret_message_id; /* its first message, not set where it has none; NULL: nobody asks */
} NewCase;

/* One transaction: customer, case, first message, attachments, search, event case.received, what is due. The actor says
 * who wrote it down. ERR_INVALID with every field at fault; ERR_CONFLICT when the external id is taken. @ret_id and
 * @ret_ref may be NULL. */
gboolean case_intake(Db *db, const NewCase *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error);
/* The same inside the caller's transaction (import writes hundreds in one). */
gboolean case_intake_in(Db *db, const NewCase *make, const Actor *actor, gint64 now_ms, gint64 *ret_id, char ret_ref[16], GError **error);
/* Pure: all faults of a new case, without the database. */
gboolean case_intake_check(const NewCase *make, gint64 now_ms, GError **error);

G_END_DECLS
