#include "flow/import/map.h"
#include <string.h>

const char *const import_field_words[] = {
	"skip",
	"external_id",
	"subject",
	"body",
	"kind",
	"channel",
	"product",
	"category",
	"severity",
	"desired_remedy",
	"received_at",
	"acknowledged_at",
	"first_response_at",
	"resolved_at",
	"closed_at",
	"stage",
	"outcome",
	"root_cause",
	"customer.name",
	"customer.email",
	"customer.phone",
	"customer.external_id",
	"tags",
	"owner",
	"team",
	"ref",
	"customer.ref",
	"customer.contacts",
	"logged_at",
	"stage_at",
	"changed_at",
	"n_reopened",
	"waiting",
	"merged_into",
	"facts",
	"messages",
	"record",
	NULL,
};

/* Names people give to such columns, folded. The words above count as well. */
static const struct {
	ImportField field;
	const char *names;
} guesses[] = {
	{ IMPORT_EXTERNAL_ID,
		"id ticket_id ticket ticket_number ticket_no case_id case_number case_no complaint_id complaint_number number reference reference_number" },
	{ IMPORT_SUBJECT, "title summary headline betreff" },
	{ IMPORT_BODY,
		"description message text narrative complaint complaint_text details comment comments content complaint_narrative beschreibung nachricht" },
	{ IMPORT_KIND, "type case_type ticket_type" }, { IMPORT_CHANNEL, "via submitted_via source_channel contact_channel kanal" },
	{ IMPORT_PRODUCT, "product_name sub_product subproduct produkt" },
	{ IMPORT_CATEGORY, "issue sub_issue topic sub_category subcategory issue_type complaint_type kategorie" },
	{ IMPORT_SEVERITY, "priority urgency prioritaet" },
	{ IMPORT_DESIRED_REMEDY, "remedy desired_resolution desired_outcome requested_remedy" },
	{ IMPORT_RECEIVED_AT,
		"received date_received created created_at date_created created_on creation_date date opened opened_at submitted submitted_at timestamp datum" },
	{ IMPORT_ACKNOWLEDGED_AT, "acknowledged date_acknowledged" },
	{ IMPORT_FIRST_RESPONSE_AT, "first_response first_response_time first_reply_at first_responded_at" },
	{ IMPORT_RESOLVED_AT, "resolved date_resolved resolved_on solved_at solved resolution_date" },
	{ IMPORT_CLOSED_AT, "closed date_closed closed_on" }, { IMPORT_STAGE, "status case_status ticket_status" },
	{ IMPORT_ROOT_CAUSE, "cause" }, { IMPORT_CUSTOMER_NAME, "customer_name customer name full_name requester requester_name kunde" },
	{ IMPORT_CUSTOMER_EMAIL, "email e_mail mail customer_email email_address requester_email" },
	{ IMPORT_CUSTOMER_PHONE, "phone telephone phone_number customer_phone mobile telefon" },
	{ IMPORT_CUSTOMER_EXTERNAL_ID, "customer_id client_id customer_number customer_external_id kundennummer" },
	{ IMPORT_TAGS, "tag labels label" }, { IMPORT_OWNER, "assignee assigned_to agent owner_email assignee_email" },
	{ IMPORT_TEAM, "group assigned_group queue" },
	{ IMPORT_SKIP, "rejected_line rejected_reason" }, /* ours: in front of the rows of a rejects file */
};

/* The public complaint file of the US Consumer Financial Protection Bureau, its 18 columns in their order. */
static const struct {
	const char *name, *field;
	gboolean verbatim;
} cfpb[] = {
	{ "Date received", "received_at", FALSE },
	{ "Product", "product", FALSE },
	{ "Sub-product", "product", FALSE },
	{ "Issue", "category", FALSE },
	{ "Sub-issue", "category", FALSE },
	{ "Consumer complaint narrative", "body", FALSE },
	{ "Company public response", "facts.company_public_response", FALSE },
	{ "Company", "facts.company", FALSE },
	{ "State", "facts.state", FALSE },
	{ "ZIP code", "facts.zip_code", FALSE },
	{ "Tags", "tags", FALSE },
	{ "Consumer consent provided?", "facts.consumer_consent", TRUE },
	{ "Submitted via", "channel", FALSE },
	{ "Date sent to company", "facts.date_sent_to_company", FALSE },
	{ "Company response to consumer", "facts.company_response", FALSE },
	{ "Timely response?", "facts.timely_response", TRUE },
	{ "Consumer disputed?", "facts.consumer_disputed", TRUE },
	{ "Complaint ID", "external_id", FALSE },
};
static const char *const cfpb_known[] = { "Date received", "Product", "Issue", "Company", "State", "Submitted via", "Complaint ID",
	"Company response to consumer", "Timely response?", NULL };

