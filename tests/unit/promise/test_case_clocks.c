/* test_case_clocks.c - which clocks run, when they are kept or missed, what a change of policy does: pure, by stories of one case. */
#include "story.h"

static void
test_a_whole_life(void)
{
	Story story;

	begin(&story);
	policy_of(&story, 7, usual, TRUE);
	reckon(&story, RECKON_LIFE);
	expect_due(&story, "acknowledge", T0 + 24 * H);
	g_assert_cmpint(story.row->next_at, ==, T0 + 18 * H);
	g_assert_cmpint(story.row->due[CLOCK_FINAL], ==, T0 + 56 * D);
	g_assert_cmpint(story.row->due[CLOCK_UPDATE], ==, 0);
	we_say(&story, T0 + 1 * H, TRUE); /* a truthful automatic word acknowledges and answers nothing */
	reckon(&story, RECKON_LIFE);
	g_assert_cmpuint(story.ends->len, ==, 1);
	expect_end(&story, 0, CLOCK_ACKNOWLEDGE, FALSE, FALSE);
	expect_due(&story, "respond", T0 + 36 * H);
	we_say(&story, T0 + 2 * H, FALSE);
	reckon(&story, RECKON_LIFE);
	g_assert_cmpuint(story.ends->len, ==, 2);
	expect_end(&story, 0, CLOCK_RESPOND, FALSE, FALSE);
	expect_end(&story, 1, CLOCK_ANSWER, FALSE, FALSE);
	expect_due(&story, "update", T0 + 2 * H + 7 * D);
	we_say(&story, T0 + 3 * D, FALSE);
	reckon(&story, RECKON_LIFE);
	expect_end(&story, 0, CLOCK_UPDATE, FALSE, FALSE);
	expect_due(&story, "update", T0 + 10 * D);
	story.now = T0 + 5 * D;
	story.facts.stage = "resolved";
	story.facts.is_open = FALSE;
	story.facts.resolved_at = story.facts.stage_at = story.now;
	reckon(&story, RECKON_LIFE);
	g_assert_cmpuint(story.ends->len, ==, 2);
	expect_end(&story, 0, CLOCK_RESOLVE, FALSE, FALSE);
	expect_end(&story, 1, CLOCK_FINAL, FALSE, FALSE);
	g_assert_cmpint(story.row->due[CLOCK_FOLLOW_UP], ==, T0 + 10 * D);
	g_assert_cmpint(story.row->next_at, ==, T0 + 10 * D + H); /* nobody is warned: it is asked then by itself */
	story.now = story.facts.stage_at = T0 + 11 * D;
	story.facts.stage = "followed_up";
	reckon(&story, RECKON_LIFE);
	expect_end(&story, 0, CLOCK_FOLLOW_UP, TRUE, FALSE); /* a day late, and nobody had told it */
	g_assert_cmpint(story.row->next_at, ==, 0);
	over(&story);
}

static void
test_more_words_do_not_put_off(void)
{
	Story story;

	begin(&story);
	policy_of(&story, 7, usual, TRUE);
	we_say(&story, T0, TRUE);
	reckon(&story, RECKON_LIFE);
	they_say(&story, T0 + 30 * H);
	reckon(&story, RECKON_LIFE);
	g_assert_cmpint(story.row->due[CLOCK_ANSWER], ==, T0 + 48 * H);
	g_assert_cmpuint(story.ends->len, ==, 0);
	we_say(&story, T0 + 49 * H, FALSE);
	reckon(&story, RECKON_LIFE);
	expect_end(&story, 0, CLOCK_RESPOND, TRUE, FALSE);
	expect_end(&story, 1, CLOCK_ANSWER, TRUE, FALSE);
	they_say(&story, T0 + 60 * H);
	reckon(&story, RECKON_LIFE);
	g_assert_cmpint(story.row->due[CLOCK_ANSWER], ==, T0 + 108 * H);
	over(&story);
}

