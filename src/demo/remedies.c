/* remedies.c - see remedies.h. Through the same rules as at the desk. */
#include "demo/remedies.h"
#include "base/clock.h"
#include "org/settings.h"
#include "org/team.h"
#include "remedy/approval.h"
#include "remedy/authority.h"
#include "remedy/budget.h"
#include "remedy/doing.h"
#include "remedies.sql.h"
#include <string.h>

static gboolean
add_rule(Db *db, const char *role, const char *currency, const char *const limits[4], gint64 now_ms, GError **error)
{
	const AuthorityRule rule = { .scope = "role", .role = role, .currency = currency, .per_remedy = limits[0], .per_case = limits[1], .per_customer = limits[2], .per_month = limits[3] };
	char ref[16];

	return authority_add(db, &rule, actor_system(), now_ms, ref, error);
}

gboolean
remedies_house(Db *db, const Company *company, guint64 n_cases, gint64 now_ms, GError **error)
{
	static const char *const currencies[] = { "GBP", "EUR", "USD" };
	static const char *const agents[4] = { "80", "150", "250", NULL }, *const supervisors[4] = { "500", NULL, NULL, NULL };
	g_autofree char *amount = g_strdup_printf("%" G_GUINT64_FORMAT, MAX(n_cases, 100) * 2);
	g_autoptr(json_t) currency = json_object();

	json_put_text(currency, "currency", "GBP");
	if (!settings_change(db, currency, actor_system(), now_ms, error))
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(currencies); i++)
		if (!add_rule(db, "agent", currencies[i], agents, now_ms, error) || !add_rule(db, "supervisor", currencies[i], supervisors, now_ms, error))
			return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(company->team_ids); i++) {
		g_autoptr(Team) team = team_get(db, company->team_ids[i], error);
		const BudgetChange budget = { .team = team != NULL ? team->ref : NULL, .currency = "GBP", .period = "month", .amount = amount };
		char ref[16];

		if (team == NULL || !budget_add(db, &budget, actor_system(), now_ms, ref, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
step(Gift *gift, double hours)
{
	gift->at_ms += (gint64)(hours * (double)MS_PER_HOUR);
	return gift->at_ms < gift->until_ms;
}

static gboolean
save(Gift *gift, GError **error)
{
	return case_save(gift->db, gift->it, gift->at_ms, error);
}

/* What is under way at the demo's present: it waits for somebody, so that whoever looks sees how that is. */
static gboolean
is_of_late(const Gift *gift, double hours)
{
	return (double)(gift->until_ms - gift->at_ms) < hours * (double)MS_PER_HOUR;
}

/* Sums are round, as people give them, and rise with how bad it was. */
static gint64
sum_of(Gift *gift)
{
	static const double middle[] = { 15, 28, 55, 110 };
	gint64 pounds = (gint64)chance_skewed(gift->chance, middle[CLAMP(gift->it->severity, 0, 3)], 0.55);

	/* Those of today are not decided yet: some of them are large. */
	if (is_of_late(gift, 20) && chance_of(gift->chance, 50))
		pounds = 90 + 10 * (gint64)chance_below(gift->chance, 12);
	return CLAMP(pounds / 5 * 5, 5, 450);
}

static Actor
actor_of(const Gift *gift, gint64 user_id)
{
	Actor who = *actor_system();

	who.kind = ACTOR_STAFF;
	who.user_id = user_id;
	for (guint i = 0; i < N_AGENTS; i++)
		if (gift->company->agents[i].user_id == user_id)
			g_strlcpy(who.name, gift->company->agents[i].name, sizeof who.name);
	return who;
}

/* Who was asked decides some hours later: mostly yes, now and then less, seldom no. */
static gboolean
decide(Gift *gift, Offer *offer, gboolean *ret_goes_on, GError **error)
{
	static const char *const why[] = { "In line with what others got.", "Please go for the lower sum this time, the goods can still be used.", NULL };
	g_autoptr(GPtrArray) remedies = remedy_of_offer(gift->db, offer->id, error);
	guint dice = chance_below(gift->chance, 100);
	gboolean ready = FALSE;

	*ret_goes_on = FALSE;
	if (remedies == NULL)
		return FALSE;
	if (is_of_late(gift, 20) && chance_of(gift->chance, 80)) {
		gift->at_ms = gift->until_ms;
		return TRUE;
	}
	if (!step(gift, chance_skewed(gift->chance, 3, 0.8)))
		return TRUE;
	if (!gift->time_passes(gift->life, gift->at_ms, error))
		return FALSE;
	for (guint i = 0; i < remedies->len; i++) {
		Remedy *one = remedies->pdata[i];
		g_autoptr(Approval) approval = NULL;
		Decision decision = { .approve = dice < 93, .amount_minor = dice >= 80 && dice < 93 ? one->amount_minor * 7 / 1000 * 100 : -1 };
		Actor who;

		if (strcmp(one->state, "proposed") != 0)
			continue;
		if ((approval = approval_get(gift->db, one->approval_id, error)) == NULL)
			return FALSE;
		who = actor_of(gift, approval->asked_of);
		decision.words = dice >= 93 ? "Not for this: please offer a repair first." : decision.amount_minor > 0 ? why[1] : why[0];
		if (!approval_decide_on(gift->db, gift->it, offer, one, approval, &decision, &who, gift->at_ms, error))
			return FALSE;
	}
	if (!offer_settle_on(gift->db, gift->it, offer, "refused", gift->who, gift->at_ms, &ready, error))
		return FALSE;
	*ret_goes_on = strcmp(offer->state, "ready") == 0;
	return TRUE;
}

static gboolean
carry_out(Gift *gift, const Offer *offer, GError **error)
{
	g_autoptr(GPtrArray) remedies = remedy_of_offer(gift->db, offer->id, error);

	if (remedies == NULL)
		return FALSE;
	if (!step(gift, chance_skewed(gift->chance, 9, 0.7)))
		return TRUE;
	if (!gift->time_passes(gift->life, gift->at_ms, error))
		return FALSE;
	for (guint i = 0; i < remedies->len; i++) {
		Remedy *one = remedies->pdata[i];
		g_autofree char *reference = g_strdup_printf("LF-PAY-%06u", chance_below(gift->chance, 1000000));

		if (strcmp(one->state, "chosen") != 0)
			continue;
		if (!remedy_done_on(gift->db, gift->it, one, reference, NULL, gift->who, gift->at_ms, error))
			return FALSE;
		if (one->amount_minor > 0 && chance_below(gift->chance, 200) == 0 && !remedy_reverse_on(gift->db, gift->it, one, "The transfer came back.", gift->who, gift->at_ms, error))
			return FALSE;
	}
	return TRUE;
}

/* One of the options that are still there, beginning anywhere. */
static gint64
any_option(Gift *gift, const Offer *offer, const GPtrArray *remedies)
{
	guint from = chance_below(gift->chance, (guint)offer->n_options);

	for (guint i = 0; i < (guint)offer->n_options; i++)
		for (guint k = 0; k < remedies->len; k++) {
			const Remedy *one = remedies->pdata[k];

			if (one->option_n == 1 + (from + i) % offer->n_options && strcmp(one->state, "offered") == 0)
				return one->option_n;
		}
	return 1;
}

static gboolean
choose(Gift *gift, Offer *offer, GError **error)
{
	const Actor customer = { .kind = ACTOR_CUSTOMER, .case_id = gift->it->id, .may = actor_public()->may, .zone = "UTC", .lang = "en", .theme = "auto" };

	g_autoptr(GPtrArray) remedies = NULL;

	if (offer->direct)
		return carry_out(gift, offer, error);
	if (is_of_late(gift, 72) && chance_of(gift->chance, 70)) {
		gift->at_ms = gift->until_ms;
		return TRUE;
	}
	if (!step(gift, chance_skewed(gift->chance, 14, 0.8)))
		return TRUE;
	if (offer->expires_at != 0) /* one in some hundred thousand nearly forgets, and chooses in the last minute */
		gift->at_ms = MIN(gift->at_ms, offer->expires_at - MS_PER_MINUTE);
	if (!gift->time_passes(gift->life, gift->at_ms, error))
		return FALSE;
	if ((remedies = remedy_of_offer(gift->db, offer->id, error)) == NULL)
		return FALSE;
	if (!save(gift, error) || !offer_choose_on(gift->db, gift->it, offer, any_option(gift, offer, remedies), &customer, gift->at_ms, error))
		return FALSE;
	return carry_out(gift, offer, error);
}

/* What is offered: money back or for the trouble where it is owed, a voucher otherwise; every fourth time a choice. */
static Offer *
propose(Gift *gift, GError **error)
{
	static const char *const owed[] = { "refund", "partial_refund", "partial_refund", "compensation", "compensation", NULL };
	static const char *const goodwill[] = { "credit", "discount", NULL };
	const char *currency = chance_of(gift->chance, 92) ? "GBP" : chance_of(gift->chance, 75) ? "EUR" : "USD";
	gint64 sum = sum_of(gift);
	g_autofree char *amount = g_strdup_printf("%" G_GINT64_FORMAT, sum), *more = g_strdup_printf("%" G_GINT64_FORMAT, sum * 4 / 3 / 5 * 5 + 5);
	NewOffer make = { .currency = currency, .direct = !chance_of(gift->chance, 25), .reason = "What it cost them, and something for the trouble." };

	make.options[0].remedies[0] = (NewRemedy){ chance_pick(gift->chance, gift->owed ? owed : goodwill), amount, "With you within three working days." };
	if (!make.direct) {
		make.options[1].remedies[0] = (NewRemedy){ "credit", more, "To spend with us, on anything. It does not run out." };
		if (chance_of(gift->chance, 40))
			make.options[2].remedies[0] = (NewRemedy){ "repair", NULL, "We come and repair it, on a day that suits you. You pay nothing." };
	}
	return offer_make_on(gift->db, gift->it, &make, gift->who, gift->at_ms, error);
}

gboolean
remedies_give(Gift *gift, GError **error)
{
	g_autoptr(Offer) offer = NULL;
	g_autoptr(GError) local = NULL;
	gboolean goes_on = TRUE;

	if (!chance_of(gift->chance, gift->owed ? 34 : 7))
		return TRUE;
	if (!save(gift, error) || (offer = propose(gift, error)) == NULL)
		return FALSE;
	if (strcmp(offer->state, "waiting") == 0 && !decide(gift, offer, &goes_on, error))
		return FALSE;
	if (!goes_on)
		return TRUE;
	/* The month's money may be gone: then it stays ready, as it would. */
	if (!offer_send_on(gift->db, gift->it, offer, gift->who, gift->at_ms, &local)) {
		if (g_error_matches(local, ERR, ERR_CONFLICT))
			return TRUE;
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	return choose(gift, offer, error);
}

gboolean
remedies_tidy(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && db_exec(db, &SQL_DEMO_JOBS_OVER, DB_ARGS(DB_INT(*(const gint64 *)data)), NULL, error) && db_tx_commit(tx, error);
}
