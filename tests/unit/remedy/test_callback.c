/* A system of the house reports later how it went: signed or not, once or twice, truly or not; nothing is ever paid twice. */
#include "house.h"
#include "flow/remedy/callback.h"
#include "flow/remedy/do.h"
#include "flow/remedy/pay.h"
#include "remedy/hook.h"
#include <string.h>

static const SealKey key = { { 7 } };

/* ---- pure ------------------------------------------------------------------------------------------------------------ */

static void
test_judge(void)
{
	static const PayReport done = { "done", "TX-1", NULL, "GBP", NULL, 5000, TRUE };
	static const struct { const char *state, *reference; PayReport said; ReportVerdict verdict; } rows[] = {
		{ "doing", NULL, { "done", "TX-1", "AAAA-AAAA", "GBP", NULL, 5000, TRUE }, REPORT_DONE }, { "failed", NULL, { "done", "TX-1", NULL, "GBP", NULL, 5000, TRUE }, REPORT_DONE },
		{ "done", "TX-1", { "done", "TX-1", NULL, "GBP", NULL, 5000, TRUE }, REPORT_KNOWN }, { "done", "TX-2", { "done", "TX-1", NULL, "GBP", NULL, 5000, TRUE }, REPORT_CONTRADICTS },
		{ "reversed", "TX-1", { "done", "TX-1", NULL, "GBP", NULL, 5000, TRUE }, REPORT_KNOWN }, { "reversed", "TX-2", { "done", "TX-1", NULL, "GBP", NULL, 5000, TRUE }, REPORT_CONTRADICTS },
		{ "chosen", NULL, { "done", "TX-1", NULL, "GBP", NULL, 5000, TRUE }, REPORT_CONTRADICTS }, { "withdrawn", NULL, { "done", "TX-1", NULL, "GBP", NULL, 5000, TRUE }, REPORT_CONTRADICTS },
		{ "doing", NULL, { "done", "TX-1", NULL, "GBP", NULL, 5001, TRUE }, REPORT_WRONG }, { "doing", NULL, { "done", "TX-1", NULL, "EUR", NULL, 5000, TRUE }, REPORT_WRONG },
		{ "doing", NULL, { "done", "TX-1", NULL, NULL, NULL, 5000, TRUE }, REPORT_WRONG }, { "doing", NULL, { "done", "TX-1", NULL, "GBP", NULL, 0, FALSE }, REPORT_WRONG },
		{ "doing", NULL, { "done", "TX-1", "BBBB-BBBB", "GBP", NULL, 5000, TRUE }, REPORT_WRONG }, { "doing", NULL, { "done", NULL, NULL, "GBP", NULL, 5000, TRUE }, REPORT_WRONG },
		{ "done", "TX-1", { "done", "TX-1", NULL, "GBP", NULL, 9, TRUE }, REPORT_WRONG },
		{ "doing", NULL, { "failed", NULL, NULL, NULL, "no such account", 0, FALSE }, REPORT_FAILED }, { "failed", NULL, { "failed", NULL, NULL, NULL, NULL, 0, FALSE }, REPORT_KNOWN },
		{ "done", "TX-1", { "failed", NULL, NULL, NULL, NULL, 0, FALSE }, REPORT_CONTRADICTS }, { "doing", NULL, { "failed", NULL, NULL, "EUR", NULL, 0, FALSE }, REPORT_WRONG },
		{ "done", "TX-1", { "reversed", NULL, NULL, "GBP", NULL, 5000, TRUE }, REPORT_REVERSED }, { "done", "TX-1", { "reversed", NULL, NULL, "GBP", NULL, 2500, TRUE }, REPORT_WRONG },
		{ "reversed", "TX-1", { "reversed", NULL, NULL, "GBP", NULL, 5000, TRUE }, REPORT_KNOWN }, { "doing", NULL, { "reversed", NULL, NULL, "GBP", NULL, 5000, TRUE }, REPORT_CONTRADICTS },
	};
	const Remedy by_hand = { .ref = (char *)"AAAA-AAAA", .state = (char *)"done", .reference = (char *)"by hand", .done_by = (char *)"manual", .amount_minor = 5000, .currency = "GBP" };
	g_autofree char *by_hand_said = NULL;
	const Remedy free_of_charge = { .ref = (char *)"AAAA-AAAA", .state = (char *)"doing", .currency = "" };
	g_autofree char *said = NULL, *priced = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Remedy remedy = { .ref = (char *)"AAAA-AAAA", .state = (char *)rows[i].state, .reference = (char *)rows[i].reference, .done_by = (char *)"webhook", .amount_minor = 5000, .currency = "GBP" };
		g_autofree char *words = NULL;

		if (report_judge(&remedy, NULL, &rows[i].said, &words) != rows[i].verdict)
			g_error("row %u: %s", i, words);
		g_assert_true(rows[i].verdict == REPORT_DONE || rows[i].verdict == REPORT_KNOWN || words != NULL);
	}
	/* What a person paid otherwise, its system cannot have taken back: it speaks of a payment of its own. */
	g_assert_cmpint(report_judge(&by_hand, NULL, &(PayReport){ "reversed", NULL, NULL, "GBP", NULL, 5000, TRUE }, &by_hand_said), ==, REPORT_CONTRADICTS);
	g_assert_nonnull(strstr(by_hand_said, "a person"));
	g_assert_cmpint(report_judge(&free_of_charge, NULL, &(PayReport){ "done", "P-7", NULL, NULL, NULL, 0, FALSE }, &said), ==, REPORT_DONE);
	g_assert_cmpint(report_judge(&free_of_charge, NULL, &done, &priced), ==, REPORT_WRONG);
}

