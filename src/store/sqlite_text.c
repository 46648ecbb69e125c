/* sqlite_text.c - see the header. The rules that hold for both engines: tools/sqlgen.py. */
#include "store/sqlite_text.h"
#include <string.h>

#define RETURNING "RETURNING "
#define SPACE " \t\r\n"

/* "RETURNING ..." at the end of a statement, the last one in it. */
static const char *
find_returning(const char *text)
{
	const char *at = g_strrstr(text, RETURNING);

	return at != NULL && at > text && strchr(SPACE, at[-1]) != NULL ? at : NULL;
}

static gboolean
ends_with_id(const char *returning, const char **ret_column)
{
	g_autofree char *rest = g_strstrip(g_strdup(returning + strlen(RETURNING)));

	*ret_column = strcmp(rest, "id") == 0 ? "id" : strcmp(rest, "id AS value") == 0 ? "value" : NULL;
	return *ret_column != NULL;
}

/* A row that was there and is updated instead has an id that the connection did not give out; a SELECT may make many. */
static gboolean
makes_one_row(const char *text)
{
	return g_str_has_prefix(text, "INSERT INTO ") && strstr(text, "VALUES") != NULL && strstr(text, "DO UPDATE") == NULL && strstr(text, "SELECT") == NULL;
}

/* "UPDATE t SET c = c WHERE": the table, and where WHERE begins. */
static char *
read_lock(const char *text, const char **ret_where)
{
	g_auto(GStrv) words = NULL;
	const char *where = strstr(text, "WHERE ");
	g_autofree char *head = where != NULL ? g_strndup(text, (gsize)(where - text)) : NULL;

	if (head == NULL || !g_str_has_prefix(head, "UPDATE "))
		return NULL;
	words = g_strsplit_set(g_strstrip(head), SPACE, -1);
	if (g_strv_length(words) != 6 || strcmp(words[2], "SET") != 0 || strcmp(words[4], "=") != 0 || strcmp(words[3], words[5]) != 0)
		return NULL;
	*ret_where = where;
	return g_strdup(words[1]);
}

char *
sqlite_text(const DbSql *sql, SqliteForm *ret_form, const char **ret_column)
{
	const char *text = sql->text, *returning = find_returning(text), *where = NULL;
	g_autofree char *table = NULL;

	*ret_form = SQLITE_AS_IS;
	*ret_column = NULL;
	if (returning == NULL)
		return g_strdup(text);
	if (makes_one_row(text) && ends_with_id(returning, ret_column)) {
		*ret_form = SQLITE_MADE_ID;
		return g_strndup(text, (gsize)(returning - text));
	}
	if ((table = read_lock(text, &where)) == NULL)
		return g_strdup(text);
	*ret_form = SQLITE_LOCK;
	return g_strdup_printf("SELECT %s FROM %s %.*s", returning + strlen(RETURNING), table, (int)(returning - where), where);
}

static gboolean
spell_out(const GMatchInfo *match, GString *out, gpointer data)
{
	g_autofree char *column = g_match_info_fetch(match, 1), *list = g_match_info_fetch(match, 2);
	g_auto(GStrv) words = g_strsplit(list, ",", -1);

	g_string_append(out, "CHECK (");
	for (guint i = 0; words[i] != NULL; i++)
		g_string_append_printf(out, "%s%s = %s", i > 0 ? " OR " : "", column, g_strstrip(words[i]));
	g_string_append_c(out, ')');
	return FALSE;
}

char *
sqlite_script(const char *text)
{
	g_autoptr(GRegex) lists = g_regex_new("CHECK \\((\\w+) IN \\(((?:'[^',]*'(?:, *)?)+)\\)\\)", 0, 0, NULL);
	g_autoptr(GError) error = NULL;
	char *out = g_regex_replace_eval(lists, text, -1, 0, 0, spell_out, NULL, &error);

	return out != NULL ? out : g_strdup(text); /* as it stands it means the same */
}
