/* test_message.c - what is said on a case and what follows from it: times, stages, waiting, notices, the stale guard. */
#include "cases/mention.h"
#include "cases/notice.h"
#include "store/events.h"
#include "world.h"
#include <string.h>

static void
test_a_reply_acknowledges_and_waits(Kit *kit)
{
	gint64 ruth = world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent"), id = world_case(kit, "kettle");
	Actor agent = world_actor(ruth, "agent");
	g_autoptr(Case) it = NULL, later = NULL;

	kit->now_ms += MS_PER_HOUR;
	world_say(kit, id, "outbound", "We are sorry.", &agent);
	it = world_look(kit, id);
	g_assert_cmpstr(it->stage, ==, "acknowledged");
	g_assert_cmpint(it->acknowledged_at, ==, kit->now_ms);
	g_assert_cmpint(it->first_response_at, ==, kit->now_ms);
	g_assert_true(it->waiting);
	g_assert_cmpint(it->due_at, ==, 0);
	g_assert_cmpint(it->version, ==, 2);
	kit->now_ms += MS_PER_HOUR;
	world_say(kit, id, "inbound", "And now?", kit->actor);
	later = world_look(kit, id);
	g_assert_false(later->waiting);
	g_assert_cmpstr(later->due_kind, ==, "answer");
	g_assert_cmpint(later->due_at, ==, kit->now_ms + 48 * MS_PER_HOUR);
	g_assert_cmpstr(later->snippet, ==, "And now?");
	g_assert_cmpint(later->first_response_at, ==, kit->now_ms - MS_PER_HOUR);
}

static void
test_an_automatic_one_owes_the_answer_still(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = NULL, working = NULL;

	message_add(kit->db, id, &(NewMessage){ .direction = "outbound", .body = "We have it.", .automatic = TRUE }, kit->actor, kit->now_ms, NULL, &error);
	g_assert_no_error(error);
	it = world_look(kit, id);
	g_assert_cmpstr(it->stage, ==, "acknowledged");
	g_assert_cmpint(it->first_response_at, ==, 0);
	g_assert_false(it->waiting);
	g_assert_cmpstr(it->due_kind, ==, "answer");
	message_add(kit->db, id, &(NewMessage){ .direction = "outbound", .body = "We look into it.", .still_ours = TRUE }, kit->actor, kit->now_ms, NULL, &error);
	g_assert_no_error(error);
	working = world_look(kit, id);
	g_assert_false(working->waiting);
	g_assert_cmpstr(working->due_kind, ==, "resolve");
}

static void
test_a_note_changes_nothing_outside(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autoptr(Case) it = NULL;
	g_autoptr(json_t) theirs = NULL, ours = NULL;

	world_say(kit, id, "note", "Called the shop.", kit->actor);
	it = world_look(kit, id);
	g_assert_cmpstr(it->stage, ==, "received");
	g_assert_cmpstr(it->snippet, ==, "The kettle leaks.");
	g_assert_cmpint(it->n_messages, ==, 2);
	theirs = message_list(kit->db, id, FALSE, 0, NULL);
	ours = message_list(kit->db, id, TRUE, 0, NULL);
	g_assert_cmpuint(json_array_size(theirs), ==, 1);
	g_assert_cmpuint(json_array_size(ours), ==, 2);
}

static void
test_a_customer_s_word_reopens(Kit *kit)
{
	gint64 ruth = world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent");
	gint64 id = world_case_of(kit, (NewCase){ .kind = "question", .severity = -1, .owner_id = ruth });
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = NULL;

	g_assert_true(case_move(kit->db, id, &(StageMove){ .stage = "closed", .outcome = "upheld" }, kit->actor, kit->now_ms, &error));
	world_say(kit, id, "inbound", "It broke again.", kit->actor);
	it = world_look(kit, id);
	g_assert_cmpstr(it->stage, ==, "investigating");
	g_assert_true(it->is_open);
	g_assert_cmpint(it->n_reopened, ==, 1);
	g_assert_cmpint(it->resolved_at, ==, 0);
	g_assert_null(it->outcome);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'case.reopened'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices WHERE kind = 'reopened'"), ==, 1);
}

