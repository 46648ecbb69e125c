/* track.c - GET /track/{key} and what a customer adds there. The link: portal/link.h. Customers never see notes, names of
 * teams, severity or anything else that was written for staff. */
#include "portal/track.h"
#include "cases/message.h"
#include "desk/app.h"
#include "desk/files.h"
#include "portal/link.h"
#include "store/blob.h"
#include <string.h>

enum { MOST_FILES = 5, FORM_BYTES = 60 * 1024 * 1024 };

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
customer_steps(const Case *it)
{
	static const struct { const char *word; const char *reached[4]; } steps[] = {
		{ "received", { "received", NULL } },
		{ "answered", { "acknowledged", NULL } },
		{ "found_out", { "investigating", NULL } },
		{ "offered", { "offered", NULL } },
		{ "put_right", { "resolved", NULL } },
		{ "still_right", { "followed_up", "closed", NULL } },
	};
	json_t *list = json_array();
	guint here = 0;

	for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
		if (g_strv_contains(steps[i].reached, it->stage))
			here = i;
	for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
		gboolean closed = g_str_equal(it->stage, "closed");
		json_t *one = json_object();

		json_put_text(one, "step", steps[i].word);
		json_put_int(one, "number", i + 1);
		json_put_bool(one, "done", i < here || closed);
		json_put_bool(one, "now", i == here && !closed);
		json_put_bool(one, "later", i > here && !closed);
		json_put_time(one, "at", i == 0 ? it->received_at : i == 1 ? it->acknowledged_at : i == 4 ? it->resolved_at : i == here ? it->stage_at : 0);
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
customer_view(Call *call, const Case *it, GError **error)
{
	g_autoptr(json_t) value = json_object(), messages = message_list(call->db, it->id, FALSE, 0, error);

	if (messages == NULL)
		return NULL;
	json_put_text(value, "ref", it->ref);
	json_put_text(value, "subject", it->subject);
	json_put_text(value, "stage", it->stage);
	json_put_bool(value, "open", it->is_open);
	json_put_text(value, "handler", it->owner_name);
	json_put_text(value, "desired_remedy", it->desired_remedy);
	json_put_time(value, "received_at", it->received_at);
	json_put_time(value, "resolved_at", it->resolved_at);
	json_put_time(value, "due_at", it->due_at);
	json_put_text(value, "due_kind", it->due_kind);
	json_put_bool(value, "waiting_for_you", it->waiting);
	json_put(value, "steps", customer_steps(it));
	json_put(value, "messages", g_steal_pointer(&messages));
	json_put_text(value, "key", call_param(call, "key"));
	return g_steal_pointer(&value);
}

/* GET /track/{key}; a case merged into another of the same person shows the one that stays. Another person's case is
 * never shown, whatever staff merged. */
static json_t *
track_get(Call *call, GError **error)
{
	g_autoptr(Case) it = tracked_case(call, error), target = NULL;

	if (it == NULL)
		return NULL;
	if (it->merged_into == 0)
		return customer_view(call, it, error);
	if ((target = case_get(call->db, it->merged_into, error)) == NULL)
		return NULL;
	return customer_view(call, target->customer_id == it->customer_id && it->customer_id != 0 ? target : it, error);
}

typedef struct {
	DraftGiven given;
	char *more;
	GPtrArray *files;
} MoreDraft;
static const DraftField more_fields[] = {
	{ "more", DRAFT_TEXT, offsetof(MoreDraft, more), .required = TRUE, .max = 64 * 1024, .about = "what you want to add" },
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
	NewMessage make = { .direction = "inbound", .channel = "portal", .body = draft->more, .attachments = files };

	if (it == NULL)
		return NULL;
	customer.case_id = it->id;
	make.author_name = it->customer_name;
	if (!message_add(call->db, it->id, &make, &customer, call->now_ms, NULL, error))
		return NULL;
	call_created(call, "/track/%s", call_param(call, "key"));
	return json_null();
}

/* GET /track/{key}/files/{ref}: only of this case, and never of a note. */
static json_t *
track_file(Call *call, GError **error)
{
	g_autoptr(Case) it = tracked_case(call, error);
	g_autoptr(Attachment) file = NULL;
	gint64 size = 0;
	int fd;

	if (it == NULL || (file = attachment_by_ref(call->db, call_param(call, "ref"), error)) == NULL)
		return NULL;
	if ((file->case_id != it->id && file->case_id != it->merged_into) || strcmp(file->direction, "note") == 0) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "we cannot find this");
		return NULL;
	}
	if ((fd = blob_open(store_data_dir(call->store), file->hash, &size, error)) < 0)
		return NULL;
	call_send_file(call, fd, size, file->media_type, file->name, call_query(call, "view") != NULL);
	return json_null();
}

const Route portal_track_routes[] = {
	{ "GET", "/track/{key}", NULL, ROUTE_READ, .handler = track_get, .page = "track.html", .about = "a complaint, as its customer sees it" },
	{ "POST", "/track/{key}", NULL, ROUTE_WRITE, FORM_BYTES, track_post, track_get, "track.html", &more_draft, .flags = ROUTE_NO_CSRF | ROUTE_RATE_STRICT | ROUTE_FILES, .about = "add words or files to one's own complaint" },
	{ "GET", "/track/{key}/files/{ref}", NULL, ROUTE_READ, .handler = track_file, .about = "an attachment of one's own complaint" },
	{ NULL },
};
