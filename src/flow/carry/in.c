/* in.c - records as they are written down again, in the transaction of their case. */
#include "flow/carry/carry.h"
#include "base/clock.h"
#include "cases/case.h"
#include "cases/words.h"
#include "carry.sql.h"
#include "promise/case_clocks.h"
#include "promise/promise.h"
#include "store/refs.h"
#include <string.h>

enum { COLUMNS_MAX = 32, ROWS_MAX = 2000 };

/* ---- cells ----------------------------------------------------------------------------------------------------------- */

/* Texts that were made for the row live as long as it is being written. */
typedef struct {
	CarryIn *in;
	const CarryColumn *column;
	GPtrArray *kept;
} Cell;

static gboolean
refuse(const CarryColumn *column, const char *what, GError **error)
{
	g_autofree char *words = g_strdup_printf("\"%s\" of the record is %s.", column->name, what);

	err_add_field(error, "/record", "%s", words);
	return FALSE;
}

static gboolean
read_person(Cell *cell, const json_t *value, DbArg *ret, GError **error)
{
	const char *email = json_text(value, "email", NULL);
	gint64 id = 0;

	if (email != NULL &&
		!import_people_make_user(cell->in->db, cell->in->people, email, json_text(value, "name", NULL), cell->in->actor, cell->in->now_ms, &id, error))
		return FALSE;
	*ret = DB_INT_OR_NULL(id);
	return TRUE;
}

static gboolean
read_team(Cell *cell, const char *name, DbArg *ret, GError **error)
{
	gint64 id = 0;

	if (!import_people_make_team(cell->in->db, cell->in->people, name, cell->in->actor, cell->in->now_ms, &id, error))
		return FALSE;
	*ret = DB_INT_OR_NULL(id);
	return TRUE;
}

static gboolean
read_path(Cell *cell, Tree tree, const char *path, DbArg *ret, GError **error)
{
	gint64 id = 0;

	if (!tree_resolve(cell->in->db, tree, path, TRUE, "/record", cell->in->actor, cell->in->now_ms, &id, error))
		return FALSE;
	*ret = DB_INT_OR_NULL(id);
	return TRUE;
}

static gboolean
read_message(const Cell *cell, gint64 n, DbArg *ret, GError **error)
{
	const GArray *ids = cell->in->message_ids;

	if (ids == NULL || n < 1 || n > ids->len)
		return refuse(cell->column, "none of the case's messages", error);
	*ret = DB_INT(g_array_index(ids, gint64, n - 1));
	return TRUE;
}

static gboolean
read_own(const Cell *cell, const char *ref, DbArg *ret, GError **error)
{
	gint64 *id = cell->in->own != NULL ? g_hash_table_lookup(cell->in->own, ref) : NULL;

	if (id == NULL)
		return refuse(cell->column, "not in the record", error);
	*ret = DB_INT(*id);
	return TRUE;
}

static gboolean
read_time(const Cell *cell, const char *text, DbArg *ret, GError **error)
{
	gint64 at;

	if (!time_read(text, &at))
		return refuse(cell->column, "no time", error);
	*ret = DB_INT(at);
	return TRUE;
}

static gboolean
read_text(Cell *cell, const char *text, DbArg *ret, GError **error)
{
	switch (cell->column->kind) {
	case CARRY_TIME: return read_time(cell, text, ret, error);
	case CARRY_TEAM: return read_team(cell, text, ret, error);
	case CARRY_OWN: return read_own(cell, text, ret, error);
	case CARRY_CATEGORY: return read_path(cell, TREE_CATEGORY, text, ret, error);
	case CARRY_PRODUCT: return read_path(cell, TREE_PRODUCT, text, ret, error);
	case CARRY_CAUSE: return read_path(cell, TREE_ROOT_CAUSE, text, ret, error);
	case CARRY_TEXT:
	case CARRY_MADE: *ret = DB_TEXT(text); return TRUE;
	default: return refuse(cell->column, "of another kind", error);
	}
}

