/* calendar.c - worked time. A day's shifts become stretches of real time; counting goes from stretch to stretch. What is slow in a
 * time zone (asking it) is asked once a day of the year and kept: most days have one offset from midnight to midnight. */
#include "promise/calendar.h"
#include "base/clock.h"
#include "text/span.h"
#include <string.h>

#define DAY_MIN 1440
#define DAY_S 86400
/* Farther nobody promises; a calendar without work ends the search here. */
#define DAYS_MAX (60 * 366)

typedef struct {
	int year;
	gint32 offset[368]; /* seconds east of UTC at 00:00 UTC of its days, one behind the year's end */
} YearOffsets;

struct _Calendar {
	GTimeZone *zone;
	Shift shifts[7][CALENDAR_SHIFTS_MAX];
	guint n_shifts[7];
	GArray *holidays, *yearly; /* of Holiday, without names; the first in order of day */
	gboolean sorted;
	GPtrArray *years;          /* of YearOffsets; a Calendar belongs to one thread */
};

/* Days of a civil date (H. Hinnant, chrono-compatible date algorithms). */
int
day_of_ymd(int year, int month, int day)
{
	int y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
	int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

void
day_to_ymd(int day, int *ret_year, int *ret_month, int *ret_day)
{
	int z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*ret_day = doy - (153 * mp + 2) / 5 + 1;
	*ret_month = mp < 10 ? mp + 3 : mp - 9;
	*ret_year = yoe + era * 400 + (*ret_month <= 2);
}

static gint64
floor_div(gint64 a, gint64 b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

Calendar *
calendar_new(const char *zone)
{
	Calendar *self = g_new0(Calendar, 1);

	self->zone = zone_by_name(zone);
	self->holidays = g_array_new(FALSE, FALSE, sizeof(Holiday));
	self->yearly = g_array_new(FALSE, FALSE, sizeof(Holiday));
	self->years = g_ptr_array_new_with_free_func(g_free);
	return self;
}

Calendar *
calendar_new_always(const char *zone)
{
	Calendar *self = calendar_new(zone);

	for (guint i = 0; i < 7; i++)
		calendar_put_shift(self, i, (Shift){ 0, DAY_MIN });
	return self;
}

void
calendar_free(Calendar *self)
{
	if (self == NULL)
		return;
	g_time_zone_unref(self->zone);
	g_array_unref(self->holidays);
	g_array_unref(self->yearly);
	g_ptr_array_unref(self->years);
	g_free(self);
}

void
calendar_put_shift(Calendar *self, guint weekday, Shift shift)
{
	guint i = self->n_shifts[weekday % 7];
	Shift *shifts = self->shifts[weekday % 7];

	g_return_if_fail(i < CALENDAR_SHIFTS_MAX && shift.from_min >= 0 && shift.to_min > shift.from_min && shift.to_min <= 2 * DAY_MIN);
	for (; i > 0 && shifts[i - 1].from_min > shift.from_min; i--)
		shifts[i] = shifts[i - 1];
	shifts[i] = shift;
	self->n_shifts[weekday % 7]++;
}

void
calendar_put_holiday(Calendar *self, int day, int from_min, int to_min, gboolean yearly)
{
	Holiday one = { .day = day, .from_min = CLAMP(from_min, 0, DAY_MIN), .to_min = CLAMP(to_min, 0, DAY_MIN), .yearly = yearly };

	g_array_append_val(yearly ? self->yearly : self->holidays, one);
	self->sorted = FALSE;
}

/* ---- offsets --------------------------------------------------------------------------------------------------------- */

static gint32
ask_zone(const Calendar *self, gint64 utc_s)
{
	return g_time_zone_get_offset(self->zone, g_time_zone_find_interval(self->zone, G_TIME_TYPE_UNIVERSAL, utc_s));
}

static const YearOffsets *
year_offsets(Calendar *self, int year)
{
	YearOffsets *kept;
	int first;

	for (guint i = 0; i < self->years->len; i++) {
		kept = self->years->pdata[i];
		if (kept->year == year)
			return kept;
	}
	kept = g_new(YearOffsets, 1);
	kept->year = year;
	first = day_of_ymd(year, 1, 1);
	for (int i = 0; i < 368; i++)
		kept->offset[i] = ask_zone(self, (gint64)(first + i) * DAY_S);
	g_ptr_array_add(self->years, kept);
	return kept;
}

static gint32
offset_at(Calendar *self, gint64 utc_s)
{
	int day = (int)floor_div(utc_s, DAY_S), year, month, mday, at;
	const YearOffsets *kept;

	day_to_ymd(day, &year, &month, &mday);
	kept = year_offsets(self, year);
	at = day - day_of_ymd(year, 1, 1);
	return kept->offset[at] == kept->offset[at + 1] ? kept->offset[at] : ask_zone(self, utc_s);
}

/* The second at which the offset changes between two moments with different offsets. */
static gint64
find_change(Calendar *self, gint64 before_s, gint64 after_s)
{
	gint32 old = offset_at(self, before_s);

	while (after_s - before_s > 1) {
		gint64 middle = before_s + (after_s - before_s) / 2;

		if (offset_at(self, middle) == old)
			before_s = middle;
		else
			after_s = middle;
	}
	return after_s;
}

/* A local time that the clocks leave out is the moment they go on; of one they show twice it is the first. So what adjoins in local time
 * adjoins in real time, and shifts side by side never overlap. */
static gint64
utc_of_local(Calendar *self, gint64 local_s)
{
	gint32 before = offset_at(self, local_s - DAY_S), after = offset_at(self, local_s + DAY_S);

	if (before == after || offset_at(self, local_s - before) == before)
		return local_s - before;
	if (offset_at(self, local_s - after) == after)
		return local_s - after;
	return find_change(self, local_s - DAY_S - before, local_s - before);
}

gint64
calendar_moment(Calendar *self, int day, int min)
{
	return utc_of_local(self, (gint64)day * DAY_S + (gint64)min * 60) * MS_PER_S;
}

static gint64
local_of(Calendar *self, gint64 at_ms)
{
	gint64 s = floor_div(at_ms, MS_PER_S);

	return s + offset_at(self, s);
}

int
calendar_day_of(Calendar *self, gint64 at_ms, int *ret_min)
{
	gint64 local_s = local_of(self, at_ms), day = floor_div(local_s, DAY_S);

	if (ret_min != NULL)
		*ret_min = (int)((local_s - day * DAY_S) / 60);
	return (int)day;
}

/* ---- a day's stretches ----------------------------------------------------------------------------------------------- */

typedef struct {
	gint64 from_ms, to_ms;
} Stretch;
enum { STRETCHES_MAX = 64 };

static int
by_day(gconstpointer a, gconstpointer b)
{
	const Holiday *x = a, *y = b;

	return x->day < y->day ? -1 : x->day > y->day;
}

/* Where the first holiday of @day may stand. */
static guint
first_of_day(Calendar *self, int day)
{
	guint low = 0, high = self->holidays->len;

	if (!self->sorted) {
		g_array_sort(self->holidays, by_day);
		self->sorted = TRUE;
	}
	while (low < high) {
		guint middle = (low + high) / 2;

		if (g_array_index(self->holidays, Holiday, middle).day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Takes the minutes from @from to @to (of the day the shifts began on) out of the @n pieces. */
static guint
cut(Shift *pieces, guint n, int from, int to)
{
	guint kept = 0;
	Shift out[STRETCHES_MAX];

	for (guint i = 0; i < n; i++) {
		const Shift it = pieces[i];

		if (it.to_min <= from || it.from_min >= to) {
			if (kept < STRETCHES_MAX)
				out[kept++] = it;
			continue;
		}
		if (it.from_min < from && kept < STRETCHES_MAX)
			out[kept++] = (Shift){ it.from_min, from };
		if (it.to_min > to && kept < STRETCHES_MAX)
			out[kept++] = (Shift){ to, it.to_min };
	}
	memcpy(pieces, out, kept * sizeof *out);
	return kept;
}

static guint
cut_holidays(Calendar *self, Shift *pieces, guint n, int day, int shift_min)
{
	int year, month, mday;

	for (guint i = first_of_day(self, day); n > 0 && i < self->holidays->len; i++) {
		const Holiday *one = &g_array_index(self->holidays, Holiday, i);

		if (one->day != day)
			break;
		n = cut(pieces, n, one->from_min + shift_min, one->to_min + shift_min);
	}
	if (self->yearly->len == 0)
		return n;
	day_to_ymd(day, &year, &month, &mday);
	for (guint i = 0; n > 0 && i < self->yearly->len; i++) {
		const Holiday *one = &g_array_index(self->yearly, Holiday, i);
		int y, m, d;

		day_to_ymd(one->day, &y, &m, &d);
		if (m == month && d == mday)
			n = cut(pieces, n, one->from_min + shift_min, one->to_min + shift_min);
	}
	return n;
}

/* The real time worked in the shifts that begin on @day, in order. */
static guint
day_stretches(Calendar *self, int day, Stretch out[STRETCHES_MAX])
{
	guint weekday = (guint)(((day + 3) % 7 + 7) % 7), n = self->n_shifts[weekday], kept = 0; /* day 0 was a Thursday */
	Shift pieces[STRETCHES_MAX];
	gboolean over = FALSE;

	if (n == 0)
		return 0;
	memcpy(pieces, self->shifts[weekday], n * sizeof *pieces);
	for (guint i = 0; i < n; i++)
		over |= pieces[i].to_min > DAY_MIN;
	n = cut_holidays(self, pieces, n, day, 0);
	if (over)
		n = cut_holidays(self, pieces, n, day + 1, DAY_MIN);
	for (guint i = 0; i < n; i++) {
		Stretch one = { calendar_moment(self, day, pieces[i].from_min), calendar_moment(self, day, pieces[i].to_min) };

		/* An hour within two shifts is worked once. */
		if (kept > 0)
			one.from_ms = MAX(one.from_ms, out[kept - 1].to_ms);
		if (one.from_ms < one.to_ms)
			out[kept++] = one;
	}
	return kept;
}

static gboolean
never_works(const Calendar *self)
{
	for (guint i = 0; i < 7; i++)
		if (self->n_shifts[i] > 0)
			return FALSE;
	return TRUE;
}

static gboolean
always_works(const Calendar *self)
{
	for (guint i = 0; i < 7; i++)
		if (self->n_shifts[i] != 1 || self->shifts[i][0].from_min != 0 || self->shifts[i][0].to_min != DAY_MIN)
			return FALSE;
	return self->holidays->len == 0 && self->yearly->len == 0;
}

/* ---- counting -------------------------------------------------------------------------------------------------------- */

gint64
calendar_add(Calendar *self, gint64 from_ms, gint64 worked_ms)
{
	gint64 done_ms = from_ms; /* what is behind it is counted */
	Stretch day[STRETCHES_MAX];
	int first;

	if (worked_ms <= 0)
		return from_ms;
	if (always_works(self))
		return worked_ms >= G_MAXINT64 - MAX(from_ms, 0) ? CALENDAR_NEVER : from_ms + worked_ms;
	if (never_works(self))
		return CALENDAR_NEVER;
	first = calendar_day_of(self, from_ms, NULL) - 1; /* a shift of yesterday may not be over */
	for (int i = 0; i < DAYS_MAX; i++) {
		guint n = day_stretches(self, first + i, day);

		for (guint k = 0; k < n; k++) {
			gint64 from = MAX(day[k].from_ms, done_ms), has = day[k].to_ms - from;

			if (has <= 0)
				continue;
			if (worked_ms <= has)
				return from + worked_ms;
			worked_ms -= has;
			done_ms = day[k].to_ms;
		}
	}
	return CALENDAR_NEVER;
}

gint64
calendar_between(Calendar *self, gint64 from_ms, gint64 to_ms)
{
	gint64 done_ms = from_ms, sum_ms = 0;
	Stretch day[STRETCHES_MAX];
	int first, last;

	if (to_ms <= from_ms || never_works(self))
		return 0;
	if (always_works(self))
		return to_ms - from_ms;
	first = calendar_day_of(self, from_ms, NULL) - 1;
	last = MIN(calendar_day_of(self, to_ms, NULL), first + DAYS_MAX);
	for (int i = first; i <= last; i++) {
		guint n = day_stretches(self, i, day);

		for (guint k = 0; k < n; k++) {
			gint64 from = MAX(day[k].from_ms, done_ms), to = MIN(day[k].to_ms, to_ms);

			if (to <= from)
				continue;
			sum_ms += to - from;
			done_ms = to;
		}
	}
	return sum_ms;
}

gint64
calendar_back(Calendar *self, gint64 until_ms, gint64 worked_ms)
{
	gint64 done_ms = until_ms;
	Stretch day[STRETCHES_MAX];
	int last;

	if (worked_ms <= 0)
		return until_ms;
	if (always_works(self))
		return worked_ms > G_MAXINT64 / 2 ? G_MININT64 : until_ms - worked_ms;
	if (never_works(self))
		return G_MININT64;
	last = calendar_day_of(self, until_ms, NULL);
	for (int i = 0; i < DAYS_MAX; i++) {
		guint n = day_stretches(self, last - i, day);

		for (guint k = n; k > 0; k--) {
			gint64 to = MIN(day[k - 1].to_ms, done_ms), has = to - day[k - 1].from_ms;

			if (has <= 0)
				continue;
			if (worked_ms <= has)
				return to - worked_ms;
			worked_ms -= has;
			done_ms = day[k - 1].from_ms;
		}
	}
	return G_MININT64;
}

gboolean
calendar_is_workday(Calendar *self, int day)
{
	Stretch out[STRETCHES_MAX];

	return day_stretches(self, day, out) > 0;
}

gint64
calendar_add_workdays(Calendar *self, gint64 from_ms, int n)
{
	Stretch out[STRETCHES_MAX];
	int day;

	if (never_works(self))
		return CALENDAR_NEVER;
	day = calendar_day_of(self, from_ms, NULL) + (n > 0);
	n = MAX(n, 0);
	for (int i = 0; i < DAYS_MAX; i++, day++) {
		guint k = day_stretches(self, day, out);

		if (k == 0 || (n == 0 && out[k - 1].to_ms <= from_ms))
			continue;
		if (n <= 1)
			return out[k - 1].to_ms;
		n--;
	}
	return CALENDAR_NEVER;
}

gint64
calendar_add_days(Calendar *self, gint64 from_ms, int n)
{
	gint64 local_s = local_of(self, from_ms), ms = from_ms - floor_div(from_ms, MS_PER_S) * MS_PER_S;

	if (n <= 0)
		return from_ms;
	return utc_of_local(self, local_s + (gint64)n * DAY_S) * MS_PER_S + ms;
}
