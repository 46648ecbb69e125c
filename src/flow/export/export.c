#include "flow/export/export.h"
#include "base/clock.h"
#include "export.sql.h"
#include "flow/carry/carry.h"
#include "flow/export/row.h"
#include "flow/export/json_text.h"
#include <string.h>

enum { PIECE = 64 * 1024, CASES = 100 };

struct _Export {
	Store *store;
	ExportFormat format;
	gboolean begun, ended;
	gint64 after_id, merged; /* merged: 0, then 1 */
	const CarryList *before, *behind; /* lines of no case that are still to come */
	ExportParts parts;
	GArray *message_ids; /* of the case that is being written */
};

/* Files and messages of the cases being read, each a step behind: all come in the same order. */
typedef struct {
	DbRows *messages, *files;
	gboolean has_message, has_file;
	CarryOut record;
	GArray *message_ids;
} Cursors;

static const char *const words[] = { "ndjson", "csv" };

gboolean
export_format_read(const char *word, ExportFormat *ret_format)
{
	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(word, words[i]) == 0) {
			*ret_format = (ExportFormat)i;
			return TRUE;
		}
	return FALSE;
}

const char *
export_media_type(ExportFormat format)
{
	return format == EXPORT_CSV ? "text/csv; charset=utf-8" : "application/x-ndjson";
}

Export *
export_new(Store *store, ExportFormat format)
{
	Export *self = g_new0(Export, 1);

	self->store = store;
	self->format = format;
	self->parts = (ExportParts){ g_string_new(NULL), g_string_new(NULL), g_string_new(NULL), g_string_new(NULL), g_string_new(NULL), g_string_new(NULL) };
	self->before = carry_before;
	self->behind = carry_behind;
	self->message_ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	return self;
}

void
export_free(Export *self)
{
	if (self == NULL)
		return;
	g_string_free(self->parts.messages, TRUE);
	g_string_free(self->parts.contacts, TRUE);
	g_string_free(self->parts.email, TRUE);
	g_string_free(self->parts.phone, TRUE);
	g_string_free(self->parts.body, TRUE);
	g_string_free(self->parts.record, TRUE);
	g_array_unref(self->message_ids);
	g_free(self);
}

