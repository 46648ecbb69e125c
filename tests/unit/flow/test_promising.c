/* test_promising.c - the life of a promise on its case: made, due, kept, broken, moved, taken back; who is told; clocks that
 * jump; nothing half done. */
#include "../cases/world.h"
#include "cases/list.h"
#include "cases/notice.h"
#include "flow/promise/promising.h"
#include "insight/promise_rate.h"
#include "org/team.h"
#include "work/worker.h"
#include <string.h>

static gint64
promise_it(Kit *kit, gint64 case_id, const char *what, gint64 in_ms, const Actor *actor)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	const NewPromise make = { .what = what, .due_at = kit->now_ms + in_ms };
	gint64 id = 0;

	promising_make_in(kit->db, case_id, &make, actor, kit->now_ms, &id, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	return id;
}

static Promise *
look(Kit *kit, gint64 id)
{
	g_autoptr(GError) error = NULL;
	Promise *it = promise_get(kit->db, id, &error);

	g_assert_no_error(error);
	return it;
}

static gboolean
keep(Kit *kit, gint64 id, gint64 kept_at, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);

	return promising_keep_in(kit->db, id, 0, kept_at, kit->actor, kit->now_ms, error) && db_tx_commit(tx, error);
}

static gint64
events(Kit *kit, const char *kind)
{
	g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM events WHERE kind = '%s'", kind);

	return kit_count(kit, sql);
}

static void
test_it_is_what_is_due_next(Kit *kit)
{
	gint64 id = world_case(kit, "kettle"), later, sooner;
	g_autoptr(GError) error = NULL;
	g_autoptr(Case) one = NULL, two = NULL, two_b = NULL, three = NULL, four = NULL, five = NULL;

	later = promise_it(kit, id, "send the label", 5 * MS_PER_HOUR, kit->actor);
	sooner = promise_it(kit, id, "call back", 2 * MS_PER_HOUR, kit->actor);
	one = world_look(kit, id);
	g_assert_cmpstr(one->due_kind, ==, "promise");
	g_assert_cmpint(one->due_at, ==, kit->now_ms + 2 * MS_PER_HOUR);
	g_assert_cmpint(one->n_promises, ==, 2);
	g_assert_cmpint(one->version, ==, 3); /* whoever began an answer before sees that something was promised since */
	g_assert_true(keep(kit, sooner, 0, &error));
	two = world_look(kit, id);
	g_assert_cmpint(two->due_at, ==, kit->now_ms + 5 * MS_PER_HOUR);
	/* an answer takes no promise back: with one open the case does not wait for the customer */
	world_say(kit, id, "outbound", "We look into it.", kit->actor);
	two_b = world_look(kit, id);
	g_assert_false(two_b->waiting);
	g_assert_cmpstr(two_b->due_kind, ==, "promise");
	g_assert_true(keep(kit, later, 0, &error));
	three = world_look(kit, id);
	g_assert_cmpstr(three->due_kind, !=, "promise");
	world_say(kit, id, "outbound", "It is done.", kit->actor);
	four = world_look(kit, id);
	g_assert_true(four->waiting);
	/* ... and one that is made while it waits takes it back */
	promise_it(kit, id, "call again", MS_PER_HOUR, kit->actor);
	five = world_look(kit, id);
	g_assert_false(five->waiting);
	g_assert_cmpstr(five->due_kind, ==, "promise");
	g_assert_cmpint(three->promise_due_at, ==, 0);
}

