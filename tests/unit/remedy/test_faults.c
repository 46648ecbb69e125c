/* What goes wrong between people, clocks and settings while something is being put right: each has one clear answer, nothing is given twice, nothing
 * is lost. Links: tests/api/choose.http, survey_links.http; systems that pay: test_pay.c, test_callback.c, test_takeback.c; kills: tests/kill. */
#include "house.h"
#include "base/clock.h"
#include "flow/remedy/approve.h"
#include "flow/remedy/choose.h"
#include "flow/remedy/do.h"
#include "flow/remedy/offer.h"
#include "org/team.h"
#include "remedy/budget.h"
#include "remedy/catalogue.h"
#include "remedy/ledger.h"
#include "work/worker.h"
#include <string.h>

#define OPTIONS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* ---- currencies ------------------------------------------------------------------------------------------------------ */

static Offer *
offer_in(Kit *kit, const House *house, const char *currency, const char *type, const char *amount, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	g_autoptr(Case) it = case_lock(kit->db, house->case_id, error);
	g_autoptr(Offer) offer = NULL;
	const NewOffer make = { .currency = currency, .reason = "two missed visits", .options = { { .remedies = { { type, amount, "For you." } } } } };

	g_assert_true(tx != NULL && it != NULL && case_save(kit->db, it, kit->now_ms, error));
	if ((offer = offer_make_on(kit->db, it, &make, &house->as_agent, kit->now_ms, error)) == NULL || !db_tx_commit(tx, error))
		return NULL;
	return g_steal_pointer(&offer);
}

