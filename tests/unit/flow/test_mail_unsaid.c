/* test_mail_unsaid.c - an answer is taken back: the case goes on as if it had not been written. Each story is told twice, of two cases side by side, once with the
 * answer that is taken back and once without it; both end alike. What the writer has again: test_mail_withdraw.c; the clocks' rules: promise/test_case_clocks.c. */
#include "unsaid.h"

/* ---- stories --------------------------------------------------------------------------------------------------------- */

static void
test_the_first_answer(Kit *kit)
{
	const World it = begin(kit);
	gint64 id;

	kit->now_ms += 2 * H;
	id = writes(kit, it.a, &it.ruth, "We are sorry. Is it the red one?", &(MailReply){ 0 }, NULL);
	g_assert_cmpint(count(kit, "SELECT first_response_at AS value FROM cases WHERE id = ", it.a), ==, kit->now_ms);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE case_id = ", it.a), >, 0);
	kit->now_ms += 5000;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'received' AND first_response_at IS NULL AND acknowledged_at IS NULL AND NOT waiting AND id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'case.stage_changed' AND CAST(facts AS TEXT) LIKE '%unsaid%' AND case_id = ", it.a), ==, 1);
	/* Written again, it is the first answer. */
	kit->now_ms += 5000;
	both_say(kit, &it, "outbound", "We are sorry. Is it the blue one?");
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT first_response_at AS value FROM cases WHERE id = ", it.a), ==, kit->now_ms);
}

static void
test_a_second_answer(Kit *kit)
{
	const World it = begin(kit);
	gint64 id;

	kit->now_ms += 1 * H;
	both_say(kit, &it, "outbound", "We look into it.");
	kit->now_ms += 3 * D;
	id = writes(kit, it.a, &it.ruth, "We are sorry: it takes longer.", &(MailReply){ 0 }, NULL);
	kit->now_ms += 9999;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it); /* waiting for the customer as before, and the pause is the first answer's */
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE waiting AND id = ", it.a), ==, 1);
	kit->now_ms += 1 * D;
	both_say(kit, &it, "inbound", "And now?");
	expect_alike(kit, &it);
	kit->now_ms += 1 * D;
	id = writes(kit, it.a, &it.ruth, "Tomorrow.", &(MailReply){ 0 }, NULL);
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE NOT waiting AND id = ", it.a), ==, 1);
}

/* What was told late stays so, and is told no second time; what has come meanwhile is told once. */
static void
test_late_ones(Kit *kit)
{
	const World it = begin(kit);
	gint64 id, n;

	kit->now_ms += 25 * H;
	watch(kit); /* the acknowledgement is late */
	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "Late, we know.", &(MailReply){ 0 }, NULL);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE clock = 'acknowledge' AND missed AND met_at IS NOT NULL AND case_id = ", it.a), ==, 1);
	n = count(kit, "SELECT count(*) FROM events WHERE kind = 'clock.breached' AND case_id = ", it.a);
	kit->now_ms += 5000;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	watch(kit);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'clock.breached' AND case_id = ", it.a), ==, n);
	/* The answer's own clock is late now, and that is told of both alike. */
	kit->now_ms += 30 * H;
	watch(kit);
	watch(kit);
	expect_alike(kit, &it);
	id = writes(kit, it.a, &it.ruth, "Still late.", &(MailReply){ 0 }, NULL);
	kit->now_ms += 5000;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	watch(kit);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'clock.breached' AND case_id = ", it.a), ==, n + 1);
	both_say(kit, &it, "outbound", "Here it is.");
	expect_alike(kit, &it);
}

/* Nobody had been told yet when it was answered, too late: the next look tells it. */
static void
test_late_and_not_told(Kit *kit)
{
	const World it = begin(kit);
	gint64 id;

	kit->now_ms += 26 * H;
	id = writes(kit, it.a, &it.ruth, "Late.", &(MailReply){ 0 }, NULL);
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	watch(kit);
	watch(kit);
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE clock = 'acknowledge' AND missed AND met_at IS NULL AND case_id = ", it.a), ==, 1);
}

