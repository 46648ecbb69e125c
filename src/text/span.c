/* span.c - stretches of time as people type them. */
#include "text/span.h"
#include "base/clock.h"
#include <pthread.h>
#include <string.h>

/* Making a zone reads its file and costs a millisecond; there are few, and they are kept for good. */
static pthread_mutex_t zones_lock = PTHREAD_MUTEX_INITIALIZER;
static GHashTable *zones;
enum { MAX_ZONES = 1000 };

GTimeZone *
zone_by_name(const char *name)
{
	const char *wanted = name != NULL && name[0] != '\0' ? name : "UTC";
	GTimeZone *zone;

	pthread_mutex_lock(&zones_lock);
	if (zones == NULL)
		zones = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_time_zone_unref);
	zone = g_hash_table_lookup(zones, wanted);
	if (zone == NULL) {
		zone = g_time_zone_new_identifier(wanted);
		if (zone == NULL)
			zone = g_time_zone_new_utc();
		if (g_hash_table_size(zones) < MAX_ZONES)
			g_hash_table_insert(zones, g_strdup(wanted), g_time_zone_ref(zone));
	} else {
		g_time_zone_ref(zone);
	}
	pthread_mutex_unlock(&zones_lock);
	return zone;
}

static gint64
ms_of(GDateTime *at)
{
	return g_date_time_to_unix(at) * MS_PER_S;
}

/* A run of exactly @n digits at *@at; -1 when it is none. */
static int
digits(const char **at, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++, (*at)++) {
		if (!g_ascii_isdigit(**at))
			return -1;
		value = value * 10 + (**at - '0');
	}
	return g_ascii_isdigit(**at) ? -1 : value;
}

/* 2026, 2026-03 or 2026-03-15: its first moment and the first one after it. */
static gboolean
read_calendar(const char *text, GTimeZone *zone, Span *out)
{
	const char *at = text;
	int year = digits(&at, 4), month = 0, day = 0;
	g_autoptr(GDateTime) from = NULL, to = NULL;

	if (year < 1 || year > 9998)
		return FALSE;
	if (*at == '-' && (at++, month = digits(&at, 2)) < 1)
		return FALSE;
	if (month != 0 && *at == '-' && (at++, day = digits(&at, 2)) < 1)
		return FALSE;
	if (*at != '\0' || month > 12 || (day != 0 && !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year)))
		return FALSE;
	from = g_date_time_new(zone, year, MAX(month, 1), MAX(day, 1), 0, 0, 0);
	if (from == NULL)
		return FALSE;
	to = day != 0 ? g_date_time_add_days(from, 1) : month != 0 ? g_date_time_add_months(from, 1) : g_date_time_add_years(from, 1);
	*out = (Span){ ms_of(from), ms_of(to) };
	return TRUE;
}

static GDateTime *
midnight(GDateTime *at, GTimeZone *zone)
{
	return g_date_time_new(zone, g_date_time_get_year(at), g_date_time_get_month(at), g_date_time_get_day_of_month(at), 0, 0, 0);
}

/* today, yesterday, 24h, 7d, 4w, 12m, 1y. */
static gboolean
read_relative(const char *text, gint64 now_ms, GTimeZone *zone, Span *out)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now_ms / MS_PER_S), now = utc != NULL ? g_date_time_to_timezone(utc, zone) : NULL;
	g_autoptr(GDateTime) from = NULL, to = NULL, today = now != NULL ? midnight(now, zone) : NULL;
	const char *at = text;
	int n = 0;

	if (today == NULL)
		return FALSE;
	if (strcmp(text, "today") == 0 || strcmp(text, "yesterday") == 0) {
		from = g_date_time_add_days(today, text[0] == 't' ? 0 : -1);
		to = g_date_time_add_days(from, 1);
		*out = (Span){ ms_of(from), ms_of(to) };
		return TRUE;
	}
	for (; g_ascii_isdigit(*at) && n < 10000; at++)
		n = n * 10 + (*at - '0');
	if (at == text || n < 1 || n > 9999 || at[0] == '\0' || at[1] != '\0')
		return FALSE;
	switch (at[0]) {
	case 'h': from = g_date_time_add_hours(now, -n); break;
	case 'd': from = g_date_time_add_days(now, -n); break;
	case 'w': from = g_date_time_add_weeks(now, -n); break;
	case 'm': from = g_date_time_add_months(now, -n); break;
	case 'y': from = n < 1000 ? g_date_time_add_years(now, -n) : NULL; break;
	default: return FALSE;
	}
	if (from == NULL)
		return FALSE;
	*out = (Span){ ms_of(from), G_MAXINT64 };
	return TRUE;
}

static gboolean
read_one(const char *text, gint64 now_ms, GTimeZone *zone, Span *out)
{
	return read_calendar(text, zone, out) || read_relative(text, now_ms, zone, out);
}

gboolean
span_read(const char *text, gint64 now_ms, const char *zone, Span *ret_span)
{
	g_autoptr(GTimeZone) where = zone_by_name(zone);
	const char *dots = strstr(text, "..");
	g_autofree char *left = NULL;
	Span first = { G_MININT64, G_MAXINT64 }, last = first;

	if (dots == NULL) {
		if (!read_one(text, now_ms, where, &first))
			return FALSE;
		*ret_span = first;
		return TRUE;
	}
	left = g_strndup(text, (gsize)(dots - text));
	if (left[0] == '\0' && dots[2] == '\0')
		return FALSE;
	if ((left[0] != '\0' && !read_one(left, now_ms, where, &first)) || (dots[2] != '\0' && !read_one(dots + 2, now_ms, where, &last)))
		return FALSE;
	if (first.from_ms >= last.to_ms)
		return FALSE;
	*ret_span = (Span){ first.from_ms, last.to_ms };
	return TRUE;
}
