/* rows.c - see rows.h. */
#include "remedy/rows.h"
#include "base/ids.h"
#include "rows.sql.h"
#include <string.h>

void
rows_put_person(json_t *value, const char *name, DbRows *rows)
{
	g_autofree char *ref = g_strconcat(name, "_ref", NULL), *label = g_strconcat(name, "_name", NULL);

	json_put(value, name, json_pair(db_rows_text(rows, ref), "name", db_rows_text(rows, label)));
}

void
rows_put_money(json_t *value, const char *key, gint64 amount_minor, const char *currency)
{
	json_put(value, key, currency != NULL && currency[0] != '\0' ? money_to_json(amount_minor, currency) : json_null());
}

void
rows_put_limit(json_t *value, const char *key, DbRows *rows, const char *column)
{
	const char *currency = db_rows_text(rows, "currency");

	json_put(value, key, db_rows_is_null(rows, column) || currency == NULL ? json_null() : money_to_json(db_rows_int(rows, column), currency));
}

json_t *
rows_list(DbRows *rows, json_t *(*read)(DbRows *rows), GError **error)
{
	g_autoptr(json_t) list = json_array();
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		json_array_append_new(list, read(rows));
	return db_ended(&local, error) ? g_steal_pointer(&list) : NULL;
}

gboolean
rows_not_found(GError **error)
{
	g_set_error_literal(error, ERR, ERR_NOT_FOUND, "we cannot find this");
	return FALSE;
}

json_t *
rows_one(DbRows *rows, json_t *(*read)(DbRows *rows), GError **error)
{
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return read(rows);
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		rows_not_found(error);
	return NULL;
}

const char *
rows_ref(const char *typed, char ret_ref[16])
{
	char written[REF_SIZE] = "";

	if (typed == NULL || !ref_read(typed, written))
		written[0] = '\0';
	g_strlcpy(ret_ref, written, 16);
	return ret_ref;
}

gboolean
rows_check_text(const char *text, gboolean needed, guint max, const char *field, GError **faults)
{
	if (text == NULL || text[0] == '\0') {
		if (needed)
			err_add_field(faults, field, "This is needed.");
		return !needed;
	}
	if (!g_utf8_validate(text, -1, NULL)) {
		err_add_field(faults, field, "This is not readable as text (UTF-8).");
		return FALSE;
	}
	if (strlen(text) > max && g_utf8_strlen(text, -1) > (glong)max) {
		err_add_field(faults, field, "At most %u characters.", max);
		return FALSE;
	}
	return TRUE;
}

char *
house_text(Db *db, const char *name, const char *otherwise, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_HOUSE_SETTING, DB_ARGS(DB_TEXT(name)), error);
	GError *local = NULL;
	const char *text = rows != NULL && db_rows_next(rows, &local) ? db_rows_text(rows, "value") : NULL;

	if (local != NULL)
		g_propagate_error(error, local);
	if (rows == NULL || local != NULL)
		return NULL;
	return g_strdup(text != NULL && text[0] != '\0' ? text : otherwise);
}
