/* account.c - GET and PATCH /account, its password and sessions: what one may change of oneself. What an admin may change of
 * others: desk/users.c; tokens: desk/tokens.c. */
#include "desk/account.h"
#include "base/secret.h"
#include "desk/account_value.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "desk/people.h"

json_t *
account_value(const Call *call, Db *db, const char *made, GError **error)
{
	g_autoptr(User) user = user_get(db, call->actor->user_id, error);
	g_autofree char *digest = NULL;
	g_autoptr(json_t) value = NULL;
	const char *cookie = call_cookie(call, SESSION_COOKIE);
	json_t *tokens, *sessions;

	if (user == NULL)
		return NULL;
	value = user_to_json(user);
	digest = cookie != NULL ? token_digest(cookie) : NULL;
	if ((tokens = token_list(db, user->id, error)) == NULL)
		return NULL;
	json_put(value, "tokens", tokens);
	if ((sessions = session_list(db, user->id, digest, call->now_ms, error)) == NULL)
		return NULL;
	json_put(value, "sessions", sessions);
	json_put_text(value, "made", made);
	return g_steal_pointer(&value);
}

gboolean
account_panels(Call *call, json_t *value, GError **error)
{
	json_put(value, "zones", desk_zones());
	return desk_panel_chrome(call, value, error);
}

static json_t *
account_get(Call *call, GError **error)
{
	json_t *value = account_value(call, call->db, NULL, error);

	if (value != NULL)
		call_etag_version(call, json_int(value, "version", 0));
	return value;
}

/* ---- how one reads --------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *name, *zone;
	const char *lang, *theme, *mail_late;
	gboolean keys, available;
} AccountDraft;
static const DraftField account_fields[] = {
	{ "name", DRAFT_TEXT, offsetof(AccountDraft, name), .max = 200 },
	{ "zone", DRAFT_TEXT, offsetof(AccountDraft, zone), .max = 47, .about = "a time zone, Europe/Berlin" },
	{ "lang", DRAFT_WORD, offsetof(AccountDraft, lang), .words = user_langs },
	{ "theme", DRAFT_WORD, offsetof(AccountDraft, theme), .words = user_themes },
	{ "keys", DRAFT_BOOL, offsetof(AccountDraft, keys), .about = "single letters as keys" },
	{ "available", DRAFT_BOOL, offsetof(AccountDraft, available), .about = "takes new cases" },
	{ "mail_late", DRAFT_WORD, offsetof(AccountDraft, mail_late), .words = user_mail_late, .about = "a mail when something is late: default is for who leads a team" },
	{ NULL },
};
static const DraftSpec account_draft = { "AccountChange", sizeof(AccountDraft), account_fields };

typedef struct {
	const Call *call;
	UserChange change;
	gint64 version;
	const char *keep_session; /* digest: the one that stays when the password changes */
} Change;

static gboolean
change_work(Db *db, gpointer data, GError **error)
{
	const Change *work = data;
	const Call *call = work->call;
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(User) user = NULL;

	if (tx == NULL)
		return FALSE;
	user = user_change_in(db, call->actor->user_id, work->version, &work->change, call->actor, call->now_ms, error);
	if (user == NULL)
		return FALSE;
	if ((work->change.given & USER_PASSWORD) != 0 &&
		!session_end_one_in(db, user->id, 0, work->keep_session, call->actor, call->now_ms, error))
		return FALSE;
	return db_tx_commit(tx, error);
}

static json_t *
answer(Call *call, GError **error)
{
	Db *db = store_reader(call->store, error);
	json_t *value;

	call_redirect(call, "/account");
	if (db == NULL || (value = account_value(call, db, NULL, error)) == NULL)
		return NULL;
	call_etag_version(call, json_int(value, "version", 0));
	return value;
}

static json_t *
account_patch(Call *call, GError **error)
{
	static const gint64 bits[] = { USER_NAME, USER_ZONE, USER_LANG, USER_THEME, USER_KEYS, USER_AVAILABLE, USER_MAIL_LATE };
	const AccountDraft *draft = call->draft;
	Change work = { .call = call,
		.change = { .name = draft->name, .zone = draft->zone, .lang = draft->lang, .theme = draft->theme, .keys = draft->keys, .available = draft->available } };

	for (gint64 i = 0; draft->mail_late != NULL && user_mail_late[i] != NULL; i++)
		if (g_str_equal(user_mail_late[i], draft->mail_late))
			work.change.mail_late = i;
	if (!desk_if_match(call, &work.version, error))
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(bits); i++)
		if (DRAFT_GIVEN(draft, i))
			work.change.given |= bits[i];
	return desk_people_write(call, change_work, &work, error) ? answer(call, error) : NULL;
}