/* The next row of a cursor; an error ends the work. */
static gboolean
step(DbRows *rows, gboolean *ret_has, GError **error)
{
	g_autoptr(GError) local = NULL;

	*ret_has = db_rows_next(rows, &local);
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
put_files(Cursors *at, gint64 message_id, GString *out, GError **error)
{
	json_text_key(out, "attachments");
	g_string_append_c(out, '[');
	while (at->has_file && db_rows_int(at->files, "message_id") == message_id) {
		if (out->str[out->len - 1] != '[')
			g_string_append_c(out, ',');
		g_string_append_c(out, '{');
		json_text_key(out, "name");
		json_text_put(out, db_rows_text(at->files, "name"));
		json_text_key(out, "media_type");
		json_text_put(out, db_rows_text(at->files, "media_type"));
		json_text_key(out, "size");
		g_string_append_printf(out, "%" G_GINT64_FORMAT, db_rows_int(at->files, "size"));
		json_text_key(out, "hash");
		json_text_put(out, db_rows_text(at->files, "hash"));
		g_string_append_c(out, '}');
		if (!step(at->files, &at->has_file, error))
			return FALSE;
	}
	g_string_append_c(out, ']');
	return TRUE;
}

static gboolean
put_message(Cursors *at, ExportParts *parts, GError **error)
{
	DbRows *rows = at->messages;
	GString *out = parts->messages;
	const gint64 id = db_rows_int(rows, "id");
	char time[TIME_SIZE];

	g_array_append_val(at->message_ids, id);
	if (parts->body->len == 0 && strcmp(db_rows_text(rows, "direction"), "inbound") == 0)
		g_string_assign(parts->body, db_rows_text(rows, "body"));
	if (out->str[out->len - 1] != '[')
		g_string_append_c(out, ',');
	g_string_append_c(out, '{');
	json_text_key(out, "direction");
	json_text_put(out, db_rows_text(rows, "direction"));
	json_text_key(out, "channel");
	json_text_put(out, db_rows_text(rows, "channel"));
	json_text_key(out, "author");
	json_text_put(out, db_rows_text(rows, "author"));
	json_text_key(out, "author_name");
	json_text_put(out, db_rows_text(rows, "author_name"));
	json_text_key(out, "automatic");
	g_string_append(out, db_rows_int(rows, "automatic") != 0 ? "true" : "false");
	time_write(db_rows_int(rows, "said_at"), time);
	json_text_key(out, "said_at");
	json_text_put(out, time);
	json_text_key(out, "body");
	json_text_put(out, db_rows_text(rows, "body"));
	if (!put_files(at, id, out, error))
		return FALSE;
	g_string_append_c(out, '}');
	return TRUE;
}

static gboolean
put_messages(Cursors *at, gint64 case_id, ExportParts *parts, GError **error)
{
	g_array_set_size(at->message_ids, 0);
	g_string_truncate(parts->body, 0);
	g_string_assign(parts->messages, "[");
	while (at->has_message && db_rows_int(at->messages, "case_id") <= case_id) {
		/* A case that went away meanwhile (merged) leaves its messages behind: passed over. */
		if (db_rows_int(at->messages, "case_id") == case_id && !put_message(at, parts, error))
			return FALSE;
		if (!step(at->messages, &at->has_message, error))
			return FALSE;
	}
	g_string_append_c(parts->messages, ']');
	return TRUE;
}

static gboolean
put_contacts(Db *db, gint64 customer_id, ExportParts *parts, GError **error)
{
	g_autoptr(DbRows) rows = NULL;
	GString *out = parts->contacts;
	gboolean has;

	g_string_truncate(parts->email, 0);
	g_string_truncate(parts->phone, 0);
	g_string_assign(out, "[");
	if (customer_id == 0 || (rows = db_query(db, &SQL_EXPORT_CONTACTS, DB_ARGS(DB_INT(customer_id)), error)) == NULL) {
		g_string_append_c(out, ']');
		return customer_id == 0;
	}
	for (;;) {
		const char *kind, *value;

		if (!step(rows, &has, error))
			return FALSE;
		if (!has)
			break;
		kind = db_rows_text(rows, "kind");
		value = db_rows_text(rows, "value");
		if (strcmp(kind, "email") == 0 && parts->email->len == 0)
			g_string_assign(parts->email, value);
		if (strcmp(kind, "phone") == 0 && parts->phone->len == 0)
			g_string_assign(parts->phone, value);
		if (out->str[out->len - 1] != '[')
			g_string_append_c(out, ',');
		g_string_append_c(out, '{');
		json_text_key(out, "kind");
		json_text_put(out, kind);
		json_text_key(out, "value");
		json_text_put(out, value);
		g_string_append_c(out, '}');
	}
	g_string_append_c(out, ']');
	return TRUE;
}

/* A table holds cases and conversations; lines of JSON all that hangs on them, too. */
static gboolean
put_record(Cursors *at, ExportFormat format, gint64 case_id, ExportParts *parts, GError **error)
{
	g_string_truncate(parts->record, 0);
	return format != EXPORT_NDJSON || carry_out_put(&at->record, case_id, at->message_ids, parts->record, error);
}

static gboolean
put_cases(Export *self, Db *db, Cursors *at, DbRows *cases, GString *out, GError **error)
{
	for (;;) {
		gboolean has = FALSE;
		gint64 id;

		if (!step(cases, &has, error))
			return FALSE;
		if (!has)
			return TRUE;
		id = db_rows_int(cases, "id");
		if (!put_messages(at, id, &self->parts, error) || !put_contacts(db, db_rows_int(cases, "customer_id"), &self->parts, error) ||
			!put_record(at, self->format, id, &self->parts, error))
			return FALSE;
		export_row(self->format, cases, &self->parts, out);
	}
}

/* Cases of one page and what is between their first and last id. */
static gboolean
put_page(Export *self, Db *db, DbRows *cases, gint64 last_id, GString *out, GError **error)
{
	const DbArg args[] = { DB_INT(self->after_id), DB_INT(last_id), DB_INT(self->merged) };
	g_autoptr(DbRows) messages = db_query(db, &SQL_EXPORT_MESSAGES, args, G_N_ELEMENTS(args), error);
	g_autoptr(DbRows) files = messages != NULL ? db_query(db, &SQL_EXPORT_ATTACHMENTS, args, G_N_ELEMENTS(args), error) : NULL;
	Cursors at = { .messages = messages, .files = files, .message_ids = self->message_ids };
	gboolean fine;

	if (files == NULL || !step(messages, &at.has_message, error) || !step(files, &at.has_file, error))
		return FALSE;
	fine = (self->format != EXPORT_NDJSON || carry_out_open(&at.record, db, args, G_N_ELEMENTS(args), error)) && put_cases(self, db, &at, cases, out, error);
	carry_out_clear(&at.record);
	return fine;
}

/* The last id of the next page of cases; 0 when there is none. */
static gboolean
look_ahead(Db *db, const Export *self, gint64 *ret_last_id, GError **error)
{
	return db_query_int(
		db, &SQL_EXPORT_LAST, DB_ARGS(DB_INT(self->after_id), DB_INT(self->merged), DB_INT(CASES)), ret_last_id, NULL, error);
}

/* A page of lines of no case; @list moves on to the next one behind its last. */
static gboolean
put_house(Export *self, Db *db, const CarryList **list, GString *out, GError **error)
{
	if (!carry_house_put(db, *list, &self->after_id, out, error))
		return FALSE;
	if (self->after_id == 0)
		(*list)++;
	return TRUE;
}

static gboolean
put_page_of_cases(Export *self, Db *db, GString *out, GError **error)
{
	g_autoptr(DbRows) cases = NULL;
	gint64 last_id = 0;

	if (!look_ahead(db, self, &last_id, error))
		return FALSE;
	if (last_id == 0) {
		self->merged++;
		self->after_id = 0;
		return TRUE;
	}
	if ((cases = db_query(db, &SQL_EXPORT_CASES, DB_ARGS(DB_INT(self->after_id), DB_INT(self->merged), DB_INT(CASES)), error)) == NULL ||
		!put_page(self, db, cases, last_id, out, error))
		return FALSE;
	self->after_id = last_id;
	return TRUE;
}

/* First what the cases speak of, then those that stand by themselves, those merged into one of them, and what speaks of them. */
static gboolean
next_page(Export *self, GString *out, GError **error)
{
	gboolean house = self->format == EXPORT_NDJSON, fine = TRUE;
	Db *db = NULL;

	if (!store_snapshot_begin(self->store, &db, error))
		return FALSE;
	if (house && self->before->name != NULL)
		fine = put_house(self, db, &self->before, out, error);
	else if (self->merged < 2)
		fine = put_page_of_cases(self, db, out, error);
	else if (house && self->behind->name != NULL)
		fine = put_house(self, db, &self->behind, out, error);
	else
		self->ended = TRUE;
	store_snapshot_end(self->store, db);
	return fine;
}

gboolean
export_next(GString *out, gpointer data, GError **error)
{
	Export *self = data;
	gsize before = out->len;

	if (!self->begun)
		export_head(self->format, out);
	self->begun = TRUE;
	while (!self->ended && out->len - before < PIECE)
		if (!next_page(self, out, error))
			return FALSE;
	return !self->ended || out->len > before;
}
