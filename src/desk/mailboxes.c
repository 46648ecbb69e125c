/* mailboxes.c - GET, POST /mailboxes; GET, PATCH /mailboxes/{ref}; POST /mailboxes/{ref}/test. The rules: mailbox/mailbox.h. All SLOW: a
 * change is followed by telling those who fetch, and a test waits for another server. */
#include "desk/mailboxes.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "desk/people.h"
#include "flow/mail/try.h"
#include "mailbox/mailbox.h"
#include "org/team.h"

typedef struct {
	DraftGiven given;
	char *host, *user, *secret, *token_url, *client_id, *client_secret, *ca_file;
	const char *security, *auth;
	gint64 port;
	GPtrArray *folders;
} ServerDraft;
static const DraftField server_fields[] = {
	{ "host", DRAFT_TEXT, offsetof(ServerDraft, host), .max = 253, .about = "empty: none" },
	{ "port", DRAFT_INT, offsetof(ServerDraft, port), .min = 1, .max = 65535 },
	{ "security", DRAFT_WORD, offsetof(ServerDraft, security), .words = mailbox_securities },
	{ "auth", DRAFT_WORD, offsetof(ServerDraft, auth), .words = mailbox_auths },
	{ "user", DRAFT_TEXT, offsetof(ServerDraft, user), .max = 320 },
	{ "secret", DRAFT_TEXT, offsetof(ServerDraft, secret), .max = 4000, .about = "the password, or for xoauth2 the refresh token; never shown again; left out: stays" },
	{ "token_url", DRAFT_TEXT, offsetof(ServerDraft, token_url), .max = 500, .about = "xoauth2: where access tokens are had" },
	{ "client_id", DRAFT_TEXT, offsetof(ServerDraft, client_id), .max = 500 },
	{ "client_secret", DRAFT_TEXT, offsetof(ServerDraft, client_secret), .max = 500 },
	{ "ca_file", DRAFT_TEXT, offsetof(ServerDraft, ca_file), .max = 500, .keep_empty = TRUE, .about = "on the machine of this server: further roots to trust, for a house's own authority; left out: stays" },
	{ "folders", DRAFT_LIST, offsetof(ServerDraft, folders), .max = 50, .about = "IMAP: INBOX unless said otherwise" },
	{ NULL },
};
static const DraftSpec server_draft = { "MailServer", sizeof(ServerDraft), server_fields };

typedef struct {
	DraftGiven given;
	char *address, *name, *team, *signature, *ack_subject, *ack_body, *auth_server, *language;
	const char *when_closed, *when_unknown;
	GPtrArray *also, *external_ids;
	gint64 max_mb;
	gboolean acknowledge, trusted, plus, paused, removed, staff_answers;
	ServerDraft imap, smtp;
} MailboxDraft;
enum { M_ADDRESS, M_NAME, M_SIGNATURE, M_ACK_SUBJECT, M_ACK_BODY, M_WHEN_CLOSED, M_WHEN_UNKNOWN, M_ALSO, M_TEAM, M_MAX_MB, M_ACKNOWLEDGE, M_TRUSTED, M_PLUS,
	M_PAUSED, M_REMOVED, M_IMAP, M_SMTP, M_EXTERNAL_IDS, M_AUTH_SERVER, M_STAFF_ANSWERS, M_LANGUAGE };
