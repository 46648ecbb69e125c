/* conversation.c - replies, notes, calls and letters written down; drafts; who else is here; what one has seen. The stale-reply guard: a
 * message carries the version it was written against (desk/case_answer.c answers the 409). */
#include "desk/conversation.h"
#include "cases/case.h"
#include "cases/message.h"
#include "cases/notice.h"
#include "cases/stage.h"
#include "cases/unread.h"
#include "desk/app.h"
#include "desk/case_answer.h"
#include "desk/files.h"
#include "desk/panels.h"
#include "desk/presence.h"
#include "desk/promises.h"
#include "flow/promise/promising.h"
#include "flow/mail/reply.h"
#include "mailbox/head.h"
#include <string.h>

static const char *const directions[] = { "inbound", "outbound", "note", NULL };
static const char *const draft_kinds[] = { "reply", "note", NULL };
static const char *const doings[] = { "reading", "typing", "gone", NULL };

typedef struct {
	DraftGiven given;
	gint64 version;
	const char *direction, *channel, *said_by, *then;
	char *body;
	gint64 said_at;
	gboolean still_ours, by_mail, quote;
	GPtrArray *files, *again, *to, *cc, *bcc;
	gint64 send_at;
	char *html;
	gboolean heard;
	json_t *promises;
	PromiseRow promise[DESK_PROMISES];
} MessageDraft;
static const DraftField message_fields[] = {
	{ "version", DRAFT_INT, offsetof(MessageDraft, version), .min = 0, .max = G_MAXINT64, .about = "the case's version it was written against; or If-Match. Stale: 409 with what is new" },
	{ "direction", DRAFT_WORD, offsetof(MessageDraft, direction), .required = TRUE, .words = directions, .about = "inbound: the customer said it; outbound: to the customer; note: among staff" },
	{ "channel", DRAFT_WORD, offsetof(MessageDraft, channel), .words = case_channels, .about = "the case's own unless said otherwise" },
	{ "body", DRAFT_TEXT, offsetof(MessageDraft, body), .required = TRUE, .max = 256 * 1024 },
	{ "said_at", DRAFT_TIME, offsetof(MessageDraft, said_at), .about = "when it was said; now unless said otherwise" },
	{ "said_by", DRAFT_WORD, offsetof(MessageDraft, said_by), .words = case_channels, .about = "channel of an inbound one, for forms that always send it" },
	{ "still_ours", DRAFT_BOOL, offsetof(MessageDraft, still_ours), .about = "outbound: the next step is still ours; the case does not wait for the customer" },
	{ "then", DRAFT_WORD, offsetof(MessageDraft, then), .words = case_stages, .about = "move the case to this stage with it; with send_at when it leaves, unless the customer wrote before that" },
	{ "files", DRAFT_FILES, offsetof(MessageDraft, files), .max = 10, .about = "multipart only" },
	{ "again", DRAFT_LIST, offsetof(MessageDraft, again), .max = 20, .about = "refs of files that are on the case already, to go with this answer, too: those of a mail that was taken back" },
	{ "by_mail", DRAFT_BOOL, offsetof(MessageDraft, by_mail), .about = "outbound: send it to the customer by mail, after ten seconds in which it can be withdrawn" },
	{ "to", DRAFT_LIST, offsetof(MessageDraft, to), .max = 50, .about = "by_mail: the customer's address unless said otherwise" },
	{ "cc", DRAFT_LIST, offsetof(MessageDraft, cc), .max = 50 },
	{ "bcc", DRAFT_LIST, offsetof(MessageDraft, bcc), .max = 50 },
	{ "quote", DRAFT_BOOL, offsetof(MessageDraft, quote), .about = "by_mail: with what it answers below" },
	{ "send_at", DRAFT_TIME, offsetof(MessageDraft, send_at), .about = "by_mail: not before; it counts as said when it leaves" },
	{ "html", DRAFT_TEXT, offsetof(MessageDraft, html), .max = 256 * 1024, .about = "by_mail: the same words with markup; made from the words unless given" },
	{ "heard", DRAFT_BOOL, offsetof(MessageDraft, heard), .about = "for forms: the writer was asked about the promises in the words" },
	DESK_PROMISE_FIELDS(MessageDraft),
	{ NULL },
};
static const DraftSpec message_draft = { "NewMessage", sizeof(MessageDraft), message_fields };

