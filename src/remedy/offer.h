/* offer.h - what is laid before a customer at once: up to four options of one or two remedies each, or one that is given without asking
 * (direct). States: remedy/state.h; the stories (words to the customer, the case's stage, paying): flow/remedy/offer.h, flow/remedy/choose.h.
 *
 * All functions *_on run in the caller's transaction on a case that the caller has locked, and saved (its next version is in their events). */
#pragma once
#include "remedy/remedy.h"
G_BEGIN_DECLS

enum { OFFER_OPTIONS = 4, OFFER_TOGETHER = 2, OFFER_DAYS = 14, OFFER_DAYS_MAX = 90 };

typedef struct {
	gint64 id, case_id, customer_id, made_by, days, n_options, chosen, counts_minor, period_id, held_minor, made_at, sent_at, expires_at, decided_at, version, message_id /* the answer it was made in; 0: none that is kept */;
	char *ref, *state, *words, *case_ref;
	char currency[4];
	gboolean direct;
} Offer;
void offer_free(Offer *offer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Offer, offer_free)
Offer *offer_get(Db *db, gint64 id, GError **error);
Offer *offer_by_ref(Db *db, const char *ref, GError **error); /* ERR_NOT_FOUND */
/* The newest one of a case that is open or chosen with nothing begun: for the customer's page. NULL without error: none. */
Offer *offer_open_of_case(Db *db, gint64 case_id, GError **error);
/* The one that was made in this answer. NULL without error: none. */
Offer *offer_of_message(Db *db, gint64 message_id, GError **error);
gboolean offer_said_in(Db *db, const Offer *offer, gint64 message_id, GError **error);
/* {ref, state, direct, words, currency, n_options, chosen, made_by{}, made_at, sent_at, expires_at, case (ref), options[{n, sum{}|null,
 * remedies[remedy]}], version} */
json_t *offer_to_json(Db *db, const Offer *offer, GError **error);

typedef struct {
	const char *type, *amount, *words; /* type: ref or kind; words NULL: the catalogue's, filled in */
} NewRemedy;
typedef struct {
	NewRemedy remedies[OFFER_TOGETHER]; /* of the second, type NULL: only one */
} NewOption;
typedef struct {
	NewOption options[OFFER_OPTIONS]; /* up to the first without a type */
	const char *currency;             /* NULL: the house's */
	const char *words, *reason;       /* to the customer; to whoever approves */
	gint64 days;                      /* to think; 0: OFFER_DAYS */
	gboolean direct;                  /* one option, given without asking */
} NewOffer;
/* Needs remedy.offer. Each remedy that is within the actor's authority is approved at once, for the others somebody is asked
 * (remedy/approval.h). ERR_INVALID with every field at fault ("/options/1/amount"): unknown remedies, sums out of bounds, two currencies.
 * ERR_CONFLICT: the case has ended, or nobody has authority for so much. */
Offer *offer_make_on(Db *db, const Case *it, const NewOffer *make, const Actor *actor, gint64 now_ms, GError **error);
/* After a decision about one of its remedies: options without one that was refused remain; ready when none waits any more; refused or expired
 * (@none) when no option is left. *@ret_ready: it is ready now, all of it as it was asked for. */
gboolean offer_settle_on(Db *db, const Case *it, Offer *offer, const char *none, const Actor *actor, gint64 now_ms, gboolean *ret_ready, GError **error);
/* ready -> open (or given): money is set aside for the dearest option (ERR_CONFLICT when the team's budget has too little left), the
 * clock of the choice starts. What is given is chosen at once, and its payment is a job (remedy.pay). */
gboolean offer_send_on(Db *db, const Case *it, Offer *offer, const Actor *actor, gint64 now_ms, GError **error);
/* The customer takes option @n (from 1), or another one as long as nothing began. ERR_CONFLICT in words for the customer. */
gboolean offer_choose_on(Db *db, const Case *it, Offer *offer, gint64 n, const Actor *actor, gint64 now_ms, GError **error);
/* Its case was merged into this one: the offer with all of it is its from now on. */
gboolean offer_move_in(Db *db, Offer *offer, gint64 case_id, GError **error);
/* declined, withdrawn, expired: every remedy of it ends so, money is free again, who was asked need not answer. */
gboolean offer_end_on(Db *db, const Case *it, Offer *offer, const char *to, const char *words, const Actor *actor, gint64 now_ms, GError **error);
/* One of its remedies was done, withdrawn after it was chosen, or taken back: what counts and what is set aside follows. */
gboolean offer_account_on(Db *db, gint64 offer_id, const Remedy *remedy, const char *became, GError **error);

G_END_DECLS
