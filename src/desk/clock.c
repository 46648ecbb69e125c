#include "desk/clock.h"
#include "base/clock.h"
#include "http/page_formats.h"
#include "text/span.h"
#include <string.h>

static gint64
time_of(const json_t *it, const char *key)
{
	const char *text = json_text(it, key, NULL);
	gint64 at = 0;

	return text != NULL && time_read(text, &at) ? at : 0;
}

const char *
desk_clock_word(const json_t *it, gint64 now_ms)
{
	const gint64 due = time_of(it, "due_at"), soon = time_of(it, "soon_at");

	if (due == 0 || !json_flag(it, "is_open", FALSE))
		return "none";
	if (due <= now_ms)
		return "late";
	return soon != 0 && soon <= now_ms ? "soon" : "plain";
}

void
desk_put_clocks(json_t *cases, gint64 now_ms)
{
	json_t *it;
	size_t i;

	json_array_foreach(cases, i, it)
		json_put_text(it, "clock", desk_clock_word(it, now_ms));
}

void
desk_due_is_promise(json_t *cases, gint64 now_ms)
{
	json_t *it;
	size_t i;

	json_array_foreach(cases, i, it) {
		/* When a promise is soon is known where it is what is due next on its case. */
		if (strcmp(json_text(it, "due_kind", ""), "promise") != 0)
			json_put(it, "soon_at", json_null());
		json_put_text(it, "due_kind", "promise");
		json_put(it, "due_at", json_incref(json_object_get(it, "promise_due_at")));
		json_put_bool(it, "is_open", TRUE); /* the promise is, where the case has ended */
	}
	desk_put_clocks(cases, now_ms);
}

void
desk_put_days(json_t *list, const char *key, const char *zone)
{
	gint64 last = G_MININT64;
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		json_t *at = json_object_get(one, key);
		LocalTime here;

		local_time(zone, time_of(one, key), &here);
		json_put(one, "day", at != NULL && here.day != last ? json_incref(at) : json_null());
		last = here.day;
	}
}

gint64
desk_day_end(gint64 now_ms, const char *zone)
{
	g_autoptr(GTimeZone) where = zone_by_name(zone);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now_ms / MS_PER_S);
	g_autoptr(GDateTime) here = utc != NULL ? g_date_time_to_timezone(utc, where) : NULL;
	g_autoptr(GDateTime) next = here != NULL ? g_date_time_add_days(here, 1) : NULL;
	g_autoptr(GDateTime) midnight = NULL;
	int y, m, d;

	if (next == NULL)
		return now_ms + MS_PER_DAY;
	g_date_time_get_ymd(next, &y, &m, &d);
	midnight = g_date_time_new(where, y, m, d, 0, 0, 0);
	return midnight != NULL ? g_date_time_to_unix(midnight) * MS_PER_S : now_ms + MS_PER_DAY;
}

static const char *
group_word(const json_t *it, gint64 now_ms, gint64 day_end)
{
	gint64 due = json_flag(it, "is_open", FALSE) ? time_of(it, "due_at") : 0;

	if (due == 0)
		return "none";
	if (due <= now_ms)
		return "late";
	if (due <= now_ms + 2 * MS_PER_HOUR)
		return "two_hours";
	return due < day_end ? "today" : "later";
}

json_t *
desk_clock_groups(const json_t *cases, gboolean by_due, gint64 now_ms, const char *zone)
{
	json_t *groups = json_array(), *members = NULL, *it;
	gint64 day_end = desk_day_end(now_ms, zone);
	const char *open = NULL;
	size_t i;

	json_array_foreach(cases, i, it) {
		const char *word = by_due ? group_word(it, now_ms, day_end) : "found";

		if (open == NULL || strcmp(open, word) != 0) {
			json_t *group = json_object();

			json_put_text(group, "word", word);
			json_put(group, "cases", members = json_array());
			json_array_append_new(groups, group);
			open = word;
		}
		json_array_append(members, it);
	}
	json_array_foreach(groups, i, it)
		json_put_int(it, "n", (gint64)json_array_size(json_object_get(it, "cases")));
	return groups;
}
