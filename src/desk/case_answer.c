/* case_answer.c - see the header. The routes: desk/cases.c, desk/conversation.c, desk/handling.c. */
#include "desk/case_answer.h"
#include "action/action.h"
#include "cases/decision.h"
#include "cases/merge.h"
#include "cases/message.h"
#include "cases/stage.h"
#include "cases/timeline.h"
#include "cases/unread.h"
#include "customer/customer.h"
#include "desk/app.h"
#include "desk/clock.h"
#include "desk/guide.h"
#include "desk/panels.h"
#include "desk/presence.h"
#include "desk/promises.h"
#include "desk/remedies.h"
#include "flow/mail_reply.h"
#include "http/page.h"
#include "mailbox/head.h"
#include "mailbox/outbox.h"
#include "promise/case_clocks.h"
#include "store/events.h"
#include "store/memo.h"
#include "survey/asked.h"

enum { EARLIER_CASES = 5, TIMELINE_ROWS = 30, FRESH_MS = 1000 };

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

/* Heads, deliveries and closed addresses; *@ret_mark 0: no mail. */
static gboolean
add_mail(Call *call, const Case *it, json_t *value, json_t *messages, guint *ret_mark, GError **error)
{
	json_t *closed;

	*ret_mark = 0;
	if (!has_mail(messages)) {
		json_put(value, "closed_addresses", json_array());
		return TRUE;
	}
	if (!mail_heads_add(call->db, it->id, messages, error) || (closed = address_closed_of_case(call->db, it->id, error)) == NULL)
		return FALSE;
	desk_put_back(closed, "cases", it->ref);
	*ret_mark = mark_of_mail(messages, closed);
	json_put(value, "closed_addresses", closed);
	return TRUE;
}

