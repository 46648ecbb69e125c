#include "flow/import/row.h"
#include "base/ids.h"
#include "cases/restore.h"
#include "flow/import/words.h"
#include "flow/export/json_text.h"
#include "text/blank.h"
#include "text/csv.h"
#include <sodium.h>
#include <string.h>

struct _ImportDraft {
	const ImportMap *map;
	const ImportPeople *people;
	GTimeZone *zone;
	GStringChunk *chunk;
	const char *text[IMPORT_N_FIELDS];
	const ImportColumn *column[IMPORT_N_FIELDS]; /* where the text came from */
	const char *response;			     /* the CFPB's */
	guint64 spoken;				     /* fields the file has, blank or not */
	GString *facts, *joined;
};

ImportDraft *
import_draft_new(const ImportMap *map, const ImportPeople *people, GTimeZone *zone)
{
	ImportDraft *draft = g_new0(ImportDraft, 1);

	draft->map = map;
	draft->people = people;
	draft->zone = zone != NULL ? g_time_zone_ref(zone) : NULL;
	draft->facts = g_string_new(NULL);
	draft->joined = g_string_new(NULL);
	return draft;
}

void
import_draft_free(ImportDraft *draft)
{
	if (draft == NULL)
		return;
	g_clear_pointer(&draft->zone, g_time_zone_unref);
	g_string_free(draft->facts, TRUE);
	g_string_free(draft->joined, TRUE);
	g_free(draft);
}

void
import_row_clear(ImportRow *row)
{
	g_clear_pointer(&row->tags, g_ptr_array_unref);
}

void
import_draft_begin(ImportDraft *draft, GStringChunk *chunk)
{
	draft->chunk = chunk;
	memset(draft->text, 0, sizeof draft->text);
	draft->response = NULL;
	draft->spoken = 0;
	g_string_truncate(draft->facts, 0);
}

static void
put_fact(ImportDraft *draft, const char *name, const char *text)
{
	g_string_append_c(draft->facts, draft->facts->len == 0 ? '{' : ',');
	json_text_put(draft->facts, name);
	g_string_append_c(draft->facts, ':');
	json_text_put(draft->facts, text);
}

/* The text without the spaces around it, kept for the batch. */
static const char *
keep(ImportDraft *draft, const char *text, gsize size)
{
	while (size > 0 && g_ascii_isspace(*text)) {
		text++;
		size--;
	}
	while (size > 0 && g_ascii_isspace(text[size - 1]))
		size--;
	return g_string_chunk_insert_len(draft->chunk, text, (gssize)size);
}

static const char *
join(ImportDraft *draft, ImportField field, const char *before, const char *after)
{
	g_string_assign(draft->joined, before);
	g_string_append(draft->joined, field == IMPORT_BODY ? "\n\n" : field == IMPORT_TAGS ? "," : " › ");
	g_string_append(draft->joined, after);
	return g_string_chunk_insert_len(draft->chunk, draft->joined->str, (gssize)draft->joined->len);
}

void
import_draft_set(ImportDraft *draft, const ImportColumn *column, const char *text, gsize size)
{
	ImportField field = column->field;
	const char *kept;

	if (field == IMPORT_SKIP)
		return;
	draft->spoken |= (guint64)1 << field;
	if (column->verbatim ? size == 0 : blank_is(text))
		return;
	if (field == IMPORT_FACT) {
		put_fact(draft, column->fact, text);
		if (draft->map->format == IMPORT_CFPB && strcmp(column->fact, "company_response") == 0)
			draft->response = keep(draft, text, size);
		return;
	}
	kept = keep(draft, text, size);
	if (draft->text[field] == NULL) {
		draft->text[field] = kept;
		draft->column[field] = column;
	} else if (import_field_joins(field)) {
		draft->text[field] = join(draft, field, draft->text[field], kept);
	}
}

/* A word we know, or a fault. */
static const char *
read_word(ImportDraft *draft, ImportField field, const char *pointer, const char *const *ours, GError **faults)
{
	const char *text = draft->text[field], *word;
	g_autofree char *all = NULL;

	if (text == NULL)
		return NULL;
	if ((word = import_word(field, import_map_value(draft->map, field, text))) != NULL)
		return word;
	all = g_strjoinv(", ", (char **)ours);
	err_add_field(faults, pointer, "\"%.60s\" is none of: %s.", text, all);
	return NULL;
}

