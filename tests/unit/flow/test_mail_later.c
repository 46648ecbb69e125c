/* test_mail_later.c - an answer that is sent later counts when it leaves: until then nobody has been answered. Told, as in test_mail_unsaid.c, of two cases side by side. */
#include "unsaid.h"
#include "flow/mail/send.h"
#include "work/job.h"

static SmtpOutcome outcome;

static void
free_recipient(gpointer data)
{
	SmtpRecipient *one = data;

	g_free(one->address);
	g_free(one->words);
	g_free(one);
}

static gboolean
answer(const MailPeer *peer, const char *from, const char *const *to, GBytes *mail, SmtpResult **ret_result, GError **error)
{
	SmtpResult *result = g_new0(SmtpResult, 1);

	result->outcome = outcome;
	result->words = g_strdup("said");
	result->recipients = g_ptr_array_new_with_free_func(free_recipient);
	for (guint i = 0; to[i] != NULL; i++) {
		SmtpRecipient *one = g_new0(SmtpRecipient, 1);

		*one = (SmtpRecipient){ g_strdup(to[i]), outcome, outcome == SMTP_SENT ? 250 : 451, g_strdup("said") };
		g_ptr_array_add(result->recipients, one);
	}
	*ret_result = result;
	return TRUE;
}

/* Its job comes; the server says @says. */
static void
leaves(Kit *kit, Store *store, gint64 outbox_id, SmtpOutcome says_what)
{
	g_autoptr(GError) error = NULL;
	SealKey key = { { 0 } };
	MailSendOptions options = { .context = &context, .key = &key, .send = answer };
	g_autoptr(json_t) payload = json_object();
	Job job = { .kind = (char *)"mail.send", .payload = payload };

	outcome = says_what;
	json_put_int(payload, "outbox", outbox_id);
	mail_send_job(&job, store, kit->now_ms, &options, &error);
	g_assert_no_error(error);
}

static guint
theirs(Kit *kit, gint64 case_id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = message_list(kit->db, case_id, FALSE, 0, &error);

	g_assert_no_error(error);
	return (guint)json_array_size(list);
}

static void
test_it_counts_when_it_leaves(Kit *kit)
{
	const World it = begin(kit);
	Store *store = kit_store(kit);
	gint64 id;

	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We are sorry. Is it the red one?", &(MailReply){ .send_at = kit->now_ms + 29 * H }, NULL);
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'message.written' AND case_id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'message.sent' AND case_id = ", it.a), ==, 0);
	kit->now_ms += 24 * H;
	watch(kit); /* nobody has acknowledged it: that is late, whatever waits to be sent */
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE clock = 'acknowledge' AND missed AND case_id = ", it.a), ==, 1);
	g_assert_cmpuint(theirs(kit, it.a), ==, 1);
	kit->now_ms += 5 * H;
	leaves(kit, store, id, SMTP_SENT);
	says(kit, it.b, "outbound", "We are sorry. Is it the red one?", &it.ruth);
	expect_alike(kit, &it);
	g_assert_cmpuint(theirs(kit, it.a), ==, 2);
	g_assert_cmpint(count(kit, "SELECT max(said_at) AS value FROM messages WHERE case_id = ", it.a), ==, kit->now_ms);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'message.sent' AND actor_kind = 'staff' AND case_id = ", it.a), ==, 1);
	leaves(kit, store, id, SMTP_SENT); /* once */
	expect_alike(kit, &it);
}

static gint64
goes_on_working(Kit *kit, gint64 case_id, const Actor *actor, gint64 send_at)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);

	mail_reply_in(kit->db, &context, case_id, &(NewMessage){ .direction = "outbound", .body = "We look into it.", .still_ours = TRUE }, &(MailReply){ .send_at = send_at }, actor, kit->now_ms, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	return kit_count(kit, "SELECT max(id) AS value FROM outbox");
}

static void
test_we_go_on_working(Kit *kit)
{
	const World it = begin(kit);
	Store *store = kit_store(kit);
	gint64 id;

	kit->now_ms += 1 * H;
	id = goes_on_working(kit, it.a, &it.ruth, kit->now_ms + 1 * H);
	kit->now_ms += 1 * H;
	leaves(kit, store, id, SMTP_SENT);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE NOT waiting AND stage = 'acknowledged' AND first_response_at IS NOT NULL AND id = ", it.a), ==, 1);
}

