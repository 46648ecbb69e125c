/* cases.c - POST /cases, GET and PATCH /cases/{ref}, its timeline. What is said on it: desk/conversation.c; stage, owner,
 * merging: desk/handling.c; the list: desk/queue.c; a customer's own form: portal/complain.c. */
#include "desk/cases.h"
#include "base/clock.h"
#include "cases/intake.h"
#include "cases/timeline.h"
#include "cases/track_link.h"
#include "desk/app.h"
#include "desk/case_answer.h"
#include "desk/clock.h"
#include "desk/files.h"
#include "desk/panels.h"
#include "desk/people.h"

/* ---- writing one down ------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *ref, *name, *email, *phone, *external_id;
} CustomerDraft;
static const DraftField customer_fields[] = {
	{ "ref", DRAFT_TEXT, offsetof(CustomerDraft, ref), .max = 20, .about = "somebody we know already; then nothing else is given" },
	{ "name", DRAFT_TEXT, offsetof(CustomerDraft, name), .max = 200, .about = "as they call themselves" },
	{ "email", DRAFT_TEXT, offsetof(CustomerDraft, email), .max = 254 },
	{ "phone", DRAFT_TEXT, offsetof(CustomerDraft, phone), .max = 50 },
	{ "external_id", DRAFT_TEXT, offsetof(CustomerDraft, external_id), .max = 100, .about = "their number in your own system" },
	{ NULL },
};
static const DraftSpec customer_draft = { "CaseCustomer", sizeof(CustomerDraft), customer_fields };

typedef struct {
	DraftGiven given;
	const char *kind, *channel, *severity;
	char *subject, *body, *product, *category, *desired_remedy, *external_id;
	gint64 received_at;
	GPtrArray *tags, *files;
	CustomerDraft customer;
} CaseDraft;
static const DraftField case_fields[] = {
	{ "kind", DRAFT_WORD, offsetof(CaseDraft, kind), .words = case_kinds, .about = "complaint unless said otherwise" },
	{ "subject", DRAFT_TEXT, offsetof(CaseDraft, subject), .max = 300, .about = "made from the first line when left out" },
	{ "body", DRAFT_TEXT, offsetof(CaseDraft, body), .required = TRUE, .max = 256 * 1024, .about = "what the customer said, in their words" },
	{ "channel", DRAFT_WORD, offsetof(CaseDraft, channel), .words = case_channels, .about = "api unless said otherwise" },
	{ "customer", DRAFT_SUB, offsetof(CaseDraft, customer), .sub = &customer_draft, .about = "may be left out: an unknown customer" },
	{ "product", DRAFT_TEXT, offsetof(CaseDraft, product), .max = 500, .about = "a product's ref or path" },
	{ "category", DRAFT_TEXT, offsetof(CaseDraft, category), .max = 500, .about = "a category's ref or path, \"Billing > Late refund\"" },
	{ "severity", DRAFT_WORD, offsetof(CaseDraft, severity), .words = case_severities, .about = "normal unless said otherwise" },
	{ "desired_remedy", DRAFT_TEXT, offsetof(CaseDraft, desired_remedy), .max = 1000, .about = "what would put it right for them" },
	{ "received_at", DRAFT_TIME, offsetof(CaseDraft, received_at), .about = "when the customer said it; now unless said otherwise" },
	{ "external_id", DRAFT_TEXT, offsetof(CaseDraft, external_id), .max = 200, .about = "its number elsewhere; unique" },
	{ "tags", DRAFT_LIST, offsetof(CaseDraft, tags), .max = 50 },
	{ "files", DRAFT_FILES, offsetof(CaseDraft, files), .max = 10, .about = "multipart only" },
	{ NULL },
};
static const DraftSpec case_draft = { "NewCase", sizeof(CaseDraft), case_fields };

static gint64
severity_of(const char *word)
{
	for (gint64 i = 0; word != NULL && case_severities[i] != NULL; i++)
		if (g_str_equal(case_severities[i], word))
			return i;
	return -1;
}

/* The customer a draft names by ref; 0: it names none. */
static gboolean
known_customer(Call *call, const CustomerDraft *draft, gint64 *ret_id, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(Customer) customer = NULL;

	*ret_id = 0;
	if (draft->ref == NULL)
		return TRUE;
	if (draft->name != NULL || draft->email != NULL || draft->phone != NULL || draft->external_id != NULL) {
		err_add_field(error, "/customer/ref", "Either somebody we know, or who they are: not both.");
		return FALSE;
	}
	if ((customer = customer_by_ref(call->db, draft->ref, &why)) != NULL) {
		*ret_id = customer->id;
		return TRUE;
	}
	if (g_error_matches(why, ERR, ERR_NOT_FOUND))
		err_add_field(error, "/customer/ref", "We know no such customer.");
	else
		g_propagate_error(error, g_steal_pointer(&why));
	return FALSE;
}

