/* team.c - see team.h. */
#include "org/team.h"
#include "base/fold.h"
#include "base/ids.h"
#include "store/events.h"
#include "store/refs.h"
#include "team.sql.h"
#include <string.h>

enum { TRIES = 5, NAME_BYTES = 100 };
const char *const team_ways[] = { "hand", "round_robin", "least_loaded", NULL };

void
team_free(Team *team)
{
	if (team == NULL)
		return;
	g_free(team->ref);
	g_free(team->name);
	g_free(team->assign_by);
	g_free(team->lead_ref);
	g_free(team->lead_name);
	g_clear_pointer(&team->member_refs, g_ptr_array_unref);
	g_free(team);
}

static Team *
team_read(DbRows *rows)
{
	Team *self = g_new0(Team, 1);

	self->id = db_rows_int(rows, "id");
	self->ref = g_strdup(db_rows_text(rows, "ref"));
	self->name = g_strdup(db_rows_text(rows, "name"));
	self->assign_by = g_strdup(db_rows_text(rows, "assign_by"));
	self->lead_id = db_rows_int(rows, "lead_id");
	self->lead_ref = g_strdup(db_rows_text(rows, "lead_ref"));
	self->lead_name = g_strdup(db_rows_text(rows, "lead_name"));
	self->last_user_id = db_rows_int(rows, "last_user_id");
	self->created_at = db_rows_int(rows, "created_at");
	self->removed_at = db_rows_int(rows, "removed_at");
	self->version = db_rows_int(rows, "version");
	self->n_members = db_rows_int(rows, "n_members");
	return self;
}

json_t *
team_to_json(const Team *team)
{
	json_t *out = json_object();

	json_put_text(out, "ref", team->ref);
	json_put_text(out, "name", team->name);
	json_put_text(out, "assign_by", team->assign_by);
	if (team->lead_ref != NULL) {
		json_t *lead = json_object();

		json_put_text(lead, "ref", team->lead_ref);
		json_put_text(lead, "name", team->lead_name);
		json_put(out, "lead", lead);
	} else {
		json_put(out, "lead", json_null());
	}
	json_put_int(out, "n_members", team->n_members);
	if (team->member_refs != NULL) {
		json_t *members = json_array();

		for (guint i = 0; i < team->member_refs->len; i++)
			json_array_append_new(members, json_string(team->member_refs->pdata[i]));
		json_put(out, "members", members);
	}
	json_put_time(out, "created_at", team->created_at);
	json_put_time(out, "removed_at", team->removed_at);
	json_put_int(out, "version", team->version);
	return out;
}

static gboolean
read_members(Db *db, Team *team, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_TEAM_MEMBERS, DB_ARGS(DB_INT(team->id)), error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return FALSE;
	team->member_refs = g_ptr_array_new_with_free_func(g_free);
	while (db_rows_next(rows, &local))
		g_ptr_array_add(team->member_refs, g_strdup(db_rows_text(rows, "ref")));
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* The one team of @rows with its members, or ERR_NOT_FOUND. Takes @rows. */
static Team *
one_team(Db *db, DbRows *taken, GError **error)
{
	g_autoptr(DbRows) rows = taken;
	g_autoptr(GError) local = NULL;
	g_autoptr(Team) team = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		team = team_read(rows);
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	if (team == NULL) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "no such team");
		return NULL;
	}
	return read_members(db, team, error) ? g_steal_pointer(&team) : NULL;
}

Team *
team_get(Db *db, gint64 id, GError **error)
{
	return one_team(db, db_query(db, &SQL_TEAM_BY_ID, DB_ARGS(DB_INT(id)), error), error);
}

Team *
team_by_ref(Db *db, const char *ref, GError **error)
{
	char clean[REF_SIZE];

	if (ref == NULL || !ref_read(ref, clean)) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "no such team");
		return NULL;
	}
	return one_team(db, db_query(db, &SQL_TEAM_BY_REF, DB_ARGS(DB_TEXT(clean)), error), error);
}