/* A word we know; others stay as a fact of that name, and @otherwise stands in. */
static const char *
read_loose_word(ImportDraft *draft, ImportField field, const char *otherwise)
{
	const char *text = draft->text[field], *word;

	if (text == NULL)
		return otherwise;
	if ((word = import_word(field, import_map_value(draft->map, field, text))) != NULL)
		return word;
	put_fact(draft, import_field_words[field], text);
	return otherwise;
}

static gint64
read_severity(ImportDraft *draft, GError **faults)
{
	const char *word = read_word(draft, IMPORT_SEVERITY, "/severity", case_severities, faults);
	guint at = 0;

	return word != NULL && case_word_is(case_severities, word, &at) ? (gint64)at : -1;
}

static gint64
read_date(ImportDraft *draft, ImportField field, GError **faults)
{
	const char *text = draft->text[field];
	g_autofree char *pointer = NULL;
	gint64 at_ms, other;
	DateStyle style;

	if (text == NULL)
		return 0;
	style = draft->column[field]->dates;
	if (date_read(text, style, draft->zone, &at_ms))
		return at_ms != 0 ? at_ms : 1; /* 0 means none; 1970-01-01 to the millisecond is somebody's none, too */
	pointer = g_strconcat("/", import_field_words[field], NULL);
	if (style == DATES_UNKNOWN && (date_read(text, DATES_US, NULL, &other) || date_read(text, DATES_DAY_FIRST, NULL, &other)))
		err_add_field(
			faults, pointer, "\"%.40s\" may begin with its month or its day: give --dates us or --dates day-first.", text);
	else
		err_add_field(faults, pointer, "\"%.40s\" is no date we can read%s%s.", text,
			style == DATES_UNKNOWN || style == DATES_ISO ? "" : " as ",
			style == DATES_UNKNOWN || style == DATES_ISO ? "" : date_style_word(style));
	return 0;
}

static gint64
read_count(const ImportDraft *draft, ImportField field)
{
	return draft->text[field] != NULL ? CLAMP(g_ascii_strtoll(draft->text[field], NULL, 10), 0, 1000000) : 0;
}

static void
read_tags(ImportDraft *draft, ImportRow *row)
{
	const char *p = draft->text[IMPORT_TAGS];

	if (p == NULL)
		return;
	row->tags = g_ptr_array_new();
	for (;;) {
		gsize size = strcspn(p, ",;|");
		const char *tag = keep(draft, p, size);

		if (tag[0] != '\0')
			g_ptr_array_add(row->tags, (gpointer)tag);
		p += size;
		if (*p++ == '\0')
			break;
	}
	row->make.tags = row->tags;
}

/* Owner and team we do not know: those of our own export are made with the row, those of strange tables are kept as facts. */
static void
read_people(ImportDraft *draft, ImportRow *row)
{
	const char *owner = draft->text[IMPORT_OWNER], *team = draft->text[IMPORT_TEAM];
	gboolean ours = draft->text[IMPORT_REF] != NULL;
	NewCase *make = &row->make;

	make->owner_id = owner != NULL ? import_people_user(draft->people, owner) : 0;
	make->team_id = team != NULL ? import_people_team(draft->people, team) : 0;
	row->owner = ours && owner != NULL && make->owner_id == 0 && strchr(owner, '@') != NULL ? owner : NULL;
	row->team = ours && make->team_id == 0 ? team : NULL;
	if (owner != NULL && make->owner_id == 0 && row->owner == NULL)
		put_fact(draft, "owner", owner);
	if (team != NULL && make->team_id == 0 && row->team == NULL)
		put_fact(draft, "team", team);
}

/* Facts of our own export come as one object; those gathered from columns are put behind them. */
static const char *
read_facts(ImportDraft *draft, GError **faults)
{
	const char *given = draft->text[IMPORT_FACTS];

	if (given != NULL) {
		g_autoptr(json_t) object = json_read(given, strlen(given), NULL);

		if (!json_is_object(object)) {
			err_add_field(faults, "/facts", "The facts are no JSON object.");
			return NULL;
		}
		if (draft->facts->len == 0)
			return json_object_size(object) > 0 ? given : NULL;
		if (json_object_size(object) > 0) {
			g_string_erase(draft->facts, 0, 1);
			g_string_prepend_c(draft->facts, ',');
			g_string_prepend_len(draft->facts, given, (gssize)(strrchr(given, '}') - given));
		}
	}
	if (draft->facts->len == 0)
		return NULL;
	g_string_append_c(draft->facts, '}');
	return g_string_chunk_insert_len(draft->chunk, draft->facts->str, (gssize)draft->facts->len);
}