static void
test_the_stale_guard_says_what_is_new(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) news = NULL, none = NULL;
	g_autoptr(Case) it = NULL;

	world_say(kit, id, "note", "old", kit->actor);             /* version 2 */
	world_say(kit, id, "inbound", "I found it!", kit->actor);   /* version 3 */
	g_assert_false(message_add(kit->db, id, &(NewMessage){ .direction = "outbound", .body = "Where is it?", .version = 2 }, kit->actor, kit->now_ms, NULL, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	news = message_since_version(kit->db, id, 2, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(json_array_size(json_object_get(news, "messages")), ==, 1);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(news, "messages"), 0), "body", ""), ==, "I found it!");
	g_assert_cmpuint(json_array_size(json_object_get(news, "events")), ==, 1);
	none = message_since_version(kit->db, id, 3, &error);
	g_assert_cmpuint(json_array_size(json_object_get(none, "messages")), ==, 0);
	g_assert_true(message_add(kit->db, id, &(NewMessage){ .direction = "outbound", .body = "Good.", .version = 3 }, kit->actor, kit->now_ms, NULL, &error));
	it = world_look(kit, id);
	g_assert_cmpint(it->version, ==, 4);
}

static gboolean
any_news(Kit *kit, gint64 id, gint64 version, gint64 user_id)
{
	g_autoptr(GError) error = NULL;
	gboolean any = FALSE;

	g_assert_true(message_any_news(kit->db, id, version, user_id, &any, &error));
	g_assert_no_error(error);
	return any;
}

static void
test_what_makes_an_answer_old(Kit *kit)
{
	gint64 id = world_case(kit, "kettle"), ruth = world_user(kit, "Ruth", "ruth@example.org", "agent"), sam = world_user(kit, "Sam", "sam@example.org", "agent");
	const Actor one = world_actor(ruth, "agent"), other = world_actor(sam, "agent");
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) news = NULL;
	DbTx *tx;

	world_say(kit, id, "note", "mine", &one);     /* version 2 */
	world_say(kit, id, "outbound", "mine", &one); /* 3 */
	g_assert_false(any_news(kit, id, 1, ruth));
	g_assert_true(any_news(kit, id, 2, sam));
	g_assert_false(any_news(kit, id, 3, sam));
	world_say(kit, id, "note", "theirs", &other); /* 4: changes nothing of what the customer is to be told */
	g_assert_false(any_news(kit, id, 3, ruth));
	world_say(kit, id, "inbound", "I found it!", kit->actor); /* 5 */
	g_assert_true(any_news(kit, id, 4, ruth));
	world_say(kit, id, "inbound", "And the lid.", &one); /* 6: written down by herself, said by the customer */
	g_assert_true(any_news(kit, id, 5, ruth));
	g_assert_false(any_news(kit, id, 6, ruth));
	/* What has no version of the case, as its mail's events, hides nothing that was before it. */
	tx = db_begin(kit->db, &error);
	g_assert_true(event_add(kit->db, &(Event){ .kind = "mail.delivered", .case_id = id, .at_ms = kit->now_ms, .actor = actor_system() }, NULL, &error) && db_tx_commit(tx, &error));
	db_tx_free(tx);
	g_assert_true(any_news(kit, id, 5, ruth));
	news = message_since_version(kit->db, id, 5, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(json_array_size(json_object_get(news, "messages")), ==, 1);
	g_assert_cmpuint(json_array_size(json_object_get(news, "events")), ==, 1);
	/* Behind very many own notes it is not looked for, and so not passed over. */
	for (int i = 0; i < 201; i++)
		world_say(kit, id, "note", "mine", &one);
	g_assert_true(any_news(kit, id, 5, ruth));
	g_assert_false(any_news(kit, id, 200, ruth));
}

