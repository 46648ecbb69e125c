/* calendars.c - /calendars: shifts, holidays by hand and out of an .ics file. The rules: promise/calendar_rows.h, promise/calendar_ics.h. */
#include "desk/calendars.h"
#include "base/ids.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "desk/people.h"
#include "org/settings.h"
#include "promise/calendar_ics.h"
#include "promise/calendar_rows.h"
#include "store/blob.h"
#include <string.h>
#include <unistd.h>

static json_t *
calendars_get(Call *call, GError **error)
{
	return calendar_list(call->db, error);
}

static json_t *
shown(Call *call, const char *ref, GError **error)
{
	json_t *value = calendar_show(call->db, ref, error);

	if (value != NULL)
		call_etag_version(call, json_int(value, "version", 0));
	return value;
}

static json_t *
calendar_get_one(Call *call, GError **error)
{
	return shown(call, call_param(call, "ref"), error);
}

/* The days as the form repeats them. */
static gboolean
calendar_panels(Call *call, json_t *value, GError **error)
{
	json_t *days = json_array();

	for (guint i = 0; calendar_weekdays[i] != NULL; i++) {
		json_t *one = json_object();

		json_put_text(one, "word", calendar_weekdays[i]);
		json_put_text(one, "times", json_text(value, calendar_weekdays[i], ""));
		json_array_append_new(days, one);
	}
	json_put(value, "days", days);
	json_put(value, "zones", desk_zones());
	return desk_panel_chrome(call, value, error);
}

typedef struct {
	DraftGiven given;
	char *name, *zone, *days[7];
	gboolean house;
} CalendarDraft;
enum { C_NAME, C_ZONE, C_HOUSE, C_MONDAY };
#define DAY(at, word) [C_MONDAY + at] = { word, DRAFT_TEXT, offsetof(CalendarDraft, days[at]), .max = 200, .keep_empty = TRUE, .about = "\"09:00-12:30, 13:30-17:00\"; empty: closed" }
static const DraftField calendar_fields[] = {
	[C_NAME] = { "name", DRAFT_TEXT, offsetof(CalendarDraft, name), .max = CALENDAR_NAME_MAX },
	[C_ZONE] = { "zone", DRAFT_TEXT, offsetof(CalendarDraft, zone), .max = 60, .keep_empty = TRUE, .about = "IANA; null: the house's" },
	[C_HOUSE] = { "house", DRAFT_BOOL, offsetof(CalendarDraft, house), .about = "true: working days are meant in this one where nobody says which" },
	DAY(0, "monday"), DAY(1, "tuesday"), DAY(2, "wednesday"), DAY(3, "thursday"), DAY(4, "friday"), DAY(5, "saturday"), DAY(6, "sunday"),
	{ NULL },
};
#undef DAY
static const DraftSpec calendar_draft = { "Calendar", sizeof(CalendarDraft), calendar_fields };

static json_t *
write_now(Call *call, const char *ref, GError **error)
{
	const CalendarDraft *draft = call->draft;
	CalendarChange change = { .name = draft->name, .zone = DRAFT_GIVEN(draft, C_ZONE) ? (draft->zone != NULL ? draft->zone : "") : NULL, .house = draft->house };
	g_autoptr(DbTx) tx = NULL;
	char made[REF_SIZE];
	gint64 version = 0;

	for (guint i = 0; i < 7; i++)
		change.days[i] = DRAFT_GIVEN(draft, C_MONDAY + i) ? (draft->days[i] != NULL ? draft->days[i] : "") : NULL;
	if (ref == NULL && change.name == NULL)
		change.name = "";
	if (!desk_if_match(call, &version, error) || (tx = db_begin(call->db, error)) == NULL ||
	    !calendar_write_in(call->db, ref, version, &change, call->actor, call->now_ms, made, error))
		return NULL;
	if (ref == NULL)
		call_created(call, "/calendars/%s", made);
	else
		call_redirect(call, "/calendars/%s", made);
	return db_tx_commit(tx, error) ? shown(call, made, error) : NULL;
}

static json_t *
calendar_post(Call *call, GError **error)
{
	return write_now(call, NULL, error);
}

static json_t *
calendar_patch(Call *call, GError **error)
{
	return write_now(call, call_param(call, "ref"), error);
}

