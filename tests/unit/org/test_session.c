/* Passwords, sessions, API tokens, one-time links. */
#include "base/secret.h"
#include "kit/kit.h"
#include "org/session.h"
#include <string.h>

static User *
add_user(Kit *kit, const char *email, const char *password)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *hash = password != NULL ? password_hash(password, NULL) : NULL;
	const NewUser make = { .email = email, .name = "Ann Lee", .role = "agent", .password_hash = hash, .capacity = -1 };
	User *user = user_add(kit->db, &make, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	return user;
}

static void
assert_wrong(Kit *kit, const char *email, const char *password)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(session_check_password(kit->db, email, password, &error));
	g_assert_error(error, ERR, ERR_DENIED);
	g_assert_cmpstr(error->message, ==, "wrong address or password");
}

static void
test_password_error_is_one(Kit *kit)
{
	g_autoptr(User) user = add_user(kit, "ann@example.org", "three plain words");
	g_autoptr(User) invited = add_user(kit, "new@example.org", NULL);
	g_autoptr(User) right = session_check_password(kit->db, "ANN@example.org ", "three plain words", NULL);
	g_autofree char *huge = g_strnfill(PASSWORD_MAX + 1, 'a');
	const UserChange removal = { .given = USER_REMOVED, .removed = TRUE };
	g_autoptr(User) removed = NULL;

	g_assert_cmpint(right->id, ==, user->id);
	assert_wrong(kit, "ann@example.org", "three plain word");
	assert_wrong(kit, "ann@example.org", "");
	assert_wrong(kit, "ann@example.org", NULL);
	assert_wrong(kit, "ann@example.org", huge);
	assert_wrong(kit, "nobody@example.org", "three plain words");
	assert_wrong(kit, "no address", "three plain words");
	assert_wrong(kit, "", "");
	assert_wrong(kit, invited->email, "");
	removed = user_change(kit->db, user->id, 0, &removal, kit->actor, kit->now_ms, NULL);
	assert_wrong(kit, "ann@example.org", "three plain words");
}

/* An unknown address must cost a hash as well: otherwise the time tells who has an account. */
static void
test_unknown_address_costs_a_hash(Kit *kit)
{
	gint64 start = g_get_monotonic_time(), hash_us, unknown_us;
	g_autofree char *hash = password_hash("three plain words", NULL);

	hash_us = g_get_monotonic_time() - start;
	start = g_get_monotonic_time();
	assert_wrong(kit, "nobody@example.org", "three plain words");
	unknown_us = g_get_monotonic_time() - start;
	g_assert_cmpint(unknown_us, >, hash_us / 10);
}

static void
test_password_rules(void)
{
	g_autofree char *huge = g_strnfill(PASSWORD_MAX + 1, 'a');
	static const char *const bad[] = { NULL, "", "short", "123456789", "ann@example.org", "Ann-Marie Lee" };

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(password_check(bad[i], "Ann@Example.org", "ann-marie lee", &error));
		g_assert_error(error, ERR, ERR_INVALID);
		g_assert_cmpstr(((ErrField *)err_fields(error)->pdata[0])->field, ==, "/password");
	}
	g_assert_false(password_check(huge, NULL, NULL, NULL));
	g_assert_true(password_check("\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4", NULL, NULL, NULL));
}

static void
test_session_life(Kit *kit)
{
	g_autoptr(User) user = add_user(kit, "ann@example.org", NULL);
	g_autofree char *cookie = NULL, *csrf = NULL, *other = NULL, *other_csrf = NULL, *digest = NULL;
	g_autofree char *long_agent = g_strnfill(5000, 'x');
	g_autoptr(json_t) list = NULL;
	g_autoptr(GError) none = NULL;

	g_assert_true(session_start(kit->db, user->id, "Mozilla/5.0 \xff", kit->now_ms, &cookie, &csrf, NULL));
	g_assert_true(session_start(kit->db, user->id, long_agent, kit->now_ms + 1, &other, &other_csrf, NULL));
	g_assert_cmpint(strlen(csrf), <, 64);
	g_assert_cmpstr(cookie, !=, other);
	digest = token_digest(cookie);
	list = session_list(kit->db, user->id, digest, kit->now_ms, NULL);
	g_assert_cmpint(json_array_size(list), ==, 2);
	g_assert_false(json_flag(json_array_get(list, 0), "here", TRUE));
	g_assert_true(json_flag(json_array_get(list, 1), "here", FALSE));
	g_assert_false(session_end_one(kit->db, user->id + 1, json_int(json_array_get(list, 0), "id", 0), NULL, kit->actor, kit->now_ms, &none));
	g_assert_error(none, ERR, ERR_NOT_FOUND); /* another's session is not there */
	g_assert_true(session_end_one(kit->db, user->id, 0, digest, kit->actor, kit->now_ms, NULL));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM sessions"), ==, 1);
	g_assert_true(session_end(kit->db, cookie, kit->now_ms, NULL));
	g_assert_true(session_end(kit->db, cookie, kit->now_ms, NULL)); /* twice is no error */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM sessions"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'user.signed_out'"), ==, 2);
}

