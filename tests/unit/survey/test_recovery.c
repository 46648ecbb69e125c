/* A low score: whose task it becomes, its clock to the millisecond, done with words, turned around, and a mistaken scale. */
#include "felt.h"

typedef struct {
	gint64 ruth, ellen, jonas, team;
} People;

static People
people(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	People who = { world_user(kit, "Ruth", "ruth@example.org", "agent"), world_user(kit, "Ellen", "ellen@example.org", "supervisor"), world_user(kit, "Jonas", "jonas@example.org", "agent"), 0 };
	g_autoptr(Team) team = team_add(kit->db, "Care", "hand", kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	who.team = team->id;
	return who;
}

static void
lead(Kit *kit, gint64 team_id, gint64 user_id)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, NULL);

	g_assert_true(team_set_lead_in(kit->db, team_id, user_id, kit->actor, kit->now_ms, NULL));
	g_assert_true(db_tx_commit(tx, NULL));
}

static void
test_whose_it_becomes(Kit *kit)
{
	People who = people(kit);
	gint64 got = -1;

	g_assert_true(recovery_assignee(kit->db, who.ruth, who.team, &got, NULL));
	g_assert_cmpint(got, ==, who.ellen); /* nobody leads: a supervisor */
	lead(kit, who.team, who.jonas);
	g_assert_true(recovery_assignee(kit->db, who.ruth, who.team, &got, NULL));
	g_assert_cmpint(got, ==, who.jonas);
	g_assert_true(recovery_assignee(kit->db, who.jonas, who.team, &got, NULL));
	g_assert_cmpint(got, ==, who.ellen); /* not one's own */
	g_assert_true(recovery_assignee(kit->db, who.ellen, 0, &got, NULL));
	g_assert_cmpint(got, ==, 0); /* nobody is left */
}

static Recovery *
opened(Kit *kit, gint64 asked_id)
{
	g_autoptr(GError) error = NULL;
	Recovery *it = recovery_find_asked(kit->db, asked_id, &error);

	g_assert_no_error(error);
	return it;
}

static Asked *
low(Kit *kit, const char *standard, const char *score)
{
	g_autoptr(GError) error = NULL;
	Asked *asked;

	felt_house(kit);
	felt_survey(kit, standard);
	asked = felt_sent(kit, "ann@customer.example", NULL);
	felt_answer(kit, asked->id, score, "Nobody rang.", FALSE, &error);
	g_assert_no_error(error);
	return asked;
}

static void
bar(Kit *kit, const char *standard, const char *score, gint64 n)
{
	g_autoptr(Asked) asked = low(kit, standard, score);

	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM recoveries"), ==, n);
}

static void test_csat_2(Kit *kit) { bar(kit, "csat", "2", 1); }
static void test_csat_3(Kit *kit) { bar(kit, "csat", "3", 0); }
static void test_nps_6(Kit *kit) { bar(kit, "nps", "6", 1); }
static void test_nps_7(Kit *kit) { bar(kit, "nps", "7", 0); }
static void test_ces_3(Kit *kit) { bar(kit, "ces", "3", 1); }
static void test_ces_4(Kit *kit) { bar(kit, "ces", "4", 0); }

static void
test_its_clock(Kit *kit)
{
	People who = people(kit);
	g_autoptr(Asked) asked = low(kit, "csat", "1");
	g_autoptr(Recovery) it = opened(kit, asked->id), late = NULL;
	gint64 n_open = 0, n_late = 0, mine = 0;

	g_assert_cmpint(it->assignee_id, ==, who.ellen);
	g_assert_cmpint(it->due_at, ==, kit->now_ms + MS_PER_DAY);
	g_assert_cmpint(felt_number(kit, "SELECT count(*) AS value FROM notices WHERE kind = 'recovery' AND user_id = ", who.ellen), ==, 1);
	kit->now_ms = it->due_at - 1;
	felt_run(kit);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'recovery.late'"), ==, 0);
	kit->now_ms += 1;
	felt_run(kit);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'recovery.late'"), ==, 1);
	late = opened(kit, asked->id);
	g_assert_cmpint(late->late_at, ==, it->due_at);
	g_assert_cmpint(felt_number(kit, "SELECT count(*) AS value FROM notices WHERE kind = 'recovery' AND user_id = ", who.ellen), ==, 2);
	g_assert_true(recovery_counts(kit->db, who.ellen, &n_open, &n_late, &mine, NULL));
	g_assert_cmpint(n_open + n_late + mine, ==, 3);
}

static gboolean
done(Kit *kit, const Recovery *it, const char *words, const Actor *actor, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);

	return recovery_done_in(kit->db, it, words, actor, kit->now_ms, error) && db_tx_commit(tx, error);
}

