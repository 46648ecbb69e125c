/* clocks.c - see clocks.h. The year's people are mostly in time: the targets are those of a house that means to keep them. */
#include "demo/clocks.h"
#include "base/clock.h"
#include "flow/clock/watch.h"
#include "org/settings.h"
#include "org/team.h"
#include "org/user.h"
#include "promise/calendar_rows.h"
#include "promise/policy.h"
#include "clocks.sql.h"

static const char *const open_days[7] = { "08:00-20:00", "08:00-20:00", "08:00-20:00", "08:00-20:00", "08:00-20:00", "09:00-17:00", "10:00-16:00" };
static const struct { int month, day, from_min; const char *name; } holidays[] = {
	{ 1, 1, 0, "New Year's Day" }, { 12, 24, 15 * 60, "Christmas Eve" }, { 12, 25, 0, "Christmas Day" }, { 12, 26, 0, "Boxing Day" }, { 12, 31, 17 * 60, "New Year's Eve" },
};
static const struct { int year, month, day; const char *name; } bank_holidays[] = {
	{ 2026, 4, 3, "Good Friday" }, { 2026, 4, 6, "Easter Monday" }, { 2026, 5, 4, "Early May bank holiday" }, { 2026, 5, 25, "Spring bank holiday" }, { 2026, 8, 31, "Summer bank holiday" },
};

static gboolean
add_holidays(Db *db, const char *ref, gint64 now_ms, GError **error)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(Holiday));
	gint64 n;

	for (guint i = 0; i < G_N_ELEMENTS(holidays); i++) {
		Holiday one = { 0, day_of_ymd(2025, holidays[i].month, holidays[i].day), holidays[i].from_min, 1440, TRUE, (char *)holidays[i].name };

		g_array_append_val(list, one);
	}
	for (guint i = 0; i < G_N_ELEMENTS(bank_holidays); i++) {
		Holiday one = { 0, day_of_ymd(bank_holidays[i].year, bank_holidays[i].month, bank_holidays[i].day), 0, 1440, FALSE, (char *)bank_holidays[i].name };

		g_array_append_val(list, one);
	}
	return calendar_add_holidays_in(db, ref, list, actor_system(), now_ms, &n, error);
}

static gboolean
make_calendars(Db *db, char desk_ref[16], gint64 now_ms, GError **error)
{
	CalendarChange desk = { .name = "Customer desk" }, workshop = { .name = "Repair workshop, Leeds", .zone = "Europe/London" };
	char workshop_ref[16];

	for (guint i = 0; i < 7; i++) {
		desk.days[i] = open_days[i];
		workshop.days[i] = i < 5 ? "07:30-12:00, 12:45-16:30" : "";
	}
	return calendar_write_in(db, NULL, 0, &desk, actor_system(), now_ms, desk_ref, error) && calendar_write_in(db, NULL, 0, &workshop, actor_system(), now_ms, workshop_ref, error) &&
	       add_holidays(db, desk_ref, now_ms, error) && add_holidays(db, workshop_ref, now_ms, error);
}

static gboolean
make_policy(Db *db, const char *name, const char *kind, const char *channel, const char *severity, const char *calendar, const char *const targets[CLOCKS], gint64 now_ms, GError **error)
{
	const PolicyWords words = { case_kinds, case_channels, case_severities };
	PolicyChange change = { .given = POLICY_NAME | POLICY_KIND | POLICY_CHANNEL | POLICY_SEVERITY | POLICY_CALENDAR | POLICY_LEAD | POLICY_OWNER, .name = name, .kind = kind, .channel = channel,
		.severity = severity, .calendar = calendar, .lead_after = "1 day", .owner_after = "3 days", .targets_given = (1u << CLOCKS) - 1, .pauses_given = (1u << CLOCKS) - 1 };
	g_autoptr(ClockPolicy) made = NULL;

	for (guint i = 0; i < CLOCKS; i++) {
		change.targets[i] = targets[i];
		change.pauses[i] = i == CLOCK_ANSWER || i == CLOCK_RESOLVE || i == CLOCK_UPDATE;
	}
	made = clock_policy_write_in(db, NULL, 0, &change, &words, actor_system(), now_ms, error);
	return made != NULL;
}

static gboolean
make_policies(Db *db, const char *desk, gint64 now_ms, GError **error)
{
	static const char *const complaints[CLOCKS] = { "1 business day", "20 business hours", "3 days", "10 days", "21 days", "56 days", "14 days" };
	static const char *const calls[CLOCKS] = { "14 business hours", "16 business hours", "30 business hours", "10 days", "14 days", "56 days", "14 days" };
	static const char *const urgent[CLOCKS] = { "10 business hours", "12 business hours", "20 business hours", "3 days", "7 days", "56 days", "14 days" };

	return make_policy(db, "Complaints", "complaint", NULL, NULL, desk, complaints, now_ms, error) && make_policy(db, "Complaints by phone", "complaint", "phone", NULL, desk, calls, now_ms, error) &&
	       make_policy(db, "Critical complaints", "complaint", NULL, "critical", desk, urgent, now_ms, error);
}

/* Each team's lead is a supervisor; the first of them answers for complaints as a whole. */
static gboolean
make_leads(Db *db, const Company *company, gint64 now_ms, GError **error)
{
	g_autoptr(User) owner = user_get(db, company->agents[DEMO_FIRST_SUPERVISOR].user_id, error);
	g_autoptr(json_t) values = json_object();

	if (owner == NULL)
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(company->team_ids); i++)
		if (!team_set_lead_in(db, company->team_ids[i], company->agents[DEMO_FIRST_SUPERVISOR + i % 2].user_id, actor_system(), now_ms, error))
			return FALSE;
	json_put_text(values, "complaint_owner", owner->ref);
	return settings_change_in(db, values, actor_system(), now_ms, error);
}

gboolean
demo_clocks_make(Db *db, const Company *company, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	char desk[16];

	return tx != NULL && make_calendars(db, desk, now_ms, error) && make_policies(db, desk, now_ms, error) && make_leads(db, company, now_ms, error) && db_tx_commit(tx, error);
}

gboolean
demo_clocks_read(Db *db, gpointer until_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && db_exec(db, &SQL_DEMO_CLOCKS_READ, DB_ARGS(DB_INT(*(const gint64 *)until_ms - 2 * MS_PER_DAY)), NULL, error) && db_tx_commit(tx, error);
}

gboolean
demo_clocks_pass(Db *db, Case *it, gint64 at_ms, GError **error)
{
	const WatchedCase about = { it->id, it->owner_id, it->team_id, it->version, it->is_open };
	g_autoptr(GError) local = NULL;

	if (it->clocks == NULL && (it->clocks = clock_row_find(db, it->id, &local)) == NULL) {
		if (local == NULL)
			return TRUE;
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	return clock_watch_one_in(db, &about, it->clocks, at_ms, error);
}
