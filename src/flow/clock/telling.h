/* telling.h - what a batch of clocks has to say, gathered and then written together: events, results, notices. What is said: watch.c. */
#pragma once
#include "cases/notice.h"
#include "promise/case_clocks.h"
#include "store/events.h"
G_BEGIN_DECLS

typedef struct {
	GArray *events;  /* of Event, their facts owned */
	GArray *missed;  /* of ClockMissed */
	GArray *notices; /* of NewNotice, their facts owned */
} ClockTelling;

ClockTelling *clock_telling_new(void);
void clock_telling_free(ClockTelling *telling);
/* @facts is taken. */
void clock_telling_event(ClockTelling *telling, const char *kind, gint64 case_id, gint64 now_ms, json_t *facts);
void clock_telling_missed(ClockTelling *telling, const ClockMissed *missed);
/* @facts is taken. */
void clock_telling_notice(ClockTelling *telling, gint64 user_id, const char *kind, gint64 case_id, json_t *facts);
/* All of it, in the caller's transaction. */
gboolean clock_telling_write(const ClockTelling *telling, Db *db, gint64 now_ms, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClockTelling, clock_telling_free)
G_END_DECLS
