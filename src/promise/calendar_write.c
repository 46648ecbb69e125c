/* calendar_write.c - changing calendars and their holidays. */
#include "base/fold.h"
#include "promise/book.h"
#include "promise/calendar_rows.h"
#include "promise/recount.h"
#include "store/events.h"
#include "store/refs.h"
#include "calendar.sql.h"
#include <string.h>

typedef struct {
	gint64 id, version, n_holidays, n_policies;
	char *ref, *name, *zone, *days[7];
	gboolean house;
} Row;

static void
row_clear(Row *row)
{
	g_free(row->ref);
	g_free(row->name);
	g_free(row->zone);
	for (guint i = 0; i < 7; i++)
		g_free(row->days[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Row, row_clear)

static gboolean
row_of(Db *db, const char *ref, gint64 version, Row *out, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_CALENDAR_BY_REF, DB_ARGS(DB_TEXT(ref)), error);
	g_auto(GStrv) days = NULL;

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			g_set_error_literal(error, ERR, ERR_NOT_FOUND, "no such calendar");
		return FALSE;
	}
	out->id = db_rows_int(rows, "id");
	out->version = db_rows_int(rows, "version");
	out->n_holidays = db_rows_int(rows, "n_holidays");
	out->n_policies = db_rows_int(rows, "n_policies");
	out->house = db_rows_int(rows, "house") != 0;
	out->ref = g_strdup(db_rows_text(rows, "ref"));
	out->name = g_strdup(db_rows_text(rows, "name"));
	out->zone = g_strdup(db_rows_text(rows, "zone"));
	days = g_strsplit(db_rows_text(rows, "shifts"), ";", 8);
	for (guint i = 0; i < 7; i++)
		out->days[i] = g_strdup(i < g_strv_length(days) ? days[i] : "");
	if (version == 0 || version == out->version)
		return TRUE;
	g_set_error(error, ERR, ERR_CONFLICT, "the calendar %s has changed since you began", out->name);
	return FALSE;
}

/* What other connections, running clocks and the log hear of it. */
static gboolean
tell(Db *db, const char *kind, gint64 id, json_t *taken, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = taken;

	return clock_book_changed_in(db, error) && clock_recount_ask_in(db, now_ms, error) &&
	       event_add(db, &(Event){ .kind = kind, .subject_id = id, .at_ms = now_ms, .actor = actor, .facts = facts }, NULL, error);
}

static char *
shifts_write(const GArray *shifts)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < shifts->len; i++) {
		const Shift it = g_array_index(shifts, Shift, i);
		int to = it.to_min > 1440 ? it.to_min - 1440 : it.to_min;

		g_string_append_printf(out, "%s%02d:%02d-%02d:%02d", i > 0 ? "," : "", it.from_min / 60, it.from_min % 60, to / 60, to % 60);
	}
	return g_string_free(out, FALSE);
}

/* Takes the days over; a shift over midnight may not run into the next day's first. */
static void
take_days(Row *row, const CalendarChange *change, GError **faults)
{
	Shift first[7] = { { 0 } }, last[7] = { { 0 } };
	gboolean has[7] = { FALSE };

	for (guint i = 0; i < 7; i++) {
		g_autofree char *field = g_strconcat("/", calendar_weekdays[i], NULL);
		g_autoptr(GArray) shifts = g_array_new(FALSE, FALSE, sizeof(Shift));

		if (!shifts_read(change->days[i] != NULL ? change->days[i] : row->days[i], field, shifts, faults))
			continue;
		has[i] = shifts->len > 0;
		if (has[i]) {
			first[i] = g_array_index(shifts, Shift, 0);
			last[i] = g_array_index(shifts, Shift, shifts->len - 1);
		}
		g_free(row->days[i]);
		row->days[i] = shifts_write(shifts);
	}
	for (guint i = 0; i < 7; i++) {
		guint next = (i + 1) % 7;

		if (has[i] && has[next] && last[i].to_min - 1440 > first[next].from_min) {
			g_autofree char *field = g_strconcat("/", calendar_weekdays[next], NULL);

			err_add_field(faults, field, "The shift of the day before runs into this one.");
		}
	}
}

