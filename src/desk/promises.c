/* promises.c - see promises.h. What the case page shows of them: desk/promise_panel.c. */
#include "desk/promises.h"
#include "cases/case.h"
#include "desk/app.h"
#include "desk/case_answer.h"
#include "desk/choose.h"
#include "desk/people.h"
#include "flow/promise/promising.h"
#include "promise/spoken.h"
#include "text/promise_words.h"
#include "text/span.h"
#include <string.h>

static const DraftField row_fields[] = {
	{ "what", DRAFT_TEXT, offsetof(PromiseRow, what), .max = 4 * PROMISE_MAX_WHAT },
	{ "due_at", DRAFT_TIME, offsetof(PromiseRow, due_at) },
	{ "whole_day", DRAFT_BOOL, offsetof(PromiseRow, whole_day) },
	{ "words", DRAFT_TEXT, offsetof(PromiseRow, words), .max = 4000 },
	{ "certainty", DRAFT_INT, offsetof(PromiseRow, certainty), .min = 0, .max = 100 },
	{ NULL },
};
const DraftSpec desk_promise_row = { "PromiseInWords", sizeof(PromiseRow), row_fields };

json_t *
desk_promises(json_t *sent, const PromiseRow rows[DESK_PROMISES])
{
	json_t *list = NULL;

	if (sent != NULL)
		return json_incref(sent);
	for (guint i = 0; i < DESK_PROMISES; i++) {
		json_t *one;

		if (rows[i].what == NULL)
			continue;
		one = json_object();
		json_put_text(one, "what", rows[i].what);
		json_put_time(one, "due_at", rows[i].due_at);
		json_put_bool(one, "whole_day", rows[i].whole_day);
		json_put_text(one, "words", rows[i].words);
		json_put_int(one, "certainty", rows[i].certainty > 0 ? rows[i].certainty : 100);
		if (list == NULL)
			list = json_array();
		json_array_append_new(list, one);
	}
	return list;
}

/* ---- reading words ------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *text, *zone, *case_ref;
} ReadDraft;
static const DraftField read_fields[] = {
	{ "text", DRAFT_TEXT, offsetof(ReadDraft, text), .max = PROMISE_WORDS_MAX_BYTES, .keep_empty = TRUE,
		.about = "what is being written, in English" },
	{ "zone", DRAFT_TEXT, offsetof(ReadDraft, zone), .max = 60,
		.about = "IANA time zone in which its times are meant; your own unless said otherwise" },
	{ "case", DRAFT_TEXT, offsetof(ReadDraft, case_ref), .max = 20,
		.about = "ref of the case it is written on: working days and closing hours are those of its calendar; the house's unless said otherwise" },
	{ NULL },
};
static const DraftSpec read_draft = { "PromiseReading", sizeof(ReadDraft), read_fields };

static json_t *
meaning(gint64 due_at, gboolean whole_day)
{
	json_t *one = json_object();

	json_put_time(one, "due_at", due_at);
	json_put_bool(one, "whole_day", whole_day);
	return one;
}

static json_t *
found_to_json(const char *text, const PromiseWords *words)
{
	g_autofree char *said = g_strndup(text + words->start, words->end - words->start), *why = when_why_sentence(&words->when);
	gboolean open = when_is_open(&words->when);
	json_t *one = json_object(), *either = json_array();

	json_put_text(one, "what", words->what);
	json_put_text(one, "words", said);
	json_put_int(one, "start", g_utf8_strlen(text, (gssize)words->start));
	json_put_int(one, "end", g_utf8_strlen(text, (gssize)words->end));
	json_put_time(one, "due_at", open ? 0 : words->when.due_ms);
	json_put_bool(one, "whole_day", !open && words->when.whole_day);
	json_put_int(one, "certainty", words->certainty);
	json_put_text(one, "why", open ? when_why_word(words->when.why) : NULL);
	json_put_text(one, "question", why);
	if (open) {
		json_array_append_new(either, meaning(words->when.due_ms, words->when.whole_day));
		json_array_append_new(either, meaning(words->when.other_ms, words->when.other_whole_day));
	}
	json_put(one, "either", either);
	return one;
}

/* POST /promises/read -> {promises[{what, words, start, end (characters), due_at|null, whole_day, certainty, why|null, question|null,
 * either[{due_at, whole_day}]}]}: those that mean one of two times have both in either and no due_at. Nothing is kept. */
