#include "insight/report_period.h"
#include "base/clock.h"
#include "text/span.h"
#include "base/err.h"
#include <string.h>

enum { MOST_STEPS = 1000, MOST_DAYS = 3700 };

const char *const report_period_words[] = { "7d", "4w", "12w", "month", "year", "own", NULL };
const char *const report_period_steps[] = { "day", "week", "month", NULL };

static GDateTime *
local_of(gint64 at_ms, GTimeZone *zone)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_ms / MS_PER_S);

	return g_date_time_to_timezone(utc, zone);
}

/* The first moment of the day @days after the one that holds @at. */
static GDateTime *
day_start(GDateTime *at, int days, GTimeZone *zone)
{
	g_autoptr(GDateTime) moved = g_date_time_add_days(at, days);
	int y, m, d;

	g_date_time_get_ymd(moved, &y, &m, &d);
	return g_date_time_new(zone, y, m, d, 0, 0, 0);
}

static gint64
ms_of(GDateTime *at)
{
	return g_date_time_to_unix(at) * MS_PER_S;
}

void
report_period_day(gint64 at_ms, const char *zone_name, char ret_day[16])
{
	g_autoptr(GTimeZone) zone = zone_by_name(zone_name);
	g_autoptr(GDateTime) at = local_of(at_ms, zone);
	int y, m, d;

	g_date_time_get_ymd(at, &y, &m, &d);
	g_snprintf(ret_day, 16, "%04d-%02d-%02d", y % 10000, m, d);
}

static gboolean
read_day(const char *text, const char *field, GTimeZone *zone, int days, gint64 *ret_ms, GError **error)
{
	g_autoptr(GDateTime) at = NULL, start = NULL;
	gint64 utc;
	int y, m, d;

	if (text == NULL || strlen(text) != 10 || !time_read(text, &utc)) {
		err_add_field(error, field, "Write a day as 2026-11-30.");
		return FALSE;
	}
	y = (int)g_ascii_strtoll(text, NULL, 10);
	m = (int)g_ascii_strtoll(text + 5, NULL, 10);
	d = (int)g_ascii_strtoll(text + 8, NULL, 10);
	at = g_date_time_new(zone, y, m, d, 0, 0, 0);
	start = at != NULL ? day_start(at, days, zone) : NULL;
	if (start == NULL) {
		err_add_field(error, field, "There is no such day.");
		return FALSE;
	}
	*ret_ms = ms_of(start);
	return TRUE;
}

static gboolean
bounds(ReportPeriod *self, const char *word, const char *from, const char *to, gint64 now_ms, GTimeZone *zone, GError **error)
{
	g_autoptr(GDateTime) now = local_of(now_ms, zone), end = day_start(now, 1, zone), start = NULL;
	static const struct { const char *word; int days; } spans[] = { { "7d", 7 }, { "4w", 28 }, { "12w", 84 }, { "year", 365 } };
	gboolean fine;

	self->to_ms = ms_of(end);
	for (guint i = 0; i < G_N_ELEMENTS(spans); i++)
		if (strcmp(word, spans[i].word) == 0)
			start = day_start(now, 1 - spans[i].days, zone);
	if (strcmp(word, "month") == 0)
		start = day_start(now, 1 - g_date_time_get_day_of_month(now), zone);
	if (start != NULL) {
		self->from_ms = ms_of(start);
		return TRUE;
	}
	if (strcmp(word, "own") != 0) {
		err_add_field(error, "/period", "One of: 7d, 4w, 12w, month, year, own.");
		return FALSE;
	}
	fine = read_day(from, "/from", zone, 0, &self->from_ms, error);
	if (to != NULL || from == NULL) /* from a day on, without an end: up to today */
		fine = read_day(to, "/to", zone, 1, &self->to_ms, error) && fine;
	if (!fine)
		return FALSE;
	if (self->to_ms <= self->from_ms || self->to_ms - self->from_ms > MOST_DAYS * MS_PER_DAY) {
		err_add_field(error, "/to", "The last day is not before the first, and at most ten years after it.");
		return FALSE;
	}
	return TRUE;
}

static GDateTime *
next_start(GDateTime *at, ReportStep step, GTimeZone *zone)
{
	g_autoptr(GDateTime) month = NULL;
	int y, m;

	if (step == STEP_DAY)
		return day_start(at, 1, zone);
	if (step == STEP_WEEK)
		return day_start(at, 8 - g_date_time_get_day_of_week(at), zone);
	month = g_date_time_add_months(at, 1);
	g_date_time_get_ymd(month, &y, &m, NULL);
	return g_date_time_new(zone, y, m, 1, 0, 0, 0);
}

ReportPeriod *
report_period_new(const char *word, const char *from, const char *to, int step, gint64 now_ms, const char *zone_name, GError **error)
{
	g_autoptr(GTimeZone) zone = zone_by_name(zone_name);
	g_autoptr(ReportPeriod) self = g_new0(ReportPeriod, 1);
	g_autoptr(GDateTime) at = NULL;
	gint64 days;

	self->starts = g_array_new(FALSE, FALSE, sizeof(gint64));
	if (!bounds(self, word, from, to, now_ms, zone, error))
		return NULL;
	days = (self->to_ms - self->from_ms) / MS_PER_DAY;
	self->before_from_ms = self->from_ms - (self->to_ms - self->from_ms);
	self->step = step >= 0 ? (ReportStep)step : days <= 35 ? STEP_DAY : days <= 200 ? STEP_WEEK : STEP_MONTH;
	if (self->step == STEP_DAY && days > MOST_STEPS)
		self->step = STEP_WEEK;
	at = local_of(self->from_ms, zone);
	while (at != NULL && ms_of(at) < self->to_ms) {
		gint64 start = ms_of(at);
		GDateTime *next = next_start(at, self->step, zone);

		g_array_append_val(self->starts, start);
		g_date_time_unref(at);
		at = next;
	}
	return g_steal_pointer(&self);
}

void
report_period_free(ReportPeriod *self)
{
	if (self == NULL)
		return;
	g_array_unref(self->starts);
	g_free(self);
}

int
report_period_place(const ReportPeriod *self, gint64 at_ms)
{
	guint low = 0, high = self->starts->len;

	if (at_ms < self->from_ms || at_ms >= self->to_ms)
		return -1;
	while (high - low > 1) {
		guint middle = (low + high) / 2;

		if (g_array_index(self->starts, gint64, middle) <= at_ms)
			low = middle;
		else
			high = middle;
	}
	return (int)low;
}
