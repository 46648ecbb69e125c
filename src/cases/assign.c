/* assign.c - giving a case to somebody. Who there is and how much they take: org/user.h, org/team.c. */
#include "cases/assign.h"
#include "cases/notice.h"
#include "cases/record.h"
#include "assign.sql.h"
#include <string.h>

typedef struct {
	char to[16], from[16], team[16];
} Refs;

static void
copy_ref(char out[16], const char *ref)
{
	g_strlcpy(out, ref != NULL ? ref : "", 16);
}

static gboolean
read_refs(Db *db, gint64 user_id, gint64 from_id, gint64 team_id, Refs *out, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_ASSIGN_REFS, DB_ARGS(DB_INT(user_id), DB_INT(from_id), DB_INT(team_id)), error);

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			g_set_error_literal(error, ERR, ERR_INTERNAL, "looking up who is meant gave no row");
		return FALSE;
	}
	copy_ref(out->to, db_rows_text(rows, "to_ref"));
	copy_ref(out->from, db_rows_text(rows, "from_ref"));
	copy_ref(out->team, db_rows_text(rows, "team_ref"));
	if (user_id != 0 && out->to[0] == '\0') {
		err_add_field(error, "/owner", "There is no such person.");
		return FALSE;
	}
	if (team_id != 0 && out->team[0] == '\0') {
		err_add_field(error, "/team", "There is no such team.");
		return FALSE;
	}
	return TRUE;
}

static json_t *
facts_of(const Refs *refs, const char *how)
{
	json_t *facts = json_object();

	json_put_text(facts, "from", refs->from[0] != '\0' ? refs->from : NULL);
	json_put_text(facts, "to", refs->to[0] != '\0' ? refs->to : NULL);
	json_put_text(facts, "team", refs->team[0] != '\0' ? refs->team : NULL);
	if (how != NULL)
		json_put_text(facts, "how", how);
	return facts;
}

/* A team of 0 leaves it where it is. */
static gboolean
give(Db *db, Case *it, gint64 user_id, gint64 team_id, const char *how, const Actor *actor, gint64 now_ms, GError **error)
{
	gint64 team = team_id != 0 ? team_id : it->team_id;
	Refs refs;

	if (it->merged_into != 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "case %s was merged into another one: assign that", it->ref);
		return FALSE;
	}
	if (!read_refs(db, user_id, it->owner_id, team_id, &refs, error))
		return FALSE;
	if (it->owner_id == user_id && it->team_id == team)
		return TRUE;
	it->owner_id = user_id;
	it->team_id = team;
	if (!case_save(db, it, now_ms, error) || !record_event(db, "case.assigned", it->id, it->version, user_id, actor, now_ms, facts_of(&refs, how), error))
		return FALSE;
	if (user_id == 0 || user_id == actor->user_id)
		return TRUE;
	return notice_add(db, user_id, "assigned", it->id, 0, actor->user_id, NULL, now_ms, error);
}

gboolean
case_assign_in(Db *db, gint64 id, gint64 version, gint64 user_id, gint64 team_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(Case) it = case_lock(db, id, error);

	return it != NULL && case_check_version(it, version, error) && give(db, it, user_id, team_id, NULL, actor, now_ms, error);
}

gboolean
case_assign_on(Db *db, Case *it, gint64 user_id, gint64 team_id, const Actor *actor, gint64 now_ms, GError **error)
{
	return give(db, it, user_id, team_id, NULL, actor, now_ms, error);
}

gboolean
case_assign(Db *db, gint64 id, gint64 version, gint64 user_id, gint64 team_id, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && case_assign_in(db, id, version, user_id, team_id, actor, now_ms, error) && db_tx_commit(tx, error);
}

guint
assign_choose(const AssignMember *members, guint n_members, const char *how, gint64 last_user_id)
{
	gboolean by_turns = strcmp(how, "round_robin") == 0;
	guint best = n_members, first = n_members;

	for (guint i = 0; i < n_members; i++) {
		const AssignMember *one = &members[i];

		if (one->n_open >= one->capacity)
			continue;
		if (first == n_members)
			first = i;
		if (by_turns ? best == n_members && one->user_id > last_user_id
		             /* n_open / capacity, compared without dividing */
		             : best == n_members || one->n_open * members[best].capacity < members[best].n_open * one->capacity)
			best = i;
	}
	return best < n_members ? best : first;
}

static gboolean
read_members(Db *db, gint64 team_id, gint64 case_id, GArray *members, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_ASSIGN_MEMBERS, DB_ARGS(DB_INT(team_id), DB_INT(case_id)), error);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local)) {
		AssignMember one = { db_rows_int(rows, "id"), db_rows_int(rows, "capacity"), db_rows_int(rows, "n_open") };

		g_array_append_val(members, one);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
find_member(Db *db, gint64 team_id, gint64 case_id, const char *how, gint64 *ret_user_id, GError **error)
{
	g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(AssignMember));
	gint64 last = 0, user_id = 0;
	gboolean found = FALSE;
	guint at;

	if (!db_query_int(db, &SQL_ASSIGN_TEAM_LOCK, DB_ARGS(DB_INT(team_id)), &last, &found, error))
		return FALSE;
	if (!found) {
		err_add_field(error, "/team", "There is no such team.");
		return FALSE;
	}
	if (!read_members(db, team_id, case_id, members, error))
		return FALSE;
	at = assign_choose((const AssignMember *)members->data, members->len, how, last);
	if (at < members->len) {
		user_id = g_array_index(members, AssignMember, at).user_id;
		if (!db_exec(db, &SQL_ASSIGN_REMEMBER, DB_ARGS(DB_INT(team_id), DB_INT(user_id)), NULL, error))
			return FALSE;
	}
	*ret_user_id = user_id;
	return TRUE;
}

gboolean
case_assign_auto_in(Db *db, gint64 id, gint64 version, gint64 team_id, const char *how, const Actor *actor, gint64 now_ms, gint64 *ret_user_id, GError **error)
{
	g_autoptr(Case) it = NULL;
	gint64 user_id;

	if (strcmp(how, "round_robin") != 0 && strcmp(how, "least_loaded") != 0) {
		err_add_field(error, "/how", "One of: round_robin, least_loaded.");
		return FALSE;
	}
	if ((it = case_lock(db, id, error)) == NULL || !case_check_version(it, version, error) || !find_member(db, team_id, id, how, &user_id, error) ||
	    !give(db, it, user_id, team_id, how, actor, now_ms, error))
		return FALSE;
	if (ret_user_id != NULL)
		*ret_user_id = user_id;
	return TRUE;
}

gboolean
case_assign_auto(Db *db, gint64 id, gint64 version, gint64 team_id, const char *how, const Actor *actor, gint64 now_ms, gint64 *ret_user_id, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	gint64 user_id;

	if (tx == NULL || !case_assign_auto_in(db, id, version, team_id, how, actor, now_ms, &user_id, error) || !db_tx_commit(tx, error))
		return FALSE;
	if (ret_user_id != NULL)
		*ret_user_id = user_id;
	return TRUE;
}
