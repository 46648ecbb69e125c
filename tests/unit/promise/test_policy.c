/* test_policy.c - policies and calendars in the database: which one fits, changing them, faults, and that memory follows. */
#include "kit/kit.h"
#include "promise/book.h"
#include "promise/calendar_rows.h"
#include <string.h>

static const char *const kinds[] = { "complaint", "question", NULL };
static const char *const channels[] = { "email", "phone", NULL };
static const char *const severities[] = { "low", "normal", "high", "critical", NULL };
static const PolicyWords words = { kinds, channels, severities };

static ClockPolicy *
write_now(Kit *kit, const char *ref, gint64 version, const PolicyChange *change, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	g_autoptr(ClockPolicy) it = tx != NULL ? clock_policy_write_in(kit->db, ref, version, change, &words, kit->actor, kit->now_ms, error) : NULL;

	return it != NULL && db_tx_commit(tx, error) ? g_steal_pointer(&it) : NULL;
}

static gboolean
calendar_now(Kit *kit, const char *ref, const CalendarChange *change, char *ret_ref, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);

	return tx != NULL && calendar_write_in(kit->db, ref, 0, change, kit->actor, kit->now_ms, ret_ref, error) && db_tx_commit(tx, error);
}

static char *
ref_named(Kit *kit, const char *name)
{
	g_autoptr(GPtrArray) all = clock_policies(kit->db, NULL);

	for (guint i = 0; i < all->len; i++)
		if (strcmp(((ClockPolicy *)all->pdata[i])->name, name) == 0)
			return g_strdup(((ClockPolicy *)all->pdata[i])->ref);
	g_error("no policy %s", name);
}

/* The numbers that held before there were policies, and the final response. */
static void
test_shipped(Kit *kit)
{
	static const struct { gint64 severity; const char *name, *acknowledge, *answer, *resolve; } rows[] = {
		{ 0, "Everything else", "24 hours", "48 hours", "28 days" }, { 1, "Everything else", "24 hours", "48 hours", "28 days" },
		{ 2, "High", "8 hours", "24 hours", "14 days" }, { 3, "Critical", "2 hours", "4 hours", "3 days" },
	};
	ClockBook *book = clock_book(kit->db, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		const ClockPolicy *it = clock_policy_choose(book->policies, &(PolicyCase){ .kind = "complaint", .channel = "form", .severity = rows[i].severity });
		g_autoptr(json_t) json = clock_policy_to_json(it);

		g_assert_cmpstr(it->name, ==, rows[i].name);
		g_assert_cmpstr(json_text(json, "acknowledge", NULL), ==, rows[i].acknowledge);
		g_assert_cmpstr(json_text(json, "answer", NULL), ==, rows[i].answer);
		g_assert_cmpstr(json_text(json, "resolve", NULL), ==, rows[i].resolve);
		g_assert_cmpstr(json_text(json, "final", NULL), ==, "56 days");
		g_assert_cmpstr(json_text(json, "follow_up", NULL), ==, "");
		g_assert_true(json_flag(json, "answer_pauses", FALSE));
		g_assert_false(json_flag(json, "final_pauses", TRUE));
	}
	g_assert_cmpint(book->house_calendar_id, !=, 0);
	g_assert_nonnull(clock_book_house_calendar(book));
}

static void
test_the_most_specific_holds(void)
{
	ClockPolicy any = { .active = TRUE, .severity = POLICY_ANY }, kind = any, severe = any, both = any, leaf = any, root = any, gold = any, off = any, gone = any;
	const gint64 products[] = { 30, 20, 10, 0 };
	PolicyCase it = { .kind = "complaint", .channel = "email", .segment = "gold", .severity = 3, .products = products };
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	kind.kind = (char *)"complaint";
	severe.severity = 3;
	both.kind = (char *)"complaint";
	both.severity = 3;
	leaf.product_id = 30;
	root.product_id = 10;
	gold.segment = (char *)"gold";
	off = both;
	off.active = FALSE;
	gone = both;
	gone.removed_at = 1;
	g_assert_null(clock_policy_choose(all, &it));
	g_ptr_array_add(all, &any);
	g_ptr_array_add(all, &off);
	g_ptr_array_add(all, &gone);
	g_assert_true(clock_policy_choose(all, &it) == &any);
	g_ptr_array_add(all, &kind);
	g_ptr_array_add(all, &severe);
	g_assert_true(clock_policy_choose(all, &it) == &kind); /* as specific: the first */
	g_ptr_array_add(all, &root);
	g_assert_true(clock_policy_choose(all, &it) == &root);
	g_ptr_array_add(all, &leaf);
	g_assert_true(clock_policy_choose(all, &it) == &leaf); /* the nearer product */
	g_ptr_array_add(all, &both);
	g_assert_true(clock_policy_choose(all, &it) == &both); /* two conditions before any depth */
	it = (PolicyCase){ .kind = "question", .channel = "email", .severity = 1 };
	g_assert_true(clock_policy_choose(all, &it) == &any);
	it.segment = "gold";
	g_ptr_array_add(all, &gold);
	g_assert_true(clock_policy_choose(all, &it) == &gold);
	it.segment = "silver";
	g_assert_true(clock_policy_choose(all, &it) == &any);
}

