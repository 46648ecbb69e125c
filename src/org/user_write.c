/* user_write.c - people come, change and go; their rules. Reading them: org/user.c. */
#include "org/user.h"
#include "base/fold.h"
#include "base/ids.h"
#include "org/roles.h"
#include "store/events.h"
#include "store/refs.h"
#include "user.sql.h"
#include <string.h>

enum { TRIES = 5, NAME_BYTES = 200 };

static gboolean
zone_is_known(const char *zone)
{
	g_autoptr(GTimeZone) known = NULL;

	if (strlen(zone) >= sizeof((Actor *)NULL)->zone)
		return FALSE;
	known = g_time_zone_new_identifier(zone);
	return known != NULL;
}

/* The rules of a user's words, for a new one and a changed one alike; NULL is not looked at. */
static void
check_words(const char *name, const char *role, const char *zone, const char *lang, const char *theme, gint64 capacity, GError **faults)
{
	g_autofree char *line = name != NULL ? line_read(name, NAME_BYTES) : NULL;

	if (name != NULL && line == NULL)
		err_add_field(faults, "/name", "A name of 1 to %d bytes is needed.", NAME_BYTES);
	if (role != NULL && !g_strv_contains(role_words, role))
		err_add_field(faults, "/role", "A role is one of agent, supervisor, admin, auditor.");
	if (zone != NULL && !zone_is_known(zone))
		err_add_field(faults, "/zone", "There is no time zone of this name. One is Europe/Berlin.");
	if (lang != NULL && !g_strv_contains(user_langs, lang))
		err_add_field(faults, "/lang", "A language is one of en, de.");
	if (theme != NULL && !g_strv_contains(user_themes, theme))
		err_add_field(faults, "/theme", "A theme is one of auto, light, dark.");
	if (capacity < 0 || capacity > USER_CAPACITY_MAX)
		err_add_field(faults, "/capacity", "A capacity is a number from 0 to %d.", USER_CAPACITY_MAX);
}