static void
test_faults(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autoptr(GError) error = NULL;

	g_assert_false(message_add(kit->db, id, &(NewMessage){ .direction = "sideways", .body = "  ", .channel = "pigeon" }, kit->actor, kit->now_ms, NULL, &error));
	g_assert_true(world_at_fault(&error, "/direction") && world_at_fault(&error, "/body") && world_at_fault(&error, "/channel"));
	g_clear_error(&error);
	g_assert_false(message_add(kit->db, 4711, &(NewMessage){ .direction = "note", .body = "x" }, kit->actor, kit->now_ms, NULL, &error));
	g_assert_error(error, ERR, ERR_NOT_FOUND);
}

static void
test_who_is_mentioned(void)
{
	static const MentionName names[] = {
		{ 1, "7KQM-4TXB", "Ruth Adeyemi", "ruth@example.org" }, { 2, "2222-2222", "Jonas Weber", "jonas@example.org" },
		{ 3, "3333-3333", "Jonas Weberling", "jw@example.org" }, { 4, "4444-4444", "\xc3\x96zlem Kaya", "kaya@example.org" },
	};
	static const struct {
		const char *body;
		gint64 ids[4];
	} rows[] = {
		{ "no one", { 0 } },
		{ "@Ruth Adeyemi please look", { 1 } },
		{ "@ruth please", { 1 } },
		{ "please, (@RUTH)", { 1 } },
		{ "@Jonas which one?", { 0 } },
		{ "@Jonas Weber", { 2 } },
		{ "@Jonas Weberling", { 3 } },
		{ "@jonas weber, @jw", { 2, 3 } },
		{ "@7KQM-4TXB", { 1 } },
		{ "@\xc3\xb6zlem and @\xc3\x96zlem Kaya", { 4 } },
		{ "write to ruth@example.org", { 0 } },
		{ "@ruth@example.org", { 1 } },
		{ "@ruthless", { 0 } },
		{ "@ Ruth", { 0 } },
		{ "@", { 0 } },
		{ "@@ruth", { 1 } },
		{ "@ruth @ruth @Ruth Adeyemi", { 1 } },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GArray) ids = mention_find(rows[i].body, names, G_N_ELEMENTS(names));
		guint n = 0;

		while (n < 4 && rows[i].ids[n] != 0)
			n++;
		if (ids->len != n || (n > 0 && memcmp(ids->data, rows[i].ids, n * sizeof(gint64)) != 0))
			g_error("\"%s\" means %u people", rows[i].body, ids->len);
	}
}

static void
test_notices_reach_whom_they_should(Kit *kit)
{
	gint64 ruth = world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent"), jonas = world_user(kit, "Jonas Weber", "jonas@example.org", "agent");
	gint64 id = world_case(kit, "kettle"), n = 0;
	Actor agent = world_actor(ruth, "agent");
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) list = NULL, one = NULL;

	world_say(kit, id, "note", "@Jonas Weber, and I, @ruth: look", &agent);
	world_say(kit, id, "outbound", "Dear @Jonas Weber", &agent); /* words to a customer mention nobody */
	g_assert_true(case_assign(kit->db, id, 0, jonas, 0, &agent, kit->now_ms, &error));
	world_say(kit, id, "inbound", "Hello?", kit->actor);
	notice_count_unread(kit->db, jonas, &n, &error);
	g_assert_no_error(error);
	g_assert_cmpint(n, ==, 3);
	notice_count_unread(kit->db, ruth, &n, &error);
	g_assert_cmpint(n, ==, 0);
	list = notice_list(kit->db, jonas, TRUE, 0, 2, &error);
	g_assert_cmpuint(json_array_size(json_object_get(list, "notices")), ==, 2);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(list, "notices"), 0), "kind", ""), ==, "reply");
	one = notice_list(kit->db, jonas, FALSE, json_int(list, "next", 0), 2, &error);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(one, "notices"), 0), "kind", ""), ==, "mention");
	g_assert_true(json_is_null(json_object_get(one, "next")));
	g_assert_true(notice_mark_read(kit->db, jonas, 0, id, kit->now_ms, &error));
	notice_count_unread(kit->db, jonas, &n, &error);
	g_assert_cmpint(n, ==, 0);
}

