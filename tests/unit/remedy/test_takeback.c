/* A system of the house is asked to take back what it did: whatever it answers, nothing is taken back twice, and nothing is called so that was not. */
#include "house.h"
#include "flow/remedy/callback.h"
#include "flow/remedy/do.h"
#include "flow/remedy/takeback.h"
#include <string.h>

static void
test_judge(void)
{
	static const struct { guint status; const char *body; PayVerdict verdict; const char *words; } rows[] = {
		{ 200, "{\"state\": \"reversed\", \"reference\": \"RV-1\"}", PAY_DONE, "RV-1" }, { 201, "{\"reference\": \"RV-1\", \"state\": \"reversed\", \"amount_minor\": 5000, \"currency\": \"GBP\"}", PAY_DONE, "RV-1" },
		{ 409, "{\"state\": \"reversed\", \"reference\": \"RV-1\"}", PAY_DONE, "RV-1" }, { 202, "", PAY_LATER, NULL }, { 503, "", PAY_AGAIN, NULL }, { 429, "", PAY_AGAIN, NULL }, { 400, "", PAY_FAILED, "It refused (400)." },
		{ 200, "{\"state\": \"reversed\", \"reference\": \"TX-1\"}", PAY_FAILED, "It gives the reference of the payment itself: nothing shows that it was taken back." },
		{ 409, "{\"reference\": \"TX-1\"}", PAY_FAILED, NULL }, { 200, "{}", PAY_FAILED, NULL }, { 200, "yes", PAY_FAILED, NULL }, { 409, "", PAY_FAILED, NULL },
		{ 200, "{\"reference\": \"RV-1\", \"state\": \"done\"}", PAY_FAILED, "It says yes, and not that it was taken back (\"state\": \"reversed\")." }, { 200, "{\"reference\": \"RV-1\"}", PAY_FAILED, "It says yes, and not that it was taken back (\"state\": \"reversed\")." },
		{ 200, "{\"state\": \"reversed\", \"reference\": \"RV-1\", \"amount_minor\": 2500}", PAY_FAILED, "It says yes to another sum than the one we asked for." },
		{ 200, "{\"state\": \"reversed\", \"reference\": \"RV-1\", \"currency\": \"EUR\"}", PAY_FAILED, "It says yes in another currency than the one we asked for." },
		{ 202, "{\"currency\": \"EUR\"}", PAY_FAILED, NULL }, { 200, "{\"state\": \"reversed\", \"reference\": \"RV-1\", \"remedy\": \"BBBB-BBBB\"}", PAY_FAILED, NULL },
	};
	const Remedy remedy = { .ref = (char *)"AAAA-AAAA", .reference = (char *)"TX-1", .amount_minor = 5000, .currency = "GBP" };

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *words = NULL;

		if (takeback_judge(&remedy, rows[i].status, rows[i].body, &words) != rows[i].verdict)
			g_error("row %u: %s", i, words);
		g_assert_true(words != NULL && words[0] != '\0');
		if (rows[i].words != NULL)
			g_assert_cmpstr(words, ==, rows[i].words);
	}
}

static void
test_judge_report(void)
{
	static const struct { const char *state, *takeback; ReportVerdict verdict; } rows[] = {
		{ "done", "asked", REPORT_NOT_REVERSED }, { "done", "failed", REPORT_KNOWN }, { "done", NULL, REPORT_CONTRADICTS }, { "reversed", "done", REPORT_CONTRADICTS },
		{ "doing", NULL, REPORT_CONTRADICTS },
	};
	const PayReport said = { "not_reversed", NULL, NULL, NULL, "the account is empty", 0, FALSE };

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Remedy remedy = { .ref = (char *)"AAAA-AAAA", .state = (char *)rows[i].state, .amount_minor = 5000, .currency = "GBP" };
		g_autofree char *words = NULL;

		if (report_judge(&remedy, rows[i].takeback, &said, &words) != rows[i].verdict)
			g_error("row %u: %s", i, words);
		g_assert_true(rows[i].verdict == REPORT_KNOWN || words != NULL);
	}
}