static gboolean
take(Db *db, Row *row, const CalendarChange *change, GError **error)
{
	g_autoptr(GError) faults = NULL;
	g_autofree char *name = change->name != NULL ? line_read(change->name, CALENDAR_NAME_MAX) : g_strdup(row->name);
	g_autoptr(GTimeZone) zone = change->zone != NULL && change->zone[0] != '\0' ? g_time_zone_new_identifier(change->zone) : NULL;
	g_autofree char *key = NULL;
	gint64 n = 0;

	if (name == NULL)
		err_add_field(&faults, "/name", "A calendar has a name of one line, at most %d bytes.", CALENDAR_NAME_MAX);
	if (change->zone != NULL && change->zone[0] != '\0' && zone == NULL)
		err_add_field(&faults, "/zone", "There is no time zone of this name. One is Europe/Berlin.");
	take_days(row, change, &faults);
	if (faults != NULL) {
		g_propagate_error(error, g_steal_pointer(&faults));
		return FALSE;
	}
	if (change->zone != NULL) {
		g_free(row->zone);
		row->zone = g_strdup(change->zone);
	}
	g_free(row->name);
	row->name = g_steal_pointer(&name);
	key = name_fold(row->name);
	if (!db_query_int(db, &SQL_CALENDAR_NAME_TAKEN, DB_ARGS(DB_TEXT(key != NULL ? key : row->name), DB_INT(row->id)), &n, NULL, error))
		return FALSE;
	if (n > 0)
		g_set_error(error, ERR, ERR_CONFLICT, "there is a calendar %s already", row->name);
	return n == 0;
}

static gboolean
insert(Db *db, Row *row, const char *key, const char *shifts, gint64 now_ms, GError **error)
{
	char ref[REF_SIZE];
	gint64 n = 0;

	if (!db_query_int(db, &SQL_CALENDAR_COUNT, DB_NO_ARGS, &n, NULL, error))
		return FALSE;
	if (n >= CALENDARS_MAX) {
		g_set_error(error, ERR, ERR_LIMIT, "at most %d calendars", CALENDARS_MAX);
		return FALSE;
	}
	if (!ref_insert(db, &SQL_CALENDAR_INSERT, ref, DB_ARGS(DB_TEXT(ref), DB_TEXT(row->name), DB_TEXT(key), DB_TEXT(row->zone), DB_TEXT(shifts), DB_INT(now_ms)), &row->id, NULL, error))
		return FALSE;
	row->ref = g_strdup(ref);
	return TRUE;
}

gboolean
calendar_write_in(Db *db, const char *ref, gint64 version, const CalendarChange *change, const Actor *actor, gint64 now_ms, char *ret_ref, GError **error)
{
	g_auto(Row) row = { 0 };
	g_autofree char *key = NULL, *shifts = NULL;

	if (ref != NULL && !row_of(db, ref, version, &row, error))
		return FALSE;
	if (ref == NULL) {
		row.zone = g_strdup("");
		row.name = g_strdup("");
		for (guint i = 0; i < 7; i++)
			row.days[i] = g_strdup("");
	}
	if (!take(db, &row, change, error))
		return FALSE;
	key = name_fold(row.name);
	shifts = g_strjoin(";", row.days[0], row.days[1], row.days[2], row.days[3], row.days[4], row.days[5], row.days[6], NULL);
	if (ref == NULL && !insert(db, &row, key != NULL ? key : row.name, shifts, now_ms, error))
		return FALSE;
	if (ref != NULL && !db_exec(db, &SQL_CALENDAR_UPDATE,
	                            DB_ARGS(DB_INT(row.id), DB_INT(row.version), DB_TEXT(row.name), DB_TEXT(key != NULL ? key : row.name), DB_TEXT(row.zone), DB_TEXT(shifts)), NULL, error))
		return FALSE;
	if (change->house && !db_exec(db, &SQL_CALENDAR_HOUSE, DB_ARGS(DB_INT(row.id)), NULL, error))
		return FALSE;
	if (!tell(db, ref == NULL ? "calendar.added" : "calendar.changed", row.id, NULL, actor, now_ms, error))
		return FALSE;
	if (ret_ref != NULL)
		g_strlcpy(ret_ref, row.ref, REF_SIZE);
	return TRUE;
}

