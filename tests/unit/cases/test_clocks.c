/* test_clocks.c - a case's clocks in the database: written with the case, kept or missed with what happens to it. The rules: test_case_clocks.c. */
#include "cases/due.h"
#include "cases/list.h"
#include "promise/recount.h"
#include "world.h"

#define H MS_PER_HOUR
#define D MS_PER_DAY

static ClockRow *
row_of(Kit *kit, gint64 id)
{
	g_autoptr(GError) error = NULL;
	ClockRow *row = clock_row_find(kit->db, id, &error);

	g_assert_no_error(error);
	g_assert_nonnull(row);
	return row;
}

static gint64
results(Kit *kit, const char *where)
{
	g_autofree char *sql = g_strconcat("SELECT count(*) FROM clock_results WHERE ", where, NULL);

	return kit_count(kit, sql);
}

static void
test_written_with_the_case(Kit *kit)
{
	gint64 ruth = world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent"), id = world_case(kit, "kettle");
	Actor agent = world_actor(ruth, "agent");
	g_autoptr(ClockRow) row = row_of(kit, id), later = NULL, last = NULL;
	const gint64 began = kit->now_ms;

	g_assert_cmpint(row->due[CLOCK_ACKNOWLEDGE], ==, began + 24 * H);
	g_assert_cmpint(row->due[CLOCK_ANSWER], ==, began + 48 * H);
	g_assert_cmpint(row->due[CLOCK_RESOLVE], ==, began + 28 * D);
	g_assert_cmpint(row->due[CLOCK_FINAL], ==, began + 56 * D);
	g_assert_cmpint(row->next_at, ==, began + 18 * H);
	g_assert_cmpint(results(kit, "1 = 1"), ==, 0);
	kit->now_ms += 2 * H;
	world_say(kit, id, "outbound", "We are sorry.", &agent);
	later = row_of(kit, id);
	g_assert_cmpint(later->met[CLOCK_ACKNOWLEDGE], ==, kit->now_ms);
	g_assert_cmpint(later->due[CLOCK_ANSWER], ==, 0);
	g_assert_cmpuint(later->pauses->len, ==, 1);
	g_assert_cmpint(results(kit, "clock = 'acknowledge' AND NOT missed AND met_at IS NOT NULL"), ==, 1);
	g_assert_cmpint(results(kit, "clock = 'answer' AND NOT missed"), ==, 1);
	kit->now_ms += 3 * D;
	world_say(kit, id, "inbound", "And now?", kit->actor);
	kit->now_ms += 3 * D;
	world_say(kit, id, "outbound", "Late, we know.", &agent);
	g_assert_cmpint(results(kit, "clock = 'answer' AND missed"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'clock.breached'"), ==, 1);
	last = row_of(kit, id);
	g_assert_cmpint(last->due[CLOCK_RESOLVE], ==, began + 28 * D + 3 * D);
}

static void
test_another_policy_by_severity(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) it = NULL;
	g_autoptr(ClockRow) row = NULL;

	g_assert_true(case_change(kit->db, id, 0, &(CaseChange){ .given = CASE_SEVERITY, .severity = 3 }, kit->actor, kit->now_ms, &error));
	it = world_look(kit, id);
	row = row_of(kit, id);
	g_assert_cmpint(it->due_at, ==, kit->now_ms + 2 * H);
	g_assert_cmpint(row->due[CLOCK_ANSWER], ==, kit->now_ms + 4 * H);
	g_assert_cmpint(row->next_at, ==, kit->now_ms + 90 * MS_PER_MINUTE);
}

static void
test_by_product_and_segment(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) plain = NULL, below = NULL, gold = NULL;
	gint64 root = 0, customer;

	world_word(kit, TREE_PRODUCT, "Pumps > P20 > Seal");
	root = kit_count(kit, "SELECT id FROM products WHERE name = 'Pumps'");
	{
		g_autofree char *product = g_strdup_printf(
			"INSERT INTO clock_policies (ref, name, position, active, product_id, calendar_id, targets, lead_after, owner_after, created_at) SELECT 'a', 'Pumps', 9, TRUE, %d, id, "
			"'{\"acknowledge\":[\"1 hour\",false]}', 0, 0, 0 FROM calendars WHERE ref = 'CAEN-DARS'", (int)root);

		g_assert_true(db_script(kit->db, product, &error));
		g_assert_true(db_script(kit->db, "INSERT INTO clock_policies (ref, name, position, active, segment, severity, calendar_id, targets, lead_after, owner_after, created_at) SELECT 'b', 'Gold', 9, TRUE, "
		                                 "'gold', 1, id, '{\"acknowledge\":[\"30 minutes\",false]}', 0, 0, 0 FROM calendars WHERE ref = 'CAEN-DARS'", &error));
	}
	clock_book_forget(kit->db);
	plain = world_look(kit, world_case(kit, "kettle"));
	below = world_look(kit, world_case_of(kit, (NewCase){ .severity = -1, .product = "Pumps > P20 > Seal", .customer = { .name = "Ada", .email = "ada@example.org" } }));
	g_assert_cmpint(plain->due_at, ==, kit->now_ms + 24 * H);
	g_assert_cmpint(below->due_at, ==, kit->now_ms + 1 * H);
	customer = below->customer_id;
	g_assert_true(db_script(kit->db, "UPDATE customers SET segment = 'gold'", &error));
	gold = world_look(kit, world_case_of(kit, (NewCase){ .severity = -1, .customer_id = customer, .product = "Pumps" }));
	g_assert_cmpint(gold->due_at, ==, kit->now_ms + 30 * MS_PER_MINUTE);
}

