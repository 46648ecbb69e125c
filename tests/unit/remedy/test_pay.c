/* A system of the house is asked to pay: every kind of answer, a kill between call and commit, two at once, and two approvers at once. */
#include "house.h"
#include "base/seal.h"
#include "flow/remedy/approve.h"
#include "flow/remedy/offer.h"
#include "flow/remedy/pay.h"
#include "org/team.h"
#include "remedy/budget.h"
#include "remedy/catalogue.h"
#include "remedy/hook.h"
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define OPTIONS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
test_judge(void)
{
	static const struct { guint status; const char *body; PayVerdict verdict; const char *words; } rows[] = {
		{ 200, "{\"reference\": \"TX-1\"}", PAY_DONE, "TX-1" }, { 201, "{\"reference\": \"TX-1\", \"amount_minor\": 18000, \"currency\": \"GBP\", \"remedy\": \"AAAA-AAAA\"}", PAY_DONE, "TX-1" },
		{ 409, "{\"reference\": \"TX-1\"}", PAY_DONE, "TX-1" }, { 409, "no", PAY_FAILED, NULL }, { 200, "", PAY_FAILED, NULL }, { 200, "thanks", PAY_FAILED, NULL }, { 204, "", PAY_FAILED, NULL },
		{ 200, "{\"reference\": \"\"}", PAY_FAILED, NULL }, { 200, "[]", PAY_FAILED, NULL },
		{ 200, "{\"reference\": \"TX-1\", \"amount_minor\": 18001}", PAY_FAILED, "It says yes to another sum than the one we asked for." },
		{ 200, "{\"reference\": \"TX-1\", \"amount_minor\": \"18000\"}", PAY_FAILED, "It says yes to another sum than the one we asked for." },
		{ 200, "{\"reference\": \"TX-1\", \"currency\": \"EUR\"}", PAY_FAILED, "It says yes in another currency than the one we asked for." },
		{ 409, "{\"reference\": \"TX-1\", \"remedy\": \"BBBB-BBBB\"}", PAY_FAILED, "It says yes to another remedy than the one we asked for." },
		{ 202, "{\"reference\": \"TX-1\"}", PAY_LATER, "It took it on, and says later how it went." }, { 202, "", PAY_LATER, NULL }, { 202, "{\"amount_minor\": 1}", PAY_FAILED, NULL }, { 408, "", PAY_AGAIN, NULL }, { 429, "", PAY_AGAIN, NULL }, { 500, "", PAY_AGAIN, NULL }, { 503, "", PAY_AGAIN, NULL },
		{ 400, "", PAY_FAILED, "It refused (400)." }, { 301, "", PAY_FAILED, "It refused (301)." }, { 404, "", PAY_FAILED, NULL }, { 402, "{\"reference\": \"TX-1\"}", PAY_FAILED, NULL },
	};
	const Remedy remedy = { .ref = (char *)"AAAA-AAAA", .amount_minor = 18000, .currency = "GBP" };

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *words = NULL;

		g_assert_cmpint(pay_judge(&remedy, rows[i].status, rows[i].body, &words), ==, rows[i].verdict);
		g_assert_true(words != NULL && words[0] != '\0');
		if (rows[i].words != NULL)
			g_assert_cmpstr(words, ==, rows[i].words);
	}
}

static void
test_signature(void)
{
	g_autofree char *signature = hook_sign("key", 1700000000123, "{}");

	/* printf '1700000000.{}' | openssl dgst -sha256 -hmac key */
	g_assert_cmpstr(signature, ==, "t=1700000000,v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae");
}

/* ---- a system that answers as it is told ------------------------------------------------------------------------------ */

static struct {
	guint calls, paid, status;
	gboolean silent;
	const char *body;
	char *key, *bodies[8];
	GHashTable *keys;
} shop;

static gboolean
fake_post(const Outgoing *ask, OutgoingAnswer *ret_answer, GError **error)
{
	for (guint i = 0; ask->headers[i] != NULL; i++)
		if (g_str_has_prefix(ask->headers[i], "Idempotency-Key: ")) {
			g_free(shop.key);
			shop.key = g_strdup(ask->headers[i] + 17);
		}
	if (shop.calls < G_N_ELEMENTS(shop.bodies))
		shop.bodies[shop.calls] = g_strdup(ask->body);
	shop.calls++;
	if (!g_hash_table_contains(shop.keys, shop.key) && (shop.status == 200 || shop.silent)) {
		g_hash_table_add(shop.keys, g_strdup(shop.key));
		shop.paid++;
	}
	if (shop.silent) {
		g_set_error_literal(error, ERR, ERR_UPSTREAM, "no answer within 1 s");
		return FALSE;
	}
	ret_answer->status = shop.status;
	ret_answer->body = g_strdup(shop.body);
	return TRUE;
}

