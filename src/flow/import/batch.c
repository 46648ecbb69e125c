#include "flow/import/batch.h"
#include "cases/restore.h"
#include "cases/words.h"
#include "flow/carry/carry.h"
#include "flow/import/restore.h"
#include "import.sql.h"
#include <string.h>

enum { MAX_WORDS = 20000 };

typedef struct {
	gint64 id, hash; /* id 0: not known */
} Known;

void
import_context_init(ImportContext *context, const Actor *actor, const ImportPeople *people)
{
	*context = (ImportContext){ .actor = actor, .people = people };
	context->repeats = g_hash_table_new(NULL, NULL);
	context->seen = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(context->words); i++)
		context->words[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void
import_context_clear(ImportContext *context)
{
	g_clear_pointer(&context->repeats, g_hash_table_unref);
	g_clear_pointer(&context->seen, g_hash_table_unref);
	for (guint i = 0; i < G_N_ELEMENTS(context->words); i++)
		g_clear_pointer(&context->words[i], g_hash_table_unref);
}

void
import_context_forget(ImportContext *context)
{
	for (guint i = 0; i < G_N_ELEMENTS(context->words); i++)
		g_hash_table_remove_all(context->words[i]);
}

void
import_context_name(ImportContext *context, ImportRow *row, GStringChunk *chunk)
{
	gpointer key = GSIZE_TO_POINTER((gsize)row->make.external_hash);
	gsize n;

	if (!row->anonymous)
		return;
	n = GPOINTER_TO_SIZE(g_hash_table_lookup(context->repeats, key)) + 1;
	g_hash_table_insert(context->repeats, key, GSIZE_TO_POINTER(n));
	if (n > 1) {
		char id[48];

		g_snprintf(id, sizeof id, "%s-%" G_GSIZE_FORMAT, row->make.external_id, n);
		row->make.external_id = g_string_chunk_insert(chunk, id);
	}
}

static gboolean
find(Db *db, const DbSql *sql, const char *text, Known *ret_known, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, sql, DB_ARGS(DB_TEXT(text)), error);

	*ret_known = (Known){ 0 };
	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local)) {
		ret_known->id = db_rows_int(rows, "id");
		ret_known->hash = db_rows_int(rows, "external_hash");
	}
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* By its external id; our own export's rows without one by the ref they had. */
static gboolean
find_known(Db *db, const ImportRow *row, Known *ret_known, GError **error)
{
	if (row->make.external_id != NULL)
		return find(db, &SQL_IMPORT_FIND_EXTERNAL, row->make.external_id, ret_known, error);
	return find(db, &SQL_IMPORT_FIND_REF, row->ref, ret_known, error);
}

/* Thousands of rows share some hundred words: each is looked up, or made, once. */
static gboolean
find_word(Db *db, ImportContext *context, Tree tree, const char *text, const char *field, gint64 now_ms, gint64 *ret_id, GError **error)
{
	GHashTable *known = context->words[tree];

	*ret_id = text != NULL ? (gint64)GPOINTER_TO_SIZE(g_hash_table_lookup(known, text)) : 0;
	if (text == NULL || *ret_id != 0)
		return TRUE;
	if (!tree_resolve(db, tree, text, TRUE, field, context->actor, now_ms, ret_id, error))
		return FALSE;
	if (g_hash_table_size(known) < MAX_WORDS)
		g_hash_table_insert(known, g_strdup(text), GSIZE_TO_POINTER((gsize)*ret_id));
	return TRUE;
}

static gboolean
write_new(Db *db, ImportContext *context, ImportRow *row, gint64 now_ms, GError **error)
{
	NewCase *make = &row->make;

	if (!find_word(db, context, TREE_PRODUCT, make->product, "/product", now_ms, &make->product_id, error) ||
		!find_word(db, context, TREE_CATEGORY, make->category, "/category", now_ms, &make->category_id, error) ||
		!find_word(db, context, TREE_ROOT_CAUSE, make->root_cause, "/root_cause", now_ms, &make->root_cause_id, error))
		return FALSE;
	if (row->ref != NULL || row->messages != NULL)
		return import_restore(db, row, context->people, context->actor, now_ms, error);
	return case_intake_in(db, make, context->actor, now_ms, NULL, NULL, error);
}

/* The people the row names and nobody here is. Found anew each time: the unit may be played again. */
static gboolean
find_people(Db *db, const ImportContext *context, ImportRow *row, gint64 now_ms, GError **error)
{
	return (row->owner == NULL || import_people_make_user(db, context->people, row->owner, NULL, context->actor, now_ms, &row->make.owner_id, error)) &&
	       (row->team == NULL || import_people_make_team(db, context->people, row->team, context->actor, now_ms, &row->make.team_id, error));
}