/* In the order of the MAILBOX_ bits: what was sent is what is meant. */
static const DraftField mailbox_fields[] = {
	[M_ADDRESS] = { "address", DRAFT_TEXT, offsetof(MailboxDraft, address), .max = 254 },
	[M_NAME] = { "name", DRAFT_TEXT, offsetof(MailboxDraft, name), .max = 200, .keep_empty = TRUE, .about = "who its answers say they are from" },
	[M_SIGNATURE] = { "signature", DRAFT_TEXT, offsetof(MailboxDraft, signature), .max = 4000, .keep_empty = TRUE },
	[M_ACK_SUBJECT] = { "ack_subject", DRAFT_TEXT, offsetof(MailboxDraft, ack_subject), .max = 300, .keep_empty = TRUE },
	[M_ACK_BODY] = { "ack_body", DRAFT_TEXT, offsetof(MailboxDraft, ack_body), .max = 20000, .keep_empty = TRUE, .about = "empty: our own words. {{case.ref}}, {{next}} and {{link}} are filled in, as in a macro" },
	[M_WHEN_CLOSED] = { "when_closed", DRAFT_WORD, offsetof(MailboxDraft, when_closed), .words = mailbox_when_closed, .about = "an answer to a closed case" },
	[M_WHEN_UNKNOWN] = { "when_unknown", DRAFT_WORD, offsetof(MailboxDraft, when_unknown), .words = mailbox_when_unknown, .about = "mail of strangers" },
	[M_ALSO] = { "also", DRAFT_LIST, offsetof(MailboxDraft, also), .max = 50, .about = "further addresses that come here" },
	[M_TEAM] = { "team", DRAFT_TEXT, offsetof(MailboxDraft, team), .max = 20, .keep_empty = TRUE, .about = "whose its cases are: a team's ref" },
	[M_MAX_MB] = { "max_mb", DRAFT_INT, offsetof(MailboxDraft, max_mb), .min = 1, .max = 200, .about = "of a larger mail only the beginning is kept" },
	[M_ACKNOWLEDGE] = { "acknowledge", DRAFT_BOOL, offsetof(MailboxDraft, acknowledge), .about = "tell people that their mail arrived" },
	[M_TRUSTED] = { "trusted", DRAFT_BOOL, offsetof(MailboxDraft, trusted), .about = "X-Redress-* headers may set fields" },
	[M_PLUS] = { "plus", DRAFT_BOOL, offsetof(MailboxDraft, plus), .about = "the server takes name+anything@" },
	[M_PAUSED] = { "paused", DRAFT_BOOL, offsetof(MailboxDraft, paused) },
	[M_REMOVED] = { "removed", DRAFT_BOOL, offsetof(MailboxDraft, removed) },
	[M_IMAP] = { "imap", DRAFT_SUB, offsetof(MailboxDraft, imap), .sub = &server_draft },
	[M_SMTP] = { "smtp", DRAFT_SUB, offsetof(MailboxDraft, smtp), .sub = &server_draft },
	[M_EXTERNAL_IDS] = { "external_ids", DRAFT_LIST, offsetof(MailboxDraft, external_ids), .max = 50, .about = "how ids of other systems begin that a subject may name: INC, SHOP-" },
	[M_AUTH_SERVER] = { "auth_server", DRAFT_TEXT, offsetof(MailboxDraft, auth_server), .max = 200, .keep_empty = TRUE, .about = "the name our own mail server writes into Authentication-Results: its word counts" },
	[M_STAFF_ANSWERS] = { "staff_answers", DRAFT_BOOL, offsetof(MailboxDraft, staff_answers), .about = "mail of staff that auth_server found genuine is an answer by them, and not a note" },
	[M_LANGUAGE] = { "language", DRAFT_TEXT, offsetof(MailboxDraft, language), .max = 5, .keep_empty = TRUE, .about = "of our own words: en, de; empty: the customer's" },
	{ NULL },
};
static const DraftSpec mailbox_draft = { "Mailbox", sizeof(MailboxDraft), mailbox_fields };

static json_t *
mailboxes_get(Call *call, GError **error)
{
	g_autoptr(GPtrArray) all = mailbox_list(call->db, error);
	json_t *value, *list;

	if (all == NULL)
		return NULL;
	value = json_object();
	list = json_array();
	for (guint i = 0; i < all->len; i++)
		json_array_append_new(list, mailbox_to_json(all->pdata[i]));
	json_put(value, "mailboxes", list);
	return value;
}

