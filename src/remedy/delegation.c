/* delegation.c - see delegation.h. */
#include "remedy/delegation.h"
#include "base/clock.h"
#include "delegation.sql.h"
#include "org/roles.h"
#include "org/user.h"
#include "remedy/rows.h"
#include "store/events.h"
#include "store/refs.h"

enum { DAYS_MAX = 366 };

static json_t *
delegation_json(DbRows *rows)
{
	json_t *out = json_object();

	json_put_text(out, "ref", db_rows_text(rows, "ref"));
	rows_put_person(out, "from", rows);
	rows_put_person(out, "to", rows);
	json_put_time(out, "starts_at", db_rows_int(rows, "starts_at"));
	json_put_time(out, "ends_at", db_rows_int(rows, "ends_at"));
	return out;
}

json_t *
delegation_list(Db *db, gint64 user_id, gint64 now_ms, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_DELEGATION_LIST, DB_ARGS(DB_INT(now_ms), DB_INT(user_id)), error);

	return rows_list(rows, delegation_json, error);
}

/* An approver by ref; 0 and a fault for anybody else. */
static gboolean
read_approver(Db *db, const char *ref, const char *field, gint64 *ret_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(User) user = user_by_ref(db, ref, &local);

	if (user != NULL && user->removed_at == 0 && (role_may(user->role) & permission_bit("remedy.approve")) != 0) {
		*ret_id = user->id;
		return TRUE;
	}
	if (local != NULL && !g_error_matches(local, ERR, ERR_NOT_FOUND))
		g_propagate_error(error, g_steal_pointer(&local));
	else
		err_add_field(error, field, "Somebody who may approve.");
	return FALSE;
}

static gboolean
check_times(gint64 starts_at, gint64 ends_at, gint64 now_ms, GError **error)
{
	if (ends_at <= starts_at || ends_at <= now_ms)
		err_add_field(error, "/ends_at", "The end is not after the beginning, or over already.");
	else if (ends_at - starts_at > DAYS_MAX * MS_PER_DAY)
		err_add_field(error, "/ends_at", "At most a year.");
	else
		return TRUE;
	return FALSE;
}

gboolean
delegation_add(Db *db, const char *from, const char *to, gint64 starts_at, gint64 ends_at, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	gint64 from_id = actor->user_id, to_id = 0, n = 0, id;
	char ref[REF_SIZE];

	if (tx == NULL)
		return FALSE;
	if (from != NULL && from[0] != '\0' && !read_approver(db, from, "/from", &from_id, error))
		return FALSE;
	if (from_id != actor->user_id && !actor_must(actor, "admin.write", error))
		return FALSE;
	if (!check_times(starts_at, ends_at, now_ms, error) || !read_approver(db, to, "/to", &to_id, error))
		return FALSE;
	if (to_id == from_id) {
		err_add_field(error, "/to", "Nobody stands in for themselves.");
		return FALSE;
	}
	if (!db_query_int(db, &SQL_DELEGATION_OVERLAPS, DB_ARGS(DB_INT(from_id), DB_INT(starts_at), DB_INT(ends_at)), &n, NULL, error))
		return FALSE;
	if (n > 0) {
		err_add_field(error, "/starts_at", "Somebody stands in at that time already.");
		return FALSE;
	}
	if (!ref_insert(db, &SQL_DELEGATION_INSERT, ref, DB_ARGS(DB_TEXT(ref), DB_INT(from_id), DB_INT(to_id), DB_INT(starts_at), DB_INT(ends_at), DB_INT(now_ms)), &id, NULL, error))
		return FALSE;
	g_strlcpy(ret_ref, ref, 16);
	return event_add(db, &(Event){ .kind = "delegation.added", .subject_id = from_id, .at_ms = now_ms, .actor = actor }, NULL, error) && db_tx_commit(tx, error);
}

gboolean
delegation_remove(Db *db, const char *ref, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	char written[16];
	gint64 changed = 0;

	if (tx == NULL || !db_exec(db, &SQL_DELEGATION_REMOVE, DB_ARGS(DB_TEXT(rows_ref(ref, written)), DB_INT(now_ms), DB_INT(actor->user_id), DB_BOOL(actor_may(actor, "admin.write"))), &changed, error))
		return FALSE;
	if (changed == 0)
		return rows_not_found(error);
	return event_add(db, &(Event){ .kind = "delegation.removed", .at_ms = now_ms, .actor = actor }, NULL, error) && db_tx_commit(tx, error);
}

gboolean
delegation_stand_in(Db *db, gint64 user_id, gint64 now_ms, gint64 *ret_user_id, GError **error)
{
	gboolean found = FALSE;
	gint64 id = 0;

	if (!db_query_int(db, &SQL_DELEGATION_NOW, DB_ARGS(DB_INT(user_id), DB_INT(now_ms)), &id, &found, error))
		return FALSE;
	*ret_user_id = found ? id : 0;
	return TRUE;
}

gboolean
delegation_is(Db *db, gint64 user_id, gint64 for_id, gint64 now_ms, gboolean *ret_is, GError **error)
{
	gint64 stands_in = 0;

	if (!delegation_stand_in(db, for_id, now_ms, &stands_in, error))
		return FALSE;
	*ret_is = stands_in != 0 && stands_in == user_id;
	return TRUE;
}
