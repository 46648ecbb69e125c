/* budget.c - see budget.h. */
#include "remedy/budget.h"
#include "base/clock.h"
#include "budget.sql.h"
#include "cases/notice.h"
#include "org/team.h"
#include "remedy/authority.h"
#include "remedy/rows.h"
#include "store/events.h"
#include "store/refs.h"
#include <string.h>

const char *const budget_periods[] = { "month", "quarter", NULL };
enum { WARN_PCT = 80 };

typedef struct {
	gint64 id, amount_minor, warn_pct, lead_id;
	gint64 period_id, from_ms, to_ms, reserved, used, warned_at;
	char *team_name, *period;
	char currency[4], zone[64];
} Running;

static void
running_clear(Running *it)
{
	g_free(it->team_name);
	g_free(it->period);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Running, running_clear)

static void
running_read(DbRows *rows, Running *it)
{
	it->id = db_rows_int(rows, "id");
	it->amount_minor = db_rows_int(rows, "amount_minor");
	it->warn_pct = db_rows_int(rows, "warn_pct");
	it->lead_id = db_rows_int(rows, "lead_id");
	it->team_name = g_strdup(db_rows_text(rows, "team_name"));
	it->period = g_strdup(db_rows_text(rows, "period"));
	g_strlcpy(it->currency, db_rows_text(rows, "currency"), sizeof it->currency);
}

/* The period that holds @now_ms, as far as anything was ever set aside in it. */
static gboolean
read_period(Db *db, Running *it, gint64 now_ms, GError **error)
{
	g_autofree char *zone = house_text(db, "zone", "UTC", error);
	g_autoptr(DbRows) rows = NULL;
	GError *local = NULL;

	if (zone == NULL)
		return FALSE;
	g_strlcpy(it->zone, zone, sizeof it->zone);
	period_around(it->period, zone, now_ms, &it->from_ms, &it->to_ms);
	if ((rows = db_query(db, &SQL_BUDGET_PERIOD_GET, DB_ARGS(DB_INT(it->id), DB_INT(it->from_ms)), error)) == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		it->period_id = db_rows_int(rows, "id");
		it->reserved = db_rows_int(rows, "reserved_minor");
		it->used = db_rows_int(rows, "used_minor");
		it->warned_at = db_rows_int(rows, "warned_at");
	}
	return db_ended(&local, error);
}

/* *@ret_there FALSE: the team has none in this currency. */
static gboolean
find_running(Db *db, gint64 team_id, const char *currency, gint64 now_ms, Running *it, gboolean *ret_there, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_BUDGET_RUNNING, DB_ARGS(DB_INT(team_id), DB_TEXT(currency)), error);
	GError *local = NULL;

	if (rows == NULL)
		return FALSE;
	*ret_there = db_rows_next(rows, &local);
	if (local != NULL) {
		g_propagate_error(error, local);
		return FALSE;
	}
	if (!*ret_there)
		return TRUE;
	running_read(rows, it);
	return read_period(db, it, now_ms, error);
}

/* "November 2026", "October to December 2026". (transfer full) */
static char *
period_words(const Running *it)
{
	g_autoptr(GTimeZone) known = g_time_zone_new_identifier(it->zone);
	g_autoptr(GTimeZone) place = known != NULL ? g_time_zone_ref(known) : g_time_zone_new_utc();
	g_autoptr(GDateTime) a = g_date_time_new_from_unix_utc(it->from_ms / MS_PER_S), b = g_date_time_new_from_unix_utc(it->to_ms / MS_PER_S - 1);
	g_autoptr(GDateTime) from = g_date_time_to_timezone(a, place), to = g_date_time_to_timezone(b, place);
	g_autofree char *first = g_date_time_format(from, "%B"), *last = g_date_time_format(to, "%B %Y");

	return strcmp(it->period, "month") == 0 ? g_steal_pointer(&last) : g_strdup_printf("%s to %s", first, last);
}

static gboolean
too_little(const Running *it, const Money *amount, GError **error)
{
	Money left = *amount;
	g_autofree char *when = period_words(it), *needs = money_text(amount, "en"), *has = NULL;

	left.amount_minor = MAX(it->amount_minor - it->reserved - it->used, 0);
	has = money_text(&left, "en");
	g_set_error(error, ERR, ERR_CONFLICT, "The budget of %s for %s has %s left, and this needs %s.", it->team_name, when, has, needs);
	return FALSE;
}

