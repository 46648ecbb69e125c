/* clock_steps.h - the steps of a clock: warnings, the breach, those who are told after it. Pure; private to promise/. */
#pragma once
#include "promise/case_clocks.h"
G_BEGIN_DECLS

/* The pause that is not over; NULL: none. */
const Pause *clock_open_pause(const ClockRow *row);
/* Kept, where it was met at @met_ms. */
gboolean clock_is_in_time(ClockKind k, gint64 due_ms, gint64 met_ms);
/* It counts now: not met, not paused, of a case in which it runs. */
gboolean clock_runs(const ClockPolicy *policy, const ClockRow *row, ClockKind k, gboolean is_open);
/* When this step comes of a clock that is due at @due_ms; CALENDAR_NEVER: there is none. */
gint64 clock_step_at(const ClockPolicy *policy, Calendar *calendar, ClockKind k, gint64 due_ms, ClockStep step);
/* The level after all that is past. */
guint clock_steps_past(const ClockPolicy *policy, Calendar *calendar, ClockKind k, gint64 due_ms, gint64 now_ms);
/* The next step of any clock; 0: none. */
gint64 clock_next_step(const ClockBook *book, const ClockRow *row, gboolean is_open);

G_END_DECLS