static void
test_signed(void)
{
	const gint64 now = G_GINT64_CONSTANT(1700000000123);
	g_autofree char *good = hook_sign("key", now, "{}");
	static const char *const bad[] = { NULL, "", "t=", "t=1700000000", "t=1700000000,v1=", "t=1700000000,v1=9d71", "v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae,t=1700000000",
		"t=1700000001,v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae", "t=-5,v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae" };

	g_assert_true(hook_signed("key", good, "{}", 2, 300, now));
	g_assert_true(hook_signed("key", good, "{}", 2, 300, now + 300 * 1000) && hook_signed("key", good, "{}", 2, 300, now - 300 * 1000));
	g_assert_false(hook_signed("key", good, "{}", 2, 300, now + 301 * 1000) || hook_signed("key", good, "{}", 2, 300, now - 301 * 1000));
	g_assert_false(hook_signed("other", good, "{}", 2, 300, now) || hook_signed("key", good, "{ }", 3, 300, now) || hook_signed("key", good, "{}", 1, 300, now));
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_false(hook_signed("key", bad[i], "{}", 2, 300, now));
}

/* ---- in the house ---------------------------------------------------------------------------------------------------- */

static gboolean
accepts(const Outgoing *ask, OutgoingAnswer *ret_answer, GError **error)
{
	ret_answer->status = 202;
	ret_answer->body = g_strdup("{\"queued\": true}");
	return TRUE;
}
static PayContext context = { &key, accepts };

static void
run_due(Kit *kit, gint64 now_ms)
{
	Store *store = kit_store(kit);
	g_autoptr(Worker) worker = worker_new(store, NULL, NULL);
	g_autoptr(GError) error = NULL;
	gint64 next;
	guint n = 0;

	worker_handle(worker, "remedy.pay", 0, remedy_pay_job, &context);
	worker_handle(worker, "remedy.wait", 0, remedy_wait_job, NULL);
	worker_run_due(worker, now_ms, &n, &next, &error);
	g_assert_no_error(error);
}

/* The shop has taken it on. */
static Remedy *
accepted(Kit *kit, House *house)
{
	gint64 id = house_shop(kit, house, &key);
	Remedy *remedy;

	run_due(kit, kit->now_ms);
	remedy = remedy_get(kit->db, id, NULL);
	g_assert_cmpstr(remedy->state, ==, "doing");
	g_assert_cmpint(remedy->accepted_at, ==, kit->now_ms);
	return remedy;
}

