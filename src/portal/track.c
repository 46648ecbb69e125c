/* track.c - GET /track/{key} and what a customer adds there. The link: cases/track_link.h; lost: portal/lost.c. Customers never see notes, names of
 * teams, severity or anything else that was written for staff. */
#include "portal/track.h"
#include "cases/decision.h"
#include "base/signed_link.h"
#include "cases/message.h"
#include "cases/theirs.h"
#include "cases/track_link.h"
#include "customer/customer.h"
#include "desk/app.h"
#include "desk/files.h"
#include "org/settings.h"
#include "portal/choose.h"
#include "promise/promise.h"
#include "store/blob.h"
#include "survey/follow_up.h"
#include <string.h>

enum { STILL_RIGHT_DAYS = 2, MOST_FILES = 5, FORM_BYTES = 52 * 1024 * 1024, N_STEPS = 6 };

static Case *
tracked_case(Call *call, GError **error)
{
	char ref[16];

	if (!track_link_read(desk_app(call)->link_key, call_param(call, "key"), call->now_ms, ref)) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "we cannot find this");
		return NULL;
	}
	return case_by_ref(call->db, ref, error);
}

/* The six steps a customer sees; each stands for one or two of our stages. */
static json_t *
customer_steps(const Case *it, guint *ret_place)
{
	static const struct { const char *word; const char *reached[3]; } steps[N_STEPS] = {
		{ "have", { "received" } }, { "answered", { "acknowledged" } }, { "found_out", { "investigating" } },
		{ "putting_right", { "offered" } }, { "done", { "resolved" } }, { "asked", { "followed_up", "closed" } },
	};
	const gint64 times[N_STEPS] = { it->received_at, it->first_response_at != 0 ? it->first_response_at : it->acknowledged_at, 0, 0, it->resolved_at, 0 };
	gboolean closed = g_str_equal(it->stage, "closed");
	json_t *list = json_array();
	guint here = 0;

	for (guint i = 0; i < N_STEPS; i++)
		if (g_strv_contains(steps[i].reached, it->stage))
			here = i;
	for (guint i = 0; i < N_STEPS; i++) {
		json_t *one = json_object();

		json_put_text(one, "word", steps[i].word);
		json_put_text(one, "state", i < here || closed ? "done" : i == here ? "now" : "later");
		json_put_time(one, "at", i > here ? 0 : times[i] != 0 ? times[i] : i == here ? it->stage_at : 0);
		json_put_text(one, "by", NULL);
		json_array_append_new(list, one);
	}
	*ret_place = here + 1;
	return list;
}

/* A customer is told first names only. (transfer full) */
static char *
first_name(const char *name)
{
	return name != NULL && name[0] != '\0' ? g_strndup(name, strcspn(name, " ")) : NULL;
}

