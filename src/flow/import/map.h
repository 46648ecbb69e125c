/* map.h - what each column of a strange table means to us. Reading the table: flow/import/file.h; making a case of a
 * row: flow/import/row.h. */
#pragma once
#include "base/json.h"
#include "text/dates.h"
G_BEGIN_DECLS

typedef enum { IMPORT_CFPB, IMPORT_CSV, IMPORT_NDJSON } ImportFormat;
/* "cfpb", "csv", "ndjson". */
const char *import_format_word(ImportFormat format);
gboolean import_format_read(const char *word, ImportFormat *ret_format);

/* Our fields, in the order of import_field_words. The last ones only our own export has. */
typedef enum {
	IMPORT_SKIP,
	IMPORT_EXTERNAL_ID,
	IMPORT_SUBJECT,
	IMPORT_BODY,
	IMPORT_KIND,
	IMPORT_CHANNEL,
	IMPORT_PRODUCT,
	IMPORT_CATEGORY,
	IMPORT_SEVERITY,
	IMPORT_DESIRED_REMEDY,
	IMPORT_RECEIVED_AT,
	IMPORT_ACKNOWLEDGED_AT,
	IMPORT_FIRST_RESPONSE_AT,
	IMPORT_RESOLVED_AT,
	IMPORT_CLOSED_AT,
	IMPORT_STAGE,
	IMPORT_OUTCOME,
	IMPORT_ROOT_CAUSE,
	IMPORT_CUSTOMER_NAME,
	IMPORT_CUSTOMER_EMAIL,
	IMPORT_CUSTOMER_PHONE,
	IMPORT_CUSTOMER_EXTERNAL_ID,
	IMPORT_TAGS,
	IMPORT_OWNER,
	IMPORT_TEAM,
	IMPORT_REF,
	IMPORT_CUSTOMER_REF,
	IMPORT_CUSTOMER_CONTACTS,
	IMPORT_LOGGED_AT,
	IMPORT_STAGE_AT,
	IMPORT_CHANGED_AT,
	IMPORT_N_REOPENED,
	IMPORT_WAITING,
	IMPORT_MERGED_INTO,
	IMPORT_FACTS,
	IMPORT_MESSAGES,
	IMPORT_RECORD, /* flow/carry/carry.h */
	IMPORT_FACT, /* "facts.NAME": kept with the case under that name */
	IMPORT_N_FIELDS,
} ImportField;
/* "skip", "external_id", ... "record", NULL. */
extern const char *const import_field_words[];
/* TRUE for fields that hold a date. */
gboolean import_field_is_date(ImportField field);
/* TRUE where several columns may go to one field: parts of a path, paragraphs, tags. */
gboolean import_field_joins(ImportField field);

typedef struct {
	char *name; /* as the file says it */
	ImportField field;
	char *fact;	   /* IMPORT_FACT: its name */
	DateStyle dates;   /* date fields: how this column writes them */
	gboolean verbatim; /* "N/A" is an answer here, not a blank */
} ImportColumn;
void import_column_free(ImportColumn *column);

/* What the caller wishes: the object of --map, either {"Column": "field", ...} or {"columns": {...}, "values": {"stage":
 * {"Erledigt": "closed"}}}; a field is a word above or "facts.NAME". */
typedef struct {
	ImportFormat format;
	json_t *columns; /* name -> word; NULL when nothing was said */
	json_t *values;	 /* field -> {their word: our word}; NULL */
	guint64 taken;	 /* bits of the fields that have their column */
} ImportMap;
/* ERR_INVALID for an unknown field, and for a map that is no map. @map NULL: everything is guessed. */
ImportMap *import_map_new(ImportFormat format, const json_t *map, GError **error);
void import_map_free(ImportMap *map);
/* The meaning of a column: as the map says, else the preset's, else guessed by its name, else a fact. */
ImportColumn *import_map_column(ImportMap *map, const char *name);
/* ERR_INVALID when the map speaks of columns that are not among @columns (of ImportColumn). */
gboolean import_map_check(const ImportMap *map, const GPtrArray *columns, GError **error);
/* What the file's word means by the map's "values"; @text itself when nothing is said. Borrowed. */
const char *import_map_value(const ImportMap *map, ImportField field, const char *text);
/* Names of columns by which a header is recognised: the preset's, NULL when nobody knows. */
const char *const *import_map_known(ImportFormat format);
/* [{column, field}] as --map takes it. */
json_t *import_map_to_json(const GPtrArray *columns);

/* Lower case, everything but letters and digits as one underscore. (transfer full) */
char *import_fold(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportMap, import_map_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportColumn, import_column_free)
G_END_DECLS
