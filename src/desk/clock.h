/* clock.h - what is due, in the words a page groups and colours by. What is due at all: cases/due.h. */
#pragma once
#include "base/json.h"
G_BEGIN_DECLS

/* "late", "soon" (from the 75 % of its clock on), "plain" or "none", of a case as case_to_json writes it. */
const char *desk_clock_word(const json_t *it, gint64 now_ms);
/* Puts "clock" on each case of the array. */
void desk_put_clocks(json_t *cases, gint64 now_ms);
/* In a list by promises, for its page: what is due on each is what was promised. */
void desk_due_is_promise(json_t *cases, gint64 now_ms);
/* The cases in the order they stand, cut where the time changes its name: [{word: late | two_hours | today | later | none, n,
 * cases[]}]; with @by_due FALSE one group "found". @zone: where the reader's day ends. (transfer full) */
json_t *desk_clock_groups(const json_t *cases, gboolean by_due, gint64 now_ms, const char *zone);
/* Puts "day" on each of @list, whose times stand under @key: that time where a new day of the reader's begins, else null. */
void desk_put_days(json_t *list, const char *key, const char *zone);
/* The first moment of the reader's tomorrow. */
gint64 desk_day_end(gint64 now_ms, const char *zone);

G_END_DECLS
