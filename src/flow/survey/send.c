/* send.c - see send.h. */
#include "flow/survey/send.h"
#include "base/clock.h"
#include "cases/case.h"
#include "customer/customer.h"
#include "flow/survey/mail.h"
#include "flow/customer/tell.h"
#include "org/settings.h"
#include "survey/asked.h"
#include "survey/recovery.h"
#include "survey/words.h"
#include <string.h>

enum { STOP_LINK_DAYS = 400 };

typedef struct {
	Asked *asked;
	Survey *survey;
	Case *it;
	Customer *customer; /* NULL: none */
	char *lang, *house;
} Turn;

static void
turn_clear(Turn *turn)
{
	asked_free(turn->asked);
	survey_free(turn->survey);
	case_free(turn->it);
	customer_free(turn->customer);
	g_free(turn->lang);
	g_free(turn->house);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Turn, turn_clear)

char *
survey_customer_lang(Db *db, const char *customer_lang, GError **error)
{
	if (customer_lang != NULL && strlen(customer_lang) >= 2 && g_ascii_isalpha(customer_lang[0]) && g_ascii_isalpha(customer_lang[1]))
		return g_strdup(customer_lang);
	return settings_now(db, "lang", error);
}

static gboolean
read_turn(Db *db, Turn *turn, GError **error)
{
	if ((turn->survey = survey_get(db, turn->asked->survey_id, error)) == NULL || (turn->it = case_get(db, turn->asked->case_id, error)) == NULL)
		return FALSE;
	if (turn->it->customer_id != 0 && (turn->customer = customer_get(db, turn->it->customer_id, error)) == NULL)
		return FALSE;
	return (turn->lang = survey_customer_lang(db, turn->customer != NULL ? turn->customer->lang : NULL, error)) != NULL && (turn->house = settings_now(db, "house", error)) != NULL;
}

/* What can be told from what was read alone; NULL: nothing speaks against it. */
static const char *
plain_reason(const Turn *turn, gint64 now_ms)
{
	gboolean of_end = strcmp(turn->survey->event, "case.resolved") == 0 || strcmp(turn->survey->event, "case.closed") == 0;

	if (!turn->survey->is_active || turn->survey->removed_at != 0)
		return "switched_off";
	if (turn->it->merged_into != 0)
		return "merged";
	if (of_end && turn->it->is_open)
		return "reopened";
	if (turn->customer == NULL || turn->customer->merged_into != 0)
		return "no_customer";
	return now_ms - turn->asked->due_at > turn->survey->valid_days * MS_PER_DAY ? "too_late" : NULL;
}

/* The whole list, the turn last of all: who is not asked keeps it. */
static gboolean
find_reason(Db *db, const MailContext *context, const Turn *turn, const char *link, gint64 now_ms, const char **ret_reason, GError **error)
{
	gboolean stopped = FALSE, by_mail = FALSE, mine = FALSE;

	if ((*ret_reason = plain_reason(turn, now_ms)) != NULL)
		return TRUE;
	if (!asked_has_stopped(db, turn->customer->id, &stopped, error) || !tell_goes_by_mail(db, context, turn->it->id, TRUE, now_ms, &by_mail, error))
		return FALSE;
	*ret_reason = stopped ? "unsubscribed" : !by_mail ? "no_address" : link == NULL ? "no_base_url" : NULL;
	if (*ret_reason != NULL)
		return TRUE;
	if (!asked_take_turn_in(db, turn->customer->id, now_ms, &mine, error))
		return FALSE;
	*ret_reason = mine ? NULL : "asked_lately";
	return TRUE;
}

static gboolean
ask(Db *db, const MailContext *context, const Turn *turn, const char *link, gint64 now_ms, GError **error)
{
	gint64 ends_at = now_ms + turn->survey->valid_days * MS_PER_DAY, message_id = 0;
	g_autofree char *stop = tell_link(context, "no-surveys", turn->asked->ref, STOP_LINK_DAYS, now_ms);
	g_autofree char *first = g_strndup(turn->customer->name, strcspn(turn->customer->name, " "));
	const SurveyMail mail = { turn->survey, turn->lang, first, turn->house, turn->it->subject, link, stop, ends_at };
	g_autofree char *subject = survey_mail_subject(turn->lang), *note = survey_mail_note(&mail), *text = survey_mail_text(&mail), *html = survey_mail_html(&mail);
	const Tell tell = { .subject = subject, .body = note, .mail = text, .html = html, .unsubscribe = stop, .automatic = TRUE };

	return tell_customer_in(db, context, turn->it->id, &tell, actor_system(), now_ms, &message_id, NULL, error) &&
	       asked_sent_in(db, turn->asked, turn->survey, turn->lang, message_id, turn->it->owner_id, turn->it->team_id, ends_at, now_ms, error);
}

gboolean
survey_ask_in(Db *db, const MailContext *context, gint64 asked_id, gint64 now_ms, GError **error)
{
	g_auto(Turn) turn = { .asked = asked_get(db, asked_id, error) };
	g_autofree char *link = NULL;
	const char *reason;

	if (turn.asked == NULL)
		return FALSE;
	if (strcmp(turn.asked->state, "waiting") != 0 || turn.asked->due_at > now_ms)
		return TRUE; /* put off: the job of the later time comes */
	if (!read_turn(db, &turn, error))
		return FALSE;
	link = tell_link(context, "survey", turn.asked->ref, (int)turn.survey->valid_days, now_ms);
	if (!find_reason(db, context, &turn, link, now_ms, &reason, error))
		return FALSE;
	return reason != NULL ? asked_not_sent_in(db, asked_id, reason, error) : ask(db, context, &turn, link, now_ms, error);
}

/* ---- jobs */

typedef struct {
	const Job *job;
	const MailContext *context;
	gint64 now_ms;
	gboolean (*work)(Db *db, const MailContext *context, gint64 id, gint64 now_ms, GError **error);
	gint64 id;
} Step;

static gboolean
step_work(Db *db, gpointer data, GError **error)
{
	const Step *step = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && step->work(db, step->context, step->id, step->now_ms, error) && job_end(db, step->job, error) && db_tx_commit(tx, error);
}

static gboolean
ask_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	Step step = { job, data, now_ms, survey_ask_in, json_int(job->payload, "asked", 0) };

	return store_write(store, step_work, &step, error);
}

static gboolean
expire(Db *db, const MailContext *context, gint64 id, gint64 now_ms, GError **error)
{
	g_autoptr(Asked) asked = asked_get(db, id, error);

	return asked != NULL && asked_expire_in(db, asked, now_ms, error);
}

static gboolean
expire_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	Step step = { job, data, now_ms, expire, json_int(job->payload, "asked", 0) };

	return store_write(store, step_work, &step, error);
}

static gboolean
late(Db *db, const MailContext *context, gint64 id, gint64 now_ms, GError **error)
{
	g_autoptr(Recovery) recovery = recovery_get(db, id, error);

	return recovery != NULL && recovery_late_in(db, recovery, now_ms, error);
}

static gboolean
late_job(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	Step step = { job, data, now_ms, late, json_int(job->payload, "recovery", 0) };

	return store_write(store, step_work, &step, error);
}

void
survey_add_jobs(Worker *worker, const MailContext *context)
{
	worker_handle(worker, "survey.ask", 0, ask_job, (gpointer)context);
	worker_handle(worker, "survey.expire", 0, expire_job, (gpointer)context);
	worker_handle(worker, "recovery.late", 0, late_job, (gpointer)context);
}