/* The messages as their customer reads them: whose they are, and files behind the private link. */
static json_t *
customer_messages(const Call *call, const json_t *messages)
{
	json_t *list = json_array(), *message, *file;
	size_t i, k;

	json_array_foreach(messages, i, message) {
		g_autofree char *author = first_name(json_text(json_object_get(message, "author"), "name", NULL));
		gboolean mine = strcmp(json_text(message, "direction", ""), "inbound") == 0;
		json_t *one = json_object(), *files = json_array();

		json_put_bool(one, "mine", mine);
		json_put_text(one, "author", mine ? NULL : author);
		json_put_text(one, "said_at", json_text(message, "said_at", NULL));
		json_put_text(one, "body", json_text(message, "body", ""));
		json_array_foreach(json_object_get(message, "attachments"), k, file) {
			json_t *copy = json_copy(file);

			json_put(copy, "url", json_sprintf("/track/%s/files/%s", call_param(call, "key"), json_text(file, "ref", "")));
			json_put_bool(copy, "is_image", g_str_has_prefix(json_text(file, "media_type", ""), "image/"));
			json_array_append_new(files, copy);
		}
		json_put(one, "attachments", files);
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
next_of(const Case *it, const char *owner)
{
	json_t *next;

	if (!it->is_open)
		return json_null();
	next = json_object();
	json_put_text(next, "word", it->waiting ? "your_answer" : it->due_kind);
	json_put_time(next, "at", it->waiting ? 0 : it->due_at);
	json_put_text(next, "by", owner);
	return next;
}

/* What was decided, once the case is ended; never by whom. */
static json_t *
told_decision(Call *call, const Case *it, GError **error)
{
	json_t *decision = it->is_open ? json_null() : decision_get(call->db, it, error);

	if (decision != NULL && json_is_object(decision))
		json_object_del(decision, "by");
	return decision;
}

static gboolean
has_message(const json_t *messages, const char *ref)
{
	const json_t *one;
	size_t i;

	json_array_foreach(messages, i, one)
		if (g_str_equal(json_text(one, "ref", ""), ref))
			return TRUE;
	return FALSE;
}

/* What we promised them, as they may read it: never who, nor what was taken back, nor what an answer says that has not left yet. Of this case
 * alone: what was merged into it may be somebody else's. */
static json_t *
told_promises(Call *call, const Case *it, const json_t *messages, GError **error)
{
	g_autoptr(GPtrArray) all = it->n_promises > 0 ? promise_list(call->db, it->id, error) : g_ptr_array_new();
	json_t *list;

	if (all == NULL)
		return NULL;
	list = json_array();
	for (guint i = 0; i < all->len; i++) {
		const Promise *promise = all->pdata[i];
		json_t *one;

		if (promise->case_id != it->id || g_str_equal(promise->state, "withdrawn") || (promise->message_ref != NULL && !has_message(messages, promise->message_ref)))
			continue;
		one = json_object();
		json_put_text(one, "what", promise->what);
		json_put_text(one, "state", promise->state);
		json_put_time(one, "due_at", promise->due_at);
		json_put_bool(one, "whole_day", promise->whole_day);
		json_put_time(one, "kept_at", promise->kept_at);
		json_array_append_new(list, one);
	}
	return list;
}

/* "Is it still right?" is asked on this page too: {key, answer} while it waits for the answer. */
static gboolean
put_still_right(Call *call, const Case *it, json_t *value, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(FollowUp) asked = it->is_open ? NULL : follow_up_find_asked(call->db, it->id, &local);
	g_autofree char *key = asked != NULL && asked->ends_at > call->now_ms ? signed_link_make(desk_app(call)->link_key, "still-right", asked->ref, STILL_RIGHT_DAYS, call->now_ms) : NULL;
	json_t *still = key != NULL ? json_object() : json_null();

	json_put(value, "still_right", still);
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (key == NULL)
		return TRUE;
	json_put_text(still, "key", key);
	json_put(still, "answer", json_null());
	return TRUE;
}

/* Times where the customer is, else where the house is. */
static gboolean
put_zone(Call *call, const Case *it, json_t *value, GError **error)
{
	g_autoptr(Customer) customer = it->customer_id != 0 ? customer_get(call->db, it->customer_id, error) : NULL;
	g_autofree char *house = settings_text(desk_app(call)->settings, call->db, "zone", call->now_ms);

	if (it->customer_id != 0 && customer == NULL)
		return FALSE;
	json_put_text(value, "reader_zone", customer != NULL && customer->zone != NULL ? customer->zone : house);
	return TRUE;
}

static json_t *
customer_view(Call *call, const Case *it, GError **error)
{
	g_autoptr(json_t) value = json_object(), messages = case_theirs(call->db, it, error), decision = NULL, promises = NULL;
	g_autofree char *owner = first_name(it->owner_name);
	guint place = 1;

	if (messages == NULL || (decision = told_decision(call, it, error)) == NULL || (promises = told_promises(call, it, messages, error)) == NULL)
		return NULL;
	json_put_text(value, "ref", it->ref);
	json_put_text(value, "subject", it->subject);
	json_put_text(value, "stage", it->stage);
	json_put_text(value, "outcome", it->outcome);
	json_put(value, "decision", g_steal_pointer(&decision));
	json_put_bool(value, "is_open", it->is_open);
	json_put_text(value, "owner", owner);
	json_put_text(value, "desired_remedy", it->desired_remedy);
	json_put_time(value, "received_at", it->received_at);
	json_put_time(value, "resolved_at", it->resolved_at);
	json_put(value, "steps", customer_steps(it, &place));
	json_put_int(value, "place", place);
	json_put_int(value, "of", N_STEPS);
	json_put(value, "next", next_of(it, owner));
	json_put(value, "promises", g_steal_pointer(&promises));
	json_put(value, "messages", customer_messages(call, messages));
	json_put_text(value, "link", call_param(call, "key"));
	return put_zone(call, it, value, error) && portal_put_choose(call, value, it->id, error) && put_still_right(call, it, value, error) ? g_steal_pointer(&value) : NULL;
}

static gboolean
track_panels(Call *call, json_t *value, GError **error)
{
	json_t *house = settings_house(desk_app(call)->settings, call->db, error);

	if (house == NULL)
		return FALSE;
	json_put(value, "house", house);
	return TRUE;
}

/* The case whose words and files this link opens: a case merged into another of the same person shows the one that stays.
 * Another person's case is never shown, whatever staff merged. */
static Case *
shown_case(Call *call, GError **error)
{
	g_autoptr(Case) it = tracked_case(call, error), target = NULL;

	if (it == NULL || it->merged_into == 0 || it->customer_id == 0)
		return g_steal_pointer(&it);
	if ((target = case_get(call->db, it->merged_into, error)) == NULL)
		return NULL;
	return target->customer_id == it->customer_id ? g_steal_pointer(&target) : g_steal_pointer(&it);
}

/* GET /track/{key} */
static json_t *
track_get(Call *call, GError **error)
{
	g_autoptr(Case) it = shown_case(call, error);

	return it != NULL ? customer_view(call, it, error) : NULL;
}

typedef struct {
	DraftGiven given;
	char *body;
	GPtrArray *files;
} MoreDraft;
static const DraftField more_fields[] = {
	{ "body", DRAFT_TEXT, offsetof(MoreDraft, body), .required = TRUE, .max = 64 * 1024, .about = "what you want to add" },
	{ "files", DRAFT_FILES, offsetof(MoreDraft, files), .max = MOST_FILES },
	{ NULL },
};
static const DraftSpec more_draft = { "CustomerMessage", sizeof(MoreDraft), more_fields };

static json_t *
track_post(Call *call, GError **error)
{
	const MoreDraft *draft = call->draft;
	g_autoptr(Case) it = tracked_case(call, error);
	g_autoptr(GArray) files = desk_files(draft->files);
	Actor customer = { .kind = ACTOR_CUSTOMER, .may = actor_public()->may, .zone = "UTC", .lang = "en", .theme = "auto" };
	NewMessage make = { .direction = "inbound", .channel = "portal", .body = draft->body, .attachments = files };

	if (it == NULL || !desk_files_fit(call, draft->files, error))
		return NULL;
	customer.case_id = it->id;
	make.author_name = it->customer_name;
	if (!message_add(call->db, it->id, &make, &customer, call->now_ms, NULL, error))
		return NULL;
	call_created(call, "/track/%s", call_param(call, "key"));
	return json_null();
}

static gboolean
is_among(const json_t *messages, const char *ref)
{
	const json_t *message, *file;
	size_t i, k;

	json_array_foreach(messages, i, message)
		json_array_foreach(json_object_get(message, "attachments"), k, file)
			if (g_str_equal(json_text(file, "ref", ""), ref))
				return TRUE;
	return FALSE;
}

/* GET /track/{key}/files/{ref}: what the page shows, and nothing else. */
static json_t *
track_file(Call *call, GError **error)
{
	g_autoptr(Case) it = shown_case(call, error);
	g_autoptr(Attachment) file = NULL;
	g_autoptr(json_t) messages = NULL;
	gint64 size = 0;
	int fd;

	if (it == NULL || (file = attachment_by_ref(call->db, call_param(call, "ref"), error)) == NULL || (messages = case_theirs(call->db, it, error)) == NULL)
		return NULL;
	if (!is_among(messages, call_param(call, "ref"))) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "we cannot find this");
		return NULL;
	}
	if ((fd = blob_open(store_data_dir(call->store), file->hash, &size, error)) < 0)
		return NULL;
	call_send_file(call, fd, size, file->media_type, file->name, call_query(call, "view") != NULL);
	return json_null();
}

const Route portal_track_routes[] = {
	{ "GET", "/track/{key}", NULL, ROUTE_READ, .handler = track_get, .page = "track.html", .panels = track_panels, .about = "a complaint, as its customer sees it" },
	{ "POST", "/track/{key}", NULL, ROUTE_WRITE, FORM_BYTES, track_post, track_get, "track.html", &more_draft, track_panels, .flags = ROUTE_NO_CSRF | ROUTE_RATE_STRICT | ROUTE_FILES, .about = "add words or files to one's own complaint" },
	{ "GET", "/track/{key}/files/{ref}", NULL, ROUTE_READ, .handler = track_file, .about = "an attachment of one's own complaint" },
	{ NULL },
};