/* It waits for a day, as its server does not answer; the customer has written since, and a colleague has answered. */
static void
test_others_wrote_between(Kit *kit)
{
	const MailReply slow = { 0 }; /* its server cannot be reached for long */
	const World it = begin(kit);
	gint64 id;

	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We are sorry, and write on Friday.", &slow, NULL);
	kit->now_ms += 20 * H;
	both_say(kit, &it, "inbound", "Hello?");
	kit->now_ms += 1 * H;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it); /* their first words wait, not the second */
	id = writes(kit, it.a, &it.ruth, "We are sorry, and write on Friday.", &slow, NULL);
	kit->now_ms += 5 * H;
	both_say(kit, &it, "outbound", "Is it the red one?");
	kit->now_ms += 3 * H;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it); /* acknowledged and answered by the colleague's */
}

static void
test_resolved_with_it(Kit *kit)
{
	const World it = begin(kit);
	gint64 id;

	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "It is on its way.", &(MailReply){ 0 }, "resolved");
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE NOT is_open AND resolved_at IS NOT NULL AND id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM follow_ups WHERE state = 'waiting' AND case_id = ", it.a), ==, 1);
	kit->now_ms += 5000;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM follow_ups WHERE state = 'not_asked' AND reason = 'taken_back' AND case_id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM survey_asked WHERE state = 'waiting' AND case_id = ", it.a), ==, 0);
	kit->now_ms += 1 * H;
	both_say(kit, &it, "outbound", "We look into it.");
	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "It is on its way.", &(MailReply){ 0 }, "resolved");
	kit->now_ms += 5000;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it); /* it waits for the customer again, and the pause goes on */
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE waiting AND stage = 'acknowledged' AND id = ", it.a), ==, 1);
	kit->now_ms += 1 * D;
	moves(kit, it.a, "resolved", &it.ruth);
	moves(kit, it.b, "resolved", &it.ruth);
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM follow_ups WHERE state = 'waiting' AND case_id = ", it.a), ==, 1);
}

static void
add_survey(Kit *kit, const char *name, const char *event)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autoptr(Survey) survey = survey_add_in(kit->db, &(SurveyChange){ .given = SURVEY_NAME | SURVEY_EVENT, .name = name, .event = event }, "csat", kit->actor, kit->now_ms, &error), active = NULL;

	g_assert_no_error(error);
	active = survey_change_in(kit->db, survey->id, 0, &(SurveyChange){ .given = SURVEY_ACTIVE, .is_active = TRUE }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
}

/* What an answer or the end of a case brings up is not asked about one that nobody got; what another answer brought up is. */
static void
test_surveys(Kit *kit)
{
	const World it = begin(kit);
	gint64 id;

	add_survey(kit, "After an answer", "message.sent");
	add_survey(kit, "After the end", "case.resolved");
	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "It is on its way.", &(MailReply){ 0 }, "resolved");
	g_assert_cmpint(count(kit, "SELECT count(*) FROM survey_asked WHERE state = 'waiting' AND case_id = ", it.a), ==, 2);
	takes_back(kit, id, &it.ruth);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM survey_asked WHERE state = 'not_sent' AND reason = 'taken_back' AND case_id = ", it.a), ==, 2);
	kit->now_ms += 1 * H;
	says(kit, it.a, "outbound", "We look into it.", &it.ruth);
	kit->now_ms += 1000;
	id = writes(kit, it.a, &it.ruth, "It is on its way.", &(MailReply){ 0 }, NULL);
	takes_back(kit, id, &it.ruth);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM survey_asked WHERE state = 'waiting' AND case_id = ", it.a), ==, 1);
}