static void
read_life(ImportDraft *draft, NewCase *make, GError **faults)
{
	make->stage = read_word(draft, IMPORT_STAGE, "/stage", case_stages, faults);
	make->outcome = read_word(draft, IMPORT_OUTCOME, "/outcome", case_outcomes, faults);
	make->received_at = read_date(draft, IMPORT_RECEIVED_AT, faults);
	make->acknowledged_at = read_date(draft, IMPORT_ACKNOWLEDGED_AT, faults);
	make->first_response_at = read_date(draft, IMPORT_FIRST_RESPONSE_AT, faults);
	make->resolved_at = read_date(draft, IMPORT_RESOLVED_AT, faults);
	make->closed_at = read_date(draft, IMPORT_CLOSED_AT, faults);
	if (draft->response != NULL) {
		const char *stage, *outcome;

		if (import_cfpb_response(draft->response, &stage, &outcome)) {
			make->stage = stage;
			make->outcome = outcome;
		} else {
			err_add_field(faults, "/stage", "\"%.60s\" is no response of a company that the bureau uses.", draft->response);
		}
		draft->spoken |= (guint64)1 << IMPORT_STAGE | (guint64)1 << IMPORT_OUTCOME;
	}
	/* A file that says when a case ended need not say that it did. */
	if (make->stage == NULL && !(draft->spoken & (guint64)1 << IMPORT_STAGE) && (make->resolved_at != 0 || make->closed_at != 0))
		make->stage = make->closed_at != 0 ? "closed" : "resolved";
}

static guint
given_bits(guint64 spoken)
{
	static const struct {
		ImportField field;
		guint bit;
	} bits[] = { { IMPORT_SUBJECT, CASE_SUBJECT }, { IMPORT_BODY, RESTORE_BODY | CASE_SUBJECT }, { IMPORT_KIND, CASE_KIND },
		{ IMPORT_CHANNEL, CASE_CHANNEL }, { IMPORT_PRODUCT, CASE_PRODUCT }, { IMPORT_CATEGORY, CASE_CATEGORY },
		{ IMPORT_SEVERITY, CASE_SEVERITY }, { IMPORT_DESIRED_REMEDY, CASE_DESIRED_REMEDY },
		{ IMPORT_RECEIVED_AT, CASE_RECEIVED_AT }, { IMPORT_ACKNOWLEDGED_AT, RESTORE_TIMES },
		{ IMPORT_FIRST_RESPONSE_AT, RESTORE_TIMES }, { IMPORT_RESOLVED_AT, RESTORE_TIMES }, { IMPORT_CLOSED_AT, RESTORE_TIMES },
		{ IMPORT_STAGE, RESTORE_STAGE }, { IMPORT_OUTCOME, RESTORE_OUTCOME }, { IMPORT_ROOT_CAUSE, CASE_ROOT_CAUSE },
		{ IMPORT_CUSTOMER_NAME, CASE_CUSTOMER }, { IMPORT_CUSTOMER_EMAIL, CASE_CUSTOMER }, { IMPORT_CUSTOMER_PHONE, CASE_CUSTOMER },
		{ IMPORT_CUSTOMER_EXTERNAL_ID, CASE_CUSTOMER }, { IMPORT_TAGS, CASE_TAGS }, { IMPORT_OWNER, RESTORE_OWNER },
		{ IMPORT_TEAM, RESTORE_TEAM }, { IMPORT_FACTS, RESTORE_FACTS }, { IMPORT_FACT, RESTORE_FACTS } };
	guint given = 0;

	for (guint i = 0; i < G_N_ELEMENTS(bits); i++)
		if (spoken & (guint64)1 << bits[i].field)
			given |= bits[i].bit;
	return given;
}

static gint64
hash_end(crypto_generichash_state *state)
{
	guint8 digest[16];
	guint64 value;

	crypto_generichash_final(state, digest, sizeof digest);
	memcpy(&value, digest, sizeof value);
	return MAX((gint64)(value >> 1), 1);
}

gint64
import_hash(const char *text, gsize size)
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, 16);
	crypto_generichash_update(&state, (const guint8 *)text, size);
	return hash_end(&state);
}

static void
hash_text(crypto_generichash_state *state, const char *text)
{
	if (text != NULL)
		crypto_generichash_update(state, (const guint8 *)text, strlen(text));
	crypto_generichash_update(state, (const guint8 *)"", 1);
}

