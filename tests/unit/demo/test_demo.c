/* test_demo.c - the demo tells the same year for the same seed, all of it, within its year, and with its outage. */
#include "demo/demo.h"
#include "kit/kit.h"
#include "store/refs.h"
#include <string.h>

/* Enough for the wave on SQLite; PostgreSQL is asked once a statement, so it gets fewer. */
static guint
n_cases(const Kit *kit)
{
	return kit->engine == DB_SQLITE ? 400 : 100;
}

static void
tell(Kit *kit, guint64 seed)
{
	g_autoptr(GError) error = NULL;
	DemoOptions options = { .n_cases = n_cases(kit), .seed = seed, .until_ms = kit->now_ms };

	g_assert_true(demo_make(kit_store(kit), &options, &error));
	g_assert_no_error(error);
}

/* A sum over what the cases say and when: order and numbers of rows besides. */
static gint64
fingerprint(Kit *kit)
{
	return kit_count(kit, "SELECT coalesce(sum(received_at % 100003 + length(subject) * 7 + n_messages * 31 + length(snippet) * 13), 0) FROM cases") +
	       kit_count(kit, "SELECT coalesce(sum(length(body) * 3 + said_at % 1009), 0) FROM messages");
}

static void
test_a_year_is_whole(Kit *kit)
{
	tell(kit, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases"), ==, n_cases(kit));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM messages"), >, 2 * n_cases(kit));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases WHERE resolved_at IS NOT NULL"), >, n_cases(kit) / 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases WHERE is_open"), >, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM users"), ==, 24);
	if (kit->engine == DB_SQLITE)
		g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases c JOIN categories k ON k.id = c.category_id WHERE k.path LIKE 'Website%'"), >, 0);
	/* Promises as agents make them: most are kept, none is left behind that is over, and each case knows its own. */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM promises"), >, n_cases(kit) / 4);
	if (kit->engine == DB_SQLITE) {
		g_assert_cmpint(kit_count(kit, "SELECT 100 * count(*) FILTER (WHERE state = 'kept') / count(*) FROM promises WHERE state IN ('kept', 'broken')"), >=, 82);
		g_assert_cmpint(kit_count(kit, "SELECT 100 * count(*) FILTER (WHERE state = 'kept') / count(*) FROM promises WHERE state IN ('kept', 'broken')"), <=, 94);
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM promises WHERE state = 'open' AND due_at < 1795087020000"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'promise.tick'"), ==, kit_count(kit, "SELECT count(*) FROM promises WHERE state = 'open'"));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases c WHERE n_promises <> (SELECT count(*) FROM promises p WHERE p.case_id = c.id) OR coalesce(promise_due_at, 0) <> coalesce((SELECT min(p.due_at) FROM promises p WHERE p.case_id = c.id AND p.state = 'open'), 0)"), ==, 0);
	/* A case's record reads in the order in which things happened. */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM (SELECT at, lag(at) OVER (PARTITION BY case_id ORDER BY id) AS before FROM events WHERE case_id IS NOT NULL) x WHERE before > at"), ==, 0);
	/* Nothing is told that has not happened yet, nor from before the year. */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE at > 1795087320000"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases WHERE received_at < 1763424000000"), ==, 0);
}

static void
test_the_same_seed_the_same_year(Kit *kit)
{
	static gint64 told[2]; /* by engine */
	gint64 *first = &told[kit->engine == DB_POSTGRES];

	tell(kit, 1);
	if (*first == 0)
		*first = fingerprint(kit);
	g_assert_cmpint(*first, !=, 0);
	g_assert_cmpint(fingerprint(kit), ==, *first);
}

typedef struct {
	guint n, n_taken;
} Draws;

/* Every other ref is the one that was there first. */
static void
draw_taken(char ret_ref[REF_SIZE], gpointer data)
{
	Draws *draws = data;

	ref_new(ret_ref);
	if (draws->n++ % 2 == 0) {
		g_strlcpy(ret_ref, "2222-2222", REF_SIZE);
		draws->n_taken++;
	}
}

static gboolean
draw_by(Db *db, gpointer data, GError **error)
{
	ref_draw_by(db, data != NULL ? draw_taken : NULL, data);
	return TRUE;
}

static void
test_a_year_of_taken_refs(Kit *kit)
{
	static const char *const tables[] = { "cases", "messages", "customers", "promises", "offers", "remedies", "survey_asked", "recoveries", "follow_ups", "actions", "users", "teams" };
	g_autoptr(GError) error = NULL;
	Draws draws = { 0 };

	if (kit->engine != DB_SQLITE) /* which has one connection that writes; both engines: tests/unit/store/test_refs.c */
		return;
	g_assert_true(store_write(kit_store(kit), draw_by, &draws, &error));
	tell(kit, 1);
	g_assert_true(store_write(kit_store(kit), draw_by, NULL, &error));
	g_assert_cmpuint(draws.n_taken, >, n_cases(kit));
	for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autofree char *all = g_strconcat("SELECT count(*) FROM ", tables[i], NULL), *first = g_strconcat(all, " WHERE ref = '2222-2222'", NULL);

		g_assert_cmpint(kit_count(kit, all), >, 2);
		g_assert_cmpint(kit_count(kit, first), ==, 1);
	}
}

static void
test_people_are_not_overwritten(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	DemoOptions options = { .n_cases = 1, .seed = 1, .until_ms = kit->now_ms };

	tell(kit, 1);
	g_assert_false(demo_make(kit_store(kit), &options, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases"), ==, n_cases(kit));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/demo/a_year_is_whole", test_a_year_is_whole);
	kit_add("/demo/the_same_seed_the_same_year", test_the_same_seed_the_same_year);
	kit_add("/demo/the_same_seed_again", test_the_same_seed_the_same_year);
	kit_add("/demo/a_year_of_taken_refs", test_a_year_of_taken_refs);
	kit_add("/demo/people_are_not_overwritten", test_people_are_not_overwritten);
	return kit_run();
}
