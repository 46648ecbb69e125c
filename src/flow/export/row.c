#include "flow/export/row.h"
#include "base/clock.h"
#include "cases/case.h"
#include "flow/export/json_text.h"
#include "text/csv.h"
#include <string.h>

typedef enum { TEXT, TIME, COUNT, FLAG, SEVERITY, TAGS, JSON, BODY, EMAIL, PHONE, CONTACTS, MESSAGES, RECORD } Kind;

/* The names are those import knows (flow/import/map.h); a dot goes into an object in JSON. */
static const struct {
	const char *name, *column; /* column NULL: the name */
	Kind kind;
} columns[] = {
	{ "ref", NULL, TEXT },
	{ "external_id", NULL, TEXT },
	{ "kind", NULL, TEXT },
	{ "subject", NULL, TEXT },
	{ "body", NULL, BODY },
	{ "channel", NULL, TEXT },
	{ "product", NULL, TEXT },
	{ "category", NULL, TEXT },
	{ "severity", NULL, SEVERITY },
	{ "desired_remedy", NULL, TEXT },
	{ "tags", NULL, TAGS },
	{ "stage", NULL, TEXT },
	{ "outcome", NULL, TEXT },
	{ "root_cause", NULL, TEXT },
	{ "owner", NULL, TEXT },
	{ "team", NULL, TEXT },
	{ "customer.ref", "customer_ref", TEXT },
	{ "customer.name", "customer_name", TEXT },
	{ "customer.email", NULL, EMAIL },
	{ "customer.phone", NULL, PHONE },
	{ "customer.external_id", "customer_external_id", TEXT },
	{ "customer.contacts", NULL, CONTACTS },
	{ "received_at", NULL, TIME },
	{ "acknowledged_at", NULL, TIME },
	{ "first_response_at", NULL, TIME },
	{ "resolved_at", NULL, TIME },
	{ "closed_at", NULL, TIME },
	{ "logged_at", NULL, TIME },
	{ "stage_at", NULL, TIME },
	{ "changed_at", NULL, TIME },
	{ "n_reopened", NULL, COUNT },
	{ "waiting", NULL, FLAG },
	{ "merged_into", NULL, TEXT },
	{ "facts", NULL, JSON },
	{ "messages", NULL, MESSAGES },
	{ "record", NULL, RECORD }, /* lines of JSON only */
};

void
export_head(ExportFormat format, GString *out)
{
	if (format == EXPORT_NDJSON)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
		if (columns[i].kind != RECORD)
			csv_put(out, columns[i].name, i == 0);
	csv_end(out);
}

/* The cell's text; NULL for none. @buffer is for what has to be made. */
static const char *
cell(guint i, DbRows *rows, const ExportParts *parts, char buffer[TIME_SIZE])
{
	const char *column = columns[i].column != NULL ? columns[i].column : columns[i].name;

	switch (columns[i].kind) {
	case BODY: return parts->body->len > 0 ? parts->body->str : NULL;
	case EMAIL: return parts->email->len > 0 ? parts->email->str : NULL;
	case PHONE: return parts->phone->len > 0 ? parts->phone->str : NULL;
	case CONTACTS: return parts->contacts->str;
	case MESSAGES: return parts->messages->str;
	case RECORD: return parts->record->str;
	case TIME:
		if (db_rows_is_null(rows, column))
			return NULL;
		time_write(db_rows_int(rows, column), buffer);
		return buffer;
	case COUNT: g_snprintf(buffer, TIME_SIZE, "%" G_GINT64_FORMAT, db_rows_int(rows, column)); return buffer;
	case FLAG: return db_rows_int(rows, column) != 0 ? "true" : "false";
	case SEVERITY: return case_severities[CLAMP(db_rows_int(rows, column), 0, 3)];
	default: return db_rows_text(rows, column);
	}
}

static void
put_tags(GString *out, const char *tags)
{
	g_auto(GStrv) parts = g_strsplit(tags != NULL ? tags : "", ",", -1);

	g_string_append_c(out, '[');
	for (guint i = 0; parts[i] != NULL && parts[0][0] != '\0'; i++) {
		if (i > 0)
			g_string_append_c(out, ',');
		json_text_put(out, parts[i]);
	}
	g_string_append_c(out, ']');
}

static void
put_value(GString *out, Kind kind, const char *text)
{
	switch (kind) {
	case TAGS: put_tags(out, text); break;
	case JSON: g_string_append(out, text != NULL ? text : "{}"); break;
	case COUNT:
	case FLAG:
	case CONTACTS:
	case MESSAGES:
	case RECORD: g_string_append(out, text); break;
	default: json_text_put(out, text); break;
	}
}

static void
put_object(DbRows *rows, const ExportParts *parts, GString *out)
{
	static const char group[] = "customer.";
	gboolean within = FALSE;
	char buffer[TIME_SIZE];

	g_string_append_c(out, '{');
	for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
		gboolean mine = g_str_has_prefix(columns[i].name, group);

		if (columns[i].kind == BODY)
			continue; /* the messages have it */
		if (mine && db_rows_is_null(rows, "customer_ref"))
			continue;
		if (mine && !within) {
			json_text_key(out, "customer");
			g_string_append_c(out, '{');
		} else if (!mine && within) {
			g_string_append_c(out, '}');
		}
		within = mine;
		json_text_key(out, columns[i].name + (mine ? sizeof group - 1 : 0));
		put_value(out, columns[i].kind, cell(i, rows, parts, buffer));
	}
	g_string_append(out, "}\n");
}

void
export_row(ExportFormat format, DbRows *rows, const ExportParts *parts, GString *out)
{
	char buffer[TIME_SIZE];

	if (format == EXPORT_NDJSON) {
		put_object(rows, parts, out);
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
		const char *text = cell(i, rows, parts, buffer);

		if (columns[i].kind == RECORD)
			continue;
		csv_put_safe(out, text != NULL ? text : "", i == 0);
	}
	csv_end(out);
}
