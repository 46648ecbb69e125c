/* draft.h - what a handler reads its input into: a plain struct, described once as a table of fields. A form post and a
 * JSON body fill the same draft; the OpenAPI schema and the 422 answers come from the same table. */
#pragma once
#include "base/json.h"
#include <stddef.h>
G_BEGIN_DECLS

typedef enum {
	DRAFT_TEXT,  /* char *: trimmed, UTF-8, no NUL; max = bytes. "" counts as not given unless @keep_empty */
	DRAFT_WORD,  /* const char *: one of @words */
	DRAFT_INT,   /* gint64, between @min and @max */
	DRAFT_BOOL,  /* gboolean; a form sends "on", "true", "1" */
	DRAFT_TIME,  /* gint64 ms; ISO 8601; a form's datetime-local is read in the reader's zone */
	DRAFT_LIST,  /* GPtrArray of char *, at most @max of 200 bytes each; a form may send commas or repeat the name */
	DRAFT_SUB,   /* nested struct by value, @sub; a form names it "customer.email" */
	DRAFT_FILES, /* GPtrArray of DraftFile, borrowed from the form; multipart only; at most @max */
	DRAFT_JSON,  /* json_t *: kept as it is, at most 64 levels; JSON only */
} DraftType;

typedef struct DraftSpec DraftSpec;

typedef struct {
	const char *name; /* as in JSON; NULL ends the table */
	DraftType type;
	gsize offset;            /* in the struct */
	gboolean required;
	gint64 min, max;         /* see the types; 0 max: 200 for texts */
	const char *const *words; /* DRAFT_WORD: NULL-ended */
	const DraftSpec *sub;
	const char *about; /* one line for the API's readers */
	gboolean keep_empty;
} DraftField;

/* The struct's first member must be `DraftGiven given;`: which fields were sent, by their place in the table (at most
 * 64). PATCH handlers ask draft_given(). A field sent as null is given, and cleared. */
typedef guint64 DraftGiven;
struct DraftSpec {
	const char *name; /* "NewCase": the schema's name in OpenAPI */
	gsize size;
	const DraftField *fields;
};
#define DRAFT_GIVEN(draft, index) (((draft)->given >> (index)) & 1)

/* One uploaded file, already in the blob store when the handler runs. */
typedef struct {
	char *name, *media_type; /* as the sender said: name cut to its last part, media type checked for its form */
	char hash[65];
	gint64 size;
} DraftFile;
void draft_file_free(DraftFile *file);

/* A decoded form: names and values in order. */
typedef struct {
	GPtrArray *names, *values; /* of char*, same length */
	GPtrArray *files;          /* of DraftFile; NULL when none */
	GPtrArray *file_fields;    /* of char*: the field of each file */
} DraftForm;

/* Fills a zeroed struct of @spec. Every fault is added to @error by err_add_field ("/customer/email"), then FALSE; the
 * struct may be half filled and is freed by draft_free as always. Unknown names are faults in JSON ("no such field"),
 * and passed over in forms. @zone: for local times in forms. */
gboolean draft_read_json(const DraftSpec *spec, const json_t *value, gpointer draft, GError **error);
gboolean draft_read_form(const DraftSpec *spec, const DraftForm *form, const char *zone, gpointer draft, GError **error);
void draft_clear(const DraftSpec *spec, gpointer draft); /* frees what the members own, not the struct */
/* JSON Schema (2020-12) of the draft, for OpenAPI. (transfer full) */
json_t *draft_schema(const DraftSpec *spec);

G_END_DECLS