static void
test_drafts(Kit *kit)
{
	gint64 ruth = world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent"), id = world_case(kit, "kettle");
	Actor agent = world_actor(ruth, "agent");
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) kept = NULL, gone = NULL;

	g_assert_true(message_draft_save(kit->db, id, ruth, "reply", "Dear", 1, kit->now_ms, &error));
	g_assert_true(message_draft_save(kit->db, id, ruth, "reply", "Dear Ada", 1, kit->now_ms, &error));
	g_assert_true(message_draft_save(kit->db, id, ruth, "note", "hm", 1, kit->now_ms, &error));
	kept = message_draft_get(kit->db, id, ruth, &error);
	g_assert_cmpstr(json_text(json_object_get(kept, "reply"), "body", ""), ==, "Dear Ada");
	world_say(kit, id, "outbound", "Dear Ada", &agent);
	g_assert_true(message_draft_save(kit->db, id, ruth, "note", "", 1, kit->now_ms, &error));
	gone = message_draft_get(kit->db, id, ruth, &error);
	g_assert_true(json_is_null(json_object_get(gone, "reply")) && json_is_null(json_object_get(gone, "note")));
	g_assert_false(message_draft_save(kit->db, id, ruth, "poem", "x", 1, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/kind"));
}

typedef struct {
	gint64 id;
	Actor agent;
} Given;

static gboolean
note(Kit *kit, gpointer data, GError **error)
{
	Given *given = data;

	return message_add(kit->db, given->id, &(NewMessage){ .direction = "note", .body = "@Jonas Weber look" }, &given->agent, kit->now_ms, NULL, error);
}

static gboolean
inbound(Kit *kit, gpointer data, GError **error)
{
	return message_add(kit->db, ((Given *)data)->id, &(NewMessage){ .direction = "inbound", .body = "Hello?" }, kit->actor, kit->now_ms, NULL, error);
}

static void
untouched(Kit *kit, gpointer data)
{
	g_autoptr(Case) it = world_look(kit, ((Given *)data)->id);

	g_assert_cmpint(it->version, ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM messages"), ==, 1);
}

static void
test_torture(Kit *kit)
{
	gint64 ruth = world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent");
	Given given = { world_case(kit, "kettle"), world_actor(ruth, "agent") };
	g_autoptr(GError) error = NULL;

	world_user(kit, "Jonas Weber", "jonas@example.org", "agent");
	g_assert_true(case_assign(kit->db, given.id, 0, ruth, 0, kit->actor, kit->now_ms, &error));
	kit_torture(kit, note, untouched, &given, 8);
	kit_torture(kit, inbound, NULL, &given, 7);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/message/a-reply-acknowledges-and-waits", test_a_reply_acknowledges_and_waits);
	kit_add("/message/an-automatic-one-owes-the-answer-still", test_an_automatic_one_owes_the_answer_still);
	kit_add("/message/a-note-changes-nothing-outside", test_a_note_changes_nothing_outside);
	kit_add("/message/a-customers-word-reopens", test_a_customer_s_word_reopens);
	kit_add("/message/the-stale-guard-says-what-is-new", test_the_stale_guard_says_what_is_new);
	kit_add("/message/what-makes-an-answer-old", test_what_makes_an_answer_old);
	kit_add("/message/faults", test_faults);
	kit_add_plain("/message/who-is-mentioned", test_who_is_mentioned);
	kit_add("/message/notices-reach-whom-they-should", test_notices_reach_whom_they_should);
	kit_add("/message/drafts", test_drafts);
	kit_add("/message/torture", test_torture);
	return kit_run();
}