static SealKey key = { { 7 } };
static PayContext context = { &key, fake_post };

static void
shop_open(guint status, const char *body)
{
	if (shop.keys != NULL)
		g_hash_table_unref(shop.keys);
	for (guint i = 0; i < G_N_ELEMENTS(shop.bodies); i++)
		g_clear_pointer(&shop.bodies[i], g_free);
	g_clear_pointer(&shop.key, g_free);
	shop.calls = shop.paid = 0;
	shop.status = status;
	shop.body = body;
	shop.silent = FALSE;
	shop.keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static Worker *
worker_of(Kit *kit, Store *store)
{
	Worker *worker = worker_new(store, NULL, NULL);

	worker_handle(worker, "remedy.pay", 0, remedy_pay_job, &context);
	worker_handle(worker, "approval.due", 0, remedy_approval_due_job, NULL);
	worker_handle(worker, "offer.expire", 0, remedy_offer_expire_job, NULL);
	return worker;
}

static guint
run_due(Worker *worker, gint64 now_ms)
{
	g_autoptr(GError) error = NULL;
	gint64 next;
	guint n = 0;

	worker_run_due(worker, now_ms, &n, &next, &error);
	g_assert_no_error(error);
	return n;
}

static void
expect(Kit *kit, gint64 id, const char *state)
{
	g_autoptr(Remedy) remedy = remedy_get(kit->db, id, NULL);

	g_assert_cmpstr(remedy->state, ==, state);
}

static void
test_paid(Kit *kit)
{
	House house;
	gint64 id = house_shop(kit, &house, &key);
	Store *store = kit_store(kit);
	g_autoptr(Worker) worker = worker_of(kit, store);
	g_autoptr(Remedy) remedy = NULL;

	shop_open(200, "{\"reference\": \"TX-9\", \"amount_minor\": 5000, \"currency\": \"GBP\"}");
	run_due(worker, kit->now_ms);
	remedy = remedy_get(kit->db, id, NULL);
	g_assert_cmpstr(remedy->state, ==, "done");
	g_assert_cmpstr(remedy->reference, ==, "TX-9");
	g_assert_cmpstr(shop.key, ==, remedy->ref);
	g_assert_nonnull(strstr(shop.bodies[0], "\"amount_minor\":5000,\"currency\":\"GBP\""));
	g_assert_cmpint(kit_count(kit, "SELECT sum(amount_minor) FROM ledger"), ==, 5000);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'remedy.pay'"), ==, 0);
	run_due(worker, kit->now_ms + MS_PER_DAY);
	g_assert_cmpint(shop.calls, ==, 1);
}

/* It pays and its answer is lost, again and again: the same key and the same words each time, paid once. */
static void
test_lost_answer(Kit *kit)
{
	House house;
	gint64 id = house_shop(kit, &house, &key);
	Store *store = kit_store(kit);
	g_autoptr(Worker) worker = worker_of(kit, store);

	shop_open(200, "{\"reference\": \"TX-9\"}");
	shop.silent = TRUE;
	for (guint i = 0; i < 3; i++) {
		kit_expect_log("no answer within 1 s");
		run_due(worker, kit->now_ms + i * MS_PER_HOUR);
		expect(kit, id, "doing");
	}
	shop.silent = FALSE;
	run_due(worker, kit->now_ms + 5 * MS_PER_HOUR);
	expect(kit, id, "done");
	g_assert_cmpint(shop.calls, ==, 4);
	g_assert_cmpint(shop.paid, ==, 1);
	g_assert_cmpstr(shop.bodies[0], ==, shop.bodies[3]);
	g_assert_cmpint(kit_count(kit, "SELECT attempts FROM remedies"), ==, 4);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM ledger"), ==, 1);
}

static void
test_lies(Kit *kit)
{
	House house;
	gint64 id = house_shop(kit, &house, &key);
	Store *store = kit_store(kit);
	g_autoptr(Worker) worker = worker_of(kit, store);

	shop_open(200, "{\"reference\": \"TX-9\", \"amount_minor\": 500000}");
	run_due(worker, kit->now_ms);
	expect(kit, id, "failed");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM ledger"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices n JOIN users u ON u.id = n.user_id WHERE n.kind = 'remedy_failed' AND u.name = 'Amara'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM remedies WHERE answer LIKE '%500000%'"), ==, 1);
}

