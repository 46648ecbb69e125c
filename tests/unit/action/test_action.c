/* test_action.c - opening, changing, ending and opening again; who may; reminders that follow the day; whole or not at all. */
#include "../cases/world.h"
#include "action/action.h"
#include <string.h>

typedef struct {
	gint64 owner;
	NewAction make;
	char ref[16];
} Try;

static gboolean
open_one(Kit *kit, gpointer data, GError **error)
{
	Try *self = data;

	return action_open(kit->db, &self->make, kit->actor, kit->now_ms, self->ref, error);
}

static Try
prepare(Kit *kit)
{
	Try self = { .owner = world_user(kit, "Ellen Brandt", "ellen@example.org", "supervisor") };

	world_word(kit, TREE_ROOT_CAUSE, "Supplier > Courier");
	self.make = (NewAction){ .title = "A second courier for the north", .plan = "Contract", .effect = "Half as many", .root_cause = "Supplier > Courier", .owner_id = self.owner, .due_at = kit->now_ms + 10 * MS_PER_DAY };
	return self;
}

static void
nothing_there(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM actions"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'action.remind'"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'action.opened'"), ==, 0);
}

static void
test_opened_whole_or_not_at_all(Kit *kit)
{
	Try self = prepare(kit);
	g_autoptr(GError) error = NULL;
	g_autoptr(Action) it = NULL;

	kit_torture(kit, open_one, nothing_there, &self, 5);
	it = action_get(kit->db, self.ref, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(it->state, ==, "open");
	g_assert_cmpstr(it->cause, ==, "Supplier \u203a Courier");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'action.remind'"), ==, 2);
}

static void
test_faults(Kit *kit)
{
	Try self = prepare(kit);
	Actor agent = world_actor(self.owner, "agent");
	g_autoptr(GError) error = NULL;
	gint64 bare = world_case(kit, "without a cause");
	NewAction make = { .title = " " };

	g_assert_false(action_open(kit->db, &self.make, &agent, kit->now_ms, NULL, &error));
	g_assert_error(error, ERR, ERR_DENIED);
	g_clear_error(&error);
	g_assert_false(action_open(kit->db, &make, kit->actor, kit->now_ms, NULL, &error));
	g_assert_true(world_at_fault(&error, "/title") && world_at_fault(&error, "/owner") && world_at_fault(&error, "/due_at"));
	g_clear_error(&error);
	make = self.make;
	make.root_cause = NULL;
	g_assert_false(action_open(kit->db, &make, kit->actor, kit->now_ms, NULL, &error));
	g_assert_true(world_at_fault(&error, "/root_cause"));
	g_clear_error(&error);
	make.case_id = bare; /* a case that has no cause says none */
	g_assert_false(action_open(kit->db, &make, kit->actor, kit->now_ms, NULL, &error));
	g_clear_error(&error);
	make = self.make;
	make.product = "Nothing we sell";
	g_assert_false(action_open(kit->db, &make, kit->actor, kit->now_ms, NULL, &error));
	g_assert_true(world_at_fault(&error, "/product"));
	g_clear_error(&error);
	world_word(kit, TREE_PRODUCT, "Kettle");
	make.product = "Kettle"; /* two things at once */
	g_assert_false(action_open(kit->db, &make, kit->actor, kit->now_ms, NULL, &error));
	g_assert_true(world_at_fault(&error, "/root_cause"));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM actions"), ==, 0);
}

static void
test_life(Kit *kit)
{
	Try self = prepare(kit);
	g_autoptr(GError) error = NULL;
	g_autoptr(Action) it = NULL;
	ActionChange change = { .given = ACTION_DUE, .due_at = kit->now_ms + 20 * MS_PER_DAY };

	g_assert_true(open_one(kit, &self, &error));
	g_assert_true(action_change(kit->db, self.ref, 1, &change, kit->actor, kit->now_ms, &error));
	g_assert_false(action_change(kit->db, self.ref, 1, &change, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'action.remind'"), ==, 4); /* those of the old day find nothing to do */
	g_assert_false(action_end(kit->db, self.ref, 0, "done", " ", kit->actor, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/words"));
	g_clear_error(&error);
	g_assert_false(action_end(kit->db, self.ref, 0, "half", "x", kit->actor, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/state"));
	g_clear_error(&error);
	g_assert_true(action_end(kit->db, self.ref, 0, "done", "Signed.", kit->actor, kit->now_ms, &error));
	g_assert_false(action_end(kit->db, self.ref, 0, "done", "Again.", kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_false(action_end(kit->db, self.ref, 0, "dropped", "No.", kit->actor, kit->now_ms, &error));
	g_clear_error(&error);
	g_assert_false(action_change(kit->db, self.ref, 0, &change, kit->actor, kit->now_ms, &error));
	g_clear_error(&error);
	g_assert_true(action_end(kit->db, self.ref, 0, "open", NULL, kit->actor, kit->now_ms, &error));
	it = action_get(kit->db, self.ref, &error);
	g_assert_cmpstr(it->state, ==, "open");
	g_assert_cmpint(it->ended_at, ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind IN ('action.changed', 'action.done', 'action.reopened')"), ==, 3);
}

static gint64
work_clock(gpointer data)
{
	return ((Kit *)data)->now_ms;
}

static void
work_off(Kit *kit, Store *store)
{
	g_autoptr(Worker) worker = worker_new(store, work_clock, kit);
	g_autoptr(GError) error = NULL;
	guint n;
	gint64 next;

	worker_handle(worker, "action.remind", 0, action_remind_job, NULL);
	worker_run_due(worker, kit->now_ms, &n, &next, &error);
	g_assert_no_error(error);
}

/* Two days before and on the day; the old day's reminders say nothing once it moved, nor any when it is done. */
static void
test_reminders(Kit *kit)
{
	Try self = prepare(kit);
	g_autoptr(GError) error = NULL;
	Store *store = NULL;
	const gint64 start = kit->now_ms;
	ActionChange later = { .given = ACTION_DUE, .due_at = start + 20 * MS_PER_DAY };

	g_assert_true(open_one(kit, &self, &error));
	g_assert_true(action_change(kit->db, self.ref, 0, &later, kit->actor, kit->now_ms, &error));
	store = kit_store(kit);
	kit->now_ms = start + 11 * MS_PER_DAY;
	work_off(kit, store);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices"), ==, 0);
	kit->now_ms = start + 18 * MS_PER_DAY;
	work_off(kit, store);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices WHERE kind = 'action_due' AND case_id IS NULL"), ==, 1);
	work_off(kit, store);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices"), ==, 1);
	g_assert_true(action_end(kit->db, self.ref, 0, "done", "Signed.", kit->actor, kit->now_ms, &error));
	g_assert_no_error(error);
	kit->now_ms = start + 21 * MS_PER_DAY;
	work_off(kit, store);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs"), ==, 0);
}

static void
test_lists(Kit *kit)
{
	Try self = prepare(kit);
	gint64 id = world_case(kit, "late again");
	g_autoptr(GError) error = NULL;
	g_autoptr(Action) it = NULL;
	g_autoptr(json_t) all = NULL, done = NULL, of_case = NULL, of_other = NULL;

	g_assert_true(case_change(kit->db, id, 0, &(CaseChange){ .given = CASE_ROOT_CAUSE, .root_cause = "Supplier > Courier" }, kit->actor, kit->now_ms, &error));
	g_assert_true(open_one(kit, &self, &error));
	it = action_get(kit->db, self.ref, &error);
	self.make.case_id = id;
	self.make.root_cause = NULL; /* the case's */
	self.make.due_at -= MS_PER_DAY;
	g_assert_true(open_one(kit, &self, &error));
	all = action_list(kit->db, &(ActionFilter){ 0 }, 100, kit->now_ms, &error);
	g_assert_cmpuint(json_array_size(all), ==, 2);
	g_assert_cmpstr(json_text(json_array_get(all, 0), "ref", ""), ==, self.ref); /* due first */
	of_case = action_list_of_case(kit->db, id, it->root_cause_id, kit->now_ms, &error);
	g_assert_cmpuint(json_array_size(of_case), ==, 2);
	of_other = action_list_of_case(kit->db, id + 99, 0, kit->now_ms, &error);
	g_assert_cmpuint(json_array_size(of_other), ==, 0);
	g_assert_true(action_end(kit->db, self.ref, 0, "dropped", "Too dear.", kit->actor, kit->now_ms, &error));
	done = action_list(kit->db, &(ActionFilter){ .state = "dropped", .owner_id = self.owner, .root_cause_id = it->root_cause_id }, 100, kit->now_ms, &error);
	g_assert_cmpuint(json_array_size(done), ==, 1);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/action/opened_whole_or_not_at_all", test_opened_whole_or_not_at_all);
	kit_add("/action/faults", test_faults);
	kit_add("/action/life", test_life);
	kit_add("/action/reminders", test_reminders);
	kit_add("/action/lists", test_lists);
	return kit_run();
}
