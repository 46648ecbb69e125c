/* teams.c - teams, who is in them, and how they share cases. The rules: org/team.h. */
#include "desk/teams.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "desk/people.h"
#include "org/user.h"

static json_t *
teams_get(Call *call, GError **error)
{
	g_autoptr(GPtrArray) teams = team_list(call->db, error);
	json_t *value, *list;

	if (teams == NULL)
		return NULL;
	value = json_object();
	list = json_array();
	for (guint i = 0; i < teams->len; i++)
		json_array_append_new(list, team_to_json(teams->pdata[i]));
	json_put(value, "teams", list);
	return value;
}

static json_t *
team_value(Call *call, const Team *team)
{
	call_etag_version(call, team->version);
	return team_to_json(team);
}

static json_t *
team_get_one(Call *call, GError **error)
{
	g_autoptr(Team) team = team_by_ref(call->db, call_param(call, "ref"), error);

	return team != NULL ? team_value(call, team) : NULL;
}

static gboolean
is_among(const json_t *refs, const char *ref)
{
	for (gsize i = 0; i < json_array_size(refs); i++)
		if (g_strcmp0(json_string_value(json_array_get(refs, i)), ref) == 0)
			return TRUE;
	return FALSE;
}

/* On the page "members" is everybody, with a mark on those who are in. */
static gboolean
team_panels(Call *call, json_t *value, GError **error)
{
	g_autoptr(GPtrArray) users = user_list(call->db, FALSE, error);
	json_t *list = json_array();

	for (guint i = 0; users != NULL && i < users->len; i++) {
		const User *user = users->pdata[i];
		json_t *one = json_object();

		json_put_text(one, "ref", user->ref);
		json_put_text(one, "name", user->name);
		json_put_bool(one, "leads", g_strcmp0(json_text(json_object_get(value, "lead"), "ref", NULL), user->ref) == 0);
		json_put_bool(one, "here", is_among(json_object_get(value, "members"), user->ref));
		json_array_append_new(list, one);
	}
	json_put(value, "members", list);
	return users != NULL && desk_panel_chrome(call, value, error);
}

typedef struct {
	DraftGiven given;
	char *name;
	const char *assign_by;
	GPtrArray *members;
	char *lead;
	gboolean removed;
} TeamDraft;
enum { T_NAME, T_ASSIGN_BY, T_MEMBERS, T_LEAD, T_REMOVED };
static const DraftField new_team_fields[] = {
	[T_NAME] = { "name", DRAFT_TEXT, offsetof(TeamDraft, name), .required = TRUE, .max = 100 },
	[T_ASSIGN_BY] = { "assign_by", DRAFT_WORD, offsetof(TeamDraft, assign_by), .words = team_ways, .about = "how new cases find somebody" },
	[T_MEMBERS] = { "members", DRAFT_LIST, offsetof(TeamDraft, members), .max = 5000, .about = "users' refs" },
	{ NULL },
};
static const DraftSpec new_team_draft = { "NewTeam", sizeof(TeamDraft), new_team_fields };
static const DraftField team_fields[] = {
	[T_NAME] = { "name", DRAFT_TEXT, offsetof(TeamDraft, name), .max = 100 },
	[T_ASSIGN_BY] = { "assign_by", DRAFT_WORD, offsetof(TeamDraft, assign_by), .words = team_ways },
	[T_MEMBERS] = { "members", DRAFT_LIST, offsetof(TeamDraft, members), .max = 5000, .about = "the whole new list of users' refs" },
	[T_LEAD] = { "lead", DRAFT_TEXT, offsetof(TeamDraft, lead), .max = 20, .about = "the ref of who leads it, and is told when something is late; empty: nobody" },
	[T_REMOVED] = { "removed", DRAFT_BOOL, offsetof(TeamDraft, removed), .about = "used no more; false brings it back" },
	{ NULL },
};
static const DraftSpec team_draft = { "TeamChange", sizeof(TeamDraft), team_fields };

typedef struct {
	const Call *call;
	gint64 id, version;
	GArray *members; /* NULL: as they are */
	gint64 lead_id;  /* 0: nobody */
	gboolean sets_lead;
	gboolean removed;
	Team *team;
} Work;

static void
work_clear(Work *work)
{
	g_clear_pointer(&work->members, g_array_unref);
	team_free(work->team);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static gboolean
read_members(Db *db, const GPtrArray *refs, GArray **ret_members, GError **error)
{
	g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(gint64));

	for (guint i = 0; refs != NULL && i < refs->len; i++) {
		g_autoptr(GError) why = NULL;
		g_autoptr(User) user = user_by_ref(db, refs->pdata[i], &why);

		if (user == NULL && g_error_matches(why, ERR, ERR_NOT_FOUND)) {
			err_add_field(error, "/members", "We know nobody here as %s.", (const char *)refs->pdata[i]);
			return FALSE;
		}
		if (user == NULL) {
			g_propagate_error(error, g_steal_pointer(&why));
			return FALSE;
		}
		g_array_append_val(members, user->id);
	}
	*ret_members = g_steal_pointer(&members);
	return TRUE;
}

