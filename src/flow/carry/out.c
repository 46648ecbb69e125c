/* out.c - records as they are written out. */
#include "flow/carry/carry.h"
#include "base/clock.h"
#include "flow/export/json_text.h"
#include <string.h>

static void
put_person(GString *out, const CarryColumn *column, DbRows *rows)
{
	char email[64], name[64];

	g_snprintf(email, sizeof email, "%s_email", column->name);
	g_snprintf(name, sizeof name, "%s_name", column->name);
	if (db_rows_is_null(rows, email)) {
		g_string_append(out, "null");
		return;
	}
	g_string_append_c(out, '{');
	json_text_key(out, "email");
	json_text_put(out, db_rows_text(rows, email));
	json_text_key(out, "name");
	json_text_put(out, db_rows_text(rows, name));
	g_string_append_c(out, '}');
}

/* Which of the case's messages it is; one of another case (merged since) is none. */
static void
put_message(GString *out, gint64 id, const GArray *message_ids)
{
	for (guint i = 0; message_ids != NULL && i < message_ids->len; i++)
		if (g_array_index(message_ids, gint64, i) == id) {
			g_string_append_printf(out, "%u", i + 1);
			return;
		}
	g_string_append(out, "null");
}

static void
put_cell(GString *out, const CarryColumn *column, DbRows *rows, const GArray *message_ids)
{
	char time[TIME_SIZE];

	if (column->kind == CARRY_PERSON) {
		put_person(out, column, rows);
		return;
	}
	if (column->kind == CARRY_MESSAGE) {
		put_message(out, db_rows_int(rows, "message_id"), message_ids);
		return;
	}
	if (db_rows_is_null(rows, column->name)) {
		g_string_append(out, "null");
		return;
	}
	switch (column->kind) {
	case CARRY_INT: g_string_append_printf(out, "%" G_GINT64_FORMAT, db_rows_int(rows, column->name)); break;
	case CARRY_FLAG: g_string_append(out, db_rows_int(rows, column->name) != 0 ? "true" : "false"); break;
	case CARRY_TIME:
		time_write(db_rows_int(rows, column->name), time);
		json_text_put(out, time);
		break;
	case CARRY_JSON: g_string_append(out, db_rows_text(rows, column->name)); break;
	default: json_text_put(out, db_rows_text(rows, column->name)); break;
	}
}

void
carry_put_row(GString *out, const CarryList *list, DbRows *rows, const GArray *message_ids)
{
	for (const CarryColumn *column = list->columns; column->name != NULL; column++) {
		if (column->kind == CARRY_MADE)
			continue;
		json_text_key(out, column->name);
		put_cell(out, column, rows, message_ids);
	}
}

static gboolean
step(CarryOut *self, guint i, GError **error)
{
	g_autoptr(GError) local = NULL;

	self->has[i] = db_rows_next(self->rows[i], &local);
	return db_ended(&local, error);
}

gboolean
carry_out_open(CarryOut *self, Db *db, const DbArg *args, guint n_args, GError **error)
{
	for (guint i = 0; carry_lists[i].name != NULL; i++)
		if ((self->rows[i] = db_query(db, carry_lists[i].read, args, n_args, error)) == NULL || !step(self, i, error))
			return FALSE;
	return TRUE;
}

void
carry_out_clear(CarryOut *self)
{
	for (guint i = 0; i < CARRY_LISTS_MAX; i++)
		g_clear_pointer(&self->rows[i], db_rows_free);
}

static gboolean
put_list(CarryOut *self, guint i, gint64 case_id, const GArray *message_ids, GString *out, GError **error)
{
	gboolean begun = FALSE;

	while (self->has[i] && db_rows_int(self->rows[i], "case_id") <= case_id) {
		/* Rows of a case that went away meanwhile are passed over. */
		if (db_rows_int(self->rows[i], "case_id") == case_id) {
			if (!begun) {
				json_text_key(out, carry_lists[i].name);
				g_string_append_c(out, '[');
			}
			g_string_append(out, begun ? ",{" : "{");
			carry_put_row(out, &carry_lists[i], self->rows[i], message_ids);
			g_string_append_c(out, '}');
			begun = TRUE;
		}
		if (!step(self, i, error))
			return FALSE;
	}
	if (begun)
		g_string_append_c(out, ']');
	return TRUE;
}

gboolean
carry_out_put(CarryOut *self, gint64 case_id, const GArray *message_ids, GString *out, GError **error)
{
	g_string_append_c(out, '{');
	for (guint i = 0; carry_lists[i].name != NULL; i++)
		if (!put_list(self, i, case_id, message_ids, out, error))
			return FALSE;
	g_string_append_c(out, '}');
	return TRUE;
}

gboolean
carry_house_put(Db *db, const CarryList *list, gint64 *after_id, GString *out, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, list->read, DB_ARGS(DB_INT(*after_id)), error);

	if (rows == NULL)
		return FALSE;
	*after_id = 0;
	while (db_rows_next(rows, &local)) {
		*after_id = db_rows_int(rows, "id");
		g_string_append_c(out, '{');
		json_text_key(out, "house");
		json_text_put(out, list->name);
		carry_put_row(out, list, rows, NULL);
		g_string_append(out, "}\n");
	}
	return db_ended(&local, error);
}
