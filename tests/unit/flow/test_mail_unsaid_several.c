/* test_mail_unsaid_several.c - several answers on one case are taken back, in whatever order: none of them counts, nor what they did to each other. One alone: test_mail_unsaid.c. */
#include "unsaid.h"
#include "flow/promise/promising.h"

static void
both_move(Kit *kit, const World *it, const char *stage)
{
	moves(kit, it->a, stage, &it->ruth);
	moves(kit, it->b, stage, &it->ruth);
}

/* The first one at @one, the second @gap after it; taken back in either order. */
static void
two_answers(Kit *kit, const World *it, gint64 gap, const char *then, gboolean first_first)
{
	gint64 one, two;

	kit->now_ms += 1 * H;
	one = writes(kit, it->a, &it->ruth, "We are sorry.", &(MailReply){ 0 }, NULL);
	kit->now_ms += gap;
	two = writes(kit, it->a, &it->ruth, "It is on its way.", &(MailReply){ 0 }, then);
	kit->now_ms += 1000;
	takes_back(kit, first_first ? one : two, &it->ruth);
	kit->now_ms += 1000;
	takes_back(kit, first_first ? two : one, &it->ruth);
}

static void
test_two(Kit *kit)
{
	static const char *const then[] = { NULL, "investigating", "resolved" };
	const World it = begin(kit);

	for (guint i = 0; i < 2 * G_N_ELEMENTS(then); i++) {
		two_answers(kit, &it, 2000, then[i / 2], i % 2 == 0);
		expect_alike(kit, &it);
		g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'received' AND acknowledged_at IS NULL AND first_response_at IS NULL AND id = ", it.a), ==, 1);
		g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE case_id = ", it.a), ==, 0);
	}
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'case.stage_kept' AND case_id = ", it.a), ==, 0);
	/* What was said before them stands, and so does where somebody moved it. */
	kit->now_ms += 1 * H;
	both_say(kit, &it, "outbound", "We look into it.");
	for (guint i = 0; i < 2 * G_N_ELEMENTS(then); i++) {
		two_answers(kit, &it, 2000, then[i / 2], i % 2 == 0);
		expect_alike(kit, &it);
	}
	kit->now_ms += 1 * H;
	both_move(kit, &it, "investigating");
	for (guint i = 0; i < 2; i++) {
		two_answers(kit, &it, 2000, "resolved", i == 0);
		expect_alike(kit, &it);
	}
	g_assert_cmpint(count(kit, "SELECT count(*) FROM follow_ups WHERE state = 'waiting' AND case_id = ", it.a), ==, 0);
}

/* One resolves it, the next one closes it. */
static void
test_resolved_then_closed(Kit *kit)
{
	World it = begin(kit);

	it.ruth.may = role_may("supervisor");
	for (guint i = 0; i < 2; i++) {
		gint64 one, two;

		kit->now_ms += 1 * H;
		one = writes(kit, it.a, &it.ruth, "It is on its way.", &(MailReply){ 0 }, "resolved");
		kit->now_ms += 2000;
		two = writes(kit, it.a, &it.ruth, "Thank you.", &(MailReply){ 0 }, "closed");
		kit->now_ms += 1000;
		takes_back(kit, i == 0 ? one : two, &it.ruth);
		takes_back(kit, i == 0 ? two : one, &it.ruth);
		expect_alike(kit, &it);
		g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'received' AND is_open AND id = ", it.a), ==, 1);
		g_assert_cmpint(count(kit, "SELECT count(*) FROM follow_ups WHERE state = 'waiting' AND case_id = ", it.a), ==, 0);
	}
}

static void
test_an_automatic_one_and_an_answer(Kit *kit)
{
	World it = begin(kit);

	for (guint i = 0; i < 2; i++) {
		gint64 machine, answer;

		it.a = i == 0 ? it.a : new_case(kit, "cleo@customer.example");
		it.b = i == 0 ? it.b : new_case(kit, "dan@customer.example");
		kit->now_ms += 1000;
		machine = writes(kit, it.a, kit->actor, "We have it.", &(MailReply){ .automatic = TRUE }, NULL);
		kit->now_ms += 1 * H;
		answer = writes(kit, it.a, &it.ruth, "On Friday.", &(MailReply){ 0 }, NULL);
		kit->now_ms += 1000;
		takes_back(kit, i == 0 ? machine : answer, &it.ruth);
		kit->now_ms += 1000;
		takes_back(kit, i == 0 ? answer : machine, &it.ruth);
		expect_alike(kit, &it);
		g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'received' AND id = ", it.a), ==, 1);
	}
}

