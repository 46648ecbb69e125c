/* mail.c - see mail.h. What came: mailbox/keep.h, mailbox/journal.h; what goes: mailbox/outbox.h; one as HTML: text/clean_html.h. */
#include "desk/mail.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "desk/picture_limit.h"
#include "base/ids.h"
#include "flow/mail/peek.h"
#include "cases/case.h"
#include "mail/picture.h"
#include "mailbox/head.h"
#include "mailbox/journal.h"
#include "mailbox/keep.h"
#include "mailbox/mailbox.h"
#include "flow/mail/withdraw.h"
#include "mailbox/outbox.h"
#include "text/clean_html.h"
#include <string.h>

enum { ASIDE_ROWS = 200, OUTBOX_ROWS = 200 };

/* GET /mail/journal[?mailbox=REF] -> mail_journal() + outbox[]: what came and what is not through yet. */
static json_t *
journal_get(Call *call, GError **error)
{
	const char *ref = call_query(call, "mailbox");
	g_autoptr(Mailbox) mailbox = NULL;
	g_autoptr(json_t) value = NULL, out = NULL;

	if (ref != NULL && ref[0] != '\0' && (mailbox = mailbox_by_ref(call->db, ref, error)) == NULL)
		return NULL;
	if ((value = mail_journal(call->db, mailbox != NULL ? mailbox->id : -1, ASIDE_ROWS, error)) == NULL || (out = outbox_list(call->db, OUTBOX_ROWS, error)) == NULL)
		return NULL;
	json_put_text(value, "mailbox", mailbox != NULL ? mailbox->ref : NULL);
	json_put(value, "outbox", json_incref(json_object_get(out, "outbox")));
	return g_steal_pointer(&value);
}

static gboolean
journal_panels(Call *call, json_t *value, GError **error)
{
	g_autoptr(GPtrArray) all = mailbox_list(call->db, error);
	json_t *list = json_array();

	for (guint i = 0; all != NULL && i < all->len; i++)
		json_array_append_new(list, mailbox_to_json(all->pdata[i]));
	json_put(value, "mailboxes", list);
	return all != NULL && desk_panel_chrome(call, value, error);
}

/* GET /mail/{id}: looked into, wherever it is. */
static json_t *
peek_get(Call *call, GError **error)
{
	Db *db = store_reader(call->store, error);
	g_autoptr(KeptMail) mail = db != NULL ? mail_by_ref(db, call_param(call, "id"), error) : NULL;

	return mail != NULL ? mail_peek(mail, store_data_dir(call->store), error) : NULL;
}

/* GET /mail/{id}/raw: the bytes as they came, as a download. */
static json_t *
raw_get(Call *call, GError **error)
{
	g_autoptr(KeptMail) mail = mail_by_ref(call->db, call_param(call, "id"), error);
	g_autoptr(GBytes) bytes = mail != NULL ? mail_bytes(mail, store_data_dir(call->store), error) : NULL;
	g_autofree char *name = NULL;
	gsize size = 0;

	if (bytes == NULL)
		return NULL;
	name = g_strdup_printf("attachment; filename=\"%s.eml\"", mail->ref);
	call_header_add(call, "Content-Disposition", name);
	call_send_text(call, "message/rfc822", g_memdup2(g_bytes_get_data(bytes, &size), g_bytes_get_size(bytes)), g_bytes_get_size(bytes));
	return json_null();
}

/* POST /mail/{id}/retry: once more, and let in this time. */
static json_t *
retry_post(Call *call, GError **error)
{
	g_autoptr(KeptMail) mail = mail_by_ref(call->db, call_param(call, "id"), error);

	if (mail == NULL || !mail_retry(call->db, mail->id, call->actor, call->now_ms, error))
		return NULL;
	call_redirect(call, "/mail/journal");
	return json_null();
}

static json_t *
journal_answer(Call *call, GError **error)
{
	return journal_get(call, error);
}

/* ---- the outbox */

typedef gboolean (*OutboxWork)(Call *call, gint64 id, GError **error);