static json_t *
read_post(Call *call, GError **error)
{
	const ReadDraft *draft = call->draft;
	const char *text = draft->text != NULL ? draft->text : "";
	g_autoptr(GPtrArray) found = NULL;
	json_t *value, *list;
	gint64 case_id = 0;
	SpokenNow spoken;

	if ((draft->case_ref != NULL && !case_id_by_ref(call->db, draft->case_ref, &case_id, error)) ||
		!spoken_now(call->db, case_id, call->now_ms, draft->zone != NULL ? draft->zone : call->actor->zone, &spoken, error))
		return NULL;
	found = promise_words_read(text, strlen(text), &spoken.now);
	value = json_object();
	list = json_array();
	for (guint i = 0; i < found->len; i++)
		json_array_append_new(list, found_to_json(text, found->pdata[i]));
	json_put(value, "promises", list);
	return value;
}

/* ---- by hand ------------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	gint64 version, due_at, kept_at, certainty;
	gboolean whole_day;
	char *what, *when, *owner, *message, *words, *reason;
} PromiseDraft;
enum { DRAFT_WHAT, DRAFT_DUE_AT, DRAFT_WHEN, DRAFT_WHOLE_DAY, DRAFT_OWNER };
static const DraftField make_fields[] = {
	[DRAFT_WHAT] = { "what", DRAFT_TEXT, offsetof(PromiseDraft, what), .max = 4 * PROMISE_MAX_WHAT,
		.about = "in a few words: \"call back\"" },
	[DRAFT_DUE_AT] = { "due_at", DRAFT_TIME, offsetof(PromiseDraft, due_at), .about = "by when; or when" },
	[DRAFT_WHEN] = { "when", DRAFT_TEXT, offsetof(PromiseDraft, when), .max = 200,
		.about = "by when, in words: \"tomorrow noon\", \"Friday\", \"in 3 working days\"" },
	[DRAFT_WHOLE_DAY] = { "whole_day", DRAFT_BOOL, offsetof(PromiseDraft, whole_day),
		.about = "no time of day was said: due_at is the end of that day" },
	[DRAFT_OWNER] = { "owner", DRAFT_TEXT, offsetof(PromiseDraft, owner),
		.about = "who keeps it: a user's ref or e-mail address, \"me\"; you unless said otherwise" },
	{ "message", DRAFT_TEXT, offsetof(PromiseDraft, message), .max = 20,
		.about = "ref of the message to the customer in which it was promised" },
	{ "words", DRAFT_TEXT, offsetof(PromiseDraft, words), .max = 4000,
		.about = "the words that promise it, as they stand in that message" },
	{ "certainty", DRAFT_INT, offsetof(PromiseDraft, certainty), .min = 0, .max = 100, .about = "of what was read in it" },
	{ NULL },
};
static const DraftSpec make_draft = { "NewPromise", sizeof(PromiseDraft), make_fields };
static const DraftField change_fields[] = {
	[DRAFT_WHAT] = { "what", DRAFT_TEXT, offsetof(PromiseDraft, what), .max = 4 * PROMISE_MAX_WHAT, .keep_empty = TRUE },
	[DRAFT_DUE_AT] = { "due_at", DRAFT_TIME, offsetof(PromiseDraft, due_at), .about = "a new time; or when" },
	[DRAFT_WHEN] = { "when", DRAFT_TEXT, offsetof(PromiseDraft, when), .max = 200 },
	[DRAFT_WHOLE_DAY] = { "whole_day", DRAFT_BOOL, offsetof(PromiseDraft, whole_day) },
	[DRAFT_OWNER] = { "owner", DRAFT_TEXT, offsetof(PromiseDraft, owner) },
	{ "version", DRAFT_INT, offsetof(PromiseDraft, version), .min = 0, .max = G_MAXINT64,
		.about = "the promise's version you looked at; or If-Match" },
	{ NULL },
};
static const DraftSpec change_draft = { "PromiseChange", sizeof(PromiseDraft), change_fields };
static const DraftField kept_fields[] = {
	{ "kept_at", DRAFT_TIME, offsetof(PromiseDraft, kept_at), .about = "when it was kept; now unless said otherwise" },
	{ "version", DRAFT_INT, offsetof(PromiseDraft, version), .min = 0, .max = G_MAXINT64 },
	{ NULL },
};
static const DraftSpec kept_draft = { "PromiseKept", sizeof(PromiseDraft), kept_fields };
static const DraftField withdraw_fields[] = {
	{ "reason", DRAFT_TEXT, offsetof(PromiseDraft, reason), .max = 4 * PROMISE_MAX_REASON },
	{ "version", DRAFT_INT, offsetof(PromiseDraft, version), .min = 0, .max = G_MAXINT64 },
	{ NULL },
};
static const DraftSpec withdraw_draft = { "PromiseWithdrawal", sizeof(PromiseDraft), withdraw_fields };

/* "2026-11-26T15:00:00Z", "2026-11-26": pages show it as the reader writes times (http/page_said.c). */
static char *
say_time(gint64 at_ms, gboolean whole_day, const char *zone)
{
	g_autoptr(GTimeZone) where = zone_by_name(zone);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_ms / 1000), at = g_date_time_to_timezone(utc, where);

	return whole_day ? g_date_time_format(at, "%F") : g_date_time_format(utc, "%FT%TZ");
}