/* ---- a bank that answers as it is told -------------------------------------------------------------------------------- */

static struct {
	guint calls, back, status;
	gboolean silent;
	const char *body;
	char *key, *url, *first, *last;
	GHashTable *keys;
} bank;

static gboolean
fake_post(const Outgoing *ask, OutgoingAnswer *ret_answer, GError **error)
{
	if (strcmp(ask->url, "https://shop.example/pay") == 0) {
		ret_answer->status = 200;
		ret_answer->body = g_strdup("{\"reference\": \"TX-9\"}");
		return TRUE;
	}
	for (guint i = 0; ask->headers[i] != NULL; i++)
		if (g_str_has_prefix(ask->headers[i], "Idempotency-Key: ")) {
			g_free(bank.key);
			bank.key = g_strdup(ask->headers[i] + 17);
		}
	g_free(bank.url);
	bank.url = g_strdup(ask->url);
	g_free(bank.last);
	bank.last = g_strdup(ask->body);
	if (bank.calls++ == 0)
		bank.first = g_strdup(ask->body);
	if ((bank.status == 200 || bank.silent) && g_hash_table_add(bank.keys, g_strdup(bank.key)))
		bank.back++;
	if (bank.silent) {
		g_set_error_literal(error, ERR, ERR_UPSTREAM, "no answer within 1 s");
		return FALSE;
	}
	ret_answer->status = bank.status;
	ret_answer->body = g_strdup(bank.body);
	return TRUE;
}

static SealKey key = { { 7 } };
static PayContext context = { &key, fake_post };

static void
bank_open(guint status, const char *body)
{
	g_clear_pointer(&bank.keys, g_hash_table_unref);
	g_clear_pointer(&bank.key, g_free);
	g_clear_pointer(&bank.url, g_free);
	g_clear_pointer(&bank.first, g_free);
	g_clear_pointer(&bank.last, g_free);
	bank.calls = bank.back = 0;
	bank.status = status;
	bank.body = body;
	bank.silent = FALSE;
	bank.keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
run_due(Kit *kit, gint64 now_ms)
{
	g_autoptr(Worker) worker = worker_new(kit_store(kit), NULL, NULL);
	g_autoptr(GError) error = NULL;
	gint64 next;
	guint n = 0;

	worker_handle(worker, "remedy.pay", 0, remedy_pay_job, &context);
	worker_handle(worker, "remedy.takeback", 0, remedy_takeback_job, &context);
	worker_handle(worker, "remedy.takeback_wait", 0, remedy_takeback_wait_job, NULL);
	worker_run_due(worker, now_ms, &n, &next, &error);
	g_assert_no_error(error);
}

/* £50 were paid by the shop as TX-9; it takes back where @back says. */
static Remedy *
paid(Kit *kit, House *house, const char *back)
{
	gint64 id = house_shop(kit, house, &key);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) hooks = hook_list(kit->db, &error);
	g_autoptr(Hook) hook = hook_change(kit->db, json_text(json_array_get(hooks, 0), "ref", ""), 0, &(HookChange){ .back_url = back }, kit->actor, kit->now_ms, &error);
	Remedy *remedy;

	g_assert_no_error(error);
	g_assert_cmpstr(hook->back_url, ==, back[0] != '\0' ? back : NULL);
	run_due(kit, kit->now_ms);
	remedy = remedy_get(kit->db, id, NULL);
	g_assert_cmpstr(remedy->state, ==, "done");
	return remedy;
}

static gboolean
ask(Kit *kit, const House *house, const Remedy *remedy, gboolean by_hand, GError **error)
{
	return remedy_reverse(kit->db, remedy->ref, 0, "It was the wrong customer.", by_hand, &house->as_boss, kit->now_ms, error);
}