gboolean
calendar_remove_in(Db *db, const char *ref, gint64 version, const Actor *actor, gint64 now_ms, GError **error)
{
	g_auto(Row) row = { 0 };

	if (!row_of(db, ref, version, &row, error))
		return FALSE;
	if (row.house) {
		g_set_error(error, ERR, ERR_CONFLICT, "%s is the house's own calendar: choose another one first", row.name);
		return FALSE;
	}
	if (row.n_policies > 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "%s is used by a policy: give that another calendar first", row.name);
		return FALSE;
	}
	return db_exec(db, &SQL_CALENDAR_REMOVE, DB_ARGS(DB_INT(row.id), DB_INT(row.version), DB_INT(now_ms)), NULL, error) &&
	       tell(db, "calendar.removed", row.id, NULL, actor, now_ms, error);
}

static gboolean
touch(Db *db, const Row *row, const char *what, gint64 n, const Actor *actor, gint64 now_ms, GError **error)
{
	json_t *facts = json_object();

	json_put_int(facts, what, n);
	return db_exec(db, &SQL_CALENDAR_TOUCH, DB_ARGS(DB_INT(row->id)), NULL, error) && tell(db, "calendar.changed", row->id, facts, actor, now_ms, error);
}

gboolean
calendar_add_holidays_in(Db *db, const char *ref, const GArray *holidays, const Actor *actor, gint64 now_ms, gint64 *ret_added, GError **error)
{
	g_auto(Row) row = { 0 };
	gint64 added = 0;

	if (!row_of(db, ref, 0, &row, error))
		return FALSE;
	if (row.n_holidays + holidays->len > CALENDAR_HOLIDAYS_MAX) {
		g_set_error(error, ERR, ERR_LIMIT, "a calendar has at most %d holidays", CALENDAR_HOLIDAYS_MAX);
		return FALSE;
	}
	for (guint i = 0; i < holidays->len; i++) {
		const Holiday *one = &g_array_index(holidays, Holiday, i);
		gint64 n = 0;

		if (!db_exec(db, &SQL_HOLIDAY_INSERT,
		             DB_ARGS(DB_INT(row.id), DB_INT(one->day), DB_INT(one->from_min), DB_INT(one->to_min), DB_BOOL(one->yearly), DB_TEXT(one->name != NULL ? one->name : "")), &n, error))
			return FALSE;
		added += n;
	}
	if (added > 0 && !touch(db, &row, "holidays_added", added, actor, now_ms, error))
		return FALSE;
	*ret_added = added;
	return TRUE;
}

gboolean
calendar_remove_holiday_in(Db *db, const char *ref, gint64 id, gboolean all, const Actor *actor, gint64 now_ms, GError **error)
{
	g_auto(Row) row = { 0 };
	gint64 n = 0;

	if (!row_of(db, ref, 0, &row, error) || !db_exec(db, &SQL_HOLIDAY_REMOVE, DB_ARGS(DB_INT(row.id), DB_INT(id), DB_BOOL(all)), &n, error))
		return FALSE;
	if (n > 0 || all)
		return n == 0 || touch(db, &row, "holidays_removed", n, actor, now_ms, error);
	g_set_error_literal(error, ERR, ERR_NOT_FOUND, "no such holiday");
	return FALSE;
}
