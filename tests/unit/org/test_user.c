/* Users: adding, changing, the last admin, what removal ends. */
#include "kit/kit.h"
#include "org/roles.h"
#include "org/session.h"
#include "org/user.h"

#define HASH "$argon2id$v=19$not-a-real-one"

static User *
add_as(Kit *kit, const char *email, const char *role, const char *hash)
{
	g_autoptr(GError) error = NULL;
	const NewUser make = { .email = email, .name = "Ann Lee", .role = role, .password_hash = hash, .capacity = -1 };
	User *user = user_add(kit->db, &make, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	return user;
}

static void
assert_fields(const GError *error, const char *want)
{
	const GPtrArray *fields;
	g_autoptr(GString) got = g_string_new(NULL);

	g_assert_error(error, ERR, ERR_INVALID);
	fields = err_fields(error);
	for (guint i = 0; fields != NULL && i < fields->len; i++)
		g_string_append_printf(got, "%s%s", i > 0 ? " " : "", ((ErrField *)fields->pdata[i])->field);
	g_assert_cmpstr(got->str, ==, want);
}

static void
test_add(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	const NewUser make = { .email = " Ruth@Example.org ", .name = " Ruth Weber ", .role = "agent", .zone = "Europe/Berlin", .lang = "de", .capacity = 7 };
	g_autoptr(User) user = user_add(kit->db, &make, kit->actor, kit->now_ms, &error);
	g_autoptr(User) again = NULL;
	g_autoptr(User) nobody = NULL;
	g_autoptr(json_t) json = NULL;

	g_assert_no_error(error);
	g_assert_cmpstr(user->email, ==, "Ruth@Example.org");
	g_assert_cmpstr(user->name, ==, "Ruth Weber");
	g_assert_cmpint(user->capacity, ==, 7);
	g_assert_true(user->keys && user->available && !user->has_password);
	again = user_find_email(kit->db, "RUTH@example.ORG", &error);
	g_assert_nonnull(again);
	g_assert_cmpint(again->id, ==, user->id);
	nobody = user_find_email(kit->db, "someone@example.org", &error);
	g_assert_null(nobody);
	g_assert_no_error(error);
	json = user_to_json(user);
	g_assert_cmpstr(json_text(json, "zone", NULL), ==, "Europe/Berlin");
	g_assert_true(json_is_null(json_object_get(json, "team")));
	g_assert_null(json_object_get(json, "password_hash"));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'user.added'"), ==, 1);
}

static void
test_ref_is_read_as_typed(Kit *kit)
{
	g_autoptr(User) user = add_as(kit, "ann@example.org", "agent", NULL);
	g_autofree char *typed = g_ascii_strdown(user->ref, -1);
	g_autoptr(User) found = user_by_ref(kit->db, typed, NULL);
	g_autoptr(GError) none = NULL, bad = NULL;

	g_assert_cmpint(found->id, ==, user->id);
	g_assert_null(user_by_ref(kit->db, "2222-2222", &none));
	g_assert_error(none, ERR, ERR_NOT_FOUND);
	g_assert_null(user_by_ref(kit->db, "' OR 1=1", &bad));
	g_assert_error(bad, ERR, ERR_NOT_FOUND);
}

static void
test_every_fault_is_named(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	const NewUser make = { .email = "Ann <a@b.org>", .name = " ", .role = "boss", .zone = "Mars/Olympus", .lang = "xx", .capacity = -2 };

	g_assert_null(user_add(kit->db, &make, kit->actor, kit->now_ms, &error));
	assert_fields(error, "/email /name /role /zone /lang /capacity");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM users"), ==, 0);
}

static void
test_address_is_taken_once(Kit *kit)
{
	g_autoptr(GError) error = NULL, gone = NULL;
	g_autoptr(User) user = add_as(kit, "ann@example.org", "agent", NULL);
	const NewUser make = { .email = "ANN@example.org", .name = "Other", .role = "agent", .capacity = -1 };
	const UserChange removal = { .given = USER_REMOVED, .removed = TRUE };
	g_autoptr(User) removed = NULL;

	g_assert_null(user_add(kit->db, &make, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	removed = user_change(kit->db, user->id, 0, &removal, kit->actor, kit->now_ms, NULL);
	g_assert_nonnull(removed);
	g_assert_null(user_add(kit->db, &make, kit->actor, kit->now_ms, &gone));
	g_assert_error(gone, ERR, ERR_CONFLICT);
	g_assert_nonnull(strstr(gone->message, "bring them back"));
}

static void
test_change(Kit *kit)
{
	g_autoptr(GError) error = NULL, stale = NULL, bad = NULL;
	g_autoptr(User) user = add_as(kit, "ann@example.org", "agent", NULL);
	const UserChange change = { .given = USER_NAME | USER_THEME | USER_KEYS | USER_CAPACITY | USER_AVAILABLE, .name = "Ann Li", .theme = "dark",
		.keys = FALSE, .capacity = 0, .available = FALSE };
	const UserChange wrong = { .given = USER_NAME | USER_CAPACITY | USER_THEME, .name = "", .capacity = USER_CAPACITY_MAX + 1, .theme = NULL };
	g_autoptr(User) after = user_change(kit->db, user->id, user->version, &change, kit->actor, kit->now_ms, &error);
	g_autoptr(User) same = NULL;

	g_assert_no_error(error);
	g_assert_cmpstr(after->name, ==, "Ann Li");
	g_assert_cmpstr(after->theme, ==, "dark");
	g_assert_cmpint(after->capacity, ==, 0);
	g_assert_false(after->keys || after->available);
	g_assert_cmpint(after->version, ==, user->version + 1);
	g_assert_null(user_change(kit->db, user->id, user->version, &change, kit->actor, kit->now_ms, &stale));
	g_assert_error(stale, ERR, ERR_CONFLICT);
	same = user_change(kit->db, user->id, 0, &change, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_cmpint(same->version, ==, after->version); /* nothing changed, nothing written */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'user.changed'"), ==, 1);
	g_assert_null(user_change(kit->db, user->id, 0, &wrong, kit->actor, kit->now_ms, &bad));
	assert_fields(bad, "/theme /name /capacity");
}

static void
test_last_admin_stays(Kit *kit)
{
	g_autoptr(User) first = add_as(kit, "a@example.org", "admin", HASH);
	g_autoptr(User) invited = add_as(kit, "b@example.org", "admin", NULL); /* has not set a password: cannot let anybody in */
	const UserChange demote = { .given = USER_ROLE, .role = "agent" }, removal = { .given = USER_REMOVED, .removed = TRUE };
	const UserChange set = { .given = USER_PASSWORD, .password_hash = HASH };
	g_autoptr(GError) demoted = NULL, removed = NULL, error = NULL;
	g_autoptr(User) ready = NULL;
	g_autoptr(User) now_fine = NULL;

	g_assert_null(user_change(kit->db, first->id, 0, &demote, kit->actor, kit->now_ms, &demoted));
	g_assert_error(demoted, ERR, ERR_CONFLICT);
	g_assert_null(user_change(kit->db, first->id, 0, &removal, kit->actor, kit->now_ms, &removed));
	g_assert_error(removed, ERR, ERR_CONFLICT);
	ready = user_change(kit->db, invited->id, 0, &set, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_true(ready->has_password);
	now_fine = user_change(kit->db, first->id, 0, &demote, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(now_fine->role, ==, "agent");
}

static void
test_removal_ends_access(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) user = add_as(kit, "ann@example.org", "agent", HASH);
	g_autofree char *cookie = NULL, *csrf = NULL, *token = NULL, *invite = NULL;
	const UserChange removal = { .given = USER_REMOVED, .removed = TRUE }, back = { .given = USER_REMOVED, .removed = FALSE };
	g_autoptr(User) removed = NULL;
	g_autoptr(User) returned = NULL;

	g_assert_true(session_start(kit->db, user->id, NULL, kit->now_ms, &cookie, &csrf, NULL));
	token = token_add(kit->db, user->id, "script", kit->actor, kit->now_ms, NULL, NULL);
	invite = invite_add(kit->db, "password", user->id, kit->now_ms, INVITE_AGE_MS, NULL);
	removed = user_change(kit->db, user->id, 0, &removal, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_cmpint(removed->removed_at, ==, kit->now_ms);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM sessions"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM tokens WHERE revoked_at IS NULL"), ==, 0);
	g_assert_false(invite_check(kit->db, invite, "password", kit->now_ms, NULL, NULL));
	g_assert_false(session_start(kit->db, user->id, NULL, kit->now_ms, &cookie, &csrf, &error));
	g_assert_error(error, ERR, ERR_DENIED);
	returned = user_change(kit->db, user->id, 0, &back, kit->actor, kit->now_ms, NULL);
	g_assert_cmpint(returned->removed_at, ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'user.restored'"), ==, 1);
}

static void
test_list(Kit *kit)
{
	g_autoptr(User) a = add_as(kit, "a@example.org", "agent", NULL);
	g_autoptr(User) b = add_as(kit, "b@example.org", "auditor", NULL);
	const UserChange removal = { .given = USER_REMOVED, .removed = TRUE };
	g_autoptr(User) removed = user_change(kit->db, a->id, 0, &removal, kit->actor, kit->now_ms, NULL);
	g_autoptr(GPtrArray) here = user_list(kit->db, FALSE, NULL);
	g_autoptr(GPtrArray) all = user_list(kit->db, TRUE, NULL);

	g_assert_cmpint(here->len, ==, 1);
	g_assert_cmpstr(((User *)here->pdata[0])->ref, ==, b->ref);
	g_assert_cmpint(all->len, ==, 2);
}

static void
test_roles(void)
{
	const guint64 agent = role_may("agent"), supervisor = role_may("supervisor"), admin = role_may("admin"), auditor = role_may("auditor");

	g_assert_cmpuint(agent & supervisor, ==, agent);
	g_assert_cmpuint(supervisor & admin, ==, supervisor);
	g_assert_true((admin & permission_bit("admin.write")) != 0 && (supervisor & permission_bit("admin.write")) == 0);
	g_assert_cmpuint(auditor & (permission_bit("case.write") | permission_bit("message.write") | permission_bit("admin.write")), ==, 0);
	g_assert_true((auditor & permission_bit("log.read")) != 0);
	g_assert_cmpuint(role_may("boss"), ==, 0);
	g_assert_cmpuint(role_may(NULL), ==, 0);
	for (const Permission *one = permission_list(); one->word != NULL; one++)
		g_assert_true((admin & permission_bit(one->word)) != 0);
}

static gboolean
torture_add(Kit *kit, gpointer data, GError **error)
{
	const NewUser make = { .email = "new@example.org", .name = "New", .role = "agent", .capacity = -1 };
	g_autoptr(User) user = user_add(kit->db, &make, kit->actor, kit->now_ms, error);

	return user != NULL;
}

static void
one_user_only(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM users"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events"), ==, 1);
}

static gboolean
torture_remove(Kit *kit, gpointer data, GError **error)
{
	const UserChange change = { .given = USER_REMOVED | USER_NAME | USER_PASSWORD, .removed = TRUE, .name = "Gone", .password_hash = HASH };
	g_autoptr(User) user = user_change(kit->db, *(gint64 *)data, 0, &change, kit->actor, kit->now_ms, error);

	return user != NULL;
}

static void
still_here(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM users WHERE removed_at IS NOT NULL OR name = 'Gone'"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind <> 'user.added'"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	g_autoptr(User) admin = add_as(kit, "a@example.org", "admin", HASH);

	kit_torture(kit, torture_add, one_user_only, NULL, 5);
	{
		g_autoptr(User) other = add_as(kit, "b@example.org", "admin", HASH);

		kit_torture(kit, torture_remove, still_here, &other->id, 12);
	}
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/user/add", test_add);
	kit_add("/user/ref-is-read-as-typed", test_ref_is_read_as_typed);
	kit_add("/user/every-fault-is-named", test_every_fault_is_named);
	kit_add("/user/address-is-taken-once", test_address_is_taken_once);
	kit_add("/user/change", test_change);
	kit_add("/user/last-admin-stays", test_last_admin_stays);
	kit_add("/user/removal-ends-access", test_removal_ends_access);
	kit_add("/user/list", test_list);
	kit_add_plain("/user/roles", test_roles);
	kit_add("/user/torture", test_torture);
	return kit_run();
}
