/* sign_in.c - GET and POST /login, POST /logout, /welcome/{key} (first run), /invite/{key} (a password by a one-time link).
 * Whoever is in already: desk/account.c. The rules: org/session.h. */
#include "desk/sign_in.h"
#include "base/secret.h"
#include "cases/standard_causes.h"
#include "desk/app.h"
#include "desk/people.h"
#include "org/settings.h"
#include <string.h>

/* Only to a path of our own: "//elsewhere" and "/\elsewhere" would be another host. */
static const char *
safe_next(const char *next)
{
	if (next == NULL || next[0] != '/' || next[1] == '/' || next[1] == '\\')
		return "/";
	for (const char *p = next; *p != '\0'; p++)
		if ((guchar)*p < ' ' || *p == 0x7f)
			return "/";
	return next;
}

/* What a new session takes and gives; made by a unit of work. */
typedef struct {
	const Call *call;
	gint64 user_id;
	char *cookie, *csrf;
} Start;

static void
start_clear(Start *start)
{
	g_free(start->cookie);
	g_free(start->csrf);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Start, start_clear)

static gboolean
start_in(Db *db, Start *start, GError **error)
{
	g_clear_pointer(&start->cookie, g_free);
	g_clear_pointer(&start->csrf, g_free);
	return session_start_in(db, start->user_id, call_header(start->call, "User-Agent"), start->call->now_ms, &start->cookie, &start->csrf, error);
}

static json_t *
go_in(Call *call, const Start *start, const char *where)
{
	call_cookie_set(call, SESSION_COOKIE, start->cookie, SESSION_AGE_MS / 1000);
	call_redirect(call, "%s", where);
	return json_null();
}

/* ---- with a password ------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *email, *password, *next;
} LoginDraft;
static const DraftField login_fields[] = {
	{ "email", DRAFT_TEXT, offsetof(LoginDraft, email), .max = 500 },
	{ "password", DRAFT_TEXT, offsetof(LoginDraft, password), .max = 4 * PASSWORD_MAX },
	{ "next", DRAFT_TEXT, offsetof(LoginDraft, next), .max = 2000, .about = "where to go then; a path of ours" },
	{ NULL },
};
static const DraftSpec login_draft = { "Login", sizeof(LoginDraft), login_fields };

static json_t *
login_value(const char *next, const char *email, const char *reason)
{
	json_t *value = json_object();

	json_put_text(value, "next", next);
	json_put_text(value, "email", email);
	json_put_text(value, "reason", reason);
	return value;
}

/* GET /login?next=&reason=: the form; who is in already goes on at once. */
static json_t *
login_get(Call *call, GError **error)
{
	const char *next = safe_next(call_query(call, "next")), *reason = call_query(call, "reason"), *cookie = call_cookie(call, SESSION_COOKIE);

	if (call->actor->user_id != 0) {
		call_redirect(call, "%s", next);
		return json_null();
	}
	if (g_strcmp0(reason, "signed_out") != 0)
		reason = cookie != NULL && cookie[0] != '\0' ? "expired" : NULL;
	return login_value(next, NULL, reason);
}

static gboolean
login_panels(Call *call, json_t *value, GError **error)
{
	g_autofree char *house = settings_text(desk_app(call)->settings, call->db, "house", call->now_ms);

	json_put_text(value, "house", house);
	return TRUE;
}

static gboolean
login_work(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && start_in(db, data, error) && db_tx_commit(tx, error);
}

/* POST /login: hashing takes its time whether the address is known or not. */
static json_t *
login_post(Call *call, GError **error)
{
	const LoginDraft *draft = call->draft;
	g_auto(Start) start = { .call = call };
	g_autoptr(User) user = NULL;
	g_autoptr(GError) why = NULL;
	DeskApp *app = desk_app(call);
	Db *db;

	if (!actor_cache_may_try(app->actors, draft->email, call->now_ms)) {
		call->status = 429;
		return login_value(safe_next(draft->next), draft->email, "many");
	}
	if ((db = store_reader(call->store, error)) == NULL)
		return NULL;
	user = session_check_password(db, draft->email, draft->password, &why);
	if (user == NULL && g_error_matches(why, ERR, ERR_DENIED)) {
		actor_cache_tried(app->actors, draft->email, call->now_ms);
		call->status = 401;
		return login_value(safe_next(draft->next), draft->email, "wrong");
	}
	if (user == NULL) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	start.user_id = user->id;
	if (!call_write(call, login_work, &start, error))
		return NULL;
	return go_in(call, &start, safe_next(draft->next));
}

typedef struct {
	const Call *call;
	const char *cookie;
} Leave;