/* A case from before there were clocks: its row comes with its next change, and nothing that is past is told. */
static void
test_from_before(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autoptr(GError) error = NULL;
	g_autoptr(ClockRow) row = NULL;
	g_autoptr(DbTx) tx = NULL;

	g_assert_true(db_script(kit->db, "DELETE FROM case_clocks", &error));
	kit->now_ms += 30 * D;
	tx = db_begin(kit->db, &error);
	g_assert_true(due_again_in(kit->db, id, RECKON_POLICY, kit->now_ms, &error));
	g_assert_true(db_tx_commit(tx, &error));
	row = row_of(kit, id);
	g_assert_cmpint(row->level[CLOCK_ACKNOWLEDGE], ==, 0); /* no policy makes a clock late by itself */
	g_assert_cmpint(row->due[CLOCK_FINAL], >, kit->now_ms);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind LIKE 'clock.%'"), ==, 0);
}

static gboolean
answer_late(Kit *kit, gpointer data, GError **error)
{
	const gint64 *id = data;

	return message_add(kit->db, *id, &(NewMessage){ .direction = "outbound", .body = "Late." }, kit->actor, kit->now_ms, NULL, error);
}

static void
no_result(Kit *kit, gpointer data)
{
	g_assert_cmpint(results(kit, "1 = 1"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'clock.breached'"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM case_clocks WHERE acknowledge_met IS NOT NULL"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");

	kit->now_ms += 3 * D;
	kit_torture(kit, answer_late, no_result, &id, 12);
	g_assert_cmpint(results(kit, "missed"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'clock.breached'"), ==, 2);
}

static guint
found(Kit *kit, const char *typed)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(CaseQuery) query = case_query_parse(typed, kit->now_ms, "UTC");
	g_autoptr(json_t) value = case_list(kit->db, &(CaseListAsk){ .view = "all", .query = query, .sort = "due", .limit = 50 }, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	return (guint)json_array_size(json_object_get(value, "cases"));
}

/* One answered late, one in time, one not yet: what a search for each finds, at each time. */
static void
test_searched_for(Kit *kit)
{
	Actor agent = world_actor(world_user(kit, "Ruth Adeyemi", "ruth@example.org", "agent"), "agent");
	gint64 in_time = world_case(kit, "kettle"), late = world_case(kit, "lamp");

	world_case(kit, "oven");
	world_say(kit, in_time, "outbound", "We are sorry.", &agent);
	kit->now_ms += 17 * H;
	g_assert_cmpuint(found(kit, "clock:soon"), ==, 0);
	kit->now_ms += 2 * H;
	g_assert_cmpuint(found(kit, "clock:soon"), ==, 2);
	g_assert_cmpuint(found(kit, "clock:soon -clock:acknowledge"), ==, 0);
	g_assert_cmpuint(found(kit, "-clock:soon"), ==, 1);
	g_assert_cmpuint(found(kit, "clock:acknowledge clock:resolve"), ==, 2); /* the answered one waits for its customer */
	kit->now_ms += 6 * H;
	g_assert_cmpuint(found(kit, "clock:late"), ==, 2);
	g_assert_cmpuint(found(kit, "-clock:late"), ==, 1);
	g_assert_cmpuint(found(kit, "clock:soon"), ==, 0);
	g_assert_cmpuint(found(kit, "clock:soon clock:late"), ==, 0);
	g_assert_cmpuint(found(kit, "missed:any"), ==, 0);
	world_say(kit, late, "outbound", "Late, we know.", &agent);
	g_assert_cmpuint(found(kit, "missed:acknowledge"), ==, 1);
	g_assert_cmpuint(found(kit, "missed:any"), ==, 1);
	g_assert_cmpuint(found(kit, "missed:answer missed:acknowledge"), ==, 1);
	g_assert_cmpuint(found(kit, "missed:answer"), ==, 0);
	g_assert_cmpuint(found(kit, "-missed:any"), ==, 2);
	g_assert_cmpuint(found(kit, "clock:late"), ==, 1);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/clocks/written-with-the-case", test_written_with_the_case);
	kit_add("/clocks/another-policy-by-severity", test_another_policy_by_severity);
	kit_add("/clocks/by-product-and-segment", test_by_product_and_segment);
	kit_add("/clocks/from-before", test_from_before);
	kit_add("/clocks/torture", test_torture);
	kit_add("/case-clocks/searched-for", test_searched_for);
	return kit_run();
}