static json_t *
with_outbox(Call *call, OutboxWork work, GError **error)
{
	g_autoptr(Outbox) it = outbox_by_ref(call->db, call_param(call, "id"), error);
	g_autoptr(Case) about = NULL;

	if (it == NULL || !work(call, it->id, error))
		return NULL;
	if (call_query(call, "on") == NULL) { /* where it was pressed: on the journal, or on the case */
		call_redirect(call, "/mail/journal");
		return json_null();
	}
	if ((about = case_get(call->db, it->case_id, error)) == NULL)
		return NULL;
	call_redirect(call, "/cases/%s", about->ref);
	return json_null();
}

static gboolean
work_withdraw(Call *call, gint64 id, GError **error)
{
	return mail_withdraw(call->db, id, call->actor, call->now_ms, error);
}

static gboolean
work_retry(Call *call, gint64 id, GError **error)
{
	return outbox_retry(call->db, id, FALSE, call->actor, call->now_ms, error);
}

static gboolean
work_arrived(Call *call, gint64 id, GError **error)
{
	return outbox_retry(call->db, id, TRUE, call->actor, call->now_ms, error);
}

static json_t *
withdraw_post(Call *call, GError **error)
{
	return with_outbox(call, work_withdraw, error);
}

static json_t *
again_post(Call *call, GError **error)
{
	return with_outbox(call, work_retry, error);
}

static json_t *
arrived_post(Call *call, GError **error)
{
	return with_outbox(call, work_arrived, error);
}

/* ---- addresses that refused our mail */

typedef struct {
	DraftGiven given;
	char *address, *back;
} AllowDraft;
static const DraftField allow_fields[] = {
	{ "address", DRAFT_TEXT, offsetof(AllowDraft, address), .required = TRUE, .max = 320, .about = "one that an earlier mail came back from for good" },
	{ "back", DRAFT_TEXT, offsetof(AllowDraft, back), .max = 40, .about = "where the page goes afterwards: cases/REF or customers/REF" },
	{ NULL },
};
static const DraftSpec allow_draft = { "AddressAllowed", sizeof(AllowDraft), allow_fields };

/* POST /mail/allow: it is written to again. */
static json_t *
allow_post(Call *call, GError **error)
{
	const AllowDraft *draft = call->draft;
	const char *ref = draft->back != NULL ? strchr(draft->back, '/') : NULL;
	const gboolean on_case = ref != NULL && g_str_has_prefix(draft->back, "cases/"), on_customer = ref != NULL && g_str_has_prefix(draft->back, "customers/");
	char clean[16] = "";

	if (!address_allow(call->db, draft->address, call->actor, call->now_ms, error))
		return NULL;
	if ((on_case || on_customer) && ref_read(ref + 1, clean))
		call_redirect(call, "/%s/%s", on_case ? "cases" : "customers", clean);
	else
		call_redirect(call, "/mail/journal");
	return json_null();
}

/* ---- a mail's HTML */

static char *
inline_url(const char *content_id, gpointer data)
{
	const char *ref = json_text(data, content_id, NULL);

	return ref != NULL ? g_strdup_printf("/files/%s?view=1", ref) : NULL;
}

/* GET /messages/{ref}/html[?pictures=1] -> {html, n_remote, n_removed}: cleaned; the page cleans it once more and shows it in a
 * frame of its own. */
static json_t *
html_get(Call *call, GError **error)
{
	gint64 case_id = 0, message_id = 0;
	g_autoptr(GError) none = NULL;
	g_autofree char *raw = mail_head_html(call->db, call_param(call, "ref"), &case_id, &message_id, &none), *clean = NULL;
	g_autoptr(json_t) inlined = NULL;
	HtmlReport report = { 0 };
	json_t *value;

	if (raw == NULL) {
		if (none != NULL)
			g_propagate_error(error, g_steal_pointer(&none));
		else
			g_set_error_literal(error, ERR, ERR_NOT_FOUND, "we cannot find this");
		return NULL;
	}
	if ((inlined = mail_head_inline(call->db, message_id, error)) == NULL)
		return NULL;
	clean = html_clean(raw, strlen(raw), &(HtmlCleanOptions){ .cid = inline_url, .data = inlined, .remote_images = call_query(call, "pictures") != NULL }, &report);
	value = json_object();
	json_put_text(value, "html", clean);
	json_put_int(value, "n_remote", report.n_remote);
	json_put_int(value, "n_removed", report.n_removed);
	return value;
}

