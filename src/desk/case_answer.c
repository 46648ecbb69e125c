/* case_answer.c - see the header. What stands around it on its page: case_panels.c. The routes: desk/cases.c,
 * desk/conversation.c, desk/handling.c. */
#include "desk/case_answer.h"
#include "action/action.h"
#include "base/clock.h"
#include "cases/decision.h"
#include "cases/merge.h"
#include "cases/message.h"
#include "cases/stage.h"
#include "desk/guide.h"
#include "desk/panels.h"
#include "desk/remedies.h"
#include "flow/mail/reply.h"
#include "http/page.h"
#include "mailbox/head.h"
#include "mailbox/outbox.h"
#include "promise/case_clocks.h"
#include "store/memo.h"
#include "survey/asked.h"
#include <string.h>

/* What is found out beside the value: what changes it without a new version, and until when time alone leaves it as it is. */
typedef struct {
	guint mark;
	gint64 until;
} Shown;

gboolean
desk_case_id(Call *call, gint64 *ret_id, GError **error)
{
	if (!case_id_by_ref(call->db, call_param(call, "ref"), ret_id, error))
		return FALSE;
	call->carry = *ret_id;
	return TRUE;
}

/* Mail is asked for only where there is some: most channels have none. */
static gboolean
has_mail(const json_t *messages)
{
	const json_t *one;
	size_t i;

	json_array_foreach(messages, i, one)
		if (g_str_equal(json_text(one, "channel", ""), "email"))
			return TRUE;
	return FALSE;
}

/* What became of its mails changes without a new version of the case: who writes an answer meanwhile is not stale by that. */
static guint
mark_of_mail(const json_t *messages, const json_t *closed)
{
	guint mark = (guint)json_array_size(closed);
	const json_t *one, *sent;
	size_t i, k;

	json_array_foreach(messages, i, one) {
		const json_t *outbox = json_object_get(one, "outbox");

		if (outbox == NULL)
			continue;
		mark = mark * 31 + g_str_hash(json_text(outbox, "state", "")) + (guint)json_int(outbox, "attempts", 0) + (json_flag(outbox, "refusal_open", FALSE) ? 1 : 0);
		json_array_foreach(json_object_get(one, "delivery"), k, sent)
			mark = mark * 31 + g_str_hash(json_text(sent, "state", ""));
	}
	return mark;
}

/* A move that waits for its answer to leave, the next one; null: none. */
static json_t *
planned_move(const Case *it, const json_t *messages)
{
	json_t *out = NULL;
	const json_t *one;
	gint64 at = 0, chosen = 0, first = G_MAXINT64;
	size_t i;

	json_array_foreach(messages, i, one) {
		const json_t *outbox = json_object_get(one, "outbox");
		const char *stage = json_text(outbox, "then", NULL);

		if (stage == NULL || !time_read(json_text(outbox, "due_at", ""), &at) || at >= first || !time_read(json_text(one, "logged_at", ""), &chosen) || !stage_still_fits(it, stage, chosen))
			continue;
		first = at;
		if (out == NULL)
			out = json_object();
		json_put_text(out, "stage", stage);
		json_put_time(out, "at", at);
		json_put_text(out, "message", json_text(one, "ref", NULL));
	}
	return out != NULL ? out : json_null();
}

/* Heads, deliveries and closed addresses; *@ret_mark 0: no mail. */
static gboolean
add_mail(Call *call, const Case *it, json_t *value, json_t *messages, guint *ret_mark, GError **error)
{
	json_t *closed;

	*ret_mark = 0;
	if (!has_mail(messages)) {
		json_put(value, "closed_addresses", json_array());
		json_put(value, "planned", json_null());
		return TRUE;
	}
	if (!mail_heads_add(call->db, it->id, messages, error) || (closed = address_closed_of_case(call->db, it->id, error)) == NULL)
		return FALSE;
	desk_put_back(closed, "cases", it->ref);
	*ret_mark = mark_of_mail(messages, closed);
	json_put(value, "planned", planned_move(it, messages));
	json_put(value, "closed_addresses", closed);
	return TRUE;
}

/* [] for a case that has none yet. */
static json_t *
clocks_of(Call *call, const Case *it, Shown *shown, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(ClockRow) row = clock_row_find(call->db, it->id, &local);
	ClockBook *book = row != NULL ? clock_book_with(call->db, row->policy_id, error) : NULL;

	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else if (row == NULL)
		return json_array();
	if (book == NULL)
		return NULL;
	shown->until = MIN(shown->until, clocks_word_until(book, row, it->is_open, call->now_ms));
	return clocks_to_json(book, row, it->is_open, call->now_ms);
}

/* What is not late yet will be. */
static void
see_actions(const json_t *actions, gint64 now_ms, Shown *shown)
{
	const json_t *one;
	size_t i;

	json_array_foreach(actions, i, one) {
		gint64 due = 0;

		if (strcmp(json_text(one, "state", ""), "open") == 0 && time_read(json_text(one, "due_at", ""), &due) && due >= now_ms)
			shown->until = MIN(shown->until, due);
	}
}

