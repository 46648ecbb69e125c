/* answer.c - see answer.h. */
#include "flow/survey/answer.h"
#include "base/clock.h"
#include "cases/message.h"
#include "survey/recovery.h"

Actor
survey_customer(gint64 case_id)
{
	Actor customer = { .kind = ACTOR_CUSTOMER, .may = actor_public()->may, .case_id = case_id, .zone = "UTC", .lang = "en", .theme = "auto" };

	return customer;
}

static gboolean
open_recovery(Db *db, const Asked *asked, const Survey *survey, const AnswerResult *result, gint64 now_ms, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(Recovery) there = recovery_find_asked(db, asked->id, &local);
	gint64 assignee_id = 0;

	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (there != NULL)
		return recovery_corrected_in(db, there, result->kind, result->score, now_ms, error);
	if (result->kind == NULL)
		return TRUE;
	return recovery_assignee(db, asked->owner_id, asked->team_id, &assignee_id, error) &&
	       recovery_open_in(db, asked, result->kind, result->score, assignee_id, now_ms + survey->recovery_hours * MS_PER_HOUR, now_ms, error);
}

/* As the house treats any words of a customer: on an ended case they open it again, and its owner is told. */
static gboolean
put_message(Db *db, const Asked *asked, const SurveyAnswer *said, const Actor *customer, gint64 now_ms, GError **error)
{
	g_autoptr(Case) it = NULL;

	if (!said->wants_answer || said->answers.why == NULL || said->answers.why[0] == '\0')
		return TRUE;
	if ((it = case_get(db, asked->case_id, error)) == NULL)
		return FALSE;
	return message_add_in(db, asked->case_id, &(NewMessage){ .direction = "inbound", .channel = "portal", .body = said->answers.why, .author_name = it->customer_name }, customer, now_ms, NULL, error);
}

gboolean
survey_answer_in(Db *db, const Asked *asked, const SurveyAnswer *said, gint64 now_ms, GError **error)
{
	g_autoptr(Survey) survey = survey_get(db, asked->survey_id, error);
	g_auto(AnswerResult) result = { NULL };
	const Actor customer = survey_customer(asked->case_id);

	if (survey == NULL)
		return FALSE;
	if (said->wants_answer && (said->answers.why == NULL || said->answers.why[0] == '\0')) {
		err_add_field(error, "/why", "Write what you would like an answer to.");
		return FALSE;
	}
	if (!answer_put_in(db, asked, survey, &said->answers, &customer, now_ms, &result, error) || !open_recovery(db, asked, survey, &result, now_ms, error))
		return FALSE;
	/* Only another, later asking can turn around what an earlier one brought up; a correction turns nothing around. */
	if (result.is_good && result.is_first && !recovery_turned_in(db, asked->customer_id, 0, now_ms, error))
		return FALSE;
	return !result.is_first || put_message(db, asked, said, &customer, now_ms, error);
}