static gboolean
warn(Db *db, const Running *it, gint64 amount, gint64 case_id, const Actor *actor, gint64 now_ms, GError **error)
{
	const gint64 taken = it->reserved + it->used + amount;
	gint64 changed = 0;
	json_t *facts;

	/* The share is a whole per cent of a sum of at most 10^15: no overflow in 64 bits. */
	if (it->warned_at != 0 || it->amount_minor == 0 || taken * 100 < it->amount_minor * it->warn_pct)
		return TRUE;
	if (!db_exec(db, &SQL_BUDGET_PERIOD_WARN, DB_ARGS(DB_INT(it->period_id), DB_INT(now_ms)), &changed, error))
		return FALSE;
	if (changed == 0 || it->lead_id == 0)
		return TRUE;
	facts = json_object();
	json_put_text(facts, "team", it->team_name);
	json_put_int(facts, "pct", taken * 100 / it->amount_minor);
	json_put(facts, "taken", money_to_json(taken, it->currency));
	json_put(facts, "budget", money_to_json(it->amount_minor, it->currency));
	return notice_add(db, it->lead_id, "budget_warning", case_id, 0, actor->user_id, facts, now_ms, error);
}

gboolean
budget_reserve(Db *db, gint64 team_id, const Money *amount, gint64 case_id, const Actor *actor, gint64 now_ms, gint64 *ret_period_id, GError **error)
{
	g_auto(Running) it = { 0 };
	gboolean there = FALSE;
	gint64 changed = 0;

	*ret_period_id = 0;
	if (team_id == 0 || amount->amount_minor == 0)
		return TRUE;
	if (!find_running(db, team_id, amount->currency, now_ms, &it, &there, error))
		return FALSE;
	if (!there)
		return TRUE;
	if (it.period_id == 0 && (!db_exec(db, &SQL_BUDGET_PERIOD_OPEN, DB_ARGS(DB_INT(it.id), DB_INT(it.from_ms), DB_INT(it.to_ms)), NULL, error) || !read_period(db, &it, now_ms, error)))
		return FALSE;
	if (!db_exec(db, &SQL_BUDGET_PERIOD_RESERVE, DB_ARGS(DB_INT(it.period_id), DB_INT(amount->amount_minor), DB_INT(it.amount_minor)), &changed, error))
		return FALSE;
	if (changed == 0)
		return too_little(&it, amount, error);
	*ret_period_id = it.period_id;
	return warn(db, &it, amount->amount_minor, case_id, actor, now_ms, error);
}

gboolean
budget_move(Db *db, gint64 period_id, gint64 reserved, gint64 used, GError **error)
{
	if (period_id == 0 || (reserved == 0 && used == 0))
		return TRUE;
	return db_exec(db, &SQL_BUDGET_PERIOD_MOVE, DB_ARGS(DB_INT(period_id), DB_INT(reserved), DB_INT(used)), NULL, error);
}

/* ---- showing --------------------------------------------------------------------------------------------------------- */

static json_t *
budget_json(Db *db, DbRows *rows, gint64 now_ms, GError **error)
{
	g_auto(Running) it = { 0 };
	json_t *out, *now;

	running_read(rows, &it);
	if (!read_period(db, &it, now_ms, error))
		return NULL;
	out = json_object();
	json_put_text(out, "ref", db_rows_text(rows, "ref"));
	rows_put_person(out, "team", rows);
	json_put_text(out, "period", it.period);
	json_put_text(out, "currency", it.currency);
	json_put(out, "amount", money_to_json(it.amount_minor, it.currency));
	json_put_int(out, "warn_pct", it.warn_pct);
	now = json_object();
	json_put_time(now, "from", it.from_ms);
	json_put_time(now, "to", it.to_ms);
	json_put(now, "reserved", money_to_json(it.reserved, it.currency));
	json_put(now, "used", money_to_json(it.used, it.currency));
	json_put(now, "taken", money_to_json(it.reserved + it.used, it.currency));
	json_put(now, "left", money_to_json(it.amount_minor - it.reserved - it.used, it.currency));
	json_put_int(now, "pct", it.amount_minor > 0 ? MIN((it.reserved + it.used) * 100 / it.amount_minor, 999) : 100);
	json_put_int(now, "used_pct", it.amount_minor > 0 ? MIN(it.used * 100 / it.amount_minor, 100) : 0);
	json_put(out, "now", now);
	json_put_int(out, "version", db_rows_int(rows, "version"));
	return out;
}

json_t *
budget_list(Db *db, gint64 now_ms, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_BUDGET_LIST, DB_NO_ARGS, error);
	g_autoptr(json_t) list = json_array();
	GError *local = NULL;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		json_t *one = budget_json(db, rows, now_ms, error);

		if (one == NULL)
			return NULL;
		json_array_append_new(list, one);
	}
	return db_ended(&local, error) ? g_steal_pointer(&list) : NULL;
}

/* @or_null: null for none. */
static json_t *
first_budget(Db *db, DbRows *rows, gboolean or_null, gint64 now_ms, GError **error)
{
	GError *local = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return budget_json(db, rows, now_ms, error);
	if (local != NULL)
		g_propagate_error(error, local);
	else if (or_null)
		return json_null();
	else
		rows_not_found(error);
	return NULL;
}

