/* case_panels.c - what stands around a case on its page: stages, moves, files, customer, timeline, drafts, who else looks. The
 * case itself: case_answer.c; panels of one subject: promise_panel.c, remedy_panel.c, guide.c. */
#include "desk/case_answer.h"
#include "base/json_impl.h"
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
#include "flow/mail/reply.h"
#include "store/events.h"
#include "store/memo.h"

enum { EARLIER_CASES = 5, TIMELINE_ROWS = 30 };

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

json_t *
desk_case_steps(const json_t *value, gint *ret_number)
{
	static const struct { const char *stage, *at; } times[] = {
		{ "received", "received_at" }, { "acknowledged", "acknowledged_at" }, { "resolved", "resolved_at" }, { "closed", "closed_at" },
	};
	json_t *steps = json_array();
	const char *now = json_text(value, "stage", "received"), *state = "done";

	*ret_number = 0;
	for (guint i = 0; case_stages[i] != NULL; i++) {
		json_t *step = json_object();
		const char *at = NULL;

		if (g_str_equal(case_stages[i], now)) {
			state = "now";
			*ret_number = (gint)i + 1;
		} else if (g_str_equal(state, "now")) {
			state = "next";
		} else if (g_str_equal(state, "next")) {
			state = "later";
		}
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

/* To be added to: over what is kept a layer of our own, else itself. */
static json_t *
own(json_t *value)
{
	return value->frozen ? json_layer(value) : json_incref(value);
}

static json_t *
layers_of(const json_t *list)
{
	json_t *out = json_array(), *one;
	size_t i;

	json_array_foreach(list, i, one)
		json_array_append_new(out, own(one));
	return out;
}

/* What is said of each message and file on the page is put into objects of our own, where the kept ones are shared. */
static void
own_messages(json_t *value)
{
	json_t *messages = json_object_get(value, "messages"), *message;
	size_t i;

	if (json_array_size(messages) == 0 || !json_array_get(messages, 0)->frozen)
		return;
	messages = layers_of(messages);
	json_array_foreach(messages, i, message)
		if (json_array_size(json_object_get(message, "attachments")) > 0)
			json_put(message, "attachments", layers_of(json_object_get(message, "attachments")));
	json_put(value, "messages", messages);
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
	json_t *timeline = case_timeline(call->db, call->carry, 0, TIMELINE_ROWS, error);

	if (timeline != NULL)
		desk_put_days(json_object_get(timeline, "events"), "at", call->actor->zone);
	return timeline;
}

/* On which days things were depends on where one reads: the name of what is kept for each zone. */
static const char *
timeline_name(const Call *call)
{
	char name[64];

	g_snprintf(name, sizeof name, "timeline %s", call->actor->zone);
	return g_intern_string(name);
}

/* The same for every case: made once. */
static gpointer
make_outcomes(gpointer data)
{
	const gboolean was = json_home_heap();
	json_t *list = json_array();

	for (guint i = 0; case_outcomes[i] != NULL; i++)
		json_array_append_new(list, json_string(case_outcomes[i]));
	json_freeze(list);
	json_home_back(was);
	return list;
}

static json_t *
outcomes(void)
{
	static GOnce once = G_ONCE_INIT;

	return json_incref(g_once(&once, make_outcomes, NULL));
}

/* What its writer alone did since it was begun makes an answer no older. */
static gboolean
keep_base(Call *call, const json_t *value, json_t *draft, GError **error)
{
	const gint64 version = json_int(value, "version", 0), base = json_int(draft, "base_version", 0);
	gboolean news = FALSE;

	if (!json_is_object(draft) || base == 0 || base >= version)
		return TRUE;
	if (!message_any_news(call->db, call->carry, base, call->actor->user_id, &news, error))
		return FALSE;
	if (!news)
		json_put_int(draft, "base_version", version);
	return TRUE;
}

static gboolean
add_own(Call *call, json_t *value, GError **error)
{
	g_autoptr(json_t) drafts = NULL;
	gint64 last_event = 0;

	if ((drafts = message_draft_get(call->db, call->carry, call->actor->user_id, error)) == NULL)
		return FALSE;
	if (!keep_base(call, value, json_object_get(drafts, "reply"), error) || !events_seen_id(call->db, &last_event, error))
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
	g_autoptr(json_t) timeline = NULL, merged = NULL;

	if (!desk_case_panel(call, value, "customer_card", customer_card, error) || (timeline = case_part(call, value, timeline_name(call), timeline_of, error)) == NULL)
		return FALSE;
	own_messages(value);
	/* What was merged into it is linked to it. */
	merged = json_array_size(json_object_get(value, "links")) > 0 ? case_merged_list(call->db, call->carry, call->now_ms, error) : json_array();
	if (merged == NULL)
		return FALSE;
	json_put_text(value, "clock", desk_clock_word(value, call->now_ms));
	json_put(value, "moves", moves_of(call, value));
	json_put(value, "files", desk_describe_messages(call, value));
	json_put(value, "timeline", g_steal_pointer(&timeline));
	json_put(value, "merged", g_steal_pointer(&merged));
	json_put(value, "outcomes", outcomes());
	return add_reply_by_mail(call, value, error) && add_own(call, value, error) && desk_promise_panel(call, value, error) && desk_guide_panel(call, value, error) && desk_panel_remedies(call, value, error) && desk_panel_chrome(call, value, error) &&
	       case_unread_messages(call->db, value, call->carry, json_int(value, "n_notices", 0), call->actor, error) &&
	       desk_panel_options(call, value, error);
}
