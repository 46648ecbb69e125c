/* complain.c - GET and POST /complain, and the page that thanks. Following it afterwards: portal/track.c; the staff's own
 * form for phone and letters: desk/cases.c. */
#include "portal/complain.h"
#include "cases/intake.h"
#include "cases/track_link.h"
#include "desk/app.h"
#include "desk/files.h"
#include "org/settings.h"
#include <string.h>

enum { MOST_FILES = 5, FORM_BYTES = 52 * 1024 * 1024 };

typedef struct {
	DraftGiven given;
	char *body, *order, *name, *reach, *site;
	GPtrArray *remedy, *files;
} ComplainDraft;
static const DraftField complain_fields[] = {
	{ "body", DRAFT_TEXT, offsetof(ComplainDraft, body), .required = TRUE, .max = 64 * 1024, .about = "what happened, in your own words" },
	{ "remedy", DRAFT_LIST, offsetof(ComplainDraft, remedy), .max = 10, .about = "what would put it right: apology, explanation, repair, replacement, refund, other" },
	{ "order", DRAFT_TEXT, offsetof(ComplainDraft, order), .max = 100, .about = "an order number" },
	{ "name", DRAFT_TEXT, offsetof(ComplainDraft, name), .required = TRUE, .max = 200, .about = "your name" },
	{ "reach", DRAFT_TEXT, offsetof(ComplainDraft, reach), .required = TRUE, .max = 254, .about = "an email address or a phone number" },
	{ "site", DRAFT_TEXT, offsetof(ComplainDraft, site), .max = 500, .about = "leave empty: only machines fill it" },
	{ "files", DRAFT_FILES, offsetof(ComplainDraft, files), .max = MOST_FILES, .about = "photos or papers" },
	{ NULL },
};
static const DraftSpec complain_draft = { "Complaint", sizeof(ComplainDraft), complain_fields };

static const struct {
	const char *word, *text;
} remedies[] = {
	{ "apology", "An apology" }, { "explanation", "An explanation" }, { "repair", "Repair" },
	{ "replacement", "A new one" }, { "refund", "Money back" }, { "other", "Something else" },
};

static gboolean
complain_panels(Call *call, json_t *value, GError **error)
{
	json_t *words = json_array(), *limits = json_object(), *house = settings_house(desk_app(call)->settings, call->db, error);

	for (guint i = 0; i < G_N_ELEMENTS(remedies); i++)
		json_array_append_new(words, json_string(remedies[i].word));
	json_put_int(limits, "files", MOST_FILES);
	json_put_int(limits, "mb", MIN(desk_file_mb(call), FORM_BYTES / (1024 * 1024) - 2));
	json_put(value, "remedies", words);
	json_put(value, "limits", limits);
	if (house == NULL)
		return FALSE;
	json_put(value, "house", house);
	return TRUE;
}

static json_t *
complain_get(Call *call, GError **error)
{
	return json_object();
}

/* One field for both, because people have one way they like to be reached. */
static gboolean
read_reach(const char *reach, NewCustomer *customer, GError **error)
{
	g_autofree char *email = email_fold(reach), *phone = phone_fold(reach);

	if (strchr(reach, '@') != NULL ? email == NULL : phone == NULL) {
		err_add_field(error, "/reach", "This does not look like an email address or a phone number.");
		return FALSE;
	}
	if (strchr(reach, '@') != NULL)
		customer->email = reach;
	else
		customer->phone = reach;
	return TRUE;
}

static char *
wishes(const GPtrArray *chosen)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; chosen != NULL && i < chosen->len; i++)
		for (guint k = 0; k < G_N_ELEMENTS(remedies); k++)
			if (g_str_equal(chosen->pdata[i], remedies[k].word))
				g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", remedies[k].text);
	return out->len > 0 ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

static char *
order_facts(const char *order)
{
	g_autoptr(json_t) facts = NULL;

	if (order == NULL)
		return NULL;
	facts = json_object();
	json_put_text(facts, "order", order);
	return json_write(facts, NULL);
}

/* A machine that filled the trap is thanked like everybody, and nothing is kept: it must not learn which field it was. */
static json_t *
thank_machine(Call *call)
{
	call_redirect(call, "/complain/thanks");
	return json_object();
}

static json_t *
complain_post(Call *call, GError **error)
{
	const ComplainDraft *draft = call->draft;
	g_autoptr(GArray) files = desk_files(draft->files);
	g_autofree char *wish = wishes(draft->remedy), *facts = order_facts(draft->order), *link = NULL;
	NewCase make = { .body = draft->body, .channel = "form", .severity = -1, .desired_remedy = wish, .facts = facts, .attachments = files };
	char ref[16];
	json_t *value;

	if (draft->site != NULL)
		return thank_machine(call);
	make.customer.name = draft->name;
	if (!read_reach(draft->reach, &make.customer, error) || !desk_files_fit(call, draft->files, error))
		return NULL;
	if (!case_intake(call->db, &make, call->actor, call->now_ms, NULL, ref, error))
		return NULL;
	link = track_link_make(desk_app(call)->link_key, ref, call->now_ms);
	call_created(call, "/track/%s", link);
	call_redirect(call, "/complain/thanks?track=%s", link);
	value = json_object();
	json_put_text(value, "ref", ref);
	json_put(value, "url", json_sprintf("/track/%s", link));
	return value;
}

/* GET /complain/thanks?track=: the ref and the private link. */
static json_t *
thanks_get(Call *call, GError **error)
{
	const char *link = call_query(call, "track");
	json_t *value = json_object();
	char ref[16];

	if (link != NULL && track_link_read(desk_app(call)->link_key, link, call->now_ms, ref)) {
		json_put_text(value, "ref", ref);
		json_put(value, "url", json_sprintf("/track/%s", link));
	} else {
		json_put_text(value, "ref", NULL);
		json_put_text(value, "url", NULL);
	}
	return value;
}

const Route portal_complain_routes[] = {
	{ "GET", "/complain", NULL, ROUTE_READ, .handler = complain_get, .page = "complain.html", .panels = complain_panels, .flags = ROUTE_PAGE_ONLY, .about = "the public form" },
	{ "POST", "/complain", NULL, ROUTE_WRITE, FORM_BYTES, complain_post, .page = "complain.html", .draft = &complain_draft, .panels = complain_panels, .flags = ROUTE_NO_CSRF | ROUTE_RATE_STRICT | ROUTE_FILES, .about = "complain, as a customer; answers with the ref and the private tracking link" },
	{ "GET", "/complain/thanks", NULL, ROUTE_READ, .handler = thanks_get, .page = "thanks.html", .panels = complain_panels, .flags = ROUTE_PAGE_ONLY, .about = "what happens next" },
	{ NULL },
};