gboolean
user_check(const NewUser *make, GError **error)
{
	g_autofree char *key = email_fold(make->email);
	g_autoptr(GError) faults = NULL;

	if (key == NULL)
		err_add_field(&faults, "/email", "This is not an e-mail address.");
	check_words(make->name != NULL ? make->name : "", make->role != NULL ? make->role : "", make->zone, make->lang, NULL,
		make->capacity == -1 ? 0 : make->capacity, &faults);
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static gboolean
add_event(Db *db, const char *kind, gint64 user_id, json_t *facts, const Actor *actor, gint64 now_ms, GError **error)
{
	const Event event = { .kind = kind, .subject_id = user_id, .at_ms = now_ms, .actor = actor, .facts = facts };

	return event_add(db, &event, NULL, error);
}

/* *@ret_id stays when the address is taken. */
static gboolean
insert_user(Db *db, const NewUser *make, const char *key, gint64 now_ms, gint64 *ret_id, GError **error)
{
	g_autofree char *name = line_read(make->name, NAME_BYTES), *email = line_read(make->email, 1000);
	char ref[REF_SIZE];
	gboolean made;

	return ref_insert(db, &SQL_USER_INSERT, ref,
		DB_ARGS(DB_TEXT(ref), DB_TEXT(email), DB_TEXT(key), DB_TEXT(name), DB_TEXT(make->role), DB_INT_OR_NULL(make->team_id),
			DB_TEXT(make->password_hash), DB_TEXT(make->zone != NULL ? make->zone : "UTC"),
			DB_TEXT(make->lang != NULL ? make->lang : user_langs[0]), DB_INT(make->capacity == -1 ? USER_CAPACITY_DEFAULT : make->capacity),
			DB_INT(now_ms)),
		ret_id, &made, error);
}

User *
user_add_in(Db *db, const NewUser *make, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autofree char *key = NULL;
	g_autoptr(json_t) facts = NULL;
	gint64 id = 0;

	if (!user_check(make, error))
		return NULL;
	key = email_fold(make->email);
	for (int i = 0; id == 0 && i < TRIES; i++) {
		g_autoptr(GError) local = NULL;
		g_autoptr(User) there = user_find_email(db, key, &local);

		if (local != NULL) {
			g_propagate_error(error, g_steal_pointer(&local));
			return NULL;
		}
		if (there != NULL) {
			g_set_error_literal(error, ERR, ERR_CONFLICT,
				there->removed_at != 0 ? "a removed user has this address: bring them back instead" : "another user has this address");
			return NULL;
		}
		if (!insert_user(db, make, key, now_ms, &id, error))
			return NULL;
	}
	if (id == 0) {
		g_set_error(error, ERR, ERR_BUSY, "the same user is being added by others");
		return NULL;
	}
	facts = json_pack("{s:s}", "role", make->role);
	if (!add_event(db, "user.added", id, facts, actor, now_ms, error))
		return NULL;
	return user_get(db, id, error);
}

User *
user_add(Db *db, const NewUser *make, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(User) user = NULL;

	if (!user_check(make, error) || (tx = db_begin(db, error)) == NULL)
		return NULL;
	if ((user = user_add_in(db, make, actor, now_ms, error)) == NULL || !db_tx_commit(tx, error))
		return NULL;
	return g_steal_pointer(&user);
}

static gboolean
check_change(const UserChange *change, GError **error)
{
	g_autoptr(GError) faults = NULL;
	gint64 given = change->given;
	const char *const must[] = { (given & USER_NAME) != 0 ? change->name : "x", (given & USER_ROLE) != 0 ? change->role : "x",
		(given & USER_ZONE) != 0 ? change->zone : "x", (given & USER_LANG) != 0 ? change->lang : "x",
		(given & USER_THEME) != 0 ? change->theme : "x" };
	static const char *const fields[] = { "/name", "/role", "/zone", "/lang", "/theme" };

	for (guint i = 0; i < G_N_ELEMENTS(must); i++)
		if (must[i] == NULL)
			err_add_field(&faults, fields[i], "This cannot be empty.");
	check_words((given & USER_NAME) != 0 ? change->name : NULL, (given & USER_ROLE) != 0 ? change->role : NULL,
		(given & USER_ZONE) != 0 ? change->zone : NULL, (given & USER_LANG) != 0 ? change->lang : NULL,
		(given & USER_THEME) != 0 ? change->theme : NULL, (given & USER_CAPACITY) != 0 ? change->capacity : 0, &faults);
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static void
set_text(char **member, const char *value, const char *field, json_t *fields)
{
	if (g_strcmp0(*member, value) == 0)
		return;
	g_free(*member);
	*member = g_strdup(value);
	json_array_append_new(fields, json_string(field));
}

static void
set_int(gint64 *member, gint64 value, const char *field, json_t *fields)
{
	if (*member == value)
		return;
	*member = value;
	json_array_append_new(fields, json_string(field));
}

static void
set_flag(gboolean *member, gboolean value, const char *field, json_t *fields)
{
	if (!*member == !value)
		return;
	*member = value;
	json_array_append_new(fields, json_string(field));
}

/* What of @change differs from @user, into both @user and @fields. Removal has its own events and is not among them. */
static void
apply_change(User *user, const UserChange *change, json_t *fields)
{
	gint64 given = change->given;

	if ((given & USER_NAME) != 0) {
		g_autofree char *name = line_read(change->name, NAME_BYTES);

		set_text(&user->name, name, "name", fields);
	}
	if ((given & USER_ROLE) != 0)
		set_text(&user->role, change->role, "role", fields);
	if ((given & USER_ZONE) != 0)
		set_text(&user->zone, change->zone, "zone", fields);
	if ((given & USER_LANG) != 0)
		set_text(&user->lang, change->lang, "lang", fields);
	if ((given & USER_THEME) != 0)
		set_text(&user->theme, change->theme, "theme", fields);
	if ((given & USER_TEAM) != 0)
		set_int(&user->team_id, change->team_id, "team", fields);
	if ((given & USER_CAPACITY) != 0)
		set_int(&user->capacity, change->capacity, "capacity", fields);
	if ((given & USER_KEYS) != 0)
		set_flag(&user->keys, change->keys, "keys", fields);
	if ((given & USER_MAIL_LATE) != 0)
		set_int(&user->mail_late, change->mail_late, "mail_late", fields);
	if ((given & USER_AVAILABLE) != 0)
		set_flag(&user->available, change->available, "available", fields);
	if ((given & USER_PASSWORD) != 0)
		json_array_append_new(fields, json_string("password"));
}

/* Somebody must be left who can let others in. */
static gboolean
guard_last_admin(Db *db, const User *before, const User *after, GError **error)
{
	gboolean was = strcmp(before->role, "admin") == 0 && before->removed_at == 0;
	gboolean is = strcmp(after->role, "admin") == 0 && after->removed_at == 0;
	gint64 n_others = 0;

	if (!was || is)
		return TRUE;
	if (!db_exec(db, &SQL_USER_LOCK_ADMINS, DB_ARGS(DB_INT(before->id)), &n_others, error))
		return FALSE;
	if (n_others > 0)
		return TRUE;
	g_set_error(error, ERR, ERR_CONFLICT, "this is the last admin who can sign in: make somebody else an admin first");
	return FALSE;
}

static gboolean
end_access(Db *db, gint64 id, gint64 now_ms, GError **error)
{
	return db_exec(db, &SQL_USER_SESSIONS_END, DB_ARGS(DB_INT(id)), NULL, error) &&
		db_exec(db, &SQL_USER_TOKENS_END, DB_ARGS(DB_INT(id), DB_INT(now_ms)), NULL, error) &&
		db_exec(db, &SQL_USER_INVITES_END, DB_ARGS(DB_INT(id), DB_INT(now_ms)), NULL, error) &&
		db_exec(db, &SQL_USER_MEMBERSHIPS_END, DB_ARGS(DB_INT(id)), NULL, error);
}

static gboolean
write_user(Db *db, const User *user, const char *password_hash, GError **error)
{
	gint64 changed = 0;

	if (!db_exec(db, &SQL_USER_UPDATE,
		    DB_ARGS(DB_INT(user->id), DB_INT(user->version), DB_TEXT(user->name), DB_TEXT(user->role), DB_INT_OR_NULL(user->team_id),
			    DB_TEXT(user->zone), DB_TEXT(user->lang), DB_TEXT(user->theme), DB_BOOL(user->keys), DB_INT(user->capacity),
			    DB_BOOL(user->available), DB_INT_OR_NULL(user->removed_at), user->mail_late == MAIL_LATE_DEFAULT ? DB_NULL : DB_BOOL(user->mail_late == MAIL_LATE_YES)),
		    &changed, error))
		return FALSE;
	if (changed == 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "the user was changed meanwhile");
		return FALSE;
	}
	return password_hash == NULL || db_exec(db, &SQL_USER_PASSWORD_UPDATE, DB_ARGS(DB_INT(user->id), DB_TEXT(password_hash)), NULL, error);
}

User *
user_change_in(Db *db, gint64 id, gint64 version, const UserChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(User) before = NULL;
	g_autoptr(User) after = NULL;
	g_autoptr(json_t) facts = json_object();
	json_t *fields = json_array();
	gboolean flips;

	json_put(facts, "fields", fields);
	if (!check_change(change, error) || (before = user_get(db, id, error)) == NULL || (after = user_get(db, id, error)) == NULL)
		return NULL;
	if (version != 0 && before->version != version) {
		g_set_error(error, ERR, ERR_CONFLICT, "the user was changed meanwhile");
		return NULL;
	}
	apply_change(after, change, fields);
	flips = (change->given & USER_REMOVED) != 0 && !change->removed != !before->removed_at;
	if (flips)
		after->removed_at = change->removed ? now_ms : 0;
	if (!flips && json_array_size(fields) == 0)
		return g_steal_pointer(&before);
	if (!guard_last_admin(db, before, after, error))
		return NULL;
	if (!write_user(db, after, (change->given & USER_PASSWORD) != 0 ? change->password_hash : NULL, error))
		return NULL;
	if (flips && change->removed && !end_access(db, id, now_ms, error))
		return NULL;
	if (json_array_size(fields) > 0 && !add_event(db, "user.changed", id, facts, actor, now_ms, error))
		return NULL;
	if (flips && !add_event(db, change->removed ? "user.removed" : "user.restored", id, NULL, actor, now_ms, error))
		return NULL;
	return user_get(db, id, error);
}

User *
user_change(Db *db, gint64 id, gint64 version, const UserChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(User) user = NULL;

	if (!check_change(change, error) || (tx = db_begin(db, error)) == NULL)
		return NULL;
	if ((user = user_change_in(db, id, version, change, actor, now_ms, error)) == NULL || !db_tx_commit(tx, error))
		return NULL;
	return g_steal_pointer(&user);
}