static const char *const format_words[] = { "cfpb", "csv", "ndjson" };

const char *
import_format_word(ImportFormat format)
{
	return format_words[format];
}

gboolean
import_format_read(const char *word, ImportFormat *ret_format)
{
	for (guint i = 0; i < G_N_ELEMENTS(format_words); i++)
		if (strcmp(word, format_words[i]) == 0) {
			*ret_format = (ImportFormat)i;
			return TRUE;
		}
	return FALSE;
}

gboolean
import_field_is_date(ImportField field)
{
	return (field >= IMPORT_RECEIVED_AT && field <= IMPORT_CLOSED_AT) || (field >= IMPORT_LOGGED_AT && field <= IMPORT_CHANGED_AT);
}

gboolean
import_field_joins(ImportField field)
{
	return field == IMPORT_PRODUCT || field == IMPORT_CATEGORY || field == IMPORT_ROOT_CAUSE || field == IMPORT_BODY ||
	       field == IMPORT_TAGS;
}

void
import_column_free(ImportColumn *column)
{
	if (column == NULL)
		return;
	g_free(column->name);
	g_free(column->fact);
	g_free(column);
}

const char *const *
import_map_known(ImportFormat format)
{
	return format == IMPORT_CFPB ? cfpb_known : NULL;
}

char *
import_fold(const char *text)
{
	g_autofree char *low = g_utf8_strdown(text, -1);
	GString *out = g_string_new(NULL);

	for (const char *p = low; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (g_unichar_isalnum(c))
			g_string_append_unichar(out, c);
		else if (out->len > 0 && out->str[out->len - 1] != '_')
			g_string_append_c(out, '_');
	}
	if (out->len > 0 && out->str[out->len - 1] == '_')
		g_string_truncate(out, out->len - 1);
	if (out->len > 60)
		g_string_truncate(out, (gsize)(g_utf8_find_prev_char(out->str, out->str + 61) - out->str));
	return g_string_free(out, FALSE);
}

/* "stage", "facts.NAME", "customer.email" into a field; FALSE for anything else. */
static gboolean
read_field(const char *word, ImportField *ret_field, const char **ret_fact)
{
	*ret_fact = NULL;
	if (g_str_has_prefix(word, "facts.") && word[6] != '\0') {
		*ret_field = IMPORT_FACT;
		*ret_fact = word + 6;
		return TRUE;
	}
	for (guint i = 0; import_field_words[i] != NULL; i++)
		if (strcmp(word, import_field_words[i]) == 0) {
			*ret_field = (ImportField)i;
			return TRUE;
		}
	return FALSE;
}

static gboolean
check_columns(const json_t *columns, GError **error)
{
	const char *name, *fact;
	json_t *value;
	ImportField field;

	if (!json_is_object(columns)) {
		g_set_error_literal(error, ERR, ERR_INVALID, "the map is no JSON object of columns and fields");
		return FALSE;
	}
	json_object_foreach((json_t *)columns, name, value)
	{
		const char *word = json_string_value(value);

		if (word == NULL || !read_field(word, &field, &fact)) {
			g_autofree char *words = g_strjoinv(", ", (char **)import_field_words);

			err_add_field(error, "/map", "The map sends column \"%s\" to \"%s\". A field is one of: %s, facts.NAME.", name,
				word != NULL ? word : "?", words);
			return FALSE;
		}
	}
	return TRUE;
}

ImportMap *
import_map_new(ImportFormat format, const json_t *map, GError **error)
{
	json_t *columns = json_object_get(map, "columns"), *values = json_object_get(map, "values");
	ImportMap *it;

	if (map != NULL && !json_is_object(columns) && !json_is_object(values))
		columns = (json_t *)map;
	if (columns != NULL && !check_columns(columns, error))
		return NULL;
	it = g_new0(ImportMap, 1);
	it->format = format;
	it->columns = columns != NULL ? json_incref(columns) : NULL;
	it->values = json_is_object(values) ? json_incref(values) : NULL;
	/* What the map gives to a column is not guessed for another one. */
	if (columns != NULL) {
		const char *name, *fact;
		json_t *value;
		ImportField field;

		json_object_foreach(columns, name, value) if (read_field(json_string_value(value), &field, &fact)) it->taken |= (guint64)1
																<< field;
	}
	return it;
}

