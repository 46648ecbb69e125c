/* dates_scan.h - a cell's text cut into the numbers of a date and a time of day, before anybody decides what they mean.
 * Private to text/dates.c and its tests. */
#pragma once
#include "text/dates.h"
G_BEGIN_DECLS

typedef enum {
	DATE_SCAN_NONE,
	DATE_SCAN_YMD,	  /* a year, b month, c day: the text says which is which */
	DATE_SCAN_PAIR,	  /* a and b with slashes or dashes, c the year           */
	DATE_SCAN_DOTS,	  /* the same with dots                                   */
	DATE_SCAN_NUMBER, /* a bare number of up to six digits                    */
	DATE_SCAN_EPOCH,  /* a bare number of seconds (10 digits) or milliseconds (13), as milliseconds in @number */
} DateScanKind;

typedef struct {
	int a, b, c;
	int hour, minute, second, ms;
	gboolean has_zone;
	int zone_minutes;
	double number;
} DateScan;
DateScanKind date_scan(const char *text, DateScan *ret_scan);

G_END_DECLS