static gboolean
add_in(Db *db, Work *work, GError **error)
{
	const TeamDraft *draft = work->call->draft;
	const Actor *actor = work->call->actor;
	gint64 now_ms = work->call->now_ms;
	g_autoptr(Team) empty = team_add_in(db, draft->name, draft->assign_by, actor, now_ms, error);

	if (empty == NULL)
		return FALSE;
	work->team = work->members == NULL ? g_steal_pointer(&empty) : team_change_in(db, empty->id, 0, NULL, NULL, work->members, FALSE, actor, now_ms, error);
	return work->team != NULL;
}

static gboolean
add_work(Db *db, gpointer data, GError **error)
{
	Work *work = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	g_clear_pointer(&work->team, team_free);
	return tx != NULL && add_in(db, work, error) && db_tx_commit(tx, error);
}

static json_t *
team_post(Call *call, GError **error)
{
	const TeamDraft *draft = call->draft;
	g_auto(Work) work = { .call = call };
	Db *db = store_reader(call->store, error);

	if (db == NULL || (draft->members != NULL && draft->members->len > 0 && !read_members(db, draft->members, &work.members, error)))
		return NULL;
	if (!desk_people_write(call, add_work, &work, error))
		return NULL;
	call_created(call, "/teams/%s", work.team->ref);
	return team_value(call, work.team);
}

static gboolean
change_in(Db *db, Work *work, GError **error)
{
	const TeamDraft *draft = work->call->draft;
	const Actor *actor = work->call->actor;
	gint64 now_ms = work->call->now_ms;

	g_clear_pointer(&work->team, team_free);
	work->team = team_change_in(db, work->id, work->version, draft != NULL ? draft->name : NULL, draft != NULL ? draft->assign_by : NULL, work->members,
		work->removed, actor, now_ms, error);
	if (work->team == NULL || !work->sets_lead || work->team->lead_id == work->lead_id)
		return work->team != NULL;
	if (!team_set_lead_in(db, work->id, work->lead_id, actor, now_ms, error))
		return FALSE;
	g_clear_pointer(&work->team, team_free);
	work->team = team_get(db, work->id, error);
	return work->team != NULL;
}

static gboolean
change_work(Db *db, gpointer data, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && change_in(db, data, error) && db_tx_commit(tx, error);
}

static gboolean
read_lead(Db *db, const char *ref, Work *work, GError **error)
{
	g_autoptr(User) user = NULL;
	g_autoptr(GError) why = NULL;

	work->sets_lead = TRUE;
	if (ref == NULL || ref[0] == '\0')
		return TRUE;
	if ((user = user_by_ref(db, ref, &why)) != NULL && user->removed_at == 0) {
		work->lead_id = user->id;
		return TRUE;
	}
	if (user == NULL && !g_error_matches(why, ERR, ERR_NOT_FOUND))
		g_propagate_error(error, g_steal_pointer(&why));
	else
		err_add_field(error, "/lead", "We know nobody here as %s.", ref);
	return FALSE;
}

/* @removed -1: as it is. */
static json_t *
change_now(Call *call, Work *work, int removed, GError **error)
{
	Db *db = store_reader(call->store, error);
	g_autoptr(Team) before = db != NULL ? team_by_ref(db, call_param(call, "ref"), error) : NULL;
	const TeamDraft *draft = call->draft;

	if (before == NULL || !desk_if_match(call, &work->version, error))
		return NULL;
	if (draft != NULL && DRAFT_GIVEN(draft, T_MEMBERS) && !read_members(db, draft->members, &work->members, error))
		return NULL;
	if (draft != NULL && DRAFT_GIVEN(draft, T_LEAD) && !read_lead(db, draft->lead, work, error))
		return NULL;
	work->id = before->id;
	work->removed = removed >= 0 ? removed : before->removed_at != 0;
	if (!desk_people_write(call, change_work, work, error))
		return NULL;
	if (work->removed)
		call_redirect(call, "/teams");
	else
		call_redirect(call, "/teams/%s", work->team->ref);
	return team_value(call, work->team);
}

static json_t *
team_patch(Call *call, GError **error)
{
	const TeamDraft *draft = call->draft;
	g_auto(Work) work = { .call = call };

	return change_now(call, &work, DRAFT_GIVEN(draft, T_REMOVED) ? draft->removed : -1, error);
}

static json_t *
team_delete(Call *call, GError **error)
{
	g_auto(Work) work = { .call = call };

	return change_now(call, &work, TRUE, error);
}

const Route desk_team_routes[] = {
	{ "GET", "/teams", "case.read", ROUTE_READ, .handler = teams_get, .page = "teams.html", .panels = desk_panel_chrome, .about = "teams" },
	{ "POST", "/teams", "admin.write", ROUTE_SLOW, 4096, team_post, .page = "teams.html", .draft = &new_team_draft, .panels = desk_panel_chrome, .about = "add a team" },
	{ "GET", "/teams/{ref}", "case.read", ROUTE_READ, .handler = team_get_one, .page = "team.html", .panels = team_panels, .about = "one of them, with its members" },
	{ "PATCH", "/teams/{ref}", "admin.write", ROUTE_SLOW, 128 * 1024, team_patch, .page = "team.html", .draft = &team_draft, .panels = team_panels, .about = "change its name, members, or how it shares cases" },
	{ "DELETE", "/teams/{ref}", "admin.write", ROUTE_SLOW, 4096, team_delete, .about = "a team is used no more" },
	{ NULL },
};
