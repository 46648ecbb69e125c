/* test_clock_watch.c - when a clock's step comes: events, notices, results, mail; once each, whatever happens. */
#include "base/ids.h"
#include "cases/assign.h"
#include "cases/due.h"
#include "cases/intake.h"
#include "cases/message.h"
#include "flow/clock/recount.h"
#include "flow/clock/watch.h"
#include "flow/mail/late.h"
#include "kit/kit.h"
#include "org/settings.h"
#include "org/team.h"
#include "org/user.h"
#include "promise/recount.h"
#include "work/timer.h"
#include <pthread.h>
#include <string.h>

#define H MS_PER_HOUR

typedef struct {
	gint64 ruth, jonas, ellen, team; /* owner, lead, complaint owner */
	gint64 case_id;
} World;

static gint64
user(Kit *kit, const char *name, const char *email)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) it = user_add(kit->db, &(NewUser){ .email = email, .name = name, .role = "agent", .capacity = -1 }, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	return it->id;
}

static gint64
new_case(Kit *kit, gint64 owner, gint64 team)
{
	g_autoptr(GError) error = NULL;
	gint64 id = 0;

	case_intake(kit->db, &(NewCase){ .subject = "Kettle", .body = "It leaks.", .channel = "form", .severity = -1, .owner_id = owner, .team_id = team }, kit->actor, kit->now_ms, &id, NULL, &error);
	g_assert_no_error(error);
	return id;
}

static World
world(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Team) team = team_add(kit->db, "Repairs", NULL, kit->actor, kit->now_ms, &error);
	World it = { user(kit, "Ruth", "ruth@example.org"), user(kit, "Jonas", "jonas@example.org"), user(kit, "Ellen", "ellen@example.org"), team->id, 0 };
	g_autoptr(User) ellen = user_get(kit->db, it.ellen, &error);
	g_autoptr(json_t) values = json_object();
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);

	json_put_text(values, "complaint_owner", ellen->ref);
	g_assert_true(team_set_lead_in(kit->db, team->id, it.jonas, kit->actor, kit->now_ms, &error));
	g_assert_true(settings_change_in(kit->db, values, kit->actor, kit->now_ms, &error));
	g_assert_true(db_tx_commit(tx, &error));
	g_clear_pointer(&tx, db_tx_free);
	it.case_id = new_case(kit, it.ruth, it.team);
	return it;
}

static guint
watch(Kit *kit, gint64 now_ms)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	guint n = 0;

	g_assert_true(clock_watch_batch_in(kit->db, now_ms, CLOCK_BATCH, &n, &error));
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	return n;
}

static gint64
events(Kit *kit, const char *kind)
{
	g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM events WHERE kind = '%s'", kind);

	return kit_count(kit, sql);
}

static gint64
notices(Kit *kit, const char *kind, gint64 user_id)
{
	g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM notices WHERE kind = '%s' AND user_id = %d", kind, (int)user_id);

	return kit_count(kit, sql);
}

static void
test_the_whole_chain(Kit *kit)
{
	World it = world(kit);
	const gint64 t = kit->now_ms;

	g_assert_cmpuint(watch(kit, t + 18 * H - 1), ==, 0);
	g_assert_cmpuint(watch(kit, t + 18 * H), ==, 1);
	g_assert_cmpint(events(kit, "clock.warned"), ==, 1);
	g_assert_cmpint(notices(kit, "clock_soon", it.ruth), ==, 1);
	g_assert_cmpuint(watch(kit, t + 18 * H), ==, 0);
	watch(kit, t + 22 * H);
	g_assert_cmpint(events(kit, "clock.warned"), ==, 2);
	g_assert_cmpint(notices(kit, "clock_soon", it.ruth), ==, 1); /* once is enough */
	watch(kit, t + 24 * H);
	g_assert_cmpint(events(kit, "clock.breached"), ==, 1);
	g_assert_cmpint(notices(kit, "clock_late", it.ruth), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM clock_results WHERE clock = 'acknowledge' AND missed AND met_at IS NULL"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'late.mail'"), ==, 0); /* Ruth leads nobody and asked for none */
	watch(kit, t + 48 * H); /* the lead, a day after; and the answer is late too */
	g_assert_cmpint(events(kit, "clock.escalated"), ==, 1);
	g_assert_cmpint(notices(kit, "clock_late", it.jonas), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'late.mail'"), ==, 1);
	watch(kit, t + 96 * H);
	watch(kit, t + 120 * H);
	g_assert_cmpint(notices(kit, "clock_late", it.ellen), ==, 2);
	g_assert_cmpint(events(kit, "clock.escalated"), ==, 4);
	/* Made up for: the missed one gets its end, and stays missed. */
	g_assert_true(message_add(kit->db, it.case_id, &(NewMessage){ .direction = "outbound", .body = "Sorry." }, kit->actor, t + 121 * H, NULL, NULL));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM clock_results WHERE missed AND met_at IS NOT NULL"), ==, 2);
	g_assert_cmpint(events(kit, "clock.breached"), ==, 2);
	/* The version in the events' facts is one that a stale reply is shown them by. */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind LIKE 'clock.%' AND CAST(facts AS TEXT) NOT LIKE '%\"v\":1%'"), ==, 0);
}

