/* test_clock_unsaid.c - an answer is taken back: what it had done to the clocks is undone, and what they had told stays told. Pure, by stories of one case; the case
 * itself: flow/test_mail_unsaid.c. */
#include "story.h"

/* All of a row in one line. */
static char *
line_of(const ClockRow *row)
{
	GString *out = g_string_new(NULL);

	for (guint k = 0; k < CLOCKS; k++)
		g_string_append_printf(out, "%s %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%d ", clock_words[k], row->due[k], row->met[k], row->level[k]);
	g_string_append_printf(out, "answer %" G_GINT64_FORMAT " update %" G_GINT64_FORMAT " resolve %" G_GINT64_FORMAT " next %" G_GINT64_FORMAT, row->answer_from, row->update_from, row->resolve_from, row->next_at);
	for (guint i = 0; row->pauses != NULL && i < row->pauses->len; i++)
		g_string_append_printf(out, " %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, g_array_index(row->pauses, Pause, i).from_ms, g_array_index(row->pauses, Pause, i).to_ms);
	return g_string_free(out, FALSE);
}

/* The results that do not hold any more. */
static GArray *
unsay(Story *story, const ClockUnsaid *it, const ClockFacts *before)
{
	GArray *undone = g_array_new(FALSE, FALSE, sizeof(ClockUndone));

	clocks_unsay(&story->book, it, story->row, undone);
	story->facts = *before;
	reckon(story, RECKON_LIFE);
	return undone;
}

static const ClockUndone *
undone_of(const GArray *undone, ClockKind clock)
{
	for (guint i = 0; i < undone->len; i++)
		if (g_array_index(undone, ClockUndone, i).clock == clock)
			return &g_array_index(undone, ClockUndone, i);
	return NULL;
}

static void
start(Story *story)
{
	begin(story);
	policy_of(story, 7, usual, TRUE);
	reckon(story, RECKON_LIFE);
}

static void
answer_at(Story *story, gint64 at)
{
	we_say(story, at, FALSE);
	story->facts.waiting = TRUE;
	reckon(story, RECKON_LIFE);
}

static void
test_a_first_answer(void)
{
	g_autoptr(GArray) undone = NULL;
	g_autofree char *before = NULL, *after = NULL;
	ClockFacts facts;
	Story story;

	start(&story);
	before = line_of(story.row);
	facts = story.facts;
	answer_at(&story, T0 + 2 * H);
	g_assert_cmpuint(story.row->pauses->len, ==, 1);
	story.now += 9000;
	undone = unsay(&story, &(ClockUnsaid){ .written_at = T0 + 2 * H, .acknowledged_at = T0 + 2 * H, .first_response_at = T0 + 2 * H, .ended_at = T0 + 2 * H, .waits_from = T0 }, &facts);
	after = line_of(story.row);
	g_assert_cmpstr(after, ==, before);
	g_assert_cmpuint(story.ends->len, ==, 0);
	g_assert_cmpint(undone_of(undone, CLOCK_ACKNOWLEDGE)->met_ms, ==, T0 + 2 * H);
	g_assert_false(undone_of(undone, CLOCK_RESPOND)->told);
	g_assert_nonnull(undone_of(undone, CLOCK_ANSWER));
	g_assert_null(undone_of(undone, CLOCK_RESOLVE));
	over(&story);
}

/* Acknowledged by a machine before: that stands. Of a clock that is kept once only what it kept is undone. */
static void
test_acknowledged_before(void)
{
	g_autoptr(GArray) undone = NULL;
	ClockFacts facts;
	Story story;

	start(&story);
	we_say(&story, T0 + 1 * H, TRUE);
	reckon(&story, RECKON_LIFE);
	facts = story.facts;
	answer_at(&story, T0 + 2 * H);
	undone = unsay(&story, &(ClockUnsaid){ .written_at = T0 + 2 * H, .acknowledged_at = T0 + 2 * H, .first_response_at = T0 + 2 * H, .ended_at = T0 + 2 * H, .waits_from = T0 }, &facts);
	g_assert_null(undone_of(undone, CLOCK_ACKNOWLEDGE));
	g_assert_cmpint(story.row->met[CLOCK_ACKNOWLEDGE], ==, T0 + 1 * H);
	g_assert_cmpint(story.row->met[CLOCK_RESPOND], ==, 0);
	over(&story);
}

static void
test_told_once(void)
{
	g_autoptr(GArray) undone = NULL;
	g_autofree char *before = NULL, *after = NULL;
	ClockFacts facts;
	Story story;

	start(&story);
	pass(&story, T0 + 50 * H); /* all three are late, and told so */
	facts = story.facts;
	before = line_of(story.row);
	answer_at(&story, T0 + 50 * H + 1);
	g_assert_cmpuint(story.ends->len, ==, 3);
	story.now += 5000;
	undone = unsay(&story, &(ClockUnsaid){ .written_at = T0 + 50 * H + 1, .acknowledged_at = T0 + 50 * H + 1, .first_response_at = T0 + 50 * H + 1, .ended_at = T0 + 50 * H + 1, .waits_from = T0 }, &facts);
	after = line_of(story.row);
	g_assert_cmpstr(after, ==, before);
	g_assert_true(undone_of(undone, CLOCK_ACKNOWLEDGE)->told && undone_of(undone, CLOCK_RESPOND)->told && undone_of(undone, CLOCK_ANSWER)->told);
	pass(&story, T0 + 50 * H + 6000);
	g_assert_cmpuint(story.told->len, ==, 0);
	pass(&story, T0 + 52 * H); /* what comes next is told: those who lead the owner */
	expect_told(&story, story.told->len - 1, CLOCK_ANSWER, STEP_OWNER);
	over(&story);
}

/* Late when it was answered, and nobody had been told: it is, once. */
static void
test_late_and_not_told(void)
{
	g_autoptr(GArray) undone = NULL;
	ClockFacts facts;
	Story story;

	start(&story);
	facts = story.facts;
	answer_at(&story, T0 + 25 * H);
	expect_end(&story, 0, CLOCK_ACKNOWLEDGE, TRUE, FALSE);
	undone = unsay(&story, &(ClockUnsaid){ .written_at = T0 + 25 * H, .acknowledged_at = T0 + 25 * H, .first_response_at = T0 + 25 * H, .ended_at = T0 + 25 * H, .waits_from = T0 }, &facts);
	g_assert_false(undone_of(undone, CLOCK_ACKNOWLEDGE)->told);
	pass(&story, T0 + 25 * H);
	expect_told(&story, 0, CLOCK_ACKNOWLEDGE, STEP_BREACH);
	pass(&story, T0 + 25 * H);
	g_assert_cmpuint(story.told->len, ==, 0);
	over(&story);
}

static void
test_pauses(void)
{
	g_autoptr(GArray) undone = NULL, other = NULL, third = NULL;
	g_autofree char *before = NULL, *after = NULL;
	ClockFacts facts;
	Story story;

	/* A second answer while the case waits: the pause is the first one's, and so is the clock of the next word. */
	start(&story);
	answer_at(&story, T0 + 1 * H);
	facts = story.facts;
	before = line_of(story.row);
	answer_at(&story, T0 + 3 * D);
	expect_end(&story, 0, CLOCK_UPDATE, FALSE, FALSE);
	g_assert_true(clocks_waited(story.row, T0 + 3 * D, 0, 0, FALSE));
	undone = unsay(&story, &(ClockUnsaid){ .written_at = T0 + 3 * D, .ended_at = T0 + 3 * D, .our_last_at = T0 + 1 * H, .waits = TRUE }, &facts);
	after = line_of(story.row);
	g_assert_cmpstr(after, ==, before);
	g_assert_cmpint(undone_of(undone, CLOCK_UPDATE)->met_ms, ==, T0 + 3 * D);
	over(&story);
	/* The one that began the pause goes: from the next answer on it waits. */
	start(&story);
	answer_at(&story, T0 + 1 * H);
	g_assert_false(clocks_waited(story.row, T0 + 1 * H, 0, 0, FALSE));
	answer_at(&story, T0 + 5 * H);
	facts = story.facts;
	facts.acknowledged_at = facts.first_response_at = T0 + 5 * H;
	other = unsay(&story, &(ClockUnsaid){ .written_at = T0 + 1 * H, .acknowledged_at = T0 + 1 * H, .first_response_at = T0 + 1 * H, .ended_at = T0 + 1 * H, .next_said_at = T0 + 5 * H,
		.next_written_at = T0 + 5 * H, .our_last_at = T0 + 5 * H, .waits = TRUE }, &facts);
	g_assert_cmpuint(story.row->pauses->len, ==, 1);
	g_assert_cmpint(g_array_index(story.row->pauses, Pause, 0).from_ms, ==, T0 + 5 * H);
	g_assert_cmpint(story.row->met[CLOCK_RESPOND], ==, T0 + 5 * H);
	expect_end(&story, 1, CLOCK_RESPOND, FALSE, FALSE);
	g_assert_cmpint(undone_of(other, CLOCK_ANSWER)->instead_ms, ==, T0 + 5 * H);
	over(&story);
	/* One that is over, since the customer wrote: it never was. */
	start(&story);
	answer_at(&story, T0 + 1 * H);
	they_say(&story, T0 + 3 * D);
	reckon(&story, RECKON_LIFE);
	g_assert_cmpint(story.row->due[CLOCK_RESOLVE], ==, T0 + 28 * D + 3 * D - 1 * H);
	facts = story.facts;
	facts.acknowledged_at = facts.first_response_at = 0;
	third = unsay(&story, &(ClockUnsaid){ .written_at = T0 + 1 * H, .acknowledged_at = T0 + 1 * H, .first_response_at = T0 + 1 * H, .ended_at = T0 + 1 * H, .waits_from = T0 }, &facts);
	g_assert_cmpuint(story.row->pauses->len, ==, 0);
	g_assert_cmpint(story.row->due[CLOCK_RESOLVE], ==, T0 + 28 * D);
	g_assert_cmpint(story.row->due[CLOCK_ANSWER], ==, T0 + 48 * H); /* from their first words */
	over(&story);
}

static void
test_resolved_with_it(void)
{
	g_autoptr(GArray) undone = NULL;
	g_autofree char *before = NULL, *after = NULL;
	ClockFacts facts;
	Story story;

	start(&story);
	answer_at(&story, T0 + 1 * H);
	facts = story.facts;
	before = line_of(story.row);
	answer_at(&story, T0 + 2 * D);
	story.facts.stage = "resolved";
	story.facts.is_open = story.facts.waiting = FALSE;
	story.facts.resolved_at = story.facts.stage_at = T0 + 2 * D;
	reckon(&story, RECKON_LIFE);
	g_assert_cmpint(story.row->due[CLOCK_FOLLOW_UP], !=, 0);
	g_assert_true(clocks_waited(story.row, T0 + 2 * D, 0, 0, FALSE)); /* the move ended its pause */
	story.now += 5000;
	undone = unsay(&story, &(ClockUnsaid){ .written_at = T0 + 2 * D, .resolved_at = T0 + 2 * D, .ended_at = T0 + 2 * D, .our_last_at = T0 + 1 * H, .waits = TRUE }, &facts);
	after = line_of(story.row);
	g_assert_cmpstr(after, ==, before);
	g_assert_nonnull(undone_of(undone, CLOCK_RESOLVE));
	g_assert_nonnull(undone_of(undone, CLOCK_FINAL));
	over(&story);
}

static void
test_no_policy(void)
{
	g_autoptr(GArray) undone = NULL;
	ClockFacts facts;
	Story story;

	begin(&story);
	reckon(&story, RECKON_LIFE);
	facts = story.facts;
	answer_at(&story, T0 + 1 * H);
	undone = unsay(&story, &(ClockUnsaid){ .written_at = T0 + 1 * H, .acknowledged_at = T0 + 1 * H, .first_response_at = T0 + 1 * H, .ended_at = T0 + 1 * H, .waits_from = T0 }, &facts);
	expect_due(&story, NULL, 0);
	g_assert_cmpuint(story.row->pauses->len, ==, 0);
	over(&story);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/clocks/unsaid/a-first-answer", test_a_first_answer);
	kit_add_plain("/clocks/unsaid/acknowledged-before", test_acknowledged_before);
	kit_add_plain("/clocks/unsaid/told-once", test_told_once);
	kit_add_plain("/clocks/unsaid/late-and-not-told", test_late_and_not_told);
	kit_add_plain("/clocks/unsaid/pauses", test_pauses);
	kit_add_plain("/clocks/unsaid/resolved-with-it", test_resolved_with_it);
	kit_add_plain("/clocks/unsaid/no-policy", test_no_policy);
	return kit_run();
}
