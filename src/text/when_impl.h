/* when_impl.h - how a time is put together from its words, for when_*.c and promise_words.c only. */
#pragma once
#include "text/promise_tokens.h"
#include "text/when_words.h"
G_BEGIN_DECLS

typedef struct {
	const WhenNow *now;
	GTimeZone *zone;
	int today; /* Julian day */
	int weekday, minute;
} WhenContext;
/* FALSE when the present is none a calendar knows. Clear it. */
gboolean when_context_init(WhenContext *context, const WhenNow *now);
void when_context_clear(WhenContext *context);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WhenContext, when_context_clear)

typedef enum { PREP_NONE, PREP_BY, PREP_ON, PREP_AT, PREP_IN, PREP_WITHIN, PREP_BEFORE, PREP_UNTIL, PREP_BETWEEN, PREP_AFTER, PREP_FOR, PREP_PAST, PREP_FROM } WhenPrep;

/* The words from @first up to @next, before the calendar is asked. Julian days; 0 is none. */
typedef struct {
	guint first, next;
	WhenPrep prep;
	int day, other_day;
	WhenWhy why;
	int why_number, why_month;
	int weekday;	   /* said, 0 when none */
	gboolean is_date;  /* a day of a month was said */
	gboolean next_week; /* "Friday of next week" */
	int minute;	   /* -1 when none */
	gboolean bare, part, later; /* no am or pm; morning, noon; "after 3" */
	gboolean closing, ends_day; /* the close of business; the end of the day, which is that where a calendar is known */
	int half;	   /* 1 am, 2 pm; of "in the evening" */
	int span_minute;   /* a range's first minute, -1 when none */
	gint64 at_ms, other_ms; /* "in two hours" */
	gboolean counted;  /* days or hours counted from now */
} WhenParts;

typedef struct {
	const Token *tokens;
	guint at, end;
	const WhenContext *context;
	int said_day; /* the day said last before this: "that day"; 0 none */
} WhenScan;

/* The longest time that begins at @scan->at; FALSE when none does. */
gboolean when_scan(WhenScan *scan, WhenParts *ret_parts);
/* One atom of it (when_day.c, when_clock.c); each moves @scan on success alone. */
gboolean when_day(WhenScan *scan, WhenParts *parts);
gboolean when_count(WhenScan *scan, WhenParts *parts);
gboolean when_clock(WhenScan *scan, WhenParts *parts);
/* Two parts of one time, as day and clock; FALSE when they are two times. */
gboolean when_join(const WhenContext *context, WhenParts *parts, const WhenParts *more);
/* The calendar's answer (when_resolve.c); FALSE when it lies behind or too far ahead. */
gboolean when_resolve(const WhenContext *context, const WhenParts *parts, When *ret_when);

/* When business closes on @day (Julian); 0 where nobody works. */
gint64 when_closes_ms(const WhenContext *context, int day);
gint64 when_ms_at(const WhenContext *context, int day, int minute);

/* Token helpers. */
const Token *when_token(const WhenScan *scan, guint ahead);
gboolean when_is(const WhenScan *scan, guint ahead, const char *word);
gboolean when_class(const WhenScan *scan, guint ahead, TimeClass class);

/* Calendar: Julian days. */
int calendar_day(int year, int month, int day);
int calendar_month_days(int year, int month);
void calendar_split(int day, int *ret_year, int *ret_month, int *ret_day);
int calendar_weekday(int day);
gboolean calendar_works(const WhenContext *context, int day);
int calendar_work(const WhenContext *context, int day, int n);
/* The day of @month, its year @year or (0) the next to come; asks where it must. FALSE for no day at all. */
gboolean calendar_date(const WhenContext *context, int year, int month, int day, WhenParts *parts);
void calendar_either(WhenParts *parts, int one, int other, WhenWhy why);
/* Monday of this week, or of that @weeks later. */
int calendar_monday(const WhenContext *context, int weeks);

G_END_DECLS