static void
test_moved_and_opened_since(Kit *kit)
{
	const MailReply slow = { 0 }; /* its server cannot be reached for long */
	const World it = begin(kit);
	gint64 id, moved;

	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "On Friday.", &slow, NULL);
	moved = kit->now_ms += 1 * H;
	moves(kit, it.a, "investigating", &it.ruth);
	kit->now_ms += 1 * H;
	takes_back(kit, id, &it.ruth);
	/* Who moved it has acknowledged it; nobody has answered. */
	g_assert_cmpint(count(kit, "SELECT acknowledged_at AS value FROM cases WHERE stage = 'investigating' AND first_response_at IS NULL AND id = ", it.a), ==, moved);
	g_assert_cmpint(count(kit, "SELECT met_at AS value FROM clock_results WHERE clock = 'acknowledge' AND case_id = ", it.a), ==, moved);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE case_id = ", it.a), ==, 1);
	/* Resolved with an answer of which nobody heard; the customer opens it again. */
	id = writes(kit, it.a, &it.ruth, "It is on its way.", &slow, "resolved");
	kit->now_ms += 1 * H;
	says(kit, it.a, "inbound", "Hello?", kit->actor);
	takes_back(kit, id, &it.ruth);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'investigating' AND is_open AND n_reopened = 1 AND id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE clock IN ('resolve', 'final') AND case_id = ", it.a), ==, 0);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM case_clocks WHERE final_met IS NULL AND case_id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'case.stage_kept' AND case_id = ", it.a), ==, 0);
}

/* The customer has been asked whether it is right: the end has gone its way, and the case says that it stays. */
static void
test_asked_since(Kit *kit)
{
	static const DbSql ASKED = { "unsaid_test_asked", "UPDATE follow_ups SET state = 'asked', asked_at = $2, ends_at = $2 WHERE case_id = $1", 2, TRUE };
	const MailReply slow = { 0 }; /* its server cannot be reached for long */
	const World it = begin(kit);
	g_autoptr(GError) error = NULL;
	gint64 id = writes(kit, it.a, &it.ruth, "It is on its way.", &slow, "resolved"), closed;

	kit->now_ms += 6 * D;
	{
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);

		g_assert_true(db_exec(kit->db, &ASKED, DB_ARGS(DB_INT(it.a), DB_INT(kit->now_ms)), NULL, &error) && db_tx_commit(tx, &error));
	}
	takes_back(kit, id, &it.ruth);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'resolved' AND resolved_at IS NOT NULL AND first_response_at IS NULL AND id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'case.stage_kept' AND case_id = ", it.a), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE clock = 'resolve' AND met_at IS NOT NULL AND case_id = ", it.a), ==, 1);
	/* Nor is an ended case, opened with an answer, ended again: somebody looks. */
	moves(kit, it.b, "resolved", &it.ruth);
	closed = count(kit, "SELECT resolved_at AS value FROM cases WHERE id = ", it.b);
	g_assert_cmpint(closed, >, 0);
	kit->now_ms += 1 * H;
	id = writes(kit, it.b, &it.ruth, "We look again.", &(MailReply){ 0 }, "investigating");
	takes_back(kit, id, &it.ruth);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'investigating' AND is_open AND NOT waiting AND id = ", it.b), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM events WHERE kind = 'case.stage_kept' AND case_id = ", it.b), ==, 1);
}

static void
test_an_automatic_one(Kit *kit)
{
	const World it = begin(kit);
	gint64 id;

	kit->now_ms += 1000;
	id = writes(kit, it.a, kit->actor, "We have it.", &(MailReply){ .automatic = TRUE }, NULL);
	g_assert_cmpint(count(kit, "SELECT acknowledged_at AS value FROM cases WHERE stage = 'acknowledged' AND id = ", it.a), ==, kit->now_ms);
	kit->now_ms += 60000;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'received' AND acknowledged_at IS NULL AND id = ", it.a), ==, 1);
}

