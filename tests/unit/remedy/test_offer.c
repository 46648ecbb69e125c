/* Offers and remedies: one's own authority, somebody else's, budgets, choosing, doing, and that every step is whole or not at all. */
#include "house.h"
#include "cases/merge.h"
#include "flow/remedy/choose.h"
#include "flow/remedy/do.h"
#include "org/team.h"
#include "remedy/authority.h"
#include "remedy/budget.h"
#include "remedy/doing.h"
#include <string.h>

#define OPTIONS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static gint64
budget(Kit *kit, House *house, const char *amount)
{
	g_autoptr(Team) team = team_get(kit->db, house->team, NULL);
	const BudgetChange make = { .team = team->ref, .currency = "GBP", .period = "month", .amount = amount };
	g_autoptr(GError) error = NULL;
	char ref[16];

	budget_add(kit->db, &make, kit->actor, kit->now_ms, ref, &error);
	g_assert_no_error(error);
	return 0;
}

static char *
budget_ref(Kit *kit)
{
	g_autoptr(json_t) list = budget_list(kit->db, kit->now_ms, NULL);

	return g_strdup(json_text(json_array_get(list, 0), "ref", NULL));
}

static gint64 reserved(Kit *kit) { return kit_count(kit, "SELECT coalesce(sum(reserved_minor), 0) FROM budget_periods"); }
static gint64 used(Kit *kit) { return kit_count(kit, "SELECT coalesce(sum(used_minor), 0) FROM budget_periods"); }

static void
expect_state(Kit *kit, gint64 offer_id, const char *state)
{
	g_autoptr(Offer) offer = offer_get(kit->db, offer_id, NULL);

	g_assert_cmpstr(offer->state, ==, state);
}

