/* spoken.h - the present in which words like "within 5 working days" and "by close of business" are read for a case: days off and closing hours are
 * those of the calendar of its policy. The words: text/when_words.h, text/promise_words.h; the calendars: promise/calendar.h. */
#pragma once
#include "promise/book.h"
#include "text/when_words.h"
G_BEGIN_DECLS

typedef struct {
	WhenNow now; /* hand this to the readers */
	WhenCalendar calendar;
} SpokenNow;

/* @case_id 0: no case is meant, the house's calendar. One that never rests (round the clock) knows no working days: then it is the house's too, and
 * where that never rests, Monday to Friday. Hours are those of @zone, the speaker's; the day at which business closes ends by the calendar's own zone.
 * Borrowed as the book: until the next call on this connection. */
gboolean spoken_now(Db *db, gint64 case_id, gint64 now_ms, const char *zone, SpokenNow *ret, GError **error);
/* The same of a calendar; pure. @calendar NULL: none. */
void spoken_by(Calendar *calendar, gint64 now_ms, const char *zone, SpokenNow *ret);

G_END_DECLS