/* [] for a case that has none yet. */
static json_t *
clocks_of(Call *call, const Case *it, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(ClockRow) row = clock_row_find(call->db, it->id, &local);
	ClockBook *book = row != NULL ? clock_book_with(call->db, row->policy_id, error) : NULL;

	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else if (row == NULL)
		return json_array();
	return book != NULL ? clocks_to_json(book, row, it->is_open, call->now_ms) : NULL;
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

/* The same for all who ask: it is kept for a moment (store/memo.h), so that what is late in it may say so a second late. */
static json_t *
whole_case(Call *call, const Case *it, guint *ret_mark, GError **error)
{
	g_autoptr(json_t) value = case_to_json(it), messages = NULL, links = NULL, decision = NULL, actions = NULL, clocks = NULL, surveys = NULL;

	if ((messages = message_list(call->db, it->id, TRUE, 0, error)) == NULL || !add_mail(call, it, value, messages, ret_mark, error))
		return NULL;
	if ((links = it->has_links ? case_links(call->db, it->id, error) : json_array()) == NULL)
		return NULL;
	if ((decision = decision_get(call->db, it, error)) == NULL || (actions = action_list_of_case(call->db, it->id, it->root_cause_id, call->now_ms, error)) == NULL)
		return NULL;
	if ((clocks = clocks_of(call, it, error)) == NULL)
		return NULL;
	json_put(value, "clocks", g_steal_pointer(&clocks));
	json_put_text(value, "earlier", json_array_size(messages) < MESSAGES_SHOWN ? NULL : json_text(json_array_get(messages, 0), "ref", NULL));
	json_put(value, "messages", g_steal_pointer(&messages));
	json_put(value, "links", g_steal_pointer(&links));
	/* Nobody is asked before somebody answered. */
	if ((surveys = it->first_response_at != 0 || it->resolved_at != 0 || it->n_reopened > 0 ? asked_of_case(call->db, it->id, "en", error) : json_array()) == NULL)
		return NULL;
	*ret_mark = mark_of_surveys(surveys, *ret_mark);
	json_put(value, "surveys", g_steal_pointer(&surveys));
	json_put(value, "decision", g_steal_pointer(&decision));
	json_put(value, "actions", g_steal_pointer(&actions));
	if (!desk_put_remedies(call, value, it->id, ret_mark, error))
		return NULL;
	if (!desk_put_guide(call, value, it, error)) /* last: it looks at the others */
		return NULL;
	put_etag(call, it->version, *ret_mark);
	return g_steal_pointer(&value);
}

json_t *
desk_case_show(Call *call, GError **error)
{
	g_autoptr(json_t) value = NULL, kept = NULL;
	g_autoptr(Case) it = NULL;
	guint mark = 0;

	if (!desk_case_id(call, &call->carry, error))
		return NULL;
	kept = memo_find(call->db, "case", call->carry, 0);
	if (kept != NULL && call->now_ms >= json_int(kept, "at", 0) && call->now_ms - json_int(kept, "at", 0) < FRESH_MS) {
		json_t *same = json_object_get(kept, "case");

		put_etag(call, json_int(same, "version", 0), (guint)json_int(kept, "mark", 0));
		return call->as_page ? json_deep_copy(same) : json_incref(same); /* to a page's, panels are added */
	}
	if ((it = case_get(call->db, call->carry, error)) == NULL || (value = whole_case(call, it, &mark, error)) == NULL)
		return NULL;
	g_clear_pointer(&kept, json_decref);
	kept = json_object();
	json_put_int(kept, "at", call->now_ms);
	json_put_int(kept, "mark", mark);
	json_put(kept, "case", json_incref(value));
	memo_offer(call->db, "case", call->carry, 0, kept);
	return g_steal_pointer(&value);
}

json_t *
desk_case_answer(Call *call, GError **error)
{
	g_autoptr(Case) it = case_get(call->db, call->carry, error);
	guint mark = 0;

	if (it == NULL)
		return NULL;
	return whole_case(call, it, &mark, error);
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

/* ---- what stands around a case on its page -------------------------------------------------------------------------- */

/* By when a stage is to be reached, by the clock that runs for it; NULL: none does, or it rests while the customer has the word. */
static const char *
aim_of(const json_t *value, const char *stage)
{
	static const struct { const char *stage, *clock; } aims[] = { { "acknowledged", "acknowledge" }, { "resolved", "resolve" }, { "followed_up", "follow_up" } };
	const char *wanted = NULL;
	json_t *clock;
	size_t i;

	for (guint k = 0; k < G_N_ELEMENTS(aims); k++)
		if (g_str_equal(aims[k].stage, stage))
			wanted = aims[k].clock;
	json_array_foreach(json_object_get(value, "clocks"), i, clock)
		if (g_strcmp0(json_text(clock, "clock", ""), wanted) == 0 && g_str_equal(json_text(clock, "state", ""), "running"))
			return json_text(clock, "due_at", NULL);
	return NULL;
}

/* The seven stages: [{word, at, state: done | now | next | later}]; at of what is still ahead: the aim. */
static json_t *
steps_of(const json_t *value)
{
	static const struct { const char *stage, *at; } times[] = {
		{ "received", "received_at" }, { "acknowledged", "acknowledged_at" }, { "resolved", "resolved_at" }, { "closed", "closed_at" },
	};
	json_t *steps = json_array();
	const char *now = json_text(value, "stage", "received"), *state = "done";

	for (guint i = 0; case_stages[i] != NULL; i++) {
		json_t *step = json_object();
		const char *at = NULL;

		if (g_str_equal(case_stages[i], now))
			state = "now";
		else if (g_str_equal(state, "now"))
			state = "next";
		else if (g_str_equal(state, "next"))
			state = "later";
		for (guint k = 0; k < G_N_ELEMENTS(times); k++)
			if (g_str_equal(times[k].stage, case_stages[i]))
				at = json_text(value, times[k].at, NULL);
		if (g_str_equal(state, "now"))
			at = json_text(value, "stage_at", at);
		json_put_text(step, "word", case_stages[i]);
		json_put_text(step, "at", g_str_equal(state, "done") || g_str_equal(state, "now") ? at : aim_of(value, case_stages[i]));
		json_put_text(step, "state", state);
		json_array_append_new(steps, step);
	}
	return steps;
}

static json_t *
moves_of(const Call *call, const json_t *value)
{
	g_autoptr(GPtrArray) moves = stage_moves(json_text(value, "stage", "received"), call->actor);
	gboolean complaint = g_str_equal(json_text(value, "kind", ""), "complaint");
	json_t *list = json_array();

	for (guint i = 0; moves->pdata[i] != NULL; i++) {
		json_t *one = json_object();

		json_put_text(one, "word", moves->pdata[i]);
		json_put_bool(one, "needs_outcome", complaint && g_str_equal(moves->pdata[i], "resolved"));
		json_array_append_new(list, one);
	}
	return list;
}

static void
describe_file(json_t *file)
{
	const char *ref = json_text(file, "ref", "");

	json_put(file, "url", json_sprintf("/files/%s", ref));
	json_put_bool(file, "is_image", g_str_has_prefix(json_text(file, "media_type", ""), "image/"));
}

/* See case_answer.h. Each message learns whether the reader wrote it; the files of all of them are gathered. */
json_t *
desk_describe_messages(const Call *call, json_t *value)
{
	json_t *files = json_array(), *message, *file;
	size_t i, k;

	json_array_foreach(json_object_get(value, "messages"), i, message) {
		const char *author = json_text(json_object_get(message, "author"), "ref", "");

		json_put_bool(message, "mine", call->actor->ref[0] != '\0' && g_str_equal(author, call->actor->ref));
		json_array_foreach(json_object_get(message, "attachments"), k, file) {
			json_t *copy;

			describe_file(file);
			copy = json_copy(file);
			json_put_text(copy, "said_at", json_text(message, "said_at", NULL));
			json_array_append_new(files, copy);
		}
	}
	return files;
}

static json_t *
customer_card(Call *call, const json_t *value, GError **error)
{
	const char *ref = json_text(json_object_get(value, "customer"), "ref", NULL);
	g_autoptr(Customer) who = NULL;
	g_autoptr(json_t) cases = NULL;
	json_t *card;

	if (ref == NULL)
		return json_null();
	if ((who = customer_by_ref(call->db, ref, error)) == NULL)
		return NULL;
	if ((cases = case_heads_beside(call->db, who->id, call->carry, EARLIER_CASES, error)) == NULL)
		return NULL;
	card = customer_to_json(who);
	json_put_int(card, "n_cases", (gint64)json_array_size(cases));
	json_put(card, "cases", g_steal_pointer(&cases));
	return card;
}

static json_t *
timeline_of(Call *call, const json_t *value, GError **error)
{
	return case_timeline(call->db, call->carry, 0, TIMELINE_ROWS, error);
}

static json_t *
words_of(const char *const *words)
{
	json_t *list = json_array();

	for (guint i = 0; words[i] != NULL; i++)
		json_array_append_new(list, json_string(words[i]));
	return list;
}

static gboolean
add_own(Call *call, json_t *value, GError **error)
{
	g_autoptr(json_t) drafts = NULL;
	gint64 last_event = 0;

	if ((drafts = message_draft_get(call->db, call->carry, call->actor->user_id, error)) == NULL)
		return FALSE;
	if (!events_seen_id(call->db, &last_event, error))
		return FALSE;
	json_put(value, "drafts", g_steal_pointer(&drafts));
	json_put(value, "viewers", presence_list(desk_app(call)->presence, call->carry, call->actor->user_id, call->now_ms));
	json_put_int(value, "watch_after", last_event);
	return TRUE;
}

/* "reply_by_mail": {mailbox, to} where an answer can go by mail, else null. Whether anybody can send at all is kept in memory. */
static gboolean
add_reply_by_mail(Call *call, json_t *value, GError **error)
{
	const DeskApp *app = desk_app(call);
	g_autoptr(GError) why = NULL;
	g_autoptr(Mailbox) mailbox = NULL;
	g_autofree char *to = NULL;
	json_t *way = NULL;

	if (app->can_send != NULL && app->can_send(app->mail_house))
		mailbox = mail_reply_mailbox(call->db, call->carry, &to, &why);
	if (why != NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return FALSE;
	}
	if (mailbox != NULL && to != NULL) {
		way = json_object();
		json_put_text(way, "mailbox", mailbox->address);
		json_put_text(way, "to", to);
	}
	json_put(value, "reply_by_mail", way != NULL ? way : json_null());
	return TRUE;
}

static json_t *
case_part(Call *call, const json_t *value, const char *name, DeskCasePart read, GError **error)
{
	json_t *part = memo_find(call->db, name, call->carry, 0);

	if (part == NULL && (part = read(call, value, error)) != NULL)
		memo_offer(call->db, name, call->carry, 0, part);
	return part;
}

gboolean
desk_case_panel(Call *call, json_t *value, const char *name, DeskCasePart read, GError **error)
{
	json_t *part = case_part(call, value, name, read, error);

	if (part == NULL)
		return FALSE;
	json_put(value, name, part);
	return TRUE;
}

gboolean
desk_case_panels(Call *call, json_t *value, GError **error)
{
	g_autoptr(json_t) kept = NULL, timeline = NULL, merged = NULL;

	if (!desk_case_panel(call, value, "customer_card", customer_card, error) || (kept = case_part(call, value, "timeline", timeline_of, error)) == NULL)
		return FALSE;
	timeline = json_deep_copy(kept); /* days are put into it */
	/* What was merged into it is linked to it. */
	merged = json_array_size(json_object_get(value, "links")) > 0 ? case_merged_list(call->db, call->carry, call->now_ms, error) : json_array();
	if (merged == NULL)
		return FALSE;
	desk_put_days(json_object_get(timeline, "events"), "at", call->actor->zone);
	json_put_text(value, "clock", desk_clock_word(value, call->now_ms));
	json_put(value, "steps", steps_of(value));
	json_put(value, "moves", moves_of(call, value));
	json_put(value, "files", desk_describe_messages(call, value));
	json_put(value, "timeline", g_steal_pointer(&timeline));
	json_put(value, "merged", g_steal_pointer(&merged));
	json_put(value, "outcomes", words_of(case_outcomes));
	return add_reply_by_mail(call, value, error) && add_own(call, value, error) && desk_promise_panel(call, value, error) && desk_guide_panel(call, value, error) && desk_panel_remedies(call, value, error) && desk_panel_chrome(call, value, error) &&
	       case_unread_messages(call->db, value, call->carry, json_int(value, "n_notices", 0), call->actor, error) &&
	       desk_panel_options(call, value, error);
}