static void
test_pauses_while_waiting(void)
{
	Story story;

	begin(&story);
	policy_of(&story, 7, usual, TRUE);
	reckon(&story, RECKON_LIFE);
	we_say(&story, T0 + 1 * H, FALSE);
	story.facts.waiting = TRUE;
	reckon(&story, RECKON_LIFE);
	expect_due(&story, "final", T0 + 56 * D); /* the one that does not pause */
	g_assert_cmpint(story.row->next_at, ==, T0 + 42 * D);
	they_say(&story, T0 + 3 * D);
	reckon(&story, RECKON_LIFE);
	g_assert_cmpint(story.row->due[CLOCK_RESOLVE], ==, T0 + 31 * D - 1 * H);
	expect_due(&story, "answer", T0 + 5 * D);
	/* No time at all is no pause; nor is a clock set back. */
	story.now = T0 + 4 * D;
	story.facts.waiting = TRUE;
	reckon(&story, RECKON_LIFE);
	story.facts.waiting = FALSE;
	story.now -= 2 * D;
	reckon(&story, RECKON_LIFE);
	g_assert_cmpint(story.row->due[CLOCK_RESOLVE], ==, T0 + 31 * D - 1 * H);
	g_assert_cmpuint(story.row->pauses->len, ==, 1);
	over(&story);
}

static void
test_steps(void)
{
	Story story;

	begin(&story);
	policy_of(&story, 7, usual, TRUE);
	reckon(&story, RECKON_LIFE);
	pass(&story, T0 + 18 * H - 1);
	g_assert_cmpuint(story.told->len, ==, 0);
	pass(&story, T0 + 18 * H);
	g_assert_cmpuint(story.told->len, ==, 1);
	expect_told(&story, 0, CLOCK_ACKNOWLEDGE, STEP_SOON);
	pass(&story, T0 + 18 * H);
	g_assert_cmpuint(story.told->len, ==, 0); /* once */
	g_assert_cmpint(story.row->next_at, ==, T0 + 24 * H * 9 / 10);
	pass(&story, T0 + 24 * H * 9 / 10);
	expect_told(&story, 0, CLOCK_ACKNOWLEDGE, STEP_SOONER);
	pass(&story, T0 + 5 * H); /* a clock set back */
	g_assert_cmpuint(story.told->len, ==, 0);
	pass(&story, T0 + 24 * H);
	expect_told(&story, 0, CLOCK_ACKNOWLEDGE, STEP_BREACH);
	pass(&story, T0 + 25 * H);
	expect_told(&story, 0, CLOCK_ACKNOWLEDGE, STEP_LEAD);
	/* After a night without a server: warnings that the breach overtook are not told. */
	pass(&story, T0 + 60 * H);
	g_assert_cmpuint(story.told->len, ==, 7);
	expect_told(&story, 0, CLOCK_ACKNOWLEDGE, STEP_OWNER);
	expect_told(&story, 1, CLOCK_RESPOND, STEP_BREACH);
	expect_told(&story, 2, CLOCK_RESPOND, STEP_LEAD);
	expect_told(&story, 3, CLOCK_RESPOND, STEP_OWNER);
	expect_told(&story, 4, CLOCK_ANSWER, STEP_BREACH);
	we_say(&story, T0 + 61 * H, FALSE);
	reckon(&story, RECKON_LIFE);
	g_assert_cmpuint(story.ends->len, ==, 3);
	expect_end(&story, 0, CLOCK_ACKNOWLEDGE, TRUE, TRUE);
	expect_end(&story, 2, CLOCK_ANSWER, TRUE, TRUE);
	over(&story);
}

static void
test_nobody_to_tell(void)
{
	Story story;
	ClockPolicy *policy;

	begin(&story);
	policy = policy_of(&story, 7, usual, TRUE);
	policy->lead_after = 0;
	reckon(&story, RECKON_LIFE);
	pass(&story, T0 + 24 * H);
	g_assert_cmpint(story.row->next_at, ==, T0 + 36 * H * 3 / 4);
	policy->owner_after = 0;
	pass(&story, T0 + 500 * D);
	for (guint i = 0; i < story.told->len; i++)
		g_assert_cmpint(g_array_index(story.told, ClockTold, i).step, ==, STEP_BREACH);
	g_assert_cmpint(story.row->next_at, ==, 0);
	over(&story);
}

