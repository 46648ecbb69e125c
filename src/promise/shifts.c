/* shifts.c - a day's shifts as people write them: "09:00-12:30, 13:30-17:00". */
#include "base/err.h"
#include "promise/calendar_rows.h"
#include <string.h>

#define DAY_MIN 1440

int
minute_read(const char *text)
{
	int hour = 0, minute = 0, n = 0;

	for (; g_ascii_isdigit(text[n]) && n < 2; n++)
		hour = hour * 10 + (text[n] - '0');
	if (n == 0 || (text[n] != ':' && text[n] != '.') || !g_ascii_isdigit(text[n + 1]) || !g_ascii_isdigit(text[n + 2]) || text[n + 3] != '\0')
		return -1;
	minute = (text[n + 1] - '0') * 10 + (text[n + 2] - '0');
	if (minute > 59 || hour * 60 + minute > DAY_MIN)
		return -1;
	return hour * 60 + minute;
}

static gboolean
read_one(const char *text, Shift *ret)
{
	g_auto(GStrv) ends = g_strsplit(text, "-", 3);
	int from, to;

	if (g_strv_length(ends) != 2 || (from = minute_read(g_strstrip(ends[0]))) < 0 || (to = minute_read(g_strstrip(ends[1]))) < 0 || from == DAY_MIN)
		return FALSE;
	if (to <= from)
		to += DAY_MIN; /* it ends on the next day */
	*ret = (Shift){ from, to };
	return to - from <= DAY_MIN;
}

static int
by_from(gconstpointer a, gconstpointer b)
{
	return ((const Shift *)a)->from_min - ((const Shift *)b)->from_min;
}

gboolean
shifts_read(const char *text, const char *field, GArray *ret_shifts, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, ",", CALENDAR_SHIFTS_MAX + 2);
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Shift));

	for (char **part = parts; *part != NULL; part++) {
		Shift one;

		if (g_strstrip(*part)[0] == '\0')
			continue;
		if (!read_one(*part, &one)) {
			err_add_field(error, field, "Times of a day are written so: 09:00-12:30, 13:30-17:00.");
			return FALSE;
		}
		g_array_append_val(found, one);
	}
	if (found->len > CALENDAR_SHIFTS_MAX) {
		err_add_field(error, field, "At most %d shifts a day.", CALENDAR_SHIFTS_MAX);
		return FALSE;
	}
	g_array_sort(found, by_from);
	for (guint i = 1; i < found->len; i++)
		if (g_array_index(found, Shift, i).from_min < g_array_index(found, Shift, i - 1).to_min) {
			err_add_field(error, field, "Two of these shifts overlap.");
			return FALSE;
		}
	g_array_set_size(ret_shifts, 0);
	if (found->len > 0)
		g_array_append_vals(ret_shifts, found->data, found->len);
	return TRUE;
}
