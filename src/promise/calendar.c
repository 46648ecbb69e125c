/* calendar.c - worked time. A day's shifts become stretches of real time; counting goes from stretch to stretch. What is
 * slow in a time zone is kept by promise/local_time.c. */
#include "promise/calendar.h"
#include "base/clock.h"
#include <string.h>

#define DAY_MIN 1440
/* Farther nobody promises; a calendar without work ends the search here. */
#define DAYS_MAX (60 * 366)

struct _Calendar {
	LocalTime *local;          /* of its zone; a Calendar belongs to one thread */
	Shift shifts[7][CALENDAR_SHIFTS_MAX];
	guint n_shifts[7];
	GArray *holidays, *yearly; /* of Holiday, without names; the first in order of day */
	gboolean sorted;
};

Calendar *
calendar_new(const char *zone)
{
	Calendar *self = g_new0(Calendar, 1);

	self->local = local_time_new(zone);
	self->holidays = g_array_new(FALSE, FALSE, sizeof(Holiday));
	self->yearly = g_array_new(FALSE, FALSE, sizeof(Holiday));
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
	local_time_free(self->local);
	g_array_unref(self->holidays);
	g_array_unref(self->yearly);
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

/* ---- moments --------------------------------------------------------------------------------------------------------- */

gint64
calendar_moment(Calendar *self, int day, int min)
{
	return local_time_to_utc(self->local, (gint64)day * DAY_S + (gint64)min * 60) * MS_PER_S;
}

static gint64
local_of(Calendar *self, gint64 at_ms)
{
	return local_time_of(self->local, floor_div(at_ms, MS_PER_S));
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
	return local_time_to_utc(self->local, local_s + (gint64)n * DAY_S) * MS_PER_S + ms;
}