static void
test_policy_changed_in_mid_flight(void)
{
	Story story;
	ClockPolicy *policy;

	begin(&story);
	policy = policy_of(&story, 7, usual, TRUE);
	reckon(&story, RECKON_LIFE);
	/* Longer: from its start. */
	story.now = T0 + 10 * H;
	policy->targets[CLOCK_ACKNOWLEDGE].amount = 30;
	reckon(&story, RECKON_POLICY);
	g_assert_cmpint(story.row->due[CLOCK_ACKNOWLEDGE], ==, T0 + 30 * H);
	/* Shorter, not past yet: from its start, and the warning that has passed by it comes at once. */
	policy->targets[CLOCK_ACKNOWLEDGE].amount = 12;
	reckon(&story, RECKON_POLICY);
	g_assert_cmpint(story.row->due[CLOCK_ACKNOWLEDGE], ==, T0 + 12 * H);
	pass(&story, T0 + 10 * H);
	g_assert_cmpuint(story.told->len, ==, 1);
	expect_told(&story, 0, CLOCK_ACKNOWLEDGE, STEP_SOON);
	/* Shorter, past: what it was told before stands. */
	policy->targets[CLOCK_ACKNOWLEDGE].amount = 2;
	reckon(&story, RECKON_POLICY);
	g_assert_cmpint(story.row->due[CLOCK_ACKNOWLEDGE], ==, T0 + 12 * H);
	/* Late already, longer now: it is not late any more. */
	pass(&story, T0 + 13 * H);
	policy->targets[CLOCK_ACKNOWLEDGE].amount = 100;
	reckon(&story, RECKON_POLICY);
	g_assert_cmpint(story.row->due[CLOCK_ACKNOWLEDGE], ==, T0 + 100 * H);
	g_assert_cmpint(story.row->level[CLOCK_ACKNOWLEDGE], ==, 0);
	/* No such clock any more. */
	policy->targets[CLOCK_ACKNOWLEDGE].unit = TARGET_NONE;
	reckon(&story, RECKON_POLICY);
	g_assert_cmpint(story.row->due[CLOCK_ACKNOWLEDGE], ==, 0);
	/* A clock that would begin late does not begin. */
	story.now = T0 + 20 * D;
	policy->targets[CLOCK_ACKNOWLEDGE] = (ClockTarget){ 24, TARGET_HOURS, TRUE };
	reckon(&story, RECKON_POLICY);
	g_assert_cmpint(story.row->due[CLOCK_ACKNOWLEDGE], ==, 0);
	reckon(&story, RECKON_LIFE);
	g_assert_cmpint(story.row->due[CLOCK_ACKNOWLEDGE], ==, 0);
	over(&story);
}

static void
test_policy_removed_and_another_fits(void)
{
	Story story;
	ClockPolicy *first, *critical;

	begin(&story);
	first = policy_of(&story, 7, usual, TRUE);
	critical = policy_of(&story, 8, tight, TRUE);
	critical->severity = 3;
	reckon(&story, RECKON_LIFE);
	g_assert_cmpint(story.row->policy_id, ==, 7);
	/* Removed: clocks that run have what they had, whatever is counted anew. */
	first->removed_at = T0;
	policy_of(&story, 9, tight, TRUE);
	story.now = T0 + 1 * H;
	reckon(&story, RECKON_LIFE);
	reckon(&story, RECKON_POLICY);
	g_assert_cmpint(story.row->policy_id, ==, 7);
	g_assert_cmpint(story.row->due[CLOCK_ACKNOWLEDGE], ==, T0 + 24 * H);
	/* The case itself becomes critical: another policy, and late by it is late, aloud. */
	story.now = T0 + 5 * H;
	story.facts.severity = 3;
	reckon(&story, RECKON_ANEW);
	g_assert_cmpint(story.row->policy_id, ==, 8);
	g_assert_cmpint(story.row->due[CLOCK_ACKNOWLEDGE], ==, T0 + 2 * H);
	g_assert_cmpint(story.row->next_at, <=, story.now);
	pass(&story, story.now);
	expect_told(&story, 0, CLOCK_ACKNOWLEDGE, STEP_BREACH);
	over(&story);
}

