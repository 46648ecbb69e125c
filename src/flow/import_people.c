/* import_people.c - who owns an imported case: the names in the file against those we know. */
#include "flow/import_row.h"
#include "org/user.h"

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
