/* when_words.h - a time in the future as people say it: "tomorrow noon", "by Friday", "within 5 working days". Times that
 * lie behind, and stretches of them: text/span.h; dates in tables: text/dates.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* Who knows on which days work is done, and when it ends. */
typedef struct {
	gpointer data;
	gboolean (*works)(gpointer data, int year, int month, int day);
	gint64 (*closes_ms)(gpointer data, int year, int month, int day); /* 0: nobody works that day */
} WhenCalendar;

/* The reader's present. */
typedef struct {
	gint64 now_ms;
	const char *zone;      /* IANA; unknown or NULL: UTC */
	guint weekdays;	       /* which are worked: bit 0 is Monday; 0 means Monday to Friday */
	const int *holidays;   /* days nobody works, as 20261225; may be NULL */
	gsize n_holidays;
	int closes_minute;     /* the close of business, minutes after midnight; 0 means 17:00 */
	const WhenCalendar *calendar; /* instead of the four above; may be NULL */
} WhenNow;

/* Why the words have two meanings. */
typedef enum {
	WHEN_CLEAR,
	WHEN_TODAY_OR_NEXT,  /* "by Thursday", said on a Thursday */
	WHEN_THIS_OR_NEXT,   /* "next Friday", said on a Thursday */
	WHEN_NO_SUCH_DAY,    /* 31 November */
	WHEN_DAY_OR_MONTH,   /* 3/12 */
	WHEN_WRONG_WEEKDAY,  /* Friday 21 November, which is a Saturday */
	WHEN_PASSED_DAY,     /* 12 November, said on the 19th */
	WHEN_PASSED_TIME,    /* today at 10, said at 11 */
	WHEN_FEW,	     /* "a few days" */
	WHEN_FEAST,	     /* "before Christmas": the day, or the days off */
	WHEN_WEEK_OVER,	     /* "the end of the week", said on a Saturday */
} WhenWhy;

typedef struct {
	gint64 due_ms;
	gint64 other_ms;       /* the second meaning, 0 when there is one only */
	gboolean whole_day;    /* no time of day was said: due_ms is 23:59 of its day */
	gboolean other_whole_day;
	WhenWhy why;
	int why_number, why_month; /* of WHEN_NO_SUCH_DAY: the days its month has, and which month */
} When;

/* TRUE when it must be asked which of two times is meant. */
gboolean when_is_open(const When *when);
/* The whole of @text is one time: "tomorrow noon", "Fri 3pm", "in 2 working days", also as 2026-11-20T12:00. FALSE when it is none, lies in the
 * past, or further ahead than ten years. */
gboolean when_read(const char *text, const WhenNow *now, When *ret_when);
/* The word of a reason for JSON: "no_such_day"; "clear". */
const char *when_why_word(WhenWhy why);
/* The reason as an English sentence: "November has 30 days."; NULL when clear. (transfer full) */
char *when_why_sentence(const When *when);

G_END_DECLS
