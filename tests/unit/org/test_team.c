/* Teams: names, members, versions. */
#include "kit/kit.h"
#include "org/user.h"

static User *
add_user(Kit *kit, const char *email)
{
	const NewUser make = { .email = email, .name = email, .role = "agent", .capacity = -1 };
	g_autoptr(GError) error = NULL;
	User *user = user_add(kit->db, &make, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	return user;
}

static Team *
add_team(Kit *kit, const char *name)
{
	g_autoptr(GError) error = NULL;
	Team *team = team_add(kit->db, name, NULL, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	return team;
}

static void
test_name_is_taken_once(Kit *kit)
{
	g_autoptr(Team) team = add_team(kit, " Refunds ");
	g_autoptr(GError) taken = NULL, empty = NULL, way = NULL, other = NULL;
	g_autoptr(Team) second = add_team(kit, "Deliveries");

	g_assert_cmpstr(team->name, ==, "Refunds");
	g_assert_cmpstr(team->assign_by, ==, "hand");
	g_assert_null(team_add(kit->db, "REFUNDS", "hand", kit->actor, kit->now_ms, &taken));
	g_assert_error(taken, ERR, ERR_CONFLICT);
	g_assert_null(team_add(kit->db, " ", "hand", kit->actor, kit->now_ms, &empty));
	g_assert_error(empty, ERR, ERR_INVALID);
	g_assert_null(team_add(kit->db, "Third", "dice", kit->actor, kit->now_ms, &way));
	g_assert_error(way, ERR, ERR_INVALID);
	g_assert_null(team_change(kit->db, second->id, 0, "refunds", NULL, NULL, FALSE, kit->actor, kit->now_ms, &other));
	g_assert_error(other, ERR, ERR_CONFLICT);
}

static void
test_members(Kit *kit)
{
	g_autoptr(Team) team = add_team(kit, "Refunds");
	g_autoptr(User) a = add_user(kit, "a@example.org");
	g_autoptr(User) b = add_user(kit, "b@example.org");
	g_autoptr(GArray) both = g_array_new(FALSE, FALSE, sizeof(gint64)), none = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GError) error = NULL, stale = NULL, gone = NULL;
	const UserChange removal = { .given = USER_REMOVED, .removed = TRUE };
	g_autoptr(Team) full = NULL;
	g_autoptr(Team) empty = NULL;
	g_autoptr(User) removed = NULL;
	g_autoptr(json_t) json = NULL;

	g_array_append_val(both, b->id);
	g_array_append_val(both, a->id);
	g_array_append_val(both, b->id); /* named twice */
	full = team_change(kit->db, team->id, team->version, NULL, "round_robin", both, FALSE, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_cmpint(full->n_members, ==, 2);
	g_assert_cmpstr(full->member_refs->pdata[0], ==, a->ref);
	g_assert_cmpstr(full->assign_by, ==, "round_robin");
	json = team_to_json(full);
	g_assert_cmpint(json_array_size(json_object_get(json, "members")), ==, 2);
	g_assert_null(team_change(kit->db, team->id, team->version, "Other", NULL, NULL, FALSE, kit->actor, kit->now_ms, &stale));
	g_assert_error(stale, ERR, ERR_CONFLICT);
	empty = team_change(kit->db, team->id, 0, NULL, NULL, none, FALSE, kit->actor, kit->now_ms, &error);
	g_assert_cmpint(empty->n_members, ==, 0);
	removed = user_change(kit->db, b->id, 0, &removal, kit->actor, kit->now_ms, NULL);
	g_assert_null(team_change(kit->db, team->id, 0, NULL, NULL, both, FALSE, kit->actor, kit->now_ms, &gone));
	g_assert_error(gone, ERR, ERR_INVALID);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM team_members"), ==, 0);
}

static void
test_removal(Kit *kit)
{
	g_autoptr(Team) team = add_team(kit, "Refunds");
	g_autoptr(Team) gone = team_change(kit->db, team->id, 0, NULL, NULL, NULL, TRUE, kit->actor, kit->now_ms, NULL);
	g_autoptr(GPtrArray) list = team_list(kit->db, NULL);
	g_autoptr(Team) back = team_change(kit->db, team->id, 0, NULL, NULL, NULL, FALSE, kit->actor, kit->now_ms, NULL);
	g_autoptr(GError) none = NULL;

	g_assert_cmpint(gone->removed_at, ==, kit->now_ms);
	g_assert_cmpint(list->len, ==, 0);
	g_assert_cmpint(back->removed_at, ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind IN ('team.added', 'team.removed', 'team.restored')"), ==, 3);
	g_assert_null(team_by_ref(kit->db, "nonsense", &none));
	g_assert_error(none, ERR, ERR_NOT_FOUND);
}

typedef struct {
	gint64 team_id;
	GArray *members;
} Work;

static gboolean
torture_add(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(Team) team = team_add(kit->db, "Tortured", "hand", kit->actor, kit->now_ms, error);

	return team != NULL;
}

static void
not_added(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM teams WHERE name = 'Tortured'"), ==, 0);
}

static gboolean
torture_change(Kit *kit, gpointer data, GError **error)
{
	const Work *work = data;
	g_autoptr(Team) team = team_change(kit->db, work->team_id, 0, "New", NULL, work->members, TRUE, kit->actor, kit->now_ms, error);

	return team != NULL;
}

static gboolean
set_lead(Kit *kit, gint64 team_id, gint64 user_id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);

	g_assert_true(team_set_lead_in(kit->db, team_id, user_id, kit->actor, kit->now_ms, &error));
	return db_tx_commit(tx, &error);
}

static gint64
lead_over(Kit *kit, gint64 owner_id, gint64 team_id)
{
	g_autoptr(GError) error = NULL;
	gint64 lead = -1;

	g_assert_true(team_lead_over(kit->db, owner_id, team_id, &lead, &error));
	return lead;
}

/* The case's team comes first, then the owner's own; nobody is told about themselves. */
static void
test_lead(Kit *kit)
{
	g_autoptr(Team) home = add_team(kit, "Refunds"), other = add_team(kit, "Deliveries"), shown = NULL;
	g_autoptr(User) a = add_user(kit, "a@example.org"), b = add_user(kit, "b@example.org"), c = add_user(kit, "c@example.org"), moved = NULL;
	const UserChange to_home = { .given = USER_TEAM, .team_id = home->id };

	moved = user_change(kit->db, a->id, 0, &to_home, kit->actor, kit->now_ms, NULL);
	g_assert_nonnull(moved);
	g_assert_cmpint(lead_over(kit, a->id, 0), ==, 0);
	g_assert_true(set_lead(kit, home->id, b->id) && set_lead(kit, other->id, c->id));
	shown = team_get(kit->db, home->id, NULL);
	g_assert_cmpstr(shown->lead_ref, ==, b->ref);
	g_assert_cmpint(lead_over(kit, a->id, 0), ==, b->id);
	g_assert_cmpint(lead_over(kit, a->id, other->id), ==, c->id);
	g_assert_cmpint(lead_over(kit, 0, other->id), ==, c->id);
	g_assert_cmpint(lead_over(kit, c->id, other->id), ==, 0);
	g_assert_true(set_lead(kit, home->id, 0));
	g_assert_cmpint(lead_over(kit, a->id, home->id), ==, 0);
}

static void
not_changed(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM team_members"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM teams WHERE name = 'Refunds' AND removed_at IS NULL"), ==, 1);
}

static void
test_torture(Kit *kit)
{
	g_autoptr(Team) team = add_team(kit, "Refunds");
	g_autoptr(User) user = add_user(kit, "a@example.org");
	g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(gint64));
	Work work = { team->id, members };

	g_array_append_val(members, user->id);
	kit_torture(kit, torture_add, not_added, NULL, 6);
	kit_torture(kit, torture_change, not_changed, &work, 10);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/team/name-is-taken-once", test_name_is_taken_once);
	kit_add("/team/members", test_members);
	kit_add("/team/removal", test_removal);
	kit_add("/team/lead", test_lead);
	kit_add("/team/torture", test_torture);
	return kit_run();
}