/* GET /messages/{ref}/picture?url=: a picture that stands in this mail, fetched by us. No other address is asked for anybody. */
static json_t *
picture_get(Call *call, GError **error)
{
	const char *url = call_query(call, "url"), *media_type = NULL;
	gint64 case_id = 0, message_id = 0;
	g_autoptr(GError) why = NULL;
	Db *db = store_reader(call->store, error);
	g_autofree char *raw = db != NULL ? mail_head_html(db, call_param(call, "ref"), &case_id, &message_id, &why) : NULL;
	g_autoptr(GBytes) bytes = NULL;
	gsize size = 0;

	if (db == NULL)
		return NULL;
	if (why != NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	if (raw == NULL || url == NULL || !html_has_picture(raw, strlen(raw), url)) {
		g_set_error_literal(error, ERR, ERR_NOT_FOUND, "we cannot find this");
		return NULL;
	}
	if (desk_app(call)->pictures != NULL && !picture_limit_take(desk_app(call)->pictures, call->actor->user_id, call->now_ms)) {
		g_set_error(error, ERR, ERR_LIMIT, "%d pictures a minute are fetched for one person: wait a minute", PICTURES_PER_MINUTE);
		return NULL;
	}
	if ((bytes = picture_fetch(url, picture_may_connect, &media_type, error)) == NULL)
		return NULL;
	call_send_text(call, media_type, g_memdup2(g_bytes_get_data(bytes, &size), g_bytes_get_size(bytes)), g_bytes_get_size(bytes));
	return json_null();
}

const Route desk_mail_routes[] = {
	{ "GET", "/mail/journal", "case.read", ROUTE_READ, .handler = journal_get, .page = "mail_journal.html", .panels = journal_panels, .about = "what came by mail, what became of it, and what is not sent yet" },
	{ "GET", "/mail/{id}", "case.read", ROUTE_SLOW, .handler = peek_get, .flags = ROUTE_API_ONLY, .about = "a mail looked into: who, what kind, its words and parts, what it reports" },
	{ "GET", "/mail/{id}/raw", "case.read", ROUTE_READ, .handler = raw_get, .about = "a mail as it came, as a download" },
	{ "POST", "/mail/{id}/retry", "message.write", ROUTE_WRITE, 4096, retry_post, journal_answer, "mail_journal.html", .panels = journal_panels, .about = "file it once more, and let it in" },
	{ "POST", "/outbox/{id}/withdraw", "message.write", ROUTE_WRITE, 4096, withdraw_post, journal_answer, "mail_journal.html", .panels = journal_panels, .about = "not send it after all: what waited to be sent is your draft again, with its files" },
	{ "POST", "/outbox/{id}/retry", "message.write", ROUTE_WRITE, 4096, again_post, journal_answer, "mail_journal.html", .panels = journal_panels, .about = "send it once more" },
	{ "POST", "/outbox/{id}/arrived", "message.write", ROUTE_WRITE, 4096, arrived_post, journal_answer, "mail_journal.html", .panels = journal_panels, .about = "an uncertain one did arrive" },
	{ "POST", "/mail/allow", "message.write", ROUTE_WRITE, 4096, allow_post, journal_answer, "mail_journal.html", &allow_draft, journal_panels, .about = "write again to an address that an earlier mail came back from" },
	{ "GET", "/messages/{ref}/html", "case.read", ROUTE_READ, .handler = html_get, .flags = ROUTE_API_ONLY, .about = "a message's HTML, cleaned" },
	{ "GET", "/messages/{ref}/picture", "case.read", ROUTE_SLOW, .handler = picture_get, .flags = ROUTE_API_ONLY, .about = "a picture from elsewhere that stands in a message's HTML (?url=), fetched by the server: PNG, JPEG, GIF or WebP, at most 5 MB, from the open internet alone" },
	{ NULL },
};