static gboolean
read_cell(Cell *cell, const json_t *value, DbArg *ret, GError **error)
{
	const CarryKind kind = cell->column->kind;

	*ret = DB_NULL;
	if (value == NULL || json_is_null(value))
		return TRUE;
	if (kind == CARRY_JSON) {
		char *text = json_write(value, NULL);

		g_ptr_array_add(cell->kept, text);
		*ret = DB_TEXT(text);
		return TRUE;
	}
	if (json_is_object(value) && kind == CARRY_PERSON)
		return read_person(cell, value, ret, error);
	if (json_is_string(value))
		return read_text(cell, json_string_value(value), ret, error);
	if (json_is_integer(value) && kind == CARRY_MESSAGE)
		return read_message(cell, json_integer_value(value), ret, error);
	if ((json_is_integer(value) && (kind == CARRY_INT || kind == CARRY_MADE)) || (json_is_boolean(value) && kind == CARRY_FLAG)) {
		*ret = DB_INT(json_is_integer(value) ? json_integer_value(value) : json_is_true(value));
		return TRUE;
	}
	return refuse(cell->column, "of another kind", error);
}

/* ---- rows ------------------------------------------------------------------------------------------------------------ */

/* What the engine does not take (a word there is none of, something missing) is the row's fault. */
static gboolean
explain(const CarryList *list, GError *why, GError **error)
{
	if (err_fields(why) != NULL || !(g_error_matches(why, ERR, ERR_INVALID) || g_error_matches(why, ERR, ERR_CONFLICT) || g_error_matches(why, ERR, ERR_CORRUPT))) {
		g_propagate_error(error, why);
		return FALSE;
	}
	err_add_field(error, "/record", "A row of \"%s\" cannot be taken: %s.", list->name, why->message);
	g_error_free(why);
	return FALSE;
}

/* A row with a ref keeps it when it is free here, else gets another one; of a line of no case the ref is what it is known by. */
static gboolean
write_named(CarryIn *self, const CarryList *list, DbArg *args, guint n_args, DbArg *ref, gint64 *ret_id, GError **error)
{
	char other[REF_SIZE];
	gboolean made = FALSE;

	if (!db_query_int(self->db, list->write, args, n_args, ret_id, &made, error))
		return FALSE;
	if (!made && self->case_id != 0) {
		*ref = DB_TEXT(other);
		if (!ref_insert(self->db, list->write, other, args, n_args, ret_id, &made, error))
			return FALSE;
	}
	if (!made)
		*ret_id = 0;
	return TRUE;
}

static gboolean
write_args(CarryIn *self, const CarryList *list, DbArg *args, guint n_args, guint first, gint64 *ret_id, GError **error)
{
	GError *why = NULL;
	gboolean fine;

	*ret_id = 0;
	if (strcmp(list->columns[0].name, "ref") == 0)
		fine = write_named(self, list, args, n_args, &args[first], ret_id, &why);
	else if (self->case_id == 0)
		fine = db_query_int(self->db, list->write, args, n_args, ret_id, NULL, &why);
	else
		fine = db_exec(self->db, list->write, args, n_args, NULL, &why);
	return fine || explain(list, why, error);
}

gboolean
carry_write(CarryIn *self, const CarryList *list, const json_t *row, gint64 *ret_id, GError **error)
{
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);
	Cell cell = { self, NULL, kept };
	DbArg args[COLUMNS_MAX];
	guint n = 0, first;

	if (self->case_id != 0)
		args[n++] = DB_INT(self->case_id);
	if (list->of_customer)
		args[n++] = DB_INT_OR_NULL(self->customer_id);
	first = n;
	for (const CarryColumn *column = list->columns; column->name != NULL; column++) {
		g_assert(n < COLUMNS_MAX);
		cell.column = column;
		if (!read_cell(&cell, json_object_find(row, json_key_of(column->name, TRUE)), &args[n++], error))
			return FALSE;
	}
	return write_args(self, list, args, n, first, ret_id, error);
}

