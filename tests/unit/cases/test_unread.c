/* test_unread.c - what somebody has not seen: words of customers since they opened the case, notes that name them. */
#include "cases/list.h"
#include "cases/row.h"
#include "cases/unread.h"
#include "store/store.h"
#include "world.h"
#include <stdlib.h>

static Actor
person(Kit *kit, const char *name, const char *email)
{
	g_autoptr(GError) error = NULL;
	Actor actor = world_actor(world_user(kit, name, email, "agent"), "agent");
	g_autoptr(User) user = user_get(kit->db, actor.user_id, &error);

	g_assert_no_error(error);
	g_strlcpy(actor.ref, user->ref, sizeof actor.ref);
	return actor;
}

/* As the queue of @actor says it; the case is the only one. */
static gint64
unread(Kit *kit, const Actor *actor)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = case_list(kit->db, &(CaseListAsk){ .view = "all", .limit = 50 }, actor, kit->now_ms, &error);

	g_assert_no_error(error);
	return json_int(json_array_get(json_object_get(list, "cases"), 0), "unread", -1);
}

/* The page of the case: how many messages it marks; @ret_upto 0: nothing to tell. */
static guint
marked(Kit *kit, gint64 id, const Actor *actor, gint64 notices, gint64 *ret_upto)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = world_look(kit, id);
	g_autoptr(json_t) value = case_to_json(it);
	const json_t *one;
	const char *upto;
	guint n = 0;
	size_t at;

	json_put(value, "messages", message_list(kit->db, id, TRUE, 0, &error));
	g_assert_no_error(error);
	g_assert_true(case_unread_messages(kit->db, value, id, notices, actor, &error));
	g_assert_no_error(error);
	json_array_foreach(json_object_get(value, "messages"), at, one)
		n += json_flag(one, "unread", FALSE) ? 1 : 0;
	upto = json_text(value, "read_upto", NULL);
	*ret_upto = 0;
	g_assert_true(upto == NULL || time_read(upto, ret_upto));
	return n;
}

static void
see(Kit *kit, gint64 id, const Actor *actor, gint64 upto)
{
	g_autoptr(GError) error = NULL;

	case_unread_mark(kit->db, actor->user_id, id, upto, kit->now_ms, &error);
	g_assert_no_error(error);
}