static json_t *
mailbox_get_one(Call *call, GError **error)
{
	g_autoptr(Mailbox) it = mailbox_by_ref(call->db, call_param(call, "ref"), error);

	if (it == NULL)
		return NULL;
	call_etag_version(call, it->version);
	return mailbox_to_json(it);
}

/* The form's two servers alike: imap_form, smtp_form {place, server}. */
static void
put_server_form(json_t *value, const char *place)
{
	g_autofree char *name = g_strconcat(place, "_form", NULL);
	json_t *form = json_object();

	json_put_text(form, "place", place);
	json_put(form, "server", json_incref(json_object_get(value, place)));
	json_put(value, name, form);
}

static gboolean
mailbox_panels(Call *call, json_t *value, GError **error)
{
	put_server_form(value, "imap");
	put_server_form(value, "smtp");
	return desk_panel_people(call, value, error) && desk_panel_chrome(call, value, error);
}

/* NULL: it has no host, so there is none. */
static MailServer *
server_of_draft(const ServerDraft *draft, const char *place, const SealKey *key)
{
	g_autoptr(GStrvBuilder) folders = g_strv_builder_new();
	gboolean imap = g_str_equal(place, "imap");
	MailServer *server;

	if (draft->host == NULL || draft->host[0] == '\0')
		return NULL;
	server = g_new0(MailServer, 1);
	server->host = g_strdup(draft->host);
	server->security = g_strdup(draft->security != NULL ? draft->security : imap ? "tls" : "starttls");
	server->port = draft->port != 0 ? draft->port : g_str_equal(server->security, "tls") ? (imap ? 993 : 465) : imap ? 143 : 587;
	server->auth = g_strdup(draft->auth != NULL ? draft->auth : "password");
	server->user = g_strdup(draft->user);
	server->token_url = g_strdup(draft->token_url);
	server->client_id = g_strdup(draft->client_id);
	server->ca_file = g_strdup(draft->ca_file);
	server->sealed = draft->secret != NULL && draft->secret[0] != '\0' ? seal(key, place, draft->secret) : NULL;
	server->sealed_client_secret = draft->client_secret != NULL && draft->client_secret[0] != '\0' ? seal(key, place, draft->client_secret) : NULL;
	for (guint i = 0; draft->folders != NULL && i < draft->folders->len; i++)
		g_strv_builder_add(folders, draft->folders->pdata[i]);
	server->folders = g_strv_builder_end(folders);
	return server;
}

typedef struct {
	const Call *call;
	MailServer *imap, *smtp;
	gint64 id, version; /* id 0: a new one */
	Mailbox *made;
} Work;

