/* dates.c - what a cell says, and what a column of them decides. Cutting the cell's text into numbers: dates_scan.c. */
#include "text/dates_scan.h"
#include "base/clock.h"
#include <string.h>

static const char *const style_words[] = { "unknown", "iso", "us", "day-first", "serial" };

const char *
date_style_word(DateStyle style)
{
	return style_words[style];
}

gboolean
date_style_read(const char *word, DateStyle *ret_style)
{
	for (int i = DATES_ISO; i <= DATES_SERIAL; i++)
		if (strcmp(word, style_words[i]) == 0) {
			*ret_style = (DateStyle)i;
			return TRUE;
		}
	return FALSE;
}

/* A day that exists between 1900 and 2199, and its time of day. */
static gboolean
compose(int y, int m, int d, const DateScan *scan, GTimeZone *zone, gint64 *ret_ms)
{
	char iso[48];
	gint64 at_ms;

	if (y < 1900 || y > 2199 || m < 1 || m > 12 || d < 1 || d > 31)
		return FALSE;
	g_snprintf(iso, sizeof iso, "%04d-%02d-%02dT%02d:%02d:%02d.%03d", y, m, d, scan->hour, scan->minute, scan->second, scan->ms);
	if (!time_read(iso, &at_ms))
		return FALSE;
	if (scan->has_zone) {
		at_ms -= scan->zone_minutes * MS_PER_MINUTE;
	} else if (zone != NULL) {
		gint64 local_s = at_ms / MS_PER_S;
		int interval = g_time_zone_adjust_time(zone, G_TIME_TYPE_STANDARD, &local_s);

		at_ms -= g_time_zone_get_offset(zone, interval) * MS_PER_S;
	}
	*ret_ms = at_ms;
	return TRUE;
}

/* Spreadsheets count days from 1899-12-30; the fraction is the time of day, to the second. */
static gboolean
read_serial(const DateScan *scan, GTimeZone *zone, gint64 *ret_ms)
{
	const gint64 day_1970 = 25569;
	DateScan clock;
	gint64 at_s;
	char iso[TIME_SIZE];

	if (scan->number < 61 || scan->number >= 109575) /* before 1900-03-01 the spreadsheets themselves are wrong */
		return FALSE;
	at_s = (gint64)(scan->number * 86400 + 0.5) - day_1970 * 86400;
	time_write(at_s * MS_PER_S, iso);
	if (zone == NULL)
		return time_read(iso, ret_ms);
	iso[strlen(iso) - 1] = '\0'; /* no Z: a wall clock's time */
	return date_scan(iso, &clock) == DATE_SCAN_YMD && compose(clock.a, clock.b, clock.c, &clock, zone, ret_ms);
}

gboolean
date_read(const char *text, DateStyle style, GTimeZone *zone, gint64 *ret_ms)
{
	DateScan scan;

	/* The way most columns are written, without the detour. */
	if (zone == NULL && strlen(text) == 10 && text[4] == '-' && time_read(text, ret_ms))
		return text[0] == '2' ? text[1] <= '1' : text[0] == '1' && text[1] == '9';
	switch (date_scan(text, &scan)) {
	case DATE_SCAN_YMD: return compose(scan.a, scan.b, scan.c, &scan, zone, ret_ms);
	case DATE_SCAN_DOTS:
		if (style == DATES_US)
			return compose(scan.c, scan.a, scan.b, &scan, zone, ret_ms);
		return compose(scan.c, scan.b, scan.a, &scan, zone, ret_ms);
	case DATE_SCAN_PAIR:
		if (style == DATES_US)
			return compose(scan.c, scan.a, scan.b, &scan, zone, ret_ms);
		return style == DATES_DAY_FIRST && compose(scan.c, scan.b, scan.a, &scan, zone, ret_ms);
	case DATE_SCAN_NUMBER: return style == DATES_SERIAL && read_serial(&scan, zone, ret_ms);
	case DATE_SCAN_EPOCH:
		if (scan.number >= 7258118400000.0) /* 2200 */
			return FALSE;
		*ret_ms = (gint64)scan.number;
		return TRUE;
	case DATE_SCAN_NONE: break;
	}
	return FALSE;
}

static void
keep(char example[32], const char *text)
{
	const char *end;

	if (example[0] != '\0')
		return;
	g_strlcpy(example, text, 32);
	if (!g_utf8_validate(example, -1, &end)) /* cut inside a character */
		example[end - example] = '\0';
}

void
date_evidence_add(DateEvidence *evidence, const char *text)
{
	gint64 at_ms;
	DateScan scan;
	DateScanKind kind = date_scan(text, &scan);
	gboolean as_us, as_day_first;

	evidence->n++;
	if (kind == DATE_SCAN_NUMBER && scan.number >= 10000 && scan.number < 80000) {
		evidence->n_serial++;
		return;
	}
	if (kind != DATE_SCAN_PAIR && kind != DATE_SCAN_DOTS) {
		gboolean good = date_read(text, DATES_ISO, NULL, &at_ms);

		*(good ? &evidence->n_plain : &evidence->n_unreadable) += 1;
		if (!good)
			keep(evidence->unreadable, text);
		return;
	}
	as_us = date_read(text, DATES_US, NULL, &at_ms);
	as_day_first = date_read(text, DATES_DAY_FIRST, NULL, &at_ms);
	if (as_us && as_day_first) {
		/* The same day either way (5/5), or written with dots: nothing to decide. */
		if (scan.a == scan.b || kind == DATE_SCAN_DOTS) {
			evidence->n_plain++;
			evidence->n_either += kind == DATE_SCAN_PAIR && scan.a == scan.b;
			return;
		}
		evidence->n_either++;
		keep(evidence->either, text);
	} else if (as_us) {
		evidence->n_us++;
		keep(evidence->us, text);
	} else if (as_day_first) {
		evidence->n_day_first++;
		keep(evidence->day_first, text);
	} else {
		evidence->n_unreadable++;
		keep(evidence->unreadable, text);
	}
}

gboolean
date_evidence_decide(const DateEvidence *evidence, const char *column, DateStyle *ret_style, GError **error)
{
	guint64 n_slashes = evidence->n_either + evidence->n_us + evidence->n_day_first;

	if (evidence->n_us > 0 && evidence->n_day_first > 0) {
		g_set_error(error, ERR, ERR_INVALID,
			"the dates of column \"%s\" are written in two ways: \"%s\" has its month first, \"%s\" its day: give --dates us or --dates day-first",
			column, evidence->us, evidence->day_first);
		return FALSE;
	}
	if (n_slashes > 0 && evidence->n_serial > 0) {
		g_set_error(error, ERR, ERR_INVALID,
			"column \"%s\" holds both numbers of days and dates like \"%s\": give --dates us, day-first or serial", column,
			evidence->us[0] != '\0'		 ? evidence->us
			: evidence->day_first[0] != '\0' ? evidence->day_first
							 : evidence->either);
		return FALSE;
	}
	if (evidence->n_us > 0)
		*ret_style = DATES_US;
	else if (evidence->n_day_first > 0)
		*ret_style = DATES_DAY_FIRST;
	else if (evidence->either[0] != '\0') {
		g_set_error(error, ERR, ERR_INVALID,
			"it cannot be told whether \"%s\" in column \"%s\" has its month or its day first: give --dates us or --dates day-first",
			evidence->either, column);
		return FALSE;
	} else if (n_slashes > 0)
		*ret_style = DATES_DAY_FIRST; /* only days like 5/5: the same both ways */
	else
		*ret_style = evidence->n_serial > 0 ? DATES_SERIAL : DATES_ISO;
	return TRUE;
}