GPtrArray *
team_list(Db *db, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)team_free);
	g_autoptr(DbRows) rows = db_query(db, &SQL_TEAM_LIST, DB_NO_ARGS, error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		g_ptr_array_add(list, team_read(rows));
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}

static gboolean
check_words(const char *name, const char *assign_by, GError **error)
{
	g_autofree char *line = name != NULL ? line_read(name, NAME_BYTES) : NULL;
	g_autofree char *key = line != NULL ? name_fold(line) : NULL;
	g_autoptr(GError) faults = NULL;

	if (name != NULL && key == NULL)
		err_add_field(&faults, "/name", "A name of 1 to %d bytes is needed.", NAME_BYTES);
	if (assign_by != NULL && !g_strv_contains(team_ways, assign_by))
		err_add_field(&faults, "/assign_by", "A way to share cases is one of hand, round_robin, least_loaded.");
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static gboolean
check_name_free(Db *db, const char *key, gint64 but_id, GError **error)
{
	gint64 n = 0;

	if (!db_query_int(db, &SQL_TEAM_NAME_TAKEN, DB_ARGS(DB_TEXT(key), DB_INT(but_id)), &n, NULL, error))
		return FALSE;
	if (n == 0)
		return TRUE;
	g_set_error(error, ERR, ERR_CONFLICT, "another team has this name");
	return FALSE;
}

static gboolean
add_event(Db *db, const char *kind, gint64 team_id, json_t *facts, const Actor *actor, gint64 now_ms, GError **error)
{
	const Event event = { .kind = kind, .subject_id = team_id, .at_ms = now_ms, .actor = actor, .facts = facts };

	return event_add(db, &event, NULL, error);
}

/* *@ret_id stays when the name is taken. */
static gboolean
insert_team(Db *db, const char *name, const char *key, const char *assign_by, gint64 now_ms, gint64 *ret_id, GError **error)
{
	char ref[REF_SIZE];
	gboolean made;

	return ref_insert(db, &SQL_TEAM_INSERT, ref, DB_ARGS(DB_TEXT(ref), DB_TEXT(name), DB_TEXT(key), DB_TEXT(assign_by), DB_INT(now_ms)), ret_id, &made, error);
}

Team *
team_add_in(Db *db, const char *name, const char *assign_by, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autofree char *line = NULL, *key = NULL;
	gint64 id = 0;

	if (!check_words(name != NULL ? name : "", assign_by, error))
		return NULL;
	line = line_read(name, NAME_BYTES);
	key = name_fold(line);
	for (int i = 0; id == 0 && i < TRIES; i++)
		if (!check_name_free(db, key, 0, error) || !insert_team(db, line, key, assign_by != NULL ? assign_by : team_ways[0], now_ms, &id, error))
			return NULL;
	if (id == 0) {
		g_set_error(error, ERR, ERR_BUSY, "the same team is being added by others");
		return NULL;
	}
	return add_event(db, "team.added", id, NULL, actor, now_ms, error) ? team_get(db, id, error) : NULL;
}

Team *
team_add(Db *db, const char *name, const char *assign_by, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Team) team = NULL;

	if (tx == NULL || (team = team_add_in(db, name, assign_by, actor, now_ms, error)) == NULL || !db_tx_commit(tx, error))
		return NULL;
	return g_steal_pointer(&team);
}