json_t *
budget_get(Db *db, const char *ref, gint64 now_ms, GError **error)
{
	char written[16];
	g_autoptr(DbRows) rows = db_query(db, &SQL_BUDGET_ONE, DB_ARGS(DB_TEXT(rows_ref(ref, written))), error);

	return first_budget(db, rows, FALSE, now_ms, error);
}

json_t *
budget_of_team(Db *db, gint64 team_id, const char *currency, gint64 now_ms, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_BUDGET_RUNNING, DB_ARGS(DB_INT(team_id), DB_TEXT(currency)), error);

	return first_budget(db, rows, TRUE, now_ms, error);
}

/* ---- changing -------------------------------------------------------------------------------------------------------- */

static gboolean
read_amount(const BudgetChange *change, const char *currency, const char *lang, gint64 *ret_amount, GError **faults)
{
	Money money;

	if (change->amount == NULL)
		return TRUE;
	if (!money_read(change->amount, currency, lang, "/amount", &money, faults))
		return FALSE;
	*ret_amount = money.amount_minor;
	return TRUE;
}

static void
check_rest(const BudgetChange *change, const char *period, gint64 warn_pct, GError **faults)
{
	if (!g_strv_contains(budget_periods, period))
		err_add_field(faults, "/period", "A month or a quarter.");
	if (warn_pct < 1 || warn_pct > 100)
		err_add_field(faults, "/warn_pct", "Between 1 and 100 per cent.");
}

static gboolean
put_event(Db *db, const char *kind, const char *ref, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_object();

	json_put_text(facts, "budget", ref);
	return event_add(db, &(Event){ .kind = kind, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

gboolean
budget_add(Db *db, const BudgetChange *make, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(GError) faults = NULL, local = NULL;
	g_autoptr(Team) team = NULL;
	char currency[4] = "", ref[REF_SIZE];
	gint64 amount = 0, id, warn_pct = make->warn_pct != 0 ? make->warn_pct : WARN_PCT;
	gboolean made;

	if (tx == NULL)
		return FALSE;
	team = make->team != NULL ? team_by_ref(db, make->team, &local) : NULL;
	if (team == NULL || team->removed_at != 0)
		err_add_field(&faults, "/team", "There is no such team.");
	if (!currency_read(make->currency, currency))
		err_add_field(&faults, "/currency", "There is no such currency.");
	else if (make->amount == NULL)
		err_add_field(&faults, "/amount", "This is needed.");
	else
		read_amount(make, currency, actor->lang, &amount, &faults);
	check_rest(make, make->period != NULL ? make->period : "", warn_pct, &faults);
	if (faults != NULL) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return FALSE;
	}
	if (!ref_insert(db, &SQL_BUDGET_INSERT, ref, DB_ARGS(DB_TEXT(ref), DB_INT(team->id), DB_TEXT(currency), DB_TEXT(make->period), DB_INT(amount), DB_INT(warn_pct), DB_INT(now_ms)), &id, &made, error))
		return FALSE;
	if (!made) {
		g_set_error(error, ERR, ERR_CONFLICT, "%s has a budget in %s already", team->name, currency);
		return FALSE;
	}
	g_strlcpy(ret_ref, ref, 16);
	return put_event(db, "budget.added", ref, actor, now_ms, error) && db_tx_commit(tx, error);
}

gboolean
budget_change(Db *db, const char *ref, gint64 version, const BudgetChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(json_t) was = tx != NULL ? budget_get(db, ref, now_ms, error) : NULL;
	g_autoptr(GError) faults = NULL;
	const char *period, *written;
	gint64 amount, warn_pct, changed = 0;

	if (was == NULL)
		return FALSE;
	written = json_text(was, "ref", "");
	period = change->period != NULL ? change->period : json_text(was, "period", "");
	amount = json_int(json_object_get(was, "amount"), "amount_minor", 0);
	warn_pct = change->warn_pct != 0 ? change->warn_pct : json_int(was, "warn_pct", WARN_PCT);
	read_amount(change, json_text(was, "currency", ""), actor->lang, &amount, &faults);
	check_rest(change, period, warn_pct, &faults);
	if (faults != NULL) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return FALSE;
	}
	if (!db_exec(db, &SQL_BUDGET_UPDATE, DB_ARGS(DB_TEXT(written), DB_INT(version != 0 ? version : json_int(was, "version", 0)), DB_TEXT(period), DB_INT(amount), DB_INT(warn_pct),
		DB_INT_OR_NULL(change->removed ? now_ms : 0)), &changed, error))
		return FALSE;
	if (changed == 0) {
		g_set_error_literal(error, ERR, ERR_CONFLICT, "somebody changed this budget meanwhile: look at it again");
		return FALSE;
	}
	return put_event(db, change->removed ? "budget.removed" : "budget.changed", written, actor, now_ms, error) && db_tx_commit(tx, error);
}
