/* answer.c - see answer.h. */
#include "flow/follow/answer.h"
#include "cases/message.h"
#include "cases/stage.h"
#include "customer/customer.h"
#include "flow/survey/answer.h"
#include "flow/survey/send.h"
#include "survey/recovery.h"
#include "survey/words.h"
#include <string.h>

enum { SEVERITY_HIGH = 2 };

static gboolean
is_right(Db *db, const FollowUp *it, gint64 now_ms, GError **error)
{
	g_autoptr(Case) about = NULL;

	if (!recovery_turned_in(db, it->customer_id, it->case_id, now_ms, error) || (about = case_lock(db, it->case_id, error)) == NULL)
		return FALSE;
	if (strcmp(about->stage, "resolved") != 0 || about->merged_into != 0)
		return TRUE; /* followed up or closed by hand already */
	return case_move_on(db, about, &(StageMove){ .stage = "followed_up" }, actor_system(), now_ms, error);
}

static char *
no_in_words(Db *db, const Case *about, GError **error)
{
	g_autoptr(Customer) customer = about->customer_id != 0 ? customer_get(db, about->customer_id, error) : NULL;
	g_autofree char *lang = NULL;

	if (about->customer_id != 0 && customer == NULL)
		return NULL;
	lang = survey_customer_lang(db, customer != NULL ? customer->lang : NULL, error);
	return lang != NULL ? g_strdup(survey_say(SAY_NOT_RIGHT, lang)) : NULL;
}

/* The owner stays who it was, and is told by the message's own rule that the case came back. */
static gboolean
is_not_right(Db *db, const FollowUp *it, const char *words, const Actor *customer, gint64 now_ms, GError **error)
{
	g_autoptr(Case) about = case_get(db, it->case_id, error);
	g_autofree char *body = NULL;

	if (about == NULL)
		return FALSE;
	body = words != NULL && words[0] != '\0' ? g_strdup(words) : no_in_words(db, about, error);
	if (body == NULL || !message_add_in(db, about->id, &(NewMessage){ .direction = "inbound", .channel = "portal", .body = body, .author_name = about->customer_name }, customer, now_ms, NULL, error))
		return FALSE;
	if (about->severity >= SEVERITY_HIGH || about->merged_into != 0)
		return TRUE;
	return case_change_in(db, about->id, 0, &(CaseChange){ .given = CASE_SEVERITY, .severity = SEVERITY_HIGH }, actor_system(), now_ms, error);
}

gboolean
follow_up_answer_in(Db *db, const FollowUp *it, gboolean right, const char *words, gint64 now_ms, GError **error)
{
	const Actor customer = survey_customer(it->case_id);

	if (!follow_up_answered_in(db, it, right, words, &customer, now_ms, error))
		return FALSE;
	return right ? is_right(db, it, now_ms, error) : is_not_right(db, it, words, &customer, now_ms, error);
}