static json_t *
case_post(Call *call, GError **error)
{
	const CaseDraft *draft = call->draft;
	g_autoptr(GArray) files = desk_files(draft->files);
	g_autoptr(DbTx) tx = NULL;
	char ref[16];
	NewCase make = {
		.kind = draft->kind, .subject = draft->subject, .body = draft->body,
		.channel = draft->channel != NULL ? draft->channel : "api",
		.customer = { .name = draft->customer.name, .email = draft->customer.email, .phone = draft->customer.phone,
			.external_id = draft->customer.external_id },
		.product = draft->product, .category = draft->category, .severity = severity_of(draft->severity),
		.desired_remedy = draft->desired_remedy, .external_id = draft->external_id, .received_at = draft->received_at,
		.tags = draft->tags, .attachments = files,
		/* Whoever may import may bring words that nobody named before, here as there. */
		.make_words = actor_may(call->actor, "import.run"),
	};

	if (!desk_files_fit(call, draft->files, error) || (tx = db_begin(call->db, error)) == NULL || !known_customer(call, &draft->customer, &make.customer_id, error) || !case_intake_in(call->db, &make, call->actor, call->now_ms, &call->carry, ref, error))
		return NULL;
	/* Before the commit: an Idempotency-Key keeps the answer in the same transaction. */
	call_created(call, "/cases/%s", ref);
	return db_tx_commit(tx, error) ? json_null() : NULL;
}

/* GET /cases/new?customer=REF: the form for phone, letter and in-person complaints. */
static json_t *
case_new_get(Call *call, GError **error)
{
	const CaseDraft *draft = call->draft; /* the form again, with its faults */
	const char *ref = draft != NULL ? draft->customer.ref : call_query(call, "customer");
	g_autoptr(Customer) customer = NULL;
	json_t *value;

	if (ref != NULL && ref[0] != '\0' && (customer = customer_by_ref(call->db, ref, draft != NULL ? NULL : error)) == NULL && draft == NULL)
		return NULL;
	value = json_object();
	json_put_time(value, "now", call->now_ms);
	json_put(value, "customer", customer != NULL ? customer_to_json(customer) : json_null());
	return value;
}

static gboolean
case_new_panels(Call *call, json_t *value, GError **error)
{
	return desk_panel_chrome(call, value, error) && desk_panel_trees(call, value, error);
}