static void
test_sweep(Kit *kit)
{
	g_autoptr(User) user = add_user(kit, "ann@example.org", NULL);
	g_autofree char *cookie = NULL, *csrf = NULL, *link = invite_add(kit->db, "password", user->id, kit->now_ms, INVITE_AGE_MS, NULL);
	gint64 removed = -1;

	g_assert_true(session_start(kit->db, user->id, NULL, kit->now_ms, &cookie, &csrf, NULL));
	g_assert_true(session_sweep(kit->db, kit->now_ms + SESSION_AGE_MS - 1, &removed, NULL));
	g_assert_cmpint(removed, ==, 0);
	g_assert_true(session_sweep(kit->db, kit->now_ms + 60 * MS_PER_DAY, &removed, NULL));
	g_assert_cmpint(removed, ==, 2);
}

static void
test_token(Kit *kit)
{
	g_autoptr(User) user = add_user(kit, "ann@example.org", NULL);
	g_autoptr(GError) error = NULL, nameless = NULL, other = NULL, unknown = NULL, userless = NULL;
	g_autofree char *ref = NULL, *secret = token_add(kit->db, user->id, " nightly import ", kit->actor, kit->now_ms, &ref, &error);
	g_autoptr(json_t) list = NULL;

	g_assert_no_error(error);
	g_assert_true(g_str_has_prefix(secret, "rds_"));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM tokens WHERE digest LIKE '%rds_%'"), ==, 0); /* digests only */
	g_assert_null(token_add(kit->db, user->id, "", kit->actor, kit->now_ms, NULL, &nameless));
	g_assert_error(nameless, ERR, ERR_INVALID);
	g_assert_null(token_add(kit->db, 999, "x", kit->actor, kit->now_ms, NULL, &userless));
	g_assert_error(userless, ERR, ERR_NOT_FOUND);
	g_assert_false(token_revoke_of(kit->db, user->id + 1, ref, kit->actor, kit->now_ms, &other));
	g_assert_error(other, ERR, ERR_NOT_FOUND);
	g_assert_false(token_revoke(kit->db, "2222-2222", kit->actor, kit->now_ms, &unknown));
	g_assert_error(unknown, ERR, ERR_NOT_FOUND);
	g_assert_true(token_revoke(kit->db, ref, kit->actor, kit->now_ms, NULL));
	g_assert_true(token_revoke(kit->db, ref, kit->actor, kit->now_ms, NULL));
	list = token_list(kit->db, user->id, NULL);
	g_assert_cmpint(json_array_size(list), ==, 1);
	g_assert_cmpstr(json_text(json_array_get(list, 0), "name", NULL), ==, "nightly import");
	g_assert_nonnull(json_text(json_array_get(list, 0), "revoked_at", NULL));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'token.revoked'"), ==, 1);
}

static gboolean
use(Kit *kit, const char *secret, const char *purpose, gint64 now_ms, gint64 *ret_user_id)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, NULL);
	g_autoptr(GError) error = NULL;

	if (invite_use(kit->db, secret, purpose, now_ms, ret_user_id, &error))
		return db_tx_commit(tx, NULL);
	g_assert_error(error, ERR, ERR_NOT_FOUND);
	return FALSE;
}

static void
test_invite_is_used_once(Kit *kit)
{
	g_autoptr(User) user = add_user(kit, "ann@example.org", NULL);
	g_autofree char *link = invite_add(kit->db, "password", user->id, kit->now_ms, INVITE_AGE_MS, NULL);
	gint64 user_id = 0;

	g_assert_true(invite_check(kit->db, link, "password", kit->now_ms, &user_id, NULL));
	g_assert_cmpint(user_id, ==, user->id);
	g_assert_false(use(kit, link, "first_run", kit->now_ms, &user_id)); /* not for that */
	g_assert_false(use(kit, "made up", "password", kit->now_ms, &user_id));
	g_assert_false(use(kit, link, "password", kit->now_ms + INVITE_AGE_MS, &user_id)); /* expired */
	g_assert_true(use(kit, link, "password", kit->now_ms + INVITE_AGE_MS - 1, &user_id));
	g_assert_false(use(kit, link, "password", kit->now_ms, &user_id));
}

