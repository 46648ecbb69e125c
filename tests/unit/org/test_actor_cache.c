/* Who stands behind a cookie or a token: known without SQL, forgotten in time. */
#include "base/secret.h"
#include "kit/kit.h"
#include "org/session.h"
#include <string.h>

typedef struct {
	User *user;
	ActorCache *cache;
	char *cookie, *csrf;
} Set;

static void
set_up(Kit *kit, Set *set)
{
	g_autoptr(GError) error = NULL;
	const NewUser make = { .email = "ann@example.org", .name = "Ann Lee", .role = "supervisor", .zone = "Europe/Berlin", .lang = "de", .capacity = -1 };

	set->user = user_add(kit->db, &make, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_true(session_start(kit->db, set->user->id, NULL, kit->now_ms, &set->cookie, &set->csrf, NULL));
	set->cache = actor_cache_new();
}

static void
set_clear(Set *set)
{
	user_free(set->user);
	actor_cache_free(set->cache);
	g_free(set->cookie);
	g_free(set->csrf);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Set, set_clear)

static gboolean
is_known(Kit *kit, Set *set, gint64 now_ms)
{
	char csrf[64];
	const Actor *actor = actor_by_session(set->cache, kit->db, set->cookie, now_ms, csrf);

	actor_release(set->cache, actor);
	return actor != NULL;
}

static void
test_session_is_an_actor(Kit *kit)
{
	g_auto(Set) set = { NULL };
	char csrf[64];
	const Actor *actor;

	set_up(kit, &set);
	actor = actor_by_session(set.cache, kit->db, set.cookie, kit->now_ms, csrf);
	g_assert_nonnull(actor);
	g_assert_cmpint(actor->kind, ==, ACTOR_STAFF);
	g_assert_cmpint(actor->user_id, ==, set.user->id);
	g_assert_cmpstr(actor->ref, ==, set.user->ref);
	g_assert_cmpstr(actor->name, ==, "Ann Lee");
	g_assert_cmpstr(actor->zone, ==, "Europe/Berlin");
	g_assert_cmpstr(actor->lang, ==, "de");
	g_assert_true(actor_may(actor, "case.close"));
	g_assert_false(actor_may(actor, "admin.write"));
	g_assert_cmpstr(csrf, ==, set.csrf);
	actor_release(set.cache, actor);
	g_assert_null(actor_by_session(set.cache, kit->db, "made up", kit->now_ms, csrf));
	g_assert_null(actor_by_token(set.cache, kit->db, set.cookie, kit->now_ms)); /* a cookie is no token */
	actor_release(set.cache, NULL);
}

/* With every store call failing, a known one is known still: no SQL was asked. */
static void
test_known_without_sql(Kit *kit)
{
	g_auto(Set) set = { NULL };

	set_up(kit, &set);
	g_assert_true(is_known(kit, &set, kit->now_ms));
	db_torture = 0;
	g_assert_true(is_known(kit, &set, kit->now_ms + 29999));
	g_assert_cmpint(db_torture, ==, 0);
	g_assert_false(is_known(kit, &set, kit->now_ms + 30000)); /* asks again after 30 s; a failure is nobody */
	db_torture = -1;
	g_assert_true(is_known(kit, &set, kit->now_ms + 30000));
}

static void
test_clear_forgets_at_once(Kit *kit)
{
	g_auto(Set) set = { NULL };
	const UserChange removal = { .given = USER_REMOVED, .removed = TRUE };
	g_autoptr(User) removed = NULL;

	set_up(kit, &set);
	g_assert_true(is_known(kit, &set, kit->now_ms));
	removed = user_change(kit->db, set.user->id, 0, &removal, kit->actor, kit->now_ms, NULL);
	g_assert_true(is_known(kit, &set, kit->now_ms)); /* another process would see it so for 30 s */
	actor_cache_clear(set.cache);
	g_assert_false(is_known(kit, &set, kit->now_ms));
}

static void
test_sessions_expire(Kit *kit)
{
	g_auto(Set) set = { NULL };

	set_up(kit, &set);
	g_assert_true(is_known(kit, &set, kit->now_ms + SESSION_AGE_MS - 1)); /* now in the cache */
	g_assert_false(is_known(kit, &set, kit->now_ms + SESSION_AGE_MS));
}

static void
test_held_actor_outlives_clear(Kit *kit)
{
	g_auto(Set) set = { NULL };
	char csrf[64];
	const Actor *actor;

	set_up(kit, &set);
	actor = actor_by_session(set.cache, kit->db, set.cookie, kit->now_ms, csrf);
	actor_cache_clear(set.cache);
	g_assert_cmpstr(actor->name, ==, "Ann Lee");
	actor_release(set.cache, actor);
}

static void
test_token_is_an_actor(Kit *kit)
{
	g_auto(Set) set = { NULL };
	g_autofree char *ref = NULL, *secret = NULL;
	const Actor *actor;

	set_up(kit, &set);
	secret = token_add(kit->db, set.user->id, "script", kit->actor, kit->now_ms, &ref, NULL);
	actor = actor_by_token(set.cache, kit->db, secret, kit->now_ms);
	g_assert_cmpint(actor->kind, ==, ACTOR_TOKEN);
	g_assert_cmpint(actor->user_id, ==, set.user->id);
	actor_release(set.cache, actor);
	g_assert_true(token_revoke(kit->db, ref, kit->actor, kit->now_ms, NULL));
	actor_cache_clear(set.cache);
	g_assert_null(actor_by_token(set.cache, kit->db, secret, kit->now_ms));
}

static void
test_use_times_are_written(Kit *kit)
{
	g_auto(Set) set = { NULL };
	g_autofree char *token = NULL;

	set_up(kit, &set);
	token = token_add(kit->db, set.user->id, "script", kit->actor, kit->now_ms, NULL, NULL);
	g_assert_true(is_known(kit, &set, kit->now_ms + 1000));
	actor_release(set.cache, actor_by_token(set.cache, kit->db, token, kit->now_ms + 2000));
	actor_cache_clear(set.cache); /* what is known is forgotten, not when it was used */
	db_torture = 2;
	g_assert_false(actor_cache_flush(set.cache, kit->db, kit->now_ms + 3000, NULL));
	db_torture = -1;
	g_assert_true(actor_cache_flush(set.cache, kit->db, kit->now_ms + 3000, NULL));
	g_assert_cmpint(kit_count(kit, "SELECT seen_at FROM sessions"), ==, kit->now_ms + 1000);
	g_assert_cmpint(kit_count(kit, "SELECT used_at FROM tokens"), ==, kit->now_ms + 2000);
	g_assert_true(is_known(kit, &set, kit->now_ms + 5000));
	g_assert_true(actor_cache_flush(set.cache, kit->db, kit->now_ms + 6000, NULL)); /* too soon: nothing */
	g_assert_cmpint(kit_count(kit, "SELECT seen_at FROM sessions"), ==, kit->now_ms + 1000);
	g_assert_true(actor_cache_flush(set.cache, kit->db, kit->now_ms + 63000, NULL));
	g_assert_cmpint(kit_count(kit, "SELECT seen_at FROM sessions"), ==, kit->now_ms + 5000);
}

static gpointer
look_up_often(gpointer data)
{
	const gpointer *both = data;
	const Kit *kit = both[0];
	const Set *set = both[1];
	g_autoptr(Db) db = db_open(kit->url, TRUE, NULL);
	guint n_known = 0;

	for (int i = 0; i < 2000; i++) {
		char csrf[64];
		const Actor *actor = actor_by_session(set->cache, db, set->cookie, kit->now_ms + i, csrf);

		n_known += actor != NULL && strcmp(actor->name, "Ann Lee") == 0;
		actor_release(set->cache, actor);
		if (i % 100 == 0)
			actor_cache_clear(set->cache);
	}
	return GUINT_TO_POINTER(n_known);
}

static void
test_threads(Kit *kit)
{
	g_auto(Set) set = { NULL };
	gpointer both[2] = { kit, &set };
	GThread *threads[4];

	set_up(kit, &set);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("looker", look_up_often, both);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		g_assert_cmpuint(GPOINTER_TO_UINT(g_thread_join(threads[i])), ==, 2000);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/actor/session", test_session_is_an_actor);
	kit_add("/actor/known-without-sql", test_known_without_sql);
	kit_add("/actor/clear-forgets-at-once", test_clear_forgets_at_once);
	kit_add("/actor/sessions-expire", test_sessions_expire);
	kit_add("/actor/held-actor-outlives-clear", test_held_actor_outlives_clear);
	kit_add("/actor/token", test_token_is_an_actor);
	kit_add("/actor/use-times-are-written", test_use_times_are_written);
	kit_add("/actor/threads", test_threads);
	return kit_run();
}
