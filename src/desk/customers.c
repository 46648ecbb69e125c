/* customers.c - the people who complain: search, one with their cases, changes, contacts, merging. The rules:
 * customer/customer.h. */
#include "desk/customers.h"
#include "cases/heads.h"
#include "cases/list.h"
#include "customer/customer.h"
#include "desk/app.h"
#include "desk/clock.h"
#include "desk/panels.h"
#include "desk/people.h"
#include "mailbox/outbox.h"
#include "promise/recount.h"
#include <string.h>

enum { PAGE_ROWS = 50, MOST_ROWS = 200, MOST_CASES = 100, MOST_DUPLICATES = 10, MOST_HEADS = 200 };

/* GET /customers?q=&after=&limit= -> {customers, next, q}: those found, or the newest. */
static json_t *
customers_get(Call *call, GError **error)
{
	const char *q = call_query(call, "q"), *after = call_query(call, "after");
	guint limit = (guint)call_query_int(call, "limit", PAGE_ROWS, 1, MOST_ROWS);
	json_t *value, *found;

	if (q == NULL || q[strspn(q, " ")] == '\0') {
		value = customer_list(call->db, after != NULL && after[0] != '\0' ? after : NULL, limit, error);
		if (value != NULL)
			json_put_text(value, "q", NULL);
		return value;
	}
	if ((found = customer_find(call->db, q, limit, error)) == NULL)
		return NULL;
	value = json_object();
	json_put(value, "customers", found);
	json_put_text(value, "next", NULL);
	json_put_text(value, "q", q);
	return value;
}

/* The customer of the path; one that was merged is where it went. */
static Customer *
named(const Call *call, GError **error)
{
	return customer_by_ref(call->db, call_param(call, "ref"), error);
}

static gboolean
put_list(json_t *value, const char *key, json_t *list)
{
	if (list != NULL)
		json_put(value, key, list);
	return list != NULL;
}

static json_t *
customer_value(Call *call, const Customer *customer, GError **error)
{
	g_autoptr(json_t) value = customer_to_json(customer);
	json_t *closed = address_closed_of_customer(call->db, customer->id, error);

	call_etag_version(call, customer->version);
	if (closed == NULL)
		return NULL;
	desk_put_back(closed, "customers", customer->ref);
	if (json_array_size(closed) > 0)
		call_etag_marked(call, customer->version, (guint)json_array_size(closed));
	json_put(value, "closed_addresses", closed);
	if (!put_list(value, "cases", case_list_of_customer(call->db, customer->id, MOST_CASES, error)) ||
		!put_list(value, "duplicates", customer_duplicates(call->db, customer->id, MOST_DUPLICATES, error)) ||
		!put_list(value, "merged", customer_merged_list(call->db, customer->id, call->now_ms, error)))
		return NULL;
	desk_put_clocks(json_object_get(value, "cases"), call->now_ms);
	return g_steal_pointer(&value);
}

static json_t *
customer_get_one(Call *call, GError **error)
{
	g_autoptr(Customer) customer = named(call, error);

	return customer != NULL ? customer_value(call, customer, error) : NULL;
}

/* After a write: the customer call->carry names, made on a snapshot. */
static json_t *
customer_answer(Call *call, GError **error)
{
	g_autoptr(Customer) customer = customer_get(call->db, call->carry, error);

	return customer != NULL ? customer_value(call, customer, error) : NULL;
}

static json_t *
done(Call *call, const Customer *customer)
{
	call->carry = customer->id;
	call_redirect(call, "/customers/%s", customer->ref);
	return json_null();
}

/* Searches know a case by its customer's name too. */
static gboolean
renew_heads(Call *call, gint64 customer_id, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(call->db, error);

	return tx != NULL && case_heads_of_customer(call->db, customer_id, MOST_HEADS, error) && db_tx_commit(tx, error);
}

/* ---- details --------------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *name, *lang, *zone, *notes, *segment;
} CustomerDraft;
static const DraftField customer_fields[] = {
	{ "name", DRAFT_TEXT, offsetof(CustomerDraft, name), .max = CUSTOMER_NAME_MAX, .keep_empty = TRUE },
	{ "lang", DRAFT_TEXT, offsetof(CustomerDraft, lang), .max = 20, .keep_empty = TRUE, .about = "en, de-AT" },
	{ "zone", DRAFT_TEXT, offsetof(CustomerDraft, zone), .max = 47, .keep_empty = TRUE },
	{ "notes", DRAFT_TEXT, offsetof(CustomerDraft, notes), .max = CUSTOMER_NOTES_MAX, .keep_empty = TRUE, .about = "good to know" },
	{ "segment", DRAFT_TEXT, offsetof(CustomerDraft, segment), .max = CUSTOMER_SEGMENT_MAX, .keep_empty = TRUE, .about = "gold, business: policies of clocks may look at it" },
	{ NULL },
};
static const DraftSpec customer_draft = { "CustomerChange", sizeof(CustomerDraft), customer_fields };

static const char *
or_null(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

/* Policies look at the segment: clocks that run follow. */
static gboolean
count_anew(Call *call, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(call->db, error);

	return tx != NULL && clock_recount_ask_in(call->db, call->now_ms, error) && db_tx_commit(tx, error);
}

