#include "text/day_words.h"
#include "base/clock.h"
#include "text/span.h"

char *
day_words(gint64 at_ms, const char *zone, gboolean german, gboolean timed)
{
	static const char *const days[] = { "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag" };
	static const char *const months[] = { "Januar", "Februar", "M\xc3\xa4rz", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember" };
	g_autoptr(GTimeZone) here = zone_by_name(zone);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_ms / MS_PER_S), at = g_date_time_to_timezone(utc, here);
	g_autofree char *day = NULL;

	if (!german)
		return g_date_time_format(at, timed ? "%A %-d %B, %H:%M %Z" : "%A %-d %B");
	day = g_strdup_printf("%s, %d. %s", days[g_date_time_get_day_of_week(at) - 1], g_date_time_get_day_of_month(at), months[g_date_time_get_month(at) - 1]);
	if (!timed)
		return g_steal_pointer(&day);
	return g_strdup_printf("%s, %02d:%02d Uhr (%s)", day, g_date_time_get_hour(at), g_date_time_get_minute(at), g_date_time_get_timezone_abbreviation(at));
}
