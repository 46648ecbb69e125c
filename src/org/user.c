/* user.c - who the people are: reading them. Adding and changing them: org/user_write.c. */
#include "org/user.h"
#include "base/fold.h"
#include "base/ids.h"
#include "user.sql.h"
#include <string.h>

const char *const user_langs[] = { "en", "de", NULL };
const char *const user_themes[] = { "auto", "light", "dark", NULL };
const char *const user_mail_late[] = { "default", "yes", "no", NULL };

void
user_free(User *user)
{
	if (user == NULL)
		return;
	g_free(user->ref);
	g_free(user->email);
	g_free(user->name);
	g_free(user->role);
	g_free(user->zone);
	g_free(user->lang);
	g_free(user->theme);
	g_free(user->team_ref);
	g_free(user->team_name);
	g_free(user);
}

static User *
user_read(DbRows *rows)
{
	User *self = g_new0(User, 1);

	self->id = db_rows_int(rows, "id");
	self->ref = g_strdup(db_rows_text(rows, "ref"));
	self->email = g_strdup(db_rows_text(rows, "email"));
	self->name = g_strdup(db_rows_text(rows, "name"));
	self->role = g_strdup(db_rows_text(rows, "role"));
	self->zone = g_strdup(db_rows_text(rows, "zone"));
	self->lang = g_strdup(db_rows_text(rows, "lang"));
	self->theme = g_strdup(db_rows_text(rows, "theme"));
	self->team_id = db_rows_int(rows, "team_id");
	self->team_ref = g_strdup(db_rows_text(rows, "team_ref"));
	self->team_name = g_strdup(db_rows_text(rows, "team_name"));
	self->keys = db_rows_int(rows, "keys") != 0;
	self->mail_late = db_rows_is_null(rows, "mail_late") ? MAIL_LATE_DEFAULT : db_rows_int(rows, "mail_late") != 0 ? MAIL_LATE_YES : MAIL_LATE_NO;
	self->capacity = db_rows_int(rows, "capacity");
	self->available = db_rows_int(rows, "available") != 0;
	self->has_password = db_rows_int(rows, "has_password") != 0;
	self->created_at = db_rows_int(rows, "created_at");
	self->removed_at = db_rows_int(rows, "removed_at");
	self->version = db_rows_int(rows, "version");
	return self;
}

json_t *
user_to_json(const User *user)
{
	json_t *out = json_object();
	json_t *team = NULL;

	json_put_text(out, "ref", user->ref);
	json_put_text(out, "email", user->email);
	json_put_text(out, "name", user->name);
	json_put_text(out, "role", user->role);
	if (user->team_ref != NULL) {
		team = json_object();
		json_put_text(team, "ref", user->team_ref);
		json_put_text(team, "name", user->team_name);
	}
	json_put(out, "team", team != NULL ? team : json_null());
	json_put_text(out, "zone", user->zone);
	json_put_text(out, "lang", user->lang);
	json_put_text(out, "theme", user->theme);
	json_put_bool(out, "keys", user->keys);
	json_put_text(out, "mail_late", user_mail_late[user->mail_late]);
	json_put_int(out, "capacity", user->capacity);
	json_put_bool(out, "available", user->available);
	json_put_bool(out, "has_password", user->has_password);
	json_put_time(out, "created_at", user->created_at);
	json_put_time(out, "removed_at", user->removed_at);
	json_put_int(out, "version", user->version);
	return out;
}

static gboolean
one_user(DbRows *rows, User **ret_user, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		*ret_user = user_read(rows);
		return TRUE;
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

User *
user_get(Db *db, gint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_USER_BY_ID, DB_ARGS(DB_INT(id)), error);
	User *user = NULL;

	if (!one_user(rows, &user, error))
		return NULL;
	if (user == NULL)
		g_set_error(error, ERR, ERR_NOT_FOUND, "no such user");
	return user;
}

User *
user_by_ref(Db *db, const char *ref, GError **error)
{
	g_autoptr(DbRows) rows = NULL;
	char clean[REF_SIZE];
	User *user = NULL;

	if (ref != NULL && ref_read(ref, clean)) {
		rows = db_query(db, &SQL_USER_BY_REF, DB_ARGS(DB_TEXT(clean)), error);
		if (!one_user(rows, &user, error))
			return NULL;
	}
	if (user == NULL)
		g_set_error(error, ERR, ERR_NOT_FOUND, "no such user");
	return user;
}

User *
user_find_email(Db *db, const char *email, GError **error)
{
	g_autofree char *key = email_fold(email);
	g_autoptr(DbRows) rows = NULL;
	User *user = NULL;

	if (key == NULL)
		return NULL;
	rows = db_query(db, &SQL_USER_BY_EMAIL, DB_ARGS(DB_TEXT(key)), error);
	return one_user(rows, &user, error) ? user : NULL;
}

GPtrArray *
user_list(Db *db, gboolean with_removed, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)user_free);
	g_autoptr(DbRows) rows = db_query(db, &SQL_USER_LIST, DB_ARGS(DB_INT(with_removed ? 1 : 0)), error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		g_ptr_array_add(list, user_read(rows));
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}
