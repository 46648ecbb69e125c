/* remedy.h - one thing that is given to put a case right, and each step of its life: guarded by its version, with its event in the same
 * transaction. What may follow what: remedy/state.h; several of them laid before a customer: remedy/offer.h; approving:
 * remedy/approval.h; money that moved: remedy/ledger.h; the stories: flow/remedy/. */
#pragma once
#include "cases/case.h"
#include "remedy/state.h"
G_BEGIN_DECLS

enum { REMEDY_ANSWER_MAX = 4000 };

typedef struct {
	gint64 id, offer_id, option_n, case_id, customer_id, type_id, amount_minor, asked_minor, hook_id, team_id, made_by, authority_id, authorised_at, approval_id;
	gint64 attempts, tried_at, accepted_at, done_at, changed_at, version, period_id;
	char *ref, *kind, *state, *words, *reason, *done_by, *fault, *answer, *reference, *type_name, *case_ref;
	char currency[4]; /* "": without a value */
	gboolean goodwill;
} Remedy;
void remedy_free(Remedy *remedy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Remedy, remedy_free)
Remedy *remedy_get(Db *db, gint64 id, GError **error);
Remedy *remedy_by_ref(Db *db, const char *ref, GError **error);          /* ERR_NOT_FOUND */
GPtrArray *remedy_of_offer(Db *db, gint64 offer_id, GError **error);     /* of Remedy, by option and place */

/* {ref, kind, name, state, value{}|null, asked{}|null, goodwill, words, reason, done_by, takes_back (its system can be asked to), takeback{}|null (remedy/takeback.h), option, offer{ref, state, direct, expires_at,
 * chosen}, made_by{}|null, made_at, authority{}|null, approval{ref, state, asked_of{}, due_at, decided_by{}|null, words}|null, reference, done_at,
 * reversed_at, attempts, tried_at, accepted_at, fault, version}: newest first; one statement. */
json_t *remedy_list_of_case(Db *db, gint64 case_id, GError **error);
json_t *remedy_show(Db *db, const char *ref, GError **error); /* one of them, with case{ref, subject} and answer */

/* A sum of a remedy as JSON facts of events and notices: {remedy: ref, kind, amount_minor, currency, goodwill, v}. (transfer full) */
json_t *remedy_facts(const Remedy *remedy, const Case *it);

typedef struct {
	const char *fault, *answer, *reference; /* NULL: none */
	gint64 authority_id;                    /* approved: on whose authority; 0: as it is */
	gint64 amount_minor;                    /* approved: a lower sum; -1: as it is */
	gboolean tried;                         /* one more attempt, now */
	gboolean by_hand;                       /* done by a person, whoever was to do it */
	json_t *facts;                          /* further ones of the event, taken; NULL */
} RemedyStep;
/* One step in the caller's transaction: state, version + 1, event remedy.TO (doing: remedy.started). @it: its case, locked by the caller and
 * saved by it. ERR_CONFLICT with what happened meanwhile where the step is not possible any more. */
gboolean remedy_become_on(Db *db, const Case *it, Remedy *remedy, const char *to, const RemedyStep *step, const Actor *actor, gint64 now_ms, GError **error);
/* ERR_CONFLICT in words: "This was done already." FALSE. */
gboolean remedy_is_past(const Remedy *remedy, GError **error);

G_END_DECLS