/* What everything must agree on. */
static void
expect(Kit *kit, const Remedy *remedy, const char *state, const char *takeback)
{
	g_autoptr(Remedy) now = remedy_get(kit->db, remedy->id, NULL);
	g_autoptr(Takeback) back = takeback_of(kit->db, remedy->id, NULL);
	const gboolean reversed = strcmp(state, "reversed") == 0;

	g_assert_cmpstr(now->state, ==, state);
	g_assert_cmpstr(back != NULL ? back->state : NULL, ==, takeback);
	g_assert_cmpint(kit_count(kit, "SELECT coalesce(sum(amount_minor), 0) FROM ledger"), ==, reversed ? 0 : 5000);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'remedy.reversed'"), ==, reversed ? 1 : 0);
}

static gint64
told(Kit *kit)
{
	return kit_count(kit, "SELECT count(*) FROM notices n JOIN users u ON u.id = n.user_id WHERE n.kind = 'remedy_failed' AND u.name = 'Amara'");
}

static guint
says(Kit *kit, const Remedy *remedy, const char *body, PayReport said)
{
	g_autofree char *signature = hook_sign("our key", kit->now_ms, body);
	const Callback it = { .ref = remedy->ref, .signature = signature, .body = body, .size = strlen(body), .said = said };
	g_auto(CallbackAnswer) answer = { 0 };
	g_autoptr(GError) error = NULL;

	g_assert_true(remedy_callback(kit->db, &key, &it, kit->now_ms, &answer, &error));
	g_assert_no_error(error);
	return answer.status;
}
#define REVERSED ((PayReport){ "reversed", "RV-1", NULL, "GBP", NULL, 5000, TRUE })
#define NOT_REVERSED ((PayReport){ "not_reversed", NULL, NULL, NULL, "the account is empty", 0, FALSE })

#define BACK "https://shop.example/back"

static void
test_asked_once(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = paid(kit, &house, BACK);
	g_autofree char *its_key = g_strconcat(remedy->ref, "-back", NULL);
	g_autoptr(GError) error = NULL, again = NULL, by_hand = NULL, past = NULL;
	g_autoptr(Takeback) back = NULL;

	bank_open(200, "{\"state\": \"reversed\", \"reference\": \"RV-1\", \"amount_minor\": 5000, \"currency\": \"GBP\"}");
	g_assert_true(ask(kit, &house, remedy, FALSE, &error));
	expect(kit, remedy, "done", "asked"); /* the money is where it was */
	g_assert_false(ask(kit, &house, remedy, FALSE, &again));
	g_assert_error(again, ERR, ERR_CONFLICT);
	g_assert_false(ask(kit, &house, remedy, TRUE, &by_hand)); /* not beside it */
	g_assert_error(by_hand, ERR, ERR_CONFLICT);
	run_due(kit, kit->now_ms);
	expect(kit, remedy, "reversed", "done");
	back = takeback_of(kit->db, remedy->id, NULL);
	g_assert_cmpstr(back->reference, ==, "RV-1");
	g_assert_nonnull(strstr(back->answer, "RV-1"));
	g_assert_cmpstr(bank.url, ==, BACK);
	g_assert_cmpstr(bank.key, ==, its_key);
	g_assert_true(g_str_has_prefix(bank.first, "{\"action\":\"take_back\",\"reference\":\"TX-9\",\"remedy\":"));
	g_assert_nonnull(strstr(bank.first, "\"amount_minor\":5000,\"currency\":\"GBP\""));
	run_due(kit, kit->now_ms + MS_PER_DAY);
	g_assert_cmpint(bank.calls, ==, 1);
	g_assert_false(ask(kit, &house, remedy, FALSE, &past));
	g_assert_error(past, ERR, ERR_CONFLICT);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind LIKE 'remedy.%'"), ==, 0);
}