/* ---- password -------------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *old, *password;
} PasswordDraft;
static const DraftField password_fields[] = {
	{ "old", DRAFT_TEXT, offsetof(PasswordDraft, old), .required = TRUE, .max = PASSWORD_MAX, .about = "the one you have" },
	{ "password", DRAFT_TEXT, offsetof(PasswordDraft, password), .required = TRUE, .max = PASSWORD_MAX, .about = "the new one" },
	{ NULL },
};
static const DraftSpec password_draft = { "PasswordChange", sizeof(PasswordDraft), password_fields };

static gboolean
check_old(const Call *call, const PasswordDraft *draft, GError **error)
{
	Db *db = store_reader(call->store, error);
	g_autoptr(User) user = NULL;
	gboolean right = FALSE;

	if (db == NULL || (user = user_get(db, call->actor->user_id, error)) == NULL ||
		!session_own_password(db, user->id, draft->old, &right, error))
		return FALSE;
	if (!right) {
		err_add_field(error, "/old", "This is not the password you have.");
		return FALSE;
	}
	return password_check(draft->password, user->email, user->name, error);
}

/* POST /account/password: needs the old one; every other session ends. */
static json_t *
password_post(Call *call, GError **error)
{
	const PasswordDraft *draft = call->draft;
	const char *cookie = call_cookie(call, SESSION_COOKIE);
	g_autofree char *hash = NULL, *digest = cookie != NULL ? token_digest(cookie) : NULL;
	Change work = { .call = call, .change = { .given = USER_PASSWORD }, .keep_session = digest };

	if (!check_old(call, draft, error) || (hash = password_hash(draft->password, error)) == NULL)
		return NULL;
	work.change.password_hash = hash;
	return desk_people_write(call, change_work, &work, error) ? answer(call, error) : NULL;
}

/* ---- sessions -------------------------------------------------------------------------------------------------------- */

typedef struct {
	const Call *call;
	gint64 id;
	const char *keep;
} EndSession;

static gboolean
end_work(Db *db, gpointer data, GError **error)
{
	const EndSession *work = data;

	return session_end_one(db, work->call->actor->user_id, work->id, work->keep, work->call->actor, work->call->now_ms, error);
}

/* DELETE /account/sessions/{id}: one of one's own; "others": all but this one. */
static json_t *
session_delete(Call *call, GError **error)
{
	const char *which = call_param(call, "id"), *cookie = call_cookie(call, SESSION_COOKIE);
	g_autofree char *digest = cookie != NULL ? token_digest(cookie) : NULL;
	EndSession work = { call, 0, digest };

	if (!g_str_equal(which, "others") && !g_ascii_string_to_signed(which, 10, 1, G_MAXINT64, &work.id, NULL)) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "no such session");
		return NULL;
	}
	return desk_people_write(call, end_work, &work, error) ? answer(call, error) : NULL;
}

/* GET /keys: the page says it all. */
static json_t *
keys_get(Call *call, GError **error)
{
	return json_object();
}

const Route desk_account_routes[] = {
	{ "GET", "/keys", "case.read", ROUTE_READ, .handler = keys_get, .page = "keys.html", .panels = desk_panel_chrome, .flags = ROUTE_PAGE_ONLY, .about = "every key there is" },
	{ "GET", "/account", "case.read", ROUTE_READ, .handler = account_get, .page = "account.html", .panels = account_panels, .about = "oneself, with sessions and tokens" },
	{ "PATCH", "/account", "case.read", ROUTE_SLOW, 16 * 1024, account_patch, .page = "account.html", .draft = &account_draft, .panels = account_panels, .about = "change one's name, zone, language, theme, keys" },
	{ "POST", "/account/password", "case.read", ROUTE_SLOW, 16 * 1024, password_post, .page = "account.html", .draft = &password_draft, .panels = account_panels, .flags = ROUTE_RATE_STRICT, .about = "change one's password; other sessions end" },
	{ "DELETE", "/account/sessions/{id}", "case.read", ROUTE_SLOW, 4096, session_delete, .page = "account.html", .panels = account_panels, .about = "end one of one's sessions, or all others" },
	{ NULL },
};
