/* calendar_rows.c - calendars in the database: read for reckoning, and shown. Changing them: promise/calendar_write.c. */
#include "promise/calendar_rows.h"
#include "calendar.sql.h"
#include <string.h>

const char *const calendar_weekdays[] = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", NULL };

static void
put_shifts(Calendar *calendar, const char *text)
{
	g_auto(GStrv) days = g_strsplit(text, ";", 8);
	g_autoptr(GArray) shifts = g_array_new(FALSE, FALSE, sizeof(Shift));

	for (guint i = 0; i < 7 && days[i] != NULL; i++) {
		g_array_set_size(shifts, 0);
		shifts_read(days[i], "/", shifts, NULL); /* checked when it was written */
		for (guint k = 0; k < shifts->len; k++)
			calendar_put_shift(calendar, i, g_array_index(shifts, Shift, k));
	}
}

static gboolean
fill_holidays(Db *db, GHashTable *calendars, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_CALENDARS_HOLIDAYS, DB_NO_ARGS, error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "calendar_id");
		Calendar *calendar = g_hash_table_lookup(calendars, &id);

		if (calendar != NULL)
			calendar_put_holiday(calendar, (int)db_rows_int(rows, "day"), (int)db_rows_int(rows, "from_min"), (int)db_rows_int(rows, "to_min"),
				db_rows_int(rows, "yearly") != 0);
	}
	return db_ended(&local, error);
}

gboolean
calendars_fill(Db *db, const char *zone, GHashTable *calendars, gint64 *ret_house_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_CALENDARS_ALL, DB_NO_ARGS, error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "id");
		const char *own = db_rows_text(rows, "zone");
		Calendar *calendar = calendar_new(own[0] != '\0' ? own : zone);

		put_shifts(calendar, db_rows_text(rows, "shifts"));
		if (db_rows_int(rows, "house") != 0 && db_rows_is_null(rows, "removed_at"))
			*ret_house_id = id;
		g_hash_table_insert(calendars, g_memdup2(&id, sizeof id), calendar);
	}
	if (!db_ended(&local, error))
		return FALSE;
	g_clear_pointer(&rows, db_rows_free);
	return fill_holidays(db, calendars, error);
}

static json_t *
calendar_json(DbRows *rows)
{
	g_auto(GStrv) days = g_strsplit(db_rows_text(rows, "shifts"), ";", 8);
	guint n = g_strv_length(days);
	json_t *out = json_object();
	const char *zone;

	json_put_text(out, "ref", db_rows_text(rows, "ref"));
	json_put_text(out, "name", db_rows_text(rows, "name"));
	zone = db_rows_text(rows, "zone");
	json_put_text(out, "zone", zone[0] != '\0' ? zone : NULL);
	json_put_bool(out, "house", db_rows_int(rows, "house") != 0);
	for (guint i = 0; i < 7; i++) {
		g_autoptr(GString) day = g_string_new(i < n ? days[i] : "");

		g_string_replace(day, ",", ", ", 0);
		json_put_text(out, calendar_weekdays[i], day->str);
	}
	json_put_int(out, "n_holidays", db_rows_int(rows, "n_holidays"));
	json_put_int(out, "n_policies", db_rows_int(rows, "n_policies"));
	json_put_int(out, "version", db_rows_int(rows, "version"));
	return out;
}

json_t *
calendar_list(Db *db, GError **error)
{
	g_autoptr(json_t) list = json_array();
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_CALENDAR_LIST, DB_NO_ARGS, error);
	json_t *out;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		json_array_append_new(list, calendar_json(rows));
	if (!db_ended(&local, error))
		return NULL;
	out = json_object();
	json_put(out, "calendars", g_steal_pointer(&list));
	return out;
}

static void
put_minute(json_t *out, const char *key, int minute)
{
	char text[8];

	g_snprintf(text, sizeof text, "%02d:%02d", minute / 60 % 100, minute % 60);
	json_put_text(out, key, text);
}

static json_t *
holiday_json(DbRows *rows)
{
	json_t *one = json_object();
	int y, m, d, from = (int)db_rows_int(rows, "from_min"), to = (int)db_rows_int(rows, "to_min");
	g_autofree char *day = NULL;

	day_to_ymd((int)db_rows_int(rows, "day"), &y, &m, &d);
	day = g_strdup_printf("%04d-%02d-%02d", y, m, d);
	json_put_int(one, "id", db_rows_int(rows, "id"));
	json_put_text(one, "day", day);
	json_put_text(one, "from", NULL);
	json_put_text(one, "to", NULL);
	if (from > 0 || to < 1440) {
		put_minute(one, "from", from);
		put_minute(one, "to", to);
	}
	json_put_bool(one, "yearly", db_rows_int(rows, "yearly") != 0);
	json_put_text(one, "name", db_rows_text(rows, "name"));
	return one;
}

json_t *
calendar_show(Db *db, const char *ref, GError **error)
{
	g_autoptr(json_t) out = NULL;
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_CALENDAR_BY_REF, DB_ARGS(DB_TEXT(ref)), error), days = NULL;
	json_t *list;
	gint64 id;

	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			g_set_error_literal(error, ERR, ERR_NOT_FOUND, "no such calendar");
		return NULL;
	}
	id = db_rows_int(rows, "id");
	out = calendar_json(rows);
	json_put(out, "holidays", list = json_array());
	if ((days = db_query(db, &SQL_CALENDAR_HOLIDAYS_OF, DB_ARGS(DB_INT(id)), error)) == NULL)
		return NULL;
	while (db_rows_next(days, &local))
		json_array_append_new(list, holiday_json(days));
	return db_ended(&local, error) ? g_steal_pointer(&out) : NULL;
}
