/* token.c - API tokens: a program's way in with a user's permissions. See session.h. */
#include "base/fold.h"
#include "base/ids.h"
#include "base/secret.h"
#include "org/session.h"
#include "store/events.h"
#include "store/refs.h"
#include "token.sql.h"

enum { TOKEN_BYTES = 30, NAME_BYTES = 100 };

static gboolean
add_event(Db *db, const char *kind, gint64 token_id, const Actor *actor, gint64 now_ms, GError **error)
{
	const Event event = { .kind = kind, .subject_id = token_id, .at_ms = now_ms, .actor = actor };

	return event_add(db, &event, NULL, error);
}

/* *@ret_id stays when the ref is taken or there is no such user. */
static gboolean
insert_token(Db *db, char ref[REF_SIZE], const char *secret, gint64 user_id, const char *name, gint64 now_ms, gint64 *ret_id, GError **error)
{
	g_autofree char *digest = token_digest(secret);

	return ref_insert(db, &SQL_TOKEN_INSERT, ref, DB_ARGS(DB_TEXT(ref), DB_TEXT(digest), DB_INT(user_id), DB_TEXT(name), DB_INT(now_ms)), ret_id, NULL, error);
}

static gboolean
check_user(Db *db, gint64 user_id, GError **error)
{
	gint64 n = 0;

	if (!db_query_int(db, &SQL_TOKEN_USER_IS_THERE, DB_ARGS(DB_INT(user_id)), &n, NULL, error))
		return FALSE;
	if (n > 0)
		return TRUE;
	g_set_error(error, ERR, ERR_NOT_FOUND, "no such user");
	return FALSE;
}

char *
token_add(Db *db, gint64 user_id, const char *name, const Actor *actor, gint64 now_ms, char **ret_ref, GError **error)
{
	g_autofree char *line = line_read(name, NAME_BYTES);
	g_autofree char *key = key_new(TOKEN_BYTES);
	g_autofree char *secret = g_strconcat("rds_", key, NULL); /* a word in front, so that scanners can find a leaked one */
	g_autoptr(DbTx) tx = NULL;
	char ref[REF_SIZE];
	gint64 id = 0;

	if (line == NULL) {
		err_add_field(error, "/name", "A name of 1 to %d bytes is needed: what is the token for?", NAME_BYTES);
		return NULL;
	}
	if ((tx = db_begin(db, error)) == NULL || !check_user(db, user_id, error) || !insert_token(db, ref, secret, user_id, line, now_ms, &id, error) ||
	    !add_event(db, "token.added", id, actor, now_ms, error) || !db_tx_commit(tx, error))
		return NULL;
	if (ret_ref != NULL)
		*ret_ref = g_strdup(ref);
	return g_steal_pointer(&secret);
}

/* The token's id, or 0 when it is revoked already. */
static gboolean
find_token(Db *db, const char *ref, gint64 user_id, gint64 *ret_id, GError **error)
{
	g_autoptr(DbRows) rows = NULL;
	g_autoptr(GError) local = NULL;
	char clean[REF_SIZE];
	gint64 id = -1;

	if (ref != NULL && ref_read(ref, clean)) {
		if ((rows = db_query(db, &SQL_TOKEN_BY_REF, DB_ARGS(DB_TEXT(clean), DB_INT(user_id)), error)) == NULL)
			return FALSE;
		if (db_rows_next(rows, &local))
			id = db_rows_is_null(rows, "revoked_at") ? db_rows_int(rows, "id") : 0;
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (id < 0) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "no such token");
		return FALSE;
	}
	*ret_id = id;
	return TRUE;
}

gboolean
token_revoke_of(Db *db, gint64 user_id, const char *ref, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	gint64 id = 0, changed = 0;

	if (tx == NULL || !find_token(db, ref, user_id, &id, error))
		return FALSE;
	if (id != 0 && !db_exec(db, &SQL_TOKEN_REVOKE, DB_ARGS(DB_INT(id), DB_INT(now_ms)), &changed, error))
		return FALSE;
	if (changed > 0 && !add_event(db, "token.revoked", id, actor, now_ms, error))
		return FALSE;
	return db_tx_commit(tx, error);
}

gboolean
token_revoke(Db *db, const char *ref, const Actor *actor, gint64 now_ms, GError **error)
{
	return token_revoke_of(db, 0, ref, actor, now_ms, error);
}

json_t *
token_list(Db *db, gint64 user_id, GError **error)
{
	g_autoptr(json_t) list = json_array();
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_TOKEN_LIST, DB_ARGS(DB_INT(user_id)), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		json_t *one = json_object(), *user = json_object();

		json_put_text(one, "ref", db_rows_text(rows, "ref"));
		json_put_text(one, "name", db_rows_text(rows, "name"));
		json_put_text(user, "ref", db_rows_text(rows, "user_ref"));
		json_put_text(user, "name", db_rows_text(rows, "user_name"));
		json_put(one, "user", user);
		json_put_time(one, "created_at", db_rows_int(rows, "created_at"));
		json_put_time(one, "used_at", db_rows_int(rows, "used_at"));
		json_put_time(one, "revoked_at", db_rows_int(rows, "revoked_at"));
		json_array_append_new(list, one);
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}
