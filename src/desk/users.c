/* users.c - the people who answer: list, add with a one-time link, change, remove. One's own: desk/account.c; the rules:
 * org/user.h. Writes of people run beside the writer and forget what was kept about people when they are durable. */
#include "desk/users.h"
#include "cases/list.h"
#include "desk/app.h"
#include "desk/choose.h"
#include "desk/panels.h"
#include "desk/people.h"
#include "org/roles.h"
#include "org/user.h"

static gint64
n_open_of(DeskApp *app, const User *user)
{
	const Actor them = { .kind = ACTOR_STAFF, .user_id = user->id };
	g_autoptr(json_t) counters = case_counters_get(app->counters, &them);

	return json_int(counters, "mine", 0);
}

static json_t *
users_get(Call *call, GError **error)
{
	gboolean removed = call_query_int(call, "removed", 0, 0, 1) != 0;
	g_autoptr(GPtrArray) users = user_list(call->db, removed, error);
	json_t *value, *list;

	if (users == NULL)
		return NULL;
	value = json_object();
	list = json_array();
	for (guint i = 0; i < users->len; i++) {
		json_t *one = user_to_json(users->pdata[i]);

		json_put_int(one, "n_open", n_open_of(desk_app(call), users->pdata[i]));
		json_array_append_new(list, one);
	}
	json_put(value, "users", list);
	json_put_bool(value, "removed", removed);
	return value;
}

/* "teams" and "roles" to choose from; "users" stays the page's own. */
static gboolean
user_panels(Call *call, json_t *value, GError **error)
{
	g_autoptr(GPtrArray) teams = team_list(call->db, error);
	json_t *list = json_array(), *roles = json_array();

	for (guint i = 0; teams != NULL && i < teams->len; i++)
		json_array_append_new(list, team_to_json(teams->pdata[i]));
	for (guint i = 0; role_words[i] != NULL; i++)
		json_array_append_new(roles, json_string(role_words[i]));
	json_put(value, "teams", list);
	json_put(value, "roles", roles);
	return teams != NULL && desk_panel_chrome(call, value, error);
}

static json_t *
user_value(Call *call, const User *user, const char *link)
{
	json_t *value = user_to_json(user);

	json_put_text(value, "link", link);
	call_etag_version(call, user->version);
	return value;
}

static json_t *
user_get_one(Call *call, GError **error)
{
	g_autoptr(User) user = user_by_ref(call->db, call_param(call, "ref"), error);

	return user != NULL ? user_value(call, user, NULL) : NULL;
}

/* ---- adding ---------------------------------------------------------------------------------------------------------- */

typedef struct {
	DraftGiven given;
	char *name, *email, *team, *zone;
	const char *role, *lang;
	gint64 capacity;
	gboolean available, removed;
} UserDraft;
enum { U_NAME, U_ROLE, U_TEAM, U_CAPACITY, U_ZONE, U_LANG, U_EMAIL, U_AVAILABLE = U_EMAIL, U_REMOVED };
static const DraftField new_user_fields[] = {
	[U_NAME] = { "name", DRAFT_TEXT, offsetof(UserDraft, name), .required = TRUE, .max = 200 },
	[U_ROLE] = { "role", DRAFT_WORD, offsetof(UserDraft, role), .required = TRUE, .words = role_words },
	[U_TEAM] = { "team", DRAFT_TEXT, offsetof(UserDraft, team), .max = 20, .about = "the home team's ref" },
	[U_CAPACITY] = { "capacity", DRAFT_INT, offsetof(UserDraft, capacity), .max = USER_CAPACITY_MAX, .about = "open cases at most; 0: takes none" },
	[U_ZONE] = { "zone", DRAFT_TEXT, offsetof(UserDraft, zone), .max = 47 },
	[U_LANG] = { "lang", DRAFT_WORD, offsetof(UserDraft, lang), .words = user_langs },
	[U_EMAIL] = { "email", DRAFT_TEXT, offsetof(UserDraft, email), .required = TRUE, .max = 254 },
	{ NULL },
};
static const DraftSpec new_user_draft = { "NewUser", sizeof(UserDraft), new_user_fields };
static const DraftField user_fields[] = {
	[U_NAME] = { "name", DRAFT_TEXT, offsetof(UserDraft, name), .max = 200 },
	[U_ROLE] = { "role", DRAFT_WORD, offsetof(UserDraft, role), .words = role_words },
	[U_TEAM] = { "team", DRAFT_TEXT, offsetof(UserDraft, team), .max = 20, .about = "the home team's ref; empty: none", .keep_empty = TRUE },
	[U_CAPACITY] = { "capacity", DRAFT_INT, offsetof(UserDraft, capacity), .max = USER_CAPACITY_MAX, .about = "open cases at most; 0: takes none" },
	[U_ZONE] = { "zone", DRAFT_TEXT, offsetof(UserDraft, zone), .max = 47 },
	[U_LANG] = { "lang", DRAFT_WORD, offsetof(UserDraft, lang), .words = user_langs },
	[U_AVAILABLE] = { "available", DRAFT_BOOL, offsetof(UserDraft, available), .about = "takes new cases" },
	[U_REMOVED] = { "removed", DRAFT_BOOL, offsetof(UserDraft, removed), .about = "has left; false brings them back" },
	{ NULL },
};
static const DraftSpec user_draft = { "UserChange", sizeof(UserDraft), user_fields };

