/* house.h - the people, teams and cases that tests of remedies stand on. */
#pragma once
#include "base/seal.h"
#include "kit/kit.h"
#include "remedy/offer.h"
#include "remedy/approval.h"

typedef struct {
	gint64 team, agent, lead, boss, case_id, other_case;
	Actor as_agent, as_lead, as_boss, customer;
} House;

/* Care, led by Jonas (up to £500 a remedy), with Amara (£100 a remedy, £150 a case, £200 a customer, £400 a month); Ellen is an admin and bound by
 * nothing. Two open complaints of Ruth's, in one category. */
void house_make(Kit *kit, House *house);
/* Such a house, in which money back is paid by the shop (signed with "our key"); one remedy of £50 is chosen. Its id. */
gint64 house_shop(Kit *kit, House *house, const SealKey *key);
/* An offer of up to four options with one remedy each: "refund 50", "apology"; NULL-ended. NULL with @error. */
Offer *house_offer(Kit *kit, const Actor *actor, gint64 case_id, gboolean direct, const char *const *options, GError **error);
/* Sends it (rules alone, nothing is told). */
gboolean house_send(Kit *kit, gint64 offer_id, const Actor *actor, GError **error);
gboolean house_choose(Kit *kit, gint64 offer_id, gint64 n, GError **error);
gboolean house_decide(Kit *kit, gint64 remedy_id, const Actor *actor, gboolean approve, gint64 amount, const char *words, GError **error);
/* Of the offer's option @n, the first. */
Remedy *house_remedy(Kit *kit, gint64 offer_id, gint64 n);
gboolean house_done(Kit *kit, gint64 remedy_id, const char *became, GError **error);
/* More people: an approver with £@pounds a remedy, or without a rule (0). */
gint64 house_user(Kit *kit, const char *name, const char *role, gint64 team_id, Actor *ret_actor);
void house_rule(Kit *kit, const char *scope, const char *who, const char *per_remedy, const char *per_case, const char *per_customer, const char *per_month);
