/* felt.h - a house that asks: a mailbox that sends, an active survey, a customer's case that is resolved. Each fails the test when it cannot. */
#pragma once
#include "../cases/world.h"
#include "flow/follow/follow.h"
#include "flow/follow/ask.h"
#include "flow/survey/answer.h"
#include "flow/survey/send.h"
#include "mailbox/mailbox.h"
#include "org/settings.h"
#include "org/team.h"
#include "survey/asked.h"
#include "survey/follow_up.h"
#include "survey/recovery.h"
#include <string.h>

static char *
felt_base_url(gint64 now_ms, gpointer data)
{
	return g_strdup("https://help.larch.example");
}

static MailContext felt_context = { .link_key = { 1, 2, 3 }, .base_url = felt_base_url };

static inline void
felt_house(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	MailServer smtp = { .host = (char *)"smtp.example.org", .port = 25, .security = (char *)"none", .auth = (char *)"none" };
	g_autoptr(Mailbox) made = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_SMTP, .address = "help@larch.example", .smtp = &smtp }, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	felt_context.data_dir = kit->dir;
	events_follow(kit->db, flow_follow);
}

/* An active survey of one standard question, asked a day after a case is resolved. */
static inline gint64
felt_survey_of(Kit *kit, const char *name, const char *standard, SurveyChange make)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autoptr(Survey) survey = NULL, active = NULL;

	make.given |= SURVEY_NAME;
	make.name = name;
	survey = survey_add_in(kit->db, &make, standard, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	active = survey_change_in(kit->db, survey->id, 0, &(SurveyChange){ .given = SURVEY_ACTIVE, .is_active = TRUE }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	return survey->id;
}

static inline gint64
felt_survey(Kit *kit, const char *standard)
{
	return felt_survey_of(kit, "After it is resolved", standard, (SurveyChange){ 0 });
}

static inline gint64
felt_case(Kit *kit, const char *email)
{
	return world_case_of(kit, (NewCase){ .subject = "Kettle leaks", .severity = -1, .kind = "question", .customer = { .name = "Ann Lee", .email = email } });
}

static inline void
felt_move(Kit *kit, gint64 case_id, const char *stage)
{
	g_autoptr(GError) error = NULL;

	case_move(kit->db, case_id, &(StageMove){ .stage = stage }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
}

static inline gint64
felt_resolved(Kit *kit, const char *email)
{
	gint64 id = felt_case(kit, email);

	felt_move(kit, id, "resolved");
	return id;
}

/* The mail itself is flow/mail/send.c's business. */
static inline gboolean
felt_mail_gone(const Job *job, Store *store, gint64 now_ms, gpointer data, GError **error)
{
	return TRUE;
}

/* Every job that is due by now, each in a transaction of its own. */
static inline guint
felt_run(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	Store *store = kit_store(kit);
	g_autoptr(Worker) worker = worker_new(store, NULL, NULL);
	guint n = 0;

	survey_add_jobs(worker, &felt_context);
	follow_up_add_jobs(worker, &felt_context);
	worker_handle(worker, "mail.send", 0, felt_mail_gone, NULL);
	store_follow(store, flow_follow);
	worker_run_due(worker, kit->now_ms, &n, NULL, &error);
	g_assert_no_error(error);
	return n;
}

static inline gint64
felt_number(Kit *kit, const char *format, gint64 id)
{
	g_autofree char *sql = g_strdup_printf("%s%" G_GINT64_FORMAT, format, id);

	return kit_count(kit, sql);
}

static inline Asked *
felt_asked(Kit *kit, gint64 case_id)
{
	g_autoptr(GError) error = NULL;
	Asked *asked = asked_get(kit->db, felt_number(kit, "SELECT max(id) AS value FROM survey_asked WHERE case_id = ", case_id), &error);

	g_assert_no_error(error);
	return asked;
}

/* A survey that went out: a resolved case, and the delay is over. */
static inline Asked *
felt_sent(Kit *kit, const char *email, gint64 *ret_case_id)
{
	gint64 case_id = felt_resolved(kit, email);
	Asked *asked;

	kit->now_ms += MS_PER_DAY;
	felt_run(kit);
	asked = felt_asked(kit, case_id);
	g_assert_cmpstr(asked->state, ==, "sent");
	if (ret_case_id != NULL)
		*ret_case_id = case_id;
	return asked;
}

static inline gboolean
felt_answer(Kit *kit, gint64 asked_id, const char *score, const char *why, gboolean wants_answer, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	g_autoptr(Asked) asked = tx != NULL ? asked_get(kit->db, asked_id, error) : NULL;

	return asked != NULL && survey_answer_in(kit->db, asked, &(SurveyAnswer){ .answers = { .texts = { score }, .why = why }, .wants_answer = wants_answer }, kit->now_ms, error) &&
	       db_tx_commit(tx, error);
}
