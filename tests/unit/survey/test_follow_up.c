/* "Is it still right?": when it is asked and when not, what yes, no and silence do. */
#include "felt.h"
#include "cases/due.h"
#include "flow/follow/answer.h"

static FollowUp *
of_case(Kit *kit, gint64 case_id)
{
	g_autoptr(GError) error = NULL;
	FollowUp *it = follow_up_get(kit->db, felt_number(kit, "SELECT max(id) AS value FROM follow_ups WHERE case_id = ", case_id), &error);

	g_assert_no_error(error);
	return it;
}

static FollowUp *
asked(Kit *kit, gint64 *ret_case_id)
{
	FollowUp *it;

	felt_house(kit);
	*ret_case_id = felt_resolved(kit, "ann@customer.example");
	kit->now_ms += 14 * MS_PER_DAY;
	felt_run(kit);
	it = of_case(kit, *ret_case_id);
	g_assert_cmpstr(it->state, ==, "asked");
	return it;
}

static gboolean
answer(Kit *kit, const FollowUp *it, gboolean right, const char *words, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);

	return tx != NULL && follow_up_answer_in(kit->db, it, right, words, kit->now_ms, error) && db_tx_commit(tx, error);
}

static void
test_asked_to_the_day(Kit *kit)
{
	g_autoptr(FollowUp) it = NULL, found = NULL;
	gint64 case_id;

	felt_house(kit);
	case_id = felt_resolved(kit, "ann@customer.example");
	kit->now_ms += 14 * MS_PER_DAY - 1;
	felt_run(kit);
	it = of_case(kit, case_id);
	g_assert_cmpstr(it->state, ==, "waiting");
	kit->now_ms += 1;
	felt_run(kit);
	found = follow_up_find_asked(kit->db, case_id, NULL);
	g_assert_cmpint(found->asked_at, ==, kit->now_ms);
	g_assert_cmpint(found->customer_id, >, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox WHERE text LIKE '%/still-right/%?answer=not_right%' AND unsubscribe IS NULL"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM messages WHERE automatic AND body LIKE '%Is it still right?' AND body NOT LIKE '%http%'"), ==, 1);
}

static void
test_yes(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = NULL;
	gint64 case_id;
	g_autoptr(FollowUp) follow_up = asked(kit, &case_id);

	g_assert_true(answer(kit, follow_up, TRUE, "It boils.", &error));
	it = world_look(kit, case_id);
	g_assert_cmpstr(it->stage, ==, "followed_up");
	g_assert_false(it->is_open);
	g_assert_false(answer(kit, follow_up, FALSE, "No.", &error)); /* once */
	g_assert_error(error, ERR, ERR_CONFLICT);
}

