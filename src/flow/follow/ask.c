/* ask.c - see ask.h. What is answered: flow/follow/answer.h. */
#include "flow/follow/ask.h"
#include "base/clock.h"
#include "cases/stage.h"
#include "customer/customer.h"
#include "flow/survey/mail.h"
#include "flow/survey/send.h"
#include "flow/customer/tell.h"
#include "org/settings.h"
#include "promise/case_clocks.h"
#include "survey/follow_up.h"
#include "survey/words.h"
#include <string.h>

enum { TOO_LATE_DAYS = 30 };

static gboolean
days_of(Db *db, const char *setting, gint64 *ret_days, GError **error)
{
	g_autofree char *text = settings_now(db, setting, error);

	if (text == NULL)
		return FALSE;
	*ret_days = g_ascii_strtoll(text, NULL, 10);
	return TRUE;
}

static gboolean
runs_a_clock(Db *db, gint64 case_id, gboolean *ret_runs, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(ClockRow) row = clock_row_find(db, case_id, &local);

	*ret_runs = row != NULL && row->due[CLOCK_FOLLOW_UP] != 0;
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* NULL: it is asked. @by_clock: a policy says when, whatever the settings. */
static const char *
reason_not_to(const FollowUp *it, const Case *about, gboolean by_clock, gint64 days, gint64 now_ms)
{
	if (about->merged_into != 0)
		return "merged";
	if (about->is_open)
		return "reopened";
	if (about->customer_id == 0)
		return "no_customer";
	if (g_strcmp0(about->outcome, "withdrawn") == 0 || g_strcmp0(about->outcome, "out_of_scope") == 0)
		return about->outcome;
	if (days == 0 && !by_clock)
		return "switched_off";
	return now_ms - it->due_at > TOO_LATE_DAYS * MS_PER_DAY ? "too_late" : NULL;
}

static gboolean
ask(Db *db, const MailContext *context, const FollowUp *it, const Case *about, gint64 wait_days, gint64 now_ms, GError **error)
{
	g_autoptr(Customer) customer = customer_get(db, about->customer_id, error);
	g_autofree char *lang = customer != NULL ? survey_customer_lang(db, customer->lang, error) : NULL;
	g_autofree char *house = lang != NULL ? settings_now(db, "house", error) : NULL;
	g_autofree char *link = tell_link(context, "still-right", it->ref, (int)wait_days, now_ms);
	g_autofree char *first = customer != NULL ? g_strndup(customer->name, strcspn(customer->name, " ")) : NULL;
	gint64 ends_at = now_ms + wait_days * MS_PER_DAY, message_id = 0;
	SurveyMail mail = { .lang = lang, .first_name = first, .house = house, .case_subject = about->subject, .link = link != NULL ? link : "", .ends_at = ends_at };
	g_autofree char *note = NULL, *text = NULL, *html = NULL;

	if (house == NULL)
		return FALSE;
	note = still_right_note(&mail);
	text = link != NULL ? still_right_text(&mail) : g_strdup(note);
	html = link != NULL ? still_right_html(&mail) : NULL;
	return tell_customer_in(db, context, about->id, &(Tell){ .subject = survey_say(SAY_STILL_SUBJECT, lang), .body = note, .mail = text, .html = html, .automatic = TRUE }, actor_system(),
	                        now_ms, &message_id, NULL, error) &&
	       follow_up_asked_in(db, it, message_id, about->owner_id, about->team_id, ends_at, now_ms, error);
}

/* Asked: the clock is kept. Not asked: it is not needed, unless the case has begun again, whose own rules then hold. */
static gboolean
settle_clock(Db *db, const Case *about, gboolean is_asked, gint64 now_ms, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(ClockRow) row = clock_row_find(db, about->id, &local);

	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (row == NULL || about->is_open || about->merged_into != 0)
		return TRUE;
	return clock_follow_up_asked_on(db, row, is_asked ? now_ms : 0, about->owner_id, about->team_id, error) && clock_row_keep(db, row, error);
}

gboolean
follow_up_ask_in(Db *db, const MailContext *context, gint64 id, gint64 now_ms, GError **error)
{
	g_autoptr(FollowUp) it = follow_up_get(db, id, error);
	g_autoptr(Case) about = NULL;
	gint64 days = 0, wait_days = 0;
	gboolean by_clock = FALSE;
	const char *reason;

	if (it == NULL)
		return FALSE;
	if (strcmp(it->state, "waiting") != 0 || it->due_at > now_ms)
		return TRUE;
	if ((about = case_lock(db, it->case_id, error)) == NULL || !runs_a_clock(db, about->id, &by_clock, error) || !days_of(db, "followup_days", &days, error) || !days_of(db, "followup_wait_days", &wait_days, error))
		return FALSE;
	if ((reason = reason_not_to(it, about, by_clock, days, now_ms)) != NULL)
		return follow_up_not_asked_in(db, id, reason, error) && settle_clock(db, about, FALSE, now_ms, error);
	return ask(db, context, it, about, wait_days, now_ms, error) && settle_clock(db, about, TRUE, now_ms, error);
}

static gboolean
move_on(Db *db, gint64 case_id, const char *then, gint64 now_ms, GError **error)
{
	g_autoptr(Case) about = case_lock(db, case_id, error);
	const char *stage = strcmp(then, "close") == 0 ? "closed" : "followed_up";

	if (about == NULL)
		return FALSE;
	/* Only where it waits for this: who moved it by hand meanwhile has decided. */
	if (strcmp(then, "stay") == 0 || about->merged_into != 0 || stage_move_needs(about->stage, stage) == NULL || about->is_open)
		return TRUE;
	return case_move_on(db, about, &(StageMove){ .stage = stage }, actor_system(), now_ms, error);
}

gboolean
follow_up_silence_in(Db *db, gint64 id, gint64 now_ms, GError **error)
{
	g_autoptr(FollowUp) it = follow_up_get(db, id, error);
	g_autofree char *then = it != NULL ? settings_now(db, "followup_then", error) : NULL;
	gboolean was = FALSE;

	if (then == NULL || !follow_up_silent_in(db, it, now_ms, &was, error))
		return FALSE;
	return !was || move_on(db, it->case_id, then, now_ms, error);
}

/* ---- jobs */

typedef struct {
	const Job *job;
	const MailContext *context;
	gint64 now_ms;
} Step;

static gboolean
ask_work(Db *db, gpointer data, GError **error)
{
	const Step *step = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && follow_up_ask_in(db, step->context, json_int(step->job->payload, "follow_up", 0), step->now_ms, error) && job_end(db, step->job, error) && db_tx_commit(tx, error);
}

static gboolean
ask_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	Step step = { job, data, now_ms };

	return store_write(store, ask_work, &step, error);
}

static gboolean
silent_work(Db *db, gpointer data, GError **error)
{
	const Step *step = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && follow_up_silence_in(db, json_int(step->job->payload, "follow_up", 0), step->now_ms, error) && job_end(db, step->job, error) && db_tx_commit(tx, error);
}

static gboolean
silent_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	Step step = { job, data, now_ms };

	return store_write(store, silent_work, &step, error);
}

void
follow_up_add_jobs(Worker *worker, const MailContext *context)
{
	worker_handle(worker, "followup.ask", 0, ask_job, (gpointer)context);
	worker_handle(worker, "followup.silent", 0, silent_job, (gpointer)context);
}