/* 63 bits of all that the row says, as we understand it: the same again is unchanged. */
static gint64
hash_row(const ImportDraft *draft, const NewCase *make)
{
	const gint64 times[] = { make->received_at, make->acknowledged_at, make->first_response_at, make->resolved_at, make->closed_at,
		make->severity };
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, 16);
	for (guint8 i = 0; i < IMPORT_FACT; i++) {
		if (draft->text[i] == NULL || import_field_is_date((ImportField)i))
			continue;
		crypto_generichash_update(&state, &i, 1);
		hash_text(&state, draft->text[i]);
	}
	crypto_generichash_update(&state, (const guint8 *)times, sizeof times);
	hash_text(&state, make->facts);
	hash_text(&state, make->stage);
	hash_text(&state, make->outcome);
	return hash_end(&state);
}

/* A row of words from the subject down to what it is about; some files have no words at all. */
static const char *
subject_of(const ImportDraft *draft)
{
	const char *const *text = draft->text;

	if (text[IMPORT_SUBJECT] != NULL || text[IMPORT_BODY] != NULL)
		return text[IMPORT_SUBJECT];
	return text[IMPORT_CATEGORY] != NULL ? text[IMPORT_CATEGORY] : text[IMPORT_PRODUCT];
}

static void
read_identity(ImportDraft *draft, ImportRow *row)
{
	row->make.external_id = draft->text[IMPORT_EXTERNAL_ID];
	row->ref = draft->text[IMPORT_REF];
	row->anonymous = row->make.external_id == NULL && row->ref == NULL;
	if (row->anonymous) {
		char id[32];

		g_snprintf(id, sizeof id, "row:%016" G_GINT64_MODIFIER "x", row->make.external_hash);
		row->make.external_id = g_string_chunk_insert(draft->chunk, id);
	}
}

gboolean
import_draft_end(ImportDraft *draft, gint64 now_ms, ImportRow *ret_row, GError **error)
{
	g_autoptr(GError) faults = NULL;
	const char *const *text = draft->text;
	ImportRow row = { 0 };
	NewCase *make = &row.make;

	make->subject = subject_of(draft);
	make->body = text[IMPORT_BODY];
	make->kind = read_loose_word(draft, IMPORT_KIND, NULL);
	make->channel = read_loose_word(draft, IMPORT_CHANNEL, "import");
	make->product = text[IMPORT_PRODUCT];
	make->category = text[IMPORT_CATEGORY];
	make->root_cause = text[IMPORT_ROOT_CAUSE];
	make->severity = read_severity(draft, &faults);
	make->desired_remedy = text[IMPORT_DESIRED_REMEDY];
	make->customer = (NewCustomer){ .name = text[IMPORT_CUSTOMER_NAME],
		.email = text[IMPORT_CUSTOMER_EMAIL],
		.phone = text[IMPORT_CUSTOMER_PHONE],
		.external_id = text[IMPORT_CUSTOMER_EXTERNAL_ID] };
	make->make_words = TRUE;
	read_life(draft, make, &faults);
	read_people(draft, &row);
	if (draft->facts->len > 0)
		draft->spoken |= (guint64)1 << IMPORT_FACT;
	make->facts = read_facts(draft, &faults);
	make->external_hash = hash_row(draft, make);
	read_identity(draft, &row);
	read_tags(draft, &row);
	row.messages = text[IMPORT_MESSAGES];
	row.record = text[IMPORT_RECORD];
	row.merged_into = text[IMPORT_MERGED_INTO];
	row.customer_ref = text[IMPORT_CUSTOMER_REF];
	row.contacts = text[IMPORT_CUSTOMER_CONTACTS];
	row.logged_at = read_date(draft, IMPORT_LOGGED_AT, &faults);
	row.stage_at = read_date(draft, IMPORT_STAGE_AT, &faults);
	row.changed_at = read_date(draft, IMPORT_CHANGED_AT, &faults);
	row.n_reopened = read_count(draft, IMPORT_N_REOPENED);
	row.waiting = text[IMPORT_WAITING] != NULL && (strcmp(text[IMPORT_WAITING], "true") == 0 || strcmp(text[IMPORT_WAITING], "1") == 0);
	row.given = given_bits(draft->spoken);
	if (faults == NULL && case_intake_check(make, now_ms, &faults) && customer_check(&make->customer, &faults)) {
		*ret_row = row;
		return TRUE;
	}
	import_row_clear(&row);
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}