static gboolean
write_members(Db *db, gint64 team_id, const GArray *members, GError **error)
{
	if (!db_exec(db, &SQL_TEAM_MEMBERS_CLEAR, DB_ARGS(DB_INT(team_id)), NULL, error))
		return FALSE;
	for (guint i = 0; i < members->len; i++) {
		gint64 changed = 0;
		gint64 user_id = g_array_index(members, gint64, i);

		for (guint k = 0; k < i; k++)
			if (g_array_index(members, gint64, k) == user_id)
				user_id = 0; /* named twice */
		if (user_id == 0)
			continue;
		if (!db_exec(db, &SQL_TEAM_MEMBER_INSERT, DB_ARGS(DB_INT(team_id), DB_INT(user_id)), &changed, error))
			return FALSE;
		if (changed == 0) {
			err_add_field(error, "/members", "A removed user cannot be a member.");
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
write_team(Db *db, const Team *team, GError **error)
{
	g_autofree char *key = name_fold(team->name);
	gint64 changed = 0;

	if (!check_name_free(db, key, team->id, error))
		return FALSE;
	if (!db_exec(db, &SQL_TEAM_UPDATE,
		    DB_ARGS(DB_INT(team->id), DB_INT(team->version), DB_TEXT(team->name), DB_TEXT(key), DB_TEXT(team->assign_by),
			    DB_INT_OR_NULL(team->removed_at)),
		    &changed, error))
		return FALSE;
	if (changed > 0)
		return TRUE;
	g_set_error(error, ERR, ERR_CONFLICT, "the team was changed meanwhile");
	return FALSE;
}

static void
take_text(char **member, const char *value, const char *field, json_t *fields)
{
	if (value == NULL || strcmp(*member, value) == 0)
		return;
	g_free(*member);
	*member = g_strdup(value);
	json_array_append_new(fields, json_string(field));
}

static gboolean
change_in(Db *db, Team *team, const char *name, const char *assign_by, const GArray *members, gboolean removed, const Actor *actor, gint64 now_ms,
	GError **error)
{
	g_autofree char *line = name != NULL ? line_read(name, NAME_BYTES) : NULL;
	g_autoptr(json_t) facts = json_object();
	json_t *fields = json_array();
	gboolean flips = !removed != (team->removed_at == 0);

	json_put(facts, "fields", fields);
	take_text(&team->name, line, "name", fields);
	take_text(&team->assign_by, assign_by, "assign_by", fields);
	if (members != NULL)
		json_array_append_new(fields, json_string("members"));
	if (flips)
		team->removed_at = removed ? now_ms : 0;
	if (!flips && json_array_size(fields) == 0)
		return TRUE;
	if (!write_team(db, team, error) || (members != NULL && !write_members(db, team->id, members, error)))
		return FALSE;
	if (json_array_size(fields) > 0 && !add_event(db, "team.changed", team->id, facts, actor, now_ms, error))
		return FALSE;
	return !flips || add_event(db, removed ? "team.removed" : "team.restored", team->id, NULL, actor, now_ms, error);
}

gboolean
team_set_lead_in(Db *db, gint64 id, gint64 user_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_object();
	json_t *fields = json_array();

	json_array_append_new(fields, json_string("lead"));
	json_put(facts, "fields", fields);
	return db_exec(db, &SQL_TEAM_LEAD_SET, DB_ARGS(DB_INT(id), DB_INT_OR_NULL(user_id)), NULL, error) && add_event(db, "team.changed", id, facts, actor, now_ms, error);
}

gboolean
team_lead_over(Db *db, gint64 owner_id, gint64 team_id, gint64 *ret_user_id, GError **error)
{
	gboolean found = FALSE;
	gint64 user_id = 0;

	if (!db_query_int(db, &SQL_TEAM_LEAD_OVER, DB_ARGS(DB_INT(owner_id), DB_INT(team_id)), &user_id, &found, error))
		return FALSE;
	*ret_user_id = found ? user_id : 0;
	return TRUE;
}

Team *
team_change_in(Db *db, gint64 id, gint64 version, const char *name, const char *assign_by, const GArray *members, gboolean removed,
	const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Team) team = NULL;

	if (!check_words(name, assign_by, error) || (team = team_get(db, id, error)) == NULL)
		return NULL;
	if (version != 0 && team->version != version) {
		g_set_error(error, ERR, ERR_CONFLICT, "the team was changed meanwhile");
		return NULL;
	}
	return change_in(db, team, name, assign_by, members, removed, actor, now_ms, error) ? team_get(db, id, error) : NULL;
}

Team *
team_change(Db *db, gint64 id, gint64 version, const char *name, const char *assign_by, const GArray *members, gboolean removed,
	const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autoptr(Team) team = NULL;

	if (tx == NULL || (team = team_change_in(db, id, version, name, assign_by, members, removed, actor, now_ms, error)) == NULL ||
		!db_tx_commit(tx, error))
		return NULL;
	return g_steal_pointer(&team);
}