/* Not reached for days: a person must look, after PAY_ATTEMPTS. */
static void
test_given_up(Kit *kit)
{
	House house;
	gint64 id = house_shop(kit, &house, &key);
	Store *store = kit_store(kit);
	g_autoptr(Worker) worker = worker_of(kit, store);

	shop_open(503, "later");
	for (guint i = 1; i < PAY_ATTEMPTS; i++) {
		kit_expect_log("It cannot answer right now (503)");
		run_due(worker, kit->now_ms + i * MS_PER_DAY);
		expect(kit, id, "doing");
	}
	run_due(worker, kit->now_ms + 30 * MS_PER_DAY);
	expect(kit, id, "failed");
	g_assert_cmpint(shop.calls, ==, PAY_ATTEMPTS);
}

typedef struct {
	Store *store;
	const char *ref;
	const Actor *actor;
	gint64 now_ms;
	gboolean won;
	char *why;
} Approver;

static gboolean
approve_work(Db *db, gpointer data, GError **error)
{
	const Approver *it = data;
	const Decision decision = { .approve = TRUE, .amount_minor = -1 };

	return remedy_approve(db, NULL, it->ref, &decision, it->actor, it->now_ms, error);
}

static gpointer
approve_thread(gpointer data)
{
	Approver *it = data;
	g_autoptr(GError) error = NULL;

	it->won = store_write(it->store, approve_work, it, &error);
	it->why = error != NULL ? g_strdup(error->message) : NULL;
	return NULL;
}

/* Two approve at the same moment: one wins, the other is told who. */
static void
test_two_approvers(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL;
	g_autoptr(Offer) offer = NULL;
	g_autoptr(Remedy) remedy = NULL;
	g_autoptr(Approval) approval = NULL;
	Store *store;
	Approver two[2];
	GThread *threads[2];

	house_make(kit, &house);
	offer = house_offer(kit, &house.as_agent, house.case_id, TRUE, OPTIONS("refund 300"), &error);
	remedy = house_remedy(kit, offer->id, 1);
	approval = approval_get(kit->db, remedy->approval_id, &error);
	store = kit_store(kit);
	for (guint i = 0; i < 2; i++) {
		two[i] = (Approver){ store, approval->ref, i == 0 ? &house.as_lead : &house.as_boss, kit->now_ms, FALSE, NULL };
		threads[i] = g_thread_new("approve", approve_thread, &two[i]);
	}
	for (guint i = 0; i < 2; i++)
		g_thread_join(threads[i]);
	g_assert_cmpint(two[0].won + two[1].won, ==, 1);
	g_assert_cmpstr(two[two[0].won].why, ==, two[0].won ? "Jonas approved this already." : "Ellen approved this already.");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'remedy.approved'"), ==, 1);
	expect(kit, remedy->id, "chosen");
	g_free(two[0].why);
	g_free(two[1].why);
}

static gboolean
send_work(Db *db, gpointer data, GError **error)
{
	const Approver *it = data;

	return remedy_offer_send(db, NULL, it->ref, it->actor, it->now_ms, error);
}

static gpointer
send_thread(gpointer data)
{
	Approver *it = data;
	g_autoptr(GError) error = NULL;

	it->won = store_write(it->store, send_work, it, &error);
	it->why = error != NULL ? g_strdup(error->message) : NULL;
	return NULL;
}