/* Signed with @secret at the present; @body only makes the bytes. */
static guint
report(Kit *kit, const char *ref, const char *secret, const char *body, PayReport said, CallbackAnswer *answer, GError **error)
{
	g_autofree char *signature = hook_sign(secret, kit->now_ms, body);
	const Callback it = { .ref = ref, .signature = signature, .body = body, .size = strlen(body), .said = said };

	return remedy_callback(kit->db, &key, &it, kit->now_ms, answer, error) ? answer->status : 0;
}
#define DONE(tx) ((PayReport){ "done", tx, NULL, "GBP", NULL, 5000, TRUE })

static guint
says(Kit *kit, const Remedy *remedy, const char *body, PayReport said)
{
	g_auto(CallbackAnswer) answer = { 0 };
	g_autoptr(GError) error = NULL;
	guint status = report(kit, remedy->ref, "our key", body, said, &answer, &error);

	g_assert_no_error(error);
	g_assert_true((answer.words != NULL) == (status != 200));
	return status;
}

static void
expect(Kit *kit, gint64 id, const char *state, gint64 ledger)
{
	g_autoptr(Remedy) remedy = remedy_get(kit->db, id, NULL);

	g_assert_cmpstr(remedy->state, ==, state);
	g_assert_cmpint(kit_count(kit, "SELECT coalesce(sum(amount_minor), 0) FROM ledger"), ==, ledger);
}

static gint64
told(Kit *kit)
{
	return kit_count(kit, "SELECT count(*) FROM notices n JOIN users u ON u.id = n.user_id WHERE n.kind = 'remedy_failed' AND u.name = 'Amara'");
}

static void
test_done_once(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = accepted(kit, &house);

	g_assert_cmpint(says(kit, remedy, "{1}", DONE("TX-9")), ==, 200);
	expect(kit, remedy->id, "done", 5000);
	g_assert_cmpint(says(kit, remedy, "{1}", DONE("TX-9")), ==, 200); /* the same bytes */
	kit->now_ms += 60 * 1000;
	g_assert_cmpint(says(kit, remedy, "{1}", DONE("TX-9")), ==, 200); /* sent again */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM ledger"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM remedy_callbacks WHERE outcome = 'known'"), ==, 1);
	run_due(kit, kit->now_ms + 73 * MS_PER_HOUR); /* nobody waits for it any more */
	expect(kit, remedy->id, "done", 5000);
	g_assert_cmpint(told(kit), ==, 0);
}

/* Nothing for three days: a person is asked. What comes then is still taken. */
static void
test_silent_then_late(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = accepted(kit, &house);

	run_due(kit, kit->now_ms + 72 * MS_PER_HOUR - 1);
	expect(kit, remedy->id, "doing", 0);
	run_due(kit, kit->now_ms + 72 * MS_PER_HOUR);
	expect(kit, remedy->id, "failed", 0);
	g_assert_cmpint(told(kit), ==, 1);
	g_assert_cmpint(says(kit, remedy, "{2}", DONE("TX-9")), ==, 200);
	expect(kit, remedy->id, "done", 5000);
}

static void
test_lies(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = accepted(kit, &house);

	g_assert_cmpint(says(kit, remedy, "{a}", ((PayReport){ "done", "TX-9", NULL, "GBP", NULL, 500000, TRUE })), ==, 422);
	expect(kit, remedy->id, "failed", 0);
	g_assert_cmpint(told(kit), ==, 1);
	g_assert_cmpint(says(kit, remedy, "{a}", DONE("TX-9")), ==, 422); /* the same bytes get the same answer, whatever else was meant */
	g_assert_cmpint(says(kit, remedy, "{b}", ((PayReport){ "done", "TX-9", NULL, "EUR", NULL, 5000, TRUE })), ==, 422);
	expect(kit, remedy->id, "failed", 0);
	g_assert_cmpint(says(kit, remedy, "{c}", DONE("TX-9")), ==, 200);
	g_assert_cmpint(says(kit, remedy, "{d}", DONE("TX-10")), ==, 409);
	g_assert_cmpint(says(kit, remedy, "{e}", ((PayReport){ "failed", NULL, NULL, NULL, "no funds", 0, FALSE })), ==, 409);
	expect(kit, remedy->id, "done", 5000);
	g_assert_cmpint(told(kit), ==, 4);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM ledger"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM remedy_callbacks"), ==, 5);
}