/* One recipient has it: it was said. So was one that failed for all and is given up: it stood on the customer's page. */
static void
test_who_got_it(Kit *kit)
{
	static const DbSql SENT = { "unsaid_test_sent", "UPDATE deliveries SET state = 'sent' WHERE address = 'shop@larch.example' AND outbox_id = $1", 1, TRUE };
	g_autoptr(GPtrArray) cc = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	const World it = begin(kit);
	gint64 id, n = 0;
	const char *event = NULL;
	gboolean mine = FALSE;

	g_ptr_array_add(cc, (gpointer)"shop@larch.example");
	id = writes(kit, it.a, &it.ruth, "We are sorry.", &(MailReply){ .cc = cc }, NULL);
	{
		g_autofree char *before = looks(kit, it.a), *after = NULL;
		g_autoptr(json_t) theirs = NULL;
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);

		g_assert_true(db_exec(kit->db, &SENT, DB_ARGS(DB_INT(id)), &n, &error) && db_tx_commit(tx, &error));
		g_assert_cmpint(n, ==, 1);
		takes_back(kit, id, &it.ruth);
		after = looks(kit, it.a);
		g_assert_cmpstr(before, ==, after);
		theirs = message_list(kit->db, it.a, FALSE, 0, &error);
		g_assert_cmpuint(json_array_size(theirs), ==, 2); /* somebody reads it: it is no secret */
	}
	id = writes(kit, it.b, &it.ruth, "We are sorry.", &(MailReply){ .send_at = kit->now_ms }, NULL);
	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error) && mine);
	{
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);

		g_assert_true(outbox_end_in(kit->db, id, "failed", NULL, "said", 0, NULL, 0, kit->now_ms, &event, &error) && db_tx_commit(tx, &error));
	}
	{
		g_autofree char *before = looks(kit, it.b), *after = NULL;
		g_autoptr(json_t) theirs = NULL;

		takes_back(kit, id, &it.ruth);
		after = looks(kit, it.b);
		g_assert_cmpstr(before, ==, after);
		theirs = message_list(kit->db, it.b, FALSE, 0, &error);
		g_assert_cmpuint(json_array_size(theirs), ==, 2);
	}
}

static void
test_merged_cases(Kit *kit)
{
	const MailReply slow = { 0 }; /* its server cannot be reached for long */
	g_autoptr(GError) error = NULL;
	World it = begin(kit);
	const gint64 target = new_case(kit, "cleo@customer.example");
	gint64 id, on_merged;

	/* Written, then merged, then taken back, then taken apart. */
	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We are sorry. On Friday.", &slow, NULL);
	kit->now_ms += 1 * H;
	g_assert_true(case_merge(kit->db, it.a, target, &it.ruth, kit->now_ms, &error));
	g_assert_true(case_merge(kit->db, it.b, target, &it.ruth, kit->now_ms, &error));
	kit->now_ms += 1 * H;
	takes_back(kit, id, &it.ruth);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE first_response_at IS NULL AND NOT waiting AND last_message_at = last_inbound_at AND guide = '' AND id = ", target), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE case_id = ", it.a), ==, 0);
	/* Written on one of them now: it stands on the one they went into. */
	on_merged = writes(kit, it.b, &it.ruth, "We are sorry.", &(MailReply){ 0 }, NULL);
	g_assert_cmpint(count(kit, "SELECT first_response_at AS value FROM cases WHERE id = ", target), ==, kit->now_ms);
	kit->now_ms += 1000;
	takes_back(kit, on_merged, &it.ruth);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE first_response_at IS NULL AND stage = 'received' AND NOT waiting AND guide = '' AND id = ", target), ==, 1);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE case_id = ", target), ==, 0);
	kit->now_ms += 1 * H;
	g_assert_true(case_merge_undo(kit->db, it.a, &it.ruth, kit->now_ms, &error));
	g_assert_true(case_merge_undo(kit->db, it.b, &it.ruth, kit->now_ms, &error));
	g_assert_no_error(error);
	expect_alike(kit, &it);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE stage = 'received' AND first_response_at IS NULL AND acknowledged_at IS NULL AND id = ", it.a), ==, 1);
}

static void
expect_theirs(Kit *kit, gint64 case_id, guint n)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) theirs = message_list(kit->db, case_id, FALSE, 0, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(json_array_size(theirs), ==, n);
}

