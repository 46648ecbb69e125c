/* local_time.h - moments and the local time of a zone, in seconds. What is slow in a time zone (asking it) is asked once a day of the year and kept. What is worked in it: promise/calendar.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

#define DAY_S 86400

/* Helpers of dates, proleptic Gregorian: days since 1970. */
int day_of_ymd(int year, int month, int day);
void day_to_ymd(int day, int *ret_year, int *ret_month, int *ret_day);
/* Rounded down, also below zero. */
static inline gint64
floor_div(gint64 a, gint64 b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

typedef struct _LocalTime LocalTime; /* belongs to one thread */
LocalTime *local_time_new(const char *zone); /* UTC for a zone nobody knows */
void local_time_free(LocalTime *local);
/* A local time that the clocks leave out is the moment they go on; of one they show twice it is the first. So what adjoins in local time
 * adjoins in real time, and shifts side by side never overlap. */
gint64 local_time_to_utc(LocalTime *local, gint64 local_s);
gint64 local_time_of(LocalTime *local, gint64 utc_s);

G_END_DECLS