/* By mail: into the outbox with it. *@ret_later: it leaves later, and its move with it. */
static gboolean
add_or_send(Call *call, gint64 case_id, NewMessage *make, gboolean *ret_later, gint64 *ret_id, GError **error)
{
	const MessageDraft *draft = call->draft;
	const MailReply reply = { .to = draft->to, .cc = draft->cc, .bcc = draft->bcc, .html = draft->html, .quote = draft->quote, .send_at = draft->send_at };
	if (!draft->by_mail || !g_str_equal(draft->direction, "outbound") || desk_app(call)->mail == NULL)
		return message_add_in(call->db, case_id, make, call->actor, call->now_ms, ret_id, error);
	make->channel = "email";
	make->then = draft->then;
	*ret_later = mail_reply_is_later(&reply, call->now_ms);
	return mail_reply_in(call->db, desk_app(call)->mail, case_id, make, &reply, call->actor, call->now_ms, ret_id, NULL, error);
}

static gboolean
write_message(Call *call, gint64 case_id, gint64 version, GError **error)
{
	const MessageDraft *draft = call->draft;
	const gboolean outbound = strcmp(draft->direction, "outbound") == 0;
	g_autoptr(GPtrArray) held = NULL;
	g_autoptr(GArray) files = desk_files_again(call, case_id, draft->files, outbound ? draft->again : NULL, &held, error);
	g_autoptr(json_t) promises = outbound ? desk_promises(draft->promises, draft->promise) : NULL;
	g_autoptr(DbTx) tx = NULL;
	gint64 message_id = 0;
	NewMessage make = {
		.direction = draft->direction, .channel = draft->channel == NULL && strcmp(draft->direction, "inbound") == 0 ? draft->said_by : draft->channel, .body = draft->body, .said_at = draft->said_at,
		.version = version, .still_ours = draft->still_ours, .attachments = files,
	};
	StageMove move = { .stage = draft->then };
	gboolean later = FALSE;

	if (files == NULL || !desk_files_fit(call, draft->files, error) || (promises != NULL && !actor_must(call->actor, "promise.make", error)) || (tx = db_begin(call->db, error)) == NULL)
		return FALSE;
	if (!add_or_send(call, case_id, &make, &later, &message_id, error) ||
		!promising_of_message_in(call->db, case_id, message_id, draft->body, promises, call->actor, call->now_ms, error))
		return FALSE;
	move.message_id = message_id;
	if (draft->then != NULL && !later && !case_move_in(call->db, case_id, &move, call->actor, call->now_ms, error))
		return FALSE;
	/* Before the commit: an Idempotency-Key keeps the answer in the same transaction. */
	call_created(call, "/cases/%s", call_param(call, "ref"));
	/* Without a script nobody asked yet whether something was promised: the page does. */
	if (call->as_page && !draft->heard && strcmp(draft->direction, "outbound") == 0)
		call_redirect(call, "/cases/%s?heard=1#heard", call_param(call, "ref"));
	return db_tx_commit(tx, error);
}

static json_t *
message_post(Call *call, GError **error)
{
	const MessageDraft *draft = call->draft;
	g_autoptr(GError) why = NULL;
	gint64 id, version;

	if (!desk_case_id(call, &id, error) || !desk_base_version(call, draft->version, &version, error))
		return NULL;
	if (!write_message(call, id, version, &why) && !desk_turned_stale(call, &why)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	return json_null();
}

/* GET /cases/{ref}/messages?before=REF&limit= -> {ref, subject, customer, messages[], next}: of a very long case those that its page leaves out. */
static json_t *
messages_get(Call *call, GError **error)
{
	const char *before = call_query(call, "before");
	g_autoptr(Case) it = case_by_ref(call->db, call_param(call, "ref"), error);
	g_autoptr(json_t) value = NULL, whole = NULL;
	gint64 last_id = 0;

	if (it == NULL)
		return NULL;
	value = message_list_before(call->db, it->id, before != NULL && before[0] != '\0' ? before : NULL, (guint)call_query_int(call, "limit", 200, 1, 500), &last_id, error);
	if (value == NULL || !mail_heads_add_upto(call->db, it->id, last_id, json_object_get(value, "messages"), error))
		return NULL;
	whole = case_to_json(it);
	json_put_text(value, "ref", it->ref);
	json_put_text(value, "subject", it->subject);
	json_put(value, "customer", json_incref(json_object_get(whole, "customer")));
	return g_steal_pointer(&value);
}

static gboolean
messages_panels(Call *call, json_t *value, GError **error)
{
	json_put(value, "files", desk_describe_messages(call, value));
	return desk_panel_chrome(call, value, error);
}

/* ---- drafts ------------------------------------------------------------------------------------------------------ */

typedef struct {
	DraftGiven given;
	gint64 version;
	char *body;
} DraftDraft;
static const DraftField draft_fields[] = {
	{ "base_version", DRAFT_INT, offsetof(DraftDraft, version), .min = 0, .max = G_MAXINT64, .about = "the case's version it was begun against" },
	{ "body", DRAFT_TEXT, offsetof(DraftDraft, body), .max = 256 * 1024, .keep_empty = TRUE, .about = "empty: the draft is thrown away" },
	{ NULL },
};
static const DraftSpec draft_draft = { "Draft", sizeof(DraftDraft), draft_fields };

static json_t *
draft_put(Call *call, GError **error)
{
	const DraftDraft *draft = call->draft;
	const char *kind = call_param(call, "kind");
	json_t *value;
	gint64 id;

	if (!g_strv_contains(draft_kinds, kind)) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "we cannot find this");
		return NULL;
	}
	if (!desk_case_id(call, &id, error))
		return NULL;
	if (!message_draft_save(call->db, id, call->actor->user_id, kind, draft->body != NULL ? draft->body : "", draft->version, call->now_ms, error))
		return NULL;
	value = json_object();
	json_put_time(value, "saved_at", call->now_ms);
	return value;
}

