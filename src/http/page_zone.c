/* page_zone.c - an instant as a reader's clock shows it. A page has dozens of times and GTimeZone searches its transitions
 * one by one, so each thread keeps its zones and the offsets of the stretches it met: of four days where none of their ends differs (a zone that changes
 * stays so for weeks), else of a quarter of an hour, within which none changes. */
#include "http/page_formats.h"
#include "base/clock.h"
#include <string.h>

enum { N_ZONES = 4, OFFSET_BITS = 8, N_OFFSETS = 1 << OFFSET_BITS, QUARTER_S = 900, STRETCH_S = 4 * 86400 };

typedef struct {
	char name[48];
	GTimeZone *zone;
	struct {
		gint64 from_s, to_s; /* equal: empty */
		int offset_s;
	} offsets[N_OFFSETS];
} Zone;
typedef struct {
	Zone zones[N_ZONES];
	guint next;
} Zones;

static void
zones_free(gpointer data)
{
	Zones *zones = data;

	for (guint i = 0; i < N_ZONES; i++)
		g_clear_pointer(&zones->zones[i].zone, g_time_zone_unref);
	g_free(zones);
}

static GPrivate of_thread = G_PRIVATE_INIT(zones_free);

static Zone *
zone_get(const char *name)
{
	Zones *zones = g_private_get(&of_thread);
	Zone *zone;

	if (zones == NULL) {
		zones = g_new0(Zones, 1);
		g_private_set(&of_thread, zones);
	}
	for (guint i = 0; i < N_ZONES; i++)
		if (zones->zones[i].zone != NULL && strcmp(zones->zones[i].name, name) == 0)
			return &zones->zones[i];
	zone = &zones->zones[zones->next++ % N_ZONES];
	g_clear_pointer(&zone->zone, g_time_zone_unref);
	zone->zone = g_time_zone_new_identifier(name);
	if (zone->zone == NULL)
		zone->zone = g_time_zone_new_utc();
	g_strlcpy(zone->name, name, sizeof zone->name);
	memset(zone->offsets, 0, sizeof zone->offsets);
	return zone;
}

static gint64
floor_div(gint64 number, gint64 by)
{
	return number / by - (number % by < 0);
}

static int
offset_of(const Zone *zone, gint64 at_s)
{
	return g_time_zone_get_offset(zone->zone, g_time_zone_find_interval(zone->zone, G_TIME_TYPE_UNIVERSAL, at_s));
}

static guint
place_of(gint64 stretch)
{
	return (guint)((guint64)stretch * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15) >> (64 - OFFSET_BITS)); /* whole hours and days would share places */
}

static int
offset_at(const char *name, gint64 at_s)
{
	const gint64 stretch = floor_div(at_s, STRETCH_S), from_s = stretch * STRETCH_S;
	Zone *zone;
	guint place;

	if (name == NULL || strlen(name) >= sizeof zone->name || strcmp(name, "UTC") == 0)
		return 0;
	zone = zone_get(name);
	place = place_of(stretch);
	if (at_s >= zone->offsets[place].from_s && at_s < zone->offsets[place].to_s)
		return zone->offsets[place].offset_s;
	zone->offsets[place].offset_s = offset_of(zone, from_s);
	if (zone->offsets[place].offset_s == offset_of(zone, from_s + STRETCH_S)) {
		zone->offsets[place].from_s = from_s;
		zone->offsets[place].to_s = from_s + STRETCH_S;
		return zone->offsets[place].offset_s;
	}
	zone->offsets[place].from_s = floor_div(at_s, QUARTER_S) * QUARTER_S;
	zone->offsets[place].to_s = zone->offsets[place].from_s + QUARTER_S;
	return zone->offsets[place].offset_s = offset_of(zone, at_s);
}

void
local_time(const char *zone, gint64 at_ms, LocalTime *ret_time)
{
	gint64 at_s = floor_div(at_ms, MS_PER_S), day, era, of_era, year_of_era, of_year, second;
	int shifted;

	ret_time->offset_s = offset_at(zone, at_s);
	at_s += ret_time->offset_s;
	day = floor_div(at_s, 86400);
	second = at_s - day * 86400;
	ret_time->day = day;
	ret_time->hour = second / 3600;
	ret_time->minute = second / 60 % 60;
	ret_time->second = second % 60;
	ret_time->weekday = (int)(((day + 3) % 7 + 7) % 7);
	/* Days to year, month and day in the calendar that begins its years in March: eras of 400 years are alike. */
	day += 719468;
	era = floor_div(day, 146097);
	of_era = day - era * 146097;
	year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	shifted = (int)((5 * of_year + 2) / 153);
	ret_time->mday = (int)(of_year - (153 * shifted + 2) / 5 + 1);
	ret_time->month = shifted < 10 ? shifted + 3 : shifted - 9;
	ret_time->year = (int)(year_of_era + era * 400 + (ret_time->month <= 2));
}

static int
digits(const char *text, int n)
{
	int number = 0;

	for (int i = 0; i < n; i++) {
		if (!g_ascii_isdigit(text[i]))
			return -1;
		number = number * 10 + text[i] - '0';
	}
	return number;
}

gboolean
local_time_read(const char *text, gsize size, gint64 *ret_ms)
{
	static const gint16 before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	int year, month, day, hour, minute, second, ms = 0;
	gint64 days;

	if ((size != 20 && size != 24) || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[size - 1] != 'Z')
		return FALSE;
	year = digits(text, 4);
	month = digits(text + 5, 2);
	day = digits(text + 8, 2);
	hour = digits(text + 11, 2);
	minute = digits(text + 14, 2);
	second = digits(text + 17, 2);
	if (size == 24)
		ms = text[19] == '.' ? digits(text + 20, 3) : -1;
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > 28 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || ms < 0)
		return FALSE;
	days = (gint64)(year - 1) * 365 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + before[month - 1] + day - 1;
	days += month > 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0);
	*ret_ms = ((days - 719162) * 86400 + hour * 3600 + minute * 60 + second) * MS_PER_S + ms;
	return TRUE;
}
