/* people.c - who owns an imported case: the names in the file against those we know. */
#include "flow/import/row.h"
#include "base/fold.h"
#include "org/user.h"
#include "import.sql.h"
#include <string.h>

struct _ImportPeople {
	GHashTable *users, *teams; /* folded text -> id in the pointer */
};

static void
add(GHashTable *table, const char *text, gint64 id)
{
	if (text == NULL || text[0] == '\0')
		return;
	g_hash_table_insert(table, g_utf8_casefold(text, -1), GSIZE_TO_POINTER((gsize)id));
}

ImportPeople *
import_people_new(Db *db, GError **error)
{
	g_autoptr(GPtrArray) users = user_list(db, TRUE, error), teams = users != NULL ? team_list(db, error) : NULL;
	ImportPeople *people;

	if (teams == NULL)
		return NULL;
	people = g_new(ImportPeople, 1);
	people->users = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	people->teams = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	/* Names first: where one person's name is another's address, the address counts. */
	for (guint i = 0; i < users->len; i++)
		add(people->users, ((User *)users->pdata[i])->name, ((User *)users->pdata[i])->id);
	for (guint i = 0; i < users->len; i++) {
		add(people->users, ((User *)users->pdata[i])->ref, ((User *)users->pdata[i])->id);
		add(people->users, ((User *)users->pdata[i])->email, ((User *)users->pdata[i])->id);
	}
	for (guint i = 0; i < teams->len; i++) {
		add(people->teams, ((Team *)teams->pdata[i])->name, ((Team *)teams->pdata[i])->id);
		add(people->teams, ((Team *)teams->pdata[i])->ref, ((Team *)teams->pdata[i])->id);
	}
	return people;
}

void
import_people_free(ImportPeople *people)
{
	if (people == NULL)
		return;
	g_hash_table_unref(people->users);
	g_hash_table_unref(people->teams);
	g_free(people);
}

static gint64
find(GHashTable *table, const char *text)
{
	g_autofree char *folded = g_utf8_casefold(text, -1);

	return (gint64)GPOINTER_TO_SIZE(g_hash_table_lookup(table, folded));
}

gint64
import_people_user(const ImportPeople *people, const char *text)
{
	return find(people->users, text);
}

gint64
import_people_team(const ImportPeople *people, const char *text)
{
	return find(people->teams, text);
}

static gboolean
name_later(Db *db, const User *user, const char *name, const Actor *actor, gint64 now_ms, GError **error)
{
	const UserChange change = { .given = USER_NAME, .name = name };
	g_autoptr(User) named = NULL;

	if (name == NULL || user->removed_at == 0 || strcmp(user->name, user->email) != 0 || strcmp(user->name, name) == 0)
		return TRUE;
	named = user_change_in(db, user->id, 0, &change, actor, now_ms, error);
	return named != NULL;
}

static gboolean
add_former(Db *db, const char *email, const char *name, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error)
{
	const NewUser make = { .email = email, .name = name != NULL && name[0] != '\0' ? name : email, .role = "agent", .capacity = -1 };
	const UserChange leave = { .given = USER_REMOVED, .removed = TRUE };
	g_autoptr(User) user = NULL, left = NULL;

	if (!user_check(&make, NULL))
		return TRUE;
	if ((user = user_add_in(db, &make, actor, now_ms, error)) == NULL || (left = user_change_in(db, user->id, 0, &leave, actor, now_ms, error)) == NULL)
		return FALSE;
	*ret_id = left->id;
	return TRUE;
}

gboolean
import_people_make_user(Db *db, const ImportPeople *people, const char *email, const char *name, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(User) user = NULL;

	if ((*ret_id = import_people_user(people, email)) != 0 || strchr(email, '@') == NULL)
		return TRUE;
	if ((user = user_find_email(db, email, &local)) != NULL) {
		*ret_id = user->id;
		return name_later(db, user, name, actor, now_ms, error);
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	return add_former(db, email, name, actor, now_ms, ret_id, error);
}

gboolean
import_people_make_team(Db *db, const ImportPeople *people, const char *name, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error)
{
	g_autofree char *key = name_fold(name);
	g_autoptr(Team) team = NULL;
	gboolean found = FALSE;

	if ((*ret_id = import_people_team(people, name)) != 0 || key == NULL)
		return TRUE;
	if (!db_query_int(db, &SQL_IMPORT_TEAM, DB_ARGS(DB_TEXT(key)), ret_id, &found, error))
		return FALSE;
	if (found)
		return TRUE;
	if ((team = team_add_in(db, name, NULL, actor, now_ms, error)) == NULL)
		return FALSE;
	*ret_id = team->id;
	return TRUE;
}
