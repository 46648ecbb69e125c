/* invite.c - one-time links: the first run, a new user's first password, a forgotten one. See session.h. */
#include "base/ids.h"
#include "base/secret.h"
#include "org/session.h"
#include "store/events.h"
#include "invite.sql.h"

enum { SECRET_BYTES = 24 };

char *
invite_add_in(Db *db, const char *purpose, gint64 user_id, const Actor *actor, gint64 now_ms, gint64 age_ms, GError **error)
{
	g_autofree char *secret = key_new(SECRET_BYTES);
	g_autofree char *digest = token_digest(secret);
	const Event event = { .kind = "user.invited", .subject_id = user_id, .at_ms = now_ms, .actor = actor };

	if (!db_exec(db, &SQL_INVITE_END_EARLIER, DB_ARGS(DB_TEXT(purpose), DB_INT(user_id), DB_INT(now_ms)), NULL, error))
		return NULL;
	if (!db_exec(db, &SQL_INVITE_INSERT,
		    DB_ARGS(DB_TEXT(digest), DB_TEXT(purpose), DB_INT_OR_NULL(user_id), DB_INT(now_ms), DB_INT(now_ms + age_ms)), NULL, error))
		return NULL;
	if (user_id != 0 && !event_add(db, &event, NULL, error))
		return NULL;
	return g_steal_pointer(&secret);
}

char *
invite_add(Db *db, const char *purpose, gint64 user_id, gint64 now_ms, gint64 age_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autofree char *secret = NULL;

	if (tx == NULL || (secret = invite_add_in(db, purpose, user_id, actor_system(), now_ms, age_ms, error)) == NULL || !db_tx_commit(tx, error))
		return NULL;
	return g_steal_pointer(&secret);
}

static gboolean
find_invite(Db *db, const char *secret, const char *purpose, gint64 now_ms, gint64 *ret_id, gint64 *ret_user_id, GError **error)
{
	g_autofree char *digest = token_digest(secret);
	g_autoptr(DbRows) rows = db_query(db, &SQL_INVITE_FIND, DB_ARGS(DB_TEXT(digest), DB_TEXT(purpose), DB_INT(now_ms)), error);
	g_autoptr(GError) local = NULL;
	gboolean found;

	if (rows == NULL)
		return FALSE;
	if ((found = db_rows_next(rows, &local))) {
		*ret_id = db_rows_int(rows, "id");
		*ret_user_id = db_rows_int(rows, "user_id");
	} else if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		g_set_error(error, ERR, ERR_NOT_FOUND, "this link was used, has expired, or never was");
	return found;
}

gboolean
invite_check(Db *db, const char *secret, const char *purpose, gint64 now_ms, gint64 *ret_user_id, GError **error)
{
	gint64 id = 0, user_id = 0;

	if (!find_invite(db, secret, purpose, now_ms, &id, &user_id, error))
		return FALSE;
	if (ret_user_id != NULL)
		*ret_user_id = user_id;
	return TRUE;
}

gboolean
invite_use(Db *db, const char *secret, const char *purpose, gint64 now_ms, gint64 *ret_user_id, GError **error)
{
	gint64 id = 0, user_id = 0, changed = 0;

	if (!find_invite(db, secret, purpose, now_ms, &id, &user_id, error) ||
		!db_exec(db, &SQL_INVITE_USE, DB_ARGS(DB_INT(id), DB_INT(now_ms)), &changed, error))
		return FALSE;
	if (changed == 0) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "this link was used, has expired, or never was");
		return FALSE;
	}
	if (ret_user_id != NULL)
		*ret_user_id = user_id;
	return TRUE;
}

gboolean
org_is_empty(Db *db, gboolean *ret_empty, GError **error)
{
	gint64 some = 0;

	if (!db_query_int(db, &SQL_ORG_HAS_USERS, DB_NO_ARGS, &some, NULL, error))
		return FALSE;
	*ret_empty = some == 0;
	return TRUE;
}
