/* session.c - passwords and sessions. Tokens: token.c; one-time links: invite.c. */
#include "org/session.h"
#include "base/fold.h"
#include "base/ids.h"
#include "base/secret.h"
#include "store/events.h"
#include "session.sql.h"
#include <string.h>

enum { COOKIE_BYTES = 32, CSRF_BYTES = 24, AGENT_MAX = 200 };
#define INVITE_KEPT_MS (30 * 24 * 3600 * (gint64)1000)

/* The hash of a password nobody knows: verifying against it takes the time a real one would. No secret. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$VgEiP8eYri0ob2opx0ZVlg$B5GYhlOeAnr6mMVCA/JYh1uaNCh+39lpI9UeIqlE6DA";

gboolean
password_check(const char *password, const char *email, const char *name, GError **error)
{
	gsize size = password != NULL ? strlen(password) : 0;

	if (size > PASSWORD_MAX)
		err_add_field(error, "/password", "A password has at most %d bytes.", PASSWORD_MAX);
	else if (size == 0 || !g_utf8_validate(password, (gssize)size, NULL) || g_utf8_strlen(password, (gssize)size) < PASSWORD_MIN)
		err_add_field(error, "/password", "A password needs at least %d characters. Three words one can remember are good.", PASSWORD_MIN);
	else if ((email != NULL && g_ascii_strcasecmp(password, email) == 0) || (name != NULL && g_ascii_strcasecmp(password, name) == 0))
		err_add_field(error, "/password", "The address or the name itself is no password.");
	else
		return TRUE;
	return FALSE;
}

static gboolean
read_hash(Db *db, const DbSql *sql, DbArg arg, gint64 *ret_id, char **ret_hash, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, sql, &arg, 1, error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		if (ret_id != NULL)
			*ret_id = db_rows_int(rows, "id");
		*ret_hash = g_strdup(db_rows_text(rows, "password_hash"));
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* The work is the same whether there is a hash or none. */
static gboolean
is_right(const char *hash, const char *password)
{
	gboolean bounded = password != NULL && strlen(password) <= PASSWORD_MAX;
	gboolean right = password_verify(hash != NULL ? hash : nobody, bounded ? password : "");

	return right && hash != NULL && bounded;
}

User *
session_check_password(Db *db, const char *email, const char *password, GError **error)
{
	g_autofree char *key = email_fold(email), *hash = NULL;
	gint64 id = 0;

	if (!read_hash(db, &SQL_SESSION_PASSWORD, DB_TEXT(key != NULL ? key : ""), &id, &hash, error))
		return NULL;
	if (is_right(hash, password))
		return user_get(db, id, error);
	g_set_error(error, ERR, ERR_DENIED, "wrong address or password");
	return NULL;
}

gboolean
session_own_password(Db *db, gint64 user_id, const char *password, gboolean *ret_right, GError **error)
{
	g_autofree char *hash = NULL;

	if (!read_hash(db, &SQL_SESSION_OWN_HASH, DB_INT(user_id), NULL, &hash, error))
		return FALSE;
	*ret_right = is_right(hash, password);
	return TRUE;
}

static gboolean
add_event(Db *db, const char *kind, gint64 user_id, const Actor *actor, gint64 now_ms, GError **error)
{
	Actor self = { .kind = ACTOR_STAFF, .user_id = user_id };
	const Event event = { .kind = kind, .subject_id = user_id, .at_ms = now_ms, .actor = actor != NULL ? actor : &self };

	return event_add(db, &event, NULL, error);
}

/* A browser's word for itself: any bytes may come; UTF-8 of a bounded size stays. */
static char *
clean_agent(const char *agent)
{
	g_autofree char *valid = NULL;
	g_autofree char *cut = NULL;

	if (agent == NULL || agent[0] == '\0')
		return NULL;
	cut = g_strndup(agent, AGENT_MAX);
	valid = g_utf8_make_valid(cut, -1);
	return g_steal_pointer(&valid);
}