/* Who moved it between has acknowledged it, not the one that was taken back long ago. */
static void
test_moved_since(Kit *kit)
{
	const World it = begin(kit);
	gint64 id, moved;

	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "On Friday.", &(MailReply){ 0 }, NULL);
	kit->now_ms += 5000;
	takes_back(kit, id, &it.ruth);
	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "On Monday.", &(MailReply){ 0 }, NULL);
	moved = kit->now_ms += 5 * H;
	both_move(kit, &it, "investigating");
	kit->now_ms += 1000;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT acknowledged_at AS value FROM cases WHERE stage = 'investigating' AND id = ", it.a), ==, moved);
}

/* What stayed with the first one, as it had opened the case again, stays with the second. */
static void
test_what_was_kept_stays(Kit *kit)
{
	const World it = begin(kit);
	gint64 id;

	kit->now_ms += 1 * H;
	moves(kit, it.a, "resolved", &it.ruth);
	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We look again.", &(MailReply){ 0 }, "investigating");
	takes_back(kit, id, &it.ruth);
	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We look again.", &(MailReply){ 0 }, "offered");
	takes_back(kit, id, &it.ruth);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'investigating' AND is_open AND NOT waiting AND id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'case.stage_kept' AND case_id = ", it.a), ==, 1);
	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We look again.", &(MailReply){ 0 }, NULL);
	takes_back(kit, id, &it.ruth);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'case.stage_kept' AND case_id = ", it.a), ==, 1);
}

static void
add_survey(Kit *kit)
{
	const SurveyChange change = { .given = SURVEY_NAME | SURVEY_EVENT, .name = "After an answer", .event = "message.sent" };
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autoptr(Survey) survey = survey_add_in(kit->db, &change, "csat", kit->actor, kit->now_ms, &error), active = NULL;

	g_assert_no_error(error);
	active = survey_change_in(kit->db, survey->id, 0, &(SurveyChange){ .given = SURVEY_ACTIVE, .is_active = TRUE }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
}

/* It waits as long as one of them stands. */
static void
test_surveys(Kit *kit)
{
	static const char WAIT[] = "SELECT count(*) FROM survey_asked WHERE state = 'waiting' AND case_id = ";
	const World it = begin(kit);

	add_survey(kit);
	for (guint i = 0; i < 2; i++) {
		gint64 one, two;

		kit->now_ms += 1 * H;
		one = writes(kit, it.a, &it.ruth, "One.", &(MailReply){ 0 }, NULL);
		kit->now_ms += 1000;
		two = writes(kit, it.a, &it.ruth, "Two.", &(MailReply){ 0 }, NULL);
		kit->now_ms += 1000;
		takes_back(kit, i == 0 ? one : two, &it.ruth);
		g_assert_cmpint(count(kit, WAIT, it.a), ==, 1);
		takes_back(kit, i == 0 ? two : one, &it.ruth);
		g_assert_cmpint(count(kit, WAIT, it.a), ==, 0);
	}
}

/* ---- an answer that left later than it was written ------------------------------------------------------------------- */

/* Its server says: not now. */
static void
leaves_and_waits(Kit *kit, gint64 outbox_id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autoptr(Outbox) was = NULL;
	const char *event = NULL;
	gboolean mine = FALSE;

	g_assert_true(outbox_begin_in(kit->db, outbox_id, kit->now_ms, &mine, &was, &error) && mine);
	g_assert_true(message_leaves_in(kit->db, was->case_id, was->message_id, FALSE, NULL, kit->now_ms, &error));
	g_assert_true(outbox_end_in(kit->db, outbox_id, "queued", NULL, "said", kit->now_ms + 60000, NULL, 0, kit->now_ms, &event, &error));
	g_assert_true(db_tx_commit(tx, &error));
}

/* The move that went with it was made as it was written, as it was once: that acknowledged the case. */
static void
test_moved_before_it_left(Kit *kit)
{
	const World it = begin(kit);
	g_autoptr(GError) error = NULL;
	gint64 id;

	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "It is on its way.", &(MailReply){ .send_at = kit->now_ms + D }, NULL);
	case_move(kit->db, it.a, &(StageMove){ .stage = "resolved", .message_id = kit_count(kit, "SELECT max(id) AS value FROM messages") }, &it.ruth, kit->now_ms, &error);
	g_assert_no_error(error);
	kit->now_ms += 1 * D;
	leaves_and_waits(kit, id);
	kit->now_ms += 1000;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'received' AND acknowledged_at IS NULL AND id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE case_id = ", it.a), ==, 0);
}