/* What a unit of work about one user takes and gives. */
typedef struct {
	Call *call;
	NewUser make;
	UserChange change;
	gint64 id, version;
	User *user;
	char *secret;
} Work;

static void
work_clear(Work *work)
{
	user_free(work->user);
	g_free(work->secret);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

/* The link's secret for the work's user, in the same transaction. */
static gboolean
invite_in(Db *db, Work *work, GError **error)
{
	g_clear_pointer(&work->secret, g_free);
	work->secret = invite_add_in(db, "password", work->user->id, work->call->actor, work->call->now_ms, INVITE_AGE_MS, error);
	return work->secret != NULL;
}

static gboolean
add_work(Db *db, gpointer data, GError **error)
{
	Work *work = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	g_clear_pointer(&work->user, user_free);
	if (tx == NULL || (work->user = user_add_in(db, &work->make, work->call->actor, work->call->now_ms, error)) == NULL)
		return FALSE;
	return invite_in(db, work, error) && db_tx_commit(tx, error);
}

static char *
link_of(const Work *work, Db *db)
{
	g_autofree char *base = desk_base_url(work->call, db);

	return g_strdup_printf("%s/invite/%s", base, work->secret);
}

static gboolean
team_of(Db *db, const char *team, gint64 *ret_id, GError **error)
{
	return desk_team_id(db, team != NULL && team[0] != '\0' ? team : NULL, ret_id, error);
}

/* POST /users: the answer holds the one-time link, and nothing else ever does. */
static json_t *
user_post(Call *call, GError **error)
{
	const UserDraft *draft = call->draft;
	g_auto(Work) work = { .call = call };
	g_autofree char *link = NULL;
	Db *db = store_reader(call->store, error);

	work.make = (NewUser){ .email = draft->email, .name = draft->name, .role = draft->role, .zone = draft->zone, .lang = draft->lang,
		.capacity = DRAFT_GIVEN(draft, U_CAPACITY) ? draft->capacity : -1 };
	if (db == NULL || !team_of(db, draft->team, &work.make.team_id, error) || !desk_people_write(call, add_work, &work, error))
		return NULL;
	link = link_of(&work, db);
	call_created(call, "/users/%s", work.user->ref);
	g_clear_pointer(&call->redirect, g_free); /* the link is shown here, now */
	return user_value(call, work.user, link);
}

static gboolean
link_work(Db *db, gpointer data, GError **error)
{
	Work *work = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && invite_in(db, work, error) && db_tx_commit(tx, error);
}

/* POST /users/{ref}/invite: a new link, for who lost the first or forgot the password; earlier ones end. */
static json_t *
invite_post(Call *call, GError **error)
{
	g_auto(Work) work = { .call = call };
	g_autofree char *link = NULL;
	Db *db = store_reader(call->store, error);

	if (db == NULL || (work.user = user_by_ref(db, call_param(call, "ref"), error)) == NULL)
		return NULL;
	if (work.user->removed_at != 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "they have left: take them back first");
		return NULL;
	}
	if (!call_write(call, link_work, &work, error))
		return NULL;
	link = link_of(&work, db);
	return user_value(call, work.user, link);
}