/* Within one's authority: approved at once, sent, chosen, done, taken back; the budget and the ledger follow each step. */
static void
test_life(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL;
	g_autoptr(Offer) offer = NULL;
	g_autoptr(Remedy) dear = NULL, cheap = NULL;

	house_make(kit, &house);
	budget(kit, &house, "1000");
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 90", "credit 40.50", "repair"), &error);
	g_assert_no_error(error);
	g_assert_cmpstr(offer->state, ==, "ready");
	g_assert_cmpint(reserved(kit), ==, 0);
	g_assert_true(house_send(kit, offer->id, &house.as_agent, &error));
	expect_state(kit, offer->id, "open");
	g_assert_cmpint(reserved(kit), ==, 9000); /* the dearest of the three */
	g_assert_true(house_choose(kit, offer->id, 2, &error));
	g_assert_cmpint(reserved(kit), ==, 9000); /* may be changed still */
	g_assert_true(house_choose(kit, offer->id, 1, &error) && house_choose(kit, offer->id, 2, &error) && house_choose(kit, offer->id, 2, &error));
	cheap = house_remedy(kit, offer->id, 2);
	dear = house_remedy(kit, offer->id, 1);
	g_assert_cmpstr(cheap->state, ==, "chosen");
	g_assert_cmpstr(dear->state, ==, "declined");
	g_assert_true(house_done(kit, cheap->id, "done", &error));
	g_assert_cmpint(reserved(kit), ==, 0);
	g_assert_cmpint(used(kit), ==, 4050);
	g_assert_cmpint(kit_count(kit, "SELECT sum(amount_minor) FROM ledger WHERE goodwill AND currency = 'GBP' AND reference = 'TX-1'"), ==, 4050);
	g_assert_cmpint(kit_count(kit, "SELECT total_minor FROM case_given"), ==, 4050);
	g_assert_false(house_choose(kit, offer->id, 1, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_false(house_done(kit, cheap->id, "done", &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_true(house_done(kit, cheap->id, "reversed", &error));
	g_assert_cmpint(used(kit), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT coalesce(sum(amount_minor), 0) FROM ledger"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM ledger"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT counts_minor FROM offers"), ==, 0);
	g_assert_false(house_done(kit, cheap->id, "reversed", &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	/* proposed 3, approved 3, offered 3, chosen and declined as often as it was changed, done, reversed */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind IN ('remedy.proposed', 'remedy.approved', 'remedy.offered')"), ==, 9);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'remedy.done'"), ==, 1);
}

/* Above one's authority somebody else decides: never the proposer, never without enough authority, once. */
static void
test_approval(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL, own = NULL, weak = NULL, twice = NULL, more = NULL, silent = NULL, agent = NULL;
	g_autoptr(Offer) offer = NULL, big = NULL;
	g_autoptr(Remedy) remedy = NULL, second = NULL, after = NULL;
	Actor weaker, peer;

	house_make(kit, &house);
	house_user(kit, "Wen", "supervisor", 0, &weaker);
	house_rule(kit, "person", weaker.ref, "120", NULL, NULL, NULL);
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("compensation 180"), &error);
	g_assert_no_error(error);
	g_assert_cmpstr(offer->state, ==, "waiting");
	remedy = house_remedy(kit, offer->id, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices WHERE kind = 'approval_asked'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM approvals a JOIN users u ON u.id = a.asked_of WHERE u.name = 'Jonas' AND a.state = 'waiting'"), ==, 1);
	g_assert_false(house_send(kit, offer->id, &house.as_agent, &silent));
	g_assert_error(silent, ERR, ERR_CONFLICT);
	g_assert_false(house_decide(kit, remedy->id, &house.as_agent, TRUE, -1, NULL, &own));
	g_assert_error(own, ERR, ERR_DENIED);
	peer = house.as_agent;
	peer.may |= permission_bit("remedy.approve");
	g_assert_false(house_decide(kit, remedy->id, &peer, TRUE, -1, NULL, &agent));
	g_assert_cmpstr(agent->message, ==, "Nobody approves their own.");
	g_assert_false(house_decide(kit, remedy->id, &weaker, TRUE, -1, NULL, &weak));
	g_assert_error(weak, ERR, ERR_DENIED);
	g_assert_cmpstr(weak->message, ==, "Approving £180.00 needs more authority than yours. Jonas or Ellen can.");
	g_assert_false(house_decide(kit, remedy->id, &house.as_lead, TRUE, 18001, "more", &more));
	g_assert_error(more, ERR, ERR_INVALID);
	g_assert_true(house_decide(kit, remedy->id, &house.as_lead, TRUE, 15000, "the boards alone", &error));
	after = remedy_get(kit->db, remedy->id, NULL);
	g_assert_cmpstr(after->state, ==, "approved");
	g_assert_cmpint(after->amount_minor, ==, 15000);
	g_assert_cmpint(after->asked_minor, ==, 18000);
	g_assert_cmpint(after->authority_id, ==, house.lead);
	expect_state(kit, offer->id, "ready");
	g_assert_false(house_decide(kit, remedy->id, &house.as_boss, FALSE, -1, "no", &twice));
	g_assert_error(twice, ERR, ERR_CONFLICT);
	g_assert_cmpstr(twice->message, ==, "Jonas approved this already.");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices WHERE kind = 'approval_decided'"), ==, 1);
	/* What nobody but the proposer could approve is not asked for. */
	big = house_offer(kit, &house.as_boss, house.other_case, FALSE, OPTIONS("refund 900"), &error);
	g_assert_cmpstr(big->state, ==, "ready");
	second = house_remedy(kit, big->id, 1);
	g_assert_cmpint(second->authority_id, ==, house.boss);
}

static void
test_refused(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL, wordless = NULL;
	g_autoptr(Offer) offer = NULL;
	g_autoptr(Remedy) big = NULL, small = NULL;

	house_make(kit, &house);
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 300", "credit 20"), &error);
	g_assert_no_error(error);
	big = house_remedy(kit, offer->id, 1);
	g_assert_false(house_decide(kit, big->id, &house.as_lead, FALSE, -1, "", &wordless));
	g_assert_error(wordless, ERR, ERR_INVALID);
	g_assert_true(house_decide(kit, big->id, &house.as_lead, FALSE, -1, "a repair first", &error));
	expect_state(kit, offer->id, "ready"); /* the other option stands */
	g_assert_true(house_send(kit, offer->id, &house.as_agent, &error));
	g_assert_false(house_choose(kit, offer->id, 1, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_clear_error(&error);
	g_assert_true(house_choose(kit, offer->id, 2, &error));
	small = house_remedy(kit, offer->id, 2);
	g_assert_cmpstr(small->state, ==, "chosen");
}

/* Limits of the case, the customer and the month, each with what was authorised before. */
static void
test_limits(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL;
	g_autoptr(Offer) first = NULL, second = NULL, third = NULL, other = NULL;

	house_make(kit, &house);
	first = house_offer(kit, &house.as_agent, house.case_id, TRUE, OPTIONS("refund 90"), &error);
	g_assert_true(house_send(kit, first->id, &house.as_agent, &error));
	expect_state(kit, first->id, "given");
	second = house_offer(kit, &house.as_agent, house.case_id, TRUE, OPTIONS("refund 60.01"), &error); /* 150.01 on the case */
	g_assert_cmpstr(second->state, ==, "waiting");
	third = house_offer(kit, &house.as_agent, house.case_id, TRUE, OPTIONS("refund 60"), &error); /* 150.00: what waits does not count */
	g_assert_cmpstr(third->state, ==, "ready");
	g_assert_true(house_send(kit, third->id, &house.as_agent, &error));
	other = house_offer(kit, &house.as_agent, house.other_case, TRUE, OPTIONS("refund 50.01"), &error); /* 200.01 for Ruth */
	g_assert_cmpstr(other->state, ==, "waiting");
	g_assert_no_error(error);
}

/* Two offers cannot use the same budget; who comes second is told how much is left. */
static void
test_budget(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL, short_of = NULL;
	g_autoptr(Offer) a = NULL, b = NULL;

	house_make(kit, &house);
	budget(kit, &house, "150");
	a = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 90"), &error);
	b = house_offer(kit, &house.as_agent, house.other_case, FALSE, OPTIONS("refund 70"), &error);
	g_assert_no_error(error);
	g_assert_true(house_send(kit, a->id, &house.as_agent, &error));
	g_assert_false(house_send(kit, b->id, &house.as_agent, &short_of));
	g_assert_error(short_of, ERR, ERR_CONFLICT);
	g_assert_cmpstr(short_of->message, ==, "The budget of Care team for November 2026 has £60.00 left, and this needs £70.00.");
	expect_state(kit, b->id, "ready");
	g_assert_cmpint(reserved(kit), ==, 9000);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices WHERE kind = 'budget_warning'"), ==, 0); /* 60 % of it */
}

/* Approved while there was money; then the budget shrank: it is not sent, and tells what is left, until there is more again. */
static void
test_budget_shrunk(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL, short_of = NULL;
	g_autoptr(Offer) offer = NULL;
	g_autofree char *ref = NULL;

	house_make(kit, &house);
	budget(kit, &house, "150");
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 90"), &error);
	expect_state(kit, offer->id, "ready");
	ref = budget_ref(kit);
	g_assert_true(budget_change(kit->db, ref, 0, &(BudgetChange){ .amount = "80" }, kit->actor, kit->now_ms, &error));
	g_assert_false(house_send(kit, offer->id, &house.as_agent, &short_of));
	g_assert_error(short_of, ERR, ERR_CONFLICT);
	g_assert_cmpstr(short_of->message, ==, "The budget of Care team for November 2026 has £80.00 left, and this needs £90.00.");
	expect_state(kit, offer->id, "ready");
	g_assert_cmpint(reserved(kit), ==, 0);
	g_assert_true(budget_change(kit->db, ref, 0, &(BudgetChange){ .amount = "90" }, kit->actor, kit->now_ms, &error));
	g_assert_true(house_send(kit, offer->id, &house.as_agent, &error));
	g_assert_cmpint(reserved(kit), ==, 9000);
}

/* Merged between the offer and the choice, twice over: the link still works, and what is chosen stands on the case that it is now. */
static void
test_merged(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL;
	g_autoptr(Offer) offer = NULL, after = NULL;
	g_autoptr(Remedy) remedy = NULL;
	gint64 last;

	house_make(kit, &house);
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 90", "credit 50"), &error);
	g_assert_true(house_send(kit, offer->id, &house.as_agent, &error));
	last = kit_count(kit, "SELECT max(id) FROM cases");
	g_assert_cmpint(last, ==, house.other_case);
	g_assert_true(case_merge(kit->db, house.case_id, house.other_case, kit->actor, kit->now_ms, &error));
	g_assert_true(remedy_choose(kit->db, offer->ref, 2, "Thank you.", &house.customer, kit->now_ms, &error));
	after = offer_get(kit->db, offer->id, NULL);
	g_assert_cmpstr(after->state, ==, "chosen");
	g_assert_cmpint(after->case_id, ==, house.other_case);
	remedy = house_remedy(kit, offer->id, 2);
	g_assert_cmpint(remedy->case_id, ==, house.other_case);
	g_assert_cmpstr(remedy->state, ==, "chosen");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events e JOIN cases c ON c.id = e.case_id WHERE e.kind = 'remedy.chosen' AND c.merged_into IS NULL"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM messages m JOIN cases c ON c.id = m.case_id WHERE m.body = 'Thank you.' AND c.merged_into IS NULL"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices WHERE kind = 'remedy_chosen'"), ==, 1);
	g_assert_true(remedy_mark_done(kit->db, remedy->ref, 0, "by hand", &house.as_boss, kit->now_ms, &error));
	g_assert_cmpint(kit_count(kit, "SELECT case_id FROM ledger"), ==, house.other_case);
}

static void
test_budget_warning(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL;
	g_autoptr(Offer) a = NULL, b = NULL;

	house_make(kit, &house);
	budget(kit, &house, "110");
	a = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 90"), &error);
	g_assert_true(house_send(kit, a->id, &house.as_agent, &error));
	b = house_offer(kit, &house.as_agent, house.other_case, FALSE, OPTIONS("refund 5"), &error);
	g_assert_true(house_send(kit, b->id, &house.as_agent, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices n JOIN users u ON u.id = n.user_id WHERE n.kind = 'budget_warning' AND u.name = 'Jonas'"), ==, 1);
}

static gboolean
ends(Kit *kit, gint64 offer_id, const char *to, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	g_autoptr(Offer) offer = tx != NULL ? offer_get(kit->db, offer_id, error) : NULL;
	g_autoptr(Case) it = offer != NULL ? case_lock(kit->db, offer->case_id, error) : NULL;

	return it != NULL && case_save(kit->db, it, kit->now_ms, error) && offer_end_on(kit->db, it, offer, to, NULL, kit->actor, kit->now_ms, error) && db_tx_commit(tx, error);
}

static void
test_withdrawn(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL, late = NULL;
	g_autoptr(Offer) offer = NULL, asked = NULL;
	g_autoptr(Remedy) gone = NULL;

	house_make(kit, &house);
	budget(kit, &house, "500");
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 90", "credit 50"), &error);
	g_assert_true(house_send(kit, offer->id, &house.as_agent, &error));
	g_assert_true(ends(kit, offer->id, "withdrawn", &error));
	g_assert_cmpint(reserved(kit), ==, 0);
	g_assert_false(house_choose(kit, offer->id, 1, &late));
	g_assert_cmpstr(late->message, ==, "We took this offer back. Write to us if you have questions.");
	asked = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 300"), &error);
	g_assert_true(ends(kit, asked->id, "withdrawn", &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM approvals WHERE state = 'withdrawn'"), ==, 1);
	gone = house_remedy(kit, asked->id, 1);
	g_assert_false(house_decide(kit, gone->id, &house.as_lead, TRUE, -1, NULL, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

static void
test_late(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL, late = NULL;
	g_autoptr(Offer) offer = NULL;

	house_make(kit, &house);
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 90"), &error);
	g_assert_true(house_send(kit, offer->id, &house.as_agent, &error));
	kit->now_ms += 14 * MS_PER_DAY - 1;
	g_assert_true(house_choose(kit, offer->id, 1, &error));
	kit->now_ms -= 14 * MS_PER_DAY - 1;
	g_clear_pointer(&offer, offer_free);
	offer = house_offer(kit, &house.as_boss, house.other_case, FALSE, OPTIONS("refund 90"), &error);
	g_assert_true(house_send(kit, offer->id, &house.as_boss, &error));
	kit->now_ms += 14 * MS_PER_DAY;
	g_assert_false(house_choose(kit, offer->id, 1, &late));
	g_assert_cmpstr(late->message, ==, "The time to choose is over. Write to us, and we look at it again.");
}

static void
test_bad(Kit *kit)
{
	static const struct { const char *option, *field; } rows[] = {
		{ "nothing 5", "/option1/type" }, { "refund", "/option1/amount" }, { "refund -5", "/option1/amount" }, { "refund €5", "/option1/amount" }, { "refund 0", "/option1/amount" },
		{ "refund 1.234", "/option1/amount" }, { "apology 5", "/option1/amount" }, { "refund 99999999999999", "/option1/amount" },
	};
	House house;

	house_make(kit, &house);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS(rows[i].option), &error));
		g_assert_error(error, ERR, ERR_INVALID);
		g_assert_cmpstr(((const ErrField *)err_fields(error)->pdata[0])->field, ==, rows[i].field);
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM offers"), ==, 0);
}

/* ---- torture --------------------------------------------------------------------------------------------------------- */

typedef struct {
	House house;
	gint64 offer_id, remedy_id, events;
} Torture;

static void
unchanged(Kit *kit, gpointer data)
{
	const Torture *it = data;

	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events"), ==, it->events);
}

static void
note(Kit *kit, Torture *it)
{
	it->events = kit_count(kit, "SELECT count(*) FROM events");
}

static gboolean
make_one(Kit *kit, gpointer data, GError **error)
{
	Torture *it = data;
	g_autoptr(Offer) offer = house_offer(kit, &it->house.as_agent, it->house.case_id, FALSE, OPTIONS("refund 300", "credit 20"), error);

	it->offer_id = offer != NULL ? offer->id : 0;
	return offer != NULL;
}

static gboolean
decide_one(Kit *kit, gpointer data, GError **error)
{
	Torture *it = data;

	return house_decide(kit, it->remedy_id, &it->house.as_lead, TRUE, -1, NULL, error);
}

static gboolean
send_one(Kit *kit, gpointer data, GError **error)
{
	Torture *it = data;

	return house_send(kit, it->offer_id, &it->house.as_agent, error);
}

static gboolean
choose_one(Kit *kit, gpointer data, GError **error)
{
	return house_choose(kit, ((Torture *)data)->offer_id, 1, error);
}

static gboolean
do_one(Kit *kit, gpointer data, GError **error)
{
	return house_done(kit, ((Torture *)data)->remedy_id, "done", error);
}

static gboolean
reverse_one(Kit *kit, gpointer data, GError **error)
{
	return house_done(kit, ((Torture *)data)->remedy_id, "reversed", error);
}

static gboolean
end_one(Kit *kit, gpointer data, GError **error)
{
	return ends(kit, ((Torture *)data)->offer_id, "withdrawn", error);
}

static void
test_torture(Kit *kit)
{
	Torture it = { 0 };
	g_autoptr(Remedy) remedy = NULL;

	house_make(kit, &it.house);
	budget(kit, &it.house, "1000");
	note(kit, &it);
	kit_torture(kit, make_one, unchanged, &it, 20);
	remedy = house_remedy(kit, it.offer_id, 1);
	it.remedy_id = remedy->id;
	note(kit, &it);
	kit_torture(kit, decide_one, unchanged, &it, 12);
	note(kit, &it);
	kit_torture(kit, send_one, unchanged, &it, 10);
	note(kit, &it);
	kit_torture(kit, choose_one, unchanged, &it, 6);
	note(kit, &it);
	kit_torture(kit, do_one, unchanged, &it, 8);
	note(kit, &it);
	kit_torture(kit, reverse_one, unchanged, &it, 6);
	g_assert_cmpint(reserved(kit), ==, 0);
	g_assert_cmpint(used(kit), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM ledger"), ==, 2);
	make_one(kit, &it, NULL);
	note(kit, &it);
	kit_torture(kit, end_one, unchanged, &it, 6);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/offer/life", test_life);
	kit_add("/offer/approval", test_approval);
	kit_add("/offer/refused", test_refused);
	kit_add("/offer/limits", test_limits);
	kit_add("/offer/budget", test_budget);
	kit_add("/offer/budget-shrunk", test_budget_shrunk);
	kit_add("/offer/merged", test_merged);
	kit_add("/offer/budget-warning", test_budget_warning);
	kit_add("/offer/withdrawn", test_withdrawn);
	kit_add("/offer/late", test_late);
	kit_add("/offer/bad", test_bad);
	kit_add("/offer/torture", test_torture);
	return kit_run();
}
