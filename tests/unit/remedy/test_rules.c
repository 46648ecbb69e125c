/* The pure rules: bounds, quarters, verdicts, states and their words in the database, periods; standing in, and time limits. */
#include "house.h"
#include "base/money.h"
#include "cases/list.h"
#include "org/team.h"
#include "remedy/authority.h"
#include "remedy/catalogue.h"
#include "remedy/delegation.h"
#include "remedy/fairness.h"
#include "remedy/ledger.h"
#include <string.h>

#define OPTIONS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
test_states(void)
{
	static const struct { const char *from, *to; gboolean may; } rows[] = {
		{ "proposed", "approved", TRUE }, { "proposed", "done", FALSE }, { "approved", "chosen", TRUE }, { "offered", "doing", FALSE }, { "declined", "chosen", TRUE }, { "chosen", "doing", TRUE },
		{ "doing", "withdrawn", FALSE }, { "doing", "done", TRUE }, { "failed", "doing", TRUE }, { "done", "done", FALSE }, { "done", "reversed", TRUE }, { "reversed", "done", FALSE },
		{ "refused", "approved", FALSE }, { "expired", "chosen", FALSE }, { "withdrawn", "chosen", FALSE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(remedy_may_become(rows[i].from, rows[i].to), ==, rows[i].may);
	for (guint i = 0; remedy_states[i] != NULL; i++)
		for (guint k = 0; remedy_states[k] != NULL; k++)
			if (remedy_has_ended(remedy_states[i]) && remedy_may_become(remedy_states[i], remedy_states[k]))
				g_assert_true((strcmp(remedy_states[i], "done") == 0 && strcmp(remedy_states[k], "reversed") == 0) || (strcmp(remedy_states[i], "declined") == 0 && strcmp(remedy_states[k], "chosen") == 0));
}

/* Each word of C is taken by the CHECKs. */
static void
test_words(Kit *kit)
{
	House house;
	g_autoptr(Offer) offer = NULL;
	g_autoptr(GError) error = NULL;

	house_make(kit, &house);
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("apology"), &error);
	g_assert_no_error(error);
	for (guint i = 0; remedy_states[i] != NULL; i++) {
		g_autofree char *text = g_strdup_printf("UPDATE remedies SET state = '%s'", remedy_states[i]);

		g_assert_true(db_script(kit->db, text, &error));
	}
	for (guint i = 0; offer_states[i] != NULL; i++) {
		g_autofree char *text = g_strdup_printf("UPDATE offers SET state = '%s'", offer_states[i]);

		g_assert_true(db_script(kit->db, text, &error));
	}
	for (guint i = 0; remedy_kinds[i] != NULL; i++) {
		g_autofree char *text = g_strdup_printf("SELECT count(*) FROM remedy_types WHERE kind = '%s'", remedy_kinds[i]);

		g_assert_cmpint(kit_count(kit, text), ==, 1);
	}
}

/* The search, which stands below, knows each kind and each state. */
static void
test_words_to_search_for(void)
{
	const char *const *const lists[] = { remedy_kinds, remedy_states };

	for (guint l = 0; l < G_N_ELEMENTS(lists); l++)
		for (guint i = 0; lists[l][i] != NULL; i++) {
			g_autofree char *typed = g_strconcat("remedy:", lists[l][i], NULL);
			g_autoptr(CaseQuery) query = case_query_parse(typed, 0, "UTC");
			g_autoptr(json_t) parts = case_query_parts(query);

			g_assert_cmpstr(json_text(json_array_get(parts, 0), "fault", "none"), ==, "none");
		}
}

static void
test_quarters(void)
{
	static const gint64 ten[] = { 6000, 8000, 11000, 12000, 14500, 15500, 16000, 19000, 20500, 24000 }, same[] = { 5000, 5000, 5000, 5000, 5000 }, four[] = { 1, 2, 3, 4 };
	const Quarters q = fairness_quarters(ten, 10), one = fairness_quarters(four, 1);

	g_assert_cmpint(q.low, ==, 6000);
	g_assert_cmpint(q.q1, ==, 11250);
	g_assert_cmpint(q.middle, ==, 15000);
	g_assert_cmpint(q.q3, ==, 18250);
	g_assert_cmpint(q.high, ==, 24000);
	g_assert_cmpint(one.q3, ==, 1);
	/* w is 7000: from 4250 to 25250. */
	g_assert_cmpint(fairness_verdict(ten, 10, 18000), ==, FAIR_IN_LINE);
	g_assert_cmpint(fairness_verdict(ten, 10, 4250), ==, FAIR_IN_LINE);
	g_assert_cmpint(fairness_verdict(ten, 10, 4249), ==, FAIR_LOW);
	g_assert_cmpint(fairness_verdict(ten, 10, 25250), ==, FAIR_IN_LINE);
	g_assert_cmpint(fairness_verdict(ten, 10, 25251), ==, FAIR_HIGH);
	/* All the same: a fifth of it either way. */
	g_assert_cmpint(fairness_verdict(same, 5, 6000), ==, FAIR_IN_LINE);
	g_assert_cmpint(fairness_verdict(same, 5, 6001), ==, FAIR_HIGH);
	g_assert_cmpint(fairness_verdict(four, 4, 100), ==, FAIR_TOO_FEW);
}

static void
test_authority_check(void)
{
	const Authority bound = { 1, 10000, 15000, 20000, 40000 }, open = { 2, NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT }, none = { 0 };
	const AuthorityUsed nothing = { 0 }, much = { 5001, 5001, 0 }, month = { 0, 0, 30001 };

	g_assert_cmpint(authority_check(&bound, &nothing, 10000, 10000), ==, WITHIN);
	g_assert_cmpint(authority_check(&bound, &nothing, 10001, 10001), ==, OVER_REMEDY);
	g_assert_cmpint(authority_check(&bound, &much, 10000, 10000), ==, OVER_CASE);
	g_assert_cmpint(authority_check(&bound, &nothing, 8000, 16000), ==, OVER_CASE);
	g_assert_cmpint(authority_check(&bound, &(AuthorityUsed){ 0, 15000, 0 }, 5001, 5001), ==, OVER_CUSTOMER);
	g_assert_cmpint(authority_check(&bound, &month, 10000, 10000), ==, OVER_MONTH);
	g_assert_cmpint(authority_check(&open, &much, MONEY_MAX, MONEY_MAX), ==, WITHIN);
	g_assert_cmpint(authority_check(&none, &nothing, 1, 1), ==, NO_AUTHORITY);
	g_assert_cmpint(authority_check(&none, &nothing, 0, 0), ==, WITHIN);
	g_assert_cmpint(authority_check(&bound, &(AuthorityUsed){ G_MAXINT64 - 5, 0, 0 }, 10, 10), ==, OVER_CASE); /* no overflow */
}

/* The most specific rule alone holds, also where it allows less. */
static void
test_most_specific(Kit *kit)
{
	House house;
	g_autoptr(Team) team = NULL;
	Authority found;

	house_make(kit, &house);
	team = team_get(kit->db, house.team, NULL);
	g_assert_true(authority_of(kit->db, house.agent, 6, "GBP", &found, NULL));
	g_assert_cmpint(found.per_remedy, ==, 10000);
	g_assert_true(authority_of(kit->db, house.agent, 6, "EUR", &found, NULL));
	g_assert_cmpint(found.rule_id, ==, 0);
	house_rule(kit, "team", team->ref, "70", NULL, NULL, NULL);
	g_assert_true(authority_of(kit->db, house.agent, 6, "GBP", &found, NULL));
	g_assert_cmpint(found.per_remedy, ==, 7000);
	g_assert_cmpint(found.per_case, ==, NO_LIMIT);
	house_rule(kit, "person", house.as_agent.ref, "30", NULL, NULL, NULL);
	g_assert_true(authority_of(kit->db, house.agent, 6, "GBP", &found, NULL));
	g_assert_cmpint(found.per_remedy, ==, 3000);
	g_assert_true(authority_of(kit->db, house.boss, 6, "JPY", &found, NULL));
	g_assert_cmpint(found.per_remedy, ==, NO_LIMIT);
}

static void
test_limits(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = remedy_limits_read("GBP 5 to 500\n\n EUR up to 300 \nKWD from 1.500\n", "/limits", &error);
	static const char *const wrong[] = { "GBP", "GBP 5", "XXX 5 to 6", "GBP 6 to 5", "GBP 5 to 6\nGBP 7 to 8", "5 to 6", "GBP up to" };
	RemedyType type = { .name = (char *)"Money back", .limits = list };
	const Money fits = { 500, "GBP" }, low = { 499, "GBP" }, high = { 30001, "EUR" }, foreign = { 5, "USD" }, dinar = { 1500, "KWD" };

	g_assert_no_error(error);
	g_assert_cmpint(json_array_size(list), ==, 3);
	g_assert_true(remedy_type_check(&type, &fits, "/a", NULL));
	g_assert_true(remedy_type_check(&type, &dinar, "/a", NULL));
	g_assert_false(remedy_type_check(&type, &low, "/a", &error));
	g_assert_cmpstr(error->message, ==, "Money back begins at £5.00.");
	g_assert_false(remedy_type_check(&type, &high, "/a", NULL));
	g_assert_false(remedy_type_check(&type, &foreign, "/a", NULL));
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_null(remedy_limits_read(wrong[i], "/limits", NULL));
}

static void
test_periods(void)
{
	static const struct { const char *period, *zone, *at, *from, *to; } rows[] = {
		{ "month", "UTC", "2026-11-19T11:22:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z" }, { "month", "Europe/Berlin", "2026-10-31T23:30:00Z", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z" },
		{ "quarter", "UTC", "2026-12-31T23:59:59Z", "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z" }, { "quarter", "America/New_York", "2026-04-01T02:00:00Z", "2026-01-01T05:00:00Z", "2026-04-01T04:00:00Z" },
		{ "month", "Nowhere/Else", "2024-02-29T12:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		gint64 at = 0, from = 0, to = 0, want_from = 0, want_to = 0;

		g_assert_true(time_read(rows[i].at, &at) && time_read(rows[i].from, &want_from) && time_read(rows[i].to, &want_to));
		period_around(rows[i].period, rows[i].zone, at, &from, &to);
		g_assert_cmpint(from, ==, want_from);
		g_assert_cmpint(to, ==, want_to);
	}
}

/* Jonas is away and Wen stands in with his authority, from when to when; never Amara, who asks. */
static void
test_standing_in(Kit *kit)
{
	House house;
	Actor wen, other;
	g_autoptr(GError) error = NULL, none = NULL;
	g_autoptr(Offer) offer = NULL, later = NULL;
	g_autoptr(Remedy) remedy = NULL, second = NULL;
	char ref[16];

	house_make(kit, &house);
	house_user(kit, "Wen", "supervisor", 0, &wen);
	house_user(kit, "Otto", "supervisor", 0, &other);
	house_rule(kit, "person", wen.ref, "10", NULL, NULL, NULL);
	house_rule(kit, "person", other.ref, "10", NULL, NULL, NULL);
	g_assert_true(delegation_add(kit->db, NULL, wen.ref, kit->now_ms - MS_PER_HOUR, kit->now_ms + MS_PER_DAY, &house.as_lead, kit->now_ms, ref, &error));
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 300"), &error);
	g_assert_no_error(error);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM approvals a JOIN users u ON u.id = a.asked_of WHERE u.name = 'Wen'"), ==, 1);
	remedy = house_remedy(kit, offer->id, 1);
	g_assert_false(house_decide(kit, remedy->id, &other, TRUE, -1, NULL, &none));
	g_assert_error(none, ERR, ERR_DENIED);
	g_assert_true(house_decide(kit, remedy->id, &wen, TRUE, -1, NULL, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM approvals a JOIN users u ON u.id = a.behalf_of JOIN users d ON d.id = a.decided_by WHERE u.name = 'Jonas' AND d.name = 'Wen'"), ==, 1);
	kit->now_ms += 2 * MS_PER_DAY;
	later = house_offer(kit, &house.as_agent, house.other_case, FALSE, OPTIONS("refund 300"), &error);
	second = house_remedy(kit, later->id, 1);
	g_clear_error(&none);
	g_assert_false(house_decide(kit, second->id, &wen, TRUE, -1, NULL, &none)); /* he is back */
	g_assert_error(none, ERR, ERR_DENIED);
}

static gboolean
overdue(Kit *kit, gint64 remedy_id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autoptr(Remedy) remedy = remedy_get(kit->db, remedy_id, &error);
	g_autoptr(Approval) approval = approval_get(kit->db, remedy->approval_id, &error);
	g_autoptr(Offer) offer = offer_get(kit->db, remedy->offer_id, &error);
	g_autoptr(Case) it = case_lock(kit->db, remedy->case_id, &error);

	g_assert_true(case_save(kit->db, it, kit->now_ms, &error) && approval_overdue_on(kit->db, it, offer, remedy, approval, kit->now_ms, &error));
	return db_tx_commit(tx, &error);
}

/* Nobody decides: it goes to the next who can, then lapses. */
static void
test_time_limit(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL;
	g_autoptr(Offer) offer = NULL;
	g_autoptr(Remedy) remedy = NULL, after = NULL;

	house_make(kit, &house);
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 300"), &error);
	remedy = house_remedy(kit, offer->id, 1);
	kit->now_ms += MS_PER_DAY;
	g_assert_true(overdue(kit, remedy->id));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM approvals a JOIN users u ON u.id = a.asked_of WHERE u.name = 'Ellen' AND a.n_moved = 1 AND a.state = 'waiting'"), ==, 1);
	g_assert_true(overdue(kit, remedy->id) && overdue(kit, remedy->id));
	after = remedy_get(kit->db, remedy->id, NULL);
	g_assert_cmpstr(after->state, ==, "expired");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM approvals WHERE state = 'lapsed'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices n JOIN users u ON u.id = n.user_id WHERE n.kind = 'approval_decided' AND u.name = 'Amara'"), ==, 1);
	g_assert_false(house_decide(kit, remedy->id, &house.as_boss, TRUE, -1, NULL, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

/* The ledger and the events say the same, in four currencies, for the whole time and for every part of it. */
static void
test_ledger_agrees(Kit *kit)
{
	static const char *const sums[][2] = { { "GBP", "120.50" }, { "EUR", "0.01" }, { "JPY", "15000" }, { "KWD", "1.234" }, { "GBP", "99.99" }, { "KWD", "0.001" } };
	House house;
	const gint64 start = kit->now_ms;

	house_make(kit, &house);
	for (guint i = 0; i < 24; i++) {
		NewOffer make = { .currency = sums[i % 6][0], .direct = TRUE, .options = { { .remedies = { { i % 4 == 0 ? "credit" : "refund", sums[i % 6][1], "For you." } } } } };
		g_autoptr(GError) error = NULL;
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);
		g_autoptr(Case) it = case_lock(kit->db, i % 2 == 0 ? house.case_id : house.other_case, &error);
		g_autoptr(Offer) offer = case_save(kit->db, it, kit->now_ms, &error) ? offer_make_on(kit->db, it, &make, &house.as_boss, kit->now_ms, &error) : NULL;
		g_autoptr(Remedy) remedy = NULL;

		g_assert_no_error(error);
		g_assert_true(offer_send_on(kit->db, it, offer, &house.as_boss, kit->now_ms, &error) && db_tx_commit(tx, &error));
		remedy = house_remedy(kit, offer->id, 1);
		g_assert_true(house_done(kit, remedy->id, "done", &error));
		kit->now_ms += MS_PER_HOUR;
		if (i % 5 == 0)
			g_assert_true(house_done(kit, remedy->id, "reversed", &error));
	}
	for (guint from = 0; from < 24; from += 3) {
		const LedgerAsk ask = { .from_ms = start + from * MS_PER_HOUR, .to_ms = start + (from + 7) * MS_PER_HOUR, .goodwill = -1 };
		g_autoptr(json_t) said = ledger_sums(kit->db, &ask, NULL);
		static const char *const currencies[] = { "GBP", "EUR", "JPY", "KWD" };

		for (guint c = 0; c < 4; c++) {
			g_autofree char *where = g_strdup_printf("at >= %" G_GINT64_FORMAT " AND at < %" G_GINT64_FORMAT, ask.from_ms, ask.to_ms);
			g_autofree char *sql = kit->engine == DB_SQLITE ?
				g_strdup_printf("SELECT coalesce(sum(CASE WHEN kind = 'remedy.done' THEN json_extract(facts, '$.amount_minor') ELSE -json_extract(facts, '$.amount_minor') END), 0)"
				" FROM events WHERE kind IN ('remedy.done', 'remedy.reversed') AND json_extract(facts, '$.currency') = '%s' AND %s", currencies[c], where) :
				g_strdup_printf("SELECT CAST(coalesce(sum(CASE WHEN kind = 'remedy.done' THEN CAST(facts->>'amount_minor' AS BIGINT) ELSE -CAST(facts->>'amount_minor' AS BIGINT) END), 0) AS BIGINT)"
				" FROM events WHERE kind IN ('remedy.done', 'remedy.reversed') AND facts->>'currency' = '%s' AND %s", currencies[c], where);
			gint64 ours = 0;

			for (gsize i = 0; i < json_array_size(said); i++)
				if (strcmp(json_text(json_array_get(said, i), "currency", ""), currencies[c]) == 0)
					ours = json_int(json_object_get(json_array_get(said, i), "sum"), "amount_minor", 0);
			g_assert_cmpint(kit_count(kit, sql), ==, ours);
		}
	}
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/rules/states", test_states);
	kit_add("/rules/words", test_words);
	kit_add_plain("/rules/words-to-search-for", test_words_to_search_for);
	kit_add_plain("/rules/quarters", test_quarters);
	kit_add_plain("/rules/authority", test_authority_check);
	kit_add("/rules/most-specific", test_most_specific);
	kit_add_plain("/rules/limits", test_limits);
	kit_add_plain("/rules/periods", test_periods);
	kit_add("/rules/standing-in", test_standing_in);
	kit_add("/rules/time-limit", test_time_limit);
	kit_add("/rules/ledger-agrees", test_ledger_agrees);
	return kit_run();
}