static json_t *
calendar_delete(Call *call, GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	gint64 version = 0;

	if (!desk_if_match(call, &version, error) || (tx = db_begin(call->db, error)) == NULL ||
	    !calendar_remove_in(call->db, call_param(call, "ref"), version, call->actor, call->now_ms, error) || !db_tx_commit(tx, error))
		return NULL;
	call_redirect(call, "/calendars");
	return json_null();
}

/* ---- holidays -------------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *day, *from, *to, *name;
	gboolean yearly;
} HolidayDraft;
static const DraftField holiday_fields[] = {
	{ "day", DRAFT_TEXT, offsetof(HolidayDraft, day), .required = TRUE, .max = 10, .about = "2026-12-25" },
	{ "from", DRAFT_TEXT, offsetof(HolidayDraft, from), .max = 5, .about = "of a part of the day: 12:00; all day without" },
	{ "to", DRAFT_TEXT, offsetof(HolidayDraft, to), .max = 5 },
	{ "yearly", DRAFT_BOOL, offsetof(HolidayDraft, yearly), .about = "on this day of every year" },
	{ "name", DRAFT_TEXT, offsetof(HolidayDraft, name), .max = HOLIDAY_NAME_MAX },
	{ NULL },
};
static const DraftSpec holiday_draft = { "Holiday", sizeof(HolidayDraft), holiday_fields };

static gboolean
read_holiday(const HolidayDraft *draft, Holiday *out, GError **error)
{
	g_autoptr(GError) faults = NULL;
	int year = 0, month = 0, day = 0;

	if (strlen(draft->day) == 10 && draft->day[4] == '-' && draft->day[7] == '-') {
		year = (int)g_ascii_strtoll(draft->day, NULL, 10);
		month = (int)g_ascii_strtoll(draft->day + 5, NULL, 10);
		day = (int)g_ascii_strtoll(draft->day + 8, NULL, 10);
	}
	if (year < 1970 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31 || !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		err_add_field(&faults, "/day", "There is no such day. Write it so: 2026-12-25.");
	else
		out->day = day_of_ymd(year, month, day);
	out->from_min = draft->from != NULL ? minute_read(draft->from) : 0;
	out->to_min = draft->to != NULL ? minute_read(draft->to) : 1440;
	if (out->from_min < 0 || out->to_min < 0 || out->from_min >= out->to_min)
		err_add_field(&faults, "/to", "A part of a day begins before it ends, such as 12:00 to 24:00.");
	out->yearly = draft->yearly;
	out->name = draft->name;
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static json_t *
holiday_post(Call *call, GError **error)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(Holiday));
	g_autoptr(DbTx) tx = NULL;
	const char *ref = call_param(call, "ref");
	Holiday one = { 0 };
	gint64 added = 0;

	if (!read_holiday(call->draft, &one, error))
		return NULL;
	g_array_append_val(list, one);
	if ((tx = db_begin(call->db, error)) == NULL || !calendar_add_holidays_in(call->db, ref, list, call->actor, call->now_ms, &added, error) || !db_tx_commit(tx, error))
		return NULL;
	call_redirect(call, "/calendars/%s", ref);
	return shown(call, ref, error);
}

/* DELETE /calendars/{ref}/holidays/{id}; "all" for every one. */
static json_t *
holiday_delete(Call *call, GError **error)
{
	const char *ref = call_param(call, "ref"), *id = call_param(call, "id");
	g_autoptr(DbTx) tx = db_begin(call->db, error);

	if (tx == NULL || !calendar_remove_holiday_in(call->db, ref, g_ascii_strtoll(id, NULL, 10), strcmp(id, "all") == 0, call->actor, call->now_ms, error) || !db_tx_commit(tx, error))
		return NULL;
	call_redirect(call, "/calendars/%s", ref);
	return shown(call, ref, error);
}