gboolean
session_start_in(Db *db, gint64 user_id, const char *agent, gint64 now_ms, char **ret_cookie, char **ret_csrf, GError **error)
{
	g_autofree char *cookie = key_new(COOKIE_BYTES), *csrf = key_new(CSRF_BYTES);
	g_autofree char *digest = token_digest(cookie), *words = clean_agent(agent);
	gint64 changed = 0;

	if (!db_exec(db, &SQL_SESSION_INSERT,
		    DB_ARGS(DB_TEXT(digest), DB_INT(user_id), DB_TEXT(csrf), DB_TEXT(words), DB_INT(now_ms), DB_INT(now_ms + SESSION_AGE_MS)), &changed,
		    error))
		return FALSE;
	if (changed == 0) {
		g_set_error(error, ERR, ERR_DENIED, "wrong address or password");
		return FALSE;
	}
	if (!add_event(db, "user.signed_in", user_id, NULL, now_ms, error))
		return FALSE;
	*ret_cookie = g_steal_pointer(&cookie);
	*ret_csrf = g_steal_pointer(&csrf);
	return TRUE;
}

gboolean
session_start(Db *db, gint64 user_id, const char *agent, gint64 now_ms, char **ret_cookie, char **ret_csrf, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	g_autofree char *cookie = NULL, *csrf = NULL;

	if (tx == NULL || !session_start_in(db, user_id, agent, now_ms, &cookie, &csrf, error) || !db_tx_commit(tx, error))
		return FALSE;
	*ret_cookie = g_steal_pointer(&cookie);
	*ret_csrf = g_steal_pointer(&csrf);
	return TRUE;
}

static gboolean
delete_by_cookie(Db *db, const char *cookie, gint64 *ret_user_id, GError **error)
{
	g_autofree char *digest = token_digest(cookie);
	g_autoptr(DbRows) rows = db_query(db, &SQL_SESSION_DELETE, DB_ARGS(DB_TEXT(digest)), error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local))
		*ret_user_id = db_rows_int(rows, "user_id");
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

gboolean
session_end(Db *db, const char *cookie, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	gint64 user_id = 0;

	if (tx == NULL || !delete_by_cookie(db, cookie, &user_id, error))
		return FALSE;
	if (user_id != 0 && !add_event(db, "user.signed_out", user_id, NULL, now_ms, error))
		return FALSE;
	return db_tx_commit(tx, error);
}

json_t *
session_list(Db *db, gint64 user_id, const char *current, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) list = json_array();
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows =
		db_query(db, &SQL_SESSION_LIST, DB_ARGS(DB_INT(user_id), DB_INT(now_ms), DB_TEXT(current != NULL ? current : "")), error);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local)) {
		json_t *one = json_object();

		json_put_int(one, "id", db_rows_int(rows, "id"));
		json_put_text(one, "agent", db_rows_text(rows, "agent"));
		json_put_time(one, "created_at", db_rows_int(rows, "created_at"));
		json_put_time(one, "seen_at", db_rows_int(rows, "seen_at"));
		json_put_time(one, "expires_at", db_rows_int(rows, "expires_at"));
		json_put_bool(one, "here", db_rows_int(rows, "is_current") != 0);
		json_array_append_new(list, one);
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}

gboolean
session_end_one_in(Db *db, gint64 user_id, gint64 id, const char *current, const Actor *actor, gint64 now_ms, GError **error)
{
	gint64 changed = 0;
	gboolean done = id != 0
		? db_exec(db, &SQL_SESSION_DELETE_ONE, DB_ARGS(DB_INT(id), DB_INT(user_id)), &changed, error)
		: db_exec(db, &SQL_SESSION_DELETE_OTHERS, DB_ARGS(DB_INT(user_id), DB_TEXT(current != NULL ? current : "")), &changed, error);

	if (!done)
		return FALSE;
	if (changed == 0 && id != 0) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "no such session");
		return FALSE;
	}
	return changed == 0 || add_event(db, "user.signed_out", user_id, actor, now_ms, error);
}

gboolean
session_end_one(Db *db, gint64 user_id, gint64 id, const char *current, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && session_end_one_in(db, user_id, id, current, actor, now_ms, error) && db_tx_commit(tx, error);
}

gboolean
session_sweep(Db *db, gint64 now_ms, gint64 *ret_removed, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	gint64 n_sessions = 0, n_invites = 0;

	if (tx == NULL || !db_exec(db, &SQL_SESSION_SWEEP, DB_ARGS(DB_INT(now_ms)), &n_sessions, error) ||
		!db_exec(db, &SQL_INVITE_SWEEP, DB_ARGS(DB_INT(now_ms - INVITE_KEPT_MS)), &n_invites, error) || !db_tx_commit(tx, error))
		return FALSE;
	if (ret_removed != NULL)
		*ret_removed = n_sessions + n_invites;
	return TRUE;
}
