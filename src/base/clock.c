#include "base/clock.h"
#include <string.h>

gint64
clock_now_ms(void)
{
	return g_get_real_time() / 1000;
}

/* Days since 1970-01-01 of a proleptic Gregorian date (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
static gint64
days_of(gint64 y, int m, int d)
{
	gint64 era, doe;
	int yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = (int)(y - era * 400);
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = (gint64)yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

static void
date_of(gint64 days, int *ret_y, int *ret_m, int *ret_d)
{
	gint64 era, z = days + 719468;
	int doe, yoe, doy, mp;

	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = (int)(z - era * 146097);
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*ret_d = doy - (153 * mp + 2) / 5 + 1;
	*ret_m = mp < 10 ? mp + 3 : mp - 9;
	*ret_y = (int)(yoe + era * 400 + (*ret_m <= 2));
}

static inline char *
put2(char *p, guint value)
{
	p[0] = (char)('0' + value / 10);
	p[1] = (char)('0' + value % 10);
	return p + 2;
}

void
time_write(gint64 at_ms, char ret_text[TIME_SIZE])
{
	const gint64 lowest = days_of(0, 1, 1) * MS_PER_DAY, highest = days_of(10000, 1, 1) * MS_PER_DAY - 1;
	gint64 days;
	guint rest, s;
	char *p = ret_text;
	int y, m, d;

	at_ms = CLAMP(at_ms, lowest, highest);
	days = at_ms >= 0 ? at_ms / MS_PER_DAY : -((-at_ms + MS_PER_DAY - 1) / MS_PER_DAY);
	rest = (guint)(at_ms - days * MS_PER_DAY);
	s = rest / MS_PER_S;
	rest %= MS_PER_S;
	date_of(days, &y, &m, &d);
	p = put2(put2(p, (guint)y / 100), (guint)y % 100), *p++ = '-';
	p = put2(p, (guint)m), *p++ = '-';
	p = put2(p, (guint)d), *p++ = 'T';
	p = put2(p, s / 3600), *p++ = ':';
	p = put2(p, s / 60 % 60), *p++ = ':';
	p = put2(p, s % 60);
	if (rest != 0)
		*p++ = '.', *p++ = (char)('0' + rest / 100), p = put2(p, rest % 100);
	*p++ = 'Z';
	*p = '\0';
}

static gboolean
take(const char **p, int width, int *ret_value)
{
	int value = 0;

	for (int i = 0; i < width; i++) {
		if (!g_ascii_isdigit((*p)[i]))
			return FALSE;
		value = value * 10 + ((*p)[i] - '0');
	}
	*p += width;
	*ret_value = value;
	return TRUE;
}

static gboolean
take_zone(const char **p, int *ret_minutes)
{
	int hours, minutes = 0, sign;

	*ret_minutes = 0;
	if (**p == '\0')
		return TRUE;
	if (**p == 'Z' || **p == 'z') {
		(*p)++;
		return TRUE;
	}
	if (**p != '+' && **p != '-')
		return FALSE;
	sign = *(*p)++ == '-' ? -1 : 1;
	if (!take(p, 2, &hours))
		return FALSE;
	if (**p == ':')
		(*p)++;
	if (**p != '\0' && !take(p, 2, &minutes))
		return FALSE;
	*ret_minutes = sign * (hours * 60 + minutes);
	return hours <= 14 && minutes < 60;
}

gboolean
time_read(const char *text, gint64 *ret_ms)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int y, m, d, h = 0, min = 0, s = 0, ms = 0, zone = 0;
	const char *p = text;
	gboolean leap;

	if (!take(&p, 4, &y) || *p++ != '-' || !take(&p, 2, &m) || *p++ != '-' || !take(&p, 2, &d))
		return FALSE;
	leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	if (m < 1 || m > 12 || d < 1 || d > lengths[m - 1] + (m == 2 && leap))
		return FALSE;
	if (*p == 'T' || *p == 't' || *p == ' ') {
		p++;
		if (!take(&p, 2, &h) || *p++ != ':' || !take(&p, 2, &min))
			return FALSE;
		if (*p == ':') {
			p++;
			if (!take(&p, 2, &s))
				return FALSE;
			if (*p == '.') {
				int scale = 100;

				for (p++; g_ascii_isdigit(*p); p++, scale /= 10)
					ms += (*p - '0') * scale;
			}
		}
		if (h > 23 || min > 59 || s > 60 || !take_zone(&p, &zone))
			return FALSE;
	}
	if (*p != '\0')
		return FALSE;
	*ret_ms = days_of(y, m, d) * MS_PER_DAY + (h * 60 + min - zone) * MS_PER_MINUTE + s * MS_PER_S + ms;
	return TRUE;
}
