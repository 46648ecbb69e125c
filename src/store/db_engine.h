/* db_engine.h - what an engine must do for db.c. Private to store/: db_sqlite.c and db_pg.c implement it. */
#pragma once
#include "store/events.h"
#include "store/memo.h"
#include "store/refs.h"
G_BEGIN_DECLS

/* What a scope of work asks of the engine. A unit is a savepoint inside the group's transaction (store/writer.c). */
typedef enum { TX_BEGIN, TX_COMMIT, TX_ROLLBACK, TX_UNIT_BEGIN, TX_UNIT_COMMIT, TX_UNIT_ROLLBACK, TX_SNAPSHOT, TX_STEPS } TxStep;

typedef struct {
	DbEngineKind kind;
	Db *(*open)(const char *where, gboolean read_only, GError **error);
	void (*close)(Db *db);
	/* A statement that writes has done its work when this returns; its rows, if any, follow. */
	DbRows *(*query)(Db *db, const DbSql *sql, const DbArg *args, guint n_args, GError **error);
	gboolean (*next)(DbRows *rows, GError **error);
	gboolean (*is_null)(DbRows *rows, int col);
	gint64 (*get_int)(DbRows *rows, int col);
	double (*get_real)(DbRows *rows, int col);
	const char *(*get_text)(DbRows *rows, int col);
	const guint8 *(*get_blob)(DbRows *rows, int col, gsize *ret_size);
	gint64 (*changed)(DbRows *rows);
	void (*rows_free)(DbRows *rows);
	gboolean (*step)(Db *db, TxStep step, GError **error);
	gboolean (*run)(Db *db, const char *text, GError **error);
	gboolean (*check)(Db *db, const DbSql *sql, GError **error);
	void (*work)(Db *db, DbWork *ret_work);
	/* A number that another state of the database does not have, for the snapshot that is being read, which begins here if nothing
	 * was read yet; 0: such a number is not to be had. NULL: never. */
	gint64 (*state)(Db *db);
	/* db_exec_many(), where it is cheaper than one by one; NULL otherwise. */
	gboolean (*exec_many)(Db *db, const DbSql *sql, const DbArg *args, guint n_rows, gint64 *ret_changed, gint64 *ret_values, GError **error);
	/* SQLite: how many rows this connection has written so far. */
	gint64 (*n_changes)(Db *db);
	/* Drops the cached statement; FALSE while rows of it are open. */
	gboolean (*forget)(Db *db, const DbSql *sql);
	const char *const *words; /* pairs: schema word, its spelling; ends with NULL */
} DbEngine;

struct _Db {
	const DbEngine *engine;
	char *path;             /* of the SQLite file, NULL otherwise */
	GHashTable *composed;   /* text -> DbSql */
	gint64 last_event_id;   /* highest event of what is not rolled back; whoever runs the group sets it to 0 before */
	gint64 due_at;          /* earliest of db_note_due() in the same; 0 none */
	gint64 snapshot_bound;  /* PostgreSQL: how far the log may be followed in this snapshot (events.c) */
	DbBeforeCommit before_commit; /* db_before_commit() */
	gpointer before_commit_data;
	EventFollow follow;     /* events_follow(); NULL: nobody */
	RefDraw draw_ref;       /* ref_draw_by(); NULL: by chance */
	gpointer draw_ref_data;
	gboolean in_tx;
	gboolean in_snapshot;   /* store_snapshot_begin() */
	gint64 snapshot_state;  /* what DbEngine.state said of this snapshot; 0: not asked yet, or it has no name */
	gboolean fenced;        /* PostgreSQL: this transaction has said that it writes events */
	gboolean grouped;       /* the writer of SQLite: db_begin is a savepoint of the group */
	gboolean group_empty;   /* nothing of this group is written yet: the next unit needs no savepoint, the group is it */
	gboolean group_trusted; /* no unit of this group is expected to fail: none has a savepoint (group.h) */
	gboolean group_spoiled; /* one did, and took the work of those before it along */
	gboolean group_lost;    /* the engine itself rolled the group back */
	gboolean retry;         /* the last failure was a serialization failure or a deadlock: run the unit again */
	gboolean own_folding;   /* SQLite: whoever has the connection calls db_fold(); otherwise it folds by itself */
	int log_pages;          /* SQLite: length of the write-ahead log after the last commit of this connection */
	gboolean broken;        /* the link is lost; open another */
	gint64 n_statements, n_commits; /* for db_work() */
	GArray *kept;           /* db_keep(); NULL: nothing */
	Memo *memo;             /* what was read in this state; NULL: nothing yet */
	GPtrArray *documents;   /* SQLite: of the search, to be written right before the commit (search_later.c); NULL: none yet */
};

struct _DbRows {
	const DbEngine *engine;
	Db *db;
	char *const *cols; /* their names; n_cols of them */
	int n_cols;
	int hint;          /* where the next column is probably asked for: most callers read in order */
};

extern const DbEngine db_engine_sqlite, db_engine_pg;

/* db.c: torture's turn; and a group that the engine has rolled back, where a further statement would be a transaction of its own. TRUE: fails. */
gboolean db_tortured(GError **error);
gboolean db_given_up(const Db *db, GError **error);

/* One transaction's step outside of DbTx: groups and snapshots. */
gboolean db_step(Db *db, TxStep step, GError **error);
/* SQLite: copies what it can of the write-ahead log into the database file, without waiting for anybody. */
void db_fold(Db *db);
/* SQLite: for a file that nobody else has and that is thrown away when anything fails: no journal, no syncing, much memory. */
gboolean db_alone(Db *db, GError **error);

/* SQLite: commits of this connection do not wait for the disk, until db_sync() did: a machine that dies may lose the latest ones, whole ones. */
gboolean db_sync_later(Db *db, GError **error);
gboolean db_sync(const char *path, GError **error); /* of the database at @path */

/* search_later.c: writes the documents that wait, keeps the first @n (a unit that is undone takes back its own), counts. */
gboolean search_later_write(Db *db, GError **error);
void search_later_keep(Db *db, guint n);
guint search_later_count(const Db *db);

struct sqlite3;
/* search_sqlite.c: gives a connection our search_hits(). FALSE without FTS5. */
gboolean search_sqlite_init(struct sqlite3 *db);

G_END_DECLS