void
import_map_free(ImportMap *map)
{
	if (map == NULL)
		return;
	json_decref(map->columns);
	json_decref(map->values);
	g_free(map);
}

static gboolean
is_among(const char *name, const char *names)
{
	gsize size = strlen(name);

	for (const char *p = names; (p = strstr(p, name)) != NULL; p += size)
		if ((p == names || p[-1] == ' ') && (p[size] == ' ' || p[size] == '\0'))
			return size > 0;
	return FALSE;
}

static ImportField
guess_field(const char *name)
{
	g_autofree char *folded = import_fold(name);

	for (guint i = 1; import_field_words[i] != NULL; i++) {
		g_autofree char *word = import_fold(import_field_words[i]);

		if (strcmp(folded, word) == 0)
			return (ImportField)i;
	}
	for (guint i = 0; i < G_N_ELEMENTS(guesses); i++)
		if (is_among(folded, guesses[i].names))
			return guesses[i].field;
	return IMPORT_FACT;
}

static ImportColumn *
column_new(const char *name, ImportField field, const char *fact, gboolean verbatim)
{
	ImportColumn *column = g_new0(ImportColumn, 1);

	column->name = g_strdup(name);
	column->field = field;
	column->verbatim = verbatim;
	if (field == IMPORT_FACT)
		column->fact = fact != NULL ? g_strdup(fact) : import_fold(name);
	if (column->fact != NULL && column->fact[0] == '\0')
		column->field = IMPORT_SKIP; /* a column without a name */
	return column;
}

ImportColumn *
import_map_column(ImportMap *map, const char *name)
{
	const char *fact, *given = json_string_value(json_object_get(map->columns, name));
	ImportField field;

	if (given != NULL && read_field(given, &field, &fact))
		return column_new(name, field, fact, FALSE);
	for (guint i = 0; map->format == IMPORT_CFPB && i < G_N_ELEMENTS(cfpb); i++)
		if (g_ascii_strcasecmp(name, cfpb[i].name) == 0 && read_field(cfpb[i].field, &field, &fact))
			return column_new(name, field, fact, cfpb[i].verbatim);
	if (map->format == IMPORT_NDJSON && g_str_has_prefix(name, "facts."))
		return column_new(name, IMPORT_FACT, name + 6, TRUE);
	field = guess_field(name);
	if (map->format == IMPORT_CFPB && field != IMPORT_SKIP)
		field = IMPORT_FACT; /* columns beyond the official ones */
	if (field != IMPORT_FACT && field != IMPORT_SKIP) {
		if ((map->taken & (guint64)1 << field) && !import_field_joins(field))
			field = IMPORT_FACT;
		map->taken |= (guint64)1 << field;
	}
	return column_new(name, field, NULL, FALSE);
}

gboolean
import_map_check(const ImportMap *map, const GPtrArray *columns, GError **error)
{
	const char *name;
	json_t *value;

	json_object_foreach(map->columns, name, value)
	{
		gboolean found = FALSE;

		for (guint i = 0; i < columns->len && !found; i++)
			found = strcmp(((ImportColumn *)columns->pdata[i])->name, name) == 0;
		if (!found) {
			err_add_field(error, "/map", "The map names a column \"%s\", which the file does not have.", name);
			return FALSE;
		}
	}
	return TRUE;
}

const char *
import_map_value(const ImportMap *map, ImportField field, const char *text)
{
	return json_text(json_object_get(map->values, import_field_words[field]), text, text);
}

json_t *
import_map_to_json(const GPtrArray *columns)
{
	json_t *out = json_object();

	for (guint i = 0; i < columns->len; i++) {
		const ImportColumn *column = columns->pdata[i];
		g_autofree char *fact = column->field == IMPORT_FACT ? g_strconcat("facts.", column->fact, NULL) : NULL;

		json_put_text(out, column->name, fact != NULL ? fact : import_field_words[column->field]);
	}
	return out;
}
