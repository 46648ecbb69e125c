/* import.h - many cases from a file: a table, the US consumer bureau's public complaints, or lines of JSON such as our own
 * export (flow/export/export.h). One case by hand: cases/intake.h. */
#pragma once
#include "flow/import/map.h"
#include "store/store.h"
#include "base/actor.h"
G_BEGIN_DECLS

typedef struct {
	int fd;		  /* open for reading, can be sought in; the caller's */
	const char *name; /* of the file, for people */
	const char *blob; /* hash of the uploaded file; NULL: from the command line */
	ImportFormat format;
	const json_t *map; /* map.h; NULL: guessed */
	DateStyle dates;   /* DATES_UNKNOWN: told from each column */
	const char *zone;  /* IANA, of times without a zone; NULL: UTC */
	char delimiter;	   /* 0: guessed */
	gboolean dry_run;  /* write nothing, tell what would happen */
	gint64 now_ms;	   /* 0: the system's clock */
} ImportAsk;

typedef struct {
	char ref[16]; /* "" for a dry run */
	gint64 n_bytes, at_byte;
	gint64 n_imported, n_updated, n_unchanged, n_rejected;
	char *rejects; /* the file of rejected rows, below the data folder; NULL: none */
	char *reason;  /* of the first reject, for people; NULL */
	gint64 reason_line;
	gboolean resumed;
} ImportResult;
void import_result_clear(ImportResult *result);

/* Called after each batch; FALSE interrupts (ERR_BUSY): the import is taken up again by import_resume or the same command. */
typedef gboolean (*ImportProgress)(const ImportResult *so_far, gpointer data);

/* Takes a whole file in, in constant memory. Runs on the caller's thread (the SLOW pool, the command line), writes in units
 * of 64 rows by store_submit. The same file in the same way that was cut off before is taken up where it was;
 * rows known by their external id (or ref, or by what they say) change only what changed. Rows that cannot be taken go to
 * the rejects file. ERR_INVALID: nothing was taken, the file or the map or its dates are not understood. ERR_CONFLICT:
 * stopped by somebody. */
gboolean import_run(Store *store, const ImportAsk *ask, const Actor *actor, ImportProgress progress, gpointer data,
	ImportResult *ret_result, GError **error);

/* For the page. An upload becomes a row in state "mapping", is looked at, then run by its ref on a SLOW worker; after a
 * restart those in state "running" are run again by their ref. */
gboolean import_add(Db *db, const ImportAsk *ask, gint64 n_bytes, const Actor *actor, gint64 now_ms, char ret_ref[16], GError **error);
/* {columns: {name: field}, fields[], rows[[cells]] (first 10), header[], charset, delimiter, dates: {column: style}, problem|null}.
 * A file that is not understood is no error: the problem says why. */
json_t *import_preview(const ImportAsk *ask, GError **error);
/* While it is only looked at: how it shall be read. @wish: {map{name: field}|null, dates, zone, delimiter}, as import_get
 * gives it back under "mapping". ERR_CONFLICT when it was begun already. */
gboolean import_remap(Db *db, const char *ref, ImportFormat format, const json_t *wish, GError **error);
/* The ask that an import's row holds; its texts are borrowed from @known (an answer of import_get). fd is -1. */
void import_ask_of(const json_t *known, ImportAsk *ret_ask);
/* Refs of uploaded imports that were running when the server ended. (transfer full) of char*. */
GPtrArray *import_interrupted(Db *db, GError **error);
/* Runs one that was added; format, map, dates and zone as @ask says, its fd and name are not used. */
gboolean import_run_ref(Store *store, const char *ref, const ImportAsk *ask, const Actor *actor, ImportProgress progress, gpointer data,
	ImportResult *ret_result, GError **error);
/* Takes one up again that was running when the server ended, as it was asked for. */
gboolean import_resume(Store *store, const char *ref, const Actor *actor, ImportProgress progress, gpointer data, ImportResult *ret_result,
	GError **error);
gboolean import_stop(Db *db, const char *ref, gint64 now_ms, GError **error);
/* {ref, file, format, state, blob, n_bytes, at_byte, n_imported, n_updated, n_unchanged, n_rejected, rejects: bool, message,
 * mapping{}, made_by, made_at, ended_at} */
json_t *import_get(Db *db, const char *ref, GError **error);
json_t *import_list(Db *db, gint64 before_id, guint limit, GError **error); /* newest first */
/* The rejects file, open for reading, and its size; ERR_NOT_FOUND. */
int import_rejects_open(Db *db, const char *data_dir, const char *ref, gint64 *ret_size, char **ret_name, GError **error);

G_END_DECLS