static void
test_no_opens_it_again_before_others(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = NULL;
	gint64 ruth = world_user(kit, "Ruth", "ruth@example.org", "agent"), case_id;
	g_autoptr(FollowUp) follow_up = NULL;

	felt_house(kit);
	case_id = felt_case(kit, "ann@customer.example");
	case_assign(kit->db, case_id, 0, ruth, 0, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	felt_move(kit, case_id, "resolved");
	kit->now_ms += 14 * MS_PER_DAY;
	felt_run(kit);
	follow_up = of_case(kit, case_id);
	g_assert_true(answer(kit, follow_up, FALSE, "It leaks again.", &error));
	it = world_look(kit, case_id);
	g_assert_true(it->is_open);
	g_assert_false(it->waiting);
	g_assert_cmpint(it->severity, ==, 2);
	g_assert_cmpint(it->owner_id, ==, ruth);
	g_assert_cmpint(it->n_reopened, ==, 1);
	g_assert_cmpstr(it->snippet, ==, "It leaks again.");
	g_assert_cmpint(felt_number(kit, "SELECT count(*) AS value FROM notices WHERE kind = 'reopened' AND user_id = ", ruth), ==, 1);
}

static void
test_no_without_words(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = NULL;
	gint64 case_id;
	g_autoptr(FollowUp) follow_up = asked(kit, &case_id);

	g_assert_true(answer(kit, follow_up, FALSE, NULL, &error));
	it = world_look(kit, case_id);
	g_assert_cmpstr(it->snippet, ==, "It is not right.");
}

static void
silence(Kit *kit, const char *then, const char *stage)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) values = json_object();
	g_autoptr(Case) it = NULL;
	g_autoptr(FollowUp) follow_up = NULL, after = NULL;
	gint64 case_id;

	json_put_text(values, "followup_then", then);
	json_put_int(values, "followup_wait_days", 5);
	settings_change(kit->db, values, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	follow_up = asked(kit, &case_id);
	kit->now_ms += 5 * MS_PER_DAY;
	felt_run(kit);
	it = world_look(kit, case_id);
	g_assert_cmpstr(it->stage, ==, stage);
	after = of_case(kit, case_id);
	g_assert_cmpstr(after->state, ==, "silent");
	g_assert_false(answer(kit, follow_up, TRUE, NULL, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

static void test_silence_closes(Kit *kit) { silence(kit, "close", "closed"); }
static void test_silence_follows_up(Kit *kit) { silence(kit, "follow_up", "followed_up"); }
static void test_silence_stays(Kit *kit) { silence(kit, "stay", "resolved"); }

static void
not_asked(Kit *kit, gint64 case_id, const char *reason)
{
	g_autoptr(FollowUp) it = NULL;

	kit->now_ms += 14 * MS_PER_DAY;
	felt_run(kit);
	it = of_case(kit, case_id);
	g_assert_cmpstr(it->state, ==, "not_asked");
	g_assert_cmpstr(it->reason, ==, reason);
}

static void
test_not_when_reopened(Kit *kit)
{
	gint64 case_id;

	felt_house(kit);
	case_id = felt_resolved(kit, "ann@customer.example");
	world_say(kit, case_id, "inbound", "Not yet.", kit->actor);
	not_asked(kit, case_id, "reopened");
}

static void
test_not_without_a_customer(Kit *kit)
{
	gint64 case_id;

	felt_house(kit);
	case_id = world_case_of(kit, (NewCase){ .subject = "Nobody's", .kind = "question", .severity = -1 });
	felt_move(kit, case_id, "resolved");
	not_asked(kit, case_id, "no_customer");
}

static void
test_not_when_taken_back(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 case_id;

	felt_house(kit);
	case_id = felt_case(kit, "ann@customer.example");
	case_move(kit->db, case_id, &(StageMove){ .stage = "closed", .outcome = "withdrawn" }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	not_asked(kit, case_id, "withdrawn");
}

static void
test_not_when_merged(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 case_id;

	felt_house(kit);
	case_id = felt_resolved(kit, "ann@customer.example");
	case_merge(kit->db, case_id, felt_case(kit, "ann@customer.example"), kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	not_asked(kit, case_id, "merged");
}

static void
test_never_where_the_house_does_not(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) values = json_object();

	json_put_int(values, "followup_days", 0);
	settings_change(kit->db, values, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	felt_house(kit);
	felt_resolved(kit, "ann@customer.example");
	g_assert_cmpint(kit_count(kit, "SELECT (SELECT count(*) FROM follow_ups) + (SELECT count(*) FROM jobs WHERE kind = 'followup.ask') AS value"), ==, 0);
}

/* Without mail it stands on the customer's page all the same. */
static void
test_without_mail_it_is_asked_on_the_page(Kit *kit)
{
	g_autoptr(FollowUp) it = NULL;
	gint64 case_id;

	felt_house(kit);
	case_id = world_case_of(kit, (NewCase){ .subject = "By telephone", .kind = "question", .severity = -1, .customer = { .name = "Ann Lee", .phone = "+44 20 7946 0000" } });
	felt_move(kit, case_id, "resolved");
	kit->now_ms += 14 * MS_PER_DAY;
	felt_run(kit);
	it = follow_up_find_asked(kit->db, case_id, NULL);
	g_assert_nonnull(it);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM outbox"), ==, 0);
}

static void
test_yes_turns_a_recovery_around(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Asked) survey = NULL;
	g_autoptr(FollowUp) it = NULL;
	gint64 case_id;

	felt_house(kit);
	felt_survey(kit, "csat");
	survey = felt_sent(kit, "ann@customer.example", &case_id);
	g_assert_true(felt_answer(kit, survey->id, "1", NULL, FALSE, &error));
	kit->now_ms += 13 * MS_PER_DAY;
	felt_run(kit);
	it = of_case(kit, case_id);
	g_assert_true(answer(kit, it, TRUE, NULL, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM recoveries WHERE turned_at IS NOT NULL"), ==, 1);
}

typedef struct {
	FollowUp *it;
	gboolean right;
} Torture;

static gboolean
answer_tortured(Kit *kit, gpointer data, GError **error)
{
	Torture *torture = data;

	return answer(kit, torture->it, torture->right, "Words.", error);
}

static void
still_asked(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM follow_ups WHERE state = 'asked'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases WHERE stage = 'resolved' AND severity < 2"), ==, 1);
}

static void
test_torture_yes(Kit *kit)
{
	gint64 case_id;
	g_autoptr(FollowUp) it = asked(kit, &case_id);

	kit_torture(kit, answer_tortured, still_asked, &(Torture){ it, TRUE }, 6);
}

static void
test_torture_no(Kit *kit)
{
	gint64 case_id;
	g_autoptr(FollowUp) it = asked(kit, &case_id);

	kit_torture(kit, answer_tortured, still_asked, &(Torture){ it, FALSE }, 12);
}

static void
test_list(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) first = NULL, right = NULL;
	gint64 case_id;
	g_autoptr(FollowUp) it = asked(kit, &case_id), by_ref = NULL;

	by_ref = follow_up_by_ref(kit->db, it->ref, &error);
	g_assert_cmpint(by_ref->id, ==, it->id);
	g_assert_true(answer(kit, it, TRUE, "Fine.", &error));
	first = follow_up_list(kit->db, &(FollowUpAsk){ .limit = 10 }, &error);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(first, "follow_ups"), 0), "words", ""), ==, "Fine.");
	right = follow_up_list(kit->db, &(FollowUpAsk){ .state = "not_right", .limit = 10 }, &error);
	g_assert_cmpint(json_array_size(json_object_get(right, "follow_ups")), ==, 0);
}

/* ---- by the clock of a policy ---- */

static void
policy_says(Kit *kit, const char *follow_up)
{
	g_autofree char *sql = g_strdup_printf("UPDATE clock_policies SET targets = '{\"acknowledge\":[\"24 hours\",true],\"follow_up\":[\"%s\",false]}'", follow_up);
	g_autoptr(GError) error = NULL;

	g_assert_true(db_script(kit->db, sql, &error));
	clock_book_forget(kit->db);
}

static gint64
clock_of(Kit *kit, gint64 case_id)
{
	return felt_number(kit, "SELECT follow_up_due AS value FROM case_clocks WHERE case_id = ", case_id);
}

/* One date: the clock's. Asked at its moment, it is kept, and nobody was warned or told that it is late. */
static void
test_the_clock_says_when(Kit *kit)
{
	g_autoptr(FollowUp) planned = NULL, it = NULL;
	gint64 case_id, resolved_at;

	felt_house(kit);
	policy_says(kit, "5 days");
	case_id = felt_resolved(kit, "ann@customer.example");
	resolved_at = kit->now_ms;
	planned = of_case(kit, case_id);
	g_assert_cmpint(planned->due_at, ==, resolved_at + 5 * MS_PER_DAY);
	g_assert_cmpint(clock_of(kit, case_id), ==, planned->due_at);
	kit->now_ms = planned->due_at + 40; /* the job is not that quick */
	felt_run(kit);
	it = of_case(kit, case_id);
	g_assert_cmpstr(it->state, ==, "asked");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM clock_results WHERE clock = 'follow_up' AND NOT missed AND met_at = due_at"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM case_clocks WHERE follow_up_met IS NOT NULL AND next_at IS NULL"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind IN ('clock.warned', 'clock.breached', 'clock.moved')"), ==, 0);
}

/* The server lay still for a day: asked then, and late. */
static void
test_asked_late_is_late(Kit *kit)
{
	g_autoptr(FollowUp) it = NULL;
	gint64 case_id;

	felt_house(kit);
	policy_says(kit, "5 days");
	case_id = felt_resolved(kit, "ann@customer.example");
	kit->now_ms += 6 * MS_PER_DAY;
	felt_run(kit);
	it = of_case(kit, case_id);
	g_assert_cmpstr(it->state, ==, "asked");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM clock_results WHERE clock = 'follow_up' AND missed AND met_at > due_at"), ==, 1);
}

/* The policy changes while it waits: it moves with its clock, once more and once less. */
static void
test_moves_with_the_clock(Kit *kit)
{
	static const struct { const char *target; int days; } moves[] = { { "9 days", 9 }, { "3 days", 3 } };
	g_autoptr(FollowUp) it = NULL;
	gint64 case_id, resolved_at = kit->now_ms;

	felt_house(kit);
	policy_says(kit, "5 days");
	case_id = felt_resolved(kit, "ann@customer.example");
	for (guint i = 0; i < G_N_ELEMENTS(moves); i++) {
		g_autoptr(FollowUp) moved = NULL;
		g_autoptr(GError) error = NULL;
		g_autoptr(DbTx) tx = NULL;

		policy_says(kit, moves[i].target);
		tx = db_begin(kit->db, &error);
		g_assert_true(due_again_in(kit->db, case_id, RECKON_POLICY, kit->now_ms, &error));
		g_assert_true(db_tx_commit(tx, &error));
		moved = of_case(kit, case_id);
		g_assert_cmpint(moved->due_at, ==, resolved_at + moves[i].days * MS_PER_DAY);
		g_assert_cmpint(clock_of(kit, case_id), ==, moved->due_at);
	}
	kit->now_ms += 3 * MS_PER_DAY;
	felt_run(kit);
	it = of_case(kit, case_id);
	g_assert_cmpstr(it->state, ==, "asked");
	kit->now_ms += 6 * MS_PER_DAY; /* the jobs of the other dates find it asked */
	felt_run(kit);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'followup.asked'"), ==, 1);
}

/* The settings say never; the policy's clock asks all the same. What is withdrawn needs no following up, by clock neither. */
static void
test_clock_before_settings(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) values = json_object();
	g_autoptr(FollowUp) it = NULL, other = NULL;
	gint64 case_id, withdrawn;

	felt_house(kit);
	json_put_int(values, "followup_days", 0);
	settings_change(kit->db, values, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	policy_says(kit, "5 days");
	case_id = felt_resolved(kit, "ann@customer.example");
	withdrawn = felt_case(kit, "bob@customer.example");
	g_assert_true(case_move(kit->db, withdrawn, &(StageMove){ .stage = "resolved", .outcome = "withdrawn" }, kit->actor, kit->now_ms, &error));
	kit->now_ms += 5 * MS_PER_DAY;
	felt_run(kit);
	it = of_case(kit, case_id);
	g_assert_cmpstr(it->state, ==, "asked");
	other = of_case(kit, withdrawn);
	g_assert_cmpstr(other->state, ==, "not_asked");
	g_assert_cmpint(clock_of(kit, withdrawn), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM clock_results WHERE clock = 'follow_up'"), ==, 1);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/follow_up/asked", test_asked_to_the_day);
	kit_add("/follow_up/yes", test_yes);
	kit_add("/follow_up/no", test_no_opens_it_again_before_others);
	kit_add("/follow_up/no_without_words", test_no_without_words);
	kit_add("/follow_up/silence_closes", test_silence_closes);
	kit_add("/follow_up/silence_follows_up", test_silence_follows_up);
	kit_add("/follow_up/silence_stays", test_silence_stays);
	kit_add("/follow_up/reopened", test_not_when_reopened);
	kit_add("/follow_up/no_customer", test_not_without_a_customer);
	kit_add("/follow_up/withdrawn", test_not_when_taken_back);
	kit_add("/follow_up/merged", test_not_when_merged);
	kit_add("/follow_up/never", test_never_where_the_house_does_not);
	kit_add("/follow_up/without_mail", test_without_mail_it_is_asked_on_the_page);
	kit_add("/follow_up/turns_around", test_yes_turns_a_recovery_around);
	kit_add("/follow_up/torture_yes", test_torture_yes);
	kit_add("/follow_up/torture_no", test_torture_no);
	kit_add("/follow_up/list", test_list);
	kit_add("/follow-up/the-clock-says-when", test_the_clock_says_when);
	kit_add("/follow-up/asked-late-is-late", test_asked_late_is_late);
	kit_add("/follow-up/moves-with-the-clock", test_moves_with_the_clock);
	kit_add("/follow-up/clock-before-settings", test_clock_before_settings);
	return kit_run();
}