static void
test_what_is_refused(Kit *kit)
{
	gint64 id = world_case(kit, "kettle");
	g_autofree char *long_words = g_strnfill(PROMISE_MAX_WHAT + 1, 'x');
	const struct {
		NewPromise make;
		const char *field;
	} rows[] = {
		{ { .what = "call", .due_at = kit->now_ms }, "/due_at" },
		{ { .what = "call", .due_at = kit->now_ms - 1 }, "/due_at" },
		{ { .what = "call" }, "/due_at" },
		{ { .what = "call", .due_at = kit->now_ms + 3661 * MS_PER_DAY }, "/due_at" },
		{ { .what = " \n", .due_at = kit->now_ms + 1 }, "/what" },
		{ { .due_at = kit->now_ms + 1 }, "/what" },
		{ { .what = long_words, .due_at = kit->now_ms + 1 }, "/what" },
		{ { .what = "\xff", .due_at = kit->now_ms + 1 }, "/what" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);

		g_assert_false(promising_make_in(kit->db, id, &rows[i].make, kit->actor, kit->now_ms, NULL, NULL, &error));
		g_assert_error(error, ERR, ERR_INVALID);
		g_assert_true(world_at_fault(&error, rows[i].field));
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM promises"), ==, 0);
}

static void
test_kept_by_its_time_and_late(Kit *kit)
{
	gint64 id = world_case(kit, "kettle"), in_time = promise_it(kit, id, "one", MS_PER_HOUR, kit->actor),
	       late = promise_it(kit, id, "two", MS_PER_HOUR, kit->actor);
	gint64 said_later = promise_it(kit, id, "three", MS_PER_HOUR, kit->actor), made = kit->now_ms;
	g_autoptr(GError) error = NULL;
	g_autoptr(Promise) one = NULL, two = NULL, three = NULL;

	kit->now_ms = made + MS_PER_HOUR; /* to the millisecond */
	g_assert_true(keep(kit, in_time, 0, &error));
	kit->now_ms++;
	g_assert_true(keep(kit, late, 0, &error));
	/* said afterwards that it was kept before */
	kit->now_ms += MS_PER_DAY;
	g_assert_true(keep(kit, said_later, made + 30 * MS_PER_MINUTE, &error));
	one = look(kit, in_time);
	two = look(kit, late);
	three = look(kit, said_later);
	g_assert_cmpstr(one->state, ==, "kept");
	g_assert_cmpstr(two->state, ==, "broken");
	g_assert_cmpint(two->kept_at, ==, made + MS_PER_HOUR + 1);
	g_assert_cmpstr(three->state, ==, "kept");
	g_assert_cmpint(three->kept_at, ==, made + 30 * MS_PER_MINUTE);
	g_assert_cmpint(events(kit, "promise.kept"), ==, 3);
	g_assert_cmpint(events(kit, "promise.broken"), ==, 1);
	/* twice, before it was made, ahead */
	g_assert_false(keep(kit, in_time, 0, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_false(keep(kit, late, 0, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	late = promise_it(kit, id, "four", MS_PER_HOUR, kit->actor);
	g_assert_false(keep(kit, late, kit->now_ms + 1, &error));
	g_assert_true(world_at_fault(&error, "/kept_at"));
	g_clear_error(&error);
	g_assert_false(keep(kit, late, kit->now_ms - MS_PER_HOUR, &error));
	g_assert_true(world_at_fault(&error, "/kept_at"));
}

static void
test_moved_and_taken_back(Kit *kit)
{
	gint64 id = world_case(kit, "kettle"), promise = promise_it(kit, id, "call", MS_PER_HOUR, kit->actor),
	       first = kit->now_ms + MS_PER_HOUR;
	PromiseChange change = { .given = PROMISE_DUE | PROMISE_WHAT, .due_at = kit->now_ms + 3 * MS_PER_HOUR, .what = "call" };
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autoptr(Promise) moved = NULL, gone = NULL;
	g_autoptr(Case) of = NULL;

	g_assert_true(promising_change_in(kit->db, promise, 1, &change, kit->actor, kit->now_ms, &error));
	moved = look(kit, promise);
	g_assert_cmpint(moved->due_at, ==, change.due_at);
	g_assert_cmpint(moved->first_due_at, ==, first);
	g_assert_cmpint(moved->n_moved, ==, 1);
	of = world_look(kit, id);
	g_assert_cmpint(of->due_at, ==, change.due_at);
	/* the same again: nothing; against the old version: refused */
	g_assert_true(promising_change_in(kit->db, promise, 0, &change, kit->actor, kit->now_ms, &error));
	g_assert_cmpint(events(kit, "promise.changed"), ==, 1);
	g_assert_cmpint(
		kit_count(kit,
			"SELECT count(*) FROM events WHERE kind = 'promise.changed' AND CAST(facts AS TEXT) LIKE '%due_from%' AND CAST(facts AS TEXT) NOT LIKE '%call%'"),
		==, 1);
	g_assert_false(promising_change_in(kit->db, promise, 1, &change, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	change.due_at = kit->now_ms;
	g_assert_false(promising_change_in(kit->db, promise, 0, &change, kit->actor, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/due_at"));
	g_clear_error(&error);
	/* when its time is over nothing can be moved or taken back */
	kit->now_ms += 3 * MS_PER_HOUR + 1;
	change.due_at = kit->now_ms + MS_PER_HOUR;
	g_assert_false(promising_change_in(kit->db, promise, 0, &change, kit->actor, kit->now_ms, &error));
	g_clear_error(&error);
	g_assert_false(promising_withdraw_in(kit->db, promise, 0, NULL, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	kit->now_ms -= MS_PER_HOUR;
	g_assert_true(promising_withdraw_in(kit->db, promise, 0, "she found it", kit->actor, kit->now_ms, &error));
	gone = look(kit, promise);
	g_assert_cmpstr(gone->state, ==, "withdrawn");
	g_assert_cmpstr(gone->reason, ==, "she found it");
	g_assert_true(db_tx_commit(tx, &error));
}

/* ---- what time does ------------------------------------------------------------------------------------------------- */

static void
test_soon(void)
{
	g_assert_cmpint(promise_soon_at(0, 4 * MS_PER_HOUR), ==, 3 * MS_PER_HOUR);
	g_assert_cmpint(promise_soon_at(0, 20 * MS_PER_MINUTE), ==, 15 * MS_PER_MINUTE);
	g_assert_cmpint(promise_soon_at(0, 16 * MS_PER_MINUTE), ==, 0);
	g_assert_cmpint(promise_soon_at(0, 56 * MS_PER_DAY), ==, 55 * MS_PER_DAY);
}

static guint
notices(Kit *kit, gint64 user_id, const char *kind)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT count(*) FROM notices WHERE user_id = %" G_GINT64_FORMAT " AND kind = '%s'", user_id, kind);

	return (guint)kit_count(kit, sql);
}

static void
run(Worker *worker, Kit *kit, gint64 at_ms, guint expected)
{
	g_autoptr(GError) error = NULL;
	gint64 next = 0;
	guint n = 0;

	kit->now_ms = at_ms;
	g_assert_true(worker_run_due(worker, at_ms, &n, &next, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(n, ==, expected);
}

static void
test_soon_due_broken(Kit *kit)
{
	gint64 amara = world_user(kit, "Amara Okafor", "amara@example.org", "agent"),
	       ellen = world_user(kit, "Ellen Brandt", "ellen@example.org", "supervisor");
	gint64 id = world_case(kit, "kettle"), made = kit->now_ms, due = made + 4 * MS_PER_HOUR, promise, stale;
	Actor actor = world_actor(amara, "agent");
	g_autoptr(GError) error = NULL;
	g_autoptr(Worker) worker = worker_new(kit_store(kit), NULL, NULL);
	g_autoptr(Team) team = team_add(kit->db, "Delivery", NULL, kit->actor, made, &error);
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autoptr(Promise) it = NULL, broken = NULL;
	g_autoptr(Case) of = NULL;

	g_assert_true(team_set_lead_in(kit->db, team->id, ellen, kit->actor, made, &error));
	g_assert_true(db_tx_commit(tx, &error));
	g_clear_pointer(&tx, db_tx_free);
	g_assert_true(case_assign(kit->db, id, 0, amara, team->id, kit->actor, made, &error));
	promise = promise_it(kit, id, "call Ruth back", due - made, &actor);
	worker_handle(worker, "promise.tick", 0, promise_tick_job, NULL);
	run(worker, kit, made + 3 * MS_PER_HOUR - 1, 0);
	run(worker, kit, made + 3 * MS_PER_HOUR, 1);
	g_assert_cmpuint(notices(kit, amara, "promise_soon"), ==, 1);
	run(worker, kit, due - 1, 0);
	run(worker, kit, due, 1);
	g_assert_cmpuint(notices(kit, amara, "promise_due"), ==, 1);
	g_assert_cmpint(events(kit, "promise.due"), ==, 1);
	it = look(kit, promise);
	g_assert_cmpstr(it->state, ==, "open");
	run(worker, kit, due + PROMISE_GRACE_MS - 1, 0);
	run(worker, kit, due + PROMISE_GRACE_MS, 1);
	broken = look(kit, promise);
	g_assert_cmpstr(broken->state, ==, "broken");
	g_assert_cmpint(broken->kept_at, ==, 0);
	g_assert_cmpuint(notices(kit, amara, "promise_broken"), ==, 1);
	g_assert_cmpuint(notices(kit, ellen, "promise_broken"), ==, 1);
	of = world_look(kit, id);
	g_assert_cmpstr(of->due_kind, ==, "acknowledge");
	/* one that is kept in time hears nothing more, and one that was moved is told for its new time only */
	stale = promise_it(kit, id, "write", 4 * MS_PER_HOUR, &actor);
	g_assert_true(keep(kit, stale, 0, &error));
	run(worker, kit, kit->now_ms + 5 * MS_PER_HOUR, 1);
	g_assert_cmpuint(notices(kit, amara, "promise_soon"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs"), ==, 0);
}

static void
test_after_a_long_sleep(Kit *kit)
{
	gint64 amara = world_user(kit, "Amara Okafor", "amara@example.org", "agent"), id = world_case(kit, "kettle"), promise;
	Actor actor = world_actor(amara, "agent");
	g_autoptr(Worker) worker = worker_new(kit_store(kit), NULL, NULL);
	g_autoptr(Promise) it = NULL;

	worker_handle(worker, "promise.tick", 0, promise_tick_job, NULL);
	promise = promise_it(kit, id, "call", MS_PER_HOUR, &actor);
	/* the server was off: all of it at once, and only the last is told */
	run(worker, kit, kit->now_ms + 7 * MS_PER_DAY, 1);
	it = look(kit, promise);
	g_assert_cmpstr(it->state, ==, "broken");
	g_assert_cmpint(events(kit, "promise.due"), ==, 1);
	g_assert_cmpint(events(kit, "promise.broken"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM notices"), ==, 1);
}

static void
test_a_moved_promise_and_a_clock_set_back(Kit *kit)
{
	gint64 id = world_case(kit, "kettle"), promise = promise_it(kit, id, "call", MS_PER_HOUR, kit->actor), made = kit->now_ms;
	PromiseChange change = { .given = PROMISE_DUE, .due_at = made + 10 * MS_PER_HOUR };
	g_autoptr(GError) error = NULL;
	g_autoptr(Worker) worker = worker_new(kit_store(kit), NULL, NULL);
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);

	worker_handle(worker, "promise.tick", 0, promise_tick_job, NULL);
	g_assert_true(promising_change_in(kit->db, promise, 0, &change, kit->actor, made, &error));
	g_assert_true(db_tx_commit(tx, &error));
	g_clear_pointer(&tx, db_tx_free);
	run(worker, kit, made + 2 * MS_PER_HOUR, 1); /* the job of the old time */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs"), ==, 1);
	g_assert_cmpint(events(kit, "promise.due"), ==, 0);
	run(worker, kit, made + 10 * MS_PER_HOUR, 1);
	g_assert_cmpint(events(kit, "promise.due"), ==, 1);
}

static gint64
listed(Kit *kit, const char *view, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(CaseQuery) query = case_query_parse(text, kit->now_ms, "UTC");
	const CaseListAsk ask = { .view = view, .query = query, .limit = 50 };
	g_autoptr(json_t) list = case_list(kit->db, &ask, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	return (gint64)json_array_size(json_object_get(list, "cases"));
}

static void
test_found_in_the_queue(Kit *kit)
{
	gint64 today = world_case(kit, "today"), later = world_case(kit, "later"), broken = world_case(kit, "broken"), id;
	CaseCounters *counters;
	g_autoptr(GError) error = NULL;

	world_case(kit, "none");
	id = promise_it(kit, broken, "call", MS_PER_HOUR, kit->actor);
	kit->now_ms += 2 * MS_PER_HOUR;
	g_assert_true(keep(kit, id, 0, &error));
	promise_it(kit, today, "call", MS_PER_HOUR, kit->actor);
	promise_it(kit, later, "call", 3 * MS_PER_DAY, kit->actor);
	g_assert_cmpint(listed(kit, "promises", ""), ==, 2);
	g_assert_cmpint(listed(kit, NULL, "promise:open"), ==, 2);
	g_assert_cmpint(listed(kit, NULL, "promise:due"), ==, 1);
	g_assert_cmpint(listed(kit, NULL, "promise:broken"), ==, 1);
	g_assert_cmpint(listed(kit, NULL, "-promise:broken"), ==, 3);
	g_assert_cmpint(listed(kit, NULL, "-promise:open"), ==, 2);
	g_assert_cmpint(listed(kit, NULL, "-promise:due"), ==, 3);
	g_assert_cmpint(listed(kit, NULL, "promise:due promise:broken"), ==, 0);
	g_assert_cmpint(listed(kit, NULL, "promise:open is:closed"), ==, 0);
	counters = case_counters_new();
	g_assert_true(case_counters_refresh(counters, kit->db, kit->now_ms, &error));
	{
		g_autoptr(json_t) counts = case_counters_get(counters, kit->actor);

		g_assert_cmpint(json_int(counts, "promises", -1), ==, 2);
	}
	case_counters_free(counters);
}

/* ---- figures --------------------------------------------------------------------------------------------------------- */

static gint64
n_rows(Kit *kit, PromiseRowsAsk ask)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) value = NULL;

	ask.limit = 200;
	if (ask.to_ms == 0)
		ask.to_ms = kit->now_ms;
	value = promise_rate_rows(kit->db, &ask, &error);
	g_assert_no_error(error);
	return (gint64)json_array_size(json_object_get(value, "promises"));
}

static void
test_figures(Kit *kit)
{
	gint64 amara = world_user(kit, "Amara Okafor", "amara@example.org", "agent"), id = world_case(kit, "kettle"),
	       other = world_case_of(kit, (NewCase){ .channel = "phone", .severity = -1 });
	Actor actor = world_actor(amara, "agent");
	g_autoptr(GError) error = NULL;
	g_autoptr(ReportPeriod) period = NULL;
	g_autoptr(json_t) value = NULL;
	const json_t *kept, *first;

	for (int i = 0; i < 9; i++) {
		gint64 promise = promise_it(kit, i % 3 == 0 ? other : id, "call", MS_PER_HOUR, i < 6 ? &actor : kit->actor);

		/* seven in time, one late, one taken back */
		if (i == 8) {
			g_autoptr(DbTx) tx = db_begin(kit->db, &error);

			g_assert_true(promising_withdraw_in(kit->db, promise, 0, NULL, kit->actor, kit->now_ms, &error) &&
				      db_tx_commit(tx, &error));
		} else if (i == 7) {
			kit->now_ms += 2 * MS_PER_HOUR;
			g_assert_true(keep(kit, promise, 0, &error));
		} else {
			g_assert_true(keep(kit, promise, 0, &error));
		}
	}
	promise_it(kit, id, "later", MS_PER_DAY, kit->actor); /* not due yet: in no figure */
	kit->now_ms += 2 * MS_PER_HOUR;
	period = report_period_new("7d", NULL, NULL, -1, kit->now_ms, "UTC", &error);
	value = promise_rate_read(kit->db, &(PromiseRateAsk){ .period = period, .zone = "UTC", .now_ms = kit->now_ms }, &error);
	g_assert_no_error(error);
	kept = json_object_get(value, "kept");
	g_assert_cmpint(json_int(kept, "n", 0), ==, 8);
	g_assert_cmpint(json_int(kept, "kept", 0), ==, 7);
	g_assert_cmpint(json_int(kept, "broken", 0), ==, 1);
	g_assert_cmpint(json_int(kept, "late", 0), ==, 1);
	g_assert_cmpfloat_with_epsilon(json_number_value(json_object_get(kept, "pct")), 87.5, 0.001);
	g_assert_cmpfloat_with_epsilon(json_number_value(json_object_get(kept, "low")), 52.9, 0.001); /* Wilson, 7 of 8: 52.9 to 97.8 */
	g_assert_cmpfloat_with_epsilon(json_number_value(json_object_get(kept, "high")), 97.8, 0.001);
	first = json_array_get(json_object_get(value, "by_agent"), 0);
	g_assert_cmpstr(json_text(first, "name", ""), ==, "Amara Okafor");
	g_assert_cmpint(json_int(first, "n", 0), ==, 6);
	g_assert_cmpuint(json_array_size(json_object_get(value, "by_agent")), ==, 2);
	g_assert_cmpuint(json_array_size(json_object_get(value, "by_channel")), ==, 2);
	g_assert_cmpstr(json_text(json_array_get(json_object_get(value, "by_channel"), 1), "name", ""), ==, "phone");
	/* each figure opens to exactly its rows */
	g_assert_cmpint(n_rows(kit, (PromiseRowsAsk){ .state = "over" }), ==, 8);
	g_assert_cmpint(n_rows(kit, (PromiseRowsAsk){ .state = "broken" }), ==, 1);
	g_assert_cmpint(n_rows(kit, (PromiseRowsAsk){ .state = "over", .owner_id = amara }), ==, 6);
	g_assert_cmpint(n_rows(kit, (PromiseRowsAsk){ .state = "over", .owner_id = -1 }), ==, 2);
	g_assert_cmpint(n_rows(kit, (PromiseRowsAsk){ .state = "over", .channel = "phone" }), ==, 3);
	g_assert_cmpint(n_rows(kit, (PromiseRowsAsk){ .state = "over", .team_id = -1, .category_id = -1 }), ==, 8);
	g_assert_cmpint(n_rows(kit, (PromiseRowsAsk){ .state = "over", .team_id = 99 }), ==, 0);
	g_assert_cmpint(n_rows(kit, (PromiseRowsAsk){ .to_ms = G_MAXINT64 }), ==, 10);
}

/* ---- in a message, and whole or not at all ------------------------------------------------------------------------- */

static void
test_with_a_message(Kit *kit)
{
	static const char body[] = "Dear Ruth,\nI'll call you back tomorrow before noon. I'll call you back on Monday.";
	gint64 id = world_case(kit, "kettle"), message = world_say(kit, id, "outbound", body, kit->actor);
	g_autoptr(json_t) promises = json_loads(
		"[{\"what\": \"call back\", \"due_at\": \"2026-11-20T12:00:00Z\", \"words\": \"I'll call you back\", \"certainty\": 90},"
		"{\"what\": \"call again\", \"due_at\": \"2026-11-23T23:59:00Z\", \"whole_day\": true, \"words\": \"I'll call you back\"}]",
		0, NULL);
	g_autoptr(json_t) bad = json_loads(
		"[{\"what\": \"a\", \"due_at\": \"2026-11-20T12:00:00Z\"}, {\"what\": \"b\", \"due_at\": \"2026-11-18T12:00:00Z\"}]", 0,
		NULL);
	g_autoptr(json_t) no_time = json_loads("[{\"what\": \"a\", \"due_at\": \"soon\"}]", 0, NULL), no_list = json_loads("{}", 0, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autoptr(GPtrArray) all = NULL;
	const Promise *one, *two;

	g_assert_true(promising_of_message_in(kit->db, id, message, body, promises, kit->actor, kit->now_ms, &error));
	all = promise_list(kit->db, id, &error);
	one = all->pdata[0];
	two = all->pdata[1];
	g_assert_cmpstr(one->source, ==, "words");
	g_assert_cmpint(one->span_start, ==, 11);
	g_assert_cmpint(one->span_end, ==, 29);
	g_assert_cmpint(one->certainty, ==, 90);
	g_assert_cmpint(two->span_start, ==, strstr(body + 20, "I'll") - body); /* the second time it is said */
	g_assert_true(two->whole_day);
	g_assert_true(promising_of_message_in(kit->db, id, message, body, NULL, kit->actor, kit->now_ms, &error));
	g_assert_false(promising_of_message_in(kit->db, id, message, body, bad, kit->actor, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/promises/1/due_at"));
	g_clear_error(&error);
	g_assert_false(promising_of_message_in(kit->db, id, message, body, no_time, kit->actor, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/promises/0/due_at"));
	g_clear_error(&error);
	g_assert_false(promising_of_message_in(kit->db, id, message, body, no_list, kit->actor, kit->now_ms, &error));
	g_assert_true(world_at_fault(&error, "/promises"));
}

typedef struct {
	gint64 case_id, promise_id;
	const char *step;
} Tortured;

static gboolean
tortured(Kit *kit, gpointer data, GError **error)
{
	const Tortured *it = data;
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	const NewPromise make = { .what = "call", .due_at = kit->now_ms + MS_PER_HOUR };
	PromiseChange change = { .given = PROMISE_DUE, .due_at = kit->now_ms + 9 * MS_PER_HOUR };
	PromiseStep step;
	gboolean ok;

	if (tx == NULL)
		return FALSE;
	if (strcmp(it->step, "make") == 0)
		ok = promising_make_in(kit->db, it->case_id, &make, kit->actor, kit->now_ms, NULL, NULL, error);
	else if (strcmp(it->step, "move") == 0)
		ok = promising_change_in(kit->db, it->promise_id, 0, &change, kit->actor, kit->now_ms, error);
	else if (strcmp(it->step, "tick") == 0)
		ok = promise_tick_in(kit->db, it->promise_id, kit->now_ms + MS_PER_DAY, &step, error);
	else
		ok = promising_keep_in(kit->db, it->promise_id, 0, 0, kit->actor, kit->now_ms, error);
	return ok && db_tx_commit(tx, error);
}

static void
test_whole_or_not_at_all(Kit *kit)
{
	static const char *const steps[] = { "make", "move", "keep", "tick" };

	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		gint64 id = world_case(kit, steps[i]);
		Tortured it = { id, promise_it(kit, id, "call", 2 * MS_PER_HOUR, kit->actor), steps[i] };

		kit_torture(kit, tortured, NULL, &it, 4);
	}
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM promises"), ==, 5);
	g_assert_cmpint(events(kit, "promise.made"), ==, 5);
	g_assert_cmpint(events(kit, "promise.changed"), ==, 1);
	g_assert_cmpint(events(kit, "promise.kept"), ==, 1);
	g_assert_cmpint(events(kit, "promise.broken"), ==, 1);
	g_assert_cmpint(
		kit_count(kit, "SELECT count(*) FROM cases c WHERE n_promises <> (SELECT count(*) FROM promises p WHERE p.case_id = c.id)"),
		==, 0);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/promising/due-next", test_it_is_what_is_due_next);
	kit_add("/promising/refused", test_what_is_refused);
	kit_add("/promising/kept", test_kept_by_its_time_and_late);
	kit_add("/promising/moved", test_moved_and_taken_back);
	kit_add_plain("/promising/soon", test_soon);
	kit_add("/promising/soon-due-broken", test_soon_due_broken);
	kit_add("/promising/after-a-long-sleep", test_after_a_long_sleep);
	kit_add("/promising/moved-and-clock-back", test_a_moved_promise_and_a_clock_set_back);
	kit_add("/promising/found", test_found_in_the_queue);
	kit_add("/promising/figures", test_figures);
	kit_add("/promising/with-a-message", test_with_a_message);
	kit_add("/promising/whole-or-not-at-all", test_whole_or_not_at_all);
	return kit_run();
}