static void
test_nobody_owns_it(Kit *kit)
{
	World it = world(kit);
	const gint64 t = kit->now_ms;

	new_case(kit, 0, it.team);
	new_case(kit, 0, 0);
	watch(kit, t + 24 * H);
	g_assert_cmpint(events(kit, "clock.breached"), ==, 3);
	g_assert_cmpint(notices(kit, "clock_late", it.jonas), ==, 1); /* the team's own; the third has nobody */
}

static void
test_a_clock_set_back(Kit *kit)
{
	const gint64 t = kit->now_ms;

	world(kit);
	watch(kit, t + 24 * H);
	g_assert_cmpuint(watch(kit, t - 100 * H), ==, 0);
	g_assert_cmpuint(watch(kit, t + 24 * H), ==, 0);
	g_assert_cmpint(events(kit, "clock.breached"), ==, 1);
}

static gboolean
one_batch(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	guint n = 0;

	return tx != NULL && clock_watch_batch_in(kit->db, kit->now_ms, CLOCK_BATCH, &n, error) && db_tx_commit(tx, error);
}

static void
nothing_told(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind LIKE 'clock.%'") + kit_count(kit, "SELECT count(*) FROM notices WHERE kind LIKE 'clock%'") +
	                kit_count(kit, "SELECT count(*) FROM clock_results") + kit_count(kit, "SELECT count(*) FROM late_mails"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	world(kit);
	kit->now_ms += 100 * H;
	kit_torture(kit, one_batch, nothing_told, NULL, 20);
	g_assert_cmpint(events(kit, "clock.breached"), ==, 2);
	g_assert_cmpint(events(kit, "clock.escalated"), ==, 3); /* acknowledge: lead and owner; answer: lead */
}

typedef struct {
	Kit *kit;
	gint64 ends;
} Racer;

static void *
race(void *data)
{
	Racer *racer = data;
	Store *store = kit_store(racer->kit);
	guint n = 1;

	while (n > 0)
		if (!clock_watch_run(store, racer->ends, NULL, &n, NULL))
			n = 1;
	return NULL;
}

/* As two servers over one database would. */
static void
test_two_at_once(Kit *kit)
{
	Racer racer = { kit, kit->now_ms + 24 * H };
	pthread_t a, b;

	for (int i = 0; i < 600; i++)
		new_case(kit, 0, 0);
	kit_store(kit);
	pthread_create(&a, NULL, race, &racer);
	pthread_create(&b, NULL, race, &racer);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	g_assert_cmpint(events(kit, "clock.breached"), ==, 600);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM clock_results"), ==, 600);
}

static gint64
test_clock(gpointer data)
{
	return g_atomic_pointer_get((gpointer *)data) == NULL ? 0 : *(gint64 *)g_atomic_pointer_get((gpointer *)data);
}

/* The timer's own thread, woken by the commit that leaves something due now. */
static void
test_the_timer(Kit *kit)
{
	static gint64 now;
	gpointer at = &now;
	Store *store = kit_store(kit);
	g_autoptr(GError) error = NULL;
	g_autoptr(Timer) timer = NULL;
	gint64 deadline = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;

	now = kit->now_ms + 24 * H;
	timer = timer_start(store, test_clock, &at, &(TimerWork){ clock_watch_next, clock_watch_run, NULL }, &error);
	g_assert_no_error(error);
	new_case(kit, 0, 0);
	while (events(kit, "clock.breached") == 0 && g_get_monotonic_time() < deadline)
		g_thread_yield();
	g_assert_cmpint(events(kit, "clock.breached"), ==, 1);
}

static void
test_recount(Kit *kit)
{
	const gint64 t = kit->now_ms;
	gint64 id = new_case(kit, 0, 0);
	g_autoptr(GError) error = NULL;
	Job job = { .kind = (char *)CLOCK_RECOUNT };
	Store *store;

	g_assert_true(db_script(kit->db, "UPDATE clock_policies SET targets = '{\"acknowledge\":[\"30 hours\",true]}' WHERE name = 'Everything else'", &error));
	store = kit_store(kit);
	for (int i = 0; i < 2; i++) {
		g_assert_true(clock_recount_job(&job, store, t + H, NULL, &error));
		g_assert_no_error(error);
		g_assert_cmpint(kit_count(kit, "SELECT due_at FROM cases"), ==, t + 30 * H);
		g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM case_clocks WHERE answer_due IS NOT NULL"), ==, 0);
		g_assert_cmpint(kit_count(kit, "SELECT version FROM cases"), ==, 1);
	}
	g_assert_cmpint(id, !=, 0);
}

/* ---- the mail -------------------------------------------------------------------------------------------------------- */

static GString *sent;
static guint n_sent;
static SmtpOutcome answer;

static gboolean
fake_send(const MailPeer *peer, const char *from, const char *const *to, GBytes *mail, SmtpResult **ret_result, GError **error)
{
	SmtpResult *result = g_new0(SmtpResult, 1);

	n_sent++;
	g_string_append_printf(sent, "%s|%.*s", to[0], (int)g_bytes_get_size(mail), (const char *)g_bytes_get_data(mail, NULL));
	result->outcome = answer;
	result->recipients = g_ptr_array_new();
	*ret_result = result;
	return TRUE;
}

static char *
base_url(gint64 now_ms, gpointer data)
{
	return g_strdup("https://help.example");
}

static gboolean
mail_job(Kit *kit, gint64 user_id, gboolean expect)
{
	const MailContext context = { .base_url = base_url };
	const MailSendOptions options = { .context = &context, .send = fake_send };
	g_autoptr(json_t) payload = json_object();
	Job job = { .id = kit_count(kit, "SELECT coalesce(min(id), 0) FROM jobs WHERE kind = 'late.mail'"), .made_at = kit_count(kit, "SELECT coalesce(min(made_at), 0) FROM jobs WHERE kind = 'late.mail'"),
		.kind = (char *)LATE_MAIL, .payload = payload };
	g_autoptr(GError) error = NULL;
	gboolean ok;

	g_assert_true(db_script(kit->db, "UPDATE jobs SET state = 'leased' WHERE kind = 'late.mail'", &error)); /* as the worker hands it over */
	json_put_int(payload, "user", user_id);
	ok = late_mail_job(&job, kit_store(kit), kit->now_ms, (gpointer)&options, &error);
	g_assert_cmpint(ok, ==, expect);
	return ok;
}

static void
test_mail_to_the_lead(Kit *kit)
{
	World it = world(kit);
	const MailServer smtp = { .host = (char *)"mail.example.org", .port = 25, .security = (char *)"none", .auth = (char *)"none" };
	const gint64 t = kit->now_ms;
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_SMTP, .address = "help@example.org", .smtp = &smtp }, kit->actor, t, &error);

	g_assert_no_error(error);
	sent = g_string_new(NULL);
	n_sent = 0;
	new_case(kit, it.ruth, it.team);
	watch(kit, t + 49 * H);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'late.mail'"), ==, 1); /* two cases, one mail */
	answer = SMTP_LATER;
	kit->now_ms = t + 50 * H;
	mail_job(kit, it.jonas, FALSE);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'late.mail'"), ==, 1); /* it comes again */
	answer = SMTP_SENT;
	g_string_set_size(sent, 0);
	mail_job(kit, it.jonas, TRUE);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'late.mail'"), ==, 0);
	g_assert_nonnull(strstr(sent->str, "jonas@example.org|"));
	g_assert_nonnull(strstr(sent->str, "Subject: 2 cases are late"));
	g_assert_nonnull(strstr(sent->str, "https://help.example/cases/"));
	g_assert_nonnull(strstr(sent->str, "Acknowledge, due 2026-11-20 11:22"));
	g_assert_cmpuint(n_sent, ==, 2);
	mail_job(kit, it.jonas, TRUE); /* the same again says nothing */
	g_assert_cmpuint(n_sent, ==, 2);
	/* Read on the page: nothing left to say. */
	watch(kit, t + 73 * H);
	g_assert_true(db_script(kit->db, "UPDATE notices SET read_at = 1", &error));
	mail_job(kit, it.jonas, TRUE);
	g_assert_cmpuint(n_sent, ==, 2);
	/* Switched off by herself, switched on by somebody who leads nobody. */
	g_assert_true(db_script(kit->db, "DELETE FROM jobs", &error));
	g_assert_true(db_script(kit->db, "UPDATE users SET mail_late = (name = 'Ruth')", &error));
	new_case(kit, it.ruth, it.team);
	watch(kit, t + 300 * H);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'late.mail'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT user_id FROM late_mails WHERE queued_at IS NOT NULL"), ==, it.ruth);
	g_string_free(sent, TRUE);
}

static void
test_mail_without_a_mailbox(Kit *kit)
{
	World it = world(kit);

	sent = g_string_new(NULL);
	n_sent = 0;
	watch(kit, kit->now_ms + 49 * H);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'late.mail'"), ==, 1);
	mail_job(kit, it.jonas, TRUE);
	g_assert_cmpuint(n_sent, ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'late.mail'"), ==, 0);
	g_string_free(sent, TRUE);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/watch/the-whole-chain", test_the_whole_chain);
	kit_add("/watch/nobody-owns-it", test_nobody_owns_it);
	kit_add("/watch/a-clock-set-back", test_a_clock_set_back);
	kit_add("/watch/torture", test_torture);
	kit_add("/watch/two-at-once", test_two_at_once);
	kit_add("/watch/the-timer", test_the_timer);
	kit_add("/watch/recount", test_recount);
	kit_add("/watch/mail-to-the-lead", test_mail_to_the_lead);
	kit_add("/watch/mail-without-a-mailbox", test_mail_without_a_mailbox);
	return kit_run();
}