/* What was said in words, where no time was given. FALSE with a fault that says why, or asks which. */
static gboolean
read_when(const Call *call, gint64 case_id, const PromiseDraft *draft, gint64 *ret_due_at, gboolean *ret_whole_day, GError **error)
{
	SpokenNow spoken;
	g_autofree char *why = NULL, *one = NULL, *other = NULL;
	When when;

	*ret_due_at = draft->due_at;
	*ret_whole_day = draft->whole_day;
	if (draft->due_at != 0 || draft->when == NULL)
		return TRUE;
	if (!spoken_now(call->db, case_id, call->now_ms, call->actor->zone, &spoken, error))
		return FALSE;
	if (!when_read(draft->when, &spoken.now, &when)) {
		err_add_field(error, "/when", "When is that? Write it as tomorrow noon, Friday 3pm, 24 November, or in 3 working days.");
		return FALSE;
	}
	if (!when_is_open(&when)) {
		*ret_due_at = when.due_ms;
		*ret_whole_day = when.whole_day;
		return TRUE;
	}
	why = when_why_sentence(&when);
	one = say_time(when.due_ms, when.whole_day, spoken.now.zone);
	other = say_time(when.other_ms, when.other_whole_day, spoken.now.zone);
	err_add_field(error, "/when", "%s Did you mean %s, or %s?", why, one, other);
	return FALSE;
}

static gboolean
make_on_writer(Call *call, gint64 case_id, GError **error)
{
	const PromiseDraft *draft = call->draft;
	NewPromise make = { .what = draft->what, .certainty = draft->certainty };
	g_autoptr(DbTx) tx = db_begin(call->db, error);
	char ref[16];

	if (tx == NULL || !read_when(call, case_id, draft, &make.due_at, &make.whole_day, error) ||
		(draft->owner != NULL && !desk_owner_id(call, draft->owner, &make.owner_id, error)) ||
		(draft->message != NULL && !promising_place(call->db, case_id, draft->message, draft->words, &make, error)) ||
		!promising_make_in(call->db, case_id, &make, call->actor, call->now_ms, &call->carry, ref, error))
		return FALSE;
	call_created(call, "/promises/%s", ref);
	call_redirect(call, "/cases/%s", call_param(call, "ref"));
	return db_tx_commit(tx, error);
}

static json_t *
promise_post(Call *call, GError **error)
{
	gint64 case_id;

	if (!desk_case_id(call, &case_id, error) || !make_on_writer(call, case_id, error))
		return NULL;
	return json_null();
}

/* ---- reading, changing, ending ------------------------------------------------------------------------------------- */

static json_t *
answer(Call *call, Promise *it)
{
	call_etag_version(call, it->version);
	return promise_to_json(it, call->now_ms);
}

static json_t *
promise_answer(Call *call, GError **error)
{
	g_autoptr(Promise) it = promise_get(call->db, call->carry, error);

	return it != NULL ? answer(call, it) : NULL;
}

static json_t *
promise_show(Call *call, GError **error)
{
	g_autoptr(Promise) it = promise_by_ref(call->db, call_param(call, "ref"), error);

	return it != NULL ? answer(call, it) : NULL;
}

/* GET /cases/{ref}/promises -> {promises[]}: open ones first, by their time. */
static json_t *
promises_of_case(Call *call, GError **error)
{
	g_autoptr(GPtrArray) all = NULL;
	json_t *value, *list;
	gint64 id;

	if (!desk_case_id(call, &id, error) || (all = promise_list(call->db, id, error)) == NULL)
		return NULL;
	value = json_object();
	list = json_array();
	for (guint i = 0; i < all->len; i++)
		json_array_append_new(list, promise_to_json(all->pdata[i], call->now_ms));
	json_put(value, "promises", list);
	return value;
}

