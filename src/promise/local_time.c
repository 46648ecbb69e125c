/* local_time.c - see the header. Most days have one offset from midnight to midnight. */
#include "promise/local_time.h"
#include "text/span.h"

typedef struct {
	int year;
	gint32 offset[368]; /* seconds east of UTC at 00:00 UTC of its days, one behind the year's end */
} YearOffsets;

struct _LocalTime {
	GTimeZone *zone;
	GPtrArray *years; /* of YearOffsets */
};

/* Days of a civil date (H. Hinnant, chrono-compatible date algorithms). */
int
day_of_ymd(int year, int month, int day)
{
	int y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
	int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

void
day_to_ymd(int day, int *ret_year, int *ret_month, int *ret_day)
{
	int z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*ret_day = doy - (153 * mp + 2) / 5 + 1;
	*ret_month = mp < 10 ? mp + 3 : mp - 9;
	*ret_year = yoe + era * 400 + (*ret_month <= 2);
}

LocalTime *
local_time_new(const char *zone)
{
	LocalTime *self = g_new0(LocalTime, 1);

	self->zone = zone_by_name(zone);
	self->years = g_ptr_array_new_with_free_func(g_free);
	return self;
}

void
local_time_free(LocalTime *self)
{
	if (self == NULL)
		return;
	g_time_zone_unref(self->zone);
	g_ptr_array_unref(self->years);
	g_free(self);
}

static gint32
ask_zone(const LocalTime *self, gint64 utc_s)
{
	return g_time_zone_get_offset(self->zone, g_time_zone_find_interval(self->zone, G_TIME_TYPE_UNIVERSAL, utc_s));
}

static const YearOffsets *
year_offsets(LocalTime *self, int year)
{
	YearOffsets *kept;
	int first;

	for (guint i = 0; i < self->years->len; i++) {
		kept = self->years->pdata[i];
		if (kept->year == year)
			return kept;
	}
	kept = g_new(YearOffsets, 1);
	kept->year = year;
	first = day_of_ymd(year, 1, 1);
	for (int i = 0; i < 368; i++)
		kept->offset[i] = ask_zone(self, (gint64)(first + i) * DAY_S);
	g_ptr_array_add(self->years, kept);
	return kept;
}

static gint32
offset_at(LocalTime *self, gint64 utc_s)
{
	int day = (int)floor_div(utc_s, DAY_S), year, month, mday, at;
	const YearOffsets *kept;

	day_to_ymd(day, &year, &month, &mday);
	kept = year_offsets(self, year);
	at = day - day_of_ymd(year, 1, 1);
	return kept->offset[at] == kept->offset[at + 1] ? kept->offset[at] : ask_zone(self, utc_s);
}

/* The second at which the offset changes between two moments with different offsets. */
static gint64
find_change(LocalTime *self, gint64 before_s, gint64 after_s)
{
	gint32 old = offset_at(self, before_s);

	while (after_s - before_s > 1) {
		gint64 middle = before_s + (after_s - before_s) / 2;

		if (offset_at(self, middle) == old)
			before_s = middle;
		else
			after_s = middle;
	}
	return after_s;
}

gint64
local_time_to_utc(LocalTime *self, gint64 local_s)
{
	gint32 before = offset_at(self, local_s - DAY_S), after = offset_at(self, local_s + DAY_S);

	if (before == after || offset_at(self, local_s - before) == before)
		return local_s - before;
	if (offset_at(self, local_s - after) == after)
		return local_s - after;
	return find_change(self, local_s - DAY_S - before, local_s - before);
}

gint64
local_time_of(LocalTime *self, gint64 utc_s)
{
	return utc_s + offset_at(self, utc_s);
}