static void
work_clear(Work *work)
{
	mail_server_free(work->imap);
	mail_server_free(work->smtp);
	mailbox_free(work->made);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static gboolean
write_mailbox(Db *db, gpointer data, GError **error)
{
	Work *work = data;
	const MailboxDraft *draft = work->call->draft;
	g_autoptr(Team) team = NULL;
	MailboxChange change = {
		.given = draft->given, .address = draft->address, .name = draft->name, .signature = draft->signature, .ack_subject = draft->ack_subject, .ack_body = draft->ack_body,
		.when_closed = draft->when_closed, .when_unknown = draft->when_unknown, .also = draft->also, .external_ids = draft->external_ids, .max_mb = draft->max_mb,
		.acknowledge = draft->acknowledge, .trusted = draft->trusted, .plus = draft->plus, .paused = draft->paused, .removed = draft->removed, .auth_server = draft->auth_server,
		.staff_answers = draft->staff_answers, .language = draft->language, .imap = work->imap, .smtp = work->smtp,
	};

	if (draft->team != NULL && draft->team[0] != '\0' && (team = team_by_ref(db, draft->team, error)) == NULL)
		return FALSE;
	change.team_id = team != NULL ? team->id : 0;
	g_clear_pointer(&work->made, mailbox_free); /* on PostgreSQL this may run again */
	if (work->id == 0)
		work->made = mailbox_add(db, &change, work->call->actor, work->call->now_ms, error);
	else
		work->made = mailbox_change(db, work->id, work->version, &change, work->call->actor, work->call->now_ms, error);
	return work->made != NULL;
}

static json_t *
write_and_tell(Call *call, Work *work, GError **error)
{
	const DeskApp *app = desk_app(call);
	const MailboxDraft *draft = call->draft;

	work->imap = server_of_draft(&draft->imap, "imap", app->seal_key);
	work->smtp = server_of_draft(&draft->smtp, "smtp", app->seal_key);
	if (!store_write(call->store, write_mailbox, work, error))
		return NULL;
	if (app->mailboxes_changed != NULL)
		app->mailboxes_changed(app->mail_house);
	call_etag_version(call, work->made->version);
	return mailbox_to_json(work->made);
}

static json_t *
mailbox_post(Call *call, GError **error)
{
	g_auto(Work) work = { .call = call };
	json_t *value = write_and_tell(call, &work, error);

	if (value != NULL)
		call_created(call, "/mailboxes/%s", work.made->ref);
	return value;
}

static json_t *
mailbox_patch(Call *call, GError **error)
{
	g_auto(Work) work = { .call = call };
	Db *db = store_reader(call->store, error);
	g_autoptr(Mailbox) it = db != NULL ? mailbox_by_ref(db, call_param(call, "ref"), error) : NULL;

	if (it == NULL || !desk_if_match(call, &work.version, error))
		return NULL;
	work.id = it->id;
	call_redirect(call, "/mailboxes/%s", it->ref);
	return write_and_tell(call, &work, error);
}

static json_t *
try_server(const Call *call, const MailServer *server, const char *place)
{
	g_autoptr(GError) why = NULL;
	json_t *value;
	gboolean ok;

	if (server == NULL)
		return json_null();
	ok = mail_try_server(call->store, server, desk_app(call)->seal_key, place, &why);
	value = json_object();
	json_put_bool(value, "ok", ok);
	json_put_text(value, "message", ok ? NULL : why->message);
	return value;
}

/* POST /mailboxes/{ref}/test -> the mailbox and test{imap{ok, message}|null, smtp{...}|null}: connects, signs in and looks for the folders, now. */
static json_t *
mailbox_test(Call *call, GError **error)
{
	Db *db = store_reader(call->store, error);
	g_autoptr(Mailbox) it = db != NULL ? mailbox_by_ref(db, call_param(call, "ref"), error) : NULL;
	json_t *value, *result;

	if (it == NULL)
		return NULL;
	value = mailbox_to_json(it);
	result = json_object();
	json_put(result, "imap", try_server(call, it->imap, "imap"));
	json_put(result, "smtp", try_server(call, it->smtp, "smtp"));
	json_put(value, "test", result);
	return value;
}

const Route desk_mailbox_routes[] = {
	{ "GET", "/mailboxes", "admin.write", ROUTE_READ, .handler = mailboxes_get, .page = "mailboxes.html", .panels = desk_panel_chrome, .about = "the addresses customers write to" },
	{ "POST", "/mailboxes", "admin.write", ROUTE_SLOW, 64 * 1024, mailbox_post, .page = "mailbox.html", .draft = &mailbox_draft, .panels = mailbox_panels, .about = "one more" },
	{ "GET", "/mailboxes/{ref}", "admin.write", ROUTE_READ, .handler = mailbox_get_one, .page = "mailbox.html", .panels = mailbox_panels, .about = "one of them; secrets are never told" },
	{ "PATCH", "/mailboxes/{ref}", "admin.write", ROUTE_SLOW, 64 * 1024, mailbox_patch, .page = "mailbox.html", .draft = &mailbox_draft, .panels = mailbox_panels, .about = "change it" },
	{ "POST", "/mailboxes/{ref}/test", "admin.write", ROUTE_SLOW, 4096, mailbox_test, .page = "mailbox.html", .panels = mailbox_panels, .about = "connect and sign in, and say precisely what fails" },
	{ NULL },
};