static gboolean
take_row(CarryIn *self, const CarryList *list, json_t *row, GError **error)
{
	const char *ref = json_text(row, "ref", NULL);
	gint64 id;

	if (!json_is_object(row)) {
		err_add_field(error, "/record", "\"%s\" of the record holds what is no object.", list->name);
		return FALSE;
	}
	if (list->settle != NULL)
		list->settle(row, self->now_ms);
	if (!carry_write(self, list, row, &id, error))
		return FALSE;
	if (id == 0 && strcmp(list->columns[0].name, "ref") == 0) {
		err_add_field(error, "/record", "A row of \"%s\" cannot be taken: there is one already.", list->name);
		return FALSE;
	}
	if (ref != NULL && id != 0)
		g_hash_table_insert(self->own, g_strdup(ref), g_memdup2(&id, sizeof id));
	return list->begin == NULL || list->begin(self, row, id, error);
}

static gboolean
take_list(CarryIn *self, const CarryList *list, json_t *rows, GError **error)
{
	size_t i;
	json_t *row;

	if (rows == NULL)
		return TRUE;
	if (!json_is_array(rows) || json_array_size(rows) > ROWS_MAX) {
		err_add_field(error, "/record", "\"%s\" of the record is no list of at most %d.", list->name, ROWS_MAX);
		return FALSE;
	}
	json_array_foreach(rows, i, row) if (!take_row(self, list, row, error)) return FALSE;
	return TRUE;
}

/* ---- the case behind it ---------------------------------------------------------------------------------------------- */

/* What is due next follows from what came: its clocks go on from now, and what they would have told is not told. */
static gboolean
finish(CarryIn *self, const json_t *record, GError **error)
{
	g_autoptr(Case) it = case_lock(self->db, self->case_id, error);
	g_autoptr(ClockRow) row = NULL;
	gint64 n = 0, n_broken = 0, due_at = 0, soon_at = 0, promise_due = 0;
	const char *due_kind = NULL;
	GError *why = NULL;

	if (it == NULL || !promise_sum(self->db, self->case_id, &n, &n_broken, &promise_due, error))
		return FALSE;
	if ((row = clock_row_find(self->db, self->case_id, &why)) == NULL && why != NULL)
		return explain(carry_lists, why, error);
	if (row != NULL) {
		row->promise_due = promise_due;
		if (!clocks_quiet_in(self->db, row, it->is_open, self->now_ms, &due_at, &soon_at, &due_kind, error))
			return FALSE;
	}
	if (g_strcmp0(due_kind, "promise") == 0 && !promise_soon_on(self->db, self->case_id, &soon_at, error))
		return FALSE;
	if (!it->is_open || it->waiting) {
		due_at = soon_at = 0;
		due_kind = NULL;
	}
	if (json_object_get(record, "ledger") != NULL && !db_exec(self->db, &SQL_CARRY_GIVEN, DB_ARGS(DB_INT(self->case_id)), NULL, error))
		return FALSE;
	if (json_object_get(record, "approvals") != NULL && !db_exec(self->db, &SQL_CARRY_APPROVAL_OF, DB_ARGS(DB_INT(self->case_id)), NULL, error))
		return FALSE;
	return db_exec(self->db, &SQL_CARRY_FINISH,
		DB_ARGS(DB_INT(self->case_id), DB_INT_OR_NULL(due_at), DB_TEXT(due_kind), DB_INT_OR_NULL(promise_due), DB_INT(n), DB_INT(n_broken), DB_INT_OR_NULL(soon_at)), NULL, error);
}

gboolean
carry_in(CarryIn *self, const char *text, GError **error)
{
	g_autoptr(json_t) record = json_read(text, strlen(text), error);
	g_autoptr(GHashTable) own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	if (record == NULL)
		return FALSE;
	if (!json_is_object(record)) {
		err_add_field(error, "/record", "The record is no JSON object.");
		return FALSE;
	}
	self->own = own;
	for (const CarryList *list = carry_lists; list->name != NULL; list++)
		if (!take_list(self, list, json_object_find(record, json_key_of(list->name, TRUE)), error))
			return FALSE;
	self->own = NULL;
	return json_object_size(record) == 0 || finish(self, record, error);
}
