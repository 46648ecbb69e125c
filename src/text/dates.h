/* dates.h - strangers' dates: what a cell of a table may mean, and which way of writing a whole column uses. Our own
 * dates (ISO 8601 of the API): base/clock.h. */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

typedef enum {
	DATES_UNKNOWN,
	DATES_ISO,	 /* 2026-03-04, 2026/03/04, 20260304, with or without a time */
	DATES_US,	 /* 03/04/2026 is the fourth of March   */
	DATES_DAY_FIRST, /* 03/04/2026 is the third of April    */
	DATES_SERIAL,	 /* 46085.5: a spreadsheet's days since 1899-12-30 */
} DateStyle;
/* "iso", "us", "day-first", "serial"; the word of --dates. */
const char *date_style_word(DateStyle style);
gboolean date_style_read(const char *word, DateStyle *ret_style);

/* A date as somebody wrote it. Ways that mean one thing only are read under every style: ISO, months in words (English,
 * German), 4.3.2026 (day first, as everywhere it is written with dots; under DATES_US month first). Two numbers and a
 * year with slashes or dashes, and bare numbers of days, are read as @style says. Times: 14:30, 14:30:59.5, 2:30 PM, with
 * Z, UTC, GMT, +01:00; without a zone they are of @zone (NULL: UTC). Years of two digits are 1969 to 2068.
 * FALSE for everything else, for days that do not exist, and for years outside 1900 to 2199. */
gboolean date_read(const char *text, DateStyle style, GTimeZone *zone, gint64 *ret_ms);

/* What was seen in a column. Zero it, add every cell that is not blank, then decide. */
typedef struct {
	guint64 n, n_plain, n_either, n_us, n_day_first, n_serial, n_unreadable; /* plain: means one thing by itself */
	char either[32], us[32], day_first[32], unreadable[32];			 /* one example each, as written */
} DateEvidence;
void date_evidence_add(DateEvidence *evidence, const char *text);
/* One style for the column. ERR_INVALID when it cannot be told (every day could be a month) or when some cells are one
 * way and some the other: the message shows cells and says that --dates us or day-first must be given. Never a guess. A
 * column that needs no style is DATES_ISO. */
gboolean date_evidence_decide(const DateEvidence *evidence, const char *column, DateStyle *ret_style, GError **error);

G_END_DECLS