static void
test_done_once_with_words(Kit *kit)
{
	People who = people(kit);
	Actor ellen = world_actor(who.ellen, "supervisor"), otto = world_actor(who.jonas, "auditor");
	g_autoptr(Asked) asked = low(kit, "csat", "1");
	g_autoptr(Recovery) it = opened(kit, asked->id);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = NULL;

	g_assert_false(done(kit, it, "  ", &ellen, &error));
	g_assert_true(world_at_fault(&error, "/words"));
	g_clear_error(&error);
	g_assert_false(done(kit, it, "Rang her.", &otto, &error));
	g_assert_error(error, ERR, ERR_DENIED);
	g_clear_error(&error);
	g_assert_true(done(kit, it, "Rang her, sent a new kettle.", &ellen, &error));
	g_assert_false(done(kit, it, "Me too.", &ellen, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	kit->now_ms = it->due_at;
	felt_run(kit);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events WHERE kind = 'recovery.late'"), ==, 0);
	list = recovery_list(kit->db, &(RecoveryAsk){ .state = "done", .in_time_only = TRUE, .limit = 10 }, NULL);
	g_assert_cmpint(json_array_size(json_object_get(list, "recoveries")), ==, 1);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(list, "recoveries"), 0), "said", ""), ==, "Nobody rang.");
	g_assert_cmpstr(json_text(json_array_get(json_object_get(list, "recoveries"), 0), "done_by", ""), ==, "Ellen");
}

static void
test_given_to_somebody_else(Kit *kit)
{
	People who = people(kit);
	Actor ellen = world_actor(who.ellen, "supervisor");
	g_autoptr(Asked) asked = low(kit, "nps", "0");
	g_autoptr(Recovery) it = opened(kit, asked->id), after = NULL;
	g_autoptr(GError) error = NULL;
	DbTx *tx = db_begin(kit->db, &error);

	g_assert_true(recovery_assign_in(kit->db, it, who.jonas, &ellen, kit->now_ms, &error));
	g_assert_true(db_tx_commit(tx, &error));
	db_tx_free(tx);
	after = recovery_by_ref(kit->db, it->ref, &error);
	g_assert_cmpint(after->assignee_id, ==, who.jonas);
	g_assert_cmpint(felt_number(kit, "SELECT count(*) AS value FROM notices WHERE kind = 'recovery' AND user_id = ", who.jonas), ==, 1);
}

static void
test_a_mistaken_scale(Kit *kit)
{
	g_autoptr(Asked) asked = low(kit, "csat", "1");
	g_autoptr(GError) error = NULL;
	g_autoptr(Recovery) corrected = NULL, back = NULL;
	g_autoptr(json_t) list = NULL;

	kit->now_ms += 5 * MS_PER_MINUTE;
	g_assert_true(felt_answer(kit, asked->id, "5", "I meant five.", FALSE, &error));
	corrected = opened(kit, asked->id);
	g_assert_true(corrected->corrected);
	g_assert_cmpstr(corrected->state, ==, "done");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM recoveries WHERE turned_at IS NOT NULL"), ==, 0); /* a correction turns nothing around */
	list = recovery_list(kit->db, &(RecoveryAsk){ .limit = 10 }, &error);
	g_assert_cmpint(json_array_size(json_object_get(list, "recoveries")), ==, 0);
	g_assert_true(felt_answer(kit, asked->id, "2", "No, two.", FALSE, &error));
	back = opened(kit, asked->id);
	g_assert_false(back->corrected);
	g_assert_cmpstr(back->state, ==, "open");
	g_assert_cmpint(back->score, ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM recoveries"), ==, 1);
}

static void
test_turned_around_by_a_later_answer(Kit *kit)
{
	g_autoptr(Asked) first = low(kit, "csat", "1"), second = NULL;
	g_autoptr(GError) error = NULL;

	kit->now_ms += 31 * MS_PER_DAY;
	second = felt_sent(kit, "ann@customer.example", NULL);
	g_assert_true(felt_answer(kit, second->id, "3", NULL, FALSE, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM recoveries WHERE turned_at IS NOT NULL"), ==, 1);
}

static gboolean
late_tortured(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);

	return tx != NULL && recovery_late_in(kit->db, data, kit->now_ms, error) && db_tx_commit(tx, error);
}

static void
not_late(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM recoveries WHERE late_at IS NOT NULL"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	g_autoptr(Asked) asked = NULL;
	g_autoptr(Recovery) it = NULL;

	people(kit);
	asked = low(kit, "csat", "1");
	it = opened(kit, asked->id);
	kit->now_ms = it->due_at;
	kit_torture(kit, late_tortured, not_late, it, 4);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/recovery/whose", test_whose_it_becomes);
	kit_add("/recovery/csat_2", test_csat_2);
	kit_add("/recovery/csat_3", test_csat_3);
	kit_add("/recovery/nps_6", test_nps_6);
	kit_add("/recovery/nps_7", test_nps_7);
	kit_add("/recovery/ces_3", test_ces_3);
	kit_add("/recovery/ces_4", test_ces_4);
	kit_add("/recovery/clock", test_its_clock);
	kit_add("/recovery/done", test_done_once_with_words);
	kit_add("/recovery/given", test_given_to_somebody_else);
	kit_add("/recovery/corrected", test_a_mistaken_scale);
	kit_add("/recovery/turned", test_turned_around_by_a_later_answer);
	kit_add("/recovery/torture", test_torture);
	return kit_run();
}
