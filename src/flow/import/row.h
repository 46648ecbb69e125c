/* row.h - one row of a strange table as a new case: words folded, dates read, facts gathered, faults named. Pure but
 * for looking up who owns it. Writing it: flow/import/batch.h. */
#pragma once
#include "cases/intake.h"
#include "flow/import/map.h"
G_BEGIN_DECLS

/* Who answers, by address, name or ref as files say it; read once. */
typedef struct _ImportPeople ImportPeople;
ImportPeople *import_people_new(Db *db, GError **error);
void import_people_free(ImportPeople *people);
gint64 import_people_user(const ImportPeople *people, const char *text); /* 0: nobody of that name */
gint64 import_people_team(const ImportPeople *people, const char *text);
/* With the row of our own export that names them, in its transaction. A person becomes a user who has left: nobody signs in by an
 * import, but what they did stays theirs, and an admin may bring them back. @name NULL: the address until a later row knows it.
 * *@ret_id 0: what should be an address is none. */
gboolean import_people_make_user(Db *db, const ImportPeople *people, const char *email, const char *name, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error);
gboolean import_people_make_team(Db *db, const ImportPeople *people, const char *name, const Actor *actor, gint64 now_ms, gint64 *ret_id, GError **error);

typedef struct {
	NewCase make;	 /* its texts live in the batch's chunk */
	GPtrArray *tags; /* owned */
	gint64 at_byte, n_bytes, line;
	guint given;	    /* bits of cases/restore.h: what the file speaks of */
	gboolean anonymous; /* no external id and no ref: make.external_id is "row:HASH" */
	/* Our own export only; NULL and 0 otherwise. */
	const char *ref, *messages, *record, *merged_into, *customer_ref, *contacts;
	const char *house; /* the whole line, when it is none of a case (flow/carry/carry.h); everything above is empty then */
	const char *owner, *team; /* nobody here has this address, no team this name: they are made with the row */
	gint64 logged_at, stage_at, changed_at, n_reopened;
	gboolean waiting;
} ImportRow;
void import_row_clear(ImportRow *row);

/* Gathers a row's cells; used again for each. */
typedef struct _ImportDraft ImportDraft;
ImportDraft *import_draft_new(const ImportMap *map, const ImportPeople *people, GTimeZone *zone);
void import_draft_free(ImportDraft *draft);
/* The texts of the row go into @chunk. */
void import_draft_begin(ImportDraft *draft, GStringChunk *chunk);
void import_draft_set(ImportDraft *draft, const ImportColumn *column, const char *text, gsize size);
/* FALSE: ERR_INVALID with every field at fault. */
gboolean import_draft_end(ImportDraft *draft, gint64 now_ms, ImportRow *ret_row, GError **error);

/* 63 bits of BLAKE2b, never 0. */
gint64 import_hash(const char *text, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportPeople, import_people_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportDraft, import_draft_free)
G_END_DECLS
