/* calendar_ics.c - see calendar_ics.h. libical reads the file and works out rules; time zones are ours (GLib), because a file names them as it likes. */
#include "promise/calendar_ics.h"
#include "base/clock.h"
#include "promise/calendar_rows.h"
#include "text/span.h"
#include "ical.lazy.h"
#include <string.h>

#define DAY_MIN 1440
enum { ICS_SPAN_DAYS_MAX = 370 };

typedef struct {
	GTimeZone *zone;
	int first_day, last_day; /* what rules are written out for */
	GArray *out;             /* of Holiday */
} Reading;

static void
holiday_clear(gpointer data)
{
	g_free(((Holiday *)data)->name);
}

/* The first characters of a summary on one line. */
static char *
name_of(icalcomponent *event)
{
	const char *summary = icalcomponent_get_summary(event);
	g_autofree char *clean = g_utf8_make_valid(summary != NULL ? summary : "", -1);
	GString *out = g_string_new(NULL);

	for (const char *p = clean; *p != '\0' && out->len < HOLIDAY_NAME_MAX - 6; p = g_utf8_next_char(p))
		g_string_append_unichar(out, g_unichar_iscntrl(g_utf8_get_char(p)) ? ' ' : g_utf8_get_char(p));
	g_strstrip(out->str);
	return g_string_free(out, FALSE);
}

/* The zone a property names; NULL: none, UTC says so itself. */
static const char *
tzid_of(icalcomponent *event, icalproperty_kind kind)
{
	icalproperty *property = icalcomponent_get_first_property(event, kind);
	icalparameter *tzid = property != NULL ? icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER) : NULL;

	return tzid != NULL ? icalparameter_get_tzid(tzid) : NULL;
}

/* Local day and minute of a time of the file. */
static void
local_of(const Reading *self, struct icaltimetype at, const char *tzid, int *ret_day, int *ret_min)
{
	g_autoptr(GTimeZone) theirs = icaltime_is_utc(at) ? g_time_zone_new_utc() : tzid != NULL ? g_time_zone_new_identifier(tzid) : NULL;
	g_autoptr(GDateTime) there = NULL, here = NULL;

	*ret_day = day_of_ymd(at.year, at.month, at.day);
	*ret_min = at.is_date ? 0 : at.hour * 60 + at.minute;
	/* Floating times, and zones that only the file knows, are meant where the calendar is. */
	if (at.is_date || theirs == NULL || (there = g_date_time_new(theirs, at.year, at.month, at.day, at.hour, at.minute, 0)) == NULL)
		return;
	here = g_date_time_to_timezone(there, self->zone);
	*ret_day = day_of_ymd(g_date_time_get_year(here), g_date_time_get_month(here), g_date_time_get_day_of_month(here));
	*ret_min = g_date_time_get_hour(here) * 60 + g_date_time_get_minute(here);
}

/* From @day, @from_min for @minutes, cut at midnights. FALSE: there are too many. */
static gboolean
put(Reading *self, int day, int from_min, gint64 minutes, gboolean yearly, const char *name)
{
	for (gint64 left = minutes; left > 0; day++) {
		int to = (int)MIN(from_min + left, DAY_MIN);
		Holiday one = { .day = day, .from_min = from_min, .to_min = to, .yearly = yearly, .name = g_strdup(name) };

		g_array_append_val(self->out, one);
		left -= to - from_min;
		from_min = 0;
		if (self->out->len > CALENDAR_HOLIDAYS_MAX)
			return FALSE;
	}
	return TRUE;
}

/* FREQ=YEARLY and nothing that moves the day. */
static gboolean
is_plain_yearly(const struct icalrecurrencetype *rule)
{
	return rule->freq == ICAL_YEARLY_RECURRENCE && rule->interval <= 1 && rule->count == 0 && icaltime_is_null_time(rule->until) &&
	       rule->by_day[0] == ICAL_RECURRENCE_ARRAY_MAX && rule->by_week_no[0] == ICAL_RECURRENCE_ARRAY_MAX && rule->by_year_day[0] == ICAL_RECURRENCE_ARRAY_MAX &&
	       rule->by_set_pos[0] == ICAL_RECURRENCE_ARRAY_MAX && (rule->by_month[0] == ICAL_RECURRENCE_ARRAY_MAX || rule->by_month[1] == ICAL_RECURRENCE_ARRAY_MAX) &&
	       (rule->by_month_day[0] == ICAL_RECURRENCE_ARRAY_MAX || rule->by_month_day[1] == ICAL_RECURRENCE_ARRAY_MAX);
}

static gboolean
is_excepted(icalcomponent *event, struct icaltimetype at)
{
	for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_EXDATE_PROPERTY); p != NULL; p = icalcomponent_get_next_property(event, ICAL_EXDATE_PROPERTY))
		if (icaltime_compare_date_only(icalproperty_get_exdate(p), at) == 0)
			return TRUE;
	return FALSE;
}