/* What is no case. @apply FALSE: only looks. */
static gboolean
house_row(Db *db, const ImportContext *context, const ImportRow *row, gboolean apply, gint64 now_ms, ImportFate *ret_fate, GError **error)
{
	CarryIn in = { .db = db, .people = context->people, .actor = context->actor, .now_ms = now_ms };
	g_autoptr(json_t) line = json_read(row->house, strlen(row->house), error);
	gboolean fresh = FALSE, there = FALSE;

	if (line == NULL || !(apply ? carry_house_in(&in, line, &fresh, error) : carry_house_there(db, line, &there, error)))
		return FALSE;
	*ret_fate = (apply ? fresh : !there) ? IMPORT_NEW : IMPORT_UNCHANGED;
	return TRUE;
}

gboolean
import_row_write(Db *db, ImportContext *context, ImportRow *row, gint64 now_ms, ImportFate *ret_fate, GError **error)
{
	gboolean changed = FALSE;
	Known known;

	if (row->house != NULL)
		return house_row(db, context, row, TRUE, now_ms, ret_fate, error);
	if (!find_known(db, row, &known, error))
		return FALSE;
	if ((known.id == 0 || known.hash != row->make.external_hash) && !find_people(db, context, row, now_ms, error))
		return FALSE;
	if (known.id == 0) {
		*ret_fate = IMPORT_NEW;
		return write_new(db, context, row, now_ms, error);
	}
	if (known.hash != row->make.external_hash &&
		!case_overwrite_in(db, known.id, &row->make, row->given, TRUE, context->actor, now_ms, &changed, error))
		return FALSE;
	*ret_fate = changed ? IMPORT_UPDATED : IMPORT_UNCHANGED;
	return TRUE;
}

gboolean
import_row_probe(Db *db, ImportContext *context, ImportRow *row, gint64 now_ms, ImportFate *ret_fate, GError **error)
{
	gpointer key, hash = GSIZE_TO_POINTER((gsize)row->make.external_hash), before;
	const char *id = row->make.external_id != NULL ? row->make.external_id : row->ref;
	gboolean changed = FALSE;
	Known known;

	if (row->house != NULL)
		return house_row(db, context, row, FALSE, now_ms, ret_fate, error);
	/* What an earlier row of this very run would have written is not in the database. */
	key = GSIZE_TO_POINTER((gsize)import_hash(id, strlen(id)));
	before = g_hash_table_lookup(context->seen, key);
	g_hash_table_insert(context->seen, key, hash);
	if (before != NULL) {
		*ret_fate = before == hash ? IMPORT_UNCHANGED : IMPORT_UPDATED;
		return TRUE;
	}
	if (!find_known(db, row, &known, error))
		return FALSE;
	if (known.id == 0) {
		*ret_fate = IMPORT_NEW;
		return TRUE;
	}
	if (known.hash != row->make.external_hash &&
		!case_overwrite_in(db, known.id, &row->make, row->given, FALSE, context->actor, now_ms, &changed, error))
		return FALSE;
	*ret_fate = changed ? IMPORT_UPDATED : IMPORT_UNCHANGED;
	return TRUE;
}

static gboolean
note_progress(Db *db, ImportUnit *unit, GError **error)
{
	const ImportPlace *place = &unit->place;
	gint64 changed = 0;

	if (!db_exec(db, &SQL_IMPORT_PROGRESS,
		    DB_ARGS(DB_INT(unit->context->import_id), DB_INT(place->at_byte), DB_INT(place->at_line),
			    DB_INT(place->tally.n_imported + unit->done.n_imported), DB_INT(place->tally.n_updated + unit->done.n_updated),
			    DB_INT(place->tally.n_unchanged + unit->done.n_unchanged), DB_INT(place->tally.n_rejected),
			    DB_INT(place->rejects_bytes), DB_TEXT(place->rejects_bytes > 0 ? unit->rejects : NULL)),
		    &changed, error))
		return FALSE;
	unit->stopped = changed == 0;
	if (unit->stopped)
		g_set_error_literal(error, ERR, ERR_CONFLICT, "the import was stopped");
	return !unit->stopped;
}

gboolean
import_unit_work(Db *db, gpointer data, GError **error)
{
	ImportUnit *unit = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	/* May run again (store/store.h): everything afresh. */
	if (unit->ran)
		import_context_forget(unit->context);
	unit->ran = TRUE;
	unit->done = (ImportTally){ 0 };
	unit->stopped = FALSE;
	if (tx == NULL)
		return FALSE;
	for (guint i = 0; i < unit->n_rows; i++) {
		ImportFate fate;

		if (!import_row_write(db, unit->context, &unit->rows[i], unit->now_ms, &fate, error)) {
			import_context_forget(unit->context);
			return FALSE;
		}
		unit->done.n_imported += fate == IMPORT_NEW;
		unit->done.n_updated += fate == IMPORT_UPDATED;
		unit->done.n_unchanged += fate == IMPORT_UNCHANGED;
	}
	if ((!unit->note || note_progress(db, unit, error)) && db_tx_commit(tx, error))
		return TRUE;
	import_context_forget(unit->context);
	return FALSE;
}