static void
test_opened_again_and_merged(void)
{
	Story story;

	begin(&story);
	policy_of(&story, 7, usual, TRUE);
	reckon(&story, RECKON_LIFE);
	we_say(&story, T0 + 1 * H, FALSE);
	reckon(&story, RECKON_LIFE);
	story.now = story.facts.resolved_at = story.facts.stage_at = T0 + 2 * D;
	story.facts.stage = "resolved";
	story.facts.is_open = FALSE;
	reckon(&story, RECKON_LIFE);
	they_say(&story, T0 + 40 * D);
	story.facts.stage = "investigating";
	story.facts.is_open = TRUE;
	story.facts.resolved_at = 0;
	story.facts.stage_at = T0 + 40 * D;
	reckon(&story, RECKON_LIFE);
	g_assert_cmpint(story.row->due[CLOCK_RESOLVE], ==, T0 + 68 * D); /* from when it was opened again */
	g_assert_cmpint(story.row->due[CLOCK_FOLLOW_UP], ==, 0);
	g_assert_cmpint(story.row->met[CLOCK_FINAL], ==, T0 + 2 * D); /* said once */
	expect_due(&story, "answer", T0 + 42 * D);
	/* Merged away: nothing runs; taken apart again: it goes on. */
	story.facts.is_open = FALSE;
	story.facts.merged = TRUE;
	story.now = T0 + 41 * D;
	reckon(&story, RECKON_LIFE);
	expect_due(&story, NULL, 0);
	g_assert_cmpint(story.row->next_at, ==, 0);
	story.facts.is_open = TRUE;
	story.facts.merged = FALSE;
	reckon(&story, RECKON_LIFE);
	expect_due(&story, "answer", T0 + 43 * D - 0 * H - 1 * D);
	over(&story);
}

static void
test_a_life_lived_elsewhere(void)
{
	Story story;

	begin(&story);
	policy_of(&story, 7, usual, TRUE);
	story.facts.lived = TRUE;
	story.facts.stage = "investigating";
	story.facts.acknowledged_at = T0 + 40 * H;
	story.now = T0 + 30 * D;
	reckon(&story, RECKON_LIFE);
	g_assert_cmpuint(story.ends->len, ==, 0); /* judged by nobody */
	pass(&story, T0 + 30 * D);
	g_assert_cmpuint(story.told->len, ==, 0);
	expect_due(&story, "respond", T0 + 36 * H); /* late it is all the same */
	g_assert_cmpint(story.row->next_at, ==, T0 + 42 * D); /* the final response's first warning */
	story.facts.lived = FALSE;
	we_say(&story, T0 + 31 * D, FALSE);
	reckon(&story, RECKON_LIFE);
	expect_end(&story, 0, CLOCK_RESPOND, TRUE, TRUE);
	over(&story);
}

static void
test_no_policy_no_clock(void)
{
	Story story;

	begin(&story);
	reckon(&story, RECKON_LIFE);
	expect_due(&story, NULL, 0);
	story.row->promise_due = T0 + 5;
	expect_due(&story, "promise", T0 + 5);
	policy_of(&story, 7, tight, FALSE);
	reckon(&story, RECKON_ANEW);
	expect_due(&story, "promise", T0 + 5);
	story.row->promise_due = T0 + 50 * H;
	expect_due(&story, "acknowledge", T0 + 2 * H);
	over(&story);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/clocks/a-whole-life", test_a_whole_life);
	kit_add_plain("/clocks/more-words-do-not-put-off", test_more_words_do_not_put_off);
	kit_add_plain("/clocks/pauses-while-waiting", test_pauses_while_waiting);
	kit_add_plain("/clocks/steps", test_steps);
	kit_add_plain("/clocks/nobody-to-tell", test_nobody_to_tell);
	kit_add_plain("/clocks/policy-changed-in-mid-flight", test_policy_changed_in_mid_flight);
	kit_add_plain("/clocks/policy-removed-and-another-fits", test_policy_removed_and_another_fits);
	kit_add_plain("/clocks/opened-again-and-merged", test_opened_again_and_merged);
	kit_add_plain("/clocks/a-life-lived-elsewhere", test_a_life_lived_elsewhere);
	kit_add_plain("/clocks/no-policy-no-clock", test_no_policy_no_clock);
	return kit_run();
}