static void
test_life_of_a_policy(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ClockPolicy) made = NULL, changed = NULL, removed = NULL, stale = NULL;
	g_autofree char *office = NULL;
	PolicyChange change = { .given = POLICY_NAME | POLICY_KIND | POLICY_SEGMENT | POLICY_CALENDAR | POLICY_LEAD, .name = " Gold customers ", .kind = "complaint", .segment = "Göld",
		.calendar = "CAFF-WRK9", .lead_after = "30 minutes", .targets = { [CLOCK_RESPOND] = "4 business hours" }, .targets_given = 1u << CLOCK_RESPOND, .pauses = { [CLOCK_RESPOND] = TRUE },
		.pauses_given = 1u << CLOCK_RESPOND };
	gint64 n_jobs = kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'clock.recount'");

	made = write_now(kit, NULL, 0, &change, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(made->name, ==, "Gold customers");
	g_assert_cmpstr(made->segment, ==, "gold");
	g_assert_cmpint(made->lead_after, ==, 30);
	g_assert_cmpint(made->targets[CLOCK_RESPOND].unit, ==, TARGET_WORK_HOURS);
	g_assert_true(made->targets[CLOCK_RESPOND].pauses);
	g_assert_cmpstr(made->calendar, ==, "Office hours");
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'clock.recount'"), ==, n_jobs + 2);
	g_assert_true(clock_book(kit->db, NULL)->segments); /* memory follows on this connection at once */
	changed = write_now(kit, made->ref, made->version, &(PolicyChange){ .given = POLICY_SEGMENT | POLICY_ACTIVE, .segment = "" }, &error);
	g_assert_no_error(error);
	g_assert_null(changed->segment);
	g_assert_false(changed->active);
	g_assert_cmpint(changed->version, ==, made->version + 1);
	stale = write_now(kit, made->ref, made->version, &(PolicyChange){ .given = POLICY_ACTIVE, .active = TRUE }, &error);
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	removed = write_now(kit, made->ref, 0, &(PolicyChange){ .given = POLICY_REMOVED, .removed = TRUE }, &error);
	g_assert_no_error(error);
	g_assert_null(clock_policy_by_ref(kit->db, made->ref, &error));
	g_assert_error(error, ERR, ERR_NOT_FOUND);
	g_assert_nonnull(clock_book_policy(clock_book(kit->db, NULL), made->id)); /* clocks that run still find it */
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM jobs WHERE kind = 'clock.recount'"), ==, n_jobs + 4);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind IN ('policy.added', 'policy.changed', 'policy.removed')"), ==, 3);
}