/* It takes back and its answer is lost, again and again: one key and the same words each time, taken back once. */
static void
test_lost_answer(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = paid(kit, &house, BACK);
	g_autoptr(GError) error = NULL;

	bank_open(409, "{\"state\": \"reversed\", \"reference\": \"RV-1\"}");
	bank.silent = TRUE;
	g_assert_true(ask(kit, &house, remedy, FALSE, &error));
	for (guint i = 0; i < 3; i++) {
		kit_expect_log("no answer within 1 s");
		run_due(kit, kit->now_ms + i * MS_PER_HOUR);
		expect(kit, remedy, "done", "asked");
	}
	bank.silent = FALSE;
	run_due(kit, kit->now_ms + 5 * MS_PER_HOUR);
	expect(kit, remedy, "reversed", "done");
	g_assert_cmpint(bank.back, ==, 1);
	g_assert_cmpstr(bank.first, ==, bank.last);
	g_assert_cmpint(kit_count(kit, "SELECT attempts FROM remedy_takebacks"), ==, 4);
}

static void
test_lies(Kit *kit)
{
	static const char *const lies[] = { "{\"reference\": \"TX-9\"}", "{\"state\": \"reversed\", \"reference\": \"RV-1\", \"amount_minor\": 1}", "{\"state\": \"reversed\", \"reference\": \"RV-1\", \"currency\": \"JPY\"}", "ok" };
	House house;
	g_autoptr(Remedy) remedy = paid(kit, &house, BACK);
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(lies); i++) {
		bank_open(200, lies[i]);
		g_assert_true(ask(kit, &house, remedy, FALSE, &error));
		run_due(kit, kit->now_ms);
		expect(kit, remedy, "done", "failed");
		g_assert_cmpint(told(kit), ==, i + 1);
		g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'takeback.failed'"), ==, i + 1);
	}
	/* Then somebody took it back otherwise. */
	g_assert_true(ask(kit, &house, remedy, TRUE, &error));
	expect(kit, remedy, "reversed", "done");
}

/* Not reached for days: a person must look; asked again by a person it is the same key. */
static void
test_given_up(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = paid(kit, &house, BACK);
	g_autofree char *its_key = g_strconcat(remedy->ref, "-back", NULL);
	g_autoptr(GError) error = NULL;

	bank_open(503, "later");
	g_assert_true(ask(kit, &house, remedy, FALSE, &error));
	for (guint i = 1; i < PAY_ATTEMPTS; i++) {
		kit_expect_log("It cannot answer right now (503)");
		run_due(kit, kit->now_ms + i * MS_PER_DAY);
		expect(kit, remedy, "done", "asked");
	}
	run_due(kit, kit->now_ms + 30 * MS_PER_DAY);
	expect(kit, remedy, "done", "failed");
	g_assert_cmpint(bank.calls, ==, PAY_ATTEMPTS);
	g_assert_cmpint(told(kit), ==, 1);
	bank_open(200, "{\"state\": \"reversed\", \"reference\": \"RV-1\"}");
	g_assert_true(remedy_retry(kit->db, remedy->ref, 0, &house.as_boss, kit->now_ms + 30 * MS_PER_DAY, &error));
	run_due(kit, kit->now_ms + 30 * MS_PER_DAY);
	expect(kit, remedy, "reversed", "done");
	g_assert_cmpstr(bank.key, ==, its_key);
}

