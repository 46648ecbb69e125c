/* clock_due.h - when a clock runs out: its target, the pauses in between, the warnings before and the steps after. Pure. Which clocks
 * a case has: promise/case_clocks.h; whose targets they take: promise/policy.h. */
#pragma once
#include "promise/calendar.h"
G_BEGIN_DECLS

/* In the order of a case's life; the words stand in clock_words and in docs/glossary.md. */
typedef enum {
	CLOCK_ACKNOWLEDGE, /* that we have it */
	CLOCK_RESPOND,     /* a person's first answer */
	CLOCK_ANSWER,      /* to the customer's last words */
	CLOCK_UPDATE,      /* our next word, where the last one was ours */
	CLOCK_RESOLVE,     /* put right */
	CLOCK_FINAL,       /* the final response */
	CLOCK_FOLLOW_UP,   /* after it was put right */
	CLOCKS
} ClockKind;
/* Its due time is when the question is asked, by a job (flow/follow/ask.h): so long it may take before the clock counts as missed. Nobody is warned
 * before, since nobody need do anything. */
#define CLOCK_FOLLOW_UP_GRACE_MS (60 * 60 * (gint64)1000)
extern const char *const clock_words[]; /* acknowledge respond answer update resolve final follow_up, NULL */

typedef enum { TARGET_NONE, TARGET_MINUTES, TARGET_HOURS, TARGET_DAYS, TARGET_WORK_MINUTES, TARGET_WORK_HOURS, TARGET_WORK_DAYS } TargetUnit;
typedef struct {
	int amount;
	TargetUnit unit; /* TARGET_NONE: there is no such clock */
	gboolean pauses; /* while we wait for the customer */
} ClockTarget;
enum { TARGET_MAX_MINUTES = 10 * 366 * 1440 };

/* "24 hours", "15 business days", "90 minutes", "56 days", "4 business hours"; also of one, and in German ("15 Arbeitstage"). "" is none. FALSE for anything else, for
 * 0, and for more than ten years. @ret->pauses is left as it is. */
gboolean target_read(const char *text, ClockTarget *ret);
/* The same written; "" for none. (transfer full) */
char *target_write(const ClockTarget *target);

typedef struct {
	gint64 from_ms, to_ms; /* to_ms 0: not over */
} Pause;

typedef struct {
	gint64 due_ms;   /* CALENDAR_NEVER where the calendar has too little work */
	gboolean paused; /* now: due_ms is what it was when the pause began */
} ClockDue;
/* What is left when a pause begins is left when it ends: hours as hours, business time as business time, days as the hours that
 * were left of them. Pauses before @start_ms or after the clock has run out are nothing. @pauses in their order; the last may be open. */
ClockDue clock_due(const ClockTarget *target, Calendar *calendar, gint64 start_ms, const Pause *pauses, guint n_pauses);
/* The moment from which only @part (0.25) of the target is left before @due_ms; of business days, of as many up to then. Pauses that lie before it
 * change nothing. */
gint64 clock_warns_at(const ClockTarget *target, Calendar *calendar, gint64 due_ms, double part);

G_END_DECLS