static void
ends(Kit *kit, gint64 id, const char *state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = NULL;
	const char *event = NULL;
	gboolean mine = FALSE;

	g_assert_true(outbox_begin(kit->db, id, kit->now_ms, &mine, &error) && mine);
	tx = db_begin(kit->db, &error);
	g_assert_true(outbox_end_in(kit->db, id, state, NULL, "said", kit->now_ms + 1 * H, NULL, 0, kit->now_ms, &event, &error) && db_tx_commit(tx, &error));
}

static void
test_not_theirs_before_it_leaves(Kit *kit)
{
	const World it = begin(kit);
	gint64 ids[] = {
		writes(kit, it.a, kit->actor, "We have it.", &(MailReply){ .automatic = TRUE }, NULL), writes(kit, it.a, &it.ruth, "Now.", &(MailReply){ 0 }, NULL),
		writes(kit, it.a, &it.ruth, "Later.", &(MailReply){ .send_at = kit->now_ms + D }, NULL), writes(kit, it.a, &it.ruth, "Never.", &(MailReply){ 0 }, NULL),
	};

	expect_theirs(kit, it.a, 2); /* the first words, what a machine says */
	takes_back(kit, ids[3], &it.ruth);
	expect_theirs(kit, it.a, 2);
	/* Tried in vain, and to be tried again: nobody has it. Nobody can say of an uncertain one, which is shown, also when it is given up. */
	kit->now_ms += OUTBOX_UNDO_MS;
	ends(kit, ids[1], "queued");
	expect_theirs(kit, it.a, 2);
	kit->now_ms += 1 * H;
	ends(kit, ids[1], "uncertain");
	expect_theirs(kit, it.a, 3);
	takes_back(kit, ids[1], &it.ruth);
	expect_theirs(kit, it.a, 3);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE first_response_at IS NOT NULL AND id = ", it.a), ==, 1);
	/* What failed for good they read here. */
	kit->now_ms += 1 * D;
	expect_theirs(kit, it.a, 3);
	ends(kit, ids[2], "failed");
	expect_theirs(kit, it.a, 4);
}

typedef struct {
	gint64 id;
	World it;
	char *before;
} Withdrawal;

static gboolean
withdraw_one(Kit *kit, gpointer data, GError **error)
{
	const Withdrawal *self = data;

	return mail_withdraw(kit->db, self->id, &self->it.ruth, kit->now_ms, error);
}

static void
still_said(Kit *kit, gpointer data)
{
	const Withdrawal *self = data;
	g_autofree char *now = looks(kit, self->it.a);

	g_assert_cmpstr(now, ==, self->before);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM outbox WHERE state = 'queued' AND id = ", self->id), ==, 1);
}

static void
test_torture(Kit *kit)
{
	Withdrawal self = { .it = begin(kit) };

	kit->now_ms += 1 * H;
	self.id = writes(kit, self.it.a, &self.it.ruth, "We are sorry: it is on its way.", &(MailReply){ 0 }, "resolved");
	self.before = looks(kit, self.it.a);
	kit_torture(kit, withdraw_one, still_said, &self, 20);
	expect_alike(kit, &self.it);
	g_free(self.before);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/unsaid/the-first-answer", test_the_first_answer);
	kit_add("/mail/unsaid/a-second-answer", test_a_second_answer);
	kit_add("/mail/unsaid/late-ones", test_late_ones);
	kit_add("/mail/unsaid/late-and-not-told", test_late_and_not_told);
	kit_add("/mail/unsaid/others-wrote-between", test_others_wrote_between);
	kit_add("/mail/unsaid/resolved-with-it", test_resolved_with_it);
	kit_add("/mail/unsaid/surveys", test_surveys);
	kit_add("/mail/unsaid/moved-and-opened-since", test_moved_and_opened_since);
	kit_add("/mail/unsaid/asked-since", test_asked_since);
	kit_add("/mail/unsaid/an-automatic-one", test_an_automatic_one);
	kit_add("/mail/unsaid/who-got-it", test_who_got_it);
	kit_add("/mail/unsaid/merged-cases", test_merged_cases);
	kit_add("/mail/unsaid/not-theirs-before-it-leaves", test_not_theirs_before_it_leaves);
	kit_add("/mail/torture/unsaid", test_torture);
	return kit_run();
}