static json_t *
draft_get(Call *call, GError **error)
{
	gint64 id;

	if (!desk_case_id(call, &id, error))
		return NULL;
	return message_draft_get(call->db, id, call->actor->user_id, error);
}

/* ---- who else is here --------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	const char *doing;
} PresenceDraft;
static const DraftField presence_fields[] = {
	{ "doing", DRAFT_WORD, offsetof(PresenceDraft, doing), .required = TRUE, .words = doings },
	{ NULL },
};
static const DraftSpec presence_draft = { "Presence", sizeof(PresenceDraft), presence_fields };

/* POST /cases/{ref}/presence -> {viewers[]}: told to the others who look at this case. */
static json_t *
presence_post(Call *call, GError **error)
{
	const PresenceDraft *draft = call->draft;
	DeskApp *app = desk_app(call);
	g_autoptr(json_t) said = NULL;
	json_t *value;
	gint64 id;

	if (!desk_case_id(call, &id, error))
		return NULL;
	presence_note(app->presence, id, call->actor, draft->doing, call->now_ms);
	said = json_object();
	json_put_text(said, "case", call_param(call, "ref"));
	json_put(said, "viewers", presence_list(app->presence, id, 0, call->now_ms));
	if (app->server != NULL)
		live_send(app->server, "presence", id, said);
	value = json_object();
	json_put(value, "viewers", presence_list(app->presence, id, call->actor->user_id, call->now_ms));
	return value;
}

/* ---- what is new ---------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	gint64 upto;
} SeenDraft;
static const DraftField seen_fields[] = {
	{ "upto", DRAFT_TIME, offsetof(SeenDraft, upto), .required = TRUE, .about = "logged_at of the newest message you have seen" },
	{ NULL },
};
static const DraftSpec seen_draft = { "CaseRead", sizeof(SeenDraft), seen_fields };

/* POST /cases/{ref}/read -> {n_notices}: sent by the page when it shows something new. Its notices are read with it. */
static json_t *
read_post(Call *call, GError **error)
{
	const SeenDraft *draft = call->draft;
	const gint64 me = call->actor->user_id;
	gint64 id, unread = 0;
	json_t *value;

	if (!desk_case_id(call, &id, error) || !case_unread_mark(call->db, me, id, draft->upto, call->now_ms, error) ||
		!notice_count_unread(call->db, me, &unread, error))
		return NULL;
	value = json_object();
	json_put_int(value, "n_notices", unread);
	return value;
}

const Route desk_conversation_routes[] = {
	{ "POST", "/cases/{ref}/messages", "message.write", ROUTE_WRITE, FILES_FORM_BYTES, message_post, desk_case_answer_or_stale, "case.html", &message_draft, desk_case_panels, .flags = ROUTE_FILES, .about = "reply, note, or write down what the customer said" },
	{ "GET", "/cases/{ref}/messages", "case.read", ROUTE_READ, .handler = messages_get, .page = "messages.html", .panels = messages_panels, .about = "what was said, the last before ?before=; of a very long case the page shows the newest alone" },
	{ "GET", "/cases/{ref}/drafts", "message.write", ROUTE_READ, .handler = draft_get, .flags = ROUTE_API_ONLY, .about = "what you began to write here" },
	{ "PUT", "/cases/{ref}/drafts/{kind}", "message.write", ROUTE_WRITE, 300 * 1024, draft_put, .draft = &draft_draft, .flags = ROUTE_API_ONLY, .about = "keep what you began to write: reply or note" },
	{ "POST", "/cases/{ref}/read", "case.read", ROUTE_WRITE, 4096, read_post, .draft = &seen_draft, .flags = ROUTE_API_ONLY, .about = "you have seen what was said here until then" },
	{ "POST", "/cases/{ref}/presence", "case.read", ROUTE_READ, 4096, presence_post, .draft = &presence_draft, .flags = ROUTE_API_ONLY, .about = "say that you look at the case or write on it" },
	{ NULL },
};
