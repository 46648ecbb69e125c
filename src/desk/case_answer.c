/* case_answer.c - see the header. The routes: desk/cases.c, desk/conversation.c, desk/handling.c. */
#include "desk/case_answer.h"
#include "cases/macro.h"
#include "cases/merge.h"
#include "cases/message.h"
#include "cases/stage.h"
#include "cases/timeline.h"
#include "cases/words.h"
#include "customer/customer.h"
#include "desk/app.h"
#include "desk/panels.h"

enum { EARLIER_CASES = 5, TIMELINE_ROWS = 12 };

gboolean
desk_case_id(Call *call, gint64 *ret_id, GError **error)
{
	if (!case_id_by_ref(call->db, call_param(call, "ref"), ret_id, error))
		return FALSE;
	call->carry = *ret_id;
	return TRUE;
}

static json_t *
whole_case(Call *call, const Case *it, GError **error)
{
	g_autoptr(json_t) value = case_to_json(it), messages = NULL, links = NULL;

	if ((messages = message_list(call->db, it->id, TRUE, 0, error)) == NULL)
		return NULL;
	if ((links = case_links(call->db, it->id, error)) == NULL)
		return NULL;
	json_put(value, "messages", g_steal_pointer(&messages));
	json_put(value, "links", g_steal_pointer(&links));
	if (!call->as_page)
		call_etag_version(call, it->version);
	return g_steal_pointer(&value);
}

json_t *
desk_case_answer(Call *call, GError **error)
{
	g_autoptr(Case) it = case_get(call->db, call->carry, error);

	if (it == NULL)
		return NULL;
	return whole_case(call, it, error);
}

json_t *
desk_case_answer_or_stale(Call *call, GError **error)
{
	g_autoptr(json_t) value = NULL, news = NULL;

	if ((value = desk_case_answer(call, error)) == NULL)
		return NULL;
	if (call->status != 409)
		return g_steal_pointer(&value);
	if ((news = message_since_version(call->db, call->carry, call->carry_version, error)) == NULL)
		return NULL;
	json_put_text(value, "error", "conflict");
	json_put_text(value, "message", "Something arrived after you began. Your words are safe. Read what is new first, then send.");
	json_put(value, "stale", g_steal_pointer(&news));
	return g_steal_pointer(&value);
}

gboolean
desk_base_version(Call *call, gint64 version, gint64 *ret_version, GError **error)
{
	gint64 sent = version;

	if (sent == 0 && call_if_match(call, &sent) && sent < 0) {
		err_add_field(error, "/if_match", "If-Match is not one of our versions, such as \"v12\"");
		return FALSE;
	}
	call->carry_version = sent;
	*ret_version = sent;
	return TRUE;
}

gboolean
desk_turned_stale(Call *call, GError **error)
{
	if (call->carry_version == 0 || !g_error_matches(*error, ERR, ERR_CONFLICT))
		return FALSE;
	g_clear_error(error);
	call->status = 409;
	return TRUE;
}

/* The stages as the stepper shows them: each with its time, whether it is behind us, and whether one may go there. */
static json_t *
stepper(const Call *call, const json_t *value)
{
	json_t *steps = json_array();
	const char *now = json_text(value, "stage", "received");
	g_autoptr(GPtrArray) moves = stage_moves(now, call->actor);
	gboolean behind = TRUE;

	for (guint i = 0; case_stages[i] != NULL; i++) {
		const char *stage = case_stages[i], *at = NULL;
		json_t *step = json_object();
		gboolean here = g_str_equal(stage, now);

		if (here)
			behind = FALSE;
		if (g_str_equal(stage, "received"))
			at = json_text(value, "received_at", NULL);
		else if (g_str_equal(stage, "acknowledged"))
			at = json_text(value, "acknowledged_at", NULL);
		else if (g_str_equal(stage, "resolved"))
			at = json_text(value, "resolved_at", NULL);
		else if (g_str_equal(stage, "closed"))
			at = json_text(value, "closed_at", NULL);
		json_put_text(step, "stage", stage);
		json_put_int(step, "number", i + 1);
		json_put_bool(step, "done", behind);
		json_put_bool(step, "now", here);
		json_put_text(step, "at", here ? json_text(value, "stage_at", at) : behind ? at : NULL);
		json_put_bool(step, "allowed", FALSE);
		for (guint k = 0; moves->pdata[k] != NULL; k++)
			if (g_str_equal(moves->pdata[k], stage))
				json_put_bool(step, "allowed", TRUE);
		json_array_append_new(steps, step);
	}
	return steps;
}

static gboolean
add_customer(Call *call, json_t *value, GError **error)
{
	const char *ref = json_text(json_object_get(value, "customer"), "ref", NULL);
	g_autoptr(Customer) who = NULL;
	g_autoptr(json_t) cases = NULL;

	if (ref == NULL)
		return TRUE;
	if ((who = customer_by_ref(call->db, ref, error)) == NULL)
		return FALSE;
	if ((cases = case_list_of_customer(call->db, who->id, call->carry, EARLIER_CASES, error)) == NULL)
		return FALSE;
	json_put(value, "customer_panel", customer_to_json(who));
	json_put(value, "earlier", g_steal_pointer(&cases));
	return TRUE;
}

gboolean
desk_case_panels(Call *call, json_t *value, GError **error)
{
	g_autoptr(json_t) timeline = NULL, draft = NULL;

	json_put(value, "steps", stepper(call, value));
	if (!add_customer(call, value, error))
		return FALSE;
	if ((timeline = case_timeline(call->db, call->carry, 0, TIMELINE_ROWS, error)) == NULL)
		return FALSE;
	json_put(value, "timeline", g_steal_pointer(&timeline));
	if (call->actor->user_id != 0) {
		if ((draft = message_draft_get(call->db, call->carry, call->actor->user_id, error)) == NULL)
			return FALSE;
		json_put(value, "draft", g_steal_pointer(&draft));
	}
	return desk_panel_chrome(call, value, error) && desk_panel_people(call, value, error) && desk_panel_trees(call, value, error) &&
	       desk_panel_macros(call, value, error);
}