static void
test_taken_back(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = accepted(kit, &house);
	const PayReport back = { "reversed", NULL, NULL, "GBP", "the account is closed", 5000, TRUE };

	g_assert_cmpint(says(kit, remedy, "{0}", back), ==, 409); /* before it was done */
	expect(kit, remedy->id, "doing", 0);
	g_assert_cmpint(says(kit, remedy, "{1}", DONE("TX-9")), ==, 200);
	g_assert_cmpint(says(kit, remedy, "{2}", ((PayReport){ "reversed", NULL, NULL, "GBP", NULL, 2500, TRUE })), ==, 422);
	expect(kit, remedy->id, "done", 5000);
	g_assert_cmpint(says(kit, remedy, "{3}", back), ==, 200);
	expect(kit, remedy->id, "reversed", 0);
	g_assert_cmpint(says(kit, remedy, "{4}", back), ==, 200);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM ledger"), ==, 2);
}

/* A person marked it done meanwhile, when the shop had been silent: the shop's own reference is another, and a person must look. */
static void
test_by_hand_meanwhile(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = accepted(kit, &house);
	g_autoptr(GError) error = NULL;

	run_due(kit, kit->now_ms + 72 * MS_PER_HOUR);
	g_assert_true(remedy_mark_done(kit->db, remedy->ref, 0, "by transfer", &house.as_boss, kit->now_ms, &error));
	g_assert_cmpint(says(kit, remedy, "{1}", DONE("TX-9")), ==, 409);
	expect(kit, remedy->id, "done", 5000);
	g_assert_cmpint(told(kit), ==, 2);
}

static void
test_strangers(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = accepted(kit, &house);
	g_autofree char *sealed = seal(&key, "hook", "a key of another system");
	g_autoptr(Hook) other = hook_add(kit->db, &(HookChange){ .name = "Vouchers", .url = "https://vouchers.example/", .sealed = sealed }, kit->actor, kit->now_ms, NULL);
	static const struct { const char *ref, *secret; int code; } rows[] = {
		{ NULL, "no key", ERR_DENIED }, { NULL, "a key of another system", ERR_DENIED }, { "AAAA-AAAA", "no key", ERR_DENIED }, { "AAAA-AAAA", "our key", ERR_NOT_FOUND }, { "nonsense", "our key", ERR_NOT_FOUND },
	};

	g_assert_nonnull(other);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(CallbackAnswer) answer = { 0 };
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(report(kit, rows[i].ref != NULL ? rows[i].ref : remedy->ref, rows[i].secret, "{}", DONE("TX-9"), &answer, &error), ==, 0);
		g_assert_error(error, ERR, rows[i].code);
	}
	expect(kit, remedy->id, "doing", 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM remedy_callbacks"), ==, 0);
}

static gboolean
once_done(Kit *kit, gpointer data, GError **error)
{
	const Remedy *remedy = data;
	g_auto(CallbackAnswer) answer = { 0 };

	return report(kit, remedy->ref, "our key", "{1}", DONE("TX-9"), &answer, error) == 200;
}

static void
still_doing(Kit *kit, gpointer data)
{
	expect(kit, ((const Remedy *)data)->id, "doing", 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM remedy_callbacks"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = accepted(kit, &house);

	kit_torture(kit, once_done, still_doing, remedy, 8);
	expect(kit, remedy->id, "done", 5000);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/callback/judge", test_judge);
	kit_add_plain("/callback/signed", test_signed);
	kit_add("/callback/done-once", test_done_once);
	kit_add("/callback/silent-then-late", test_silent_then_late);
	kit_add("/callback/lies", test_lies);
	kit_add("/callback/taken-back", test_taken_back);
	kit_add("/callback/by-hand-meanwhile", test_by_hand_meanwhile);
	kit_add("/callback/strangers", test_strangers);
	kit_add("/callback/torture", test_torture);
	return kit_run();
}
