/* tx.c - a transaction as a scope: a whole one, a savepoint among others, or no more than a place in a group that is trusted (store/group.h). */
#include "store/db_engine.h"

struct _DbTx {
	Db *db;
	gint64 last_event_id, due_at; /* as they were before */
	guint n_documents;
	gboolean whole; /* the group's transaction is its savepoint: it is the first unit, or all are trusted */
	gboolean after_others; /* and others have written before it */
	gint64 n_changes;      /* of the connection until then */
};

void
db_before_commit(Db *db, DbBeforeCommit fn, gpointer data)
{
	db->before_commit = fn;
	db->before_commit_data = data;
}

DbTx *
db_begin(Db *db, GError **error)
{
	gboolean whole = db->grouped && (db->group_empty || db->group_trusted);
	DbTx *tx;

	g_return_val_if_fail(!db->in_tx, NULL); /* no nesting: one unit of work, one transaction */
	if (db_tortured(error) || db_given_up(db, error) || (!whole && !db_step(db, db->grouped ? TX_UNIT_BEGIN : TX_BEGIN, error)))
		return NULL;
	db->in_tx = TRUE;
	db->fenced = FALSE;
	tx = g_new(DbTx, 1);
	tx->db = db;
	tx->last_event_id = db->last_event_id;
	tx->due_at = db->due_at;
	tx->n_documents = search_later_count(db);
	tx->whole = whole;
	tx->after_others = whole && !db->group_empty;
	tx->n_changes = whole ? db->engine->n_changes(db) : 0;
	return tx;
}

static void
undo(Db *db, const DbTx *tx)
{
	db->last_event_id = tx->last_event_id;
	db->due_at = tx->due_at;
	search_later_keep(db, tx->n_documents);
	if (db->group_lost || (tx->whole && db->engine->n_changes(db) == tx->n_changes)) /* most that fail have only looked */
		return;
	if (tx->whole ? !db_step(db, TX_ROLLBACK, NULL) || !db_step(db, TX_BEGIN, NULL) : !db_step(db, db->grouped ? TX_UNIT_ROLLBACK : TX_ROLLBACK, NULL))
		db->group_lost = db->grouped; /* half a unit must not be committed with the others */
	db->group_spoiled |= tx->after_others;
}

/* The end of a scope that is kept: of a group's unit, a savepoint let go; of the group's first, nothing yet. */
static gboolean
keep(Db *db, const DbTx *tx, GError **error)
{
	if (tx->whole) {
		db->group_empty = FALSE;
		return TRUE;
	}
	return db->grouped ? db_step(db, TX_UNIT_COMMIT, error) : search_later_write(db, error) && db_step(db, TX_COMMIT, error);
}

gboolean
db_tx_commit(DbTx *tx, GError **error)
{
	Db *db = tx->db;
	DbBeforeCommit before;

	g_return_val_if_fail(db != NULL, FALSE); /* committed once */
	before = db->before_commit;
	db->before_commit = NULL;
	if (before != NULL && !before(db, db->before_commit_data, error))
		return FALSE; /* rolled back with the scope */
	tx->db = NULL;
	db->in_tx = FALSE;
	if (!db_tortured(error) && !db_given_up(db, error) && keep(db, tx, error))
		return TRUE;
	undo(db, tx);
	return FALSE;
}

void
db_tx_free(DbTx *tx)
{
	if (tx == NULL)
		return;
	if (tx->db != NULL) {
		tx->db->in_tx = FALSE;
		undo(tx->db, tx);
	}
	g_free(tx);
}