static gboolean
logout_work(Db *db, gpointer data, GError **error)
{
	const Leave *leave = data;

	return session_end(db, leave->cookie, leave->call->now_ms, error);
}

/* POST /logout: the session ends here and in the database. */
static json_t *
logout_post(Call *call, GError **error)
{
	Leave leave = { call, call_cookie(call, SESSION_COOKIE) };

	if (leave.cookie != NULL && leave.cookie[0] != '\0' && !desk_people_write(call, logout_work, &leave, error))
		return NULL;
	call_cookie_set(call, SESSION_COOKIE, "", -1);
	call_redirect(call, "/login?reason=signed_out");
	return json_null();
}

/* ---- the first run --------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *company, *name, *email, *password, *zone;
	const char *lang;
} WelcomeDraft;
static const DraftField welcome_fields[] = {
	{ "company", DRAFT_TEXT, offsetof(WelcomeDraft, company), .required = TRUE, .max = 120 },
	{ "name", DRAFT_TEXT, offsetof(WelcomeDraft, name), .required = TRUE, .max = 200 },
	{ "email", DRAFT_TEXT, offsetof(WelcomeDraft, email), .required = TRUE, .max = 254 },
	{ "password", DRAFT_TEXT, offsetof(WelcomeDraft, password), .required = TRUE, .max = PASSWORD_MAX },
	{ "zone", DRAFT_TEXT, offsetof(WelcomeDraft, zone), .max = 47 },
	{ "lang", DRAFT_WORD, offsetof(WelcomeDraft, lang), .words = user_langs },
	{ NULL },
};
static const DraftSpec welcome_draft = { "Welcome", sizeof(WelcomeDraft), welcome_fields };

static gboolean
check_first_run(Db *db, const char *key, gint64 now_ms, GError **error)
{
	gboolean empty = FALSE;

	if (!invite_check(db, key, "first_run", now_ms, NULL, error) || !org_is_empty(db, &empty, error))
		return FALSE;
	if (!empty)
		g_set_error(error, ERR, ERR_NOT_FOUND, "this link was used, has expired, or never was");
	return empty;
}

static json_t *
welcome_get(Call *call, GError **error)
{
	json_t *value;

	if (!check_first_run(call->db, call_param(call, "key"), call->now_ms, error))
		return NULL;
	value = json_object();
	json_put_text(value, "secret", call_param(call, "key"));
	json_put(value, "zones", desk_zones());
	return value;
}

typedef struct {
	Start start;
	const WelcomeDraft *draft;
	NewUser make;
} Welcome;

static gboolean
welcome_in(Db *db, Welcome *welcome, GError **error)
{
	const Call *call = welcome->start.call;
	g_autoptr(json_t) values = json_object();
	g_autoptr(User) user = NULL;

	json_put_text(values, "house", welcome->draft->company);
	json_put_text(values, "zone", welcome->draft->zone);
	json_put_text(values, "lang", welcome->draft->lang);
	if (!check_first_run(db, call_param(call, "key"), call->now_ms, error) ||
		!invite_use(db, call_param(call, "key"), "first_run", call->now_ms, NULL, error) ||
		(user = user_add_in(db, &welcome->make, actor_system(), call->now_ms, error)) == NULL ||
		!settings_change_in(db, values, actor_system(), call->now_ms, error) ||
		!standard_causes_add(db, welcome->draft->lang, actor_system(), call->now_ms, error))
		return FALSE;
	welcome->start.user_id = user->id;
	return start_in(db, &welcome->start, error);
}

static gboolean
welcome_work(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && welcome_in(db, data, error) && db_tx_commit(tx, error);
}

static gboolean
welcome_check(const WelcomeDraft *draft, const NewUser *make, GError **error)
{
	g_autoptr(GError) faults = NULL;

	(void)user_check(make, &faults);
	(void)password_check(draft->password, draft->email, draft->name, &faults);
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

/* POST /welcome/{key}: the first admin, the company's name, its zone; and in. */
static json_t *
welcome_post(Call *call, GError **error)
{
	const WelcomeDraft *draft = call->draft;
	Welcome welcome = { .start = { .call = call }, .draft = draft,
		.make = { .email = draft->email, .name = draft->name, .role = "admin", .zone = draft->zone, .lang = draft->lang, .capacity = -1 } };
	g_autofree char *hash = NULL;
	json_t *value = NULL;
	Db *db;

	if ((db = store_reader(call->store, error)) == NULL || !check_first_run(db, call_param(call, "key"), call->now_ms, error) ||
		!welcome_check(draft, &welcome.make, error) || (hash = password_hash(draft->password, error)) == NULL)
		return NULL;
	welcome.make.password_hash = hash;
	if (desk_people_write(call, welcome_work, &welcome, error))
		value = go_in(call, &welcome.start, "/");
	start_clear(&welcome.start);
	return value;
}