static void
test_the_last_for_all_stays(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *ref = ref_named(kit, "Everything else");

	g_assert_null(write_now(kit, ref, 0, &(PolicyChange){ .given = POLICY_REMOVED, .removed = TRUE }, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_null(write_now(kit, ref, 0, &(PolicyChange){ .given = POLICY_KIND, .kind = "complaint" }, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
	g_clear_error(&error);
	g_assert_null(write_now(kit, ref, 0, &(PolicyChange){ .given = POLICY_ACTIVE }, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

static void
test_faults_all_at_once(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	PolicyChange change = { .given = POLICY_NAME | POLICY_KIND | POLICY_SEVERITY | POLICY_CHANNEL | POLICY_CALENDAR | POLICY_LEAD | POLICY_OWNER, .name = "\n", .kind = "rant",
		.severity = "huge", .channel = "pigeon", .calendar = "NONE-NONE", .lead_after = "3 business days", .owner_after = "soon",
		.targets = { [CLOCK_ANSWER] = "quickly" }, .targets_given = 1u << CLOCK_ANSWER };

	g_assert_null(write_now(kit, NULL, 0, &change, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_assert_cmpuint(err_fields(error)->len, ==, 8);
	g_clear_error(&error);
	g_assert_null(write_now(kit, NULL, 0, &(PolicyChange){ .given = POLICY_NAME, .name = "No calendar" }, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_clear_error(&error);
	g_assert_null(write_now(kit, NULL, 0, &(PolicyChange){ .given = POLICY_NAME | POLICY_CALENDAR | POLICY_LEAD | POLICY_OWNER, .name = "Turned round", .calendar = "CAFF-WRK9", .lead_after = "2 days", .owner_after = "1 day" }, &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM clock_policies"), ==, 5);
}

static void
test_life_of_a_calendar(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	char ref[16] = "";
	const CalendarChange make = { .name = "Leeds", .zone = "Europe/London", .days = { "8:00-12:00, 13.00-17:30", "22:00-06:00", "", "00:00-24:00", NULL, NULL, NULL } };
	g_autoptr(json_t) shown = NULL;
	g_autoptr(GArray) holidays = g_array_new(FALSE, FALSE, sizeof(Holiday));
	const Holiday days[] = { { 0, day_of_ymd(2026, 12, 25), 0, 1440, TRUE, (char *)"Christmas Day" }, { 0, day_of_ymd(2026, 12, 24), 720, 1440, FALSE, (char *)"Half a day" } };
	gint64 added = 0;

	g_assert_true(calendar_now(kit, NULL, &make, ref, &error));
	g_array_append_vals(holidays, days, 2);
	for (int i = 0; i < 2; i++) {
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);

		g_assert_true(calendar_add_holidays_in(kit->db, ref, holidays, kit->actor, kit->now_ms, &added, &error));
		g_assert_true(db_tx_commit(tx, &error));
		g_assert_cmpint(added, ==, i == 0 ? 2 : 0); /* once each */
	}
	shown = calendar_show(kit->db, ref, &error);
	g_assert_cmpstr(json_text(shown, "monday", NULL), ==, "08:00-12:00, 13:00-17:30");
	g_assert_cmpstr(json_text(shown, "tuesday", NULL), ==, "22:00-06:00");
	g_assert_cmpstr(json_text(shown, "thursday", NULL), ==, "00:00-24:00");
	g_assert_cmpuint(json_array_size(json_object_get(shown, "holidays")), ==, 2);
	{
		g_autoptr(DbTx) tx = db_begin(kit->db, &error);

		g_assert_true(calendar_remove_holiday_in(kit->db, ref, json_int(json_array_get(json_object_get(shown, "holidays"), 0), "id", 0), FALSE, kit->actor, kit->now_ms, &error));
		g_assert_false(calendar_remove_holiday_in(kit->db, ref, 99999, FALSE, kit->actor, kit->now_ms, &error));
		g_assert_error(error, ERR, ERR_NOT_FOUND);
		g_clear_error(&error);
		g_assert_true(calendar_remove_in(kit->db, ref, 0, kit->actor, kit->now_ms, &error));
		g_assert_false(calendar_remove_in(kit->db, "CAFF-WRK9", 0, kit->actor, kit->now_ms, &error)); /* the house's */
		g_assert_error(error, ERR, ERR_CONFLICT);
		g_clear_error(&error);
		g_assert_false(calendar_remove_in(kit->db, "CAEN-DARS", 0, kit->actor, kit->now_ms, &error)); /* in use */
		g_assert_error(error, ERR, ERR_CONFLICT);
		g_clear_error(&error);
		g_assert_true(db_tx_commit(tx, &error));
	}
	g_assert_true(calendar_now(kit, NULL, &make, ref, &error)); /* its name is free again */
}

static void
test_faults_of_a_calendar(Kit *kit)
{
	static const struct { const char *day, *next; const char *field; } rows[] = {
		{ "9-17", NULL, "/monday" }, { "09:00-12:00, 11:00-13:00", NULL, "/monday" }, { "25:00-26:00", NULL, "/monday" }, { "09:60-10:00", NULL, "/monday" },
		{ "22:00-06:00", "05:00-10:00", "/tuesday" }, { "24:00-06:00", NULL, "/monday" }, { "0:00-1:00,2:00-3:00,4:00-5:00,6:00-7:00,8:00-9:00,10:00-11:00,12:00-13:00,14:00-15:00,16:00-17:00", NULL, "/monday" },
	};
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_false(calendar_now(kit, NULL, &(CalendarChange){ .name = "Bad", .days = { rows[i].day, rows[i].next } }, NULL, &error));
		g_assert_error(error, ERR, ERR_INVALID);
		g_assert_cmpstr(((ErrField *)err_fields(error)->pdata[0])->field, ==, rows[i].field);
		g_clear_error(&error);
	}
	g_assert_false(calendar_now(kit, NULL, &(CalendarChange){ .name = "", .zone = "Mars/Olympus" }, NULL, &error));
	g_assert_cmpuint(err_fields(error)->len, ==, 2);
	g_clear_error(&error);
	g_assert_false(calendar_now(kit, NULL, &(CalendarChange){ .name = "office  HOURS" }, NULL, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

static gboolean
torture_policy(Kit *kit, gpointer data, GError **error)
{
	g_autoptr(ClockPolicy) made = write_now(kit, NULL, 0, &(PolicyChange){ .given = POLICY_NAME | POLICY_CALENDAR, .name = "T", .calendar = "CAFF-WRK9" }, error);

	return made != NULL;
}

static gboolean
torture_calendar(Kit *kit, gpointer data, GError **error)
{
	return calendar_now(kit, NULL, &(CalendarChange){ .name = "T", .days = { "09:00-10:00" }, .house = TRUE }, NULL, error);
}

static void
nothing_left(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM clock_policies WHERE name = 'T'") + kit_count(kit, "SELECT count(*) FROM calendars WHERE name = 'T'"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	kit_torture(kit, torture_policy, nothing_left, NULL, 8);
	g_assert_true(db_script(kit->db, "DELETE FROM clock_policies WHERE name = 'T'", NULL));
	kit_torture(kit, torture_calendar, nothing_left, NULL, 8);
}

static char *
order_of(Kit *kit)
{
	g_autoptr(GPtrArray) all = clock_policies(kit->db, NULL);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < all->len; i++) {
		const ClockPolicy *it = all->pdata[i];

		g_string_append_printf(out, "%s%.4s%d", i > 0 ? " " : "", it->name, (int)it->position);
	}
	return g_string_free(out, FALSE);
}

static void
move_to(Kit *kit, const char *name, gboolean up, const char *expected)
{
	g_autofree char *ref = ref_named(kit, name), *got = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);

	g_assert_true(clock_policy_move_in(kit->db, ref, 0, up, kit->actor, kit->now_ms, &error));
	g_assert_true(db_tx_commit(tx, &error));
	got = order_of(kit);
	g_assert_cmpstr(got, ==, expected);
}

static void
test_moves(Kit *kit)
{
	g_autofree char *ref = ref_named(kit, "High");
	g_autoptr(GError) error = NULL;

	g_assert_true(db_script(kit->db, "UPDATE clock_policies SET position = 7 WHERE position > 3", &error)); /* two of one place */
	clock_book_forget(kit->db);
	move_to(kit, "High", TRUE, "High1 Crit2 Ever3 Paym4 Paym5");
	move_to(kit, "High", TRUE, "High1 Crit2 Ever3 Paym4 Paym5"); /* at its end it stays */
	move_to(kit, "High", FALSE, "Crit1 High2 Ever3 Paym4 Paym5");
	move_to(kit, "Everything else", FALSE, "Crit1 High2 Paym3 Ever4 Paym5");
	g_assert_false(clock_policy_move_in(kit->db, ref, 99, TRUE, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/policy/shipped", test_shipped);
	kit_add_plain("/policy/the-most-specific-holds", test_the_most_specific_holds);
	kit_add("/policy/life", test_life_of_a_policy);
	kit_add("/policy/the-last-for-all-stays", test_the_last_for_all_stays);
	kit_add("/policy/faults-all-at-once", test_faults_all_at_once);
	kit_add("/calendar/life", test_life_of_a_calendar);
	kit_add("/calendar/faults", test_faults_of_a_calendar);
	kit_add("/policy/torture", test_torture);
	kit_add("/policy/moves", test_moves);
	return kit_run();
}
