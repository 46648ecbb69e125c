/* story.h - a case as its clocks know it, told step by step; for the tests of the pure rules. */
#pragma once
#include "kit/kit.h"
#include "promise/case_clocks.h"
#include <string.h>

#define H MS_PER_HOUR
#define D MS_PER_DAY
#define T0 G_GINT64_CONSTANT(1795087320000) /* Thursday 2026-11-19 11:22 UTC */

typedef struct {
	ClockBook book;
	ClockFacts facts;
	ClockRow *row;
	GArray *ends, *told;
	gint64 now;
} Story;

static inline ClockPolicy *
policy_of(Story *story, gint64 id, const char *const targets[CLOCKS], gboolean pauses)
{
	ClockPolicy *policy = g_new0(ClockPolicy, 1);

	policy->id = id;
	policy->ref = g_strdup_printf("P%d", (int)id);
	policy->severity = POLICY_ANY;
	policy->active = TRUE;
	policy->calendar_id = 1;
	policy->lead_after = 60;
	policy->owner_after = 240;
	for (guint i = 0; i < CLOCKS; i++) {
		g_assert_true(target_read(targets[i] != NULL ? targets[i] : "", &policy->targets[i]));
		policy->targets[i].pauses = pauses && i != CLOCK_FINAL;
	}
	g_ptr_array_add(story->book.policies, policy);
	return policy;
}

static const char *const usual[CLOCKS] = { "24 hours", "36 hours", "48 hours", "7 days", "28 days", "56 days", "5 days" };
static const char *const tight[CLOCKS] = { "2 hours", "3 hours", "4 hours", "1 day", "3 days", "56 days", "5 days" };

static inline void
begin(Story *story)
{
	static const gint64 one = 1;

	memset(story, 0, sizeof *story);
	story->book.policies = g_ptr_array_new_with_free_func((GDestroyNotify)clock_policy_free);
	story->book.calendars = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)calendar_free);
	g_hash_table_insert(story->book.calendars, g_memdup2(&one, sizeof one), calendar_new_always("UTC"));
	story->row = clock_row_new();
	story->ends = g_array_new(FALSE, FALSE, sizeof(ClockEnd));
	story->told = g_array_new(FALSE, FALSE, sizeof(ClockTold));
	story->now = T0;
	story->facts = (ClockFacts){ .received_at = T0, .stage_at = T0, .last_inbound_at = T0, .last_message_at = T0, .severity = 1, .kind = "complaint",
		.channel = "form", .stage = "received", .is_open = TRUE };
}

static inline void
over(Story *story)
{
	g_ptr_array_unref(story->book.policies);
	g_hash_table_unref(story->book.calendars);
	clock_row_free(story->row);
	g_array_unref(story->ends);
	g_array_unref(story->told);
}

static inline void
reckon(Story *story, ReckonWhy why)
{
	const Reckon how = { &story->book, clock_policy_choose(story->book.policies, &(PolicyCase){ .kind = story->facts.kind, .severity = story->facts.severity }), why, story->now };

	g_array_set_size(story->ends, 0);
	clocks_reckon(&how, &story->facts, story->row, story->ends);
	story->row->stored = TRUE;
}

static inline void
pass(Story *story, gint64 now)
{
	story->now = now;
	g_array_set_size(story->told, 0);
	clocks_pass(&story->book, story->facts.is_open, now, story->row, story->told);
}

static inline void
expect_due(Story *story, const char *kind, gint64 at)
{
	const char *got = NULL;
	gint64 due = -1, soon = -1;

	clocks_next_due(&story->book, story->row, story->facts.is_open, &due, &soon, &got);
	g_assert_cmpstr(got, ==, kind);
	g_assert_cmpint(due, ==, at);
}

static inline void
expect_end(Story *story, guint i, ClockKind clock, gboolean missed, gboolean told)
{
	const ClockEnd *end = &g_array_index(story->ends, ClockEnd, i);

	g_assert_cmpuint(i, <, story->ends->len);
	g_assert_cmpint(end->clock, ==, clock);
	g_assert_cmpint(end->missed, ==, missed);
	g_assert_cmpint(end->told, ==, told);
}

static inline void
expect_told(Story *story, guint i, ClockKind clock, ClockStep step)
{
	g_assert_cmpuint(i, <, story->told->len);
	g_assert_cmpint(g_array_index(story->told, ClockTold, i).clock, ==, clock);
	g_assert_cmpint(g_array_index(story->told, ClockTold, i).step, ==, step);
}

static inline void
we_say(Story *story, gint64 at, gboolean automatic)
{
	story->now = at;
	if (story->facts.acknowledged_at == 0)
		story->facts.acknowledged_at = at;
	story->facts.stage = "acknowledged";
	if (automatic)
		return;
	if (story->facts.first_response_at == 0)
		story->facts.first_response_at = at;
	story->facts.last_message_at = at;
}

static inline void
they_say(Story *story, gint64 at)
{
	story->now = at;
	story->facts.last_inbound_at = story->facts.last_message_at = at;
	story->facts.waiting = FALSE;
}
