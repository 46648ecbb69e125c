/* report_period.h - stretches of time as a reader names them, cut into days, weeks or months of the reader's zone. Pure. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef enum { STEP_DAY, STEP_WEEK, STEP_MONTH } ReportStep;

typedef struct {
	gint64 from_ms, to_ms;   /* to: the first moment after it */
	gint64 before_from_ms;   /* the stretch of the same length right before */
	ReportStep step;
	GArray *starts;          /* gint64: the first moment of each step in it, in order */
} ReportPeriod;

/* @word: 7d, 4w, 12w, month (this one so far), year (the last 12 months), or own with @from and @to as days ("2026-11-01",
 * both included; without @to up to today). Unknown words and unreadable days are ERR_INVALID with the field. @step -1: days up to 35 days, weeks
 * up to 200, else months. Weeks begin on Monday (ISO 8601). */
ReportPeriod *report_period_new(const char *word, const char *from, const char *to, int step, gint64 now_ms, const char *zone, GError **error);
void report_period_free(ReportPeriod *period);
/* Which step holds @at_ms: its index, or -1 outside. */
int report_period_place(const ReportPeriod *period, gint64 at_ms);
/* "2026-11-01", in the reader's zone. */
void report_period_day(gint64 at_ms, const char *zone, char ret_day[16]);

extern const char *const report_period_words[]; /* 7d 4w 12w month year own */
extern const char *const report_period_steps[]; /* day week month */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportPeriod, report_period_free)
G_END_DECLS