static void
test_taken_back(Kit *kit)
{
	const World it = begin(kit);
	Store *store = kit_store(kit);
	gint64 id;

	/* Before it left, beside an answer that stands. */
	kit->now_ms += 1 * H;
	both_say(kit, &it, "outbound", "We look into it.");
	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We are sorry.", &(MailReply){ .send_at = kit->now_ms + 2 * D }, NULL);
	kit->now_ms += 1 * H;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	/* With the move that would have gone with it. */
	id = writes(kit, it.a, &it.ruth, "It is on its way.", &(MailReply){ .send_at = kit->now_ms + 2 * D }, "resolved");
	expect_alike(kit, &it);
	kit->now_ms += 1 * H;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	/* It left, but its server took it from nobody yet. */
	id = writes(kit, it.a, &it.ruth, "We are sorry.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, NULL);
	kit->now_ms += 1 * D;
	both_say(kit, &it, "inbound", "Hello?");
	kit->now_ms += 1 * H;
	leaves(kit, store, id, SMTP_LATER);
	kit->now_ms += 1 * H;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
}

/* What the customer wrote while it waited was read by nobody: the answer that leaves leaves that to be answered. */
static void
test_they_wrote_meanwhile(Kit *kit)
{
	const World it = begin(kit);
	Store *store = kit_store(kit);
	gint64 id, due;

	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We are sorry.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, NULL);
	kit->now_ms += 2 * H;
	both_say(kit, &it, "inbound", "It caught fire!");
	due = count(kit, "SELECT answer_due AS value FROM case_clocks WHERE case_id = ", it.a);
	g_assert_cmpint(due, >, 0);
	kit->now_ms += 1 * D;
	leaves(kit, store, id, SMTP_SENT);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE NOT waiting AND last_message_at = last_inbound_at AND first_response_at IS NOT NULL AND id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT answer_due AS value FROM case_clocks WHERE case_id = ", it.a), ==, due);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE clock = 'answer' AND met_at IS NOT NULL AND case_id = ", it.a), ==, 0);
}

/* ... but where another one did answer it, and waits for them, it goes on waiting. */
static void
test_another_one_answered(Kit *kit)
{
	const World it = begin(kit);
	Store *store = kit_store(kit);
	gint64 id;

	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We are sorry.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, NULL);
	kit->now_ms += 2 * H;
	both_say(kit, &it, "inbound", "It caught fire!");
	kit->now_ms += 1 * H;
	both_say(kit, &it, "outbound", "Is anybody hurt?");
	kit->now_ms += 1 * D;
	leaves(kit, store, id, SMTP_LATER);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE waiting AND id = ", it.a), ==, 1);
	kit->now_ms += 1 * H;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
}

/* ... also where another answer, which did answer it, is taken back. */
static void
test_they_wrote_meanwhile_and_wait_again(Kit *kit)
{
	const World it = begin(kit);
	Store *store = kit_store(kit);
	gint64 id;

	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We are sorry.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, NULL);
	kit->now_ms += 2 * H;
	both_say(kit, &it, "inbound", "It caught fire!");
	kit->now_ms += 1 * D;
	leaves(kit, store, id, SMTP_SENT);
	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We come at once.", &(MailReply){ 0 }, NULL);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM case_clocks WHERE answer_due IS NULL AND case_id = ", it.a), ==, 1);
	kit->now_ms += 5000;
	takes_back(kit, id, &it.ruth);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE NOT waiting AND last_message_at = last_inbound_at AND first_response_at IS NOT NULL AND id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT answer_due AS value FROM case_clocks WHERE case_id = ", it.a), ==, count(kit, "SELECT answer_due AS value FROM case_clocks WHERE case_id = ", it.b));
}

static void
merges(Kit *kit, gint64 source_id, gint64 target_id, const Actor *actor)
{
	g_autoptr(GError) error = NULL;

	case_merge(kit->db, source_id, target_id, actor, kit->now_ms, &error);
	g_assert_no_error(error);
}