/* An answer, a recovery and the like change what is shown, and not the case's version. */
static guint
mark_of_surveys(const json_t *surveys, guint mark)
{
	const json_t *one;
	size_t i;

	json_array_foreach(surveys, i, one) {
		const json_t *recovery = json_object_get(one, "recovery");

		mark = mark * 31 + g_str_hash(json_text(one, "state", "")) + (guint)json_array_size(json_object_get(one, "answers"));
		if (!json_is_null(recovery))
			mark = mark * 31 + g_str_hash(json_text(recovery, "state", "")) + (json_flag(recovery, "is_late", FALSE) ? 1 : 0);
	}
	return mark;
}

static void
put_etag(Call *call, gint64 version, guint mark)
{
	if (!call->as_page && mark != 0)
		call_etag_marked(call, version, mark);
	else if (!call->as_page)
		call_etag_version(call, version);
}

/* The same for all who ask, for as long as @shown says. */
static json_t *
whole_case(Call *call, const Case *it, Shown *shown, GError **error)
{
	g_autoptr(json_t) value = case_to_json(it), messages = NULL, links = NULL, decision = NULL, actions = NULL, clocks = NULL, surveys = NULL;

	if ((messages = message_list(call->db, it->id, TRUE, 0, error)) == NULL || !add_mail(call, it, value, messages, &shown->mark, error))
		return NULL;
	if ((links = it->has_links ? case_links(call->db, it->id, error) : json_array()) == NULL)
		return NULL;
	if ((decision = decision_get(call->db, it, error)) == NULL || (actions = action_list_of_case(call->db, it->id, it->root_cause_id, call->now_ms, error)) == NULL)
		return NULL;
	see_actions(actions, call->now_ms, shown);
	if ((clocks = clocks_of(call, it, shown, error)) == NULL)
		return NULL;
	json_put(value, "clocks", g_steal_pointer(&clocks));
	json_put_text(value, "earlier", json_array_size(messages) < MESSAGES_SHOWN ? NULL : json_text(json_array_get(messages, 0), "ref", NULL));
	json_put(value, "messages", g_steal_pointer(&messages));
	json_put(value, "links", g_steal_pointer(&links));
	/* Nobody is asked before somebody answered. */
	if ((surveys = it->first_response_at != 0 || it->resolved_at != 0 || it->n_reopened > 0 ? asked_of_case(call->db, it->id, "en", error) : json_array()) == NULL)
		return NULL;
	shown->mark = mark_of_surveys(surveys, shown->mark);
	json_put(value, "surveys", g_steal_pointer(&surveys));
	json_put(value, "decision", g_steal_pointer(&decision));
	json_put(value, "actions", g_steal_pointer(&actions));
	if (!desk_put_remedies(call, value, it->id, &shown->mark, error))
		return NULL;
	if (!desk_put_guide(call, value, it, error)) /* last: it looks at the others */
		return NULL;
	if (call->as_page) {
		gint number;

		json_put(value, "steps", desk_case_steps(value, &number));
		json_put_int(value, "stage_number", number);
	}
	put_etag(call, it->version, shown->mark);
	return g_steal_pointer(&value);
}

json_t *
desk_case_show(Call *call, GError **error)
{
	g_autoptr(json_t) value = NULL, kept = NULL;
	g_autoptr(Case) it = NULL;
	Shown shown = { 0, G_MAXINT64 };

	if (!desk_case_id(call, &call->carry, error))
		return NULL;
	kept = memo_find(call->db, "case", call->carry, call->as_page);
	if (kept != NULL && call->now_ms >= json_int(kept, "from", 0) && call->now_ms < json_int(kept, "until", 0)) {
		json_t *same = json_object_get(kept, "case");

		put_etag(call, json_int(kept, "version", 0), (guint)json_int(kept, "mark", 0));
		return call->as_page ? json_layer(same) : json_incref(same); /* to a page's, panels are added */
	}
	if ((it = case_get(call->db, call->carry, error)) == NULL || (value = whole_case(call, it, &shown, error)) == NULL)
		return NULL;
	if (!call->as_page) { /* kept as it is written, and written once */
		json_t *text = json_written(value);

		json_decref(value);
		value = text;
	}
	g_clear_pointer(&kept, json_decref);
	kept = json_object();
	json_put_int(kept, "from", call->now_ms);
	json_put_int(kept, "until", shown.until);
	json_put_int(kept, "mark", shown.mark);
	json_put_int(kept, "version", it->version);
	json_put(kept, "case", json_incref(value));
	memo_offer(call->db, "case", call->carry, call->as_page, kept); /* a page's has its stages and guide */
	return g_steal_pointer(&value);
}

json_t *
desk_case_answer(Call *call, GError **error)
{
	g_autoptr(Case) it = case_get(call->db, call->carry, error);
	Shown shown = { 0, G_MAXINT64 };

	if (it == NULL)
		return NULL;
	return whole_case(call, it, &shown, error);
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
	json_put_text(value, "message", WORD("Something arrived after you began. Your words are safe. Read what is new first, then send."));
	json_put(value, "since", g_steal_pointer(&news));
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
