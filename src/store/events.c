/* events.c - appending to the log of changes, and following it without missing one. What kinds there are: docs/glossary.md
 * and the capability that writes each. */
#include "store/events.h"
#include "store/db_engine.h"
#include "store/many.h"
#include "events.sql.h"
#include <string.h>

static const char *const actor_words[] = {
	[ACTOR_PUBLIC] = "public", [ACTOR_CUSTOMER] = "customer", [ACTOR_STAFF] = "staff", [ACTOR_TOKEN] = "token", [ACTOR_SYSTEM] = "system",
};

/* Says, before the first event of a transaction, that there will be some (bound() below). */
static gboolean
fence(Db *db, GError **error)
{
	if (db->engine->kind != DB_POSTGRES || db->fenced)
		return TRUE;
	return db->fenced = db_exec(db, &SQL_EVENT_FENCE, DB_NO_ARGS, NULL, error);
}

static gboolean
added(Db *db, const Event *event, gint64 id, GError **error)
{
	db->last_event_id = MAX(db->last_event_id, id);
	return db->follow == NULL || db->follow(db, event, id, error);
}

enum { EVENT_ARGS = 7 };

static void
event_args(const Event *event, const char *facts, DbArg args[EVENT_ARGS])
{
	const DbArg all[EVENT_ARGS] = {
		DB_INT(event->at_ms), DB_TEXT(event->kind), DB_INT_OR_NULL(event->case_id), DB_INT_OR_NULL(event->subject_id),
		DB_TEXT(actor_words[event->actor->kind]), DB_INT_OR_NULL(event->actor->user_id), DB_TEXT(facts != NULL ? facts : "{}"),
	};

	memcpy(args, all, sizeof all);
}

gboolean
event_add(Db *db, const Event *event, gint64 *ret_id, GError **error)
{
	g_autofree char *facts = event->facts != NULL ? json_write(event->facts, NULL) : NULL;
	DbArg args[EVENT_ARGS];
	gint64 id = 0;

	g_return_val_if_fail(db->in_tx, FALSE);
	event_args(event, facts, args);
	if (!fence(db, error) || !db_query_int(db, &SQL_EVENT_ADD, args, EVENT_ARGS, &id, NULL, error))
		return FALSE;
	if (ret_id != NULL)
		*ret_id = id;
	return added(db, event, id, error);
}

gboolean
event_add_many(Db *db, const Event *events, guint n, GError **error)
{
	g_autofree DbArg *args = g_new(DbArg, (gsize)n * EVENT_ARGS);
	g_autofree gint64 *ids = g_new(gint64, n);
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

	g_return_val_if_fail(db->in_tx, FALSE);
	for (guint i = 0; i < n; i++) {
		g_ptr_array_add(texts, events[i].facts != NULL ? json_write(events[i].facts, NULL) : NULL);
		event_args(&events[i], texts->pdata[i], args + (gsize)i * EVENT_ARGS);
	}
	if (!fence(db, error) || !db_exec_many(db, &SQL_EVENT_ADD, args, n, NULL, ids, error))
		return FALSE;
	for (guint i = 0; i < n; i++)
		if (!added(db, &events[i], ids[i], error))
			return FALSE;
	return TRUE;
}

void
events_follow(Db *db, EventFollow fn)
{
	db->follow = fn;
}

void
event_row_free(EventRow *row)
{
	if (row == NULL)
		return;
	g_free(row->kind);
	g_free(row->actor_kind);
	g_free(row->facts);
	g_free(row->case_ref);
	g_free(row->actor_ref);
	g_free(row->actor_name);
	g_free(row);
}

/* The highest id up to which a follower has missed nothing. On SQLite there is one writer, so that what is visible is
 * all there is. On PostgreSQL ids are given out before they are committed: first look how far they were given out, then
 * which writers are still at work and where they began; what the caller reads comes after both, and so sees whatever
 * ended before. Inside a snapshot the looking was done when it began. */
static gboolean
bound(Db *db, gint64 *ret_bound, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	gint64 given = 0;

	if (db->engine->kind != DB_POSTGRES) {
		*ret_bound = G_MAXINT64;
		return TRUE;
	}
	if (db->in_snapshot) {
		*ret_bound = db->snapshot_bound;
		return TRUE;
	}
	if (!db_query_int(db, &SQL_EVENTS_GIVEN_OUT, DB_NO_ARGS, &given, NULL, error))
		return FALSE;
	rows = db_query(db, &SQL_EVENTS_FENCED, DB_NO_ARGS, error);
	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows, &local)) {
		if (local != NULL)
			g_propagate_error(error, g_steal_pointer(&local));
		else
			g_set_error_literal(error, ERR, ERR_INTERNAL, "events: the server does not show its locks");
		return FALSE;
	}
	*ret_bound = db_rows_is_null(rows, "value") ? given : MIN(given, db_rows_int(rows, "value"));
	return TRUE;
}

static EventRow *
row_read(DbRows *rows)
{
	EventRow *row = g_new0(EventRow, 1);

	row->id = db_rows_int(rows, "id");
	row->at_ms = db_rows_int(rows, "at");
	row->kind = g_strdup(db_rows_text(rows, "kind"));
	row->case_id = db_rows_int(rows, "case_id");
	row->subject_id = db_rows_int(rows, "subject_id");
	row->actor_kind = g_strdup(db_rows_text(rows, "actor_kind"));
	row->actor_id = db_rows_int(rows, "actor_id");
	row->facts = g_strdup(db_rows_text(rows, "facts"));
	row->case_ref = g_strdup(db_rows_text(rows, "case_ref"));
	row->actor_ref = g_strdup(db_rows_text(rows, "actor_ref"));
	row->actor_name = g_strdup(db_rows_text(rows, "actor_name"));
	return row;
}

GPtrArray *
events_after(Db *db, gint64 after_id, gint64 case_id, guint limit, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)event_row_free);
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = NULL;
	gint64 up_to = 0;

	if (case_id != 0) {
		rows = db_query(db, &SQL_EVENTS_OF_CASE, DB_ARGS(DB_INT(case_id), DB_INT(after_id), DB_INT(limit)), error);
	} else {
		if (!bound(db, &up_to, error))
			return NULL;
		rows = db_query(db, &SQL_EVENTS_AFTER, DB_ARGS(DB_INT(after_id), DB_INT(up_to), DB_INT(limit)), error);
	}
	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows, &local))
		g_ptr_array_add(list, row_read(rows));
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	return g_steal_pointer(&list);
}

gboolean
events_last_id(Db *db, gint64 *ret_id, GError **error)
{
	gint64 last = 0, up_to = 0;

	if (!bound(db, &up_to, error) || !db_query_int(db, &SQL_EVENTS_LAST, DB_NO_ARGS, &last, NULL, error))
		return FALSE;
	*ret_id = MIN(last, up_to);
	return TRUE;
}

gboolean
events_seen_id(Db *db, gint64 *ret_id, GError **error)
{
	/* Numbers of transactions that began earlier and end later lie below those a snapshot sees; SQLite has one writer. */
	const gint64 in_flight = db_kind(db) == DB_POSTGRES ? 256 : 0;
	gint64 last = 0;

	if (!memo_query_int(db, &SQL_EVENTS_LAST, DB_NO_ARGS, &last, NULL, error))
		return FALSE;
	*ret_id = MAX(last - in_flight, 0);
	return TRUE;
}
