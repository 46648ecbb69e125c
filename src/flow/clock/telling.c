/* telling.c - see telling.h. */
#include "flow/clock/telling.h"
#include "store/many.h"

static void
event_clear(gpointer data)
{
	json_decref(((Event *)data)->facts);
}

static void
notice_clear(gpointer data)
{
	json_decref((json_t *)((NewNotice *)data)->facts);
}

ClockTelling *
clock_telling_new(void)
{
	ClockTelling *self = g_new(ClockTelling, 1);

	self->events = g_array_new(FALSE, FALSE, sizeof(Event));
	self->missed = g_array_new(FALSE, FALSE, sizeof(ClockMissed));
	self->notices = g_array_new(FALSE, FALSE, sizeof(NewNotice));
	g_array_set_clear_func(self->events, event_clear);
	g_array_set_clear_func(self->notices, notice_clear);
	return self;
}

void
clock_telling_free(ClockTelling *self)
{
	if (self == NULL)
		return;
	g_array_unref(self->events);
	g_array_unref(self->missed);
	g_array_unref(self->notices);
	g_free(self);
}

void
clock_telling_event(ClockTelling *self, const char *kind, gint64 case_id, gint64 now_ms, json_t *facts)
{
	const Event event = { .kind = kind, .case_id = case_id, .at_ms = now_ms, .actor = actor_system(), .facts = facts };

	g_array_append_val(self->events, event);
}

void
clock_telling_missed(ClockTelling *self, const ClockMissed *missed)
{
	g_array_append_val(self->missed, *missed);
}

void
clock_telling_notice(ClockTelling *self, gint64 user_id, const char *kind, gint64 case_id, json_t *facts)
{
	const NewNotice notice = { .user_id = user_id, .kind = kind, .case_id = case_id, .facts = facts };

	g_array_append_val(self->notices, notice);
}

gboolean
clock_telling_write(const ClockTelling *self, Db *db, gint64 now_ms, GError **error)
{
	return (self->events->len == 0 || event_add_many(db, (const Event *)self->events->data, self->events->len, error)) &&
	       (self->missed->len == 0 || clock_results_missed_in(db, (const ClockMissed *)self->missed->data, self->missed->len, error)) &&
	       (self->notices->len == 0 || notice_add_many(db, (const NewNotice *)self->notices->data, self->notices->len, now_ms, error));
}