static json_t *
customer_patch(Call *call, GError **error)
{
	static const guint bits[] = { CUSTOMER_NAME, CUSTOMER_LANG, CUSTOMER_ZONE, CUSTOMER_NOTES, CUSTOMER_SEGMENT };
	const CustomerDraft *draft = call->draft;
	CustomerChange change = { .name = or_null(draft->name), .lang = or_null(draft->lang), .zone = or_null(draft->zone), .notes = or_null(draft->notes), .segment = or_null(draft->segment) };
	g_autoptr(Customer) before = named(call, error);
	g_autoptr(Customer) after = NULL;
	gint64 version;

	if (before == NULL || !desk_if_match(call, &version, error))
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(bits); i++)
		if (DRAFT_GIVEN(draft, i))
			change.given |= bits[i];
	after = customer_change(call->db, before->id, version, &change, call->actor, call->now_ms, error);
	if (after == NULL || (strcmp(before->name, after->name) != 0 && !renew_heads(call, after->id, error)))
		return NULL;
	if (g_strcmp0(before->segment, after->segment) != 0 && !count_anew(call, error))
		return NULL;
	return done(call, after);
}

/* ---- contacts -------------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	const char *kind;
	char *value;
} ContactDraft;
static const DraftField contact_fields[] = {
	{ "kind", DRAFT_WORD, offsetof(ContactDraft, kind), .required = TRUE, .words = contact_kinds },
	{ "value", DRAFT_TEXT, offsetof(ContactDraft, value), .required = TRUE, .max = CONTACT_MAX, .about = "an address, a number, a name on a network" },
	{ NULL },
};
static const DraftSpec contact_draft = { "NewContact", sizeof(ContactDraft), contact_fields };

static json_t *
contact_post(Call *call, GError **error)
{
	const ContactDraft *draft = call->draft;
	g_autoptr(Customer) customer = named(call, error);

	if (customer == NULL || !contact_add(call->db, customer->id, draft->kind, draft->value, call->actor, call->now_ms, error))
		return NULL;
	call_created(call, "/customers/%s", customer->ref);
	return done(call, customer);
}

static json_t *
contact_delete(Call *call, GError **error)
{
	g_autoptr(Customer) customer = named(call, error);
	gint64 id = 0;

	if (customer == NULL)
		return NULL;
	if (!g_ascii_string_to_signed(call_param(call, "id"), 10, 1, G_MAXINT64, &id, NULL)) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "no such contact");
		return NULL;
	}
	return contact_remove(call->db, customer->id, id, call->actor, call->now_ms, error) ? done(call, customer) : NULL;
}

/* ---- merging --------------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *source;
} MergeDraft;
static const DraftField merge_fields[] = {
	{ "source", DRAFT_TEXT, offsetof(MergeDraft, source), .required = TRUE, .max = 20, .about = "the ref of the one that goes into this one" },
	{ NULL },
};
static const DraftSpec merge_draft = { "CustomerMerge", sizeof(MergeDraft), merge_fields };

/* POST /customers/{ref}/merge: another one's cases and contacts come to this one. */
static json_t *
merge_post(Call *call, GError **error)
{
	g_autoptr(Customer) target = named(call, error);
	g_autoptr(GError) why = NULL;
	gint64 source_id = 0;

	if (target == NULL)
		return NULL;
	if (!customer_id_by_ref(call->db, ((const MergeDraft *)call->draft)->source, &source_id, &why)) {
		if (g_error_matches(why, ERR, ERR_NOT_FOUND))
			err_add_field(error, "/source", "There is no such customer.");
		else
			g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	if (!customer_merge(call->db, source_id, target->id, call->actor, call->now_ms, error) || !renew_heads(call, target->id, error))
		return NULL;
	return done(call, target);
}

/* POST /customers/{ref}/undo: the one that was merged away stands for itself again. */
static json_t *
undo_post(Call *call, GError **error)
{
	g_autoptr(Customer) back = NULL;
	gint64 id = 0;

	if (!customer_id_by_ref(call->db, call_param(call, "ref"), &id, error) ||
		!customer_merge_undo(call->db, id, call->actor, call->now_ms, error) || !renew_heads(call, id, error) ||
		(back = customer_get(call->db, id, error)) == NULL)
		return NULL;
	return done(call, back);
}

const Route desk_customer_routes[] = {
	{ "GET", "/customers", "case.read", ROUTE_READ, .handler = customers_get, .page = "customers.html", .panels = desk_panel_chrome, .about = "customers by name, address or number; without words the newest" },
	{ "GET", "/customers/{ref}", "case.read", ROUTE_READ, .handler = customer_get_one, .page = "customer.html", .panels = desk_panel_chrome, .about = "a customer with their cases and who may be the same" },
	{ "PATCH", "/customers/{ref}", "customer.write", ROUTE_WRITE, 32 * 1024, customer_patch, customer_answer, "customer.html", &customer_draft, desk_panel_chrome, .about = "change name, language, zone, notes" },
	{ "POST", "/customers/{ref}/contacts", "customer.write", ROUTE_WRITE, 4096, contact_post, customer_answer, "customer.html", &contact_draft, desk_panel_chrome, .about = "add an address or a number" },
	{ "DELETE", "/customers/{ref}/contacts/{id}", "customer.write", ROUTE_WRITE, 4096, contact_delete, customer_answer, "customer.html", .panels = desk_panel_chrome, .about = "take one away" },
	{ "POST", "/customers/{ref}/merge", "customer.write", ROUTE_WRITE, 4096, merge_post, customer_answer, "customer.html", &merge_draft, desk_panel_chrome, .about = "another one is the same person" },
	{ "POST", "/customers/{ref}/undo", "customer.write", ROUTE_WRITE, 4096, undo_post, customer_answer, "customer.html", .panels = desk_panel_chrome, .about = "they are not, after all; within 7 days" },
	{ NULL },
};