/* ---- a password by a one-time link ----------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *password, *email;
} InviteDraft;
static const DraftField invite_fields[] = {
	{ "password", DRAFT_TEXT, offsetof(InviteDraft, password), .required = TRUE, .max = PASSWORD_MAX },
	{ "email", DRAFT_TEXT, offsetof(InviteDraft, email), .max = 500, .about = "for the browser's password keeper; passed over" },
	{ NULL },
};
static const DraftSpec invite_draft = { "Invite", sizeof(InviteDraft), invite_fields };

static User *
invited(Db *db, const Call *call, GError **error)
{
	gint64 user_id = 0;

	return invite_check(db, call_param(call, "key"), "password", call->now_ms, &user_id, error) ? user_get(db, user_id, error) : NULL;
}

static json_t *
invite_get(Call *call, GError **error)
{
	g_autoptr(User) user = invited(call->db, call, error);
	json_t *value, *who;

	if (user == NULL)
		return NULL;
	value = json_object();
	who = json_object();
	json_put_text(value, "secret", call_param(call, "key"));
	json_put_text(value, "purpose", user->has_password ? "forgotten" : "first");
	json_put_text(who, "name", user->name);
	json_put_text(who, "email", user->email);
	json_put(value, "user", who);
	return value;
}

typedef struct {
	Start start;
	const char *hash;
} Invite;

static gboolean
invite_in(Db *db, Invite *invite, GError **error)
{
	const Call *call = invite->start.call;
	const UserChange change = { .given = USER_PASSWORD, .password_hash = invite->hash };
	Actor self = { .kind = ACTOR_STAFF };
	g_autoptr(User) user = NULL;

	if (!invite_use(db, call_param(call, "key"), "password", call->now_ms, &self.user_id, error))
		return FALSE;
	user = user_change_in(db, self.user_id, 0, &change, &self, call->now_ms, error);
	if (user == NULL || !session_end_one_in(db, self.user_id, 0, NULL, &self, call->now_ms, error))
		return FALSE;
	invite->start.user_id = self.user_id;
	return start_in(db, &invite->start, error);
}

static gboolean
invite_work(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && invite_in(db, data, error) && db_tx_commit(tx, error);
}

/* POST /invite/{key}: the password is set, other sessions end, and in. */
static json_t *
invite_post(Call *call, GError **error)
{
	const InviteDraft *draft = call->draft;
	Invite invite = { .start = { .call = call } };
	g_autoptr(User) user = NULL;
	g_autofree char *hash = NULL;
	json_t *value = NULL;
	Db *db;

	if ((db = store_reader(call->store, error)) == NULL || (user = invited(db, call, error)) == NULL ||
		!password_check(draft->password, user->email, user->name, error) || (hash = password_hash(draft->password, error)) == NULL)
		return NULL;
	invite.hash = hash;
	if (desk_people_write(call, invite_work, &invite, error))
		value = go_in(call, &invite.start, "/");
	start_clear(&invite.start);
	return value;
}

enum { GUESSED = ROUTE_PAGE_ONLY | ROUTE_NO_CSRF | ROUTE_RATE_STRICT };
const Route desk_sign_in_routes[] = {
	{ "GET", "/login", NULL, ROUTE_READ, .handler = login_get, .page = "login.html", .panels = login_panels, .flags = ROUTE_PAGE_ONLY, .about = "the form to sign in" },
	{ "POST", "/login", NULL, ROUTE_SLOW, 16 * 1024, login_post, .page = "login.html", .draft = &login_draft, .panels = login_panels, .flags = GUESSED, .about = "sign in" },
	{ "POST", "/logout", NULL, ROUTE_SLOW, 4096, logout_post, .flags = ROUTE_PAGE_ONLY, .about = "sign out" },
	{ "GET", "/welcome/{key}", NULL, ROUTE_READ, .handler = welcome_get, .page = "welcome.html", .flags = ROUTE_PAGE_ONLY, .about = "the first run, by the link the server printed" },
	{ "POST", "/welcome/{key}", NULL, ROUTE_SLOW, 16 * 1024, welcome_post, .page = "welcome.html", .draft = &welcome_draft, .flags = GUESSED, .about = "make the first admin" },
	{ "GET", "/invite/{key}", NULL, ROUTE_READ, .handler = invite_get, .page = "invite.html", .flags = ROUTE_PAGE_ONLY, .about = "choose a password by a one-time link" },
	{ "POST", "/invite/{key}", NULL, ROUTE_SLOW, 16 * 1024, invite_post, .page = "invite.html", .draft = &invite_draft, .flags = GUESSED, .about = "set it, and sign in" },
	{ NULL },
};
