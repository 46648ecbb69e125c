/* still_right.c - GET and POST /still-right/{key}: one question some days after a case was resolved. What the answer does:
 * flow/follow/answer.h. The routes: portal/survey.c. */
#include "base/signed_link.h"
#include "customer/customer.h"
#include "desk/app.h"
#include "flow/follow/answer.h"
#include "portal/felt.h"
#include <string.h>

static FollowUp *
read_key(Call *call, GError **error)
{
	g_autoptr(GError) why = NULL;
	FollowUp *it;
	char ref[16];

	if (!signed_link_read(desk_app(call)->link_key, "still-right", call_param(call, "key"), call->now_ms, ref))
		return NULL;
	if ((it = follow_up_by_ref(call->db, ref, &why)) == NULL && !g_error_matches(why, ERR, ERR_NOT_FOUND))
		g_propagate_error(error, g_steal_pointer(&why));
	return it;
}

/* open, right, not_right, gone */
static const char *
state_of(const FollowUp *it, gint64 now_ms)
{
	if (strcmp(it->state, "right") == 0 || strcmp(it->state, "not_right") == 0)
		return it->state;
	return strcmp(it->state, "asked") == 0 && now_ms < it->ends_at ? "open" : "gone";
}

static json_t *
page_of(Call *call, const FollowUp *it, GError **error)
{
	g_autoptr(Case) about = case_get(call->db, it->case_id, error);
	g_autoptr(Customer) customer = NULL;
	g_autofree char *lang = NULL, *owner = NULL;
	const char *answer = call_query(call, "answer");
	json_t *value;

	if (about == NULL || (about->customer_id != 0 && (customer = customer_get(call->db, about->customer_id, error)) == NULL))
		return NULL;
	lang = felt_lang(call, customer != NULL ? customer->lang : NULL);
	owner = about->owner_name != NULL ? g_strndup(about->owner_name, strcspn(about->owner_name, " ")) : NULL;
	value = json_object();
	json_put_text(value, "state", state_of(it, call->now_ms));
	json_put_text(value, "key", call_param(call, "key"));
	json_put_text(value, "ref", about->ref);
	json_put_text(value, "subject", about->subject);
	json_put_text(value, "owner", owner);
	json_put_time(value, "resolved_at", about->resolved_at);
	json_put_text(value, "answer", g_strcmp0(answer, "right") == 0 || g_strcmp0(answer, "not_right") == 0 ? answer : NULL);
	if (strcmp(state_of(it, call->now_ms), "gone") == 0)
		call->status = 404;
	return value;
}

json_t *
still_right_get(Call *call, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(FollowUp) it = read_key(call, &why);

	if (why != NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	return it != NULL ? page_of(call, it, error) : felt_gone(call);
}

typedef struct {
	DraftGiven given;
	const char *answer;
	char *words;
} StillDraft;
static const char *const still_words[] = { "right", "not_right", NULL };
static const DraftField still_fields[] = {
	{ "answer", DRAFT_WORD, offsetof(StillDraft, answer), .required = TRUE, .words = still_words, .about = "right, or not_right: then the case is opened again" },
	{ "words", DRAFT_TEXT, offsetof(StillDraft, words), .max = 4 * FOLLOW_UP_WORDS_MAX, .about = "what is not right, or anything else" },
	{ NULL },
};
const DraftSpec still_right_draft = { "StillRight", sizeof(StillDraft), still_fields };

json_t *
still_right_post(Call *call, GError **error)
{
	const StillDraft *draft = call->draft;
	g_autoptr(GError) why = NULL;
	g_autoptr(FollowUp) it = read_key(call, &why);
	g_autoptr(DbTx) tx = NULL;
	json_t *value;

	if (why != NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	if (it == NULL)
		return felt_gone(call);
	if ((tx = db_begin(call->db, error)) == NULL)
		return NULL;
	if (follow_up_answer_in(call->db, it, strcmp(draft->answer, "right") == 0, draft->words, call->now_ms, &why) && db_tx_commit(tx, &why)) {
		call_redirect(call, "/still-right/%s", call_param(call, "key"));
		g_clear_pointer(&it, follow_up_free);
		return (it = read_key(call, error)) != NULL ? page_of(call, it, error) : NULL;
	}
	if (!g_error_matches(why, ERR, ERR_CONFLICT)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	value = page_of(call, it, error);
	call->status = 409;
	return value;
}
