/* calendar_rows.h - the house's calendars: reading, changing, their holidays. What they reckon: promise/calendar.h; holidays from a file:
 * promise/calendar_ics.h. */
#pragma once
#include "base/actor.h"
#include "base/json.h"
#include "promise/calendar.h"
#include "store/db.h"
G_BEGIN_DECLS

enum { CALENDARS_MAX = 100, CALENDAR_NAME_MAX = 100, HOLIDAY_NAME_MAX = 100 };
extern const char *const calendar_weekdays[]; /* monday ... sunday, NULL */

/* Every calendar, removed ones too, by its id. @zone: the house's, for those without one. */
gboolean calendars_fill(Db *db, const char *zone, GHashTable *calendars, gint64 *ret_house_id, GError **error);

/* {calendars[{ref, name, zone (null: the house's), house, monday ... sunday ("09:00-12:30, 13:30-17:00"), n_holidays, n_policies, version}]} */
json_t *calendar_list(Db *db, GError **error);
/* One of them, with holidays[{id, day (2026-12-25), from, to (null: all day), yearly, name}] in order; ERR_NOT_FOUND. */
json_t *calendar_show(Db *db, const char *ref, GError **error);

typedef struct {
	const char *name, *zone, *days[7]; /* NULL: as it is; "" closed, and for the zone the house's */
	gboolean house;                    /* TRUE: this one from now on */
} CalendarChange;
/* All in the caller's transaction; the book and the running clocks follow (clock.recount). Events calendar.added, calendar.changed, calendar.removed.
 * @ref NULL: a new one. ERR_INVALID with fields "/name", "/zone", "/monday" ...; ERR_CONFLICT when stale, when the name is taken, and for removing
 * the house's own or one that a policy uses. @ret_ref: of REF_SIZE, may be NULL. */
gboolean calendar_write_in(Db *db, const char *ref, gint64 version, const CalendarChange *change, const Actor *actor, gint64 now_ms, char *ret_ref, GError **error);
gboolean calendar_remove_in(Db *db, const char *ref, gint64 version, const Actor *actor, gint64 now_ms, GError **error);
/* @holidays: of Holiday with names; those that are there already are left as they are. *@ret_added: how many were not. */
gboolean calendar_add_holidays_in(Db *db, const char *ref, const GArray *holidays, const Actor *actor, gint64 now_ms, gint64 *ret_added, GError **error);
/* @all: every one of them, and @id is not looked at. ERR_NOT_FOUND. */
gboolean calendar_remove_holiday_in(Db *db, const char *ref, gint64 id, gboolean all, const Actor *actor, gint64 now_ms, GError **error);

/* Pure. "09:00-12:30, 22:00-6:00" into at most CALENDAR_SHIFTS_MAX shifts of a day in order; FALSE with @error's field when it is none, or two
 * overlap. "" is no shift. */
gboolean shifts_read(const char *text, const char *field, GArray *ret_shifts, GError **error);
/* "9:00", "24:00" into minutes; -1. */
int minute_read(const char *text);

G_END_DECLS
