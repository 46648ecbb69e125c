/* test_guide.c - the six steps: what ticks each, hands before rules, marks kept and read back, joined by a merge, whole or not at all. */
#include "world.h"
#include "cases/guide.h"
#include "cases/step_samples.h"

static void
test_rules(void)
{
	static const struct { const char *what; GuideFacts facts; guint step; const char *how; } table[] = {
		{ "nothing", { .complaint = TRUE }, 0, NULL },
		{ "answered", { .answered_at = 5 }, 0, "answered" },
		{ "apology before empathy", { .marks = { .sign_at = { [SIGN_APOLOGY] = 9, [SIGN_EMPATHY] = 3 } } }, 1, "apology" },
		{ "empathy alone", { .marks = { .sign_at = { [SIGN_EMPATHY] = 3 } } }, 1, "empathy" },
		{ "asked", { .marks = { .sign_at = { [SIGN_QUESTION] = 3 } } }, 2, "question" },
		{ "offered", { .n_offered = 1 }, 3, "offered" },
		{ "options in words", { .marks = { .sign_at = { [SIGN_OPTIONS] = 3 } } }, 3, "options" },
		{ "promised", { .n_promised = 1 }, 4, "promised" },
		{ "promised and broken", { .n_promised = 1, .n_broken = 1 }, 4, NULL },
		{ "one broken, one kept", { .n_promised = 2, .n_broken = 1, .n_kept = 1 }, 4, "kept" },
		{ "given", { .n_given = 1, .n_broken = 1 }, 4, "given" },
		{ "followed up", { .followed_up_at = 7 }, 4, "followed_up" },
		{ "decided without a cause", { .complaint = TRUE, .decided_at = 5 }, 5, NULL },
		{ "decided", { .complaint = TRUE, .decided_at = 5, .has_cause = TRUE }, 5, "decided" },
		{ "a question that ended with a note", { .ended_at = 5, .has_notes = TRUE }, 5, "documented" },
		{ "a question with a note that goes on", { .has_notes = TRUE }, 5, NULL },
		{ "an action", { .complaint = TRUE, .n_actions = 1 }, 5, "learned" },
		{ "ticked by hand", { .marks = { .hand = { [3] = 1 }, .hand_at = { [3] = 4 } } }, 3, "hand" },
		{ "unticked by hand", { .answered_at = 5, .marks = { .hand = { [0] = -1 } } }, 0, NULL },
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		GuideStep steps[GUIDE_STEPS];

		guide_compute(&table[i].facts, steps);
		if (g_strcmp0(steps[table[i].step].how, table[i].how) != 0 || steps[table[i].step].done != (table[i].how != NULL))
			g_error("%s: %s", table[i].what, steps[table[i].step].how != NULL ? steps[table[i].step].how : "not done");
	}
}

static void
test_marks_round(void)
{
	static const char *const strange[] = { "", "x", "s", "s9 5 x\n", "h7 5 +\n", "s0 -5 x\n", "s0 5", "s0 99999999999999999999 x\n", "\n\n\n", "s0 5 \n", "h0 5 ", "s0 5 a very long row of words that nobody has ever kept there\n" };
	GuideMarks marks = { .sign_at = { [SIGN_OPTIONS] = 1795087320000 }, .hand = { [2] = -1, [5] = 1 }, .hand_at = { [2] = 7, [5] = 8 } }, again;
	g_autofree char *text = NULL;

	g_strlcpy(marks.sign_words[SIGN_OPTIONS], "we can \u2026 offer", sizeof marks.sign_words[0]);
	text = guide_marks_write(&marks);
	guide_marks_read(text, &again);
	g_assert_cmpmem(&marks, sizeof marks, &again, sizeof again);
	for (guint i = 0; i < G_N_ELEMENTS(strange); i++) {
		g_autofree char *out = NULL;

		guide_marks_read(strange[i], &again);
		out = guide_marks_write(&again);
		g_assert_nonnull(out);
	}
	guide_marks_read(NULL, &again);
}

static void
marks_of(Kit *kit, gint64 id, GuideMarks *ret)
{
	g_autoptr(Case) it = world_look(kit, id);

	guide_marks_read(it->guide, ret);
}