/* ---- showing and changing one ----------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	gint64 version;
	const char *kind, *channel, *severity;
	char *subject, *product, *category, *desired_remedy, *external_id, *root_cause, *customer;
	gint64 received_at;
	GPtrArray *tags;
} CasePatch;
enum { PATCH_VERSION, PATCH_KIND, PATCH_CHANNEL, PATCH_SEVERITY, PATCH_SUBJECT, PATCH_PRODUCT, PATCH_CATEGORY, PATCH_DESIRED_REMEDY,
	PATCH_EXTERNAL_ID, PATCH_ROOT_CAUSE, PATCH_CUSTOMER, PATCH_RECEIVED_AT, PATCH_TAGS };
static const DraftField patch_fields[] = {
	[PATCH_VERSION] = { "version", DRAFT_INT, offsetof(CasePatch, version), .min = 0, .max = G_MAXINT64, .about = "the version it was read at; or send If-Match" },
	[PATCH_KIND] = { "kind", DRAFT_WORD, offsetof(CasePatch, kind), .words = case_kinds },
	[PATCH_CHANNEL] = { "channel", DRAFT_WORD, offsetof(CasePatch, channel), .words = case_channels },
	[PATCH_SEVERITY] = { "severity", DRAFT_WORD, offsetof(CasePatch, severity), .words = case_severities },
	[PATCH_SUBJECT] = { "subject", DRAFT_TEXT, offsetof(CasePatch, subject), .max = 300 },
	[PATCH_PRODUCT] = { "product", DRAFT_TEXT, offsetof(CasePatch, product), .max = 500, .keep_empty = TRUE, .about = "ref or path; null clears" },
	[PATCH_CATEGORY] = { "category", DRAFT_TEXT, offsetof(CasePatch, category), .max = 500, .keep_empty = TRUE, .about = "ref or path; null clears" },
	[PATCH_DESIRED_REMEDY] = { "desired_remedy", DRAFT_TEXT, offsetof(CasePatch, desired_remedy), .max = 1000, .keep_empty = TRUE },
	[PATCH_EXTERNAL_ID] = { "external_id", DRAFT_TEXT, offsetof(CasePatch, external_id), .max = 200, .keep_empty = TRUE },
	[PATCH_ROOT_CAUSE] = { "root_cause", DRAFT_TEXT, offsetof(CasePatch, root_cause), .max = 500, .keep_empty = TRUE, .about = "ref or path; null clears" },
	[PATCH_CUSTOMER] = { "customer", DRAFT_TEXT, offsetof(CasePatch, customer), .max = 20, .keep_empty = TRUE, .about = "a customer's ref; null: unknown" },
	[PATCH_RECEIVED_AT] = { "received_at", DRAFT_TIME, offsetof(CasePatch, received_at) },
	[PATCH_TAGS] = { "tags", DRAFT_LIST, offsetof(CasePatch, tags), .max = 50, .about = "the whole new list", .keep_empty = TRUE },
	{ NULL },
};
static const DraftSpec case_patch = { "CaseChange", sizeof(CasePatch), patch_fields };

static const char *
or_null(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

static json_t *
case_patch_one(Call *call, GError **error)
{
	static const struct { guint from, to; } bits[] = {
		{ PATCH_KIND, CASE_KIND }, { PATCH_CHANNEL, CASE_CHANNEL }, { PATCH_SEVERITY, CASE_SEVERITY }, { PATCH_SUBJECT, CASE_SUBJECT },
		{ PATCH_PRODUCT, CASE_PRODUCT }, { PATCH_CATEGORY, CASE_CATEGORY }, { PATCH_DESIRED_REMEDY, CASE_DESIRED_REMEDY },
		{ PATCH_EXTERNAL_ID, CASE_EXTERNAL_ID }, { PATCH_ROOT_CAUSE, CASE_ROOT_CAUSE }, { PATCH_CUSTOMER, CASE_CUSTOMER },
		{ PATCH_RECEIVED_AT, CASE_RECEIVED_AT }, { PATCH_TAGS, CASE_TAGS },
	};
	const CasePatch *draft = call->draft;
	CaseChange change = {
		.kind = draft->kind, .subject = draft->subject, .channel = draft->channel, .product = or_null(draft->product),
		.category = or_null(draft->category), .desired_remedy = or_null(draft->desired_remedy), .external_id = or_null(draft->external_id),
		.root_cause = or_null(draft->root_cause), .customer_ref = or_null(draft->customer), .severity = severity_of(draft->severity),
		.received_at = draft->received_at, .tags = draft->tags,
	};
	g_autoptr(GError) why = NULL;
	gint64 id, version;

	if (!desk_case_id(call, &id, error) || !desk_base_version(call, draft->version, &version, error))
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(bits); i++)
		if (DRAFT_GIVEN(draft, bits[i].from))
			change.given |= bits[i].to;
	if (!case_change(call->db, id, version, &change, call->actor, call->now_ms, &why) && !desk_turned_stale(call, &why)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	if (call->status != 409)
		call_redirect(call, "/cases/%s", call_param(call, "ref"));
	return json_null();
}

/* GET /cases/{ref}/link -> {ref, subject, customer, url, until}: the customer's private link, to give it to them again. */
static json_t *
link_get(Call *call, GError **error)
{
	g_autoptr(Case) it = case_by_ref(call->db, call_param(call, "ref"), error);
	g_autofree char *base = NULL, *link = NULL;
	json_t *value;

	if (it == NULL)
		return NULL;
	base = desk_base_url(call, call->db);
	link = track_link_make(desk_app(call)->link_key, it->ref, call->now_ms);
	value = json_object();
	json_put_text(value, "ref", it->ref);
	json_put_text(value, "subject", it->subject);
	json_put(value, "url", json_sprintf("%s/track/%s", base, link));
	json_put_time(value, "until", (call->now_ms / MS_PER_DAY + TRACK_LINK_DAYS) * MS_PER_DAY);
	return value;
}