/* ... and also where the cases are merged since, with what a machine of theirs said after it. */
static void
test_they_wrote_meanwhile_and_it_is_merged(Kit *kit)
{
	const World it = begin(kit);
	const gint64 target = new_case(kit, "cleo@customer.example");
	g_autoptr(GError) error = NULL;
	Store *store = kit_store(kit);
	gint64 id, wrote_at;

	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We are sorry.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, NULL);
	kit->now_ms += 2 * H;
	both_say(kit, &it, "inbound", "It caught fire!");
	wrote_at = kit->now_ms;
	kit->now_ms += 1 * D;
	leaves(kit, store, id, SMTP_SENT);
	kit->now_ms += 1 * H;
	message_add(kit->db, it.a, &(NewMessage){ .direction = "inbound", .body = "I am away.", .automatic = TRUE }, kit->actor, kit->now_ms, NULL, &error);
	g_assert_no_error(error);
	merges(kit, it.a, target, &it.ruth);
	g_assert_cmpint(count(kit, "SELECT last_inbound_at AS value FROM cases WHERE NOT waiting AND snippet = 'It caught fire!' AND id = ", target), ==, wrote_at);
	g_assert_cmpint(count(kit, "SELECT last_message_at AS value FROM cases WHERE id = ", target), ==, wrote_at);
	/* One that was written after their words, to leave later, answers them. */
	id = writes(kit, it.b, &it.ruth, "We come on Friday.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, NULL);
	kit->now_ms += 1 * D;
	leaves(kit, store, id, SMTP_SENT);
	merges(kit, it.b, target, &it.ruth);
	g_assert_cmpint(count(kit, "SELECT last_message_at AS value FROM cases WHERE id = ", target), ==, kit->now_ms);
}

