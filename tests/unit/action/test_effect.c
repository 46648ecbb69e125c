/* test_effect.c - a cause counted by weeks before an action was opened and since it was done, with what stands below it. */
#include "../cases/world.h"
#include "action/causes.h"
#include "action/effect.h"

#define WEEK (7 * MS_PER_DAY)

static void
add_cases(Kit *kit, const char *cause, gint64 from, int weeks, int a_week)
{
	for (int w = 0; w < weeks; w++)
		for (int i = 0; i < a_week; i++)
			world_case_of(kit, (NewCase){ .severity = -1, .root_cause = cause, .received_at = from + w * WEEK + (i + 1) * MS_PER_HOUR, .make_words = TRUE, .stage = "closed", .outcome = "upheld" });
}

static Action *
done_action(Kit *kit, const char *cause, gint64 opened, gint64 done)
{
	gint64 owner = world_user(kit, "Ellen Brandt", "ellen@example.org", "supervisor");
	g_autoptr(GError) error = NULL;
	char ref[16];
	Action *it;

	g_assert_true(action_open(kit->db, &(NewAction){ .title = "x", .root_cause = cause, .owner_id = owner, .due_at = opened + WEEK }, kit->actor, opened, ref, &error));
	if (done != 0)
		g_assert_true(action_end(kit->db, ref, 0, "done", "x", kit->actor, done, &error));
	it = action_get(kit->db, ref, &error);
	g_assert_no_error(error);
	return it;
}

static void
test_before_and_after(Kit *kit)
{
	const gint64 done = kit->now_ms - 8 * WEEK, opened = done - 3 * WEEK;
	g_autoptr(GError) error = NULL;
	g_autoptr(Action) it = NULL;
	g_autoptr(json_t) value = NULL, causes = NULL;
	Effect effect;

	add_cases(kit, "Supplier > Courier", opened - 8 * WEEK, 8, 5);
	add_cases(kit, "Supplier > Courier > North", opened - 8 * WEEK, 8, 1); /* below it counts */
	add_cases(kit, "Supplier > Courier", opened, 3, 9);                    /* meanwhile: neither */
	add_cases(kit, "Supplier > Courier", done, 8, 1);
	add_cases(kit, "Product", opened - 8 * WEEK, 8, 4);
	add_cases(kit, "Product", done, 8, 9);
	it = done_action(kit, "Supplier > Courier", opened, done);
	g_assert_true(effect_read(kit->db, it, kit->now_ms, &effect, &error));
	g_assert_cmpint(effect.weeks, ==, 8);
	g_assert_cmpint(effect.n_before, ==, 48);
	g_assert_cmpint(effect.of_before, ==, 80);
	g_assert_cmpint(effect.n_after, ==, 8);
	g_assert_cmpint(effect.of_after, ==, 80);
	g_assert_cmpint(effect.by_week[0][7], ==, 6);
	g_assert_cmpint(effect.by_week[1][0], ==, 1);
	g_assert_cmpstr(effect.verdict, ==, "fewer");
	value = effect_to_json(&effect);
	g_assert_cmpuint(json_array_size(json_object_get(value, "bars")), ==, 16);
	causes = causes_read(kit->db, done, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_cmpint(json_int(causes, "n", 0), ==, 80);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(causes, "rows"), 0), "path", ""), ==, "Product");
	g_assert_cmpint(json_int(json_array_get(json_object_get(causes, "rows"), 1), "n_done", 0), ==, 1);
}

static void
test_too_early_and_too_few(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Action) early = NULL;
	g_autoptr(json_t) value = NULL;
	Effect effect;

	add_cases(kit, "Supplier", kit->now_ms - 10 * WEEK, 8, 1);
	early = done_action(kit, "Supplier", kit->now_ms - 2 * WEEK, kit->now_ms - MS_PER_DAY);
	g_assert_true(effect_read(kit->db, early, kit->now_ms, &effect, &error));
	g_assert_cmpstr(effect.verdict, ==, "too_early");
	g_assert_cmpint(effect.n_before, ==, 8);
	/* A week later: nothing came of any cause, so there is nothing to measure by. */
	g_assert_true(effect_read(kit->db, early, kit->now_ms + WEEK, &effect, &error));
	g_assert_cmpstr(effect.verdict, ==, "unsure");
	value = effect_to_json(&effect);
	g_assert_true(json_is_null(json_object_get(value, "ratio")));
	/* Years later: no more weeks than there is room for. */
	g_assert_true(effect_read(kit->db, early, kit->now_ms + 300 * WEEK, &effect, &error));
	g_assert_cmpint(effect.weeks, ==, EFFECT_MAX_WEEKS);
}

static void
test_open_shows_what_was(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Action) it = NULL;
	g_autoptr(json_t) value = NULL;
	Effect effect;

	add_cases(kit, "Supplier", kit->now_ms - EFFECT_OPEN_WEEKS * WEEK, EFFECT_OPEN_WEEKS, 2);
	it = done_action(kit, "Supplier", kit->now_ms, 0);
	g_assert_true(effect_read(kit->db, it, kit->now_ms, &effect, &error));
	g_assert_cmpstr(effect.verdict, ==, "open");
	g_assert_cmpint(effect.n_before, ==, 2 * EFFECT_OPEN_WEEKS);
	value = effect_to_json(&effect);
	g_assert_true(json_is_null(json_object_get(value, "after")));
	g_assert_cmpuint(json_array_size(json_object_get(value, "bars")), ==, EFFECT_OPEN_WEEKS);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/effect/before_and_after", test_before_and_after);
	kit_add("/effect/too_early_and_too_few", test_too_early_and_too_few);
	kit_add("/effect/open_shows_what_was", test_open_shows_what_was);
	return kit_run();
}
