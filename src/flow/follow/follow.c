/* follow.c - see follow.h. What is due then: flow/survey/send.c, flow/follow/ask.c. */
#include "flow/follow/follow.h"
#include "base/clock.h"
#include "base/json.h"
#include "org/settings.h"
#include "survey/asked.h"
#include "survey/follow_up.h"
#include <string.h>

/* The word of survey_events that this event is; NULL: none. A person's message only: what we write by ourselves is no answer. */
static const char *
survey_event(const Event *event)
{
	if (strcmp(event->kind, "remedy.done") == 0 || strcmp(event->kind, "case.stage_changed") == 0)
		if (json_flag(event->facts, "imported", FALSE))
			return NULL; /* it happened elsewhere, once */
	switch (event->kind[0]) {
	case 'c':
		if (strcmp(event->kind, "case.resolved") == 0)
			return event->kind;
		return strcmp(event->kind, "case.stage_changed") == 0 && g_strcmp0(json_text(event->facts, "to", NULL), "closed") == 0 ? "case.closed" : NULL;
	case 'm': return strcmp(event->kind, "message.sent") == 0 && event->actor->user_id != 0 ? event->kind : NULL;
	case 'r': return strcmp(event->kind, "remedy.done") == 0 ? event->kind : NULL;
	default: return NULL;
	}
}

static gboolean
plan_by_settings(Db *db, const Event *event, GError **error)
{
	g_autofree char *days = settings_now(db, "followup_days", error);
	gint64 n = days != NULL ? g_ascii_strtoll(days, NULL, 10) : 0;

	if (days == NULL)
		return FALSE;
	return n == 0 || follow_up_plan_in(db, event->case_id, 0, event->at_ms + n * MS_PER_DAY, event->at_ms, error);
}

/* The clock owns the time; the settings say it where no policy does. */
static gboolean
plan_follow_up(Db *db, const Event *event, GError **error)
{
	const char *by_clock = json_text(event->facts, "follow_up_at", NULL);
	gint64 at;

	if (by_clock != NULL && time_read(by_clock, &at))
		return follow_up_plan_in(db, event->case_id, 0, at, event->at_ms, error);
	return plan_by_settings(db, event, error);
}

static gboolean
move_follow_up(Db *db, const Event *event, GError **error)
{
	const char *due = json_text(event->facts, "due_at", NULL);
	gint64 at;

	return due == NULL || !time_read(due, &at) || follow_up_move_in(db, event->case_id, at, event->at_ms, error);
}

static gboolean
join_customers(Db *db, const Event *event, GError **error)
{
	gint64 source_id = json_int(event->facts, "source", 0);

	return source_id == 0 || asked_join_in(db, source_id, event->subject_id, error);
}

gboolean
flow_follow(Db *db, const Event *event, gint64 id, GError **error)
{
	const char *word = event->case_id != 0 ? survey_event(event) : NULL;

	if (word != NULL && !asked_plan_in(db, word, event->case_id, event->at_ms, error))
		return FALSE;
	if (event->kind[0] != 'c')
		return TRUE;
	if (strcmp(event->kind, "case.resolved") == 0)
		return plan_follow_up(db, event, error);
	if (strcmp(event->kind, "clock.moved") == 0)
		return move_follow_up(db, event, error);
	return strcmp(event->kind, "customer.merged") != 0 || join_customers(db, event, error);
}
