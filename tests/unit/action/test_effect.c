/* test_effect.c - a cause counted by weeks before an action was opened and since it was done, with what stands below it. */
#include "../cases/world.h"
#include "action/causes.h"
#include "action/effects.h"

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
	g_autoptr(User) known = user_find_email(kit->db, "ellen@example.org", NULL);
	gint64 owner = known != NULL ? known->id : world_user(kit, "Ellen Brandt", "ellen@example.org", "supervisor");
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

/* All that is done, the best first, what cannot be told last; open ones are not there. */
static void
test_all_of_them(Kit *kit)
{
	const gint64 done = kit->now_ms - 8 * WEEK, opened = done - 3 * WEEK;
	static const struct { const char *sort, *first, *second, *last; } orders[] = {
		{ "effect", "Supplier", "Product", "Policy" }, { "cause", "Policy", "Product", "Supplier" }, { "done", "Policy", "Supplier", "Product" } };
	g_autoptr(Action) a = NULL, b = NULL, c = NULL, d = NULL;
	g_autoptr(GError) error = NULL;

	add_cases(kit, "Supplier", opened - 8 * WEEK, 8, 6);
	add_cases(kit, "Supplier", done, 8, 1);
	add_cases(kit, "Product", opened - 8 * WEEK, 8, 4);
	add_cases(kit, "Product", done, 8, 9);
	add_cases(kit, "Policy", opened - 8 * WEEK, 8, 1);
	a = done_action(kit, "Supplier", opened, done);
	b = done_action(kit, "Product", opened, done - MS_PER_HOUR);
	c = done_action(kit, "Policy", opened, kit->now_ms - MS_PER_DAY);
	d = done_action(kit, "Supplier", opened, 0);
	for (guint i = 0; i < G_N_ELEMENTS(orders); i++) {
		g_autoptr(json_t) value = effects_read(kit->db, orders[i].sort, kit->now_ms, &error);
		const json_t *list = json_object_get(value, "effects");

		g_assert_no_error(error);
		g_assert_cmpuint(json_array_size(list), ==, 3);
		g_assert_cmpstr(json_text(json_array_get(list, 0), "about", ""), ==, orders[i].first);
		g_assert_cmpstr(json_text(json_array_get(list, 1), "about", ""), ==, orders[i].second);
		g_assert_cmpstr(json_text(json_array_get(list, 2), "about", ""), ==, orders[i].last);
		g_assert_cmpint(json_int(value, "n_fewer", -1), ==, 1);
		g_assert_cmpint(json_int(value, "n_more", -1), ==, 1);
		g_assert_cmpint(json_int(value, "n_unsure", -1), ==, 1);
	}
}

/* Against the time before: where chance alone hardly does it. */
static void
test_trend(Kit *kit)
{
	const gint64 from = kit->now_ms - 4 * WEEK;
	static const struct { const char *path, *trend; int before, now; } causes[] = { { "Rises", "more", 2, 12 }, { "Falls", "fewer", 12, 2 }, { "Stays", "unsure", 8, 8 } };
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) value = NULL;
	json_t *one;
	size_t i;

	for (guint k = 0; k < G_N_ELEMENTS(causes); k++) {
		add_cases(kit, causes[k].path, from - 4 * WEEK, 4, causes[k].before);
		add_cases(kit, causes[k].path, from, 4, causes[k].now);
	}
	value = causes_read(kit->db, from, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(json_array_size(json_object_get(value, "rows")), ==, 3);
	json_array_foreach(json_object_get(value, "rows"), i, one) {
		for (guint k = 0; k < G_N_ELEMENTS(causes); k++)
			if (strcmp(json_text(one, "path", ""), causes[k].path) == 0) {
				g_assert_cmpstr(json_text(one, "trend", ""), ==, causes[k].trend);
				g_assert_cmpint(json_int(one, "n", 0), ==, 4 * causes[k].now);
			}
		g_assert_cmpuint(json_array_size(json_object_get(one, "weeks")), ==, 4);
	}
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/effect/before_and_after", test_before_and_after);
	kit_add("/effect/too_early_and_too_few", test_too_early_and_too_few);
	kit_add("/effect/open_shows_what_was", test_open_shows_what_was);
	kit_add("/effect/all_of_them", test_all_of_them);
	kit_add("/effect/trend", test_trend);
	return kit_run();
}
