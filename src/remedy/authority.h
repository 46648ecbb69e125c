/* authority.h - who may give how much without asking: rules by role, team or person, for one remedy or any, by currency. Settings > Authority. Asking
 * somebody else: remedy/approval.h; the team's money: remedy/budget.h.
 *
 * The rule: of all rules that fit somebody, a remedy and a currency, the most specific one alone holds: a person's before a team's (home
 * or member) before a role's; then one for this remedy before one for any; then one for this currency before one for any; then the newer
 * one. What it leaves open (null) is without limit; where no rule fits, every sum needs approval. What has no value needs none. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "base/money.h"
#include "store/db.h"
G_BEGIN_DECLS

extern const char *const authority_scopes[]; /* role team person */

#define NO_LIMIT ((gint64)-1)
typedef struct {
	gint64 rule_id; /* 0: none fits */
	gint64 per_remedy, per_case, per_customer, per_month; /* NO_LIMIT: does not bind */
} Authority;
gboolean authority_of(Db *db, gint64 user_id, gint64 type_id, const char *currency, Authority *ret_authority, GError **error);

/* What has been authorised already, without the offer that is being looked at. */
typedef struct {
	gint64 on_case, on_customer, by_user_month;
} AuthorityUsed;
gboolean authority_used(Db *db, gint64 case_id, gint64 customer_id, gint64 user_id, const char *currency, gint64 but_offer_id, gint64 now_ms, AuthorityUsed *ret_used, GError **error);

typedef enum { WITHIN, OVER_REMEDY, OVER_CASE, OVER_CUSTOMER, OVER_MONTH, NO_AUTHORITY } AuthorityVerdict;
/* Pure: @amount for one remedy, @with what its option gives in all with it (at least @amount). */
AuthorityVerdict authority_check(const Authority *authority, const AuthorityUsed *used, gint64 amount, gint64 with);
/* "within", "per_remedy", "per_case", "per_customer", "per_month", "none". Static. */
const char *authority_verdict_word(AuthorityVerdict verdict);

/* What may be decided about one sum on one case. */
typedef struct {
	gint64 type_id, case_id, customer_id, offer_id, amount, with;
	const char *currency;
} AuthorityAsk;
/* Everybody who has the permission remedy.approve and authority for it, without @but_a and @but_b (0: nobody); the lead of the case's team
 * first, then who may decide least of those who may, so that small sums do not go to the top. (transfer full) of gint64. */
GArray *authority_who_can(Db *db, const AuthorityAsk *ask, gint64 but_a, gint64 but_b, gint64 lead_id, gint64 now_ms, GError **error);
/* "Jonas Weber or Ellen Brandt", at most three; NULL for nobody. (transfer full) */
char *authority_names(Db *db, const GArray *user_ids, GError **error);

/* The rules. [{ref, scope, role|null, team|null, user|null, type{ref, name}|null, currency|null, per_remedy|null, per_case, per_customer,
 * per_month (money), version}] */
json_t *authority_list(Db *db, GError **error);
typedef struct {
	const char *scope, *role, *team, *user, *type, *currency; /* refs; type, currency NULL or "": any */
	const char *per_remedy, *per_case, *per_customer, *per_month; /* as typed; NULL or "": no limit */
} AuthorityRule;
/* Event authority.added, .changed, .removed. ERR_INVALID with fields; limits without a currency are refused. */
gboolean authority_add(Db *db, const AuthorityRule *rule, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error);
gboolean authority_change(Db *db, const char *ref, gint64 version, const AuthorityRule *rule, const Actor *actor, gint64 now_ms, GError **error);
gboolean authority_remove(Db *db, const char *ref, const Actor *actor, gint64 now_ms, GError **error);
json_t *authority_get(Db *db, const char *ref, GError **error);

/* The first moment of the month or quarter that holds @at_ms in @zone, and of the next one. Pure. */
void period_around(const char *period, const char *zone, gint64 at_ms, gint64 *ret_from_ms, gint64 *ret_to_ms);

G_END_DECLS