/* Two offers at the same moment, and money for one: one is sent, the other is told what is left, and stays ready. */
static void
test_one_budget(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL;
	g_autoptr(Offer) a = NULL, b = NULL;
	g_autoptr(Team) team = NULL;
	BudgetChange budget = { .currency = "GBP", .period = "quarter", .amount = "100" };
	Store *store;
	Approver two[2];
	GThread *threads[2];
	char ref[16];

	house_make(kit, &house);
	team = team_get(kit->db, house.team, NULL);
	budget.team = team->ref;
	g_assert_true(budget_add(kit->db, &budget, kit->actor, kit->now_ms, ref, &error));
	a = house_offer(kit, &house.as_agent, house.case_id, TRUE, OPTIONS("refund 70"), &error);
	b = house_offer(kit, &house.as_agent, house.other_case, TRUE, OPTIONS("refund 60"), &error);
	g_assert_no_error(error);
	store = kit_store(kit);
	for (guint i = 0; i < 2; i++) {
		two[i] = (Approver){ store, i == 0 ? a->ref : b->ref, &house.as_agent, kit->now_ms, FALSE, NULL };
		threads[i] = g_thread_new("send", send_thread, &two[i]);
	}
	for (guint i = 0; i < 2; i++)
		g_thread_join(threads[i]);
	g_assert_cmpint(two[0].won + two[1].won, ==, 1);
	g_assert_cmpstr(two[two[0].won].why, ==, two[0].won ? "The budget of Care team for October to December 2026 has £30.00 left, and this needs £60.00."
							    : "The budget of Care team for October to December 2026 has £40.00 left, and this needs £70.00.");
	g_assert_cmpint(kit_count(kit, "SELECT reserved_minor FROM budget_periods"), ==, two[0].won ? 7000 : 6000);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM offers WHERE state = 'ready'"), ==, 1);
	g_free(two[0].why);
	g_free(two[1].why);
}

/* A machine of the house is not even connected to unless it is named; named, one that never answers is waited for a second. */
static void
test_outside(void)
{
	struct sockaddr_in place = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof place;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), got;
	g_autoptr(GError) outside = NULL, slow = NULL;
	g_auto(OutgoingAnswer) answer = { 0 };
	g_autofree char *url = NULL;

	g_assert_cmpint(bind(listener, (struct sockaddr *)&place, sizeof place) | listen(listener, 5) | getsockname(listener, (struct sockaddr *)&place, &size), ==, 0);
	url = g_strdup_printf("https://localhost:%u/pay", ntohs(place.sin_port));
	g_assert_false(outgoing_post(&(Outgoing){ .url = url, .body = "{}", .size = 2, .timeout_s = 1 }, &answer, &outside));
	g_assert_error(outside, ERR, ERR_UPSTREAM);
	g_assert_cmpint(accept(listener, NULL, NULL), ==, -1);
	g_assert_false(outgoing_post(&(Outgoing){ .url = url, .body = "{}", .size = 2, .timeout_s = 1, .within = TRUE }, &answer, &slow));
	g_assert_cmpstr(slow->message, ==, "no answer within 1 s");
	g_assert_cmpint(got = accept(listener, NULL, NULL), >=, 0);
	close(got);
	close(listener);
	g_assert_true(outgoing_check_url("https://shop.example/a", FALSE, "/url", NULL) && outgoing_check_url("http://shop.internal:8080/a", TRUE, "/url", NULL));
	g_assert_false(outgoing_check_url("http://shop.example/a", FALSE, "/url", NULL));
	g_assert_false(outgoing_check_url("file:///etc/passwd", TRUE, "/url", NULL) || outgoing_check_url("https://user:pass@shop.example/", TRUE, "/url", NULL) || outgoing_check_url("https://", TRUE, "/url", NULL));
}

static void
test_expires(Kit *kit)
{
	House house;
	g_autoptr(GError) error = NULL;
	g_autoptr(Offer) offer = NULL, after = NULL;
	Store *store;
	g_autoptr(Worker) worker = NULL;

	house_make(kit, &house);
	offer = house_offer(kit, &house.as_agent, house.case_id, FALSE, OPTIONS("refund 50"), &error);
	g_assert_true(house_send(kit, offer->id, &house.as_agent, &error));
	store = kit_store(kit);
	worker = worker_of(kit, store);
	run_due(worker, kit->now_ms + 14 * MS_PER_DAY - 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM offers WHERE state = 'open'"), ==, 1);
	run_due(worker, kit->now_ms + 14 * MS_PER_DAY);
	after = offer_get(kit->db, offer->id, NULL);
	g_assert_cmpstr(after->state, ==, "expired");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'remedy.expired'"), ==, 1);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/pay/judge", test_judge);
	kit_add_plain("/pay/signature", test_signature);
	kit_add("/pay/paid", test_paid);
	kit_add("/pay/lost-answer", test_lost_answer);
	kit_add("/pay/lies", test_lies);
	kit_add("/pay/given-up", test_given_up);
	kit_add("/pay/two-approvers", test_two_approvers);
	kit_add("/pay/one-budget", test_one_budget);
	kit_add_plain("/pay/outside", test_outside);
	kit_add("/pay/expires", test_expires);
	return kit_run();
}
