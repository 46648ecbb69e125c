/* lookup.c - names as typed in a search to ids. */
#include "cases/lookup.h"
#include "base/ids.h"
#include "customer/customer.h"
#include "list.sql.h"
#include <string.h>

char *
lookup_like(const char *path, gboolean below)
{
	GString *like = g_string_new(path);

	g_string_replace(like, "!", "!!", 0);
	g_string_replace(like, "%", "!%", 0);
	g_string_replace(like, "_", "!_", 0);
	if (below)
		g_string_append(like, " \xe2\x80\xba "); /* › */
	else
		g_string_prepend_c(like, '%');
	g_string_append_c(like, '%');
	return g_string_free(like, FALSE);
}

static gboolean
customers(Db *db, const char *value, GArray *ids, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *email = email_fold(value), *name = name_fold(value), *after = NULL;
	g_autoptr(DbRows) rows = NULL;
	gboolean had_whole = FALSE;
	char ref[REF_SIZE] = "";

	ref_read(value, ref);
	after = g_strconcat(name != NULL ? name : "", "\xf4\x8f\xbf\xbf", NULL); /* the last character there is */
	rows = db_query(db, &SQL_LIST_CUSTOMERS, DB_ARGS(DB_TEXT(ref), DB_TEXT(email != NULL ? email : ""), DB_TEXT(name != NULL && name[0] != '\0' ? name : after), DB_TEXT(after)), error);
	if (rows == NULL)
		return FALSE;
	/* Where somebody is named as typed, those whose names only begin so are not meant. */
	while (db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "id");
		gboolean whole = db_rows_int(rows, "whole") != 0;

		if (!whole && had_whole)
			break;
		had_whole |= whole;
		g_array_append_val(ids, id);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

gboolean
lookup_people(Db *db, QueryKey key, const char *value, GArray *ids, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *wanted = g_utf8_casefold(value, -1);
	g_autoptr(DbRows) rows = NULL;
	const guint had = ids->len;
	char ref[REF_SIZE] = "";

	if (key == QUERY_CUSTOMER)
		return customers(db, value, ids, error);
	ref_read(value, ref);
	if ((rows = db_query(db, key == QUERY_TEAM ? &SQL_LIST_TEAMS : &SQL_LIST_PEOPLE, DB_NO_ARGS, error)) == NULL)
		return FALSE;
	while (ids->len - had < LOOKUP_MAX && db_rows_next(rows, &local)) {
		gint64 id = db_rows_int(rows, "id");
		gboolean is_ref = strcmp(db_rows_text(rows, "ref"), ref) == 0;
		g_autofree char *name = g_utf8_casefold(db_rows_text(rows, "name"), -1);

		if (is_ref || strstr(name, wanted) != NULL || strcmp(db_rows_text(rows, "email_key"), wanted) == 0)
			g_array_append_val(ids, id);
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}
