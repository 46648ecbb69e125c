/* calendar.h - when we work: weekly shifts in a time zone, less the holidays. Pure: time is passed in, nothing is read. Rows and
 * editing: promise/calendar_rows.h; holidays from a file: promise/calendar_ics.h; what is due by it: promise/clock_due.h. */
#pragma once
#include "promise/local_time.h"
G_BEGIN_DECLS

enum { CALENDAR_SHIFTS_MAX = 8 };     /* a day */
enum { CALENDAR_HOLIDAYS_MAX = 5000 };
#define CALENDAR_NEVER G_MAXINT64

/* Minutes of the local day; to_min is behind from_min and past 1440 where the shift ends on the next day. */
typedef struct {
	int from_min, to_min;
} Shift;
/* Not worked between these minutes of the local day, whichever day's shift they belong to; 0 to 1440: all of it. */
typedef struct {
	gint64 id;
	int day; /* days since 1970 */
	int from_min, to_min;
	gboolean yearly; /* on the same day of every year; 29 February only where there is one */
	char *name;
} Holiday;

typedef struct _Calendar Calendar;

/* @zone: IANA; unknown: UTC. No shifts and no holidays yet: nobody ever works. */
Calendar *calendar_new(const char *zone);
void calendar_free(Calendar *calendar);
/* @weekday 0: Monday. */
void calendar_put_shift(Calendar *calendar, guint weekday, Shift shift);
void calendar_put_holiday(Calendar *calendar, int day, int from_min, int to_min, gboolean yearly);
/* Round the clock, every day. (transfer full) */
Calendar *calendar_new_always(const char *zone);

/* The moment at which @worked_ms have been worked since @from_ms; 0 or less: @from_ms itself. What is worked up is counted as it
 * passes: an hour that the clocks leave out or repeat counts as it is lived. CALENDAR_NEVER where there is too little work. */
gint64 calendar_add(Calendar *calendar, gint64 from_ms, gint64 worked_ms);
/* The latest moment from which @worked_ms are worked until @until_ms; G_MININT64 where there is too little. */
gint64 calendar_back(Calendar *calendar, gint64 until_ms, gint64 worked_ms);
/* What is worked between two moments; 0 when @to_ms is not after @from_ms. */
gint64 calendar_between(Calendar *calendar, gint64 from_ms, gint64 to_ms);

/* Something is worked in a shift that begins on this local day (days since 1970). */
gboolean calendar_is_workday(Calendar *calendar, int day);
/* The end of work on the @n-th working day after the local day of @from_ms, which itself is not counted. @n 0: of that day, or of the
 * next on which work ends after @from_ms. CALENDAR_NEVER as above. */
gint64 calendar_add_workdays(Calendar *calendar, gint64 from_ms, int n);
/* The same time of day @n days later, by the calendar's zone; a time that the clocks leave out: when they go on. */
gint64 calendar_add_days(Calendar *calendar, gint64 from_ms, int n);

/* The local day of a moment, and its minute of the day. */
int calendar_day_of(Calendar *calendar, gint64 at_ms, int *ret_min);
/* The moment of a local day's minute (may be past 1440). Where there are two, the first; where there is none, when the clocks go on. */
gint64 calendar_moment(Calendar *calendar, int day, int min);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Calendar, calendar_free)
G_END_DECLS