/* ---- an .ics file ---------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	GPtrArray *file;
} IcsDraft;
static const DraftField ics_fields[] = {
	{ "file", DRAFT_FILES, offsetof(IcsDraft, file), .required = TRUE, .max = 1, .about = "an iCalendar file, multipart, at most 1 MB" },
	{ NULL },
};
static const DraftSpec ics_draft = { "CalendarFile", sizeof(IcsDraft), ics_fields };

static GArray *
read_file(Call *call, const DraftFile *file, const char *zone, GError **error)
{
	g_autofree char *bytes = NULL;
	gint64 size = 0, got = 0;
	int fd = blob_open(store_data_dir(call->store), file->hash, &size, error);

	if (fd < 0)
		return NULL;
	size = MIN(size, ICS_BYTES_MAX + 1);
	bytes = g_try_malloc((gsize)size + 1);
	for (ssize_t n = 1; bytes != NULL && n > 0 && got < size; got += MAX(n, 0))
		n = read(fd, bytes + got, (gsize)(size - got));
	close(fd);
	return bytes != NULL ? calendar_ics_read(bytes, (gsize)got, zone, call->now_ms, error) : NULL;
}

typedef struct {
	const Call *call;
	const GArray *holidays;
	gint64 added;
} Import;

static gboolean
import_work(Db *db, gpointer data, GError **error)
{
	Import *self = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && calendar_add_holidays_in(db, call_param(self->call, "ref"), self->holidays, self->call->actor, self->call->now_ms, &self->added, error) && db_tx_commit(tx, error);
}

static json_t *
ics_post(Call *call, GError **error)
{
	const IcsDraft *draft = call->draft;
	Db *db = store_reader(call->store, error);
	g_autoptr(json_t) before = db != NULL ? calendar_show(db, call_param(call, "ref"), error) : NULL;
	g_autofree char *house = NULL;
	g_autoptr(GArray) holidays = NULL;
	Import work = { .call = call };
	json_t *value;

	if (before == NULL)
		return NULL;
	house = settings_text(desk_app(call)->settings, db, "zone", call->now_ms);
	if ((holidays = read_file(call, draft->file->pdata[0], json_text(before, "zone", house), error)) == NULL)
		return NULL;
	work.holidays = holidays;
	if (!call_write(call, import_work, &work, error))
		return NULL;
	call_redirect(call, "/calendars/%s", call_param(call, "ref"));
	if ((db = store_reader(call->store, error)) == NULL || (value = calendar_show(db, call_param(call, "ref"), error)) == NULL)
		return NULL;
	json_put_int(value, "n_added", work.added);
	return value;
}

const Route desk_calendar_routes[] = {
	{ "GET", "/calendars", "case.read", ROUTE_READ, .handler = calendars_get, .page = "calendars.html", .panels = desk_panel_chrome, .about = "business calendars" },
	{ "POST", "/calendars", "admin.write", ROUTE_WRITE, 8192, calendar_post, .page = "calendars.html", .draft = &calendar_draft, .panels = desk_panel_chrome, .about = "a new calendar" },
	{ "GET", "/calendars/{ref}", "case.read", ROUTE_READ, .handler = calendar_get_one, .page = "calendar.html", .panels = calendar_panels, .about = "one of them, with its shifts and holidays" },
	{ "PATCH", "/calendars/{ref}", "admin.write", ROUTE_WRITE, 8192, calendar_patch, .page = "calendar.html", .draft = &calendar_draft, .panels = calendar_panels, .about = "change its name, zone or shifts; running clocks are counted anew" },
	{ "DELETE", "/calendars/{ref}", "admin.write", ROUTE_WRITE, 4096, calendar_delete, .about = "a calendar that no policy uses goes" },
	{ "POST", "/calendars/{ref}/holidays", "admin.write", ROUTE_WRITE, 4096, holiday_post, .page = "calendar.html", .draft = &holiday_draft, .panels = calendar_panels, .about = "a holiday, or a part of one" },
	{ "DELETE", "/calendars/{ref}/holidays/{id}", "admin.write", ROUTE_WRITE, 4096, holiday_delete, .page = "calendar.html", .panels = calendar_panels, .about = "that day is worked again; \"all\": every one" },
	{ "POST", "/calendars/{ref}/file", "admin.write", ROUTE_SLOW, ICS_BYTES_MAX + 8192, ics_post, .page = "calendar.html", .draft = &ics_draft, .panels = calendar_panels, .flags = ROUTE_FILES, .about = "holidays out of an iCalendar file" },
	{ NULL },
};