typedef gboolean (*Step)(Call *call, const Promise *it, gint64 version, GError **error);

/* One of the three writes on the promise in the path, in one transaction; the page goes back to its case. */
static json_t *
write_one(Call *call, Step step, const char *more, GError **error)
{
	const PromiseDraft *draft = call->draft;
	g_autoptr(Promise) it = promise_by_ref(call->db, call_param(call, "ref"), error);
	g_autoptr(DbTx) tx = NULL;
	gint64 version = draft->version;

	if (it == NULL || (version == 0 && !desk_if_match(call, &version, error)))
		return NULL;
	if ((tx = db_begin(call->db, error)) == NULL || !step(call, it, version, error))
		return NULL;
	call->carry = it->id;
	call_redirect(call, "/cases/%s%s%s", it->case_ref, more != NULL ? more : "", more != NULL ? it->ref : "");
	return db_tx_commit(tx, error) ? json_null() : NULL;
}

static gboolean
change_step(Call *call, const Promise *it, gint64 version, GError **error)
{
	const PromiseDraft *draft = call->draft;
	PromiseChange change = { .what = draft->what };

	if (DRAFT_GIVEN(draft, DRAFT_WHAT))
		change.given |= PROMISE_WHAT;
	if (DRAFT_GIVEN(draft, DRAFT_DUE_AT) || draft->when != NULL)
		change.given |= PROMISE_DUE;
	if (draft->owner != NULL)
		change.given |= PROMISE_OWNER;
	return read_when(call, it->case_id, draft, &change.due_at, &change.whole_day, error) &&
	       (draft->owner == NULL || desk_owner_id(call, draft->owner, &change.owner_id, error)) &&
	       promising_change_in(call->db, it->id, version, &change, call->actor, call->now_ms, error);
}

static json_t *
promise_patch(Call *call, GError **error)
{
	const PromiseDraft *draft = call->draft;

	/* A new time wants telling: the case's page comes with words for it. */
	return write_one(call, change_step, draft->due_at != 0 || draft->when != NULL ? "?update=" : NULL, error);
}

static gboolean
kept_step(Call *call, const Promise *it, gint64 version, GError **error)
{
	const PromiseDraft *draft = call->draft;

	return promising_keep_in(call->db, it->id, version, draft->kept_at, call->actor, call->now_ms, error);
}

static json_t *
kept_post(Call *call, GError **error)
{
	return write_one(call, kept_step, NULL, error);
}

static gboolean
withdraw_step(Call *call, const Promise *it, gint64 version, GError **error)
{
	const PromiseDraft *draft = call->draft;

	return promising_withdraw_in(call->db, it->id, version, draft->reason, call->actor, call->now_ms, error);
}

static json_t *
withdraw_post(Call *call, GError **error)
{
	return write_one(call, withdraw_step, NULL, error);
}

const Route desk_promise_routes[] = {
	{ "POST", "/promises/read", "promise.make", ROUTE_READ, 2 * PROMISE_WORDS_MAX_BYTES, read_post, .draft = &read_draft,
		.flags = ROUTE_API_ONLY, .about = "which promises stand in these words, and by when" },
	{ "GET", "/cases/{ref}/promises", "case.read", ROUTE_READ, .handler = promises_of_case, .flags = ROUTE_API_ONLY,
		.about = "what was promised on a case: open ones first" },
	{ "POST", "/cases/{ref}/promises", "promise.make", ROUTE_WRITE, 16 * 1024, promise_post, promise_answer, "case.html", &make_draft,
		desk_case_panels, .about = "promise something to a case's customer" },
	{ "GET", "/promises/{ref}", "case.read", ROUTE_READ, .handler = promise_show, .flags = ROUTE_API_ONLY, .about = "one promise" },
	{ "PATCH", "/promises/{ref}", "promise.make", ROUTE_WRITE, 16 * 1024, promise_patch, promise_answer, "case.html", &change_draft,
		desk_case_panels, .about = "say it otherwise, move its time, or let somebody else keep it; only while it is open" },
	{ "POST", "/promises/{ref}/kept", "promise.make", ROUTE_WRITE, 4096, kept_post, promise_answer, "case.html", &kept_draft,
		desk_case_panels, .about = "it was kept; after its time: broken, and kept late" },
	{ "POST", "/promises/{ref}/withdraw", "promise.make", ROUTE_WRITE, 16 * 1024, withdraw_post, promise_answer, "case.html",
		&withdraw_draft, desk_case_panels, .about = "take an open promise back" },
	{ NULL },
};