/* It takes it on (202), and reports, or does not, or reports that it cannot. */
static void
test_reported_later(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = paid(kit, &house, BACK);
	g_autoptr(GError) error = NULL;
	g_autoptr(Takeback) back = NULL;

	bank_open(202, "{}");
	g_assert_cmpint(says(kit, remedy, "{0}", NOT_REVERSED), ==, 409); /* nobody asked */
	g_assert_true(ask(kit, &house, remedy, FALSE, &error));
	run_due(kit, kit->now_ms);
	expect(kit, remedy, "done", "asked");
	g_assert_cmpint(says(kit, remedy, "{1}", NOT_REVERSED), ==, 200);
	expect(kit, remedy, "done", "failed");
	g_assert_cmpint(says(kit, remedy, "{1}", NOT_REVERSED), ==, 200); /* the same bytes */
	g_assert_cmpint(says(kit, remedy, "{2}", NOT_REVERSED), ==, 200); /* known */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'takeback.failed'"), ==, 1);
	/* Once more; nothing comes for three days. */
	g_assert_true(ask(kit, &house, remedy, FALSE, &error));
	kit->now_ms += MS_PER_HOUR;
	run_due(kit, kit->now_ms);
	run_due(kit, kit->now_ms + 72 * MS_PER_HOUR - 1);
	expect(kit, remedy, "done", "asked");
	run_due(kit, kit->now_ms + 72 * MS_PER_HOUR);
	expect(kit, remedy, "done", "failed");
	/* What comes then is still taken; a wrong sum before it is not. */
	g_assert_cmpint(says(kit, remedy, "{3}", ((PayReport){ "reversed", "RV-1", NULL, "GBP", NULL, 1, TRUE })), ==, 422);
	expect(kit, remedy, "done", "failed");
	g_assert_cmpint(says(kit, remedy, "{4}", REVERSED), ==, 200);
	expect(kit, remedy, "reversed", "done");
	back = takeback_of(kit->db, remedy->id, NULL);
	g_assert_cmpstr(back->reference, ==, "RV-1");
	g_assert_cmpint(says(kit, remedy, "{5}", NOT_REVERSED), ==, 409);
	expect(kit, remedy, "reversed", "done");
}

/* The report is there before the answer to our question: once. */
static void
test_report_overtakes(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = paid(kit, &house, BACK);
	g_autoptr(GError) error = NULL;
	g_autoptr(Remedy) now = NULL;

	bank_open(200, "{\"state\": \"reversed\", \"reference\": \"RV-1\"}");
	g_assert_true(ask(kit, &house, remedy, FALSE, &error));
	g_assert_cmpint(says(kit, remedy, "{1}", REVERSED), ==, 200);
	expect(kit, remedy, "reversed", "done");
	now = remedy_get(kit->db, remedy->id, NULL);
	g_assert_cmpstr(now->fault, ==, "It was the wrong customer."); /* why we asked */
	run_due(kit, kit->now_ms);
	expect(kit, remedy, "reversed", "done");
	g_assert_cmpint(bank.calls, ==, 0);
}

/* A wrong word while it is asked sets it aside: it is not asked on. */
static void
test_wrong_word_meanwhile(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = paid(kit, &house, BACK);
	g_autoptr(GError) error = NULL;

	bank_open(200, "{\"state\": \"reversed\", \"reference\": \"RV-1\"}");
	g_assert_true(ask(kit, &house, remedy, FALSE, &error));
	g_assert_cmpint(says(kit, remedy, "{1}", ((PayReport){ "reversed", "RV-1", NULL, "EUR", NULL, 5000, TRUE })), ==, 422);
	expect(kit, remedy, "done", "failed");
	run_due(kit, kit->now_ms);
	g_assert_cmpint(bank.calls, ==, 0);
}

/* What a person did, or a system that does not take back, is taken back by a person at once. */
static void
test_by_hand(Kit *kit)
{
	House house;
	g_autoptr(Remedy) remedy = paid(kit, &house, "");
	g_autoptr(GError) error = NULL;

	bank_open(200, "{\"state\": \"reversed\", \"reference\": \"RV-1\"}");
	g_assert_true(ask(kit, &house, remedy, FALSE, &error));
	expect(kit, remedy, "reversed", NULL);
	run_due(kit, kit->now_ms);
	g_assert_cmpint(bank.calls, ==, 0);
}