static void
test_currency_mismatch(Kit *kit)
{
	static const struct { const char *currency, *amount; } bad[] = { { "GBP", "EUR 50" }, { "GBP", "50 EUR" }, { "EUR", "£50" }, { "XXX", "50" }, { "JPY", "50.50" }, { "KWD", "1.2345" }, { "GBP", "1.001" } };
	House house;
	g_autoptr(GError) error = NULL;
	g_autoptr(Offer) foreign = NULL, pounds = NULL;
	g_autoptr(Team) team = NULL;
	g_autoptr(Remedy) remedy = NULL;
	g_autoptr(RemedyType) type = NULL, bounded = NULL;
	char ref[16];

	house_make(kit, &house);
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) fault = NULL;
		g_autoptr(Offer) none = offer_in(kit, &house, bad[i].currency, "refund", bad[i].amount, &fault);

		if (none != NULL)
			g_error("%s in %s was taken", bad[i].amount, bad[i].currency);
		g_assert_error(fault, ERR, ERR_INVALID);
		g_assert_true(err_fields(fault) != NULL && err_fields(fault)->len > 0);
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM offers"), ==, 0);
	/* Pounds are no authority for euros, and no budget of theirs. */
	team = team_get(kit->db, house.team, &error);
	g_assert_true(budget_add(kit->db, &(BudgetChange){ .team = team->ref, .currency = "GBP", .period = "month", .amount = "1000" }, kit->actor, kit->now_ms, ref, &error));
	foreign = offer_in(kit, &house, "EUR", "refund", "50", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(foreign->state, ==, "waiting");
	remedy = house_remedy(kit, foreign->id, 1);
	g_assert_cmpstr(remedy->state, ==, "proposed");
	g_assert_true(house_decide(kit, remedy->id, &house.as_boss, TRUE, -1, NULL, &error));
	g_assert_true(house_send(kit, foreign->id, &house.as_agent, &error));
	g_assert_cmpint(kit_count(kit, "SELECT coalesce(sum(reserved_minor), 0) FROM budget_periods"), ==, 0);
	pounds = offer_in(kit, &house, "GBP", "refund", "20", &error);
	g_assert_true(pounds != NULL && house_send(kit, pounds->id, &house.as_agent, &error));
	g_assert_cmpint(kit_count(kit, "SELECT coalesce(sum(reserved_minor), 0) FROM budget_periods"), ==, 2000);
	/* A remedy that is bounded in pounds is given in pounds. */
	type = remedy_type_find(kit->db, "credit", "/type", &error);
	bounded = remedy_type_change(kit->db, type->ref, 0, &(RemedyTypeChange){ .given = TYPE_LIMITS, .limits = "GBP 5 to 500" }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	{
		g_autoptr(GError) fault = NULL;
		g_autoptr(Offer) none = offer_in(kit, &house, "USD", "credit", "50", &fault);

		g_assert_null(none);
		g_assert_error(fault, ERR, ERR_INVALID);
	}
}

/* ---- a clock that is set back ---------------------------------------------------------------------------------------- */

static void
run_due(Kit *kit, gint64 now_ms)
{
	g_autoptr(Worker) worker = worker_new(kit_store(kit), NULL, NULL);
	g_autoptr(GError) error = NULL;
	gint64 next;
	guint n = 0;

	worker_handle(worker, "approval.due", 0, remedy_approval_due_job, NULL);
	worker_handle(worker, "offer.expire", 0, remedy_offer_expire_job, NULL);
	worker_run_due(worker, now_ms, &n, &next, &error);
	g_assert_no_error(error);
}

/* It ran out; then the clock shows an earlier day: it has run out all the same. */
static void
test_clock_set_back_after_it_ran_out(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL, late = NULL;
	g_autoptr(Offer) offer = NULL, after = NULL;

	house_make(kit, &house);
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 50"), &error);
	g_assert_true(house_send(kit, offer->id, &house.as_agent, &error));
	run_due(kit, kit->now_ms + 14 * MS_PER_DAY);
	g_assert_false(house_choose(kit, offer->id, 1, &late));
	g_assert_error(late, ERR, ERR_CONFLICT);
	run_due(kit, kit->now_ms);
	after = offer_get(kit->db, offer->id, NULL);
	g_assert_cmpstr(after->state, ==, "expired");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'remedy.expired'"), ==, 1);
}

/* Everything that follows happens "before" what it follows: still once each, in the order of the log, and the sums agree. */
static void
test_clock_set_back_in_between(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL;
	g_autoptr(Offer) offer = NULL;
	g_autoptr(Remedy) remedy = NULL;
	g_autoptr(json_t) sums = NULL;

	house_make(kit, &house);
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 50"), &error);
	g_assert_true(house_send(kit, offer->id, &house.as_agent, &error));
	kit->now_ms -= 3 * MS_PER_DAY;
	g_assert_true(house_choose(kit, offer->id, 1, &error));
	kit->now_ms -= 3 * MS_PER_DAY;
	remedy = house_remedy(kit, offer->id, 1);
	g_assert_true(house_done(kit, remedy->id, "done", &error));
	kit->now_ms -= 3 * MS_PER_DAY;
	g_assert_true(house_done(kit, remedy->id, "reversed", &error));
	g_assert_false(house_done(kit, remedy->id, "reversed", &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	sums = ledger_sums(kit->db, &(LedgerAsk){ .from_ms = 0, .to_ms = G_MAXINT64 / 2, .goodwill = -1 }, &error);
	g_assert_cmpint(json_array_size(sums), ==, 1);
	g_assert_cmpint(json_int(json_object_get(json_array_get(sums, 0), "sum"), "amount_minor", -1), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind IN ('remedy.chosen', 'remedy.done', 'remedy.reversed')"), ==, 3);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events a JOIN events b ON b.id > a.id WHERE a.kind = 'remedy.reversed' AND b.kind IN ('remedy.done', 'remedy.chosen')"), ==, 0);
	/* The money of the month that counts is free again: what was given and taken back counts nowhere. */
	g_assert_cmpint(kit_count(kit, "SELECT coalesce(sum(total_minor), 0) FROM case_given"), ==, 0);
}

/* ---- settings that go while they are used ----------------------------------------------------------------------------- */

static void
test_catalogue_entry_removed_in_use(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL, none = NULL;
	g_autoptr(Offer) offer = NULL, another = NULL;
	g_autoptr(Remedy) remedy = NULL, done = NULL;
	g_autoptr(RemedyType) type = NULL, gone = NULL;

	house_make(kit, &house);
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 50", "apology"), &error);
	g_assert_true(house_send(kit, offer->id, &house.as_agent, &error));
	type = remedy_type_find(kit->db, "refund", "/type", &error);
	gone = remedy_type_change(kit->db, type->ref, 0, &(RemedyTypeChange){ .given = TYPE_REMOVED, .removed = TRUE }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_nonnull(gone);
	another = house_offer(kit, &house.as_agent, house.other_case, FALSE, OPTIONS("refund 50"), &none);
	g_assert_null(another);
	g_assert_error(none, ERR, ERR_INVALID);
	/* What was offered stays offered: the customer holds our word. */
	g_assert_true(house_choose(kit, offer->id, 1, &error));
	remedy = house_remedy(kit, offer->id, 1);
	g_assert_true(house_done(kit, remedy->id, "done", &error));
	done = remedy_get(kit->db, remedy->id, &error);
	g_assert_cmpstr(done->type_name, ==, type->name);
	g_assert_cmpint(kit_count(kit, "SELECT sum(amount_minor) FROM ledger"), ==, 5000);
}

/* The rule by which Amara may give goes while her offer is out: what was authorised stays so, what is new is asked for. */
static void
test_authority_removed_in_use(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL;
	g_autoptr(Offer) offer = NULL, another = NULL;

	house_make(kit, &house);
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 50"), &error);
	g_assert_true(house_send(kit, offer->id, &house.as_agent, &error));
	g_assert_true(db_script(kit->db, "DELETE FROM authority_rules WHERE scope <> 'role' OR role <> 'admin'", &error));
	g_assert_true(house_choose(kit, offer->id, 1, &error));
	another = house_offer(kit, &house.as_agent, house.other_case, FALSE, OPTIONS("refund 50"), &error);
	g_assert_no_error(error);
	g_assert_cmpstr(another->state, ==, "waiting");
}

/* ---- a case that is closed -------------------------------------------------------------------------------------------- */

static void
test_chosen_after_the_case_is_closed(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL;
	g_autoptr(Offer) offer = NULL, after = NULL;

	house_make(kit, &house);
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 50", "apology"), &error);
	g_assert_true(house_send(kit, offer->id, &house.as_agent, &error));
	g_assert_true(db_script(kit->db, "UPDATE cases SET stage = 'closed', is_open = FALSE", &error));
	for (gint64 option = 0; option <= 2; option++) {
		g_autoptr(GError) late = NULL;

		g_assert_false(remedy_choose(kit->db, offer->ref, option, "This one.", actor_public(), kit->now_ms, &late));
		g_assert_error(late, ERR, ERR_CONFLICT);
		g_assert_cmpstr(late->message, ==, "This matter is closed, so there is nothing to choose any more. Write to us, and it is open again.");
	}
	after = offer_get(kit->db, offer->id, &error);
	g_assert_cmpstr(after->state, ==, "open");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM remedies WHERE state IN ('chosen', 'done', 'doing')"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM messages WHERE body = 'This one.'"), ==, 0);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/faults/currency-mismatch", test_currency_mismatch);
	kit_add("/faults/clock-set-back-after-it-ran-out", test_clock_set_back_after_it_ran_out);
	kit_add("/faults/clock-set-back-in-between", test_clock_set_back_in_between);
	kit_add("/faults/catalogue-entry-removed-in-use", test_catalogue_entry_removed_in_use);
	kit_add("/faults/authority-removed-in-use", test_authority_removed_in_use);
	kit_add("/faults/chosen-after-the-case-is-closed", test_chosen_after_the_case_is_closed);
	return kit_run();
}
