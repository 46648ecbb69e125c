/* test_assign.c - who gets a case: by hand, by turns, the least loaded, within capacity; and two at once. */
#include "world.h"
#include "org/team.h"

static void
test_choosing(void)
{
	static const AssignMember three[] = { { 1, 10, 5 }, { 2, 10, 2 }, { 3, 50, 10 } }, full[] = { { 1, 2, 2 }, { 2, 1, 3 } }, one_left[] = { { 1, 2, 2 }, { 2, 3, 2 }, { 3, 1, 1 } };

	g_assert_cmpuint(assign_choose(three, 3, "least_loaded", 0), ==, 1); /* a fifth in use, as the third, but first */
	g_assert_cmpuint(assign_choose(three, 3, "round_robin", 0), ==, 0);
	g_assert_cmpuint(assign_choose(three, 3, "round_robin", 1), ==, 1);
	g_assert_cmpuint(assign_choose(three, 3, "round_robin", 3), ==, 0);
	g_assert_cmpuint(assign_choose(three, 3, "round_robin", 99), ==, 0);
	g_assert_cmpuint(assign_choose(full, 2, "least_loaded", 0), ==, 2);
	g_assert_cmpuint(assign_choose(full, 2, "round_robin", 0), ==, 2);
	g_assert_cmpuint(assign_choose(one_left, 3, "round_robin", 2), ==, 1);
	g_assert_cmpuint(assign_choose(NULL, 0, "round_robin", 0), ==, 0);
}

typedef struct {
	gint64 team, users[3], case_id;
} Office;

/* A team of three, each with room for two. */
static Office
office(Kit *kit)
{
	static const char *const mails[] = { "a@example.org", "b@example.org", "c@example.org" };
	g_autoptr(GError) error = NULL;
	g_autoptr(Team) team = team_add(kit->db, "Billing", "round_robin", kit->actor, kit->now_ms, &error);
	Office out = { .team = team->id };

	g_assert_no_error(error);
	for (int i = 0; i < 3; i++) {
		g_autoptr(User) user = user_add(kit->db, &(NewUser){ .email = mails[i], .name = mails[i], .role = "agent", .team_id = team->id, .capacity = 2 }, kit->actor, kit->now_ms, &error);

		g_assert_no_error(error);
		out.users[i] = user->id;
	}
	return out;
}

static gint64
give(Kit *kit, const Office *office, const char *how)
{
	g_autoptr(GError) error = NULL;
	gint64 user = -1;

	case_assign_auto(kit->db, world_case(kit, "x"), 0, office->team, how, kit->actor, kit->now_ms, &user, &error);
	g_assert_no_error(error);
	return user;
}

static void
test_by_turns_until_all_are_full(Kit *kit)
{
	Office team = office(kit);

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 3; i++)
			g_assert_cmpint(give(kit, &team, "round_robin"), ==, team.users[i]);
	g_assert_cmpint(give(kit, &team, "round_robin"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases WHERE owner_id IS NULL AND team_id IS NOT NULL"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices WHERE kind = 'assigned'"), ==, 6);
}

static void
test_the_least_loaded(Kit *kit)
{
	Office team = office(kit);
	g_autoptr(GError) error = NULL;

	g_assert_true(case_assign(kit->db, world_case(kit, "x"), 0, team.users[0], team.team, kit->actor, kit->now_ms, &error));
	g_assert_cmpint(give(kit, &team, "least_loaded"), ==, team.users[1]);
	g_assert_cmpint(give(kit, &team, "least_loaded"), ==, team.users[2]);
	g_assert_cmpint(give(kit, &team, "least_loaded"), ==, team.users[0]);
}

static void
test_by_hand(Kit *kit)
{
	Office team = office(kit);
	gint64 id = world_case(kit, "x");
	Actor agent = world_actor(team.users[0], "agent");
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = NULL, free_again = NULL;

	g_assert_true(case_assign(kit->db, id, 1, team.users[0], team.team, &agent, kit->now_ms, &error));
	it = world_look(kit, id);
	g_assert_cmpint(it->owner_id, ==, team.users[0]);
	g_assert_cmpstr(it->team_name, ==, "Billing");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices"), ==, 0); /* they took it themselves */
	g_assert_true(case_assign(kit->db, id, 0, team.users[0], 0, &agent, kit->now_ms, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'case.assigned'"), ==, 1); /* nothing new, nothing said */
	g_assert_false(case_assign(kit->db, id, 1, team.users[1], 0, &agent, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_false(case_assign(kit->db, id, 0, 4711, 0, &agent, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/owner"));
	g_clear_error(&error);
	g_assert_false(case_assign(kit->db, id, 0, 0, 4711, &agent, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/team"));
	g_clear_error(&error);
	g_assert_false(case_assign_auto(kit->db, id, 0, team.team, "by_whim", &agent, kit->now_ms, NULL, &error));
	g_assert_true(world_at_fault(&error, "/how"));
	g_clear_error(&error);
	g_assert_true(case_assign(kit->db, id, 0, 0, 0, &agent, kit->now_ms, &error));
	free_again = world_look(kit, id);
	g_assert_cmpint(free_again->owner_id, ==, 0);
	g_assert_cmpint(free_again->team_id, ==, team.team);
}

typedef struct {
	Store *store;
	gint64 case_id, team_id, now_ms;
} Hand;

static gboolean
assign_work(Db *db, gpointer data, GError **error)
{
	Hand *hand = data;

	return case_assign_auto(db, hand->case_id, 0, hand->team_id, "least_loaded", actor_system(), hand->now_ms, NULL, error);
}

static gpointer
assign_thread(gpointer data)
{
	Hand *hand = data;
	g_autoptr(GError) error = NULL;

	store_write(hand->store, assign_work, hand, &error);
	g_assert_no_error(error);
	return NULL;
}

static void
test_many_at_once_keep_within_capacity(Kit *kit)
{
	enum { N = 8 };
	Office team = office(kit);
	Hand hands[N];
	GThread *threads[N];

	for (int i = 0; i < N; i++)
		hands[i] = (Hand){ .case_id = world_case(kit, "x"), .team_id = team.team, .now_ms = kit->now_ms };
	for (int i = 0; i < N; i++)
		hands[i].store = kit_store(kit);
	for (int i = 0; i < N; i++)
		threads[i] = g_thread_new("assign", assign_thread, &hands[i]);
	for (int i = 0; i < N; i++)
		g_thread_join(threads[i]);
	g_assert_cmpint(kit_count(kit, "SELECT max(n) FROM (SELECT count(*) AS n FROM cases WHERE owner_id IS NOT NULL GROUP BY owner_id) AS loads"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases WHERE owner_id IS NULL"), ==, 2);
}

static gboolean
assign_auto(Kit *kit, gpointer data, GError **error)
{
	Office *team = data;

	return case_assign_auto(kit->db, team->case_id, 0, team->team, "round_robin", kit->actor, kit->now_ms, NULL, error);
}

static void
unassigned(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases WHERE owner_id IS NOT NULL OR version > 1"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	Office team = office(kit);

	team.case_id = world_case(kit, "x");
	kit_torture(kit, assign_auto, unassigned, &team, 8);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/assign/choosing", test_choosing);
	kit_add("/assign/by-turns-until-all-are-full", test_by_turns_until_all_are_full);
	kit_add("/assign/the-least-loaded", test_the_least_loaded);
	kit_add("/assign/by-hand", test_by_hand);
	kit_add("/assign/many-at-once-keep-within-capacity", test_many_at_once_keep_within_capacity);
	kit_add("/assign/torture", test_torture);
	return kit_run();
}