static void
test_done_by_hand(Kit *kit)
{
	House house;
	gint64 id = house_shop(kit, &house, &key);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) hooks = hook_list(kit->db, &error);
	g_autoptr(Hook) hook = hook_change(kit->db, json_text(json_array_get(hooks, 0), "ref", ""), 0, &(HookChange){ .back_url = BACK }, kit->actor, kit->now_ms, &error);
	g_autoptr(Remedy) remedy = NULL;

	g_assert_nonnull(hook);
	bank_open(400, "no");
	g_assert_true(db_script(kit->db, "UPDATE remedies SET state = 'failed'", &error));
	remedy = remedy_get(kit->db, id, NULL);
	g_assert_true(remedy_mark_done(kit->db, remedy->ref, 0, "by transfer", &house.as_boss, kit->now_ms, &error));
	g_assert_true(ask(kit, &house, remedy, FALSE, &error));
	g_assert_no_error(error);
	expect(kit, remedy, "reversed", NULL);
}

/* The address of paying is no address of taking back: it would be paid twice. */
static void
test_addresses(Kit *kit)
{
	static const struct { const char *back; gboolean ok; } rows[] = { { BACK, TRUE }, { "https://shop.example/pay", FALSE }, { "http://shop.example/back", FALSE },
		{ "nonsense", FALSE }, { "", TRUE } };
	House house;
	g_autoptr(json_t) hooks = NULL;
	const char *ref;

	(void)house_shop(kit, &house, &key);
	hooks = hook_list(kit->db, NULL);
	ref = json_text(json_array_get(hooks, 0), "ref", "");
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Hook) hook = hook_change(kit->db, ref, 0, &(HookChange){ .back_url = rows[i].back }, kit->actor, kit->now_ms, &error);

		if ((hook != NULL) != rows[i].ok)
			g_error("%s: %s", rows[i].back, error != NULL ? error->message : "taken");
		g_assert_true(hook != NULL || err_fields(error) != NULL);
	}
}

typedef struct {
	House house;
	Remedy *remedy;
} Torture;

static gboolean
ask_it(Kit *kit, gpointer data, GError **error)
{
	const Torture *it = data;

	return ask(kit, &it->house, it->remedy, FALSE, error);
}

static void
not_asked(Kit *kit, gpointer data)
{
	expect(kit, ((const Torture *)data)->remedy, "done", NULL);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'remedy.takeback'"), ==, 0);
}

static gboolean
report_it(Kit *kit, gpointer data, GError **error)
{
	const Torture *it = data;
	g_autofree char *signature = hook_sign("our key", kit->now_ms, "{9}");
	const Callback callback = { .ref = it->remedy->ref, .signature = signature, .body = "{9}", .size = 3, .said = REVERSED };
	g_auto(CallbackAnswer) answer = { 0 };

	return remedy_callback(kit->db, &key, &callback, kit->now_ms, &answer, error) && answer.status == 200;
}

static void
still_asked(Kit *kit, gpointer data)
{
	expect(kit, ((const Torture *)data)->remedy, "done", "asked");
}

static void
test_torture(Kit *kit)
{
	Torture it = { .remedy = NULL };

	it.remedy = paid(kit, &it.house, BACK);
	kit_torture(kit, ask_it, not_asked, &it, 6);
	expect(kit, it.remedy, "done", "asked");
	kit_torture(kit, report_it, still_asked, &it, 8);
	expect(kit, it.remedy, "reversed", "done");
	remedy_free(it.remedy);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/takeback/judge", test_judge);
	kit_add_plain("/takeback/judge-report", test_judge_report);
	kit_add("/takeback/asked-once", test_asked_once);
	kit_add("/takeback/lost-answer", test_lost_answer);
	kit_add("/takeback/lies", test_lies);
	kit_add("/takeback/given-up", test_given_up);
	kit_add("/takeback/reported-later", test_reported_later);
	kit_add("/takeback/report-overtakes", test_report_overtakes);
	kit_add("/takeback/wrong-word-meanwhile", test_wrong_word_meanwhile);
	kit_add("/takeback/by-hand", test_by_hand);
	kit_add("/takeback/done-by-hand", test_done_by_hand);
	kit_add("/takeback/addresses", test_addresses);
	kit_add("/takeback/torture", test_torture);
	return kit_run();
}