static void
test_answers_leave_marks(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	Actor ruth = world_actor(world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent"), "agent");
	g_autoptr(GError) error = NULL;
	GuideMarks marks;
	gint64 first;

	world_say(kit, id, "inbound", "I am sorry to bother you. Could you help me with it?", kit->actor);
	world_say(kit, id, "note", "I am sorry for her.", &ruth);
	marks_of(kit, id, &marks);
	g_assert_cmpint(marks.sign_at[SIGN_APOLOGY], ==, 0); /* neither theirs nor ours among ourselves */
	g_assert_true(message_add(kit->db, id, &(NewMessage){ .direction = "outbound", .body = "I am sorry, we have it.", .automatic = TRUE }, kit->actor, kit->now_ms, NULL, &error));
	marks_of(kit, id, &marks);
	g_assert_cmpint(marks.sign_at[SIGN_APOLOGY], ==, 0); /* nor a machine's */
	first = kit->now_ms += 1000;
	world_say(kit, id, "outbound", "I am so sorry.", &ruth);
	kit->now_ms += 1000;
	world_say(kit, id, "outbound", "We apologise once more. We can offer you a new one.", &ruth);
	marks_of(kit, id, &marks);
	g_assert_cmpint(marks.sign_at[SIGN_APOLOGY], ==, first); /* the first time counts */
	g_assert_cmpint(marks.sign_at[SIGN_OPTIONS], ==, kit->now_ms);
	/* Reopened, it goes on from there. */
	world_word(kit, TREE_ROOT_CAUSE, "Product");
	g_assert_true(case_move(kit->db, id, &(StageMove){ .stage = "resolved", .outcome = "upheld", .root_cause = "Product" }, kit->actor, kit->now_ms, &error));
	world_say(kit, id, "inbound", "It leaks again.", kit->actor);
	marks_of(kit, id, &marks);
	g_assert_cmpint(marks.sign_at[SIGN_APOLOGY], ==, first);
}

static void
test_joined_by_a_merge(Kit *kit)
{
	gint64 a = world_case(kit, "one"), b = world_case(kit, "two");
	Actor ruth = world_actor(world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent"), "agent");
	g_autoptr(GError) error = NULL;
	GuideMarks marks;

	world_say(kit, a, "outbound", "I am sorry.", &ruth);
	g_assert_true(guide_tick(kit->db, a, "learn", TRUE, kit->actor, kit->now_ms, &error));
	g_assert_true(case_merge(kit->db, a, b, kit->actor, kit->now_ms, &error));
	g_assert_no_error(error);
	marks_of(kit, b, &marks);
	g_assert_cmpint(marks.sign_at[SIGN_APOLOGY], !=, 0);
	g_assert_cmpint(marks.hand[5], ==, 1);
	g_assert_false(guide_tick(kit->db, a, "learn", FALSE, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

static gboolean
tick(Kit *kit, gpointer data, GError **error)
{
	return guide_tick(kit->db, *(gint64 *)data, "act", TRUE, kit->actor, kit->now_ms, error);
}

static void
unticked(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases WHERE guide <> ''"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'guide.ticked'"), ==, 0);
}

static void
test_ticked_whole_or_not_at_all(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");

	kit_torture(kit, tick, unticked, &id, 4);
}

static void
test_samples_for_every_step(Kit *kit)
{
	gint64 id = world_case_of(kit, (NewCase){ .channel = "phone", .severity = -1, .customer = { .name = "Ana Lima" } }), nobody = world_case(kit, "unknown");
	g_autoptr(Case) it = world_look(kit, id), other = world_look(kit, nobody);
	Actor german = *kit->actor;

	g_strlcpy(german.lang, "de", sizeof german.lang);
	for (guint i = 0; guide_steps[i] != NULL; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(json_t) english = step_samples(kit->db, it, guide_steps[i], kit->actor, kit->now_ms, &error), deutsch = step_samples(kit->db, other, guide_steps[i], &german, kit->now_ms, &error);

		g_assert_no_error(error);
		g_assert_cmpuint(json_array_size(english), >=, 1);
		g_assert_cmpuint(json_array_size(deutsch), >=, 1);
		g_assert_cmpuint(json_array_size(json_object_get(json_array_get(english, 0), "faults")), ==, 0);
		g_assert_cmpuint(json_array_size(json_object_get(json_array_get(deutsch, 0), "faults")), ==, 0);
		g_assert_cmpstr(json_text(json_array_get(english, 0), "text", ""), !=, json_text(json_array_get(deutsch, 0), "text", ""));
	}
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/guide/rules", test_rules);
	kit_add_plain("/guide/marks_round", test_marks_round);
	kit_add("/guide/answers_leave_marks", test_answers_leave_marks);
	kit_add("/guide/joined_by_a_merge", test_joined_by_a_merge);
	kit_add("/guide/ticked_whole_or_not_at_all", test_ticked_whole_or_not_at_all);
	kit_add("/guide/samples_for_every_step", test_samples_for_every_step);
	return kit_run();
}