static gboolean
write_out(Reading *self, icalcomponent *event, struct icalrecurrencetype rule, struct icaltimetype start, gint64 minutes, const char *name)
{
	icalrecur_iterator *it = icalrecur_iterator_new(rule, start);
	gboolean fine = TRUE;

	for (guint i = 0; it != NULL && fine && i < 60 * 366; i++) {
		struct icaltimetype at = icalrecur_iterator_next(it);
		int day, min;

		if (icaltime_is_null_time(at))
			break;
		local_of(self, at, tzid_of(event, ICAL_DTSTART_PROPERTY), &day, &min);
		if (day > self->last_day)
			break;
		if (day >= self->first_day && !is_excepted(event, at))
			fine = put(self, day, min, minutes, FALSE, name);
	}
	if (it != NULL)
		icalrecur_iterator_free(it);
	return fine;
}

static gint64
minutes_of(const Reading *self, icalcomponent *event, struct icaltimetype start)
{
	struct icaltimetype end = icalcomponent_get_dtend(event); /* of a DURATION too */
	const char *from = tzid_of(event, ICAL_DTSTART_PROPERTY), *to = tzid_of(event, ICAL_DTEND_PROPERTY);
	int day, min, end_day, end_min;
	gint64 minutes;

	if (icaltime_is_null_time(end))
		return start.is_date ? DAY_MIN : 0;
	local_of(self, start, from, &day, &min);
	local_of(self, end, to != NULL ? to : from, &end_day, &end_min);
	minutes = (gint64)(end_day - day) * DAY_MIN + end_min - min;
	return minutes <= 0 && start.is_date ? DAY_MIN : MIN(minutes, (gint64)ICS_SPAN_DAYS_MAX * DAY_MIN);
}

static gboolean
read_event(Reading *self, icalcomponent *event)
{
	struct icaltimetype start = icalcomponent_get_dtstart(event);
	icalproperty *rule = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
	g_autofree char *name = NULL;
	gint64 minutes;
	int day, min;

	if (icaltime_is_null_time(start) || !icaltime_is_valid_time(start) || start.year < 1900 || start.year > 2200 || icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED)
		return TRUE;
	if ((minutes = minutes_of(self, event, start)) <= 0)
		return TRUE; /* a moment, no stretch of time */
	name = name_of(event);
	local_of(self, start, tzid_of(event, ICAL_DTSTART_PROPERTY), &day, &min);
	if (rule != NULL) {
		struct icalrecurrencetype how = icalproperty_get_rrule(rule);

		if (!is_plain_yearly(&how))
			return how.freq < ICAL_DAILY_RECURRENCE || write_out(self, event, how, start, minutes, name);
	}
	return put(self, day, min, minutes, rule != NULL, name);
}

static icalcomponent *
parse(const char *bytes, gsize size)
{
	g_autofree char *text = g_strndup(bytes, size); /* up to the first NUL: what is behind one is no calendar */

	icalerror_set_errors_are_fatal(0);
	return icalparser_parse_string(text);
}

GArray *
calendar_ics_read(const char *bytes, gsize size, const char *zone, gint64 now_ms, GError **error)
{
	g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(Holiday));
	g_autoptr(GTimeZone) here = zone_by_name(zone);
	Reading self = { .zone = here, .out = out };
	icalcomponent *all;
	gboolean fine = TRUE;
	guint n = 0;

	g_array_set_clear_func(out, holiday_clear);
	if (size > ICS_BYTES_MAX)
		err_add_field(error, "/file", "A calendar file has at most 1 MB.");
	if (size > ICS_BYTES_MAX || !lazy_load(&lazy_ical, error))
		return NULL;
	if ((all = parse(bytes, size)) == NULL || (icalcomponent_isa(all) != ICAL_VCALENDAR_COMPONENT && icalcomponent_isa(all) != ICAL_XROOT_COMPONENT)) {
		g_clear_pointer(&all, icalcomponent_free);
		err_add_field(error, "/file", "This is no calendar file. One ends in .ics and begins with BEGIN:VCALENDAR.");
		return NULL;
	}
	self.first_day = (int)(now_ms / MS_PER_DAY) - 366;
	self.last_day = (int)(now_ms / MS_PER_DAY) + ICS_YEARS * 366;
	for (icalcomponent *c = icalcomponent_isa(all) == ICAL_XROOT_COMPONENT ? icalcomponent_get_first_component(all, ICAL_VCALENDAR_COMPONENT) : all; c != NULL && fine;
	     c = c == all ? NULL : icalcomponent_get_next_component(all, ICAL_VCALENDAR_COMPONENT))
		for (icalcomponent *e = icalcomponent_get_first_component(c, ICAL_VEVENT_COMPONENT); e != NULL && fine; e = icalcomponent_get_next_component(c, ICAL_VEVENT_COMPONENT))
			fine = ++n <= ICS_EVENTS_MAX && read_event(&self, e);
	icalcomponent_free(all);
	if (fine && out->len > 0)
		return g_steal_pointer(&out);
	if (fine)
		err_add_field(error, "/file", "There is no holiday in this file.");
	else
		err_add_field(error, "/file", "There are too many days in this file for a calendar of holidays.");
	return NULL;
}