/* It ends the case as it leaves, as if it had been written then; taken back after that, it is open again. */
static void
test_it_ends_the_case_when_it_leaves(Kit *kit)
{
	const World it = begin(kit);
	Store *store = kit_store(kit);
	gint64 id;

	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "It is on its way.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, "resolved");
	expect_alike(kit, &it);
	kit->now_ms += 1 * D;
	leaves(kit, store, id, SMTP_LATER);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE NOT waiting AND stage = 'resolved' AND id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'case.resolved' AND actor_kind = 'staff' AND case_id = ", it.a), ==, 1);
	kit->now_ms += 1 * H;
	leaves(kit, store, id, SMTP_LATER); /* once */
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'case.resolved' AND case_id = ", it.a), ==, 1);
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	id = writes(kit, it.a, &it.ruth, "It is on its way.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, "resolved");
	kit->now_ms += 1 * D;
	leaves(kit, store, id, SMTP_SENT);
	says(kit, it.b, "outbound", "It is on its way.", &it.ruth);
	moves(kit, it.b, "resolved", &it.ruth);
	expect_alike(kit, &it);
}

static void
expect_dropped(Kit *kit, gint64 case_id, gint64 user_id, const char *why, const char *stage)
{
	g_autofree char *events = g_strdup_printf("SELECT count(*) FROM events WHERE kind = 'case.move_dropped' AND CAST(facts AS TEXT) LIKE '%%\"to\":\"resolved\"%%' AND CAST(facts AS TEXT) LIKE '%%\"why\":\"%s\"%%' AND case_id = ", why);
	g_autofree char *notices = g_strdup_printf("SELECT count(*) FROM notices WHERE kind = 'move_dropped' AND CAST(facts AS TEXT) LIKE '%%\"why\":\"%s\"%%' AND user_id = ", why);
	g_autofree char *cases = g_strdup_printf("SELECT count(*) FROM cases WHERE stage = '%s' AND id = ", stage);

	g_assert_cmpint(count(kit, events, case_id), ==, 1);
	g_assert_cmpint(count(kit, notices, user_id), ==, 1);
	g_assert_cmpint(count(kit, cases, case_id), ==, 1);
}

/* What has come between is to be looked at first: the case stays where it is, and its author hears of it. */
static void
test_it_does_not_end_it_unseen(Kit *kit)
{
	const World it = begin(kit);
	const gint64 target = new_case(kit, "cleo@customer.example"), closed = new_case(kit, "dan@customer.example");
	Store *store = kit_store(kit);
	gint64 wrote, merged, ended;

	kit->now_ms += 1 * H;
	wrote = writes(kit, it.a, &it.ruth, "It is on its way.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, "resolved");
	merged = writes(kit, it.b, &it.ruth, "It is on its way.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, "resolved");
	ended = writes(kit, closed, &it.ruth, "It is on its way.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, "resolved");
	kit->now_ms += 1 * H;
	says(kit, it.a, "inbound", "It caught fire!", kit->actor);
	merges(kit, it.b, target, &it.ruth);
	moves(kit, closed, "closed", kit->actor);
	kit->now_ms += 1 * D;
	leaves(kit, store, wrote, SMTP_SENT);
	expect_dropped(kit, it.a, it.ruth.user_id, "they_wrote", "acknowledged");
	leaves(kit, store, merged, SMTP_SENT);
	expect_dropped(kit, target, it.ruth.user_id, "merged", "acknowledged");
	leaves(kit, store, ended, SMTP_SENT);
	expect_dropped(kit, closed, it.ruth.user_id, "cannot", "closed");
	/* What somebody did already needs no word. */
	wrote = writes(kit, target, &it.ruth, "It is on its way.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, "resolved");
	moves(kit, target, "resolved", kit->actor);
	kit->now_ms += 1 * D;
	leaves(kit, store, wrote, SMTP_SENT);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'case.move_dropped' AND case_id = ", target), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE NOT waiting AND stage = 'resolved' AND id = ", target), ==, 1);
}

/* What somebody decided meanwhile is not undone by what was chosen before; what leads on from there is done. */
static void
test_it_undoes_nothing(Kit *kit)
{
	const World it = begin(kit);
	const gint64 offered = new_case(kit, "cleo@customer.example"), on = new_case(kit, "dan@customer.example");
	Store *store = kit_store(kit);
	gint64 back[2], forth[2], anew;

	kit->now_ms += 1 * H;
	back[0] = writes(kit, it.a, &it.ruth, "We look into it.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, "investigating");
	back[1] = writes(kit, offered, &it.ruth, "We look into it.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, "investigating");
	forth[0] = writes(kit, on, &it.ruth, "We look into it.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, "investigating");
	forth[1] = writes(kit, on, &it.ruth, "We offer this.", &(MailReply){ .send_at = kit->now_ms + 2 * D }, "offered");
	kit->now_ms += 1 * H;
	moves(kit, it.a, "resolved", kit->actor);
	moves(kit, offered, "offered", kit->actor);
	kit->now_ms += 1 * D;
	for (guint i = 0; i < 2; i++)
		leaves(kit, store, back[i], SMTP_SENT);
	leaves(kit, store, forth[0], SMTP_SENT);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'resolved' AND n_reopened = 0 AND id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'offered' AND id = ", offered), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'investigating' AND id = ", on), ==, 1);
	kit->now_ms += 1 * D;
	leaves(kit, store, forth[1], SMTP_SENT);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'offered' AND id = ", on), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'case.move_dropped'"), ==, 2);
	/* Backwards on purpose, and nobody came between: it goes back. */
	anew = writes(kit, on, &it.ruth, "We look again.", &(MailReply){ .send_at = kit->now_ms + 1 * D }, "investigating");
	kit->now_ms += 1 * D;
	leaves(kit, store, anew, SMTP_SENT);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'investigating' AND id = ", on), ==, 1);
}

/* What it cannot do is said as it is written. */
static void
test_it_must_fit(Kit *kit)
{
	const World it = begin(kit);
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	Actor reader = it.ruth;

	reader.may = 0;
	g_assert_false(message_add_in(kit->db, it.a, &(NewMessage){ .direction = "outbound", .body = "Done.", .later = TRUE, .then = "resolved" }, &reader, kit->now_ms, NULL, &error));
	g_assert_error(error, ERR, ERR_DENIED);
	g_clear_error(&error);
	g_assert_false(message_add_in(kit->db, it.a, &(NewMessage){ .direction = "outbound", .body = "Done.", .later = TRUE, .then = "followed_up" }, &it.ruth, kit->now_ms, NULL, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

/* While one waits to be sent, another is taken back, and cases are merged: it is no word of ours yet. */
static void
test_it_is_no_word_yet(Kit *kit)
{
	const World it = begin(kit);
	g_autoptr(GError) error = NULL;
	const gint64 target = new_case(kit, "cleo@customer.example");
	Store *store = kit_store(kit);
	gint64 id, later;

	kit->now_ms += 1 * H;
	later = writes(kit, it.a, &it.ruth, "We are sorry. On Friday.", &(MailReply){ .send_at = kit->now_ms + 5 * D }, NULL);
	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We look into it.", &(MailReply){ 0 }, NULL);
	kit->now_ms += 5000;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	g_assert_true(case_merge(kit->db, it.a, target, &it.ruth, kit->now_ms, &error));
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE last_message_at = last_inbound_at AND first_response_at IS NULL AND id = ", target), ==, 1);
	kit->now_ms += 5 * D;
	leaves(kit, store, later, SMTP_SENT);
	g_assert_cmpint(count(kit, "SELECT first_response_at AS value FROM cases WHERE waiting AND id = ", target), ==, kit->now_ms);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE first_response_at IS NULL AND id = ", it.a), ==, 1);
}

typedef struct {
	gint64 id, case_id, message_id;
	char *before;
} Leaving;

static gboolean
leave(Kit *kit, gpointer data, GError **error)
{
	const Leaving *self = data;
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	g_autoptr(Outbox) was = NULL;
	gboolean mine = FALSE;

	return tx != NULL && outbox_begin_in(kit->db, self->id, kit->now_ms, &mine, &was, error) && message_leaves_in(kit->db, self->case_id, self->message_id, FALSE, was->then, kit->now_ms, error) && db_tx_commit(tx, error);
}

static Leaving
ends_later(Kit *kit, const World *it, gint64 case_id)
{
	Leaving self = { .case_id = case_id };

	self.id = writes(kit, case_id, &it->ruth, "It is on its way.", &(MailReply){ .send_at = kit->now_ms + 1 * H }, "resolved");
	self.message_id = kit_count(kit, "SELECT max(id) AS value FROM messages");
	return self;
}

/* Its server takes it from nobody yet. */
static void
leaves_in_vain(Kit *kit, const Leaving *self)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = NULL;
	const char *event = NULL;

	g_assert_true(leave(kit, (gpointer)self, &error));
	tx = db_begin(kit->db, &error);
	g_assert_true(outbox_end_in(kit->db, self->id, "queued", NULL, "busy", kit->now_ms + 1 * H, NULL, 0, kit->now_ms, &event, &error) && db_tx_commit(tx, &error));
}

/* What the end brings up begins as it leaves; taken back after that, it goes, but for a case whose customer was asked already: that stays ended. */
static void
test_what_the_end_brings_up(Kit *kit)
{
	static const DbSql ASKED = { "later_test_asked", "UPDATE follow_ups SET state = 'asked', asked_at = $2, ends_at = $2 WHERE case_id = $1", 2, TRUE };
	const World it = begin(kit);
	const Leaving one = ends_later(kit, &it, it.a), other = ends_later(kit, &it, it.b);
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM follow_ups"), ==, 0);
	kit->now_ms += 1 * H;
	leaves_in_vain(kit, &one);
	leaves_in_vain(kit, &other);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM follow_ups WHERE state = 'waiting'"), ==, 2);
	{
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);

		g_assert_true(db_exec(kit->db, &ASKED, DB_ARGS(DB_INT(it.b), DB_INT(kit->now_ms)), NULL, &error) && db_tx_commit(tx, &error));
	}
	kit->now_ms += 1000;
	takes_back(kit, one.id, &it.ruth);
	takes_back(kit, other.id, &it.ruth);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'received' AND resolved_at IS NULL AND id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM follow_ups WHERE state = 'waiting' AND case_id = ", it.a), ==, 0);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'resolved' AND id = ", it.b), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'case.stage_kept' AND case_id = ", it.b), ==, 1);
}

static void
not_left(Kit *kit, gpointer data)
{
	const Leaving *self = data;
	g_autofree char *now = looks(kit, self->case_id);

	g_assert_cmpstr(now, ==, self->before);
	g_assert_cmpint(count(kit, "SELECT counts_later AS value FROM outbox WHERE state = 'queued' AND id = ", self->id), ==, 1);
}

static void
test_torture(Kit *kit)
{
	const World it = begin(kit);
	Leaving self;

	kit->now_ms += 1 * H;
	self = ends_later(kit, &it, it.a);
	self.before = looks(kit, it.a);
	kit->now_ms += 1 * H;
	kit_torture(kit, leave, not_left, &self, 8);
	says(kit, it.b, "outbound", "It is on its way.", &it.ruth);
	moves(kit, it.b, "resolved", &it.ruth);
	expect_alike(kit, &it);
	g_free(self.before);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/later/it-counts-when-it-leaves", test_it_counts_when_it_leaves);
	kit_add("/mail/later/we-go-on-working", test_we_go_on_working);
	kit_add("/mail/later/taken-back", test_taken_back);
	kit_add("/mail/later/they-wrote-meanwhile", test_they_wrote_meanwhile);
	kit_add("/mail/later/another-one-answered", test_another_one_answered);
	kit_add("/mail/later/they-wrote-meanwhile-and-wait-again", test_they_wrote_meanwhile_and_wait_again);
	kit_add("/mail/later/they-wrote-meanwhile-and-it-is-merged", test_they_wrote_meanwhile_and_it_is_merged);
	kit_add("/mail/later/it-ends-the-case-when-it-leaves", test_it_ends_the_case_when_it_leaves);
	kit_add("/mail/later/it-does-not-end-it-unseen", test_it_does_not_end_it_unseen);
	kit_add("/mail/later/it-undoes-nothing", test_it_undoes_nothing);
	kit_add("/mail/later/it-must-fit", test_it_must_fit);
	kit_add("/mail/later/it-is-no-word-yet", test_it_is_no_word_yet);
	kit_add("/mail/later/what-the-end-brings-up", test_what_the_end_brings_up);
	kit_add("/mail/torture/later", test_torture);
	return kit_run();
}