/* GET /cases/{ref}/timeline?before=&limit= -> {events, next} */
static json_t *
timeline_get(Call *call, GError **error)
{
	g_autoptr(Case) it = NULL;
	json_t *value;

	if ((it = case_by_ref(call->db, call_param(call, "ref"), error)) == NULL)
		return NULL;
	value = case_timeline(call->db, it->id, call_query_int(call, "before", 0, 0, G_MAXINT64), (guint)call_query_int(call, "limit", 100, 1, 500), error);
	if (value != NULL) {
		json_put_text(value, "ref", it->ref);
		json_put_text(value, "subject", it->subject);
	}
	return value;
}

static gboolean
timeline_panels(Call *call, json_t *value, GError **error)
{
	desk_put_days(json_object_get(value, "events"), "at", call->actor->zone);
	return desk_panel_chrome(call, value, error);
}

const Route desk_case_routes[] = {
	{ "GET", "/cases/new", "case.make", ROUTE_READ, .handler = case_new_get, .page = "case_new.html", .panels = case_new_panels, .flags = ROUTE_PAGE_ONLY, .about = "the form for a complaint by phone, letter or in person" },
	{ "POST", "/cases", "case.make", ROUTE_WRITE, FILES_FORM_BYTES, case_post, desk_case_answer, "case_new.html", &case_draft, case_new_panels, .flags = ROUTE_FILES, .about = "write down a case" },
	{ "GET", "/cases/{ref}", "case.read", ROUTE_READ, .handler = desk_case_show, .page = "case.html", .panels = desk_case_panels, .about = "a case with its messages" },
	{ "GET", "/cases/{ref}/edit", "case.write", ROUTE_READ, .handler = desk_case_show, .page = "case_edit.html", .panels = desk_case_panels, .flags = ROUTE_PAGE_ONLY, .about = "a case's details as a form" },
	{ "PATCH", "/cases/{ref}", "case.write", ROUTE_WRITE, 64 * 1024, case_patch_one, desk_case_answer_or_stale, "case_edit.html", &case_patch, desk_case_panels, .about = "change a case's details" },
	{ "GET", "/cases/{ref}/link", "message.write", ROUTE_READ, .handler = link_get, .page = "case_link.html", .panels = desk_panel_chrome, .about = "the customer's private link, to give it to them again" },
	{ "GET", "/cases/{ref}/timeline", "case.read", ROUTE_READ, .handler = timeline_get, .page = "timeline.html", .panels = timeline_panels, .about = "a case's history, newest first" },
	{ NULL },
};