static void
give(Kit *kit, gint64 id, const Actor *to)
{
	g_autoptr(GError) error = NULL;

	case_assign(kit->db, id, 0, to->user_id, 0, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
}

static void
test_mine_is_new_until_opened(Kit *kit)
{
	Actor ruth = person(kit, "Ruth Adeyemi", "ruth@example.org"), sam = person(kit, "Sam Super", "sam@example.org");
	gint64 id = world_case(kit, "kettle"), upto;

	g_assert_cmpint(unread(kit, &ruth), ==, 0); /* nobody's yet: to be taken, not to be read */
	give(kit, id, &ruth);
	g_assert_cmpint(unread(kit, &ruth), ==, 1);
	g_assert_cmpint(unread(kit, &sam), ==, 0);
	g_assert_cmpint(marked(kit, id, &ruth, 0, &upto), ==, 1);
	see(kit, id, &ruth, upto);
	g_assert_cmpint(unread(kit, &ruth), ==, 0);
	g_assert_cmpint(marked(kit, id, &ruth, 0, &upto), ==, 0);
	g_assert_cmpint(upto, ==, 0); /* nothing to write: the next view costs no write */

	kit->now_ms += MS_PER_MINUTE;
	world_say(kit, id, "inbound", "And now?", kit->actor);
	world_say(kit, id, "inbound", "Hello?", kit->actor);
	g_assert_cmpint(unread(kit, &ruth), ==, 2);
	g_assert_cmpint(marked(kit, id, &ruth, 0, &upto), ==, 2);
	g_assert_cmpint(upto, ==, kit->now_ms);
}

static void
test_own_words_end_it(Kit *kit)
{
	Actor ruth = person(kit, "Ruth Adeyemi", "ruth@example.org");
	gint64 id = world_case(kit, "kettle"), upto;

	give(kit, id, &ruth);
	kit->now_ms += MS_PER_MINUTE;
	world_say(kit, id, "outbound", "We are sorry.", &ruth);
	g_assert_cmpint(unread(kit, &ruth), ==, 0);
	kit->now_ms += MS_PER_MINUTE;
	world_say(kit, id, "inbound", "And now?", kit->actor);
	g_assert_cmpint(unread(kit, &ruth), ==, 1);
	g_assert_cmpint(marked(kit, id, &ruth, 0, &upto), ==, 1);
}

/* A colleague's case is followed from the first time one opens it. */
static void
test_once_opened_it_is_followed(Kit *kit)
{
	Actor ruth = person(kit, "Ruth Adeyemi", "ruth@example.org"), sam = person(kit, "Sam Super", "sam@example.org");
	gint64 id = world_case(kit, "kettle"), upto;

	give(kit, id, &ruth);
	g_assert_cmpint(marked(kit, id, &sam, 0, &upto), ==, 0);
	g_assert_cmpint(upto, ==, kit->now_ms);
	see(kit, id, &sam, upto);
	kit->now_ms += MS_PER_MINUTE;
	world_say(kit, id, "inbound", "And now?", kit->actor);
	g_assert_cmpint(unread(kit, &sam), ==, 1);
	/* Told late, by a tab that was hidden: what was seen stays seen. */
	see(kit, id, &sam, kit->now_ms);
	see(kit, id, &sam, upto);
	g_assert_cmpint(unread(kit, &sam), ==, 0);
	/* A clock that runs ahead hides nothing. */
	see(kit, id, &sam, kit->now_ms + MS_PER_DAY);
	kit->now_ms += MS_PER_MINUTE;
	world_say(kit, id, "inbound", "Hello?", kit->actor);
	g_assert_cmpint(unread(kit, &sam), ==, 1);
}

static void
test_a_note_that_names_me(Kit *kit)
{
	Actor ruth = person(kit, "Ruth Adeyemi", "ruth@example.org"), sam = person(kit, "Sam Super", "sam@example.org");
	gint64 id = world_case(kit, "kettle"), upto;

	world_say(kit, id, "note", "@Sam, do we have one left?", &ruth);
	world_say(kit, id, "note", "Nobody is meant.", &ruth);
	g_assert_cmpint(unread(kit, &sam), ==, 1);
	g_assert_cmpint(unread(kit, &ruth), ==, 0);
	g_assert_cmpint(marked(kit, id, &sam, 1, &upto), ==, 1);
	see(kit, id, &sam, upto);
	g_assert_cmpint(unread(kit, &sam), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices WHERE read_at IS NULL"), ==, 0);
}

/* A list is counted in batches: every row has its own, whichever batch it stands in. */
static void
test_a_long_list(Kit *kit)
{
	enum { N = 2 * ROW_BATCH + 3 };
	Actor ruth = person(kit, "Ruth Adeyemi", "ruth@example.org"), sam = person(kit, "Sam Super", "sam@example.org");
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = NULL;
	json_t *one;
	size_t at;

	for (int i = 0; i < N; i++) {
		g_autofree char *subject = g_strdup_printf("kettle %d", i);
		gint64 id = world_case(kit, subject);

		give(kit, id, i % 2 == 0 ? &ruth : &sam);
		if (i % 3 == 0)
			world_say(kit, id, "inbound", "Hello?", kit->actor);
	}
	list = case_list(kit->db, &(CaseListAsk){ .view = "all", .limit = 200 }, &ruth, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(json_array_size(json_object_get(list, "cases")), ==, N);
	json_array_foreach(json_object_get(list, "cases"), at, one) {
		int i = atoi(json_text(one, "subject", "") + strlen("kettle "));

		g_assert_cmpint(json_int(one, "unread", -1), ==, i % 2 != 0 ? 0 : i % 3 == 0 ? 2 : 1);
	}
}

/* Rows that are kept in one state of the database say the same as rows that are read, and each reader has their own. */
static void
test_kept_rows(Kit *kit)
{
	Actor ruth = person(kit, "Ruth Adeyemi", "ruth@example.org"), sam = person(kit, "Sam Super", "sam@example.org");
	Store *store = kit_store(kit);
	gint64 id = world_case(kit, "kettle");

	give(kit, id, &ruth);
	for (int i = 0; i < 4; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(json_t) hers = NULL, his = NULL;
		Db *db = NULL;

		g_assert_true(store_snapshot_begin(store, &db, &error));
		hers = case_list(db, &(CaseListAsk){ .view = "all", .limit = 50 }, &ruth, kit->now_ms, &error);
		his = case_list(db, &(CaseListAsk){ .view = "all", .limit = 50 }, &sam, kit->now_ms, &error);
		g_assert_no_error(error);
		g_assert_cmpint(json_int(json_array_get(json_object_get(hers, "cases"), 0), "unread", -1), ==, i < 3 ? 1 : 2);
		g_assert_cmpint(json_int(json_array_get(json_object_get(his, "cases"), 0), "unread", -1), ==, 0);
		json_object_del(json_array_get(json_object_get(hers, "cases"), 0), "unread");
		json_object_del(json_array_get(json_object_get(his, "cases"), 0), "unread");
		g_assert_true(json_equal(hers, his));
		store_snapshot_end(store, db);
		if (i == 2)
			world_say(kit, id, "inbound", "And now?", kit->actor);
	}
}

static void
test_old_marks_go(Kit *kit)
{
	Actor ruth = person(kit, "Ruth Adeyemi", "ruth@example.org");
	gint64 id = world_case(kit, "kettle"), other = world_case(kit, "pan");
	g_autoptr(GError) error = NULL;

	see(kit, id, &ruth, kit->now_ms);
	kit->now_ms += UNREAD_KEEP_DAYS * MS_PER_DAY;
	see(kit, other, &ruth, kit->now_ms);
	g_assert_true(case_unread_prune(kit->db, kit->now_ms, 10, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM reads"), ==, 2);
	g_assert_true(case_unread_prune(kit->db, kit->now_ms + 1, 10, &error));
	g_assert_no_error(error);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM reads"), ==, 1);
}

static gboolean
mark(Kit *kit, gpointer data, GError **error)
{
	const gint64 *ids = data;

	return case_unread_mark(kit->db, ids[0], ids[1], kit->now_ms, kit->now_ms, error);
}

static void
nothing_marked(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM reads"), ==, 0);
}

static void
test_marking_is_one_step(Kit *kit)
{
	Actor ruth = person(kit, "Ruth Adeyemi", "ruth@example.org");
	gint64 ids[] = { ruth.user_id, world_case(kit, "kettle") };

	kit_torture(kit, mark, nothing_marked, ids, 4);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/cases/unread/mine-is-new-until-opened", test_mine_is_new_until_opened);
	kit_add("/cases/unread/own-words-end-it", test_own_words_end_it);
	kit_add("/cases/unread/once-opened-it-is-followed", test_once_opened_it_is_followed);
	kit_add("/cases/unread/a-note-that-names-me", test_a_note_that_names_me);
	kit_add("/cases/unread/a-long-list", test_a_long_list);
	kit_add("/cases/unread/kept-rows", test_kept_rows);
	kit_add("/cases/unread/old-marks-go", test_old_marks_go);
	kit_add("/cases/unread/marking-is-one-step", test_marking_is_one_step);
	return kit_run();
}