/* ---- changing -------------------------------------------------------------------------------------------------------- */

static gboolean
change_work(Db *db, gpointer data, GError **error)
{
	Work *work = data;

	g_clear_pointer(&work->user, user_free);
	work->user = user_change(db, work->id, work->version, &work->change, work->call->actor, work->call->now_ms, error);
	return work->user != NULL;
}

static json_t *
change_now(Call *call, Work *work, GError **error)
{
	Db *db = store_reader(call->store, error);
	g_autoptr(User) before = db != NULL ? user_by_ref(db, call_param(call, "ref"), error) : NULL;

	if (before == NULL || !desk_if_match(call, &work->version, error))
		return NULL;
	work->id = before->id;
	if (!desk_people_write(call, change_work, work, error))
		return NULL;
	call_redirect(call, "/users/%s", work->user->ref);
	return user_value(call, work->user, NULL);
}

static json_t *
user_patch(Call *call, GError **error)
{
	static const gint64 bits[] = { [U_NAME] = USER_NAME, [U_ROLE] = USER_ROLE, [U_TEAM] = USER_TEAM, [U_CAPACITY] = USER_CAPACITY, [U_ZONE] = USER_ZONE,
		[U_LANG] = USER_LANG, [U_AVAILABLE] = USER_AVAILABLE, [U_REMOVED] = USER_REMOVED };
	const UserDraft *draft = call->draft;
	g_auto(Work) work = { .call = call };
	Db *db = store_reader(call->store, error);

	work.change = (UserChange){ .name = draft->name, .role = draft->role, .zone = draft->zone, .lang = draft->lang, .capacity = draft->capacity,
		.available = draft->available, .removed = draft->removed };
	if (db == NULL || !team_of(db, draft->team, &work.change.team_id, error))
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(bits); i++)
		if (DRAFT_GIVEN(draft, i))
			work.change.given |= bits[i];
	return change_now(call, &work, error);
}

/* DELETE /users/{ref}: has left. Cases and words stay theirs; sessions, tokens and links end. */
static json_t *
user_delete(Call *call, GError **error)
{
	g_auto(Work) work = { .call = call, .change = { .given = USER_REMOVED, .removed = TRUE } };

	return change_now(call, &work, error);
}

const Route desk_user_routes[] = {
	{ "GET", "/users", "case.read", ROUTE_READ, .handler = users_get, .page = "users.html", .panels = user_panels, .about = "the people who answer" },
	{ "POST", "/users", "admin.write", ROUTE_SLOW, 16 * 1024, user_post, .page = "user.html", .draft = &new_user_draft, .panels = user_panels, .flags = ROUTE_SECRET, .about = "add somebody; the answer holds a one-time link" },
	{ "GET", "/users/{ref}", "case.read", ROUTE_READ, .handler = user_get_one, .page = "user.html", .panels = user_panels, .about = "one of them" },
	{ "PATCH", "/users/{ref}", "admin.write", ROUTE_SLOW, 16 * 1024, user_patch, .page = "user.html", .draft = &user_draft, .panels = user_panels, .about = "change name, role, team, capacity" },
	{ "DELETE", "/users/{ref}", "admin.write", ROUTE_SLOW, 4096, user_delete, .page = "user.html", .panels = user_panels, .about = "somebody has left" },
	{ "POST", "/users/{ref}/invite", "admin.write", ROUTE_SLOW, 4096, invite_post, .page = "user.html", .panels = user_panels, .flags = ROUTE_SECRET, .about = "a new one-time link" },
	{ NULL },
};