static void
test_new_invite_ends_the_earlier(Kit *kit)
{
	g_autoptr(User) user = add_user(kit, "ann@example.org", NULL);
	g_autofree char *first_run = invite_add(kit->db, "first_run", 0, kit->now_ms, INVITE_AGE_MS, NULL);
	g_autofree char *first = invite_add(kit->db, "password", user->id, kit->now_ms, INVITE_AGE_MS, NULL);
	g_autofree char *second = invite_add(kit->db, "password", user->id, kit->now_ms, INVITE_AGE_MS, NULL);

	g_assert_false(invite_check(kit->db, first, "password", kit->now_ms, NULL, NULL));
	g_assert_true(invite_check(kit->db, second, "password", kit->now_ms, NULL, NULL));
	g_assert_true(invite_check(kit->db, first_run, "first_run", kit->now_ms, NULL, NULL));
}

static void
test_empty(Kit *kit)
{
	gboolean empty = FALSE;
	g_autoptr(User) user = NULL;

	g_assert_true(org_is_empty(kit->db, &empty, NULL));
	g_assert_true(empty);
	user = add_user(kit, "ann@example.org", NULL);
	g_assert_true(org_is_empty(kit->db, &empty, NULL));
	g_assert_false(empty);
}

typedef struct {
	gint64 user_id;
	const char *ref, *cookie;
} Work;

static gboolean
torture_start(Kit *kit, gpointer data, GError **error)
{
	g_autofree char *cookie = NULL, *csrf = NULL;

	return session_start(kit->db, ((Work *)data)->user_id, NULL, kit->now_ms, &cookie, &csrf, error);
}

static gboolean
torture_token(Kit *kit, gpointer data, GError **error)
{
	g_autofree char *secret = token_add(kit->db, ((Work *)data)->user_id, "x", kit->actor, kit->now_ms, NULL, error);

	return secret != NULL;
}

static gboolean
torture_invite(Kit *kit, gpointer data, GError **error)
{
	g_autofree char *secret = invite_add(kit->db, "password", ((Work *)data)->user_id, kit->now_ms, 1, error);

	return secret != NULL;
}

static gboolean
torture_revoke(Kit *kit, gpointer data, GError **error)
{
	return token_revoke(kit->db, ((Work *)data)->ref, kit->actor, kit->now_ms, error);
}

static gboolean
torture_end(Kit *kit, gpointer data, GError **error)
{
	return session_end(kit->db, ((Work *)data)->cookie, kit->now_ms, error);
}

static void
nothing_begun(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM tokens) + (SELECT count(*) FROM invites)"), ==, 0);
}

static void
nothing_ended(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM sessions"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM tokens WHERE revoked_at IS NULL"), ==, 1);
}

static void
test_torture(Kit *kit)
{
	g_autoptr(User) user = add_user(kit, "ann@example.org", NULL);
	g_autofree char *ref = NULL, *secret = NULL, *cookie = NULL, *csrf = NULL;
	Work work = { .user_id = user->id };

	kit_torture(kit, torture_start, nothing_begun, &work, 4);
	g_assert_true(db_script(kit->db, "DELETE FROM sessions", NULL));
	kit_torture(kit, torture_invite, nothing_begun, &work, 5);
	g_assert_true(db_script(kit->db, "DELETE FROM invites", NULL));
	kit_torture(kit, torture_token, nothing_begun, &work, 5);
	g_assert_true(db_script(kit->db, "DELETE FROM tokens", NULL));
	secret = token_add(kit->db, user->id, "x", kit->actor, kit->now_ms, &ref, NULL);
	g_assert_true(session_start(kit->db, user->id, NULL, kit->now_ms, &cookie, &csrf, NULL));
	work.ref = ref;
	work.cookie = cookie;
	kit_torture(kit, torture_end, nothing_ended, &work, 4);
	g_free(g_steal_pointer(&cookie));
	g_free(g_steal_pointer(&csrf));
	g_assert_true(session_start(kit->db, user->id, NULL, kit->now_ms, &cookie, &csrf, NULL));
	kit_torture(kit, torture_revoke, nothing_ended, &work, 5);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/session/password-error-is-one", test_password_error_is_one);
	kit_add("/session/unknown-address-costs-a-hash", test_unknown_address_costs_a_hash);
	kit_add_plain("/session/password-rules", test_password_rules);
	kit_add("/session/life", test_session_life);
	kit_add("/session/sweep", test_sweep);
	kit_add("/session/token", test_token);
	kit_add("/session/invite-is-used-once", test_invite_is_used_once);
	kit_add("/session/new-invite-ends-the-earlier", test_new_invite_ends_the_earlier);
	kit_add("/session/empty", test_empty);
	kit_add("/session/torture", test_torture);
	return kit_run();
}