/* What happens in one moment is told by the order in which it was written. */
static void
test_in_one_moment(Kit *kit)
{
	static const char *const then[] = { NULL, "investigating", "resolved", NULL };
	const World it = begin(kit);
	gint64 id;

	for (guint i = 0; i < G_N_ELEMENTS(then); i++) {
		if (i >= 2)
			kit->now_ms += 1 * H;
		if (i >= 2)
			both_say(kit, &it, "inbound", "And now?");
		id = writes(kit, it.a, &it.ruth, "We are sorry.", &(MailReply){ 0 }, then[i]);
		takes_back(kit, id, &it.ruth);
		expect_alike(kit, &it);
		both_say(kit, &it, "outbound", "We look into it.");
		expect_alike(kit, &it);
		id = writes(kit, it.a, &it.ruth, "On Friday.", &(MailReply){ 0 }, NULL);
		takes_back(kit, id, &it.ruth);
		expect_alike(kit, &it); /* the one that stands has kept the clocks, and it waits by that */
		g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE waiting AND id = ", it.a), ==, 1);
	}
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE clock = 'answer' AND case_id = ", it.a), ==, 3);
}

/* It waited before; what they wrote since is to be answered. */
static void
test_ended_and_they_wrote(Kit *kit)
{
	const World it = begin(kit);

	for (guint i = 0; i < 2; i++) {
		gint64 id;

		kit->now_ms += 1 * H;
		says(kit, it.a, "outbound", "We look into it.", &it.ruth);
		kit->now_ms += 1 * H;
		id = writes(kit, it.a, &it.ruth, "It is on its way.", &(MailReply){ 0 }, "resolved");
		kit->now_ms += i == 0 ? 0 : 1 * H;
		says(kit, it.a, "inbound", "Nothing has come.", kit->actor);
		takes_back(kit, id, &it.ruth);
		g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE NOT waiting AND is_open AND due_at IS NOT NULL AND id = ", it.a), ==, 1);
	}
}

static void
promise_later(Kit *kit, const World *it, gint64 *ret_id)
{
	const NewMessage make = { .direction = "outbound", .body = "I will call you." };
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autoptr(json_t) promises = json_pack("[{s:s, s:s}]", "what", "a call", "words", "I will call you");
	gint64 message_id = 0;

	json_put_time(json_array_get(promises, 0), "due_at", kit->now_ms + 5 * D);
	mail_reply_in(kit->db, &context, it->a, &make, &(MailReply){ .send_at = kit->now_ms + 2 * D }, &it->ruth, kit->now_ms, &message_id, NULL, &error);
	g_assert_no_error(error);
	promising_of_message_in(kit->db, it->a, message_id, make.body, promises, &it->ruth, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	*ret_id = kit_count(kit, "SELECT max(id) AS value FROM outbox");
}

/* It waited for its customer before something was promised that nobody heard. */
static void
test_promised_later(Kit *kit)
{
	const World it = begin(kit);
	gint64 id;

	kit->now_ms += 1 * H;
	both_say(kit, &it, "outbound", "Is it the red one?");
	kit->now_ms += 1 * H;
	promise_later(kit, &it, &id);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE NOT waiting AND id = ", it.a), ==, 1);
	kit->now_ms += 1 * H;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE waiting AND id = ", it.a), ==, 1);
	kit->now_ms += 1 * H;
	both_say(kit, &it, "inbound", "Yes.");
	expect_alike(kit, &it);
	/* It did not wait, and does not. */
	kit->now_ms += 1 * H;
	promise_later(kit, &it, &id);
	kit->now_ms += 1 * H;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/unsaid/several/two", test_two);
	kit_add("/mail/unsaid/several/resolved-then-closed", test_resolved_then_closed);
	kit_add("/mail/unsaid/several/an-automatic-one-and-an-answer", test_an_automatic_one_and_an_answer);
	kit_add("/mail/unsaid/several/moved-since", test_moved_since);
	kit_add("/mail/unsaid/several/what-was-kept-stays", test_what_was_kept_stays);
	kit_add("/mail/unsaid/several/surveys", test_surveys);
	kit_add("/mail/unsaid/several/moved-before-it-left", test_moved_before_it_left);
	kit_add("/mail/unsaid/several/in-one-moment", test_in_one_moment);
	kit_add("/mail/unsaid/several/ended-and-they-wrote", test_ended_and_they_wrote);
	kit_add("/mail/unsaid/several/promised-later", test_promised_later);
	return kit_run();
}
