/* test_mail_unsaid_merged.c - an answer is taken back after its case was merged: all cases that it came to are as if it had not been written. One merge: test_mail_unsaid.c. */
#include "unsaid.h"

static void
both_merge(Kit *kit, const World *it, const World *into)
{
	g_autoptr(GError) error = NULL;

	case_merge(kit->db, it->a, into->a, &it->ruth, kit->now_ms, &error);
	g_assert_no_error(error);
	case_merge(kit->db, it->b, into->b, &it->ruth, kit->now_ms, &error);
	g_assert_no_error(error);
}

static void
both_part(Kit *kit, const World *it)
{
	g_autoptr(GError) error = NULL;

	case_merge_undo(kit->db, it->a, &it->ruth, kit->now_ms, &error);
	g_assert_no_error(error);
	case_merge_undo(kit->db, it->b, &it->ruth, kit->now_ms, &error);
	g_assert_no_error(error);
}

static World
others(Kit *kit, const World *it, const char *email)
{
	return (World){ .ruth = it->ruth, .a = new_case(kit, email), .b = new_case(kit, email) };
}

static void
test_twice(Kit *kit)
{
	const World it = begin(kit), middle = others(kit, &it, "cleo@customer.example"), top = others(kit, &it, "dan@customer.example");
	gint64 id;

	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We are sorry. Is it the red one?", &(MailReply){ 0 }, NULL);
	kit->now_ms += 1 * H;
	both_merge(kit, &it, &middle);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE clock = 'answer' AND case_id = ", middle.a), ==, 1);
	kit->now_ms += 1 * H;
	both_merge(kit, &middle, &top);
	kit->now_ms += 1 * H;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &top);
	expect_alike(kit, &middle);
	kit->now_ms += 1 * H;
	both_part(kit, &middle);
	expect_alike(kit, &top);
	expect_alike(kit, &middle);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE case_id = ", middle.a), ==, 0);
	kit->now_ms += 1 * H;
	both_part(kit, &it);
	expect_alike(kit, &middle);
	expect_alike(kit, &it);
}

/* What it has left on the other case goes from there too. */
static void
test_undone_before(Kit *kit)
{
	const World it = begin(kit), other = others(kit, &it, "cleo@customer.example");

	/* The first one, and one more that comes after another: it waits for the customer still. */
	for (guint i = 0; i < 2; i++) {
		gint64 id;

		kit->now_ms += 1 * H;
		if (i > 0)
			both_say(kit, &it, "outbound", "Which one is it?");
		kit->now_ms += 1 * H;
		id = writes(kit, it.a, &it.ruth, "We are sorry. Is it the red one?", &(MailReply){ 0 }, NULL);
		kit->now_ms += 1 * H;
		both_merge(kit, &it, &other);
		kit->now_ms += 1 * H;
		both_part(kit, &it);
		kit->now_ms += 1 * H;
		takes_back(kit, id, &it.ruth);
		expect_alike(kit, &it);
		g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE waiting AND id = ", it.a), ==, i);
		if (i > 0)
			continue;
		expect_alike(kit, &other);
		g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE guide = '' AND id = ", other.a), ==, 1);
		g_assert_cmpint(count(kit, "SELECT count(*) FROM clock_results WHERE case_id = ", other.a), ==, 0);
	}
}

/* As an import leaves them. */
static void
forget_events(Kit *kit, const World *it)
{
	static const DbSql FORGET = { "unsaid_test_forget", "DELETE FROM events WHERE case_id IN ($1, $2)", 2, TRUE };
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);

	g_assert_true(db_exec(kit->db, &FORGET, DB_ARGS(DB_INT(it->a), DB_INT(it->b)), NULL, &error) && db_tx_commit(tx, &error));
}

/* What was said before there were events counts, after a merge too; so does that it waited. */
static void
test_without_events(Kit *kit)
{
	const World it = begin(kit), other = others(kit, &it, "cleo@customer.example");
	gint64 id;

	kit->now_ms += 1 * H;
	both_say(kit, &it, "outbound", "We look into it.");
	forget_events(kit, &it);
	kit->now_ms += 1 * H;
	id = writes(kit, it.a, &it.ruth, "We are sorry. Is it the red one?", &(MailReply){ 0 }, NULL);
	kit->now_ms += 5000;
	both_merge(kit, &it, &other);
	kit->now_ms += 1000;
	takes_back(kit, id, &it.ruth);
	expect_alike(kit, &it);
	expect_alike(kit, &other);
	g_assert_cmpint(count(kit, "SELECT count(*) FROM cases WHERE waiting AND id = ", it.a), ==, 1);
	kit->now_ms += 1000;
	both_part(kit, &it);
	expect_alike(kit, &it);
	expect_alike(kit, &other);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/unsaid/merged/twice", test_twice);
	kit_add("/mail/unsaid/merged/undone-before", test_undone_before);
	kit_add("/mail/unsaid/merged/without-events", test_without_events);
	return kit_run();
}
